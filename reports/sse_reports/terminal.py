"""The terminal face: what a person sees when a run ends, and what `summary.txt` keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sse_reports.prose import Line, describe, headline, times
from sse_reports.result import VERDICTS, ClauseResult, Divergence, Result, Verdict
from sse_reports.standing import (
    STANDINGS,
    VERDICT_WORDS,
    Standing,
    beyond_cover,
    by_class,
    clause_standing,
    in_order,
    standing,
    summary,
    tried_beyond,
)
from sse_reports.text import encodable, inert
from sse_reports.traffic import traffic

__all__ = ["render"]

_STYLES: dict[Verdict, str] = {
    "fail": "bold red",
    "inconclusive": "magenta",
    "unsupported": "yellow",
    "not-exercised": "cyan",
    "pass": "green",
}
_STANDING_STYLES: dict[Standing, str] = {
    "new": "bold red",
    "tolerated": "yellow",
    "known": "yellow",
    "unconfirmed": "magenta",
}
_LABEL_WIDTH = max(len(word) for word in (*VERDICT_WORDS.values(), "derived from"))


class _Pen:
    """Writes texts so that nothing in them acts and the console's encoding can take them."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding

    def __call__(self, text: str, style: str = "") -> Text:
        return Text(encodable(inert(text), self._encoding), style=style, overflow="fold")

    def rows(self, lines: Iterable[Line], *, style: str = "") -> Table:
        """Labels to the left, texts to the right, wrapped in a column of their own."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=_LABEL_WIDTH)
        grid.add_column(overflow="fold")
        for label, text in lines:
            grid.add_row(self(label, "dim"), self(text, style))
        return grid

    def heading(self, text: str) -> Text:
        return self(text, "bold underline")


def _counts(group: tuple[ClauseResult, ...]) -> str:
    found = [one.verdict for one in group]
    return ", ".join(
        f"{found.count(verdict)} {VERDICT_WORDS[verdict]}" for verdict in reversed(VERDICTS) if verdict in found
    )


def _clause_rows(result: Result, group: tuple[ClauseResult, ...], pen: _Pen) -> Table:
    """One row a clause that does not pass, worst first; the passes in one row. Equal reasons share a row."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=_LABEL_WIDTH)
    grid.add_column(overflow="fold")
    for verdict in VERDICTS:
        chosen = [one for one in group if one.verdict == verdict]
        label = pen(VERDICT_WORDS[verdict], _STYLES[verdict])
        if verdict == "fail":
            for one in chosen:
                state = clause_standing(result, one)
                body = pen(f"{one.id} ", "bold").append_text(pen(f"{one.level} {one.title}  "))
                grid.add_row(label, body.append_text(pen(f"[{state}]", _STANDING_STYLES[state])))
        elif verdict == "pass" and chosen:
            grid.add_row(label, pen(" ".join(one.id for one in chosen)))
        else:
            for reason in dict.fromkeys(one.reason for one in chosen):
                ids = " ".join(one.id for one in chosen if one.reason == reason)
                grid.add_row(label, pen(f"{ids}: {reason}" if reason else ids))
    return grid


def _divergence(
    result: Result, divergence: Divergence, pen: _Pen, *, beyond: bool, full: bool
) -> Iterator[RenderableType]:
    state = standing(result, divergence)
    title = pen(f"{divergence.signature.clause} ", "bold").append_text(pen(f"{divergence.level} ", "dim"))
    title.append_text(pen(f"[{state}{', beyond the cover' if beyond else ''}] ", _STANDING_STYLES[state]))
    yield title.append_text(pen(headline(divergence.signature)))
    brief = ("known", "see")
    lines = [(label, text) for label, text in describe(divergence) if full or label in brief]
    if lines:
        yield Padding(pen.rows(lines), (0, 0, 1 if full else 0, 2))


def _divergences(result: Result, pen: _Pen, *, verbose: bool) -> Iterator[RenderableType]:
    states = [standing(result, one) for one in result.divergences]
    counts = ", ".join(f"{states.count(state)} {state}" for state in STANDINGS if state in states)
    yield pen.heading(f"Divergences: {counts or 'none'}")
    beyond = beyond_cover(result)
    for one in in_order(result):
        full = verbose or standing(result, one) != "known"
        yield from _divergence(result, one, pen, beyond=one in beyond, full=full)


def _choices(result: Result, pen: _Pen) -> Iterator[RenderableType]:
    if result.choices:
        yield pen.heading("Choices, where the documents leave it open")
        yield pen.rows((one.clause, f"{one.action}: {one.taken} ({times(one.count)})") for one in result.choices)


def _losses(result: Result, pen: _Pen) -> Iterator[RenderableType]:
    if result.losses:
        yield pen.heading("Goals that could not be judged")
        yield pen.rows((f"{one.goals} lost", f"{', '.join(one.clauses)}: {one.reason}") for one in result.losses)


def _ledger(result: Result, pen: _Pen) -> Iterator[RenderableType]:
    ledger = result.ledger
    yield pen.heading(f"Ledger: {ledger.source}, {ledger.matched} matched")
    rows = [("stale", one) for one in ledger.stale] + [("expired", one) for one in ledger.expired]
    if rows:
        yield pen.rows(rows, style="bold red")


def _sections(result: Result, pen: _Pen, *, verbose: bool) -> Iterator[list[RenderableType]]:
    cover = result.cover
    yield [
        pen(f"{result.target.name} {result.target.version} as of {result.as_of}", "bold"),
        pen(
            f"s3-sse-conformance {result.suite_version}, classes {', '.join(result.classes)}, cover of {cover.size}: "
            f"{cover.reached} of {cover.goals} goals reached"
        ),
        *(pen(f"Note: {remark}", "yellow") for remark in result.target.remarks),
        *([pen(tried_beyond(result))] if result.beyond else []),
    ]
    for name, group in by_class(result).items():
        yield [pen.heading(f"{name}: {_counts(group)}"), _clause_rows(result, group, pen)]
    yield list(_divergences(result, pen, verbose=verbose))
    yield list(_choices(result, pen))
    yield list(_losses(result, pen))
    yield list(_ledger(result, pen))
    yield [pen(traffic(result), "dim")]


def render(result: Result, console: Console, *, verbose: bool = False) -> None:
    """Write the result to `console`; its last line is the result in one line, however narrow the console.

    Known divergences are given by signature and reason, the others with their witnesses; `verbose` gives all in full.
    """
    pen = _Pen(console.encoding)
    for section in _sections(result, pen, verbose=verbose):
        for part in section:
            console.print(part)
        if section:
            console.print()
    if result.incomplete:
        console.print(pen(f"The run ended before its plan did: {result.incomplete}", "bold red"))
    console.print(pen(summary(result), "bold" if result.exit_status == 0 else "bold red"), soft_wrap=True)
