"""Whether an SSE-KMS object uses an S3 Bucket Key: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    GetBucketEncryption,
    HeadObject,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    ReadKmsCalls,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL, KeyArn

if TYPE_CHECKING:
    from conftest import Ask

WRITTEN_DOWN = dt.date(2022, 12, 31)
"""The day from which the documents are known to speak of other keys than the default's."""

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
NAMED = KeyRef("id", "k")
ANOTHER = KeyRef("id", "other")
HEAD = HeadObject(bucket="b", key="o")
GET_DEFAULT = GetBucketEncryption(bucket="b")


def default(bucket_key: bool | None, key: KeyRef | None = NAMED, algorithm: str = "aws:kms") -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, key, bucket_key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


def copy(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> CopyObject:
    headers = EncryptionHeaders(algorithm, key, bucket_key)
    return CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=headers)


@pytest.mark.parametrize("key", [NAMED, None], ids=["with a key", "without a key"])
def test_a_default_gives_its_bucket_key_to_objects_written_without_headers(
    ask: Ask, any_day: dt.date, key: KeyRef | None
) -> None:
    prepared = (BUCKET, KEY, default(True, key))
    found = ask(*prepared, put(), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-01")
    assert ask(*prepared, put(), HEAD, as_of=any_day).wants("bucket_key") == {True}


def test_a_default_gives_its_bucket_key_to_copies_made_without_headers(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("AES256"), default(True), copy(), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-01")


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("key", [None, NAMED, ANOTHER], ids=["no key", "the default's key", "another key"])
def test_a_bucket_key_header_next_to_aws_kms_overrides_the_default(
    ask: Ask, any_day: dt.date, asked: bool, key: KeyRef | None
) -> None:
    found = ask(BUCKET, KEY, OTHER, default(not asked), put("aws:kms", key, asked), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("bucket_key") == {asked}
    assert found.rests_on("BKT-02")


def test_a_bucket_key_header_asks_for_a_bucket_key_where_nothing_is_configured(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, True), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-02")


def test_a_request_for_aws_kms_alone_inherits_the_bucket_key_of_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(True, None), put("aws:kms"), as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("aws/s3@main")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-03")


@pytest.mark.parametrize("form", ["id", "arn", "alias"])
def test_a_request_that_names_the_key_of_the_default_inherits_its_bucket_key(
    ask: Ask, any_day: dt.date, form: KeyForm
) -> None:
    named = KeyRef(form, "name" if form == "alias" else "k")
    prepared = (BUCKET, KEY, CreateAlias(alias="name", key="k"), default(True))
    found = ask(*prepared, put("aws:kms", named), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-03")


def test_a_request_that_names_the_managed_key_inherits_the_bucket_key_of_a_default_that_names_none(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(BUCKET, default(True, None), put("aws:kms", KeyRef("alias", "aws/s3")), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-03")


def test_a_copy_that_asks_for_aws_kms_inherits_the_bucket_key_of_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put(), default(True, None), copy("aws:kms"), as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-03")


@pytest.mark.parametrize(
    ("before", "write"),
    [
        ((), put("aws:kms")),
        ((default(None),), put()),
        ((default(False),), put()),
        ((default(False),), put("aws:kms", NAMED)),
        ((default(False),), put("aws:kms", ANOTHER)),
    ],
    ids=["nothing configured", "omitted", "false", "false, the default's key named", "false, another key named"],
)
def test_no_bucket_key_is_used_where_nobody_asks_for_one(
    ask: Ask, any_day: dt.date, before: tuple[Action, ...], write: Action
) -> None:
    found = ask(BUCKET, KEY, OTHER, *before, write, as_of=any_day)
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("BKT-04")


@pytest.mark.parametrize("copying", [copy("aws:kms"), copy("aws:kms", NAMED)], ids=["aws:kms", "with its key"])
def test_a_copy_does_not_inherit_the_bucket_key_of_its_source(ask: Ask, any_day: dt.date, copying: Action) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, True), copying, as_of=any_day)
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("BKT-05")


def test_a_copy_by_default_does_not_inherit_the_bucket_key_of_its_source(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, True), default(False), copy(), as_of=any_day)
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("BKT-05")


@pytest.mark.parametrize("write", [put(), put("AES256")], ids=["no header", "AES256"])
def test_a_bucket_key_in_an_aes256_default_has_no_effect(ask: Ask, any_day: dt.date, write: PutObject) -> None:
    prepared = (BUCKET, default(True, None, "AES256"))
    found = ask(*prepared, write, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("BKT-06")
    assert ask(*prepared, write, HEAD, as_of=any_day).wants("bucket_key") == {False}


@pytest.mark.parametrize("asked", [True, False])
def test_a_bucket_key_header_alone_overrides_an_aws_kms_default(ask: Ask, any_day: dt.date, asked: bool) -> None:
    found = ask(BUCKET, KEY, default(not asked), put(bucket_key=asked), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.wants("bucket_key") == {asked}
    assert found.rests_on("BKT-07")


def test_a_request_for_aws_kms_inherits_the_bucket_key_of_an_aes256_default_or_not(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(True, None, "AES256"), put("aws:kms"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("bucket_key") == {True, False}
    assert found.rests_on("BKT-08")


@pytest.mark.parametrize("day", [WRITTEN_DOWN, EDITION], ids=dt.date.isoformat)
def test_a_request_that_names_another_key_inherits_the_bucket_key_since_the_documents_say_so(
    ask: Ask, day: dt.date
) -> None:
    found = ask(BUCKET, KEY, OTHER, default(True), put("aws:kms", ANOTHER), as_of=day)
    assert found.wants("kms_key") == {KeyArn("other")}
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("BKT-09")


@pytest.mark.parametrize("day", [FIRST_DAY, WRITTEN_DOWN - dt.timedelta(days=1)], ids=dt.date.isoformat)
def test_a_request_that_names_another_key_inherited_the_bucket_key_or_not_before(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, OTHER, default(True), put("aws:kms", ANOTHER), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("bucket_key") == {True, False}
    assert found.rests_on("BKT-11")


@pytest.mark.parametrize("configured", [None, True, False])
def test_a_bucket_key_header_does_not_change_the_default(ask: Ask, any_day: dt.date, configured: bool | None) -> None:
    write = put("aws:kms", NAMED, not configured)
    prepared = (BUCKET, KEY, default(configured), write)
    found = ask(*prepared, GET_DEFAULT, as_of=any_day)
    assert found.wants("default_bucket_key") == {bool(configured)}
    assert found.rests_on("BKT-10")
    assert ask(*prepared, put(), as_of=any_day).wants("bucket_key") == {bool(configured)}


def test_with_a_bucket_key_the_encryption_context_names_the_bucket(ask: Ask, any_day: dt.date) -> None:
    for before, write in (((), put("aws:kms", NAMED, True)), ((default(True),), put())):
        found = ask(BUCKET, KEY, *before, write, ReadKmsCalls(bucket="b", key="o"), as_of=any_day)
        assert found.wants("kms_context") == {"bucket", None}
        assert found.wants("kms_key") == {KeyArn("k"), None}
        assert "BKT-12" in found.decisive


def test_a_bucket_key_makes_fewer_calls_to_kms_than_there_are_writes(ask: Ask, any_day: dt.date) -> None:
    writes = [replace(put("aws:kms", NAMED, True), key=key) for key in ("o", "o2", "o3")]
    found = ask(BUCKET, KEY, *writes, ReadKmsCalls(bucket="b", key="o", others=("o2", "o3")), as_of=any_day)
    assert found.wants("kms_calls") == {FEWER, NO_CALL}
    assert found.rests_on("BKT-13")


def test_one_write_with_a_bucket_key_asks_kms_or_uses_the_bucket_key_that_there_is(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, True), ReadKmsCalls(bucket="b", key="o"), as_of=any_day)
    assert found.wants("kms_calls") == {EACH_WRITE, NO_CALL}
