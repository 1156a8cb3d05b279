"""How a run came to a finding is told from its log, in the words of its own answers."""

from __future__ import annotations

from msgspec.structs import replace
from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.reference import ReferenceTarget
from sse_conformance.retrace import retrace
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    S3Action,
)
from sse_spec.clauses import EDITION
from sse_spec.model import Model, standard
from sse_spec.observations import Observation

TARGET = ReferenceTarget(Model())
IDENTITY = TARGET.open()
KMS = EncryptionHeaders("aws:kms")
PROGRAM: tuple[S3Action, ...] = (
    CreateBucket(bucket="b"),
    CreateBucket(bucket="elsewhere"),
    CreateKey(key="k"),
    CreateKey(key="unused"),
    PutObject(bucket="elsewhere", key="first", body="x", headers=KMS),
    PutObject(bucket="elsewhere", key="second", body="x", headers=KMS),
    PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("arn", "k")),)),
    PutObject(bucket="b", key="other", body="x"),
    PutObject(bucket="b", key="o", body="x"),
    CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", headers=KMS),
    HeadObject(bucket="b", key="c"),
    PutObject(bucket="b", key="later", body="x"),
)


def logged(*program: S3Action) -> list[tuple[S3Action, Observation]]:
    space = TARGET.space()
    return [(action, space.perform(action)) for action in program]


def test_the_steps_are_those_that_have_to_do_with_the_call_and_the_call_is_last() -> None:
    steps = retrace(standard(EDITION), IDENTITY, logged(*PROGRAM), [10])[10]
    assert [step.action for step in steps] == [PROGRAM[at] for at in (0, 2, 4, 6, 8, 9, 10)]
    assert [step.divergent for step in steps] == [False] * 6 + [True]


def test_the_answers_are_those_that_were_seen_with_symbols_for_what_was_invented() -> None:
    log = logged(*PROGRAM)
    log[8] = (log[8][0], replace(log[8][1], algorithm="ROT13"))
    steps = retrace(standard(EDITION), IDENTITY, log, [8])[8]
    assert "ROT13" in steps[-1].answer
    assert "key ARN of k" in steps[-1].answer
    assert not any("arn:aws" in step.answer for step in steps)


def test_a_fault_is_told_like_any_other_answer() -> None:
    log = logged(*PROGRAM)
    log[8] = (log[8][0], Observation(0, fault="no-answer", message="timed out"))
    steps = retrace(standard(EDITION), IDENTITY, log, [10])[10]
    assert "no-answer" in next(step.answer for step in steps if step.action == PROGRAM[8])


def test_each_place_has_its_own_steps_and_none_asks_for_nothing() -> None:
    log = logged(*PROGRAM)
    assert retrace(standard(EDITION), IDENTITY, log, []) == {}
    several = retrace(standard(EDITION), IDENTITY, log, [7, 8])
    assert {at: steps[-1].action for at, steps in several.items()} == {7: PROGRAM[7], 8: PROGRAM[8]}
    assert several[8] == retrace(standard(EDITION), IDENTITY, log, [8])[8]


def test_a_campaign_knows_at_which_call_it_found_what_it_found() -> None:
    class Corrupted:
        def __init__(self) -> None:
            self._inner = TARGET.space()
            self.left = 1

        def perform(self, action: Action) -> Observation:
            seen = self._inner.perform(action)
            if isinstance(action, HeadObject) and seen.algorithm == "AES256" and self.left:
                self.left -= 1
                return replace(seen, algorithm="AES25x")
            return seen

        def close(self) -> None:
            self._inner.close()

    done = Campaign(standard(EDITION), IDENTITY, Corrupted())
    done.run(plan(standard(EDITION), ("core",), "clauses"))
    assert len(done.log) == sum(done.calls.values())
    assert done.found
    for found in done.found:
        action = done.log[found.at][0]
        steps = retrace(standard(EDITION), IDENTITY, done.log, [found.at])[found.at]
        assert "AES25x" in steps[-1].answer
        assert CreateBucket(bucket=getattr(action, "bucket", "")) in [step.action for step in steps]
