"""The model's state: accounts' KMS keys and aliases, buckets, object versions. Immutable and persistent.

A value that the documents, or an answer that never came, leave open is a tuple of candidates inside the bucket or the
object: the world itself is never copied. No candidates at all means that nothing is known any more.
"""

from __future__ import annotations

import functools
from typing import Literal

import msgspec
from rpds import HashTrieMap

from sse_spec.actions import Blocked, KeyRef, Policy, Region, Rule

__all__ = [
    "EMPTY",
    "Bucket",
    "Change",
    "Key",
    "KeyState",
    "Part",
    "Replica",
    "Replication",
    "Setting",
    "Stored",
    "Upload",
    "Version",
    "Versioning",
    "World",
    "managed_key",
    "newest",
]

KeyState = Literal["enabled", "restored", "disabled", "cancelled", "pending"]
"""`restored` is enabled after having been unusable; `cancelled` is disabled since a deletion was taken back."""

Versioning = Literal["Enabled", "Suspended"]


class Key(msgspec.Struct, frozen=True):
    """A KMS key of a customer."""

    account: str
    region: Region
    state: KeyState
    shared: bool = False


class Setting(msgspec.Struct, frozen=True):
    """What a bucket's encryption configuration may be.

    `rule` is the configured default, None where there is none. `configured` says whether the bucket still counts as one
    that was given a default. `previous` is the rule before the last change and `key_then` the key to which the rule's
    alias pointed when it was set: nothing that S3 may act on, but what a wrong one might. `blocked` is what was last
    put as the blocked encryption types, None where nothing was, and `blocked_kept` what it has outlived since.
    """

    rule: Rule | None = None
    configured: bool = False
    previous: Rule | None = None
    key_then: str | None = None
    blocked: Blocked | None = None
    blocked_kept: Literal["put", "deletion"] | None = None


class Stored(msgspec.Struct, frozen=True):
    """An object's content and how it is encrypted.

    `body` is the content, None while no answer has shown it. `algorithm` None is unencrypted. `key` is the symbol of a
    KMS key, or `=` and a text where a target showed something that is no key of the world. `etag` is opaque, None while
    no answer has shown it. Of an SSE-C object the algorithm is `SSE_C` and `customer` the symbol of its key.
    `parts` counts the parts of a multipart upload, 0 for an object that was written in one piece.
    """

    body: str | None
    algorithm: str | None = None
    key: str | None = None
    bucket_key: bool = False
    etag: str | None = None
    customer: str | None = None
    parts: int = 0


class Part(msgspec.Struct, frozen=True):
    """One part of an upload: its content, and its ETag where an answer has shown it."""

    body: str | None
    etag: str | None


class Upload(msgspec.Struct, frozen=True):
    """A multipart upload that was begun: how the object will be encrypted, and the parts that there are.

    `named` says whether headers chose the encryption, `changed` whether the default of the bucket was changed since.
    """

    bucket: str
    key: str
    candidates: tuple[Stored, ...]
    id: str | None = None
    named: bool = False
    changed: bool = False
    parts: HashTrieMap[int, Part] = HashTrieMap()


class Replication(msgspec.Struct, frozen=True):
    """A replication configuration: where to, whether SSE-KMS objects are selected, and the key of their replicas."""

    destination: str
    sse_kms: Literal["Enabled", "Disabled"] | None = None
    replica_key: KeyRef | None = None


class Replica(msgspec.Struct, frozen=True):
    """A replica that may be on its way: of which version in which bucket.

    `configurations` is how often the default of the destination had been changed when the source was written.
    """

    source: str
    version: int
    configurations: int


class Change(msgspec.Struct, frozen=True):
    """How an object came by its encryption, where no answer has shown what it is.

    By a batch `job` that named an encryption, by one that left it to the bucket (`job-default`), or by an `update`
    where it is. `before` is the source of the job, or the object before the update; `bucket_key_before` whether that,
    or the default of the bucket, uses a bucket key; `bucket_key` what the request said of it. What a wrong S3 might go
    by.
    """

    by: Literal["job", "job-default", "update"]
    before: Stored
    bucket_key: bool | None = None
    bucket_key_before: bool = False


class Version(msgspec.Struct, frozen=True):
    """One version of an object; a candidate None is a version that may not be there.

    `copied` is how the last copy of it was encrypted, `configurations` how often the bucket's default had been changed
    when it was written: nothing that may change the object, but what a wrong S3 might let do so. `replication` is the
    bucket's configuration when it was written. `change` says how it came by its encryption without an answer that shows
    it, `beside` under which key another version of the object was updated since. `writer` is the account that wrote it,
    None where that is not known. `replica` says that it came there by replication.
    """

    candidates: tuple[Stored | None, ...]
    id: str | None = None
    marker: bool = False
    copied: Stored | None = None
    configurations: int = 0
    replication: Replication | None = None
    change: Change | None = None
    beside: str | None = None
    writer: str | None = None
    replica: bool = False

    @property
    def gone(self) -> bool:
        """Whether it was deleted for good, or never was: what is older is found in its place."""
        return self.candidates == (None,) and not self.marker


def newest(versions: tuple[Version, ...]) -> int:
    """The index of the version that a request is about that names none; -1 where there is none at all."""
    at = len(versions) - 1
    while at > 0 and versions[at].gone:
        at -= 1
    return at


class Bucket(msgspec.Struct, frozen=True):
    """A bucket.

    `refused` holds the keys whose last write was refused, `override` the last bucket-key header of a write since the
    default was set, `configurations` counts the changes of the default. `logging` are the candidates for the bucket in
    which requests are logged; `log_sources` are the buckets whose requests may be logged in this one.
    """

    owner: str
    settings: tuple[Setting, ...] = (Setting(),)
    versioning: Versioning | None = None
    objects: HashTrieMap[str, tuple[Version, ...]] = HashTrieMap()
    refused: HashTrieMap[str, bool] = HashTrieMap()
    override: bool | None = None
    configurations: int = 0
    region: Region = "home"
    policy: Policy | None = None
    logging: tuple[str | None, ...] = (None,)
    log_sources: frozenset[str] = frozenset()
    replication: Replication | None = None


class World(msgspec.Struct, frozen=True):
    """Everything.

    `aliases` maps (account, alias) to the symbol of a key; `managed` holds for each account the buckets in which its
    aws/s3 has been used. `uploads` are the multipart uploads in progress; `replicas` are the replicas of which nobody
    knows yet whether they have arrived, by the bucket and key at which they will. `delivers` says whether an access log
    was ever seen to arrive.
    """

    keys: HashTrieMap[str, Key] = HashTrieMap()
    aliases: HashTrieMap[tuple[str, str], str] = HashTrieMap()
    buckets: HashTrieMap[str, Bucket] = HashTrieMap()
    managed: HashTrieMap[str, frozenset[str]] = HashTrieMap()
    uploads: HashTrieMap[str, Upload] = HashTrieMap()
    replicas: HashTrieMap[tuple[str, str], Replica] = HashTrieMap()
    delivers: bool = False


EMPTY = World()


@functools.cache
def managed_key(account: str) -> str:
    """The symbol of the AWS managed key aws/s3 of an account in the home Region."""
    return f"aws/s3@{account}"
