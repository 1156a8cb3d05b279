"""Any S3 by its URL: no code to write. What the suite cannot find out by itself, the operator says."""

from __future__ import annotations

import ipaddress
import re
import ssl
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.registry import SettingError

if TYPE_CHECKING:
    from boto3.session import Session

    from sse_adapters.carrier import Carrier

__all__ = ["EndpointTarget"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

WAIT_SECONDS = 10.0
"""How long a replica, a log or a job may take: stores that have them at all do them at once, or within seconds."""

CALL_SECONDS = 0.02
"""The usual time of a call over a network nearby."""

UNVERIFIED = "certificates were not verified (--no-verify): whoever is on the way may have answered"
"""What is said, aloud and in the report, where any certificate is trusted."""


class EndpointTarget:
    """An implementation of :class:`sse_adapters.protocol.Target` for whatever answers at a URL.

    It signs as the AWS profile and the environment say, and as `other_profile` for a second account. The settings are
    those of the command line; `product` and `product_version` are what the report calls it, instead of what its server
    calls itself. Raises :class:`sse_adapters.registry.SettingError` for settings that do not fit together.
    """

    def __init__(
        self,
        *,
        endpoint_url: str | None = None,
        kms_endpoint_url: str | None = None,
        profile: str | None = None,
        other_profile: str | None = None,
        region: str | None = None,
        away_region: str | None = None,
        addressing: Literal["path", "virtual"] = "path",
        ca_bundle: str | None = None,
        verify: bool = True,
        keys: Sequence[tuple[str, str]] = (),
        buckets: Sequence[str] = (),
        product: str = "endpoint",
        product_version: str | None = None,
    ) -> None:
        if endpoint_url is None:
            raise SettingError("the target endpoint needs --endpoint-url URL")
        self._url = _url(endpoint_url, "--endpoint-url")
        self._kms_url = None if kms_endpoint_url is None else _url(kms_endpoint_url, "--kms-endpoint-url")
        if addressing == "virtual" and _is_address(self._url):
            raise SettingError("--addressing virtual needs a host that has a name in --endpoint-url")
        if ca_bundle is not None and not verify:
            raise SettingError("say --ca-bundle or --no-verify, not both")
        if keys and kms_endpoint_url is not None:
            raise SettingError("say --key or --kms-endpoint-url, not both: with a KMS the run makes its keys")
        self._profiles = {"main": profile} | ({} if other_profile is None else {"other": other_profile})
        self._region, self._away_region = region, away_region
        self._path_addressing = addressing == "path"
        self._verify = verify if ca_bundle is None else _bundle(ca_bundle)
        self._keys, self._buckets = _once(keys), tuple(dict.fromkeys(buckets))
        self._product, self._product_version = _name(product), product_version
        self._carrier: Carrier | None = None

    def open(self) -> Identity:
        """Reach the endpoint, and see that it can be judged. Raises :class:`TargetError` with what to do if not."""
        from sse_adapters import holdings, preflight

        self.close()
        sessions = {symbol: self._session(profile) for symbol, profile in self._profiles.items()}
        regions = {"home": self._region or sessions["main"].region_name or "us-east-1"}
        if self._away_region is not None:
            regions["away"] = self._away_region
        if self._verify is False:
            print(f"s3-sse: {UNVERIFIED}", file=sys.stderr)  # noqa: T201
        self._carrier = carrier = self._carry(sessions, regions)
        try:
            greeting = preflight.greet(carrier, "main", self._url)
            held = holdings.find(carrier, self._url, self._kms_url, self._keys, self._buckets)
            remarks = held.remarks
            if held.given.buckets is None:
                remarks += preflight.try_out(carrier, self._url, known=greeting.status < 300)
        except TargetError:  # it says all that there is to say, also about what is left
            self._carrier = None
            carrier.close()
            raise
        if self._verify is False:
            remarks = (UNVERIFIED, *remarks)
        return Identity(
            self._product,
            self._product_version or _version(greeting.headers),
            dict(carrier.accounts),
            regions,
            CALL_SECONDS,
            remarks=remarks,
            given=held.given,
        )

    def space(self) -> Space:
        """A fresh space."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        return self._carrier.space()

    def close(self) -> None:
        """Close the connections, and say what of ours had to be left."""
        if self._carrier is None:
            return
        if self._carrier.leftovers:
            print(f"s3-sse: could not be removed: {', '.join(self._carrier.leftovers)}", file=sys.stderr)  # noqa: T201
        self._carrier.close()
        self._carrier = None

    def _carry(self, sessions: Mapping[str, Session], regions: Mapping[str, str]) -> Carrier:
        from sse_adapters.carrier import Carrier, Login

        return Carrier(
            accounts={},
            regions=regions,
            logins={symbol: Login(session=session) for symbol, session in sessions.items()},
            endpoint=self._url,
            kms_endpoint=self._kms_url,
            path_addressing=self._path_addressing,
            verify=None if self._verify is True else self._verify,  # by itself boto3 looks at the user's settings
            wait_seconds=WAIT_SECONDS,
        )

    def _session(self, profile: str | None) -> Session:
        """The user's session. Raises :class:`TargetError` if it has no credentials."""
        from boto3.session import Session
        from botocore.exceptions import BotoCoreError, NoCredentialsError

        from sse_adapters.preflight import explained

        try:
            session = Session(profile_name=profile)
            if session.get_credentials() is None:
                raise NoCredentialsError
        except BotoCoreError as error:
            raise explained(error, self._url) from None
        return session


def _url(said: str, option: str) -> str:
    try:
        parts = urlsplit(said)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise SettingError(f"{option} {said!r} is no URL: say http://HOST:PORT or https://HOST") from None
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingError(f"{option} holds more than a place: leave out user, query and fragment")
    return said.rstrip("/")


def _name(product: str) -> str:
    """A name that a file, a URL and a ledger can have as well."""
    if not _NAME.fullmatch(product):
        raise SettingError(f"--product {product!r} is no name: use letters, digits, '.', '_' and '-', 40 at most")
    return product


def _is_address(url: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _bundle(file: str) -> str:
    """The file, if it holds certificates."""
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingError(f"--ca-bundle {file} cannot be used: {reason}") from None
    return file


def _once(keys: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    names = [name for name, _ in keys]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise SettingError(f"--key {twice[0]} is given twice")
    return tuple(keys)


def _version(headers: Mapping[str, str]) -> str:
    """What the server calls itself, for there is no other way to ask."""
    said = re.sub(r"[^\x21-\x7e]+", " ", headers.get("Server") or "").strip()
    return said[:60] or "unknown"
