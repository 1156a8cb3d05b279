"""Requests as values.

An action is one request by one principal. It names buckets, keys and aliases by symbols: a target gives them real
names, and :class:`KeyRef` says in which of its forms a KMS key is written into the request.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "ALGORITHMS",
    "DEFAULT_ACCOUNT",
    "Action",
    "CancelKeyDeletion",
    "CopyObject",
    "CreateAlias",
    "CreateBucket",
    "CreateKey",
    "DeleteAlias",
    "DeleteBucketEncryption",
    "DeleteObject",
    "DisableKey",
    "EnableKey",
    "EncryptionHeaders",
    "GetBucketEncryption",
    "GetObject",
    "HeadObject",
    "KeyForm",
    "KeyRef",
    "PutBucketEncryption",
    "PutBucketVersioning",
    "PutObject",
    "Region",
    "Rule",
    "S3Action",
    "ScheduleKeyDeletion",
    "UpdateAlias",
    "kind",
]

ALGORITHMS = ("AES256", "aws:kms")
"""The algorithms that this edition of the specification covers in full."""

DEFAULT_ACCOUNT = "main"
"""The account that owns everything, unless a program says otherwise."""

KeyForm = Literal["id", "arn", "alias", "alias-arn", "text"]
"""How a KMS key is written: bare key id, key ARN, alias name, alias ARN, or a text sent exactly as it stands."""

Region = Literal["home", "away"]
"""The Region of every bucket, and one other."""


class KeyRef(msgspec.Struct, frozen=True):
    """A KMS key as a request names it.

    `name` is the symbol of a key for the forms `id` and `arn` (a symbol that no CreateKey made stands for a key that
    does not exist), the alias without its `alias/` prefix for `alias` and `alias-arn`, and the text itself for `text`.
    """

    form: KeyForm
    name: str


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule of a bucket's encryption configuration.

    `apply` false stands for a rule without the `ApplyServerSideEncryptionByDefault` element.
    """

    algorithm: str | None = None
    key: KeyRef | None = None
    bucket_key: bool | None = None
    apply: bool = True


class EncryptionHeaders(msgspec.Struct, frozen=True, omit_defaults=True):
    """The server-side encryption headers of a write; None is a header that is not sent."""

    algorithm: str | None = None
    key: KeyRef | None = None
    bucket_key: bool | None = None
    context: str | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="action"):
    """One request; `principal` is the account that signs it."""

    principal: str = DEFAULT_ACCOUNT


class CreateBucket(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Make a general purpose bucket in the home Region, naming no encryption."""

    bucket: str


class PutBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Set the bucket default. `malformed` sends a body that is not XML, instead of the rules."""

    bucket: str
    rules: tuple[Rule, ...] = ()
    malformed: bool = False


class GetBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read the bucket default."""

    bucket: str


class DeleteBucketEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Remove (before 2023-01-05) or reset (since) the bucket default."""

    bucket: str


class PutBucketVersioning(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Switch versioning on or suspend it."""

    bucket: str
    status: Literal["Enabled", "Suspended"]


class PutObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Write an object whose content is the UTF-8 of `body`."""

    bucket: str
    key: str
    body: str = ""
    headers: EncryptionHeaders = EncryptionHeaders()


class CopyObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Copy an object; `source_version` counts the versions of the source from 0, the oldest."""

    bucket: str
    key: str
    source_bucket: str
    source_key: str
    source_version: int | None = None
    headers: EncryptionHeaders = EncryptionHeaders()
    metadata_directive: Literal["COPY", "REPLACE"] | None = None
    storage_class: Literal["STANDARD"] | None = None


class GetObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read an object; `algorithm` is an `x-amz-server-side-encryption` header, which a read may not carry."""

    bucket: str
    key: str
    version: int | None = None
    algorithm: str | None = None


class HeadObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read an object's headers; the fields are those of :class:`GetObject`."""

    bucket: str
    key: str
    version: int | None = None
    algorithm: str | None = None


class DeleteObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Delete an object, or one version of it."""

    bucket: str
    key: str
    version: int | None = None


class CreateKey(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Make a symmetric KMS key in the principal's account, to be called `key` from then on."""

    key: str
    region: Region = "home"


class DisableKey(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Disable a KMS key."""

    key: str


class EnableKey(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Enable a KMS key."""

    key: str


class ScheduleKeyDeletion(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Schedule the deletion of a KMS key, seven days ahead."""

    key: str


class CancelKeyDeletion(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Take a scheduled deletion back; the key is disabled afterwards."""

    key: str


class CreateAlias(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Give a KMS key a name in the principal's account; `alias` comes without `alias/`."""

    alias: str
    key: str


class UpdateAlias(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Point an alias at another KMS key."""

    alias: str
    key: str


class DeleteAlias(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Remove an alias."""

    alias: str


S3Action = (
    CreateBucket
    | PutBucketEncryption
    | GetBucketEncryption
    | DeleteBucketEncryption
    | PutBucketVersioning
    | PutObject
    | CopyObject
    | GetObject
    | HeadObject
    | DeleteObject
    | CreateKey
    | DisableKey
    | EnableKey
    | ScheduleKeyDeletion
    | CancelKeyDeletion
    | CreateAlias
    | UpdateAlias
    | DeleteAlias
)
"""Every action of this edition, for decoding."""


def kind(action: Action) -> str:
    """The name of the operation, as the API reference spells it."""
    return type(action).__name__
