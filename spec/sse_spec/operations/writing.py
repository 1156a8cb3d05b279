"""Writing objects: by PutObject, by a form, by a copy."""

from __future__ import annotations

import itertools

from sse_spec.actions import DSSE, SSE_C
from sse_spec.checks import Acceptance, Checks, examine
from sse_spec.law import Law
from sse_spec.operations.answering import OPEN, answer, bucket_exists, distinct
from sse_spec.outcomes import Decided, Field, Objection, Outcome, Prediction, Written
from sse_spec.rules import dsse, kms
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["copy_object", "put_object", "store", "stored_outcomes", "write"]


def put_object(s: Situation, law: Law, rules: Rules) -> Prediction:
    """An object that is sent, by PutObject or by a form."""
    return write(s, law, rules, bucket_exists(s))


def copy_object(s: Situation, law: Law, rules: Rules) -> Prediction:
    """An object that is copied from one that is there."""
    source = (rules.source_checks, rules.shared_read_checks, rules.read_right_checks)
    return write(s, law, rules, itertools.chain(bucket_exists(s), *(check(s, law) for check in source)))


def write(s: Situation, law: Law, rules: Rules, first: Checks) -> Prediction:
    """A write: the request must be legal, then the key usable, then the object is stored under what was resolved."""
    there = tuple(first)
    algorithm = rules.algorithm(s, law)
    named = rules.write_checks(s, law, algorithm.value) if s.customer is None else rules.customer_checks(s, law)
    request = (*there, *rules.policy_checks(s, law), *named)
    if examine(request).must_refuse:
        return answer(request)
    if algorithm.value == DSSE and not dsse.known(law):
        return OPEN  # not reached: only a wrong S3 has such a default before it is known
    return store(s, law, rules, algorithm, request)


def store(
    s: Situation, law: Law, rules: Rules, algorithm: Decided[str | None], request: tuple[Objection | Acceptance, ...]
) -> Prediction:
    """The rest of a write, once the algorithm is chosen and the request was found to be legal."""
    outcomes: list[Outcome] = []
    for choice in rules.key(s, law, algorithm.value):
        usable = (
            *request,
            *rules.key_checks(s, law, choice.value),
            *rules.shared_key_checks(s, law, choice.value),
            *rules.write_right_checks(s, law, choice.value),
            *rules.context_checks(s, law, algorithm.value),
        )
        if examine(usable).must_refuse:
            outcomes += answer(usable).outcomes
            continue
        for flag in rules.bucket_key(s, law, algorithm.value):
            in_place = rules.in_place_checks(s, law, algorithm.value, choice.value, flag.value)
            stored = stored_outcomes(s, law, rules, algorithm, choice, flag)
            outcomes += answer((*usable, *in_place), *stored).outcomes
    return Prediction(distinct(tuple(outcomes)))


def stored_outcomes(
    s: Situation,
    law: Law,
    rules: Rules,
    algorithm: Decided[str | None],
    choice: Decided[kms.KeyChoice],
    flag: Decided[bool],
) -> tuple[Outcome, ...]:
    """The answers to a write that went through, one for each ETag that it may have, and the object that it leaves."""
    if algorithm.value == SSE_C and s.action == "CompleteMultipartUpload":
        # not reached: its answer says nothing of the encryption, no clause decides it
        fields: tuple[Field, ...] = ()
    elif algorithm.value == SSE_C:
        fields = rules.customer_confirmed(law, "SSC-02", algorithm.clauses)
    else:
        fields = _named(s, law, rules, algorithm, choice, flag)
    etags = tuple((Field("etag", tag.value, tag.clauses),) for tag in rules.etag(s, law, algorithm.value))
    written = Written(algorithm.value, choice.value.label, flag.value)
    decided = algorithm.clauses[:1] + (choice.clauses[:1] if choice.value.label is not None else ())
    return tuple(Outcome(None, decided, (*fields, *etag), written) for etag in etags or ((),))


def _named(
    s: Situation,
    law: Law,
    rules: Rules,
    algorithm: Decided[str | None],
    choice: Decided[kms.KeyChoice],
    flag: Decided[bool],
) -> tuple[Field, ...]:
    """How the answer names the encryption."""
    answered, clause = rules.answered(s, law)
    key = rules.named_key(s, law, choice.value)
    name = rules.named_algorithm(law, algorithm.value)
    fields = (
        Field("algorithm", name.value if answered else None, (*algorithm.clauses, *name.clauses, clause)),
        Field("kms_key", key.value if answered else None, (*choice.clauses, *key.clauses, clause)),
        Field("bucket_key", flag.value and answered, (*flag.clauses, clause)),
    )
    return fields if s.customer is None else (*fields, *rules.customer_ignored())
