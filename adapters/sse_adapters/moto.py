"""moto, in this process: the target that is always at hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

from sse_spec.classes import CLASSES

from sse_adapters.protocol import Identity, Space, TargetError

if TYPE_CHECKING:
    from sse_adapters.carrier import Carrier

__all__ = ["MotoTarget"]

INSTALL = 'pip install "s3-sse-conformance[moto]"'

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

    offers: ClassVar[tuple[str, ...]] = tuple(name for name in CLASSES if name != "batch")

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._carrier: Carrier | None = None

    @staticmethod
    def installed_version() -> str | None:
        """That of the package; None if there is none."""
        return version("moto") if find_spec("moto") is not None else None

    @staticmethod
    def how_to_install() -> str:
        """The extra that brings it."""
        return INSTALL

    def open(self) -> Identity:
        """Start moto's mock, with credentials that are good for nothing else."""
        try:
            import moto
        except ImportError as error:
            raise TargetError(f"moto is not installed: {INSTALL}") from error
        from sse_adapters.carrier import Login, own_environment

        self.close()
        self._opened.enter_context(own_environment())
        for mock in _mocks(moto):
            self._opened.enter_context(mock())
        accounts = _accounts()
        logins = {
            symbol: Login("testing", "testing", headers={"x-moto-account-id": account})
            for symbol, account in accounts.items()
        }
        self._carrier = _carrier(moto)(
            accounts=accounts, regions=REGIONS, logins=logins, proxies=DEAD_END, wait_seconds=0
        )
        self._opened.callback(self._carrier.close)
        return Identity("moto", version("moto"), accounts, dict(REGIONS), CALL_SECONDS)

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


def _mocks(moto: ModuleType) -> list[Callable[[], AbstractContextManager[object]]]:
    """What has to be started: one mock of everything since moto 5.0, one for each service before."""
    names = ("mock_aws",) if hasattr(moto, "mock_aws") else ("mock_s3", "mock_kms", "mock_s3control")
    return [getattr(moto, name) for name in names if hasattr(moto, name)]


def _accounts() -> dict[str, str]:
    """The accounts that it can play: before moto 4.0 there was one, a constant of another name."""
    from moto import core

    return dict(ACCOUNTS) if hasattr(core, "DEFAULT_ACCOUNT_ID") else {"main": ACCOUNTS["main"]}


def _carrier(moto: ModuleType) -> type[Carrier]:
    """The shared carrier, or what moto before 5.0 needs in its place."""
    if hasattr(moto, "mock_aws"):
        from sse_adapters.carrier import Carrier

        return Carrier
    from sse_adapters.early_moto import EarlyCarrier

    return EarlyCarrier


def _forget() -> None:
    """Reset S3 and KMS, the only services in use: a reset of all of moto costs more."""
    from moto.backends import get_backend

    for service in ("s3", "kms"):
        backends = get_backend(service)
        for backend in list(backends.values()):
            backend.reset()
        if _accounts().keys() == ACCOUNTS.keys():  # by account, and made anew when asked for; else fixed, by Region
            backends.clear()
    with suppress(ImportError):  # since moto 4.2; before, the reset above does it
        from moto.core.model_instances import reset_model_data

        reset_model_data()  # or every object of the run stays in memory
