"""Acme's S3 as a target: an example to start from. Acme's server is moto's here, so that the example runs."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from sse_adapters.carrier import Carrier, Login
from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.servers import HOST, Server

ACCOUNTS = {"main": "123456789012"}
"""The account symbols that Acme can play, and their ids. It has one account: what needs another is not asked."""

REGIONS = {"home": "us-east-1"}


class AcmeTarget:
    """Starts a server for each run and stops it at the end; with `--endpoint-url` it takes one that runs already.

    A setting of the command line comes as an argument of its name. One that is not in the signature is refused.
    """

    offers = ("core", "kms", "bucket-key", "copy", "multipart", "sse-c")
    """What `s3-sse targets` says of it. What it really offers is found by asking."""

    def __init__(self, *, endpoint_url: str | None = None) -> None:
        self._url = endpoint_url
        self._server: Server | None = None
        self._carrier: Carrier | None = None

    def open(self) -> Identity:
        """Start or reach the server. Raises TargetError with a sentence that says what to do."""
        url = self._url
        if url is None:
            self._server = Server("acme", _command, path="/moto-api/")  # ready when this path answers 200
            url = self._server.start()
        self._carrier = Carrier(
            accounts=ACCOUNTS,
            regions=REGIONS,
            logins={"main": Login("key", "secret")},
            endpoint=url,
            wait_seconds=0,  # Acme does everything at once: there is nothing to wait for
        )
        return Identity("acme", metadata.version("moto"), ACCOUNTS, REGIONS, call_seconds=0.003)

    def space(self) -> Space:
        """A fresh space; it removes at its end what it has made."""
        if self._carrier is None:
            raise TargetError("the target is not open")
        return self._carrier.space()

    def close(self) -> None:
        """Stop what `open` started."""
        if self._carrier is not None:
            self._carrier.close()
        if self._server is not None:
            self._server.stop()
        self._carrier = self._server = None


def _command(port: int, _home: Path) -> list[str]:
    """The command that serves on a port. It runs in a folder of its own, which is removed at the end."""
    return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
