"""What one action is in boto3: the method, its arguments, and what boto3 cannot say and must be put in by hand.

Pure: no client, no network, no boto3. The carrier sends these calls; a generator of scripts can write them down.
Every text that :class:`Names` gives goes into the arguments as it is, never joined to another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    ListParts,
    PostObject,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    ReadLog,
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)

from sse_adapters.calls import buckets, multipart, objects
from sse_adapters.calls.buckets import MALFORMED_BODY
from sse_adapters.calls.building import ALGORITHM_HEADER, Call, Document, Names
from sse_adapters.calls.keys import PENDING_DAYS, create_key, of_alias, of_key

__all__ = ["ALGORITHM_HEADER", "MALFORMED_BODY", "PENDING_DAYS", "Call", "Document", "Names", "call"]


def call(action: Action, names: Names) -> Call:
    """The call that carries `action` out. Raises KeyError for an action of a type that is not known here."""
    return _CALLS[type(action)](action, names)


_CALLS: Mapping[type[Action], Callable[[Any, Names], Call]] = {
    CreateBucket: buckets.create_bucket,
    PutBucketEncryption: buckets.put_bucket_encryption,
    GetBucketEncryption: buckets.get_bucket_encryption,
    DeleteBucketEncryption: buckets.delete_bucket_encryption,
    PutBucketVersioning: buckets.put_bucket_versioning,
    PutBucketPolicy: buckets.put_bucket_policy,
    PutBucketLogging: buckets.put_bucket_logging,
    GetBucketLogging: buckets.get_bucket_logging,
    ReadLog: buckets.read_log,
    PutBucketReplication: buckets.put_bucket_replication,
    GetBucketReplication: buckets.get_bucket_replication,
    DeleteBucketReplication: buckets.delete_bucket_replication,
    PutObject: objects.put_object,
    PostObject: objects.post_object,
    CopyObject: objects.copy_object,
    BatchCopy: objects.batch_copy,
    UpdateObjectEncryption: objects.update_object_encryption,
    GetObject: objects.get_object,
    HeadObject: objects.head_object,
    GetObjectAttributes: objects.get_object_attributes,
    HeadReplica: objects.head_replica,
    DeleteObject: objects.delete_object,
    CreateMultipartUpload: multipart.create_multipart_upload,
    UploadPart: multipart.upload_part,
    UploadPartCopy: multipart.upload_part_copy,
    CompleteMultipartUpload: multipart.complete_multipart_upload,
    AbortMultipartUpload: multipart.abort_multipart_upload,
    ListParts: multipart.list_parts,
    CreateKey: create_key,
    DisableKey: of_key("disable_key"),
    EnableKey: of_key("enable_key"),
    ScheduleKeyDeletion: of_key("schedule_key_deletion", PendingWindowInDays=PENDING_DAYS),
    CancelKeyDeletion: of_key("cancel_key_deletion"),
    CreateAlias: of_alias("create_alias"),
    UpdateAlias: of_alias("update_alias"),
    DeleteAlias: of_alias("delete_alias"),
}
