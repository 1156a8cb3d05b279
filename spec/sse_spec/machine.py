"""The machine: which outcomes the rules permit in a situation.

Every operation is checks, then core. All writes resolve encryption through the same few rules: algorithm, key, bucket
key, ETag. :data:`RULES` is the record of those decisions; an implementation with one bug is the same record with one
function replaced, or the same law with one clause broken.
"""

from __future__ import annotations

from collections.abc import Callable

from sse_spec.law import Law
from sse_spec.operations import changing, configuring, logs, multipart, readings, replicating, watching, writing
from sse_spec.operations.answering import OPEN
from sse_spec.outcomes import Prediction
from sse_spec.rules.record import RULES, Rules
from sse_spec.situation import Situation

__all__ = ["OPEN", "RULES", "Rules", "permitted"]


def permitted(s: Situation, law: Law, rules: Rules = RULES) -> Prediction:
    """Every outcome that the law permits in a situation. Total: there is an answer for every situation."""
    if not s.described:
        return OPEN
    return _OPERATIONS.get(s.action, _undescribed)(s, law, rules)


def _undescribed(_s: Situation, _law: Law, _rules: Rules) -> Prediction:
    return OPEN


_OPERATIONS: dict[str, Callable[[Situation, Law, Rules], Prediction]] = {
    "PutBucketEncryption": configuring.put_bucket_encryption,
    "GetBucketEncryption": configuring.get_bucket_encryption,
    "DeleteBucketEncryption": configuring.delete_bucket_encryption,
    "PutObject": writing.put_object,
    "CopyObject": writing.copy_object,
    "GetObject": readings.read,
    "HeadObject": readings.read,
    "DeleteObject": readings.delete_object,
    "BatchCopy": changing.batch_copy,
    "UpdateObjectEncryption": changing.update_object_encryption,
    "PutBucketLogging": logs.put_bucket_logging,
    "GetBucketLogging": logs.get_bucket_logging,
    "ReadLog": logs.read_log,
    "PostObject": writing.put_object,
    "CreateMultipartUpload": multipart.create_multipart_upload,
    "UploadPart": multipart.upload_part,
    "UploadPartCopy": multipart.upload_part_copy,
    "CompleteMultipartUpload": multipart.complete_multipart_upload,
    "PutBucketReplication": replicating.put_bucket_replication,
    "GetBucketReplication": replicating.get_bucket_replication,
    "DeleteBucketReplication": replicating.delete_bucket_replication,
    "HeadReplica": replicating.head_replica,
    "ReadKmsCalls": watching.read_kms_calls,
}
