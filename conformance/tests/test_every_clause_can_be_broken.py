"""The power of the suite: for each clause an S3 that breaks it, and is caught and told apart."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter

import pytest
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, plan, plan_for
from sse_conformance.reference import ReferenceTarget
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY, clauses
from sse_spec.law import laws
from sse_spec.model import Model

DAYS = (FIRST_DAY, EDITION)

BREAKABLE = [
    pytest.param(day, clause, id=f"{day} {clause}")
    for day in DAYS
    for clause in sorted(frozenset[str]().union(*(law.in_force for law in laws(day))))
    if clauses()[clause].level != "MAY"
]
"""A clause that only permits cannot be broken: an S3 without it takes one of the permitted alternatives."""


TAKEN_FOR_A_CHOICE = {"CPY-04": frozenset({"CPY-09"})}
"""Open points that an S3 seems to decide by breaking a clause, and then not to keep to.

Who accepts a copy in place that changes nothing, after the default was deleted, is taken to count the default as
configured still; a later refusal of another copy in place contradicts that.
"""


@functools.cache
def planned(day: dt.date) -> tuple[Model, Plan]:
    model = Model(day)
    return model, plan(model, CLASSES)


def breach(day: dt.date, clause: str) -> Counter[str]:
    """How often each clause is blamed on an S3 that breaks one, by the goals that put it to the test."""
    model, found = planned(day)
    target = ReferenceTarget(Model(day, law=tuple(law.without(clause) for law in laws(day))))
    campaign = Campaign(model, target.open(), target.space())
    campaign.run(plan_for(model, clause, found))
    assert campaign.incomplete == ""
    return Counter(one.finding.signature.clause for one in campaign.found)


@pytest.mark.parametrize(("day", "clause"), BREAKABLE)
def test_an_s3_that_breaks_a_clause_is_caught_and_the_clause_is_blamed(day: dt.date, clause: str) -> None:
    blamed = breach(day, clause)
    assert clause in blamed
    assert {one for one in blamed if clauses()[one].level == "MAY"} <= TAKEN_FOR_A_CHOICE.get(clause, frozenset())
