"""Which request carries which kind of action out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sse_reports.aws_cli import buckets, keys, multipart, objects
from sse_reports.aws_cli.building import Request
from sse_reports.aws_cli.names import Names

__all__ = ["BUILDERS"]

BUILDERS: Mapping[str, Callable[[Any, Names], Request]] = {
    "CreateBucket": buckets.create_bucket,
    "PutBucketEncryption": buckets.put_bucket_encryption,
    "GetBucketEncryption": buckets.plain("get-bucket-encryption"),
    "DeleteBucketEncryption": buckets.plain("delete-bucket-encryption"),
    "PutBucketVersioning": buckets.put_bucket_versioning,
    "PutBucketPolicy": buckets.put_bucket_policy,
    "PutBucketLogging": buckets.put_bucket_logging,
    "GetBucketLogging": buckets.plain("get-bucket-logging"),
    "ReadLog": buckets.read_log,
    "PutBucketReplication": buckets.put_bucket_replication,
    "GetBucketReplication": buckets.plain("get-bucket-replication"),
    "DeleteBucketReplication": buckets.plain("delete-bucket-replication"),
    "PutObject": objects.put_object,
    "PostObject": objects.post_object,
    "CopyObject": objects.copy_object,
    "BatchCopy": objects.batch_copy,
    "UpdateObjectEncryption": objects.update_object_encryption,
    "GetObject": objects.read("get-object", "GET"),
    "HeadObject": objects.read("head-object", "HEAD"),
    "GetObjectAttributes": objects.read("get-object-attributes", "GET"),
    "HeadReplica": objects.head_replica,
    "DeleteObject": objects.delete_object,
    "CreateMultipartUpload": multipart.create_multipart_upload,
    "UploadPart": multipart.upload_part,
    "UploadPartCopy": multipart.upload_part_copy,
    "CompleteMultipartUpload": multipart.complete_multipart_upload,
    "AbortMultipartUpload": multipart.of_upload("abort-multipart-upload"),
    "ListParts": multipart.of_upload("list-parts"),
    "CreateKey": keys.create_key,
    "DisableKey": keys.of_key("disable-key"),
    "EnableKey": keys.of_key("enable-key"),
    "ScheduleKeyDeletion": keys.of_key("schedule-key-deletion", pending_window_in_days="7"),
    "CancelKeyDeletion": keys.of_key("cancel-key-deletion"),
    "CreateAlias": keys.of_alias("create-alias"),
    "UpdateAlias": keys.of_alias("update-alias"),
    "DeleteAlias": keys.of_alias("delete-alias"),
    "ReadKmsCalls": keys.read_kms_calls,
}
"""What makes the request of each kind of action: of the step `names.step`, and `names` is told what is learnt in it."""
