"""The witness between a store and its KMS: it changes nothing, notes what counts, and keeps no secrets."""

from __future__ import annotations

import base64
import functools
import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import msgspec
import pytest
from boto3.session import Session
from sse_adapters import kms_witness
from sse_adapters.carrier import own_environment
from sse_adapters.kms_witness import KmsCall, KmsWitness
from sse_adapters.moto_server import moto_server

OBJECT = "arn:aws:s3:::bucket/key"


@pytest.fixture(scope="module")
def kms_url() -> Iterator[str]:
    """moto as the KMS of a store."""
    server = moto_server("kms-of-a-store")
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def key(kms_url: str) -> Any:
    """A key of that KMS."""
    return client(kms_url).create_key()["KeyMetadata"]


@pytest.fixture
def witness(kms_url: str) -> Iterator[KmsWitness]:
    with KmsWitness(kms_url) as made:
        yield made


@functools.cache
def session() -> Session:
    """One that reads the description of KMS once."""
    return Session()


def client(url: str) -> Any:
    """What a store asks its KMS with."""
    with own_environment():
        return session().client(
            "kms",
            "us-east-1",
            endpoint_url=url,
            aws_access_key_id="key-of-the-store",
            aws_secret_access_key="secret-of-the-store",
        )


def posted(url: str, target: str, document: object) -> tuple[int, bytes]:
    """A request to KMS as it goes over the wire."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/", json.dumps(document), {"X-Amz-Target": f"TrentService.{target}"})
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


class Fixed:
    """A KMS that answers everything alike and remembers how it was asked."""

    def __init__(self, status: int, body: bytes) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        fixed = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                fixed.asked.append((self.path, dict(self.headers), content))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("x-amzn-RequestId", "of-the-kms")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


def test_a_store_gets_from_kms_what_it_would_get_without_the_witness(witness: KmsWitness, kms_url: str) -> None:
    through, past = client(witness.url), client(kms_url)
    key = through.create_key()["KeyMetadata"]
    assert past.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Arn"] == key["Arn"]
    context = {"aws:s3:arn": OBJECT}
    made = through.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", EncryptionContext=context)
    opened = past.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == made["Plaintext"]


def test_a_refusal_of_kms_comes_through(witness: KmsWitness) -> None:
    kms = client(witness.url)
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.generate_data_key(KeyId="nobody-has-this", KeySpec="AES_256")
    assert _all(witness) == (KmsCall("GenerateDataKey", "nobody-has-this", None, {}, 400),)


def test_the_calls_between_two_moments_are_told_in_their_order(witness: KmsWitness, key: Any) -> None:
    kms = client(witness.url)
    before = witness.mark()
    kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256", EncryptionContext={"aws:s3:arn": OBJECT})
    between = witness.mark()
    kms.encrypt(KeyId=key["Arn"], Plaintext=b"secret")
    expected = [
        KmsCall("GenerateDataKey", key["KeyId"], key["Arn"], {"aws:s3:arn": OBJECT}, 200),
        KmsCall("Encrypt", key["Arn"], key["Arn"], {}, 200),
    ]
    assert list(witness.between(before, witness.mark()) or ()) == expected
    assert list(witness.between(before, between) or ()) == expected[:1]
    assert witness.between(between, between) == ()


def test_an_alias_is_noted_with_the_key_that_kms_found_behind_it(witness: KmsWitness, key: Any) -> None:
    kms = client(witness.url)
    kms.create_alias(AliasName="alias/of-the-store", TargetKeyId=key["KeyId"])
    before = witness.mark()
    kms.generate_data_key(KeyId="alias/of-the-store", KeySpec="AES_256")
    (call,) = witness.between(before, witness.mark()) or ()
    assert (call.key_id, call.key_arn) == ("alias/of-the-store", key["Arn"])


def test_a_reencryption_counts_for_the_key_and_the_context_that_it_ends_with() -> None:
    asked = {"KeyId": "old", "SourceEncryptionContext": {"a": "b"}, "DestinationKeyId": "new"}
    asked |= {"DestinationEncryptionContext": {"aws:s3:arn": OBJECT}}
    with Fixed(200, b'{"KeyId": "arn-of-new", "SourceKeyId": "arn-of-old"}') as kms, KmsWitness(kms.url) as witness:
        posted(witness.url, "ReEncrypt", asked)
        assert witness.between(0, 1) == (KmsCall("ReEncrypt", "new", "arn-of-new", {"aws:s3:arn": OBJECT}, 200),)


def test_neither_credentials_nor_keys_are_kept(witness: KmsWitness, key: Any) -> None:
    kms = client(witness.url)
    made = kms.generate_data_key(KeyId=key["KeyId"], KeySpec="AES_256")
    kms.encrypt(KeyId=key["KeyId"], Plaintext=b"a plaintext of the store")
    kept = msgspec.json.encode([msgspec.structs.asdict(one) | {"context": dict(one.context)} for one in _all(witness)])
    secrets = (made["Plaintext"], made["CiphertextBlob"], b"a plaintext of the store")
    for secret in (*map(base64.b64encode, secrets), b"key-of-the-store", b"secret-of-the-store", b"Signature"):
        assert secret not in kept
    assert key["Arn"].encode() in kept


def _all(witness: KmsWitness) -> tuple[KmsCall, ...]:
    return witness.between(0, witness.mark()) or ()


def test_headers_and_host_go_through_as_they_were_signed() -> None:
    with Fixed(200, b"{}") as kms, KmsWitness(f"{kms.url}/behind/") as witness:
        client(witness.url).describe_key(KeyId="k")
        ((path, headers, body),) = kms.asked
        assert f"http://{headers['Host']}" == witness.url
    assert path == "/behind/"
    assert "Credential=key-of-the-store/" in headers["Authorization"]
    assert json.loads(body) == {"KeyId": "k"}


def test_the_headers_of_the_answer_come_through() -> None:
    with Fixed(200, b"{}") as kms, KmsWitness(kms.url) as witness:
        answer = client(witness.url).describe_key(KeyId="k")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == "of-the-kms"


@pytest.mark.parametrize("answer", [b"", b"no JSON", b"[]", b'{"KeyId": 7}'])
@pytest.mark.parametrize("asked", [None, [], {"KeyId": 7, "EncryptionContext": {"aws:s3:arn": 7}}])
def test_what_is_no_call_as_kms_knows_it_is_passed_on_and_noted_as_far_as_it_goes(asked: object, answer: bytes) -> None:
    with Fixed(200, answer) as kms, KmsWitness(kms.url) as witness:
        assert posted(witness.url, "Encrypt", asked) == (200, answer)
        assert witness.between(0, 1) == (KmsCall("Encrypt", None, None, {}, 200),)


def test_what_is_asked_of_another_service_is_passed_on_and_not_noted(witness: KmsWitness) -> None:
    connection = http.client.HTTPConnection(witness.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/moto-api/")
    assert connection.getresponse().status == 200
    connection.close()
    assert witness.mark() == 0


def test_a_kms_that_does_not_answer_is_an_error_that_says_so() -> None:
    with Fixed(200, b"") as kms:
        gone = kms.url
    with KmsWitness(gone) as witness:
        status, body = posted(witness.url, "Encrypt", {"KeyId": "k"})
        assert (status, body[:41]) == (502, b"the KMS behind the witness does not answe")
        assert witness.between(0, 1) == (KmsCall("Encrypt", "k", None, {}, 502),)


def test_only_so_many_calls_are_kept_and_what_is_forgotten_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kms_witness, "KEPT_CALLS", 2)
    with Fixed(200, b"{}") as kms, KmsWitness(kms.url) as witness:
        for key in ("one", "two", "three"):
            posted(witness.url, "Encrypt", {"KeyId": key})
        assert witness.between(0, 3) is None
        assert [one.key_id for one in witness.between(1, 3) or ()] == ["two", "three"]


def test_of_a_long_call_only_the_beginning_is_kept_and_of_a_context_what_s3_adds() -> None:
    context = {f"name{number}": "value" for number in range(50)} | {"aws:s3:arn": OBJECT}
    with Fixed(200, b"{}") as kms, KmsWitness(kms.url) as witness:
        posted(witness.url, "Encrypt", {"KeyId": "k" * 10_000, "EncryptionContext": context})
        (call,) = witness.between(0, 1) or ()
    assert call.key_id == "k" * kms_witness.TEXT_LIMIT
    assert len(call.context) == kms_witness.CONTEXT_LIMIT
    assert call.context["aws:s3:arn"] == OBJECT


def test_it_listens_on_loopback_alone_and_no_more_once_it_is_stopped() -> None:
    witness = KmsWitness("http://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="not started"):
        _ = witness.url
    assert witness.start().startswith("http://127.0.0.1:")
    before = witness.url
    witness.stop()
    witness.stop()
    with pytest.raises(ConnectionRefusedError):
        posted(before, "Encrypt", {})


def test_an_address_that_is_none_is_refused_at_once() -> None:
    for wrong in ("127.0.0.1:5000", "ftp://127.0.0.1", "http://"):
        with pytest.raises(ValueError, match="no URL of a KMS"):
            KmsWitness(wrong)
