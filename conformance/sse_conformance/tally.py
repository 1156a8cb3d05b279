"""What a run has counted: how often, and in how many situations, each clause was put to the test."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from sse_spec.actions import Action, kind
from sse_spec.model import Case
from sse_spec.outcomes import Outcome
from sse_spec.situation import Situation

__all__ = ["Proof", "Tally"]


class Proof(NamedTuple):
    """What an answer proves in a case: by the outcome that it has, but for the fields missed, or these very clauses."""

    case: Case
    by: tuple[Outcome, frozenset[str]] | None
    clauses: frozenset[str]

    @property
    def proven(self) -> frozenset[str]:
        """The clauses."""
        return self.clauses if self.by is None else self.case.exercised(*self.by)


class Tally:
    """Counters of a run. Everything in it is bounded by the number of situations, not by the length of a trace."""

    def __init__(self) -> None:
        self.choices: Counter[tuple[str, str, str]] = Counter()
        self.constant: dict[tuple[str, Situation], str] = {}
        self.unsupported: dict[str, str] = {}
        self._proofs: Counter[Proof] = Counter()

    def add(self, proof: Proof | None) -> None:
        """Count what an answer proves, if it proves anything."""
        if proof is not None:
            self._proofs[proof] += 1

    def refuse_support(self, action: Action, answer: str) -> None:
        """Note that the target said that it does not offer an operation."""
        self.unsupported.setdefault(kind(action), answer)

    def counts(self) -> dict[str, int]:
        """For each clause how many answers could have shown a breach and did not."""
        counts: Counter[str] = Counter()
        for proof, times in self._proofs.items():
            for clause in proof.proven:
                counts[clause] += times
        return dict(sorted(counts.items()))

    def contexts(self) -> dict[str, frozenset[Situation]]:
        """For each clause the situations in which an answer could have shown a breach and did not."""
        contexts: defaultdict[str, set[Situation]] = defaultdict(set)
        for proof in self._proofs:
            for clause in proof.proven:
                contexts[clause].add(proof.case.situation)
        return {clause: frozenset(situations) for clause, situations in sorted(contexts.items())}

    def by_clause(self) -> dict[str, tuple[int, int]]:
        """For each clause how many answers could have shown a breach and did not, and in how many situations."""
        contexts = self.contexts()
        return {clause: (times, len(contexts[clause])) for clause, times in self.counts().items()}
