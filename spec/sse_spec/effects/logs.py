"""What requests about server access logging leave behind."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sse_spec.actions import PutBucketLogging
from sse_spec.effects.placing import with_bucket
from sse_spec.world import World

__all__ = ["delivered", "logged", "settle_logging"]


def logged(world: World, action: PutBucketLogging, certain: bool = True) -> World:
    """The world after the destination of a bucket's logs was set; uncertain: or after it was not."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    return settle_logging(world, action.bucket, (action.target,) if certain else (*bucket.logging, action.target))


def settle_logging(world: World, name: str, destinations: Iterable[str | None]) -> World:
    """The world in which the destination of a bucket's logs is known to be one of these."""
    bucket = world.buckets.get(name)
    if bucket is None:
        return world
    found = tuple(dict.fromkeys(destinations))
    if found == bucket.logging:
        return world
    world = with_bucket(world, name, replace(bucket, logging=found))
    for one in dict.fromkeys((*bucket.logging, *found)):
        target = None if one is None else world.buckets.get(one)
        if one is not None and target is not None:
            sources = target.log_sources | {name} if one in found else target.log_sources - {name}
            world = with_bucket(world, one, replace(target, log_sources=sources))
    return world


def delivered(world: World) -> World:
    """The world in which an access log was seen to arrive."""
    return replace(world, delivers=True)
