"""The documents of uploads, logging, replication and jobs, and the headers that go with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest
from sse_adapters.answers import observe_s3
from sse_adapters.documents import CONTENT_LIMIT, Answer
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    DeleteBucketReplication,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    ListParts,
    PostObject,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutObject,
    ReadLog,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.observations import BODY_LIMIT, Observation, ShownReplication, ShownRule

STEM = "s3sse-run-0-"
ERROR = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
KMS = {"x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": "arn"}
BEGIN = CreateMultipartUpload(bucket="b", key="o", upload="u")
PART = UploadPart(bucket="b", key="o", upload="u")
PART_COPY = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="s")
COMPLETE = CompleteMultipartUpload(bucket="b", key="o", upload="u")
PARTS = ListParts(bucket="b", key="o", upload="u")
ATTRIBUTES = GetObjectAttributes(bucket="b", key="o")
LOGGING = GetBucketLogging(bucket="b")
REPLICATION = GetBucketReplication(bucket="b")
POST = PostObject(bucket="b", key="o")
READ = GetObject(bucket="b", key="o")
HEAD = HeadObject(bucket="b", key="o")
JOB = BatchCopy(bucket="b", key="o", source_bucket="a", source_key="o")


def seen(action: Action, status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Observation:
    content = body.encode() if isinstance(body, str) else body
    return observe_s3(action, Answer(status, headers or {}, content), lambda text: text.replace(STEM, ""))


# Uploads


def test_the_beginning_of_an_upload_has_its_id_and_the_headers_of_a_write() -> None:
    body = "<InitiateMultipartUploadResult xmlns='x'><UploadId>id</UploadId></InitiateMultipartUploadResult>"
    assert seen(BEGIN, 200, body, KMS) == Observation(200, algorithm="aws:kms", kms_key="arn", upload_id="id")


@pytest.mark.parametrize("inside", ["", "<UploadId/>", "<Deeper><UploadId>x</UploadId></Deeper>"])
def test_an_upload_without_an_id_is_garbage(inside: str) -> None:
    got = seen(BEGIN, 200, f"<InitiateMultipartUploadResult>{inside}</InitiateMultipartUploadResult>")
    assert (got.fault, got.message) == ("garbage", "a multipart upload without an id")


def test_a_part_has_its_etag_in_a_header_and_a_copied_one_in_a_document() -> None:
    assert seen(PART, 200, headers={"ETag": '"e"', **KMS}) == Observation(
        200, algorithm="aws:kms", kms_key="arn", etag="e"
    )
    copied = "<CopyPartResult><ETag>&quot;e&quot;</ETag></CopyPartResult>"
    assert seen(PART_COPY, 200, copied, {"ETag": '"not this"', "x-amz-copy-source-version-id": "s"}) == Observation(
        200, etag="e", source_version_id="s"
    )


def test_the_end_of_an_upload_has_its_etag_in_the_document_and_the_rest_in_headers() -> None:
    body = "\n <CompleteMultipartUploadResult><ETag>&#34;e-2&#34;</ETag></CompleteMultipartUploadResult>"
    got = seen(COMPLETE, 200, body, {**KMS, "x-amz-version-id": "v"})
    assert got == Observation(200, algorithm="aws:kms", kms_key="arn", etag="e-2", version_id="v")


def test_an_error_at_the_end_of_an_upload_is_a_refusal_under_a_good_status_too() -> None:
    assert seen(COMPLETE, 200, ERROR.format(code="InternalError", message="m")).code == "InternalError"


@pytest.mark.parametrize("root", ["ListPartsResult", "ListPartsResponse"])
def test_a_list_of_parts_says_no_more_than_its_headers(root: str) -> None:
    assert seen(PARTS, 200, f"<{root}><Part><ETag>e</ETag></Part></{root}>") == Observation(200)
    assert seen(PARTS, 200, f"<{root}/>", KMS).algorithm == "aws:kms"


def test_an_upload_is_given_up_without_a_document() -> None:
    assert seen(AbortMultipartUpload(bucket="b", key="o", upload="u"), 204) == Observation(204)


@pytest.mark.parametrize(
    "root", ["GetObjectAttributesResponse", "GetObjectAttributesOutput", "GetObjectAttributesResult"]
)
def test_attributes_are_the_etag_and_the_size(root: str) -> None:
    body = f"<{root}><ETag>e</ETag><ObjectSize>12</ObjectSize></{root}>"
    assert seen(ATTRIBUTES, 200, body) == Observation(200, etag="e", length=12)
    assert seen(ATTRIBUTES, 200, f"<{root}/>") == Observation(200)


# Wrong documents


@pytest.mark.parametrize(
    "action",
    [BEGIN, PART_COPY, COMPLETE, PARTS, ATTRIBUTES, LOGGING, REPLICATION, JOB, GetBucketEncryption(bucket="b")],
    ids=lambda action: type(action).__name__,
)
@pytest.mark.parametrize("body", ["", "<html/>", "<ListBucketResult/>", "{}", "<CopyObjectResult/>"])
def test_an_answer_that_needs_a_document_is_garbage_with_another_or_none(action: Action, body: str) -> None:
    got = seen(action, 200, body)
    assert (got.status, got.fault) == (200, "garbage")


@pytest.mark.parametrize(
    "action",
    [
        PART,
        POST,
        PutObject(bucket="b", key="o"),
        PutBucketLogging(bucket="b", target=None),
        PutBucketReplication(bucket="b", destination="d"),
        DeleteBucketReplication(bucket="b"),
        AbortMultipartUpload(bucket="b", key="o", upload="u"),
    ],
    ids=lambda action: type(action).__name__,
)
def test_a_page_where_no_document_belongs_is_garbage(action: Action) -> None:
    assert seen(action, 200, "<html/>").fault == "garbage"
    assert seen(action, 200, "<ListBucketResult/>").fault == "garbage"
    assert seen(action, 200).fault is None


def test_a_form_may_be_answered_with_a_document() -> None:
    got = seen(POST, 201, "<PostResponse><ETag>e</ETag></PostResponse>", {"ETag": '"h"', **KMS})
    assert got == Observation(201, algorithm="aws:kms", kms_key="arn", etag="h")


@pytest.mark.parametrize("body", ["", "<UpdateObjectEncryptionResponse/>", "<UpdateObjectEncryptionResult/>"])
def test_an_update_is_answered_with_nothing_or_with_an_empty_document(body: str) -> None:
    update = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("text", "k"))
    assert seen(update, 200, body) == Observation(200)


def test_whatever_a_target_says_to_a_policy_is_not_looked_at() -> None:
    assert seen(PutBucketPolicy(bucket="b", policy="share"), 200, "{'not': 'XML'") == Observation(200)


@pytest.mark.parametrize(
    "action", [BEGIN, PART, COMPLETE, ATTRIBUTES, LOGGING, JOB, POST, ReadLog(bucket="b", source="s")]
)
def test_every_refusal_has_its_code(action: Action) -> None:
    got = seen(action, 404, ERROR.format(code="NoSuchUpload", message=f"in {STEM}b"))
    assert got == Observation(404, code="NoSuchUpload", message="in b")


# Logging and replication


def test_logging_shows_its_target_as_the_program_spells_it() -> None:
    status = "<BucketLoggingStatus xmlns='x'>{}</BucketLoggingStatus>"
    inside = f"<LoggingEnabled><TargetBucket>{STEM}logs</TargetBucket><TargetPrefix>b/</TargetPrefix></LoggingEnabled>"
    assert seen(LOGGING, 200, status.format(inside)) == Observation(200, logged_in="logs")
    assert seen(LOGGING, 200, status.format("")) == Observation(200)


def test_a_replication_is_shown_element_by_element() -> None:
    body = (
        "<ReplicationConfiguration><Role>r</Role><Rule><SourceSelectionCriteria><SseKmsEncryptedObjects>"
        "<Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria><Destination>"
        f"<Bucket>arn:aws:s3:::{STEM}d</Bucket><EncryptionConfiguration><ReplicaKmsKeyID>alias/{STEM}a</ReplicaKmsKeyID>"
        "</EncryptionConfiguration></Destination></Rule></ReplicationConfiguration>"
    )
    assert seen(REPLICATION, 200, body) == Observation(200, replication=ShownReplication("d", "Enabled", "alias/a"))


@pytest.mark.parametrize("inside", ["", "<Rule/>", "<Rule><Destination/><SourceSelectionCriteria/></Rule>"])
def test_a_replication_that_lacks_elements_shows_none_of_them(inside: str) -> None:
    body = f"<ReplicationConfiguration>{inside}</ReplicationConfiguration>"
    assert seen(REPLICATION, 200, body) == Observation(200, replication=ShownReplication())


# Headers


@pytest.mark.parametrize("read", [HEAD, HeadReplica(bucket="b", key="o", source="s")])
def test_a_head_has_the_headers_of_sse_c_of_replication_and_of_the_length(read: Action) -> None:
    headers = {
        "Content-Length": "7",
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
        "x-amz-server-side-encryption-customer-key-MD5": "md5",
        "x-amz-replication-status": "REPLICA",
    }
    assert seen(read, 200, headers=headers) == Observation(
        200, customer_algorithm="AES256", customer_key_md5="md5", length=7, replication_status="REPLICA"
    )


@pytest.mark.parametrize("length", ["", "-1", "1.5", "seven", "9" * 5000, "\u0663", " 7 x"])
def test_a_length_that_is_no_number_is_none(length: str) -> None:
    assert seen(HEAD, 200, headers={"Content-Length": length}).length is None
    body = f"<GetObjectAttributesResponse><ObjectSize>{length}</ObjectSize></GetObjectAttributesResponse>"
    assert seen(ATTRIBUTES, 200, body).length is None


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_look_at_a_replica_has_a_status_alone(status: int) -> None:
    assert seen(HeadReplica(bucket="b", key="o", source="s"), status, "ignored") == Observation(status)


def test_a_part_of_an_object_is_content_with_its_own_status() -> None:
    assert seen(READ, 206, "2345", {"Content-Length": "4"}) == Observation(206, body="2345", length=4)


def test_long_content_is_told_by_its_length_and_its_digest() -> None:
    content = "x" * (BODY_LIMIT + 1)
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert seen(READ, 200, content).body == f"{len(content)} characters, SHA-256 {digest}"


def test_content_beyond_every_limit_is_garbage() -> None:
    got = observe_s3(READ, Answer(200, {}, None), str)
    assert (got.fault, got.message) == ("garbage", f"a body of more than {CONTENT_LIMIT} bytes")


def test_blocked_types_are_shown_in_their_order() -> None:
    body = (
        "<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType>"
        "<Other>x</Other><EncryptionType/></BlockedEncryptionTypes></Rule><Rule><BlockedEncryptionTypes/></Rule>"
        "</ServerSideEncryptionConfiguration>"
    )
    assert seen(GetBucketEncryption(bucket="b"), 200, body) == Observation(
        200, configuration=(ShownRule(blocked=("SSE-C", "")), ShownRule(blocked=()))
    )
