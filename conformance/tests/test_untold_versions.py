"""A version whose id the target never told cannot be asked for: an answer to who tries is not judged."""

from __future__ import annotations

import datetime as dt

import pytest
from sse_conformance.judge import Judge
from sse_spec.actions import (
    Action,
    CreateBucket,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    PostObject,
    PutBucketVersioning,
    PutObject,
)
from sse_spec.model import Model
from sse_spec.observations import Observation

NOT_FOUND = Observation(404, code="NoSuchVersion")
READS = [HeadObject(bucket="b", key="o", version=0), GetObject(bucket="b", key="o", version=0)]


def judge(*, versioned: bool, version_id: str | None) -> Judge:
    """One that has seen a form bring an object into a bucket, with this id."""
    found = Judge(Model(dt.date(2026, 11, 1)), {"main": "111122223333"}, {"home": "us-east-1"})
    found.step(CreateBucket(bucket="b"), Observation(200))
    if versioned:
        found.step(PutBucketVersioning(bucket="b", status="Enabled"), Observation(200))
    written = Observation(204, algorithm="AES256", etag="9a0364b9e99bb480dd25e1f0284c8555", version_id=version_id)
    found.step(PostObject(bucket="b", key="o", body="content", headers=EncryptionHeaders()), written)
    return found


@pytest.mark.parametrize("read", READS)
def test_a_read_of_a_version_that_was_never_told_is_not_judged(read: Action) -> None:
    judgement = judge(versioned=True, version_id=None).step(read, NOT_FOUND)
    assert not judgement.findings
    assert "did not tell the id of a version" in judgement.unjudged


@pytest.mark.parametrize("read", READS)
def test_a_read_of_a_version_that_was_told_is_judged(read: Action) -> None:
    assert judge(versioned=True, version_id="v1").step(read, NOT_FOUND).findings


@pytest.mark.parametrize("read", READS)
def test_without_versioning_no_id_is_owed_and_reads_are_judged(read: Action) -> None:
    assert judge(versioned=False, version_id=None).step(read, NOT_FOUND).findings


def test_the_newest_version_is_judged_whether_or_not_its_id_was_told() -> None:
    assert judge(versioned=True, version_id=None).step(HeadObject(bucket="b", key="o"), NOT_FOUND).findings


def test_another_space_begins_without_it() -> None:
    found = judge(versioned=True, version_id=None)
    found.fresh()
    found.step(CreateBucket(bucket="b"), Observation(200))
    told = Observation(200, algorithm="AES256", etag="9a0364b9e99bb480dd25e1f0284c8555")
    found.step(PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders()), told)
    assert found.step(READS[0], NOT_FOUND).findings


def test_a_write_into_a_bucket_that_does_not_exist_owes_no_id() -> None:
    found = Judge(Model(dt.date(2026, 11, 1)), {"main": "111122223333"}, {"home": "us-east-1"})
    put = PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders())
    assert found.step(put, Observation(200)).unjudged == "PutObject answered 200"
    assert "id of a version" not in found.step(READS[0], NOT_FOUND).unjudged
