"""Of which writes it is said what KMS is asked for during them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec import effects
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteObject,
    EncryptionHeaders,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    ReadKmsCalls,
    Rule,
    UpdateObjectEncryption,
    UploadPart,
)
from sse_spec.scene import Scene, scenes
from sse_spec.world import World

if TYPE_CHECKING:
    from conftest import Walk

BUCKET, SOURCE = CreateBucket(bucket="b"), CreateBucket(bucket="source")
KEY, OTHER = CreateKey(key="k"), CreateKey(key="other")
UNDER_K = EncryptionHeaders("aws:kms", KeyRef("arn", "k"))
ONE, TWO = ReadKmsCalls(bucket="b", key="o"), ReadKmsCalls(bucket="b", key="o", others=("o2",))
VERSIONED = PutBucketVersioning(bucket="b", status="Enabled")


def put(key: str = "o", headers: EncryptionHeaders = UNDER_K, principal: str = "main", bucket: str = "b") -> PutObject:
    return PutObject(bucket=bucket, key=key, body="content", headers=headers, principal=principal)


def copied(headers: EncryptionHeaders = UNDER_K) -> CopyObject:
    return CopyObject(bucket="b", key="o", source_bucket="source", source_key="s", headers=headers)


def default(key: str | None, algorithm: str = "aws:kms") -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(Rule(algorithm, None if key is None else KeyRef("arn", key)),))


def only(world: World, action: Action) -> Scene:
    (found,) = scenes(world, action)
    return found


PLAIN = EncryptionHeaders("AES256")

TOLD: dict[str, tuple[Action, ...]] = {
    "an object that was sent": (put(), ONE),
    "an object that was sent by a form": (PostObject(bucket="b", key="o", body="content", headers=UNDER_K), ONE),
    "a copy": (SOURCE, put("s", PLAIN, bucket="source"), copied(), ONE),
    "two objects that were sent alike": (put(), put("o2"), TWO),
    "an object that was written again": (put(headers=PLAIN), put(), ONE),
    "the newest version": (VERSIONED, put(headers=PLAIN), put(), ONE),
    "an sse s3 object where the default names a key": (default("k"), put(headers=PLAIN), ONE),
}

UNTOLD: dict[str, tuple[Action, ...]] = {
    "no bucket": (ReadKmsCalls(bucket="nowhere", key="o"),),
    "no object": (ONE,),
    "an object that was deleted": (put(), DeleteObject(bucket="b", key="o"), ONE),
    "a version that was deleted": (VERSIONED, put(), put(), DeleteObject(bucket="b", key="o", version=1), ONE),
    "a marker": (VERSIONED, put(), DeleteObject(bucket="b", key="o"), ONE),
    "an object of which one was asked for twice": (put(), ReadKmsCalls(bucket="b", key="o", others=("o",))),
    "a second object that is not there": (put(), TWO),
    "a second object under another key": (
        put(),
        put("o2", EncryptionHeaders("aws:kms", KeyRef("arn", "other"))),
        TWO,
    ),
    "a second object with a bucket key": (put(), put("o2", replace(UNDER_K, bucket_key=True)), TWO),
    "a second object under another default": (put(), default("other"), put("o2"), TWO),
    "an object under the managed key": (put(headers=EncryptionHeaders("aws:kms")), ONE),
    "an object with two layers": (put(headers=EncryptionHeaders("aws:kms:dsse", KeyRef("arn", "k"))), ONE),
    "an object under a key of the customer's own": (
        PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="NONE"),)),
        put(headers=EncryptionHeaders(customer=CustomerKey())),
        ONE,
    ),
    "an object of parts": (
        CreateMultipartUpload(bucket="b", key="o", upload="u", headers=UNDER_K),
        UploadPart(bucket="b", key="o", upload="u", body="content"),
        CompleteMultipartUpload(bucket="b", key="o", upload="u"),
        ONE,
    ),
    "an object that was updated where it is": (
        put(headers=PLAIN),
        UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k")),
        ONE,
    ),
    "an object that a job has copied": (
        SOURCE,
        put("o", PLAIN, bucket="source"),
        BatchCopy(bucket="b", key="o", source_bucket="source", source_key="o", headers=UNDER_K),
        ONE,
    ),
    "an sse s3 object where nothing is configured": (put(headers=PLAIN), ONE),
    "an sse s3 object where the default is sse s3": (default(None, "AES256"), put(headers=PLAIN), ONE),
    "an sse s3 object where the default names no key": (default(None), put(headers=PLAIN), ONE),
    "an object in a bucket of another account": (
        PutBucketPolicy(bucket="b", policy="share"),
        put(headers=PLAIN, principal="other"),
        replace(ONE, principal="other"),
    ),
    "an object that another account wrote": (
        PutBucketPolicy(bucket="b", policy="share"),
        CreateKey(key="theirs", principal="other", shared=True),
        put(headers=EncryptionHeaders("aws:kms", KeyRef("arn", "theirs")), principal="other"),
        ONE,
    ),
    "what somebody without rights on keys asks for": (put(), replace(ONE, principal="main/no-kms")),
}


@pytest.mark.parametrize("program", TOLD.values(), ids=TOLD)
def test_it_is_said_of(walk: Walk, program: tuple[Action, ...]) -> None:
    *before, look = program
    found = only(walk(BUCKET, KEY, OTHER, *before), look)
    assert found.situation.described
    assert found.situation.object == "present"


@pytest.mark.parametrize("program", UNTOLD.values(), ids=UNTOLD)
def test_it_is_not_said_of(walk: Walk, program: tuple[Action, ...]) -> None:
    *before, look = program
    assert not only(walk(BUCKET, KEY, OTHER, *before), look).situation.described


def test_a_look_at_several_writes_is_another_situation_than_one_at_a_single_write(walk: Walk) -> None:
    world = walk(BUCKET, KEY, put(), put("o2"))
    assert only(world, TWO).situation.several_writes
    assert not only(world, ONE).situation.several_writes


def test_there_is_a_reading_for_each_way_in_which_the_object_may_be_stored(walk: Walk) -> None:
    world = walk(BUCKET, KEY, OTHER, put(), put("o2"))
    (stored,) = world.buckets["b"].objects["o"][0].candidates
    assert stored is not None
    either = (stored, replace(stored, key="other"))
    first = effects.set_stored(world, "b", "o", None, either)
    assert [one.situation.described for one in scenes(first, ONE)] == [True, True]
    second = effects.set_stored(world, "b", "o2", None, either)
    assert not only(second, TWO).situation.described
