"""Actions and answers read like sentences, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from sse_conformance.words import answer, request
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    EncryptionHeaders,
    GetBucketLogging,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    KeyRef,
    ListParts,
    PostObject,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketVersioning,
    ReadKmsCalls,
    ReadLog,
    S3Action,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.names import KeyNames
from sse_spec.observations import Observation

ARN = "arn:aws:kms:us-east-1:111122223333:key/0a"
OF_OTHER = "arn:aws:kms:us-east-1:444455556666:key/0b"


@pytest.fixture
def names() -> KeyNames:
    made = KeyNames({"main": "111122223333", "other": "444455556666"}, {"home": "us-east-1"})
    made.bind("k", ARN)
    made.bind("aws/s3@other", OF_OTHER)
    return made


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (CreateBucket(bucket="b", region="away"), "CreateBucket b in another Region"),
        (CreateKey(key="k", region="away", shared=True), "CreateKey k in another Region shared with the other account"),
        (PutBucketVersioning(bucket="b", status="Suspended"), "PutBucketVersioning b Suspended"),
        (PutBucketPolicy(bucket="b", policy="log-delivery"), "PutBucketPolicy b to let S3 deliver logs"),
        (PutBucketLogging(bucket="b", target="logs"), "PutBucketLogging b to logs"),
        (PutBucketLogging(bucket="b", target=None), "PutBucketLogging b to nowhere"),
        (GetBucketLogging(bucket="b"), "GetBucketLogging b"),
        (ReadLog(bucket="logs", source="b"), "ReadLog logs for logs of b"),
        (ReadKmsCalls(bucket="b", key="o", others=("p", "q")), "ReadKmsCalls b/o and p and q"),
        (PostObject(bucket="b", key="o"), "PostObject b/o without encryption headers"),
        (
            CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders("aws:kms")),
            "CreateMultipartUpload u in b/o with encryption aws:kms",
        ),
        (
            UploadPart(bucket="b", key="o", upload="u", body="x", repeat=5 << 20),
            "UploadPart 1 of u in b/o, 5 MiB",
        ),
        (
            UploadPart(bucket="b", key="o", upload="u", number=2, body="é", algorithm="AES256", customer=CustomerKey()),
            "UploadPart 2 of u in b/o, 2 bytes with x-amz-server-side-encryption: AES256 with customer key c1",
        ),
        (
            UploadPartCopy(
                bucket="b", key="o", upload="u", source_bucket="a", source_key="s", source_version=1, span=(0, 9)
            ),
            "UploadPartCopy 1 of u in b/o from a/s (version 2) bytes 0-9",
        ),
        (
            UploadPartCopy(
                bucket="b", key="o", upload="u", source_bucket="a", source_key="s", source_customer=CustomerKey("c2")
            ),
            "UploadPartCopy 1 of u in b/o from a/s with customer key c2 for the source",
        ),
        (
            CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2)),
            "CompleteMultipartUpload u in b/o of parts 1 and 2",
        ),
        (CompleteMultipartUpload(bucket="b", key="o", upload="u"), "CompleteMultipartUpload u in b/o of part 1"),
        (AbortMultipartUpload(bucket="b", key="o", upload="u"), "AbortMultipartUpload u in b/o"),
        (ListParts(bucket="b", key="o", upload="u"), "ListParts u in b/o"),
        (GetObject(bucket="b", key="o", version=1, span=(2, 5)), "GetObject b/o (version 2) bytes 2-5"),
        (HeadObject(bucket="b", key="o", part=2), "HeadObject b/o part 2"),
        (
            GetObjectAttributes(bucket="b", key="o", algorithm="AES256"),
            "GetObjectAttributes b/o with x-amz-server-side-encryption: AES256",
        ),
        (
            CopyObject(bucket="b", key="o", source_bucket="a", source_key="s", storage_class="STANDARD"),
            "CopyObject b/o from a/s with StorageClass STANDARD without encryption headers",
        ),
        (
            BatchCopy(bucket="b", key="o", source_bucket="a", source_key="o", headers=EncryptionHeaders("AES256")),
            "BatchCopy b/o by a job from a/o with encryption AES256",
        ),
        (
            UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("id", "k"), bucket_key=True),
            "UpdateObjectEncryption b/o to key k (as bare key id), bucket key true",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Action) else "",
)
def test_a_request_is_one_line_with_the_names_of_the_program(action: Action, words: str) -> None:
    assert request(action) == words


def _bare_actions() -> Iterator[S3Action]:
    values: dict[str, object] = {"bucket": "b", "key": "o", "alias": "a", "upload": "u", "status": "Enabled"}
    values |= {"source_bucket": "s", "source_key": "o", "policy": "share", "target": "t", "source": "s"}
    values |= {"destination": "d", "kms_key": KeyRef("arn", "k")}
    for kind in get_args(S3Action):
        yield kind(**{name: values[name] for name in kind.__struct_fields__ if name in values}, principal="other")


@pytest.mark.parametrize("action", list(_bare_actions()), ids=lambda action: type(action).__name__)
def test_every_request_says_what_is_asked_of_what_and_by_whom(action: S3Action) -> None:
    words = request(action)
    assert words.startswith(f"{type(action).__name__} ")
    assert words.endswith(" (as other)")
    assert "\n" not in words
    assert "  " not in words
    for name in ("bucket", "upload", "target", "source", "destination"):
        assert getattr(action, name, "") in words


@pytest.mark.parametrize(
    ("action", "seen", "words"),
    [
        (GetBucketLogging(bucket="b"), Observation(200, logged_in="logs"), "200, logged in logs"),
        (GetBucketLogging(bucket="b"), Observation(200), "200, logged in nothing"),
        (GetBucketLogging(bucket="b"), Observation(404, code="NoSuchBucket"), "404, NoSuchBucket"),
        (
            ReadLog(bucket="logs", source="b"),
            Observation(200, delivered=True, algorithm="AES256"),
            "200, a log has arrived, AES256",
        ),
        (ReadLog(bucket="logs", source="b"), Observation(200, delivered=False), "200, no log has arrived"),
        (ReadKmsCalls(bucket="b", key="o"), Observation(200, kms_calls=0), "200, no call to KMS"),
        (
            ReadKmsCalls(bucket="b", key="o"),
            Observation(200, kms_calls=1, kms_key=ARN, kms_context="bucket"),
            "200, 1 call to KMS under key ARN of k, the context names the bucket",
        ),
        (
            ReadKmsCalls(bucket="b", key="o", others=("p",)),
            Observation(200, kms_calls=2, kms_key="several", kms_context="several"),
            "200, 2 calls to KMS under several keys, the context names several things",
        ),
        (
            ReadKmsCalls(bucket="b", key="o"),
            Observation(200, kms_calls=1, kms_key=ARN, kms_context="none"),
            "200, 1 call to KMS under key ARN of k, the context names nothing",
        ),
        (
            BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o"),
            Observation(404, message="late", fault="late"),
            "late (404): late",
        ),
        (BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o"), Observation(200), "200"),
        (
            CreateMultipartUpload(bucket="b", key="o", upload="u"),
            Observation(200, algorithm="aws:kms", kms_key=ARN, upload_id="id"),
            "200, aws:kms, key ARN of k",
        ),
        (
            UploadPart(bucket="b", key="o", upload="u"),
            Observation(200, etag="9a0364b9e99bb480dd25e1f0284c8555"),
            "200, no encryption named, ETag = MD5",
        ),
        (
            GetObjectAttributes(bucket="b", key="o"),
            Observation(200, etag="e", length=7),
            "200, ETag not the MD5, 7 bytes",
        ),
        (
            HeadObject(bucket="b", key="o", principal="other"),
            Observation(200, algorithm="aws:kms", kms_key=OF_OTHER, replication_status="REPLICA"),
            "200, replication status REPLICA, aws:kms, key ARN of aws/s3 of other",
        ),
        (ListParts(bucket="b", key="o", upload="u"), Observation(200), "200"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Action) else "",
)
def test_an_answer_is_one_line_without_what_the_target_invented(
    action: Action, seen: Observation, words: str, names: KeyNames
) -> None:
    assert answer(action, seen, names, "content") == words
