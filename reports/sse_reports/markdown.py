"""The Markdown face of a result, for the summary of a CI job or a wiki. What a target said does not act in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sse_reports import markdown_text as md
from sse_reports.prose import describe, headline, times
from sse_reports.result import VERDICTS, ClauseResult, Divergence, Result
from sse_reports.standing import (
    STANDINGS,
    VERDICT_WORDS,
    beyond_cover,
    by_class,
    clause_standing,
    explanation,
    in_order,
    standing,
    summary,
    tried_beyond,
)
from sse_reports.text import inert

__all__ = ["render"]

LABEL_WIDTH = 12
"""Width of the labels of a divergence, in characters."""


def render(result: Result) -> str:
    """The result as GitHub-flavoured Markdown: what is new in full, what is known or tolerated in one line each."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    yield f"# S3 default bucket encryption: {md.words(f'{result.target.name} {result.target.version}')}"
    yield ""
    yield md.code(summary(result))
    yield ""
    yield f"As of {md.words(result.as_of)}, by s3-sse-conformance {md.words(result.suite_version)}. " + _extent(result)
    for remark in result.target.remarks:
        yield ""
        yield md.words(remark)
    if result.exit_status:
        yield ""
        yield f"Exit status {result.exit_status}: {md.words(explanation(result))}"
    yield ""
    yield from _table(result)
    yield from _failing(result)
    yield from _divergences(result)
    yield from _choices(result)
    yield from _not_judged(result)
    yield from _ledger(result)


def _extent(result: Result) -> str:
    cover = result.cover
    told = f"{cover.reached} of {cover.goals} goals of the cover were reached"
    if result.beyond is not None:
        told += f", {md.words(tried_beyond(result))}"
    return f"{told}." + (f" Only {md.words(', '.join(result.only))} were asked for." if result.only else "")


def _table(result: Result) -> Iterator[str]:
    verdicts = tuple(reversed(VERDICTS))
    yield f"| class | {' | '.join(VERDICT_WORDS[one] for one in verdicts)} |"
    yield "|---|" + "--:|" * len(verdicts)
    for name, group in by_class(result).items():
        found = [one.verdict for one in group]
        yield f"| {md.cell(name)} | {' | '.join(str(found.count(one)) for one in verdicts)} |"


def _failing(result: Result) -> Iterator[str]:
    failing = [one for one in result.clauses if one.verdict == "fail"]
    yield from _heading(f"Failing clauses: {len(failing)}" if failing else "")
    for one in sorted(failing, key=lambda one: STANDINGS.index(clause_standing(result, one))):
        yield f"- **{md.words(one.id)}** {one.level} {md.words(one.title)} \\[{clause_standing(result, one)}\\]"


def _divergences(result: Result) -> Iterator[str]:
    extra = beyond_cover(result)
    several = in_order(result)
    new = [one for one in several if standing(result, one) == "new"]
    for one in new:
        yield from _heading(f"{md.words(one.signature.clause)} {one.level}: {md.words(headline(one.signature))}")
        if one in extra:
            yield from ("It was found by random programs, beyond the cover.", "")
        lines = (inert(f"{label:<{LABEL_WIDTH}} {text}") for label, text in describe(one))
        yield md.fence("\n".join(lines)).rstrip("\n")
    others = [one for one in several if standing(result, one) != "new"]
    yield from _heading(f"Divergences that do not fail the run: {len(others)}" if others else "")
    for one in others:
        yield f"- {md.code(one.id)} \\[{standing(result, one)}\\] {_known(one)}"


def _known(one: Divergence) -> str:
    told = f"{md.words(one.signature.clause)}: {md.code(headline(one.signature))}"
    if one.known is not None:
        told += f" — {md.words(one.known)}"
    return told + (f" ({md.link(one.link, one.link)})" if one.link else "")


def _choices(result: Result) -> Iterator[str]:
    yield from _heading("Choices, where the documents leave it open" if result.choices else "")
    for one in result.choices:
        yield f"- {md.words(one.clause)} {md.words(one.action)}: {md.words(one.taken)} ({times(one.count)})"


def _not_judged(result: Result) -> Iterator[str]:
    unjudged = [one for one in result.clauses if one.verdict not in ("pass", "fail")]
    yield from _heading(f"Not judged: {len(unjudged)}" if unjudged else "")
    for verdict in VERDICTS:
        chosen = [one for one in unjudged if one.verdict == verdict]
        for reason in dict.fromkeys(one.reason for one in chosen):
            yield _unjudged(VERDICT_WORDS[verdict], reason, [one for one in chosen if one.reason == reason])


def _unjudged(verdict: str, reason: str, clauses: Sequence[ClauseResult]) -> str:
    told = f"- {verdict}: {md.words(' '.join(one.id for one in clauses))}"
    return f"{told}: {md.words(reason)}" if reason else told


def _ledger(result: Result) -> Iterator[str]:
    ledger = result.ledger
    yield from _heading("Ledger")
    counts = f"{ledger.matched} matched, {len(ledger.stale)} stale, {len(ledger.expired)} expired"
    yield f"{md.words(ledger.source)}: {counts}"
    told = [f"- stale: {md.code(one)}" for one in ledger.stale] + [
        f"- expired: {md.code(one)}" for one in ledger.expired
    ]
    if told:
        yield from ("", *told)


def _heading(title: str) -> Iterator[str]:
    if title:
        yield from ("", f"## {title}", "")
