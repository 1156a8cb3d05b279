"""The format of recorded evidence: what was asked of AWS, and as much of each answer as was kept.

A field of an answer is a value, absent (`null`), present with an unknown value (`"$"`), or not recorded (left out). A
text `"$name"` is a symbol: an unknown value that is the same wherever the symbol stands, and another than those of the
other symbols of its kind.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from sse_spec.actions import DEFAULT_ACCOUNT, Action, Blocked, Region, Rule, S3Action
from sse_spec.observations import KmsContext
from sse_spec.world import KeyState, Versioning

__all__ = [
    "FORMAT",
    "PRESENT",
    "Answer",
    "Declared",
    "DeclaredAlias",
    "DeclaredBucket",
    "DeclaredContent",
    "DeclaredKey",
    "DeclaredObject",
    "Event",
    "IdOf",
    "Md5Of",
    "Origin",
    "Recording",
    "ReplicationAnswer",
    "RuleAnswer",
    "Touched",
    "Unmodelled",
    "is_symbol",
]

FORMAT: Literal["s3-sse-trace/1"] = "s3-sse-trace/1"
"""Stands at the head of every file. It counts up when a file may no longer mean what it meant before."""

PRESENT = "$"
"""A value that was there, and of which nothing else is known."""

_md5 = functools.partial(hashlib.md5, usedforsecurity=False)
_SYMBOL = re.compile(r"\$[A-Za-z0-9_.-]+")


def is_symbol(text: object) -> bool:
    """Whether this stands for an unknown value that has a name."""
    return isinstance(text, str) and _SYMBOL.fullmatch(text) is not None


class Md5Of(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ETag that is the MD5 of this text; of several texts, the ETag of an object made from these parts."""

    md5_of: str | tuple[str, ...]

    @property
    def text(self) -> str:
        """The ETag, without quotes."""
        if isinstance(self.md5_of, str):
            return _md5(self.md5_of.encode()).hexdigest()
        digests = b"".join(_md5(part.encode()).digest() for part in self.md5_of)
        return f"{_md5(digests).hexdigest()}-{len(self.md5_of)}"


class IdOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bare id of the KMS key with this ARN, which may be a symbol."""

    id_of: str


Text = str | None | UnsetType
"""A text, a symbol, `"$"` for any, None for absent; left out where it was not recorded."""

Flag = bool | Literal["$"] | None | UnsetType
"""Likewise, of a value that is true or false."""

KeyText = str | IdOf | None | UnsetType
"""Likewise, of a text that names a KMS key. A symbol stands for a key ARN."""


class RuleAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One rule of an encryption configuration, as far as the answer was recorded. `blocked` are the values of
    `BlockedEncryptionTypes`."""

    algorithm: Text = UNSET
    key: KeyText = UNSET
    bucket_key: Flag = UNSET
    blocked: tuple[str, ...] | Literal["$"] | UnsetType | None = UNSET


class ReplicationAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The rule of a replication configuration, as far as the answer was recorded."""

    destination: Text = UNSET
    sse_kms: Text = UNSET
    replica_key: KeyText = UNSET


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What came back, as far as it was recorded.

    `status` is the HTTP status; `accepted` or `refused` where only that is known; `unknown` where nobody knows whether
    the request took effect. Where it is left out, the request was refused if there is a `code`, and accepted if there
    is none. `code` is that of the error document.
    `message` is for people and never looked at. `algorithm`, `kms_key` and `bucket_key` are the three encryption
    headers; `etag` comes without its quotes; `configuration` are the rules that GetBucketEncryption shows;
    `key_arn` is the key that CreateKey made; `customer_algorithm` and `customer_key_md5` are the headers of SSE-C;
    `length` is the content length. `kms_calls` and `kms_context` are what a log of KMS shows, as an observation has
    them. In a `body`, `$$` at the beginning stands for `$`.
    """

    status: int | Literal["accepted", "refused", "unknown"] | UnsetType = UNSET
    code: Text = UNSET
    message: str | UnsetType | None = UNSET
    algorithm: Text = UNSET
    kms_key: KeyText = UNSET
    bucket_key: Flag = UNSET
    etag: str | Md5Of | UnsetType | None = UNSET
    version_id: Text = UNSET
    source_version_id: Text = UNSET
    body: Text = UNSET
    configuration: tuple[RuleAnswer, ...] | Literal["$"] | UnsetType | None = UNSET
    key_arn: Text = UNSET
    customer_algorithm: Text = UNSET
    customer_key_md5: Text = UNSET
    upload_id: Text = UNSET
    length: int | Literal["$"] | UnsetType | None = UNSET
    replication_status: Text = UNSET
    replication: ReplicationAnswer | Literal["$"] | UnsetType | None = UNSET
    logged_in: Text = UNSET
    delivered: Flag = UNSET
    kms_calls: int | Literal["$"] | UnsetType | None = UNSET
    kms_context: KmsContext | Literal["$"] | UnsetType | None = UNSET


class Touched(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What an unmodelled action may have changed: a KMS key, an object, or a bucket with everything in it."""

    bucket: str | None = None
    key: str | None = None
    kms_key: str | None = None


class Unmodelled(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An operation, or a use of one, that has no action here.

    It may have changed what it `touches`, or may not have: nothing is known of that any more. Nothing else has changed.
    """

    operation: str
    touches: tuple[Touched, ...] = ()


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One request and the answer to it.

    `action` is what was asked; `one_of` are several actions where it is only known that it was one of them. `content`
    says that the `body` of the action is not what was sent, but unknown. `after` are the `id`s of the events that came
    before; without it an event comes after the one that stands before it.
    """

    action: S3Action | Unmodelled | UnsetType = UNSET
    one_of: tuple[S3Action | Unmodelled, ...] = ()
    answer: Answer = Answer()
    id: str = ""
    after: tuple[str, ...] | UnsetType = UNSET
    content: Literal["known", "unknown"] = "known"
    note: str = ""

    @property
    def actions(self) -> tuple[S3Action | Unmodelled, ...]:
        """What may have been asked: one action, or the alternatives."""
        return self.one_of if isinstance(self.action, UnsetType) else (self.action,)


class DeclaredBucket(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="exists",
    tag="bucket",
):
    """A bucket that was there before the trace begins.

    `default` is its rule, `none` where no default is configured, `never` where none ever was, or `unknown`. `objects`
    says whether objects may be in it that are not declared. `blocked` is the content of `BlockedEncryptionTypes` that
    was put last, if that is known.
    """

    bucket: str
    account: str = DEFAULT_ACCOUNT
    region: Region = "home"
    default: Rule | Literal["none", "never", "unknown"] = "unknown"
    versioning: Versioning | None = None
    objects: Literal["none", "unknown"] = "unknown"
    blocked: Blocked | None = None


class DeclaredKey(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="exists",
    tag="key",
):
    """A KMS key that was there before the trace begins. `arn` is its ARN, or a symbol for it, if answers show it."""

    key: str
    account: str = DEFAULT_ACCOUNT
    region: Region = "home"
    state: KeyState = "enabled"
    shared: bool = False
    arn: str | None = None


class DeclaredAlias(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="exists",
    tag="alias",
):
    """An alias, without `alias/`, that was there before the trace begins, and the key to which it leads."""

    alias: str
    key: str
    account: str = DEFAULT_ACCOUNT


class DeclaredContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """How an object is stored: its algorithm (None: not encrypted), its KMS or customer key, and what else is known."""

    algorithm: str | None
    kms_key: str | None = None
    bucket_key: bool = False
    customer: str | None = None
    body: str | None = None
    etag: str | Md5Of | None = None


class DeclaredObject(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="exists",
    tag="object",
):
    """An object, or one more version of it, that was there before the trace begins; `stored` if it is known how."""

    bucket: str
    key: str
    version_id: str | None = None
    stored: DeclaredContent | None = None


Declared = DeclaredBucket | DeclaredKey | DeclaredAlias | DeclaredObject
"""What was there before, and was not recorded."""


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who recorded it: a repository, tool or person, and where in it."""

    source: str
    test: str = ""
    commit: str = ""
    url: str = ""


class Recording(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A trace: recorded events in order.

    `date` is the day of the recording, or the first and the last on which it may have been made. `accounts` maps the
    account symbols of the actions to 12-digit ids, `regions` the symbols `home` and `away` to names of Regions.
    """

    format: Literal["s3-sse-trace/1"]
    origin: Origin
    date: dt.date | tuple[dt.date, dt.date]
    note: str = ""
    accounts: dict[str, str] = {}
    regions: dict[str, str] = {}
    declared: tuple[Declared, ...] = ()
    events: tuple[Event, ...]

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day on which it may have been made."""
        return self.date if isinstance(self.date, tuple) else (self.date, self.date)
