"""What no report and no log may tell: what requests were signed with, and what would let others send them again.

A target may repeat in its answer whatever it was sent, and an error often names the address that was asked. So the text
of an observation loses the values that this run signs with and those of the request that it answers, wherever they
stand, and whatever stands where such a value belongs.
"""

from __future__ import annotations

import contextlib
import html
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlsplit

__all__ = ["REDACTED", "Secrets", "Sent", "redacted"]

REDACTED = "[redacted]"

LEAST_LENGTH = 8
"""Shorter values, such as the `test` of emulators, are no secrets, and are parts of words."""

_NAMES = (
    r"x-amz-(?:security-token|signature|credential)"
    r"|x-amz-(?:copy-source-)?server-side-encryption-customer-key"
    r"|(?:aws[-_]?)?(?:secret[-_]?access[-_]?key|access[-_]?key[-_]?id|session[-_]?token|security[-_]?token)"
    r"|signature(?:provided)?"
    r"|credential"
)
_SEPARATOR = r"(?:\s*=\s*|%3D|[\"']?\s*:\s*|[\"']?\s*>\s*|\"\s*\r?\n\s*)"
_SECRET = re.compile(
    rf"(?P<name>(?<![A-Za-z])(?:{_NAMES})[\"']?{_SEPARATOR})(?P<quote>[\"']?)(?!\s)[^\s\"'<>&,;]+"
    # The whole of an Authorization, whatever its scheme.
    r"|(?P<header>(?<![A-Za-z-])(?:proxy-)?authorization[\"']?\s*[:=>]\s*[\"']?)[^\"'\r\n<>]+"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|(?<=://)[^\s/@\"'<>]+(?=@)",  # a name and a password within an address
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"Signature=([0-9A-Za-z+/=]+)")
_SECRET_HEADER = re.compile(
    r"x-amz-security-token|x-amz-(?:copy-source-)?server-side-encryption-customer-key", re.IGNORECASE
)
_SECRET_FIELDS = frozenset({"x-amz-signature", "x-amz-security-token", "signature", "policy"})
_FORM_FIELD = re.compile(rb'name="([^"\r\n]+)"\r\n\r\n([^\r\n]*)\r\n')


class Sent(Protocol):
    """A request as botocore sends it."""

    @property
    def url(self) -> str:
        """The address, with its query."""
        ...

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers; values are texts or bytes."""
        ...

    @property
    def body(self) -> Any:
        """The body, of any kind that botocore takes."""
        ...


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """The text without these secrets, and without what stands where a secret belongs."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, REDACTED)
    return _SECRET.sub(_without, text)


def _without(match: re.Match[str]) -> str:
    return f"{match['name'] or match['header'] or ''}{match['quote'] or ''}{REDACTED}"


class _Last(threading.local):
    """The secrets of the request that this thread sent last."""

    values: frozenset[str] = frozenset()


class Secrets:
    """What the requests of some clients are signed with, and what they carry that nobody else may send.

    A signature is good for one request: only those of the request that a thread sent last are kept, which is the one
    whose answer it looks at.
    """

    def __init__(self) -> None:
        self._standing: frozenset[str] = frozenset()
        self._last = _Last()

    def know(self, *values: str | None) -> None:
        """Keep these for good: keys and tokens."""
        self._standing |= {spelling for value in values if value for spelling in _spellings(value)}

    def know_session(self, session: Any) -> None:
        """Keep those of a boto3 session, as they are now."""
        credentials = session.get_credentials()
        if credentials is not None:
            with contextlib.suppress(Exception):  # who cannot sign says so with the first request
                frozen = credentials.get_frozen_credentials()
                self.know(frozen.secret_key, frozen.token)

    def watch(self, client: Any) -> None:
        """Look at each request of a boto3 client when it is sent, whatever is hooked into it later."""

        def note(request: Sent, **_: Any) -> None:
            self._last.values = frozenset(spelling for value in _values(request) for spelling in _spellings(value))

        client.meta.events.register_first("before-send", note)

    def redacted(self, text: str) -> str:
        """The text as :func:`redacted` leaves it, without all these."""
        return redacted(text, self._standing | self._last.values)


def _spellings(secret: str) -> Iterator[str]:
    """A secret in the spellings of the formats in which a target may repeat it; nothing for what is too short."""
    if len(secret) < LEAST_LENGTH or secret.isdecimal():  # digits alone are an account
        return
    yield from dict.fromkeys((secret, quote(secret, safe=""), html.escape(secret), secret.replace("/", "\\/")))


def _values(request: Sent) -> Iterator[str]:
    for name, value in request.headers.items():
        if name.lower() == "authorization":
            yield from _SIGNATURE.findall(_text(value))
        elif _SECRET_HEADER.fullmatch(name):
            yield _text(value)
    if "X-Amz-" in request.url:
        fields = parse_qsl(urlsplit(request.url).query)
        yield from (value for name, value in fields if name.lower() in _SECRET_FIELDS)
    if isinstance(request.body, bytes) and request.body.startswith(b"--"):
        for field, content in _FORM_FIELD.findall(request.body):
            if field.decode("utf-8", "replace").lower() in _SECRET_FIELDS:
                yield content.decode("utf-8", "replace")


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
