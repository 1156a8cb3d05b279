"""A target that is a server: one that the suite starts, and resets before each space."""

from __future__ import annotations

import urllib.request
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.error import URLError

from sse_adapters.carrier import Carrier, Login
from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.servers import Server

__all__ = ["ServedTarget"]

CONTROL_SECONDS = 30.0
"""How long a server may take to forget everything, or to tell its version."""


class ServedTarget(ABC):
    """What targets of this kind share: an implementation of :class:`sse_adapters.protocol.Target`.

    `reset_path` is where a POST makes the server forget everything; without one each space removes what it made.
    `call_seconds` is the usual time of a call.
    """

    name: ClassVar[str]
    accounts: ClassVar[dict[str, str]]
    regions: ClassVar[dict[str, str]] = {"home": "us-east-1", "away": "us-west-2"}
    call_seconds: ClassVar[float] = 0.004
    reset_path: ClassVar[str | None] = None

    def __init__(self) -> None:
        self._server: Server | None = None
        self._carrier: Carrier | None = None

    @abstractmethod
    def server(self) -> Server:
        """The server, not yet started. Raises :class:`TargetError` if it is not installed, saying how to do that."""

    @abstractmethod
    def version(self) -> str:
        """Its version, as found: asked for once it runs."""

    @abstractmethod
    def logins(self) -> dict[str, Login]:
        """How each principal signs."""

    def open(self) -> Identity:
        """Start the server. Raises :class:`TargetError`."""
        self.close()
        self._server = self.server()
        endpoint = self._server.start()
        logins = self.logins()
        self._carrier = Carrier(
            accounts=self.accounts,
            regions=self.regions,
            logins=logins,
            endpoint=endpoint,
            kms_endpoint=self.kms_endpoint(),
            wait_seconds=0,
        )
        return Identity(
            self.name, self.version(), dict(self.accounts), dict(self.regions), self.call_seconds, tuple(logins)
        )

    def kms_endpoint(self) -> str | None:
        """Where its KMS is, if that is not at the same endpoint."""
        return None

    def space(self) -> Space:
        """A fresh space. A server that is reset forgets what earlier ones made."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        if self.reset_path is not None:
            self.ask(self.reset_path, method="POST")
        return self._carrier.space(cleans=self.reset_path is None)

    def close(self) -> None:
        """Stop the server."""
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None
        if self._server is not None:
            self._server.stop()
            self._server = None

    def ask(self, path: str, *, method: str = "GET") -> bytes:
        """Ask the server something beside S3. Raises :class:`TargetError` if it does not answer."""
        assert self._server is not None  # noqa: S101 - asked while it runs
        request = urllib.request.Request(self._server.url + path, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=CONTROL_SECONDS) as answer:  # noqa: S310
                body: bytes = answer.read()
                return body
        except (URLError, OSError) as error:
            raise TargetError(f"{self.name} does not answer {method} {path}: {error}") from None
