"""The plan of the cover: what it promises, and that it keeps it in the model, before any target is called."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
import subprocess
import sys

import pytest
from sse_conformance.cover import Plan, Size, advance, plan, reaches, restricted
from sse_spec.actions import (
    CreateBucket,
    CustomerKey,
    HeadObject,
    PutObject,
    Storing,
    UpdateObjectEncryption,
    customer_of,
)
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY, clauses
from sse_spec.model import Model
from sse_spec.world import EMPTY

DAYS = (FIRST_DAY, EDITION)

UNREACHABLE = 25
"""So many goals at most may lie in situations that no program brings about."""

CALLS_PER_GOAL = 1.4
"""The figure to hold: all calls but the read-backs, for each goal."""

DIGEST = """
import sys
from sse_conformance.cover import plan
from sse_spec.clauses import CLASSES
from sse_spec.model import Model
found = plan(Model(), CLASSES)
print(*(name for name in ("boto3", "botocore", "moto") if name in sys.modules))
from test_cover import digest
print(digest(found))
"""


@functools.cache
def planned(day: dt.date, size: Size = "goals") -> tuple[Model, Plan]:
    model = Model(day)
    return model, plan(model, CLASSES, size)


def digest(found: Plan) -> str:
    text = repr(
        [
            (goal.setup, goal.action, goal.read_back, goal.case.situation, sorted(goal.clauses), goal.leaf.action)
            for goal in found.goals
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()


def of_classes(model: Model, *classes: str) -> set[str]:
    in_force = frozenset[str]().union(*(law.in_force for law in model.laws))
    return {name for name in in_force if clauses()[name].clause_class in classes}


def test_the_plan_is_the_same_in_every_process_and_touches_no_target() -> None:
    path = os.pathsep.join([os.path.dirname(__file__), *filter(None, sys.path)])
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, check=True)
        assert done.stdout.decode().split() == [digest(planned(EDITION)[1])]


def test_a_second_model_of_the_same_day_is_planned_alike() -> None:
    assert digest(plan(Model(FIRST_DAY), CLASSES)) == digest(planned(FIRST_DAY)[1])


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("size", ["clauses", "goals"])
def test_every_clause_in_force_is_decisive_somewhere(day: dt.date, size: Size) -> None:
    model, found = planned(day, size)
    assert of_classes(model, *CLASSES) <= frozenset[str]().union(*(goal.clauses for goal in found.goals))


@pytest.mark.parametrize("one", CLASSES)
def test_a_class_alone_is_covered_whole_and_by_no_goal_that_is_not_for_it(one: str) -> None:
    model = planned(EDITION)[0]
    wanted = of_classes(model, one)
    goals = plan(model, (one,)).goals
    assert wanted <= frozenset[str]().union(*(goal.clauses for goal in goals))
    assert [goal for goal in goals if not goal.clauses & wanted] == []


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("size", ["clauses", "goals"])
def test_every_planned_situation_is_reached_in_the_model(day: dt.date, size: Size) -> None:
    model, found = planned(day, size)
    world = EMPTY
    for goal in found.goals:
        for action in goal.setup:
            world = advance(model, world, action)
        looked = reaches(goal.leaf, model.look(world, goal.action))
        assert looked is not None
        assert looked.case is goal.case
        assert goal.clauses == looked.case.decisive != frozenset()
        world = advance(model, world, goal.action)


@pytest.mark.parametrize("day", DAYS)
def test_few_goals_are_out_of_reach(day: dt.date) -> None:
    assert planned(day)[1].unreachable <= UNREACHABLE
    assert planned(day, "clauses")[1].unreachable == 0


@pytest.mark.parametrize("day", DAYS)
def test_a_goal_takes_one_decisive_call_and_little_set_up(day: dt.date) -> None:
    found = planned(day)[1]
    assert (found.setup_calls + len(found.goals)) / len(found.goals) <= CALLS_PER_GOAL


@pytest.mark.parametrize("day", DAYS)
def test_one_goal_is_planned_once(day: dt.date) -> None:
    situations = [goal.case.situation for goal in planned(day)[1].goals]
    assert len(set(situations)) == len(situations)


@pytest.mark.parametrize("day", DAYS)
def test_every_write_is_read_back_and_with_its_customer_key(day: dt.date) -> None:
    for goal in planned(day)[1].goals:
        if isinstance(goal.read_back, HeadObject):
            assert isinstance(goal.action, Storing | UpdateObjectEncryption)
            assert (goal.read_back.bucket, goal.read_back.key) == (goal.action.bucket, goal.action.key)
            sent = customer_of(goal.action)
            assert (goal.read_back.customer is None) == (sent is None)
            assert sent is None or goal.read_back.customer == CustomerKey(sent.key or "c1")
        elif isinstance(goal.action, PutObject):
            assert not goal.case.situation.bucket


def test_each_size_of_the_cover_has_fewer_calls_than_the_next() -> None:
    sizes = [planned(EDITION, size)[1] for size in ("clauses", "goals", "leaves")]
    numbers = [len(found.goals) for found in sizes]
    assert numbers[0] * 5 < numbers[1]
    assert numbers[1] * 5 < numbers[2] < 10_000
    costs = [found.seconds(0.01) for found in sizes]
    assert costs == sorted(costs)


def test_the_first_leaf_of_every_goal_is_a_leaf() -> None:
    situations = {goal.case.situation for goal in planned(EDITION, "leaves")[1].goals}
    shapes = {(goal.leaf.action, goal.case.prediction.shapes) for goal in planned(EDITION, "leaves")[1].goals}
    goals = planned(EDITION)[1].goals
    assert {(goal.leaf.action, goal.case.prediction.shapes) for goal in goals} <= shapes
    assert len(situations) == len(planned(EDITION, "leaves")[1].goals)


@pytest.mark.parametrize("day", DAYS)
def test_each_program_can_be_carried_out_by_itself(day: dt.date) -> None:
    model, found = planned(day)
    assert len(found.programs) == 2
    for number, program in enumerate(found.programs):
        assert found.alone(number).goals == program
        world = EMPTY
        for goal in program:
            for action in goal.setup:
                world = advance(model, world, action)
            looked = reaches(goal.leaf, model.look(world, goal.action))
            assert looked is not None
            assert looked.case is goal.case
            world = advance(model, world, goal.action)


@pytest.mark.parametrize("day", DAYS)
def test_the_programs_are_about_as_long_as_each_other_and_share_no_bucket(day: dt.date) -> None:
    first, second = planned(day)[1].programs
    lengths = sorted(sum(1 + len(goal.setup) for goal in program) for program in (first, second))
    assert lengths[1] <= 1.5 * lengths[0]
    made = [{a.bucket for goal in one for a in goal.setup if isinstance(a, CreateBucket)} for one in (first, second)]
    assert made[0]
    assert made[1]
    assert made[0].isdisjoint(made[1])


def test_a_plan_for_some_clauses_holds_what_puts_them_to_the_test_and_nothing_else() -> None:
    model, found = planned(EDITION)
    part = restricted(model, found, {"DEF-03", "CFG-11"})
    assert len(part.goals) < len(found.goals) / 2
    assert all(goal.clauses & {"DEF-03", "CFG-11"} for goal in part.goals)
    for clause in ("DEF-03", "CFG-11"):
        assert sum(clause in goal.clauses for goal in part.goals) >= sum(clause in goal.clauses for goal in found.goals)
