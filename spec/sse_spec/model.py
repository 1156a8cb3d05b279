"""The model: what one as-of date permits, remembered situation by situation."""

from __future__ import annotations

import datetime as dt
import functools
from typing import NamedTuple

from sse_spec.actions import Action
from sse_spec.clauses import EDITION, clauses
from sse_spec.law import Law, laws
from sse_spec.machine import RULES, Rules, permitted
from sse_spec.outcomes import Outcome, Prediction
from sse_spec.scene import Scene, scenes
from sse_spec.situation import Situation
from sse_spec.world import World

__all__ = ["Case", "Looked", "Model", "covers", "predict", "standard"]

CACHE_LIMIT = 100_000
"""Most situations that are remembered at a time; the four classes have some thousands."""


class Case:
    """The prediction for one situation, and what each clause is needed for in it."""

    __slots__ = ("_consulted", "_counterfactuals", "_decisive", "_exercised", "_model", "prediction", "situation")

    def __init__(self, model: Model, situation: Situation) -> None:
        self._model = model
        self.situation = situation
        self.prediction, consulted = model.judge_by(model.laws, situation)
        self._counterfactuals: dict[str, Prediction] = {}
        self._exercised: dict[tuple[Outcome, frozenset[str]], frozenset[str]] = {}
        self._consulted = consulted
        self._decisive: frozenset[str] | None = None

    @property
    def decisive(self) -> frozenset[str]:
        """The clauses whose breach would permit a different set of answers here."""
        if self._decisive is None:
            shapes = self.prediction.shapes
            self._decisive = frozenset(c for c in self._consulted if self.without(c).shapes != shapes)
        return self._decisive

    def without(self, clause: str) -> Prediction:
        """What would be permitted if this clause were not in force."""
        found = self._counterfactuals.get(clause)
        if found is None:
            found, _ = self._model.judge_by(tuple(law.without(clause) for law in self._model.laws), self.situation)
            self._counterfactuals[clause] = found
        return found

    def exercised(self, outcome: Outcome, missed: frozenset[str] = frozenset()) -> frozenset[str]:
        """The clauses that an answer with this outcome bears witness for; `missed` are fields in which it differed.

        An answer that would be permitted without the clause as well proves nothing about it. A clause that only permits
        cannot be proved by any answer: it is exercised wherever it is decisive.
        """
        found = self._exercised.get((outcome, missed))
        if found is None:
            level = clauses()
            found = frozenset(
                c
                for c in self.decisive
                if level[c].level == "MAY" or not any(covers(o, outcome, missed) for o in self.without(c).outcomes)
            )
            self._exercised[outcome, missed] = found
        return found


def covers(permitted_outcome: Outcome, answered: Outcome, missed: frozenset[str] = frozenset()) -> bool:
    """Whether an answer that fits `answered`, but for the fields missed, may fit `permitted_outcome` as well."""
    refusal, answer = permitted_outcome.refusal, answered.refusal
    if refusal is None or answer is None:
        if refusal is not answer:
            return False
        wants = {field.name: field.want for field in permitted_outcome.fields}
        return all(
            wants.get(field.name, field.want) == field.want for field in answered.fields if field.name not in missed
        )
    if refusal.status != answer.status:
        return False
    return not refusal.codes or (bool(answer.codes) and set(answer.codes) <= set(refusal.codes))


class Model:
    """The specification as of one date, under one record of rules."""

    def __init__(self, as_of: dt.date = EDITION, rules: Rules = RULES, law: tuple[Law, ...] | None = None) -> None:
        self.as_of = as_of
        self.rules = rules
        self.laws = laws(as_of) if law is None else law
        self._cases: dict[Situation, Case] = {}

    def case(self, situation: Situation) -> Case:
        """The case of a situation, worked out once."""
        found = self._cases.get(situation)
        if found is None:
            if len(self._cases) >= CACHE_LIMIT:
                self._cases.clear()
            found = self._cases[situation] = Case(self, situation)
        return found

    def judge_by(self, by: tuple[Law, ...], situation: Situation) -> tuple[Prediction, frozenset[str]]:
        """The prediction under these laws together, and the clauses that they were asked for."""
        outcomes: dict[Outcome, None] = {}
        consulted: set[str] = set()
        open_ = False
        for law in by:
            asked = law.fresh()
            prediction = permitted(situation, asked, self.rules)
            outcomes.update(dict.fromkeys(prediction.outcomes))
            open_ = open_ or prediction.open
            consulted |= asked.consulted
        return Prediction(tuple(outcomes), open_), frozenset(consulted)

    def look(self, world: World, action: Action) -> tuple[Looked, ...]:
        """The scenes of an action in a world, each with its case."""
        return tuple([Looked(scene, self.case(scene.situation)) for scene in scenes(world, action)])


class Looked(NamedTuple):
    """One candidate reading of the world, and what is permitted in it."""

    scene: Scene
    case: Case


@functools.lru_cache(maxsize=8)
def standard(as_of: dt.date = EDITION, rules: Rules = RULES) -> Model:
    """The model of a date: one and the same whenever it is asked for, with what it has worked out before."""
    return Model(as_of, rules)


def predict(world: World, action: Action, as_of: dt.date = EDITION, rules: Rules = RULES) -> Prediction:
    """The set of outcomes that the documents in force on `as_of` permit for an action in a world.

    Total: it has an answer in every world and for every value, also those that no legal program reaches. Key labels in
    the outcomes are those of :func:`sse_spec.scene.scenes`.
    """
    looked = standard(as_of, rules).look(world, action)
    outcomes = dict.fromkeys(outcome for one in looked for outcome in one.case.prediction.outcomes)
    return Prediction(tuple(outcomes), not looked or any(one.case.prediction.open for one in looked))
