"""`s3-sse mutants`: the suite on every mutant, and who survived."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sse_conformance.mutants.register import MUTANTS, named
from sse_conformance.mutants.trial import EXAMPLES, Trial, try_mutant

__all__ = ["EXAMPLES", "describe", "listing", "run", "summary", "try_all"]


def _try(name: str, seed: int, examples: int) -> Trial:
    return try_mutant(named(name), seed, examples)


def try_all(
    names: Sequence[str] = (), *, processes: int | None = None, seed: int = 0, examples: int = EXAMPLES
) -> Iterator[Trial]:
    """Try these mutants, or all, in their order, each as soon as it and those before it are done.

    `processes` None is one for each core. Raises :class:`sse_conformance.mutants.register.UnknownMutantError`.
    """
    chosen = [named(name).name for name in names or MUTANTS]
    processes = min(processes or os.cpu_count() or 1, len(chosen))
    if processes == 1:
        yield from (_try(name, seed, examples) for name in chosen)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        try:
            yield from pool.map(_try, chosen, [seed] * len(chosen), [examples] * len(chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def listing(names: Sequence[str]) -> Iterator[str]:
    """These mutants, or all: the clause that each breaks, and its sin.

    Raises :class:`sse_conformance.mutants.register.UnknownMutantError`.
    """
    for mutant in [named(name) for name in names or MUTANTS]:
        history = " (after a history)" if mutant.when is not None else ""
        yield f"{mutant.name}: {mutant.clause}{history}: {mutant.sin}"


def describe(trial: Trial, *, verbose: bool = False) -> Iterator[str]:
    """A trial in one line; in full, with the sin and the steps of its witness below."""
    width = max(map(len, MUTANTS))
    if not trial.killer:
        yield f"{trial.name:<{width}}  SURVIVED {trial.calls:>6,} calls; it breaks {trial.clause}"
    else:
        blamed = ", ".join(trial.blamed)
        found = f"killed   {trial.calls:>6,} calls by {'the cover' if trial.killer == 'cover' else 'a random program'}"
        steps = f"{len(trial.witness)} {'step' if len(trial.witness) == 1 else 'steps'}"
        shrunk = f", shrunk in {trial.shrinking} calls" if trial.shrinking else ""
        doubt = "" if trial.confirmed else ", NOT CONFIRMED"
        yield f"{trial.name:<{width}}  {found}: {blamed}; witness of {steps}{shrunk}{doubt}"
    if verbose:
        yield f"    {named(trial.name).sin}"
        yield from (f"    {number} {step}" for number, step in enumerate(trial.witness, 1))


def _median(values: Iterable[int]) -> str:
    found = list(values)
    return f"{statistics.median(found):,.0f}" if found else "-"


def summary(trials: Collection[Trial], seconds: float) -> str:
    """What came of it all, in one line."""
    by_cover = [one for one in trials if one.killer == "cover"]
    at_random = [one for one in trials if one.killer == "random program"]
    survivors = len(trials) - len(by_cover) - len(at_random)
    return (
        f"{len(trials)} mutants: {len(trials) - survivors} killed, {survivors} survived; "
        f"{len(by_cover)} by the cover (median {_median(one.calls for one in by_cover)} calls), "
        f"{len(at_random)} by random programs (median {_median(one.calls for one in at_random)} calls, "
        f"shrunk in {_median(one.shrinking for one in at_random)}); {seconds:.1f} s"
    )


def run(
    say: Callable[[str], None],
    names: Sequence[str],
    *,
    processes: int | None,
    seed: int,
    examples: int,
    verbose: bool,
) -> int:
    """Try mutants and say what came of each; 1 if one survived or a witness was not confirmed, else 0."""
    started = time.perf_counter()
    trials: list[Trial] = []
    for trial in try_all(names, processes=processes, seed=seed, examples=examples):
        trials.append(trial)
        for line in describe(trial, verbose=verbose):
            say(line)
    say(summary(trials, time.perf_counter() - started))
    return int(any(not one.confirmed for one in trials))
