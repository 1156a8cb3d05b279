"""Requesters of two accounts, and such as lack rights: that the cover lets them ask, and what is said of them."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from sse_conformance import engine
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, plan
from sse_conformance.reference import ReferenceTarget
from sse_conformance.words import request
from sse_spec.actions import (
    RESTRICTED,
    CreateKey,
    DeleteBucketEncryption,
    GetBucketEncryption,
    HeadObject,
    PutBucketEncryption,
    PutBucketPolicy,
    PutObject,
    account_of,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.law import laws
from sse_spec.model import Model

CLASSES = ("cross-account", "permissions")
SEEDS = range(5)


@functools.cache
def planned(day: dt.date) -> tuple[Model, Plan]:
    model = Model(day)
    return model, plan(model, CLASSES)


@functools.cache
def campaign(day: dt.date, seed: int) -> Campaign:
    model, found = planned(day)
    target = ReferenceTarget(Model(day), seed)
    done = Campaign(model, target.open(), target.space())
    done.run(found)
    return done


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION], ids=dt.date.isoformat)
class TestTheCover:
    def test_everybody_asks(self, day: dt.date) -> None:
        asking = {goal.action.principal for goal in planned(day)[1].goals}
        assert asking == {"main", "other", *RESTRICTED}

    def test_every_situation_is_reached(self, day: dt.date) -> None:
        assert planned(day)[1].unreachable == 0

    def test_a_goal_takes_little_set_up(self, day: dt.date) -> None:
        found = planned(day)[1]
        assert found.setup_calls <= len(found.goals)

    def test_one_thing_is_special_about_a_requester_at_a_time(self, day: dt.date) -> None:
        for goal in planned(day)[1].goals:
            values = goal.leaf.values
            special = [
                bool(values.get("foreign") or values.get("others_object")),
                values.get("policy") is not None,
                not values.get("may_configure", True),
                values.get("expected_owner") is not None,
                not (values.get("may_generate", True) and values.get("may_decrypt", True)),
            ]
            assert sum(special) <= 1, goal

    def test_what_a_write_has_stored_is_read_by_the_account_that_wrote(self, day: dt.date) -> None:
        backs = [(goal.read_back, goal.action.principal) for goal in planned(day)[1].goals]
        reads = [(back, writer) for back, writer in backs if isinstance(back, HeadObject)]
        assert {back.principal for back, _ in reads} == {"main", "other"}
        assert all(back.principal == account_of(writer) for back, writer in reads)


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION], ids=dt.date.isoformat)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_keeps_the_clauses_of_these_classes(day: dt.date, seed: int) -> None:
    done = campaign(day, seed)
    assert [found.finding for found in done.found] == []
    assert done.lost == {}
    assert done.unsupported == {}


def test_whose_key_an_alias_in_the_default_led_to_is_a_choice_that_is_reported() -> None:
    taken = {
        words
        for seed in SEEDS
        for clause, _, words in campaign(EDITION, seed).judge.tally.choices
        if clause == "XAC-13" and words.startswith("accepted")
    }
    assert taken == {"accepted: kms_key of the requester's key", "accepted: kms_key of the bucket owner's key"}


@pytest.mark.parametrize("clause", ["XAC-01", "XAC-12", "PRM-07"])
def test_the_witness_of_a_breach_by_such_a_requester_is_confirmed(clause: str) -> None:
    broken = Model(EDITION, law=tuple(law.without(clause) for law in laws(EDITION)))
    result = engine.run(lambda: ReferenceTarget(broken), engine.Options(classes=CLASSES))
    found = [one for one in result.divergences if one.signature.clause == clause]
    assert found
    assert all(one.confirmed for one in found)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (PutObject(bucket="b", key="o", principal="other"), "PutObject b/o without encryption headers (as other)"),
        (PutBucketPolicy(bucket="b", policy="share"), "PutBucketPolicy b to share its objects with the other account"),
        (GetBucketEncryption(bucket="b", expected_owner="other"), "GetBucketEncryption b expecting it to be other's"),
        (
            DeleteBucketEncryption(bucket="b", expected_owner="main"),
            "DeleteBucketEncryption b expecting it to be main's",
        ),
        (
            PutBucketEncryption(bucket="b", expected_owner="main"),
            "PutBucketEncryption b with no rule expecting it to be main's",
        ),
        (CreateKey(key="k", shared=True), "CreateKey k shared with the other account"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_request_says_who_asks_and_on_what_terms(action: PutObject, words: str) -> None:
    assert request(action) == words
