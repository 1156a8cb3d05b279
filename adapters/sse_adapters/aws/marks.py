"""What marks a bucket, an alias or a key as ours: nothing without it is ever touched.

A bucket is ours if its name has our form and, beside that, either the tag with the token that is in its name or a line
in the journal of this user. The name alone proves nothing: somebody else may like it. A key is ours by its tag.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sse_adapters.names import STEM

__all__ = [
    "EXPIRY_TAG",
    "LIFETIME",
    "NOT_HERE",
    "POOL_TAG",
    "RUN_TAG",
    "expired",
    "expiry",
    "is_here",
    "tag_list",
    "tags_of",
    "token_in",
]

NOT_HERE = (
    "--endpoint-url of the target aws is for a stand-in on this machine; for any other S3 take the target endpoint"
)

RUN_TAG, EXPIRY_TAG, POOL_TAG = f"{STEM}-run", f"{STEM}-expires", f"{STEM}-pool"
"""The token of the run that made or holds a thing; when others may remove it; that a key is one of the pool."""

LIFETIME = dt.timedelta(days=2)
"""How long after its beginning a run may last, by the tags: `s3-sse clean aws` keeps what may still be in use."""

_NAME = re.compile(rf"(?:alias/)?{STEM}-([0-9a-f]{{8}})-\d+-.+")


def is_here(endpoint: str) -> bool:
    """Whether an endpoint is on this machine, as a stand-in for AWS has to be."""
    return urlsplit(endpoint).hostname in {"127.0.0.1", "localhost", "::1"}


def token_in(name: str) -> str | None:
    """The token of the run that a bucket or an alias is named after; None for a name of another form."""
    found = _NAME.fullmatch(name)
    return None if found is None else found[1]


def expiry(began: dt.datetime) -> str:
    """The value of the tag that says until when a run may last, in UTC and without fractions of a second."""
    return (began + LIFETIME).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expired(tags: Mapping[str, str], now: dt.datetime) -> bool:
    """Whether the run of these tags may not last any longer. A tag that is no time proves nothing."""
    try:
        until = dt.datetime.strptime(tags.get(EXPIRY_TAG, ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return False
    return until <= now


def tags_of(shape: Iterable[Mapping[str, Any]], kind: str = "") -> dict[str, str]:
    """The tags of an answer; `kind` is `Tag` for those of KMS, which spells them `TagKey` and `TagValue`."""
    return {str(one.get(f"{kind}Key")): str(one.get(f"{kind}Value")) for one in shape}


def tag_list(tags: Mapping[str, str], kind: str = "") -> list[dict[str, str]]:
    """Tags as a request takes them; `kind` as for :func:`tags_of`."""
    return [{f"{kind}Key": key, f"{kind}Value": value} for key, value in tags.items()]
