"""How verdicts merge, and how many of each a result holds."""

from __future__ import annotations

from sse_reports.result import VERDICTS, Result, Verdict

__all__ = ["merge", "tally"]


def merge(a: Verdict, b: Verdict) -> Verdict:
    """The verdict of one clause that was judged twice: the worse one, by the order of :data:`VERDICTS`.

    Associative, commutative, idempotent; `pass` is its neutral element.
    """
    return a if VERDICTS.index(a) <= VERDICTS.index(b) else b


def tally(result: Result) -> dict[Verdict, int]:
    """How many clauses have each verdict, worst first; every verdict is there, also with 0."""
    counts: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    for clause in result.clauses:
        counts[clause.verdict] += 1
    return counts
