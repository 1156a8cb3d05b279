"""Where a result stands: which of its failures are new, known or tolerated, and the line that sums it up.

Every face asks here, so that the faces of one result cannot disagree.
"""

from __future__ import annotations

from typing import Literal

from sse_reports.result import VERDICTS, ClauseResult, Divergence, Level, Result
from sse_reports.verdicts import tally

__all__ = [
    "EXIT_MEANING",
    "STANDINGS",
    "VERDICT_WORDS",
    "Standing",
    "beyond_cover",
    "blamed",
    "by_class",
    "clause_standing",
    "explanation",
    "in_order",
    "known",
    "standing",
    "stops",
    "summary",
    "tried_beyond",
]

Standing = Literal["new", "tolerated", "known", "unconfirmed"]
"""`new` fails the run; `tolerated` is of a level below the one on which the run fails; `known` is in the ledger;
`unconfirmed` did not come again when its witness was replayed, so that it decides nothing."""

STANDINGS: tuple[Standing, ...] = ("new", "tolerated", "known", "unconfirmed")
"""The standings, gravest first: the order in which divergences are shown."""

EXIT_MEANING: dict[Literal[0, 1, 3], str] = {
    0: "nothing that the ledger does not know",
    1: "a divergence outside the ledger, a stale or expired ledger entry, or a required class unsupported",
    3: "target lost, or a clause of a requested class inconclusive",
}
"""What each exit status says, in words."""

VERDICT_WORDS = {verdict: verdict.replace("-", " ") for verdict in VERDICTS}
"""Each verdict as a reader wants to see it."""


def _by_level(result: Result, level: Level) -> Standing:
    return "new" if result.fail_on == "SHOULD" or level == "MUST" else "tolerated"


def standing(result: Result, divergence: Divergence) -> Standing:
    """How a divergence counts in this run."""
    if divergence.known is not None:
        return "known"
    # A choice that is not constant is a finding over many answers, which the replay of one witness cannot show.
    if not divergence.confirmed and divergence.signature.field != "choice":
        return "unconfirmed"
    return _by_level(result, divergence.level)


def in_order(result: Result) -> tuple[Divergence, ...]:
    """The divergences, gravest standing first; otherwise in the order of the result."""
    return tuple(sorted(result.divergences, key=lambda one: STANDINGS.index(standing(result, one))))


def blamed(result: Result, clause: str) -> tuple[Divergence, ...]:
    """The divergences of the cover whose signature blames this clause, gravest standing first."""
    return tuple(one for one in in_order(result) if one.signature.clause == clause and not one.beyond)


def clause_standing(result: Result, clause: ClauseResult) -> Standing:
    """How a failing clause counts: as the gravest of its divergences, or as its level says where none is listed."""
    found = blamed(result, clause.id)
    if found:
        return standing(result, found[0])
    return _by_level(result, clause.level)


def known(result: Result) -> frozenset[str]:
    """The ids of the failing clauses all of whose confirmed divergences are in the ledger."""
    failing = (one for one in result.clauses if one.verdict == "fail")
    return frozenset(one.id for one in failing if clause_standing(result, one) == "known")


def beyond_cover(result: Result) -> tuple[Divergence, ...]:
    """What random programs found beyond the cover, which alone decides verdicts; without what did not come again."""
    return tuple(one for one in in_order(result) if one.beyond and standing(result, one) != "unconfirmed")


def tried_beyond(result: Result) -> str:
    """What was tried beyond the cover, in words; empty where nothing was."""
    if result.beyond is None:
        return ""
    return f"beyond it {result.beyond.programs:,} random programs, {result.beyond.calls:,} calls, seed {result.seed}"


def by_class(result: Result) -> dict[str, tuple[ClauseResult, ...]]:
    """The clauses of each conformance class in reading order: the classes of the run first, then any others."""
    names = dict.fromkeys((*result.classes, *(one.clause_class for one in result.clauses)))
    groups = {name: tuple(one for one in result.clauses if one.clause_class == name) for name in names}
    return {name: group for name, group in groups.items() if group}


def stops(result: Result, clause: ClauseResult) -> bool:
    """Whether this clause is a reason of exit status 3. One that was lost to a divergence does not bring it about."""
    return result.exit_status == 3 and clause.verdict == "inconclusive" and clause.clause_class in result.classes


def explanation(result: Result) -> str:
    """Why the run ended with its exit status, as far as the result says; else what that status means."""
    if result.exit_status == 0:
        return EXIT_MEANING[0]
    unjudged = [one.id for one in result.clauses if stops(result, one)]
    new = sum(standing(result, one) == "new" for one in result.divergences)
    reasons = [
        f"{new} new {'divergence' if new == 1 else 'divergences'}" if new else "",
        f"stale in the ledger: {', '.join(result.ledger.stale)}" if result.ledger.stale else "",
        f"expired in the ledger: {', '.join(result.ledger.expired)}" if result.ledger.expired else "",
        f"inconclusive: {', '.join(unjudged)}" if unjudged else "",
        f"incomplete: {result.incomplete}" if result.incomplete else "",
    ]
    return "; ".join(filter(None, reasons)) or EXIT_MEANING[result.exit_status]


def summary(result: Result) -> str:
    """The result in one line. Target texts in it are as the target gave them."""
    counts = tally(result)
    failed = f"{counts['fail']} fail"
    if counts["fail"]:
        failed += f" ({len(known(result))} known)"
    parts = [f"{counts['pass']} pass", failed]
    if counts["unsupported"]:
        parts.append(f"{counts['unsupported']} unsupported")
    parts += [f"{counts['inconclusive']} inconclusive", f"{counts['not-exercised']} not exercised"]
    if extra := len(beyond_cover(result)):
        parts.append(f"{extra} beyond the cover")
    if stale := len(result.ledger.stale):
        parts.append(f"{stale} stale in the ledger")
    if expired := len(result.ledger.expired):
        parts.append(f"{expired} expired in the ledger")
    if result.incomplete:
        parts.append(f"incomplete: {result.incomplete}")
    target = f"{result.target.name} {result.target.version} as of {result.as_of}"
    return f"{target}: {', '.join(parts)} -> exit {result.exit_status}"
