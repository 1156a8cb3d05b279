"""Calls about buckets."""

from __future__ import annotations

from typing import Any

from sse_spec.actions import (
    CreateBucket,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    ReadLog,
    Rule,
)

from sse_adapters.calls.building import ALGORITHM_HEADER, Call, Document, Names, other_account, s3_call

__all__ = [
    "MALFORMED_BODY",
    "create_bucket",
    "delete_bucket_encryption",
    "delete_bucket_replication",
    "get_bucket_encryption",
    "get_bucket_logging",
    "get_bucket_replication",
    "put_bucket_encryption",
    "put_bucket_logging",
    "put_bucket_policy",
    "put_bucket_replication",
    "put_bucket_versioning",
    "read_log",
]

MALFORMED_BODY = "this is not XML"
"""What `PutBucketEncryption(malformed=True)` sends."""

_SHARED = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:GetObjectAttributes",
    "s3:GetObjectVersionAttributes",
    "s3:PutObject",
    "s3:PutObjectAcl",
)
"""What the policy `share` lets the other account do with objects."""


def _bucket(action: PutBucketEncryption | GetBucketEncryption | DeleteBucketEncryption, names: Names) -> dict[str, Any]:
    arguments: dict[str, Any] = {"Bucket": names.bucket(action.bucket)}
    if action.expected_owner is not None:
        arguments["ExpectedBucketOwner"] = names.account(action.expected_owner)
    return arguments


def create_bucket(action: CreateBucket, names: Names) -> Call:
    """The call for CreateBucket."""
    arguments: dict[str, Any] = {"Bucket": names.bucket(action.bucket)}
    region = names.region(action.region)
    if region != "us-east-1":  # the one Region that may not be named
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": region}
    return Call("s3", "create_bucket", arguments, action.principal, action.region)


def rule_shape(rule: Rule, names: Names, principal: str) -> dict[str, Any]:
    """One rule of an encryption configuration, with what it says and nothing more."""
    shape: dict[str, Any] = {}
    if rule.apply:
        default: dict[str, Any] = {}
        if rule.algorithm is not None:
            default["SSEAlgorithm"] = rule.algorithm
        if rule.key is not None:
            default["KMSMasterKeyID"] = names.key(rule.key, principal)
        shape["ApplyServerSideEncryptionByDefault"] = default
    if rule.bucket_key is not None:
        shape["BucketKeyEnabled"] = rule.bucket_key
    if rule.blocked is not None:
        shape["BlockedEncryptionTypes"] = {"EncryptionType": [rule.blocked]}
    return shape


def put_bucket_encryption(action: PutBucketEncryption, names: Names) -> Call:
    """The call for PutBucketEncryption."""
    rules = [rule_shape(rule, names, action.principal) for rule in action.rules]
    arguments = {**_bucket(action, names), "ServerSideEncryptionConfiguration": {"Rules": rules}}
    body = MALFORMED_BODY if action.malformed else None
    return s3_call(action, names, "put_bucket_encryption", arguments, body=body)


def get_bucket_encryption(action: GetBucketEncryption, names: Names) -> Call:
    """The call for GetBucketEncryption."""
    return s3_call(action, names, "get_bucket_encryption", _bucket(action, names))


def delete_bucket_encryption(action: DeleteBucketEncryption, names: Names) -> Call:
    """The call for DeleteBucketEncryption."""
    return s3_call(action, names, "delete_bucket_encryption", _bucket(action, names))


def put_bucket_versioning(action: PutBucketVersioning, names: Names) -> Call:
    """The call for PutBucketVersioning."""
    arguments = {"Bucket": names.bucket(action.bucket), "VersioningConfiguration": {"Status": action.status}}
    return s3_call(action, names, "put_bucket_versioning", arguments)


def put_bucket_policy(action: PutBucketPolicy, names: Names) -> Call:
    """The call for PutBucketPolicy."""
    inside = names.bucket_arn(action.bucket, "/*")
    if action.policy == "share":
        guest = {"AWS": names.account_arn(other_account(action.principal))}
        listing = {"Action": ["s3:ListBucket"], "Resource": names.bucket_arn(action.bucket)}
        objects = {"Action": list(_SHARED), "Resource": inside}
        statements = [{"Effect": "Allow", "Principal": guest, **allowed} for allowed in (objects, listing)]
    elif action.policy == "log-delivery":
        service = {"Service": "logging.s3.amazonaws.com"}
        statements = [{"Effect": "Allow", "Principal": service, "Action": ["s3:PutObject"], "Resource": inside}]
    else:
        seen = f"s3:{ALGORITHM_HEADER}"
        lacking = (
            {"Null": {seen: "true"}} if action.policy == "require-header" else {"StringNotEquals": {seen: "aws:kms"}}
        )
        denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": inside}
        statements = [{**denied, "Condition": lacking}]
    policy = Document({"Version": "2012-10-17", "Statement": statements})
    return s3_call(action, names, "put_bucket_policy", {"Bucket": names.bucket(action.bucket), "Policy": policy})


def put_bucket_logging(action: PutBucketLogging, names: Names) -> Call:
    """The call for PutBucketLogging."""
    status: dict[str, Any] = {}
    if action.target is not None:
        status["LoggingEnabled"] = {"TargetBucket": names.bucket(action.target), "TargetPrefix": f"{action.bucket}/"}
    arguments = {"Bucket": names.bucket(action.bucket), "BucketLoggingStatus": status}
    return s3_call(action, names, "put_bucket_logging", arguments)


def get_bucket_logging(action: GetBucketLogging, names: Names) -> Call:
    """The call for GetBucketLogging."""
    return s3_call(action, names, "get_bucket_logging", {"Bucket": names.bucket(action.bucket)})


def read_log(action: ReadLog, names: Names) -> Call:
    """The listing of what was delivered; who sends it looks at the newest object of it afterwards."""
    arguments = {"Bucket": names.bucket(action.bucket), "Prefix": f"{action.source}/"}
    return s3_call(action, names, "list_objects_v2", arguments)


def put_bucket_replication(action: PutBucketReplication, names: Names) -> Call:
    """The call for PutBucketReplication."""
    destination: dict[str, Any] = {"Bucket": names.bucket_arn(action.destination)}
    if action.replica_key is not None:
        destination["EncryptionConfiguration"] = {"ReplicaKmsKeyID": names.key(action.replica_key, action.principal)}
    rule: dict[str, Any] = {
        "ID": "all",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": destination,
    }
    if action.sse_kms is not None:
        rule["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": action.sse_kms}}
    configuration = {"Role": names.role_arn(action.principal), "Rules": [] if action.empty else [rule]}
    arguments = {"Bucket": names.bucket(action.bucket), "ReplicationConfiguration": configuration}
    return s3_call(action, names, "put_bucket_replication", arguments)


def get_bucket_replication(action: GetBucketReplication, names: Names) -> Call:
    """The call for GetBucketReplication."""
    return s3_call(action, names, "get_bucket_replication", {"Bucket": names.bucket(action.bucket)})


def delete_bucket_replication(action: DeleteBucketReplication, names: Names) -> Call:
    """The call for DeleteBucketReplication."""
    return s3_call(action, names, "delete_bucket_replication", {"Bucket": names.bucket(action.bucket)})
