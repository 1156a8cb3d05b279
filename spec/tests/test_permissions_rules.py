"""Who may configure, write and read: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    Policy,
    PutBucketEncryption,
    PutBucketPolicy,
    PutObject,
    Rule,
    UploadPart,
    UploadPartCopy,
)

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
SSE_S3_RULES = (Rule("AES256"),)
NAMED = KeyRef("arn", "k")
DENIED = "403 AccessDenied"

NO_KMS, NO_DECRYPT, NO_GENERATE = "main/no-kms", "main/no-decrypt", "main/no-generate"


def default(algorithm: str = "aws:kms", key: KeyRef | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, principal: str = "main") -> PutObject:
    headers = EncryptionHeaders(algorithm, key)
    return PutObject(bucket="b", key="o", body="content", headers=headers, principal=principal)


def copy(algorithm: str | None = None, principal: str = "main") -> CopyObject:
    headers = EncryptionHeaders(algorithm)
    return CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=headers, principal=principal)


def get(principal: str) -> GetObject:
    return GetObject(bucket="b", key="o", principal=principal)


def policy(name: Policy) -> PutBucketPolicy:
    return PutBucketPolicy(bucket="b", policy=name)


# --- configurations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("principal", ["main/no-config", "other"])
@pytest.mark.parametrize(
    ("clause", "action"),
    [
        ("PRM-01", PutBucketEncryption(bucket="b", rules=SSE_S3_RULES)),
        ("PRM-02", DeleteBucketEncryption(bucket="b")),
        ("PRM-03", GetBucketEncryption(bucket="b")),
    ],
)
def test_who_has_no_right_to_the_configuration_is_refused(
    ask: Ask, any_day: dt.date, clause: str, action: Action, principal: str
) -> None:
    found = ask(BUCKET, default("AES256"), replace(action, principal=principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert clause in found.decisive


def test_a_policy_that_shares_objects_does_not_share_the_configuration(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, policy("share"), GetBucketEncryption(bucket="b", principal="other"), as_of=any_day)
    assert found.answers == {DENIED}


def test_who_lacks_rights_in_kms_alone_may_configure(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED),), principal=NO_KMS))
    assert found.answers == {"accepted"}


def configuring(owner: str) -> list[Action]:
    return [
        PutBucketEncryption(bucket="b", rules=SSE_S3_RULES, expected_owner=owner),
        GetBucketEncryption(bucket="b", expected_owner=owner),
        DeleteBucketEncryption(bucket="b", expected_owner=owner),
    ]


@pytest.mark.parametrize("action", configuring("other"), ids=lambda action: type(action).__name__)
def test_another_owner_than_expected_is_refused(ask: Ask, any_day: dt.date, action: Action) -> None:
    found = ask(BUCKET, default("AES256"), action, as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-04")


@pytest.mark.parametrize("action", configuring("main"), ids=lambda action: type(action).__name__)
def test_the_expected_owner_is_accepted(ask: Ask, any_day: dt.date, action: Action) -> None:
    found = ask(BUCKET, default("AES256"), action, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("PRM-05")


# --- rights on keys -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("principal", [NO_KMS, NO_GENERATE])
def test_a_write_needs_a_right_on_the_key_that_it_names(ask: Ask, any_day: dt.date, principal: str) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-06")


@pytest.mark.parametrize("principal", [NO_KMS, NO_GENERATE])
def test_a_write_needs_a_right_on_the_key_that_the_default_names(ask: Ask, any_day: dt.date, principal: str) -> None:
    found = ask(BUCKET, KEY, default(key=NAMED), put(principal=principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-07")


@pytest.mark.parametrize("principal", [NO_KMS, NO_DECRYPT])
def test_a_read_needs_a_right_on_the_key(ask: Ask, any_day: dt.date, principal: str) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), get(principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-08")


@pytest.mark.parametrize("principal", [NO_KMS, NO_DECRYPT])
def test_a_copy_needs_a_right_on_the_key_of_its_source(ask: Ask, any_day: dt.date, principal: str) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), copy("AES256", principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-08")


def test_a_write_without_the_right_to_decrypt_is_accepted_or_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, NO_DECRYPT), as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.rests_on("PRM-09")


def test_a_read_without_the_right_to_generate_is_accepted_or_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), get(NO_GENERATE), as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.rests_on("PRM-10")


@pytest.mark.parametrize("principal", [NO_KMS, NO_GENERATE, NO_DECRYPT])
def test_the_managed_key_may_be_used_without_rights_or_not(ask: Ask, any_day: dt.date, principal: str) -> None:
    for program in ((put("aws:kms", principal=principal),), (put("aws:kms"), get(principal))):
        found = ask(BUCKET, *program, as_of=any_day)
        assert found.answers == {"accepted", DENIED}
        assert found.rests_on("PRM-11")


@pytest.mark.parametrize("principal", [NO_KMS, NO_DECRYPT])
def test_a_head_without_a_right_to_the_key_is_answered_or_refused(ask: Ask, any_day: dt.date, principal: str) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), HeadObject(bucket="b", key="o", principal=principal), as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.rests_on("PRM-12")


def test_sse_s3_needs_no_right_in_kms(ask: Ask, any_day: dt.date) -> None:
    for program in ((put("AES256", principal=NO_KMS),), (put("AES256"), get(NO_KMS))):
        found = ask(BUCKET, *program, as_of=any_day)
        assert found.answers == {"accepted"}
        assert found.rests_on("PRM-13")


# --- policies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [(), (default("AES256"),), (default(),)], ids=["no default", "AES256", "aws:kms"])
def test_a_default_does_not_make_up_for_the_header_that_a_policy_demands(
    ask: Ask, any_day: dt.date, before: tuple[Action, ...]
) -> None:
    found = ask(BUCKET, *before, policy("require-header"), put(), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-14")


def test_a_copy_without_the_header_that_a_policy_demands_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, put(), policy("require-header"), copy(), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-14")


@pytest.mark.parametrize(
    ("name", "algorithm"), [("require-header", "AES256"), ("require-header", "aws:kms"), ("require-kms", "aws:kms")]
)
def test_the_header_that_a_policy_demands_is_enough(ask: Ask, any_day: dt.date, name: Policy, algorithm: str) -> None:
    found = ask(BUCKET, policy(name), put(algorithm), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {algorithm}
    assert found.rests_on("PRM-15")


@pytest.mark.parametrize("algorithm", [None, "AES256"])
def test_a_policy_that_demands_kms_looks_at_the_header_and_not_at_the_default(
    ask: Ask, any_day: dt.date, algorithm: str | None
) -> None:
    found = ask(BUCKET, default(), policy("require-kms"), put(algorithm), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-16")


def test_a_policy_about_writes_says_nothing_about_reads(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, put(), policy("require-kms"), get("main"), as_of=any_day).answers == {"accepted"}


# --- multipart uploads ----------------------------------------------------------------------------------------------


def upload(key: KeyRef | None = NAMED, principal: str = "main") -> CreateMultipartUpload:
    headers = EncryptionHeaders(None if key is None else "aws:kms", key)
    return CreateMultipartUpload(bucket="b", key="m", upload="u", headers=headers, principal=principal)


@pytest.mark.parametrize("principal", [NO_KMS, NO_GENERATE])
@pytest.mark.parametrize("key", [NAMED, None], ids=["header", "default"])
def test_the_beginning_of_an_upload_needs_the_right_to_generate(
    ask: Ask, any_day: dt.date, key: KeyRef | None, principal: str
) -> None:
    found = ask(BUCKET, KEY, default(key=NAMED), upload(key, principal), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-17")


@pytest.mark.parametrize("principal", [NO_KMS, NO_DECRYPT])
def test_a_part_needs_the_right_to_decrypt(ask: Ask, any_day: dt.date, principal: str) -> None:
    part = UploadPart(bucket="b", key="m", upload="u", body="part", principal=principal)
    found = ask(BUCKET, KEY, upload(), part, as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("PRM-18")


def test_an_upload_may_be_begun_without_the_right_to_decrypt_or_not(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, upload(principal=NO_DECRYPT), as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.rests_on("PRM-09")


@pytest.mark.parametrize("principal", [NO_KMS, NO_GENERATE, NO_DECRYPT])
def test_a_part_under_the_managed_key_may_be_sent_without_rights_or_not(
    ask: Ask, any_day: dt.date, principal: str
) -> None:
    begin = CreateMultipartUpload(bucket="b", key="m", upload="u", headers=EncryptionHeaders("aws:kms"))
    part = UploadPart(bucket="b", key="m", upload="u", body="part", principal=principal)
    found = ask(BUCKET, begin, part, as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.rests_on("PRM-11")


def test_whether_a_part_needs_the_right_to_generate_is_not_said(ask: Ask, any_day: dt.date) -> None:
    part = UploadPart(bucket="b", key="m", upload="u", body="part", principal=NO_GENERATE)
    assert ask(BUCKET, KEY, upload(), part, as_of=any_day).answers == {"accepted", DENIED}


def test_whether_the_end_of_an_upload_needs_rights_is_not_said(ask: Ask, any_day: dt.date) -> None:
    part = UploadPart(bucket="b", key="m", upload="u", body="part")
    end = CompleteMultipartUpload(bucket="b", key="m", upload="u", principal=NO_KMS)
    assert ask(BUCKET, KEY, upload(), part, end, as_of=any_day).answers == {"accepted", DENIED}


def test_parts_under_sse_s3_need_no_right_in_kms(ask: Ask, any_day: dt.date) -> None:
    begin = CreateMultipartUpload(bucket="b", key="m", upload="u", headers=EncryptionHeaders("AES256"))
    part = UploadPart(bucket="b", key="m", upload="u", body="part", principal=NO_KMS)
    assert ask(BUCKET, begin, part, as_of=any_day).answers == {"accepted"}


def test_whether_a_part_may_be_copied_from_what_the_requester_cannot_decrypt_is_not_said(
    ask: Ask, any_day: dt.date
) -> None:
    begin = CreateMultipartUpload(bucket="b", key="m", upload="u", headers=EncryptionHeaders("AES256"))
    part = UploadPartCopy(
        bucket="b", key="m", upload="u", source_bucket="b", source_key="o", principal="main/no-decrypt"
    )
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), begin, part, as_of=any_day)
    assert found.answers == {"accepted", DENIED}


def test_whether_a_policy_about_writes_holds_for_uploads_is_not_said(ask: Ask, any_day: dt.date) -> None:
    begin = CreateMultipartUpload(bucket="b", key="m", upload="u")
    assert ask(BUCKET, policy("require-header"), begin, as_of=any_day).answers == {"accepted", DENIED}
    part = UploadPart(bucket="b", key="m", upload="u", body="part")
    assert ask(BUCKET, begin, policy("require-header"), part, as_of=any_day).answers == {"accepted", DENIED}


@pytest.mark.parametrize("principal", ["main/no-kms", "other"])
def test_what_else_such_a_requester_may_do_is_not_described(ask: Ask, any_day: dt.date, principal: str) -> None:
    batch = BatchCopy(bucket="b", key="c", source_bucket="b", source_key="o", principal=principal)
    assert ask(BUCKET, policy("share"), put(), batch, as_of=any_day).prediction.open
