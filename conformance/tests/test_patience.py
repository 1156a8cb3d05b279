"""What is throttled is asked for again, later and later, and is never judged."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sse_adapters.protocol import Identity, Space
from sse_conformance.bodies import md5
from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.patience import TRIES, PatientSpace, PatientTarget, pauses
from sse_conformance.reference import ReferenceTarget
from sse_conformance.throttling import throttled
from sse_spec.actions import Action, CreateBucket, CreateKey, HeadObject, HeadReplica, PutObject
from sse_spec.clauses import EDITION
from sse_spec.model import Model, standard
from sse_spec.observations import Observation

OK = Observation(200)
SLOW_DOWN = Observation(503, code="SlowDown", fault="server-error")
KMS_BUSY = Observation(400, code="ThrottlingException")
PUT, HEAD = PutObject(bucket="b", key="o", body="x"), HeadObject(bucket="b", key="o")


class Scripted:
    """Answers what it is told to, one after the other, and counts what it is asked."""

    def __init__(self, answers: Iterable[Observation]) -> None:
        self.answers = iter(answers)
        self.asked: list[Action] = []
        self.closed = False

    def perform(self, action: Action) -> Observation:
        self.asked.append(action)
        return next(self.answers)

    def close(self) -> None:
        self.closed = True


class BusyNowAndThen:
    """The reference, which says to every third request that too many come."""

    def __init__(self, busy: Observation) -> None:
        self._inner = ReferenceTarget(Model())
        self._busy = busy

    def open(self) -> Identity:
        return self._inner.open()

    def space(self) -> Space:
        inner, busy = self._inner.space(), self._busy

        class Busy:
            asked = 0

            def perform(self, action: Action) -> Observation:
                self.asked += 1
                return busy if self.asked % 3 == 0 else inner.perform(action)

            def close(self) -> None:
                inner.close()

        return Busy()

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize(
    ("action", "seen", "expected"),
    [
        (PUT, SLOW_DOWN, True),
        (PUT, KMS_BUSY, True),
        (PUT, Observation(200, code="SlowDown"), True),
        (PUT, Observation(429, fault="garbage"), True),
        (PUT, Observation(400, code="RequestLimitExceeded"), True),
        (PUT, Observation(503, code="ServiceUnavailable", fault="server-error"), False),
        (PUT, Observation(503, fault="server-error"), False),
        (HEAD, Observation(503, fault="server-error"), True),
        (HeadReplica(bucket="b", key="o", source="s"), Observation(503, fault="server-error"), True),
        (HEAD, Observation(500, fault="server-error"), False),
        (PUT, Observation(0, fault="no-answer"), False),
        (PUT, Observation(400, code="LimitExceededException"), False),
        (PUT, OK, False),
    ],
)
def test_only_an_answer_that_says_to_slow_down_is_throttling(action: Action, seen: Observation, expected: bool) -> None:
    assert throttled(action, seen) is expected


@pytest.mark.parametrize("busy", [SLOW_DOWN, KMS_BUSY])
def test_a_throttled_request_is_sent_again_until_it_is_answered(busy: Observation) -> None:
    waited: list[float] = []
    inner = Scripted([busy, busy, busy, OK])
    assert PatientSpace(inner, waited.append).perform(PUT) == OK
    assert inner.asked == [PUT] * 4
    assert waited == [0.1, 0.2, 0.4]


def test_an_answer_is_taken_at_once_whatever_else_is_wrong_with_it() -> None:
    for seen in (OK, Observation(500, fault="server-error"), Observation(0, fault="no-answer")):
        waited: list[float] = []
        inner = Scripted([seen])
        assert PatientSpace(inner, waited.append).perform(PUT) == seen
        assert (inner.asked, waited) == ([PUT], [])


def test_patience_has_an_end() -> None:
    waited: list[float] = []
    inner = Scripted([SLOW_DOWN] * 100)
    assert PatientSpace(inner, waited.append).perform(PUT) == SLOW_DOWN
    assert len(inner.asked) == TRIES
    assert waited == list(pauses())
    assert sum(waited) < 30
    assert waited == sorted(waited)


def test_closing_goes_through() -> None:
    inner = Scripted([])
    PatientSpace(inner, lambda _: None).close()
    assert inner.closed


@pytest.mark.parametrize("busy", [SLOW_DOWN, KMS_BUSY])
def test_throttling_changes_nothing_in_what_a_run_counts_and_finds(busy: Observation) -> None:
    planned = plan(standard(EDITION), ("core",), "clauses")

    def campaign(target: ReferenceTarget | PatientTarget) -> Campaign:
        done = Campaign(standard(EDITION), target.open(), target.space())
        done.run(planned)
        target.close()
        return done

    calm = campaign(ReferenceTarget(Model()))
    throttled_ = campaign(PatientTarget(BusyNowAndThen(busy), lambda _: None))
    assert throttled_.found == []
    assert throttled_.calls == calm.calls
    assert throttled_.judge.tally.by_clause() == calm.judge.tally.by_clause()


@pytest.mark.parametrize("busy", [SLOW_DOWN, KMS_BUSY])
def test_what_stays_throttled_is_not_judged_and_was_not_done(busy: Observation) -> None:
    judge = Judge(standard(EDITION), {"main": "111122223333"}, {"home": "us-east-1"})
    judge.step(CreateBucket(bucket="b"), OK)
    before = judge.world
    for action in (PUT, CreateKey(key="k"), CreateBucket(bucket="c")):
        judgement = judge.step(action, busy)
        assert judgement.findings == ()
        assert "throttled" in judgement.unjudged
    assert judge.world == before
    assert judge.step(HEAD, Observation(404)) == Judgement()
    put = PutObject(bucket="b", key="p", body="x")
    assert judge.step(put, Observation(200, algorithm="AES256", etag=md5("x"))) == Judgement(), "nothing is in doubt"


def test_a_target_that_is_always_throttled_is_given_up() -> None:
    class Always:
        def perform(self, action: Action) -> Observation:
            return SLOW_DOWN

        def close(self) -> None:
            pass

    done = Campaign(standard(EDITION), ReferenceTarget(Model()).open(), PatientSpace(Always(), lambda _: None))
    done.run(plan(standard(EDITION), ("core",), "clauses"))
    assert "the target was lost" in done.incomplete
    assert done.found == []
