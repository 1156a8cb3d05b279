"""A stand-in for AWS on this machine: moto behind a wire that is as slow to agree as AWS is, denies, and throttles.

It listens on loopback only. What a request changes in a bucket or a key is shown by reads of that configuration after
one time, and takes effect after another; the order of changes of one thing is kept. moto's own S3 and KMS keep the
truth: for each request the stand-in puts into them what such a request would see at that moment. What exists is seen at
once, as S3 has promised since 2020.
"""

from __future__ import annotations

import io
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs

from sse_adapters.aws.logins import SERVICE_ROLE
from sse_adapters.moto import ACCOUNTS
from sse_adapters.waiting import Clock

__all__ = ["ACCESS_KEYS", "Faults", "SkippingClock", "StandIn"]

ACCESS_KEYS = {"main": "AKIASTANDINMAIN00000", "other": "AKIASTANDINOTHER0000"}
"""The access key of each account; every secret will do."""

BUCKET_STATE = ("encryption", "versioning_status", "policy", "logging", "replication")
KEY_STATE = ("key_state", "enabled", "deletion_date", "policy", "aliases")
"""The attributes of moto's buckets and keys that a change may be slow to arrive in."""

CONFIGURATIONS = frozenset({"encryption", "versioning", "policy", "logging", "replication", "tagging"})
"""The subresources of a bucket that are configurations."""

KMS_READS = re.compile(r"(Describe|List|Get)\w+")

NOT_WHEN_PENDING = frozenset({"kms EnableKey", "kms DisableKey"})
"""What KMS refuses of a key whose deletion is scheduled."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Faults(NamedTuple):
    """What is wrong with the wire.

    A change is shown by reads after at most `shown` seconds, and takes effect after at most `effective` seconds; each
    takes a share of that which the seed draws, or all of it if they are `steady`. `throttled` is the share of requests
    that are refused for too many. `denied` names what may not be done, as `s3 PUT bucket?tagging`, `s3 DELETE bucket`,
    `kms CreateKey`, `sts AssumeRole`.
    """

    shown: float = 0.0
    effective: float = 0.0
    throttled: float = 0.0
    denied: Collection[str] = ("sts AssumeRole",)
    seed: int = 0
    steady: bool = False


NO_FAULTS = Faults()


class SkippingClock:
    """The time of this machine, with every pause skipped: to wait costs nothing, and counts."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.skipped = 0.0

    def now(self) -> float:
        """Seconds, with those that were skipped."""
        return self._now() + self.skipped

    def sleep(self, seconds: float) -> None:
        """Skip so many seconds."""
        self.skipped += max(seconds, 0.0)

    @property
    def clock(self) -> Clock:
        """This, as who waits takes it."""
        return Clock(self.now, self.sleep)


class _Change(NamedTuple):
    shown: float
    effective: float
    value: Any


class _Slot:
    """One attribute of one thing, with what it was and is going to be."""

    def __init__(self, thing: Any, name: str) -> None:
        self._thing = thing
        self._name = name
        first = copy(getattr(thing, name, None))
        self._changes = [_Change(float("-inf"), float("-inf"), first)]
        self._put = first

    def see(self, when: str, now: float) -> None:
        """Put the value there that is seen now by reads (`shown`), by effect (`effective`), or last of all (`last`)."""
        seen = [one for one in self._changes if when == "last" or getattr(one, when) <= now]
        self._put = seen[-1].value
        setattr(self._thing, self._name, copy(self._put))

    def note(self, now: float, shown: float, effective: float) -> None:
        """Note whether the last request has changed it, and from when on that is seen. Changes keep their order."""
        found = copy(getattr(self._thing, self._name, None))
        if found == self._put:
            return
        last = self._changes[-1]
        self._changes.append(_Change(max(now + shown, last.shown), max(now + effective, last.effective), found))

    def settled(self, now: float) -> bool:
        """Whether everybody sees the same."""
        return max(self._changes[-1][:2]) <= now


class StandIn:
    """A context in which `endpoint` is AWS. There is one at a time in a process, for moto's state is the process's.

    `asked` counts the requests by what they asked.
    """

    def __init__(self, faults: Faults = NO_FAULTS, clock: Clock | None = None) -> None:
        self.faults = faults
        self.asked: Counter[str] = Counter()
        self._now = (clock or Clock()).now
        self._random = random.Random(faults.seed)  # noqa: S311 - repeatable, not secret
        self._slots: dict[tuple[int, str], _Slot] = {}
        self._lock = threading.Lock()
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._inner: Application | None = None

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        from moto import settings
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import make_server

        settings.S3_IGNORE_SUBDOMAIN_BUCKETNAME = True
        _forget()
        self._inner = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_quiet_handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()
        _forget()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        with self._lock:
            asked = _asked(environ)
            self.asked[asked] += 1
            if self._random.random() < self.faults.throttled:
                return _refused(asked, "SlowDown", "ThrottlingException", 503, start_response)
            if asked in self.faults.denied:
                return _refused(asked, "AccessDenied", "AccessDeniedException", 403, start_response)
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = _account(environ.get("HTTP_AUTHORIZATION", ""))
            return self._answer(environ, asked, start_response)

    def _answer(self, environ: dict[str, Any], asked: str, start_response: Any) -> Iterable[bytes]:
        assert self._inner is not None  # noqa: S101 - it is set while the server runs
        now, when = self._now(), _when(asked)
        slots = list(self._all())
        for slot in slots:
            slot.see(when, now)
        if asked in NOT_WHEN_PENDING and _pending(_body(environ)):
            return _refused(asked, "", "KMSInvalidStateException", 400, start_response)
        try:
            answer = [b"".join(self._inner(environ, start_response))]
        except Exception:  # moto raises for some bodies that it cannot read
            start_response("500 Internal Server Error", [("Content-Type", "text/html"), ("Content-Length", "0")])
            return [b""]
        if when == "last":
            shown, effective = (1.0, 1.0) if self.faults.steady else (self._random.random(), self._random.random())
            for slot in slots:
                slot.note(now, shown * self.faults.shown, effective * self.faults.effective)
        return answer

    def _all(self) -> Iterator[_Slot]:
        for thing in _things():
            for name in KEY_STATE if hasattr(thing, "key_state") else BUCKET_STATE:
                at = (id(thing), name)
                if at not in self._slots or self._slots[at]._thing is not thing:  # noqa: SLF001
                    self._slots[at] = _Slot(thing, name)
                yield self._slots[at]

    def truth(self) -> dict[str, Any]:
        """What there is when everything has arrived: buckets with their objects, keys with state, tags and aliases."""
        with self._lock:
            for slot in self._all():
                slot.see("last", 0.0)
            return dict(_described())


# --- moto -------------------------------------------------------------------------------------------------------------


def _of(service: str) -> Any:
    """What moto keeps for a service, by account."""
    from moto import backends

    find: Callable[[str], Any] = getattr(backends, "get_backend")  # noqa: B009 - its names are a type of thousands
    return find(service)


def _backends(service: str) -> Iterator[tuple[str, str, Any]]:
    backends = _of(service)
    for account in ACCOUNTS.values():
        for region, backend in list(backends[account].items()):
            yield account, region, backend


def _things() -> Iterator[Any]:
    for _, _, backend in _backends("s3"):
        yield from list(backend.buckets.values())
    for _, _, backend in _backends("kms"):
        yield from list(backend.keys.values())


def _described() -> Iterator[tuple[str, Any]]:
    for account, _, backend in _backends("s3"):
        for bucket in backend.buckets.values():
            objects = sorted((key, one.value) for key, one in bucket.keys.items())
            tags = backend.tagger.get_tag_dict_for_resource(bucket.arn)
            state = {name: getattr(bucket, name, None) for name in BUCKET_STATE}
            yield f"bucket {bucket.name}", {"account": account, "objects": objects, "tags": tags, **state}
    for account, region, backend in _backends("kms"):
        for key in backend.keys.values():
            tags = {one["TagKey"]: one["TagValue"] for one in backend.list_resource_tags(key.id).get("Tags", ())}
            state = {name: getattr(key, name) for name in ("key_state", "policy")}
            yield f"key {key.arn}", {"account": account, "region": region, "tags": tags, **state}
            for alias in key.aliases:
                yield f"{alias}", {"account": account, "key": key.arn}


def _forget() -> None:
    for service in ("s3", "kms", "iam", "sts", "s3control"):
        for backend in list(_of(service).values()):
            backend.reset()
    for account in ACCOUNTS.values():
        iam = _of("iam")[account]["aws"]
        iam.create_role(
            role_name=SERVICE_ROLE, assume_role_policy_document="{}", path="/", permissions_boundary=None,
            description="", tags=[], max_session_duration="3600",
        )  # fmt: skip


def _quiet_handler() -> Any:
    from moto.moto_server import werkzeug_app

    plain: Any = werkzeug_app.MotoRequestHandler

    class Quiet(plain):  # type: ignore[misc]
        protocol_version = "HTTP/1.1"

        def log(self, *_: object) -> None:
            """Print nothing."""

    return Quiet


# --- the wire ---------------------------------------------------------------------------------------------------------


def _asked(environ: dict[str, Any]) -> str:
    """What a request asks, in words: service, and operation or method, kind of thing and subresource."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target.startswith("TrentService."):
        return f"kms {target.partition('.')[2]}"
    service = _scope(environ.get("HTTP_AUTHORIZATION", ""))[1]
    if service in {"sts", "iam"}:
        return f"{service} {parse_qs(_body(environ).decode()).get('Action', ['?'])[0]}"
    path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
    if path.startswith("/v20180820/"):
        return f"s3control {method}"
    bucket, _, key = path.lstrip("/").partition("/")
    kind = "object" if key else "bucket" if bucket else "service"
    words = {part.partition("=")[0] for part in environ.get("QUERY_STRING", "").split("&")}
    sub = next(iter(sorted(words & CONFIGURATIONS)), "") if kind == "bucket" else ""
    return f"s3 {method} {kind}" + (f"?{sub}" if sub else "")


def _body(environ: dict[str, Any]) -> bytes:
    """The body of a request, which stays there to be read again."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _pending(body: bytes) -> bool:
    """Whether a request is about a key whose deletion is scheduled, of which moto forgets to refuse it."""
    wanted = json.loads(body).get("KeyId", "").rpartition("/")[2]
    backends = (backend for _, _, backend in _backends("kms"))
    return any(key.id == wanted and key.key_state == "PendingDeletion" for one in backends for key in one.keys.values())


def _when(asked: str) -> str:
    """As of when a request sees things: reads of a configuration, requests that change one, all others."""
    service, _, what = asked.partition(" ")
    if service == "kms":
        if KMS_READS.fullmatch(what):
            return "shown"
        return "effective" if what in {"Encrypt", "Decrypt", "GenerateDataKey"} else "last"
    if service == "s3" and "bucket" in what:
        reads = what.startswith(("GET", "HEAD"))
        return (
            "shown" if reads and "?" in what else "last" if not reads and not what.startswith("POST") else "effective"
        )
    return "effective"


def _scope(authorization: str) -> tuple[str, str]:
    """The access key and the service of a signature."""
    found = re.search(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/", authorization)
    return (found[1], found[2]) if found else ("", "")


def _account(authorization: str) -> str:
    key = _scope(authorization)[0]
    return next((ACCOUNTS[symbol] for symbol, known in ACCESS_KEYS.items() if known == key), ACCOUNTS["main"])


def _refused(asked: str, s3: str, kms: str, status: int, start_response: Any) -> Iterable[bytes]:
    said = "this stand-in says no"
    if asked.startswith("kms"):
        body = json.dumps({"__type": kms, "message": said}).encode()
        start_response("400 Bad Request", [("Content-Type", "application/x-amz-json-1.1")])
    elif asked.startswith(("sts", "iam")):
        error = f"<Error><Type>Sender</Type><Code>{s3}</Code><Message>{said}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()
        start_response(f"{status} No", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    else:
        body = f"<Error><Code>{s3}</Code><Message>{said}</Message></Error>".encode()
        if " HEAD " in asked:
            body = b""
        start_response(f"{status} No", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]
