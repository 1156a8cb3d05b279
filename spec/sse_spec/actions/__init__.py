"""Requests as values.

An action is one request by one principal. It names buckets, keys, aliases and uploads by symbols: a target gives them
real names, and :class:`KeyRef` says in which of its forms a KMS key is written into the request.
"""

from __future__ import annotations

from sse_spec.actions.buckets import (
    POLICIES,
    CreateBucket,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    Policy,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    ReadLog,
)
from sse_spec.actions.keys import (
    CancelKeyDeletion,
    CreateAlias,
    CreateKey,
    DeleteAlias,
    DisableKey,
    EnableKey,
    ReadKmsCalls,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.actions.multipart import (
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    ListParts,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.actions.objects import (
    BatchCopy,
    CopyObject,
    DeleteObject,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    PostObject,
    PutObject,
    UpdateObjectEncryption,
)
from sse_spec.actions.values import (
    ALGORITHMS,
    DEFAULT_ACCOUNT,
    DSSE,
    KMS_ALGORITHMS,
    RESTRICTED,
    SSE_C,
    Action,
    Blocked,
    CustomerKey,
    EncryptionHeaders,
    KeyForm,
    KeyRef,
    Region,
    Rule,
    account_of,
)

__all__ = [
    "ALGORITHMS",
    "DEFAULT_ACCOUNT",
    "DSSE",
    "KMS_ALGORITHMS",
    "POLICIES",
    "RESTRICTED",
    "SSE_C",
    "AbortMultipartUpload",
    "Action",
    "BatchCopy",
    "Blocked",
    "CancelKeyDeletion",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateAlias",
    "CreateBucket",
    "CreateKey",
    "CreateMultipartUpload",
    "CustomerKey",
    "DeleteAlias",
    "DeleteBucketEncryption",
    "DeleteBucketReplication",
    "DeleteObject",
    "DisableKey",
    "EnableKey",
    "EncryptionHeaders",
    "GetBucketEncryption",
    "GetBucketLogging",
    "GetBucketReplication",
    "GetObject",
    "GetObjectAttributes",
    "HeadObject",
    "HeadReplica",
    "KeyForm",
    "KeyRef",
    "ListParts",
    "Policy",
    "PostObject",
    "PutBucketEncryption",
    "PutBucketLogging",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketVersioning",
    "PutObject",
    "Read",
    "ReadKmsCalls",
    "ReadLog",
    "Region",
    "Rule",
    "S3Action",
    "ScheduleKeyDeletion",
    "Storing",
    "UpdateAlias",
    "UpdateObjectEncryption",
    "UploadPart",
    "UploadPartCopy",
    "Write",
    "account_of",
    "customer_of",
    "kind",
]

S3Action = (
    CreateBucket
    | PutBucketEncryption
    | GetBucketEncryption
    | DeleteBucketEncryption
    | PutBucketVersioning
    | PutBucketPolicy
    | PutBucketLogging
    | GetBucketLogging
    | ReadLog
    | PutBucketReplication
    | GetBucketReplication
    | DeleteBucketReplication
    | PutObject
    | PostObject
    | CopyObject
    | BatchCopy
    | UpdateObjectEncryption
    | GetObject
    | HeadObject
    | GetObjectAttributes
    | HeadReplica
    | DeleteObject
    | CreateMultipartUpload
    | UploadPart
    | UploadPartCopy
    | CompleteMultipartUpload
    | AbortMultipartUpload
    | ListParts
    | CreateKey
    | DisableKey
    | EnableKey
    | ScheduleKeyDeletion
    | CancelKeyDeletion
    | CreateAlias
    | UpdateAlias
    | DeleteAlias
    | ReadKmsCalls
)
"""Every action of this edition, for decoding."""

Write = PutObject | PostObject | CopyObject | BatchCopy
"""The actions that write a whole object and may say how it is to be encrypted."""

Storing = Write | CompleteMultipartUpload
"""The actions after which there is an object, or a version of one, that was not there before."""

Read = GetObject | HeadObject | GetObjectAttributes
"""The actions that read an object."""


def customer_of(action: Action) -> CustomerKey | None:
    """The SSE-C headers of a request: those for what it writes, or for what it reads."""
    headers: EncryptionHeaders | None = getattr(action, "headers", None)
    own: CustomerKey | None = getattr(action, "customer", None)
    return own if headers is None else headers.customer


def kind(action: Action) -> str:
    """The name of the operation, as the API reference spells it."""
    return type(action).__name__
