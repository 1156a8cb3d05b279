"""What answers about SSE-C and about blocking it mean to the judge, and how the world follows them."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from sse_conformance import adoption
from sse_conformance.appearance import appearance
from sse_conformance.comparison import customer_key_sent, expected_shape, fits, md5, observed_shape
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.words import answer, request
from sse_spec import effects
from sse_spec.actions import (
    SSE_C,
    Action,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    CustomerKey,
    DeleteObject,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketEncryption,
    PutObject,
    Rule,
    UploadPart,
)
from sse_spec.model import Model
from sse_spec.names import KeyNames, customer_key_md5
from sse_spec.observations import Observation, ShownRule
from sse_spec.outcomes import Field, Want
from sse_spec.scene import Scene
from sse_spec.situation import Situation
from sse_spec.world import EMPTY, Setting, Stored, World

DAY = dt.date(2026, 1, 1)
"""A day on which buckets can block SSE-C and a new bucket does not."""

ETAG = "e" * 32
C1, C2 = CustomerKey("c1"), CustomerKey("c2")
MD5_1, MD5_2 = customer_key_md5("c1"), customer_key_md5("c2")
WITH_C1 = EncryptionHeaders(customer=C1)
PUT = PutObject(bucket="b", key="o", body="content", headers=WITH_C1)
GET = GetObject(bucket="b", key="o", customer=C1)
HEAD = HeadObject(bucket="b", key="o", customer=C1)
SHOW = GetBucketEncryption(bucket="b")
OK = Observation(200)
CONFIRMED = Observation(200, customer_algorithm="AES256", customer_key_md5=MD5_1, etag=ETAG, length=7)

model = functools.cache(Model)


def names() -> KeyNames:
    return KeyNames({"main": "111122223333"}, {"home": "us-east-1"})


def world() -> World:
    return effects.done(EMPTY, CreateBucket(bucket="b"))


def scene() -> Scene:
    return Scene(Situation(action="any"), {}, Setting(), None)


# --- one field --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        (PUT, MD5_1),
        (CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=WITH_C1), MD5_1),
        (CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", source_customer=C1), None),
        (CreateMultipartUpload(bucket="b", key="o", upload="u", headers=WITH_C1), MD5_1),
        (UploadPart(bucket="b", key="o", upload="u", customer=C2), MD5_2),
        (HEAD, MD5_1),
        (HeadObject(bucket="b", key="o", customer=CustomerKey(None)), None),
        (DeleteObject(bucket="b", key="o"), None),
    ],
)
def test_the_key_that_an_answer_has_to_confirm_is_that_of_the_request(action: Action, sent: str | None) -> None:
    assert customer_key_sent(action) == sent


@pytest.mark.parametrize(
    ("name", "want", "seen", "fitting", "shapes"),
    [
        ("customer_algorithm", "AES256", CONFIRMED, True, ("AES256", "AES256")),
        ("customer_algorithm", "AES256", OK, False, ("AES256", "absent")),
        ("customer_key_md5", "as sent", CONFIRMED, True, ("as sent", "as sent")),
        ("customer_key_md5", "as sent", Observation(200, customer_key_md5=MD5_2), False, ("as sent", "another key")),
        ("customer_key_md5", "as sent", OK, False, ("as sent", "absent")),
        ("customer_key_md5", None, OK, True, ("absent", "absent")),
        ("customer_key_md5", None, CONFIRMED, False, ("absent", "as sent")),
    ],
)
def test_the_headers_of_sse_c_are_compared_with_those_of_the_request(
    name: str, want: Want, seen: Observation, fitting: bool, shapes: tuple[str, str]
) -> None:
    field = Field(name, want, ())
    assert fits(field, seen, scene(), HEAD, names()) is fitting
    assert expected_shape(field) == shapes[0]
    assert shapes[1] in observed_shape(field, seen, scene(), HEAD, names())


@pytest.mark.parametrize(
    ("want", "shown", "fitting", "shapes"),
    [
        ("SSE-C", ("SSE-C",), True, ("SSE-C", "SSE-C")),
        ("SSE-C", ("NONE",), False, ("SSE-C", "NONE")),
        ("NONE", ("NONE", "SSE-C"), False, ("NONE", "NONE and SSE-C")),
        ("SSE-C", None, False, ("SSE-C", "absent")),
        (None, (), True, ("absent", "absent")),
        (None, ("NONE",), False, ("absent", "NONE")),
    ],
)
def test_a_list_of_blocked_types_is_compared_whole(
    want: Want, shown: tuple[str, ...] | None, fitting: bool, shapes: tuple[str, str]
) -> None:
    seen = Observation(200, configuration=(ShownRule("AES256", blocked=shown),))
    field = Field("default_blocked", want, ())
    assert fits(field, seen, scene(), SHOW, names()) is fitting
    assert (expected_shape(field), observed_shape(field, seen, scene(), SHOW, names())) == shapes


def test_the_same_md5_of_a_key_looks_otherwise_to_who_sent_another_key() -> None:
    looks = [appearance(CONFIRMED, scene(), HeadObject(bucket="b", key="o", customer=c), names()) for c in (C1, C2)]
    assert looks[0] != looks[1]
    assert appearance(OK, scene(), HEAD, names()) not in looks


# --- the world --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "stored"),
    [
        (CONFIRMED, Stored("content", SSE_C, etag=ETAG, customer="c1")),
        (
            Observation(200, customer_algorithm="AES256", customer_key_md5=MD5_2, etag=ETAG),
            Stored("content", SSE_C, etag=ETAG, customer="=another"),
        ),
        (Observation(200, algorithm="AES256", etag=ETAG), Stored("content", "AES256", etag=ETAG)),
    ],
    ids=["the key that was sent", "another key", "no SSE-C at all"],
)
def test_an_object_is_adopted_as_the_answer_shows_it(seen: Observation, stored: Stored) -> None:
    after = adoption.adopt(world(), PUT, seen, names(), ())
    assert after.buckets["b"].objects["o"][0].candidates == (stored,)


def test_an_object_that_is_shown_under_a_customer_key_without_being_asked_is_under_one_that_nobody_knows() -> None:
    after = adoption.adopt(world(), HeadObject(bucket="b", key="o"), CONFIRMED, names(), ())
    assert after.buckets["b"].objects["o"][0].candidates == (Stored(None, SSE_C, etag=ETAG, customer="=another"),)


@pytest.mark.parametrize(
    ("shown", "blocked"), [(("SSE-C",), "SSE-C"), (("NONE",), "NONE"), (("whatever",), None), (None, None)]
)
def test_a_list_that_is_reported_is_what_may_hold(shown: tuple[str, ...] | None, blocked: str | None) -> None:
    seen = Observation(200, configuration=(ShownRule("AES256", blocked=shown),))
    after = adoption.adopt(world(), SHOW, seen, names(), ())
    assert {setting.blocked for setting in after.buckets["b"].settings} == {None, blocked}


def test_a_report_without_a_list_leaves_what_is_known_of_it() -> None:
    configured = adoption.adopt(
        world(), PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="NONE"),)), OK, names(), ()
    )
    seen = Observation(200, configuration=(ShownRule("aws:kms"),))
    settings = adoption.adopt(configured, SHOW, seen, names(), ()).buckets["b"].settings
    assert {setting.blocked for setting in settings if setting.rule == Rule("aws:kms")} == {None, "NONE"}


# --- blame ------------------------------------------------------------------------------------------------------------


class Trace:
    """A judge that is fed one answer after the other; a bucket `b` exists."""

    def __init__(self, day: dt.date = DAY) -> None:
        self.judge = Judge(model(day), {"main": "111122223333"}, {"home": "us-east-1"})
        self.see(CreateBucket(bucket="b"), OK)

    def see(self, action: Action, seen: Observation) -> Judgement:
        return self.judge.step(action, seen)


def blamed(judgement: Judgement) -> set[str]:
    return {finding.signature.clause for finding in judgement.findings}


PLAIN = Observation(200, algorithm="AES256", etag=md5("content"), length=7)


def test_who_ignores_sse_c_headers_is_blamed_for_that_alone() -> None:
    trace = Trace()
    assert blamed(trace.see(PUT, PLAIN)) == {"SSC-01"}
    assert blamed(trace.see(HEAD, PLAIN)) == set()
    assert blamed(trace.see(HEAD, PLAIN)) == {"SSC-14"}
    assert blamed(trace.see(HeadObject(bucket="b", key="o"), PLAIN)) == set()


def test_who_stores_under_the_key_and_does_not_say_so_is_blamed_for_the_answer() -> None:
    trace = Trace()
    written = trace.see(PUT, Observation(200, algorithm="AES256", etag=ETAG))
    assert blamed(trace.see(HEAD, CONFIRMED)) == set()
    assert blamed(written) == {"SSC-02"}


def test_who_reads_without_the_key_is_blamed_for_that() -> None:
    trace = Trace()
    assert blamed(trace.see(PUT, CONFIRMED)) == set()
    assert blamed(trace.see(HeadObject(bucket="b", key="o"), CONFIRMED)) == {"SSC-10"}
    assert blamed(trace.see(HeadObject(bucket="b", key="o", customer=C2), CONFIRMED)) == {"SSC-11"}


def test_who_blocks_what_is_allowed_and_allows_what_is_blocked_is_blamed_for_each() -> None:
    trace = Trace()
    refused = Observation(403, code="AccessDenied")
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="NONE"),)), OK)
    assert blamed(trace.see(PUT, refused)) == {"SSC-27"}
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="SSE-C"),)), OK)
    assert blamed(trace.see(PUT, CONFIRMED)) == {"SSC-26"}


# --- words ------------------------------------------------------------------------------------------------------------


def test_sse_c_headers_are_told_in_words() -> None:
    assert request(PUT) == "PutObject b/o with customer key c1"
    assert request(GET) == "GetObject b/o with customer key c1"
    flawed = (CustomerKey("c1", None), CustomerKey(None), CustomerKey("c1", flaw="length"), CustomerKey("c1", "KMS"))
    assert [request(HeadObject(bucket="b", key="o", customer=one)) for one in flawed] == [
        "HeadObject b/o with customer key c1 and no algorithm",
        "HeadObject b/o with no customer key",
        "HeadObject b/o with customer key c1 of another length",
        "HeadObject b/o with customer key c1 and algorithm KMS",
    ]
    copied = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", source_customer=C1)
    assert request(copied) == "CopyObject b/c from b/o with customer key c1 for the source, without encryption headers"
    blocking = PutBucketEncryption(bucket="b", rules=(Rule("AES256", blocked="SSE-C"),))
    assert request(blocking) == "PutBucketEncryption b SSEAlgorithm AES256, BlockedEncryptionTypes SSE-C"


def test_what_answers_say_of_sse_c_is_told_in_words() -> None:
    assert answer(HEAD, CONFIRMED, names(), None) == "200, SSE-C AES256, an ETag"
    both = Observation(200, algorithm="AES256", customer_key_md5=MD5_1)
    assert answer(HEAD, both, names(), None) == "200, SSE-C without algorithm, AES256"
    shown = Observation(200, configuration=(ShownRule("AES256", blocked=("SSE-C",)),))
    assert answer(SHOW, shown, names(), None) == "200, AES256, BlockedEncryptionTypes SSE-C"
