"""How an object that a form uploads is encrypted: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    Rule,
)
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
NAMED = KeyRef("id", "k")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED, True),))
HEAD = HeadObject(bucket="b", key="o")
BEFORE_BASELINE, SINCE_BASELINE = dt.date(2023, 1, 4), dt.date(2023, 1, 5)


def post(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PostObject:
    headers = EncryptionHeaders(algorithm, key, bucket_key)
    return PostObject(bucket="b", key="o", body="content", headers=headers)


def test_a_form_without_encryption_fields_takes_the_configured_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, SSE_KMS, post(), as_of=any_day)
    assert (found.wants("algorithm"), found.wants("kms_key")) == ({"aws:kms"}, {KeyArn("k")})
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("PST-01")
    read = ask(BUCKET, KEY, SSE_KMS, post(), HEAD, as_of=any_day)
    assert (read.wants("algorithm"), read.wants("kms_key")) == ({"aws:kms"}, {KeyArn("k")})


def test_a_form_without_encryption_fields_gets_the_baseline_since_it_came(ask: Ask) -> None:
    assert ask(BUCKET, post(), as_of=BEFORE_BASELINE).wants("algorithm") == {None}
    assert ask(BUCKET, post(), as_of=SINCE_BASELINE).wants("algorithm") == {"AES256"}


@pytest.mark.parametrize(
    ("default", "fields", "expected"),
    [(SSE_S3, post("aws:kms", NAMED), "aws:kms"), (SSE_KMS, post("AES256"), "AES256")],
    ids=["aws:kms over AES256", "AES256 over aws:kms"],
)
def test_the_encryption_fields_of_a_form_beat_the_default(
    ask: Ask, any_day: dt.date, default: Action, fields: Action, expected: str
) -> None:
    found = ask(BUCKET, KEY, default, fields, as_of=any_day)
    assert found.wants("algorithm") == {expected}
    assert found.rests_on("PST-02")


def test_the_answer_to_a_form_names_the_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, post("aws:kms", NAMED, True), as_of=any_day)
    assert (found.wants("algorithm"), found.wants("kms_key")) == ({"aws:kms"}, {KeyArn("k")})
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("PST-03")


@pytest.mark.parametrize(("algorithm", "kind"), [(None, "md5"), ("AES256", "md5"), ("aws:kms", "not-md5")])
def test_the_etag_of_an_object_from_a_form_follows_its_encryption(
    ask: Ask, any_day: dt.date, algorithm: str | None, kind: str
) -> None:
    found = ask(BUCKET, post(algorithm), as_of=any_day)
    assert found.wants("etag") == {kind}
    assert found.rests_on("PST-04")


def test_an_unknown_algorithm_in_a_form_is_refused_and_nothing_is_written(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, post("AES512"), as_of=any_day)
    assert found.answers == {"400"}
    assert found.rests_on("PST-05")
    assert ask(BUCKET, post("AES512"), HEAD, as_of=any_day).answers == {"404 NoSuchKey"}


def test_what_an_empty_field_means_is_open(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, post(""), as_of=any_day).prediction.open
