"""The model as a target keeps every clause: whatever the suite finds on it is a bug of the suite."""

from __future__ import annotations

import datetime as dt
import functools

import pytest
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, Size, plan
from sse_conformance.reference import ReferenceTarget
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY
from sse_spec.model import Model

DAYS = (FIRST_DAY, dt.date(2022, 6, 30), dt.date(2022, 12, 31), dt.date(2023, 2, 1), EDITION)
SEEDS = range(5)


@functools.cache
def planned(day: dt.date, size: Size) -> tuple[Model, Plan]:
    model = Model(day)
    return model, plan(model, CLASSES, size)


@functools.cache
def campaign(day: dt.date, seed: int, size: Size = "goals") -> Campaign:
    return _run(day, seed, size)


def _run(day: dt.date, seed: int, size: Size) -> Campaign:
    model, found = planned(day, size)
    target = ReferenceTarget(Model(day), seed)
    done = Campaign(model, target.open(), target.space())
    done.run(found)
    return done


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("day", DAYS)
class TestTheReference:
    def test_nothing_is_found(self, day: dt.date, seed: int) -> None:
        assert [found.finding for found in campaign(day, seed).found] == []

    def test_nothing_is_lost(self, day: dt.date, seed: int) -> None:
        done = campaign(day, seed)
        assert done.lost == {}
        assert done.unsupported == {}
        assert done.incomplete == ""
        assert done.reached == len(planned(day, "goals")[1].goals)

    def test_every_clause_in_force_is_exercised(self, day: dt.date, seed: int) -> None:
        in_force = frozenset[str]().union(*(law.in_force for law in planned(day, "goals")[0].laws))
        counts = campaign(day, seed).judge.tally.by_clause()
        assert set(counts) == in_force
        assert all(0 < contexts <= times for times, contexts in counts.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_goal_takes_one_decisive_call_and_little_set_up(seed: int) -> None:
    """The figures to hold."""
    done, found = campaign(EDITION, seed), planned(EDITION, "goals")[1]
    goals = len(found.goals)
    assert done.calls["decisive"] <= 1.1 * goals
    assert found.setup_calls <= 0.4 * goals
    # Where a target takes another alternative than was planned for, some goals are set up again.
    assert done.calls["setup"] <= 1.1 * found.setup_calls


@pytest.mark.parametrize("day", DAYS)
def test_two_runs_count_alike(day: dt.date) -> None:
    first, second = campaign(day, 1), _run(day, 1, "goals")
    assert first.judge.tally.by_clause() == second.judge.tally.by_clause()
    assert first.judge.tally.choices == second.judge.tally.choices
    assert first.judge.tally.constant == second.judge.tally.constant
    assert first.calls == second.calls


def test_seeds_take_different_choices() -> None:
    assert len({tuple(sorted(campaign(EDITION, seed).judge.tally.choices)) for seed in SEEDS}) > 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("day", [FIRST_DAY, EDITION])
def test_the_quick_cover_is_clean_and_exercises_every_clause_too(day: dt.date, seed: int) -> None:
    done = campaign(day, seed, "clauses")
    assert done.found == []
    assert done.lost == {}
    assert set(done.judge.tally.by_clause()) == frozenset[str]().union(
        *(law.in_force for law in planned(day, "clauses")[0].laws)
    )
