"""The model's state: accounts' KMS keys and aliases, buckets, object versions. Immutable and persistent.

A value that the documents, or an answer that never came, leave open is a tuple of candidates inside the bucket or the
object: the world itself is never copied. No candidates at all means that nothing is known any more.
"""

from __future__ import annotations

import functools
from typing import Literal

import msgspec
from rpds import HashTrieMap

from sse_spec.actions import Region, Rule

__all__ = ["EMPTY", "Bucket", "Key", "KeyState", "Setting", "Stored", "Version", "Versioning", "World", "managed_key"]

KeyState = Literal["enabled", "restored", "disabled", "cancelled", "pending"]
"""`restored` is enabled after having been unusable; `cancelled` is disabled since a deletion was taken back."""

Versioning = Literal["Enabled", "Suspended"]


class Key(msgspec.Struct, frozen=True):
    """A KMS key of a customer."""

    account: str
    region: Region
    state: KeyState


class Setting(msgspec.Struct, frozen=True):
    """What a bucket's encryption configuration may be.

    `rule` is the configured default, None where there is none. `configured` says whether the bucket still counts as one
    that was given a default. `previous` is the rule before the last change and `key_then` the key to which the rule's
    alias pointed when it was set: nothing that S3 may act on, but what a wrong one might.
    """

    rule: Rule | None = None
    configured: bool = False
    previous: Rule | None = None
    key_then: str | None = None


class Stored(msgspec.Struct, frozen=True):
    """An object's content and how it is encrypted.

    `body` is the content, None while no answer has shown it. `algorithm` None is unencrypted. `key` is the symbol of a
    KMS key, or `=` and a text where a target showed something that is no key of the world. `etag` is opaque, None while
    no answer has shown it.
    """

    body: str | None
    algorithm: str | None = None
    key: str | None = None
    bucket_key: bool = False
    etag: str | None = None


class Version(msgspec.Struct, frozen=True):
    """One version of an object; a candidate None is a version that may not be there.

    `copied` is how the last copy of it was encrypted, `configurations` how often the bucket's default had been changed
    when it was written: nothing that may change the object, but what a wrong S3 might let do so.
    """

    candidates: tuple[Stored | None, ...]
    id: str | None = None
    marker: bool = False
    copied: Stored | None = None
    configurations: int = 0


class Bucket(msgspec.Struct, frozen=True):
    """A bucket.

    `refused` holds the keys whose last write was refused, `override` the last bucket-key header of a write since the
    default was set, `configurations` counts the changes of the default.
    """

    owner: str
    settings: tuple[Setting, ...] = (Setting(),)
    versioning: Versioning | None = None
    objects: HashTrieMap[str, tuple[Version, ...]] = HashTrieMap()
    refused: HashTrieMap[str, bool] = HashTrieMap()
    override: bool | None = None
    configurations: int = 0


class World(msgspec.Struct, frozen=True):
    """Everything. `aliases` maps (account, alias) to the symbol of a key; `managed` holds for each account the buckets
    in which its aws/s3 has been used."""

    keys: HashTrieMap[str, Key] = HashTrieMap()
    aliases: HashTrieMap[tuple[str, str], str] = HashTrieMap()
    buckets: HashTrieMap[str, Bucket] = HashTrieMap()
    managed: HashTrieMap[str, frozenset[str]] = HashTrieMap()


EMPTY = World()


@functools.cache
def managed_key(account: str) -> str:
    """The symbol of the AWS managed key aws/s3 of an account in the home Region."""
    return f"aws/s3@{account}"
