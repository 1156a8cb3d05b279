"""The bodies of answers: bounded, without entities, and S3's or nobody's."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import NoReturn

import msgspec
from sse_spec.observations import MESSAGE_LIMIT

__all__ = [
    "CONTENT_LIMIT",
    "DOCUMENT_LIMIT",
    "Answer",
    "NotS3Error",
    "Shown",
    "child",
    "content",
    "cut",
    "document",
    "expect",
    "name",
    "start",
    "text",
]

DOCUMENT_LIMIT = 1 << 20
"""Longest body that is looked into, in bytes: a thousand times the longest that S3 sends to these requests."""

CONTENT_LIMIT = 32 << 20
"""Longest content of an object that is looked into, in bytes: an upload of some parts, each of the least 5 MiB."""

SLACK_FACTOR = 4
"""How many times the limit is looked at before names are turned back into symbols, which makes a text shorter."""

Shown = Callable[[str], str]


class Answer(msgspec.Struct, frozen=True):
    """What came over the wire. `headers` finds names in any case.

    `body` is None for one longer than DOCUMENT_LIMIT, or than CONTENT_LIMIT where it is the content of an object.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | None


class NotS3Error(Exception):
    """The answer is not one that S3 could give; the message says in what."""


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type declaration, the door of every entity attack, when it opens."""

    def doctype(self, *_: str | None) -> NoReturn:
        raise NotS3Error("a document type declaration")


def cut(text: str, shown: Shown, limit: int = MESSAGE_LIMIT) -> str:
    """The part of a text of the target that is kept, in the program's own names, and fit to be written as UTF-8."""
    text = shown(text[: limit * SLACK_FACTOR])[:limit]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def content(answer: Answer, limit: int = DOCUMENT_LIMIT) -> bytes:
    """The body. Raises :class:`NotS3Error` for one that was longer than this limit."""
    if answer.body is None:
        raise NotS3Error(f"a body of more than {limit} bytes")
    return answer.body


def document(answer: Answer) -> ET.Element | None:
    """The root of the document in the body, None for an empty body."""
    body = content(answer).strip()  # a slow CopyObject is kept alive with spaces before the document
    if not body:
        return None
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314  (bounded, and without a DTD)
    try:
        parser.feed(body)
        root: ET.Element = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise NotS3Error(f"not XML: {start(body)}") from error
    return root


def start(body: bytes) -> str:
    """How a body begins, for a message."""
    return body[: MESSAGE_LIMIT * SLACK_FACTOR].decode("utf-8", "replace")


def name(element: ET.Element) -> str:
    """The name of an element, without its namespace."""
    return element.tag.rpartition("}")[2]


def expect(root: ET.Element | None, *wanted: str) -> ET.Element:
    """The root, which must have one of these names. Raises :class:`NotS3Error`."""
    if root is None:
        raise NotS3Error(f"an empty body where a {wanted[0]} document belongs")
    if name(root) not in wanted:
        raise NotS3Error(f"a {name(root)} document where a {wanted[0]} document belongs")
    return root


def child(parent: ET.Element | None, wanted: str) -> ET.Element | None:
    """The first child of that name."""
    return None if parent is None else next((one for one in parent if name(one) == wanted), None)


def text(parent: ET.Element | None, wanted: str) -> str | None:
    """The text of the first child of that name, empty for an empty element, None where there is no such element."""
    found = child(parent, wanted)
    return None if found is None else found.text or ""
