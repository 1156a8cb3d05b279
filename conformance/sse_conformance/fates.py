"""What is known after a request of which nobody knows whether it took effect, and of what rests on such a request.

What it may have changed becomes a set of candidates inside the bucket or the object. What has no candidates (the states
of keys, aliases, what a bucket is, how many versions an object has) is lost from sight: nothing that rests on it is
judged any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from sse_spec import effects
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
    GetObject,
    HeadObject,
    HeadReplica,
    PostObject,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    ScheduleKeyDeletion,
    Storing,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.model import Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.scene.multipart import upload_of
from sse_spec.world import World

from sse_conformance.adoption import adopt_read, adopt_replica, candidates_of, predicted, updated_by

__all__ = ["Place", "doubt", "lose_sight", "told_apart", "unsure_of"]

Place = tuple[str, str]
"""An object: its bucket and its key."""


def doubt(world: World, action: Action, looked: Sequence[Looked]) -> World:  # noqa: C901 - one flat case for each action
    """The world after a request of which nobody knows whether it took effect: what it may have changed is a set.

    Where there are no sets, for the states of keys, aliases and what a bucket is, :func:`unsure_of` names what was lost
    from sight.
    """
    match action:
        case PutBucketEncryption() | DeleteBucketEncryption():
            return effects.configured(world, action, [one.scene.setting for one in looked], certain=False)
        case PutObject() | PostObject() | CopyObject() | BatchCopy():
            return _maybe_wrote(world, action, looked)
        case CompleteMultipartUpload():
            return _lose_upload(_maybe_wrote(world, action, looked), action)
        case DeleteObject(bucket=name, key=key):
            bucket = world.buckets.get(name)
            if bucket is None or bucket.versioning is not None:
                return effects.forget_object(world, name, key)
            before = candidates_of(world, name, key, None)
            return effects.set_stored(world, name, key, None, tuple(dict.fromkeys((*before, None))))
        case CreateBucket(bucket=name, principal=owner):
            return world if name in world.buckets else effects.forget_bucket(world, name, account_of(owner))
        case (
            PutBucketVersioning(bucket=name, principal=owner)
            | PutBucketPolicy(bucket=name, principal=owner)
            | PutBucketReplication(bucket=name, principal=owner)
            | DeleteBucketReplication(bucket=name, principal=owner)
        ):
            return effects.forget_bucket(world, name, account_of(owner))
        case CreateKey() | CreateAlias() | UpdateAlias():
            return effects.done(world, action)
        case CreateMultipartUpload():
            return effects.began(world, action, (), None)
        case UploadPart() | UploadPartCopy() | AbortMultipartUpload():
            return _lose_upload(world, action)
        case UpdateObjectEncryption():
            before = candidates_of(world, action.bucket, action.key, action.version)
            either = tuple(dict.fromkeys((*before, *updated_by(world, action, before))))
            return effects.set_stored(world, action.bucket, action.key, action.version, either)
        case PutBucketLogging():
            return effects.logged(world, action, certain=False)
        case _:
            return world


def _maybe_wrote(world: World, action: Storing, looked: Sequence[Looked]) -> World:
    if not looked or any(one.case.prediction.open for one in looked):
        return effects.forget_object(world, action.bucket, action.key)
    written = predicted(looked, action, None)
    return effects.maybe_wrote(world, action, written) if written else world


def _lose_upload(
    world: World, action: UploadPart | UploadPartCopy | CompleteMultipartUpload | AbortMultipartUpload
) -> World:
    """The world in which nothing is known of an upload any more, nor whether it is still open."""
    upload = upload_of(world, action)
    if upload is None:
        return world
    return replace(world, uploads=world.uploads.insert(action.upload, replace(upload, candidates=())))


def unsure_of(world: World, action: Action) -> frozenset[str | Place]:
    """The keys, buckets and objects of which nobody knows any more what they are, after a request of unknown fate.

    Of a key: whether there is one, in what state it is, or which alias leads to it. Of a bucket: whether there is one,
    or what is set on it besides its default. Of an object: how many versions of it there are.
    """
    match action:
        case (
            PutObject(bucket=name, key=key)
            | PostObject(bucket=name, key=key)
            | CopyObject(bucket=name, key=key)
            | BatchCopy(bucket=name, key=key)
            | CompleteMultipartUpload(bucket=name, key=key)
            | DeleteObject(bucket=name, key=key)
        ):
            bucket = world.buckets.get(name)
            return frozenset() if bucket is None or bucket.versioning is None else frozenset({(name, key)})
        case (
            CreateKey(key=key)
            | EnableKey(key=key)
            | DisableKey(key=key)
            | ScheduleKeyDeletion(key=key)
            | CancelKeyDeletion(key=key)
            | CreateAlias(key=key)  # the alias is taken to lead to it, see `doubt`
            | UpdateAlias(key=key)
        ):
            return frozenset({key})
        case DeleteAlias(alias=alias, principal=principal):
            led_to = world.aliases.get((account_of(principal), alias))
            return frozenset(() if led_to is None else (led_to,))
        case CreateBucket(bucket=name) if name in world.buckets:
            return frozenset()
        case CreateBucket(bucket=name) | PutBucketVersioning(bucket=name) | PutBucketPolicy(bucket=name):
            return frozenset({name})
        case PutBucketReplication(bucket=name, destination=destination):
            return frozenset({name, destination})
        case DeleteBucketReplication(bucket=name):
            bucket = world.buckets.get(name)
            into = None if bucket is None or bucket.replication is None else bucket.replication.destination
            return frozenset({name} if into is None else {name, into})
        case PutBucketLogging(bucket=name, target=target):
            # A bucket into which logs go may be refused another default than any other bucket.
            bucket = world.buckets.get(name)
            before = () if bucket is None else bucket.logging
            return frozenset(one for one in (target, *before) if one is not None)
        case _:
            return frozenset()


def told_apart(action: Action) -> frozenset[Place]:
    """The objects of which an action tells one version from another."""
    found: list[Place] = []
    if isinstance(action, UpdateObjectEncryption) or getattr(action, "version", None) is not None:
        found.append((action.bucket, action.key))  # type: ignore[attr-defined]
    if isinstance(action, HeadReplica):
        found.append((action.source, action.key))
    if isinstance(action, CopyObject | UploadPartCopy) and action.source_version is not None:
        found.append((action.source_bucket, action.source_key))
    return frozenset(found)


def lose_sight(world: World, action: Action, seen: Observation, names: KeyNames) -> World:
    """The world after an answer that could not be judged, because too little was known before."""
    if isinstance(action, HeadObject | GetObject):
        # Which version it is that goes by a number may be what is not known.
        return adopt_read(world, action, seen, names) if action.version is None else world
    if isinstance(action, HeadReplica):
        return adopt_replica(world, action, seen, names)
    if seen.refused:
        return world
    if isinstance(action, CreateMultipartUpload):
        return effects.began(world, action, (), seen.upload_id)
    if isinstance(action, UploadPart | UploadPartCopy):
        return effects.sent_part(world, action, action.content if isinstance(action, UploadPart) else None, seen.etag)
    if isinstance(action, CompleteMultipartUpload):
        return effects.completed(world, action, (), seen.version_id)
    if isinstance(action, Storing):
        return effects.wrote(world, action, (), seen.version_id)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        return world if bucket is None else effects.configured(world, action, bucket.settings)
    if isinstance(action, DeleteObject) and action.version is not None:
        return effects.forget_object(world, action.bucket, action.key)
    return effects.done(world, action)
