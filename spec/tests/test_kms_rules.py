"""Which KMS key an object is encrypted under, and whether it can be used: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    ReadKmsCalls,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.clauses import FIRST_DAY
from sse_spec.outcomes import EACH_WRITE, NO_CALL, KeyArn

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
NAMED = KeyRef("arn", "k")
MANAGED = KeyArn("aws/s3@main")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
HEAD = HeadObject(bucket="b", key="o")
GET = GetObject(bucket="b", key="o")

DISABLE = DisableKey(key="k")
ENABLE = EnableKey(key="k")
SCHEDULE = ScheduleKeyDeletion(key="k")
CANCEL = CancelKeyDeletion(key="k")

NOT_FOUND = "400 KMS.NotFoundException"
DISABLED = "400 KMS.DisabledException"
PENDING = "400 KMS.KMSInvalidStateException KMS.DisabledException"


def default(key: KeyRef | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket: str = "b") -> PutObject:
    return PutObject(bucket=bucket, key="o", body="content", headers=EncryptionHeaders(algorithm, key))


def copy(algorithm: str | None = None, key: KeyRef | None = None) -> CopyObject:
    return CopyObject(
        bucket="b", key="copy", source_bucket="b", source_key="o", headers=EncryptionHeaders(algorithm, key)
    )


@pytest.mark.parametrize("form", ["id", "arn", "alias", "alias-arn"])
def test_the_key_of_the_request_is_used(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    named = KeyRef(form, "name" if "alias" in form else "k")
    found = ask(BUCKET, KEY, CreateAlias(alias="name", key="k"), put("aws:kms", named), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("KMS-01")


def test_the_key_of_the_request_beats_the_key_of_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, OTHER, default(KeyRef("id", "other")), put("aws:kms", NAMED), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("KMS-01")


@pytest.mark.parametrize("form", ["id", "arn", "alias", "alias-arn"])
def test_without_headers_the_key_of_the_default_is_used(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    named = KeyRef(form, "name" if "alias" in form else "k")
    prepared = (BUCKET, KEY, CreateAlias(alias="name", key="k"), default(named))
    found = ask(*prepared, put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("KMS-02")
    assert ask(*prepared, put(), HEAD, as_of=any_day).wants("kms_key") == {KeyArn("k")}


def test_without_headers_a_default_that_names_no_key_means_the_managed_key(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(), put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("KMS-03")


@pytest.mark.parametrize(
    "before", [(), (SSE_S3,), (default(),)], ids=["no default", "AES256 default", "aws:kms default without a key"]
)
def test_a_header_without_a_key_means_the_managed_key_where_the_default_names_none(
    ask: Ask, any_day: dt.date, before: tuple[Action, ...]
) -> None:
    found = ask(BUCKET, KEY, *before, put("aws:kms"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("KMS-04")


def test_a_header_without_a_key_over_a_default_with_one_means_the_managed_key_or_that_one(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(BUCKET, KEY, OTHER, default(NAMED), put("aws:kms"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {MANAGED, KeyArn("k")}
    assert found.rests_on("KMS-05")


@pytest.mark.parametrize(
    "before", [put("aws:kms", bucket="first"), put("aws:kms", KeyRef("alias", "aws/s3"), bucket="first")]
)
def test_the_managed_key_is_the_same_in_every_bucket(ask: Ask, any_day: dt.date, before: Action) -> None:
    found = ask(CreateBucket(bucket="first"), BUCKET, before, put("aws:kms"), as_of=any_day)
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("KMS-06")


def test_the_managed_key_is_the_same_for_a_header_and_for_a_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(CreateBucket(bucket="first"), BUCKET, default(), put("aws:kms", bucket="first"), put(), as_of=any_day)
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("KMS-06")


@pytest.mark.parametrize("form", ["id", "alias", "alias-arn"])
def test_an_answer_gives_the_key_arn_however_the_key_was_named(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    named = KeyRef(form, "k" if form == "id" else "name")
    prepared = (BUCKET, KEY, CreateAlias(alias="name", key="k"))
    by_header = ask(*prepared, put("aws:kms", named), as_of=any_day)
    by_default = ask(*prepared, default(named), put(), as_of=any_day)
    for found in (by_header, by_default):
        assert found.wants("kms_key") == {KeyArn("k")}
        assert found.rests_on("KMS-08")


@pytest.mark.parametrize("form", ["alias", "alias-arn"])
def test_the_managed_key_is_named_by_its_key_arn_also_where_its_alias_was_sent(
    ask: Ask, any_day: dt.date, form: KeyForm
) -> None:
    found = ask(BUCKET, put("aws:kms", KeyRef(form, "aws/s3")), as_of=any_day)
    assert found.wants("kms_key") == {MANAGED}
    assert found.rests_on("KMS-08")


@pytest.mark.parametrize("form", ["alias", "alias-arn"])
def test_an_alias_in_the_default_is_resolved_at_each_write(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    prepared = (BUCKET, KEY, OTHER, CreateAlias(alias="name", key="k"), default(KeyRef(form, "name")))
    moved = (put(), UpdateAlias(alias="name", key="other"))
    found = ask(*prepared, *moved, put(), as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("other")}
    assert found.rests_on("KMS-09")
    assert ask(*prepared, *moved, HEAD, as_of=any_day).wants("kms_key") == {KeyArn("k")}


@pytest.mark.parametrize("form", ["id", "arn"])
def test_a_write_under_a_key_that_does_not_exist_is_refused(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    found = ask(BUCKET, put("aws:kms", KeyRef(form, "nobody")), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-10")


def test_a_copy_under_a_key_that_does_not_exist_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put(), copy("aws:kms", KeyRef("arn", "nobody")), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-10")


@pytest.mark.parametrize("text", ["fake-key-id", "aws/s3"])
def test_a_write_under_a_text_that_is_no_key_is_refused(ask: Ask, any_day: dt.date, text: str) -> None:
    found = ask(BUCKET, put("aws:kms", KeyRef("text", text)), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-11")


@pytest.mark.parametrize("form", ["id", "arn"])
def test_a_write_under_a_key_of_another_region_is_refused(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    named = KeyRef(form, "far")
    found = ask(BUCKET, CreateKey(key="far", region="away"), put("aws:kms", named), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-12")


@pytest.mark.parametrize("form", ["alias", "alias-arn"])
def test_a_write_under_an_alias_that_does_not_exist_is_refused(ask: Ask, any_day: dt.date, form: KeyForm) -> None:
    found = ask(BUCKET, put("aws:kms", KeyRef(form, "nobody")), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-13")


def test_a_write_under_a_disabled_key_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, DISABLE, put("aws:kms", NAMED), as_of=any_day)
    assert found.answers == {DISABLED}
    assert found.rests_on("KMS-14")


@pytest.mark.parametrize("before", [(), (DISABLE,)], ids=["enabled before", "disabled before"])
def test_a_write_under_a_key_that_awaits_deletion_is_refused(
    ask: Ask, any_day: dt.date, before: tuple[Action, ...]
) -> None:
    found = ask(BUCKET, KEY, *before, SCHEDULE, put("aws:kms", NAMED), as_of=any_day)
    assert found.answers == {PENDING}
    assert found.rests_on("KMS-15")


@pytest.mark.parametrize(
    ("preparation", "key", "answer"),
    [
        ((), KeyRef("id", "nobody"), NOT_FOUND),
        ((), KeyRef("arn", "nobody"), NOT_FOUND),
        ((), KeyRef("alias", "nobody"), NOT_FOUND),
        ((), KeyRef("text", "aws/s3"), NOT_FOUND),
        ((CreateKey(key="far", region="away"),), KeyRef("arn", "far"), NOT_FOUND),
        ((KEY, DISABLE), NAMED, DISABLED),
        ((KEY, SCHEDULE), NAMED, PENDING),
        ((KEY, SCHEDULE, CANCEL), NAMED, DISABLED),
    ],
    ids=["id", "ARN", "alias", "no key", "another Region", "disabled", "pending deletion", "deletion cancelled"],
)
def test_a_default_whose_key_cannot_be_used_lets_writes_fail(
    ask: Ask, any_day: dt.date, preparation: tuple[Action, ...], key: KeyRef, answer: str
) -> None:
    found = ask(BUCKET, *preparation, default(key), put(), as_of=any_day)
    assert found.answers == {answer}
    assert found.rests_on("KMS-16")
    assert ask(BUCKET, *preparation, put(), default(key), copy(), as_of=any_day).answers == {answer}


def test_a_write_that_names_its_own_key_does_not_need_the_key_of_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(KeyRef("id", "nobody")), put("aws:kms", NAMED), as_of=any_day)
    assert found.answers == {"accepted"}


def test_reading_an_object_under_a_disabled_key_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), DISABLE, GET, as_of=any_day)
    assert found.answers == {DISABLED}
    assert found.rests_on("KMS-17")


def test_reading_an_object_under_a_key_that_awaits_deletion_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), DISABLE, SCHEDULE, GET, as_of=any_day)
    assert found.answers == {PENDING}
    assert found.rests_on("KMS-18")


@pytest.mark.parametrize("change", [DISABLE, SCHEDULE], ids=["disabled", "pending deletion"])
def test_heading_an_object_under_an_unusable_key_is_answered_or_refused(
    ask: Ask, any_day: dt.date, change: Action
) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), change, HEAD, as_of=any_day)
    assert found.answers == {"accepted", "400"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("KMS-19")


@pytest.mark.parametrize(
    "restoring", [(DISABLE, ENABLE), (SCHEDULE, CANCEL, ENABLE)], ids=["disabled", "deletion cancelled"]
)
def test_a_key_that_was_enabled_again_can_be_used_again(
    ask: Ask, any_day: dt.date, restoring: tuple[Action, ...]
) -> None:
    prepared = (BUCKET, KEY, put("aws:kms", NAMED), *restoring)
    for action in (put("aws:kms", NAMED), GET, HEAD):
        found = ask(*prepared, action, as_of=any_day)
        assert found.answers == {"accepted"}
        assert found.wants("kms_key") == {KeyArn("k")}
        assert found.rests_on("KMS-20")


def test_a_default_whose_key_was_enabled_again_can_be_used_again(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(NAMED), DISABLE, ENABLE, put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("KMS-20")


def test_a_key_whose_deletion_was_cancelled_is_disabled(ask: Ask, any_day: dt.date) -> None:
    prepared = (BUCKET, KEY, put("aws:kms", NAMED), SCHEDULE, CANCEL)
    for action in (put("aws:kms", NAMED), GET):
        found = ask(*prepared, action, as_of=any_day)
        assert found.answers == {DISABLED}
        assert found.rests_on("KMS-21")


def test_an_aes256_object_names_no_key(ask: Ask, any_day: dt.date) -> None:
    for found in (
        ask(BUCKET, KEY, put("AES256"), as_of=any_day),
        ask(BUCKET, KEY, SSE_S3, put(), as_of=any_day),
        ask(BUCKET, KEY, default(NAMED), put("AES256"), as_of=any_day),
    ):
        assert found.wants("kms_key") == {None}
        assert found.rests_on("KMS-22")


def test_an_unencrypted_object_names_no_key(ask: Ask) -> None:
    found = ask(BUCKET, put(), as_of=FIRST_DAY)
    assert found.wants("kms_key") == {None}
    assert found.rests_on("KMS-22")


WRITES = tuple(replace(put("aws:kms", NAMED), key=key) for key in ("o", "o2", "o3"))
CALLS = ReadKmsCalls(bucket="b", key="o", others=("o2", "o3"))
CALLS_OF_ONE = ReadKmsCalls(bucket="b", key="o")


def test_the_key_that_kms_is_asked_for_is_the_one_that_the_object_names(ask: Ask, any_day: dt.date) -> None:
    for before in ((), (default(KeyRef("arn", "other")),)):
        found = ask(BUCKET, KEY, OTHER, *before, put("aws:kms", NAMED), CALLS_OF_ONE, as_of=any_day)
        assert found.wants("kms_key") == {KeyArn("k")}
        assert found.rests_on("KMS-23")


def test_without_bucket_key_kms_is_asked_for_each_object(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, *WRITES, CALLS, as_of=any_day)
    assert found.wants("kms_calls") == {EACH_WRITE}
    assert found.rests_on("KMS-24")


def test_without_bucket_key_the_encryption_context_names_the_object(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), CALLS_OF_ONE, as_of=any_day)
    assert found.wants("kms_context") == {"object"}
    assert found.rests_on("KMS-25")


def test_for_an_sse_s3_object_kms_is_not_asked_under_the_key_of_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(NAMED), put("AES256"), CALLS_OF_ONE, as_of=any_day)
    assert found.wants("kms_calls") == {NO_CALL}
    assert found.wants("kms_key") == found.wants("kms_context") == {None}
    assert found.rests_on("KMS-26")


def test_what_s3_does_with_keys_of_its_own_is_not_described(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, put("aws:kms"), CALLS_OF_ONE, as_of=any_day).prediction.open
    assert ask(BUCKET, put("AES256"), CALLS_OF_ONE, as_of=any_day).prediction.open
    assert ask(BUCKET, default(), put("AES256"), CALLS_OF_ONE, as_of=any_day).prediction.open
