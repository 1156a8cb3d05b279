"""Which clause is blamed for a divergence, where more than one might be."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from sse_conformance.comparison import md5
from sse_conformance.judge import Judge
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.model import Model
from sse_spec.observations import Observation

ACCOUNTS, REGIONS = {"main": "111122223333"}, {"home": "us-east-1"}
FIRST, MANAGED = (f"arn:aws:kms:us-east-1:111122223333:key/{n}" for n in "12")
KEY = KeyRef("arn", "k")
OK, BODY = Observation(200), "content"
DEFAULT_OF_KEY = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KEY),))
COPY = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o")

model = functools.cache(Model)


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body=BODY, headers=EncryptionHeaders(algorithm, key, bucket_key))


def kms(arn: str | None, etag: str = "e", bucket_key: str | None = None) -> Observation:
    return Observation(200, algorithm="aws:kms", kms_key=arn, etag=etag, bucket_key=bucket_key)


AES256, PLAIN = Observation(200, algorithm="AES256", etag=md5(BODY)), Observation(200, etag=md5(BODY))


def blamed(*program: tuple[Action, Observation], day: dt.date = EDITION) -> list[tuple[str, str, str, str]]:
    """What is found in the last answer of a program; the others are as they should be."""
    judge = Judge(model(day), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    judge.step(CreateKey(key="k"), Observation(200, key_arn=FIRST))
    *before, last = program
    for action, seen in before:
        assert judge.step(action, seen).findings == ()
    found = [one.signature for one in judge.step(*last).findings]
    return [(one.clause, one.field, one.expected, one.observed) for one in found]


def test_a_refusal_is_blamed_on_the_clause_without_which_it_would_be_right() -> None:
    not_found = Observation(404, code="ServerSideEncryptionConfigurationNotFoundError")
    assert blamed((GetBucketEncryption(bucket="b"), not_found)) == [
        ("CFG-05", "acceptance", "accepted", "404 ServerSideEncryptionConfigurationNotFoundError")
    ]


def test_a_refusal_for_another_reason_is_blamed_on_a_clause_without_which_there_would_be_one() -> None:
    assert blamed(
        (DisableKey(key="k"), OK),
        (EnableKey(key="k"), OK),
        (put("aws:kms", KEY), Observation(400, code="KMS.DisabledException")),
    ) == [("KMS-20", "acceptance", "accepted", "400 KMS.DisabledException")]


def test_a_refusal_that_no_breach_explains_is_blamed_on_the_most_specific_demand() -> None:
    found = blamed((put("AES256"), Observation(403, code="AccessDenied")))
    assert found == [("DEF-02", "acceptance", "accepted", "403 AccessDenied")]


def test_an_acceptance_is_blamed_on_the_clause_whose_breach_explains_all_of_the_answer() -> None:
    # The default's key was used in the place of the disabled one that the request names.
    assert blamed(
        (put("aws:kms"), kms(MANAGED)),
        (DisableKey(key="k"), OK),
        (put("aws:kms", KEY), kms(MANAGED)),
    ) == [("KMS-01", "acceptance", "400 KMS.DisabledException", "accepted")]


def test_an_acceptance_under_the_disabled_key_is_blamed_on_the_clause_about_disabled_keys() -> None:
    assert blamed((DisableKey(key="k"), OK), (put("aws:kms", KEY), kms(FIRST))) == [
        ("KMS-14", "acceptance", "400 KMS.DisabledException", "accepted")
    ]


def test_a_wrong_code_is_blamed_on_the_clause_whose_breach_gives_that_code() -> None:
    assert blamed(
        (DEFAULT_OF_KEY, OK),
        (DisableKey(key="k"), OK),
        (EnableKey(key="k"), OK),
        (put(None, KEY), Observation(400, code="InvalidRequest")),
    ) == [("KMS-20", "code", "400 InvalidArgument", "400 InvalidRequest")]


def test_a_wrong_code_that_no_breach_gives_is_blamed_on_what_all_refusals_rest_on() -> None:
    assert blamed((put("AES512"), Observation(400, code="Whatever"))) == [
        ("HDR-01", "code", "400 InvalidArgument", "400 Whatever")
    ]


def test_a_wrong_code_for_two_objections_is_blamed_on_the_first() -> None:
    assert blamed(
        (put("aws:kms", KEY), kms(FIRST)),
        (DisableKey(key="k"), OK),
        (GetObject(bucket="b", key="o", algorithm="aws:kms"), Observation(403, code="AccessDenied")),
    ) == [("HDR-08", "code", "400", "403 AccessDenied")]


def test_what_no_clause_refuses_is_blamed_on_none() -> None:
    assert blamed((GetObject(bucket="b", key="nothing"), AES256)) == []
    assert blamed((GetObject(bucket="b", key="nothing"), Observation(403, code="AccessDenied"))) == []


def test_a_copy_that_keeps_the_encryption_of_its_source_is_blamed_on_the_clause_about_copies() -> None:
    assert blamed(
        (put("AES256"), AES256),
        (PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), OK),
        (COPY, AES256),
    )[0][:2] == ("CPY-01", "algorithm")


def test_a_copy_that_has_neither_encryption_is_blamed_on_the_clause_about_defaults() -> None:
    assert blamed(
        (put("AES256"), AES256),
        (PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), OK),
        (COPY, PLAIN),
        day=FIRST_DAY,
    )[0][:2] == ("DEF-01", "algorithm")


def test_a_bucket_key_that_is_copied_is_blamed_on_the_clause_about_copies() -> None:
    copy = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=EncryptionHeaders("aws:kms"))
    assert blamed(
        (put("aws:kms", KeyRef("alias", "aws/s3"), True), kms(MANAGED, bucket_key="true")),
        (copy, kms(MANAGED, etag="f", bucket_key="true")),
    ) == [("BKT-05", "bucket_key", "false or absent", "true")]


def test_an_etag_that_is_the_md5_everywhere_is_blamed_on_one_clause_everywhere() -> None:
    copy = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=EncryptionHeaders("aws:kms"))
    written = Observation(200, algorithm="aws:kms", kms_key=MANAGED, etag=md5(BODY))
    judge = Judge(model(EDITION), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    for action in (put("aws:kms"), copy):
        assert [one.signature.clause for one in judge.step(action, written).findings] == ["ETG-02"]


def test_an_unresolved_key_is_blamed_on_the_clause_about_its_form() -> None:
    assert blamed((put("aws:kms", KeyRef("id", "k")), kms("1"))) == [("KMS-08", "kms_key", "key ARN", "some text")]


def test_a_missing_key_is_blamed_on_the_clause_that_chooses_it_until_a_read_shows_it() -> None:
    assert blamed((put("aws:kms"), kms(None))) == [("KMS-04", "kms_key", "key ARN of aws/s3", "absent")]


def test_a_third_key_where_two_are_permitted_is_blamed_on_the_clause_that_permits_them() -> None:
    other = CreateKey(key="other"), Observation(200, key_arn=MANAGED)
    assert blamed(other, (DEFAULT_OF_KEY, OK), (put("aws:kms"), kms(MANAGED))) == [
        ("KMS-05", "kms_key", "key ARN of aws/s3", "key ARN of another key")
    ]


def test_one_clause_is_blamed_once_in_one_answer() -> None:
    found = blamed(
        (PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", None, True),)), OK),
        (put("AES256"), kms(MANAGED, bucket_key="true")),
    )
    assert [clause for clause, *_ in found] == ["DEF-03"]


@pytest.mark.parametrize("status", [0, 500])
def test_a_crash_is_blamed_on_a_clause_that_demands_something_before_one_that_only_permits(status: int) -> None:
    crash = Observation(status, fault="server-error" if status else "exception")
    # HDR-07 would permit a refusal; what the request should have been answered by is DEF-02.
    assert blamed((put("AES256", None, True), crash))[0][0] == "DEF-02"


def test_a_deletion_with_the_wrong_status_may_have_happened() -> None:
    judge = Judge(model(EDITION), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    judge.step(PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), OK)
    (found,) = judge.step(DeleteBucketEncryption(bucket="b"), OK).findings
    assert (found.signature.clause, found.signature.field) == ("CFG-06", "status")
    assert len(judge.world.buckets["b"].settings) == 3
    assert judge.step(put(), AES256).findings == ()
