"""Checks, then core: what a rule says about whether a request may go ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sse_spec.law import Law
from sse_spec.outcomes import Objection

__all__ = ["Acceptance", "Checks", "Examined", "accept", "examine"]


class Acceptance(NamedTuple):
    """A clause that demands that the request is not refused for what it covers."""

    clause: str


Checks = Iterator[Objection | Acceptance]
"""What a rule module yields about one request, the general before the special."""


def accept(law: Law, clause: str) -> Objection | Acceptance:
    """Demand acceptance by this clause; who breaks the clause refuses instead."""
    if law.holds(clause):
        return Acceptance(clause)
    return Objection(400, ("InvalidRequest",), (clause,))


class Examined(NamedTuple):
    """The checks of a request, sorted: what forbids it, what may forbid it, what demands that it is accepted."""

    must_refuse: tuple[Objection, ...]
    may_refuse: tuple[Objection, ...]
    accepting: tuple[str, ...]


def examine(checks: Iterable[Objection | Acceptance]) -> Examined:
    """Sort the checks of a request."""
    found = tuple(checks)
    objections = [one for one in found if isinstance(one, Objection)]
    return Examined(
        tuple(one for one in objections if not one.may),
        tuple(one for one in objections if one.may),
        tuple(one.clause for one in found if isinstance(one, Acceptance)),
    )
