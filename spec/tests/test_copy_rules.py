"""When a copy is legal, and what it is: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DisableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

LAST_DAY_WITHOUT_BASELINE = dt.date(2023, 1, 4)
BASELINE = dt.date(2023, 1, 5)

BUCKET = CreateBucket(bucket="b")
VERSIONED = PutBucketVersioning(bucket="b", status="Enabled")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
NAMED = KeyRef("id", "k")
ANOTHER = KeyRef("id", "other")
MANAGED = KeyArn("aws/s3@main")
DELETE = DeleteBucketEncryption(bucket="b")
HEAD = HeadObject(bucket="b", key="o")

IN_PLACE = CopyObject(bucket="b", key="o", source_bucket="b", source_key="o")
ILLEGAL = "400 InvalidRequest"


def default(algorithm: str, key: KeyRef | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


def copy(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> CopyObject:
    headers = EncryptionHeaders(algorithm, key, bucket_key)
    return CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=headers)


def in_place(algorithm: str, key: KeyRef | None = None) -> CopyObject:
    return replace(IN_PLACE, headers=EncryptionHeaders(algorithm, key))


@pytest.mark.parametrize(("day", "algorithm"), [(FIRST_DAY, None), (EDITION, "AES256")])
def test_a_copy_without_headers_does_not_inherit_the_encryption_of_its_source(
    ask: Ask, day: dt.date, algorithm: str | None
) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), copy(), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {algorithm}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("CPY-01")


def test_a_copy_of_an_aes256_object_is_unencrypted_where_the_bucket_encrypts_nothing(ask: Ask) -> None:
    found = ask(BUCKET, put("AES256"), copy(), as_of=FIRST_DAY)
    assert found.wants("algorithm") == {None}
    assert found.rests_on("CPY-01")


def test_a_copy_takes_the_default_of_its_destination_and_not_of_its_source(ask: Ask, any_day: dt.date) -> None:
    elsewhere = CopyObject(bucket="destination", key="copy", source_bucket="b", source_key="o")
    kms_there = PutBucketEncryption(bucket="destination", rules=(Rule("aws:kms", NAMED),))
    prepared = (BUCKET, CreateBucket(bucket="destination"), KEY, default("AES256"), kms_there, put())
    found = ask(*prepared, elsewhere, as_of=any_day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("CPY-01", "DEF-01")


def test_a_copy_that_names_aws_kms_alone_does_not_take_the_key_of_its_source(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), copy("aws:kms"), as_of=any_day)
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("CPY-03")


def test_a_copy_over_a_default_with_a_key_does_not_take_the_key_of_its_source(ask: Ask, any_day: dt.date) -> None:
    prepared = (BUCKET, KEY, OTHER, put("aws:kms", NAMED), default("aws:kms", ANOTHER))
    found = ask(*prepared, copy("aws:kms"), as_of=any_day)
    assert found.wants("kms_key") == {MANAGED, KeyArn("other")}
    assert found.rests_on("CPY-03")


@pytest.mark.parametrize("before", [(), (VERSIONED,)], ids=["unversioned", "versioned"])
def test_a_copy_in_place_that_changes_nothing_is_refused(
    ask: Ask, any_day: dt.date, before: tuple[Action, ...]
) -> None:
    found = ask(BUCKET, *before, put(), IN_PLACE, as_of=any_day)
    assert found.answers == {ILLEGAL}
    assert found.rests_on("CPY-04")


def test_a_copy_in_place_with_a_bucket_key_header_alone_is_legal_or_refused(ask: Ask) -> None:
    found = ask(BUCKET, put("AES256"), replace(IN_PLACE, headers=EncryptionHeaders(bucket_key=True)), as_of=BASELINE)
    assert found.answers >= {"accepted", ILLEGAL}


@pytest.mark.parametrize(
    ("before", "copying", "algorithm", "key"),
    [
        (put("AES256"), in_place("AES256"), "AES256", None),
        (put(), in_place("AES256"), "AES256", None),
        (put(), in_place("aws:kms", NAMED), "aws:kms", KeyArn("k")),
        (put("aws:kms", NAMED), in_place("aws:kms", NAMED), "aws:kms", KeyArn("k")),
        (put("aws:kms", NAMED), in_place("aws:kms", ANOTHER), "aws:kms", KeyArn("other")),
        (put("aws:kms", NAMED), in_place("AES256"), "AES256", None),
    ],
    ids=[
        "AES256 again",
        "AES256 named",
        "aws:kms onto what the bucket gives",
        "aws:kms with its own key",
        "aws:kms with another key",
        "AES256 onto aws:kms",
    ],
)
def test_an_encryption_header_makes_a_copy_in_place_legal(
    ask: Ask, any_day: dt.date, before: Action, copying: Action, algorithm: str, key: KeyArn | None
) -> None:
    found = ask(BUCKET, KEY, OTHER, before, copying, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {algorithm}
    assert found.wants("kms_key") == {key}
    assert found.rests_on("CPY-05")


@pytest.mark.parametrize(
    "copying",
    [
        replace(IN_PLACE, metadata_directive="REPLACE"),
        replace(IN_PLACE, storage_class="STANDARD"),
        replace(IN_PLACE, website_redirect="/elsewhere"),
    ],
    ids=["REPLACE", "storage class", "redirect"],
)
def test_replaced_metadata_a_storage_class_or_a_redirect_makes_a_copy_in_place_legal(
    ask: Ask, any_day: dt.date, copying: Action
) -> None:
    found = ask(BUCKET, put(), copying, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("CPY-06")


def test_a_copy_in_place_that_replaces_metadata_still_takes_the_encryption_of_the_bucket(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), replace(IN_PLACE, metadata_directive="REPLACE"))
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("CPY-01")


@pytest.mark.parametrize("first", [True, False], ids=["default first", "object first"])
def test_a_configured_aes256_default_makes_a_copy_in_place_legal(ask: Ask, any_day: dt.date, first: bool) -> None:
    prepared = (default("AES256"), put()) if first else (put(), default("AES256"))
    found = ask(BUCKET, *prepared, IN_PLACE, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("CPY-07")


@pytest.mark.parametrize("key", [NAMED, None], ids=["with a key", "without a key"])
def test_a_copy_in_place_that_changes_nothing_under_an_aws_kms_default_is_legal_or_refused(
    ask: Ask, any_day: dt.date, key: KeyRef | None
) -> None:
    found = ask(BUCKET, KEY, default("aws:kms", key), put(), IN_PLACE, as_of=any_day)
    assert found.answers == {"accepted", ILLEGAL}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.rests_on("CPY-08")


@pytest.mark.parametrize("configured", [default("AES256"), default("aws:kms")], ids=["AES256", "aws:kms"])
def test_after_a_default_was_deleted_a_copy_in_place_is_legal_or_refused(
    ask: Ask, any_day: dt.date, configured: Action
) -> None:
    found = ask(BUCKET, configured, DELETE, put(), IN_PLACE, as_of=any_day)
    assert found.answers == {"accepted", ILLEGAL}
    assert "CPY-09" in found.decisive
    accepting = [one for one in found.prediction.outcomes if one.refusal is None]
    assert all("CPY-09" in one.derivation for one in accepting)


def test_a_bucket_that_never_had_a_default_does_not_count_as_configured_after_a_deletion(
    ask: Ask, any_day: dt.date
) -> None:
    assert ask(BUCKET, DELETE, put(), IN_PLACE, as_of=any_day).answers == {ILLEGAL}


@pytest.mark.parametrize("day", [BASELINE, EDITION], ids=dt.date.isoformat)
def test_since_the_baseline_a_copy_in_place_is_legal_where_its_encryption_differs(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), IN_PLACE, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("CPY-10")


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY_WITHOUT_BASELINE], ids=dt.date.isoformat)
@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_before_the_baseline_a_copy_in_place_that_loses_its_encryption_is_legal_or_refused(
    ask: Ask, day: dt.date, algorithm: str
) -> None:
    found = ask(BUCKET, put(algorithm), IN_PLACE, as_of=day)
    assert found.answers == {"accepted", ILLEGAL}
    assert found.wants("algorithm") == {None}
    assert found.rests_on("CPY-11")


@pytest.mark.parametrize("version", [0, 1], ids=["an older version", "the newest version"])
def test_a_copy_in_place_whose_source_names_a_version_is_legal(ask: Ask, any_day: dt.date, version: int) -> None:
    found = ask(BUCKET, VERSIONED, put(), put(), replace(IN_PLACE, source_version=version), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("CPY-12")


@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_copy_in_place_in_a_versioned_bucket_leaves_the_older_version(
    ask: Ask, any_day: dt.date, read: type[HeadObject | GetObject]
) -> None:
    prepared = (BUCKET, VERSIONED, KEY, put("AES256"), in_place("aws:kms", NAMED))
    older = ask(*prepared, read(bucket="b", key="o", version=0), as_of=any_day)
    assert older.answers == {"accepted"}
    assert older.wants("algorithm") == {"AES256"}
    assert older.wants("kms_key") == {None}
    assert older.rests_on("CPY-13")
    newer = ask(*prepared, read(bucket="b", key="o"), as_of=any_day)
    assert newer.wants("algorithm") == {"aws:kms"}
    assert newer.wants("kms_key") == {KeyArn("k")}


@pytest.mark.parametrize("read", [HeadObject, GetObject])
def test_a_copy_leaves_its_source_as_it_is(ask: Ask, any_day: dt.date, read: type[HeadObject | GetObject]) -> None:
    found = ask(BUCKET, KEY, put("AES256"), copy("aws:kms", NAMED), read(bucket="b", key="o"), as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.wants("etag") == {"kept"}
    assert found.rests_on("CPY-14")


def test_a_copy_in_a_bucket_with_a_default_leaves_its_unencrypted_source(ask: Ask) -> None:
    found = ask(BUCKET, put(), default("AES256"), copy(), HEAD, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {None}
    assert found.rests_on("CPY-14")


def test_the_answer_to_a_copy_names_its_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put(), copy("aws:kms", NAMED, True), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("CPY-15")


def test_the_answer_to_a_copy_names_what_the_bucket_applied(ask: Ask) -> None:
    found = ask(BUCKET, put("aws:kms"), copy())
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("CPY-15")


@pytest.mark.parametrize("change", [DisableKey(key="k"), ScheduleKeyDeletion(key="k")], ids=["disabled", "pending"])
@pytest.mark.parametrize("copying", [copy(), copy("AES256"), in_place("AES256")], ids=["copy", "AES256", "in place"])
def test_a_copy_whose_source_cannot_be_read_is_refused(
    ask: Ask, any_day: dt.date, change: Action, copying: Action
) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), change, copying, as_of=any_day)
    assert found.answers == {"400"}
    assert found.rests_on("CPY-16")


@pytest.mark.parametrize("before", [put("AES256"), put("aws:kms", ANOTHER)], ids=["AES256", "another key"])
def test_a_configured_aws_kms_default_makes_a_copy_in_place_legal_where_its_encryption_differs(
    ask: Ask, any_day: dt.date, before: Action
) -> None:
    found = ask(BUCKET, KEY, OTHER, before, default("aws:kms", NAMED), IN_PLACE, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("CPY-17")


def test_a_copy_of_an_object_that_is_not_there_is_refused(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, copy(), as_of=any_day).answers == {"404 NoSuchKey"}
    nowhere = CopyObject(bucket="b", key="copy", source_bucket="nowhere", source_key="o")
    assert ask(BUCKET, nowhere, as_of=any_day).answers == {"404 NoSuchBucket"}


def test_no_document_says_whether_naming_the_directive_copy_makes_a_copy_in_place_legal(ask: Ask) -> None:
    assert ask(BUCKET, put(), replace(IN_PLACE, metadata_directive="COPY")).prediction.open
