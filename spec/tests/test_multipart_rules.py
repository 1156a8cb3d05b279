"""How a multipart upload is encrypted: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.outcomes import KeyArn, Want
from sse_spec.scene.multipart import PART_LIMIT

if TYPE_CHECKING:
    from conftest import Ask, Asked, Walk

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
NAMED = KeyRef("id", "k")
SSE_S3 = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED),))
BUCKET_KEYS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED, True),))
BEFORE_BASELINE, SINCE_BASELINE = dt.date(2023, 1, 4), dt.date(2023, 1, 5)


def begin(
    algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None
) -> CreateMultipartUpload:
    return CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders(algorithm, key, bucket_key))


def part(number: int = 1, body: str = "content", repeat: int = 1, algorithm: str | None = None) -> UploadPart:
    return UploadPart(bucket="b", key="o", upload="u", number=number, body=body, repeat=repeat, algorithm=algorithm)


def put(algorithm: str | None = None, key: KeyRef | None = None) -> PutObject:
    return PutObject(bucket="b", key="source", body="content", headers=EncryptionHeaders(algorithm, key))


def copied_part(algorithm: str | None = None) -> UploadPartCopy:
    return UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="source", algorithm=algorithm)


def complete(*parts: int, algorithm: str | None = None) -> CompleteMultipartUpload:
    return CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=parts or (1,), algorithm=algorithm)


def shown(found: Asked) -> tuple[set[Want], set[Want], set[Want]]:
    """The three encryption headers of an answer, over all that is permitted."""
    return found.wants("algorithm"), found.wants("kms_key"), found.wants("bucket_key")


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        (SSE_KMS, ({"aws:kms"}, {KeyArn("k")}, {False})),
        (BUCKET_KEYS, ({"aws:kms"}, {KeyArn("k")}, {True})),
    ],
    ids=["a key", "a key and a bucket key"],
)
def test_an_upload_without_headers_takes_the_configured_default(
    ask: Ask, any_day: dt.date, default: Action, expected: object
) -> None:
    found = ask(BUCKET, KEY, default, begin(), as_of=any_day)
    assert shown(found) == expected
    assert found.rests_on("MPU-01", "DEF-01")


def test_an_aes256_default_counts_for_an_upload_too(ask: Ask) -> None:
    found = ask(BUCKET, SSE_S3, begin(), as_of=BEFORE_BASELINE)
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("MPU-01")


def test_an_upload_without_headers_and_default_is_unencrypted_until_the_baseline_came(ask: Ask) -> None:
    assert ask(BUCKET, begin(), as_of=BEFORE_BASELINE).wants("algorithm") == {None}
    assert ask(BUCKET, begin(), as_of=SINCE_BASELINE).wants("algorithm") == {"AES256"}


def test_the_headers_of_the_beginning_beat_the_default(ask: Ask, any_day: dt.date) -> None:
    over_aes256 = ask(BUCKET, KEY, SSE_S3, begin("aws:kms", NAMED, True), as_of=any_day)
    assert shown(over_aes256) == ({"aws:kms"}, {KeyArn("k")}, {True})
    assert over_aes256.rests_on("MPU-02", "DEF-03")
    over_kms = ask(BUCKET, KEY, SSE_KMS, begin("AES256"), as_of=any_day)
    assert shown(over_kms) == ({"AES256"}, {None}, {False})
    assert over_kms.rests_on("MPU-02", "DEF-03")


def test_an_unknown_algorithm_begins_no_upload(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, begin("AES512"), as_of=any_day).answers == {"400 InvalidArgument"}
    assert ask(BUCKET, begin("AES512"), part(), as_of=any_day).answers == {"404 NoSuchUpload"}


@pytest.mark.parametrize("default", [SSE_S3, SSE_KMS], ids=["AES256", "aws:kms"])
def test_the_object_is_encrypted_as_its_upload_was_begun(ask: Ask, any_day: dt.date, default: Action) -> None:
    program = (BUCKET, KEY, CreateKey(key="other"), default, begin("aws:kms", KeyRef("id", "other"), True), part())
    found = ask(*program, complete(), as_of=any_day)
    assert shown(found) == ({"aws:kms"}, {KeyArn("other")}, {True})
    assert found.rests_on("MPU-03")
    read = ask(*program, complete(), HeadObject(bucket="b", key="o"), as_of=any_day)
    assert shown(read) == ({"aws:kms"}, {KeyArn("other")}, {True})


def test_headers_hold_also_if_the_default_changes_before_the_end(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, begin("AES256"), part(), SSE_KMS, complete(), as_of=any_day)
    assert shown(found) == ({"AES256"}, {None}, {False})
    assert found.rests_on("MPU-03")


@pytest.mark.parametrize("later", [SSE_KMS, DeleteBucketEncryption(bucket="b")], ids=["another default", "deleted"])
def test_a_default_that_changes_during_an_upload_may_or_may_not_count(ask: Ask, later: Action) -> None:
    first = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "other")),))
    found = ask(BUCKET, KEY, CreateKey(key="other"), first, begin(), part(), later, complete(), as_of=SINCE_BASELINE)
    if later == SSE_KMS:
        assert found.wants("kms_key") == {KeyArn("other"), KeyArn("k")}
    else:
        assert found.wants("algorithm") == {"aws:kms", "AES256"}
    assert found.answers == {"accepted"}
    assert "MPU-04" in found.decisive


def test_what_a_part_gets_after_the_default_has_changed_is_not_described(ask: Ask) -> None:
    assert ask(BUCKET, KEY, begin(), SSE_KMS, part()).prediction.open
    assert not ask(BUCKET, KEY, begin("AES256"), SSE_KMS, part()).prediction.open


def test_the_answer_to_the_beginning_names_the_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, begin("aws:kms", NAMED, True), as_of=any_day)
    assert shown(found) == ({"aws:kms"}, {KeyArn("k")}, {True})
    assert found.rests_on("MPU-05")


@pytest.mark.parametrize(("source", "step"), [((), part()), ((put(),), copied_part())], ids=["sent", "copied"])
def test_the_answer_to_a_part_names_the_encryption_of_its_upload(
    ask: Ask, any_day: dt.date, source: tuple[Action, ...], step: Action
) -> None:
    found = ask(BUCKET, KEY, *source, begin("aws:kms", NAMED, True), step, as_of=any_day)
    assert shown(found) == ({"aws:kms"}, {KeyArn("k")}, {True})
    assert found.rests_on("MPU-06")


def test_the_answer_to_a_part_of_an_unencrypted_upload_names_nothing(ask: Ask) -> None:
    assert shown(ask(BUCKET, begin(), part(), as_of=BEFORE_BASELINE)) == ({None}, {None}, {False})


def test_the_answer_to_the_end_names_the_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, begin("aws:kms", NAMED, True), part(), complete(), as_of=any_day)
    assert shown(found) == ({"aws:kms"}, {KeyArn("k")}, {True})
    assert found.rests_on("MPU-07")


@pytest.mark.parametrize(
    "step",
    [part(algorithm="AES256"), copied_part("AES256"), complete(algorithm="AES256")],
    ids=["UploadPart", "UploadPartCopy", "CompleteMultipartUpload"],
)
def test_only_the_beginning_may_carry_the_encryption_header(ask: Ask, any_day: dt.date, step: Action) -> None:
    found = ask(BUCKET, put("AES256"), begin("AES256"), part(), step, as_of=any_day)
    assert found.answers == {"400 InvalidArgument"}
    assert found.rests_on("MPU-08")


@pytest.mark.parametrize(
    ("source", "upload", "expected"),
    [("aws:kms", "AES256", "AES256"), ("AES256", "aws:kms", "aws:kms")],
    ids=["from aws:kms", "to aws:kms"],
)
def test_a_copied_part_is_encrypted_as_its_upload(
    ask: Ask, any_day: dt.date, source: str, upload: str, expected: str
) -> None:
    found = ask(BUCKET, put(source), begin(upload), copied_part(), as_of=any_day)
    assert found.wants("algorithm") == {expected}
    assert found.rests_on("MPU-09")


def test_a_copied_part_of_an_unencrypted_source_is_encrypted_too(ask: Ask) -> None:
    found = ask(BUCKET, put(), begin("AES256"), copied_part(), as_of=BEFORE_BASELINE)
    assert found.wants("algorithm") == {"AES256"}
    assert found.rests_on("MPU-09")


def test_a_source_that_is_not_there_is_no_part(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, begin("AES256"), copied_part(), as_of=any_day).answers == {"404 NoSuchKey"}
    nowhere = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="nowhere", source_key="source")
    assert ask(BUCKET, begin("AES256"), nowhere, as_of=any_day).answers == {"404 NoSuchBucket"}


def test_the_etag_of_a_part_that_is_not_sse_kms_is_its_md5(ask: Ask, any_day: dt.date) -> None:
    for step in (part(), copied_part()):
        found = ask(BUCKET, put("aws:kms"), begin("AES256"), step, as_of=any_day)
        assert found.wants("etag") == {"md5"}
        assert found.rests_on("MPU-10")


def test_the_etag_of_an_sse_kms_part_is_not_its_md5(ask: Ask, any_day: dt.date) -> None:
    for step in (part(), copied_part()):
        found = ask(BUCKET, put("AES256"), begin("aws:kms"), step, as_of=any_day)
        assert found.wants("etag") == {"not-md5"}
        assert found.rests_on("MPU-11")


def test_of_the_etag_of_a_dsse_part_nothing_is_known(ask: Ask) -> None:
    found = ask(BUCKET, begin("aws:kms:dsse"), part())
    assert found.answers == {"accepted"}
    assert found.wants("etag") == set()


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
def test_the_etag_of_a_completed_upload_is_made_of_those_of_its_parts(
    ask: Ask, any_day: dt.date, algorithm: str
) -> None:
    found = ask(BUCKET, begin(algorithm), part(), complete(), as_of=any_day)
    assert found.wants("etag") == {"of-parts"}
    assert found.rests_on("MPU-12")


@pytest.mark.parametrize("onto", ["copy", "o"], ids=["elsewhere", "in place"])
def test_a_copy_of_an_object_made_of_parts_has_the_md5_of_its_content(ask: Ask, any_day: dt.date, onto: str) -> None:
    headers = EncryptionHeaders("AES256")
    copying = CopyObject(bucket="b", key=onto, source_bucket="b", source_key="o", headers=headers)
    found = ask(BUCKET, begin("AES256"), part(), complete(), copying, as_of=any_day)
    assert found.wants("etag") == {"md5"}
    assert found.rests_on("MPU-13")


def test_there_is_no_object_before_the_upload_is_completed(ask: Ask, any_day: dt.date) -> None:
    head = HeadObject(bucket="b", key="o")
    assert ask(BUCKET, begin("AES256"), part(), head, as_of=any_day).answers == {"404 NoSuchKey"}
    given_up = AbortMultipartUpload(bucket="b", key="o", upload="u")
    assert ask(BUCKET, begin("AES256"), part(), given_up, head, as_of=any_day).answers == {"404 NoSuchKey"}
    assert ask(BUCKET, begin("AES256"), given_up, part(), as_of=any_day).answers == {"404 NoSuchUpload"}


def test_what_is_completed_without_its_parts_is_not_described(ask: Ask) -> None:
    for listed in (complete(2), complete(2, 1), complete(1, 1)):
        assert ask(BUCKET, begin("AES256"), part(), listed).prediction.open
    small = ask(BUCKET, begin("AES256"), part(1), part(2), complete(1, 2))
    assert small.prediction.open
    large = ask(BUCKET, begin("AES256"), part(1, "x", PART_LIMIT), part(2), complete(1, 2))
    assert large.answers == {"accepted"}


def test_an_upload_that_nobody_began_is_none(ask: Ask, any_day: dt.date) -> None:
    assert ask(BUCKET, part(), as_of=any_day).answers == {"404 NoSuchUpload"}
    assert ask(BUCKET, complete(), as_of=any_day).prediction.open


def test_an_upload_leaves_its_object_and_is_gone(walk: Walk) -> None:
    world = walk(BUCKET, begin("AES256"), part(2, "b"), part(1, "x", PART_LIMIT), complete(1, 2))
    assert len(world.uploads) == 0
    (version,) = world.buckets["b"].objects["o"]
    (stored,) = version.candidates
    assert stored is not None
    assert (stored.algorithm, stored.parts, stored.body) == ("AES256", 2, "x" * PART_LIMIT + "b")


def test_reading_an_object_made_of_parts_shows_its_encryption(ask: Ask, any_day: dt.date) -> None:
    found = ask(BUCKET, KEY, begin("aws:kms", NAMED), part(), complete(), GetObject(bucket="b", key="o"), as_of=any_day)
    assert shown(found) == ({"aws:kms"}, {KeyArn("k")}, {False})
