"""Asking before anything costs money: what a run takes is shown, and it goes on with `--yes` or an answer only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from sse_adapters.protocol import Target
from sse_spec.actions import Action
from sse_spec.model import standard

from sse_conformance.options import Options
from sse_conformance.target_options import Settings
from sse_conformance.usage import UsageError

__all__ = ["agreed", "bill_words"]

WITHOUT = "this run costs money, and there is no terminal to ask: look at the plan by --plan, and say --yes"

Ask = Callable[[str], str]


def bill_words(target: Target, options: Options) -> tuple[str, ...]:
    """What carrying the plan out takes and costs, in lines; none for a target that costs nothing."""
    bill = _bill(target, options)
    return () if bill is None else bill.words


def agreed(
    target: Target, given: Settings, options: Options, processes: int, terminal: TextIO = sys.stdin, ask: Ask = input
) -> dict[str, Any]:
    """The settings with which the run may go on: for a target that costs nothing, those that were given.

    Raises :class:`UsageError` where nobody agrees.
    """
    bill = _bill(target, options)
    if bill is None:
        return dict(given)
    if processes > 1:
        raise UsageError("what a run costs is counted in one process: leave -n out")
    for line in bill.words:
        print(line, file=sys.stderr)  # noqa: T201
    if not given.get("yes"):
        if not terminal.isatty():
            raise UsageError(WITHOUT)
        if ask("Go on? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise UsageError("the run was not begun")
    return {**given, "yes": True, "max_requests": bill.limit, "uses_keys": bill.keys > 0}


def _bill(target: Target, options: Options) -> Any:
    """By a method that targets have which cost money, `bill`."""
    price: Callable[[Iterator[Iterator[Action]]], Any] | None = getattr(target, "bill", None)
    if price is None:
        return None
    plan = options.plan(standard(options.as_of))
    return price(_asked(program) for program in plan.programs)


def _asked(program: Any) -> Iterator[Action]:
    for goal in program:
        yield from goal.setup
        yield goal.action
        if goal.read_back is not None:
            yield goal.read_back
