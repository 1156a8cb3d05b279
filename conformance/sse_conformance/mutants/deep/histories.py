"""What the histories of deep mutants are made of: questions to the past about one bucket, object, key or alias."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import get_args

from sse_spec.actions import (
    Action,
    CopyObject,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    GetObject,
    PutBucketEncryption,
    Rule,
    Storing,
    Write,
)
from sse_spec.world import Bucket, Stored, Version

from sse_conformance.mutants.past import Past

__all__ = [
    "bucket_of",
    "changes",
    "chooses",
    "copies_behind",
    "count",
    "deletions",
    "got_since",
    "last_write",
    "rules_put",
    "stored_at",
    "turns",
    "versions_of",
]

CHOOSING = (*get_args(Write), CreateMultipartUpload)


def chooses(action: Action) -> bool:
    """Whether a request is one that an encryption is chosen for: a write, or the beginning of an upload."""
    return isinstance(action, CHOOSING)


def count(calls: Sequence[Action], *kinds: type[Action]) -> int:
    """How many of these calls are of these kinds."""
    return sum(isinstance(call, kinds) for call in calls)


def turns(calls: Sequence[Action], before: type[Action], after: type[Action]) -> int:
    """How often a call of one kind comes right after a call of another kind."""
    return sum(isinstance(one, before) and isinstance(two, after) for one, two in itertools.pairwise(calls))


def bucket_of(past: Past, action: Action) -> Bucket | None:
    """The bucket that a request names, as it is; None where it names none that is there."""
    return past.world.buckets.get(getattr(action, "bucket", ""))


def versions_of(past: Past, action: Action) -> tuple[Version, ...]:
    """The versions of the object that a request names, the oldest first."""
    bucket = bucket_of(past, action)
    return () if bucket is None else bucket.objects.get(getattr(action, "key", ""), ())


def stored_at(past: Past, action: Action) -> Stored | None:
    """The newest version of the object that a request names; None where there is none, or a delete marker."""
    versions = versions_of(past, action)
    return versions[-1].candidates[0] if versions and versions[-1].candidates else None


def changes(past: Past, action: Action) -> tuple[PutBucketEncryption | DeleteBucketEncryption, ...]:
    """The changes of the default of the bucket that a request names, the oldest first."""
    calls = past.of_bucket(getattr(action, "bucket", ""))
    return tuple(call for call in calls if isinstance(call, PutBucketEncryption | DeleteBucketEncryption))


def rules_put(past: Past, action: Action) -> tuple[Rule, ...]:
    """The defaults that the bucket which a request names was given, the oldest first."""
    return tuple(one.rules[0] for one in changes(past, action) if isinstance(one, PutBucketEncryption) and one.rules)


def deletions(past: Past, action: Action) -> int:
    """How often the bucket that a request names had a default that was deleted."""
    return turns(changes(past, action), PutBucketEncryption, DeleteBucketEncryption)


def copies_behind(past: Past, bucket: str, key: str) -> int:
    """How many copies, one of the other, lie between an object as it is and the object that was first written.

    A copy of an object onto itself does not count. The source of a copy may have been written anew since: the count is
    that of its present content, which is what a wrong S3 that follows its own notes would find.
    """
    found, seen = 0, set[tuple[str, str]]()
    while (bucket, key) not in seen:
        seen.add((bucket, key))
        last = last_write(past, bucket, key)
        if isinstance(last, CopyObject) and (last.source_bucket, last.source_key) not in seen:
            bucket, key = last.source_bucket, last.source_key
            found += 1
    return found


def got_since(past: Past, bucket: str, key: str) -> tuple[GetObject, ...]:
    """The requests that have got an object since it was written last."""
    found: list[GetObject] = []
    for call in past.of_object(bucket, key):
        if isinstance(call, Storing):
            found.clear()
        elif isinstance(call, GetObject):
            found.append(call)
    return tuple(found)


def last_write(past: Past, bucket: str, key: str) -> Storing | None:
    """The last write of an object; None where there was none."""
    return next((call for call in reversed(past.of_object(bucket, key)) if isinstance(call, Storing)), None)
