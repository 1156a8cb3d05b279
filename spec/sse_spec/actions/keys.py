"""Requests to KMS, and the question what S3 has asked it."""

from __future__ import annotations

from sse_spec.actions.values import Action, Region

__all__ = [
    "CancelKeyDeletion",
    "CreateAlias",
    "CreateKey",
    "DeleteAlias",
    "DisableKey",
    "EnableKey",
    "ReadKmsCalls",
    "ScheduleKeyDeletion",
    "UpdateAlias",
]


class CreateKey(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Make a symmetric KMS key in the principal's account, to be called `key` from then on.

    The key policy of a `shared` key lets every account of the program use it to encrypt and to decrypt.
    """

    key: str
    region: Region = "home"
    shared: bool = False


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


class ReadKmsCalls(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Look at what S3 asked KMS for while objects were written: `key`, and each of `others` in the same bucket.

    Of each object the last write counts that was accepted; they followed each other within seconds. What counts is each
    call by which KMS made a data key or encrypted one, under a key of the program; and where an object without bucket
    key is said to be under such a key for which there was no call, under any key. This is no request to the target: it
    takes somebody who stands between S3 and its KMS, or its log of events.
    """

    bucket: str
    key: str
    others: tuple[str, ...] = ()
