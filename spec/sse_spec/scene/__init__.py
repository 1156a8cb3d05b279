"""From a world and an action to the situations that the rules see, and back to names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    PostObject,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketReplication,
    PutObject,
    ReadKmsCalls,
    ReadLog,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    kind,
)
from sse_spec.scene import buckets, changes, logs, multipart, objects, replication, watching
from sse_spec.scene.fields import NO_SETTING, VALID_CONTEXT, Scene, version_of
from sse_spec.scene.naming import resolve
from sse_spec.situation import Situation
from sse_spec.world import World

__all__ = ["VALID_CONTEXT", "Scene", "resolve", "scenes", "version_of"]

_SCENES: dict[type[Action], Callable[[World, Any], tuple[Scene, ...]]] = {
    PutObject: objects.writes,
    PostObject: objects.writes,
    CopyObject: objects.copies,
    BatchCopy: changes.jobs,
    UpdateObjectEncryption: changes.updates,
    GetObject: objects.reads,
    HeadObject: objects.reads,
    GetObjectAttributes: objects.reads,
    DeleteObject: objects.deletions,
    CreateMultipartUpload: objects.writes,
    UploadPart: multipart.parts,
    UploadPartCopy: multipart.parts,
    CompleteMultipartUpload: multipart.completions,
    PutBucketEncryption: buckets.configures,
    GetBucketEncryption: buckets.configurations,
    DeleteBucketEncryption: buckets.configurations,
    PutBucketLogging: logs.logging_writes,
    GetBucketLogging: logs.logging_reads,
    ReadLog: logs.logs,
    PutBucketReplication: replication.configures,
    GetBucketReplication: replication.configurations,
    DeleteBucketReplication: replication.configurations,
    HeadReplica: replication.replicas,
    ReadKmsCalls: watching.kms_calls,
}


def scenes(world: World, action: Action) -> tuple[Scene, ...]:
    """The situations in which the action may be: one, or one for each combination of candidate values."""
    find = _SCENES.get(type(action))
    if find is None:
        return (Scene(Situation(action=kind(action), described=False), {}, NO_SETTING, None),)
    return find(world, action)
