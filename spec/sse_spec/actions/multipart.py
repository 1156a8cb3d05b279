"""Requests about multipart uploads. An upload goes by a symbol of its own, in its bucket and key."""

from __future__ import annotations

import functools

from sse_spec.actions.values import Action, CustomerKey, EncryptionHeaders

__all__ = [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "ListParts",
    "UploadPart",
    "UploadPartCopy",
]


@functools.lru_cache(maxsize=8)
def _repeated(body: str, times: int) -> str:
    """The same large text is the same object each time, so that what is made of it can be remembered."""
    return body * times


class CreateMultipartUpload(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Begin a multipart upload, to be called `upload` from then on."""

    bucket: str
    key: str
    upload: str
    headers: EncryptionHeaders = EncryptionHeaders()


class UploadPart(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Upload one part, `repeat` times the text `body`.

    Every part but the last must have 5 MiB. `algorithm` is an `x-amz-server-side-encryption` header, which a part may
    not carry.
    """

    bucket: str
    key: str
    upload: str
    number: int = 1
    body: str = ""
    repeat: int = 1
    algorithm: str | None = None
    customer: CustomerKey | None = None

    @property
    def content(self) -> str:
        """The whole text of the part."""
        return self.body if self.repeat == 1 else _repeated(self.body, self.repeat)


class UploadPartCopy(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Copy an object, or a range of its bytes (the first and the last, from 0), into a part."""

    bucket: str
    key: str
    upload: str
    source_bucket: str
    source_key: str
    number: int = 1
    source_version: int | None = None
    span: tuple[int, int] | None = None
    algorithm: str | None = None
    customer: CustomerKey | None = None
    source_customer: CustomerKey | None = None


class CompleteMultipartUpload(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Make the object from parts that were uploaded, by their numbers in order."""

    bucket: str
    key: str
    upload: str
    parts: tuple[int, ...] = (1,)
    algorithm: str | None = None


class AbortMultipartUpload(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Give an upload up."""

    bucket: str
    key: str
    upload: str


class ListParts(Action, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """List the parts that were uploaded."""

    bucket: str
    key: str
    upload: str
