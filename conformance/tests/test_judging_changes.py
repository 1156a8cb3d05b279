"""What answers about jobs and updates prove or break, and how the world follows them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sse_adapters.answers import observe_s3
from sse_adapters.documents import Answer
from sse_conformance import adoption
from sse_conformance.comparison import expected_shape, md5, observed_shape
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.words import answer, request
from sse_spec.actions import (
    Action,
    BatchCopy,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketVersioning,
    PutObject,
    UpdateObjectEncryption,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Field
from sse_spec.scene import scenes
from sse_spec.world import Stored

ACCOUNTS, REGIONS = {"main": "111122223333", "other": "444455556666"}, {"home": "us-east-1", "away": "us-west-2"}
ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-00000000000{}"
KEY, OTHER = ARN.format(1), ARN.format(2)
OK, FAILED, UNKNOWN = Observation(200), Observation(400, code="Whatever"), Observation(0, fault="no-answer")
BODY = "content"
MD5 = md5(BODY)

PUT = PutObject(bucket="b", key="o", body=BODY, headers=EncryptionHeaders("AES256"))
HEAD = HeadObject(bucket="b", key="o")
UPDATE = UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k"))
WROTE = Observation(200, algorithm="AES256", etag=MD5)


def job(algorithm: str | None, key: str | None = None, bucket_key: bool | None = None) -> BatchCopy:
    headers = EncryptionHeaders(algorithm, None if key is None else KeyRef("arn", key), bucket_key)
    return BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o", headers=headers)


def shown(algorithm: str | None, key: str | None = None, etag: str = MD5, bucket_key: str | None = None) -> Observation:
    return Observation(200, algorithm=algorithm, kms_key=key, bucket_key=bucket_key, etag=etag, length=len(BODY))


def judging(*steps: tuple[Action, Observation]) -> tuple[Judge, list[Judgement]]:
    """A judge that has seen these answers, after an object was written as AES256, and what it said of each."""
    judge = Judge(standard(EDITION), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    for name, arn in (("k", KEY), ("other", OTHER)):
        judge.step(CreateKey(key=name), Observation(200, key_arn=arn))
    judge.step(PUT, WROTE)
    return judge, [judge.step(*step) for step in steps]


def blamed(*steps: tuple[Action, Observation]) -> list[str]:
    """The clauses that the last of these answers breaks, where the others break none."""
    *before, last = judging(*steps)[1]
    assert not any(one.findings for one in before)
    return [one.signature.clause for one in last.findings]


def candidates(judge: Judge) -> tuple[Stored | None, ...]:
    return judge.world.buckets["b"].objects["o"][-1].candidates


# --- updates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "clauses"),
    [
        (shown("aws:kms", KEY), []),
        (shown("AES256"), ["UPD-02"]),
        (shown("aws:kms", OTHER), ["UPD-02"]),
        (shown("aws:kms", KEY, "f" * 32), ["UPD-03"]),
    ],
    ids=["as it should be", "as it was", "under another key", "with another ETag"],
)
def test_an_updated_object_is_told_from_one_that_is_otherwise(seen: Observation, clauses: list[str]) -> None:
    assert blamed((UPDATE, OK), (HEAD, seen)) == clauses


def test_a_bucket_key_that_was_asked_for_is_missed() -> None:
    asked = replace(UPDATE, bucket_key=True)
    assert blamed((asked, OK), (HEAD, shown("aws:kms", KEY, bucket_key="true"))) == []
    assert blamed((asked, OK), (HEAD, shown("aws:kms", KEY))) == ["UPD-04"]


def test_a_bucket_key_that_was_not_asked_for_is_noticed() -> None:
    before = PutObject(
        bucket="b", key="o", body=BODY, headers=EncryptionHeaders("aws:kms", KeyRef("arn", "other"), True)
    )
    wrote = Observation(200, algorithm="aws:kms", kms_key=OTHER, bucket_key="true", etag="e" * 32)
    seen = shown("aws:kms", KEY, "e" * 32, "true")
    assert blamed((before, wrote), (UPDATE, OK), (HEAD, seen)) == ["UPD-04"]


def test_an_update_that_is_taken_for_a_write_is_told_by_its_etag_and_the_object_is_given_up() -> None:
    judge, (judgement,) = judging((UPDATE, Observation(200, etag="f" * 32)))
    assert [one.signature.clause for one in judgement.findings] == ["UPD-03"]
    assert judgement.findings[0].signature.expected == "as written, or absent"
    assert candidates(judge) == ()
    assert blamed((UPDATE, Observation(200, etag=MD5))) == []


def test_in_a_versioned_bucket_an_update_that_makes_a_version_is_told_by_its_id() -> None:
    versioned = (PutBucketVersioning(bucket="b", status="Enabled"), OK)
    wrote = (PUT, replace(WROTE, version_id="v1"))
    updated = shown("aws:kms", KEY)
    for version_id, clauses in (("v1", []), ("v2", ["UPD-10"])):
        for _ in range(2):
            seen = replace(updated, version_id=version_id)
            assert blamed(versioned, wrote, (UPDATE, OK), (HEAD, seen)) == clauses


def test_where_the_id_of_the_version_was_not_answered_any_is_right() -> None:
    versioned = (PutBucketVersioning(bucket="b", status="Enabled"), OK)
    seen = replace(shown("aws:kms", KEY), version_id="v1")
    assert blamed(versioned, (PUT, WROTE), (UPDATE, OK), (HEAD, seen)) == []


def test_another_version_that_was_updated_too_is_noticed() -> None:
    versioned = (PutBucketVersioning(bucket="b", status="Enabled"), OK)
    twice = ((PUT, replace(WROTE, version_id="v1")), (PUT, replace(WROTE, version_id="v2")))
    older = replace(UPDATE, version=1)
    seen = replace(shown("aws:kms", KEY), version_id="v2")
    judge, _ = judging(versioned, *twice, (older, OK))
    assert [one.beside for one in judge.world.buckets["b"].objects["o"]] == ["k", None, "k"]
    assert blamed(versioned, *twice, (older, OK), (HEAD, seen)) == ["UPD-11"]
    assert blamed(versioned, *twice, (older, OK), (replace(HEAD, version=1), replace(seen, version_id="v1"))) == []


def test_an_update_that_should_have_been_refused_may_have_changed_nothing() -> None:
    by_id = replace(UPDATE, kms_key=KeyRef("id", "k"))
    judge, (judgement,) = judging((by_id, OK))
    assert [one.signature.clause for one in judgement.findings] == ["UPD-05"]
    before, after = candidates(judge)
    assert before is not None
    assert after is not None
    assert (before.algorithm, after.algorithm, after.key, after.etag) == ("AES256", "aws:kms", "k", MD5)
    for seen in (shown("AES256"), shown("aws:kms", KEY)):
        assert judging((by_id, OK), (HEAD, seen))[1][-1] == Judgement()


def test_an_update_that_was_refused_and_should_not_have_been_changes_nothing() -> None:
    judge, (judgement,) = judging((UPDATE, FAILED))
    assert [one.signature.clause for one in judgement.findings] == ["UPD-01"]
    assert [one.algorithm for one in candidates(judge) if one is not None] == ["AES256"]


def test_an_update_of_unknown_fate_is_decided_by_a_read() -> None:
    judge, _ = judging((UPDATE, UNKNOWN))
    assert len(candidates(judge)) == 2
    assert judge.step(HEAD, shown("aws:kms", KEY)) == Judgement()
    assert [one.algorithm for one in candidates(judge) if one is not None] == ["aws:kms"]


def test_of_an_object_of_which_nothing_is_known_an_update_says_no_more() -> None:
    judge, _ = judging((UPDATE, Observation(200, etag="f" * 32)), (UPDATE, UNKNOWN))
    assert candidates(judge) == ()
    assert judge.step(UPDATE, OK).unjudged
    assert candidates(judge) == ()


def test_an_update_of_what_is_not_there_leaves_nothing_there() -> None:
    gone = replace(UPDATE, key="nothing")
    judge, (judgement,) = judging((gone, OK))
    assert [one.signature.clause for one in judgement.findings] == ["UPD-09"]
    assert "nothing" not in judge.world.buckets["b"].objects


# --- jobs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "clauses"),
    [
        (shown("aws:kms", KEY, "e" * 32), []),
        (shown("AES256"), ["BAT-02"]),
        (shown("aws:kms", OTHER, "e" * 32), ["BAT-02"]),
    ],
    ids=["as it should be", "as it was", "under another key"],
)
def test_the_copy_of_a_job_is_told_from_one_that_is_otherwise(seen: Observation, clauses: list[str]) -> None:
    assert blamed((job("aws:kms", "k"), OK), (HEAD, seen)) == clauses


def test_a_bucket_key_that_a_job_asked_for_is_missed() -> None:
    asked = job("aws:kms", "k", True)
    assert blamed((asked, OK), (HEAD, shown("aws:kms", KEY, "e" * 32, "true"))) == []
    assert blamed((asked, OK), (HEAD, shown("aws:kms", KEY, "e" * 32))) == ["BAT-04"]


def test_a_copy_that_inherits_the_encryption_of_its_source_breaks_one_clause() -> None:
    under_key = PutObject(bucket="b", key="o", body=BODY, headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k")))
    away = BatchCopy(bucket="d", key="o", source_bucket="b", source_key="o")
    steps = (
        (CreateBucket(bucket="d"), OK),
        (under_key, shown("aws:kms", KEY, "e" * 32)),
        (away, OK),
    )
    read = HeadObject(bucket="d", key="o")
    assert blamed(*steps, (read, shown("AES256"))) == []
    assert blamed(*steps, (read, shown("aws:kms", KEY, "f" * 32))) == ["BAT-03"]


def test_a_job_that_fails_and_should_not_have_changes_nothing() -> None:
    judge, (judgement,) = judging((job("aws:kms", "k"), FAILED))
    assert [one.signature.clause for one in judgement.findings] == ["BAT-01"]
    assert [one.algorithm for one in candidates(judge) if one is not None] == ["AES256"]
    assert "o" not in judge.world.buckets["b"].refused


def test_a_job_that_completed_and_should_not_have_leaves_an_object_of_which_nothing_is_known() -> None:
    judge, (judgement,) = judging((job("aws:kms", "absent"), OK))
    assert [one.signature.clause for one in judgement.findings] == ["BAT-05"]
    assert candidates(judge) == ()


def test_a_job_of_unknown_fate_is_decided_by_a_read() -> None:
    judge, _ = judging((job("aws:kms", "k"), UNKNOWN))
    assert len(candidates(judge)) == 2
    assert judge.step(HEAD, shown("AES256")) == Judgement()


def test_a_job_of_which_nothing_is_said_leaves_an_object_of_which_nothing_is_known() -> None:
    judge, (judgement,) = judging((job(None), OK))
    assert judgement == Judgement()
    assert candidates(judge) == ()


def test_what_a_job_is_known_to_have_stored_is_taken_over_where_its_answer_is_wrong_otherwise() -> None:
    judge, _ = judging()
    stored = Stored(BODY, "aws:kms", "k")
    world = adoption.adopt(judge.world, job("aws:kms", "k"), replace(OK, version_id="v"), judge.names, (stored,))
    (version,) = world.buckets["b"].objects["o"]
    assert (version.candidates, version.id) == ((stored,), "v")


def test_the_etag_in_an_answer_to_an_update_is_seen() -> None:
    answered = Answer(200, {"ETag": f'"{MD5}"', "x-amz-version-id": "v1"}, b"")
    assert observe_s3(UPDATE, answered, str) == Observation(200, etag=MD5, version_id="v1")
    assert observe_s3(UPDATE, Answer(200, {}, b""), str) == OK


# --- words ------------------------------------------------------------------------------------------------------------


def test_requests_and_answers_in_words() -> None:
    names = KeyNames(ACCOUNTS, REGIONS)
    assert request(UPDATE) == "UpdateObjectEncryption b/o to key k (as key ARN)"
    asked = replace(UPDATE, bucket_key=False, version=0)
    assert request(asked) == "UpdateObjectEncryption b/o (version 1) to key k (as key ARN), bucket key false"
    assert request(job("AES256")) == "BatchCopy b/o by a job from b/o with encryption AES256"
    assert answer(job("AES256"), OK, names, None) == "200"


def test_shapes_name_nothing_that_a_target_invented() -> None:
    judge, _ = judging()
    (scene,) = scenes(judge.world, HEAD)
    version = Field("version_id", "kept", ("UPD-10",))
    assert expected_shape(version) == "as written"
    assert expected_shape(Field("version_id", "another", ("UPD-10",))) == "a new one"
    assert observed_shape(version, replace(OK, version_id="v9"), scene, HEAD, judge.names) == "another one"
