"""moto over HTTP: a server in a process of its own."""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from sse_adapters.carrier import Login
from sse_adapters.moto import ACCOUNTS, REGIONS
from sse_adapters.protocol import TargetError
from sse_adapters.served import ServedTarget
from sse_adapters.servers import HOST, Server

__all__ = ["MotoServerTarget", "moto_server"]


class MotoServerTarget(ServedTarget):
    """moto's own server. It takes the account from a header, as in process."""

    name = "moto-server"
    accounts = ACCOUNTS
    regions = REGIONS
    reset_path = "/moto-api/reset"

    def server(self) -> Server:
        """The server of the moto that is installed beside the suite."""
        return moto_server(self.name)

    def version(self) -> str:
        """That of the package."""
        return metadata.version("moto")

    def logins(self) -> dict[str, Login]:
        """One for each account."""
        return {
            symbol: Login("testing", "testing", headers={"x-moto-account-id": account})
            for symbol, account in ACCOUNTS.items()
        }


def moto_server(name: str) -> Server:
    """A server of moto, not yet started. Raises :class:`TargetError` from its start if it is not installed."""

    def command(port: int, _home: Path) -> tuple[str, ...]:
        if find_spec("moto") is None or find_spec("flask") is None:
            raise TargetError('the server of moto is not installed: pip install "s3-sse-conformance[moto-server]"')
        return (sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port))

    return Server(
        name,
        command,
        path="/moto-api/",
        # A bucket is named in the path alone, and the account in a header: neither in the name of the host.
        environment=lambda _port, _home: {"S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true"},
    )
