"""moto, in this process: the target that is always at hand."""

from __future__ import annotations

from contextlib import ExitStack
from importlib.metadata import version
from typing import TYPE_CHECKING

from sse_adapters.protocol import Identity, Space, TargetError

if TYPE_CHECKING:
    from sse_adapters.carrier import Carrier

__all__ = ["MotoTarget"]

ACCOUNTS = {"main": "123456789012", "other": "210987654321"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}

CALL_SECONDS = 0.0015
"""Measured; CreateKey takes thirty times as long."""

DEAD_END = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
"""A proxy where nobody listens: a request that moto lets through ends in this machine, and never at AWS."""


class MotoTarget:
    """moto by its own hooks into botocore, without a server. The whole of its S3 and KMS is forgotten with each space.

    moto takes the account from the header `x-moto-account-id`, before it looks at the access key; the environment
    variable MOTO_ACCOUNT_ID would beat both, so it is out of the way while the target is open.
    """

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._carrier: Carrier | None = None

    def open(self) -> Identity:
        """Start moto's mock, with credentials that are good for nothing else."""
        try:
            from moto import mock_aws
        except ImportError as error:
            raise TargetError('moto is not installed: pip install "s3-sse-conformance[moto]"') from error
        from sse_adapters.carrier import Carrier, Login, own_environment

        self.close()
        self._opened.enter_context(own_environment())
        self._opened.enter_context(mock_aws())
        logins = {
            symbol: Login("testing", "testing", headers={"x-moto-account-id": account})
            for symbol, account in ACCOUNTS.items()
        }
        self._carrier = Carrier(accounts=ACCOUNTS, regions=REGIONS, logins=logins, proxies=DEAD_END, wait_seconds=0)
        self._opened.callback(self._carrier.close)
        return Identity("moto", version("moto"), dict(ACCOUNTS), dict(REGIONS), CALL_SECONDS)

    def space(self) -> Space:
        """A fresh space. Earlier ones lose everything that they made."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        _forget()
        return self._carrier.space(cleans=False)

    def close(self) -> None:
        """Stop the mock and put the environment back."""
        self._carrier = None
        self._opened.close()


def _forget() -> None:
    """Reset S3 and KMS, the only services in use: a reset of all of moto costs more."""
    from moto.backends import get_backend
    from moto.core.model_instances import reset_model_data

    for service in ("s3", "kms"):
        backends = get_backend(service)
        for account in list(backends.values()):
            account.reset()
        backends.clear()
    reset_model_data()  # or every object of the run stays in memory
