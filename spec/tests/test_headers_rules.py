"""Which encryption headers a request may carry: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import FIRST_DAY
from sse_spec.outcomes import KeyArn
from sse_spec.scene import VALID_CONTEXT

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k")),))
NAMED = KeyRef("arn", "k")
HEAD = HeadObject(bucket="b", key="o")


def put(
    algorithm: str | None = None,
    key: KeyRef | None = None,
    bucket_key: bool | None = None,
    context: str | None = None,
    body: str = "content",
) -> PutObject:
    return PutObject(bucket="b", key="o", body=body, headers=EncryptionHeaders(algorithm, key, bucket_key, context))


def copy(algorithm: str | None = None, key: KeyRef | None = None) -> CopyObject:
    return CopyObject(
        bucket="b", key="copy", source_bucket="b", source_key="o", headers=EncryptionHeaders(algorithm, key)
    )


@pytest.mark.parametrize("algorithm", ["AES512", "aes256", "SSE-KMS"])
def test_an_unknown_algorithm_is_refused(ask: Ask, any_day: dt.date, algorithm: str) -> None:
    found = ask(BUCKET, put(algorithm), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("HDR-01")


def test_an_unknown_algorithm_is_refused_for_a_copy(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put(), copy("AES512"), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("HDR-01")


@pytest.mark.parametrize("default", [(), (SSE_S3,)], ids=["no default", "AES256 default"])
def test_an_empty_encryption_header_is_refused(ask: Ask, any_day: dt.date, default: tuple[Action, ...]) -> None:
    found = ask(BUCKET, *default, put(""), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("HDR-02")


@pytest.mark.parametrize("read", [HEAD, GetObject(bucket="b", key="o")], ids=["HeadObject", "GetObject"])
def test_a_refused_write_makes_no_object(ask: Ask, any_day: dt.date, read: Action) -> None:
    found = ask(BUCKET, put("AES512"), read, as_of=any_day)
    assert found.answers == {"404 NoSuchKey"}
    assert found.rests_on("HDR-03")


def test_a_refused_copy_makes_no_object(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put(), copy("AES512"), HeadObject(bucket="b", key="copy"), as_of=any_day)
    assert found.answers == {"404 NoSuchKey"}
    assert found.rests_on("HDR-03")


def test_a_refused_write_leaves_the_object_that_was_there(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), put("AES512", body="other"), HEAD, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("etag") == {"kept"}


@pytest.mark.parametrize("default", [(), (SSE_S3,)], ids=["no default", "AES256 default"])
def test_a_key_without_an_encryption_header_is_refused(ask: Ask, any_day: dt.date, default: tuple[Action, ...]) -> None:
    found = ask(BUCKET, KEY, *default, put(key=NAMED), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("HDR-04")


def test_a_key_without_an_encryption_header_over_an_aws_kms_default_is_refused_or_obeyed(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(BUCKET, KEY, OTHER, SSE_KMS, put(key=KeyRef("id", "other")), as_of=any_day)
    assert found.answers == {"accepted", "400 InvalidArgument"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("other")}
    assert found.rests_on("HDR-05")


def test_aes256_with_a_key_is_refused(ask: Ask, any_day: dt.date) -> None:
    for default in ((), (SSE_KMS,)):
        found = ask(BUCKET, KEY, *default, put("AES256", NAMED), as_of=any_day)
        assert found.answers == {"400 InvalidArgument"}
        assert found.rests_on("HDR-06")


@pytest.mark.parametrize(
    "write", [put("AES256", bucket_key=True), put(bucket_key=True)], ids=["AES256", "no encryption header"]
)
def test_a_bucket_key_header_without_sse_kms_is_ignored_or_refused(
    ask: Ask, any_day: dt.date, write: PutObject
) -> None:
    found = ask(BUCKET, SSE_S3, write, as_of=any_day)
    assert found.answers == {"accepted", "400"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("HDR-07")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_read_of_an_encrypted_object_that_carries_the_encryption_header_is_refused(
    ask: Ask, any_day: dt.date, algorithm: str, read: type[HeadObject | GetObject]
) -> None:
    found = ask(BUCKET, put(algorithm), read(bucket="b", key="o", algorithm=algorithm), as_of=any_day)
    assert found.answers == {"400"}
    assert found.rests_on("HDR-08")


@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_read_of_an_unencrypted_object_that_carries_the_encryption_header_is_answered_or_refused(
    ask: Ask, read: type[HeadObject | GetObject]
) -> None:
    found = ask(BUCKET, put(), read(bucket="b", key="o", algorithm="AES256"), as_of=FIRST_DAY)
    assert found.answers == {"accepted", "400"}
    assert found.wants("algorithm") == {None}
    assert found.rests_on("HDR-09")


@pytest.mark.parametrize("context", ["not-base64", "", "WyJsaXN0Il0="], ids=["no base64", "empty", "a list"])
def test_an_encryption_context_that_is_no_map_of_strings_is_refused(ask: Ask, any_day: dt.date, context: str) -> None:
    found = ask(BUCKET, put("aws:kms", context=context), as_of=any_day)
    assert found.answers == {"400"}
    assert found.rests_on("HDR-10")


def test_a_valid_encryption_context_is_accepted_with_aws_kms(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, context=VALID_CONTEXT), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("HDR-11")


@pytest.mark.parametrize(
    ("default", "algorithm"),
    [((), "AES256"), ((SSE_S3,), None), ((SSE_KMS,), None)],
    ids=["AES256", "AES256 by default", "aws:kms by default"],
)
def test_an_encryption_context_without_the_header_aws_kms_is_ignored_or_refused(
    ask: Ask, any_day: dt.date, default: tuple[Action, ...], algorithm: str | None
) -> None:
    found = ask(BUCKET, KEY, *default, put(algorithm, context=VALID_CONTEXT), as_of=any_day)
    assert found.answers == {"accepted", "400"}
