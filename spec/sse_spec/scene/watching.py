"""Situations of the question what S3 has asked KMS for."""

from __future__ import annotations

from sse_spec.actions import ReadKmsCalls
from sse_spec.scene.fields import NO_SETTING, Scene, begun, candidates, finished, put_object, settings
from sse_spec.scene.naming import resolve
from sse_spec.world import Bucket, Stored, Version, World

__all__ = ["kms_calls"]

Written = tuple[str | None, str | None, bool]
"""How an object is encrypted: algorithm, KMS key, bucket key."""


def kms_calls(world: World, action: ReadKmsCalls) -> tuple[Scene, ...]:
    """The situations of a look at the calls to KMS: one for each way in which the first object may be stored."""
    bucket = world.buckets.get(action.bucket)
    versions = bucket.objects.get(action.key, ()) if bucket is not None else ()
    newest = versions[-1] if versions else None
    return tuple(_look(world, action, bucket, newest, stored) for stored in candidates(newest))


def _look(
    world: World, action: ReadKmsCalls, bucket: Bucket | None, newest: Version | None, stored: Stored | None
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields |= {
        "object": "no-bucket" if bucket is None else "missing" if stored is None else "present",
        "several_writes": bool(action.others),
    }
    if stored is not None:
        put_object(fields, world, account, stored, labels)
    fields["described"] = (
        bucket is not None
        and newest is not None
        and stored is not None
        and not fields.get("foreign")
        and _one_run(bucket, action, newest, stored)
        and _can_be_told(world, account, bucket, stored)
    )
    return finished(labels, NO_SETTING, stored, fields)


def _one_run(bucket: Bucket, action: ReadKmsCalls, newest: Version, stored: Stored) -> bool:
    """Whether all of the objects were written alike: in one piece, by the requester, under the same default."""
    objects = (action.key, *action.others)
    if len(set(objects)) < len(objects) or not _plain(newest, stored) or newest.writer not in {None, action.principal}:
        return False
    others = (bucket.objects.get(key, ()) for key in action.others)
    return all(bool(versions) and _like(newest, stored, versions[-1]) for versions in others)


def _like(first: Version, stored: Stored, version: Version) -> bool:
    """Whether another object is known to have been written as the first one was, by the same account."""
    other = version.candidates[0] if len(version.candidates) == 1 else None
    if other is None or not _plain(version, other) or _written(other) != _written(stored):
        return False
    return (version.writer, version.configurations) == (first.writer, first.configurations)


def _plain(version: Version, stored: Stored) -> bool:
    """Whether a version is as one write made it: of parts, replicas, jobs and updates nothing is said."""
    changed = version.change or version.beside or version.replica or version.marker
    return not changed and not stored.parts and stored.algorithm in {"AES256", "aws:kms"}


def _written(stored: Stored) -> Written:
    return stored.algorithm, stored.key, stored.bucket_key


def _can_be_told(world: World, account: str, bucket: Bucket, stored: Stored) -> bool:
    """Whether there is a key of the program whose use would be seen: that of the object or, for SSE-S3, the default's.

    What S3 does with a key of its own, the documents leave to it.
    """
    if stored.algorithm != "AES256":
        return stored.key in world.keys
    rules = [one.rule for one in settings(bucket)]
    return all(
        rule is not None and rule.key is not None and resolve(world, account, rule.key).symbol in world.keys
        for rule in rules
    )
