"""LocalStack, its archived community edition: as a server in a process of its own, or one that runs already."""

from __future__ import annotations

from pathlib import Path

from sse_spec.classes import CLASSES

from sse_adapters import environments
from sse_adapters.carrier import Login
from sse_adapters.ministack import health
from sse_adapters.served import ServedTarget
from sse_adapters.servers import HOST, Server

__all__ = ["LocalstackTarget"]

HEALTH = "/_localstack/health"


class LocalstackTarget(ServedTarget):
    """LocalStack from its package, without Docker. An access key of 12 digits is the account of that number.

    Its S3 is told to look at KMS keys, which it does not do by itself. Users can be made in its IAM, but nobody is held
    to their policies.
    """

    name = "localstack"
    accounts = {"main": "000000000000", "other": "210987654321"}  # noqa: RUF012 - as declared
    cleans = False
    has_users = True
    offers = tuple(name for name in CLASSES if name != "batch")
    recipe = "localstack"

    def server(self) -> Server:
        """The server of its own environment, for what it needs does not go with what the suite needs."""
        command = environments.command(self.name)
        return Server(self.name, lambda _port, _home: command, path=HEALTH, environment=_settings)

    def version(self) -> str:
        """That which the server tells of itself."""
        return str(health(self, HEALTH).get("version", "unknown"))

    def logins(self) -> dict[str, Login]:
        """One for each account; no signature is looked at."""
        return {symbol: Login(account, "test") for symbol, account in self.accounts.items()}


def _settings(port: int, home: Path) -> dict[str, str]:
    """Nothing is fetched, and nobody is told: no certificate, no events, no licence, no name server."""
    return {
        "GATEWAY_LISTEN": f"{HOST}:{port}",
        "FILESYSTEM_ROOT": str(home / "files"),
        "TMPDIR": str(home),
        "SERVICES": "s3,kms,sts,iam",
        "S3_SKIP_KMS_KEY_VALIDATION": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "ACTIVATE_PRO": "0",
        "EAGER_SERVICE_LOADING": "0",
        "DNS_ADDRESS": "0",
    }
