"""A run on any URL: what an operator has wrong is said in one line, and what is not ours is left alone."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sse_adapters.endpoint import UNVERIFIED, EndpointTarget
from sse_adapters.protocol import TargetError
from sse_adapters.registry import SettingError
from sse_spec.actions import (
    Action,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DisableKey,
    GetBucketEncryption,
    HeadObject,
    PutBucketEncryption,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)

NO_BUCKETS = "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
FOREIGN = "payroll"

Answer = tuple[int, str]


def error(status: int, code: str, message: str = "no") -> Answer:
    return status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"


class Store:
    """An S3 of a few lines, with a bucket of somebody else's. Its subclasses are named for their sins."""

    by_host = False

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, str]] = {FOREIGN: {"salaries": "x"}}
        self.asked: list[str] = []

    def answer(self, method: str, bucket: str, key: str, query: dict[str, list[str]], body: str) -> Answer:
        self.asked.append(f"{method} /{bucket}/{key}?{'&'.join(sorted(query))}")
        if not bucket:
            return (200, NO_BUCKETS) if method == "GET" else (405, "")
        if key:
            return self.object(method, bucket, key, body)
        if "encryption" in query:
            return self.encryption(method, bucket)
        return self.bucket(method, bucket, query)

    def bucket(self, method: str, bucket: str, query: dict[str, list[str]]) -> Answer:
        if method == "PUT":
            self.buckets.setdefault(bucket, {})
            return 200, ""
        if bucket not in self.buckets:
            return error(404, "NoSuchBucket")
        if method == "DELETE":
            if self.buckets[bucket]:
                return error(409, "BucketNotEmpty")
            del self.buckets[bucket]
            return 204, ""
        if method == "HEAD":
            return 200, ""
        if "versioning" in query:
            return 200, "<VersioningConfiguration/>"
        if "versions" in query or "uploads" in query:
            return error(501, "NotImplemented")
        # A store may know nothing of prefixes: who asks for some objects is shown all of them.
        found = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in sorted(self.buckets[bucket]))
        return 200, f"<ListBucketResult>{found}</ListBucketResult>"

    def object(self, method: str, bucket: str, key: str, body: str) -> Answer:
        if bucket not in self.buckets:
            return error(404, "NoSuchBucket")
        if method == "PUT":
            self.buckets[bucket][key] = body
        elif method == "DELETE":
            self.buckets[bucket].pop(key, None)
            return 204, ""
        elif key not in self.buckets[bucket]:
            return error(404, "NoSuchKey")
        return 200, ""

    def encryption(self, method: str, bucket: str) -> Answer:
        if bucket not in self.buckets:
            return error(404, "NoSuchBucket")
        if method != "GET":
            return (200 if method == "PUT" else 204), ""
        algorithm = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        rule = f"<Rule>{algorithm}</ApplyServerSideEncryptionByDefault></Rule>"
        return 200, f"<ServerSideEncryptionConfiguration>{rule}</ServerSideEncryptionConfiguration>"


class IgnoresTheQuery(Store):
    """Takes a request about the encryption of a bucket for one about the bucket."""

    def encryption(self, method: str, bucket: str) -> Answer:
        return self.bucket(method, bucket, {})


class AnswersEverythingWith200(Store):
    """Says yes to whatever is asked, and does nothing."""

    def answer(self, method: str, bucket: str, key: str, query: dict[str, list[str]], body: str) -> Answer:
        return 200, "" if bucket or method != "GET" else NO_BUCKETS


class Refuses501(Store):
    """Does not have the encryption of buckets, and says so."""

    def encryption(self, method: str, bucket: str) -> Answer:
        return error(501, "NotImplemented")


class MakesBucketsForNobody(Store):
    """Lets nobody create a bucket."""

    def bucket(self, method: str, bucket: str, query: dict[str, list[str]]) -> Answer:
        return error(403, "AccessDenied") if method == "PUT" else super().bucket(method, bucket, query)


class IgnoresTheHost(Store):
    """Looks for the bucket in the path alone, also where it is named by the host."""


class LooksAtNoBucket(Store):
    """Has one heap of objects, whatever bucket is named, and deletes whatever it is asked to."""

    def bucket(self, method: str, bucket: str, query: dict[str, list[str]]) -> Answer:
        if method == "PUT":
            return 200, ""
        return super().bucket(method, FOREIGN, query)

    def object(self, method: str, bucket: str, key: str, body: str) -> Answer:
        return super().object(method, FOREIGN, key, body)


class IsABucket(Store):
    """The place of a bucket, whose name is in the URL; nobody may list it."""

    def answer(self, method: str, bucket: str, key: str, query: dict[str, list[str]], body: str) -> Answer:
        self.asked.append(f"{method} /{bucket}/{key}?{'&'.join(sorted(query))}")
        return self.object(method, FOREIGN, bucket, body) if bucket else error(403, "AccessDenied")


class KeepsEveryBucket(Store):
    """Lets nobody delete a bucket."""

    def bucket(self, method: str, bucket: str, query: dict[str, list[str]]) -> Answer:
        return error(403, "AccessDenied") if method == "DELETE" else super().bucket(method, bucket, query)


def refusing(status: int, code: str, message: str = "no") -> Store:
    store = Store()
    store.answer = lambda *_: error(status, code, message)  # type: ignore[method-assign]
    return store


def saying(status: int, page: str) -> Store:
    store = Store()
    store.answer = lambda *_: (status, page)  # type: ignore[method-assign]
    return store


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the tests look at the client."""


def handler(store: Store) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            place = urlsplit(self.path)
            within, _, server = (self.headers.get("Host") or "").partition(".localhost")
            path = f"/{within}{place.path}" if store.by_host and server else place.path
            bucket, _, key = path.lstrip("/").partition("/")
            query = parse_qs(place.query, keep_blank_values=True)
            status, page = store.answer(self.command, bucket, key, query, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(page.encode())))
            self.send_header("Date", format_datetime(dt.datetime.now(dt.UTC)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page.encode())

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815

        def version_string(self) -> str:
            return "Tiny/1.0"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


Serve = Callable[[Store], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(store: Store, context: ssl.SSLContext | None = None) -> str:
            server = stack.enter_context(Server(("127.0.0.1", 0), handler(store)))
            if context is not None:
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
            return f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture(autouse=True)
def operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def complaint(**settings: object) -> str:
    """What `open` says; one line."""
    target = EndpointTarget(**settings)  # type: ignore[arg-type]
    with pytest.raises(TargetError) as told:
        target.open()
    target.close()
    line = str(told.value)
    assert "\n" not in line
    assert line.isprintable()
    return line


# --- settings that cannot be right ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "needs --endpoint-url"),
        ({"endpoint_url": "minio:9000"}, "is no URL"),
        ({"endpoint_url": "http://"}, "is no URL"),
        ({"endpoint_url": "http://host:port"}, "is no URL"),
        ({"endpoint_url": "http://me:secret@host"}, "leave out user"),
        ({"endpoint_url": "http://host/?x=1"}, "leave out user, query"),
        ({"endpoint_url": "http://host", "kms_endpoint_url": "kms"}, "--kms-endpoint-url 'kms' is no URL"),
        ({"endpoint_url": "http://127.0.0.1:9", "addressing": "virtual"}, "needs a host that has a name"),
        ({"endpoint_url": "https://host", "ca_bundle": "/nowhere/ca.pem"}, "No such file"),
        ({"endpoint_url": "https://host", "ca_bundle": __file__}, "holds no certificate"),
        ({"endpoint_url": "https://host", "ca_bundle": __file__, "verify": False}, "not both"),
        ({"endpoint_url": "http://host", "kms_endpoint_url": "http://kms", "keys": (("k", "1"),)}, "not both"),
        ({"endpoint_url": "http://host", "keys": (("k", "1"), ("k", "2"))}, "given twice"),
        ({"endpoint_url": "http://host", "product": "../acme"}, "is no name"),
        ({"endpoint_url": "http://host", "product": ""}, "is no name"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_anything_is_asked(settings: dict[str, str], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        EndpointTarget(**settings)  # type: ignore[arg-type]


# --- no way to the target ---------------------------------------------------------------------------------------------


def test_nobody_listening_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "nothing listens at 127.0.0.1" in complaint(endpoint_url=f"http://127.0.0.1:{port}")


def test_a_name_that_does_not_resolve_is_said() -> None:
    assert "nobody.invalid cannot be resolved" in complaint(endpoint_url="http://nobody.invalid")


@pytest.fixture
def not_http() -> Iterator[str]:
    """A server that answers whatever comes with something that is no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(4096)
                        connection.sendall(b"+OK Dovecot ready.\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_does_not_speak_http_is_said(not_http: str) -> None:
    assert "does not speak HTTP" in complaint(endpoint_url=not_http)


def test_tls_where_there_is_none_is_said(serve: Serve) -> None:
    url = serve(Store()).replace("http:", "https:")
    assert "does not speak TLS: say http://" in complaint(endpoint_url=url)


def test_a_missing_profile_is_said() -> None:
    assert "no AWS profile 'nobody'" in complaint(endpoint_url="http://127.0.0.1:9", profile="nobody")


def test_no_credentials_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "there are no AWS credentials" in complaint(endpoint_url="http://127.0.0.1:9")


# --- certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture
def own_certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    built = built.add_extension(names, critical=False).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), True
    )
    file = tmp_path / "ca.pem"
    file.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = tmp_path / "key.pem"
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return file, context


ServeTls = Callable[[Store, ssl.SSLContext], str]


def test_a_certificate_that_nobody_trusts_is_said(
    serve: ServeTls, own_certificate: tuple[Path, ssl.SSLContext]
) -> None:
    url = serve(Store(), own_certificate[1])
    assert "is not trusted: give its CA by --ca-bundle FILE, or say --no-verify" in complaint(endpoint_url=url)


def test_an_own_authority_is_trusted_if_it_is_named(
    serve: ServeTls, own_certificate: tuple[Path, ssl.SSLContext]
) -> None:
    file, context = own_certificate
    target = EndpointTarget(endpoint_url=serve(Store(), context), ca_bundle=str(file))
    assert UNVERIFIED not in target.open().remarks
    target.close()


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_that_certificates_were_not_verified_is_said_aloud_and_in_the_report(
    serve: ServeTls, own_certificate: tuple[Path, ssl.SSLContext], capsys: pytest.CaptureFixture[str]
) -> None:
    target = EndpointTarget(endpoint_url=serve(Store(), own_certificate[1]), verify=False)
    assert UNVERIFIED in target.open().remarks
    target.close()
    assert UNVERIFIED in capsys.readouterr().err


# --- answers that are about the operator ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, "InvalidAccessKeyId", "check the access key"),
        (403, "SignatureDoesNotMatch", "check the secret key"),
        (400, "ExpiredToken", "the session token has expired"),
        (403, "RequestTimeTooSkewed", "the clock of this machine"),
        (400, "AuthorizationHeaderMalformed", "say the right --region"),
        (404, "NoSuchBucket", "leave the path out"),
        (503, "ServiceUnavailable", "see whether the target is ready"),
    ],
)
def test_an_answer_about_the_operator_says_what_to_do(serve: Serve, status: int, code: str, says: str) -> None:
    assert says in complaint(endpoint_url=serve(refusing(status, code)))


@pytest.mark.parametrize(
    ("status", "page", "says"),
    [
        (200, "<!DOCTYPE html><html><body>Console</body></html>", "with a web page"),
        (200, "<html><body>Console</body></html>", "with a web page"),
        (404, "<html><body>Not Found</body></html>", "with a web page"),
        (200, "", "something that is no S3's"),
        (200, '{"status": "ok"}', "something that is no S3's"),
        (200, "<ListBucketResult/>", "something that is no S3's"),
        (502, "<html><body>Bad Gateway</body></html>", "a proxy or gateway answers 502"),
        (301, "", "redirects to another place"),
    ],
)
def test_an_answer_that_is_no_s3s_is_said(serve: Serve, status: int, page: str, says: str) -> None:
    assert says in complaint(endpoint_url=serve(saying(status, page)))


def test_the_words_of_a_target_do_not_act_on_the_terminal(serve: Serve) -> None:
    line = complaint(endpoint_url=serve(refusing(500, "Oops", "\u202e&#27;[31m" + "x" * 400)))
    assert len(line) < 300


def test_no_permission_to_make_buckets_is_said(serve: Serve) -> None:
    store = MakesBucketsForNobody()
    assert "grant s3:CreateBucket, or name a --bucket" in complaint(endpoint_url=serve(store))
    assert list(store.buckets) == [FOREIGN]


def test_no_permission_to_remove_buckets_is_said_with_what_is_left(serve: Serve) -> None:
    store = KeepsEveryBucket()
    line = complaint(endpoint_url=serve(store))
    (left,) = set(store.buckets) - {FOREIGN}
    assert f"grant s3:DeleteBucket, and remove {left}" in line


# --- poor and dangerous targets ---------------------------------------------------------------------------------------


def test_deleting_an_encryption_is_first_tried_on_a_bucket_made_to_be_lost(serve: Serve) -> None:
    store = IgnoresTheQuery()
    target = EndpointTarget(endpoint_url=serve(store))
    remarks = target.open().remarks
    assert any(remark.startswith("DeleteBucketEncryption deletes the bucket itself") for remark in remarks)
    assert any(remark.startswith("PutBucketEncryption creates the bucket") for remark in remarks)
    assert store.buckets == {FOREIGN: {"salaries": "x"}}
    target.close()


@pytest.fixture
def subdomains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name under localhost is this machine, also where no resolver says so."""
    resolve = socket.getaddrinfo

    def resolved(host: str, *more: int, **named: int) -> object:
        return resolve("127.0.0.1" if host.endswith(".localhost") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


class LooksAtTheHost(Store):
    """Finds the bucket in the name of the host."""

    by_host = True


@pytest.mark.usefixtures("subdomains")
def test_buckets_may_be_named_by_the_host(serve: Serve) -> None:
    store = LooksAtTheHost()
    url = serve(store).replace("127.0.0.1", "localhost")
    target = EndpointTarget(endpoint_url=url, addressing="virtual")
    target.open()
    space = target.space()
    assert space.perform(CreateBucket(bucket="b")).status == 200
    assert space.perform(PutObject(bucket="b", key="o", body="x")).status == 200
    (ours,) = set(store.buckets) - {FOREIGN}
    assert list(store.buckets[ours]) == ["o"]
    space.close()
    target.close()
    assert store.buckets == {FOREIGN: {"salaries": "x"}}


@pytest.mark.usefixtures("subdomains")
def test_a_target_that_looks_for_buckets_in_the_path_is_not_asked_by_the_host(serve: Serve) -> None:
    store = IgnoresTheHost()
    store.buckets["object1"] = {}  # a bucket that is called like an object of ours
    store.answer = ignoring_put(store.answer)  # type: ignore[method-assign]
    url = serve(store).replace("127.0.0.1", "localhost")
    line = complaint(endpoint_url=url, addressing="virtual")
    assert "does not look for the bucket in the name of the host: say --addressing path" in line
    assert store.buckets == {FOREIGN: {"salaries": "x"}, "object1": {}}
    assert not [asked for asked in store.asked if asked.startswith("DELETE")]


def ignoring_put(answer: Callable[..., Answer]) -> Callable[..., Answer]:
    """Accept a PUT of nothing, as lenient servers do."""
    return lambda method, bucket, *rest: (200, "") if method == "PUT" and not bucket else answer(method, bucket, *rest)


def test_objects_that_show_in_a_bucket_made_just_now_are_somebody_elses(serve: Serve) -> None:
    store = LooksAtNoBucket()
    assert "it does not tell buckets apart" in complaint(endpoint_url=serve(store))
    assert store.buckets == {FOREIGN: {"salaries": "x"}}
    assert not [asked for asked in store.asked if asked.startswith("DELETE")]


def test_the_url_of_a_bucket_is_not_taken_for_that_of_s3(serve: Serve) -> None:
    store = IsABucket()
    assert "leave the bucket out of --endpoint-url" in complaint(endpoint_url=serve(store))
    assert store.buckets[FOREIGN]["salaries"] == "x"


@pytest.mark.parametrize(
    "action",
    [
        DisableKey(key="given-one"),
        ScheduleKeyDeletion(key="given-one"),
        DeleteAlias(alias="given-one-alias"),
        UpdateAlias(alias="given-one-alias", key="other"),
        CreateAlias(alias="given-one-alias", key="other"),
    ],
    ids=lambda action: type(action).__name__,
)
def test_a_key_that_was_given_is_never_changed(serve: Serve, action: Action) -> None:
    store = Store()
    target = EndpointTarget(endpoint_url=serve(store), keys=(("one", ARN), ("alias/app", ARN)))
    target.open()
    before = list(store.asked)
    space = target.space()
    assert space.perform(action).fault == "exception"
    space.close()
    target.close()
    assert store.asked == before


@pytest.mark.parametrize(
    "store",
    [IgnoresTheQuery(), AnswersEverythingWith200(), Refuses501(), Store()],
    ids=lambda store: type(store).__name__,
)
def test_buckets_of_others_are_never_even_asked_about(serve: Serve, store: Store) -> None:
    target = EndpointTarget(endpoint_url=serve(store))
    target.open()
    space = target.space()
    space.perform(CreateBucket(bucket="b"))
    space.perform(PutObject(bucket="b", key="o", body="x"))
    for action in (PutBucketEncryption(bucket="b", rules=(Rule("AES256"),)), GetBucketEncryption(bucket="b")):
        space.perform(action)
    space.perform(DeleteBucketEncryption(bucket="b"))
    space.close()
    target.close()
    assert store.buckets == {FOREIGN: {"salaries": "x"}}
    assert not [asked for asked in store.asked if FOREIGN in asked]


def test_a_store_that_lacks_the_operation_and_says_so_is_taken_as_it_is(serve: Serve) -> None:
    target = EndpointTarget(endpoint_url=serve(Refuses501()))
    assert not [remark for remark in target.open().remarks if "Encryption" in remark]
    seen = target.space().perform(GetBucketEncryption(bucket="b"))
    assert (seen.status, seen.code) == (501, "NotImplemented")
    target.close()


def test_what_could_not_be_removed_is_listed_at_the_end(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    target = EndpointTarget(endpoint_url=serve(store))
    target.open()
    space = target.space()
    space.perform(CreateBucket(bucket="b"))
    store.bucket = KeepsEveryBucket.bucket.__get__(store)  # type: ignore[method-assign]
    space.close()
    target.close()
    (left,) = set(store.buckets) - {FOREIGN}
    assert capsys.readouterr().err == f"s3-sse: could not be removed: {left}\n"


# --- who it is, and what was given ------------------------------------------------------------------------------------


def test_the_target_is_called_what_its_server_calls_itself(serve: Serve) -> None:
    target = EndpointTarget(endpoint_url=serve(Store()), region="eu-north-1", away_region="eu-west-1")
    identity = target.open()
    target.close()
    assert (identity.name, identity.version) == ("endpoint", "Tiny/1.0")
    assert identity.regions == {"home": "eu-north-1", "away": "eu-west-1"}


def test_it_is_called_as_the_operator_says_who_knows_better(serve: Serve) -> None:
    target = EndpointTarget(endpoint_url=serve(Store()), product="acme-s3", product_version="4.2")
    identity = target.open()
    target.close()
    assert (identity.name, identity.version) == ("acme-s3", "4.2")


def test_an_account_that_nobody_tells_is_a_stand_in_that_nothing_rests_upon(serve: Serve) -> None:
    target = EndpointTarget(endpoint_url=serve(Store()))
    identity = target.open()
    target.close()
    assert not identity.given.account
    assert any("whose account" in remark for remark in identity.remarks)


ARN = "arn:aws:kms:us-east-1:111122223333:key/0a1b"


def test_an_account_is_told_by_the_arn_of_a_key_that_was_given(serve: Serve) -> None:
    target = EndpointTarget(endpoint_url=serve(Store()), keys=(("one", ARN),))
    identity = target.open()
    assert identity.accounts == {"main": "111122223333"}
    assert identity.given.account
    assert target.space().perform(CreateKey(key="given-one")).key_arn == ARN
    target.close()


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ((("one", ARN.replace("us-east-1", "eu-west-1")),), "say --region or --away-region eu-west-1"),
        ((("one", ARN), ("two", ARN.replace("1111", "2222"))), "nobody signs for it"),
        ((("alias/app", "0a1b"),), "give that key a name of its own"),
        ((("my key", "0a1b"),), "letters, digits and hyphens"),
    ],
)
def test_a_key_that_cannot_be_used_is_said(serve: Serve, keys: tuple[tuple[str, str], ...], says: str) -> None:
    assert says in complaint(endpoint_url=serve(Store()), keys=keys)


def test_in_a_bucket_that_was_given_only_a_folder_of_ours_is_touched(serve: Serve) -> None:
    store = Store()
    target = EndpointTarget(endpoint_url=serve(store), buckets=(FOREIGN,))
    (bucket,) = target.open().given.buckets or ()
    space = target.space()
    assert space.perform(CreateBucket(bucket=bucket.symbol)).status == 200
    assert space.perform(PutObject(bucket=bucket.symbol, key="o", body="x")).status == 200
    (ours,) = set(store.buckets[FOREIGN]) - {"salaries"}
    assert ours.startswith("s3sse-")
    assert ours.endswith("/o")
    assert space.perform(HeadObject(bucket=bucket.symbol, key="o")).status == 200
    space.close()
    target.close()
    assert store.buckets == {FOREIGN: {"salaries": "x"}}
    assert {asked.split()[0] for asked in store.asked if asked.endswith("/?") and FOREIGN in asked} <= {"GET"}


@pytest.mark.parametrize(
    "action",
    [
        CreateBucket(bucket="b"),
        PutBucketEncryption(bucket="given-bucket1", rules=(Rule("aws:kms"),)),
        DeleteBucketEncryption(bucket="given-bucket1"),
        PutObject(bucket="b", key="o"),
    ],
    ids=lambda action: type(action).__name__,
)
def test_where_buckets_were_given_nothing_else_is_ever_sent(
    serve: Serve, action: CreateBucket | PutBucketEncryption | DeleteBucketEncryption | PutObject
) -> None:
    store = Store()
    target = EndpointTarget(endpoint_url=serve(store), buckets=(FOREIGN,))
    target.open()
    before = list(store.asked)
    assert target.space().perform(action).fault == "exception"
    target.close()
    assert store.asked == before


def test_a_bucket_that_is_not_there_is_said(serve: Serve) -> None:
    assert "there is no bucket nowhere" in complaint(endpoint_url=serve(Store()), buckets=("nowhere",))


def test_a_bucket_whose_default_cannot_be_read_cannot_be_used(serve: Serve) -> None:
    assert "its default cannot be read (501" in complaint(endpoint_url=serve(Refuses501()), buckets=(FOREIGN,))


def test_a_space_before_open_is_refused() -> None:
    with pytest.raises(TargetError, match="not open"):
        EndpointTarget(endpoint_url="http://host").space()
