"""From checks and an accepted outcome to what is permitted."""

from __future__ import annotations

from collections.abc import Iterable

from sse_spec.checks import Acceptance, Checks, examine
from sse_spec.outcomes import Objection, Outcome, Prediction, Refusal
from sse_spec.situation import Situation

__all__ = ["OPEN", "answer", "bucket_exists", "distinct"]

OPEN = Prediction((), open=True)
"""This edition says nothing of the case: whatever the target does is right."""


def _refused(objection: Objection) -> Outcome:
    return Outcome(Refusal(objection.status, objection.codes), objection.clauses)


def answer(checks: Iterable[Objection | Acceptance], *accepted: Outcome) -> Prediction:
    """The prediction for a request with these checks: refused, accepted, or either where a check says so."""
    examined = examine(checks)
    refusals = tuple(_refused(one) for one in examined.must_refuse + examined.may_refuse)
    if examined.must_refuse:
        return Prediction(distinct(refusals))
    open_points = tuple(clause for one in examined.may_refuse for clause in one.clauses)
    permitted_outcomes = tuple(
        Outcome(one.refusal, one.clauses + open_points + examined.accepting, one.fields, one.written)
        for one in accepted
    )
    return Prediction(distinct(permitted_outcomes + refusals))


def distinct(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes without repetitions, in order."""
    return tuple(dict.fromkeys(outcomes))


def bucket_exists(s: Situation) -> Checks:
    """The bucket of the request must exist."""
    if not s.bucket:
        yield Objection(404, ("NoSuchBucket",), ())
