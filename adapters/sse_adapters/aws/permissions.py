"""What an account has to allow for a run: IAM policies with no more in them than the requests of a plan need."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

from sse_adapters.aws.marks import POOL_TAG
from sse_adapters.names import STEM

__all__ = ["NEEDS", "RESTRICTED_PARTS", "restricted", "role_trust", "runner", "service", "service_trust"]

_WRITE = ("s3:PutObject", "kms:GenerateDataKey", "kms:Decrypt")
_READ = ("s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt")

NEEDS: Mapping[type[Action], tuple[str, ...]] = {
    CreateBucket: ("s3:CreateBucket", "s3:GetEncryptionConfiguration"),
    PutBucketEncryption: ("s3:PutEncryptionConfiguration", "s3:GetEncryptionConfiguration"),
    GetBucketEncryption: ("s3:GetEncryptionConfiguration",),
    DeleteBucketEncryption: ("s3:PutEncryptionConfiguration", "s3:GetEncryptionConfiguration"),
    PutBucketVersioning: ("s3:PutBucketVersioning", "s3:GetBucketVersioning"),
    PutBucketPolicy: ("s3:PutBucketPolicy", "s3:GetBucketPolicy"),
    PutBucketLogging: ("s3:PutBucketLogging", "s3:GetBucketLogging"),
    GetBucketLogging: ("s3:GetBucketLogging",),
    ReadLog: ("s3:ListBucket", *_READ),
    PutBucketReplication: ("s3:PutReplicationConfiguration", "s3:GetReplicationConfiguration", "iam:PassRole"),
    GetBucketReplication: ("s3:GetReplicationConfiguration",),
    DeleteBucketReplication: ("s3:PutReplicationConfiguration", "s3:GetReplicationConfiguration"),
    PutObject: (*_WRITE, "s3:PutObjectAcl"),
    PostObject: (*_WRITE, "s3:PutObjectAcl"),
    CopyObject: (*_WRITE, *_READ, "s3:PutObjectAcl"),
    BatchCopy: ("s3:CreateJob", "s3:DescribeJob", "iam:PassRole", *_READ),
    UpdateObjectEncryption: (
        "s3:UpdateObjectEncryption",
        "kms:Encrypt",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        *_WRITE,
    ),
    GetObject: _READ,
    HeadObject: _READ,
    GetObjectAttributes: ("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes", *_READ),
    HeadReplica: _READ,
    DeleteObject: ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    CreateMultipartUpload: (*_WRITE, "s3:PutObjectAcl"),
    UploadPart: _WRITE,
    UploadPartCopy: (*_WRITE, *_READ),
    CompleteMultipartUpload: _WRITE,
    AbortMultipartUpload: ("s3:AbortMultipartUpload",),
    ListParts: ("s3:ListMultipartUploadParts",),
    CreateKey: ("kms:CreateKey", "kms:TagResource", "kms:DescribeKey"),
    DisableKey: ("kms:DisableKey", "kms:DescribeKey"),
    EnableKey: ("kms:EnableKey", "kms:DescribeKey"),
    ScheduleKeyDeletion: ("kms:ScheduleKeyDeletion", "kms:DescribeKey"),
    CancelKeyDeletion: ("kms:CancelKeyDeletion", "kms:DescribeKey"),
    CreateAlias: ("kms:CreateAlias", "kms:DescribeKey"),
    UpdateAlias: ("kms:UpdateAlias", "kms:DescribeKey"),
    DeleteAlias: ("kms:DeleteAlias", "kms:DescribeKey"),
}
"""The permissions that each request needs, with those of the read that waits for it."""

TIDYING = (
    "s3:AbortMultipartUpload",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetBucketLocation",
    "s3:GetBucketTagging",
    "s3:ListAllMyBuckets",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
    "s3:PutBucketTagging",
)
"""What it takes to mark buckets, to find them again, and to remove them."""

KEEPING = (
    "kms:CancelKeyDeletion",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:ListAliases",
    "kms:ListKeys",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
)
"""What it takes to use keys again."""

TRIAL = (CreateBucket, PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption)
"""What each run tries first on a bucket that is made for that."""

WHOLE_ACCOUNT = frozenset({"s3:ListAllMyBuckets", "s3:CreateJob", "s3:DescribeJob", "kms:ListKeys", "kms:ListAliases"})
"""Permissions that cannot be held to some resources."""

ANY_KEY = frozenset({"kms:ListResourceTags", "kms:DescribeKey"})
"""What is asked of every key, to see whether it is ours, and of a new one, of which KMS shows the tags later."""

ALIASES = frozenset({"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"})
"""Permissions on the alias, and on its key as well."""

USE = frozenset(
    {"kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)  # fmt: skip
"""The permissions to use a key, which a run also needs for those of its other account."""

RESTRICTED_PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no-kms": ((), ()),
    "no-decrypt": (("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"), ()),
    "no-generate": (("kms:DescribeKey", "kms:Encrypt", "kms:Decrypt"), ()),
    "no-config": (("kms:*",), ("s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration")),
}
"""What each principal with fewer rights may do with keys, and what it is denied of S3: all of S3 is allowed before."""

_OBJECT_ACTIONS = ("Object", "MultipartUploadParts", "AbortMultipartUpload")
_BUCKETS, _OBJECTS = f"arn:aws:s3:::{STEM}-*", f"arn:aws:s3:::{STEM}-*/*"
_OURS = {"StringEquals": {f"aws:ResourceTag/{POOL_TAG}": "yes"}}

Policy = dict[str, Any]


def runner(kinds: Collection[type[Action]], account: str, other: str | None, *, assumes: bool) -> Policy:
    """The policy of who runs the suite with these requests, in the account of that 12-digit id (`*`: any).

    `other` is the second account, whose shared keys are used; `assumes` whether it takes the roles of the principals
    with fewer rights.
    """
    asked: set[type[Action]] = {*kinds, *TRIAL}
    needed = {need for kind in asked for need in NEEDS.get(kind, ())} | set(TIDYING)
    if CreateKey in kinds:
        needed |= set(KEEPING)
    statements = _on_s3(needed) + _on_kms(needed, account, other)
    if needed & WHOLE_ACCOUNT:
        statements.append(_allow("Account", needed & WHOLE_ACCOUNT, "*"))
    if "iam:PassRole" in needed:
        statements.append(_allow("ServiceRole", {"iam:PassRole", "iam:GetRole"}, _role(account, "service")))
    if assumes:
        statements.append(_allow("FewerRights", {"sts:AssumeRole"}, *(_role(account, n) for n in RESTRICTED_PARTS)))
    return _policy(*statements)


def restricted(part: str) -> Policy:
    """The policy of the role of a principal with fewer rights."""
    keys, denied = RESTRICTED_PARTS[part]
    statements = [_allow("Buckets", {"s3:*"}, _BUCKETS, _OBJECTS)]
    if keys:
        statements.append(_allow("Keys", set(keys), "*"))
    if denied:
        statements.append({**_allow("NoConfiguration", set(denied), "*"), "Effect": "Deny"})
    return _policy(*statements)


def role_trust(account: str) -> Policy:
    """Who may take the roles with fewer rights: whom the account lets."""
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    return _policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def service() -> Policy:
    """The policy of the role by which S3 replicates and runs batch jobs."""
    buckets = {"s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetBucketLocation"}
    buckets.add("s3:PutInventoryConfiguration")  # S3 makes the list of the objects of a job by one
    objects = {
        "s3:GetObject",
        "s3:GetObjectAcl",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
        "s3:ReplicateDelete",
        "s3:ReplicateObject",
        "s3:ReplicateTags",
    }
    keys = _allow("Keys", {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}, "*")
    return _policy(_allow("Buckets", buckets, _BUCKETS), _allow("Objects", objects, _OBJECTS), keys)


def service_trust(account: str) -> Policy:
    """Who may take that role: S3, for this account."""
    services = {"Service": ["batchoperations.s3.amazonaws.com", "s3.amazonaws.com"]}
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    return _policy({"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole", "Condition": condition})


def _on_s3(needed: Collection[str]) -> list[dict[str, Any]]:
    wanted = {one for one in needed if one.startswith("s3:")} - WHOLE_ACCOUNT
    objects = {one for one in wanted if any(word in one for word in _OBJECT_ACTIONS)}
    found = [_allow("Buckets", wanted - objects, _BUCKETS)]
    return [*found, _allow("Objects", objects, _OBJECTS)] if objects else found


def _on_kms(needed: Collection[str], account: str, other: str | None) -> list[dict[str, Any]]:
    wanted = {one for one in needed if one.startswith("kms:")} - WHOLE_ACCOUNT - {"kms:CreateKey"}
    if "kms:CreateKey" not in needed:
        return []
    keys, aliases = f"arn:aws:kms:*:{account}:key/*", f"arn:aws:kms:*:{account}:alias/{STEM}-*"
    tagged = {"StringEquals": {f"aws:RequestTag/{POOL_TAG}": "yes"}}
    found = [
        {**_allow("NewKeys", {"kms:CreateKey", "kms:TagResource"}, "*"), "Condition": tagged},
        {**_allow("Keys", wanted - ANY_KEY, keys), "Condition": _OURS},
        _allow("LookAtKeys", wanted & ANY_KEY, keys),
    ]
    if wanted & ALIASES:
        found.append(_allow("Aliases", wanted & ALIASES, aliases))
    if other is not None and wanted & USE:
        found.append(_allow("SharedKeys", wanted & USE, f"arn:aws:kms:*:{other}:key/*"))
    return found


def _allow(sid: str, actions: Collection[str], *resources: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}


def _policy(*statements: dict[str, Any]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _role(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{STEM}-{name}"
