"""What jobs, updates and requests about logging leave behind where there is nothing to be left in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sse_spec import effects
from sse_spec.actions import (
    Action,
    BatchCopy,
    CreateBucket,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketLogging,
    PutObject,
    UpdateObjectEncryption,
)
from sse_spec.world import EMPTY, Stored, World

if TYPE_CHECKING:
    from conftest import Ask, Walk

BUCKET = CreateBucket(bucket="b")
PUT = PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders("AES256"))
UPDATE = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k"))
AGAIN = BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o", headers=EncryptionHeaders("AES256"))
AWAY = BatchCopy(bucket="nowhere", key="o", source_bucket="b", source_key="o")
LOG = PutBucketLogging(bucket="b", target="b")
STORED = (Stored("content", "aws:kms", "k"),)


@pytest.mark.parametrize("action", [LOG, UPDATE], ids=lambda one: type(one).__name__)
def test_in_a_world_without_buckets_nothing_is_left(action: Action) -> None:
    assert effects.done(EMPTY, action) == EMPTY


def test_no_destination_is_settled_for_a_bucket_that_is_not_there() -> None:
    assert effects.settle_logging(EMPTY, "b", ("logs",)) == EMPTY


def test_a_destination_that_is_settled_again_changes_nothing(walk: Walk) -> None:
    world = walk(BUCKET)
    assert effects.settle_logging(world, "b", (None,)) is world


def test_a_bucket_may_be_its_own_destination(walk: Walk) -> None:
    bucket = walk(BUCKET, LOG).buckets["b"]
    assert bucket.logging == ("b",)
    assert bucket.log_sources == {"b"}


def test_nothing_is_updated_that_is_not_there(walk: Walk) -> None:
    for world in (EMPTY, walk(BUCKET)):
        assert effects.updated(world, UPDATE, STORED) == world


def test_a_job_leaves_nothing_in_a_bucket_that_is_not_there(walk: Walk) -> None:
    world = walk(BUCKET, PUT)
    assert effects.copied_by_job(world, AWAY, STORED, None) == world


def test_of_a_job_whose_source_is_not_known_nothing_is_remembered(walk: Walk) -> None:
    for world in (walk(BUCKET), effects.forget_object(walk(BUCKET, PUT), "b", "o")):
        (version,) = effects.copied_by_job(world, AGAIN, STORED, None).buckets["b"].objects["o"]
        assert (version.candidates, version.change) == (STORED, None)


def test_an_update_of_what_is_not_known_leaves_it_unknown_unless_it_is_certain(walk: Walk) -> None:
    world = effects.forget_object(walk(BUCKET, PUT), "b", "o")
    assert _newest(effects.updated(world, UPDATE, STORED, certain=False)) == ()
    assert _newest(effects.updated(world, UPDATE, STORED)) == STORED


def test_a_copy_that_is_encrypted_as_its_source_tells_nothing_of_the_job(ask: Ask) -> None:
    found = ask(BUCKET, PUT, AGAIN, HeadObject(bucket="b", key="o"))
    assert found.wants("algorithm") == {"AES256"}
    assert found.decisive.isdisjoint({"BAT-02", "BAT-03", "BAT-04"})


def _newest(world: World) -> tuple[Stored | None, ...]:
    return world.buckets["b"].objects["o"][-1].candidates
