"""Secrets are taken out of what a target says, and nothing else is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sse_adapters.protocol import TargetError
from sse_adapters.redaction import REDACTED, Secrets, redacted
from sse_adapters.servers import Server

SIGNATURE = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"

TOLD = {
    f"AWS4-HMAC-SHA256 Credential=ABC/2026/s3, SignedHeaders=host, Signature={SIGNATURE}": ("ABC", SIGNATURE),
    "Authorization: AWS AKID:frJIUN8DYpKDtOLCwo//yllqDzg=": ("frJIUN8DYpKDtOLCwo",),
    '{"authorization": "Bearer abc.def", "x": 1}': ("abc.def",),
    f"GET /b?X-Amz-Signature={SIGNATURE}&X-Amz-Security-Token=T%2Fk&x=1": (SIGNATURE, "T%2Fk"),
    f"X-Amz-Signature%3D{SIGNATURE}%26": (SIGNATURE,),
    "<SignatureProvided>abc/d+=</SignatureProvided>": ("abc/d+=",),
    "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>": ("AKIAIOSFODNN7EXAMPLE",),
    "no such key: ASIAIOSFODNN7EXAMPLE": ("ASIAIOSFODNN7EXAMPLE",),
    'name="x-amz-signature"\r\n\r\nabcdef\r\n--': ("abcdef",),
    "x-amz-server-side-encryption-customer-key: c2VjcmV0": ("c2VjcmV0",),
    "aws_secret_access_key = abcdefgh": ("abcdefgh",),
    "'aws_session_token': 'abcdefgh'": ("abcdefgh",),
    "http://user:pass@127.0.0.1/": ("user", "pass"),
}

KEPT = (
    "The request signature we calculated does not match the signature you provided.",
    "The AWS Access Key Id you provided does not exist in our records.",
    "The authorization header is malformed; the region 'x' is wrong",
    "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "x-amz-server-side-encryption-customer-key-MD5: abc",
    f'"{SIGNATURE}-3"',
    "aws:kms",
    "http://127.0.0.1:9000/bucket/key@2",
)


@pytest.mark.parametrize("text", TOLD)
def test_what_stands_where_a_secret_belongs_is_taken_out(text: str) -> None:
    cleaned = redacted(text)
    assert REDACTED in cleaned
    assert [secret for secret in TOLD[text] if secret in cleaned] == []
    assert redacted(cleaned).count(REDACTED) == cleaned.count(REDACTED)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@given(st.text(), st.text(min_size=8).filter(lambda text: not text.isdecimal()), st.text())
def test_a_secret_that_is_known_is_found_wherever_it_stands(before: str, secret: str, after: str) -> None:
    secrets = Secrets()
    secrets.know(secret)
    assert secret not in secrets.redacted(f"{before}{secret}{after}").replace(REDACTED, "\0")


def test_a_known_secret_is_found_in_each_spelling_of_a_format() -> None:
    secrets = Secrets()
    secrets.know("a/b+c&d<e'f/ghi", None, "")
    for text in (
        "a/b+c&d<e'f/ghi",
        "a%2Fb%2Bc%26d%3Ce%27f%2Fghi",
        "a/b+c&amp;d&lt;e&#x27;f/ghi",
        "a\\/b+c&d<e'f\\/ghi",
    ):
        assert secrets.redacted(f"x {text} y") == f"x {REDACTED} y"


def test_the_words_and_account_ids_that_emulators_take_for_secrets_are_none() -> None:
    secrets = Secrets()
    secrets.know("test", "testing", "000000000000")
    text = "testing a test of arn:aws:kms:us-east-1:000000000000:key/x"
    assert secrets.redacted(text) == text


# --- requests ---------------------------------------------------------------------------------------------------------


def _watched(secrets: Secrets) -> tuple[Any, list[Any]]:
    """A client whose requests go nowhere, and the requests that it has sent."""
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="one",
        aws_secret_access_key="two",
        aws_session_token="a token of the session",
        config=Config(signature_version="s3v4"),
    )
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        raw = SimpleNamespace(stream=lambda *_: iter(()), read=lambda *_: b"")
        return AWSResponse(request.url, 200, HTTPHeaders(), raw)

    secrets.watch(client)
    client.meta.events.register_last("before-send", answer)
    return client, sent


def test_the_signature_and_the_token_of_a_request_are_secret_while_its_answer_is_looked_at() -> None:
    secrets = Secrets()
    client, sent = _watched(secrets)
    client.head_object(Bucket="b", Key="k")
    first = sent[0].headers["Authorization"].decode().rpartition("Signature=")[2]
    assert secrets.redacted(f"bad: {first}") == f"bad: {REDACTED}"
    assert secrets.redacted("a token of the session") == REDACTED
    client.head_object(Bucket="b", Key="other")
    assert secrets.redacted(f"bad: {first}") == f"bad: {first}", "good for the first request alone"


def test_the_key_of_a_customer_is_secret() -> None:
    secrets = Secrets()
    client, sent = _watched(secrets)
    client.get_object(Bucket="b", Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey="0" * 32)
    key = sent[0].headers["x-amz-server-side-encryption-customer-key"]
    key = key.decode() if isinstance(key, bytes) else key
    assert secrets.redacted(f"<{key}>") == f"<{REDACTED}>"


def test_the_policy_and_the_signature_of_a_form_are_secret() -> None:
    secrets = Secrets()
    client, _ = _watched(secrets)
    signed = client.generate_presigned_post("b", "k")["fields"]

    def post(request: Any, **_: Any) -> None:
        parts = (
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in signed.items()
        )
        request.body = "".join(parts).encode() + b"--x--\r\n"

    client.meta.events.register_first("before-send.s3", post)
    client.put_object(Bucket="b", Key="k")
    for name in ("policy", "x-amz-signature", "x-amz-security-token"):
        assert secrets.redacted(f"<{signed[name]}>") == f"<{REDACTED}>", name


def test_a_signature_within_an_address_is_secret() -> None:
    secrets = Secrets()
    client, _ = _watched(secrets)
    url = client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}, HttpMethod="GET")

    def presign(request: Any, **_: Any) -> None:
        request.url = url + f"&X-Amz-Signature={SIGNATURE}"

    client.meta.events.register_first("before-send.s3", presign)
    client.head_object(Bucket="b", Key="k")
    assert secrets.redacted(f"said {SIGNATURE}") == f"said {REDACTED}"


def test_the_keys_of_a_session_of_the_user_are_secret() -> None:
    secrets = Secrets()
    secrets.know_session(boto3.Session("one", "a secret of the user", "a token of the user"))
    assert secrets.redacted("a secret of the user, a token of the user") == f"{REDACTED}, {REDACTED}"
    Secrets().know_session(SimpleNamespace(get_credentials=lambda: None))


# --- logs -------------------------------------------------------------------------------------------------------------


def test_the_log_of_a_server_that_does_not_start_is_shown_and_kept_without_secrets() -> None:
    import sys
    from pathlib import Path

    line = f"Authorization: AWS4-HMAC-SHA256 Credential=x, Signature={SIGNATURE}"
    server = Server(
        "telltale", lambda _port, _home: (sys.executable, "-c", f"print({line!r})"), path="/", ready_seconds=20
    )
    with pytest.raises(TargetError) as caught:
        server.start()
    message = str(caught.value)
    kept = Path(message.partition("its log is ")[2].splitlines()[0])
    try:
        assert "Authorization" in message
        for text in (message, kept.read_text(encoding="utf-8")):
            assert SIGNATURE not in text
            assert REDACTED in text
    finally:
        kept.unlink()
