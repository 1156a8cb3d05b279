"""An action is translated into exactly one boto3 call, wrong requests included."""

from __future__ import annotations

import inspect
from typing import Any, get_args
from uuid import UUID

import pytest
from sse_adapters import calls
from sse_adapters.calls import MALFORMED_BODY, Call, call
from sse_adapters.names import BUCKET_NAME_LIMIT, NameMap
from sse_spec import names as spec_names
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    ReadKmsCalls,
    Rule,
    S3Action,
    ScheduleKeyDeletion,
    UpdateAlias,
)

ACCOUNTS = {"main": "111111111111", "other": "222222222222"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
ARN = "arn:aws:kms:us-west-2:111111111111:key/0a"
STEM = "s3sse-t-0-"


@pytest.fixture
def names() -> NameMap:
    made = NameMap(STEM, ACCOUNTS, REGIONS)
    made.learn_key("k", "away", ARN)
    return made


def configuration(action: PutBucketEncryption, names: NameMap) -> Any:
    return call(action, names).arguments["ServerSideEncryptionConfiguration"]


def test_every_action_has_a_call() -> None:
    assert set(calls._CALLS) == set(get_args(S3Action)) - {ReadKmsCalls}  # no request: a witness answers it


def test_the_translation_knows_no_boto3() -> None:
    assert "import boto" not in inspect.getsource(calls)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (CreateBucket(bucket="b"), Call("s3", "create_bucket", {"Bucket": f"{STEM}b"}, "main")),
        (GetBucketEncryption(bucket="b"), Call("s3", "get_bucket_encryption", {"Bucket": f"{STEM}b"}, "main")),
        (DeleteBucketEncryption(bucket="b"), Call("s3", "delete_bucket_encryption", {"Bucket": f"{STEM}b"}, "main")),
        (
            PutBucketVersioning(bucket="b", status="Suspended"),
            Call(
                "s3",
                "put_bucket_versioning",
                {"Bucket": f"{STEM}b", "VersioningConfiguration": {"Status": "Suspended"}},
                "main",
            ),
        ),
        (
            DeleteObject(bucket="b", key="o", principal="other"),
            Call("s3", "delete_object", {"Bucket": f"{STEM}b", "Key": "o"}, "other"),
        ),
        (CreateKey(key="n", region="away"), Call("kms", "create_key", {}, "main", "away")),
        (DisableKey(key="k"), Call("kms", "disable_key", {"KeyId": "0a"}, "main", "away")),
        (EnableKey(key="k"), Call("kms", "enable_key", {"KeyId": "0a"}, "main", "away")),
        (
            ScheduleKeyDeletion(key="k"),
            Call("kms", "schedule_key_deletion", {"KeyId": "0a", "PendingWindowInDays": 7}, "main", "away"),
        ),
        (CancelKeyDeletion(key="k"), Call("kms", "cancel_key_deletion", {"KeyId": "0a"}, "main", "away")),
        (
            CreateAlias(alias="a", key="k"),
            Call("kms", "create_alias", {"AliasName": f"alias/{STEM}a", "TargetKeyId": "0a"}, "main"),
        ),
        (
            UpdateAlias(alias="a", key="k"),
            Call("kms", "update_alias", {"AliasName": f"alias/{STEM}a", "TargetKeyId": "0a"}, "main"),
        ),
        (DeleteAlias(alias="a"), Call("kms", "delete_alias", {"AliasName": f"alias/{STEM}a"}, "main")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Action) else "",
)
def test_a_plain_action_is_its_method_and_its_names(action: Action, expected: Call, names: NameMap) -> None:
    assert call(action, names) == expected


def test_a_bucket_names_its_region_except_in_us_east_1() -> None:
    elsewhere = NameMap(STEM, ACCOUNTS, {"home": "eu-west-1"})
    arguments = call(CreateBucket(bucket="b"), elsewhere).arguments
    assert arguments["CreateBucketConfiguration"] == {"LocationConstraint": "eu-west-1"}


@pytest.mark.parametrize(
    ("rule", "shape"),
    [
        (Rule("AES256"), {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}),
        (Rule(), {"ApplyServerSideEncryptionByDefault": {}}),
        (Rule(apply=False), {}),
        (Rule(apply=False, bucket_key=True), {"BucketKeyEnabled": True}),
        (Rule(""), {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": ""}}),
        (
            Rule("rot13", KeyRef("text", ""), bucket_key=False),
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "rot13", "KMSMasterKeyID": ""},
                "BucketKeyEnabled": False,
            },
        ),
    ],
)
def test_a_rule_says_what_it_says_and_nothing_more(rule: Rule, shape: object, names: NameMap) -> None:
    assert configuration(PutBucketEncryption(bucket="b", rules=(rule,)), names) == {"Rules": [shape]}


def test_no_rule_and_two_rules_go_out_as_they_are(names: NameMap) -> None:
    assert configuration(PutBucketEncryption(bucket="b"), names) == {"Rules": []}
    two = PutBucketEncryption(bucket="b", rules=(Rule("AES256"), Rule("aws:kms")))
    assert len(configuration(two, names)["Rules"]) == 2


def test_a_malformed_configuration_replaces_the_body(names: NameMap) -> None:
    assert call(PutBucketEncryption(bucket="b", malformed=True), names).body == MALFORMED_BODY
    assert call(PutBucketEncryption(bucket="b"), names).body is None


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("id", "0a"),
        ("arn", ARN),
        ("alias", f"alias/{STEM}k"),
        ("alias-arn", f"arn:aws:kms:us-east-1:222222222222:alias/{STEM}k"),
        ("text", "k"),
    ],
)
def test_a_key_is_written_in_the_form_that_is_asked_for(form: KeyForm, text: str, names: NameMap) -> None:
    action = PutObject(bucket="b", key="o", principal="other", headers=EncryptionHeaders(key=KeyRef(form, "k")))
    assert call(action, names).arguments["SSEKMSKeyId"] == text


def test_a_key_that_nobody_made_has_a_stable_id_in_the_account_of_the_principal(names: NameMap) -> None:
    bare = names.key(KeyRef("id", "ghost"), "main")
    assert UUID(bare).version == 5
    assert names.key(KeyRef("id", "ghost"), "other") == bare
    assert names.key(KeyRef("arn", "ghost"), "other") == f"arn:aws:kms:us-east-1:222222222222:key/{bare}"
    assert names.key_region("ghost") == "home"


@pytest.mark.parametrize("form", ["id", "arn", "text"])
@pytest.mark.parametrize("symbol", ["k", "ghost"])
def test_the_specification_expects_the_text_that_goes_out(form: KeyForm, symbol: str, names: NameMap) -> None:
    expected = spec_names.KeyNames(ACCOUNTS, REGIONS)
    expected.bind("k", ARN)
    assert names.key(KeyRef(form, symbol), "other") == expected.text(KeyRef(form, symbol), "other")


def test_an_alias_of_aws_keeps_its_name(names: NameMap) -> None:
    assert names.key(KeyRef("alias", "aws/s3"), "main") == "alias/aws/s3"


def test_a_write_sends_only_the_headers_that_it_has(names: NameMap) -> None:
    bare = call(PutObject(bucket="b", key="o", body="é"), names)
    assert bare.arguments == {"Bucket": f"{STEM}b", "Key": "o", "Body": "é".encode()}
    full = EncryptionHeaders("", KeyRef("text", ""), bucket_key=False, context="not base64")
    assert call(PutObject(bucket="b", key="o", headers=full), names).arguments == {
        "Bucket": f"{STEM}b",
        "Key": "o",
        "Body": b"",
        "ServerSideEncryption": "",
        "SSEKMSKeyId": "",
        "BucketKeyEnabled": False,
        "SSEKMSEncryptionContext": "not base64",
    }


def test_a_copy_names_its_source_and_the_version_of_it(names: NameMap) -> None:
    names.learn_versioning("a", "Enabled")
    names.learn_write("a", "from", "v1")
    action = CopyObject(
        bucket="b",
        key="to",
        source_bucket="a",
        source_key="from",
        source_version=0,
        headers=EncryptionHeaders("AES256"),
        metadata_directive="REPLACE",
        storage_class="STANDARD",
    )
    assert call(action, names).arguments == {
        "Bucket": f"{STEM}b",
        "Key": "to",
        "CopySource": {"Bucket": f"{STEM}a", "Key": "from", "VersionId": "v1"},
        "MetadataDirective": "REPLACE",
        "StorageClass": "STANDARD",
        "ServerSideEncryption": "AES256",
    }


@pytest.mark.parametrize("read", [GetObject, HeadObject])
def test_an_encryption_header_on_a_read_is_put_in_by_hand(read: type[GetObject | HeadObject], names: NameMap) -> None:
    assert call(read(bucket="b", key="o", algorithm=""), names).headers == {"x-amz-server-side-encryption": ""}
    assert call(read(bucket="b", key="o"), names).headers == {}


def test_versions_are_counted_in_the_order_of_the_writes(names: NameMap) -> None:
    names.learn_write("b", "o", None)
    names.learn_versioning("b", "Enabled")
    names.learn_write("b", "o", "v1")
    names.learn_delete("b", "o", "marker")
    assert [names.version("b", "o", index) for index in range(3)] == ["null", "v1", "marker"]


def test_a_write_without_a_version_replaces_the_one_before(names: NameMap) -> None:
    names.learn_write("b", "o", None)
    names.learn_write("b", "o", None)
    assert names.version("b", "o", 0) == "null"
    assert names.version("b", "o", 1) != "null"


def test_a_deletion_without_versioning_forgets_the_object(names: NameMap) -> None:
    names.learn_write("b", "o", None)
    names.learn_delete("b", "o", None)
    assert names.version("b", "o", 0) != "null"


def test_a_version_that_was_never_written_has_a_stable_id(names: NameMap) -> None:
    other = NameMap("s3sse-u-1-", ACCOUNTS, REGIONS)
    assert names.version("b", "o", 3) == other.version("b", "o", 3)
    assert names.version("b", "o", -1) != names.version("b", "o", 3)


@pytest.mark.parametrize("symbol", ["b", "plain-2", "Upper", "under_score", "a" * 70, "-", "é", ""])
def test_every_symbol_becomes_a_bucket_name_that_s3_takes_and_comes_back(symbol: str, names: NameMap) -> None:
    name = names.bucket(symbol)
    assert name.startswith(STEM)
    assert len(name) <= BUCKET_NAME_LIMIT
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert names.shown(f"no bucket {name} here") == f"no bucket {symbol} here"
    assert names.bucket(symbol) == name
