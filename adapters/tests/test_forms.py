"""A form is sent by POST in place of a PutObject, signed by a policy that says what its fields say."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from email.parser import BytesParser
from typing import Any

import pytest
from sse_adapters.carrier import Carrier
from sse_adapters.forms import form_body
from sse_adapters.moto import MotoTarget
from sse_spec.actions import (
    CreateBucket,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutObject,
)


def fields_of(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form, by the standard library's own parser."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    assert message.is_multipart()
    found: dict[str, bytes] = {}
    for part in list(message.walk())[1:]:
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        found[name] = content
    return found


def test_a_form_has_its_fields_in_order_and_the_file_last() -> None:
    fields = fields_of(*form_body({"key": "o", "x-amz-algorithm": "a b", "policy": ""}, "é".encode()))
    assert fields == {"key": b"o", "x-amz-algorithm": b"a b", "policy": b"", "file": "é".encode()}
    assert list(fields)[-1] == "file"


def test_content_that_looks_like_a_boundary_does_no_harm() -> None:
    content = b'\r\n--abc\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n--abc--\r\n'
    assert fields_of(*form_body({"key": "o"}, content)) == {"key": b"o", "file": content}


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    target = MotoTarget()
    target.open()
    target.space()
    assert target._carrier is not None
    yield target._carrier
    target.close()


def test_a_form_writes_an_object(carrier: Carrier) -> None:
    space = carrier.space(cleans=False)
    space.perform(CreateBucket(bucket="b"))
    seen = space.perform(PostObject(bucket="b", key="o", body="hé"))
    assert (seen.status, seen.fault) == (204, None)
    assert space.perform(GetObject(bucket="b", key="o")).body == "hé"


def test_a_form_of_another_account_is_its_own(carrier: Carrier) -> None:
    space = carrier.space(cleans=False)
    space.perform(CreateBucket(bucket="b", principal="other"))
    assert space.perform(PostObject(bucket="b", key="o", body="x", principal="other")).status == 204
    assert space.perform(HeadObject(bucket="b", key="o", principal="other")).status == 200


def test_the_request_after_a_form_is_none(carrier: Carrier) -> None:
    space = carrier.space(cleans=False)
    space.perform(CreateBucket(bucket="b"))
    space.perform(PostObject(bucket="b", key="form", body="x"))
    assert space.perform(PutObject(bucket="b", key="put", body="y")).status == 200


def test_the_policy_of_a_form_names_every_field_and_is_signed_by_version_four(carrier: Carrier) -> None:
    sent: list[Any] = []

    def note(request: Any, **_: Any) -> None:
        sent.append(request)

    space = carrier.space(cleans=False)
    space.perform(CreateBucket(bucket="b"))
    carrier.client("main", "s3").meta.events.register("before-send.s3.PutObject", note)
    headers = EncryptionHeaders("aws:kms", KeyRef("text", "k"), bucket_key=True)
    space.perform(PostObject(bucket="b", key="o", headers=headers))
    (request,) = sent
    fields = fields_of(request.headers["Content-Type"], request.body)
    conditions = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    stated = {name: value for condition in conditions for name, value in condition.items()}
    assert request.method == "POST"
    assert fields["x-amz-algorithm"] == b"AWS4-HMAC-SHA256"
    assert {"x-amz-signature", "x-amz-credential", "x-amz-date", "key"} <= set(fields)
    assert stated["x-amz-server-side-encryption"] == "aws:kms"
    unsigned = {"policy", "x-amz-signature", "file"}
    assert {name: value.decode() for name, value in fields.items() if name not in unsigned}.items() <= stated.items()
    assert "Authorization" not in request.headers
