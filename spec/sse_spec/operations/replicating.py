"""Configuring replication, and reading what it made."""

from __future__ import annotations

from sse_spec.actions import SSE_C
from sse_spec.checks import examine
from sse_spec.law import Law
from sse_spec.operations.answering import OPEN, answer, bucket_exists, distinct
from sse_spec.outcomes import Decided, Field, KeyArn, Objection, Outcome, Prediction, Refusal, Written
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["delete_bucket_replication", "get_bucket_replication", "head_replica", "put_bucket_replication"]


def put_bucket_replication(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Setting the replication configuration."""
    # The bucket is looked for before the body is looked at.
    checks = tuple(bucket_exists(s)) or rules.replication_checks(s, law)
    return answer(checks, Outcome(None, ()))


def get_bucket_replication(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Reading the replication configuration."""
    shown = rules.shown_replication(s, law)
    if isinstance(shown, Refusal):
        return answer(bucket_exists(s), Outcome(shown, ("RPL-09",)))
    return answer(bucket_exists(s), Outcome(None, ("RPL-10",) if shown else (), shown))


def delete_bucket_replication(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Deleting the replication configuration."""
    return answer(bucket_exists(s), Outcome(None, ("RPL-11",), (rules.replication_deletion(law),)))


def head_replica(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Waiting for a replica and reading its headers: there is none, or it is encrypted as the rules say."""
    algorithm = rules.replica_algorithm(s, law)
    if algorithm is None:
        return OPEN  # not reached: what is not described is not asked
    outcomes: list[Outcome] = []
    for made in rules.replicated(s, law):
        if not made.value:
            outcomes += answer((Objection(404, ("NoSuchKey",), made.clauses),)).outcomes
            continue
        checks = tuple(rules.replica_checks(s, law))
        if examine(checks).must_refuse:
            outcomes += answer(checks).outcomes
            continue
        for flag in rules.replica_bucket_key(s, law, algorithm):
            for tag in rules.replica_etag(s, law, algorithm):
                outcomes += answer(checks, _replica(s, law, rules, made, algorithm, flag, tag)).outcomes
    return Prediction(distinct(tuple(outcomes)))


def _replica(
    s: Situation,
    law: Law,
    rules: Rules,
    made: Decided[bool],
    algorithm: Decided[str | None],
    flag: Decided[bool],
    tag: Decided[str] | None,
) -> Outcome:
    key = rules.replica_key(s, law, algorithm)
    by_customer = algorithm.value == SSE_C
    fields = [
        Field("algorithm", None if by_customer else algorithm.value, algorithm.clauses),
        Field("kms_key", None if key.value is None else KeyArn(key.value), key.clauses),
        Field("bucket_key", flag.value, flag.clauses),
        *rules.replica_marks(law),
    ]
    if by_customer:
        fields.append(Field("customer_algorithm", "AES256", algorithm.clauses))
    if tag is not None:
        fields.append(Field("etag", tag.value, tag.clauses))
    return Outcome(None, made.clauses, tuple(fields), Written(algorithm.value, key.value, flag.value))
