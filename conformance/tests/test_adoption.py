"""The world follows what a target did, also where that was wrong or nobody knows what it was."""

from __future__ import annotations

import pytest
from sse_conformance import adoption, fates
from sse_spec import effects, following
from sse_spec.actions import (
    Action,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.model import Model
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.outcomes import Outcome, Written
from sse_spec.scene import scenes
from sse_spec.situation import MANAGED_HERE
from sse_spec.world import EMPTY, Setting, Stored, World

ARN = "arn:aws:kms:us-east-1:111122223333:key/1111"
MODEL = Model()
OK, REFUSED = Observation(200), Observation(400, code="Whatever")
PUT, HEAD = PutObject(bucket="b", key="o", body="x"), HeadObject(bucket="b", key="o")
DEFAULT = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))


def world(*actions: Action) -> World:
    found = effects.done(EMPTY, CreateBucket(bucket="b"))
    for action in actions:
        found = adoption.adopt(found, action, OK, names(), ())
    return found


def names() -> KeyNames:
    found = KeyNames({"main": "111122223333"}, {"home": "us-east-1"})
    found.bind("k", ARN)
    return found


def doubted(action: Action, before: World) -> World:
    return fates.doubt(before, action, MODEL.look(before, action))


def candidates(of: World, index: int = -1) -> tuple[Stored | None, ...]:
    return of.buckets["b"].objects["o"][index].candidates


def test_a_set_up_call_that_was_accepted_is_done_and_one_that_was_refused_is_not() -> None:
    create = CreateKey(key="k")
    for after in (following.follow(EMPTY, create, OK, ()), adoption.adopt(EMPTY, create, OK, names(), ())):
        assert "k" in after.keys
    assert following.follow(EMPTY, create, REFUSED, ()) == EMPTY
    assert adoption.adopt(EMPTY, create, REFUSED, names(), ()) == EMPTY


@pytest.mark.parametrize(
    "action", [DEFAULT, DeleteBucketEncryption(bucket="b"), GetBucketEncryption(bucket="b"), HEAD, PUT]
)
def test_nothing_is_adopted_in_a_bucket_that_is_not_there(action: Action) -> None:
    for seen in (OK, REFUSED, Observation(404)):
        assert adoption.adopt(EMPTY, action, seen, names(), ()) == EMPTY
        assert fates.lose_sight(EMPTY, action, seen, names()) == EMPTY
    assert doubted(DeleteObject(bucket="b", key="o"), EMPTY) == EMPTY


def test_a_refused_configuration_is_not_adopted() -> None:
    assert adoption.adopt(world(), DEFAULT, REFUSED, names(), ()) == world()


@pytest.mark.parametrize(
    ("shown", "reference"),
    [
        (ARN, KeyRef("arn", "k")),
        ("1111", KeyRef("id", "k")),
        ("alias/a", KeyRef("alias", "a")),
        ("2222", KeyRef("text", "2222")),
        (None, None),
    ],
)
def test_a_key_in_a_report_is_the_reference_that_the_text_would_be(shown: str | None, reference: KeyRef | None) -> None:
    seen = Observation(200, configuration=(ShownRule("aws:kms", shown),))
    after = adoption.adopt(world(), GetBucketEncryption(bucket="b"), seen, names(), ())
    assert [one.rule for one in after.buckets["b"].settings] == [None, Rule("aws:kms", reference)]


def test_a_report_of_nothing_may_be_true() -> None:
    before = world(DEFAULT)
    before = effects.settle(before, "b", [Setting(Rule("AES256"), configured=True)])
    for seen in (Observation(404, code="Whatever"), Observation(200, configuration=())):
        after = adoption.adopt(before, GetBucketEncryption(bucket="b"), seen, names(), ())
        assert [(one.rule, one.configured) for one in after.buckets["b"].settings] == [
            (Rule("AES256"), True),
            (None, True),
        ]


def test_what_a_read_shows_for_the_first_time_is_known_from_then_on() -> None:
    before = effects.set_stored(world(PUT), "b", "o", None, (Stored(None, "AES256"),))
    read = GetObject(bucket="b", key="o")
    (scene,) = scenes(before, read)
    explained = ((scene, Outcome(None, ())),)
    assert candidates(following.follow(before, read, Observation(200, etag="e", body="x"), explained)) == (
        Stored("x", "AES256", None, False, "e"),
    )
    assert following.follow(before, read, REFUSED, explained) == before
    assert following.follow(before, HEAD, OK, explained) == before


def test_the_content_of_a_read_object_is_what_all_candidates_say() -> None:
    for contents, known in ((("x", "x"), "x"), (("x", "y"), None), ((), None)):
        before = effects.set_stored(
            world(PUT), "b", "o", None, (None, *(Stored(one, str(i)) for i, one in enumerate(contents)))
        )
        after = adoption.adopt(before, HEAD, Observation(200, algorithm="AES256"), names(), ())
        assert candidates(after) == (Stored(known, "AES256"),)


def test_an_unknown_key_is_remembered_by_its_text() -> None:
    after = adoption.adopt(world(), PUT, Observation(200, kms_key="some text", bucket_key="True"), names(), ())
    assert candidates(after) == (Stored("x", None, "=some text", True),)


def test_a_key_for_one_bucket_has_a_symbol_for_that_bucket() -> None:
    (scene,) = scenes(world(), PUT)
    outcome = Outcome(None, (), (), Written("aws:kms", MANAGED_HERE, False))
    stored = following.stored_as(scene, outcome, PUT, None)
    assert stored is not None
    assert stored.key == f"{MANAGED_HERE} b"


def test_a_deletion_of_unknown_fate_in_a_versioned_bucket_leaves_nothing_known_of_the_object() -> None:
    before = world(PutBucketVersioning(bucket="b", status="Enabled"), PUT, PUT)
    after = doubted(DeleteObject(bucket="b", key="o"), before)
    assert [one.candidates for one in after.buckets["b"].objects["o"]] == [(), ()]
    assert MODEL.look(after, HEAD) == ()


def test_a_bucket_that_exists_is_not_forgotten_for_being_made_again() -> None:
    assert doubted(CreateBucket(bucket="b"), world(PUT)) == world(PUT)


def test_an_alias_of_unknown_fate_is_taken_to_lead_to_its_key() -> None:
    after = doubted(CreateAlias(alias="a", key="k"), world())
    assert after.aliases[("main", "a")] == "k"
    assert fates.unsure_of(world(), CreateAlias(alias="a", key="k")) == {"k"}
    assert fates.unsure_of(after, DeleteAlias(alias="a")) == {"k"}
    assert fates.unsure_of(world(), DeleteAlias(alias="a")) == frozenset()
    assert fates.unsure_of(world(), PUT) == frozenset()


@pytest.mark.parametrize("action", [GetBucketEncryption(bucket="b"), HEAD, DeleteAlias(alias="a")])
def test_a_read_of_unknown_fate_changes_nothing(action: Action) -> None:
    assert doubted(action, world(PUT)) == world(PUT)


def test_an_answer_that_could_not_be_judged_changes_what_it_must() -> None:
    before = effects.settle(world(PUT), "b", ())
    for seen, action in ((REFUSED, PUT), (OK, GetBucketEncryption(bucket="b")), (OK, DEFAULT)):
        assert fates.lose_sight(before, action, seen, names()).buckets["b"].settings == ()
        assert candidates(fates.lose_sight(before, action, seen, names())) == candidates(before)
    assert candidates(fates.lose_sight(before, PUT, OK, names())) == ()
    assert candidates(fates.lose_sight(before, HEAD, Observation(200, algorithm="AES256"), names())) == (
        Stored("x", "AES256"),
    )


def test_more_candidates_of_an_object_than_can_be_followed_are_given_up() -> None:
    many = tuple(Stored(str(number)) for number in range(effects.CANDIDATE_LIMIT))
    before = effects.set_stored(world(PUT), "b", "o", None, many)
    assert candidates(before) == many
    assert candidates(adoption.adopt(before, HEAD, Observation(404), names(), ())) == ()
    assert candidates(doubted(PUT, before)) == ()
    assert candidates(doubted(PUT, doubted(PUT, before))) == ()
