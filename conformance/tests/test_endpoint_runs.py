"""`s3-sse run endpoint` as an operator meets it: each mistake is one line, and what was given comes out unchanged."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sse_adapters.moto_server import moto_server
from sse_conformance.cli import main

LISTED = "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
HTML = "<html><body>no</body></html>"

Page = tuple[int, str]
Answer = Callable[[str, str], Page]
"""What a server says to a method and a path."""


def always(status: int, page: str) -> Answer:
    return lambda _method, _path: (status, page)


def refusal(status: int, code: str) -> Page:
    return status, f"<Error><Code>{code}</Code><Message>no</Message></Error>"


def no_buckets_made(method: str, path: str) -> Page:
    return (200, LISTED) if (method, path) == ("GET", "/") else refusal(403, "AccessDenied")


Serve = Callable[..., str]


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that does not trust the server hangs up, as it should."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(answer: Answer, context: ssl.SSLContext | None = None) -> str:
            class Handler(BaseHTTPRequestHandler):
                def handle_any(self) -> None:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    status, page = answer(self.command, self.path)
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(page)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(page.encode())

                do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815

                def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                    pass

            server = stack.enter_context(Quiet(("127.0.0.1", 0), Handler))
            if context is not None:
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
            return f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"

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


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["run", "endpoint", *words])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture
def complaint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str]]:
    def complained(*words: str) -> tuple[int, str]:
        out = tmp_path / "out"
        status = run(*words, "--out", str(out), "--ledger", "none")
        said = capsys.readouterr()
        (line,) = said.err.splitlines()
        assert said.out == ""
        assert not out.exists()
        return status, line

    return complained


Complaint = Callable[..., tuple[int, str]]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (always(*refusal(403, "InvalidAccessKeyId")), "check the access key"),
        (always(*refusal(403, "SignatureDoesNotMatch")), "check the secret key"),
        (always(*refusal(403, "RequestTimeTooSkewed")), "the clock of this machine differs from the target's: set it"),
        (always(*refusal(400, "ExpiredToken")), "log in again"),
        (always(502, HTML), "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"),
        (always(200, HTML), "with a web page: check host, port and path of --endpoint-url"),
        (always(307, ""), "give the right --endpoint-url and --region"),
        (no_buckets_made, "grant s3:CreateBucket, or name a --bucket to use"),
    ],
    ids=["access key", "secret", "clock", "token", "proxy", "web page", "redirect", "permission"],
)
def test_what_a_server_says_of_the_operator_is_one_line_and_exit_3(
    answer: Answer, says: str, serve: Serve, complaint: Complaint
) -> None:
    status, line = complaint("--endpoint-url", serve(answer))
    assert status == 3
    assert line.startswith("s3-sse: ")
    assert says in line


def test_a_place_where_nothing_is_is_one_line_and_exit_3(complaint: Complaint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    status, line = complaint("--endpoint-url", f"http://127.0.0.1:{port}")
    assert (status, "nothing listens" in line) == (3, True)
    status, line = complaint("--endpoint-url", "http://nobody.invalid")
    assert (status, "cannot be resolved" in line) == (3, True)


def test_the_wrong_scheme_is_one_line_and_exit_3(
    serve: Serve, complaint: Complaint, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    status, line = complaint("--endpoint-url", serve(always(200, LISTED)).replace("http:", "https:"))
    assert (status, "does not speak TLS: say http://" in line) == (3, True)
    status, line = complaint("--endpoint-url", serve(always(200, LISTED), certificate[1]).replace("https:", "http:"))
    assert (status, "check port and scheme" in line) == (3, True)


def test_a_profile_that_is_not_there_is_one_line_and_exit_3(complaint: Complaint) -> None:
    status, line = complaint("--endpoint-url", "http://127.0.0.1:9", "--profile", "nobody")
    assert (status, line) == (3, "s3-sse: there is no AWS profile 'nobody': name another --profile")


def test_a_broken_bundle_is_one_line_and_exit_2(complaint: Complaint, tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    status, line = complaint("--endpoint-url", "https://127.0.0.1:9", "--ca-bundle", str(broken))
    assert (status, line) == (2, f"s3-sse: --ca-bundle {broken} cannot be used: it holds no certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """An authority's own certificate for this machine, and a server that shows it."""
    key, folder, now = ec.generate_private_key(ec.SECP256R1()), tmp_path_factory.mktemp("tls"), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + dt.timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = built.add_extension(names, critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca, private = folder / "ca.pem", folder / "key.pem"
    ca.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, private)
    return ca, context


def test_a_certificate_is_trusted_only_if_its_authority_is_named(
    serve: Serve, complaint: Complaint, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    ca, context = certificate
    url = serve(no_buckets_made, context)
    status, line = complaint("--endpoint-url", url)
    assert (status, "is not trusted: give its CA by --ca-bundle FILE" in line) == (3, True)
    status, line = complaint("--endpoint-url", url, "--ca-bundle", str(ca))
    assert (status, "grant s3:CreateBucket" in line) == (3, True)


# --- poor and dangerous targets ---------------------------------------------------------------------------------------


class Poor:
    """Buckets and nothing else, with one of somebody else's. What it says to ?encryption is the sin of each."""

    def __init__(self) -> None:
        self.buckets = {"payroll"}
        self.asked: list[str] = []

    def __call__(self, method: str, path: str) -> Page:
        self.asked.append(f"{method} {path}")
        place, _, query = path.partition("?")
        bucket, _, key = place.strip("/").partition("/")
        if not bucket:
            return (200, LISTED) if method == "GET" else (501, "")
        if key:
            return refusal(501, "NotImplemented")
        return self.encryption(method, bucket) if "encryption" in query else self.bucket(method, bucket)

    def bucket(self, method: str, bucket: str) -> Page:
        if method == "PUT":
            self.buckets.add(bucket)
        elif bucket not in self.buckets:
            return refusal(404, "NoSuchBucket")
        elif method == "DELETE":
            self.buckets.remove(bucket)
            return 204, ""
        return 200, "" if method in ("PUT", "HEAD") else "<ListBucketResult/>"

    def encryption(self, method: str, bucket: str) -> Page:
        raise NotImplementedError


class Refuses501(Poor):
    """Does not have the encryption of buckets, and says so."""

    def encryption(self, method: str, bucket: str) -> Page:
        return refusal(501, "NotImplemented")


@pytest.mark.parametrize(
    ("store", "verdict"),
    [(Refuses501(), "unsupported")],
    ids=lambda one: type(one).__name__,
)
def test_a_poor_target_gets_an_honest_report_and_keeps_what_is_not_ours(
    store: Poor, verdict: str, serve: Serve, tmp_path: Path
) -> None:
    words = ["--class", "core", "--cover", "clauses", "--ledger", "none", "--out", str(tmp_path)]
    run("--endpoint-url", serve(store), *words)
    found = {one["verdict"] for name, one in result(tmp_path).items() if name.startswith("CFG-")}
    assert verdict in found
    assert "pass" not in found
    assert ("fail" in found) == (verdict == "fail")
    assert store.buckets == {"payroll"}
    assert not [asked for asked in store.asked if "payroll" in asked]


# --- what the operator gives ------------------------------------------------------------------------------------------


class Owned:
    """A server of somebody who has a bucket and a key, each in use."""

    def __init__(self, url: str) -> None:
        self.url = url
        login = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        path = Config(s3={"addressing_style": "path"})
        self.s3: Any = boto3.client("s3", endpoint_url=url, config=path, **login)  # type: ignore[call-overload]
        self.kms: Any = boto3.client("kms", endpoint_url=url, **login)  # type: ignore[call-overload]
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]
        self.kms.create_alias(AliasName="alias/payroll", TargetKeyId=self.key)
        self.s3.create_bucket(Bucket="payroll")
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key}
        self.default = {"Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]}
        self.s3.put_bucket_encryption(Bucket="payroll", ServerSideEncryptionConfiguration=self.default)
        for name in ("salaries", "s3sse-notes", "object1"):
            self.s3.put_object(Bucket="payroll", Key=name, Body=name.encode())

    def state(self) -> dict[str, object]:
        """Everything there is."""
        s3, kms = self.s3, self.kms
        objects = {one["Key"]: one["ETag"] for one in s3.list_objects_v2(Bucket="payroll")["Contents"]}
        keys = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"]]
        return {
            "buckets": [one["Name"] for one in s3.list_buckets()["Buckets"]],
            "objects": objects,
            "uploads": s3.list_multipart_uploads(Bucket="payroll").get("Uploads", []),
            "default": s3.get_bucket_encryption(Bucket="payroll")["ServerSideEncryptionConfiguration"],
            "keys": [(one["Arn"], one["KeyState"]) for one in keys],
            "aliases": [(one["AliasName"], one.get("TargetKeyId")) for one in kms.list_aliases()["Aliases"]],
        }


@pytest.fixture(scope="module")
def owned() -> Iterator[Owned]:
    server = moto_server("somebody's")
    try:
        yield Owned(server.start())
    finally:
        server.stop()


def result(out: Path) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads((out / "result.json").read_bytes())["clauses"]}


def test_in_a_bucket_that_was_given_everything_is_afterwards_as_it_was(
    owned: Owned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = owned.state()
    words = ["--bucket", "payroll", "--key", f"payroll={owned.key}", "--key", f"alias/payroll={owned.key}"]
    classes = ["--class", "core", "--class", "kms", "--class", "multipart"]
    status = run("--endpoint-url", owned.url, *words, *classes, "--ledger", "none", "--out", str(tmp_path))
    shown = capsys.readouterr()
    assert (status in (0, 1), shown.err) == (True, "")
    assert owned.state() == before
    found = result(tmp_path)
    assert "pass" in {one["verdict"] for one in found.values()}
    configuring = [found[name] for name in ("CFG-10", "CFG-11", "CFG-14")]
    assert {one["verdict"] for one in configuring} == {"not-exercised"}
    assert all(one["reason"].startswith("by the operator: ") for one in configuring)
    assert "by the operator" in shown.out


def test_with_a_key_that_was_given_no_key_or_alias_is_made_or_changed(
    owned: Owned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = owned.state()
    words = ["--key", f"payroll={owned.key}", "--key", f"alias/payroll={owned.key}", "--class", "kms"]
    words += ["--only", "KMS-01", "--only", "KMS-14", "--cover", "clauses"]
    status = run("--endpoint-url", owned.url, *words, "--ledger", "none", "--out", str(tmp_path))
    assert (status in (0, 1), capsys.readouterr().err) == (True, "")
    assert owned.state() == before
    found = result(tmp_path)
    assert found["KMS-01"]["verdict"] == "pass"
    assert found["KMS-14"]["reason"].startswith("by the operator: ")
