"""The shared carrier: boto3 as far as the wire, and our own eyes from there on.

boto3 builds, signs and sends each request. When the answer has come, before boto3 parses it, a hook takes status,
headers and body away: no parser, redirection or retry of boto3's comes between the target and the observation.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import msgspec
from boto3.session import Session
from botocore.config import Config
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteObject,
    PostObject,
    PutBucketVersioning,
    PutObject,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.observations import Observation

from sse_adapters.answers import observe_s3
from sse_adapters.calls import Call, Document, call
from sse_adapters.cleaning import Cleaner
from sse_adapters.documents import Answer, cut
from sse_adapters.forms import post_instead
from sse_adapters.kms_answers import observe_kms
from sse_adapters.names import STEM, NameMap
from sse_adapters.protocol import TargetError, Wire
from sse_adapters.transport import fault_of, whole_answer
from sse_adapters.waiting import Waiting, waits
from sse_adapters.wire import Meter

__all__ = ["BotoSpace", "Carrier", "Login", "own_environment"]

CONNECT_SECONDS = 5.0
"""How long a target may take to accept a connection."""

READ_SECONDS = 30.0
"""How long a target may be silent before its answer counts as lost; KMS emulators make keys for some seconds."""

WAIT_SECONDS = 300.0
"""How long what S3 does later, such as replication, may take to be seen. Most replicas arrive within seconds."""

_MAKING = threading.Lock()
"""boto3 makes clients safely in one thread only, and :func:`own_environment` is the whole process's."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}")


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
    each CreateKey, for tags. `wait_seconds` is how long to wait for what S3 does later. `token` tells the names of this
    run from those of others; by default it is random.
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
        wait_seconds: float = WAIT_SECONDS,
        token: str | None = None,
    ) -> None:
        self.wait_seconds = wait_seconds
        self.accounts = dict(accounts)
        self.regions = dict(regions)
        self.token = token or secrets.token_hex(4)
        self.endpoints = tuple(sorted({one for one in (endpoint, kms_endpoint) if one}))
        self.principals = frozenset(logins)
        self.closed = False
        self._logins = dict(logins)
        self._endpoints = {"s3": endpoint, "s3control": endpoint, "kms": kms_endpoint or endpoint}
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
        # Forms would be signed by an older version, with which S3 takes no KMS key.
        self._s3_config = self._config.merge(Config(signature_version="s3v4"))
        self._key_arguments = dict(key_arguments or {})
        self._session: Session | None = None  # of every login without one; reads the descriptions of the services once
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._outgoing = _Outgoing()
        self._meter = Meter()
        self._numbers = count()

    def space(self, *, cleans: bool = True) -> BotoSpace:
        """A space of its own. `cleans` false leaves the cleaning to a target that resets itself."""
        return BotoSpace(self, next(self._numbers), cleans=cleans)

    @property
    def wire(self) -> Wire:
        """What all its spaces have sent and received."""
        return self._meter.wire

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
            return whole_answer(answered.response, head=call.method == "head_object")
        finally:
            self._outgoing.call = None
        raise AssertionError("boto3 returned without an answer from the wire")

    def _make(self, principal: str, service: str, region: str) -> Any:
        login, endpoint = self._logins[principal], self._endpoints[service]
        settings: dict[str, Any] = {
            "region_name": self.regions[region],
            "endpoint_url": endpoint,
            "config": self._s3_config if service == "s3" else self._config,
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
        self._before = carrier.wire

    @property
    def wire(self) -> Wire:
        """What was sent and received since the space was made."""
        return self._carrier.wire - self._before

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
        if action.principal not in carrier.principals or account_of(action.principal) not in carrier.accounts:
            raise TargetError(f"this target has no principal {action.principal!r}: leave it out")
        request = call(action, names)
        if self._cleaner is not None:
            self._cleaner.note(action)
        if waits(action):
            seen = Waiting(carrier.send, names, carrier.wait_seconds).perform(action, request, names.shown)
        elif request.service == "kms":
            seen = observe_kms(action, carrier.send(request), names.shown)
        else:
            seen = observe_s3(action, carrier.send(request), names.shown)
        if seen.fault is None and not seen.refused:
            _learn(names, action, seen)
        if self._cleaner is not None:
            self._cleaner.learn(action, seen)
        return seen

    def _failed(self, error: Exception) -> Observation:
        try:
            text = _ADDRESS.sub("0x", f"{type(error).__name__}: {error}")
        except Exception:  # an exception of the target may fail even when it is shown
            text = type(error).__name__
        for endpoint in self._carrier.endpoints:  # the port may be another one in the next run
            text = text.replace(endpoint, "")
        return Observation(0, message=cut(text, self._names.shown), fault=fault_of(error))


def _learn(names: NameMap, action: Action, seen: Observation) -> None:
    match action:
        case CreateBucket():
            names.learn_bucket(action.bucket, action.region)
        case PutObject() | PostObject() | CopyObject() | BatchCopy() | CompleteMultipartUpload():
            names.learn_write(action.bucket, action.key, seen.version_id)
        case CreateMultipartUpload() if seen.upload_id is not None:
            names.learn_upload(action.upload, seen.upload_id)
        case UploadPart() | UploadPartCopy() if seen.etag is not None:
            names.learn_part(action.upload, action.number, seen.etag)
        case DeleteObject(version=None):
            names.learn_delete(action.bucket, action.key, seen.version_id)
        case PutBucketVersioning():
            names.learn_versioning(action.bucket, action.status)
        case CreateKey() if seen.key_arn is not None:
            names.learn_key(action.key, action.region, seen.key_arn)
