"""Requests about objects."""

from __future__ import annotations

from typing import Literal

from sse_spec.actions.values import Action, CustomerKey, EncryptionHeaders, KeyRef

__all__ = [
    "BatchCopy",
    "CopyObject",
    "DeleteObject",
    "GetObject",
    "GetObjectAttributes",
    "HeadObject",
    "HeadReplica",
    "PostObject",
    "PutObject",
    "UpdateObjectEncryption",
]


class PutObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Write an object whose content is the UTF-8 of `body`."""

    bucket: str
    key: str
    body: str = ""
    headers: EncryptionHeaders = EncryptionHeaders()


class PostObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Write an object by a form, as a browser does; the headers are fields of the form."""

    bucket: str
    key: str
    body: str = ""
    headers: EncryptionHeaders = EncryptionHeaders()


class CopyObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Copy an object; `source_version` counts the versions of the source from 0, the oldest.

    `source_customer` are the headers that say under which customer key the source is encrypted, `website_redirect` is
    an `x-amz-website-redirect-location`.
    """

    bucket: str
    key: str
    source_bucket: str
    source_key: str
    source_version: int | None = None
    headers: EncryptionHeaders = EncryptionHeaders()
    source_customer: CustomerKey | None = None
    metadata_directive: Literal["COPY", "REPLACE"] | None = None
    storage_class: Literal["STANDARD"] | None = None
    website_redirect: str | None = None


class BatchCopy(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Have S3 Batch Operations copy one object, and wait for the job to end.

    A job keeps the key of an object, but for a folder that it may put in front of it. Its answer says no more than
    whether the object was copied: status 200, or an error of status 400. Of the headers, `algorithm` is
    `NewObjectMetadata.SSEAlgorithm`, and `key` is `SSEAwsKmsKeyId`.
    """

    bucket: str
    key: str
    source_bucket: str
    source_key: str
    headers: EncryptionHeaders = EncryptionHeaders()


class UpdateObjectEncryption(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Re-encrypt an object under a KMS key where it is, without writing it."""

    bucket: str
    key: str
    kms_key: KeyRef
    version: int | None = None
    bucket_key: bool | None = None


class GetObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read an object; `algorithm` is an `x-amz-server-side-encryption` header, which a read may not carry.

    `span` is a range of bytes, its first and its last, both counted from 0; `part` the number of a part.
    """

    bucket: str
    key: str
    version: int | None = None
    algorithm: str | None = None
    customer: CustomerKey | None = None
    span: tuple[int, int] | None = None
    part: int | None = None


class HeadObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read an object's headers; the fields are those of :class:`GetObject`."""

    bucket: str
    key: str
    version: int | None = None
    algorithm: str | None = None
    customer: CustomerKey | None = None
    span: tuple[int, int] | None = None
    part: int | None = None


class GetObjectAttributes(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read the ETag and the size of an object."""

    bucket: str
    key: str
    version: int | None = None
    algorithm: str | None = None
    customer: CustomerKey | None = None


class HeadReplica(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Read the headers of the newest version of a replica, once the replication of its source has come to an end.

    `source` is the bucket from which the object is replicated to `bucket`. Who carries this out asks for the replica
    until it is there, or until the newest version in the source shows the replication status FAILED, or for some time
    none at all: then the answer is what the request for the replica was answered last. While the status stays PENDING
    there is no answer.
    """

    bucket: str
    key: str
    source: str
    customer: CustomerKey | None = None


class DeleteObject(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Delete an object, or one version of it."""

    bucket: str
    key: str
    version: int | None = None
