"""What an action leaves behind in the world, once it is known whether it was accepted and what was stored.

These are facts, not law: the same functions advance the model along its own predictions and adopt what a target did.
"""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.effects.changes import copied_by_job, updated
from sse_spec.effects.configurations import configured, settle
from sse_spec.effects.logs import delivered, logged, settle_logging
from sse_spec.effects.multipart import aborted, began, completed, sent_part, settle_upload
from sse_spec.effects.objects import (
    deleted,
    forget_bucket,
    forget_object,
    maybe_wrote,
    refused_write,
    set_stored,
    wrote,
)
from sse_spec.effects.placing import CANDIDATE_LIMIT, with_bucket
from sse_spec.effects.replication import arrived, expect_replica, no_replica, replicating
from sse_spec.world import Bucket, Key, KeyState, World

__all__ = [
    "CANDIDATE_LIMIT",
    "arrived",
    "began",
    "completed",
    "configured",
    "copied_by_job",
    "delivered",
    "done",
    "expect_replica",
    "forget_bucket",
    "forget_object",
    "logged",
    "maybe_wrote",
    "no_replica",
    "refused_write",
    "sent_part",
    "set_stored",
    "settle",
    "settle_logging",
    "settle_upload",
    "updated",
    "wrote",
]


def done(world: World, action: Action) -> World:  # noqa: C901 - one flat case for each action
    """The world after an action other than a write or a configuration was accepted."""
    match action:
        case CreateBucket(bucket=name, region=region, principal=owner):
            if name in world.buckets:
                return world
            return with_bucket(world, name, Bucket(account_of(owner), region=region))
        case PutBucketVersioning(bucket=name, status=status):
            bucket = world.buckets.get(name)
            return world if bucket is None else with_bucket(world, name, replace(bucket, versioning=status))
        case PutBucketPolicy(bucket=name, policy=policy):
            bucket = world.buckets.get(name)
            return world if bucket is None else with_bucket(world, name, replace(bucket, policy=policy))
        case CreateKey(key=name, region=region, shared=shared, principal=principal):
            return replace(world, keys=world.keys.insert(name, Key(account_of(principal), region, "enabled", shared)))
        case EnableKey(key=name):
            return _with_key(world, name, {"disabled": "restored", "cancelled": "restored"})
        case DisableKey(key=name):
            return _with_key(world, name, {"enabled": "disabled", "restored": "disabled"})
        case ScheduleKeyDeletion(key=name):
            return _with_key(world, name, dict.fromkeys(("enabled", "restored", "disabled", "cancelled"), "pending"))
        case CancelKeyDeletion(key=name):
            return _with_key(world, name, {"pending": "cancelled"})
        case (
            CreateAlias(alias=alias, key=name, principal=principal)
            | UpdateAlias(alias=alias, key=name, principal=principal)
        ):
            return replace(world, aliases=world.aliases.insert((account_of(principal), alias), name))
        case DeleteAlias(alias=alias, principal=principal):
            return replace(world, aliases=world.aliases.discard((account_of(principal), alias)))
        case DeleteObject():
            return deleted(world, action)
        case CreateMultipartUpload():
            return began(world, action, (), None)
        case UploadPart():
            return sent_part(world, action, action.content, None)
        case UploadPartCopy():
            return sent_part(world, action, None, None)
        case CompleteMultipartUpload():
            return completed(world, action, (), None)
        case AbortMultipartUpload():
            return aborted(world, action)
        case PutBucketLogging():
            return logged(world, action)
        case PutBucketReplication() | DeleteBucketReplication():
            return replicating(world, action)
        case UpdateObjectEncryption(bucket=name, key=key):
            return forget_object(world, name, key)
        case _:
            return world


def _with_key(world: World, name: str, moves: dict[str, str]) -> World:
    key = world.keys.get(name)
    if key is None or key.state not in moves:
        return world
    state: KeyState = moves[key.state]  # type: ignore[assignment]
    return replace(world, keys=world.keys.insert(name, replace(key, state=state)))
