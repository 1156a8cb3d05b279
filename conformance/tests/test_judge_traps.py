"""Traps for the judge: short traces, each of which a plausible wrong judge gets wrong.

Answers are written by hand, as a store would give them; `ARN` and `ETAG` are values that it invented.
"""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from msgspec.structs import replace
from sse_conformance import judge as judging
from sse_conformance.comparison import md5
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.tally import Tally
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    UpdateAlias,
)
from sse_spec.model import Model
from sse_spec.observations import Fault, Observation, ShownRule
from sse_spec.world import Setting, Version

NOW, EARLY = dt.date(2026, 11, 1), dt.date(2021, 9, 9)
ACCOUNTS = {"main": "111122223333", "other": "444455556666"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}

ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-00000000000{}"
MANAGED, FIRST, SECOND, STRANGE = (ARN.format(n) for n in range(4))
ETAG, OTHER_ETAG = "e" * 32, "f" * 32
BODY = "content"

AES256, KMS = EncryptionHeaders("AES256"), EncryptionHeaders("aws:kms")
SILENT = EncryptionHeaders()
OK, CREATED = Observation(200), Observation(204)
NOT_CONFIGURED = Observation(404, code="ServerSideEncryptionConfigurationNotFoundError")

model = functools.cache(Model)


class Trace:
    """A judge that is fed one answer after the other; a bucket `b` exists."""

    def __init__(self, day: dt.date = NOW) -> None:
        self.judge = Judge(model(day), ACCOUNTS, REGIONS)
        self.see(CreateBucket(bucket="b"), OK)

    def see(self, action: Action, seen: Observation) -> Judgement:
        return self.judge.step(action, seen)

    def given(self, *rules: Rule, bucket: str = "b") -> None:
        assert self.see(PutBucketEncryption(bucket=bucket, rules=rules), OK) == Judgement()

    def key(self, name: str, arn: str) -> None:
        assert self.see(CreateKey(key=name), Observation(200, key_arn=arn)) == Judgement()

    @property
    def proved(self) -> set[str]:
        return set(self.judge.tally.by_clause())

    @property
    def settings(self) -> tuple[Setting, ...]:
        return self.judge.world.buckets["b"].settings

    def versions(self, key: str = "o") -> tuple[Version, ...]:
        return self.judge.world.buckets["b"].objects[key]


def put(headers: EncryptionHeaders = SILENT, key: str = "o", bucket: str = "b") -> PutObject:
    return PutObject(bucket=bucket, key=key, body=BODY, headers=headers)


def copy(headers: EncryptionHeaders = SILENT, key: str = "c", source: str = "o", bucket: str = "b") -> CopyObject:
    return CopyObject(bucket=bucket, key=key, source_bucket="b", source_key=source, headers=headers)


def head(key: str = "o", bucket: str = "b", version: int | None = None) -> HeadObject:
    return HeadObject(bucket=bucket, key=key, version=version)


def get(key: str = "o", algorithm: str | None = None) -> GetObject:
    return GetObject(bucket="b", key=key, algorithm=algorithm)


def aes256(body: str | None = None) -> Observation:
    return Observation(200, algorithm="AES256", etag=md5(BODY), body=body, length=len(BODY))


def kms(arn: str | None, etag: str = ETAG, bucket_key: str | None = None) -> Observation:
    return Observation(200, algorithm="aws:kms", kms_key=arn, etag=etag, bucket_key=bucket_key, length=len(BODY))


def plain() -> Observation:
    return Observation(200, etag=md5(BODY), length=len(BODY))


def told(seen: Observation, version: str) -> Observation:
    return replace(seen, version_id=version)


def refused(status: int, code: str | None = None) -> Observation:
    return Observation(status, code=code)


def fault(kind: Fault, status: int = 0) -> Observation:
    return Observation(status, fault=kind)


def blamed(judgement: Judgement) -> list[tuple[str, str]]:
    assert not judgement.unjudged
    return [(one.signature.clause, one.signature.field) for one in judgement.findings]


def shown(algorithm: str, key: str | None = None, bucket_key: bool | None = False) -> Observation:
    return Observation(200, configuration=(ShownRule(algorithm, key, bucket_key, ("SSE-C",)),))


# --- bindings ---------------------------------------------------------------------------------------------------------


def test_an_arn_of_a_rejected_outcome_is_not_bound() -> None:
    trace = Trace()
    assert blamed(trace.see(put(KMS), Observation(200, algorithm="AES256", kms_key=STRANGE, etag=ETAG)))
    assert trace.judge.names.arns == {}
    assert trace.see(put(KMS, "p"), kms(MANAGED)) == Judgement()


def test_an_arn_next_to_a_wrong_etag_is_bound_all_the_same() -> None:
    trace = Trace()
    assert blamed(trace.see(put(KMS), kms(MANAGED, etag=md5(BODY)))) == [("ETG-02", "etag")]
    assert trace.judge.names.symbols == {MANAGED: "aws/s3@main"}
    assert len(trace.versions()[0].candidates) == 1


def test_aws_s3_is_not_the_key_of_a_customer() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    judgement = trace.see(put(KMS), kms(FIRST))
    assert blamed(judgement) == [("KMS-04", "kms_key")]
    assert judgement.findings[0].signature.observed == "key ARN of another key"


def test_aws_s3_does_not_change_between_two_buckets() -> None:
    trace = Trace()
    trace.see(CreateBucket(bucket="b2"), OK)
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    assert "KMS-06" not in trace.proved
    assert blamed(trace.see(put(KMS, bucket="b2"), kms(STRANGE))) == [("KMS-06", "kms_key")]


def test_what_the_model_said_before_is_taken_for_what_it_says_now() -> None:
    trace = Trace()
    looked = trace.judge.model.look(trace.judge.world, put())
    assert trace.judge.step(put(), aes256(), looked) == Judgement()


def test_the_first_sight_of_aws_s3_proves_nothing_about_its_being_one_key() -> None:
    trace = Trace()
    trace.see(CreateBucket(bucket="b2"), OK)
    trace.see(put(KMS, bucket="b2"), kms(MANAGED))
    assert "KMS-06" not in trace.proved
    trace.see(put(KMS), kms(MANAGED))
    assert "KMS-06" in trace.proved


def test_an_arn_that_may_be_either_of_two_keys_proves_nothing_about_aws_s3() -> None:
    trace = Trace()
    trace.see(CreateBucket(bucket="b2"), OK)
    trace.see(CreateKey(key="k"), OK)  # an answer without the ARN
    trace.given(Rule("aws:kms", KeyRef("arn", "k")), bucket="b2")
    assert trace.see(put(KMS, bucket="b2"), kms(STRANGE)) == Judgement()  # the default's key or aws/s3
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    assert "KMS-06" not in trace.proved


def test_aws_s3_is_not_bound_to_the_arn_that_the_request_itself_made_up() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms", KeyRef("arn", "nobody")))
    made_up = trace.judge.names.text(KeyRef("arn", "nobody"), "main")
    assert blamed(trace.see(put(KMS), kms(made_up))) == [("KMS-16", "kms_key")]
    assert trace.judge.names.arns == {}


def test_no_two_keys_have_one_arn() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    judgement = trace.see(CreateKey(key="k2"), Observation(200, key_arn=FIRST))
    assert judgement == Judgement(unjudged="CreateKey answered with the ARN of another key")
    assert trace.judge.names.symbols == {FIRST: "k"}
    assert set(trace.judge.world.keys) == {"k"}


def test_one_unknown_arn_is_not_bound_to_two_symbols() -> None:
    trace = Trace()
    trace.see(CreateKey(key="k"), OK)  # an answer without the ARN
    trace.see(put(KMS), fault("no-answer"))
    trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), fault("no-answer"))
    assert trace.see(head(), kms(STRANGE)) == Judgement()
    assert trace.judge.names.symbols == {}


def test_an_answer_is_not_judged_by_what_another_came_to_that_shows_two_keys_in_one() -> None:
    trace = Trace()
    for key, arn in (("o", STRANGE), ("q", SECOND)):
        assert blamed(trace.see(put(AES256, key), kms(arn)))
        assert trace.see(head(key), kms(arn)) == Judgement()  # stored under a key that nobody knows
    assert trace.see(put(KMS, "p"), kms(STRANGE)) == Judgement()  # which turns out to be aws/s3
    assert trace.see(copy(KMS, source="o"), kms(STRANGE, OTHER_ETAG)) == Judgement()
    assert blamed(trace.see(copy(KMS, source="q"), kms(SECOND, OTHER_ETAG))) == [("CPY-03", "kms_key")]


def test_a_fresh_space_knows_no_arns_of_the_last_one() -> None:
    trace = Trace()
    trace.see(put(KMS), kms(MANAGED))
    trace.judge.fresh()
    trace.see(CreateBucket(bucket="b"), OK)
    assert trace.see(put(KMS), kms(STRANGE)) == Judgement()


# --- one bug is counted once ------------------------------------------------------------------------------------------


def test_an_unencrypted_object_is_not_found_again_by_its_reads() -> None:
    trace = Trace()
    assert blamed(trace.see(put(), plain())) == [("DEF-05", "algorithm")]
    assert trace.see(head(), plain()) == Judgement()
    assert trace.see(get(), Observation(200, etag=md5(BODY), body=BODY)) == Judgement()
    assert trace.see(copy(AES256), aes256()) == Judgement()


def test_an_object_that_vanished_is_not_found_missing_twice() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    assert blamed(trace.see(head(), refused(404))) == [("RDG-01", "acceptance")]
    assert trace.see(get(), refused(404, "NoSuchKey")) == Judgement()
    assert trace.versions()[0].candidates == (None,)


def test_one_404_does_not_prove_that_an_object_is_gone() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    trace.see(head(), refused(404))
    assert trace.see(get(), aes256(BODY)) == Judgement()
    assert blamed(trace.see(head(), refused(404)))


def test_an_object_that_a_refused_write_left_has_any_content() -> None:
    trace = Trace()
    trace.see(put(EncryptionHeaders("AES512")), refused(400, "InvalidArgument"))
    assert blamed(trace.see(head(), aes256())) == [("HDR-03", "acceptance")]
    assert trace.see(get(), aes256("whatever was refused")) == Judgement()
    assert blamed(trace.see(get(), aes256("something else"))) == [("RDG-03", "body")]


def test_a_key_in_a_wrongly_shown_configuration_is_the_key_that_it_names() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.key("k2", SECOND)
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    assert blamed(trace.see(GetBucketEncryption(bucket="b"), shown("aws:kms", SECOND))) == [("CFG-17", "default_key")]
    assert trace.see(put(), kms(SECOND)) == Judgement()


# --- decisive or not --------------------------------------------------------------------------------------------------


def test_an_aes256_header_over_an_aes256_default_proves_nothing_about_precedence() -> None:
    trace = Trace()
    trace.given(Rule("AES256"))
    trace.see(put(AES256), aes256())
    assert trace.proved.isdisjoint({"DEF-01", "DEF-03"})
    trace.given(Rule("aws:kms"))
    trace.see(put(AES256), aes256())
    assert "DEF-03" in trace.proved


def test_a_code_that_two_objections_share_proves_neither() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), kms(FIRST))
    trace.see(DisableKey(key="k"), OK)
    assert trace.see(get(algorithm="aws:kms"), refused(400, "KMS.DisabledException")) == Judgement()
    assert trace.proved.isdisjoint({"HDR-08", "KMS-17"})


def test_what_one_objection_alone_explains_proves_that_one() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), kms(FIRST))
    trace.see(DisableKey(key="k"), OK)
    assert trace.see(get(algorithm="aws:kms"), refused(400, "InvalidArgument")) == Judgement()
    assert "HDR-08" in trace.proved
    assert "KMS-17" not in trace.proved


def test_what_a_partly_wrong_answer_has_right_still_counts() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms"))
    assert blamed(trace.see(put(AES256), Observation(200, algorithm="AES256", etag=ETAG))) == [("ETG-01", "etag")]
    assert "DEF-03" in trace.proved
    assert "ETG-01" not in trace.proved


def test_an_etag_that_nobody_has_seen_before_is_not_shown_to_be_kept() -> None:
    trace = Trace()
    trace.see(put(KMS), kms(MANAGED))
    trace.see(put(KMS), fault("no-answer"))
    trace.judge.tally = Tally()
    assert trace.see(head(), kms(MANAGED, OTHER_ETAG)) == Judgement()
    assert "ETG-04" not in trace.proved
    assert trace.see(head(), kms(MANAGED, OTHER_ETAG)) == Judgement()
    assert "ETG-04" in trace.proved
    assert blamed(trace.see(head(), kms(MANAGED))) == [("ETG-04", "etag")]


def test_a_clause_that_only_permits_is_exercised_where_it_is_decisive() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    assert "KMS-05" not in trace.proved
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    trace.see(put(KMS), kms(MANAGED))
    assert "KMS-05" in trace.proved


def test_two_readings_prove_only_what_each_of_them_proves() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms"))
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("AES256"),)), fault("no-answer"))
    assert trace.see(put(AES256), aes256()) == Judgement()  # over an AES256 default that proves no precedence
    assert "DEF-03" not in trace.proved
    assert "ETG-01" in trace.proved


def test_a_reading_that_breaking_a_clause_would_save_keeps_it_from_being_proved() -> None:
    trace = Trace()
    trace.see(put(KMS), kms(MANAGED))
    trace.see(put(KMS), fault("no-answer"))
    assert trace.see(copy(KMS), kms(MANAGED, OTHER_ETAG)) == Judgement()
    assert "ETG-05" not in trace.proved  # it may be the ETag of the source, if that was written again


def test_an_etag_that_the_write_kept_to_itself_is_not_shown_to_be_kept() -> None:
    trace = Trace()
    assert blamed(trace.see(put(KMS), Observation(200, algorithm="aws:kms", kms_key=MANAGED))) == [("ETG-02", "etag")]
    assert trace.see(head(), kms(MANAGED)) == Judgement()
    assert "RDG-01" in trace.proved
    assert "ETG-04" not in trace.proved


# --- the order of comparison ------------------------------------------------------------------------------------------


def test_an_unexpected_refusal_says_nothing_of_the_fields() -> None:
    trace = Trace()
    assert blamed(trace.see(put(AES256), refused(403, "AccessDenied"))) == [("DEF-02", "acceptance")]
    assert trace.proved == set()


def test_a_wrong_code_under_the_right_status_is_a_finding() -> None:
    trace = Trace()
    assert blamed(trace.see(put(EncryptionHeaders("AES512")), refused(400, "Whatever"))) == [("HDR-01", "code")]


def test_the_right_code_under_a_wrong_status_is_a_finding() -> None:
    trace = Trace()
    assert blamed(trace.see(put(EncryptionHeaders("AES512")), refused(409, "InvalidArgument"))) == [("HDR-01", "code")]


def test_a_refusal_without_a_code_fits_only_where_no_body_can_be() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    assert trace.see(head("nothing"), refused(404)) == Judgement()
    assert blamed(trace.see(put(EncryptionHeaders("AES512")), refused(400))) == [("HDR-01", "code")]


@pytest.mark.parametrize(("write", "clause"), [(put(AES256, "p"), "DEF-02"), (copy(AES256, "p"), "DEF-02")])
def test_an_error_document_under_status_200_is_a_refusal(write: Action, clause: str) -> None:
    trace = Trace()
    trace.see(put(), aes256())
    judgement = trace.see(write, Observation(200, code="InternalError", algorithm="AES256", etag=md5(BODY)))
    assert blamed(judgement) == [(clause, "acceptance")]
    assert judgement.findings[0].signature.observed == "200 InternalError"
    assert trace.see(get("p"), refused(404, "NoSuchKey")) == Judgement()


def test_an_error_document_under_status_200_is_not_the_refusal_that_was_due() -> None:
    trace = Trace()
    judgement = trace.see(put(EncryptionHeaders("AES512")), Observation(200, code="InvalidArgument"))
    assert blamed(judgement) == [("HDR-01", "code")]


def test_a_redirection_is_not_an_acceptance() -> None:
    trace = Trace()
    judgement = trace.see(PutBucketEncryption(bucket="b", rules=(Rule("AES256"),)), Observation(307))
    assert blamed(judgement) == [("CFG-01", "acceptance")]
    assert trace.settings == (Setting(),)


def test_the_nearest_permitted_outcome_is_blamed_for_what_it_alone_demands() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k"), True))
    # Nearest is the default's key, which is permitted as aws/s3 is: the bucket key alone is wrong.
    assert blamed(trace.see(put(KMS), kms(FIRST))) == [("BKT-03", "bucket_key")]


def test_a_request_that_must_be_refused_twice_and_is_accepted_breaks_both_clauses() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), kms(FIRST))
    trace.see(DisableKey(key="k"), OK)
    judgement = trace.see(
        get(algorithm="aws:kms"), Observation(200, algorithm="aws:kms", kms_key=FIRST, etag=ETAG, body=BODY)
    )
    assert blamed(judgement) == [("HDR-08", "acceptance"), ("KMS-17", "acceptance")]


# --- what a read decides ----------------------------------------------------------------------------------------------


def test_a_read_acquits_the_write_of_all_but_its_answer() -> None:
    trace = Trace()
    (finding,) = trace.see(put(), plain()).findings
    assert finding.signature.clause == "DEF-05"
    assert trace.see(head(), aes256()) == Judgement()
    assert finding.signature.clause == "DEF-07"


def test_a_copy_is_acquitted_of_all_but_its_answer_too() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    (finding,) = trace.see(copy(AES256), plain()).findings
    trace.see(head("c"), aes256())
    assert finding.signature.clause == "CPY-15"


def test_a_read_of_the_wrong_encryption_acquits_nothing() -> None:
    trace = Trace()
    (finding,) = trace.see(put(), plain()).findings
    assert trace.see(head(), plain()) == Judgement()
    assert trace.see(put(), aes256()) == Judgement()
    assert trace.see(head(), aes256()) == Judgement()
    assert finding.signature.clause == "DEF-05"


def test_the_read_of_a_later_write_says_nothing_of_an_earlier_one() -> None:
    trace = Trace()
    (finding,) = trace.see(put(), plain()).findings
    assert trace.see(put(), aes256()) == Judgement()
    assert trace.see(head(), aes256()) == Judgement()
    assert finding.signature.clause == "DEF-05"


@pytest.mark.parametrize("read", [head(version=0), head(version=7)])
def test_the_read_of_another_version_says_nothing_of_a_write(read: HeadObject) -> None:
    trace = Trace()
    trace.see(PutBucketVersioning(bucket="b", status="Enabled"), OK)
    trace.see(put(), told(aes256(), "v0"))
    (finding,) = trace.see(put(), told(plain(), "v1")).findings
    trace.see(read, aes256())
    assert finding.signature.clause == "DEF-05"
    trace.see(head(version=1), aes256())
    assert finding.signature.clause == "DEF-07"


def test_a_refused_read_says_nothing_of_a_write() -> None:
    trace = Trace()
    (finding,) = trace.see(put(), plain()).findings
    trace.see(head(), refused(403))
    trace.see(head(), aes256())
    assert finding.signature.clause == "DEF-07"


def test_the_form_of_a_key_is_no_matter_of_storage() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    (finding,) = trace.see(put(EncryptionHeaders("aws:kms", KeyRef("id", "k"))), kms(FIRST.rpartition("/")[2])).findings
    assert trace.see(head(), kms(FIRST)) == Judgement()
    assert finding.signature.clause == "KMS-08"


def test_a_read_that_beats_the_answer_of_the_write_is_not_blamed_itself() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms"))
    assert blamed(trace.see(put(), plain())) != []
    judgement = trace.see(head(), aes256())  # neither what was answered nor what was due
    assert judgement.findings == ()
    assert trace.see(head(), aes256()) == Judgement()


def test_a_read_after_an_acceptance_that_was_wrong_is_not_blamed_either() -> None:
    trace = Trace()
    assert blamed(trace.see(put(EncryptionHeaders("AES512")), Observation(200, algorithm="AES512", etag=md5(BODY))))
    assert trace.see(head(), aes256()).findings == ()
    assert trace.see(head(), aes256()) == Judgement()
    assert blamed(trace.see(head(), plain())) == [("RDG-01", "algorithm")]


def test_a_read_after_a_wrong_refusal_is_blamed_for_what_it_shows() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    assert blamed(trace.see(put(AES256), refused(403, "AccessDenied"))) != []
    assert blamed(trace.see(head(), plain())) == [("RDG-01", "algorithm")]


def test_a_read_that_beats_the_answer_is_still_blamed_for_the_content() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms"))
    trace.see(put(), plain())
    assert blamed(trace.see(get(), aes256("other"))) == [("RDG-03", "body")]


# --- the default that is reported -------------------------------------------------------------------------------------


def test_a_wrong_report_leaves_the_default_old_or_reported_until_a_write_decides() -> None:
    for written, algorithm in ((aes256(), "AES256"), (kms(MANAGED), "aws:kms")):
        trace = Trace()
        trace.given(Rule("AES256"))
        assert blamed(trace.see(GetBucketEncryption(bucket="b"), shown("aws:kms"))) == [("CFG-03", "default_algorithm")]
        assert {one.rule and one.rule.algorithm for one in trace.settings} == {"AES256", "aws:kms"}
        assert trace.see(put(), written) == Judgement()
        (setting,) = trace.settings
        assert setting.rule is not None
        assert setting.rule.algorithm == algorithm


def test_a_report_that_is_refused_for_another_reason_reports_nothing() -> None:
    trace = Trace()
    trace.given(Rule("AES256"))
    assert blamed(trace.see(GetBucketEncryption(bucket="b"), refused(403, "AccessDenied")))
    assert len(trace.settings) == 1


def test_a_default_that_should_have_been_refused_is_in_force_or_not() -> None:
    trace = Trace()
    trace.given(Rule("AES256"))
    rule = Rule("AES256", KeyRef("text", "x"))
    assert blamed(trace.see(PutBucketEncryption(bucket="b", rules=(rule,)), OK)) == [("CFG-14", "acceptance")]
    assert [one.rule for one in trace.settings] == [Rule("AES256"), rule]


# --- choices ----------------------------------------------------------------------------------------------------------


def test_a_choice_is_constant_in_one_situation() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    assert trace.see(put(KMS, "p"), kms(MANAGED)) == Judgement()
    (finding,) = trace.see(put(KMS, "q"), kms(FIRST)).findings
    assert (finding.signature.clause, finding.signature.field) == ("KMS-05", "choice")
    assert finding.signature.expected != finding.signature.observed
    assert sum(trace.judge.tally.choices.values()) == 3


def test_a_choice_may_be_another_one_in_another_situation() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    trace.given(Rule("aws:kms", KeyRef("id", "k")))
    assert trace.see(put(KMS), kms(FIRST)) == Judgement()


def test_a_choice_outlives_its_space() -> None:
    trace = Trace(EARLY)
    trace.see(put(), plain())
    assert trace.see(get(algorithm="AES256"), refused(400, "InvalidRequest")) == Judgement()
    trace.judge.fresh()
    trace.see(CreateBucket(bucket="b"), OK)
    trace.see(put(), plain())
    judgement = trace.see(get(algorithm="AES256"), Observation(200, etag=md5(BODY), body=BODY))
    assert blamed(judgement) == [("HDR-09", "choice")]


def test_a_refusal_for_another_reason_chooses_nothing() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms"))
    trace.see(DisableKey(key="k"), OK)
    named = put(EncryptionHeaders(None, KeyRef("arn", "k")))
    assert trace.see(named, refused(400, "KMS.DisabledException")) == Judgement()
    assert trace.judge.tally.choices == {}
    assert trace.see(named, refused(400, "InvalidArgument")) == Judgement()
    assert set(trace.judge.tally.choices) == {("HDR-05", "PutObject", "400 InvalidArgument")}


def test_nobody_has_chosen_where_nobody_knows_the_situation() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k")),)), fault("no-answer"))
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    trace.given(Rule("aws:kms", KeyRef("arn", "k")))
    assert trace.see(put(KMS), kms(FIRST)) == Judgement()


# --- sets of values ---------------------------------------------------------------------------------------------------


def test_a_copy_in_place_shows_whether_a_deletion_forgot_the_default() -> None:
    for answer, configured in ((aes256(), True), (refused(400, "InvalidRequest"), False)):
        trace = Trace()
        trace.see(put(), aes256())
        trace.given(Rule("AES256"))
        trace.see(DeleteBucketEncryption(bucket="b"), CREATED)
        assert {one.configured for one in trace.settings} == {True, False}
        assert trace.see(copy(key="o"), answer) == Judgement()
        assert {one.configured for one in trace.settings} == {configured}
        assert "CPY-09" in trace.proved


def test_an_inconsistent_deletion_shows_once_the_set_is_filtered() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    trace.given(Rule("AES256"))
    trace.see(DeleteBucketEncryption(bucket="b"), CREATED)
    trace.see(copy(key="o"), refused(400, "InvalidRequest"))
    assert blamed(trace.see(copy(key="o"), aes256())) == [("CPY-04", "acceptance")]


def test_a_default_of_unknown_fate_is_decided_by_the_next_write() -> None:
    for written, rule in ((aes256(), None), (kms(MANAGED), Rule("aws:kms"))):
        trace = Trace()
        answer = trace.see(PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), fault("no-answer"))
        assert answer.unjudged
        assert answer.findings == ()
        assert [one.rule for one in trace.settings] == [None, Rule("aws:kms")]
        assert trace.see(put(), written) == Judgement()
        assert [one.rule for one in trace.settings] == [rule]


def test_a_default_of_unknown_fate_is_decided_by_its_report() -> None:
    trace = Trace()
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), fault("no-answer"))
    assert trace.see(GetBucketEncryption(bucket="b"), shown("AES256")) == Judgement()
    assert trace.settings == (Setting(),)


def test_a_first_write_of_unknown_fate_may_have_made_the_object_or_not() -> None:
    for answer in (refused(404), aes256()):
        trace = Trace()
        trace.see(put(), fault("no-answer"))
        assert trace.see(head(), answer) == Judgement()
        assert [one is None for one in trace.versions()[0].candidates] == [answer.refused]


def test_a_second_write_of_unknown_fate_leaves_the_old_object_or_the_new_one() -> None:
    for answer in (aes256(), kms(MANAGED, OTHER_ETAG)):
        trace = Trace()
        trace.see(put(), aes256())
        trace.see(put(KMS), fault("server-error", 503))
        assert trace.see(head(), answer) == Judgement()
        (stored,) = trace.versions()[0].candidates
        assert stored is not None
        assert stored.algorithm == answer.algorithm
        assert stored.etag == answer.etag


def test_a_write_of_unknown_fate_did_nothing_that_was_not_asked_for() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    trace.see(put(AES256), fault("no-answer"))
    assert blamed(trace.see(head(), kms(MANAGED))) == [("RDG-01", "algorithm")]


def test_a_write_that_must_be_refused_has_not_changed_anything_either() -> None:
    trace = Trace()
    trace.see(put(), aes256())
    before = trace.judge.world
    assert trace.see(put(EncryptionHeaders("AES512")), fault("no-answer")).unjudged
    assert trace.judge.world == before


def test_a_copy_that_tells_two_sources_apart_filters_them() -> None:
    trace = Trace(EARLY)
    trace.see(put(KMS), kms(MANAGED))
    trace.see(put(), fault("no-answer"))
    assert len(trace.versions()[0].candidates) == 2
    assert trace.see(copy(key="c"), kms(MANAGED)).findings != ()  # a copy inherits from neither of them
    assert len(trace.versions()[0].candidates) == 2
    assert trace.see(copy(KMS, key="d"), kms(MANAGED, ETAG)) == Judgement()  # the ETag is that of the older candidate
    (stored,) = trace.versions()[0].candidates
    assert stored is not None
    assert stored.algorithm is None


def test_a_deletion_of_unknown_fate_leaves_the_object_or_none() -> None:
    for answer in (refused(404), aes256()):
        trace = Trace()
        trace.see(put(), aes256())
        trace.see(DeleteObject(bucket="b", key="o"), fault("no-answer"))
        assert trace.see(head(), answer) == Judgement()
        assert len(trace.versions()[0].candidates) == 1


def test_a_version_of_unknown_fate_takes_no_number_and_no_number_is_trusted_after_it() -> None:
    trace = Trace()
    trace.see(PutBucketVersioning(bucket="b", status="Enabled"), OK)
    trace.see(put(AES256), aes256())
    trace.see(put(KMS), fault("no-answer"))
    trace.see(put(KMS), fault("no-answer"))
    assert trace.see(head(), aes256()) == Judgement()  # neither of the two took effect
    trace.see(put(EncryptionHeaders("aws:kms", None, True)), kms(MANAGED, bucket_key="true"))
    assert len(trace.versions()) == 2
    assert trace.see(head(), kms(MANAGED, bucket_key="true")) == Judgement()
    for number in (0, 1):
        assert "a version of its object" in trace.see(head(version=number), kms(STRANGE)).unjudged


def test_a_read_that_finds_nothing_leaves_no_version() -> None:
    trace = Trace()
    trace.see(PutBucketVersioning(bucket="b", status="Enabled"), OK)
    trace.see(head(), refused(404))
    trace.see(put(), told(aes256(), "v0"))
    assert trace.see(head(version=0), aes256()) == Judgement()


def test_a_refused_configuration_leaves_the_default_as_it_was() -> None:
    trace = Trace()
    trace.given(Rule("aws:kms"))
    assert trace.see(PutBucketEncryption(bucket="b", rules=()), refused(400, "MalformedXML")) == Judgement()
    assert [one.rule for one in trace.settings] == [Rule("aws:kms")]


@pytest.mark.parametrize(
    "action",
    [
        CreateBucket(bucket="unknown"),
        PutBucketVersioning(bucket="unknown", status="Enabled"),
    ],
)
def test_nothing_is_known_of_a_bucket_whose_making_got_no_answer(action: Action) -> None:
    trace = Trace()
    trace.see(action, fault("no-answer"))
    for request, answer in (
        (PutBucketEncryption(bucket="unknown", rules=(Rule("AES256"),)), OK),
        (GetBucketEncryption(bucket="unknown"), NOT_CONFIGURED),
        (put(bucket="unknown"), plain()),
        (copy(bucket="unknown"), plain()),
        (head(bucket="unknown"), plain()),
    ):
        judgement = trace.see(request, answer)
        assert judgement.findings == ()
        assert judgement.unjudged


@pytest.mark.parametrize("action", [DisableKey(key="k"), UpdateAlias(alias="a", key="k"), DeleteAlias(alias="a")])
def test_nothing_is_said_of_a_key_after_a_call_of_unknown_fate(action: Action) -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.key("k2", SECOND)
    trace.see(CreateAlias(alias="a", key="k2" if isinstance(action, UpdateAlias) else "k"), OK)
    trace.see(action, fault("no-answer"))
    for reference in (KeyRef("arn", "k"), KeyRef("alias", "a")):
        for answer in (kms(FIRST), refused(400, "KMS.DisabledException"), refused(400, "KMS.NotFoundException")):
            judgement = trace.see(put(EncryptionHeaders("aws:kms", reference)), answer)
            assert judgement.findings == ()
            assert judgement.unjudged
    assert trace.see(put(AES256), aes256()) == Judgement()
    trace.judge.fresh()
    trace.see(CreateBucket(bucket="b"), OK)
    trace.key("k", FIRST)
    assert trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), kms(FIRST)) == Judgement()


def test_an_object_whose_fate_could_not_be_followed_is_known_again_once_it_is_read() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.see(put(AES256), aes256())
    trace.see(EnableKey(key="k"), fault("no-answer"))
    trace.see(put(EncryptionHeaders("aws:kms", KeyRef("arn", "k"))), plain())
    assert trace.see(copy(AES256), aes256()).unjudged
    assert trace.see(head("c"), plain()).unjudged
    assert trace.see(head(), aes256()).unjudged
    assert trace.see(head(), aes256()) == Judgement()
    assert blamed(trace.see(head(), plain())) == [("RDG-01", "algorithm")]


def test_more_candidates_than_can_be_followed_are_not_judged() -> None:
    trace = Trace()
    for number in range(70):
        rule = Rule("aws:kms", KeyRef("text", f"key {number}"))
        trace.see(PutBucketEncryption(bucket="b", rules=(rule,)), fault("no-answer"))
    assert trace.settings == ()
    judgement = trace.see(put(), plain())
    assert judgement.findings == ()
    assert "nothing is known" in judgement.unjudged
    assert trace.see(PutBucketEncryption(bucket="b", rules=(Rule("AES256"),)), OK).unjudged
    assert trace.see(PutBucketEncryption(bucket="b", rules=()), refused(400, "MalformedXML")).unjudged


def test_more_readings_than_can_be_followed_are_not_judged() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.see(put(), aes256())
    keys = [EncryptionHeaders("aws:kms", KeyRef("arn", "k"), flag) for flag in (None, True)]
    for number, headers in enumerate((AES256, KMS, *keys)):
        trace.see(put(headers), fault("no-answer"))
        for nth in range(4):
            rule = Rule("aws:kms", KeyRef("text", f"key {number} {nth}"))
            trace.see(PutBucketEncryption(bucket="b", rules=(rule,)), fault("no-answer"))
    assert (len(trace.settings), len(trace.versions()[0].candidates)) == (17, 5)
    assert "readings" in trace.see(head(), plain()).unjudged
    assert trace.see(head("nothing"), refused(404)) == Judgement()


def test_what_was_configured_before_makes_no_candidates_of_its_own() -> None:
    trace = Trace()
    for number in range(20):
        rule = Rule("aws:kms", KeyRef("text", f"key {number}"))
        trace.see(PutBucketEncryption(bucket="b", rules=(rule,)), fault("no-answer"))
    assert len(trace.settings) == 21
    trace.given(Rule("AES256"))
    assert trace.settings == (Setting(Rule("AES256"), configured=True),)


# --- answers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "status"), [("server-error", 500), ("garbage", 200), ("exception", 0)])
def test_a_server_error_garbage_and_a_crash_are_findings(kind: Fault, status: int) -> None:
    judgement = Trace().see(put(AES256), fault(kind, status))
    assert blamed(judgement) == [("DEF-02", "answer")]
    assert judgement.findings[0].signature.observed == (f"{kind} ({status})" if status else kind)


@pytest.mark.parametrize("seen", [fault("no-answer"), fault("server-error", 503)])
def test_a_busy_or_silent_target_is_no_finding(seen: Observation) -> None:
    trace = Trace()
    judgement = trace.see(put(AES256), seen)
    assert judgement.findings == ()
    assert judgement.unjudged
    assert not judgement.lost
    assert trace.proved == set()


def test_a_crash_where_nothing_is_described_is_no_finding() -> None:
    judgement = Trace().see(CreateKey(key="k"), fault("exception"))
    assert judgement == Judgement(unjudged="CreateKey: exception")


@pytest.mark.parametrize("seen", [refused(501, "NotImplemented"), refused(405), refused(400, "NotImplemented")])
def test_what_a_target_does_not_offer_proves_nothing(seen: Observation) -> None:
    trace = Trace()
    judgement = trace.see(PutBucketEncryption(bucket="b", rules=()), seen)
    assert judgement.findings == ()
    assert judgement.unsupported == f"{seen.status} {seen.code or ''}".rstrip()
    assert trace.proved == set()
    assert set(trace.judge.tally.unsupported) == {"PutBucketEncryption"}


def test_a_delete_marker_does_not_make_reading_unsupported() -> None:
    trace = Trace()
    trace.see(PutBucketVersioning(bucket="b", status="Enabled"), OK)
    trace.see(put(), aes256())
    trace.see(DeleteObject(bucket="b", key="o"), CREATED)
    assert trace.see(head(version=1), refused(405)) == Judgement()
    assert trace.judge.tally.unsupported == {}


def test_a_target_that_is_not_reached_is_lost_and_nothing_changes() -> None:
    trace = Trace()
    before = trace.judge.world
    judgement = trace.see(put(), fault("unreachable"))
    assert judgement.lost
    assert judgement.unjudged
    assert trace.judge.world == before


def test_a_refused_set_up_call_is_unjudged_and_no_finding() -> None:
    trace = Trace()
    judgement = trace.see(CreateBucket(bucket="b2"), refused(409, "BucketAlreadyExists"))
    assert judgement == Judgement(unjudged="CreateBucket was refused: 409 BucketAlreadyExists")
    assert "b2" not in trace.judge.world.buckets


def test_what_no_clause_speaks_of_is_unjudged() -> None:
    trace = Trace()
    assert trace.see(get("nothing"), refused(403, "AccessDenied")) == Judgement(
        unjudged="GetObject answered 403 AccessDenied"
    )
    assert trace.see(put(bucket="nowhere"), plain()) == Judgement(unjudged="PutObject answered 200")


def test_what_this_edition_does_not_describe_proves_nothing() -> None:
    trace = Trace()
    assert trace.see(put(EncryptionHeaders("SSE-C")), refused(400, "Whatever")) == Judgement()
    assert trace.see(put(EncryptionHeaders("SSE-C")), Observation(200, algorithm="SSE-C")) == Judgement()
    assert trace.proved == set()
    trace.see(put(EncryptionHeaders("SSE-C")), fault("no-answer"))
    assert trace.versions()[0].candidates == ()


def test_an_answer_that_an_undescribed_reading_allows_proves_nothing() -> None:
    trace = Trace()
    trace.given(Rule("AES256"))
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("SSE-C"),)), fault("no-answer"))
    assert trace.see(put(KMS), kms(MANAGED)) == Judgement()
    assert trace.proved.isdisjoint({"DEF-03", "KMS-04", "ETG-02"})
    trace.see(PutBucketEncryption(bucket="b", rules=(Rule("SSE-C"),)), fault("no-answer"))
    assert trace.see(put(), Observation(200, algorithm="SSE-C", etag=ETAG)) == Judgement()


def test_what_the_judge_remembers_is_bounded_and_forgetting_it_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "READS_LIMIT", 2)
    trace = Trace()
    for number in range(9):
        trace.see(put(EncryptionHeaders("AES512")), refused(400, f"Code{number}"))
    assert len(trace.judge._reads) <= 2
    judgement = trace.see(put(EncryptionHeaders("AES512")), refused(400, "Code0"))
    assert judgement.findings[0].signature.observed == "400 Code0"


# --- words ------------------------------------------------------------------------------------------------------------


def test_an_error_code_longer_than_sane_is_cut() -> None:
    trace = Trace()
    endless = refused(400, "E" * 5000)
    judgements = [
        trace.see(put(AES256), endless),
        trace.see(put(EncryptionHeaders("AES512")), endless),
        trace.see(CreateBucket(bucket="b2"), endless),
        trace.see(get("nothing"), endless),
        trace.see(put(AES256), Observation(501, code="E" * 5000)),
    ]
    for one in judgements:
        words = [one.unjudged, one.unsupported, *(finding.signature.observed for finding in one.findings)]
        assert max(map(len, words)) < 120


def test_an_algorithm_longer_than_sane_is_cut() -> None:
    (finding,) = Trace().see(put(AES256), Observation(200, algorithm="A" * 5000, etag=md5(BODY))).findings
    assert len(finding.signature.observed) <= 40


def test_signatures_hold_nothing_that_a_target_invented() -> None:
    trace = Trace()
    trace.key("k", FIRST)
    trace.given(Rule("aws:kms", KeyRef("arn", "k"), True))
    judgements = [
        trace.see(put(), kms(STRANGE, md5(BODY))),
        trace.see(put(key="p"), kms(FIRST.rpartition("/")[2], md5(BODY))),
        trace.see(head("p"), kms(SECOND, OTHER_ETAG)),
        trace.see(get("p"), aes256(FIRST)),
        trace.see(GetBucketEncryption(bucket="b"), shown("AES256", STRANGE)),
        trace.see(GetBucketEncryption(bucket="b"), Observation(200, configuration=())),
    ]
    said = repr([one.signature for judgement in judgements for one in judgement.findings])
    assert len(said) > 200
    for invented in (FIRST, SECOND, STRANGE, FIRST.rpartition("/")[2], ETAG, OTHER_ETAG, md5(BODY)):
        assert invented not in said
