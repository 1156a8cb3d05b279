"""Which clauses are in force: on a day, or on a day but for one of them.

The as-of date and the counterfactual are one mechanism. A rule asks the law whether a clause holds before it lets the
clause decide; a clause that is not yet, or no longer, or hypothetically not in force decides nothing. So the same text
serves every date, says what each clause is needed for, and gives for each clause the implementation that breaks it.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Iterable

from sse_spec.clauses import FIRST_DAY, Bound, Clause, clauses

__all__ = ["DateError", "Law", "binding", "laws", "parse_date"]


class DateError(ValueError):
    """The as-of date is no date, or lies before the first day that the specification describes."""


class Law:
    """The clauses in force. Equal laws permit the same; `broken` is the clause taken out on purpose, if one was."""

    __slots__ = ("broken", "consulted", "in_force")

    def __init__(self, in_force: Iterable[str], broken: str | None = None) -> None:
        self.in_force = frozenset(in_force)
        self.broken = broken
        self.consulted: set[str] = set()

    def holds(self, clause: str) -> bool:
        """Whether the clause is in force. What was asked and held is remembered in `consulted`."""
        if clause in self.in_force:
            self.consulted.add(clause)
            return True
        return False

    def succession(self, old: str, new: str) -> tuple[bool, str]:
        """Which of two successive clauses governs: whether it is the new behaviour, and the clause that says so.

        Breaking the one in force brings the other's behaviour.
        """
        newer_governs = new in self.in_force or self.broken == new
        governing = new if newer_governs else old
        return self.holds(governing) == newer_governs, governing

    def begun(self, clause: str) -> bool:
        """Whether the day of the clause has come, also where the clause is broken. It decides nothing by that."""
        return clause in self.in_force or self.broken == clause

    def without(self, clause: str) -> Law:
        """The same law with one clause broken."""
        return Law(self.in_force - {clause}, broken=clause)

    def fresh(self) -> Law:
        """The same law, nothing consulted yet."""
        return Law(self.in_force, self.broken)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and (self.in_force, self.broken) == (other.in_force, other.broken)

    def __hash__(self) -> int:
        return hash((self.in_force, self.broken))


def _status(bound: Bound, day: dt.date) -> bool | None:
    """Whether the bound lies behind `day`: True or False, or None while only one of its two days does."""
    first, last = bound if isinstance(bound, tuple) else (bound, bound)
    if day >= last:
        return True
    return False if day < first else None


def _permitted_states(clause: Clause, day: dt.date) -> tuple[bool, ...]:
    begun = True if clause.since is None else _status(clause.since, day)
    ended = False if clause.until is None else _status(clause.until, day)
    if begun is False or ended is True:
        return (False,)
    return (True,) if begun and ended is False else (True, False)


@functools.cache
def laws(as_of: dt.date) -> tuple[Law, ...]:
    """Every law that the documents permit on a day: one, or several where a change lies between two dates."""
    everything = clauses().values()
    states = [_permitted_states(clause, as_of) for clause in everything]
    return tuple(
        Law(clause.id for clause, in_force in zip(everything, combination, strict=True) if in_force)
        for combination in itertools.product(*states)
    )


def binding(permitted: Iterable[Law]) -> frozenset[str]:
    """The clauses that every permitted law has: where a change lies between two dates, neither side of it binds."""
    return frozenset.intersection(*(law.in_force for law in permitted))


def parse_date(text: str) -> dt.date:
    """An as-of date from its ISO form. Raises :class:`DateError`, whose message says what is accepted."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise DateError(f"{text!r} is no date: write it as YYYY-MM-DD, from {FIRST_DAY} on") from None
    if day < FIRST_DAY:
        raise DateError(f"{day} lies before {FIRST_DAY}, the first day that the specification describes")
    return day
