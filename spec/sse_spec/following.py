"""How the world follows an answer that was permitted.

Where an answer was not, what to believe of it is the judge's affair, not the specification's.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sse_spec import effects
from sse_spec.actions import (
    Action,
    CopyObject,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketEncryption,
    PutObject,
)
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import Stored, World, managed_key

__all__ = ["Explained", "follow", "stored_as"]

Explained = Sequence[tuple[Scene, Outcome]]
"""The outcomes that explain an answer, each in the reading of the world in which it does."""


def stored_as(scene: Scene, outcome: Outcome, action: PutObject | CopyObject, etag: str | None) -> Stored | None:
    """The object that a permitted write leaves; None where the outcome writes none."""
    written = outcome.written
    if written is None:
        return None
    body = action.body if isinstance(action, PutObject) else None if scene.object is None else scene.object.body
    key = None if written.key is None else scene.keys.get(written.key)
    if key is None and written.key is not None:
        # aws/s3 is used without being mentioned; so is, by a wrong S3 alone, a key that it has for the bucket.
        key = managed_key(action.principal) if written.key == MANAGED else f"{written.key} {action.bucket}"
    return Stored(body, written.algorithm, key, written.bucket_key, etag)


def follow(world: World, action: Action, seen: Observation, explained: Explained) -> World:
    """The world after an answer that these outcomes, in these readings of the world, explain."""
    if isinstance(action, PutObject | CopyObject):
        return _follow_write(world, action, seen, explained)
    if isinstance(action, HeadObject | GetObject):
        known = tuple(dict.fromkeys(_with_shown(scene.object, seen) for scene, _ in explained))
        return effects.set_stored(world, action.bucket, action.key, action.version, known)
    settings = [scene.setting for scene, _ in explained]
    if isinstance(action, GetBucketEncryption):
        return effects.settle(world, action.bucket, settings)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        if seen.refused:
            return effects.settle(world, action.bucket, settings)
        return effects.configured(world, action, dict.fromkeys(settings))
    return world if seen.refused else effects.done(world, action)


def _with_shown(stored: Stored | None, seen: Observation) -> Stored | None:
    """The object with what a read has shown of it for the first time."""
    if stored is None or seen.refused:
        return stored
    if stored.etag is None and seen.etag is not None:
        stored = replace(stored, etag=seen.etag)
    if stored.body is None and seen.body is not None:
        stored = replace(stored, body=seen.body)
    return stored


def _follow_write(world: World, action: PutObject | CopyObject, seen: Observation, explained: Explained) -> World:
    world = effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])
    if isinstance(action, CopyObject):
        sources = tuple(dict.fromkeys(scene.object for scene, _ in explained))
        world = effects.set_stored(world, action.source_bucket, action.source_key, action.source_version, sources)
    if seen.refused:
        return effects.refused_write(world, action)
    candidates = tuple(dict.fromkeys(stored_as(scene, outcome, action, seen.etag) for scene, outcome in explained))
    return effects.wrote(world, action, candidates, seen.version_id)
