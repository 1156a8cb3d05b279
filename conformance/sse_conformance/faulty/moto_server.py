"""A moto server that is reached by whatever way one likes."""

from __future__ import annotations

from http.client import HTTPConnection
from importlib.metadata import version
from typing import Self

from sse_adapters.carrier import Carrier, Login
from sse_adapters.moto import ACCOUNTS, REGIONS
from sse_adapters.moto_server import moto_server
from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.servers import HOST

__all__ = ["MotoServer", "MotoServerTarget"]

CALL_SECONDS = 0.004
RESET_SECONDS = 30.0


class MotoServer:
    """A context in which a moto server listens at `host` and `port`. Raises :class:`TargetError` where it does not."""

    host = HOST

    def __init__(self) -> None:
        self._server = moto_server("moto")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def endpoint(self) -> str:
        """Where the server is to be reached without any mishap."""
        return self._server.url

    def reset(self) -> None:
        """Have it forget everything."""
        connection = HTTPConnection(self.host, self.port, timeout=RESET_SECONDS)
        try:
            connection.request("POST", "/moto-api/reset")
            connection.getresponse().read()
        finally:
            connection.close()


class MotoServerTarget:
    """A moto server as a target, asked by way of `endpoint`. Each space begins with an empty server.

    An answer that takes longer than `seconds` counts as lost.
    """

    def __init__(self, server: MotoServer, endpoint: str, seconds: float) -> None:
        self._server = server
        self._endpoint = endpoint
        self._seconds = seconds
        self._carrier: Carrier | None = None

    def open(self) -> Identity:
        """Make the carrier; the server is there already."""
        logins = {
            symbol: Login("testing", "testing", headers={"x-moto-account-id": account})
            for symbol, account in ACCOUNTS.items()
        }
        self._carrier = Carrier(
            accounts=ACCOUNTS,
            regions=REGIONS,
            logins=logins,
            endpoint=self._endpoint,
            read_seconds=self._seconds,
            wait_seconds=0,
        )
        return Identity("moto", version("moto"), dict(ACCOUNTS), dict(REGIONS), CALL_SECONDS)

    def space(self) -> Space:
        """A fresh space. Earlier ones lose everything that they made."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        self._server.reset()
        return self._carrier.space(cleans=False)

    def close(self) -> None:
        """Close the connections."""
        if self._carrier is not None:
            self._carrier.close()
