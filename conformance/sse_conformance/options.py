"""What a run is to do."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from sse_spec.clauses import CLASSES, EDITION
from sse_spec.model import Model

from sse_conformance import ledger
from sse_conformance.cover import Plan, Size, plan, restricted

__all__ = ["Options"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to do. `ledger` None takes the one that ships for the target.

    `only` holds the run to some clauses: nothing but what puts one of them to the test is asked, and nothing is said of
    others. Empty, it is about all clauses of the classes. `examples` is how many random programs go beyond the cover,
    `seed` what they are drawn by.
    """

    as_of: dt.date = EDITION
    classes: tuple[str, ...] = CLASSES
    only: tuple[str, ...] = ()
    size: Size = "goals"
    fail_on: Literal["MUST", "SHOULD"] = "SHOULD"
    required: tuple[str, ...] = ()
    ledger: ledger.Ledger | None = None
    examples: int = 0
    seed: int = 0

    def plan(self, model: Model) -> Plan:
        """The cover that is asked for: the same one in every process."""
        whole = plan(model, self.classes, self.size)
        return restricted(model, whole, self.only) if self.only else whole
