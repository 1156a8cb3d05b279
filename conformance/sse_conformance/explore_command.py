"""`s3-sse explore`: walk every state of the scopes, and say whether the theorems hold."""

from __future__ import annotations

import datetime as dt
import itertools
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sse_spec.clauses import FIRST_DAY, clause, clauses
from sse_spec.exploration import SCOPES, THEOREMS, Exploration, Scope, Violation
from sse_spec.law import laws
from sse_spec.model import Model
from sse_spec.outcomes import Refusal

from sse_conformance.words import request

__all__ = ["Asked", "NothingToExploreError", "Report", "every_date", "listing", "scopes_named"]

WIDTH = 100

BROKEN_LIMIT = 20_000
"""Most states that are looked at for a broken clause: it shows in a few steps, or no theorem is about it."""

FEW = 10
"""Most theorems that are listed as not tried."""


class NothingToExploreError(ValueError):
    """There is no such scope, or nothing to break on these days. The message says what there is."""


class Asked(NamedTuple):
    """What is to be explored, and how far. `broken` is a clause to be broken on purpose."""

    scopes: tuple[Scope, ...]
    days: tuple[dt.date, ...]
    most_states: int | None = None
    most_seconds: float | None = None
    broken: str | None = None


def scopes_named(names: Sequence[str]) -> tuple[Scope, ...]:
    """The scopes of these names; without names, those that close. Raises :class:`NothingToExploreError`."""
    known = {scope.name: scope for scope in SCOPES}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NothingToExploreError(f"there is no scope {unknown[0]!r}; known: {', '.join(known)}")
    return tuple(known[name] for name in names) or tuple(scope for scope in SCOPES if scope.most_states is None)


def every_date() -> tuple[dt.date, ...]:
    """The first day that is described, and every day on which the law changes after it."""
    bounds = [bound for one in clauses().values() for bound in (one.since, one.until) if bound is not None]
    days = {day for bound in bounds for day in (bound if isinstance(bound, tuple) else (bound,))}
    return (FIRST_DAY, *sorted(day for day in days if day > FIRST_DAY))


def listing() -> Iterator[str]:
    """The scopes and the theorems, in words."""
    yield "Scopes"
    for scope in SCOPES:
        bound = "" if scope.most_states is None else f"; not closed, {scope.most_states:,} states unless --states says"
        yield from _wrapped(f"  {scope.name:<14} ", f"{scope.about}; {len(scope.actions)} requests{bound}")
    yield "Theorems"
    for one in THEOREMS:
        rests = f" ({', '.join(one.clauses)})" if one.clauses else ""
        yield from _wrapped("  ", f"{one.name}: {one.statement}{rests}")


class Report:
    """The explorations that were asked for, one after the other. Raises :class:`NothingToExploreError`.

    `status` is the exit status as known so far: 0 every theorem holds, 1 one is violated, 3 interrupted before the end.
    """

    def __init__(self, asked: Asked) -> None:
        self.status = 0
        self._asked = asked
        self._applied: Counter[str] = Counter()
        self._days = tuple(day for day in asked.days if asked.broken is None or _in_force(asked.broken, day))
        if not self._days:
            days = ", ".join(map(str, asked.days))
            raise NothingToExploreError(f"{asked.broken} is not in force on {days}: there is nothing to break")

    def lines(self) -> Iterator[str]:
        """Explore, and say how it went line by line."""
        for day, scope in itertools.product(self._days, self._asked.scopes):
            explored = _exploration(scope, day, self._asked)
            yield f"{scope.name}, as of {day}: {scope.about}"
            interrupted = _explore(explored)
            self.status = 1 if explored.violations else max(self.status, 3 if interrupted else 0)
            self._applied.update(explored.applied)
            yield from (f"  {line}" for line in _figures(explored, interrupted=interrupted))
            for violation in explored.violations.values():
                yield from (f"  {line}" for line in _violation(scope, violation))
            if interrupted or (explored.violations and self._asked.broken is not None):
                return
        if self.status == 0:
            yield from self._conclusion()

    def _conclusion(self) -> Iterator[str]:
        if self._asked.broken is not None:
            yield f"{self._asked.broken} is broken, and within these bounds no theorem is violated: none is about it."
            return
        count = len(self._days) * len(self._asked.scopes)
        yield f"All theorems hold in {'the exploration' if count == 1 else f'each of the {count} explorations'}."
        silent = [one.name for one in THEOREMS if not self._applied[one.name]]
        if len(silent) > FEW:
            yield f"{len(silent)} theorems were not tried: they are about requests that were not made."
        elif silent:
            yield from _wrapped("", f"Not tried: {'; '.join(silent)}.")


def _explore(exploration: Exploration) -> bool:
    """Explore a scope; whether the user has broken it off."""
    try:
        exploration.run()
    except KeyboardInterrupt:
        return True
    return False


def _in_force(name: str, day: dt.date) -> bool:
    wanted = clause(name).id
    return any(wanted in law.in_force for law in laws(day))


def _exploration(scope: Scope, day: dt.date, asked: Asked) -> Exploration:
    if asked.broken is None:
        most_states = scope.most_states if asked.most_states is None else asked.most_states
        return Exploration(scope, Model(day), most_states=most_states, most_seconds=asked.most_seconds)
    broken = Model(day, law=tuple(law.without(asked.broken) for law in laws(day)))
    most_states = BROKEN_LIMIT if asked.most_states is None else asked.most_states
    return Exploration(scope, broken, whole=True, most_states=most_states, most_seconds=asked.most_seconds)


def _figures(explored: Exploration, *, interrupted: bool) -> Iterator[str]:
    ends = {
        "interrupted": interrupted,
        "stopped": bool(explored.violations),
        "closed": explored.closed,
        "bounded": True,
    }
    end = next(end for end, so in ends.items() if so)
    yield (
        f"{end} at depth {explored.level}: {explored.states:,} states, {explored.transitions:,} transitions "
        f"({explored.worked_out:,} local steps)"
    )
    seconds = f"{explored.seconds:.1f} s of the processor"
    yield f"{explored.rate:,.0f} transitions/s, {seconds}, at most {explored.memory:,} MiB"
    about = sum(1 for one in THEOREMS if explored.applied.get(one.name))
    violated = len(explored.violations)
    yield f"{about - violated} theorems hold, {violated} are violated, {len(THEOREMS) - about} are about other requests"
    if explored.left_open:
        cases = ", ".join(f"{kind} {count:,}" for kind, count in sorted(explored.left_open.items()))
        yield from _wrapped("", f"cases that the specification leaves open, not gone on with: {cases}")


def _violation(scope: Scope, violation: Violation) -> Iterator[str]:
    theorem = violation.theorem
    yield f"VIOLATED: {theorem.name}"
    yield from _wrapped("  ", theorem.statement)
    yield from _wrapped(
        "  ", f"rests on: {', '.join(theorem.clauses)}" if theorem.clauses else "rests on no one clause"
    )
    yield f"  No shorter program violates it. At first, {violation.start.words}."
    program = [*((action, None) for action in scope.before), *violation.trace]
    for number, (action, outcome) in enumerate(program, 1):
        answer = "" if outcome is None or outcome.refusal is None else f"  -> {_refusal(outcome.refusal)}"
        yield from _wrapped(f"  {number:>3}. ", request(action) + answer)
    yield from _wrapped("  ", f"There: {violation.how}")


def _refusal(refusal: Refusal) -> str:
    return f"refused: {refusal.status} {' or '.join(refusal.codes)}".rstrip()


def _wrapped(lead: str, text: str) -> Iterable[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False)
