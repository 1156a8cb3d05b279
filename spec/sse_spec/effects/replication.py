"""What replication leaves behind: configurations, replicas that may be on their way, and replicas that have arrived."""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.actions import DeleteBucketReplication, HeadReplica, PutBucketReplication
from sse_spec.effects.placing import forget_object, with_bucket
from sse_spec.world import Replica, Replication, Stored, Version, World

__all__ = ["arrived", "expect_replica", "no_replica", "replicating"]


def replicating(world: World, action: PutBucketReplication | DeleteBucketReplication) -> World:
    """The world after a replication configuration was set or taken away."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    found = None
    if isinstance(action, PutBucketReplication) and not action.empty:
        found = Replication(action.destination, action.sse_kms, action.replica_key)
    return with_bucket(world, action.bucket, replace(bucket, replication=found))


def expect_replica(world: World, name: str, key: str) -> World:
    """The world after a bucket was written into: if it replicates, a replica may be on its way.

    Whether one is, the law says, not the world. Where an older version may be on its way still, nobody knows how many
    there will be.
    """
    bucket = world.buckets.get(name)
    if bucket is None or bucket.replication is None:
        return world
    destination = world.buckets.get(bucket.replication.destination)
    if destination is None:
        return world
    place = (bucket.replication.destination, key)
    if place in world.replicas:
        world = forget_object(world, *place)
    expected = Replica(name, len(bucket.objects.get(key, ())) - 1, destination.configurations)
    return replace(world, replicas=world.replicas.insert(place, expected))


def arrived(world: World, action: HeadReplica, candidates: tuple[Stored | None, ...], version_id: str | None) -> World:
    """The world after a replica has been seen; `candidates` says how it may be stored."""
    destination = world.buckets.get(action.bucket)
    world = no_replica(world, action)
    if destination is None:
        return world
    version = Version(candidates, version_id, configurations=destination.configurations, replica=True)
    versions = (*destination.objects.get(action.key, ()), version)
    changed = replace(destination, objects=destination.objects.insert(action.key, versions))
    return with_bucket(world, action.bucket, changed)


def no_replica(world: World, action: HeadReplica) -> World:
    """The world in which no replica is on its way to this place any more."""
    return replace(world, replicas=world.replicas.discard((action.bucket, action.key)))
