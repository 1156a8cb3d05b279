"""From a leaf to the request that reaches it: which bucket, keys and object it needs, and the decisive call."""

from __future__ import annotations

from collections.abc import Callable

from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CustomerKey,
    GetBucketLogging,
    GetObject,
    HeadObject,
    PostObject,
    PutBucketLogging,
    PutObject,
    ReadLog,
    S3Action,
    UpdateObjectEncryption,
    account_of,
    customer_of,
)

from sse_conformance.leaves import Leaf
from sse_conformance.scenery import Scenery
from sse_conformance.staging import access, changes, configuring, logs, multipart, objects, replication, watching
from sse_conformance.staging.access import by_requester
from sse_conformance.staging.needs import ABSENT_BUCKET, CUSTOMER_KEY, Values

__all__ = ["ReadBack", "read_back", "stage"]


def stage(leaf: Leaf, scenery: Scenery) -> S3Action:
    """Prepare what the leaf needs and return its decisive call."""
    if leaf.action == "HeadObject" and changes.takes_part(leaf.values):
        return changes.read_changed(leaf.values, scenery)
    stages = _READING_REPLICATED if replication.takes_part(leaf.values) else _STAGES
    return stages.get(leaf.action, _STAGES[leaf.action])(leaf.values, scenery)


_STAGES: dict[str, Callable[[Values, Scenery], S3Action]] = {
    "PutBucketEncryption": by_requester(configuring.configure),
    "GetBucketEncryption": by_requester(configuring.read_configuration),
    "DeleteBucketEncryption": by_requester(access.delete),
    "PutObject": by_requester(objects.put, access.put_across),
    "PostObject": objects.post,
    "CreateMultipartUpload": by_requester(multipart.begin),
    "UploadPart": by_requester(multipart.send_part),
    "UploadPartCopy": by_requester(multipart.copy_part),
    "CompleteMultipartUpload": by_requester(multipart.complete),
    "CopyObject": by_requester(objects.copy),
    "GetObject": by_requester(objects.reading(GetObject), access.get_across),
    "HeadObject": by_requester(objects.reading(HeadObject), access.head_across),
    "PutBucketReplication": replication.configure,
    "GetBucketReplication": replication.read_configuration,
    "DeleteBucketReplication": replication.delete_configuration,
    "HeadReplica": replication.read_replica,
    "DeleteObject": objects.delete,
    "BatchCopy": changes.job,
    "UpdateObjectEncryption": changes.update,
    "PutBucketLogging": logs.end_or_set,
    "GetBucketLogging": logs.read_destination,
    "ReadLog": logs.look,
    "ReadKmsCalls": watching.look,
}


_READING_REPLICATED: dict[str, Callable[[Values, Scenery], S3Action]] = {
    "GetObject": replication.reading(GetObject),
    "HeadObject": replication.reading(HeadObject),
}


ReadBack = HeadObject | ReadLog | GetBucketLogging
"""A read that shows what another call has done."""


def read_back(action: Action) -> ReadBack | None:
    """The read that shows what a call has done where its answer does not."""
    if isinstance(action, BatchCopy):
        return HeadObject(bucket=action.bucket, key=action.key)
    if isinstance(action, UpdateObjectEncryption):
        return HeadObject(bucket=action.bucket, key=action.key, version=action.version)
    if isinstance(action, PutBucketLogging) and action.target != ABSENT_BUCKET:
        if action.target is None:
            return GetBucketLogging(bucket=action.bucket)
        return ReadLog(bucket=action.target, source=action.bucket)
    if (
        isinstance(action, PutObject | PostObject | CopyObject | CompleteMultipartUpload)
        and action.bucket != ABSENT_BUCKET
    ):
        sent = customer_of(action)
        customer = None if sent is None else CustomerKey(sent.key or CUSTOMER_KEY)
        requester = account_of(action.principal)
        return HeadObject(bucket=action.bucket, key=action.key, customer=customer, principal=requester)
    return None
