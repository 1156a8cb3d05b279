"""Batch jobs, updates of objects where they are, forms, and looks at replicas."""

from __future__ import annotations

from typing import Any

import pytest
from sse_adapters.calls import Call, call
from sse_adapters.names import NameMap
from sse_spec.actions import (
    BatchCopy,
    CustomerKey,
    EncryptionHeaders,
    HeadReplica,
    KeyRef,
    PostObject,
    UpdateObjectEncryption,
)
from sse_spec.names import customer_key_md5

STEM = "s3sse-t-0-"
ARN = "arn:aws:kms:us-east-1:111111111111:key/0a"


@pytest.fixture
def names() -> NameMap:
    made = NameMap(STEM, {"main": "111111111111", "other": "222222222222"}, {"home": "us-east-1", "away": "us-west-2"})
    made.learn_key("k", "home", ARN)
    return made


def job(key: str = "o", source_key: str = "o", headers: EncryptionHeaders | None = None, **more: Any) -> BatchCopy:
    return BatchCopy(
        bucket="b", key=key, source_bucket="a", source_key=source_key, headers=headers or EncryptionHeaders(), **more
    )


def test_a_job_copies_one_object_and_starts_by_itself(names: NameMap) -> None:
    made = call(job(), names)
    arguments = made.arguments
    assert (made.service, made.method, made.principal) == ("s3control", "create_job", "main")
    assert arguments["AccountId"] == "111111111111"
    assert arguments["ConfirmationRequired"] is False
    assert arguments["RoleArn"] == "arn:aws:iam::111111111111:role/s3sse-service"
    assert arguments["Operation"] == {"S3PutObjectCopy": {"TargetResource": f"arn:aws:s3:::{STEM}b"}}


def test_a_job_does_not_copy_what_only_begins_like_its_object(names: NameMap) -> None:
    generator = call(job("object1", "object1"), names).arguments["ManifestGenerator"]["S3JobManifestGenerator"]
    assert generator["SourceBucket"] == f"arn:aws:s3:::{STEM}a"
    assert generator["Filter"]["KeyNameConstraint"] == {
        "MatchAnyPrefix": ["object1"],
        "MatchAnySuffix": ["object1"],
    }


@pytest.mark.parametrize(
    ("algorithm", "spelt"), [("AES256", "AES256"), ("aws:kms", "KMS"), ("aws:kms:dsse", "aws:kms:dsse")]
)
def test_a_job_spells_the_algorithms_in_its_own_way(algorithm: str, spelt: str, names: NameMap) -> None:
    headers = EncryptionHeaders(algorithm, KeyRef("arn", "k"), bucket_key=False)
    assert call(job(headers=headers), names).arguments["Operation"]["S3PutObjectCopy"] == {
        "TargetResource": f"arn:aws:s3:::{STEM}b",
        "NewObjectMetadata": {"SSEAlgorithm": spelt},
        "SSEAwsKmsKeyId": ARN,
        "BucketKeyEnabled": False,
    }


def test_a_job_can_put_a_folder_in_front_of_the_name_and_nothing_else(names: NameMap) -> None:
    copy = call(job("new/o", "o"), names).arguments["Operation"]["S3PutObjectCopy"]
    assert copy["TargetKeyPrefix"] == "new"
    for wrong in ("other", "no", "o/new"):
        with pytest.raises(ValueError, match="a job cannot copy 'o' to"):
            call(job(wrong, "o"), names)


def test_a_job_is_made_in_the_region_of_its_destination(names: NameMap) -> None:
    names.learn_bucket("b", "away")
    assert call(job(), names).region == "away"


def test_an_update_names_the_key_and_the_bucket_key_only_if_it_is_asked_to(names: NameMap) -> None:
    plain = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k"))
    assert call(plain, names) == Call(
        "s3",
        "update_object_encryption",
        {"Bucket": f"{STEM}b", "Key": "o", "ObjectEncryption": {"SSEKMS": {"KMSKeyArn": ARN}}},
        "main",
    )
    names.learn_versioning("b", "Enabled")
    names.learn_write("b", "o", "v1")
    full = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("id", "k"), version=0, bucket_key=True)
    arguments = call(full, names).arguments
    assert arguments["VersionId"] == "v1"
    assert arguments["ObjectEncryption"] == {"SSEKMS": {"KMSKeyArn": "0a", "BucketKeyEnabled": True}}


def test_the_fields_of_a_form_are_called_as_the_headers_are(names: NameMap) -> None:
    headers = EncryptionHeaders("aws:kms", KeyRef("arn", "k"), bucket_key=True, context="e30=")
    made = call(PostObject(bucket="b", key="o", body="é", headers=headers), names)
    assert made.arguments == {"Bucket": f"{STEM}b", "Key": "o", "Body": "é".encode()}
    assert made.form == {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": ARN,
        "x-amz-server-side-encryption-bucket-key-enabled": "true",
        "x-amz-server-side-encryption-context": "e30=",
    }


def test_a_form_may_carry_a_customer_key_and_an_empty_field(names: NameMap) -> None:
    headers = EncryptionHeaders("", bucket_key=False, customer=CustomerKey())
    form = call(PostObject(bucket="b", key="o", headers=headers), names).form or {}
    assert form["x-amz-server-side-encryption"] == ""
    assert form["x-amz-server-side-encryption-bucket-key-enabled"] == "false"
    assert form["x-amz-server-side-encryption-customer-algorithm"] == "AES256"
    assert form["x-amz-server-side-encryption-customer-key-MD5"] == customer_key_md5("c1")


def test_a_form_without_fields_is_a_form_and_that_of_a_guest_has_an_acl(names: NameMap) -> None:
    assert call(PostObject(bucket="b", key="o"), names).form == {}
    assert call(PostObject(bucket="b", key="o", principal="other"), names).form == {"acl": "bucket-owner-full-control"}


def test_a_replica_is_looked_at_by_one_head(names: NameMap) -> None:
    names.learn_bucket("b", "away")
    assert call(HeadReplica(bucket="b", key="o", source="a"), names) == Call(
        "s3", "head_object", {"Bucket": f"{STEM}b", "Key": "o"}, "main", "away"
    )
