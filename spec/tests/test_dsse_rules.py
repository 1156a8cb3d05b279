"""Dual-layer encryption with KMS keys: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    DSSE,
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.law import laws
from sse_spec.machine import permitted
from sse_spec.outcomes import AsPut, KeyArn
from sse_spec.situation import Situation
from sse_spec.world import managed_key

if TYPE_CHECKING:
    from conftest import Ask

BEFORE = dt.date(2023, 6, 12)
DAYS = (dt.date(2023, 6, 13), EDITION)
BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
K = KeyRef("arn", "k")
AWS_S3 = KeyArn(managed_key("main"))


def default(algorithm: str = DSSE, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, key, bucket_key),))


def put(algorithm: str | None = DSSE, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


def copy(algorithm: str | None) -> CopyObject:
    return CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=EncryptionHeaders(algorithm))


@pytest.fixture(params=DAYS, ids=dt.date.isoformat)
def day(request: pytest.FixtureRequest) -> dt.date:
    """A day on which S3 knows DSSE-KMS; whoever asks for it says that its claim holds on every one."""
    found: dt.date = request.param
    return found


@pytest.mark.parametrize("key", [None, K], ids=["without a key", "with a key"])
def test_dsse_kms_can_be_the_default(ask: Ask, day: dt.date, key: KeyRef | None) -> None:
    found = ask(BUCKET, KEY, default(key=key), as_of=day)
    assert found.answers == {"accepted"}
    assert found.rests_on("DSS-01")


def test_a_dsse_kms_default_is_shown_as_it_was_put(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(key=K), GetBucketEncryption(bucket="b"), as_of=day)
    assert found.wants("default_algorithm") == {DSSE}
    assert found.wants("default_key") == {AsPut()}
    assert found.wants("default_bucket_key") == {False}


def test_what_a_dsse_kms_default_with_an_empty_key_is_answered_is_open(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, default(key=KeyRef("text", "")), as_of=day).answers == {"accepted", "400 InvalidArgument"}


@pytest.mark.parametrize("as_of", [FIRST_DAY, BEFORE], ids=dt.date.isoformat)
def test_before_its_day_dsse_kms_is_an_unknown_algorithm(ask: Ask, as_of: dt.date) -> None:
    configured = ask(BUCKET, default(), as_of=as_of)
    assert configured.answers == {"400 MalformedXML InvalidArgument"}
    assert configured.rests_on("CFG-11")
    written = ask(BUCKET, put(), as_of=as_of)
    assert written.answers == {"400 InvalidArgument"}
    assert written.rests_on("HDR-01")


@pytest.mark.parametrize(
    "situation",
    [
        Situation(action="PutObject", default_algorithm=DSSE),
        Situation(action="GetBucketEncryption", default_algorithm=DSSE),
        Situation(action="HeadObject", object_algorithm=DSSE),
    ],
    ids=["a default that is taken", "a default that is read", "an object that is read"],
)
def test_before_its_day_nothing_is_said_of_a_target_that_knows_dsse_kms(situation: Situation) -> None:
    assert all(permitted(situation, law.fresh()).open for law in laws(BEFORE))
    assert not any(permitted(situation, law.fresh()).open for law in laws(EDITION))


@pytest.mark.parametrize("write", [put(), copy(DSSE)], ids=["PutObject", "CopyObject"])
def test_a_write_may_ask_for_dsse_kms(ask: Ask, day: dt.date, write: Action) -> None:
    found = ask(BUCKET, put("AES256"), write, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {DSSE}
    assert found.rests_on("DSS-02", "DSS-03")


@pytest.mark.parametrize("read", [GetObject(bucket="b", key="o"), HeadObject(bucket="b", key="o")])
def test_reads_name_dsse_kms_by_its_own_name(ask: Ask, day: dt.date, read: Action) -> None:
    found = ask(BUCKET, KEY, put(key=K), read, as_of=day)
    assert found.wants("algorithm") == {DSSE}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("DSS-03")


def test_a_dsse_kms_default_is_taken_by_writes_without_headers(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, default(), put(None), as_of=day)
    assert found.wants("algorithm") == {DSSE}
    assert found.rests_on("DEF-01", "DSS-03")


def test_another_header_beats_a_dsse_kms_default(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, default(), put("AES256"), as_of=day).wants("algorithm") == {"AES256"}
    assert ask(BUCKET, default(), put("aws:kms"), as_of=day).wants("algorithm") == {"aws:kms"}


def test_the_key_of_a_dsse_kms_object_is_that_of_the_request_or_of_the_default_or_aws_s3(
    ask: Ask, day: dt.date
) -> None:
    named = ask(BUCKET, KEY, put(key=KeyRef("id", "k")), as_of=day)
    assert named.wants("kms_key") == {KeyArn("k")}
    assert named.rests_on("DSS-04", "KMS-01")
    by_default = ask(BUCKET, KEY, default(key=K), put(None), as_of=day)
    assert by_default.wants("kms_key") == {KeyArn("k")}
    assert by_default.rests_on("DSS-04", "KMS-02")
    assert ask(BUCKET, put(), as_of=day).wants("kms_key") == {AWS_S3}
    assert ask(BUCKET, default(), put(None), as_of=day).wants("kms_key") == {AWS_S3}


def test_over_a_default_with_a_key_a_header_without_one_means_either_key_as_for_sse_kms(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, default(key=K), put(), as_of=day)
    assert found.wants("kms_key") == {AWS_S3, KeyArn("k")}
    assert "KMS-05" in found.decisive


def test_a_key_that_cannot_be_used_is_refused_as_for_sse_kms(ask: Ask, day: dt.date) -> None:
    absent = ask(BUCKET, put(key=KeyRef("id", "nobody")), as_of=day)
    assert absent.answers == {"400 KMS.NotFoundException"}
    disabled = ask(BUCKET, KEY, DisableKey(key="k"), default(key=K), put(None), as_of=day)
    assert disabled.answers == {"400 KMS.DisabledException"}


@pytest.mark.parametrize(
    "program",
    [(default("aws:kms", bucket_key=True), put()), (put(bucket_key=True),), (default("aws:kms"), put(bucket_key=True))],
    ids=["by the default", "by the header", "by the header over a default"],
)
def test_a_dsse_kms_object_uses_no_bucket_key(ask: Ask, day: dt.date, program: tuple[Action, ...]) -> None:
    found = ask(BUCKET, *program, as_of=day)
    assert found.wants("bucket_key") == {False}
    assert "DSS-05" in found.decisive


def test_a_bucket_key_header_next_to_dsse_kms_is_ignored_or_refused(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, put(bucket_key=True), as_of=day).answers == {"accepted", "400"}


def test_a_dsse_kms_default_with_a_bucket_key_is_accepted_or_refused(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, default(bucket_key=True), as_of=day)
    assert found.answers == {"accepted", "400"}
    assert "DSS-06" in found.decisive
    shown = ask(BUCKET, default(bucket_key=True), GetBucketEncryption(bucket="b"), as_of=day)
    assert shown.wants("default_bucket_key") == set()


@pytest.mark.parametrize("program", [(put(),), (put("AES256"), copy(DSSE))], ids=["PutObject", "CopyObject"])
def test_the_etag_of_a_dsse_kms_object_is_the_md5_or_not(ask: Ask, day: dt.date, program: tuple[Action, ...]) -> None:
    found = ask(BUCKET, *program, as_of=day)
    assert found.wants("etag") == {"md5", "not-md5"}
    assert "DSS-07" in found.decisive


def test_a_copy_from_dsse_kms_has_the_etag_of_what_it_becomes(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, put(), copy("AES256"), as_of=day).wants("etag") == {"md5"}
    assert ask(BUCKET, put(), copy("aws:kms"), as_of=day).wants("etag") == {"not-md5"}


def test_what_dsse_kms_does_to_a_copy_in_place_is_open(ask: Ask, day: dt.date) -> None:
    onto_itself = CopyObject(
        bucket="b", key="o", source_bucket="b", source_key="o", headers=EncryptionHeaders("AES256")
    )
    assert ask(BUCKET, put(), onto_itself, as_of=day).answers == {"accepted", "400 InvalidRequest"}
