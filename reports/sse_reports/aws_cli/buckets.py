"""Requests about buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import (
    CreateBucket,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    ReadLog,
    Rule,
)

from sse_reports.aws_cli.building import Request, of_bucket, other_account, signed_curl
from sse_reports.aws_cli.names import REGIONS, Names
from sse_reports.aws_cli.shell import document, word

__all__ = [
    "create_bucket",
    "plain",
    "put_bucket_encryption",
    "put_bucket_logging",
    "put_bucket_policy",
    "put_bucket_replication",
    "put_bucket_versioning",
    "read_log",
]

_SHARED = (
    "GetObject",
    "GetObjectVersion",
    "GetObjectAttributes",
    "GetObjectVersionAttributes",
    "PutObject",
    "PutObjectAcl",
)
"""What the policy `share` lets the other account do with objects."""


def create_bucket(action: CreateBucket, names: Names) -> Request:
    """CreateBucket."""
    options = of_bucket(action, names)
    if action.region != "home":  # the one Region that may not be named
        options["create-bucket-configuration"] = f"LocationConstraint={REGIONS[action.region]}"
    names.learn_bucket(action.bucket, action.region)
    return Request("s3api", "create-bucket", options, region=action.region)


def _rule(rule: Rule, names: Names, principal: str) -> dict[str, Any]:
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


def put_bucket_encryption(action: PutBucketEncryption, names: Names) -> Request:
    """PutBucketEncryption; a body that is not XML only `curl` can send."""
    options = of_bucket(action, names)
    if action.malformed:
        lines = signed_curl(action, names, "PUT", options, "--data-binary 'this is not XML'", query="?encryption")
        return Request("s3api", "put-bucket-encryption", options, instead=lines, needs="signed_curl")
    rules = [_rule(rule, names, action.principal) for rule in action.rules]
    options["server-side-encryption-configuration"] = document({"Rules": rules})
    unchecked = any(rule.apply and rule.algorithm is None for rule in action.rules)
    return Request("s3api", "put-bucket-encryption", options, unchecked=unchecked)


def plain(operation: str) -> Callable[[Any, Names], Request]:
    """A request about a bucket that says nothing but which."""

    def build(action: Any, names: Names) -> Request:
        return Request("s3api", operation, of_bucket(action, names))

    return build


def put_bucket_versioning(action: PutBucketVersioning, names: Names) -> Request:
    """PutBucketVersioning."""
    names.learn_versioning(action.bucket, action.status)
    options = of_bucket(action, names) | {"versioning-configuration": f"Status={action.status}"}
    return Request("s3api", "put-bucket-versioning", options)


def put_bucket_policy(action: PutBucketPolicy, names: Names) -> Request:
    """PutBucketPolicy."""
    inside = names.bucket_arn(action.bucket, "/*")
    if action.policy == "share":
        guest = {"AWS": names.account_arn(other_account(action.principal))}
        allowed = {"Effect": "Allow", "Principal": guest}
        statements: list[dict[str, Any]] = [
            {**allowed, "Action": [f"s3:{one}" for one in _SHARED], "Resource": inside},
            {**allowed, "Action": ["s3:ListBucket"], "Resource": names.bucket_arn(action.bucket)},
        ]
    elif action.policy == "log-delivery":
        service = {"Service": "logging.s3.amazonaws.com"}
        statements = [{"Effect": "Allow", "Principal": service, "Action": ["s3:PutObject"], "Resource": inside}]
    else:
        seen = "s3:x-amz-server-side-encryption"
        lacking = (
            {"Null": {seen: "true"}} if action.policy == "require-header" else {"StringNotEquals": {seen: "aws:kms"}}
        )
        denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": inside}
        statements = [{**denied, "Condition": lacking}]
    policy = document({"Version": "2012-10-17", "Statement": statements})
    return Request("s3api", "put-bucket-policy", of_bucket(action, names) | {"policy": policy})


def put_bucket_logging(action: PutBucketLogging, names: Names) -> Request:
    """PutBucketLogging."""
    status: dict[str, Any] = {}
    if action.target is not None:
        status["LoggingEnabled"] = {"TargetBucket": names.bucket(action.target), "TargetPrefix": f"{action.bucket}/"}
    options = of_bucket(action, names) | {"bucket-logging-status": document(status)}
    return Request("s3api", "put-bucket-logging", options)


def read_log(action: ReadLog, names: Names) -> Request:
    """ReadLog: something is asked for in the bucket, and the newest object of the listing is looked at afterwards."""
    options = of_bucket(action, names) | {"prefix": f"{action.source}/"}
    asked = f"aws s3api list-objects-v2 --bucket {word(names.bucket(action.source))}"
    return Request("s3api", "list-objects-v2", options, before=(asked,), patience="until a new log has arrived")


def put_bucket_replication(action: PutBucketReplication, names: Names) -> Request:
    """PutBucketReplication."""
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
    options = of_bucket(action, names) | {"replication-configuration": document(configuration)}
    return Request("s3api", "put-bucket-replication", options)
