"""What a mutant is: the rules with one function replaced, in use always or from some point of a history on."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from sse_spec.clauses import EDITION
from sse_spec.law import Law
from sse_spec.rules.record import RULES, Rules
from sse_spec.situation import Situation

from sse_conformance.mutants.past import When

__all__ = ["Mutant", "always", "disregarding", "replacing"]

Where = Callable[[Situation], bool]
"""Whether a bug shows in a situation."""

Rule = Callable[..., Any]
"""A function of the record of rules; each field of the record has its own exact type."""


class Mutant(NamedTuple):
    """An S3 with one bug.

    `name` is its sin, `clause` the one that it breaks, `sin` a sentence that says how. `rules` are the specification's
    with one function replaced. A bug that takes a history is in force only `when` that history has come about; else
    it shows in every situation that the replaced function treats wrongly. `as_of` is a day on which the clause binds.
    """

    name: str
    clause: str
    sin: str
    rules: Rules
    when: When | None = None
    as_of: dt.date = EDITION


def always(_: Situation) -> bool:
    """A bug that shows wherever the rule is asked."""
    return True


def replacing(decision: str, function: Rule) -> Rules:
    """The rules with one decision taken by another function. Raises ValueError if there is no such decision."""
    return RULES._replace(**{decision: function})


def disregarding(decision: str, clause: str, where: Where = always) -> Rules:
    """The rules with one decision taken as if one clause were not in force, in the situations `where` that is so.

    A decision that is taken without regard to the situation disregards the clause always. Raises AttributeError if
    there is no such decision.
    """
    rule = cast("Rule", getattr(RULES, decision))

    @functools.wraps(rule)
    def careless(*given: object) -> object:
        situation = next((one for one in given if isinstance(one, Situation)), None)
        if situation is not None and not where(situation):
            return rule(*given)
        return rule(*(one.without(clause) if isinstance(one, Law) else one for one in given))

    return replacing(decision, careless)
