"""Changing the encryption of an object where it is: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec import effects, following
from sse_spec.actions import (
    Action,
    CreateAlias,
    CreateBucket,
    CreateKey,
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
    UpdateObjectEncryption,
)
from sse_spec.clauses import EDITION
from sse_spec.law import laws
from sse_spec.model import Model, standard
from sse_spec.observations import Observation
from sse_spec.outcomes import KeyArn
from sse_spec.world import Stored

if TYPE_CHECKING:
    from conftest import Ask, Walk

FIRST_UPDATE = dt.date(2026, 1, 28)
SINCE = pytest.mark.parametrize("day", [FIRST_UPDATE, EDITION], ids=dt.date.isoformat)

BUCKET = CreateBucket(bucket="b")
VERSIONED = PutBucketVersioning(bucket="b", status="Enabled")
KEY = CreateKey(key="k")
OTHER = CreateKey(key="other")
ALIAS = CreateAlias(alias="name", key="k")
NAMED = KeyRef("arn", "k")
ANOTHER = KeyRef("arn", "other")
HEAD = HeadObject(bucket="b", key="o")
UPDATE = UpdateObjectEncryption(bucket="b", key="o", kms_key=NAMED)
OF_NO_KIND = {"400", "403 AccessDenied"}
"""What is permitted where no document says how a request is refused."""


def default(algorithm: str, bucket_key: bool | None = None) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, bucket_key=bucket_key),))


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


BEFORE = pytest.mark.parametrize(
    "before",
    [put("AES256"), put("aws:kms"), put("aws:kms", ANOTHER)],
    ids=["AES256", "aws/s3", "another key"],
)


@SINCE
@BEFORE
def test_an_sse_s3_or_sse_kms_object_can_be_put_under_a_key(ask: Ask, day: dt.date, before: Action) -> None:
    found = ask(BUCKET, KEY, OTHER, before, UPDATE, as_of=day)
    assert found.answers == {"accepted"}
    assert found.rests_on("UPD-01")


@SINCE
@BEFORE
def test_an_updated_object_is_under_the_key_that_was_named(ask: Ask, day: dt.date, before: Action) -> None:
    found = ask(BUCKET, KEY, OTHER, before, UPDATE, HEAD, as_of=day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("k")}
    assert found.rests_on("UPD-02")


def test_an_update_does_not_heed_the_default_of_the_bucket(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put("AES256"), default("AES256"), UPDATE, HEAD)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.rests_on("UPD-02")


@SINCE
@BEFORE
def test_an_update_keeps_the_etag(ask: Ask, day: dt.date, before: Action) -> None:
    found = ask(BUCKET, KEY, OTHER, before, UPDATE, HEAD, as_of=day)
    assert found.wants("etag") == {"kept"}
    assert found.rests_on("UPD-03")


@SINCE
@pytest.mark.parametrize(
    ("before", "asked", "used"),
    [
        ((put("AES256"),), True, True),
        ((put("aws:kms", ANOTHER, True),), None, False),
        ((put("aws:kms", ANOTHER, True),), False, False),
        ((default("aws:kms", True), put("AES256")), None, False),
    ],
    ids=["asked for", "as before", "as before, refused", "by default"],
)
def test_an_updated_object_uses_a_bucket_key_only_where_the_update_asks_for_it(
    ask: Ask, day: dt.date, before: tuple[Action, ...], asked: bool | None, used: bool
) -> None:
    found = ask(BUCKET, KEY, OTHER, *before, replace(UPDATE, bucket_key=asked), HEAD, as_of=day)
    assert found.wants("bucket_key") == {used}
    assert found.rests_on("UPD-04")


@SINCE
@pytest.mark.parametrize(
    "named",
    [KeyRef("id", "k"), KeyRef("alias", "name"), KeyRef("alias-arn", "name"), KeyRef("text", "not-a-key")],
    ids=lambda one: one.form,
)
def test_a_key_named_otherwise_than_by_its_arn_is_refused(ask: Ask, day: dt.date, named: KeyRef) -> None:
    found = ask(BUCKET, KEY, ALIAS, put("AES256"), replace(UPDATE, kms_key=named), as_of=day)
    assert found.answers == {"400 InvalidRequest"}
    assert found.rests_on("UPD-05")


@SINCE
def test_an_object_of_another_encryption_is_refused(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, put("aws:kms:dsse"), UPDATE, as_of=day)
    assert found.answers == {"400 InvalidRequest"}
    assert found.rests_on("UPD-06")


@SINCE
@pytest.mark.parametrize("shared", [False, True], ids=["kept to itself", "shared"])
def test_a_key_of_another_account_is_refused(ask: Ask, day: dt.date, shared: bool) -> None:
    theirs = CreateKey(key="k", principal="other", shared=shared)
    found = ask(BUCKET, theirs, put("AES256"), UPDATE, as_of=day)
    assert found.answers == {"403 AccessDenied"}
    assert found.rests_on("UPD-07")


@SINCE
@pytest.mark.parametrize(
    "made",
    [(), (KEY, DisableKey(key="k")), (KEY, ScheduleKeyDeletion(key="k")), (CreateKey(key="k", region="away"),)],
    ids=["missing", "disabled", "pending", "away"],
)
def test_an_update_to_a_key_that_cannot_be_used_is_refused(ask: Ask, day: dt.date, made: tuple[Action, ...]) -> None:
    found = ask(BUCKET, put("AES256"), *made, UPDATE, as_of=day)
    assert found.answers == OF_NO_KIND
    assert found.rests_on("UPD-08")


@SINCE
def test_an_update_of_an_object_whose_key_cannot_be_used_is_refused(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, OTHER, put("aws:kms", ANOTHER), DisableKey(key="other"), UPDATE, as_of=day)
    assert found.answers == OF_NO_KIND
    assert found.rests_on("UPD-08")


@SINCE
def test_an_update_of_an_object_that_is_not_there_is_refused(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, KEY, UPDATE, as_of=day)
    assert found.answers == {"404 NoSuchKey"}
    assert found.rests_on("UPD-09")


def test_of_two_reasons_against_an_update_either_may_be_given(ask: Ask) -> None:
    found = ask(BUCKET, KEY, replace(UPDATE, kms_key=KeyRef("id", "k")))
    assert found.answers == {"404 NoSuchKey", "400 InvalidRequest"}


@SINCE
def test_an_update_makes_no_new_version(walk: Walk, day: dt.date) -> None:
    world = walk(BUCKET, VERSIONED, KEY, as_of=day)
    world = effects.wrote(world, put("AES256"), (Stored("content", "AES256"),), "the id that the write answered")
    (before,) = standard(day).look(world, UPDATE)
    (accepted,) = before.case.prediction.outcomes
    world = following.follow(world, UPDATE, Observation(200), [(before.scene, accepted)])
    assert len(world.buckets["b"].objects["o"]) == 1
    (after,) = standard(day).look(world, HEAD)
    (shown,) = after.case.prediction.outcomes
    assert {field.want for field in shown.fields if field.name == "version_id"} == {"kept"}
    assert "UPD-10" in after.case.decisive & shown.derivation


@SINCE
def test_an_update_changes_one_version_only(ask: Ask, day: dt.date) -> None:
    program = (BUCKET, VERSIONED, KEY, put("AES256"), put("AES256"), replace(UPDATE, version=0))
    newest = ask(*program, HEAD, as_of=day)
    assert newest.wants("algorithm") == {"AES256"}
    assert newest.wants("kms_key") == {None}
    assert newest.rests_on("UPD-11")
    assert ask(*program, replace(HEAD, version=0), as_of=day).wants("algorithm") == {"aws:kms"}


@SINCE
def test_an_update_that_names_no_version_changes_the_newest(ask: Ask, day: dt.date) -> None:
    program = (BUCKET, VERSIONED, KEY, put("AES256"), put("AES256"), UPDATE)
    assert ask(*program, HEAD, as_of=day).wants("algorithm") == {"aws:kms"}
    older = ask(*program, replace(HEAD, version=0), as_of=day)
    assert older.wants("algorithm") == {"AES256"}
    assert older.rests_on("UPD-11")


@SINCE
@pytest.mark.parametrize("flag", [None, True], ids=["no bucket key", "bucket key"])
def test_an_update_that_changes_nothing_is_accepted_or_refused(ask: Ask, day: dt.date, flag: bool | None) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED, flag), replace(UPDATE, bucket_key=flag), as_of=day)
    assert found.answers == {"accepted", "400 InvalidRequest"}
    assert found.rests_on("UPD-12")


def test_an_update_that_changes_only_the_bucket_key_is_accepted(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put("aws:kms", NAMED), replace(UPDATE, bucket_key=True))
    assert found.answers == {"accepted"}
    assert found.rests_on("UPD-01")


def test_the_content_of_an_updated_object_is_what_was_written(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put("AES256"), UPDATE, GetObject(bucket="b", key="o"))
    assert found.wants("body") == {"written"}
    assert found.wants("algorithm") == {"aws:kms"}


def test_before_there_was_such_an_operation_nothing_is_said_of_it(ask: Ask) -> None:
    day = FIRST_UPDATE - dt.timedelta(days=1)
    assert ask(BUCKET, KEY, put("AES256"), UPDATE, as_of=day).prediction.open


def test_no_document_speaks_of_an_update_to_the_aws_managed_key(ask: Ask) -> None:
    managed = replace(UPDATE, kms_key=KeyRef("arn", "aws/s3@main"))
    assert ask(BUCKET, put("AES256"), managed).prediction.open


# --- worlds that only a wrong S3 leads to, and what is not described --------------------------------------------------


def test_in_a_bucket_that_does_not_exist_nothing_is_updated(ask: Ask) -> None:
    assert ask(KEY, UPDATE).answers == {"404 NoSuchBucket"}


def test_a_refused_update_leaves_the_object_as_it_was(ask: Ask) -> None:
    found = ask(BUCKET, KEY, put("AES256"), replace(UPDATE, kms_key=KeyRef("id", "k")), HEAD)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}


def test_a_version_that_is_under_the_same_key_shows_nothing_of_the_update_of_another(ask: Ask) -> None:
    program = (BUCKET, VERSIONED, KEY, put("AES256"), put("aws:kms", NAMED), replace(UPDATE, version=0), HEAD)
    assert "UPD-11" not in ask(*program).decisive


def test_an_object_under_what_is_no_key_may_be_refused(walk: Walk) -> None:
    world = effects.wrote(walk(BUCKET, KEY), put("aws:kms"), (Stored("content", "aws:kms", "=a text"),), None)
    (looked,) = standard(EDITION).look(world, UPDATE)
    assert {one.refusal is None for one in looked.case.prediction.outcomes} == {True, False}


def test_who_accepts_the_update_of_what_is_not_there_leaves_nothing_there(walk: Walk) -> None:
    world = walk(BUCKET, KEY)
    lenient = Model(EDITION, law=tuple(law.without("UPD-09") for law in laws(EDITION)))
    (looked,) = lenient.look(world, UPDATE)
    (accepted,) = looked.case.prediction.outcomes
    assert following.follow(world, UPDATE, Observation(200), [(looked.scene, accepted)]) == world


@pytest.mark.parametrize(
    "program",
    [
        (BUCKET, KEY, put("AES256"), replace(UPDATE, version=7)),
        (BUCKET, KEY, put("AES256"), replace(UPDATE, principal="other")),
        (BUCKET, KEY, put("AES256"), replace(UPDATE, kms_key=KeyRef("text", ""))),
    ],
    ids=["no such version", "another account", "no text"],
)
def test_of_other_updates_nothing_is_said(ask: Ask, program: tuple[Action, ...]) -> None:
    assert ask(*program).prediction.open
