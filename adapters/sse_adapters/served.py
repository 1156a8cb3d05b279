"""A target that is a server: one that the suite starts, or one that runs already, somewhere."""

from __future__ import annotations

import urllib.request
from abc import ABC, abstractmethod
from http.client import HTTPException
from typing import TYPE_CHECKING, ClassVar
from urllib.error import URLError
from urllib.parse import urlsplit

from sse_adapters import environments
from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.servers import is_here

if TYPE_CHECKING:
    from sse_adapters.carrier import Carrier, Login
    from sse_adapters.restricted import RestrictedUsers
    from sse_adapters.servers import Server

__all__ = ["ServedTarget"]

CONTROL_SECONDS = 30.0
"""How long a server may take to tell its version."""


class ServedTarget(ABC):
    """What targets of this kind share: an implementation of :class:`sse_adapters.protocol.Target`.

    With an `endpoint_url` nothing is started: other people may use that server, so each space removes what it made.
    Spaces of a server that was started here do so unless `cleans` is false: names tell them apart, and what they made
    goes with the server, which must not run full before. `has_users` says that it has an IAM in which the principals
    with fewer rights are made. `call_seconds` is the usual time of a call. `offers` lists the conformance classes that
    it is known to offer, and `recipe` names the environment that its server is installed in (see `environments`): both
    for `s3-sse targets`.
    """

    name: ClassVar[str]
    accounts: ClassVar[dict[str, str]]
    regions: ClassVar[dict[str, str]] = {"home": "us-east-1", "away": "us-west-2"}
    call_seconds: ClassVar[float] = 0.004
    cleans: ClassVar[bool] = True
    has_users: ClassVar[bool] = False
    offers: ClassVar[tuple[str, ...]] = ()
    recipe: ClassVar[str | None] = None

    def __init__(self, *, endpoint_url: str | None = None) -> None:
        self._given_url = endpoint_url.rstrip("/") if endpoint_url else None
        self._server: Server | None = None
        self._carrier: Carrier | None = None
        self._users: RestrictedUsers | None = None

    @classmethod
    def installed_version(cls) -> str | None:
        """The version that the suite would start; None if none is installed."""
        return None if cls.recipe is None else environments.version(cls.recipe)

    @classmethod
    def how_to_install(cls) -> str:
        """What the user has to type where none is installed."""
        return "" if cls.recipe is None else environments.how_to_install(cls.recipe)

    @abstractmethod
    def server(self) -> Server:
        """The server, not yet started. Raises :class:`TargetError` if it is not installed, saying how to do that."""

    @abstractmethod
    def version(self) -> str:
        """Its version, as found: asked for once it runs."""

    @abstractmethod
    def logins(self) -> dict[str, Login]:
        """How each account signs."""

    @property
    def url(self) -> str:
        """Where it listens, once it runs."""
        if self._given_url is not None:
            return self._given_url
        assert self._server is not None  # noqa: S101 - asked while it runs
        return self._server.url

    def open(self) -> Identity:
        """Start the server, or see whether it is there. Raises :class:`TargetError`."""
        self.close()
        try:
            if self._given_url is None:
                self._server = self.server()
                self._server.start()
            elif not _is_url(self._given_url):
                raise TargetError(f"{self._given_url!r} is no URL of a server: write it like http://127.0.0.1:4566")
            return self._opened()
        except BaseException:
            self.close()
            raise

    def _opened(self) -> Identity:
        from sse_adapters.carrier import Carrier

        version = self.version()
        logins = self.logins()
        if self.has_users:
            logins |= self._restricted(logins["main"])
        self._carrier = Carrier(
            accounts=self.accounts,
            regions=self.regions,
            logins=logins,
            endpoint=self.url,
            kms_endpoint=self.kms_endpoint(),
            wait_seconds=0,
        )
        return Identity(self.name, version, dict(self.accounts), dict(self.regions), self.call_seconds, tuple(logins))

    def _restricted(self, login: Login) -> dict[str, Login]:
        """The principals with fewer rights. A server that runs already may have no IAM: then there are none."""
        from sse_adapters.restricted import RestrictedUsers

        self._users = RestrictedUsers(self.name, self.url, login, self.regions["home"])
        try:
            return self._users.make()
        except TargetError:
            if self._given_url is None:
                raise
            return {}

    def kms_endpoint(self) -> str | None:
        """Where its KMS is, if that is not at the same endpoint."""
        return None

    def script_arguments(self) -> list[str]:
        """The words that send the script of a witness to this server, once it runs."""
        kms = self.kms_endpoint()
        return ["--endpoint-url", self.url, *([] if kms is None else ["--kms-endpoint-url", kms])]

    def space(self) -> Space:
        """A fresh space."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        return self._carrier.space(cleans=self.cleans or self._given_url is not None)

    def close(self) -> None:
        """Remove the users that were made, and stop the server if it was started here."""
        if self._users is not None:
            if self._given_url is not None:  # others go with their server
                self._users.remove()
            self._users = None
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None
        if self._server is not None:
            self._server.stop()
            self._server = None

    def ask(self, path: str) -> bytes:
        """Ask the server something beside S3. Raises :class:`TargetError` if it does not answer."""
        proxies: dict[str, str] | None = {} if is_here(self.url) else None
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
            with opener.open(self.url + path, timeout=CONTROL_SECONDS) as answer:
                body: bytes = answer.read()
                return body
        except (URLError, OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise TargetError(f"{self.name} does not answer {path} at {self.url}: {reason}") from None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
