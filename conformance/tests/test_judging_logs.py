"""What an answer about access logging proves or breaks, and how the world follows it."""

from __future__ import annotations

import pytest
from sse_conformance.comparison import expected_shape, observed_shape
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.words import answer, request
from sse_spec.actions import (
    Action,
    CreateBucket,
    GetBucketLogging,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    ReadLog,
    Rule,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import AsPut, Field
from sse_spec.scene import scenes

ACCOUNTS, REGIONS = {"main": "111122223333", "other": "444455556666"}, {"home": "us-east-1", "away": "us-west-2"}
OK = Observation(200)
REFUSED = Observation(400, code="InvalidTargetBucketForLogging")
NOTHING_CAME = Observation(200, delivered=False)

LOG = PutBucketLogging(bucket="source", target="logs")
END = PutBucketLogging(bucket="source", target=None)
SHOWN = GetBucketLogging(bucket="source")
LOOK = ReadLog(bucket="logs", source="source")
SSE_KMS = PutBucketEncryption(bucket="logs", rules=(Rule("aws:kms"),))
AES256 = PutBucketEncryption(bucket="logs", rules=(Rule("AES256"),))


def came(algorithm: str | None) -> Observation:
    return Observation(200, delivered=True, algorithm=algorithm)


def logged_in(name: str | None) -> Observation:
    return Observation(200, logged_in=name)


def judging(*steps: tuple[Action, Observation]) -> tuple[Judge, list[Judgement]]:
    """A judge that has seen these answers, beside a bucket `source`, and what it said of each."""
    judge = Judge(standard(EDITION), ACCOUNTS, REGIONS)
    for name in ("source", "logs", "others"):
        judge.step(CreateBucket(bucket=name), OK)
        judge.step(PutBucketPolicy(bucket=name, policy="log-delivery"), OK)
    return judge, [judge.step(*step) for step in steps]


def blamed(*steps: tuple[Action, Observation]) -> list[str]:
    """The clauses that the last of these answers breaks, where the others break none."""
    *before, last = judging(*steps)[1]
    assert not any(one.findings for one in before)
    return [one.signature.clause for one in last.findings]


def proved(*steps: tuple[Action, Observation]) -> set[str]:
    return set(judging(*steps)[0].tally.by_clause())


@pytest.mark.parametrize("answered", [OK, REFUSED], ids=["accepted", "refused"])
def test_a_target_may_refuse_a_destination_with_an_sse_kms_default_or_accept_it(answered: Observation) -> None:
    judge, judgements = judging((SSE_KMS, OK), (LOG, answered))
    assert judgements[-1] == Judgement()
    words = "accepted" if answered is OK else "400"
    assert judge.tally.choices["LOG-03", "PutBucketLogging", words] == 1


def test_a_refusal_shows_that_the_ban_is_kept_and_an_acceptance_does_not() -> None:
    assert "LOG-02" in proved((SSE_KMS, OK), (LOG, REFUSED))
    assert "LOG-02" not in proved((SSE_KMS, OK), (LOG, OK))


def test_the_same_holds_where_the_logging_came_first() -> None:
    judge, judgements = judging((LOG, OK), (SSE_KMS, Observation(400, code="InvalidRequest")))
    assert judgements[-1] == Judgement()
    assert judge.tally.choices["LOG-04", "PutBucketEncryption", "400"] == 1
    assert blamed((SSE_KMS, Observation(400, code="InvalidRequest"))) == ["CFG-18"]


@pytest.mark.parametrize("steps", [((SSE_KMS, OK), (LOG, OK)), ((LOG, OK), (SSE_KMS, OK))], ids=["default", "logging"])
def test_a_target_that_accepts_and_delivers_breaks_the_ban(steps: tuple[tuple[Action, Observation], ...]) -> None:
    assert blamed(*steps, (LOOK, came("aws:kms"))) == ["LOG-02"]


def test_that_no_log_comes_proves_the_ban_only_where_logs_were_seen_to_come() -> None:
    banned = ((SSE_KMS, OK), (LOG, OK), (LOOK, NOTHING_CAME))
    assert "LOG-02" not in proved(*banned)
    assert "LOG-02" in proved((LOG, OK), (LOOK, came("AES256")), *banned)


def test_that_no_log_comes_is_never_wrong() -> None:
    assert blamed((AES256, OK), (LOG, OK), (LOOK, NOTHING_CAME)) == []


def test_a_log_without_the_default_of_its_destination_breaks_one_clause() -> None:
    assert blamed((AES256, OK), (LOG, OK), (LOOK, came(None))) == ["LOG-05"]
    assert blamed((LOG, OK), (LOOK, came(None))) == ["LOG-06"]


def test_the_destination_that_is_shown_is_the_one_that_was_put() -> None:
    for name, clauses in (("logs", []), ("others", ["LOG-11"]), (None, ["LOG-11"])):
        assert blamed((LOG, OK), (SHOWN, logged_in(name))) == clauses
    assert blamed((LOG, OK), (END, OK), (SHOWN, logged_in("logs"))) == ["LOG-11"]


def test_answers_that_look_alike_are_judged_by_the_destination_of_their_bucket() -> None:
    other = PutBucketLogging(bucket="source", target="others")
    judge, _ = judging((LOG, OK), (SHOWN, logged_in("logs")), (other, OK))
    assert [one.signature.clause for one in judge.step(SHOWN, logged_in("logs")).findings] == ["LOG-11"]


def test_a_destination_of_unknown_fate_is_decided_by_its_report() -> None:
    judge, _ = judging((LOG, Observation(0, fault="no-answer")))
    assert set(judge.world.buckets["source"].logging) == {None, "logs"}
    assert judge.world.buckets["logs"].log_sources == {"source"}
    assert judge.step(SHOWN, logged_in(None)) == Judgement()
    assert judge.world.buckets["source"].logging == (None,)
    assert judge.world.buckets["logs"].log_sources == set()


def test_a_wrong_report_leaves_the_destination_old_or_reported() -> None:
    judge, _ = judging((LOG, OK), (SHOWN, logged_in("others")))
    assert judge.world.buckets["source"].logging == ("logs", "others")
    assert judge.step(SHOWN, logged_in("logs")) == Judgement()


def test_a_destination_that_was_accepted_against_the_rules_is_followed() -> None:
    gone = PutBucketLogging(bucket="source", target="nowhere")
    judge, (judgement,) = judging((gone, OK))
    assert [one.signature.clause for one in judgement.findings] == ["LOG-07"]
    assert judge.world.buckets["source"].logging == ("nowhere",)


def test_what_is_refused_is_not_followed() -> None:
    judge, _ = judging((SHOWN, Observation(403, code="AccessDenied")), (SSE_KMS, OK), (LOG, REFUSED))
    assert judge.world.buckets["source"].logging == (None,)


def test_requests_and_answers_in_words() -> None:
    names = KeyNames(ACCOUNTS, REGIONS)
    assert request(LOG) == "PutBucketLogging source to logs"
    assert request(END) == "PutBucketLogging source to nowhere"
    assert request(LOOK) == "ReadLog logs for logs of source"
    assert request(CreateBucket(bucket="b", region="away")) == "CreateBucket b in another Region"
    assert answer(LOOK, NOTHING_CAME, names, None) == "200, no log has arrived"
    assert answer(LOOK, came("AES256"), names, None) == "200, a log has arrived, AES256"
    assert answer(SHOWN, logged_in("logs"), names, None) == "200, logged in logs"
    assert answer(SHOWN, logged_in(None), names, None) == "200, logged in nothing"


def test_shapes_name_nothing_that_a_program_or_a_target_chose() -> None:
    judge, _ = judging((LOG, OK))
    (scene,) = scenes(judge.world, SHOWN)
    shown = Field("logged_in", AsPut(), ("LOG-11",))
    assert expected_shape(shown) == "as put"
    assert observed_shape(shown, logged_in("others"), scene, SHOWN, judge.names) == "another one"
    arrived = Field("delivered", False, ("LOG-02",))
    assert expected_shape(arrived) == "false"
    assert observed_shape(arrived, came(None), scene, LOOK, judge.names) == "true"
