"""Putting, reading and deleting the default of a bucket: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DisableKey,
    GetBucketEncryption,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.outcomes import AsPut

if TYPE_CHECKING:
    from conftest import Ask

LAST_DAY_WITHOUT_BASELINE = dt.date(2023, 1, 4)
BASELINE = dt.date(2023, 1, 5)

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
GET = GetBucketEncryption(bucket="b")
DELETE = DeleteBucketEncryption(bucket="b")
WRITE = PutObject(bucket="b", key="o", body="content")

SSE_S3 = Rule("AES256")
SSE_KMS = Rule("aws:kms", KeyRef("id", "k"))
MANAGED = Rule("aws:kms")

NO_DEFAULT = "404 ServerSideEncryptionConfigurationNotFoundError"


def default(*rules: Rule) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=rules)


@pytest.mark.parametrize("rule", [SSE_S3, SSE_KMS, MANAGED], ids=["AES256", "aws:kms with a key", "aws:kms alone"])
def test_one_valid_rule_is_accepted(ask: Ask, any_day: dt.date, rule: Rule) -> None:
    found = ask(BUCKET, KEY, default(rule), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("CFG-01")


def test_a_new_configuration_leaves_nothing_of_the_earlier_one(ask: Ask, any_day: dt.date) -> None:
    earlier = Rule("aws:kms", KeyRef("arn", "k"), bucket_key=True)
    found = ask(BUCKET, KEY, default(earlier), default(MANAGED), GET, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("default_algorithm") == {"aws:kms"}
    assert found.wants("default_key") == {None}
    assert found.wants("default_bucket_key") == {False}
    assert found.rests_on("CFG-02")


@pytest.mark.parametrize("rule", [SSE_S3, SSE_KMS], ids=["AES256", "aws:kms"])
def test_the_algorithm_that_was_put_is_shown(ask: Ask, any_day: dt.date, rule: Rule) -> None:
    found = ask(BUCKET, KEY, default(rule), GET, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("default_algorithm") == {rule.algorithm}
    assert found.rests_on("CFG-03")


def test_the_algorithm_that_was_put_last_is_shown(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(SSE_KMS), default(SSE_S3), GET, as_of=any_day)
    assert found.wants("default_algorithm") == {"AES256"}
    assert found.wants("default_key") == {None}


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY_WITHOUT_BASELINE], ids=dt.date.isoformat)
def test_before_the_baseline_a_bucket_without_default_shows_none(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, GET, as_of=day)
    assert found.answers == {NO_DEFAULT}
    assert found.rests_on("CFG-04")


@pytest.mark.parametrize("day", [BASELINE, EDITION], ids=dt.date.isoformat)
def test_since_the_baseline_a_bucket_without_default_shows_aes256(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, GET, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("default_algorithm") == {"AES256"}
    assert found.wants("default_key") == {None}
    assert found.wants("default_bucket_key") == {False}
    assert found.rests_on("CFG-05")


@pytest.mark.parametrize(
    "before", [(), (default(SSE_S3),), (default(SSE_S3), DELETE)], ids=["never put", "put", "already deleted"]
)
def test_deleting_the_default_answers_204_each_time(ask: Ask, any_day: dt.date, before: tuple[Action, ...]) -> None:
    found = ask(BUCKET, *before, DELETE, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("status") == {"204"}
    assert found.rests_on("CFG-06")


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY_WITHOUT_BASELINE], ids=dt.date.isoformat)
def test_before_the_baseline_deleting_removes_the_default(ask: Ask, day: dt.date) -> None:
    configured = (BUCKET, KEY, default(SSE_KMS), DELETE)
    shown = ask(*configured, GET, as_of=day)
    assert shown.answers == {NO_DEFAULT}
    assert shown.rests_on("CFG-07")
    written = ask(*configured, WRITE, as_of=day)
    assert written.wants("algorithm") == {None}
    assert written.rests_on("CFG-07")


@pytest.mark.parametrize("day", [BASELINE, EDITION], ids=dt.date.isoformat)
def test_since_the_baseline_deleting_resets_the_default_to_aes256(ask: Ask, day: dt.date) -> None:
    configured = (BUCKET, KEY, default(SSE_KMS), DELETE)
    found = ask(*configured, GET, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("default_algorithm") == {"AES256"}
    assert found.wants("default_key") == {None}
    assert found.wants("default_bucket_key") == {False}
    assert found.rests_on("CFG-08")
    written = ask(*configured, WRITE, as_of=day)
    assert written.wants("algorithm") == {"AES256"}
    assert written.rests_on("CFG-08")


def test_a_configuration_of_no_rule_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(), as_of=any_day)
    assert found.answers == {"400 MalformedXML"}
    assert found.rests_on("CFG-09")


def test_a_configuration_of_two_rules_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(SSE_KMS, SSE_S3), as_of=any_day)
    assert found.answers == {"400 MalformedXML"}
    assert found.rests_on("CFG-10")


@pytest.mark.parametrize("algorithm", ["SSE-KMS", "AES512", "aws:KMS"])
def test_an_unknown_algorithm_is_refused(ask: Ask, any_day: dt.date, algorithm: str) -> None:
    found = ask(BUCKET, default(Rule(algorithm)), as_of=any_day)
    assert found.answers == {"400 MalformedXML InvalidArgument"}
    assert found.rests_on("CFG-11")


def test_a_rule_without_an_algorithm_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(Rule(None, KeyRef("id", "k"))), as_of=any_day)
    assert found.answers == {"400 MalformedXML InvalidArgument"}
    assert found.rests_on("CFG-12")


@pytest.mark.parametrize("bucket_key", [None, True], ids=["empty rule", "BucketKeyEnabled alone"])
def test_a_rule_that_applies_nothing_is_accepted_or_refused(
    ask: Ask, any_day: dt.date, bucket_key: bool | None
) -> None:
    found = ask(BUCKET, default(Rule(bucket_key=bucket_key, apply=False)), as_of=any_day)
    assert found.answers == {"accepted", "400 MalformedXML"}
    assert found.rests_on("CFG-13")


def test_what_a_rule_that_applies_nothing_does_to_the_earlier_default_is_open(ask: Ask) -> None:
    found = ask(BUCKET, KEY, default(SSE_KMS), default(Rule(apply=False)), GET)
    assert found.wants("default_algorithm") == {"aws:kms", "AES256"}


@pytest.mark.parametrize(
    "key", [KeyRef("id", "k"), KeyRef("arn", "k"), KeyRef("alias", "aws/s3")], ids=["id", "ARN", "alias"]
)
def test_aes256_with_a_key_is_refused(ask: Ask, any_day: dt.date, key: KeyRef) -> None:
    found = ask(BUCKET, KEY, default(Rule("AES256", key)), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("CFG-14")


def test_aes256_with_an_empty_key_is_accepted_or_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(Rule("AES256", KeyRef("text", ""))), as_of=any_day)
    assert found.answers == {"accepted", "400 InvalidArgument"}


def test_aws_kms_with_an_empty_key_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(Rule("aws:kms", KeyRef("text", ""))), as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("CFG-15")


@pytest.mark.parametrize(
    ("preparation", "key"),
    [
        ((), KeyRef("id", "nobody")),
        ((), KeyRef("arn", "nobody")),
        ((), KeyRef("alias", "nobody")),
        ((), KeyRef("text", "aws/s3")),
        ((KEY, DisableKey(key="k")), KeyRef("id", "k")),
        ((KEY, ScheduleKeyDeletion(key="k")), KeyRef("id", "k")),
        ((KEY, ScheduleKeyDeletion(key="k"), CancelKeyDeletion(key="k")), KeyRef("id", "k")),
        ((CreateKey(key="k", region="away"),), KeyRef("arn", "k")),
    ],
    ids=["id", "ARN", "alias", "no key", "disabled", "pending deletion", "deletion cancelled", "another Region"],
)
def test_a_key_that_cannot_be_used_is_accepted_as_default(
    ask: Ask, any_day: dt.date, preparation: tuple[Action, ...], key: KeyRef
) -> None:
    found = ask(BUCKET, *preparation, default(Rule("aws:kms", key)), as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("CFG-16")


@pytest.mark.parametrize(
    "key",
    [
        KeyRef("id", "k"),
        KeyRef("arn", "k"),
        KeyRef("alias", "name"),
        KeyRef("alias-arn", "name"),
        KeyRef("alias", "aws/s3"),
        KeyRef("id", "nobody"),
    ],
    ids=["id", "ARN", "alias", "alias ARN", "alias aws/s3", "unknown id"],
)
def test_the_key_is_shown_as_it_was_put(ask: Ask, any_day: dt.date, key: KeyRef) -> None:
    prepared = (BUCKET, KEY, CreateAlias(alias="name", key="k"))
    found = ask(*prepared, default(Rule("aws:kms", key)), GET, as_of=any_day)
    assert found.wants("default_key") == {AsPut()}
    assert found.rests_on("CFG-17")


def test_a_default_without_a_key_is_accepted_and_shown_without_a_key(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, default(MANAGED), as_of=any_day).rests_on("CFG-18")
    found = ask(BUCKET, default(MANAGED), GET, as_of=any_day)
    assert found.wants("default_algorithm") == {"aws:kms"}
    assert found.wants("default_key") == {None}
    assert found.rests_on("CFG-18")


def test_a_default_without_a_key_is_shown_without_a_key_also_after_it_was_used(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, default(MANAGED), WRITE, GET, as_of=any_day).wants("default_key") == {None}


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_an_omitted_bucket_key_is_shown_as_false(ask: Ask, any_day: dt.date, algorithm: str) -> None:
    found = ask(BUCKET, default(Rule(algorithm)), GET, as_of=any_day)
    assert found.wants("default_bucket_key") == {False}
    assert found.rests_on("CFG-19")


def test_a_bucket_key_next_to_aes256_is_accepted_and_shown(ask: Ask, any_day: dt.date) -> None:
    put = default(Rule("AES256", bucket_key=True))
    accepted = ask(BUCKET, put, as_of=any_day)
    assert accepted.answers == {"accepted"}
    assert accepted.rests_on("CFG-20")
    found = ask(BUCKET, put, GET, as_of=any_day)
    assert found.wants("default_bucket_key") == {True}
    assert found.rests_on("CFG-20")


def test_a_bucket_key_next_to_aws_kms_is_shown(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(Rule("aws:kms", bucket_key=True)), GET, as_of=any_day)
    assert found.wants("default_bucket_key") == {True}
    assert found.rests_on("CFG-21")


def test_a_bucket_key_of_false_is_shown_as_false(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(Rule("aws:kms", bucket_key=False)), GET, as_of=any_day)
    assert found.wants("default_bucket_key") == {False}


@pytest.mark.parametrize("action", [GET, DELETE, default(SSE_S3)], ids=["get", "delete", "put"])
def test_a_missing_bucket_is_not_found(ask: Ask, any_day: dt.date, action: Action) -> None:
    found = ask(action, as_of=any_day)
    assert found.answers == {"404 NoSuchBucket"}
    assert found.rests_on("CFG-22")


@pytest.mark.parametrize(
    "action",
    [default(), default(SSE_S3, SSE_S3), default(Rule("AES512")), PutBucketEncryption(bucket="b", malformed=True)],
    ids=["no rule", "two rules", "unknown algorithm", "no XML"],
)
def test_a_missing_bucket_is_not_found_also_where_the_body_is_wrong(ask: Ask, any_day: dt.date, action: Action) -> None:
    assert ask(action, as_of=any_day).answers == {"404 NoSuchBucket"}


def test_a_body_that_is_not_xml_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, PutBucketEncryption(bucket="b", malformed=True), as_of=any_day)
    assert found.answers == {"400 MalformedXML"}
    assert found.rests_on("CFG-23")


def test_a_refused_configuration_leaves_the_earlier_one(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, default(MANAGED), default(SSE_S3, SSE_S3), GET, as_of=any_day)
    assert found.wants("default_algorithm") == {"aws:kms"}


def test_what_is_shown_of_a_rule_without_an_algorithm_is_not_described(ask: Ask, any_day: dt.date) -> None:
    bare = PutBucketEncryption(bucket="b", rules=(Rule(bucket_key=True, apply=False),))
    assert ask(CreateBucket(bucket="b"), bare, GetBucketEncryption(bucket="b"), as_of=any_day).prediction.open
