"""ministack: an emulator of AWS, as a server in a process of its own, or one that runs already."""

from __future__ import annotations

import json
from typing import Any

from sse_spec.classes import CLASSES

from sse_adapters import environments
from sse_adapters.carrier import Login
from sse_adapters.protocol import TargetError
from sse_adapters.served import ServedTarget
from sse_adapters.servers import HOST, Server

__all__ = ["MinistackTarget"]


class MinistackTarget(ServedTarget):
    """ministack from its package. An access key of 12 digits is the root of the account of that number.

    It is started with AUTH=true, or it would hold nobody to any policy. One that runs without is taken as it is: its
    users are made, and their policies ignored.
    """

    name = "ministack"
    accounts = {"main": "111122223333", "other": "444455556666"}  # noqa: RUF012 - as declared
    cleans = False
    has_users = True
    offers = tuple(name for name in CLASSES if name != "batch")
    recipe = "ministack"

    def server(self) -> Server:
        """The server of its own environment, or the one that is installed beside the suite or on the PATH."""
        command = environments.command(self.name)
        return Server(
            self.name,
            lambda _port, _home: command,
            path="/_ministack/health",
            environment=lambda port, home: {
                "GATEWAY_PORT": str(port),
                "BIND_HOST": HOST,
                "AUTH": "true",
                "TMPDIR": str(home),
            },
        )

    def version(self) -> str:
        """That which the server tells of itself."""
        return str(health(self, "/_ministack/health").get("version", "unknown"))

    def logins(self) -> dict[str, Login]:
        """One for each account; the secret of every root is the same."""
        return {symbol: Login(account, "test") for symbol, account in self.accounts.items()}


def health(target: ServedTarget, path: str) -> dict[str, Any]:
    """What a server tells of itself. Raises :class:`TargetError` if that is no JSON object: it is another server."""
    try:
        told = json.loads(target.ask(path))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise TargetError(f"what answers at {target.url} is no {target.name}: its {path} is no JSON object")
    return told
