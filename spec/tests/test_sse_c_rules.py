"""Objects under customer keys, and buckets that block them: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    DeleteObject,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    UploadPart,
)
from sse_spec.clauses import EDITION, FIRST_DAY

if TYPE_CHECKING:
    from conftest import Ask

BEFORE_BLOCKING = dt.date(2025, 11, 18)
BLOCKING = dt.date(2025, 11, 19)
BEFORE_BLOCKED_BY_DEFAULT = dt.date(2026, 4, 5)
ROLLOUT = dt.date(2026, 4, 20)
BLOCKED_BY_DEFAULT = dt.date(2026, 5, 1)

DAYS = (FIRST_DAY, dt.date(2023, 1, 5), BLOCKING, BEFORE_BLOCKED_BY_DEFAULT)
"""Days on which a new bucket allows SSE-C."""

C1, C2 = CustomerKey("c1"), CustomerKey("c2")
BUCKET = CreateBucket(bucket="b")
SSE_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),))
ALLOW = PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="NONE"),))
BLOCK = PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="SSE-C"),))
PLAIN = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
DELETE = DeleteBucketEncryption(bucket="b")
VERSIONED = PutBucketVersioning(bucket="b", status="Enabled")
SHOW = GetBucketEncryption(bucket="b")
COMPLETE = CompleteMultipartUpload(bucket="b", key="o", upload="u")

AES256_REFUSED = "400 InvalidEncryptionAlgorithmError"
REFUSED = "400 InvalidArgument"
BLOCKED = "403 AccessDenied"


def put(customer: CustomerKey | None = C1, algorithm: str | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, customer=customer))


def copy(source: CustomerKey | None, target: CustomerKey | None = None, algorithm: str | None = None) -> CopyObject:
    headers = EncryptionHeaders(algorithm, customer=target)
    return CopyObject(
        bucket="b", key="copy", source_bucket="b", source_key="o", headers=headers, source_customer=source
    )


def get(customer: CustomerKey | None = C1, version: int | None = None) -> GetObject:
    return GetObject(bucket="b", key="o", customer=customer, version=version)


def head(customer: CustomerKey | None = C1) -> HeadObject:
    return HeadObject(bucket="b", key="o", customer=customer)


def begin(customer: CustomerKey | None) -> CreateMultipartUpload:
    return CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders(customer=customer))


def part(customer: CustomerKey | None) -> UploadPart:
    return UploadPart(bucket="b", key="o", upload="u", body="content", customer=customer)


@pytest.fixture(params=DAYS, ids=dt.date.isoformat)
def day(request: pytest.FixtureRequest) -> dt.date:
    """A day on which a new bucket allows SSE-C; whoever asks for it says that its claim holds on every one."""
    found: dt.date = request.param
    return found


# --- writes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [put(), copy(None, C1)], ids=["PutObject", "CopyObject"])
@pytest.mark.parametrize("default", [None, PLAIN, SSE_KMS], ids=["no default", "AES256", "aws:kms"])
def test_an_object_written_with_sse_c_headers_is_under_the_customer_key_whatever_the_default(
    ask: Ask, day: dt.date, default: Action | None, write: Action
) -> None:
    source = PutObject(bucket="b", key="o", body="content")
    found = ask(BUCKET, *(() if default is None else (default,)), source, write, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("customer_algorithm") == {"AES256"}
    assert found.wants("customer_key_md5") == {"as sent"}
    assert found.wants("algorithm") == found.wants("kms_key") == {None}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("SSC-01", "SSC-02")


@pytest.mark.parametrize("read", [get(), head()], ids=["GetObject", "HeadObject"])
@pytest.mark.parametrize("write", [(put(),), (put(None), copy(None, C1))], ids=["PutObject", "CopyObject"])
def test_a_read_with_the_key_confirms_it_and_names_no_other_encryption(
    ask: Ask, day: dt.date, write: tuple[Action, ...], read: GetObject | HeadObject
) -> None:
    key = "copy" if len(write) > 1 else "o"
    found = ask(BUCKET, *write, type(read)(bucket="b", key=key, customer=C1), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("customer_algorithm") == {"AES256"}
    assert found.wants("customer_key_md5") == {"as sent"}
    assert found.wants("algorithm") == found.wants("kms_key") == {None}
    assert found.wants("bucket_key") == {False}
    assert found.wants("etag") == {"kept"}
    assert found.rests_on("SSC-03")


def test_what_is_read_with_the_key_is_what_was_written(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), get(), as_of=day)
    assert found.wants("body") == {"written"}
    assert found.rests_on("RDG-03")


@pytest.mark.parametrize("algorithm", ["AES256", "aws:kms"])
@pytest.mark.parametrize("customer", [C1, CustomerKey("c1", "KMS")], ids=["in order", "another algorithm"])
@pytest.mark.parametrize("write", [put, copy], ids=["PutObject", "CopyObject"])
def test_sse_c_headers_next_to_the_encryption_header_are_refused(
    ask: Ask, day: dt.date, write: object, customer: CustomerKey, algorithm: str
) -> None:
    action = put(customer, algorithm) if write is put else copy(None, customer, algorithm)
    found = ask(BUCKET, put(None), action, as_of=day)
    assert found.answers == {REFUSED}
    assert found.rests_on("SSC-04")


@pytest.mark.parametrize(
    "action",
    [
        put(CustomerKey("c1", "KMS")),
        copy(C1, CustomerKey("c1", "KMS")),
        copy(CustomerKey("c1", "KMS")),
        get(CustomerKey("c1", "KMS")),
        head(CustomerKey("c1", "KMS")),
    ],
    ids=["write", "copy", "source of a copy", "GetObject", "HeadObject"],
)
def test_a_customer_algorithm_other_than_aes256_is_refused_everywhere(ask: Ask, day: dt.date, action: Action) -> None:
    found = ask(BUCKET, put(), action, as_of=day)
    assert found.answers == {AES256_REFUSED}
    assert found.rests_on("SSC-05")


@pytest.mark.parametrize(
    ("customer", "clause"),
    [
        (CustomerKey("c1", None), "SSC-06"),
        (CustomerKey(None), "SSC-07"),
        (CustomerKey("c1", flaw="length"), "SSC-08"),
        (CustomerKey("c1", flaw="md5"), "SSC-09"),
    ],
    ids=["no algorithm", "no key", "another length", "another MD5"],
)
def test_a_write_with_incomplete_or_wrong_sse_c_headers_is_refused(
    ask: Ask, day: dt.date, customer: CustomerKey, clause: str
) -> None:
    for action in (put(customer), copy(None, customer)):
        found = ask(BUCKET, put(None), action, as_of=day)
        assert found.answers == {REFUSED}
        assert found.rests_on(clause)


def test_the_etag_of_an_sse_c_object_is_not_the_md5(ask: Ask, day: dt.date) -> None:
    for program in ((put(),), (put(None), copy(None, C1)), (put(), copy(C1, C2))):
        found = ask(BUCKET, *program, as_of=day)
        assert found.wants("etag") == {"not-md5"}
        assert found.rests_on("SSC-19")


# --- reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [get, head], ids=["GetObject", "HeadObject"])
@pytest.mark.parametrize(
    ("customer", "answers", "clause"),
    [
        (None, {"400 InvalidRequest"}, "SSC-10"),
        (C2, {"403 AccessDenied"}, "SSC-11"),
        (CustomerKey("c1", flaw="length"), {"403 AccessDenied"}, "SSC-12"),
        (CustomerKey("c1", flaw="md5"), {"400", "403"}, "SSC-13"),
    ],
    ids=["no key", "another key", "another length", "another MD5"],
)
def test_a_read_without_the_right_key_is_refused(
    ask: Ask, day: dt.date, read: object, customer: CustomerKey | None, answers: set[str], clause: str
) -> None:
    found = ask(BUCKET, put(), get(customer) if read is get else head(customer), as_of=day)
    assert found.answers == answers
    assert found.rests_on(clause)


def test_what_an_sse_c_read_says_that_has_only_one_of_algorithm_and_key_is_open(ask: Ask, day: dt.date) -> None:
    for customer in (CustomerKey("c1", None), CustomerKey(None)):
        assert ask(BUCKET, put(), get(customer), as_of=day).answers == {"accepted", "400", "403"}


@pytest.mark.parametrize("algorithm", [None, "AES256", "aws:kms"])
def test_sse_c_headers_on_a_read_of_another_object_are_refused(ask: Ask, day: dt.date, algorithm: str | None) -> None:
    for read in (get(), head()):
        found = ask(BUCKET, put(None, algorithm), read, as_of=day)
        assert found.answers == {"400 InvalidRequest"}
        assert found.rests_on("SSC-14")


def test_what_wrong_sse_c_headers_do_on_a_read_of_another_object_is_open(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, put(None), get(CustomerKey(None)), as_of=day).answers == {"accepted", "400"}


def test_an_sse_c_object_is_deleted_without_its_key(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), DeleteObject(bucket="b", key="o"), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("status") == {"204"}
    assert found.rests_on("SSC-15")
    assert ask(BUCKET, put(), DeleteObject(bucket="b", key="o"), get(), as_of=day).answers == {"404 NoSuchKey"}


def test_of_deleting_other_objects_nothing_is_said(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, put(None), DeleteObject(bucket="b", key="o"), as_of=day).prediction.open
    assert ask(BUCKET, DeleteObject(bucket="b", key="o"), as_of=day).prediction.open


def test_each_version_is_read_with_its_own_key(ask: Ask, day: dt.date) -> None:
    versions = (BUCKET, VERSIONED, put(C1), put(C2))
    older = ask(*versions, get(C1, version=0), as_of=day)
    assert older.answers == {"accepted"}
    assert older.rests_on("SSC-16")
    assert ask(*versions, get(C2, version=1), as_of=day).answers == {"accepted"}
    assert ask(*versions, get(C2, version=0), as_of=day).answers == {"403 AccessDenied"}
    assert ask(*versions, get(C1), as_of=day).answers == {"403 AccessDenied"}


# --- copies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, C1], ids=["without SSE-C headers", "with SSE-C headers"])
def test_a_copy_without_the_key_of_its_source_is_refused(ask: Ask, day: dt.date, target: CustomerKey | None) -> None:
    found = ask(BUCKET, put(), copy(None, target), as_of=day)
    assert found.answers == {"400 InvalidRequest"}
    assert found.rests_on("SSC-17")


def test_a_copy_with_another_key_than_that_of_its_source_is_refused(ask: Ask, day: dt.date) -> None:
    found = ask(BUCKET, put(), copy(C2), as_of=day)
    assert found.answers == {"400", "403"}
    assert found.rests_on("SSC-18")


def test_what_other_flaws_of_the_source_headers_do_is_open(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, put(), copy(CustomerKey("c1", flaw="md5")), as_of=day).answers == {"accepted", "400", "403"}
    assert ask(BUCKET, put(None), copy(C1), as_of=day).answers == {"accepted", "400"}


def test_a_copy_of_an_sse_c_object_without_headers_takes_the_default_and_has_the_md5_again(
    ask: Ask, day: dt.date
) -> None:
    found = ask(BUCKET, put(), copy(C1), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {None if day < dt.date(2023, 1, 5) else "AES256"}
    assert found.wants("etag") == {"md5"}
    assert found.rests_on("SSC-20")
    assert ask(BUCKET, put(), SSE_KMS, copy(C1), as_of=day).wants("algorithm") == {"aws:kms"}


def test_a_copy_may_give_an_object_another_customer_key(ask: Ask, day: dt.date) -> None:
    rekeyed = (BUCKET, put(), copy(C1, C2))
    assert ask(*rekeyed, GetObject(bucket="b", key="copy", customer=C2), as_of=day).answers == {"accepted"}
    assert ask(*rekeyed, GetObject(bucket="b", key="copy", customer=C1), as_of=day).answers == {"403 AccessDenied"}


def test_what_sse_c_does_to_a_copy_in_place_is_open(ask: Ask, day: dt.date) -> None:
    onto_itself = CopyObject(
        bucket="b",
        key="o",
        source_bucket="b",
        source_key="o",
        headers=EncryptionHeaders(customer=C2),
        source_customer=C1,
    )
    assert ask(BUCKET, put(), onto_itself, as_of=day).answers == {"accepted", "400 InvalidRequest"}


# --- parts ------------------------------------------------------------------------------------------------------------


def test_the_parts_of_an_sse_c_upload_carry_its_key(ask: Ask, day: dt.date) -> None:
    assert ask(BUCKET, begin(C1), as_of=day).rests_on("SSC-01", "SSC-02")
    found = ask(BUCKET, begin(C1), part(C1), as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("customer_key_md5") == {"as sent"}
    assert found.wants("algorithm") == {None}
    assert found.rests_on("SSC-02")


@pytest.mark.parametrize(
    ("upload", "sent", "clause"),
    [(C1, None, "SSC-21"), (None, C1, "SSC-22"), (C1, C2, "SSC-23")],
    ids=["no key", "no key at the beginning", "another key"],
)
def test_a_part_with_another_key_than_its_upload_is_refused(
    ask: Ask, day: dt.date, upload: CustomerKey | None, sent: CustomerKey | None, clause: str
) -> None:
    found = ask(BUCKET, begin(upload), part(sent), as_of=day)
    assert found.answers == {"400 InvalidRequest"}
    assert found.rests_on(clause)


def test_a_part_with_wrong_sse_c_headers_is_refused_whatever_the_code(ask: Ask, day: dt.date) -> None:
    for upload in (None, C1):
        assert ask(BUCKET, begin(upload), part(CustomerKey("c1", flaw="md5")), as_of=day).answers == {"400"}


def test_completing_an_sse_c_upload_needs_no_key_and_says_nothing_of_the_encryption(ask: Ask, day: dt.date) -> None:
    parts = (BUCKET, begin(C1), part(C1))
    found = ask(*parts, COMPLETE, as_of=day)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == found.wants("customer_algorithm") == set()
    assert ask(*parts, COMPLETE, get(), as_of=day).wants("customer_key_md5") == {"as sent"}
    assert ask(*parts, COMPLETE, get(None), as_of=day).answers == {"400 InvalidRequest"}


# --- blocking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [FIRST_DAY, EDITION], ids=dt.date.isoformat)
def test_sse_c_is_no_default(ask: Ask, as_of: dt.date) -> None:
    found = ask(BUCKET, PutBucketEncryption(bucket="b", rules=(Rule("SSE-C"),)), as_of=as_of)
    assert found.answers == {"400 MalformedXML InvalidArgument"}
    assert found.rests_on("SSC-24")


@pytest.mark.parametrize("as_of", [BLOCKING, EDITION], ids=dt.date.isoformat)
@pytest.mark.parametrize(("configuration", "listed"), [(BLOCK, "SSE-C"), (ALLOW, "NONE")], ids=["SSE-C", "NONE"])
def test_a_list_of_blocked_types_is_accepted_and_shown(
    ask: Ask, as_of: dt.date, configuration: Action, listed: str
) -> None:
    accepted = ask(BUCKET, configuration, as_of=as_of)
    assert accepted.answers == {"accepted"}
    assert accepted.rests_on("SSC-25")
    shown = ask(BUCKET, configuration, SHOW, as_of=as_of)
    assert shown.wants("default_blocked") == {listed}
    assert shown.rests_on("SSC-25")


def test_before_there_was_a_list_nothing_is_said_of_it(ask: Ask) -> None:
    assert ask(BUCKET, BLOCK, as_of=BEFORE_BLOCKING).prediction.open
    assert ask(BUCKET, SHOW, as_of=BEFORE_BLOCKING).wants("default_blocked") == set()
    assert ask(BUCKET, BLOCK, put(), as_of=BEFORE_BLOCKING).answers == {"accepted"}


@pytest.mark.parametrize("as_of", [BLOCKING, EDITION], ids=dt.date.isoformat)
@pytest.mark.parametrize("write", [put(), copy(None, C1), begin(C1)], ids=["PutObject", "CopyObject", "upload"])
def test_a_bucket_that_blocks_sse_c_refuses_it_and_one_that_allows_it_does_not(
    ask: Ask, as_of: dt.date, write: Action
) -> None:
    refused = ask(BUCKET, BLOCK, put(None), write, as_of=as_of)
    assert refused.answers == {BLOCKED}
    assert refused.rests_on("SSC-26")
    accepted = ask(BUCKET, ALLOW, put(None), write, as_of=as_of)
    assert accepted.answers == {"accepted"}
    assert accepted.rests_on("SSC-27")


def test_a_bucket_that_blocks_sse_c_takes_other_writes(ask: Ask) -> None:
    assert ask(BUCKET, BLOCK, put(None, "AES256")).answers == {"accepted"}


def test_wrong_headers_into_a_bucket_that_blocks_sse_c_are_refused_for_either_reason(ask: Ask) -> None:
    assert ask(BUCKET, BLOCK, put(CustomerKey(None))).answers == {REFUSED, BLOCKED}


@pytest.mark.parametrize("as_of", [BLOCKING, EDITION], ids=dt.date.isoformat)
def test_blocking_sse_c_leaves_older_objects_readable(ask: Ask, as_of: dt.date) -> None:
    for read in (get(), head()):
        found = ask(BUCKET, ALLOW, put(), BLOCK, read, as_of=as_of)
        assert found.answers == {"accepted"}
        assert found.rests_on("SSC-28")


@pytest.mark.parametrize("write", [put(), copy(None, C1), begin(C1)], ids=["PutObject", "CopyObject", "upload"])
def test_a_new_bucket_blocks_sse_c(ask: Ask, write: Action) -> None:
    assert ask(BUCKET, put(None), write, as_of=BEFORE_BLOCKED_BY_DEFAULT).answers == {"accepted"}
    assert ask(BUCKET, put(None), write, as_of=ROLLOUT).answers == {"accepted", BLOCKED}
    found = ask(BUCKET, put(None), write, as_of=BLOCKED_BY_DEFAULT)
    assert found.answers == {BLOCKED}
    assert found.rests_on("SSC-29")


@pytest.mark.parametrize("default", [(), (SSE_KMS,)], ids=["no default", "aws:kms"])
def test_a_new_bucket_shows_that_it_blocks_sse_c(ask: Ask, default: tuple[Action, ...]) -> None:
    assert ask(BUCKET, *default, SHOW, as_of=BEFORE_BLOCKED_BY_DEFAULT).wants("default_blocked") == set()
    found = ask(BUCKET, *default, SHOW, as_of=BLOCKED_BY_DEFAULT)
    assert found.wants("default_blocked") == {"SSE-C"}
    assert found.rests_on("SSC-30")


def test_a_configuration_without_a_list_leaves_the_list_as_it_is(ask: Ask) -> None:
    found = ask(BUCKET, BLOCK, PLAIN, SHOW, as_of=BLOCKING)
    assert found.wants("default_blocked") == {"SSE-C"}
    assert found.rests_on("SSC-31")
    refused = ask(BUCKET, BLOCK, PLAIN, put(), as_of=BLOCKING)
    assert refused.answers == {BLOCKED}
    assert refused.rests_on("SSC-31")
    accepted = ask(BUCKET, ALLOW, SSE_KMS, put())
    assert accepted.answers == {"accepted"}
    assert accepted.rests_on("SSC-31")


def test_a_later_list_takes_the_place_of_the_earlier_one(ask: Ask) -> None:
    assert ask(BUCKET, BLOCK, PLAIN, ALLOW, put()).answers == {"accepted"}
    assert ask(BUCKET, ALLOW, BLOCK, put()).answers == {BLOCKED}


def test_after_the_deletion_of_the_default_the_list_may_hold_or_be_forgotten(ask: Ask) -> None:
    found = ask(BUCKET, ALLOW, DELETE, put())
    assert found.answers == {"accepted", BLOCKED}
    assert "SSC-32" in found.decisive
    assert ask(BUCKET, ALLOW, DELETE, SHOW).wants("default_blocked") == {"NONE", "SSE-C"}
    assert ask(BUCKET, BLOCK, DELETE, put(), as_of=BLOCKING).answers == {"accepted", BLOCKED}
