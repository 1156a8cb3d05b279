"""What is written is what is read, byte for byte: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    UploadPart,
)
from sse_spec.outcomes import KeyArn
from sse_spec.scene.multipart import PART_LIMIT

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
NAMED = KeyRef("id", "k")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED),))
GET, HEAD = GetObject(bucket="b", key="o"), HeadObject(bucket="b", key="o")
RANGE = GetObject(bucket="b", key="o", span=(2, 4))
BEFORE_BASELINE = dt.date(2023, 1, 4)

EVERY_KIND = pytest.mark.parametrize("algorithm", [None, "AES256", "aws:kms"])


def put(algorithm: str | None = None, key: KeyRef | None = None, body: str = "content") -> PutObject:
    return PutObject(bucket="b", key="o", body=body, headers=EncryptionHeaders(algorithm, key))


@EVERY_KIND
def test_the_length_is_that_of_the_content(ask: Ask, any_day: dt.date, algorithm: str | None) -> None:
    found = ask(BUCKET, put(algorithm), HEAD, as_of=any_day)
    assert found.wants("length") == {"written"}
    assert found.rests_on("BYT-01")


@EVERY_KIND
def test_a_range_is_a_range_of_the_content(ask: Ask, any_day: dt.date, algorithm: str | None) -> None:
    found = ask(BUCKET, put(algorithm), RANGE, as_of=any_day)
    assert (found.wants("body"), found.wants("status")) == ({"range"}, {"206"})
    assert found.rests_on("BYT-02")


def test_a_range_that_the_object_does_not_have_is_not_described(ask: Ask) -> None:
    for span in ((7, 9), (3, 2)):
        assert ask(BUCKET, put(), GetObject(bucket="b", key="o", span=span)).prediction.open
    assert not ask(BUCKET, put(), GetObject(bucket="b", key="o", span=(6, 9))).prediction.open


@pytest.mark.parametrize(
    "read",
    [
        GetObject(bucket="b", key="o", part=1),
        HeadObject(bucket="b", key="o", part=1),
        HeadObject(bucket="b", key="o", span=(0, 1)),
    ],
    ids=repr,
)
def test_a_read_of_a_part_or_of_the_headers_for_a_range_names_the_encryption_and_nothing_else_is_said_of_it(
    ask: Ask, read: GetObject | HeadObject
) -> None:
    found = ask(BUCKET, put("AES256"), read)
    assert found.answers == {"accepted", "416"}
    assert found.wants("algorithm") == {"AES256"}
    assert {field.name for outcome in found.prediction.outcomes for field in outcome.fields} == {
        *("algorithm", "kms_key", "bucket_key"),
    }


def test_the_answer_with_a_range_names_the_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), RANGE, as_of=any_day)
    assert (found.wants("algorithm"), found.wants("kms_key")) == ({"aws:kms"}, {KeyArn("k")})
    assert found.rests_on("BYT-03")


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ((put("aws:kms", NAMED, ""),), "aws:kms"),
        ((put("AES256", None, ""),), "AES256"),
        ((SSE_KMS, put(body="")), "aws:kms"),
        ((SSE_S3, put(body="")), "AES256"),
    ],
    ids=["aws:kms", "AES256", "aws:kms by default", "AES256 by default"],
)
def test_an_object_without_content_is_encrypted_like_any_other(
    ask: Ask, any_day: dt.date, program: tuple[Action, ...], expected: str
) -> None:
    found = ask(BUCKET, KEY, *program, as_of=any_day)
    assert found.wants("algorithm") == {expected}
    assert found.rests_on("BYT-04")
    assert ask(BUCKET, KEY, *program, GET, as_of=any_day).wants("algorithm") == {expected}


def test_an_object_without_content_is_unencrypted_too_where_nothing_encrypts_it(ask: Ask) -> None:
    assert ask(BUCKET, put(body=""), as_of=BEFORE_BASELINE).wants("algorithm") == {None}


@EVERY_KIND
def test_another_default_leaves_the_content_readable(ask: Ask, any_day: dt.date, algorithm: str | None) -> None:
    found = ask(BUCKET, KEY, put(algorithm), SSE_KMS, GET, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("body") == {"written"}
    assert found.rests_on("BYT-05")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_the_content_of_an_upload_is_that_of_its_parts(ask: Ask, any_day: dt.date, algorithm: str) -> None:
    found = ask(
        BUCKET,
        CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders(algorithm)),
        UploadPart(bucket="b", key="o", upload="u", number=2, body="the end"),
        UploadPart(bucket="b", key="o", upload="u", number=1, body="x", repeat=PART_LIMIT),
        CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2)),
        GET,
        as_of=any_day,
    )
    assert found.wants("body") == {"written"}
    assert found.rests_on("BYT-06")
