"""The steps that the specification permits from a world: an action, one of its permitted answers, the world after it.

The successor is found by the functions with which the world follows a real target. The answer is an abstract one: it
has the status of the outcome, and for an ETag the name of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteObject,
    DisableKey,
    EnableKey,
    PutBucketPolicy,
    PutBucketVersioning,
    ScheduleKeyDeletion,
    UpdateAlias,
    Write,
)
from sse_spec.exploration.components import Address
from sse_spec.following import follow
from sse_spec.model import Model
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome, Refusal
from sse_spec.scene import Scene
from sse_spec.world import World

__all__ = ["MD5", "NOTHING", "OPAQUE", "TAKEN_AS_DONE", "Answered", "after", "answered", "overwritten", "version_id"]

MD5 = "the MD5 of the content"
OPAQUE = "not the MD5 of the content"

TAKEN_AS_DONE = (
    CreateBucket,
    PutBucketVersioning,
    PutBucketPolicy,
    DeleteObject,
    AbortMultipartUpload,
    CreateKey,
    DisableKey,
    EnableKey,
    ScheduleKeyDeletion,
    CancelKeyDeletion,
    CreateAlias,
    UpdateAlias,
    DeleteAlias,
)
"""Requests that only prepare: where the specification says nothing of one, it is taken to go through."""

DONE = Outcome(None, ())

NOTHING = Outcome(Refusal(0, ()), ())
"""Stands for the answer to a request for which no answer is permitted: there must be none such."""


class Answered(NamedTuple):
    """An answer that is permitted for an action, in its reading of the world."""

    scene: Scene
    outcome: Outcome


def answered(model: Model, world: World, action: Action) -> Iterator[Answered]:
    """The answers that are permitted; none where the specification leaves an action open."""
    for scene, case in model.look(world, action):
        if case.prediction.open:
            if isinstance(action, TAKEN_AS_DONE):
                yield Answered(scene, DONE)
        else:
            for outcome in case.prediction.outcomes or (NOTHING,):
                yield Answered(scene, outcome)


def after(world: World, action: Action, one: Answered) -> World:
    """The world after a permitted answer."""
    return follow(world, action, _observation(world, action, one), (one,))


def _observation(world: World, action: Action, one: Answered) -> Observation:
    scene, outcome = one
    if outcome.refusal is not None:
        codes = outcome.refusal.codes or ("Refused",)
        return Observation(outcome.refusal.status, code=codes[0])
    return Observation(200, etag=_etag(scene, outcome), version_id=version_id(world, action))


def _etag(scene: Scene, outcome: Outcome) -> str | None:
    want = next((field.want for field in outcome.fields if field.name == "etag"), None)
    if want == "kept" and scene.object is not None:
        return scene.object.etag
    return None if want is None else MD5 if want == "md5" else OPAQUE


def overwritten(world: World, action: Action, one: Answered) -> Address | None:
    """The object that a write replaces whatever it was: one in a bucket without versions, not copied onto itself."""
    if one.outcome.written is None or not isinstance(action, Write):
        return None
    bucket = world.buckets.get(action.bucket)
    place = (action.bucket, action.key)
    if bucket is None or bucket.versioning is not None:
        return None
    if isinstance(action, CopyObject | BatchCopy) and (action.source_bucket, action.source_key) == place:
        return None
    return ("buckets", action.bucket, "objects", action.key)


def version_id(world: World, action: Action) -> str | None:
    """The id of the version that a write makes: its number, where the bucket has versions."""
    name, key = getattr(action, "bucket", None), getattr(action, "key", None)
    if name is None or key is None:
        return None
    bucket = world.buckets.get(name)
    if bucket is None or bucket.versioning is None:
        return None
    return f"v{len(bucket.objects.get(key, ()))}" if bucket.versioning == "Enabled" else "null"
