"""How the world follows an answer that was permitted.

Where an answer was not, what to believe of it is the judge's affair, not the specification's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from msgspec.structs import replace

from sse_spec import effects
from sse_spec.actions import (
    SSE_C,
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetBucketLogging,
    GetObject,
    HeadObject,
    HeadReplica,
    PutBucketEncryption,
    PutBucketLogging,
    ReadLog,
    Storing,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    account_of,
    customer_of,
)
from sse_spec.contents import content_of
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import Stored, World, managed_key

__all__ = ["Explained", "follow", "stored_as", "updated_as"]

Explained = Sequence[tuple[Scene, Outcome]]
"""The outcomes that explain an answer, each in the reading of the world in which it does."""


def stored_as(
    scene: Scene, outcome: Outcome, action: Storing | CreateMultipartUpload, etag: str | None
) -> Stored | None:
    """The object that a permitted write leaves, or that an upload will; None where the outcome writes none."""
    written = outcome.written
    if written is None:
        return None
    key = None if written.key is None else scene.keys.get(written.key)
    if key is None and written.key is not None:
        # aws/s3 is used without being mentioned; so is, by a wrong S3 alone, a key that it has for the bucket.
        key = managed_key(account_of(action.principal)) if written.key == MANAGED else f"{written.key} {action.bucket}"
    customer = _customer_key(scene, action) if written.algorithm == SSE_C else None
    body = content_of(scene, action)
    return Stored(body, written.algorithm, key, written.bucket_key, etag, customer, len(scene.parts))


def _customer_key(scene: Scene, action: Action) -> str | None:
    if isinstance(action, CompleteMultipartUpload):
        return None if scene.object is None else scene.object.customer
    sent = customer_of(action)
    return None if sent is None else sent.key


def follow(world: World, action: Action, seen: Observation, explained: Explained) -> World:
    """The world after an answer that these outcomes, in these readings of the world, explain."""
    found = _FOLLOWED.get(type(action))
    if found is not None:
        return found(world, action, seen, explained)
    return world if seen.refused else effects.done(world, action)


def _follow_read(world: World, action: HeadObject | GetObject, seen: Observation, explained: Explained) -> World:
    ranged = action.span is not None or action.part is not None
    known = tuple([_with_shown(scene.object, seen, ranged) for scene, _ in explained])
    if len(known) > 1:
        known = tuple(dict.fromkeys(known))
    return effects.set_stored(world, action.bucket, action.key, action.version, known)


def _follow_shown_default(world: World, action: GetBucketEncryption, _seen: Observation, explained: Explained) -> World:
    return effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])


def _follow_replicated(world: World, action: HeadReplica, seen: Observation, explained: Explained) -> World:
    world = effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])
    return _follow_replica(world, action, seen, explained)


def _follow_configuration(
    world: World, action: PutBucketEncryption | DeleteBucketEncryption, seen: Observation, explained: Explained
) -> World:
    settings = [scene.setting for scene, _ in explained]
    if seen.refused:
        return effects.settle(world, action.bucket, settings)
    return effects.configured(world, action, dict.fromkeys(settings))


def _with_shown(stored: Stored | None, seen: Observation, ranged: bool) -> Stored | None:
    """The object with what a read has shown of it for the first time."""
    if stored is None or seen.refused:
        return stored
    if stored.etag is None and seen.etag is not None:
        stored = replace(stored, etag=seen.etag)
    if stored.body is None and seen.body is not None and not ranged:
        stored = replace(stored, body=seen.body)
    return stored


def _follow_write(world: World, action: Storing, seen: Observation, explained: Explained) -> World:
    world = effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])
    if isinstance(action, (CopyObject, BatchCopy)):
        sources = tuple(dict.fromkeys(scene.object for scene, _ in explained))
        index = action.source_version if isinstance(action, CopyObject) else None
        world = effects.set_stored(world, action.source_bucket, action.source_key, index, sources)
    if seen.refused:
        # A job that fails has been refused nothing: it may not have got as far as the write.
        return world if isinstance(action, BatchCopy) else effects.refused_write(world, action)
    candidates = tuple([stored_as(scene, outcome, action, seen.etag) for scene, outcome in explained])
    if len(candidates) > 1:
        candidates = tuple(dict.fromkeys(candidates))
    if isinstance(action, CompleteMultipartUpload):
        return effects.completed(world, action, candidates, seen.version_id)
    if isinstance(action, BatchCopy):
        return effects.copied_by_job(world, action, candidates, seen.version_id)
    return effects.wrote(world, action, candidates, seen.version_id)


def updated_as(scene: Scene, outcome: Outcome) -> Stored | None:
    """The object that a permitted update leaves; None where there is none."""
    written, before = outcome.written, scene.object
    if written is None or before is None:
        return None
    key = None if written.key is None else scene.keys.get(written.key)
    return replace(before, algorithm=written.algorithm, key=key, bucket_key=written.bucket_key, customer=None)


def _follow_update(world: World, action: UpdateObjectEncryption, seen: Observation, explained: Explained) -> World:
    before = tuple(dict.fromkeys(scene.object for scene, _ in explained))
    world = effects.set_stored(world, action.bucket, action.key, action.version, before)
    if seen.refused:
        return world
    return effects.updated(world, action, tuple(updated_as(scene, outcome) for scene, outcome in explained))


def _follow_logging(
    world: World, action: PutBucketLogging | GetBucketLogging | ReadLog, seen: Observation, explained: Explained
) -> World:
    if isinstance(action, GetBucketLogging):
        shown = [scene.logging for scene, _ in explained]
        return world if seen.refused else effects.settle_logging(world, action.bucket, shown)
    destination = action.bucket if isinstance(action, ReadLog) else action.target
    if destination is not None:
        world = effects.settle(world, destination, [scene.setting for scene, _ in explained])
    if isinstance(action, PutBucketLogging):
        return world if seen.refused else effects.logged(world, action)
    came = all(field.want is True for _, outcome in explained for field in outcome.fields if field.name == "delivered")
    return effects.delivered(world) if came else world


def _follow_upload(
    world: World, action: CreateMultipartUpload | UploadPart | UploadPartCopy, seen: Observation, explained: Explained
) -> World:
    if isinstance(action, CreateMultipartUpload):
        world = effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])
        if seen.refused:
            return world
        begun = tuple(dict.fromkeys(stored_as(scene, outcome, action, None) for scene, outcome in explained))
        return effects.began(world, action, begun, seen.upload_id)
    world = effects.settle_upload(world, action, tuple(scene.object for scene, _ in explained))
    if isinstance(action, UploadPartCopy):
        sources = tuple(dict.fromkeys(scene.source for scene, _ in explained))
        world = effects.set_stored(world, action.source_bucket, action.source_key, action.source_version, sources)
    if seen.refused:
        return world
    bodies = {content_of(scene, action) for scene, _ in explained}
    return effects.sent_part(world, action, bodies.pop() if len(bodies) == 1 else None, seen.etag)


def _follow_replica(world: World, action: HeadReplica, seen: Observation, explained: Explained) -> World:
    sources = tuple(dict.fromkeys(scene.object for scene, _ in explained))
    world = effects.set_stored(world, action.source, action.key, None, sources)
    if seen.refused:
        return effects.no_replica(world, action)
    candidates = tuple(dict.fromkeys(_replica(scene, outcome, action, seen.etag) for scene, outcome in explained))
    return effects.arrived(world, action, candidates, seen.version_id)


def _replica(scene: Scene, outcome: Outcome, action: HeadReplica, etag: str | None) -> Stored | None:
    """The replica that a permitted answer shows; None where nothing is known of it."""
    written, source = outcome.written, scene.object
    if written is None or source is None:
        return None
    key = None if written.key is None else scene.keys.get(written.key, managed_key(account_of(action.principal)))
    return replace(source, algorithm=written.algorithm, key=key, bucket_key=written.bucket_key, etag=etag)


_FOLLOWED: Mapping[type[Action], Callable[[World, Any, Observation, Explained], World]] = {
    **dict.fromkeys(get_args(Storing), _follow_write),
    **dict.fromkeys((CreateMultipartUpload, UploadPart, UploadPartCopy), _follow_upload),
    **dict.fromkeys((HeadObject, GetObject), _follow_read),
    HeadReplica: _follow_replicated,
    GetBucketEncryption: _follow_shown_default,
    **dict.fromkeys((PutBucketEncryption, DeleteBucketEncryption), _follow_configuration),
    UpdateObjectEncryption: _follow_update,
    **dict.fromkeys((PutBucketLogging, GetBucketLogging, ReadLog), _follow_logging),
}
