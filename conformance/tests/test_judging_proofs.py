"""What an answer proves and what it chooses, also where the judge has seen its like before."""

from __future__ import annotations

import datetime as dt

import pytest
from sse_conformance import comparison
from sse_conformance import judge as judging
from sse_conformance.comparison import md5
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard
from sse_spec.observations import Observation

ACCOUNTS, REGIONS = {"main": "111122223333", "other": "444455556666"}, {"home": "us-east-1", "away": "us-west-2"}
ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-00000000000{}"
MANAGED, FIRST = ARN.format(0), ARN.format(1)
BODY = "content"
MD5, FRESH = md5(BODY), "e" * 32

OK, UNKNOWN = Observation(200), Observation(0, fault="no-answer")
KMS, AES256 = EncryptionHeaders("aws:kms"), EncryptionHeaders("AES256")
NAMED = EncryptionHeaders(None, KeyRef("arn", "k"))
UNDER = EncryptionHeaders("aws:kms", KeyRef("arn", "k"))
UNDER_K, BY_ID = Rule("aws:kms", KeyRef("arn", "k")), Rule("aws:kms", KeyRef("id", "k"))
HEAD = HeadObject(bucket="b", key="o")


def begun(day: dt.date = EDITION) -> Judge:
    """A judge of a space in which there are a bucket `b` and a key `k`."""
    judge = Judge(standard(day), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    judge.step(CreateKey(key="k"), Observation(200, key_arn=FIRST))
    return judge


def put(headers: EncryptionHeaders = AES256, key: str = "o") -> PutObject:
    return PutObject(bucket="b", key=key, body=BODY, headers=headers)


def default(rule: Rule) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="b", rules=(rule,))


def aes256(etag: str = MD5) -> Observation:
    return Observation(200, algorithm="AES256", etag=etag, length=len(BODY))


def kms(arn: str, etag: str = FRESH) -> Observation:
    return Observation(200, algorithm="aws:kms", kms_key=arn, etag=etag, length=len(BODY))


def refused(status: int, code: str | None = None) -> Observation:
    return Observation(status, code=code)


def blamed(judgement: Judgement) -> set[tuple[str, str]]:
    return {(one.signature.clause, one.signature.field) for one in judgement.findings}


def chosen(judge: Judge) -> dict[str, int]:
    """How often each open point was decided."""
    counts: dict[str, int] = {}
    for (clause, _, _), times in judge.tally.choices.items():
        counts[clause] = counts.get(clause, 0) + times
    return counts


def proved(judge: Judge) -> set[str]:
    return set(judge.tally.by_clause())


# --- what is proved ---------------------------------------------------------------------------------------------------


def test_an_answer_that_shows_a_key_for_the_first_time_proves_what_it_has_right() -> None:
    judge = begun()
    assert blamed(judge.step(put(KMS), kms(MANAGED, MD5))) == {("ETG-02", "etag")}
    assert {"DEF-02", "KMS-04"} <= proved(judge)
    assert "ETG-02" not in proved(judge)


def test_a_clause_that_only_permits_is_exercised_in_both_readings_of_an_answer() -> None:
    judge = begun()
    judge.step(default(UNDER_K), OK)
    judge.step(default(BY_ID), UNKNOWN)
    assert judge.step(put(KMS), kms(FIRST)) == Judgement()
    assert "KMS-05" in proved(judge)


# --- what is chosen ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arns", [(FIRST, MANAGED), (MANAGED, FIRST)], ids=["the default's first", "aws/s3 first"])
def test_a_choice_that_changes_is_found_whichever_was_taken_first(arns: tuple[str, str]) -> None:
    judge = begun()
    judge.step(default(UNDER_K), OK)
    assert judge.step(put(KMS), kms(arns[0])) == Judgement()
    assert blamed(judge.step(put(KMS, "p"), kms(arns[1]))) == {("KMS-05", "choice")}


def test_an_answer_that_is_wrong_in_one_field_chooses_in_another() -> None:
    judge = begun()
    judge.step(default(UNDER_K), OK)
    judge.step(put(KMS), kms(MANAGED))
    judge.step(put(KMS, "p"), kms(FIRST))
    assert chosen(judge) == {"KMS-05": 2}
    assert ("ETG-02", "etag") in blamed(judge.step(put(KMS, "q"), kms(FIRST, MD5)))
    assert chosen(judge) == {"KMS-05": 3}


def test_an_answer_that_is_wrong_in_one_field_may_change_a_choice_by_another() -> None:
    judge = begun()
    judge.step(default(UNDER_K), OK)
    judge.step(put(KMS), kms(MANAGED))
    assert blamed(judge.step(put(KMS, "p"), kms(FIRST, MD5))) == {("ETG-02", "etag"), ("KMS-05", "choice")}


def test_nothing_is_chosen_where_several_outcomes_are_as_near() -> None:
    judge = begun()
    judge.step(default(UNDER_K), OK)
    without_key = Observation(200, algorithm="aws:kms:dsse", etag=MD5)
    assert judge.step(put(EncryptionHeaders("aws:kms:dsse")), without_key).findings
    assert chosen(judge) == {}


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        (HEAD, {("KMS-05", "choice")}),  # a read changes nothing
        (PutObject(bucket="other", key="x", body=BODY, headers=UNDER), {("KMS-05", "choice")}),
        (put(), set()),
    ],
    ids=["a read", "a write to another bucket", "a write to this bucket"],
)
def test_a_changed_choice_is_found_unless_a_lost_request_may_have_changed_its_bucket(
    lost: Action, found: set[tuple[str, str]]
) -> None:
    judge = begun()
    judge.step(CreateBucket(bucket="other"), OK)
    judge.step(default(UNDER_K), OK)
    judge.step(put(KMS), kms(MANAGED))
    assert judge.step(lost, UNKNOWN).unjudged
    assert blamed(judge.step(put(KMS, "p"), kms(FIRST))) == found


def test_a_refusal_with_the_wrong_code_chooses_nothing() -> None:
    judge = begun()
    judge.step(default(Rule("aws:kms")), OK)
    assert judge.step(put(NAMED), refused(400, "Whatever")).findings
    assert chosen(judge) == {}
    assert judge.step(put(NAMED), refused(400, "InvalidArgument")) == Judgement()
    assert chosen(judge) == {"HDR-05": 1}


# --- what is remembered -----------------------------------------------------------------------------------------------


def compared(monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """The actions of which answers are compared from now on, one entry for each comparison."""
    calls: list[Action] = []

    def compare(*arguments: object) -> object:
        calls.append(arguments[3])  # type: ignore[arg-type]
        return real(*arguments)  # type: ignore[arg-type]

    real = comparison.compare
    monkeypatch.setattr(judging, "compare", compare)
    return calls


def test_answers_that_look_alike_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, calls = begun(), compared(monkeypatch)
    answers = [aes256(), aes256(FRESH)]
    first = [blamed(judge.step(put(key=f"o{number}"), seen)) for number, seen in enumerate(answers)]
    assert calls
    calls.clear()
    assert [blamed(judge.step(put(key=f"p{number}"), seen)) for number, seen in enumerate(answers)] == first
    assert calls == []


def test_no_more_is_remembered_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 300
    monkeypatch.setattr(judging, "READS_LIMIT", limit)
    judge = begun()
    for number in range(limit + 1):
        judge.step(put(EncryptionHeaders("AES512")), refused(400, f"Code{number}"))
    assert len(judge._reads) == 1


# --- what cannot be judged --------------------------------------------------------------------------------------------


def test_as_many_readings_as_can_be_followed_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "CANDIDATE_LIMIT", 2)
    judge = begun()
    judge.step(CreateBucket(bucket="lost"), UNKNOWN)  # so that it is asked what is known of every bucket and key
    judge.step(put(), aes256())
    judge.step(put(KMS), UNKNOWN)
    assert judge.step(HEAD, aes256()) == Judgement()


def test_a_write_that_may_be_one_of_which_nothing_is_said_leaves_an_object_of_which_nothing_is_known() -> None:
    judge = begun()
    judge.step(default(Rule("AES256")), OK)
    judge.step(put(), aes256())
    judge.step(default(Rule("SSE-C")), UNKNOWN)
    assert judge.step(put(KMS), kms(MANAGED)) == Judgement()
    assert judge.world.buckets["b"].objects["o"][-1].candidates == ()


@pytest.mark.parametrize("writes", [(KMS, UNDER), (UNDER, KMS)], ids=["aws/s3 first", "aws/s3 last"])
def test_an_arn_that_either_of_two_keys_may_have_is_bound_to_neither(writes: tuple[EncryptionHeaders, ...]) -> None:
    judge = Judge(standard(EDITION), ACCOUNTS, REGIONS)
    judge.step(CreateBucket(bucket="b"), OK)
    judge.step(CreateKey(key="k"), OK)  # an answer without the ARN
    for headers in writes:
        judge.step(put(headers), UNKNOWN)
    assert judge.step(HEAD, kms(FIRST)) == Judgement()
    assert judge.names.symbols == {}


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_error_that_does_not_say_busy_is_a_finding(status: int) -> None:
    judgement = begun().step(put(), Observation(status, fault="server-error"))
    assert {one.signature.observed for one in judgement.findings} == {f"server-error ({status})"}


@pytest.mark.parametrize("action", [put(), HEAD, GetObject(bucket="b", key="o")])
def test_an_operation_that_is_not_implemented_is_unsupported_without_a_code_too(action: Action) -> None:
    judge = begun()
    judge.step(put(), aes256())
    judgement = judge.step(action, refused(501))
    assert (judgement.unsupported, judgement.findings) == ("501", ())
    assert judge.tally.unsupported == {type(action).__name__: "501"}


@pytest.mark.parametrize(("first", "second"), [("a", "z"), ("z", "a")])
def test_two_keys_of_one_arn_are_noticed_whatever_their_names(first: str, second: str) -> None:
    judge, shown = begun(), Observation(200, key_arn=MANAGED)
    assert judge.step(CreateKey(key=first), shown) == Judgement()
    assert judge.step(CreateKey(key=second), shown).unjudged == "CreateKey answered with the ARN of another key"


def test_what_came_too_late_is_told_in_the_words_of_the_target() -> None:
    late = Observation(0, fault="late", message="still PENDING")
    assert begun().step(put(), late).unjudged == "PutObject: still PENDING"
    assert begun().step(put(), Observation(0, fault="late")).unjudged == "PutObject: nothing came in time"
