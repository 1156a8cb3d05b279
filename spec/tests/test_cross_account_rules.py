"""Encryption across accounts: an example for each clause. `main` owns the bucket and shares it with `other`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DisableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutObject,
    Rule,
)
from sse_spec.outcomes import KeyArn

if TYPE_CHECKING:
    from conftest import Ask

BUCKET = (CreateBucket(bucket="b"), PutBucketPolicy(bucket="b", policy="share"))
OWNERS_KEY = CreateKey(key="owners")
SHARED_KEY = CreateKey(key="shared", shared=True)
OTHERS_KEY = CreateKey(key="others", principal="other")
KEYS = (OWNERS_KEY, SHARED_KEY, OTHERS_KEY)
OTHERS_MANAGED, OWNERS_MANAGED = KeyArn("aws/s3@other"), KeyArn("aws/s3@main")

DENIED = "403 AccessDenied"
NOT_FOUND = "400 KMS.NotFoundException"


def default(form: KeyForm | None = None, name: str = "") -> PutBucketEncryption:
    key = None if form is None else KeyRef(form, name)
    return PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", key),))


def put(
    algorithm: str | None = None, form: KeyForm | None = None, name: str = "", principal: str = "other"
) -> PutObject:
    key = None if form is None else KeyRef(form, name)
    return PutObject(
        bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key), principal=principal
    )


def get(principal: str) -> GetObject:
    return GetObject(bucket="b", key="o", principal=principal)


def head(principal: str) -> HeadObject:
    return HeadObject(bucket="b", key="o", principal=principal)


def alias(key: str, principal: str) -> CreateAlias:
    return CreateAlias(alias="name", key=key, principal=principal)


# --- aws/s3 ---------------------------------------------------------------------------------------------------------


def test_under_a_default_without_a_key_the_managed_key_is_that_of_the_writer(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, default(), put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {OTHERS_MANAGED}
    assert found.rests_on("XAC-01", "KMS-03")


def test_under_a_header_without_a_key_the_managed_key_is_that_of_the_writer(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, put("aws:kms"), as_of=any_day)
    assert found.wants("kms_key") == {OTHERS_MANAGED}
    assert found.rests_on("XAC-01", "KMS-04")


def test_the_owner_of_the_bucket_writes_under_its_own_managed_key(ask: Ask, any_day: dt.date) -> None:
    assert ask(*BUCKET, put("aws:kms", principal="main"), as_of=any_day).wants("kms_key") == {OWNERS_MANAGED}


def test_a_write_under_the_own_managed_key_is_accepted_in_a_bucket_of_another_account(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(*BUCKET, put("aws:kms"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("XAC-02")


def test_who_wrote_under_its_own_managed_key_can_read_it_there(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, put("aws:kms"), get("other"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("XAC-02")


@pytest.mark.parametrize(("writer", "reader"), [("other", "main"), ("main", "other")])
def test_an_object_under_the_managed_key_of_one_account_cannot_be_read_from_the_other(
    ask: Ask, any_day: dt.date, writer: str, reader: str
) -> None:
    found = ask(*BUCKET, put("aws:kms", principal=writer), get(reader), as_of=any_day)
    assert found.answers == {DENIED}
    assert "XAC-03" in found.decisive


def test_an_object_under_the_managed_key_of_another_account_cannot_be_copied(ask: Ask, any_day: dt.date) -> None:
    copy = CopyObject(bucket="own", key="copy", source_bucket="b", source_key="o", principal="other")
    own = CreateBucket(bucket="own", principal="other")
    found = ask(*BUCKET, own, put("aws:kms", principal="main"), copy, as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("XAC-03")


# --- keys by their ARN ----------------------------------------------------------------------------------------------


def test_a_write_may_name_a_shared_key_by_its_arn(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "shared"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("shared")}
    assert found.rests_on("XAC-04", "KMS-01")


def test_a_shared_key_that_the_default_names_by_its_arn_is_used_for_the_other_account(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(*BUCKET, *KEYS, default("arn", "shared"), put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("shared")}
    assert found.rests_on("XAC-05", "KMS-02")


def test_a_key_of_the_writer_that_the_default_names_by_its_arn_needs_no_sharing(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, default("arn", "others"), put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("others")}
    assert "XAC-05" not in found.decisive


def test_an_object_under_a_shared_key_can_be_read_from_the_other_account(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "shared", "main"), get("other"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("body") == {"written"}
    assert found.rests_on("XAC-06")


def test_a_write_that_names_a_key_that_is_not_shared_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "owners"), as_of=any_day)
    assert found.answers == {DENIED, NOT_FOUND}
    assert found.rests_on("XAC-07")


def test_a_key_of_another_account_is_refused_in_a_bucket_of_ones_own_too(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "others", "main"), as_of=any_day)
    assert found.answers == {DENIED, NOT_FOUND}
    assert found.rests_on("XAC-07")


def test_a_key_that_nobody_made_is_not_found_by_the_other_account_either(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, default("arn", "absent"), put(), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert found.rests_on("KMS-16")


def test_a_shared_key_that_is_disabled_is_refused_as_ones_own_is(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, DisableKey(key="shared"), put("aws:kms", "arn", "shared"), as_of=any_day)
    assert found.answers == {"400 KMS.DisabledException"}
    assert found.rests_on("KMS-14")


def test_a_default_grants_no_right_to_a_key_that_is_not_shared(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, default("arn", "owners"), put(), as_of=any_day)
    assert found.answers == {DENIED, NOT_FOUND}
    assert found.rests_on("XAC-08")


def test_the_owner_of_the_bucket_writes_under_the_key_that_is_not_shared(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, default("arn", "owners"), put(principal="main"), as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("owners")}


def test_an_object_under_a_key_that_is_not_shared_cannot_be_read_from_the_other_account(
    ask: Ask, any_day: dt.date
) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "owners", "main"), get("other"), as_of=any_day)
    assert found.answers == {DENIED}
    assert found.rests_on("XAC-09")


def test_the_owner_of_the_bucket_cannot_read_what_is_under_a_key_of_the_writer(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "others"), get("main"), as_of=any_day)
    assert found.answers == {DENIED}
    assert "XAC-09" in found.decisive


def test_whether_the_owner_may_read_what_another_account_wrote_is_not_said(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "shared"), get("main"), as_of=any_day)
    assert found.answers == {"accepted", DENIED}


# --- bare key ids and aliases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["shared", "owners"])
def test_a_bare_key_id_in_a_request_is_looked_for_in_the_account_of_the_requester(
    ask: Ask, any_day: dt.date, key: str
) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "id", key), as_of=any_day)
    assert found.answers == {DENIED, NOT_FOUND}


def test_a_bare_id_of_a_shared_key_is_of_no_use_in_a_request(ask: Ask, any_day: dt.date) -> None:
    assert "XAC-10" in ask(*BUCKET, *KEYS, put("aws:kms", "id", "shared"), as_of=any_day).decisive


def test_a_bare_id_of_a_key_of_the_requester_is_found(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "id", "others"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("others")}


def test_a_bare_id_of_a_shared_key_is_of_no_use_in_a_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, default("id", "shared"), put(), as_of=any_day)
    assert found.answers == {DENIED, NOT_FOUND}
    assert "XAC-11" in found.decisive


def test_an_alias_in_a_request_is_resolved_in_the_account_of_the_requester(ask: Ask, any_day: dt.date) -> None:
    aliases = (alias("shared", "main"), alias("others", "other"))
    found = ask(*BUCKET, *KEYS, *aliases, put("aws:kms", "alias", "name"), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("others")}
    assert found.rests_on("XAC-12")


def test_the_owner_cannot_read_what_an_alias_has_put_under_a_key_of_the_requester(ask: Ask, any_day: dt.date) -> None:
    aliases = (alias("shared", "main"), alias("others", "other"))
    found = ask(*BUCKET, *KEYS, *aliases, put("aws:kms", "alias", "name"), get("main"), as_of=any_day)
    assert found.answers == {DENIED}


def test_an_alias_that_only_the_owner_of_the_bucket_has_is_of_no_use_in_a_request(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, alias("shared", "main"), put("aws:kms", "alias", "name"), as_of=any_day)
    assert found.answers == {NOT_FOUND}
    assert "XAC-12" in found.decisive


def test_an_alias_in_the_default_is_resolved_in_the_account_of_the_requester_or_of_the_owner(
    ask: Ask, any_day: dt.date
) -> None:
    aliases = (alias("shared", "main"), alias("others", "other"))
    found = ask(*BUCKET, *KEYS, *aliases, default("alias", "name"), put(), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("kms_key") == {KeyArn("others"), KeyArn("shared")}
    assert found.rests_on("XAC-13")


def test_an_alias_in_the_default_that_only_the_owner_has_is_used_or_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, alias("shared", "main"), default("alias", "name"), put(), as_of=any_day)
    assert found.answers == {"accepted", DENIED, NOT_FOUND}
    assert found.wants("kms_key") == {KeyArn("shared")}


def test_an_alias_in_the_default_never_leads_to_a_key_that_the_requester_may_not_use(
    ask: Ask, any_day: dt.date
) -> None:
    aliases = (alias("owners", "main"), alias("others", "other"))
    found = ask(*BUCKET, *KEYS, *aliases, default("alias", "name"), put(), as_of=any_day)
    assert found.answers == {"accepted", DENIED, NOT_FOUND}
    assert found.wants("kms_key") == {KeyArn("others")}


def test_the_owner_of_the_bucket_finds_its_own_alias(ask: Ask, any_day: dt.date) -> None:
    aliases = (alias("owners", "main"), alias("others", "other"))
    found = ask(*BUCKET, *KEYS, *aliases, default("alias", "name"), put(principal="main"), as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("owners")}


def test_a_head_of_an_object_under_a_key_of_another_account_is_answered_or_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKET, *KEYS, put("aws:kms", "arn", "owners", "main"), head("other"), as_of=any_day)
    assert found.answers == {"accepted", DENIED}
    assert found.wants("kms_key") == {KeyArn("owners")}


def test_a_bucket_that_is_not_shared_is_not_described(ask: Ask, any_day: dt.date) -> None:
    assert ask(CreateBucket(bucket="b"), put("aws:kms"), as_of=any_day).prediction.open
