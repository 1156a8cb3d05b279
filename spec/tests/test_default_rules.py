"""Which algorithm a new object gets: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

LAST_DAY_WITHOUT_BASELINE = dt.date(2023, 1, 4)
BASELINE = dt.date(2023, 1, 5)

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k")),))
SSE_KMS_WITH_BUCKET_KEY = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k"), bucket_key=True),))
DELETE = DeleteBucketEncryption(bucket="b")
HEAD = HeadObject(bucket="b", key="o")
GET = GetObject(bucket="b", key="o")


def put(algorithm: str | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm))


def copy(algorithm: str | None = None) -> CopyObject:
    return CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=EncryptionHeaders(algorithm))


@pytest.mark.parametrize(("default", "algorithm"), [(SSE_S3, "AES256"), (SSE_KMS, "aws:kms")])
def test_a_write_without_headers_takes_the_configured_default(
    ask: Ask, any_day: dt.date, default: Action, algorithm: str
) -> None:
    found = ask(BUCKET, KEY, default, put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {algorithm}


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION], ids=dt.date.isoformat)
def test_the_configured_default_decides_where_the_baseline_would_do_otherwise(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, KEY, SSE_KMS, put(), as_of=day).rests_on("DEF-01")
    assert ask(BUCKET, SSE_S3, put(), as_of=FIRST_DAY).rests_on("DEF-01")


def test_a_copy_without_headers_takes_the_configured_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("AES256"), SSE_KMS, copy(), as_of=any_day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("DEF-01")


def test_a_copy_of_an_unencrypted_object_takes_the_configured_default(ask: Ask) -> None:
    found = ask(BUCKET, put(), SSE_S3, copy(), as_of=FIRST_DAY)
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("DEF-01")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_a_header_decides_where_no_default_is_configured(ask: Ask, any_day: dt.date, algorithm: str) -> None:
    found = ask(BUCKET, put(algorithm), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {algorithm}


def test_a_header_is_what_encrypts_where_no_default_is_configured(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, put("aws:kms"), as_of=any_day).rests_on("DEF-02")
    assert ask(BUCKET, put("AES256"), as_of=FIRST_DAY).rests_on("DEF-02")


def test_an_aes256_header_beats_an_aws_kms_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, SSE_KMS, put("AES256"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("DEF-03")


def test_an_aws_kms_header_beats_an_aes256_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, SSE_S3, put("aws:kms"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("aws/s3@main")}
    assert found.rests_on("DEF-03")


def test_a_header_of_a_copy_beats_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, SSE_KMS, put(), copy("AES256"), as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("DEF-03")


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY_WITHOUT_BASELINE], ids=dt.date.isoformat)
def test_before_the_baseline_an_object_without_default_and_header_is_not_encrypted(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {None}
    assert found.wants("kms_key") == {None}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("DEF-04")
    for read in (HEAD, GET):
        assert ask(BUCKET, put(), read, as_of=day).wants("algorithm") == {None}


@pytest.mark.parametrize("day", [BASELINE, EDITION], ids=dt.date.isoformat)
def test_since_the_baseline_an_object_without_default_and_header_is_aes256(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("DEF-05")
    for read in (HEAD, GET):
        assert ask(BUCKET, put(), read, as_of=day).wants("algorithm") == {"AES256"}


@pytest.mark.parametrize(
    ("day", "change", "algorithm"),
    [
        (FIRST_DAY, (SSE_S3,), None),
        (FIRST_DAY, (SSE_KMS,), None),
        (EDITION, (SSE_KMS,), "AES256"),
    ],
    ids=["unencrypted, AES256 put", "unencrypted, aws:kms put", "AES256, aws:kms put"],
)
@pytest.mark.parametrize("read", [HEAD, GET], ids=["HeadObject", "GetObject"])
def test_setting_a_default_leaves_the_objects_that_exist(
    ask: Ask, day: dt.date, change: tuple[Action, ...], algorithm: str | None, read: Action
) -> None:
    found = ask(BUCKET, KEY, put(), *change, read, as_of=day)
    assert found.wants("algorithm") == {algorithm}
    assert found.wants("kms_key") == {None}
    assert found.wants("etag") == {"kept"}
    assert found.rests_on("DEF-06")


@pytest.mark.parametrize("change", [SSE_S3, DELETE], ids=["another put", "deleted"])
def test_changing_or_deleting_a_default_leaves_the_objects_that_exist(
    ask: Ask, any_day: dt.date, change: Action
) -> None:
    found = ask(BUCKET, KEY, SSE_KMS_WITH_BUCKET_KEY, put(), change, HEAD, as_of=any_day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("DEF-06")


def test_the_answer_names_what_the_default_applied(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, SSE_KMS_WITH_BUCKET_KEY, put(), as_of=any_day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("DEF-07")


def test_the_answer_names_what_a_header_asked_for(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put("AES256"), as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("DEF-07")


def test_an_answer_that_names_no_bucket_key_says_that_none_is_used(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, KEY, SSE_KMS, put(), as_of=any_day).wants("bucket_key") == {False}


def test_a_write_into_a_missing_bucket_is_not_found(ask: Ask, any_day: dt.date) -> None:
    assert ask(put(), as_of=any_day).answers == {"404 NoSuchBucket"}
