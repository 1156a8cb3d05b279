"""Responses as values: what an adapter brings back from a target, normalised but not interpreted."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["MESSAGE_LIMIT", "Fault", "Observation", "ShownRule"]

MESSAGE_LIMIT = 300
"""Longest text of a target, in characters, that is kept: long enough for every message S3 is known to send."""

Fault = Literal["unreachable", "no-answer", "server-error", "garbage", "exception"]
"""Why there is no S3 answer to judge.

`unreachable`: no connection was made. `no-answer`: the connection was made, then timed out or was cut: the request may
have taken effect. `server-error`: a 5xx other than 501, with the same doubt. `garbage`: an answer that is not S3's,
such as HTML for XML or a listing for a configuration. `exception`: the target, running in this process, raised an
exception.
"""


class ShownRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule of an encryption configuration as GetBucketEncryption shows it; None is an element that is not there."""

    algorithm: str | None = None
    key: str | None = None
    bucket_key: bool | None = None


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A response.

    `status` is the HTTP status, 0 where none came. `code` and `message` are those of an error document; an answer
    to HEAD has no body, so its refusals have a status alone. The other fields are None where the response lacks them:
    `algorithm`, `kms_key` and `bucket_key` are the three encryption headers as sent (`bucket_key` is the header's
    text),
    `etag` comes without its quotes, `version_id` and `source_version_id` as sent, `body` decoded as UTF-8,
    `configuration` from GetBucketEncryption, `key_arn` from CreateKey. Names that the run gave (buckets, aliases) come
    back as the program spells them.
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
    fault: Fault | None = None

    @property
    def refused(self) -> bool:
        """Whether the target did not say yes: any other status than 2xx, or an error document under a good one."""
        return self.status >= 300 or self.code is not None
