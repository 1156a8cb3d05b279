"""The shared carrier: boto3 as far as the wire, and our own eyes from there on.

boto3 builds, signs and sends each request. When the answer has come, before boto3 parses it, a hook takes status,
headers and body away: no parser, redirection or retry of boto3's comes between the target and the observation.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import msgspec
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    SSLError,
)
from sse_spec.actions import Action, CopyObject, CreateKey, DeleteObject, PutBucketVersioning, PutObject
from sse_spec.observations import Fault, Observation

from sse_adapters.answers import DOCUMENT_LIMIT, Answer, cut, observe_kms, observe_s3
from sse_adapters.calls import Call, call
from sse_adapters.cleaning import Cleaner
from sse_adapters.names import STEM, NameMap
from sse_adapters.protocol import TargetError

__all__ = ["BotoSpace", "Carrier", "Login", "own_environment"]

CONNECT_SECONDS = 5.0
"""How long a target may take to accept a connection."""

READ_SECONDS = 30.0
"""How long a target may be silent before its answer counts as lost; KMS emulators make keys for some seconds."""

_MAKING = threading.Lock()
"""boto3 makes clients safely in one thread only, and :func:`own_environment` is the whole process's."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}")
_UNREACHABLE = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError)


class Login(msgspec.Struct, frozen=True):
    """How an account signs. `headers` go out with each of its requests.

    A `session` is a boto3 session of the user's: its credentials are used instead of the keys, and its settings and the
    environment count. Without one the user's AWS settings are not looked at.
    """

    access_key: str = ""
    secret_key: str = ""
    token: str | None = None
    headers: dict[str, str] = {}
    session: Session | None = None


@contextmanager
def own_environment() -> Iterator[None]:
    """Take every AWS and moto setting of the user out of the environment, and put them back at the end."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "MOTO_", "BOTO_"))}
    for name in kept:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_", "BOTO_"))]:
            del os.environ[name]
        os.environ.update(kept)


class _Answered(Exception):  # noqa: N818  (not an error: the way out of boto3 once the answer is there)
    def __init__(self, response: Mapping[str, Any]) -> None:
        super().__init__()
        self.response = response


class _Outgoing(threading.local):
    """The call that this thread is sending; None while boto3 works by itself, as in cleaning."""

    call: Call | None = None


class Carrier:
    """Carries actions to one target. Clients are made on first use and serve every space.

    `accounts` and `regions` are those of the identity of the target, `logins` says how each account signs. Without an
    `endpoint` requests go where boto3 sends them; `kms_endpoint` is the same as `endpoint` unless given. `proxies` is
    botocore's setting; None takes the user's, but none for an endpoint in this machine. `key_arguments` are added to
    each CreateKey, for tags. `token` tells the names of this run from those of others; by default it is random.
    """

    def __init__(
        self,
        *,
        accounts: Mapping[str, str],
        regions: Mapping[str, str],
        logins: Mapping[str, Login],
        endpoint: str | None = None,
        kms_endpoint: str | None = None,
        path_addressing: bool = True,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        proxies: Mapping[str, str] | None = None,
        key_arguments: Mapping[str, Any] | None = None,
        token: str | None = None,
    ) -> None:
        self.accounts = dict(accounts)
        self.regions = dict(regions)
        self.token = token or secrets.token_hex(4)
        self.endpoints = tuple(sorted({one for one in (endpoint, kms_endpoint) if one}))
        self.closed = False
        self._logins = dict(logins)
        self._endpoints = {"s3": endpoint, "kms": kms_endpoint or endpoint}
        if proxies is None and urlsplit(endpoint or "").hostname in _LOOPBACK:
            proxies = {}
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            parameter_validation=False,
            connect_timeout=connect_seconds,
            read_timeout=read_seconds,
            proxies=None if proxies is None else dict(proxies),
            # Checksums that the operation does not ask for change the body on the wire, which many stores cannot read.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if path_addressing else "auto"},
        )
        self._key_arguments = dict(key_arguments or {})
        self._session: Session | None = None  # of every login without one; reads the descriptions of the services once
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._outgoing = _Outgoing()
        self._numbers = count()

    def space(self, *, cleans: bool = True) -> BotoSpace:
        """A space of its own. `cleans` false leaves the cleaning to a target that resets itself."""
        return BotoSpace(self, next(self._numbers), cleans=cleans)

    def close(self) -> None:
        """Close the connections. Spaces of this carrier answer `unreachable` from now on."""
        self.closed = True
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def client(self, principal: str, service: str, region: str = "home") -> Any:
        """The boto3 client of an account. Its answers are boto3's own, unless :meth:`send` uses it.

        Raises :class:`TargetError` for an account or a Region that the target cannot play.
        """
        known = self._clients.get((principal, service, region))
        if known is not None:
            return known
        if principal not in self._logins or region not in self.regions:
            raise TargetError(f"this target has no account {principal!r} in a Region {region!r}: leave it out")
        with _MAKING:
            if (principal, service, region) not in self._clients:
                self._clients[principal, service, region] = self._make(principal, service, region)
            return self._clients[principal, service, region]

    def send(self, call: Call) -> Answer:
        """Send a call, once, and bring the bare answer. Raises whatever boto3 or a target in this process raises."""
        client = self.client(call.principal, call.service, call.region)
        arguments = call.arguments
        if self._key_arguments and call.method == "create_key":
            arguments = arguments | self._key_arguments
        self._outgoing.call = call
        try:
            getattr(client, call.method)(**arguments)
        except _Answered as answered:
            return _answer(answered.response, call.method == "head_object")
        finally:
            self._outgoing.call = None
        raise AssertionError("boto3 returned without an answer from the wire")

    def _make(self, principal: str, service: str, region: str) -> Any:
        login = self._logins[principal]
        settings: dict[str, Any] = {
            "region_name": self.regions[region],
            "endpoint_url": self._endpoints[service],
            "config": self._config,
        }
        if login.session is not None:
            client = login.session.client(service, **settings)  # type: ignore[call-overload]
        else:
            settings |= {
                "aws_access_key_id": login.access_key,
                "aws_secret_access_key": login.secret_key,
                "aws_session_token": login.token,
            }
            with own_environment():
                self._session = self._session or Session()
                client = self._session.client(service, **settings)  # type: ignore[call-overload]
        outgoing = self._outgoing

        def add(params: dict[str, Any], **_: Any) -> None:
            params["headers"].update(login.headers)
            call = outgoing.call
            if call is not None:
                params["headers"].update(call.headers)
                if call.body is not None:
                    params["body"] = call.body.encode()

        def take(response_dict: dict[str, Any], **_: Any) -> None:
            if outgoing.call is not None:
                raise _Answered(response_dict)

        client.meta.events.register_last(f"before-call.{service}", add)
        # By wildcards, for these come first: boto3's own hook for S3 makes a 500 of an error under a 200.
        client.meta.events.register_first("before-parse.*.*", take)
        return client


class BotoSpace:
    """A space of a target that speaks S3 and KMS: an implementation of :class:`sse_adapters.protocol.Space`.

    Every bucket and alias that it ever names begins with `s3sse-<token of the run>-<number of the space>-`.
    `leftovers` has the names of what the last :meth:`close` could not remove.
    """

    def __init__(self, carrier: Carrier, number: int, *, cleans: bool = True) -> None:
        self._carrier = carrier
        self._names = NameMap(f"{STEM}-{carrier.token}-{number}-", carrier.accounts, carrier.regions)
        self._cleaner = Cleaner(carrier.client, self._names) if cleans else None
        self.leftovers: tuple[str, ...] = ()

    def perform(self, action: Action) -> Observation:
        """Carry the action out, once, without retries. Never raises: what goes wrong is a fault of the observation."""
        try:
            return self._perform(action)
        except Exception as error:
            return self._failed(error)

    def close(self) -> None:
        """Remove what the space made, if the target does not reset itself."""
        if self._cleaner is not None and not self._carrier.closed:
            self.leftovers = self._cleaner.clean()

    def _perform(self, action: Action) -> Observation:
        carrier, names = self._carrier, self._names
        if carrier.closed:
            return Observation(0, message="the target is closed", fault="unreachable")
        if action.principal not in carrier.accounts:
            raise TargetError(f"this target has no account {action.principal!r}: leave it out")
        request = call(action, names)
        if self._cleaner is not None:
            self._cleaner.note(action)
        answer = carrier.send(request)
        if request.service == "kms":
            seen = observe_kms(action, answer, names.shown)
        else:
            seen = observe_s3(action, answer, names.shown)
        if seen.fault is None and not seen.refused:
            _learn(names, action, seen)
        if self._cleaner is not None:
            self._cleaner.learn(action, seen)
        return seen

    def _failed(self, error: Exception) -> Observation:
        fault = _fault(error)
        try:
            text = _ADDRESS.sub("0x", f"{type(error).__name__}: {error}")
        except Exception:  # an exception of the target may fail even when it is shown
            text = type(error).__name__
        for endpoint in self._carrier.endpoints:  # the port may be another one in the next run
            text = text.replace(endpoint, "")
        return Observation(0, message=cut(text, self._names.shown), fault=fault)


def _learn(names: NameMap, action: Action, seen: Observation) -> None:
    match action:
        case PutObject() | CopyObject():
            names.learn_write(action.bucket, action.key, seen.version_id)
        case DeleteObject(version=None):
            names.learn_delete(action.bucket, action.key, seen.version_id)
        case PutBucketVersioning():
            names.learn_versioning(action.bucket, action.status)
        case CreateKey() if seen.key_arn is not None:
            names.learn_key(action.key, action.region, seen.key_arn)


def _fault(error: Exception) -> Fault:
    if isinstance(error, _UNREACHABLE):
        return "unreachable"
    if isinstance(error, ConnectionClosedError):
        return "garbage" if _not_http(error) else "no-answer"
    if isinstance(error, (HTTPClientError, _CutError)):
        return "no-answer"
    return "exception"


def _not_http(error: ConnectionClosedError) -> bool:
    """Whether something answered that does not speak HTTP, as against a connection that was cut."""
    causes = getattr(error.kwargs.get("error"), "args", ())
    return any(isinstance(c, HTTPException) and not isinstance(c, (RemoteDisconnected, IncompleteRead)) for c in causes)


class _CutError(BotoCoreError):
    fmt = "The answer was cut: {got} of {length} bytes came"


def _answer(response: Mapping[str, Any], head: bool) -> Answer:
    headers = response["headers"]
    body = response["body"]
    if not isinstance(body, bytes):  # a stream, of GetObject
        with body:
            body = body.read(DOCUMENT_LIMIT + 1)
    length = headers.get("Content-Length")
    if not head and length is not None and length.isdecimal() and len(body) < min(int(length), DOCUMENT_LIMIT):
        raise _CutError(got=len(body), length=length)
    return Answer(response["status_code"], headers, body if len(body) <= DOCUMENT_LIMIT else None)
