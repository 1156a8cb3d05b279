"""The carrier reads the wire: whatever answers, or does not, becomes an observation and never an exception."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import NamedTuple

import pytest
from sse_adapters.calls import MALFORMED_BODY
from sse_adapters.carrier import Carrier, Login
from sse_adapters.documents import CONTENT_LIMIT
from sse_adapters.space import BotoSpace
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketPolicy,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateObjectEncryption,
    UploadPart,
)
from sse_spec.names import customer_key_md5
from sse_spec.observations import MESSAGE_LIMIT, Observation, shown_content

STEM = "s3sse-run-0-"
ARN = "arn:aws:kms:us-east-1:111111111111:key/0a"
ERROR = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
GET = GetBucketEncryption(bucket="b")
PUT = PutObject(bucket="b", key="o", body="hello")
COPY = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o")
READ = GetObject(bucket="b", key="o")
HEAD = HeadObject(bucket="b", key="o")
UPDATE = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("text", "arn"), bucket_key=True)
SECONDS = 0.2
"""Read time-out of these tests: the server answers at once or never."""


class Request(NamedTuple):
    """What the server saw."""

    method: str
    path: str
    headers: Message
    body: bytes


Reply = Callable[[BaseHTTPRequestHandler], None]


class QuietServer(ThreadingHTTPServer):
    """Does not print that a client went away."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the tests look at the client."""


class Wire:
    """A server in this machine that answers what it is told to."""

    def __init__(self) -> None:
        self.reply: Reply = answer(200)
        self.seen: list[Request] = []
        self.over = threading.Event()
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                wire.seen.append(Request(self.command, self.path, self.headers, body))
                wire.reply(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def say_nothing(self, handler: BaseHTTPRequestHandler) -> None:
        """Holds the connection until the test is over."""
        self.over.wait(10)
        handler.close_connection = True

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


def answer(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)

    return reply


def raw(content: bytes) -> Reply:
    """Sends these bytes for an answer, then cuts the connection."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return reply


@pytest.fixture(scope="module")
def server() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def wire(server: Wire) -> Wire:
    server.reply = answer(200)
    server.seen = []
    return server


def carrier_to(endpoint: str) -> Carrier:
    return Carrier(
        accounts={"main": "111111111111", "other": "222222222222"},
        regions={"home": "us-east-1", "away": "us-west-2"},
        logins={
            "main": Login("id", "secret", headers={"x-who": "main"}),
            "main/no-kms": Login("id3", "secret"),
            "other": Login("id2", "secret"),
        },
        endpoint=endpoint,
        read_seconds=SECONDS,
        wait_seconds=0,
        token="run",
    )


@pytest.fixture(scope="module")
def clients(server: Wire) -> Iterator[Carrier]:
    made = carrier_to(server.endpoint)
    yield made
    made.close()


@pytest.fixture
def carrier(clients: Carrier) -> Carrier:
    """A carrier whose clients are those of the test before, for they take long to make."""
    clients._numbers = count()
    return clients


@pytest.fixture
def space(carrier: Carrier) -> BotoSpace:
    return carrier.space(cleans=False)


def seen(space: BotoSpace, wire: Wire, reply: Reply, action: Action = GET) -> Observation:
    wire.reply = reply
    return space.perform(action)


# What goes out


def test_an_empty_encryption_header_reaches_the_wire(wire: Wire, space: BotoSpace) -> None:
    space.perform(PutObject(bucket="b", key="o", headers=EncryptionHeaders("", KeyRef("text", ""), context="%")))
    space.perform(GetObject(bucket="b", key="o", algorithm=""))
    space.perform(HeadObject(bucket="b", key="o", algorithm="aws:kms"))
    put, read, head = (request.headers for request in wire.seen)
    assert put["x-amz-server-side-encryption"] == ""
    assert put["x-amz-server-side-encryption-aws-kms-key-id"] == ""
    assert put["x-amz-server-side-encryption-context"] == "%"
    assert read["x-amz-server-side-encryption"] == ""
    assert head["x-amz-server-side-encryption"] == "aws:kms"
    assert all("x-amz-server-side-encryption;" in f"{h['Authorization']};" for h in (read, head))


def test_a_header_of_one_call_is_not_in_the_next(wire: Wire, space: BotoSpace) -> None:
    space.perform(GetObject(bucket="b", key="o", algorithm="AES256"))
    space.perform(READ)
    assert "x-amz-server-side-encryption" not in wire.seen[1].headers


def test_a_malformed_body_goes_out_with_a_checksum_of_its_own(wire: Wire, space: BotoSpace) -> None:
    space.perform(PutBucketEncryption(bucket="b", malformed=True))
    (request,) = wire.seen
    assert request.body == MALFORMED_BODY.encode()
    crc = base64.b64encode(zlib.crc32(request.body).to_bytes(4, "big")).decode()
    md5 = base64.b64encode(hashlib.md5(request.body).digest()).decode()
    assert request.headers["x-amz-checksum-crc32"] == crc or request.headers["Content-MD5"] == md5
    assert request.headers["X-Amz-Content-SHA256"] == hashlib.sha256(request.body).hexdigest()


@pytest.mark.parametrize(
    ("rules", "inside"),
    [
        ((), b""),
        ((Rule(apply=False),), b"<Rule />"),
        ((Rule(),), b"<Rule><ApplyServerSideEncryptionByDefault /></Rule>"),
        (
            (Rule("rot13", KeyRef("text", "")),),
            b"<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>rot13</SSEAlgorithm><KMSMasterKeyID />"
            b"</ApplyServerSideEncryptionByDefault></Rule>",
        ),
        (
            (Rule(bucket_key=True, apply=False), Rule(bucket_key=False, apply=False)),
            b"<Rule><BucketKeyEnabled>true</BucketKeyEnabled></Rule><Rule><BucketKeyEnabled>false</BucketKeyEnabled></Rule>",
        ),
    ],
)
def test_a_wrong_configuration_goes_out_as_it_is(
    rules: tuple[Rule, ...], inside: bytes, wire: Wire, space: BotoSpace
) -> None:
    space.perform(PutBucketEncryption(bucket="b", rules=rules))
    (request,) = wire.seen
    assert request.path == f"/{STEM}b?encryption"
    assert inside in request.body.replace(b" />", b"/>").replace(b"/>", b" />")
    assert request.body.count(b"<Rule") == len(rules)


def test_the_headers_of_a_login_go_out_with_every_request_of_it(wire: Wire, space: BotoSpace) -> None:
    space.perform(GET)
    space.perform(DisableKey(key="k"))
    space.perform(GetBucketEncryption(bucket="b", principal="other"))
    assert [request.headers.get("x-who") for request in wire.seen] == ["main", "main", None]


def test_every_bucket_that_is_ever_named_has_the_prefix_of_the_space(wire: Wire, carrier: Carrier) -> None:
    for number in range(2):
        wire.seen.clear()
        space = carrier.space(cleans=False)
        for action in (GET, PUT, COPY, DeleteBucketEncryption(bucket="missing"), CreateBucket(bucket="b")):
            space.perform(action)
        assert all(request.path.startswith(f"/s3sse-run-{number}-") for request in wire.seen)


def test_the_users_proxy_is_not_asked_for_an_endpoint_in_this_machine(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert carrier_to(wire.endpoint).space(cleans=False).perform(PUT).status == 200


def test_spaces_in_several_threads_do_not_mix_their_calls(wire: Wire, carrier: Carrier) -> None:
    def echo(handler: BaseHTTPRequestHandler) -> None:
        answer(200, handler.headers["x-amz-server-side-encryption"])(handler)

    def read(algorithm: str) -> set[str | None]:
        space = carrier.space(cleans=False)
        return {space.perform(GetObject(bucket="b", key="o", algorithm=algorithm)).body for _ in range(20)}

    wire.reply = echo
    algorithms = [f"algorithm-{number}" for number in range(4)]
    with ThreadPoolExecutor(len(algorithms)) as pool:
        assert list(pool.map(read, algorithms)) == [{algorithm} for algorithm in algorithms]


def test_a_connection_is_used_again(wire: Wire) -> None:
    ports = set()

    def note(handler: BaseHTTPRequestHandler) -> None:
        ports.add(handler.client_address)
        answer(200, "x")(handler)

    wire.reply = note
    space = carrier_to(wire.endpoint).space(cleans=False)
    for action in (READ, PUT, GET, HEAD, READ):
        space.perform(action)
    assert len(ports) == 1


def test_each_principal_signs_with_its_own_key(wire: Wire, space: BotoSpace) -> None:
    for principal in ("main", "main/no-kms", "other"):
        space.perform(PutObject(bucket="b", key="o", principal=principal))
    assert [request.headers["Authorization"].split("=")[1].split("/")[0] for request in wire.seen] == [
        "id",
        "id3",
        "id2",
    ]


@pytest.mark.parametrize("principal", ["main/no-config", "third", "third/no-kms"])
def test_a_principal_that_the_target_does_not_have_is_a_fault_and_is_not_cleaned_up_after(
    principal: str, wire: Wire, carrier: Carrier
) -> None:
    space = carrier.space()
    seen = space.perform(PutObject(bucket="b", key="o", principal=principal))
    assert (seen.fault, principal in (seen.message or "")) == ("exception", True)
    space.close()
    assert (wire.seen, space.leftovers) == ([], ())


def test_a_bucket_of_another_region_is_asked_for_there(wire: Wire, space: BotoSpace) -> None:
    space.perform(CreateBucket(bucket="far", region="away"))
    space.perform(PutObject(bucket="far", key="o"))
    assert all("/us-west-2/s3/" in request.headers["Authorization"] for request in wire.seen)
    assert b"<LocationConstraint>us-west-2</LocationConstraint>" in wire.seen[0].body


def test_a_customer_key_goes_out_once_encoded_with_the_md5_that_is_asked_for(wire: Wire, space: BotoSpace) -> None:
    headers = EncryptionHeaders(customer=CustomerKey())
    space.perform(PutObject(bucket="b", key="o", headers=headers))
    space.perform(PutObject(bucket="b", key="o", headers=EncryptionHeaders(customer=CustomerKey(None))))
    whole, bare = (request.headers for request in wire.seen)
    prefix = "x-amz-server-side-encryption-customer"
    assert whole[f"{prefix}-key-MD5"] == customer_key_md5("c1")
    assert len(base64.b64decode(whole[f"{prefix}-key"])) == 32
    assert bare[f"{prefix}-algorithm"] == "AES256"
    assert f"{prefix}-key" not in bare


def test_a_policy_goes_out_as_json(wire: Wire, space: BotoSpace) -> None:
    space.perform(PutBucketPolicy(bucket="b", policy="share"))
    (request,) = wire.seen
    assert request.path == f"/{STEM}b?policy"
    assert json.loads(request.body)["Version"] == "2012-10-17"


def test_an_update_goes_to_the_encryption_of_the_object(wire: Wire, space: BotoSpace) -> None:
    space.perform(UPDATE)
    (request,) = wire.seen
    assert (request.method, request.path) == ("PUT", f"/{STEM}b/o?encryption")
    assert b"<KMSKeyArn>arn</KMSKeyArn>" in request.body
    assert b"<BucketKeyEnabled>true</BucketKeyEnabled>" in request.body


def test_a_form_goes_to_the_bucket_with_the_headers_of_its_login_and_no_others(wire: Wire, space: BotoSpace) -> None:
    space.perform(PostObject(bucket="b", key="o", body="x", headers=EncryptionHeaders("AES256")))
    (request,) = wire.seen
    assert (request.method, request.path) == ("POST", f"/{STEM}b")
    assert b'name="x-amz-server-side-encryption"\r\n\r\nAES256' in request.body
    assert request.headers["x-who"] == "main"
    assert not [name for name in request.headers if name.lower().startswith("x-amz")]
    assert "Authorization" not in request.headers


def test_a_job_goes_to_the_server_itself(wire: Wire, space: BotoSpace) -> None:
    job = BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o")
    assert seen(space, wire, answer(404, "nothing here"), job).code == "NotImplemented"
    (request,) = wire.seen
    assert (request.method, request.path) == ("POST", "/v20180820/jobs")
    assert request.headers["Host"] == wire.endpoint.removeprefix("http://")
    assert (request.headers["x-amz-account-id"], request.headers["x-who"]) == ("111111111111", "main")
    assert f"arn:aws:s3:::{STEM}b".encode() in request.body


# What comes back


def test_every_field_of_a_write_is_taken_from_its_headers(wire: Wire, space: BotoSpace) -> None:
    headers = {
        "ETag": '"e"',
        "x-amz-server-side-encryption": "aws:kms",
        "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": f"alias/{STEM}a",
        "x-amz-server-side-encryption-bucket-key-enabled": "true",
        "x-amz-version-id": "v",
    }
    expected = Observation(200, algorithm="aws:kms", kms_key="alias/a", bucket_key="true", etag="e", version_id="v")
    assert seen(space, wire, answer(200, headers=headers), PUT) == expected


@pytest.mark.parametrize("action", [GET, COPY, PUT, PutBucketEncryption(bucket="b"), CreateBucket(bucket="b")])
def test_an_error_document_under_a_good_status_is_a_refusal(action: Action, wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, answer(200, ERROR.format(code="InternalError", message="m")), action)
    assert got == Observation(200, code="InternalError", message="m")
    assert got.refused


def test_a_server_error_keeps_its_code_and_is_asked_only_once(wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, answer(503, ERROR.format(code="SlowDown", message="m")), PUT)
    assert got == Observation(503, code="SlowDown", message="m", fault="server-error")
    assert len(wire.seen) == 1


def test_a_redirection_is_not_followed(wire: Wire, space: BotoSpace) -> None:
    body = ERROR.format(code="PermanentRedirect", message="m")
    got = seen(space, wire, answer(301, body, {"Location": "/elsewhere", "x-amz-bucket-region": "eu-west-1"}))
    assert (got.status, got.code, got.fault) == (301, "PermanentRedirect", None)
    assert seen(space, wire, answer(307, headers={"Location": "/elsewhere"}), HEAD).fault == "garbage"
    assert len(wire.seen) == 2


@pytest.mark.parametrize("action", [GET, PUT, COPY, UPDATE, CreateKey(key="k"), DisableKey(key="k")])
@pytest.mark.parametrize("status", [200, 400])
def test_a_body_of_ten_megabytes_is_not_looked_into(status: int, action: Action, wire: Wire, space: BotoSpace) -> None:
    body = ERROR.format(code="C", message="m" * 10_000_000)
    got = seen(space, wire, answer(status, body), action)
    assert (got.status, got.fault) == (status, "garbage")
    assert len(got.message or "") <= MESSAGE_LIMIT


def test_the_content_of_an_upload_of_some_parts_is_read_to_its_end(wire: Wire, space: BotoSpace) -> None:
    content = "0123456789" * 1_200_000
    assert seen(space, wire, answer(200, content), READ).body == shown_content(content)


def test_content_without_end_is_garbage(wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, answer(200, b"x" * (CONTENT_LIMIT + 1)), READ)
    assert (got.fault, got.body) == ("garbage", None)


def test_an_error_to_a_read_may_not_be_as_long_as_content(wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, answer(400, ERROR.format(code="C", message="m" * 2_000_000)), READ)
    assert (got.fault, got.code) == ("garbage", None)


def test_an_upload_goes_by_the_id_that_was_answered_and_its_parts_by_their_etags(wire: Wire, space: BotoSpace) -> None:
    begun = answer(200, "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>")
    seen(space, wire, begun, CreateMultipartUpload(bucket="b", key="o", upload="u"))
    seen(space, wire, answer(200, headers={"ETag": '"e1"'}), UploadPart(bucket="b", key="o", upload="u", body="x"))
    space.perform(CompleteMultipartUpload(bucket="b", key="o", upload="u"))
    begin, part, complete = wire.seen
    assert begin.path == f"/{STEM}b/o?uploads"
    assert part.path == f"/{STEM}b/o?uploadId=id&partNumber=1"
    assert complete.path == f"/{STEM}b/o?uploadId=id"
    assert b"<ETag>e1</ETag>" in complete.body


def test_a_new_key_is_known_by_its_arn_from_then_on(wire: Wire, space: BotoSpace) -> None:
    reply = answer(200, f'{{"KeyMetadata": {{"Arn": "{ARN}"}}}}')
    assert seen(space, wire, reply, CreateKey(key="k")) == Observation(200, key_arn=ARN)
    seen(space, wire, answer(200), DisableKey(key="k"))
    assert wire.seen[-1].body == b'{"KeyId": "0a"}'


def test_the_arguments_for_keys_go_out_with_each_new_key(wire: Wire) -> None:
    carrier = Carrier(
        accounts={"main": "111111111111"},
        regions={"home": "us-east-1"},
        logins={"main": Login("id", "secret")},
        endpoint=wire.endpoint,
        key_arguments={"Tags": [{"TagKey": "run", "TagValue": "1"}]},
    )
    space = carrier.space(cleans=False)
    space.perform(CreateKey(key="k"))
    space.perform(ScheduleKeyDeletion(key="k"))
    assert b'"TagKey": "run"' in wire.seen[0].body
    assert b"Tag" not in wire.seen[1].body


@pytest.mark.parametrize("body", ["<html>hello</html>", "<ListBucketResult/>", ""])
def test_a_page_or_a_listing_is_no_empty_configuration(body: str, wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, answer(200, body))
    assert (got.status, got.fault, got.configuration) == (200, "garbage", None)


# No answer at all


def test_a_server_that_hangs_gives_no_answer(wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, wire.say_nothing, PUT)
    assert (got.status, got.fault) == (0, "no-answer")
    assert len(wire.seen) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<a>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<a>",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n<Error>",
    ],
)
@pytest.mark.parametrize("action", [GET, READ, DisableKey(key="k")])
def test_a_connection_that_is_cut_gives_no_answer(content: bytes, action: Action, wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, raw(content), action)
    assert (got.status, got.fault) == (0, "no-answer")


@pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 999999 what\r\n\r\n"])
def test_something_that_does_not_speak_http_is_garbage(content: bytes, wire: Wire, space: BotoSpace) -> None:
    got = seen(space, wire, raw(content))
    assert (got.status, got.fault) == (0, "garbage")


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    got = carrier_to(f"http://127.0.0.1:{port}").space(cleans=False).perform(GET)
    assert (got.status, got.fault) == (0, "unreachable")
    assert got.message == 'EndpointConnectionError: Could not connect to the endpoint URL: "/b?encryption"'


def test_the_carrier_goes_on_after_any_of_these(wire: Wire, space: BotoSpace) -> None:
    endless = answer(200, b"x" * (CONTENT_LIMIT + 1))
    for reply in (raw(b""), endless, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")):
        assert seen(space, wire, reply, READ).fault is not None
        assert seen(space, wire, answer(200, "fine"), READ).body == "fine"


class CannotBeShownError(Exception):
    """An exception of a target whose text is an exception itself."""

    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("k"), "KeyError: 'k'"),
        (ValueError(f"<x at 0x7f00deadbeef> {STEM}b"), "ValueError: <x at 0x> b"),
        (CannotBeShownError(), "CannotBeShownError"),
        (RuntimeError("\ud800" + "m" * 9000), ("RuntimeError: ?" + "m" * 9000)[:MESSAGE_LIMIT]),
    ],
)
def test_an_exception_of_a_target_in_this_process_is_a_fault_with_its_type(
    error: Exception, message: str, carrier: Carrier, space: BotoSpace
) -> None:
    def fail(**_: object) -> None:
        raise error

    events = carrier.client("main", "s3").meta.events
    events.register("before-send", fail)
    try:
        assert space.perform(GET) == Observation(0, message=message, fault="exception")
    finally:
        events.unregister("before-send", fail)
