"""What a mutant remembers of a space."""

from __future__ import annotations

from sse_conformance.mutants.past import Past
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    GetObject,
    PutObject,
    UpdateAlias,
)
from sse_spec.world import EMPTY, Bucket, World

BUCKET, UNSET = CreateBucket(bucket="b"), DeleteBucketEncryption(bucket="b")
PUT, GET = PutObject(bucket="b", key="o"), GetObject(bucket="b", key="o")
COPY = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o")
KEY, ALIAS, MOVED = CreateKey(key="k"), CreateAlias(alias="a", key="k"), UpdateAlias(alias="a", key="k")


def after(*actions: Action) -> Past:
    past = Past()
    for action in actions:
        past.add(action, EMPTY)
    return past


def test_nothing_has_happened_at_first() -> None:
    past = Past()
    assert (past.calls, past.world) == ([], EMPTY)
    assert list(past.of_bucket("b")) == list(past.of_object("b", "o")) == []
    assert list(past.of_key("k")) == list(past.of_alias("a")) == []
    assert past.last("b") is None


def test_what_was_done_to_a_bucket_is_told_from_what_was_done_to_its_objects() -> None:
    past = after(BUCKET, PUT, UNSET, GET)
    assert past.of_bucket("b") == [BUCKET, UNSET]
    assert past.of_object("b", "o") == [PUT, GET]
    assert past.calls == [BUCKET, PUT, UNSET, GET]


def test_objects_of_one_key_in_two_buckets_are_told_apart() -> None:
    elsewhere = PutObject(bucket="c", key="o")
    past = after(PUT, elsewhere)
    assert (past.of_object("b", "o"), past.of_object("c", "o")) == ([PUT], [elsewhere])


def test_a_copy_counts_for_its_destination() -> None:
    past = after(PUT, COPY)
    assert (past.of_object("b", "o"), past.of_object("b", "copy")) == ([PUT], [COPY])


def test_what_was_done_to_an_alias_is_told_from_what_was_done_to_its_key() -> None:
    past = after(KEY, ALIAS, MOVED, DeleteAlias(alias="a"))
    assert past.of_key("k") == [KEY]
    assert past.of_alias("a") == [ALIAS, MOVED, DeleteAlias(alias="a")]


def test_aliases_of_two_accounts_are_told_apart() -> None:
    theirs = CreateAlias(alias="a", key="k", principal="other")
    ours = CreateAlias(alias="a", key="k", principal="main/no-config")
    past = after(theirs, ours)
    assert (past.of_alias("a"), past.of_alias("a", "other")) == ([ours], [theirs])


def test_what_was_refused_has_not_happened_but_it_was_the_last_thing_tried() -> None:
    past = after(BUCKET)
    past.add(UNSET, EMPTY, refused=True)
    assert past.calls == list(past.of_bucket("b")) == [BUCKET]
    assert past.last("b") == (UNSET, True)


def test_requests_about_objects_are_not_the_last_thing_tried_with_their_bucket() -> None:
    assert after(BUCKET, PUT).last("b") == (BUCKET, False)


def test_the_world_is_that_after_the_last_request() -> None:
    past, there = Past(), World(buckets=EMPTY.buckets.insert("b", Bucket("main")))
    past.add(BUCKET, there)
    assert past.world is there
