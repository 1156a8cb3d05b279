"""Situations of requests about server access logging."""

from __future__ import annotations

from sse_spec.actions import GetBucketLogging, PutBucketLogging, ReadLog
from sse_spec.scene.fields import Fields, Scene, begun, finished, settings
from sse_spec.scene.naming import Labels
from sse_spec.world import Bucket, Setting, World

__all__ = ["logging_reads", "logging_writes", "logs"]


def logging_writes(world: World, action: PutBucketLogging) -> tuple[Scene, ...]:
    """The situations of a PutBucketLogging: one for each default that the destination may have."""
    bucket = world.buckets.get(action.bucket)
    target = None if action.target is None else world.buckets.get(action.target)
    return tuple(_logging_write(action, bucket, target, setting) for setting in settings(target))


def _logging_write(action: PutBucketLogging, bucket: Bucket | None, target: Bucket | None, setting: Setting) -> Scene:
    _, labels, fields = begun(action, bucket)
    if action.target is not None:
        fields["target"] = _relation(bucket, target)
        fields["target_algorithm"] = _algorithm(setting)
        fields["target_admits"] = target is not None and target.policy == "log-delivery"
    return _of_own_bucket(labels, setting, fields)


def logging_reads(world: World, action: GetBucketLogging) -> tuple[Scene, ...]:
    """The situations of a GetBucketLogging: one for each destination that may have been set."""
    bucket = world.buckets.get(action.bucket)
    return tuple(_logging_read(action, bucket, one) for one in ((None,) if bucket is None else bucket.logging))


def _logging_read(action: GetBucketLogging, bucket: Bucket | None, destination: str | None) -> Scene:
    _, labels, fields = begun(action, bucket)
    fields["target"] = None if destination is None else "present"
    return _of_own_bucket(labels, Setting(), fields)._replace(logging=destination)


def logs(world: World, action: ReadLog) -> tuple[Scene, ...]:
    """The situations of a look for a log: one for each default that the destination may have."""
    bucket = world.buckets.get(action.bucket)
    return tuple(_look(world, action, bucket, setting) for setting in settings(bucket))


def _look(world: World, action: ReadLog, bucket: Bucket | None, setting: Setting) -> Scene:
    _, labels, fields = begun(action, bucket)
    fields["default_algorithm"] = _algorithm(setting)
    fields["delivers"] = world.delivers
    if bucket is None or action.source not in world.buckets:
        fields["described"] = False
    return _of_own_bucket(labels, setting, fields)


def _relation(bucket: Bucket | None, target: Bucket | None) -> str:
    """What the destination is to the bucket whose requests are logged."""
    if target is None:
        return "missing"
    if bucket is not None and target.owner != bucket.owner:
        return "foreign"
    return "away" if bucket is not None and target.region != bucket.region else "present"


def _algorithm(setting: Setting) -> str | None:
    return None if setting.rule is None else setting.rule.algorithm


def _of_own_bucket(labels: Labels, setting: Setting, fields: Fields) -> Scene:
    """The scene, described only where the bucket is the requester's own and nobody lacks a right."""
    if fields.get("foreign") or not all(fields.get(right, True) for right in ("may_configure", "may_decrypt")):
        fields["described"] = False
    return finished(labels, setting, None, fields)
