"""Multipart uploads, ranges and SSE-C as arguments of boto3, wrong ones included."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from sse_adapters.calls import ALGORITHM_HEADER, Call, call
from sse_adapters.names import NameMap
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    CustomerKey,
    EncryptionHeaders,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    ListParts,
    PutObject,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.names import customer_key, customer_key_md5

STEM = "s3sse-t-0-"
BUCKET = f"{STEM}b"


@pytest.fixture
def names() -> NameMap:
    made = NameMap(STEM, {"main": "111111111111", "other": "222222222222"}, {"home": "us-east-1", "away": "us-west-2"})
    made.learn_upload("u", "id-of-u")
    made.learn_part("u", 1, "etag-1")
    made.learn_part("u", 2, "etag-2")
    return made


def upload(**more: Any) -> dict[str, Any]:
    return {"Bucket": BUCKET, "Key": "o", "UploadId": "id-of-u", **more}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            CreateMultipartUpload(
                bucket="b", key="o", upload="n", headers=EncryptionHeaders("aws:kms", bucket_key=True)
            ),
            Call(
                "s3",
                "create_multipart_upload",
                {"Bucket": BUCKET, "Key": "o", "ServerSideEncryption": "aws:kms", "BucketKeyEnabled": True},
                "main",
            ),
        ),
        (
            UploadPart(bucket="b", key="o", upload="u", number=3, body="é", repeat=2),
            Call("s3", "upload_part", upload(PartNumber=3, Body="éé".encode()), "main"),
        ),
        (
            UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="a", source_key="from", span=(0, 4)),
            Call(
                "s3",
                "upload_part_copy",
                upload(PartNumber=1, CopySource={"Bucket": f"{STEM}a", "Key": "from"}, CopySourceRange="bytes=0-4"),
                "main",
            ),
        ),
        (
            CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2)),
            Call(
                "s3",
                "complete_multipart_upload",
                upload(
                    MultipartUpload={
                        "Parts": [{"PartNumber": 1, "ETag": "etag-1"}, {"PartNumber": 2, "ETag": "etag-2"}]
                    }
                ),
                "main",
            ),
        ),
        (AbortMultipartUpload(bucket="b", key="o", upload="u"), Call("s3", "abort_multipart_upload", upload(), "main")),
        (
            ListParts(bucket="b", key="o", upload="u", principal="other"),
            Call("s3", "list_parts", upload(), "other"),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Action) else "",
)
def test_an_upload_goes_by_the_id_and_the_etags_that_the_target_gave(
    action: Action, expected: Call, names: NameMap
) -> None:
    assert call(action, names) == expected


def test_a_part_may_be_copied_from_an_older_version(names: NameMap) -> None:
    names.learn_versioning("a", "Enabled")
    names.learn_write("a", "from", "v1")
    action = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="a", source_key="from", source_version=0)
    assert call(action, names).arguments["CopySource"]["VersionId"] == "v1"


@pytest.mark.parametrize(
    "action",
    [
        UploadPart(bucket="b", key="o", upload="u", algorithm="AES256"),
        UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="a", source_key="s", algorithm="AES256"),
        CompleteMultipartUpload(bucket="b", key="o", upload="u", algorithm="AES256"),
        GetObjectAttributes(bucket="b", key="o", algorithm="AES256"),
    ],
    ids=lambda action: type(action).__name__,
)
def test_an_encryption_header_where_none_may_be_is_put_in_by_hand(action: Action, names: NameMap) -> None:
    made = call(action, names)
    assert made.headers == {ALGORITHM_HEADER: "AES256"}
    assert "ServerSideEncryption" not in made.arguments


@pytest.mark.parametrize("read", [GetObject, HeadObject])
def test_a_read_may_ask_for_a_range_or_for_a_part(read: type[GetObject | HeadObject], names: NameMap) -> None:
    assert call(read(bucket="b", key="o", span=(2, 5)), names).arguments["Range"] == "bytes=2-5"
    assert call(read(bucket="b", key="o", part=2), names).arguments["PartNumber"] == 2
    assert call(read(bucket="b", key="o"), names).arguments == {"Bucket": BUCKET, "Key": "o"}


def test_attributes_are_asked_for_by_name(names: NameMap) -> None:
    assert call(GetObjectAttributes(bucket="b", key="o"), names).arguments == {
        "Bucket": BUCKET,
        "Key": "o",
        "ObjectAttributes": ["ETag", "ObjectSize"],
    }


# SSE-C

KEY = base64.b64encode(customer_key("c1")).decode()


def sse_c(headers: CustomerKey, names: NameMap) -> dict[str, Any]:
    arguments = call(PutObject(bucket="b", key="o", headers=EncryptionHeaders(customer=headers)), names).arguments
    return {name: value for name, value in arguments.items() if name.startswith("SSE")}


def test_a_customer_key_goes_out_with_its_algorithm_and_its_md5(names: NameMap) -> None:
    assert len(customer_key("c1")) == 32
    assert sse_c(CustomerKey("c1"), names) == {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": KEY,
        "SSECustomerKeyMD5": customer_key_md5("c1"),
    }


def test_no_two_symbols_stand_for_the_same_customer_key(names: NameMap) -> None:
    assert sse_c(CustomerKey("c1"), names) != sse_c(CustomerKey("c2"), names)


def test_a_key_of_another_length_has_the_md5_that_is_its_own(names: NameMap) -> None:
    sent = sse_c(CustomerKey("c1", flaw="length"), names)
    long = base64.b64decode(sent["SSECustomerKey"])
    assert len(long) == 44
    assert base64.b64decode(sent["SSECustomerKeyMD5"]) == hashlib.md5(long).digest()


def test_a_wrong_md5_is_that_of_another_key(names: NameMap) -> None:
    sent = sse_c(CustomerKey("c1", flaw="md5"), names)
    assert sent["SSECustomerKey"] == KEY
    assert sent["SSECustomerKeyMD5"] != customer_key_md5("c1")
    assert len(base64.b64decode(sent["SSECustomerKeyMD5"])) == 16


def test_either_header_may_be_missing_and_the_algorithm_any_text(names: NameMap) -> None:
    assert sse_c(CustomerKey(None), names) == {"SSECustomerAlgorithm": "AES256"}
    assert set(sse_c(CustomerKey("c1", algorithm=None), names)) == {"SSECustomerKey", "SSECustomerKeyMD5"}
    assert sse_c(CustomerKey(None, algorithm="AES512"), names) == {"SSECustomerAlgorithm": "AES512"}


def test_sse_c_and_an_encryption_header_go_out_together(names: NameMap) -> None:
    both = EncryptionHeaders("aws:kms", KeyRef("text", "k"), customer=CustomerKey())
    arguments = call(CreateMultipartUpload(bucket="b", key="o", upload="u", headers=both), names).arguments
    assert {"ServerSideEncryption", "SSEKMSKeyId", "SSECustomerKey"} <= set(arguments)


@pytest.mark.parametrize(
    "action",
    [
        GetObject(bucket="b", key="o", customer=CustomerKey()),
        HeadObject(bucket="b", key="o", customer=CustomerKey()),
        GetObjectAttributes(bucket="b", key="o", customer=CustomerKey()),
        HeadReplica(bucket="b", key="o", source="a", customer=CustomerKey()),
        UploadPart(bucket="b", key="o", upload="u", customer=CustomerKey()),
        UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="a", source_key="s", customer=CustomerKey()),
    ],
    ids=lambda action: type(action).__name__,
)
def test_a_customer_key_goes_with_every_request_that_has_one(action: Action, names: NameMap) -> None:
    assert call(action, names).arguments["SSECustomerKey"] == KEY


@pytest.mark.parametrize(
    "action",
    [
        CopyObject(bucket="b", key="o", source_bucket="a", source_key="s", source_customer=CustomerKey("c2")),
        UploadPartCopy(
            bucket="b", key="o", upload="u", source_bucket="a", source_key="s", source_customer=CustomerKey("c2")
        ),
    ],
    ids=lambda action: type(action).__name__,
)
def test_the_customer_key_of_a_source_has_headers_of_its_own(action: Action, names: NameMap) -> None:
    arguments = call(action, names).arguments
    assert arguments["CopySourceSSECustomerAlgorithm"] == "AES256"
    assert arguments["CopySourceSSECustomerKey"] == base64.b64encode(customer_key("c2")).decode()
    assert arguments["CopySourceSSECustomerKeyMD5"] == customer_key_md5("c2")
    assert "SSECustomerKey" not in arguments
