"""Breadth-first search through every state of a scope, with every permitted answer a branch."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sse_spec.actions import Action
from sse_spec.exploration.components import Components
from sse_spec.exploration.ghosts import everything, facts
from sse_spec.exploration.local import Leaf, Locally, Node
from sse_spec.exploration.scopes import Scope, Start
from sse_spec.exploration.steps import NOTHING
from sse_spec.exploration.symmetry import Symmetry
from sse_spec.exploration.theorems import THEOREMS
from sse_spec.exploration.theorems.requests import a_permitted_outcome_always_exists
from sse_spec.exploration.theorems.statement import Step, Theorem
from sse_spec.model import Model
from sse_spec.outcomes import Outcome

__all__ = ["Exploration", "Taken", "Violation"]


class Taken(NamedTuple):
    """One step of a trace."""

    action: Action
    outcome: Outcome


class Violation(NamedTuple):
    """A theorem that does not hold, and how the last step of this trace violates it. No trace is shorter."""

    theorem: Theorem
    how: str
    start: Start
    trace: tuple[Taken, ...]


class _Asked(NamedTuple):
    """An action of the scope, the theorems about it, and what is known of what it does."""

    action: Action
    theorems: tuple[Theorem, ...]
    root: Node


class Exploration:
    """The exploration of one scope under one model. Its figures may be read at any time, also after an interruption.

    `whole` lets a state show everything of a world, as a model with a broken rule needs it. `most_states` and
    `most_seconds` are limits. `level` is the number of steps at which the search is, `closed` whether every reachable
    state was looked at. `transitions` counts the permitted answers to every request in every state, also those
    that change nothing; `worked_out` counts the local steps, of which a transition is one in one state. `applied`
    counts for each theorem the local steps that it says something about.
    """

    def __init__(
        self,
        scope: Scope,
        model: Model,
        *,
        whole: bool = False,
        most_states: int | None = None,
        most_seconds: float | None = None,
        theorems: Sequence[Theorem] = THEOREMS,
    ) -> None:
        self.scope = scope
        self.model = model
        self.level = 0
        self.transitions = 0
        self.worked_out = 0
        self.seconds = 0.0
        self.closed = False
        self.violations: dict[str, Violation] = {}
        self.applied: dict[str, int] = {}
        self._most_states = most_states
        self._most_seconds = most_seconds
        self._components = Components(everything if whole else facts)
        self._locally = Locally(scope, model, self._components)
        self._symmetry = Symmetry(self._components, scope.renamings)
        self._starts = {self._components.state(start.world): start for start in scope.starts(model.as_of)}
        self._came_from: dict[int, int | None] = {}
        self._asked = [
            _Asked(action, tuple(one for one in theorems if isinstance(action, one.about)), Node())
            for action in scope.actions
        ]

    @property
    def states(self) -> int:
        """How many states were found."""
        return len(self._came_from)

    @property
    def left_open(self) -> Mapping[str, int]:
        """How many cases of each kind of action the specification says nothing of: they are not gone on with."""
        return self._locally.left_open

    @property
    def rate(self) -> float:
        """Transitions a second, theorems and all."""
        return self.transitions / self.seconds if self.seconds else 0.0

    @property
    def memory(self) -> int:
        """The most memory that this process has used so far, in MiB."""
        import resource  # which not every system has; whoever wants the rest of the figures does not need it

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)

    def run(self) -> None:
        """Search until every state was looked at, a limit is reached, or a theorem was violated in a level."""
        self._began = time.process_time()
        try:
            self._search()
        finally:
            self.seconds = time.process_time() - self._began

    # --- the search ---------------------------------------------------------------------------------------------------

    def _search(self) -> None:
        level = list(dict.fromkeys(map(self._symmetry.canonical, self._starts)))
        self._came_from = dict.fromkeys(level)
        expand = self._expand_orbits if self.scope.renamings else self._expand
        while level and not self.violations:
            following: list[int] = []
            if not expand(level, following):
                return
            level = following
            self.level += 1
        self.closed = not level

    def _expand(self, level: list[int], following: list[int]) -> bool:
        """Find what follows the states of a level. False where a limit is reached."""
        came_from = self._came_from
        asked = [(one.root, one) for one in self._asked]
        for state in level:
            transitions = 0
            for root, one in asked:
                found = root.found.get(state & root.mask)
                while isinstance(found, Node):
                    found = found.found.get(state & found.mask)
                if found is None:
                    found = self._work_out(state, one)
                count, moves = found
                transitions += count
                for mask, flipped in moves:
                    new = (state | mask) ^ flipped
                    if new not in came_from:
                        came_from[new] = state
                        following.append(new)
            self.transitions += transitions
            if self._spent():
                return False
        return True

    def _expand_orbits(self, level: list[int], following: list[int]) -> bool:
        """The same, where one state stands for all that differ from it in names alone."""
        came_from, canonical = self._came_from, self._symmetry.canonical
        for state in level:
            reached: set[int] = set()
            for one in self._asked:
                count, moves = one.root.find(state) or self._work_out(state, one)
                self.transitions += count
                reached.update([(state | mask) ^ flipped for mask, flipped in moves])
            for new in map(canonical, reached):
                if new not in came_from:
                    came_from[new] = state
                    following.append(new)
            if self._spent():
                return False
        return True

    def _spent(self) -> bool:
        if self._most_states is not None and len(self._came_from) >= self._most_states:
            return True
        return self._most_seconds is not None and time.process_time() - self._began >= self._most_seconds

    def _work_out(self, state: int, one: _Asked) -> Leaf:
        """What an action does in this state, and in every other one that looks the same to it."""
        worked = self._locally.steps(state, one.action)
        for local in worked.steps:
            self._hold(one.theorems, local.step, state)
        self.worked_out += len(worked.steps)
        leaf = worked.leaf
        one.root.remember(state, worked.looked_at, leaf)
        return leaf

    # --- theorems and traces ------------------------------------------------------------------------------------------

    def _hold(self, theorems: tuple[Theorem, ...], step: Step, state: int) -> None:
        """Check the theorems on a step. The search meets shorter ways first, so the first violation is the shortest."""
        if step.outcome is NOTHING:
            theorems = (a_permitted_outcome_always_exists,)
        for theorem in theorems:
            says = theorem.says(step)
            if says:
                self.applied[theorem.name] = self.applied.get(theorem.name, 0) + 1
            if isinstance(says, str) and theorem.name not in self.violations:
                self.violations[theorem.name] = self._traced(theorem, state)

    def _traced(self, theorem: Theorem, state: int) -> Violation:
        """The way to a violation, step by step, in the names that it has on this way."""
        orbits = [state]
        while (before := self._came_from[orbits[-1]]) is not None:
            orbits.append(before)
        at = next(one for one in self._starts if self._symmetry.canonical(one) == orbits[-1])
        start, trace = self._starts[at], []
        for orbit in reversed(orbits[:-1]):
            taken, at = self._leading(at, orbit)
            trace.append(taken)
        last, how = self._violating(at, theorem)
        return Violation(theorem, how, start, (*trace, last))

    def _leading(self, at: int, orbit: int) -> tuple[Taken, int]:
        """The first of the steps that lead from a state to one of an orbit."""
        canonical = self._symmetry.canonical
        steps = [local for action in self.scope.actions for local in self._locally.steps(at, action).steps]
        found = [(one, new) for one in steps if canonical(new := at & ~one.mask | one.bits) == orbit]
        return Taken(found[0][0].step.action, found[0][0].step.outcome), found[0][1]

    def _violating(self, at: int, theorem: Theorem) -> tuple[Taken, str]:
        """The first of the steps from a state that violate a theorem."""
        about = [action for action in self.scope.actions if isinstance(action, theorem.about)]
        steps = [local.step for action in about for local in self._locally.steps(at, action).steps]
        found = [(step, says) for step in steps if isinstance(says := theorem.says(step), str)]
        return Taken(found[0][0].action, found[0][0].outcome), found[0][1]
