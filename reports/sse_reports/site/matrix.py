"""The matrices of the site, row by row, ready to be put into a page.

Six thousand cells are too many for a template to look at one by one, so that a row of them is put together here. Only
words of ours and parts of addresses (:func:`sse_reports.site.names.slug`) go into it, and neither holds markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from sse_spec.clauses import CLASSES, Clause

from sse_reports import markup
from sse_reports.result import VERDICTS, Verdict
from sse_reports.site import names
from sse_reports.site.shelf import Run
from sse_reports.standing import VERDICT_WORDS

__all__ = ["Group", "Row", "history", "targets"]

_CELL: Mapping[Verdict | None, str] = {
    verdict: f'<td class={verdict[0]}><a href="{{}}">{VERDICT_WORDS[verdict]}</a></td>' for verdict in VERDICTS
}
"""A cell shows the first letter of its verdict where there is little room; which one it is stands there in full."""

_EMPTY = "<td class=o>\N{EN DASH}</td>"
"""The cell of a clause that a run says nothing of."""


class Row(NamedTuple):
    """A clause: its id, title and level, and its cells, one a run."""

    id: str
    title: str
    level: str
    address: str
    cells: Markup


class Group(NamedTuple):
    """The clauses of a conformance class, and its sums: cells, one a run, that say how many of the judged pass."""

    name: str
    sums: Markup
    rows: tuple[Row, ...]


def targets(runs: Sequence[Run], clauses: Mapping[str, Clause], up: str = "") -> tuple[Group, ...]:
    """Clauses against targets. A cell leads to what the page of the clause says of the target."""
    links = [f"{up}{{page}}#t-{names.slug(run.target)}" for run in runs]
    return _groups(runs, _rows(runs, clauses, links, up))


def history(runs: Sequence[Run], pages: frozenset[str], clauses: Mapping[str, Clause], up: str) -> tuple[Group, ...]:
    """Clauses against the runs of one target. A cell leads to the clause in the run's own page, if there is one (the
    folder is among `pages`), else to the page of the clause.
    """
    here = f"{up}{{page}}#t-{names.slug(runs[0].target)}" if runs else ""
    links = [f"{up}{run.folder}/index.html#{{anchor}}" if run.folder in pages else here for run in runs]
    return _groups(runs, _rows(runs, clauses, links, up))


def _groups(runs: Sequence[Run], rows: Iterable[tuple[str, Row]]) -> tuple[Group, ...]:
    """Rows, each with its class, by class: those of this edition first."""
    found: dict[str, list[Row]] = {name: [] for name in CLASSES}
    for name, row in rows:
        found.setdefault(name, []).append(row)
    return tuple(Group(name, _sums(runs, group), tuple(group)) for name, group in found.items() if group)


def _sums(runs: Sequence[Run], rows: Sequence[Row]) -> Markup:
    """What is not judged lowers no score: a sum is of the clauses that pass and of those that pass or fail."""
    cells = []
    for run in runs:
        verdicts = [run.verdict(row.id) for row in rows]
        passed, failed = verdicts.count("pass"), verdicts.count("fail")
        letter = "f" if failed else "p" if passed else "o"
        cells.append(f"<td class={letter}>{passed}/{passed + failed}</td>" if passed or failed else _EMPTY)
    return Markup("".join(cells))  # noqa: S704 -- numbers


def _rows(
    runs: Sequence[Run], clauses: Mapping[str, Clause], links: Sequence[str], up: str
) -> Iterator[tuple[str, Row]]:
    """The row of each clause that any of the runs has, in reading order; ids that no clause has come last."""
    known = {name: one for run in runs for name, one in run.clauses.items()}
    for name in [*(name for name in clauses if name in known), *(name for name in known if name not in clauses)]:
        one, page, anchor = known[name], names.clause(name), markup.anchor(name)
        cells = "".join(
            _EMPTY
            if (verdict := run.verdict(name)) is None
            else _CELL[verdict].format(link.format(page=page, anchor=anchor))
            for run, link in zip(runs, links, strict=True)
        )
        text = clauses.get(name)
        title = one.title if text is None else text.title
        yield one.clause_class, Row(name, title, one.level, up + page, Markup(cells))  # noqa: S704
