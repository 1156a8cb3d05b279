"""The pages of the site, each as text: what they are, and what is put into their templates."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup
from sse_spec.clauses import CHAPTERS, CLASSES, EDITION, Clause, read_chapter

from sse_reports import markup
from sse_reports.result import VERDICTS
from sse_reports.site import matrix, names, story
from sse_reports.site.shelf import Finding, Run, Shelf
from sse_reports.standing import VERDICT_WORDS

__all__ = ["Page", "Site", "pages"]

Page = tuple[str, str]
"""The address of a page relative to the root of the site, and its text."""

FEW = 9
"""With so many columns there is room for a verdict in full, and for names that are not turned on their side."""

WORDS = {
    "pass": "an answer could have shown a breach, and none did",
    "fail": "an answer that no permitted outcome explains",
    "unsupported": "the target does not offer the operation, and said so",
    "inconclusive": "a fault of transport, time or set-up kept it from being judged, or an earlier divergence did",
    "not-exercised": "nothing was asked that could have shown a breach",
}
"""What each verdict says."""


class Site(NamedTuple):
    """What the pages are made of: the runs, the clauses by id, and the folders of the runs that have a page."""

    shelf: Shelf
    clauses: Mapping[str, Clause]
    with_page: frozenset[str]


class Document(NamedTuple):
    """A document on which clauses rest: its name and address, and the clauses in reading order."""

    name: str
    url: str
    clauses: tuple[str, ...]


def pages(site: Site) -> Iterator[Page]:
    """Every page but those of the runs."""
    yield from _matrices(site)
    yield from _targets(site)
    yield from _clauses(site)
    yield from _specification(site)
    yield "how.html", _rendered(site, "how.html.j2", "")


def _matrices(site: Site) -> Iterator[Page]:
    days = sorted({run.as_of for run in site.shelf.runs}, reverse=True)
    for day in days:
        runs = site.shelf.newest(day)
        newest = day == site.shelf.as_of
        address, up = ("index.html", "") if newest else (f"as-of/{names.slug(day)}.html", "../")
        links = [(one, "index.html" if one == site.shelf.as_of else f"as-of/{names.slug(one)}.html") for one in days]
        groups = matrix.targets(runs, site.clauses, up)
        yield (
            address,
            _rendered(site, "matrix.html.j2", up, runs=runs, groups=groups, day=day, days=links, newest=newest),
        )


def _targets(site: Site) -> Iterator[Page]:
    histories = site.shelf.histories()
    yield "targets/index.html", _rendered(site, "targets.html.j2", "../", histories=histories)
    for name, history in histories.items():
        days = story.by_day(history)
        columns = tuple(run for runs in days.values() for run in reversed(runs))
        yield (
            names.target(name),
            _rendered(
                site,
                "target.html.j2",
                "../",
                name=name,
                columns=columns,
                labels=[f"{run.version} as of {run.as_of}" for run in columns],
                groups=matrix.history(columns, site.with_page, site.clauses, "../"),
                days=days,
                changes={day: story.changes(runs) for day, runs in days.items()},
            ),
        )


def _clauses(site: Site) -> Iterator[Page]:
    found = {name for run in site.shelf.runs for name in run.clauses}
    listed = [*site.clauses, *sorted(found - site.clauses.keys())]
    histories = {name: story.by_day(history) for name, history in site.shelf.histories().items()}
    breaches = {run.folder: _by_clause(run.findings) for run in site.shelf.latest()}
    for at, name in enumerate(listed):
        fares = [
            (target, day, runs[-1], story.stretches(runs, name), breaches[runs[-1].folder].get(name, ()))
            for target, days in histories.items()
            for day, runs in days.items()
            if any(name in run.clauses for run in runs)
        ]
        yield (
            names.clause(name),
            _rendered(
                site,
                "clause.html.j2",
                "../",
                name=name,
                clause=site.clauses.get(name),
                title=_title(site, name),
                fares=fares,
                before=listed[at - 1] if at else None,
                after=listed[at + 1] if at + 1 < len(listed) else None,
            ),
        )


def _by_clause(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.clause, []).append(one)
    return found


def _title(site: Site, name: str) -> str:
    if name in site.clauses:
        return site.clauses[name].title
    return next(run.clauses[name].title for run in site.shelf.runs if name in run.clauses)


def _specification(site: Site) -> Iterator[Page]:
    chapters = [
        (name, title, tuple(one for one in site.clauses.values() if one.chapter == name))
        for name, title in _chapter_titles().items()
    ]
    chapters = [one for one in chapters if one[2]]
    groups = {name: [one for one in site.clauses.values() if one.clause_class == name] for name in CLASSES}
    yield (
        "spec/index.html",
        _rendered(site, "spec.html.j2", "../", chapters=chapters, classes=groups, edition=EDITION.isoformat()),
    )
    for at, (name, title, clauses) in enumerate(chapters):
        before, after = (chapters[i] if 0 <= i < len(chapters) else None for i in (at - 1, at + 1))
        yield (
            names.chapter(name),
            _rendered(
                site, "chapter.html.j2", "../", chapter=name, title=title, clauses=clauses, before=before, after=after
            ),
        )
    documents = _documents(site.clauses.values())
    yield "spec/documents.html", _rendered(site, "documents.html.j2", "../", documents=documents)


@functools.cache
def _chapter_titles() -> Mapping[str, str]:
    """The chapters of this edition by name, in reading order."""
    home = resources.files("sse_spec.clauses")
    return {
        name: read_chapter(home.joinpath(f"{name}.toml").read_text(encoding="utf-8"), name).title for name in CHAPTERS
    }


def _documents(clauses: Iterable[Clause]) -> tuple[Document, ...]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in clauses:
        for source in one.sources:
            found.setdefault((source.document, source.url), {})[one.id] = None
    return tuple(Document(name, url, tuple(cited)) for (name, url), cited in sorted(found.items()))


def sources(clause: Clause) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """What a clause rests on: each document, its address, and the sections of it."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in clause.sources:
        found.setdefault((one.document, one.url), {})[one.section] = None
    return tuple((name, url, tuple(filter(None, sections))) for (name, url), sections in found.items())


def again(run: Run, clause: str = "") -> str:
    """The lines for a shell that make a run again, or judge one of its clauses."""
    lines: Sequence[str]
    if run.record is None:
        lines = (f"s3-sse run {run.target} --as-of {run.as_of} --out report",)
    else:
        lines = (*run.record.install, run.record.command)
    return "\n".join(lines) + (f" --only {clause}" if clause else "")


def _shipped(name: str) -> str:
    return resources.files("sse_reports.site").joinpath("templates", name).read_text(encoding="utf-8")


@functools.cache
def _acting() -> dict[str, Markup]:
    """What acts in the pages: one style for all, and a script with the matrix and one without."""
    style, base, grid = _shipped("site.css"), _shipped("theme.js"), _shipped("matrix.js")
    return {
        "style": Markup(style),  # noqa: S704 -- our own files
        "theme": Markup(base),  # noqa: S704
        "grid": Markup(base + grid),  # noqa: S704
        "policy": Markup(markup.policy(style=style, script=base)),  # noqa: S704
        "grid_policy": Markup(markup.policy(style=style, script=base + grid)),  # noqa: S704
    }


@functools.cache
def _environment() -> jinja2.Environment:
    environment = markup.environment("sse_reports.site", slug=names.slug, sources=sources)
    environment.globals |= {
        "acting": _acting(),
        "again": again,
        "chapter_page": names.chapter,
        "clause_page": names.clause,
        "target_page": names.target,
        "verdicts": tuple(reversed(VERDICTS)),
        "verdict_words": VERDICT_WORDS,
        "meanings": WORDS,
        "few": FEW,
        "chapter_titles": _chapter_titles(),
    }
    return environment


def _rendered(site: Site, template: str, up: str, **values: Any) -> str:
    return _environment().get_template(template).render(site=site, shelf=site.shelf, up=up, **values)
