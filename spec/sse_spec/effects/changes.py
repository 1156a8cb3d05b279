"""What jobs and updates leave behind: changes of an object's encryption that no answer shows."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sse_spec.actions import BatchCopy, UpdateObjectEncryption
from sse_spec.effects.objects import wrote
from sse_spec.effects.placing import CANDIDATE_LIMIT, with_bucket
from sse_spec.world import Bucket, Change, Stored, Version, World

__all__ = ["copied_by_job", "updated"]


def copied_by_job(
    world: World, action: BatchCopy, candidates: tuple[Stored | None, ...], version_id: str | None
) -> World:
    """The world after a job has copied an object; `candidates` says how the copy may be stored."""
    source = world.buckets.get(action.source_bucket)
    versions = () if source is None else source.objects.get(action.source_key, ())
    before = _certain(versions[-1]) if versions else None
    world = wrote(world, action, candidates, version_id)
    bucket = world.buckets.get(action.bucket)
    if bucket is None or before is None:
        return world
    named = action.headers
    change = Change(
        "job-default" if named.algorithm is None else "job",
        before,
        named.bucket_key,
        before.bucket_key or _default_bucket_key(bucket),
    )
    *older, newest = bucket.objects[action.key]
    return _with_versions(world, action.bucket, action.key, (*older, replace(newest, change=change)))


def updated(
    world: World, action: UpdateObjectEncryption, candidates: Iterable[Stored | None], certain: bool = True
) -> World:
    """The world after an object was updated, to one of these candidates; uncertain: or after it was not."""
    bucket = world.buckets.get(action.bucket)
    versions = () if bucket is None else bucket.objects.get(action.key, ())
    at = len(versions) - 1 if action.version is None else action.version
    if bucket is None or not 0 <= at < len(versions):
        return world
    version, before = versions[at], _certain(versions[at])
    found = tuple(dict.fromkeys(candidates if certain else (*version.candidates, *candidates)))
    if not certain and not version.candidates:
        found = ()
    changed = replace(version, candidates=found if len(found) <= CANDIDATE_LIMIT else ())
    if before is not None:
        flag = before.bucket_key or _default_bucket_key(bucket)
        changed = replace(changed, change=Change("update", before, action.bucket_key, flag))
    key = found[0].key if certain and len(found) == 1 and found[0] is not None else None
    others = tuple(one if key is None or one.marker else replace(one, beside=key) for one in versions)
    return _with_versions(world, action.bucket, action.key, (*others[:at], changed, *others[at + 1 :]))


def _certain(version: Version) -> Stored | None:
    """How a version is stored, where that is known."""
    return version.candidates[0] if len(version.candidates) == 1 else None


def _default_bucket_key(bucket: Bucket) -> bool:
    """Whether the default of the bucket asks for a bucket key."""
    return any(bool(one.rule and one.rule.algorithm == "aws:kms" and one.rule.bucket_key) for one in bucket.settings)


def _with_versions(world: World, name: str, key: str, versions: tuple[Version, ...]) -> World:
    bucket = world.buckets[name]
    return with_bucket(world, name, replace(bucket, objects=bucket.objects.insert(key, versions)))
