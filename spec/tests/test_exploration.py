"""Exploration: it finds every state, once, and what it leaves out of a state decides nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from rpds import HashTrieMap
from sse_spec import effects
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteAlias,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
    UpdateAlias,
    UploadPart,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.exploration import SCOPES, THEOREMS, Exploration, Scope
from sse_spec.exploration import vocabulary as v
from sse_spec.exploration.components import CAPACITY, Component, Components, Journal, changes
from sse_spec.exploration.ghosts import definite, everything, facts
from sse_spec.exploration.steps import Answered, after, answered
from sse_spec.exploration.symmetry import renamed, swaps
from sse_spec.law import laws
from sse_spec.model import Model
from sse_spec.outcomes import KeyArn, Want
from sse_spec.scene import Scene
from sse_spec.world import EMPTY, Bucket, Key, Setting, Stored, Upload, Version, World

K1, K2, ALIAS = KeyRef("arn", "K1"), KeyRef("arn", "K2"), KeyRef("alias", "a")
BEFORE = (CreateBucket(bucket="b1"), CreateKey(key="K1"), CreateKey(key="K2"))
DAYS = (FIRST_DAY, dt.date(2022, 10, 1), dt.date(2023, 7, 1), dt.date(2025, 12, 1), EDITION)

HEADERS = (EncryptionHeaders(), EncryptionHeaders("AES256"))

Parts = frozenset[tuple[Any, Any]]


def small() -> tuple[Action, ...]:
    """Requests about one bucket, one object and one key, with versions."""
    return (
        *v.configurations("b1", Rule("AES256"), Rule("aws:kms", ALIAS, bucket_key=True)),
        *v.few_puts("b1", "o1"),
        *v.few_copies(("b1", "o1"), ("b1", "o1"), K1),
        *v.reads("b1", "o1"),
        *v.deletions("b1", "o1", 0),
        PutBucketVersioning(bucket="b1", status="Enabled"),
        CreateAlias(alias="a", key="K1"),
        UpdateAlias(alias="a", key="K2"),
        DisableKey(key="K1"),
        EnableKey(key="K1"),
    )


SMALL = Scope("small", "", BEFORE, small(), versions=2, old_object=("b1", "o1"))


def parts(world: World) -> Iterator[Parts]:
    """The worlds without sets in them that a world stands for, as S3 may act on them, component by component."""
    for one in definite(tuple(changes(world, Components(facts)))):
        kept = [(address, facts(address, value)) for address, value in one]
        yield frozenset((address, value) for address, value in kept if value is not None)


def assembled(found: Parts) -> World:
    """The world of these components."""
    world = EMPTY
    for address, value in sorted(found, key=lambda one: len(one[0])):
        match address:
            case ("buckets", name):
                world = replace(world, buckets=world.buckets.insert(name, value))
            case ("buckets", name, "objects", key):
                bucket = world.buckets[name]
                bucket = replace(bucket, objects=bucket.objects.insert(key, value))
                world = replace(world, buckets=world.buckets.insert(name, bucket))
            case (field, name):
                world = replace(world, **{field: getattr(world, field).insert(name, value)})
    return world


def test_exploring_by_components_finds_the_same_states_and_as_many_transitions_as_exploring_world_by_world() -> None:
    model = Model()
    seen = {one for start in SMALL.starts(model.as_of) for one in parts(start.world)}
    level, transitions = list(seen), 0
    while level:
        following = []
        for state in level:
            world = assembled(state)
            for action in SMALL.actions:
                for one in answered(model, world, action) if SMALL.enabled(world, action) else ():
                    for new in parts(after(world, action, one)):
                        transitions += 1
                        if new not in seen:
                            seen.add(new)
                            following.append(new)
        level = following
    explored = Exploration(SMALL, model)
    explored.run()
    assert explored.closed
    assert (explored.states, explored.transitions) == (len(seen), transitions)
    assert explored.worked_out < transitions


def test_what_a_state_leaves_out_changes_no_answer() -> None:
    for day in DAYS:
        model = Model(day)
        explored = Exploration(SMALL, model, whole=True, most_states=700)
        explored.run()
        whole, plain = explored._components, Components(facts)
        for state in explored._came_from:
            world = whole.world(state, Journal())
            kept = plain.world(plain.state(world_of(world)), Journal())
            for action in SMALL.actions:
                assert shapes(model, world, action) == shapes(model, kept, action)


def world_of(view: World) -> World:
    """A world of the same content, no view."""
    maps: dict[str, Any] = {name: HashTrieMap(getattr(view, name)) for name in ("keys", "aliases", "managed")}
    buckets = {
        name: replace(bucket, objects=HashTrieMap(bucket.objects), refused=HashTrieMap(bucket.refused))
        for name, bucket in view.buckets.items()
    }
    return replace(EMPTY, buckets=HashTrieMap(buckets), **maps)


def shapes(model: Model, world: World, action: Action) -> set[Any]:
    """What may be answered, the keys by their names in the world: labels depend on what else is looked at."""
    return {
        (outcome.refusal, *((one.name, named(scene, one.want)) for one in outcome.fields))
        for scene, outcome in answered(model, world, action)
    }


def named(scene: Scene, want: Want) -> Any:
    return scene.keys.get(want.label, want.label) if isinstance(want, KeyArn) else want


# --- symmetry ---------------------------------------------------------------------------------------------------------


def alike() -> tuple[Action, ...]:
    """Requests in which two objects and two keys may be exchanged for each other."""
    return tuple(
        itertools.chain(
            *((*v.few_puts("b1", key, K1, K2), *v.reads("b1", key)) for key in ("o1", "o2")),
            *(v.few_copies(("b1", one), ("b1", other), K1, K2) for one in ("o1", "o2") for other in ("o1", "o2")),
            v.configurations("b1", Rule("AES256"), Rule("aws:kms", K1), Rule("aws:kms", K2)),
            v.keys("K1", "K2"),
        )
    )


SWAPS = swaps(("o1", "o2"), ("K1", "K2"))


def test_one_state_stands_for_all_that_differ_in_names_alone() -> None:
    one_by_one = Exploration(Scope("plain", "", BEFORE, alike()), Model())
    by_orbits = Exploration(Scope("orbits", "", BEFORE, alike(), SWAPS), Model())
    one_by_one.run()
    by_orbits.run()
    assert one_by_one.closed
    assert by_orbits.closed

    def orbit(explored: Exploration, state: int) -> frozenset[Parts]:
        found = next(parts(world_of(explored._components.world(state, Journal()))))
        return frozenset({found, *(renamed_parts(found, names) for names in by_orbits.scope.renamings)})

    whole = {orbit(one_by_one, state) for state in one_by_one._came_from}
    assert {orbit(by_orbits, state) for state in by_orbits._came_from} == whole
    assert by_orbits.states == len(whole) < one_by_one.states / 3


def renamed_parts(found: Parts, names: Any) -> Parts:
    return frozenset((renamed(address, names), renamed(value, names)) for address, value in found)


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.renamings], ids=lambda scope: scope.name)
def test_a_scope_looks_the_same_under_each_of_its_renamings(scope: Scope) -> None:
    assert len(set(scope.renamings and map(str, scope.renamings))) == len(scope.renamings)
    for names in scope.renamings:
        assert {renamed(action, names) for action in scope.actions} == set(scope.actions)
        assert {renamed(action, names) for action in scope.before} == set(scope.before)


def test_a_violation_under_symmetry_is_told_in_the_names_of_one_program() -> None:
    broken = Model(law=tuple(law.without("CPY-14") for law in laws(EDITION)))
    explored = Exploration(Scope("orbits", "", BEFORE, alike(), SWAPS), broken, whole=True)
    explored.run()
    (violation,) = explored.violations.values()
    put, copy, read = (action for action, _ in violation.trace)
    assert isinstance(put, PutObject)
    assert isinstance(copy, CopyObject)
    assert isinstance(read, HeadObject | GetObject)
    assert put.key == copy.source_key == read.key != copy.key


# --- the catalogue ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS, ids=dt.date.isoformat)
@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_all_theorems_hold_in_the_first_states_of_every_scope_on_every_day(scope: Scope, day: dt.date) -> None:
    explored = Exploration(scope, Model(day), most_states=300)
    explored.run()
    assert not explored.violations
    assert explored.states >= 300 or explored.closed


OWN = CustomerKey()
SELECTED = PutBucketReplication(bucket="b1", destination="b2", sse_kms="Enabled", replica_key=K1)
PART = UploadPart(bucket="b1", key="o1", upload="u1", body="x")
DONE = CompleteMultipartUpload(bucket="b1", key="o1", upload="u1")
REPLICA = HeadReplica(bucket="b2", key="o1", source="b1")


def put(*headers: Any) -> PutObject:
    return PutObject(bucket="b1", key="o1", body="x", headers=EncryptionHeaders(*headers))


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("jobs", (put("aws:kms", K1), DisableKey(key="K1"), *v.jobs(("b1", "o1"), ("b1", "o2")))),
        ("logging", (PutBucketLogging(bucket="nowhere", target="b1"),)),
        ("objects", (put(), GetObject(bucket="b1", key="o1", part=1))),
        ("customer-keys", (*v.customer_writes("b1", "o1", "c1"), *v.configurations("b1", *v.blocking()))),
        (
            "customer-keys",
            (
                *v.configurations("b1", *v.blocking()),
                PutObject(bucket="b1", key="o1", body="x", headers=EncryptionHeaders(customer=OWN)),
                HeadObject(bucket="b1", key="o1", algorithm="AES256", customer=OWN),
            ),
        ),
        (
            "uploads",
            (
                *v.configurations("b1", Rule("AES256"), Rule("aws:kms", K1)),
                *(CreateMultipartUpload(bucket="b1", key="o1", upload="u1", headers=one) for one in HEADERS),
                *(PART, DONE, replace(DONE, algorithm="AES256")),
            ),
        ),
        (
            "replication",
            (
                *(SELECTED, replace(SELECTED, sse_kms=None, replica_key=None)),
                *(put("aws:kms", K2), put("aws:kms"), put(), DisableKey(key="K1"), REPLICA),
                *(
                    PutBucketEncryption(bucket="b1", rules=(Rule("AES256", blocked="NONE"),)),
                    replace(put(), headers=EncryptionHeaders(customer=OWN)),
                ),
                HeadObject(bucket="b1", key="o1", customer=OWN),
                *(*v.reads("b1", "o1"), *v.reads("b2", "o1")),
            ),
        ),
    ],
)
def test_all_theorems_hold_in_every_state_of_special_scopes(name: str, actions: tuple[Action, ...]) -> None:
    (scope,) = [one for one in SCOPES if one.name == name]
    for day in DAYS:
        explored = Exploration(scope._replace(actions=actions), Model(day))
        explored.run()
        assert explored.closed
        assert not explored.violations


@pytest.mark.parametrize("name", ["logging", "customer-keys"])
def test_a_scope_closes(name: str) -> None:
    (scope,) = [one for one in SCOPES if one.name == name]
    explored = Exploration(scope, Model())
    explored.run()
    assert explored.closed
    assert not explored.violations
    assert explored.rate > 0 < explored.memory
    assert not explored.left_open


def test_every_theorem_is_about_requests_of_some_scope_and_no_scope_asks_twice() -> None:
    actions = [action for scope in SCOPES for action in scope.actions]
    assert all(any(isinstance(action, theorem.about) for action in actions) for theorem in THEOREMS)
    assert all(len(set(scope.actions)) == len(scope.actions) for scope in SCOPES)


def test_the_names_of_scopes_and_theorems_are_unique() -> None:
    for names in ([scope.name for scope in SCOPES], [theorem.name for theorem in THEOREMS]):
        assert len(set(names)) == len(names)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_limit_ends_the_search_and_the_figures_say_so() -> None:
    bounded = Exploration(SMALL, Model(), most_states=50)
    bounded.run()
    assert not bounded.closed
    assert 50 <= bounded.states < 100
    timed = Exploration(SMALL, Model(), most_seconds=0)
    timed.run()
    assert not timed.closed
    orbits = Exploration(SMALL._replace(renamings=swaps(("K1", "K2"))), Model(), most_states=20)
    orbits.run()
    assert not orbits.closed


def test_a_search_that_is_broken_off_leaves_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    explored = Exploration(SMALL, Model())
    calls = itertools.count()

    def spent() -> bool:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(explored, "_spent", spent)
    with pytest.raises(KeyboardInterrupt):
        explored.run()
    assert explored.states > 5
    assert explored.transitions > 5
    assert explored.seconds > 0
    assert not explored.closed


# --- what a scope does not ask for ------------------------------------------------------------------------------------


def test_requests_that_would_be_idle_are_not_made() -> None:
    world = effects.done(effects.done(EMPTY, BEFORE[0]), BEFORE[1])
    for action, enabled in (
        (EnableKey(key="K1"), False),
        (DisableKey(key="K1"), True),
        (CreateAlias(alias="a", key="K1"), True),
        (UpdateAlias(alias="a", key="K1"), False),
        (DeleteAlias(alias="a"), False),
        (DeleteObject(bucket="b1", key="o1", version=0), False),
        (PutBucketVersioning(bucket="b1", status="Enabled"), True),
        (PutObject(bucket="nowhere", key="o1"), True),
    ):
        assert SMALL.enabled(world, action) is enabled
    world = effects.done(world, CreateAlias(alias="a", key="K1"))
    assert not SMALL.enabled(world, UpdateAlias(alias="a", key="K1"))
    assert SMALL.enabled(world, UpdateAlias(alias="a", key="K2"))


# --- views ------------------------------------------------------------------------------------------------------------


def viewed() -> tuple[World, Journal, Components]:
    """A view of a world of a bucket with two objects."""
    bucket = Bucket("main", objects=HashTrieMap({"o1": (Version((Stored("x"),)),), "o2": (Version((None,)),)}))
    world = replace(
        EMPTY, buckets=HashTrieMap({"b1": bucket}), keys=HashTrieMap({"K1": Key("main", "home", "enabled")})
    )
    components, journal = Components(everything), Journal()
    return components.world(components.state(world), journal), journal, components


def test_a_view_notes_what_is_looked_at_and_nothing_else() -> None:
    world, journal, components = viewed()
    root = journal.mask
    assert world.buckets["b1"].owner == "main"
    assert journal.mask == root | components.at(("buckets", "b1")).bits
    assert "o1" in world.buckets["b1"].objects
    assert journal.mask & components.at(("buckets", "b1", "objects", "o1")).bits
    assert not journal.mask & components.at(("buckets", "b1", "objects", "o2")).bits
    assert len(world.buckets["b1"].objects) == 2
    assert journal.mask & components.at(("buckets", "b1", "objects", "o2")).bits


def test_a_view_is_a_persistent_map_that_tells_its_changes() -> None:
    world, _, components = viewed()
    bucket = world.buckets["b1"]
    with pytest.raises(KeyError):
        bucket.objects["nosuch"]
    with pytest.raises(KeyError):
        bucket.objects.remove("nosuch")
    fewer = bucket.objects.remove("o1").insert("o3", (Version((None,)),))
    assert set(fewer) == {"o2", "o3"}
    assert set(bucket.objects) == {"o1", "o2"}
    changed = replace(world, buckets=world.buckets.insert("b1", replace(bucket, objects=fewer)))
    told = dict(changes(changed, components))
    assert {address for address in told if "objects" in address} == {
        ("buckets", "b1", "objects", "o1"),
        ("buckets", "b1", "objects", "o3"),
    }


def test_a_new_map_and_a_removed_bucket_leave_nothing_of_the_old_ones() -> None:
    world, _, components = viewed()
    bucket = world.buckets["b1"]
    emptied = replace(world, buckets=world.buckets.insert("b1", replace(bucket, objects=HashTrieMap())))
    gone = replace(world, buckets=world.buckets.discard("b1"))
    for changed in (emptied, gone):
        mask, bits = components.written(changes(changed, components))
        state = components.state(world_of(world)) & ~mask | bits
        left = components.world(state, Journal())
        assert not any(left.buckets[name].objects for name in left.buckets)
    assert "b1" in emptied.buckets
    assert "b1" not in gone.buckets


def test_more_values_than_a_state_has_room_for_are_an_error_and_not_a_wrong_state() -> None:
    component = Component(("keys", "K1"), 0)
    component.values = [None] * (CAPACITY + 1)
    with pytest.raises(OverflowError, match="K1"):
        component.number("one more")


@pytest.mark.parametrize("name", ["keys", "buckets"])
def test_what_leaves_more_behind_than_it_may_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """No rule can be broken so: what a request leaves behind is the same function of its answer for every S3."""
    touches_another = name == "buckets"

    def wrong(world: World, action: Action, one: Answered) -> World:
        world = after(world, action, one)
        if touches_another != (one.outcome.refusal is None) or not isinstance(action, PutObject):
            return world
        put = PutObject(bucket="b1", key="o2" if touches_another else action.key, body="x")
        return effects.wrote(world, put, (Stored("x"),), None)

    monkeypatch.setattr("sse_spec.exploration.local.after", wrong)
    put = PutObject(bucket="b1", key="o1", body="x", headers=EncryptionHeaders(None if touches_another else "AES512"))
    explored = Exploration(Scope("wrong", "", BEFORE, (put,)), Model())
    explored.run()
    expected = "an object keeps its encryption until it is written again"
    assert set(explored.violations) == {expected if touches_another else "a refused request changes nothing"}


def test_a_set_of_values_is_branched_and_a_set_of_nothing_is_not() -> None:
    two = Setting(None, configured=True), Setting(None, configured=False)
    bucket = Bucket("main", settings=two, logging=("b2", None))
    assert len(list(definite(((("buckets", "b1"), bucket),)))) == 4
    versions = (Version((Stored("x"), None)), Version(()))
    assert [value for ((_, value),) in definite(((("o",), versions),))] == [
        (Version((Stored("x"),)), Version(())),
        (Version((None,)), Version(())),
    ]
    upload = Upload("b1", "o1", (Stored(None), Stored(None, "AES256")))
    assert len(list(definite(((("uploads", "u1"), upload),)))) == 2
    assert renamed(frozenset({"b1"}), {"b1": "b2"}) == frozenset({"b2"})
