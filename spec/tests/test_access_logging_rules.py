"""Which bucket may take logs, and how they are encrypted there: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    GetBucketLogging,
    KeyRef,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    ReadLog,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.outcomes import AsPut

if TYPE_CHECKING:
    from conftest import Ask, Walk

LAST_DAY_WITHOUT_BASELINE = dt.date(2023, 1, 4)
BASELINE = dt.date(2023, 1, 5)

SOURCE = CreateBucket(bucket="source")
BARE = CreateBucket(bucket="logs")
ADMIT = PutBucketPolicy(bucket="logs", policy="log-delivery")
LOGS = (BARE, ADMIT)
KEY = CreateKey(key="k")
LOG = PutBucketLogging(bucket="source", target="logs")
END = PutBucketLogging(bucket="source", target=None)
SHOWN = GetBucketLogging(bucket="source")
LOOK = ReadLog(bucket="logs", source="source")
EITHER = {"accepted", "400"}


def default(algorithm: str, key: KeyRef | None = None, bucket: str = "logs") -> PutBucketEncryption:
    return PutBucketEncryption(bucket=bucket, rules=(Rule(algorithm, key),))


AES256 = default("AES256")
SSE_KMS = [
    pytest.param(default("aws:kms"), id="aws:kms"),
    pytest.param(default("aws:kms", KeyRef("arn", "k")), id="aws:kms with a key"),
]


@pytest.mark.parametrize("before", [(AES256,), (), (default("aws:kms"), AES256)], ids=["AES256", "none", "AES256 now"])
def test_a_destination_with_an_sse_s3_default_is_accepted(ask: Ask, any_day: dt.date, before: tuple[Action]) -> None:
    found = ask(SOURCE, *LOGS, *before, LOG, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("LOG-01")


def test_a_destination_whose_sse_kms_default_was_deleted_is_accepted(ask: Ask, any_day: dt.date) -> None:
    deleted = DeleteBucketEncryption(bucket="logs")
    assert ask(SOURCE, *LOGS, default("aws:kms"), deleted, LOG, as_of=any_day).answers == {"accepted"}


def test_the_default_of_the_source_does_not_matter(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, *LOGS, default("aws:kms", bucket="source"), LOG, as_of=any_day)
    assert found.answers == {"accepted"}


def test_a_destination_whose_policy_admits_no_logs_is_accepted_or_refused(ask: Ask, any_day: dt.date) -> None:
    assert ask(SOURCE, BARE, AES256, LOG, as_of=any_day).answers == EITHER


@pytest.mark.parametrize("configured", SSE_KMS)
def test_naming_a_bucket_with_an_sse_kms_default_is_accepted_or_refused(
    ask: Ask, any_day: dt.date, configured: Action
) -> None:
    found = ask(SOURCE, *LOGS, KEY, configured, LOG, as_of=any_day)
    assert found.answers == EITHER
    assert found.rests_on("LOG-02", "LOG-03")


@pytest.mark.parametrize("configured", SSE_KMS)
def test_giving_a_destination_an_sse_kms_default_is_accepted_or_refused(
    ask: Ask, any_day: dt.date, configured: Action
) -> None:
    found = ask(SOURCE, *LOGS, KEY, LOG, configured, as_of=any_day)
    assert found.answers == EITHER
    assert found.rests_on("LOG-02", "LOG-04")


@pytest.mark.parametrize("before", [(AES256,), (AES256, LOG, END)], ids=["never", "no more"])
def test_a_bucket_that_is_no_destination_takes_any_default(ask: Ask, any_day: dt.date, before: tuple[Action]) -> None:
    assert ask(SOURCE, *LOGS, *before, default("aws:kms"), as_of=any_day).answers == {"accepted"}


def test_a_destination_takes_an_sse_s3_default(ask: Ask, any_day: dt.date) -> None:
    assert ask(SOURCE, *LOGS, LOG, AES256, as_of=any_day).answers == {"accepted"}


@pytest.mark.parametrize("configured", SSE_KMS)
@pytest.mark.parametrize("first", [True, False], ids=["default first", "logging first"])
def test_no_log_arrives_in_a_bucket_with_an_sse_kms_default(
    ask: Ask, any_day: dt.date, configured: Action, first: bool
) -> None:
    steps = (configured, LOG) if first else (LOG, configured)
    found = ask(SOURCE, *LOGS, KEY, *steps, LOOK, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.wants("delivered") == {False}
    assert found.rests_on("LOG-02")


def test_that_no_log_was_found_proves_the_ban_only_where_logs_were_seen_to_come(ask: Ask, walk: Walk) -> None:
    banned = (*LOGS, default("aws:kms"), LOG, LOOK)
    unseen = ask(SOURCE, *banned)
    other = (
        CreateBucket(bucket="plain"),
        PutBucketPolicy(bucket="plain", policy="log-delivery"),
        PutBucketLogging(bucket="source", target="plain"),
        ReadLog(bucket="plain", source="source"),
    )
    assert walk(SOURCE, *other).delivers
    seen = ask(SOURCE, *other, *banned)
    assert unseen.prediction.shapes == seen.prediction.shapes
    assert "LOG-02" in unseen.decisive & seen.decisive


def test_a_log_takes_the_aes256_default_of_its_destination(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, *LOGS, AES256, LOG, LOOK, as_of=any_day)
    assert found.wants("delivered") == {True, False}
    assert found.wants("algorithm") == {"AES256"}
    assert "LOG-05" in found.decisive


@pytest.mark.parametrize("day", [BASELINE, EDITION], ids=dt.date.isoformat)
def test_since_the_baseline_a_log_is_sse_s3_where_nothing_is_configured(ask: Ask, day: dt.date) -> None:
    found = ask(SOURCE, *LOGS, LOG, LOOK, as_of=day)
    assert found.wants("algorithm") == {"AES256"}
    assert "LOG-06" in found.decisive


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY_WITHOUT_BASELINE], ids=dt.date.isoformat)
def test_before_the_baseline_nothing_is_said_of_a_log_where_nothing_is_configured(ask: Ask, day: dt.date) -> None:
    found = ask(SOURCE, *LOGS, LOG, LOOK, as_of=day)
    assert found.wants("delivered") == {True, False}
    assert found.wants("algorithm") == set()


def test_a_destination_that_does_not_exist_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, LOG, as_of=any_day)
    assert found.answers == {"400 InvalidTargetBucketForLogging"}
    assert found.rests_on("LOG-07")


def test_a_destination_in_another_region_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, CreateBucket(bucket="logs", region="away"), LOG, as_of=any_day)
    assert found.answers == {"403 CrossLocationLoggingProhibitted"}
    assert found.rests_on("LOG-08")


def test_a_destination_of_another_account_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, CreateBucket(bucket="logs", principal="other"), LOG, as_of=any_day)
    assert found.answers == {"400 InvalidTargetBucketForLogging"}
    assert found.rests_on("LOG-09")


@pytest.mark.parametrize("before", [(), (LOG,), (LOG, default("aws:kms"))], ids=["no destination", "AES256", "aws:kms"])
def test_an_empty_logging_status_is_accepted(ask: Ask, any_day: dt.date, before: tuple[Action]) -> None:
    found = ask(SOURCE, *LOGS, *before, END, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("LOG-10")


def test_the_destination_is_shown(ask: Ask, any_day: dt.date) -> None:
    found = ask(SOURCE, *LOGS, LOG, SHOWN, as_of=any_day)
    assert found.wants("logged_in") == {AsPut()}
    assert found.rests_on("LOG-11")


@pytest.mark.parametrize("before", [(), (LOG, END)], ids=["never", "no more"])
def test_no_destination_is_shown_where_there_is_none(ask: Ask, any_day: dt.date, before: tuple[Action]) -> None:
    found = ask(SOURCE, *LOGS, *before, SHOWN, as_of=any_day)
    assert found.wants("logged_in") == {None}


@pytest.mark.parametrize("request_", [LOG, END, SHOWN], ids=["put", "end", "get"])
def test_a_bucket_that_does_not_exist_has_no_logging(ask: Ask, any_day: dt.date, request_: Action) -> None:
    assert "404 NoSuchBucket" in ask(*LOGS, request_, as_of=any_day).answers


@pytest.mark.parametrize(
    "program",
    [
        (SOURCE, LOOK),
        (*LOGS, LOOK),
        (SOURCE, *LOGS, PutBucketLogging(bucket="source", target="logs", principal="other")),
        (SOURCE, GetBucketLogging(bucket="source", principal="other")),
    ],
    ids=["no destination", "no source", "another account", "another account reads"],
)
def test_of_other_requests_about_logs_nothing_is_said(ask: Ask, program: tuple[Action, ...]) -> None:
    assert ask(*program).prediction.open
