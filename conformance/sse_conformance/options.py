"""What a run is to do."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from sse_spec.clauses import CLASSES, EDITION
from sse_spec.model import Model

from sse_conformance import ledger
from sse_conformance.cover import Plan, Size, plan, restricted, within
from sse_conformance.provision import FREE, Provision

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

    def plan(self, model: Model, witnessed: bool = False, provision: Provision = FREE) -> Plan:
        """The cover that is asked for: the same one in every process.

        `witnessed` says that somebody sees what the target asks its KMS, so that there are goals about that, too;
        `provision` what there is for a run that may not make everything itself.
        """
        whole = plan(model, self.classes, self.size, witnessed)
        chosen = restricted(model, whole, self.only) if self.only else whole
        return within(model, chosen, provision) if provision.limited else chosen
