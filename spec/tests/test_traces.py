"""Actions, observations and traces as values: they survive being written and read."""

from __future__ import annotations

import msgspec
import pytest
from sse_spec.actions import (
    CopyObject,
    CreateKey,
    EncryptionHeaders,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    S3Action,
    kind,
)
from sse_spec.observations import Observation, ShownRule
from sse_spec.traces import Event, Program, Trace

ACTIONS: tuple[S3Action, ...] = (
    CreateKey(key="k", region="away"),
    PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("alias", "name"), bucket_key=True),)),
    PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k"), False)),
    CopyObject(bucket="b", key="o", source_bucket="b", source_key="o", source_version=0, principal="other"),
)


def test_a_program_is_the_same_after_it_was_written_and_read() -> None:
    program = Program(ACTIONS)
    assert msgspec.json.decode(msgspec.json.encode(program), type=Program) == program


def test_a_trace_is_the_same_after_it_was_written_and_read() -> None:
    shown = Observation(200, configuration=(ShownRule("aws:kms", "alias/name", True),))
    trace = Trace({"main": "111122223333"}, {"home": "eu-west-1"}, tuple(Event(one, shown) for one in ACTIONS))
    assert msgspec.json.decode(msgspec.json.encode(trace), type=Trace) == trace


@pytest.mark.parametrize("action", ACTIONS, ids=kind)
def test_an_action_is_written_under_the_name_of_its_operation(action: S3Action) -> None:
    assert msgspec.to_builtins(action)["action"] == kind(action)


@pytest.mark.parametrize(
    ("observation", "refused"),
    [
        (Observation(200), False),
        (Observation(204), False),
        (Observation(301), True),
        (Observation(404, "NoSuchKey"), True),
        (Observation(400), True),
        (Observation(200, "InternalError"), True),
    ],
    ids=["200", "204", "301", "404", "400 without a body", "an error document under 200"],
)
def test_an_answer_that_does_not_say_yes_is_a_refusal(observation: Observation, refused: bool) -> None:
    assert observation.refused == refused
