"""What buckets are given besides a default: policies, logging, replication; and keys and owners that are named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sse_adapters.calls import ALGORITHM_HEADER, Call, Document, call
from sse_adapters.names import NO_ACCOUNT, NameMap
from sse_spec.actions import (
    POLICIES,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    EncryptionHeaders,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutObject,
    ReadLog,
    Rule,
)

STEM = "s3sse-t-0-"
BUCKET = f"{STEM}b"
ARN = "arn:aws:kms:us-west-2:111111111111:key/0a"


@pytest.fixture
def names() -> NameMap:
    made = NameMap(STEM, {"main": "111111111111", "other": "222222222222"}, {"home": "us-east-1", "away": "us-west-2"})
    made.learn_key("k", "away", ARN)
    return made


# Regions, owners, rules


def test_a_bucket_of_another_region_names_it_and_is_asked_there_from_then_on(names: NameMap) -> None:
    create = call(CreateBucket(bucket="far", region="away"), names)
    assert create.arguments["CreateBucketConfiguration"] == {"LocationConstraint": "us-west-2"}
    assert create.region == "away"
    assert call(GetBucketEncryption(bucket="far"), names).region == "home"
    names.learn_bucket("far", "away")
    for action in (
        GetBucketEncryption(bucket="far"),
        PutObject(bucket="far", key="o"),
        GetObject(bucket="far", key="o"),
    ):
        assert call(action, names).region == "away"


@pytest.mark.parametrize("action", [PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption])
def test_the_owner_that_is_expected_is_an_account_id(action: Any, names: NameMap) -> None:
    assert call(action(bucket="b", expected_owner="other"), names).arguments["ExpectedBucketOwner"] == "222222222222"
    assert call(action(bucket="b", expected_owner="third"), names).arguments["ExpectedBucketOwner"] == NO_ACCOUNT
    assert "ExpectedBucketOwner" not in call(action(bucket="b"), names).arguments


def test_blocked_types_are_an_element_of_their_own(names: NameMap) -> None:
    rules = (Rule("AES256", blocked="SSE-C"), Rule(apply=False, blocked="NONE"))
    shapes = call(PutBucketEncryption(bucket="b", rules=rules), names).arguments["ServerSideEncryptionConfiguration"]
    assert shapes["Rules"] == [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
        },
        {"BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}},
    ]


# Policies


def policy(action: PutBucketPolicy, names: NameMap) -> Any:
    document = call(action, names).arguments["Policy"]
    assert isinstance(document, Document)
    return json.loads(json.dumps(document.content))


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_is_a_document_about_the_bucket_and_nothing_else(name: Any, names: NameMap) -> None:
    made = policy(PutBucketPolicy(bucket="b", policy=name), names)
    assert made["Version"] == "2012-10-17"
    inside = {f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"}
    assert {statement["Resource"] for statement in made["Statement"]} <= inside
    assert all(statement["Action"] and statement["Principal"] for statement in made["Statement"])


@pytest.mark.parametrize(("owner", "guest"), [("main", "222222222222"), ("other", "111111111111")])
def test_a_bucket_is_shared_with_the_account_that_does_not_own_it(owner: str, guest: str, names: NameMap) -> None:
    statements = policy(PutBucketPolicy(bucket="b", policy="share", principal=owner), names)["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert {statement["Principal"]["AWS"] for statement in statements} == {f"arn:aws:iam::{guest}:root"}
    allowed = {one for statement in statements for one in statement["Action"]}
    assert {"s3:GetObject", "s3:PutObject", "s3:ListBucket"} <= allowed


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("require-header", {"Null": {f"s3:{ALGORITHM_HEADER}": "true"}}),
        ("require-kms", {"StringNotEquals": {f"s3:{ALGORITHM_HEADER}": "aws:kms"}}),
    ],
)
def test_a_policy_that_requires_a_header_denies_writes_without_it(name: Any, condition: object, names: NameMap) -> None:
    (statement,) = policy(PutBucketPolicy(bucket="b", policy=name), names)["Statement"]
    assert statement["Condition"] == condition
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:PutObject")


def test_logs_are_let_in_for_the_logging_service(names: NameMap) -> None:
    (statement,) = policy(PutBucketPolicy(bucket="b", policy="log-delivery"), names)["Statement"]
    assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", ["s3:PutObject"])


def test_a_shared_key_lets_the_other_account_use_it_and_only_its_own_change_it(names: NameMap) -> None:
    for owner, account, guest in (("main", "111111111111", "222222222222"), ("other", "222222222222", "111111111111")):
        document = call(CreateKey(key="n", shared=True, principal=owner), names).arguments["Policy"]
        owning, using = document.content["Statement"]
        assert owning["Principal"] == {"AWS": f"arn:aws:iam::{account}:root"}
        assert owning["Action"] == "kms:*"
        assert using["Principal"] == {"AWS": f"arn:aws:iam::{guest}:root"}
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(using["Action"])
        assert not any(right in using["Action"] for right in ("kms:*", "kms:PutKeyPolicy", "kms:DisableKey"))
    assert call(CreateKey(key="n"), names).arguments == {}


def test_a_write_of_a_guest_lets_the_owner_of_the_bucket_read_it(names: NameMap) -> None:
    assert (
        call(PutObject(bucket="b", key="o", principal="other"), names).arguments["ACL"] == "bucket-owner-full-control"
    )
    for principal in ("main", "main/no-kms"):
        assert "ACL" not in call(PutObject(bucket="b", key="o", principal=principal), names).arguments


def test_a_restricted_principal_sends_what_its_account_sends(names: NameMap) -> None:
    headers = EncryptionHeaders("aws:kms", KeyRef("alias-arn", "a"))
    made = call(PutObject(bucket="b", key="o", headers=headers, principal="main/no-kms"), names)
    assert made.principal == "main/no-kms"
    assert made.arguments["SSEKMSKeyId"] == f"arn:aws:kms:us-east-1:111111111111:alias/{STEM}a"


# Logging and replication


def test_logs_go_to_the_target_under_the_name_of_their_source(names: NameMap) -> None:
    status = {"LoggingEnabled": {"TargetBucket": f"{STEM}logs", "TargetPrefix": "b/"}}
    assert call(PutBucketLogging(bucket="b", target="logs"), names) == Call(
        "s3", "put_bucket_logging", {"Bucket": BUCKET, "BucketLoggingStatus": status}, "main"
    )
    assert call(ReadLog(bucket="logs", source="b"), names) == Call(
        "s3", "list_objects_v2", {"Bucket": f"{STEM}logs", "Prefix": "b/"}, "main"
    )


def test_an_empty_status_ends_the_logging(names: NameMap) -> None:
    assert call(PutBucketLogging(bucket="b", target=None), names).arguments["BucketLoggingStatus"] == {}
    assert call(GetBucketLogging(bucket="b"), names) == Call("s3", "get_bucket_logging", {"Bucket": BUCKET}, "main")


def replication(action: PutBucketReplication, names: NameMap) -> Any:
    return call(action, names).arguments["ReplicationConfiguration"]


def test_everything_is_replicated_by_one_rule_and_the_role_of_the_account(names: NameMap) -> None:
    made = replication(PutBucketReplication(bucket="b", destination="d"), names)
    (rule,) = made["Rules"]
    assert made["Role"] == "arn:aws:iam::111111111111:role/s3sse-service"
    assert (rule["Status"], rule["Filter"]) == ("Enabled", {"Prefix": ""})
    assert rule["Destination"] == {"Bucket": f"arn:aws:s3:::{STEM}d"}
    assert "SourceSelectionCriteria" not in rule


def test_sse_kms_objects_are_selected_and_their_replicas_have_a_key(names: NameMap) -> None:
    action = PutBucketReplication(bucket="b", destination="d", sse_kms="Enabled", replica_key=KeyRef("arn", "k"))
    (rule,) = replication(action, names)["Rules"]
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert rule["Destination"]["EncryptionConfiguration"] == {"ReplicaKmsKeyID": ARN}


def test_a_replication_without_rules_goes_out_as_it_is(names: NameMap) -> None:
    assert replication(PutBucketReplication(bucket="b", destination="d", empty=True), names)["Rules"] == []


@pytest.mark.parametrize(
    ("action", "method"),
    [
        (GetBucketReplication(bucket="b"), "get_bucket_replication"),
        (DeleteBucketReplication(bucket="b"), "delete_bucket_replication"),
    ],
    ids=["get", "delete"],
)
def test_a_replication_is_read_and_removed_by_the_name_of_its_bucket(
    action: GetBucketReplication | DeleteBucketReplication, method: str, names: NameMap
) -> None:
    assert call(action, names) == Call("s3", method, {"Bucket": BUCKET}, "main")
