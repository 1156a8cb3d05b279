"""ministack and LocalStack, where they are installed: accounts, principals, and other people's things left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sse_adapters import environments
from sse_adapters.localstack import LocalstackTarget
from sse_adapters.ministack import MinistackTarget
from sse_adapters.protocol import Identity
from sse_adapters.served import ServedTarget
from sse_spec.actions import (
    RESTRICTED,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)

Opened = tuple[ServedTarget, Identity]


@pytest.fixture(scope="module", params=[MinistackTarget, LocalstackTarget], ids=lambda one: one.name)
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    target: ServedTarget = request.param()
    if environments.version(target.name) is None:
        pytest.skip(f"{target.name} is not installed: {environments.how_to_install(target.name)}")
    try:
        yield target, target.open()
    finally:
        target.close()


def test_it_says_its_version_and_plays_all_principals(opened: Opened) -> None:
    target, identity = opened
    assert environments.version(target.name) in {identity.version, "unknown"}
    assert set(identity.principals) == {"main", "other", *RESTRICTED}


def test_it_stores_objects_and_knows_keys_of_both_accounts(opened: Opened) -> None:
    target, identity = opened
    space = target.space()
    for account in identity.accounts:
        made = space.perform(CreateKey(key=f"k-{account}", principal=account))
        assert made.key_arn is not None
        assert f":{identity.accounts[account]}:key/" in made.key_arn
        space.perform(CreateBucket(bucket=f"b-{account}", principal=account))
        headers = EncryptionHeaders("aws:kms", KeyRef("arn", f"k-{account}"))
        put = PutObject(bucket=f"b-{account}", key="o", body="text", headers=headers, principal=account)
        assert space.perform(put).kms_key == made.key_arn
        assert space.perform(HeadObject(bucket=f"b-{account}", key="o", principal=account)).kms_key == made.key_arn
    space.close()


def test_a_user_of_it_is_answered_as_a_user(opened: Opened) -> None:
    target, _ = opened
    space = target.space()
    space.perform(CreateBucket(bucket="b"))
    rules = (Rule("AES256"),)
    assert space.perform(PutBucketEncryption(bucket="b", rules=rules, principal="main")).status == 200
    seen = space.perform(PutBucketEncryption(bucket="b", rules=rules, principal="main/no-config"))
    assert (seen.status, seen.code) == ((403, "AccessDenied") if target.name == "ministack" else (200, None))
    space.close()


def test_by_url_it_loses_nothing_but_what_the_run_has_made(opened: Opened) -> None:
    started, _ = opened
    assert started._carrier is not None
    others = started._carrier.client("main", "s3")
    others.create_bucket(Bucket="of-somebody-else")
    before = {bucket["Name"] for bucket in others.list_buckets()["Buckets"]}
    visitor = type(started)(endpoint_url=started.url)
    try:
        visitor.open()
        space = visitor.space()
        space.perform(CreateBucket(bucket="b"))
        space.perform(PutObject(bucket="b", key="o", body="text"))
        during = {bucket["Name"] for bucket in others.list_buckets()["Buckets"]}
        space.close()
    finally:
        visitor.close()
    assert len(during - before) == 1
    assert {bucket["Name"] for bucket in others.list_buckets()["Buckets"]} == before
    assert others.head_bucket(Bucket="of-somebody-else")["ResponseMetadata"]["HTTPStatusCode"] == 200
