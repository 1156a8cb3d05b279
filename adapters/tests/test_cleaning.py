"""A space removes what it made from a target that keeps everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sse_adapters.carrier import Carrier
from sse_adapters.moto import MotoTarget
from sse_spec.actions import (
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteObject,
    GetBucketEncryption,
    PutBucketVersioning,
    PutObject,
    ScheduleKeyDeletion,
)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    target = MotoTarget()
    target.open()
    target.space()
    assert target._carrier is not None
    yield target._carrier
    target.close()


def buckets(carrier: Carrier) -> list[str]:
    found = [carrier.client(who, "s3").list_buckets()["Buckets"] for who in ("main", "other")]
    return [bucket["Name"] for some in found for bucket in some]


def key_states(carrier: Carrier, principal: str = "main", region: str = "home") -> list[str]:
    kms = carrier.client(principal, "kms", region)
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return [key["KeyState"] for key in keys if key["KeyManager"] == "CUSTOMER"]


def test_versions_markers_and_buckets_are_removed(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateBucket(bucket="plain"))
    space.perform(PutObject(bucket="plain", key="a/b c", body="x"))
    space.perform(CreateBucket(bucket="versioned"))
    space.perform(PutBucketVersioning(bucket="versioned", status="Enabled"))
    for body in ("one", "two"):
        space.perform(PutObject(bucket="versioned", key="o", body=body))
    space.perform(CopyObject(bucket="versioned", key="c", source_bucket="plain", source_key="a/b c"))
    space.perform(DeleteObject(bucket="versioned", key="o"))
    assert len(buckets(carrier)) == 2
    space.close()
    assert buckets(carrier) == []
    assert space.leftovers == ()


def test_uploads_that_are_still_open_are_given_up(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateBucket(bucket="b"))
    space.perform(PutObject(bucket="b", key="o", body="x"))
    space.perform(CreateMultipartUpload(bucket="b", key="o", upload="u"))
    aborted = []
    carrier.client("main", "s3").meta.events.register(
        "before-call.s3.AbortMultipartUpload", lambda **_: aborted.append(1)
    )
    space.close()
    assert (aborted, buckets(carrier)) == ([1], [])


def test_a_bucket_of_another_region_is_removed_there(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateBucket(bucket="far", region="away"))
    space.perform(PutObject(bucket="far", key="o", body="x"))
    space.close()
    assert buckets(carrier) == []


def test_aliases_are_removed_and_keys_scheduled_for_deletion(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateKey(key="k"))
    space.perform(CreateKey(key="far", region="away"))
    space.perform(CreateKey(key="theirs", principal="other"))
    space.perform(CreateKey(key="pending"))
    space.perform(ScheduleKeyDeletion(key="pending"))
    space.perform(CreateAlias(alias="a", key="k"))
    space.close()
    assert key_states(carrier) == ["PendingDeletion"] * 2
    assert key_states(carrier, region="away") == key_states(carrier, "other") == ["PendingDeletion"]
    aliases = carrier.client("main", "kms").list_aliases()["Aliases"]
    assert not [alias for alias in aliases if "s3sse" in alias["AliasName"]]


def test_a_bucket_is_removed_by_the_account_that_made_it(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(GetBucketEncryption(bucket="b"))
    space.perform(CreateBucket(bucket="b", principal="other"))
    space.close()
    assert buckets(carrier) == []


def test_nothing_of_another_space_is_touched(carrier: Carrier) -> None:
    kept, closed = carrier.space(), carrier.space()
    for space in (kept, closed):
        space.perform(CreateBucket(bucket="b"))
        space.perform(CreateKey(key="k"))
    closed.close()
    assert kept.perform(PutObject(bucket="b", key="o")).status == 200
    assert sorted(key_states(carrier)) == ["Enabled", "PendingDeletion"]


def test_a_bucket_that_a_target_makes_by_mistake_is_removed_too(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(GetBucketEncryption(bucket="probe"))
    carrier.client("main", "s3").create_bucket(Bucket=f"s3sse-{carrier.token}-1-probe")
    space.close()
    assert buckets(carrier) == []


def test_what_cannot_be_removed_is_named_and_tried_again(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateBucket(bucket="b"))
    s3 = carrier.client("main", "s3")

    def fail(**_: Any) -> None:
        raise OSError("the line is dead")

    s3.meta.events.register("before-send", fail)
    space.close()
    assert list(space.leftovers) == [f"{space._names.stem}b"]
    s3.meta.events.unregister("before-send", fail)
    space.close()
    assert (list(space.leftovers), buckets(carrier)) == ([], [])


def test_closing_twice_asks_for_nothing(carrier: Carrier) -> None:
    space = carrier.space()
    space.perform(CreateBucket(bucket="b"))
    space.close()
    sent = []
    carrier.client("main", "s3").meta.events.register("before-call", lambda **_: sent.append(1))
    space.close()
    assert sent == []
