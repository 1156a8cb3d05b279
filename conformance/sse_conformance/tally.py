"""What a run has counted: how often, and in how many situations, each clause was put to the test."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from sse_spec.actions import Action, kind
from sse_spec.model import Case
from sse_spec.outcomes import Outcome
from sse_spec.situation import Situation

__all__ = ["Tally"]


class Tally:
    """Counters of a run. Everything in it is bounded by the number of situations, not by the length of a trace."""

    def __init__(self) -> None:
        self.exercised: Counter[tuple[Case, Outcome, frozenset[str]]] = Counter()
        self.choices: Counter[tuple[str, str, str]] = Counter()
        self.constant: dict[tuple[str, Situation], str] = {}
        self.unsupported: dict[str, str] = {}
        self._extra: Counter[tuple[str, Case]] = Counter()

    def count(self, proven: Iterable[str], case: Case) -> None:
        """Count clauses that were proved in a case by an answer that several readings of the world explain."""
        for clause in proven:
            self._extra[clause, case] += 1

    def refuse_support(self, action: Action, answer: str) -> None:
        """Note that the target said that it does not offer an operation."""
        self.unsupported.setdefault(kind(action), answer)

    def by_clause(self) -> dict[str, tuple[int, int]]:
        """For each clause how many answers could have shown a breach and did not, and in how many situations."""
        counts: Counter[str] = Counter()
        contexts: defaultdict[str, set[Situation]] = defaultdict(set)
        for (case, outcome, missed), times in self.exercised.items():
            for clause in case.exercised(outcome, missed):
                counts[clause] += times
                contexts[clause].add(case.situation)
        for (clause, case), times in self._extra.items():
            counts[clause] += times
            contexts[clause].add(case.situation)
        return {clause: (times, len(contexts[clause])) for clause, times in sorted(counts.items())}
