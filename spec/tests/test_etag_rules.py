"""When the ETag is the MD5 of the content: an example for each clause."""

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
from sse_spec.clauses import EDITION, FIRST_DAY

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
NAMED = KeyRef("id", "k")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED),))


def put(algorithm: str | None = None, key: KeyRef | None = None, body: str = "content") -> PutObject:
    return PutObject(bucket="b", key="o", body=body, headers=EncryptionHeaders(algorithm, key))


def copy(algorithm: str | None = None, key: KeyRef | None = None, onto: str = "copy") -> CopyObject:
    headers = EncryptionHeaders(algorithm, key)
    return CopyObject(bucket="b", key=onto, source_bucket="b", source_key="o", headers=headers)


@pytest.mark.parametrize(
    "program",
    [(put(),), (put("AES256"),), (SSE_S3, put()), (SSE_KMS, put("AES256")), (put(), copy()), (put(), copy("AES256"))],
    ids=["no header", "AES256", "AES256 by default", "AES256 over aws:kms", "copy", "copy with AES256"],
)
def test_the_etag_of_what_is_not_sse_kms_is_the_md5(ask: Ask, any_day: dt.date, program: tuple[Action, ...]) -> None:
    found = ask(BUCKET, KEY, *program, as_of=any_day)
    assert found.wants("etag") == {"md5"}
    assert found.rests_on("ETG-01")


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION], ids=dt.date.isoformat)
def test_the_etag_of_an_aes256_object_copied_in_place_stays_the_md5(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), copy("AES256", onto="o"), as_of=day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("etag") == {"md5"}


@pytest.mark.parametrize(
    "program",
    [
        (put("aws:kms"),),
        (put("aws:kms", NAMED),),
        (SSE_KMS, put()),
        (SSE_S3, put("aws:kms")),
        (put(body=""), SSE_KMS, put(body="")),
    ],
    ids=["aws/s3", "a key", "aws:kms by default", "aws:kms over AES256", "no content"],
)
def test_the_etag_of_an_sse_kms_object_is_not_the_md5(ask: Ask, any_day: dt.date, program: tuple[Action, ...]) -> None:
    found = ask(BUCKET, KEY, *program, as_of=any_day)
    assert found.wants("etag") == {"not-md5"}
    assert found.rests_on("ETG-02")


@pytest.mark.parametrize("onto", ["copy", "o"], ids=["copy", "in place"])
def test_the_etag_of_a_copy_that_becomes_sse_kms_is_not_the_md5(ask: Ask, any_day: dt.date, onto: str) -> None:
    found = ask(BUCKET, KEY, put("AES256"), copy("aws:kms", NAMED, onto), as_of=any_day)
    assert found.wants("etag") == {"not-md5"}
    assert found.rests_on("ETG-02")


@pytest.mark.parametrize(
    "copying", [copy(), copy("AES256"), copy("AES256", onto="o")], ids=["copy", "AES256", "in place"]
)
def test_a_copy_from_sse_kms_has_the_md5_again(ask: Ask, any_day: dt.date, copying: Action) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), copying, as_of=any_day)
    assert found.wants("etag") == {"md5"}
    assert found.rests_on("ETG-03")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_reads_show_the_etag_of_the_write(
    ask: Ask, any_day: dt.date, algorithm: str, read: type[HeadObject | GetObject]
) -> None:
    found = ask(BUCKET, put(algorithm), read(bucket="b", key="o"), as_of=any_day)
    assert found.wants("etag") == {"kept"}
    assert found.rests_on("ETG-04")


@pytest.mark.parametrize("onto", ["copy", "o"], ids=["copy", "in place"])
@pytest.mark.parametrize("key", [NAMED, KeyRef("id", "other"), None], ids=["same key", "another key", "aws/s3"])
def test_a_copy_from_sse_kms_to_sse_kms_has_an_etag_of_its_own(
    ask: Ask, any_day: dt.date, onto: str, key: KeyRef | None
) -> None:
    prepared = (BUCKET, KEY, CreateKey(key="other"), put("aws:kms", NAMED))
    found = ask(*prepared, copy("aws:kms", key, onto), as_of=any_day)
    assert found.wants("etag") == {"fresh"}
    assert found.rests_on("ETG-05", "ETG-02")
