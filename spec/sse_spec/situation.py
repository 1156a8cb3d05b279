"""What a rule may look at: the situation of one action in one world.

A situation has no names in it, only kinds and relations, so that equal cases are equal values: predictions are made
once for each and remembered, and the planner can enumerate them. The fields are grouped by what they describe.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sse_spec.actions import KMS_ALGORITHMS, Blocked

__all__ = [
    "MANAGED",
    "MANAGED_HERE",
    "NOT_A_KEY",
    "OTHERS_MANAGED",
    "UNUSABLE",
    "Customer",
    "Form",
    "Label",
    "Situation",
    "State",
]

Form = Literal["id", "arn", "alias", "alias-arn", "aws/s3", "text", "empty"]
"""How a key is written. `aws/s3` is the alias of the AWS managed key; `text` is a text that is no key."""

State = Literal[
    "enabled", "restored", "disabled", "cancelled", "pending", "missing", "away", "shared", "foreign", "unknown"
]
"""In which state the key is that a reference leads to.

As a KMS key's, or there is none (`missing`), it is in another Region (`away`), it is another account's that shares it
and can be used (`shared`) or does not share it (`foreign`), or it is no key of the world (`unknown`).
"""

Customer = Literal["whole", "algorithm", "no-algorithm", "no-key", "length", "md5"]
"""The SSE-C headers of a request: all there and in order, or what is wrong with them.

`algorithm`: another than AES256; `no-algorithm`, `no-key`: that header is not there; `length`: a key of another length;
`md5`: an MD5 that is not the key's.
"""

Label = str
"""A key, up to renaming: two fields of one situation hold the same label exactly if they lead to the same key."""

MANAGED: Label = "aws/s3"
"""The AWS managed key of the requester's account."""

OTHERS_MANAGED: Label = "aws/s3 of another account"
"""The AWS managed key of another account than the requester's."""

MANAGED_HERE: Label = "aws/s3 of this bucket"
"""A key that only a wrong S3 has: an AWS managed key for each bucket."""

UNUSABLE: frozenset[str] = frozenset({"disabled", "cancelled", "pending", "missing", "away"})


NOT_A_KEY: frozenset[str] = frozenset({"missing", "away", "unknown"})
"""States under which no S3 stores an object; a wrong one may."""


class Situation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, cache_hash=True):
    """The situation of an action. A field that means nothing for the action has its default."""

    action: str
    described: bool = True
    """Whether this edition says anything at all."""
    bucket: bool = True
    """Whether the bucket that is written, read or configured exists."""

    foreign: bool = False
    """Whether the bucket belongs to another account than the requester's."""
    shared: bool = False
    """Whether the bucket policy lets the other account read and write objects."""
    policy: Literal["require-header", "require-kms"] | None = None
    """What the bucket policy demands of the headers of a write."""
    may_configure: bool = True
    """Whether the requester may read and change encryption configurations."""
    may_generate: bool = True
    """Whether the requester has kms:GenerateDataKey on the keys of its account."""
    may_decrypt: bool = True
    """Whether the requester has kms:Decrypt on the keys of its account."""
    expected_owner: Literal["right", "wrong"] | None = None
    """Whether the account that the request expects to own the bucket does."""

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
    blocked: Blocked | None = None
    """The blocked encryption types that were put last, None where none were."""
    blocked_kept: Literal["put", "deletion"] | None = None
    """What they have outlived since: a configuration that left them out, or the deletion of the default."""
    default_owner_key_state: State = "enabled"
    """The state of the key to which the default leads if it is resolved in the account that owns the bucket."""
    default_owner_key_label: Label | None = None
    """That key, where the bucket is another account's."""

    rules: Literal["none", "one", "two", "malformed"] = "one"
    new_apply: bool = True
    new_algorithm: str | None = None
    new_key: Form | None = None
    new_key_state: State = "enabled"
    new_bucket_key: bool | None = None
    new_blocked: Blocked | None = None

    header_algorithm: str | None = None
    header_key: Form | None = None
    header_key_state: State = "enabled"
    header_key_label: Label | None = None
    header_owner_key_state: State = "enabled"
    """The state of the key to which the request's reference leads if it is followed in another account than its own."""
    header_owner_key_label: Label | None = None
    """That key: in the account that owns the bucket, or, for a bare key id, in the account whose key it is."""
    header_bucket_key: bool | None = None
    header_context: Literal["valid", "invalid"] | None = None
    customer: Customer | None = None
    """The SSE-C headers of a write, of a part, or of a read."""
    customer_same: bool = True
    """Whether they name the key under which the object that is read, or the upload, is encrypted."""
    source_customer: Customer | None = None
    """The SSE-C headers for the source of a copy."""
    source_customer_same: bool = True
    """Whether they name the key under which the source is encrypted."""
    managed_elsewhere: bool = False
    """Whether the requester's aws/s3 has been used in another bucket before."""

    object: Literal["present", "missing", "no-bucket"] = "present"
    """The object that is read, or the source of a copy, or the upload that is gone on with."""
    others_object: bool = False
    """Whether another account wrote the object into a bucket of the requester's."""
    object_algorithm: str | None = None
    object_key_state: State = "enabled"
    object_key_label: Label | None = None
    object_bucket_key: bool = False
    object_parts: bool = False
    """Whether the object was made from parts."""
    object_several: bool = False
    """Whether it was made from more than one."""
    empty: bool = False
    """Whether what is written has no content."""
    upload_named: bool = False
    """Whether the upload that is gone on with was begun with an encryption header."""
    changed: Literal["job", "job-default", "update"] | None = None
    """How the object came by its encryption where no answer has shown what it is: by a batch job that named an
    encryption, by one that named none, or by an update where it is."""
    before_algorithm: str | None = None
    """The algorithm of the source of that job, or of the object before that update."""
    before_key_label: Label | None = None
    bucket_key_before: bool = False
    """Whether that object used a bucket key, or the default of the bucket asked for one."""
    asked_bucket_key: bool | None = None
    """What the job or the update said of a bucket key."""
    beside_key_label: Label | None = None
    """The key under which another version of the object was updated; None where none was."""
    span: bool = False
    partly: bool = False
    """Whether a part is read by its number, the headers of a range are read, or a range is copied into a part."""
    """Whether only a range of bytes is read."""
    several_writes: bool = False
    """Whether it is asked of several writes what KMS was asked for during them."""
    refused: bool = False
    """Whether the last write to the object's key was refused."""
    default_changed: bool = False
    """Whether the bucket's default was changed after the object was written, or the upload begun."""
    newer_algorithm: str | None = None
    """For an older version, the algorithm of the newest one; else None."""
    copied_algorithm: str | None = None
    """The algorithm of the last copy that was made from the object; None where there was none."""
    newer_customer: bool = False
    """For an older version, whether the newest one is encrypted under another key of the customer's."""

    in_place: bool = False
    source_version: bool = False
    changes_metadata: bool = False
    """Whether a copy names MetadataDirective REPLACE, a storage class or a redirect."""

    source: Literal["present", "missing", "no-bucket"] = "present"
    """The source of a part that is copied."""
    source_algorithm: str | None = None
    source_key_state: State = "enabled"

    numbered: bool = False
    """Whether the version that is read has an id of its own, and was updated since it was written."""

    target: Literal["present", "missing", "away", "foreign"] | None = None
    """The bucket to which logs are to be delivered, None where logging is switched off."""
    target_algorithm: str | None = None
    """The algorithm of the default that is configured for that bucket."""
    target_admits: bool = False
    """Whether the policy of that bucket lets S3 deliver logs into it."""
    log_target: bool = False
    """Whether logs are delivered to the bucket that is configured."""
    delivers: bool = False
    """Whether a log was ever seen to arrive anywhere."""

    versioned: bool = False
    """Whether versioning is enabled in the bucket whose replication is configured."""
    destination: Literal["present", "missing", "unversioned"] = "present"
    replication: Literal["none", "plain", "selected", "not-selected", "later"] = "none"
    """The replication configuration: what it says of SSE-KMS objects, if anything.

    Of an object it is the one under which it was written, where that is still in force; `later` where the object was
    there before the bucket replicated anything.
    """
    replica_key: Form | None = None
    """The key that the configuration names for replicas."""
    replica_key_state: State = "enabled"
    replica_key_label: Label | None = None
    replica: bool = False
    """Whether the object that is read is a replica."""

    @property
    def header_key_given(self) -> bool:
        """Whether the request names a key."""
        return self.header_key is not None

    @property
    def default_names_key(self) -> bool:
        """Whether the configured default has a KMS key, and names it."""
        return self.default_algorithm in KMS_ALGORITHMS and self.default_key not in {None, "empty"}
