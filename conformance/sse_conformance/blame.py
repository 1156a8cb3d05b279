"""Which clause a divergence breaks.

A clause is blamed if the answer would be permitted without it: the divergence is explained by breaking that clause. Where
no single breach explains the answer, the first clause that decides the differing field is blamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from sse_reports.result import Signature
from sse_spec.actions import Action, CopyObject, GetObject, HeadObject, PutObject, kind
from sse_spec.clauses import clauses
from sse_spec.model import Case, Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Field, Outcome
from sse_spec.world import Stored

from sse_conformance.comparison import ACCEPTANCE, CODE, Compared, compare, expected_shape, fits, observed_shape
from sse_conformance.findings import Finding

__all__ = [
    "Pending",
    "alternative",
    "defer",
    "finding",
    "findings",
    "nearest",
    "no_s3_answer",
    "outcome_words",
    "settle",
]

ANSWERING = frozenset({"DEF-07", "CPY-15"})
"""The clauses that say that a write names the encryption it applied: only a read tells them from the others."""

STORED_FIELDS = frozenset({"algorithm", "kms_key", "bucket_key"})

Pending = dict[tuple[str, str], tuple[tuple[Finding, ...], str, tuple[Stored, ...]]]
"""For an object: findings of its write, the clause to blame instead, and the objects that would acquit the others."""

WIDTH = 60
"""Longest error code of a target, in characters, that becomes part of a signature."""


def finding(
    clause: str, action: Action, seen: Observation, case: Case, field: str, expected: str, observed: str
) -> Finding:
    """A finding against one clause."""
    outcomes = case.prediction.outcomes
    derivation = tuple(sorted(frozenset[str]().union(*(outcome.derivation for outcome in outcomes))))
    signature = Signature(clause, kind(action), field, expected, observed)
    return Finding(signature, action, seen, case, outcomes, derivation)


def nearest(action: Action, seen: Observation, looked: Sequence[Looked], names: KeyNames) -> tuple[Compared, ...]:
    """The permitted outcomes from which the answer differs least."""
    compared = [
        Compared(one, outcome, compare(outcome, seen, one.scene, action, names))
        for one in looked
        for outcome in one.case.prediction.outcomes
    ]
    least = min((entry.comparison.distance for entry in compared), default=0)
    return tuple(entry for entry in compared if entry.comparison.distance == least)


def findings(action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames) -> tuple[Finding, ...]:
    """What an answer breaks that differs from every permitted outcome, given the nearest of them."""
    if not closest:
        return ()
    case, differs = closest[0].looked.case, closest[0].comparison.differs
    if differs == "fields":
        return _field_findings(action, seen, closest, names)
    outcomes = [entry.outcome for entry in closest]
    if differs == ACCEPTANCE and seen.refused:
        # The last clause of an accepting outcome is the most specific demand.
        demands = sorted({outcome.clauses[-1] for outcome in outcomes if outcome.clauses})[:1]
        return tuple(finding(c, action, seen, case, ACCEPTANCE, "accepted", _error(seen)) for c in demands)
    observed = _error(seen) if differs == CODE else "accepted"
    return tuple(
        finding(c, action, seen, case, differs or "", _refusals(c, outcomes), observed)
        for c in (_common(outcomes) if differs == CODE else _forbidding(outcomes))
    )


def _forbidding(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The clauses by which a request must be refused, without those by which it only may be."""
    level = clauses()
    return tuple(sorted({c for outcome in outcomes for c in outcome.clauses if level[c].level != "MAY"}))


def _refusals(clause: str, outcomes: Sequence[Outcome]) -> str:
    return " or ".join(sorted({outcome_words(outcome) for outcome in outcomes if clause in outcome.clauses}))


def _common(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    common = frozenset.intersection(*(frozenset(outcome.clauses) for outcome in outcomes))
    return tuple(sorted(common)) or _forbidding(outcomes)[:1]


def _field_findings(
    action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames
) -> tuple[Finding, ...]:
    """One finding for each field in which every one of the nearest outcomes differs, else in the first of them."""
    first = closest[0]
    common = frozenset.intersection(*(entry.comparison.missed for entry in closest))
    fields = [f for f in first.comparison.fields if f.name in common] or list(first.comparison.fields)
    found: dict[str, Finding] = {}
    for field in fields:
        clause = _explaining(field, first.looked, action, seen, names)
        observed = observed_shape(field, seen, first.looked.scene, action, names)
        if clause not in found:
            case = first.looked.case
            found[clause] = finding(clause, action, seen, case, field.name, expected_shape(field), observed)
    return tuple(found.values())


def _explaining(field: Field, one: Looked, action: Action, seen: Observation, names: KeyNames) -> str:
    """The clause whose breach explains the field: given the whole answer if possible, given the field alone if not."""
    suspects = dict.fromkeys((*field.clauses, *sorted(one.case.decisive)))
    broken = {clause: one.case.without(clause).outcomes for clause in suspects}
    for clause, outcomes in broken.items():
        if any(compare(o, seen, one.scene, action, names).differs is None for o in outcomes):
            return clause
    for clause, outcomes in broken.items():
        others = (f for o in outcomes for f in o.fields if f.name == field.name)
        if any(fits(f, seen, one.scene, action, names) is not False for f in others):
            return clause
    return field.clauses[0]


def no_s3_answer(action: Action, seen: Observation, looked: Sequence[Looked]) -> tuple[Finding, ...]:
    """An answer that is not S3's, a crash or a server error breaks whatever the request was to be answered by."""
    outcomes = [(one.case, outcome) for one in looked for outcome in one.case.prediction.outcomes if outcome.clauses]
    if not outcomes:
        return ()
    case, outcome = outcomes[0]
    observed = f"{seen.fault} ({seen.status})" if seen.status else str(seen.fault)
    return (finding(outcome.clauses[-1], action, seen, case, "answer", outcome_words(outcome), observed),)


def _error(seen: Observation) -> str:
    return f"{seen.status} {(seen.code or '')[:WIDTH]}".rstrip()


def outcome_words(outcome: Outcome) -> str:
    """An outcome in a few words: the error, or that the request is accepted."""
    if outcome.refusal is None:
        return "accepted"
    return f"{outcome.refusal.status} {' or '.join(outcome.refusal.codes)}".rstrip()


def alternative(clause: str, case: Case, taken: Outcome) -> str:
    """Which alternative of an open point an outcome is: what tells it from the others that were permitted."""
    if taken.refusal is not None:
        return outcome_words(taken)
    deciding = [field for field in taken.fields if clause in field.clauses]
    words = ", ".join(f"{field.name} {_role(field, case)}" for field in deciding)
    return f"accepted: {words}" if words else "accepted"


def _role(field: Field, case: Case) -> str:
    if field.name == "kms_key" and expected_shape(field) == "key ARN":
        return "of the default's key" if case.situation.default_key is not None else "key ARN"
    return expected_shape(field)


def defer(
    pending: Pending, action: PutObject | CopyObject, found: Iterable[Finding], expected: tuple[Stored, ...]
) -> None:
    """Keep the findings of a write whose answer may merely be silent: the next read decides which clause is broken."""
    place = (action.bucket, action.key)
    pending.pop(place, None)
    open_points = tuple(f for f in found if f.signature.field in STORED_FIELDS)
    if open_points and expected:
        pending[place] = (open_points, "CPY-15" if isinstance(action, CopyObject) else "DEF-07", expected)


def settle(pending: Pending, action: HeadObject | GetObject, stored: tuple[Stored | None, ...]) -> None:
    """Let a read decide: if the object is stored as the specification wants it, only the answer to the write was wrong."""
    held = pending.pop((action.bucket, action.key), None)
    if held is None:
        return
    open_points, clause, expected = held
    if all(one in expected for one in stored):
        for one in open_points:
            one.signature = replace(one.signature, clause=clause)
