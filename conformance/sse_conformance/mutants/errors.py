"""Rules that refuse what they should, with another error than the documents give."""

from __future__ import annotations

import functools
from typing import cast

from msgspec.structs import replace
from sse_spec.checks import Checks
from sse_spec.outcomes import Objection
from sse_spec.rules.record import RULES, Rules
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Rule, Where, always, replacing

__all__ = ["misnaming"]


def misnaming(decision: str, clause: str, status: int, code: str, where: Where = always) -> Rules:
    """The rules with one decision that refuses by a clause with this HTTP status and this code instead of its own.

    It does so in the situations `where` that is so. Raises AttributeError if there is no such decision.
    """
    rule = cast("Rule", getattr(RULES, decision))

    @functools.wraps(rule)
    def misnamed(*given: object) -> Checks:
        found = tuple(rule(*given))
        wrong = any(where(one) for one in given if isinstance(one, Situation))
        for one in found:
            refuses = isinstance(one, Objection) and one.clauses == (clause,)
            yield replace(cast("Objection", one), status=status, codes=(code,)) if wrong and refuses else one

    return replacing(decision, misnamed)
