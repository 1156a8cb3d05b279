"""What goes over the wire, counted where boto3 hands requests over and takes answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sse_adapters.protocol import Wire

__all__ = ["Meter"]

_LINE = len(" HTTP/1.1\r\n")
_COLON = len(": \r\n")


class Meter:
    """Counts the bytes of the clients that it watches, as HTTP/1.1 writes them.

    The content of an object counts by its announced length: it has not been read when the answer is counted.
    """

    def __init__(self) -> None:
        self.wire = Wire()

    def watch(self, client: Any) -> None:
        """Count what this client sends and receives from now on."""
        # First, and by wildcards, which come before names: a hook that answers, or raises, ends the search for others.
        client.meta.events.register_first("before-send.*.*", self._sent)
        client.meta.events.register_first("before-parse.*.*", self._received)

    def _sent(self, request: Any, **_: Any) -> None:
        line = len(request.method) + 1 + len(request.url) + _LINE
        self.wire += Wire(sent=line + _headers(request.headers) + _length(request.body))

    def _received(self, response_dict: Mapping[str, Any], **_: Any) -> None:
        headers, body = response_dict["headers"], response_dict["body"]
        announced = headers.get("Content-Length", "")
        content = len(body) if isinstance(body, bytes) else int(announced) if announced.isdecimal() else 0
        self.wire += Wire(received=_LINE + _headers(headers) + content)


def _headers(headers: Mapping[str, Any]) -> int:
    return sum(len(str(name)) + len(str(value)) + _COLON for name, value in headers.items())


def _length(body: Any) -> int:
    """The length of what is sent: text, bytes, a file, or nothing."""
    if body is None:
        return 0
    if isinstance(body, str):
        return len(body.encode())
    if isinstance(body, (bytes, bytearray)):
        return len(body)
    place = body.tell()
    end: int = body.seek(0, 2)
    body.seek(place)
    return end - int(place)
