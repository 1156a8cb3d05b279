"""Fixtures for the whole repository: programs walked through the model, along its own predictions."""

from __future__ import annotations

import datetime as dt
import functools
from typing import NamedTuple, Protocol

import pytest
from sse_spec import effects, following
from sse_spec.actions import Action, account_of
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.model import Model, predict
from sse_spec.observations import Observation
from sse_spec.outcomes import KeyArn, Prediction, Want
from sse_spec.scene import scenes
from sse_spec.situation import MANAGED, Label
from sse_spec.world import EMPTY, World, managed_key

BASELINE = dt.date(2023, 1, 5)
"""The day from which every bucket has at least SSE-S3."""

DAYS = (FIRST_DAY, BASELINE - dt.timedelta(days=1), BASELINE, EDITION)
"""Both ends of the two eras that the clauses know: what holds always is tried on each of these days."""

model = functools.cache(Model)


class Asked(NamedTuple):
    """What is permitted for the last action of a program. Keys go by the names that the program gave them."""

    prediction: Prediction
    keys: dict[Label, str]
    decisive: frozenset[str]

    @property
    def answers(self) -> set[str]:
        """`accepted`, or the status and the codes of a refusal; a status alone stands for every code."""
        refusals = [outcome.refusal for outcome in self.prediction.outcomes]
        return {"accepted" if one is None else " ".join((str(one.status), *one.codes)) for one in refusals}

    def wants(self, name: str) -> set[Want]:
        """What a field of an accepting answer may be, over all outcomes; empty where no outcome speaks of it."""
        fields = [field for outcome in self.prediction.outcomes for field in outcome.fields]
        return {self._named(field.want) for field in fields if field.name == name}

    def rests_on(self, *clauses: str) -> bool:
        """Whether every permitted outcome cites these clauses, and others would be permitted without each of them."""
        derivations = [outcome.derivation for outcome in self.prediction.outcomes]
        return self.decisive.issuperset(clauses) and all(cited.issuperset(clauses) for cited in derivations)

    def _named(self, want: Want) -> Want:
        return KeyArn(self.keys[want.label]) if isinstance(want, KeyArn) else want


class Walk(Protocol):
    """The type of :func:`walk`."""

    def __call__(self, *program: Action, as_of: dt.date = EDITION) -> World:
        """Walk a program."""


class Ask(Protocol):
    """The type of :func:`ask`."""

    def __call__(self, *program: Action, as_of: dt.date = EDITION) -> Asked:
        """Walk a program but for its last action, and ask what is permitted for that."""


@pytest.fixture(scope="session")
def walk() -> Walk:
    """The world after a program, if the target gives the first answer that is permitted, each time."""

    def run(*program: Action, as_of: dt.date = EDITION) -> World:
        world = EMPTY
        for action in program:
            world = _advance(world, action, as_of)
        return world

    return run


@pytest.fixture(scope="session")
def ask(walk: Walk) -> Ask:
    """What is permitted for the last action of a program."""

    def run(*program: Action, as_of: dt.date = EDITION) -> Asked:
        *before, action = program
        world = walk(*before, as_of=as_of)
        keys = {MANAGED: managed_key(account_of(action.principal))}
        for scene in scenes(world, action):
            keys |= scene.keys
        decisive = frozenset[str]().union(*(one.case.decisive for one in model(as_of).look(world, action)))
        return Asked(predict(world, action, as_of), keys, decisive)

    return run


@pytest.fixture(params=DAYS, ids=dt.date.isoformat)
def any_day(request: pytest.FixtureRequest) -> dt.date:
    """A day; whoever asks for it says that its claim holds on every one."""
    day: dt.date = request.param
    return day


def _advance(world: World, action: Action, as_of: dt.date) -> World:
    looked = model(as_of).look(world, action)
    permitted = [(one.scene, outcome) for one in looked for outcome in one.case.prediction.outcomes]
    if not permitted:
        return effects.done(world, action)
    # An answer tells shapes apart, so each reading of the world that permits this one stays possible.
    explained = [(scene, outcome) for scene, outcome in permitted if outcome.shape == permitted[0][1].shape]
    refusal = permitted[0][1].refusal
    return following.follow(world, action, Observation(200 if refusal is None else refusal.status), explained)
