"""Traps for the judge about multipart uploads, forms and contents: what a plausible wrong judge gets wrong of them."""

from __future__ import annotations

import functools

import pytest
from sse_conformance.bodies import etag_of_parts, md5
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_spec import effects
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutObject,
    Rule,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.model import Model
from sse_spec.observations import Fault, Observation
from sse_spec.scene.multipart import PART_LIMIT
from sse_spec.world import Part, Stored

ACCOUNTS = {"main": "111122223333", "other": "444455556666"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000001"
OTHER_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000002"
STRANGE_ETAG = "e" * 32
BODY = "content"
OK = Observation(200)

AES256, UNDER_KEY = EncryptionHeaders("AES256"), EncryptionHeaders("aws:kms", KeyRef("arn", "k"))
PART = UploadPart(bucket="b", key="o", upload="u", body=BODY)
COPIED = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="source")
COMPLETE = CompleteMultipartUpload(bucket="b", key="o", upload="u")
HEAD, GET = HeadObject(bucket="b", key="o"), GetObject(bucket="b", key="o")

model = functools.cache(Model)


class Trace:
    """A judge that is fed one answer after the other; a bucket `b` and a key `k` exist."""

    def __init__(self) -> None:
        self.judge = Judge(model(), ACCOUNTS, REGIONS)
        self.see(CreateBucket(bucket="b"), OK)
        self.see(CreateKey(key="k"), Observation(200, key_arn=ARN))

    def see(self, action: Action, seen: Observation) -> Judgement:
        return self.judge.step(action, seen)

    def default(self, rule: Rule) -> None:
        assert self.see(PutBucketEncryption(bucket="b", rules=(rule,)), OK) == Judgement()

    @property
    def proved(self) -> set[str]:
        return set(self.judge.tally.by_clause())


def begin(headers: EncryptionHeaders = AES256) -> CreateMultipartUpload:
    return CreateMultipartUpload(bucket="b", key="o", upload="u", headers=headers)


def aes256(etag: str | None = None, **more: object) -> Observation:
    return Observation(200, algorithm="AES256", etag=etag, **more)  # type: ignore[arg-type]


def kms(etag: str | None = None, arn: str = ARN, **more: object) -> Observation:
    return Observation(200, algorithm="aws:kms", kms_key=arn, etag=etag, **more)  # type: ignore[arg-type]


def of_parts(*etags: str) -> str:
    made = etag_of_parts(tuple(Part(None, etag) for etag in etags))
    assert made is not None
    return made


def blamed(judgement: Judgement) -> list[tuple[str, str]]:
    assert not judgement.unjudged
    return [(one.signature.clause, one.signature.field) for one in judgement.findings]


def begun(headers: EncryptionHeaders = AES256) -> Trace:
    trace = Trace()
    answer = kms(upload_id="id") if headers is UNDER_KEY else aes256(upload_id="id")
    assert trace.see(begin(headers), answer) == Judgement()
    return trace


def sent(headers: EncryptionHeaders = AES256) -> Trace:
    trace = begun(headers)
    answer = kms(STRANGE_ETAG) if headers is UNDER_KEY else aes256(md5(BODY))
    assert trace.see(PART, answer) == Judgement()
    return trace


# --- ETags ------------------------------------------------------------------------------------------------------------


def test_the_etag_of_an_object_is_made_of_what_its_parts_answered() -> None:
    trace = sent(UNDER_KEY)
    assert trace.see(COMPLETE, kms(of_parts(STRANGE_ETAG))) == Judgement()
    assert trace.see(HEAD, kms(of_parts(STRANGE_ETAG), length=len(BODY))) == Judgement()
    assert {"MPU-11", "MPU-12", "ETG-04", "BYT-01"} <= trace.proved


def test_the_etag_of_an_object_is_not_made_of_the_md5_of_its_parts_where_they_answered_another() -> None:
    trace = sent(UNDER_KEY)
    assert blamed(trace.see(COMPLETE, kms(of_parts(md5(BODY))))) == [("MPU-12", "etag")]


def test_the_md5_of_the_content_is_no_etag_of_an_object_of_parts() -> None:
    (finding,) = sent().see(COMPLETE, aes256(md5(BODY))).findings
    assert finding.signature.clause == "MPU-12"
    assert (finding.signature.expected, finding.signature.observed) == ("made of those of the parts", "MD5")


def test_where_a_part_answered_no_digest_only_the_number_of_parts_can_be_told() -> None:
    trace = begun(UNDER_KEY)
    assert trace.see(PART, kms("opaque")) == Judgement()
    assert trace.see(COMPLETE, kms("anything-1")) == Judgement()
    other = begun(UNDER_KEY)
    other.see(PART, kms("opaque"))
    assert blamed(other.see(COMPLETE, kms("anything-2"))) == [("MPU-12", "etag")]


def test_the_etag_of_parts_that_a_part_answers_is_called_so() -> None:
    trace = Trace()
    trace.see(PutObject(bucket="b", key="source", body=BODY, headers=AES256), aes256(md5(BODY)))
    trace.see(begin(), aes256(upload_id="id"))
    trace.see(COPIED, aes256(md5(BODY)))
    assert trace.see(COMPLETE, aes256(of_parts(md5(BODY)))) == Judgement()
    copying = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=AES256)
    assert blamed(trace.see(copying, aes256(of_parts(md5(BODY))))) == [("MPU-13", "etag")]


def test_two_completions_that_look_alike_are_told_apart_by_their_parts() -> None:
    trace = sent()
    assert trace.see(COMPLETE, aes256(of_parts(md5(BODY)))) == Judgement()
    trace.see(begin(), aes256(upload_id="other"))
    trace.see(UploadPart(bucket="b", key="o", upload="u", body="another"), aes256(md5("another")))
    assert blamed(trace.see(COMPLETE, aes256(of_parts(md5(BODY))))) == [("MPU-12", "etag")]


# --- what an upload is encrypted as -----------------------------------------------------------------------------------


def test_a_silent_beginning_is_blamed_for_its_silence_alone() -> None:
    trace = Trace()
    trace.default(Rule("aws:kms", KeyRef("arn", "k")))
    assert blamed(trace.see(begin(EncryptionHeaders()), Observation(200, upload_id="id"))) == [("MPU-05", "algorithm")]
    assert trace.see(PART, kms(STRANGE_ETAG)) == Judgement()
    assert trace.see(COMPLETE, kms(of_parts(STRANGE_ETAG))) == Judgement()
    assert trace.see(HEAD, kms(of_parts(STRANGE_ETAG), length=len(BODY))) == Judgement()


def test_a_part_that_names_the_encryption_settles_a_silent_beginning_whatever_its_etag() -> None:
    trace = Trace()
    trace.see(begin(UNDER_KEY), Observation(200, upload_id="id"))
    assert blamed(trace.see(PART, kms(md5(BODY)))) == [("MPU-11", "etag")]
    assert blamed(trace.see(COMPLETE, Observation(200, etag=of_parts(md5(BODY))))) == [("MPU-07", "algorithm")]
    assert trace.see(HEAD, kms(of_parts(md5(BODY)), length=len(BODY))) == Judgement()


def test_a_beginning_that_names_another_encryption_is_blamed_for_that() -> None:
    trace = Trace()
    trace.default(Rule("aws:kms", KeyRef("arn", "k")))
    assert blamed(trace.see(begin(EncryptionHeaders()), aes256(upload_id="id"))) == [("MPU-01", "algorithm")]
    other = Trace()
    assert blamed(other.see(begin(UNDER_KEY), aes256(upload_id="id"))) == [("MPU-02", "algorithm")]


def test_an_upload_whose_beginning_was_misjudged_goes_on_as_it_really_is() -> None:
    trace = Trace()
    trace.see(begin(UNDER_KEY), aes256(upload_id="id"))
    assert trace.see(PART, aes256(md5(BODY))) == Judgement()
    assert trace.see(COMPLETE, aes256(of_parts(md5(BODY)))) == Judgement()
    assert trace.see(HEAD, aes256(of_parts(md5(BODY)), length=len(BODY))) == Judgement()


def test_a_part_that_names_another_key_is_blamed() -> None:
    assert blamed(begun(UNDER_KEY).see(PART, kms(STRANGE_ETAG, OTHER_ARN))) == [("MPU-06", "kms_key")]


def test_a_copied_part_that_names_the_encryption_of_its_source_is_blamed_for_that() -> None:
    trace = Trace()
    trace.see(PutObject(bucket="b", key="source", body=BODY, headers=UNDER_KEY), kms(STRANGE_ETAG))
    trace.see(begin(), aes256(upload_id="id"))
    assert blamed(trace.see(COPIED, Observation(200, algorithm="aws:kms", etag=md5(BODY)))) == [("MPU-09", "algorithm")]
    assert trace.see(COMPLETE, aes256(of_parts(md5(BODY)))) == Judgement()


def test_an_end_that_forgets_the_headers_of_the_beginning_is_blamed_once() -> None:
    trace = sent(UNDER_KEY)
    assert blamed(trace.see(COMPLETE, aes256(of_parts(STRANGE_ETAG)))) == [("MPU-03", "algorithm")]
    assert trace.see(HEAD, aes256(of_parts(STRANGE_ETAG), length=len(BODY))) == Judgement()


def test_a_read_acquits_the_end_of_all_but_its_answer() -> None:
    trace = sent(UNDER_KEY)
    found = trace.see(COMPLETE, aes256(of_parts(STRANGE_ETAG)))
    assert trace.see(HEAD, kms(of_parts(STRANGE_ETAG), length=len(BODY))) == Judgement()
    assert blamed(found) == [("MPU-07", "algorithm")]


def test_which_default_counts_is_a_choice_that_has_to_be_kept() -> None:
    def completed(name: str, answer: Observation) -> Judgement:
        bucket, place = f"bucket-{name}", {"bucket": f"bucket-{name}", "key": "o", "upload": name}
        trace.see(CreateBucket(bucket=bucket), OK)
        trace.see(CreateMultipartUpload(bucket=bucket, key="o", upload=name), aes256(upload_id=name))
        trace.see(UploadPart(bucket=bucket, key="o", upload=name, body=BODY), aes256(md5(BODY)))
        trace.see(PutBucketEncryption(bucket=bucket, rules=(Rule("aws:kms", KeyRef("arn", "k")),)), OK)
        return trace.see(CompleteMultipartUpload(**place), answer)  # type: ignore[arg-type]

    trace = Trace()
    assert completed("first", aes256(of_parts(md5(BODY)))) == Judgement()
    assert blamed(completed("second", kms(of_parts(md5(BODY))))) == [("MPU-04", "choice")]


# --- what nobody knows ------------------------------------------------------------------------------------------------


def fault(kind: Fault) -> Observation:
    return Observation(0, fault=kind)


def test_of_an_upload_whose_beginning_got_no_answer_nothing_is_judged() -> None:
    trace = Trace()
    assert trace.see(begin(), fault("no-answer")).unjudged
    assert trace.see(PART, aes256(STRANGE_ETAG)).unjudged
    assert trace.see(COMPLETE, aes256(STRANGE_ETAG)).unjudged
    assert not trace.proved - {"CFG-01"}


@pytest.mark.parametrize("action", [PART, COPIED, AbortMultipartUpload(bucket="b", key="o", upload="u")])
@pytest.mark.parametrize("answer", [aes256("anything-1"), Observation(400, code="InvalidPart")])
def test_after_a_part_or_an_abortion_that_got_no_answer_nothing_is_judged_of_its_upload(
    action: Action, answer: Observation
) -> None:
    trace = sent()
    assert trace.see(action, fault("no-answer")).unjudged
    assert trace.see(COMPLETE, answer).unjudged


def test_an_upload_that_nobody_knows_is_not_made_by_a_part_that_got_no_answer() -> None:
    trace = Trace()
    before = trace.judge.world
    assert trace.see(PART, fault("no-answer")).unjudged
    assert trace.judge.world is before


def test_an_end_that_got_no_answer_may_have_made_the_object_or_not() -> None:
    for answer in (Observation(404), aes256(of_parts(md5(BODY)), length=len(BODY))):
        trace = sent()
        assert trace.see(COMPLETE, fault("no-answer")).unjudged
        assert trace.see(HEAD, answer) == Judgement()


def test_what_cannot_be_judged_is_lost_from_sight() -> None:
    trace = begun()
    trace.see(begin(), fault("no-answer"))
    assert trace.see(PART, aes256(STRANGE_ETAG)).unjudged
    assert trace.judge.world.uploads["u"].parts[1] == Part(BODY, STRANGE_ETAG)
    assert trace.see(COMPLETE, Observation(400, code="InvalidPart")).unjudged


def test_a_beginning_in_a_bucket_of_which_nothing_is_known_is_not_known_either() -> None:
    trace = Trace()
    trace.see(CreateBucket(bucket="doubtful"), fault("no-answer"))
    doubtful = CreateMultipartUpload(bucket="doubtful", key="o", upload="v", headers=AES256)
    assert trace.see(doubtful, aes256(upload_id="id")).unjudged
    assert trace.judge.world.uploads["v"].candidates == ()


def test_a_wrong_refusal_of_a_part_or_a_beginning_leaves_nothing() -> None:
    trace = Trace()
    assert trace.see(begin(), Observation(400, code="InvalidRequest")).findings
    assert len(trace.judge.world.uploads) == 0
    other = begun()
    assert other.see(PART, Observation(400, code="InvalidRequest")).findings
    assert len(other.judge.world.uploads["u"].parts) == 0


def test_a_wrong_answer_to_a_part_of_unknown_content_leaves_it_unknown() -> None:
    copied = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="source")
    trace = Trace()
    trace.see(PutObject(bucket="b", key="source", body=BODY, headers=AES256), aes256(md5(BODY)))
    trace.see(begin(), aes256(upload_id="id"))
    trace.judge.world = effects.set_stored(trace.judge.world, "b", "source", None, (Stored(None, "AES256"),))
    trace.see(copied, Observation(200, etag=STRANGE_ETAG))
    assert trace.judge.world.uploads["u"].parts[1] == Part(None, STRANGE_ETAG)


def test_a_wrong_answer_to_a_range_of_a_source_leaves_the_part_unknown() -> None:
    ranged = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="source", span=(0, 2))
    trace = Trace()
    trace.see(PutObject(bucket="b", key="source", body=BODY, headers=AES256), aes256(md5(BODY)))
    trace.see(begin(), aes256(upload_id="id"))
    (found,) = trace.see(ranged, aes256(STRANGE_ETAG)).findings
    assert found.signature.clause == "MPU-10"
    assert trace.judge.world.uploads["u"].parts[1] == Part(None, STRANGE_ETAG)


def test_what_is_completed_of_parts_that_are_not_there_has_an_unknown_content() -> None:
    trace = begun()
    missing = CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(3,))
    assert trace.see(missing, aes256(STRANGE_ETAG)) == Judgement()
    (version,) = trace.judge.world.buckets["b"].objects["o"]
    assert [stored.body for stored in version.candidates if stored is not None] == [None]
    nobodys = CompleteMultipartUpload(bucket="b", key="p", upload="nobody's")
    assert trace.see(nobodys, aes256(STRANGE_ETAG)) == Judgement()


# --- contents ---------------------------------------------------------------------------------------------------------


def written(headers: EncryptionHeaders = AES256) -> Trace:
    trace = Trace()
    answer = kms(STRANGE_ETAG) if headers is UNDER_KEY else aes256(md5(BODY))
    assert trace.see(PutObject(bucket="b", key="o", body=BODY, headers=headers), answer) == Judgement()
    return trace


@pytest.mark.parametrize(("length", "shape"), [(23, "another length"), (None, "absent")])
def test_a_head_that_shows_another_length_is_blamed(length: int | None, shape: str) -> None:
    (finding,) = written().see(HEAD, aes256(md5(BODY), length=length)).findings
    assert (finding.signature.clause, finding.signature.field) == ("BYT-01", "length")
    assert (finding.signature.expected, finding.signature.observed) == ("that of the content", shape)


def test_a_range_is_told_from_the_whole() -> None:
    ranged = GetObject(bucket="b", key="o", span=(1, 3))
    asked = Observation(206, algorithm="AES256", etag=md5(BODY), body="ont")
    trace = written()
    assert trace.see(ranged, asked) == Judgement()
    whole = Observation(200, algorithm="AES256", etag=md5(BODY), body=BODY)
    (finding,) = trace.see(ranged, whole).findings
    assert finding.signature.clause == "BYT-02"
    other = Observation(206, algorithm="AES256", etag=md5(BODY), body="con")
    (finding,) = trace.see(ranged, other).findings
    assert (finding.signature.expected, finding.signature.observed) == (
        "the range of what was written",
        "other content",
    )
    assert trace.see(ranged, asked) == Judgement()


def test_ranges_of_a_content_that_is_not_known_cannot_be_told_apart() -> None:
    trace = begun()
    trace.judge.world = effects.sent_part(trace.judge.world, PART, None, None)
    trace.see(COMPLETE, aes256("anything-1"))
    ranged = GetObject(bucket="b", key="o", span=(1, 3))
    for body in ("one", "two"):
        seen = Observation(206, algorithm="AES256", etag="anything-1", body=body)
        assert trace.see(ranged, seen) == Judgement()
    assert trace.see(HEAD, aes256("anything-1", length=3)) == Judgement()


def test_large_contents_are_told_apart_by_their_digests() -> None:
    trace = Trace()
    trace.see(begin(), aes256(upload_id="id"))
    large = UploadPart(bucket="b", key="o", upload="u", body="x", repeat=PART_LIMIT)
    assert trace.see(large, aes256(md5(large.content))) == Judgement()
    trace.see(COMPLETE, aes256(of_parts(md5(large.content))))
    seen = aes256(of_parts(md5(large.content)), body=f"{PART_LIMIT} characters, SHA-256 {'0' * 64}")
    assert blamed(trace.see(GET, seen)) == [("RDG-03", "body")]


# --- forms ------------------------------------------------------------------------------------------------------------


def post(headers: EncryptionHeaders = UNDER_KEY) -> PostObject:
    return PostObject(bucket="b", key="o", body=BODY, headers=headers)


SILENT = Observation(204, etag=STRANGE_ETAG)


def test_a_silent_answer_to_a_form_is_all_that_is_wrong_where_the_object_is_right() -> None:
    trace = Trace()
    assert blamed(trace.see(post(), SILENT)) == [("PST-03", "algorithm")]
    assert trace.see(HEAD, kms(STRANGE_ETAG, length=len(BODY))) == Judgement()


def test_where_the_object_is_wrong_too_the_read_has_the_form_blamed_for_it() -> None:
    trace = Trace()
    trace.default(Rule("AES256"))
    trace.see(post(), SILENT)
    (finding,) = trace.see(HEAD, aes256(STRANGE_ETAG, length=len(BODY))).findings
    assert (finding.signature.clause, finding.signature.action) == ("PST-02", "PostObject")
    assert (finding.signature.expected, finding.signature.observed) == ("aws:kms", "AES256")


def test_an_object_that_no_single_breach_explains_is_a_wrong_read() -> None:
    trace = Trace()
    trace.see(post(), SILENT)
    strange = Observation(200, algorithm="AES512", etag=STRANGE_ETAG, length=len(BODY))
    assert blamed(trace.see(HEAD, strange)) == [("RDG-01", "algorithm")]


def test_a_breach_that_would_have_had_the_form_refused_explains_no_object() -> None:
    trace = Trace()
    for step in (DisableKey(key="k"), EnableKey(key="k")):
        trace.see(step, OK)
    trace.default(Rule("AES256"))
    trace.see(post(), SILENT)
    assert blamed(trace.see(HEAD, aes256(STRANGE_ETAG, length=len(BODY)))) == [("PST-02", "algorithm")]
    strange = Observation(200, algorithm="AES512", etag=STRANGE_ETAG, length=len(BODY))
    trace.see(post(), SILENT)
    assert blamed(trace.see(HEAD, strange)) == [("RDG-01", "algorithm")]


def test_what_else_a_read_shows_wrongly_stays_blamed_on_the_read() -> None:
    trace = Trace()
    trace.see(post(), SILENT)
    assert blamed(trace.see(HEAD, kms(STRANGE_ETAG, length=9))) == [("BYT-01", "length")]


def test_a_form_that_got_no_answer_may_have_written_or_not() -> None:
    trace = Trace()
    assert trace.see(post(), fault("no-answer")).unjudged
    assert trace.see(HEAD, kms(STRANGE_ETAG, length=len(BODY))) == Judgement()
