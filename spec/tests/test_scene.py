"""From a world and an action to the situation that the rules see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sse_spec import effects
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.model import predict
from sse_spec.outcomes import Refusal
from sse_spec.scene import Scene, resolve, scenes, version_of
from sse_spec.situation import MANAGED, Form, Situation, State
from sse_spec.world import Setting, Stored, World

if TYPE_CHECKING:
    from conftest import Walk

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
HEAD = HeadObject(bucket="b", key="o")
PUT = PutObject(bucket="b", key="o", body="content")


def default(rule: Rule) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(rule,))


def put(algorithm: str | None = None, key: KeyRef | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key))


def only(world: World, action: Action) -> Scene:
    (found,) = scenes(world, action)
    return found


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (KeyRef("id", "k"), ("id", "k", "enabled")),
        (KeyRef("arn", "off"), ("arn", "off", "disabled")),
        (KeyRef("arn", "far"), ("arn", "far", "away")),
        (KeyRef("arn", "theirs"), ("arn", "theirs", "foreign")),
        (KeyRef("id", "nobody"), ("id", None, "missing")),
        (KeyRef("alias", "name"), ("alias", "k", "enabled")),
        (KeyRef("alias-arn", "name"), ("alias-arn", "k", "enabled")),
        (KeyRef("alias", "theirs"), ("alias", None, "missing")),
        (KeyRef("alias", "dangling"), ("alias", None, "missing")),
        (KeyRef("alias", "aws/s3"), ("aws/s3", "aws/s3@main", "enabled")),
        (KeyRef("alias-arn", "aws/s3"), ("aws/s3", "aws/s3@main", "enabled")),
        (KeyRef("arn", "aws/s3@main"), ("arn", "aws/s3@main", "enabled")),
        (KeyRef("arn", "aws/s3@other"), ("arn", "aws/s3@other", "foreign")),
        (KeyRef("text", "fake-key-id"), ("text", None, "missing")),
        (KeyRef("text", ""), ("empty", None, "missing")),
    ],
    ids=lambda value: f"{value.form} {value.name}" if isinstance(value, KeyRef) else value[2],
)
def test_a_reference_is_followed_as_kms_does_for_the_requester(
    walk: Walk, reference: KeyRef, expected: tuple[Form, str | None, State]
) -> None:
    world = walk(
        KEY,
        CreateKey(key="off"),
        DisableKey(key="off"),
        CreateKey(key="far", region="away"),
        CreateKey(key="theirs", principal="other"),
        CreateAlias(alias="name", key="k"),
        CreateAlias(alias="theirs", key="theirs", principal="other"),
        CreateAlias(alias="dangling", key="nobody"),
    )
    assert resolve(world, "main", reference) == expected


def test_a_situation_does_not_depend_on_names(walk: Walk) -> None:
    one = walk(BUCKET, KEY, default(Rule("aws:kms", KeyRef("id", "k"))), PUT)
    other_default = PutBucketEncryption(bucket="c", rules=(Rule("aws:kms", KeyRef("id", "q")),))
    other = walk(
        CreateBucket(bucket="c"), CreateKey(key="q"), other_default, PutObject(bucket="c", key="p", body="other")
    )
    assert only(one, HEAD).situation == only(other, HeadObject(bucket="c", key="p")).situation
    assert only(one, HEAD).keys == {"K1": "k"}
    assert only(other, HeadObject(bucket="c", key="p")).keys == {"K1": "q"}


def test_two_references_to_one_key_have_one_label(walk: Walk) -> None:
    world = walk(BUCKET, KEY, CreateAlias(alias="name", key="k"), default(Rule("aws:kms", KeyRef("alias", "name"))))
    situation = only(world, put("aws:kms", KeyRef("arn", "k"))).situation
    assert situation.default_key_label == situation.header_key_label == "K1"
    assert (situation.default_key, situation.header_key) == ("alias", "arn")


def test_the_managed_key_has_a_label_of_its_own(walk: Walk) -> None:
    world = walk(BUCKET, KEY, default(Rule("aws:kms", KeyRef("alias", "aws/s3"))))
    situation = only(world, put("aws:kms", KeyRef("arn", "k"))).situation
    assert situation.default_key_label == MANAGED
    assert situation.header_key_label not in (None, MANAGED)


def test_what_only_a_wrong_s3_would_look_at_is_in_the_situation(walk: Walk) -> None:
    versioned = PutBucketVersioning(bucket="b", status="Enabled")
    copying = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", source_version=0)
    world = walk(BUCKET, KEY, versioned, PUT, put("aws:kms", KeyRef("id", "k")), default(Rule("aws:kms")), copying)
    older = only(world, GetObject(bucket="b", key="o", version=0)).situation
    assert older.default_changed
    assert older.newer_algorithm == "aws:kms"
    assert older.copied_algorithm == "aws:kms"
    newest = only(world, HEAD).situation
    assert newest.newer_algorithm is None
    assert newest.copied_algorithm is None


def test_each_combination_of_candidates_has_its_scene(walk: Walk) -> None:
    world = walk(BUCKET, default(Rule("AES256")), DeleteBucketEncryption(bucket="b"))
    world = effects.wrote(world, PUT, (Stored("content"), Stored("content", "AES256")), None)
    in_place = CopyObject(bucket="b", key="o", source_bucket="b", source_key="o")
    assert len(scenes(world, PUT)) == len(scenes(world, GetBucketEncryption(bucket="b"))) == 2
    assert len(scenes(world, HEAD)) == len(scenes(world, in_place)) == 4


def test_of_what_is_not_known_any_more_everything_is_permitted(walk: Walk) -> None:
    world = effects.forget_object(walk(BUCKET, PUT), "b", "o")
    assert scenes(world, HEAD) == ()
    assert predict(world, HEAD).open


@pytest.mark.parametrize(("index", "body"), [(None, "second"), (0, "first"), (1, "second"), (2, None), (-1, None)])
def test_versions_are_counted_from_the_oldest(walk: Walk, index: int | None, body: str | None) -> None:
    first, second = (PutObject(bucket="b", key="o", body=text) for text in ("first", "second"))
    world = walk(BUCKET, PutBucketVersioning(bucket="b", status="Enabled"), first, second)
    version = version_of(world.buckets["b"], "o", index)
    assert (None if version is None else version.candidates) == (None if body is None else (Stored(body, "AES256"),))
    assert version_of(world.buckets["b"], "p", None) is None


@pytest.mark.parametrize(
    ("deleted", "body"), [((1,), "first"), ((0,), "second"), ((None, 2), "second"), ((1, 0), None), ((None,), None)]
)
def test_the_newest_version_is_the_last_that_was_not_deleted(
    walk: Walk, deleted: tuple[int | None, ...], body: str | None
) -> None:
    writes = [PutObject(bucket="b", key="o", body=text) for text in ("first", "second")]
    deletions = [DeleteObject(bucket="b", key="o", version=index) for index in deleted]
    world = walk(BUCKET, PutBucketVersioning(bucket="b", status="Enabled"), *writes, *deletions)
    version = version_of(world.buckets["b"], "o", None)
    assert version is not None
    assert [stored and stored.body for stored in version.candidates] == [body]


@pytest.mark.parametrize(
    "action",
    [
        KEY,
        DisableKey(key="k"),
        PutObject(bucket="b", key="o", principal="other"),
        put("SSE-C"),
        put("aws:kms", KeyRef("text", "")),
    ],
    ids=["CreateKey", "DisableKey", "another's bucket", "SSE-C as a name", "empty key"],
)
def test_what_this_edition_does_not_describe_is_open(walk: Walk, action: Action) -> None:
    world = walk(BUCKET, KEY)
    assert not only(world, action).situation.described
    assert predict(world, action).open


def test_an_object_under_what_is_no_key_may_be_refused_or_answered(walk: Walk) -> None:
    world = effects.set_stored(walk(BUCKET, PUT), "b", "o", None, (Stored("content", "aws:kms", "=a text"),))
    copying = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o")
    assert only(world, HEAD).situation.object_key_state == "unknown"
    for action in (HEAD, GetObject(bucket="b", key="o"), copying):
        refusals = {outcome.refusal for outcome in predict(world, action).outcomes}
        assert refusals == {None, Refusal(400, ())}


def test_a_situation_knows_whether_keys_are_named() -> None:
    assert Situation(action="PutObject", header_key="id").header_key_given
    assert not Situation(action="PutObject").header_key_given
    assert Situation(action="PutObject", default_algorithm="aws:kms", default_key="id").default_names_key
    for key in (None, "empty"):
        assert not Situation(action="PutObject", default_algorithm="aws:kms", default_key=key).default_names_key


def test_a_read_of_nothing_assumes_the_setting_of_a_new_bucket() -> None:
    assert only(World(), HEAD).setting == Setting()


def test_a_copy_tells_whether_another_account_wrote_its_source(walk: Walk) -> None:
    share = PutBucketPolicy(bucket="b", policy="share")
    theirs = PutObject(bucket="b", key="o", body="content", principal="other")
    copy = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o")
    assert scenes(walk(BUCKET, share, theirs), copy)[0].situation.others_object
    assert not scenes(walk(BUCKET, share, PUT), copy)[0].situation.others_object
