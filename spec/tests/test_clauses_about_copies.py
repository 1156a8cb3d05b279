"""The clauses about copies decide of copies alone, and where nothing is left of a choice there is still an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    BatchCopy,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    EncryptionHeaders,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard

if TYPE_CHECKING:
    from conftest import Ask, Asked, Walk

NAMED = KeyRef("id", "k")
KMS, SILENT, AES256 = EncryptionHeaders("aws:kms"), EncryptionHeaders(), EncryptionHeaders("AES256")
UNDER_BUCKET_KEY = EncryptionHeaders("aws:kms", NAMED, True)
BUCKET, KEY = CreateBucket(bucket="b"), CreateKey(key="k")
DEFAULT = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", NAMED),))


def put(headers: EncryptionHeaders, key: str = "o") -> PutObject:
    return PutObject(bucket="b", key=key, body="content", headers=headers)


def copy(headers: EncryptionHeaders) -> CopyObject:
    return CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=headers)


def job(headers: EncryptionHeaders) -> BatchCopy:
    return BatchCopy(bucket="b", key="copy", source_bucket="b", source_key="o", headers=headers)


def upload(headers: EncryptionHeaders) -> CreateMultipartUpload:
    return CreateMultipartUpload(bucket="b", key="o", upload="u", headers=headers)


def cited(found: Asked) -> set[str]:
    """What decides, and what is named by an outcome."""
    return set(found.decisive).union(*(outcome.derivation for outcome in found.prediction.outcomes))


@pytest.mark.parametrize("headers", [SILENT, KMS], ids=["by default", "aws:kms"])
def test_what_a_copy_inherits_is_no_question_where_the_source_has_no_bucket_key(
    ask: Ask, any_day: dt.date, headers: EncryptionHeaders
) -> None:
    without, with_one = (
        ask(BUCKET, KEY, DEFAULT, put(source), copy(headers), as_of=any_day) for source in (AES256, UNDER_BUCKET_KEY)
    )
    assert "BKT-05" not in cited(without)
    assert "BKT-05" in cited(with_one)


@pytest.mark.parametrize("write", [put, upload, job], ids=["write", "upload", "job"])
@pytest.mark.parametrize("headers", [SILENT, KMS], ids=["by default", "aws:kms"])
@pytest.mark.parametrize("before", [AES256, UNDER_BUCKET_KEY], ids=["AES256", "bucket key"])
def test_no_other_request_rests_on_what_is_said_of_copies(
    walk: Walk,
    any_day: dt.date,
    write: Callable[[EncryptionHeaders], Action],
    headers: EncryptionHeaders,
    before: EncryptionHeaders,
) -> None:
    world = walk(BUCKET, KEY, DEFAULT, put(before), as_of=any_day)
    for looked in standard(any_day).look(world, write(headers)):
        prediction = looked.case.prediction
        for clause in ("CPY-01", "BKT-05"):
            assert not any(clause in outcome.derivation for outcome in prediction.outcomes)
            assert looked.case.without(clause) == prediction


def test_without_the_clause_that_leaves_it_open_the_bucket_key_of_an_aes256_default_does_not_count(walk: Walk) -> None:
    world = walk(BUCKET, PutBucketEncryption(bucket="b", rules=(Rule("AES256", None, True),)))
    (looked,) = standard(EDITION).look(world, put(KMS))
    flags = [field.want for one in looked.case.without("BKT-08").outcomes for field in one.fields]
    assert False in flags
    assert True not in flags
