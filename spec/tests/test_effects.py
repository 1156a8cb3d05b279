"""What an action leaves behind in the world."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.effects import (
    CANDIDATE_LIMIT,
    configured,
    done,
    forget_bucket,
    forget_object,
    maybe_wrote,
    refused_write,
    set_stored,
    settle,
    wrote,
)
from sse_spec.world import EMPTY, Bucket, KeyState, Setting, Stored, Version, World, managed_key

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
ENABLED = PutBucketVersioning(bucket="b", status="Enabled")
SUSPENDED = PutBucketVersioning(bucket="b", status="Suspended")
PUT = PutObject(bucket="b", key="o", body="content")
COPY = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("alias", "name")),))
DELETE_DEFAULT = DeleteBucketEncryption(bucket="b")

PLAIN = Stored("content")
AES = Stored("content", "AES256")
MANAGED = Stored("content", "aws:kms", managed_key("main"))


def after(*actions: Action, world: World = EMPTY) -> World:
    for action in actions:
        world = done(world, action)
    return world


def versions(world: World, key: str = "o", bucket: str = "b") -> tuple[Version, ...]:
    return world.buckets[bucket].objects.get(key, ())


def stored(world: World, key: str = "o") -> list[tuple[Stored | None, ...]]:
    return [version.candidates for version in versions(world, key)]


# --- buckets and keys -------------------------------------------------------------------------------------------------


def test_a_new_bucket_belongs_to_its_creator_and_has_no_default() -> None:
    bucket = after(CreateBucket(bucket="b", principal="other")).buckets["b"]
    assert bucket == Bucket("other")
    assert bucket.settings == (Setting(None, configured=False),)


def test_creating_a_bucket_again_leaves_it_as_it_is() -> None:
    world = after(BUCKET, ENABLED)
    assert after(BUCKET, world=world) is world


def test_versioning_is_switched_on_and_suspended() -> None:
    assert after(BUCKET, ENABLED).buckets["b"].versioning == "Enabled"
    assert after(BUCKET, ENABLED, SUSPENDED).buckets["b"].versioning == "Suspended"


def test_a_new_key_is_enabled_and_lives_where_it_was_made() -> None:
    key = after(CreateKey(key="k", principal="other", region="away")).keys["k"]
    assert (key.account, key.region, key.state) == ("other", "away", "enabled")


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ((EnableKey(key="k"),), "enabled"),
        ((DisableKey(key="k"),), "disabled"),
        ((DisableKey(key="k"), EnableKey(key="k")), "restored"),
        ((DisableKey(key="k"), EnableKey(key="k"), DisableKey(key="k")), "disabled"),
        ((ScheduleKeyDeletion(key="k"),), "pending"),
        ((DisableKey(key="k"), ScheduleKeyDeletion(key="k")), "pending"),
        ((ScheduleKeyDeletion(key="k"), EnableKey(key="k")), "pending"),
        ((ScheduleKeyDeletion(key="k"), DisableKey(key="k")), "pending"),
        ((ScheduleKeyDeletion(key="k"), CancelKeyDeletion(key="k")), "cancelled"),
        ((ScheduleKeyDeletion(key="k"), CancelKeyDeletion(key="k"), EnableKey(key="k")), "restored"),
        ((CancelKeyDeletion(key="k"),), "enabled"),
    ],
    ids=lambda value: value if isinstance(value, str) else ", ".join(type(one).__name__ for one in value),
)
def test_a_key_changes_its_state_as_kms_says(actions: tuple[Action, ...], state: KeyState) -> None:
    assert state in get_args(KeyState)
    assert after(KEY, *actions).keys["k"].state == state


def test_an_alias_points_where_it_was_pointed_last_in_its_account() -> None:
    world = after(CreateAlias(alias="name", key="k"), CreateAlias(alias="name", key="far", principal="other"))
    assert world.aliases["main", "name"] == "k"
    world = after(UpdateAlias(alias="name", key="second"), world=world)
    assert world.aliases["main", "name"] == "second"
    assert world.aliases["other", "name"] == "far"


def test_a_deleted_alias_points_nowhere() -> None:
    world = after(CreateAlias(alias="name", key="k"), DeleteAlias(alias="name"))
    assert ("main", "name") not in world.aliases
    assert after(DeleteAlias(alias="name"), world=world) == world


@pytest.mark.parametrize(
    "action",
    [
        ENABLED,
        DisableKey(key="k"),
        DeleteObject(bucket="b", key="o"),
        HeadObject(bucket="b", key="o"),
    ],
    ids=lambda action: type(action).__name__,
)
def test_what_is_not_there_is_not_changed(action: Action) -> None:
    assert done(EMPTY, action) is EMPTY


# --- deleting ---------------------------------------------------------------------------------------------------------


def test_a_deletion_without_versioning_removes_the_object() -> None:
    world = after(DeleteObject(bucket="b", key="o"), world=wrote(after(BUCKET), PUT, (AES,), None))
    assert versions(world) == ()


def test_a_deletion_with_versioning_adds_a_marker() -> None:
    world = after(DeleteObject(bucket="b", key="o"), world=wrote(after(BUCKET, ENABLED), PUT, (AES,), "v1"))
    assert stored(world) == [(AES,), (None,)]
    assert [version.marker for version in versions(world)] == [False, True]


def test_a_deleted_version_leaves_the_numbers_of_the_others() -> None:
    world = after(BUCKET, ENABLED)
    for number in range(3):
        world = wrote(world, PUT, (replace(AES, body=str(number)),), f"v{number}")
    world = after(DeleteObject(bucket="b", key="o", version=1), world=world)
    assert stored(world) == [(replace(AES, body="0"),), (None,), (replace(AES, body="2"),)]


@pytest.mark.parametrize("version", [1, -1])
def test_deleting_a_version_that_is_not_there_changes_nothing(version: int) -> None:
    world = wrote(after(BUCKET), PUT, (AES,), None)
    assert done(world, DeleteObject(bucket="b", key="o", version=version)) is world
    assert done(world, DeleteObject(bucket="b", key="p")) is world


# --- the default ------------------------------------------------------------------------------------------------------


def settings(*actions: PutBucketEncryption | DeleteBucketEncryption) -> tuple[Setting, ...]:
    world = after(BUCKET, KEY, CreateAlias(alias="name", key="k"))
    for action in actions:
        world = configured(world, action, world.buckets["b"].settings)
    return world.buckets["b"].settings


def test_an_accepted_configuration_replaces_the_default_and_remembers_what_was_there() -> None:
    assert settings(SSE_S3) == (Setting(SSE_S3.rules[0], configured=True),)
    assert settings(SSE_S3, SSE_KMS) == (
        Setting(SSE_KMS.rules[0], configured=True, previous=SSE_S3.rules[0], key_then="k"),
    )


def test_a_deleted_default_may_or_may_not_count_as_configured() -> None:
    previous = SSE_S3.rules[0]
    assert set(settings(SSE_S3, DELETE_DEFAULT)) == {
        Setting(None, configured=True, previous=previous),
        Setting(None, configured=False, previous=previous),
    }


def test_deleting_twice_is_deleting_once() -> None:
    assert set(settings(SSE_S3, DELETE_DEFAULT, DELETE_DEFAULT)) == set(settings(SSE_S3, DELETE_DEFAULT))


def test_deleting_what_was_never_configured_changes_no_setting() -> None:
    assert settings(DELETE_DEFAULT) == (Setting(),)


@pytest.mark.parametrize("rules", [(), (Rule(apply=False),), (Rule(None),)], ids=["none", "nothing applied", "no name"])
def test_what_a_wrongly_accepted_configuration_does_is_open(rules: tuple[Rule, ...]) -> None:
    found = settings(SSE_S3, PutBucketEncryption(bucket="b", rules=rules))
    put = Setting(rules[0] if rules else Rule(), configured=True, previous=SSE_S3.rules[0])
    assert set(found) == {*settings(SSE_S3), put, Setting(None, configured=True), Setting(None, configured=False)}


def test_a_configuration_of_unknown_fate_leaves_both_settings_possible() -> None:
    world = configured(after(BUCKET), SSE_S3, (Setting(),), certain=False)
    assert world.buckets["b"].settings == (Setting(), Setting(SSE_S3.rules[0], configured=True))


def test_a_configuration_ends_what_a_bucket_key_header_did_and_is_counted() -> None:
    world = wrote(after(BUCKET), replace(PUT, headers=EncryptionHeaders("aws:kms", bucket_key=True)), (MANAGED,), None)
    assert world.buckets["b"].override is True
    changed = configured(world, SSE_S3, (Setting(),)).buckets["b"]
    assert (changed.override, changed.configurations) == (None, 1)


def test_a_setting_is_settled_once_it_is_known() -> None:
    world = configured(after(BUCKET), SSE_S3, (Setting(),), certain=False)
    known = settle(world, "b", (Setting(),))
    assert known.buckets["b"].settings == (Setting(),)
    assert settle(known, "b", (Setting(), Setting())) is known


def test_of_too_many_settings_nothing_is_known() -> None:
    many = [Setting(Rule(str(number))) for number in range(CANDIDATE_LIMIT + 1)]
    assert len(settle(after(BUCKET), "b", many[:-1]).buckets["b"].settings) == CANDIDATE_LIMIT
    assert settle(after(BUCKET), "b", many).buckets["b"].settings == ()


# --- writes -----------------------------------------------------------------------------------------------------------


def test_a_refused_write_is_remembered_until_the_object_is_written() -> None:
    refused = refused_write(after(BUCKET), PUT)
    assert "o" in refused.buckets["b"].refused
    assert versions(refused) == ()
    assert "o" not in wrote(refused, PUT, (AES,), None).buckets["b"].refused


def test_without_versioning_a_write_replaces_the_object() -> None:
    world = wrote(wrote(after(BUCKET), PUT, (PLAIN,), None), PUT, (AES,), None)
    assert stored(world) == [(AES,)]


def test_with_versioning_a_write_adds_a_version() -> None:
    world = wrote(wrote(after(BUCKET, ENABLED), PUT, (PLAIN,), "v1"), PUT, (AES,), "v2")
    assert stored(world) == [(PLAIN,), (AES,)]


def test_with_versioning_suspended_a_write_replaces_the_null_version_alone() -> None:
    world = after(SUSPENDED, world=wrote(after(BUCKET, ENABLED), PUT, (PLAIN,), "v1"))
    world = wrote(wrote(world, PUT, (AES,), "null"), PUT, (MANAGED,), "null")
    assert stored(world) == [(PLAIN,), (MANAGED,)]


def test_an_object_knows_how_often_the_default_had_been_changed() -> None:
    world = configured(after(BUCKET), SSE_S3, (Setting(),))
    assert versions(wrote(world, PUT, (AES,), None))[0].configurations == 1


def test_the_last_bucket_key_header_into_a_bucket_is_remembered() -> None:
    with_header = replace(PUT, headers=EncryptionHeaders("aws:kms", bucket_key=False))
    world = wrote(wrote(after(BUCKET), with_header, (MANAGED,), None), PUT, (AES,), None)
    assert world.buckets["b"].override is False


def test_the_buckets_in_which_the_managed_key_was_used_are_remembered() -> None:
    world = after(BUCKET, CreateBucket(bucket="c"))
    world = wrote(world, PUT, (MANAGED,), None)
    world = wrote(wrote(world, PUT, (MANAGED,), None), replace(PUT, bucket="c"), (MANAGED,), None)
    assert world.managed["main"] == {"b", "c"}
    assert "main" not in wrote(after(BUCKET), PUT, (AES,), None).managed


def test_a_write_that_may_have_stored_nothing_says_nothing_of_the_managed_key() -> None:
    world = wrote(after(BUCKET), PUT, (None, MANAGED), None)
    assert stored(world) == [(None, MANAGED)]
    assert "main" not in world.managed
    assert "main" not in wrote(after(BUCKET), PUT, (), None).managed


def test_a_copy_is_noted_on_its_source() -> None:
    world = wrote(wrote(after(BUCKET), PUT, (PLAIN,), None), COPY, (AES,), None)
    assert [version.copied for version in versions(world)] == [AES]
    assert stored(world) == [(PLAIN,)]
    assert stored(world, "copy") == [(AES,)]


def test_a_copy_of_a_version_is_noted_on_that_version() -> None:
    world = after(BUCKET, ENABLED)
    world = wrote(wrote(world, PUT, (PLAIN,), "v1"), PUT, (AES,), "v2")
    world = wrote(world, replace(COPY, source_version=0), (MANAGED,), "v3")
    assert [version.copied for version in versions(world)] == [MANAGED, None]


@pytest.mark.parametrize(
    "copying",
    [
        replace(COPY, key="o"),
        replace(COPY, source_bucket="c"),
        replace(COPY, source_key="p"),
        replace(COPY, source_version=7),
    ],
    ids=["in place", "no bucket", "no object", "no version"],
)
def test_a_copy_in_place_or_from_nowhere_is_noted_nowhere(copying: CopyObject) -> None:
    world = wrote(wrote(after(BUCKET), PUT, (PLAIN,), None), copying, (AES,), None)
    assert all(version.copied is None for key in ("o", "copy") for version in versions(world, key))


# --- writes of unknown fate -------------------------------------------------------------------------------------------


def test_a_write_of_unknown_fate_leaves_the_old_object_possible() -> None:
    world = maybe_wrote(wrote(after(BUCKET), PUT, (PLAIN,), None), PUT, (AES,))
    assert stored(world) == [(PLAIN, AES)]
    assert stored(maybe_wrote(after(BUCKET), PUT, (AES,))) == [(None, AES)]


def test_a_version_of_unknown_fate_is_one_more_until_the_next_write() -> None:
    world = maybe_wrote(wrote(after(BUCKET, ENABLED), PUT, (PLAIN,), "v1"), PUT, (AES,))
    assert stored(world) == [(PLAIN,), (PLAIN, AES)]
    assert stored(maybe_wrote(world, PUT, (MANAGED,))) == [(PLAIN,), (PLAIN, AES, MANAGED)]
    assert stored(wrote(world, PUT, (MANAGED,), "v2")) == [(PLAIN,), (MANAGED,)]


def test_of_too_many_objects_nothing_is_known() -> None:
    many = tuple(replace(AES, body=str(number)) for number in range(CANDIDATE_LIMIT + 1))
    assert stored(maybe_wrote(after(BUCKET), PUT, many)) == [()]


def test_where_nothing_is_known_a_write_of_unknown_fate_tells_nothing() -> None:
    world = set_stored(wrote(after(BUCKET), PUT, (AES,), None), "b", "o", None, ())
    assert stored(maybe_wrote(world, PUT, (PLAIN,))) == [()]


# --- what a read shows ------------------------------------------------------------------------------------------------


def test_a_read_decides_how_the_newest_or_a_named_version_is_stored() -> None:
    world = wrote(wrote(after(BUCKET, ENABLED), PUT, (PLAIN, AES), "v1"), PUT, (AES, MANAGED), "v2")
    assert stored(set_stored(world, "b", "o", None, (MANAGED,))) == [(PLAIN, AES), (MANAGED,)]
    assert stored(set_stored(world, "b", "o", 0, (PLAIN,))) == [(PLAIN,), (AES, MANAGED)]


def test_a_read_of_what_should_not_be_there_shows_that_it_is() -> None:
    assert stored(set_stored(after(BUCKET), "b", "o", None, (AES,))) == [(AES,)]


def test_a_read_that_shows_nothing_new_changes_nothing() -> None:
    world = wrote(after(BUCKET), PUT, (AES,), None)
    assert set_stored(world, "b", "o", None, (AES,)) is world
    assert set_stored(world, "b", "o", 7, (PLAIN,)) is world
    assert set_stored(world, "b", "p", None, (None,)) is world


def test_a_forgotten_object_may_be_anything() -> None:
    world = wrote(wrote(after(BUCKET, ENABLED), PUT, (PLAIN,), "v1"), PUT, (AES,), "v2")
    assert stored(forget_object(world, "b", "o")) == [(), ()]
    assert stored(forget_object(world, "b", "p"), "p") == [()]


def test_a_forgotten_bucket_may_have_any_default() -> None:
    assert forget_bucket(after(BUCKET), "b", "main").buckets["b"].settings == ()


def test_nothing_happens_in_a_bucket_that_is_not_there() -> None:
    assert configured(EMPTY, SSE_S3, ()) is EMPTY
    assert settle(EMPTY, "b", (Setting(),)) is EMPTY
    assert refused_write(EMPTY, PUT) is EMPTY
    assert wrote(EMPTY, PUT, (AES,), None) is EMPTY
    assert maybe_wrote(EMPTY, PUT, (AES,)) is EMPTY
    assert set_stored(EMPTY, "b", "o", None, (AES,)) is EMPTY
    assert forget_object(EMPTY, "b", "o") is EMPTY
