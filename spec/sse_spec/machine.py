"""The machine: which outcomes the rules permit in a situation.

Every operation is checks, then core. All writes resolve encryption through the same few rules: algorithm, key, bucket
key, ETag. :data:`RULES` is the record of those decisions; an implementation with one bug is the same record with one
function replaced, or the same law with one clause broken.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sse_spec.checks import Acceptance, Checks, examine
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Field, KeyArn, Objection, Outcome, Prediction, Refusal, Want, Written
from sse_spec.rules import bucket_key as bucket_keys
from sse_spec.rules import configuration, copy, default, headers, kms, reading
from sse_spec.rules import etag as etags
from sse_spec.situation import Situation

__all__ = ["OPEN", "RULES", "Rules", "permitted"]

OPEN = Prediction((), open=True)
"""This edition says nothing of the case: whatever the target does is right."""


class Rules(NamedTuple):
    """The decisions of the specification, each replaceable by itself."""

    bucket_checks: Callable[[Situation, Law], Checks] = configuration.bucket_checks
    put_checks: Callable[[Situation, Law], Checks] = configuration.put_checks
    shown_default: Callable[[Situation, Law], Refusal | tuple[Field, ...]] = configuration.shown_default
    algorithm: Callable[[Situation, Law], Decided[str | None]] = default.algorithm
    answered: Callable[[Situation, Law], tuple[bool, str]] = default.answered
    write_checks: Callable[[Situation, Law, str | None], Checks] = headers.write_checks
    context_checks: Callable[[Situation, Law, str | None], Checks] = headers.context_checks
    read_checks: Callable[[Situation, Law], Checks] = headers.read_checks
    key: Callable[[Situation, Law, str | None], tuple[Decided[kms.KeyChoice], ...]] = kms.key
    named_key: Callable[[Situation, Law, kms.KeyChoice], Decided[Want]] = kms.named_key
    key_checks: Callable[[Situation, Law, kms.KeyChoice], Checks] = kms.key_checks
    read_key_checks: Callable[[Situation, Law], Checks] = kms.read_key_checks
    bucket_key: Callable[[Situation, Law, str | None], tuple[Decided[bool], ...]] = bucket_keys.bucket_key
    source_checks: Callable[[Situation, Law], Checks] = copy.source_checks
    in_place_checks: Callable[[Situation, Law, str | None, kms.KeyChoice, bool], Checks] = copy.in_place_checks
    etag: Callable[[Situation, Law, str | None], Decided[str] | None] = etags.etag
    kept_etag: Callable[[Law], Decided[str]] = etags.kept_etag
    object_checks: Callable[[Situation, Law], Checks] = reading.object_checks
    shown_by: Callable[[Situation, Law], tuple[bool, str]] = reading.shown_by
    shown_algorithm: Callable[[Situation, Law], Decided[str | None]] = reading.shown_algorithm
    content: Callable[[Law], Decided[str | None]] = reading.content


RULES = Rules()


def permitted(s: Situation, law: Law, rules: Rules = RULES) -> Prediction:
    """Every outcome that the law permits in a situation. Total: there is an answer for every situation."""
    if not s.described:
        return OPEN
    return _OPERATIONS.get(s.action, _undescribed)(s, law, rules)


def _undescribed(_s: Situation, _law: Law, _rules: Rules) -> Prediction:
    return OPEN


def _refused(objection: Objection) -> Outcome:
    return Outcome(Refusal(objection.status, objection.codes), objection.clauses)


def _answer(checks: Iterable[Objection | Acceptance], *accepted: Outcome) -> Prediction:
    """The prediction for a request with these checks: refused, accepted, or either where a check says so."""
    examined = examine(checks)
    refusals = tuple(_refused(one) for one in examined.must_refuse + examined.may_refuse)
    if examined.must_refuse:
        return Prediction(_distinct(refusals))
    open_points = tuple(clause for one in examined.may_refuse for clause in one.clauses)
    permitted_outcomes = tuple(
        Outcome(one.refusal, one.clauses + open_points + examined.accepting, one.fields, one.written)
        for one in accepted
    )
    return Prediction(_distinct(permitted_outcomes + refusals))


def _distinct(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(dict.fromkeys(outcomes))


# --- the bucket default ---------------------------------------------------------------------------------------------


def _put_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    missing = tuple(rules.bucket_checks(s, law))
    # The bucket is looked for before the body is looked at.
    checks = missing or rules.put_checks(s, law)
    return _answer(checks, Outcome(None, ()))


def _get_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    shown = rules.shown_default(s, law)
    if isinstance(shown, Refusal):
        return _answer(rules.bucket_checks(s, law), Outcome(shown, ("CFG-04", *configuration.deletion(s, law))))
    by = tuple(dict.fromkeys(clause for field in shown for clause in field.clauses))
    return _answer(rules.bucket_checks(s, law), Outcome(None, by[:1], shown))


def _delete_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    status = Field("status", "204" if law.holds("CFG-06") else "404", ("CFG-06",))
    return _answer(rules.bucket_checks(s, law), Outcome(None, ("CFG-06",), (status,)))


# --- writes ---------------------------------------------------------------------------------------------------------


def _bucket_exists(s: Situation) -> Checks:
    if not s.bucket:
        yield Objection(404, ("NoSuchBucket",), ())


def _put_object(s: Situation, law: Law, rules: Rules) -> Prediction:
    return _write(s, law, rules, _bucket_exists(s))


def _copy_object(s: Situation, law: Law, rules: Rules) -> Prediction:
    return _write(s, law, rules, itertools.chain(_bucket_exists(s), rules.source_checks(s, law)))


def _write(s: Situation, law: Law, rules: Rules, first: Checks) -> Prediction:
    """A write: the request must be legal, then the key usable, then the object is stored under what was resolved."""
    there = tuple(first)
    algorithm = rules.algorithm(s, law)
    request = (*there, *rules.write_checks(s, law, algorithm.value))
    if examine(request).must_refuse:
        return _answer(request)
    outcomes: list[Outcome] = []
    for choice in rules.key(s, law, algorithm.value):
        usable = (*request, *rules.key_checks(s, law, choice.value), *rules.context_checks(s, law, algorithm.value))
        if examine(usable).must_refuse:
            outcomes += _answer(usable).outcomes
            continue
        for flag in rules.bucket_key(s, law, algorithm.value):
            in_place = rules.in_place_checks(s, law, algorithm.value, choice.value, flag.value)
            stored = _stored(s, law, rules, algorithm, choice, flag)
            outcomes += _answer((*usable, *in_place), stored).outcomes
    return Prediction(_distinct(tuple(outcomes)))


def _stored(
    s: Situation,
    law: Law,
    rules: Rules,
    algorithm: Decided[str | None],
    choice: Decided[kms.KeyChoice],
    flag: Decided[bool],
) -> Outcome:
    """The answer to a write that went through, and the object that it leaves."""
    answered, answer_clause = rules.answered(s, law)
    name = rules.named_key(s, law, choice.value)
    tag = rules.etag(s, law, algorithm.value)
    fields = [
        Field("algorithm", algorithm.value if answered else None, (*algorithm.clauses, answer_clause)),
        Field("kms_key", name.value if answered else None, (*choice.clauses, *name.clauses, answer_clause)),
        Field("bucket_key", flag.value and answered, (*flag.clauses, answer_clause)),
    ]
    if tag is not None:
        fields.append(Field("etag", tag.value, tag.clauses))
    written = Written(algorithm.value, choice.value.label, flag.value)
    decided = algorithm.clauses[:1] + (choice.clauses[:1] if choice.value.label is not None else ())
    return Outcome(None, decided, tuple(fields), written)


# --- reads ----------------------------------------------------------------------------------------------------------


def _read(s: Situation, law: Law, rules: Rules) -> Prediction:
    found = tuple(rules.object_checks(s, law))
    if examine(found).must_refuse:
        return _answer(found)
    checks = (*found, *rules.read_checks(s, law), *rules.read_key_checks(s, law))
    shown, clause = rules.shown_by(s, law)
    algorithm = rules.shown_algorithm(s, law)
    tag = rules.kept_etag(law)
    fields = [
        Field("algorithm", algorithm.value if shown else None, (clause, *algorithm.clauses)),
        Field("kms_key", _key_of_object(s) if shown else None, (clause,)),
        Field("bucket_key", s.object_bucket_key and shown, (clause,)),
        Field("etag", tag.value, tag.clauses),
    ]
    if s.action == "GetObject":
        body = rules.content(law)
        fields.append(Field("body", body.value, body.clauses))
    return _answer(checks, Outcome(None, (clause,), tuple(fields)))


def _key_of_object(s: Situation) -> Want:
    return None if s.object_key_label is None else KeyArn(s.object_key_label)


_OPERATIONS: dict[str, Callable[[Situation, Law, Rules], Prediction]] = {
    "PutBucketEncryption": _put_bucket_encryption,
    "GetBucketEncryption": _get_bucket_encryption,
    "DeleteBucketEncryption": _delete_bucket_encryption,
    "PutObject": _put_object,
    "CopyObject": _copy_object,
    "GetObject": _read,
    "HeadObject": _read,
}
