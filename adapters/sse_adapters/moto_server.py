"""moto over HTTP: a server in a process of its own."""

from __future__ import annotations

import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sse_spec.classes import CLASSES

from sse_adapters.moto import ACCOUNTS, REGIONS
from sse_adapters.protocol import TargetError
from sse_adapters.served import ServedTarget
from sse_adapters.servers import HOST, Server

if TYPE_CHECKING:
    from sse_adapters.carrier import Login

__all__ = ["MotoServerTarget", "moto_server"]

INSTALL = 'pip install "s3-sse-conformance[moto-server]"'


class MotoServerTarget(ServedTarget):
    """moto's own server. It takes the account from a header, as in process.

    Users can be made in its IAM. It is not told to hold them to their policies (INITIAL_NO_AUTH_ACTION_COUNT): if it
    is, it fails on every form, and asks for none of the rights that matter here.
    """

    name = "moto-server"
    accounts = ACCOUNTS
    regions = REGIONS
    cleans = False
    has_users = True
    offers = tuple(name for name in CLASSES if name != "batch")

    def server(self) -> Server:
        """The server of the moto that is installed beside the suite."""
        return moto_server(self.name)

    def version(self) -> str:
        """That of the package; a server that runs elsewhere does not say which moto it is."""
        return metadata.version("moto") if self._given_url is None else "unknown"

    @classmethod
    def installed_version(cls) -> str | None:
        """That of the package, if what its server needs is installed too."""
        return metadata.version("moto") if _is_installed() else None

    @classmethod
    def how_to_install(cls) -> str:
        """The extra that brings it."""
        return INSTALL

    def logins(self) -> dict[str, Login]:
        """One for each account."""
        from sse_adapters.carrier import Login

        return {
            symbol: Login("testing", "testing", headers={"x-moto-account-id": account})
            for symbol, account in ACCOUNTS.items()
        }


def moto_server(name: str) -> Server:
    """A server of moto, not yet started. Raises :class:`TargetError` from its start if it is not installed."""

    def command(port: int, _home: Path) -> tuple[str, ...]:
        if not _is_installed():
            raise TargetError(f"the server of moto is not installed: {INSTALL}")
        return (sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port))

    return Server(
        name,
        command,
        path="/moto-api/",
        # A bucket is named in the path alone, and the account in a header: neither in the name of the host.
        environment=lambda _port, _home: {"S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true"},
    )


def _is_installed() -> bool:
    """Whether moto is, and what its server needs."""
    return find_spec("moto") is not None and find_spec("flask") is not None
