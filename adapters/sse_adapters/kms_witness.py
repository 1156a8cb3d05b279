"""A witness between a store and its KMS: what the store asks is passed on as it is, and noted.

A :class:`KmsWitness` is a proxy on loopback, in a thread of this process. Whoever starts a store gives it the witness's
`url` as the address of its KMS, and the witness the address of the KMS itself. It notes which operation was asked for,
under which key and with which encryption context, and how that was answered. It keeps neither credentials nor
plaintexts nor ciphertexts.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

__all__ = ["ENCRYPTING", "KmsCall", "KmsWitness"]

HOST = "127.0.0.1"
"""Where it listens: nobody but this machine can reach it."""

KEPT_CALLS = 10_000
"""So many calls are remembered, the last ones: a write needs one or two, and is asked about soon."""

TEXT_LIMIT = 2048
"""Longest text of a call, in characters, that is kept: as long as the ARN of an object can be, and then some."""

CONTEXT_LIMIT = 20
"""So many pairs of an encryption context are kept: a store sends one, and what its client gave."""

UPSTREAM_SECONDS = 30.0
"""How long KMS may take to answer."""

POLL_SECONDS = 0.05
"""How long stopping may take to be noticed."""

ENCRYPTING = frozenset(
    {
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "ReEncrypt",
    }
)
"""The operations by which KMS makes a data key, or encrypts one that the store has made."""

_TARGET, _SERVICE = "X-Amz-Target", "TrentService."
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class KmsCall(msgspec.Struct, frozen=True):
    """One call to KMS.

    `operation` is its name without that of the service, `key_id` the key as the request names it, `key_arn` as the
    answer does; None where they do not. `context` is the encryption context. `status` is the HTTP status.
    """

    operation: str
    key_id: str | None
    key_arn: str | None
    context: Mapping[str, str]
    status: int


class _Kept(msgspec.Struct, frozen=True):
    number: int
    call: KmsCall


class KmsWitness:
    """A context in which `url` leads to the KMS at `upstream_url`, and whatever goes that way is noted.

    The Host header is passed on as it came, for it is part of what is signed. A KMS that cannot be reached is answered
    by status 502. Start and stop may also be called by themselves; stopping twice does no harm.
    """

    def __init__(self, upstream_url: str) -> None:
        parts = urlsplit(upstream_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{upstream_url!r} is no URL of a KMS: write it like http://127.0.0.1:5000")
        self._upstream = parts
        self._lock = threading.Lock()
        self._calls: deque[_Kept] = deque(maxlen=KEPT_CALLS)
        self._count = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the witness listens, once it is started."""
        if self._server is None:
            raise RuntimeError("the witness is not started")
        return f"http://{HOST}:{self._server.server_address[1]}"

    def start(self) -> str:
        """Listen from now on, and return where."""
        self.stop()
        witness = self

        class Handler(_Handler):
            def forward(self) -> None:
                """Pass the request on, and the answer back."""
                witness._pass_on(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward  # noqa: N815 - the names of http.server

        self._server = _Listener((HOST, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()
        return self.url

    def stop(self) -> None:
        """Listen no more. What was noted stays."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def mark(self) -> int:
        """This moment: how many calls have been noted."""
        with self._lock:
            return self._count

    def between(self, first: int, last: int) -> tuple[KmsCall, ...] | None:
        """The calls that were noted between two moments; None where some of them are forgotten already."""
        with self._lock:
            if first < last and (not self._calls or self._calls[0].number > first):
                return None
            return tuple(one.call for one in self._calls if first <= one.number < last)

    # --- the calls ----------------------------------------------------------------------------------------------------

    def _pass_on(self, handler: _Handler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        try:
            status, headers, content = self._ask(handler, body)
        except (OSError, http.client.HTTPException) as error:
            status, headers = 502, [("Content-Type", "text/plain; charset=utf-8")]
            content = f"the KMS behind the witness does not answer: {type(error).__name__}".encode()
        target = handler.headers.get(_TARGET, "")
        if target.startswith(_SERVICE):
            # Before the store has its answer: who sees what the store did sees the call as well.
            self._note(_noted(target.removeprefix(_SERVICE), body, content, status))
        handler.answer(status, headers, content)

    def _ask(self, handler: _Handler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = self._upstream
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                str(parts.hostname), parts.port, timeout=UPSTREAM_SECONDS, context=context
            )
        else:
            connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=UPSTREAM_SECONDS)
        try:
            path = parts.path.rstrip("/") + handler.path
            connection.putrequest(handler.command, path, skip_host=True, skip_accept_encoding=True)
            for name, value in handler.headers.items():
                if name.lower() not in {"connection", "expect"}:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            headers = [pair for pair in answer.getheaders() if pair[0].lower() not in _OF_ONE_CONNECTION]
            return answer.status, headers, content
        finally:
            connection.close()

    def _note(self, call: KmsCall) -> None:
        with self._lock:
            self._calls.append(_Kept(self._count, call))
            self._count += 1


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: a store that goes away before its answer has come is the store's affair."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server calls it by
        """Print nothing."""


def _noted(operation: str, asked: bytes, answered: bytes, status: int) -> KmsCall:
    """What is kept of a call. Of ReEncrypt it is the key and the context that are encrypted under."""
    request, answer = _document(asked), _document(answered)
    destination = "Destination" if operation == "ReEncrypt" else ""
    context = request.get(f"{destination}EncryptionContext")
    return KmsCall(
        operation[:TEXT_LIMIT],
        _text(request.get(f"{destination}KeyId")),
        _text(answer.get("KeyId")) if status == 200 else None,
        _pairs(context) if isinstance(context, dict) else MappingProxyType({}),
        status,
    )


def _document(body: bytes) -> dict[str, Any]:
    """The members of a JSON object; none of anything else."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return value[:TEXT_LIMIT] if isinstance(value, str) else None


def _pairs(context: Mapping[str, object]) -> Mapping[str, str]:
    texts = {name[:TEXT_LIMIT]: value[:TEXT_LIMIT] for name, value in context.items() if isinstance(value, str)}
    # What S3 adds comes last, and is what matters.
    own = {name: value for name, value in texts.items() if name.startswith("aws:")}
    others = {name: value for name, value in texts.items() if name not in own}
    return MappingProxyType(dict([*own.items(), *others.items()][:CONTEXT_LIMIT]))
