"""What a read shows: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DeleteObject,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketVersioning,
    PutObject,
)
from sse_spec.clauses import FIRST_DAY
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
READS = pytest.mark.parametrize(("read", "clause"), [(HeadObject, "RDG-01"), (GetObject, "RDG-02")])

Read = type[HeadObject | GetObject]


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


@READS
def test_a_read_names_the_algorithm_the_key_and_the_bucket_key(
    ask: Ask, any_day: dt.date, read: Read, clause: str
) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", KeyRef("id", "k"), True), read(bucket="b", key="o"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on(clause)


@READS
def test_a_read_does_not_say_that_a_bucket_key_is_used_where_none_is(
    ask: Ask, any_day: dt.date, read: Read, clause: str
) -> None:
    found = ask(BUCKET, put("aws:kms", bucket_key=False), read(bucket="b", key="o"), as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("aws/s3@main")}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on(clause)


@READS
def test_a_read_of_an_aes256_object_names_the_algorithm_alone(
    ask: Ask, any_day: dt.date, read: Read, clause: str
) -> None:
    found = ask(BUCKET, put("AES256"), read(bucket="b", key="o"), as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on(clause)


@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_read_of_an_unencrypted_object_names_no_encryption(ask: Ask, read: Read) -> None:
    found = ask(BUCKET, put(), read(bucket="b", key="o"), as_of=FIRST_DAY)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {None}
    assert found.wants("kms_key") == {None}
    assert found.wants("bucket_key") == {False}


@pytest.mark.parametrize(
    "program",
    [
        (put(),),
        (put("AES256"),),
        (put("aws:kms"),),
        (
            put("aws:kms"),
            CopyObject(bucket="b", key="o", source_bucket="b", source_key="o", headers=EncryptionHeaders("AES256")),
        ),
    ],
    ids=["no header", "AES256", "aws:kms", "copied in place"],
)
def test_what_is_read_is_what_was_written(ask: Ask, any_day: dt.date, program: tuple[Action, ...]) -> None:
    found = ask(BUCKET, *program, GetObject(bucket="b", key="o"), as_of=any_day)
    assert found.wants("body") == {"written"}
    assert found.rests_on("RDG-03")


@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_read_of_what_is_not_there_is_not_found(ask: Ask, any_day: dt.date, read: Read) -> None:
    assert ask(BUCKET, read(bucket="b", key="o"), as_of=any_day).answers == {"404 NoSuchKey"}
    assert ask(read(bucket="b", key="o"), as_of=any_day).answers == {"404 NoSuchBucket"}
    assert ask(BUCKET, put(), read(bucket="b", key="o", version=7), as_of=any_day).answers == {"404 NoSuchKey"}


def test_an_object_that_was_deleted_is_not_found(ask: Ask, any_day: dt.date) -> None:
    gone = (BUCKET, put(), DeleteObject(bucket="b", key="o"))
    assert ask(*gone, HeadObject(bucket="b", key="o"), as_of=any_day).answers == {"404 NoSuchKey"}


def test_a_version_outlives_the_deletion_of_its_object(ask: Ask, any_day: dt.date) -> None:
    versioned = PutBucketVersioning(bucket="b", status="Enabled")
    gone = (BUCKET, versioned, put("aws:kms"), DeleteObject(bucket="b", key="o"))
    found = ask(*gone, GetObject(bucket="b", key="o", version=0), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert ask(*gone, GetObject(bucket="b", key="o"), as_of=any_day).prediction.open
