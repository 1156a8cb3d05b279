"""Which clause a divergence breaks.

A clause is blamed if the answer would be permitted without it: the divergence is explained by breaking that clause.
Where several explain it, the most specific is blamed, and one that only permits last. Where no single breach explains
the answer, the clause that decides what differs is blamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sse_reports.result import Signature
from sse_spec.actions import SSE_C, Action, Storing, account_of, kind
from sse_spec.clauses import CHAPTERS, clauses
from sse_spec.model import Case, Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Field, KeyArn, Outcome
from sse_spec.world import Stored, managed_key

from sse_conformance.comparison import (
    ACCEPTANCE,
    CODE,
    FIELDS,
    STORED_FIELDS,
    Compared,
    compare,
    expected_shape,
    fits,
    observed_shape,
)
from sse_conformance.findings import Finding

__all__ = [
    "Held",
    "Pending",
    "alternative",
    "error_words",
    "finding",
    "findings",
    "hold",
    "nearest",
    "no_s3_answer",
    "outcome_words",
    "settle",
    "shown_by_read",
]

ANSWERING = frozenset(
    (
        "DEF-07",
        "CPY-15",
        "RDG-01",
        "RDG-02",
        "KMS-08",
        "SSC-02",
        "SSC-03",
        "BYT-03",
        "PST-03",
        "MPU-05",
        "MPU-06",
        "MPU-07",
    )
)
"""The clauses that only say that, and in which form, an answer names the encryption, whatever it is."""

UNREAD = frozenset({"MPU-05"})
"""Those of them that no read of an object settles: they come before the clauses that count for every write."""

ANSWERED_BY = {"CopyObject": "CPY-15", "PostObject": "PST-03", "CompleteMultipartUpload": "MPU-07"}
"""The clauses by which the answers to writes name the encryption; for PutObject it is DEF-07."""

ANOTHER = frozenset((("body", None), ("length", "other"), ("version_id", "another"))) | {
    ("etag", want) for want in ("not-md5", "fresh", "other")
}
"""What only a value is wanted by that is another than some: many values fit."""

WIDTH = 60
"""Longest error code of a target, in characters, that becomes part of a signature or a message."""


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
    least = min(entry.comparison.distance for entry in compared)
    return tuple(entry for entry in compared if entry.comparison.distance == least)


def findings(action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames) -> tuple[Finding, ...]:
    """What an answer breaks that differs from every permitted outcome, given the nearest of them."""
    case, differs = closest[0].looked.case, closest[0].comparison.differs
    if differs == FIELDS:
        return _field_findings(action, seen, closest, names)
    outcomes = [entry.outcome for entry in closest]
    if differs == CODE:
        return tuple(
            finding(c, action, seen, case, CODE, _refusals(c, outcomes), error_words(seen))
            for c in _refusing(action, seen, closest, names)
        )
    if seen.refused:
        clause = _demanding(action, seen, closest, names)
        return (
            () if clause is None else (finding(clause, action, seen, case, ACCEPTANCE, "accepted", error_words(seen)),)
        )
    return tuple(
        finding(c, action, seen, case, ACCEPTANCE, _refusals(c, outcomes), "accepted")
        for c in _forbidding(action, seen, closest, names)
    )


# --- accepted or refused --------------------------------------------------------------------------------------------


def _demanding(action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames) -> str | None:
    """The clause by which a request must be accepted: one without which it would be refused so, or refused at all."""
    demands = _specific_first(c for entry in closest for c in reversed(entry.outcome.clauses))
    for entry in closest:
        explaining = _explaining_all(demands, entry.looked, action, seen, names)
        if explaining:
            return explaining[0]
    for entry in closest:
        for clause in _suspects(demands, entry.looked.case):
            if any(outcome.refusal is not None for outcome in entry.looked.case.without(clause).outcomes):
                return clause
    return demands[0] if demands else None


def _forbidding(action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames) -> tuple[str, ...]:
    """The clauses by which a request must be refused: the one whose breach explains the whole answer, else all."""
    required = _required([entry.outcome for entry in closest])
    if required:
        for entry in closest:
            explaining = _explaining_all(required, entry.looked, action, seen, names)
            if explaining:
                return explaining[:1]
    return required


def _required(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The clauses by which a request must be refused, without those by which it only may be."""
    level = clauses()
    return tuple(sorted({c for outcome in outcomes for c in outcome.clauses if level[c].level != "MAY"}))


def _refusals(clause: str, outcomes: Sequence[Outcome]) -> str:
    """The refusals that a clause demands, in words; all of them where it demands none."""
    demanded = [outcome for outcome in outcomes if clause in outcome.clauses]
    return " or ".join(sorted({outcome_words(outcome) for outcome in demanded or outcomes}))


def _refusing(action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames) -> tuple[str, ...]:
    """The clauses that decide how a request is refused: the one whose breach explains it, else the common ones."""
    outcomes = [entry.outcome for entry in closest]
    common = tuple(sorted(frozenset.intersection(*(frozenset(outcome.clauses) for outcome in outcomes))))
    decided = common or _required(outcomes)[:1]
    for entry in closest:
        explaining = _explaining_all(decided, entry.looked, action, seen, names)
        if explaining:
            return explaining[:1]
    return decided


# --- fields ---------------------------------------------------------------------------------------------------------


def _field_findings(
    action: Action, seen: Observation, closest: Sequence[Compared], names: KeyNames
) -> tuple[Finding, ...]:
    """One finding for each clause that is broken by the fields in which the answer differs from all the nearest."""
    first = closest[0]
    common = frozenset.intersection(*(entry.comparison.missed for entry in closest))
    fields = [f for f in first.comparison.fields if f.name in common] or list(first.comparison.fields)
    if _explaining_all(_deciding(fields[0]), first.looked, action, seen, names):
        fields = fields[:1]  # one breach explains the whole answer
    found: dict[str, Finding] = {}
    for field in fields:
        clause = _explaining(field, first.looked, action, seen, names)
        if clause not in found:
            observed = observed_shape(field, seen, first.looked.scene, action, names)
            case = first.looked.case
            found[clause] = finding(clause, action, seen, case, field.name, expected_shape(field), observed)
    return tuple(found.values())


def _explaining(field: Field, one: Looked, action: Action, seen: Observation, names: KeyNames) -> str:
    """The clause whose breach explains the field: given the whole answer if possible, given the field alone if not.

    A breach that wants this very value comes before one that merely wants another than the right one.
    """
    deciding = _deciding(field)
    explaining = _explaining_all(deciding, one, action, seen, names)

    def wants(clause: str, this_very: bool) -> bool:
        others = (f for o in one.case.without(clause).outcomes for f in o.fields if f.name == field.name)
        exact = (f for f in others if not this_very or (f.name, f.want) not in ANOTHER)
        return any(fits(f, seen, one.scene, action, names) is not False for f in exact)

    if explaining and (wants(explaining[0], True) or not wants(explaining[0], False)):
        return explaining[0]
    exactly = (clause for clause in (*explaining, *deciding) if wants(clause, True))
    loosely = explaining or (clause for clause in _suspects(deciding, one.case) if wants(clause, False))
    return next(exactly, None) or next(iter(loosely), field.clauses[0])


def _deciding(field: Field) -> tuple[str, ...]:
    """The clauses of a field, the most specific first; last come those that only say that the answer has it."""
    silent = not UNREAD.isdisjoint(field.clauses)
    specific_first = tuple(reversed(field.clauses))
    return _specific_first(sorted(specific_first, key=lambda clause: _rank(clause, silent)))


def _rank(clause: str, silent: bool) -> int:
    if clause in ANSWERING:
        return 1
    return 2 if silent and clauses()[clause].chapter != "multipart" else 0


def _specific_first(found: Iterable[str]) -> tuple[str, ...]:
    """These clauses in their order, those that only permit behind the others."""
    level = clauses()
    return tuple(sorted(dict.fromkeys(found), key=lambda c: level[c].level == "MAY"))


def _suspects(deciding: Sequence[str], case: Case) -> tuple[str, ...]:
    """The clauses to be suspected in a case: those that decide, then whatever else the answer may depend on."""
    return tuple(dict.fromkeys((*deciding, *_specific_first(_special_first(case.decisive)))))


def _special_first(found: Iterable[str]) -> list[str]:
    """These clauses, those of later chapters first: they are about some requests, the first ones about all."""
    return sorted(found, key=lambda clause: (-CHAPTERS.index(clauses()[clause].chapter), clause))


def _explaining_all(
    deciding: Sequence[str], one: Looked, action: Action, seen: Observation, names: KeyNames
) -> tuple[str, ...]:
    """The clauses without which the whole answer would be permitted."""
    return tuple(
        clause
        for clause in _suspects(deciding, one.case)
        if any(compare(o, seen, one.scene, action, names).differs is None for o in one.case.without(clause).outcomes)
    )


# --- no answer ------------------------------------------------------------------------------------------------------


def no_s3_answer(action: Action, seen: Observation, looked: Sequence[Looked]) -> tuple[Finding, ...]:
    """An answer that is not S3's, a crash or a server error breaks whatever the request was to be answered by."""
    outcomes = [(one.case, outcome) for one in looked for outcome in one.case.prediction.outcomes if outcome.clauses]
    if not outcomes:
        return ()
    case, outcome = outcomes[0]
    clause = _specific_first(reversed(outcome.clauses))[0]
    observed = f"{seen.fault} ({seen.status})" if seen.status else str(seen.fault)
    return (finding(clause, action, seen, case, "answer", outcome_words(outcome), observed),)


def error_words(seen: Observation) -> str:
    """A refusal in a few words."""
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
    situation = case.situation
    if field.name == "kms_key" and situation.default_owner_key_label not in (None, situation.default_key_label):
        owners = isinstance(field.want, KeyArn) and field.want.label == situation.default_owner_key_label
        return "of the bucket owner's key" if owners else "of the requester's key"
    if field.name == "kms_key" and expected_shape(field) == "key ARN":
        return "of the default's key" if case.situation.default_key is not None else "key ARN"
    return expected_shape(field)


# --- what only a read can tell ----------------------------------------------------------------------------------------


class Held(NamedTuple):
    """What is open about an object after a wrong answer to its write, which the reading `looked` is of.

    `points` are the findings of the write that say that it was stored wrongly. If it was stored as `expected`, only the
    answer was wrong, and what is broken is the clause that demands it, `answering`. Where that is all that was found,
    the answer was `uninformative`.
    """

    points: tuple[Finding, ...]
    expected: tuple[Stored, ...]
    answering: str
    action: Action
    seen: Observation
    looked: Looked
    uninformative: bool


Pending = dict[tuple[str, str], Held]
"""By bucket and key, the objects of which the next read says how they were stored."""


def hold(
    action: Storing,
    seen: Observation,
    found: Iterable[Finding],
    closest: Sequence[Compared],
    expected: tuple[Stored, ...],
) -> Held | None:
    """What an accepted write leaves open; None where its answer can be taken at its word."""
    looked, differs = closest[0].looked, closest[0].comparison.differs
    stored = [one for one in found if one.signature.field in STORED_FIELDS]
    points = tuple(one for one in stored if _stores(one.signature.clause, looked.case))
    if seen.refused or (differs == FIELDS and not stored):
        return None
    uninformative = differs == FIELDS and not points
    return Held(points, expected, _answering(action, expected), action, seen, looked, uninformative)


def _answering(action: Storing, expected: tuple[Stored, ...]) -> str:
    """The clause by which the answer to a write says how the object is stored."""
    if any(stored.algorithm == SSE_C for stored in expected):
        return "SSC-02"
    return ANSWERED_BY.get(kind(action), "DEF-07")


def _stores(clause: str, case: Case) -> bool:
    """Whether breaking the clause changes what is stored, rather than what is answered about it."""
    stored = {outcome.written for outcome in case.prediction.outcomes}
    return {outcome.written for outcome in case.without(clause).outcomes} != stored


def shown_by_read(held: Held, found: Sequence[Finding], seen: Observation, names: KeyNames) -> tuple[Finding, ...]:
    """The findings of a read that diverges, once it is known that the write before it was answered wrongly.

    How the object is stored was open until now: it is the write that is blamed for it, if it was not before.
    """
    stored = [one for one in found if one.signature.field in STORED_FIELDS]
    others = tuple(one for one in found if one.signature.field not in STORED_FIELDS)
    if not held.uninformative or not stored:
        return others
    clause = _stored_so(held, seen, names)
    if clause is None:
        return tuple(found)
    signature = stored[0].signature
    case = held.looked.case
    wanted = (f for o in case.prediction.outcomes for f in o.fields if f.name == signature.field)
    expected = " or ".join(sorted({expected_shape(field) for field in wanted}))
    blamed = finding(clause, held.action, held.seen, case, signature.field, expected, signature.observed)
    return (blamed, *others)


def _stored_so(held: Held, seen: Observation, names: KeyNames) -> str | None:
    """The clause by whose breach a write stores its object as a read shows it."""
    shown = (seen.algorithm, seen.kms_key, (seen.bucket_key or "").lower() == "true")
    keys = held.looked.scene.keys
    for clause in _specific_first(_special_first(held.looked.case.decisive)):
        for outcome in held.looked.case.without(clause).outcomes:
            if outcome.written is not None:
                symbol = keys.get(outcome.written.key or "", managed_key(account_of(held.action.principal)))
                key = None if outcome.written.key is None else names.arns.get(symbol)
                if (outcome.written.algorithm, key, outcome.written.bucket_key) == shown:
                    return clause
    return None


def settle(held: Held, stored: Iterable[Stored | None]) -> None:
    """Let a read decide: if the object is stored as the specification wants it, only the write's answer was wrong."""
    if all(one in held.expected for one in stored):
        for one in held.points:
            one.signature = replace(one.signature, clause=held.answering)
