"""The content that a request is about."""

from __future__ import annotations

import functools

from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    GetObject,
    HeadObject,
    PostObject,
    PutObject,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.observations import LARGE_CONTENTS, is_whole
from sse_spec.scene.fields import Scene
from sse_spec.world import Part

__all__ = ["content_of", "joined", "shown_range"]


def content_of(scene: Scene, action: Action) -> str | None:
    """The content that is written, read or copied; None where no answer has shown it."""
    if isinstance(action, PutObject | PostObject):
        return action.body
    if isinstance(action, UploadPart):
        return action.content
    if isinstance(action, CompleteMultipartUpload):
        return joined(scene.parts)
    stored = scene.source if isinstance(action, UploadPartCopy) else scene.object
    body = None if stored is None else stored.body
    if isinstance(action, UploadPartCopy) and body is not None:
        return _cut(body, action.span)
    return body


def shown_range(action: Action, body: str) -> str | None:
    """What of a content a read shows; None where that cannot be said."""
    if not isinstance(action, GetObject | HeadObject) or action.span is None:
        return body
    return _cut(body, action.span)


def _cut(body: str, span: tuple[int, int] | None) -> str | None:
    if span is None:
        return body
    if not is_whole(body):
        return None
    first, last = span
    return body.encode()[first : last + 1].decode("utf-8", "replace")


def joined(parts: tuple[Part, ...]) -> str | None:
    """The content that parts make, None where that of some of them is not known."""
    bodies = tuple(part.body for part in parts if part.body is not None and is_whole(part.body))
    return _one_after_the_other(bodies) if len(bodies) == len(parts) else None


@functools.lru_cache(maxsize=LARGE_CONTENTS)
def _one_after_the_other(bodies: tuple[str, ...]) -> str:
    return "".join(bodies)
