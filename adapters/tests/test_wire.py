"""What went over the wire is counted, near enough to what a socket sees."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sse_adapters.carrier import Carrier, Login
from sse_adapters.protocol import Wire
from sse_spec.actions import GetObject, PutObject

SLACK = 300
"""Bytes of headers that are added below boto3, and those that are written otherwise there."""

CONTENT = 50_000


class _Counting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sent = received = 0
    raw_requestline: bytes
    _headers_buffer: list[bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).received += len(self.raw_requestline) + len(bytes(self.headers)) + len(body)
        self._answer(b"")

    def do_GET(self) -> None:
        type(self).received += len(self.raw_requestline) + len(bytes(self.headers))
        self._answer(b"x" * CONTENT)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        type(self).sent += sum(map(len, self._headers_buffer)) + 2 + len(body)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _counting_server() -> Iterator[tuple[str, type[_Counting]]]:
    class Handler(_Counting):
        sent = received = 0

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", Handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_bytes_are_counted_as_the_server_counts_them_and_for_each_space_apart() -> None:
    with _counting_server() as (url, counted):
        accounts, regions = {"main": "000000000000"}, {"home": "us-east-1"}
        carrier = Carrier(
            accounts=accounts, regions=regions, logins={"main": Login("key", "secret")}, endpoint=url, wait_seconds=0
        )
        first = carrier.space(cleans=False)
        assert first.perform(PutObject(bucket="b", key="o", body="y" * CONTENT)).status == 200
        written = first.wire
        second = carrier.space(cleans=False)
        assert second.wire == Wire()
        assert second.perform(GetObject(bucket="b", key="o")).status == 200
        carrier.close()
    read = second.wire
    assert CONTENT < written.sent < CONTENT + 2000
    assert CONTENT < read.received < CONTENT + 2000
    assert first.wire == written + read == carrier.wire
    assert abs(carrier.wire.sent - counted.received) < SLACK
    assert abs(carrier.wire.received - counted.sent) < SLACK
