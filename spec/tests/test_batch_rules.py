"""What a batch job makes of the objects on its list: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    BatchCopy,
    CreateBucket,
    CreateKey,
    DisableKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
)
from sse_spec.clauses import FIRST_DAY
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
ELSEWHERE = CreateBucket(bucket="destination")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
NAMED = KeyRef("arn", "k")
ANOTHER = KeyRef("arn", "other")
HEAD = HeadObject(bucket="b", key="o")
HEAD_COPY = HeadObject(bucket="destination", key="o")


def default(algorithm: str, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="destination", rules=(Rule(algorithm, key, bucket_key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


def in_place(algorithm: str | None, key: KeyRef | None = None, bucket_key: bool | None = None) -> BatchCopy:
    headers = EncryptionHeaders(algorithm, key, bucket_key)
    return BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o", headers=headers)


def away(algorithm: str | None = None, key: KeyRef | None = None) -> BatchCopy:
    headers = EncryptionHeaders(algorithm, key)
    return BatchCopy(bucket="destination", key="o", source_bucket="b", source_key="o", headers=headers)


@pytest.mark.parametrize("before", [put(), put("AES256"), put("aws:kms", NAMED)], ids=["bare", "AES256", "aws:kms"])
@pytest.mark.parametrize("job", [in_place("AES256"), in_place("aws:kms", ANOTHER)], ids=["AES256", "aws:kms"])
def test_a_job_that_encrypts_objects_in_place_completes(
    ask: Ask, any_day: dt.date, before: Action, job: Action
) -> None:
    found = ask(BUCKET, KEY, OTHER, before, job, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == set()
    assert found.rests_on("BAT-01")


def test_a_job_encrypts_an_unencrypted_object(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put(), in_place("aws:kms", NAMED), HEAD, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("BAT-02")


@pytest.mark.parametrize(
    ("before", "job", "algorithm", "key"),
    [
        (put("AES256"), in_place("aws:kms", NAMED), "aws:kms", KeyArn("k")),
        (put("aws:kms", NAMED), in_place("AES256"), "AES256", None),
        (put("aws:kms", NAMED), in_place("aws:kms", ANOTHER), "aws:kms", KeyArn("other")),
    ],
    ids=["aws:kms onto AES256", "AES256 onto aws:kms", "another key"],
)
def test_the_copies_of_a_job_have_the_encryption_that_it_names(
    ask: Ask, any_day: dt.date, before: Action, job: Action, algorithm: str, key: KeyArn | None
) -> None:
    found = ask(BUCKET, KEY, OTHER, before, job, HEAD, as_of=any_day)
    assert found.wants("algorithm") == {algorithm}
    assert found.wants("kms_key") == {key}
    assert found.rests_on("BAT-02")


def test_the_encryption_that_a_job_names_beats_the_default_of_the_destination(ask: Ask, any_day: dt.date) -> None:
    prepared = (BUCKET, ELSEWHERE, KEY, OTHER, default("aws:kms", ANOTHER), put("aws:kms", NAMED))
    found = ask(*prepared, away("AES256"), HEAD_COPY, as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("BAT-02")


@pytest.mark.parametrize(
    ("before", "configured", "algorithm", "key"),
    [
        (put("aws:kms", NAMED), default("AES256"), "AES256", None),
        (put("AES256"), default("aws:kms", NAMED), "aws:kms", KeyArn("k")),
        (put("aws:kms", NAMED), default("aws:kms", ANOTHER), "aws:kms", KeyArn("other")),
    ],
    ids=["AES256", "aws:kms", "another key"],
)
def test_a_job_that_names_no_encryption_leaves_it_to_the_destination(
    ask: Ask, any_day: dt.date, before: Action, configured: Action, algorithm: str, key: KeyArn | None
) -> None:
    found = ask(BUCKET, ELSEWHERE, KEY, OTHER, configured, before, away(), HEAD_COPY, as_of=any_day)
    assert found.wants("algorithm") == {algorithm}
    assert found.wants("kms_key") == {key}
    assert found.rests_on("BAT-03")


def test_a_job_that_names_no_encryption_writes_no_encrypted_copy_where_nothing_encrypts(ask: Ask) -> None:
    found = ask(BUCKET, ELSEWHERE, KEY, put("aws:kms", NAMED), away(), HEAD_COPY, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {None}
    assert found.rests_on("BAT-03")


@pytest.mark.parametrize("asked", [True, False])
def test_a_job_says_whether_its_copies_use_a_bucket_key(ask: Ask, any_day: dt.date, asked: bool) -> None:
    before = put("aws:kms", NAMED, not asked)
    found = ask(BUCKET, KEY, OTHER, before, in_place("aws:kms", ANOTHER, asked), HEAD, as_of=any_day)
    assert found.wants("bucket_key") == {asked}
    assert found.rests_on("BAT-04")


@pytest.mark.parametrize(
    "change", [None, DisableKey(key="k"), ScheduleKeyDeletion(key="k")], ids=["missing", "disabled", "pending"]
)
@pytest.mark.parametrize("by_default", [False, True], ids=["named", "by default"])
def test_a_job_whose_key_cannot_be_used_fails(
    ask: Ask, any_day: dt.date, change: Action | None, by_default: bool
) -> None:
    made = () if change is None else (KEY, change)
    configured, job = (default("aws:kms", NAMED), away()) if by_default else (None, in_place("aws:kms", NAMED))
    prepared = [step for step in (BUCKET, ELSEWHERE, put(), *made, configured) if step is not None]
    found = ask(*prepared, job, as_of=any_day)
    assert found.answers == {"400"}
    assert found.rests_on("BAT-05")


def test_a_job_that_fails_leaves_the_object_as_it_was(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put("AES256"), in_place("aws:kms", NAMED), HEAD, as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("etag") == {"kept"}


def test_no_document_says_what_a_job_does_that_changes_nothing_in_place(ask: Ask) -> None:
    assert ask(BUCKET, put("AES256"), in_place(None)).prediction.open


@pytest.mark.parametrize(
    "program",
    [
        (BUCKET, in_place("AES256")),
        (BUCKET, put(), in_place("AES512")),
        (BUCKET, put(), in_place("AES256", bucket_key=True)),
        (BUCKET, put(), replace(in_place("AES256"), headers=EncryptionHeaders("AES256", context="e30="))),
        (put(), in_place("AES256")),
        (BUCKET, put("aws:kms:dsse"), in_place("AES256")),
        (BUCKET, put(), replace(in_place("AES256"), principal="other")),
    ],
    ids=[
        "no source",
        "unknown algorithm",
        "needless bucket key",
        "context",
        "no bucket",
        "DSSE-KMS",
        "another account",
    ],
)
def test_of_other_jobs_nothing_is_said(ask: Ask, program: tuple[Action, ...]) -> None:
    assert ask(*program).prediction.open


def test_a_job_under_a_key_of_another_account_completes_or_fails(ask: Ask) -> None:
    theirs = CreateKey(key="k", principal="other")
    assert ask(BUCKET, theirs, put(), in_place("aws:kms", NAMED)).answers == {"accepted", "400"}
