"""From what was counted and found to a verdict for each clause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sse_reports.result import ClauseResult, Loss, Signature, Verdict
from sse_spec.clauses import Clause, clauses

from sse_conformance.harvest import Harvest

__all__ = ["clause_results", "losses", "unexcused"]


UNCONFIRMED = "a divergence was seen once and did not come again when it was replayed"
"""Why a clause is inconclusive of which every divergence was a single one."""


def clause_results(
    harvest: Harvest,
    in_force: Collection[str],
    classes: Collection[str],
    breaches: Mapping[str, int],
    unsure: Collection[str],
) -> tuple[ClauseResult, ...]:
    """The verdict of every clause of the classes that is in force, in reading order.

    `breaches` counts the divergent answers that each clause is blamed for, `unsure` holds the clauses whose divergences
    did not come again when they were replayed.
    """
    counts = harvest.by_clause()
    found = []
    for clause in clauses().values():
        if clause.id not in in_force or clause.clause_class not in classes:
            continue
        exercised, contexts = counts.get(clause.id, (0, 0))
        failed = breaches.get(clause.id, 0)
        verdict, reason = _verdict(harvest, clause, exercised, failed, clause.id in unsure)
        found.append(
            ClauseResult(
                clause.id,
                clause.chapter,
                clause.title,
                clause.level,
                clause.clause_class,
                verdict,
                exercised + failed,
                contexts,
                failed,
                reason,
            )
        )
    return tuple(found)


def _verdict(harvest: Harvest, clause: Clause, exercised: int, failed: int, unsure: bool) -> tuple[Verdict, str]:
    if failed:
        return "fail", ""
    if unsure:
        return "inconclusive", UNCONFIRMED
    if exercised:
        return "pass", ""
    return _unjudged(harvest, clause.id)


def _unjudged(harvest: Harvest, clause: str) -> tuple[Verdict, str]:
    """Why a clause was not put to the test, the reason that says most first."""
    told: tuple[tuple[Verdict, Iterable[tuple[frozenset[str], str]]], ...] = (
        ("unsupported", harvest.unsupported.items()),
        ("inconclusive", ((lost.clauses, lost.reason) for lost in harvest.lost)),
    )
    for verdict, reasons in told:
        for needed, reason in reasons:
            if clause in needed:
                return verdict, reason
    if harvest.incomplete:
        return "inconclusive", f"the run ended before it was exercised: {harvest.incomplete}"
    if clause in harvest.masked:
        return "inconclusive", f"lost to {_words(harvest.masked[clause])}"
    absent = (reason for needed, reason in harvest.absent.items() if clause in needed)
    return "not-exercised", next(absent, "no planned call puts it to the test")


def _words(signature: Signature) -> str:
    return f"{signature.clause}: {signature.field} of {signature.action}"


def losses(harvest: Harvest, results: Collection[ClauseResult]) -> tuple[Loss, ...]:
    """The goals that could not be judged, and the clauses that are without verdict for it."""
    listed = {result.id for result in results}
    found = [Loss(tuple(sorted(lost.clauses & listed)), lost.reason, goals) for lost, goals in harvest.lost.items()]
    masked = [
        Loss((result.id,), result.reason, 1)
        for result in results
        if result.verdict == "inconclusive" and result.id in harvest.masked
    ]
    return tuple(sorted((*found, *masked), key=lambda loss: (loss.reason, loss.clauses)))


def unexcused(harvest: Harvest, results: Collection[ClauseResult], doubtful: Collection[Signature]) -> tuple[str, ...]:
    """The clauses whose verdict is inconclusive, other than for a divergence that is reported by itself.

    What did not come again when it was replayed and is in no ledger, `doubtful`, is no such divergence: it excuses
    nothing.
    """
    excused = {clause for clause, signature in harvest.masked.items() if signature not in doubtful}
    for lost in harvest.lost:
        if lost.signature is not None and lost.signature not in doubtful:
            excused |= lost.clauses
    excused -= {signature.clause for signature in doubtful}
    return tuple(
        result.id
        for result in results
        if result.verdict == "inconclusive" and (harvest.incomplete or result.id not in excused)
    )
