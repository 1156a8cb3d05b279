"""What the calls to KMS prove or break that somebody has seen between a store and its KMS."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    ReadKmsCalls,
    Rule,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard
from sse_spec.observations import KmsContext, Observation

ACCOUNTS, REGIONS = {"main": "111122223333", "other": "444455556666"}, {"home": "us-east-1", "away": "us-west-2"}
K, OTHER, STRANGE = (f"arn:aws:kms:us-east-1:111122223333:key/{name}" for name in ("0a", "0b", "0c"))
KEYS = ("o1", "o2", "o3")
ONE, THREE = ReadKmsCalls(bucket="b", key="o1"), ReadKmsCalls(bucket="b", key="o1", others=("o2", "o3"))
HEADERS = EncryptionHeaders("aws:kms", KeyRef("arn", "k"))
WATCHED = {"KMS-23", "KMS-24", "KMS-25", "KMS-26", "BKT-12", "BKT-13"}

Step = tuple[Action, Observation]


def writes(headers: EncryptionHeaders = HEADERS, bucket_key: str | None = None) -> tuple[Step, ...]:
    """Three writes and their right answers."""
    seen = Observation(200, etag="e", algorithm="aws:kms", kms_key=K, bucket_key=bucket_key)
    return tuple((PutObject(bucket="b", key=key, body="content", headers=headers), seen) for key in KEYS)


PLAIN = writes()
FLAGGED = writes(replace(HEADERS, bucket_key=True), bucket_key="true")
SSE_S3: tuple[Step, ...] = (
    (PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("arn", "k")),)), Observation(200)),
    *(
        (
            PutObject(bucket="b", key=key, body="content", headers=EncryptionHeaders("AES256")),
            Observation(200, etag="9a0364b9e99bb480dd25e1f0284c8555", algorithm="AES256"),
        )
        for key in KEYS
    ),
)
"""Three objects of SSE-S3 in a bucket whose default names a key."""


def calls(number: int, context: KmsContext | None = None, key: str | None = None) -> Observation:
    return Observation(200, kms_calls=number, kms_key=(key or K) if number else None, kms_context=context)


def judging(*steps: Step) -> tuple[Judge, list[Judgement]]:
    judge = Judge(standard(EDITION), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), Observation(200))
    for name, arn in (("k", K), ("other", OTHER)):
        judge.step(CreateKey(key=name), Observation(200, key_arn=arn))
    return judge, [judge.step(*step) for step in steps]


def blamed(*steps: Step) -> set[tuple[str, str]]:
    """The clauses that the last of these answers breaks, each with the field that shows it."""
    judgements = judging(*steps)[1]
    return {(one.signature.clause, one.signature.field) for one in judgements[-1].findings}


def proved(*steps: Step) -> set[str]:
    judge, judgements = judging(*steps)
    assert judgements[-1] == Judgement()
    return set(judge.tally.by_clause()) & WATCHED


def test_a_call_for_each_object_under_its_key_proves_the_three_clauses_about_that() -> None:
    assert proved(*PLAIN, (THREE, calls(3, "object"))) == {"KMS-23", "KMS-24", "KMS-25"}
    assert proved(*PLAIN, (THREE, calls(7, "object"))) == {"KMS-23", "KMS-24", "KMS-25"}
    assert proved(*PLAIN, (ONE, calls(1, "object"))) == {"KMS-23", "KMS-24", "KMS-25"}


def test_fewer_calls_than_writes_prove_a_bucket_key_and_their_context_that_it_is_the_bucket_s() -> None:
    assert proved(*FLAGGED, (THREE, calls(1, "bucket"))) == {"KMS-23", "BKT-12", "BKT-13"}
    assert proved(*FLAGGED, (THREE, calls(2, "bucket"))) == {"KMS-23", "BKT-12", "BKT-13"}


def test_no_call_at_all_proves_a_bucket_key_and_nothing_about_key_and_context() -> None:
    assert proved(*FLAGGED, (THREE, calls(0))) == {"BKT-13"}
    assert proved(*FLAGGED, (ONE, calls(0))) == {"BKT-13"}


def test_one_call_for_one_write_does_not_prove_that_a_bucket_key_saves_any() -> None:
    assert proved(*FLAGGED, (ONE, calls(1, "bucket"))) == {"KMS-23", "BKT-12"}


def test_no_call_under_the_key_of_the_default_proves_that_sse_s3_does_without() -> None:
    assert proved(*SSE_S3, (THREE, calls(0))) == {"KMS-26"}


@pytest.mark.parametrize(
    ("before", "look", "seen", "expected"),
    [
        (PLAIN, THREE, calls(2, "object"), {("KMS-24", "kms_calls")}),
        (PLAIN, ONE, calls(1, "none"), {("KMS-25", "kms_context")}),
        (PLAIN, ONE, calls(1, "bucket"), {("KMS-25", "kms_context")}),
        (PLAIN, ONE, calls(1, "object", OTHER), {("KMS-23", "kms_key")}),
        (PLAIN, ONE, calls(1, "object", STRANGE), {("KMS-23", "kms_key")}),
        (PLAIN, THREE, calls(6, "object", "several"), {("KMS-23", "kms_key")}),
        (FLAGGED, THREE, calls(3, "bucket"), {("BKT-13", "kms_calls")}),
        (FLAGGED, THREE, calls(1, "object"), {("BKT-12", "kms_context")}),
        (FLAGGED, THREE, calls(2, "several"), {("BKT-12", "kms_context")}),
        (FLAGGED, THREE, calls(3, "object"), {("BKT-12", "kms_context"), ("BKT-13", "kms_calls")}),
        (FLAGGED, ONE, calls(1, "bucket", OTHER), {("KMS-23", "kms_key")}),
        (SSE_S3, THREE, calls(3, "object"), {("KMS-26", "kms_calls")}),
        (SSE_S3, ONE, calls(1, "bucket"), {("KMS-26", "kms_calls")}),
    ],
)
def test_what_is_wrong_with_the_calls_is_said_of_the_clause_that_wants_it_otherwise(
    before: tuple[Step, ...], look: ReadKmsCalls, seen: Observation, expected: set[tuple[str, str]]
) -> None:
    assert blamed(*before, (look, seen)) == expected


def test_a_number_of_calls_counts_beside_the_number_of_writes() -> None:
    _, (*_, right, wrong, again) = judging(
        *PLAIN, (ONE, calls(1, "object")), (THREE, calls(1, "object")), (ONE, calls(1, "object"))
    )
    assert [bool(one.findings) for one in (right, wrong, again)] == [False, True, False]


def test_a_look_at_calls_leaves_the_world_as_it_is() -> None:
    judge, _ = judging(*PLAIN)
    before = judge.world
    judge.step(THREE, calls(1, "none"))
    assert judge.world == before


def test_what_could_not_be_told_is_no_divergence() -> None:
    judged = judging(*PLAIN, (THREE, Observation(0, message="too far apart", fault="late")))[1][-1]
    assert (judged.findings, judged.unjudged) == ((), "ReadKmsCalls: too far apart")
