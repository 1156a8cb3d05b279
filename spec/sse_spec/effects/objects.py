"""What writes leave behind, and what reads make known."""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.actions import BatchCopy, CompleteMultipartUpload, CopyObject, DeleteObject, Storing, account_of
from sse_spec.effects.placing import CANDIDATE_LIMIT, forget_object, with_bucket
from sse_spec.effects.replication import expect_replica
from sse_spec.world import Bucket, Stored, Version, World, newest

__all__ = [
    "deleted",
    "forget_bucket",
    "forget_object",
    "maybe_wrote",
    "refused_write",
    "set_stored",
    "used_managed_key",
    "wrote",
]

UNCOUNTED = "?"
"""The id of a version of which nobody knows whether it was written: the next write takes its number."""


def deleted(world: World, action: DeleteObject) -> World:
    """The world after an object or a version of it was deleted."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None or action.key not in bucket.objects:
        return world
    versions = bucket.objects[action.key]
    gone = Version((None,), marker=False)
    if action.version is not None:
        if not 0 <= action.version < len(versions):
            return world
        versions = (*versions[: action.version], gone, *versions[action.version + 1 :])
        objects = bucket.objects.insert(action.key, versions)
    elif bucket.versioning is None:
        objects = bucket.objects.remove(action.key)
    else:
        objects = bucket.objects.insert(action.key, (*versions, Version((None,), marker=True)))
    return with_bucket(world, action.bucket, replace(bucket, objects=objects))


def refused_write(world: World, action: Storing) -> World:
    """The world after a write was refused: nothing has changed but that it was tried."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    return with_bucket(world, action.bucket, replace(bucket, refused=bucket.refused.insert(action.key, True)))


def wrote(world: World, action: Storing, candidates: tuple[Stored | None, ...], version_id: str | None) -> World:
    """The world after a write was accepted; `candidates` says how the object may be stored."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    versions = bucket.objects.get(action.key, ())
    written = Version(
        candidates,
        version_id,
        configurations=bucket.configurations,
        replication=bucket.replication,
        writer=account_of(action.principal),
    )
    versions = (*(versions[:-1] if _gives_way(bucket, versions) else versions), written)
    override = None if isinstance(action, CompleteMultipartUpload) else action.headers.bucket_key
    bucket = replace(
        bucket,
        objects=bucket.objects.insert(action.key, versions),
        refused=bucket.refused.discard(action.key),
        override=bucket.override if override is None else override,
    )
    world = with_bucket(world, action.bucket, bucket)
    if bucket.replication is not None:
        world = expect_replica(world, action.bucket, action.key)
    stored = candidates[0] if candidates else None
    if stored is None:
        return world
    world = used_managed_key(world, action.bucket, stored)
    return _copied(world, action, stored) if isinstance(action, CopyObject | BatchCopy) else world


def used_managed_key(world: World, bucket: str, stored: Stored) -> World:
    """The world in which something in a bucket is encrypted so: note where an account's aws/s3 is used."""
    if stored.key is None or not stored.key.startswith("aws/s3@"):
        return world
    account = stored.key.partition("@")[2]
    used = world.managed.get(account, frozenset())
    if bucket in used:
        return world
    return replace(world, managed=world.managed.insert(account, used | {bucket}))


def _gives_way(bucket: Bucket, versions: tuple[Version, ...]) -> bool:
    """Whether the newest version is replaced by the next write."""
    if not versions:
        return False
    return versions[-1].id == UNCOUNTED or (bucket.versioning != "Enabled" and versions[-1].id in (None, "null"))


def maybe_wrote(world: World, action: Storing, candidates: tuple[Stored | None, ...]) -> World:
    """The world after a write of which nobody knows whether it took effect: the object may also be what it was."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    if bucket.replication is not None:
        return forget_object(world, action.bucket, action.key)
    versions = bucket.objects.get(action.key, ())
    before = versions[-1].candidates if versions else (None,)
    either = _bounded((*before, *candidates)) if before else ()
    if bucket.versioning != "Enabled" and _gives_way(bucket, versions):
        versions = (*versions[:-1], replace(versions[-1], candidates=either))
    else:
        kept = versions[:-1] if _gives_way(bucket, versions) else versions
        versions = (*kept, Version(either, UNCOUNTED, configurations=bucket.configurations))
    return with_bucket(world, action.bucket, replace(bucket, objects=bucket.objects.insert(action.key, versions)))


def _bounded(candidates: tuple[Stored | None, ...]) -> tuple[Stored | None, ...]:
    found = tuple(dict.fromkeys(candidates))
    return found if len(found) <= CANDIDATE_LIMIT else ()


def forget_bucket(world: World, name: str, owner: str) -> World:
    """The world in which nothing is known of a bucket any more, nor whether it exists."""
    return with_bucket(world, name, Bucket(owner, settings=()))


def _copied(world: World, action: CopyObject | BatchCopy, stored: Stored) -> World:
    """Note on the source how its last copy is encrypted; a copy in place keeps the note on the older version."""
    source = world.buckets.get(action.source_bucket)
    if source is None or (action.bucket, action.key) == (action.source_bucket, action.source_key):
        return world
    versions = source.objects.get(action.source_key, ())
    chosen = action.source_version if isinstance(action, CopyObject) else None
    index = newest(versions) if chosen is None else chosen
    if not 0 <= index < len(versions):
        return world
    noted = (*versions[:index], replace(versions[index], copied=stored), *versions[index + 1 :])
    return with_bucket(
        world, action.source_bucket, replace(source, objects=source.objects.insert(action.source_key, noted))
    )


def set_stored(
    world: World, bucket_name: str, key: str, index: int | None, candidates: tuple[Stored | None, ...]
) -> World:
    """The world in which a version of an object is known to be stored as one of these."""
    bucket = world.buckets.get(bucket_name)
    if bucket is None:
        return world
    versions = bucket.objects.get(key, ())
    if len(candidates) > CANDIDATE_LIMIT:
        candidates = ()
    if not versions:
        if candidates == (None,):
            return world
        versions = (Version(candidates, configurations=bucket.configurations),)
    else:
        at = newest(versions) if index is None else index
        if not 0 <= at < len(versions) or versions[at].candidates == candidates:
            return world
        versions = (*versions[:at], replace(versions[at], candidates=candidates), *versions[at + 1 :])
    return with_bucket(world, bucket_name, replace(bucket, objects=bucket.objects.insert(key, versions)))
