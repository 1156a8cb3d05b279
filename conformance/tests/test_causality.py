"""Which steps of a program have to do with each other."""

from __future__ import annotations

from sse_conformance.causality import after_first_use, managed, mentioned, related, sliced, subjects
from sse_spec.actions import (
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DisableKey,
    EncryptionHeaders,
    HeadObject,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketReplication,
    PutObject,
    ReadKmsCalls,
    Rule,
    S3Action,
    UploadPart,
)


def _bucket(name: str) -> CreateBucket:
    return CreateBucket(bucket=name)


def _put(bucket: str, key: str, headers: EncryptionHeaders | None = None) -> PutObject:
    return PutObject(bucket=bucket, key=key, headers=headers or EncryptionHeaders("AES256", KeyRef("text", "none")))


def test_a_slice_has_the_bucket_its_default_and_the_key_and_nothing_of_other_buckets() -> None:
    default = PutBucketEncryption(bucket="b1", rules=(Rule("aws:kms", KeyRef("alias", "a1")),))
    program: tuple[S3Action, ...] = (
        _bucket("b1"),
        _bucket("b2"),
        CreateKey(key="k1"),
        CreateKey(key="k2"),
        CreateAlias(alias="a1", key="k1"),
        DisableKey(key="k1"),
        DisableKey(key="k2"),
        default,
        _put("b2", "o1"),
        _put("b1", "o2"),
        _put("b1", "o1"),
        HeadObject(bucket="b1", key="o1"),
    )
    without = {1, 3, 6, 8, 9}
    assert sliced(program) == tuple(action for at, action in enumerate(program) if at not in without)


def test_a_copy_brings_the_history_of_its_source_with_it() -> None:
    copy = CopyObject(bucket="b1", key="o1", source_bucket="b2", source_key="o2")
    program = (_bucket("b1"), _bucket("b2"), _put("b2", "o2"), _put("b2", "o1"), copy)
    assert related(program, {4}) == {0, 1, 2, 4}


def test_a_replica_comes_of_what_is_written_at_the_source() -> None:
    replicate = PutBucketReplication(bucket="b1", destination="b2")
    program = (_bucket("b1"), _bucket("b2"), replicate, _put("b1", "o1"), _put("b1", "o2"))
    read = HeadObject(bucket="b2", key="o1")
    assert related((*program, read), {5}) == {0, 1, 2, 3, 5}
    asked = HeadReplica(bucket="b2", key="o1", source="b1")
    assert related((*program, asked), {5}) == {0, 1, 2, 3, 5}


def test_a_look_at_calls_to_kms_brings_every_write_that_it_is_about_with_it() -> None:
    writes = [PutObject(bucket="b", key=key) for key in ("o", "p", "q")]
    look = ReadKmsCalls(bucket="b", key="o", others=("q",))
    assert sliced((_bucket("b"), *writes, HeadObject(bucket="b", key="q"), look)) == (
        _bucket("b"),
        writes[0],
        writes[2],
        HeadObject(bucket="b", key="q"),
        look,
    )


def test_an_upload_belongs_to_its_object() -> None:
    begun = CreateMultipartUpload(bucket="b1", key="o1", upload="u1")
    part = UploadPart(bucket="b1", key="o1", upload="u1", body="x")
    completed = CompleteMultipartUpload(bucket="b1", key="o1", upload="u1")
    program = (_bucket("b1"), begun, part, _put("b1", "o2"), completed)
    assert related(program, {4}) == {0, 1, 2, 4}


def test_the_managed_key_of_an_account_is_shown_by_every_write_under_it() -> None:
    under = _put("b2", "o1", EncryptionHeaders("aws:kms"))
    assert managed(under) == {"aws/s3@main"} <= subjects(under) & mentioned(under)
    named = _put("b1", "o1", EncryptionHeaders("aws:kms", KeyRef("arn", "k1")))
    assert not managed(named)
    program = (_bucket("b1"), _bucket("b2"), under, _put("b1", "o1", EncryptionHeaders("aws:kms")))
    assert related(program, {3}) == {0, 1, 2, 3}


def test_the_managed_key_can_be_used_before_anything_else_in_every_account() -> None:
    program = (_bucket("b1"), PutObject(bucket="b1", key="o1", principal="other"))
    first = after_first_use(program)
    assert first[-2:] == program
    assert [(type(one), one.principal) for one in first[:-2]] == [
        (CreateBucket, "main"),
        (PutObject, "main"),
        (CreateBucket, "other"),
        (PutObject, "other"),
    ]
