"""Replicas in the world: when one is expected, what its arrival changes, and what is not known meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sse_spec import effects
from sse_spec.actions import (
    SSE_C,
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteBucketReplication,
    EncryptionHeaders,
    GetBucketReplication,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.following import follow
from sse_spec.law import laws
from sse_spec.model import Model, predict
from sse_spec.observations import Observation
from sse_spec.outcomes import Decided, Outcome, Written
from sse_spec.rules.replication import replicated
from sse_spec.scene import Scene
from sse_spec.situation import Situation
from sse_spec.world import EMPTY, Replication, Setting, Stored, Version, World

PAIR = (
    CreateBucket(bucket="b"),
    PutBucketVersioning(bucket="b", status="Enabled"),
    CreateBucket(bucket="d"),
    PutBucketVersioning(bucket="d", status="Enabled"),
)
PLAIN = PutBucketReplication(bucket="b", destination="d")
PUT = PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders("AES256"))
REPLICA = HeadReplica(bucket="d", key="o", source="b")


def after(*program: Action, world: World = EMPTY) -> World:
    for action in program:
        world = effects.wrote(world, action, (STORED,), "v1") if action == PUT else effects.done(world, action)
    return world


STORED = Stored("content", "AES256", etag="e1")


def newest(world: World, bucket: str) -> Version:
    return world.buckets[bucket].objects["o"][-1]


def test_a_write_into_a_bucket_that_replicates_is_marked_with_the_configuration() -> None:
    world = after(*PAIR, PLAIN, PUT)
    assert newest(world, "b").replication == Replication("d")
    assert ("d", "o") in world.replicas


def test_a_write_into_another_bucket_lets_nobody_expect_a_replica() -> None:
    assert not after(*PAIR, PUT).replicas
    assert not after(*PAIR, PLAIN, DeleteBucketReplication(bucket="b"), PUT).replicas


def test_a_destination_that_is_not_there_receives_nothing() -> None:
    assert not after(PAIR[0], PLAIN, PUT).replicas


def test_nothing_is_expected_of_a_bucket_that_does_not_replicate_or_is_not_there() -> None:
    world = after(*PAIR)
    assert effects.expect_replica(world, "b", "o") == effects.expect_replica(world, "nowhere", "o") == world


def test_what_arrives_in_a_bucket_that_is_not_known_changes_nothing_else() -> None:
    assert effects.arrived(EMPTY, REPLICA, (STORED,), None) == EMPTY


def test_a_configuration_without_rules_is_none() -> None:
    assert after(*PAIR, PutBucketReplication(bucket="b", destination="d", empty=True)).buckets["b"].replication is None


def test_configuring_a_bucket_that_is_not_there_changes_nothing() -> None:
    assert after(PLAIN) == EMPTY


def seen(world: World, answer: Observation) -> World:
    (looked,) = Model(EDITION).look(world, REPLICA)
    (outcome,) = looked.case.prediction.outcomes
    return follow(world, REPLICA, answer, ((looked.scene, outcome),))


def test_a_replica_that_was_seen_is_an_object_of_the_destination() -> None:
    world = seen(after(*PAIR, PLAIN, PUT), Observation(200, algorithm="AES256", etag="e2", version_id="v1"))
    assert newest(world, "d").candidates == (Stored("content", "AES256", etag="e2"),)
    assert newest(world, "d").replica
    assert newest(world, "d").id == "v1"
    assert not world.replicas


def test_a_replica_that_is_rightly_refused_is_not_expected_any_more() -> None:
    world = seen(after(*PAIR, PUT, PLAIN), Observation(404))
    assert not world.replicas
    assert "o" not in world.buckets["d"].objects


def test_while_a_replica_may_be_on_its_way_nothing_is_said_of_its_place() -> None:
    world = after(*PAIR, PLAIN, PUT)
    assert predict(world, HeadObject(bucket="d", key="o")).open
    assert predict(world, GetObject(bucket="d", key="o")).open
    assert predict(world, CopyObject(bucket="d", key="copy", source_bucket="d", source_key="o")).open
    assert not predict(world, HeadObject(bucket="b", key="o")).open


def test_of_two_writes_in_a_row_nobody_knows_how_many_replicas_there_will_be() -> None:
    world = after(*PAIR, PLAIN, PUT, PUT)
    assert newest(world, "d").candidates == ()
    assert predict(world, REPLICA).open


def test_with_an_object_its_replica_is_forgotten() -> None:
    world = effects.forget_object(after(*PAIR, PLAIN, PUT), "b", "o")
    assert newest(world, "b").candidates == newest(world, "d").candidates == ()


def test_a_write_of_which_nobody_knows_whether_it_was_made_leaves_both_unknown() -> None:
    world = effects.maybe_wrote(after(*PAIR, PLAIN), PUT, (STORED,))
    assert newest(world, "b").candidates == newest(world, "d").candidates == ()


@pytest.mark.parametrize(
    "action",
    [PLAIN, GetBucketReplication(bucket="b"), DeleteBucketReplication(bucket="b")],
    ids=lambda a: type(a).__name__,
)
def test_nothing_can_be_said_of_a_bucket_of_which_nothing_is_known(action: Action) -> None:
    world = effects.forget_bucket(after(*PAIR), "b", "main")
    assert Model(EDITION).look(world, action) == ()


@pytest.mark.parametrize(
    "action",
    [
        PutBucketReplication(bucket="b", destination="theirs"),
        PutBucketReplication(bucket="b", destination="d", principal="other"),
        GetBucketReplication(bucket="b", principal="other"),
        HeadReplica(bucket="d", key="o", source="b", principal="other"),
        HeadReplica(bucket="d", key="o", source="nowhere"),
        HeadReplica(bucket="nowhere", key="o", source="b"),
        HeadReplica(bucket="d", key="other", source="b"),
        HeadReplica(bucket="d", key="o", source="b", customer=CustomerKey()),
    ],
    ids=repr,
)
def test_what_is_not_described_is_open(action: Action) -> None:
    theirs = (CreateBucket(bucket="theirs", principal="other"), PutBucketVersioning(bucket="theirs", status="Enabled"))
    assert predict(after(*PAIR, *theirs, PLAIN, PUT), action).open


def replicating(stored: Stored, rule: Rule) -> World:
    """An object of this kind on its way to a destination with this default."""
    world = after(*PAIR, PLAIN)
    world = effects.configured(world, PutBucketEncryption(bucket="d", rules=(rule,)), world.buckets["d"].settings)
    return effects.wrote(world, PUT, (stored,), None)


def test_whether_an_sse_c_replica_arrives_where_no_list_of_blocked_types_was_put_is_left_to_its_chapter() -> None:
    world = replicating(Stored("content", SSE_C, customer="c1"), Rule("AES256"))
    action = HeadReplica(bucket="d", key="o", source="b", customer=CustomerKey())
    assert [outcome.refusal is None for outcome in predict(world, action).outcomes] == [True, False]


def test_nothing_is_said_of_the_replica_of_an_unencrypted_object_under_a_default_that_cannot_be_used() -> None:
    world = replicating(Stored("content"), Rule("aws:kms", KeyRef("arn", "nobody")))
    assert predict(world, REPLICA, FIRST_DAY).open


def test_an_unencrypted_source_is_not_described_where_there_should_be_none() -> None:
    assert predict(replicating(Stored("content"), Rule("AES256")), REPLICA).open


# --- worlds that no legal program reaches -----------------------------------------------------------------------------

ALGORITHMS = st.sampled_from((None, "AES256", "aws:kms", "aws:kms:dsse", SSE_C, "AES512"))
KEYS = st.sampled_from((None, "k", "far", "theirs", "nobody", "aws/s3@main", "=a text"))
OBJECTS = st.builds(Stored, st.just("content"), ALGORITHMS, KEYS, st.booleans(), customer=st.sampled_from((None, "c1")))
REFERENCES = st.none() | st.builds(
    KeyRef, st.sampled_from(("id", "arn", "alias", "text")), st.sampled_from(("k", "far", "theirs", "nobody", ""))
)
CONFIGURATIONS = st.builds(
    PutBucketReplication,
    bucket=st.just("b"),
    destination=st.sampled_from(("d", "b", "nowhere")),
    sse_kms=st.sampled_from((None, "Enabled", "Disabled")),
    replica_key=REFERENCES,
    empty=st.booleans(),
)
RULES = st.builds(Rule, ALGORITHMS, REFERENCES, st.sampled_from((None, True, False)))
CUSTOMERS = st.none() | st.builds(CustomerKey, st.sampled_from((None, "c1", "c2")))
REQUESTS = st.one_of(
    CONFIGURATIONS,
    st.builds(GetBucketReplication, bucket=st.sampled_from(("b", "d", "nowhere"))),
    st.builds(DeleteBucketReplication, bucket=st.sampled_from(("b", "nowhere"))),
    st.builds(
        HeadReplica,
        bucket=st.sampled_from(("d", "b", "nowhere")),
        key=st.sampled_from(("o", "p")),
        source=st.sampled_from(("b", "d", "nowhere")),
        customer=CUSTOMERS,
    ),
    st.builds(HeadObject, bucket=st.sampled_from(("b", "d")), key=st.just("o"), customer=CUSTOMERS),
)
DAYS = (FIRST_DAY, dt.date(2022, 8, 1), dt.date(2023, 2, 1), EDITION)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    keys = (CreateKey(key="k"), CreateKey(key="far", region="away"), CreateKey(key="theirs", principal="other"))
    world = after(*PAIR, *keys)
    rule = draw(st.none() | RULES)
    if rule is not None:
        put = PutBucketEncryption(bucket="d", rules=(rule,))
        world = effects.configured(world, put, world.buckets["d"].settings)
    for step in draw(st.lists(st.one_of(CONFIGURATIONS, st.just(PUT)), max_size=4)):
        if isinstance(step, PutObject):
            world = effects.wrote(world, step, (draw(OBJECTS),), None)
        else:
            world = effects.done(world, step)
    return world


@given(world=worlds(), action=REQUESTS, day=st.sampled_from(DAYS))
@settings(max_examples=400, deadline=None)
def test_there_is_a_prediction_in_every_world_that_replicates(world: World, action: Action, day: dt.date) -> None:
    prediction = predict(world, action, day)
    assert prediction.open or prediction.outcomes
    assert prediction == predict(world, action, day)


def test_of_the_replica_of_an_object_of_which_nothing_is_known_nothing_is_known() -> None:
    world = after(*PAIR, PLAIN, PUT)
    scene = Scene(Situation(action="HeadReplica"), {}, Setting(), None)
    found = follow(world, REPLICA, Observation(200), ((scene, Outcome(None, (), (), Written(None, None, False))),))
    assert newest(found, "d").candidates == (None,)


def test_no_clause_decides_on_the_replica_of_an_object_that_no_configuration_selects() -> None:
    (law, *_) = laws(EDITION)
    assert replicated(Situation(action="HeadReplica", replication="none"), law) == (Decided(False, ()),)
