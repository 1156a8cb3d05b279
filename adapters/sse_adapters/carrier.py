"""The shared carrier: boto3 as far as the wire, and our own eyes from there on.

boto3 builds, signs and sends each request. When the answer has come, before boto3 parses it, a hook takes status,
headers and body away: no parser, redirection or retry of boto3's comes between the target and the observation.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from boto3.session import Session
from botocore.config import Config

from sse_adapters.calls import Call, Document
from sse_adapters.documents import Answer
from sse_adapters.forms import post_instead
from sse_adapters.given import Given
from sse_adapters.kms_witness import KmsWitness
from sse_adapters.protocol import TargetError, Wire
from sse_adapters.redaction import Secrets
from sse_adapters.space import BotoSpace
from sse_adapters.transport import whole_answer
from sse_adapters.wire import Meter

__all__ = ["Carrier", "Login", "own_environment"]

CONNECT_SECONDS = 5.0
"""How long a target may take to accept a connection."""

READ_SECONDS = 30.0
"""How long a target may be silent before its answer counts as lost; KMS emulators make keys for some seconds."""

WAIT_SECONDS = 300.0
"""How long what S3 does later, such as replication, may take to be seen. Most replicas arrive within seconds."""

_MAKING = threading.Lock()
"""boto3 makes clients safely in one thread only, and :func:`own_environment` is the whole process's."""

NOTHING_GIVEN = Given()

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Login(msgspec.Struct, frozen=True):
    """How a principal signs. `headers` go out with each of its requests.

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

    `accounts` and `regions` are those of the identity of the target, `logins` says how each principal signs. Without an
    `endpoint` requests go where boto3 sends them; `kms_endpoint` is the same as `endpoint` unless given. `proxies` is
    botocore's setting; None takes the user's, but none for an endpoint in this machine. `key_arguments` are added to
    each CreateKey, for tags. `verify` is boto3's: False trusts any certificate, a text is the file of those to trust,
    None leaves it to boto3. `given` is what the operator has for the run and `given_names` what that is really called,
    by symbol: buckets, keys and aliases. `wait_seconds` is how long to wait for what S3 does later. `token` tells the
    names of this run from those of others; by default it is random. `witness` stands between the target and its KMS.
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
        verify: bool | str | None = None,
        given: Given = NOTHING_GIVEN,
        given_names: Mapping[str, str] = MappingProxyType({}),
        wait_seconds: float = WAIT_SECONDS,
        token: str | None = None,
        witness: KmsWitness | None = None,
    ) -> None:
        self.witness = witness
        self.wait_seconds = wait_seconds
        self.given = given
        self.given_names = given_names
        self.accounts = dict(accounts)
        self.regions = dict(regions)
        self.token = token or secrets.token_hex(4)
        self.endpoints = tuple(sorted({one for one in (endpoint, kms_endpoint) if one}))
        self.principals = frozenset(logins)
        self.closed = False
        self._logins = dict(logins)
        self._secrets = Secrets()
        self._endpoints = {"s3": endpoint, "s3control": endpoint, "kms": kms_endpoint or endpoint, "sts": endpoint}
        if proxies is None and urlsplit(endpoint or "").hostname in _LOOPBACK:
            proxies = {}
        hosted: Literal["virtual", "auto"] = (
            "virtual" if endpoint else "auto"
        )  # at an endpoint boto3 takes "auto" for the path
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},
            parameter_validation=False,
            connect_timeout=connect_seconds,
            read_timeout=read_seconds,
            proxies=None if proxies is None else dict(proxies),
            # Checksums that the operation does not ask for change the body on the wire, which many stores cannot read.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if path_addressing else hosted},
        )
        # Forms would be signed by an older version, with which S3 takes no KMS key.
        self._s3_config = self._config.merge(Config(signature_version="s3v4"))
        self._key_arguments = dict(key_arguments or {})
        self._verify = verify
        self._session: Session | None = None  # of every login without one; reads the descriptions of the services once
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._outgoing = _Outgoing()
        self._meter = Meter()
        self._left: dict[int, tuple[str, ...]] = {}
        self._numbers = count()

    def space(self, *, cleans: bool = True) -> BotoSpace:
        """A space of its own. `cleans` false leaves the cleaning to a target that resets itself."""
        return BotoSpace(self, next(self._numbers), cleans=cleans)

    def redacted(self, text: str) -> str:
        """A text of the target without the secrets of the requests that it answers."""
        return self._secrets.redacted(text)

    @property
    def wire(self) -> Wire:
        """What all its spaces have sent and received."""
        return self._meter.wire

    @property
    def leftovers(self) -> tuple[str, ...]:
        """The names of what its spaces that are closed could not remove."""
        return tuple(name for names in self._left.values() for name in names)

    def left(self, number: int, names: tuple[str, ...]) -> None:
        """Note what a space could not remove."""
        self._left[number] = names

    def close(self) -> None:
        """Close the connections. Spaces of this carrier answer `unreachable` from now on."""
        self.closed = True
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def client(self, principal: str, service: str, region: str = "home") -> Any:
        """The boto3 client of a principal. Its answers are boto3's own, unless :meth:`send` uses it.

        Raises :class:`TargetError` for a principal or a Region that the target does not have.
        """
        known = self._clients.get((principal, service, region))
        if known is not None:
            return known
        if principal not in self._logins or region not in self.regions:
            raise TargetError(f"this target has no principal {principal!r} in a Region {region!r}: leave it out")
        with _MAKING:
            if (principal, service, region) not in self._clients:
                self._clients[principal, service, region] = self._make(principal, service, region)
            return self._clients[principal, service, region]

    def send(self, call: Call) -> Answer:
        """Send a call, once, and bring the bare answer. Raises whatever boto3 or a target in this process raises."""
        client = self.client(call.principal, call.service, call.region)
        arguments = {
            name: json.dumps(value.content) if isinstance(value, Document) else value
            for name, value in call.arguments.items()
        }
        if self._key_arguments and call.method == "create_key":
            arguments = arguments | self._key_arguments
        self._outgoing.call = call
        try:
            getattr(client, call.method)(**arguments)
        except _Answered as answered:
            return whole_answer(answered.response, head=call.method.startswith("head_"))
        finally:
            self._outgoing.call = None
        raise AssertionError("boto3 returned without an answer from the wire")

    def _make(self, principal: str, service: str, region: str) -> Any:
        login, endpoint = self._logins[principal], self._endpoints[service]
        settings: dict[str, Any] = {
            "region_name": self.regions[region],
            "endpoint_url": endpoint,
            "verify": self._verify,
            "config": self._s3_config if service == "s3" else self._config,
        }
        if login.session is not None:
            client = login.session.client(service, **settings)  # type: ignore[call-overload]
            self._secrets.know_session(login.session)
        else:
            settings |= {
                "aws_access_key_id": login.access_key,
                "aws_secret_access_key": login.secret_key,
                "aws_session_token": login.token,
            }
            with own_environment():
                self._session = self._session or Session()
                client = self._session.client(service, **settings)  # type: ignore[call-overload]
        self._secrets.know(login.secret_key, login.token)
        self._secrets.watch(client)
        self._meter.watch(client)  # before the answers are taken away
        self._take_over(client, login)
        if service == "s3control" and endpoint:
            _address_plainly(client, urlsplit(endpoint).netloc)
        return client

    def _take_over(self, client: Any, login: Login) -> None:
        """Put into the requests of a client what boto3 cannot say, and take the answers before boto3 reads them."""
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

        def post(request: Any, **_: Any) -> None:
            call = outgoing.call
            if call is not None and call.form is not None:
                post_instead(client, call, request, login.headers)

        events = client.meta.events
        events.register_last(f"before-call.{client.meta.service_model.service_id.hyphenize()}", add)
        events.register_first("before-send.s3", post)
        # By wildcards, for these come first: boto3's own hook for S3 makes a 500 of an error under a 200.
        events.register_first("before-parse.*.*", take)


def _address_plainly(client: Any, server: str) -> None:
    """Send to the server by its own name: boto3 puts the account in front of it, which is in a header as well."""

    def address(request: Any, **_: Any) -> None:
        request.url = urlsplit(request.url)._replace(netloc=server).geturl()

    client.meta.events.register_first("request-created.s3-control", address)
