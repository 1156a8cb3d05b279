"""Putting a changed bucket back into the world, and giving up what was known of an object."""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.world import Bucket, Version, World

__all__ = ["CANDIDATE_LIMIT", "forget_object", "with_bucket"]

CANDIDATE_LIMIT = 64
"""More candidates than this for one value are not followed: what was known of it is given up."""


def with_bucket(world: World, name: str, bucket: Bucket) -> World:
    """The world with this bucket in place of the one of that name."""
    return replace(world, buckets=world.buckets.insert(name, bucket))


def forget_object(world: World, name: str, key: str) -> World:
    """The world in which nothing is known of an object any more, in none of its versions, nor of a replica of it."""
    bucket = world.buckets.get(name)
    if bucket is None:
        return world
    world = with_bucket(world, name, _forgotten(bucket, key))
    destination = None if bucket.replication is None else world.buckets.get(bucket.replication.destination)
    if bucket.replication is None or destination is None:
        return world
    return with_bucket(world, bucket.replication.destination, _forgotten(destination, key))


def _forgotten(bucket: Bucket, key: str) -> Bucket:
    versions = tuple(replace(one, candidates=()) for one in bucket.objects.get(key, ())) or (Version(()),)
    return replace(bucket, objects=bucket.objects.insert(key, versions))
