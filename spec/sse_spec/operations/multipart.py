"""Multipart uploads: begun with headers as PutObject has, gone on with by parts, completed to an object."""

from __future__ import annotations

from sse_spec.actions import SSE_C
from sse_spec.checks import Checks, examine
from sse_spec.law import Law
from sse_spec.operations.answering import answer, bucket_exists, distinct
from sse_spec.operations.writing import store, stored_outcomes, write
from sse_spec.outcomes import Decided, Field, KeyArn, Objection, Outcome, Prediction
from sse_spec.rules.kms import NO_KEY, KeyChoice
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["complete_multipart_upload", "create_multipart_upload", "upload_part", "upload_part_copy"]


def create_multipart_upload(s: Situation, law: Law, rules: Rules) -> Prediction:
    """The beginning of an upload: a write that stores nothing yet."""
    return write(s, law, rules, bucket_exists(s))


def upload_part(s: Situation, law: Law, rules: Rules) -> Prediction:
    """A part that is sent."""
    return answer(_part_checks(s, law, rules), _part(s, law, rules))


def upload_part_copy(s: Situation, law: Law, rules: Rules) -> Prediction:
    """A part that is copied."""
    ranges = [Objection(status, (), (), may=True) for status in (400, 416)] if s.partly else []
    # Which ranges may be copied depends on the size of the source.
    return answer((*_part_checks(s, law, rules), *rules.part_source_checks(s), *ranges), _part(s, law, rules))


def _part_checks(s: Situation, law: Law, rules: Rules) -> Checks:
    yield from rules.upload_checks(s, law)
    yield from _customer_checks(s, law, rules)
    yield from rules.part_right_checks(s, law)


def _customer_checks(s: Situation, law: Law, rules: Rules) -> Checks:
    if s.customer is not None or s.object_algorithm == SSE_C:
        yield from rules.customer_part_checks(s, law)


def _part(s: Situation, law: Law, rules: Rules) -> Outcome:
    if s.object_algorithm == SSE_C:
        return Outcome(None, ("SSC-02",), rules.customer_confirmed(law, "SSC-02", ()))
    named, clause = rules.answered(s, law)
    algorithm = rules.part_algorithm(s, law)
    key = None if s.object_key_label is None or not named else KeyArn(s.object_key_label)
    tag = rules.part_etag(s, law)
    fields = [
        Field("algorithm", algorithm.value if named else None, (clause, *algorithm.clauses)),
        Field("kms_key", key, (clause,)),
        Field("bucket_key", s.object_bucket_key and named, (clause,)),
    ]
    if tag is not None:  # not reached: no upload of the cover is under DSSE-KMS
        fields.append(Field("etag", tag.value, tag.clauses))
    return Outcome(None, (clause,), tuple(fields))


def complete_multipart_upload(s: Situation, law: Law, rules: Rules) -> Prediction:
    """The end of an upload: the object is stored as the upload was begun."""
    begun = tuple(rules.upload_checks(s, law))
    if examine(begun).must_refuse:
        return answer(begun)
    begun += tuple(rules.part_right_checks(s, law))
    outcomes: tuple[Outcome, ...] = ()
    for as_begun, by in rules.as_begun(s, law):
        if as_begun:
            key = NO_KEY if s.object_key_label is None else KeyChoice(s.object_key_label, "upload")
            flag = Decided(s.object_bucket_key, by)
            stored = stored_outcomes(s, law, rules, Decided(s.object_algorithm, by), Decided(key, by), flag)
            outcomes += answer(begun, *stored).outcomes
        else:
            algorithm, clauses = rules.algorithm(s, law)
            outcomes += store(s, law, rules, Decided(algorithm, (*by, *clauses)), begun).outcomes
    return Prediction(distinct(outcomes))
