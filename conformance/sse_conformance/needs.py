"""What situations need, as values, and whether what is there already will do."""

from __future__ import annotations

import msgspec
from sse_spec.actions import DEFAULT_ACCOUNT, KMS_ALGORITHMS, Blocked, Policy
from sse_spec.world import Bucket, Version, managed_key

__all__ = ["BucketNeed", "Encryption", "KeyNeed", "ObjectNeed", "Place", "calm", "encryption", "takes_sse_c", "wanted"]

Encryption = tuple[str | None, str | None, bool, str | None]
"""An algorithm, the symbol of a KMS key, whether a bucket key is used, and the symbol of a customer key."""


class KeyNeed(msgspec.Struct, frozen=True):
    """A key as a situation wants it: `role` tells keys of one situation apart."""

    form: str
    role: str
    state: str = "enabled"
    moved: bool = False


class BucketNeed(msgspec.Struct, frozen=True):
    """A bucket as a situation wants it. `objects` are the writes that must come before the default is set."""

    algorithm: str | None = None
    key: KeyNeed | None = None
    bucket_key: bool | None = None
    previous_bucket_key: bool = False
    deleted: bool = False
    versioned: bool = False
    override: bool | None = None
    older: ObjectNeed | None = None
    purpose: str = ""
    blocked: Blocked | None = None
    blocked_kept: str | None = None
    policy: Policy | None = None


class ObjectNeed(msgspec.Struct, frozen=True):
    """How an object is to be stored; `key` is the symbol of its key, None for aws/s3 and for objects that have none."""

    algorithm: str | None
    key: str | None = None
    bucket_key: bool | None = None
    customer: str | None = None


class Place(msgspec.Struct, frozen=True):
    """Where an object is."""

    bucket: str
    key: str


def wanted(need: ObjectNeed) -> Encryption:
    """How an object that is needed is encrypted."""
    symbol = managed_key(DEFAULT_ACCOUNT) if need.algorithm in KMS_ALGORITHMS and need.key is None else need.key
    return need.algorithm, symbol, bool(need.bucket_key), need.customer


def calm(version: Version) -> bool:
    """Whether a version was written by its owner and nothing but copies has been made of it since."""
    happened = version.replication or version.change or version.beside or version.replica
    return not happened and version.writer in {None, DEFAULT_ACCOUNT}


def encryption(version: Version) -> Encryption | None:
    """How a version is encrypted, as far as that is certain."""
    stored = version.candidates[0] if len(version.candidates) == 1 else None
    if stored is None or stored.parts or not stored.body:
        return None  # an object that is special otherwise
    return (stored.algorithm, stored.key, stored.bucket_key, stored.customer)


def takes_sse_c(bucket: Bucket, blocked: Blocked | None) -> bool:
    """Whether a bucket takes SSE-C objects; `blocked` is what must have been put as its blocked types, if anything."""
    if bucket.versioning is not None or len(bucket.settings) != 1:
        return False
    (setting,) = bucket.settings
    return setting.blocked != "SSE-C" and setting.blocked_kept is None and blocked in {None, setting.blocked}
