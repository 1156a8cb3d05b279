"""A mutant as a target: it answers like an S3 with that one bug."""

from __future__ import annotations

from sse_spec.actions import Action
from sse_spec.model import Model, standard
from sse_spec.observations import Observation

from sse_conformance.mutants.mutant import Mutant
from sse_conformance.mutants.past import Past
from sse_conformance.reference import ReferenceSpace, ReferenceTarget

__all__ = ["MutantTarget"]


class MutantTarget(ReferenceTarget):
    """The reference target with one bug."""

    def __init__(self, mutant: Mutant, seed: int = 0) -> None:
        super().__init__(standard(mutant.as_of), seed, mutant.name)
        self._mutant = mutant
        self._broken = Model(mutant.as_of, mutant.rules)

    def space(self) -> ReferenceSpace:
        """A fresh space, in which nothing has happened yet."""
        return _MutantSpace(self._mutant, standard(self._mutant.as_of), self._broken, self._seed, next(self._spaces))


class _MutantSpace(ReferenceSpace):
    def __init__(self, mutant: Mutant, right: Model, broken: Model, seed: int, number: int) -> None:
        super().__init__(right, seed, number)
        self._when = mutant.when
        self._past = Past()
        self._right, self._broken = right, broken

    def perform(self, action: Action) -> Observation:
        """Answer as the broken rules say where the bug shows, else as the specification does."""
        shows = self._when is None or self._when(self._past, action)
        self._model = self._broken if shows else self._right
        seen = super().perform(action)
        if self._when is not None:
            self._past.add(action, self._world, refused=seen.refused)
        return seen
