"""Responses as values: what an adapter brings back from a target, normalised but not interpreted."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import Literal

import msgspec

__all__ = [
    "BODY_LIMIT",
    "LARGE_CONTENTS",
    "MESSAGE_LIMIT",
    "Fault",
    "KmsContext",
    "Observation",
    "ShownReplication",
    "ShownRule",
    "byte_length",
    "is_whole",
    "shown_content",
]

MESSAGE_LIMIT = 300
"""Longest text of a target, in characters, that is kept: long enough for every message S3 is known to send."""

Fault = Literal["unreachable", "no-answer", "server-error", "garbage", "exception", "late"]
"""Why there is no S3 answer to judge.

`unreachable`: no connection was made. `no-answer`: the connection was made, then timed out or was cut: the request may
have taken effect. `server-error`: a 5xx other than 501, with the same doubt. `garbage`: an answer that is not S3's,
such as HTML for XML or a listing for a configuration. `exception`: the target, running in this process, raised an
exception. `late`: what S3 does some time after a request has not been seen in the time that was given to it.
"""


KmsContext = Literal["object", "bucket", "none", "other", "several"]
"""What the `aws:s3:arn` of an encryption context names: the object that is written, its bucket, or something else.

`none` is a context without it.
"""

BODY_LIMIT = 4096
"""Longest content, in characters, that an observation holds as it is."""

LARGE_CONTENTS = 8
"""So many longer contents are remembered at a time, with what is made of them: a program has one or two."""


def shown_content(text: str) -> str:
    """Content as observations hold it: as it is, or its length and SHA-256 where it is longer than BODY_LIMIT."""
    return text if len(text) <= BODY_LIMIT else _shortened(text)


@functools.lru_cache(maxsize=LARGE_CONTENTS)
def _shortened(text: str) -> str:
    return f"{len(text)} characters, SHA-256 {hashlib.sha256(text.encode()).hexdigest()}"


def byte_length(text: str) -> int:
    """The length of a content in bytes."""
    return len(text) if text.isascii() else len(text.encode())


_SHORTENED = re.compile(r"\d+ characters, SHA-256 [0-9a-f]{64}")


def is_whole(text: str) -> bool:
    """Whether a text that :func:`shown_content` gave is the content itself."""
    return len(text) > BODY_LIMIT or _SHORTENED.fullmatch(text) is None


class ShownRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule of an encryption configuration as GetBucketEncryption shows it; None is an element that is not there.

    `blocked` are the values of `BlockedEncryptionTypes`.
    """

    algorithm: str | None = None
    key: str | None = None
    bucket_key: bool | None = None
    blocked: tuple[str, ...] | None = None


class ShownReplication(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rule of a replication configuration as GetBucketReplication shows it; None is an element not there."""

    destination: str | None = None
    sse_kms: str | None = None
    replica_key: str | None = None


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A response.

    `status` is the HTTP status, 0 where none came. `code` and `message` are those of an error document; an answer
    to HEAD has no body, so its refusals have a status alone. The other fields are None where the response lacks them:
    `algorithm`, `kms_key` and `bucket_key` are the three encryption headers as sent (`bucket_key` is the header's
    text),
    `etag` comes without its quotes, `version_id` and `source_version_id` as sent, `body` decoded as UTF-8,
    `configuration` from GetBucketEncryption, `key_arn` from CreateKey, `upload_id` from CreateMultipartUpload.
    `customer_algorithm` and `customer_key_md5` are the headers of SSE-C, `length` is the content length in bytes,
    `replication_status` the header of that name, `replication` from GetBucketReplication. `logged_in` is the target of
    GetBucketLogging, `delivered` whether ReadLog found a log object, whose headers the encryption fields then are.
    `kms_calls` is how many calls ReadKmsCalls is about, `kms_key` then the ARN of their key and `kms_context` what the
    `aws:s3:arn` of their encryption contexts names; `several` for either where not all of them have the same.
    `body` is as :func:`shown_content` gives it. Names that the run gave (buckets, aliases) come back as the program
    spells them.
    """

    status: int
    code: str | None = None
    message: str | None = None
    algorithm: str | None = None
    kms_key: str | None = None
    bucket_key: str | None = None
    etag: str | None = None
    version_id: str | None = None
    source_version_id: str | None = None
    body: str | None = None
    configuration: tuple[ShownRule, ...] | None = None
    key_arn: str | None = None
    customer_algorithm: str | None = None
    customer_key_md5: str | None = None
    upload_id: str | None = None
    length: int | None = None
    replication_status: str | None = None
    replication: ShownReplication | None = None
    logged_in: str | None = None
    delivered: bool | None = None
    kms_calls: int | None = None
    kms_context: KmsContext | None = None
    fault: Fault | None = None

    @property
    def refused(self) -> bool:
        """Whether the target did not say yes: any other status than 2xx, or an error document under a good one."""
        return self.status >= 300 or self.code is not None
