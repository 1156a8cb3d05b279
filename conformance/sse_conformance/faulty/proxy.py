"""An HTTP proxy on loopback, in front of a server, that does to the exchanges what a script says."""

from __future__ import annotations

import http.client
import socket
import socketserver
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple, Self

from sse_conformance.faulty.mishaps import Exchange, Script

__all__ = ["FaultyProxy"]

UPSTREAM_SECONDS = 30.0
"""How long the server behind the proxy may take."""

OWN_HEADERS = frozenset(("connection", "keep-alive", "transfer-encoding", "content-length"))
"""The headers of an answer that are about one connection, and the length, which is written anew."""

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: a closed connection is reset, and nothing more is delivered."""


class _Answer(NamedTuple):
    start: str
    headers: list[tuple[str, str]]
    body: bytes
    head: bool

    @property
    def wire(self) -> bytes:
        """The answer as it goes over the wire; the answer to a HEAD says the length of what it does not bring."""
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join((*lines, "", "")).encode("latin-1") + (b"" if self.head else self.body)


class FaultyProxy:
    """A context in which `endpoint` leads to the server at `host` and `port`, by way of the mishaps of a script.

    `delay` is how many seconds a delayed answer is held back. `happened` counts the mishaps.
    """

    def __init__(self, host: str, port: int, script: Script, delay: float) -> None:
        self._server = (host, port)
        self._script = script
        self._delay = delay
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.happened: Counter[str] = Counter()
        proxy = self

        class Handler(_Handler):
            def forward(self) -> None:
                """Have the proxy deal with the request."""
                proxy._deal(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward  # noqa: N815

        self._listener = _Listener(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    @property
    def endpoint(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    def _deal(self, handler: _Handler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            exchange = self._script.next()
            if exchange.mishap is not None:
                self.happened[exchange.mishap] += 1
        if exchange.mishap == "cut before the request":
            handler.reset()
            return
        answer = self._ask(handler, body)
        if exchange.mishap == "request sent twice":
            answer = self._ask(handler, body)
        self._answer(handler, answer, exchange)

    def _answer(self, handler: _Handler, answer: _Answer, exchange: Exchange) -> None:
        mishap, luck = exchange
        if mishap == "corrupted header" or (mishap == "corrupted body" and (answer.head or not answer.body)):
            answer = answer._replace(headers=_header_corrupted(answer.headers, luck))
        elif mishap == "corrupted body":
            answer = answer._replace(body=_corrupted(answer.body, luck))
        elif mishap == "delayed":
            self._over.wait(self._delay)
        elif mishap == "cut before the answer":
            handler.reset()
            return
        elif mishap == "cut in the answer":
            handler.wfile.write(answer.wire[: max(1, int(luck * len(answer.wire)))])
            handler.reset()
            return
        handler.wfile.write(answer.wire * (2 if mishap == "answer sent twice" else 1))

    def _ask(self, handler: _Handler, body: bytes) -> _Answer:
        """The server's answer to the request of a client, as it was signed."""
        connection = http.client.HTTPConnection(*self._server, timeout=UPSTREAM_SECONDS)
        try:
            connection.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                if name.lower() not in {"connection", "expect"}:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in OWN_HEADERS]
            told = answer.getheader("Content-Length") if handler.command == "HEAD" else str(len(content))
            if told is not None:
                headers.append(("Content-Length", told))
            return _Answer(f"HTTP/1.1 {answer.status} {answer.reason}", headers, content, handler.command == "HEAD")
        finally:
            connection.close()


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that goes away before its answer has come is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0
    disable_nagle_algorithm = True

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""


def _corrupted(content: bytes, luck: float) -> bytes:
    """The content with one byte changed, at a place in it that `luck` says."""
    at = int(luck * len(content))
    return content[:at] + bytes((_other(content[at]),)) + content[at + 1 :]


def _header_corrupted(headers: list[tuple[str, str]], luck: float) -> list[tuple[str, str]]:
    """The headers with one character of one value changed."""
    at = int(luck * len(headers))
    name, value = headers[at]
    within = luck * len(headers) - at
    changed = _corrupted(value.encode("latin-1"), within).decode("latin-1") if value else "?"
    return [*headers[:at], (name, changed), *headers[at + 1 :]]


def _other(byte: int) -> int:
    """Another printable byte."""
    return ord("x") if byte != ord("x") else ord("y")
