"""Contents and what is made of them: MD5s, lengths, and the ETags of objects that are made of parts."""

from __future__ import annotations

import functools
import hashlib
import re

from sse_spec.actions import Action, GetObject
from sse_spec.contents import content_of, shown_range
from sse_spec.observations import BODY_LIMIT, LARGE_CONTENTS, is_whole, shown_content
from sse_spec.scene import Scene
from sse_spec.world import Part

__all__ = ["etag_of_parts", "expected_body", "known_content", "md5"]

_DIGEST = re.compile(r"[0-9a-f]{32}")


def md5(body: str) -> str:
    """The ETag of an unencrypted or SSE-S3 object with this content."""
    return _short_md5(body) if len(body) <= BODY_LIMIT else _long_md5(body)


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


_short_md5 = functools.lru_cache(maxsize=4096)(_md5)
_long_md5 = functools.lru_cache(maxsize=LARGE_CONTENTS)(_md5)


def etag_of_parts(parts: tuple[Part, ...]) -> str | None:
    """The ETag of an object that is made of these parts; None where theirs are not known, or are no digests."""
    etags = [part.etag for part in parts if part.etag is not None and _DIGEST.fullmatch(part.etag)]
    if not parts or len(etags) < len(parts):
        return None
    digest = hashlib.md5(b"".join(map(bytes.fromhex, etags)), usedforsecurity=False)
    return f"{digest.hexdigest()}-{len(parts)}"


def known_content(scene: Scene, action: Action) -> str | None:
    """The whole content that is written, read or copied; None where no answer has shown all of it."""
    content = content_of(scene, action)
    return content if content is None or is_whole(content) else None


def expected_body(scene: Scene, action: Action, whole: bool) -> str | None:
    """What an observation of a read holds, of the whole or of the range that is asked for; None where it is unknown."""
    content = content_of(scene, action)
    if content is not None and not whole and isinstance(action, GetObject):
        content = shown_range(action, content)
    return None if content is None else shown_content(content)
