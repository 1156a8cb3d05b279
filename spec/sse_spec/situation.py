"""What a rule may look at: the situation of one action in one world.

A situation has no names in it, only kinds and relations, so that equal cases are equal values: predictions are made
once for each and remembered, and the planner can enumerate them. The fields are grouped by what they describe.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["MANAGED", "MANAGED_HERE", "NOT_A_KEY", "UNUSABLE", "Form", "Label", "Situation", "State"]

Form = Literal["id", "arn", "alias", "alias-arn", "aws/s3", "text", "empty"]
"""How a key is written. `aws/s3` is the alias of the AWS managed key; `text` is a text that is no key."""

State = Literal["enabled", "restored", "disabled", "cancelled", "pending", "missing", "away", "unknown"]
"""In which state the key is that a reference leads to: as a KMS key's, or there is none, or it is in another Region."""

Label = str
"""A key, up to renaming: two fields of one situation hold the same label exactly if they lead to the same key."""

MANAGED: Label = "aws/s3"
"""The AWS managed key of the requester's account."""

MANAGED_HERE: Label = "aws/s3 of this bucket"
"""A key that only a wrong S3 has: an AWS managed key for each bucket."""

UNUSABLE: frozenset[str] = frozenset({"disabled", "cancelled", "pending", "missing", "away"})


NOT_A_KEY: frozenset[str] = frozenset({"missing", "away", "unknown"})
"""States under which no S3 stores an object; a wrong one may."""


class Situation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    """The situation of an action. A field that means nothing for the action has its default."""

    action: str
    described: bool = True
    """Whether this edition says anything at all: one principal's own buckets, and the algorithms that it covers."""
    bucket: bool = True
    """Whether the bucket that is written, read or configured exists."""

    default_algorithm: str | None = None
    """The algorithm of the configured default; None where none is configured."""
    default_key: Form | None = None
    default_key_state: State = "enabled"
    default_key_label: Label | None = None
    default_key_then: Label | None = None
    """The key to which the default's alias pointed when it was set, where that is another one."""
    default_bucket_key: bool | None = None
    configured: bool = False
    """Whether the bucket counts as one that was given a default."""
    previous_algorithm: str | None = None
    """The algorithm of the default before its last change."""
    previous_bucket_key: bool | None = None
    override: bool | None = None
    """The bucket-key header of the last write into the bucket."""

    rules: Literal["none", "one", "two", "malformed"] = "one"
    new_apply: bool = True
    new_algorithm: str | None = None
    new_key: Form | None = None
    new_key_state: State = "enabled"
    new_bucket_key: bool | None = None

    header_algorithm: str | None = None
    header_key: Form | None = None
    header_key_state: State = "enabled"
    header_key_label: Label | None = None
    header_bucket_key: bool | None = None
    header_context: Literal["valid", "invalid"] | None = None
    managed_elsewhere: bool = False
    """Whether the requester's aws/s3 has been used in another bucket before."""

    object: Literal["present", "missing", "no-bucket"] = "present"
    """The object that is read, or the source of a copy."""
    object_algorithm: str | None = None
    object_key_state: State = "enabled"
    object_key_label: Label | None = None
    object_bucket_key: bool = False
    refused: bool = False
    """Whether the last write to the object's key was refused."""
    default_changed: bool = False
    """Whether the bucket's default was changed after the object was written."""
    newer_algorithm: str | None = None
    """For an older version, the algorithm of the newest one; else None."""
    copied_algorithm: str | None = None
    """The algorithm of the last copy that was made from the object; None where there was none."""

    in_place: bool = False
    source_version: bool = False
    changes_metadata: bool = False
    """Whether a copy names MetadataDirective REPLACE or a storage class."""

    @property
    def header_key_given(self) -> bool:
        """Whether the request names a key."""
        return self.header_key is not None

    @property
    def default_names_key(self) -> bool:
        """Whether the configured default is aws:kms and names a key."""
        return self.default_algorithm == "aws:kms" and self.default_key not in {None, "empty"}
