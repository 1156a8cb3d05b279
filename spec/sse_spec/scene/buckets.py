"""Situations of requests that set, read and delete the bucket default."""

from __future__ import annotations

from sse_spec.actions import DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption
from sse_spec.scene.fields import Scene, begun, finished, put_default, settings
from sse_spec.scene.naming import resolve
from sse_spec.world import Bucket, Setting, World

__all__ = ["configurations", "configures"]


def configures(world: World, action: PutBucketEncryption) -> tuple[Scene, ...]:
    """The situations of a PutBucketEncryption."""
    bucket = world.buckets.get(action.bucket)
    return tuple(_configure(world, action, bucket, setting) for setting in settings(bucket))


def configurations(world: World, action: GetBucketEncryption | DeleteBucketEncryption) -> tuple[Scene, ...]:
    """The situations of a request that reads or deletes the default."""
    bucket = world.buckets.get(action.bucket)
    return tuple(_configuration(world, action, bucket, setting) for setting in settings(bucket))


def _configure(world: World, action: PutBucketEncryption, bucket: Bucket | None, setting: Setting) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["log_target"] = bucket is not None and bool(bucket.log_sources)
    if setting.blocked is not None:
        fields |= {"blocked": setting.blocked, "blocked_kept": setting.blocked_kept}
    if action.malformed:
        fields["rules"] = "malformed"
    elif len(action.rules) != 1:
        fields["rules"] = "two" if action.rules else "none"
    else:
        (rule,) = action.rules
        fields |= {"new_apply": rule.apply, "new_algorithm": rule.algorithm, "new_bucket_key": rule.bucket_key}
        fields["new_blocked"] = rule.blocked
        if rule.key is not None:
            target = resolve(world, account, rule.key)
            fields |= {"new_key": target.form, "new_key_state": target.state}
    return finished(labels, setting, None, fields)


def _configuration(
    world: World, action: GetBucketEncryption | DeleteBucketEncryption, bucket: Bucket | None, setting: Setting
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["override"] = None if bucket is None else bucket.override
    if setting.rule is not None and setting.rule.algorithm is None:
        fields["described"] = False  # no document says what is shown of a rule without an algorithm
    put_default(fields, world, account, bucket, setting, labels)
    return finished(labels, setting, None, fields)
