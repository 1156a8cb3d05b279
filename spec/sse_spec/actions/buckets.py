"""Requests about buckets: their encryption configuration, versioning, policy, access logging and replication."""

from __future__ import annotations

from typing import Literal

from sse_spec.actions.values import Action, KeyRef, Region, Rule

__all__ = [
    "POLICIES",
    "CreateBucket",
    "DeleteBucketEncryption",
    "DeleteBucketReplication",
    "GetBucketEncryption",
    "GetBucketLogging",
    "GetBucketReplication",
    "Policy",
    "PutBucketEncryption",
    "PutBucketLogging",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketVersioning",
    "ReadLog",
]

Policy = Literal["share", "require-header", "require-kms", "log-delivery"]
"""What a bucket policy says.

`share` lets the other account read and write objects. `require-header` denies PutObject to everyone where the request
has no `x-amz-server-side-encryption` header, `require-kms` where that header is not `aws:kms`. `log-delivery` lets S3
deliver access logs into the bucket.
"""

POLICIES: tuple[Policy, ...] = ("share", "require-header", "require-kms", "log-delivery")


class CreateBucket(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Make a general purpose bucket, naming no encryption."""

    bucket: str
    region: Region = "home"


class PutBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Set the bucket default. `malformed` sends a body that is not XML, instead of the rules.

    `expected_owner` is the account that the request says must own the bucket.
    """

    bucket: str
    rules: tuple[Rule, ...] = ()
    malformed: bool = False
    expected_owner: str | None = None


class GetBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read the bucket default."""

    bucket: str
    expected_owner: str | None = None


class DeleteBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Remove (before 2023-01-05) or reset (since) the bucket default."""

    bucket: str
    expected_owner: str | None = None


class PutBucketVersioning(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Switch versioning on or suspend it."""

    bucket: str
    status: Literal["Enabled", "Suspended"]


class PutBucketPolicy(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Set the bucket policy, in place of the one that was there."""

    bucket: str
    policy: Policy


class PutBucketLogging(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Have the requests to a bucket logged in the bucket `target`; None sends an empty status, which ends it."""

    bucket: str
    target: str | None


class GetBucketLogging(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read where the requests to a bucket are logged."""

    bucket: str


class ReadLog(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Ask for something in the bucket `source`, and wait a while for a log object about it to arrive in `bucket`.

    One that was there before does not count. Whether one has arrived is `delivered` of the observation.
    """

    bucket: str
    source: str


class PutBucketReplication(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Have new objects of a bucket replicated to the bucket `destination`, all of them, by one rule.

    `sse_kms` is the status of `SseKmsEncryptedObjects`, None where the rule has none; `replica_key` the
    `ReplicaKmsKeyID`. `empty` sends a configuration without rules.
    """

    bucket: str
    destination: str
    sse_kms: Literal["Enabled", "Disabled"] | None = None
    replica_key: KeyRef | None = None
    empty: bool = False


class GetBucketReplication(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read the replication configuration."""

    bucket: str


class DeleteBucketReplication(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Remove the replication configuration."""

    bucket: str
