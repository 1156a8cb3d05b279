"""A site as a directory of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sse_spec.clauses import Clause
from sse_spec.clauses import clauses as edition

from sse_reports import html
from sse_reports.site import pages
from sse_reports.site.shelf import RESULT, Run, SiteError, read

__all__ = ["Built", "build"]


class Built(NamedTuple):
    """What was built: how many pages, of how many runs of how many targets, and the runs that have a page."""

    pages: int
    runs: int
    targets: int
    with_page: int


def build(source: Path, out: Path, *, every_run: bool = False, clauses: Mapping[str, Clause] | None = None) -> Built:
    """Make the site of the results in the folder `source`, in the folder `out`, which is made if need be.

    A page of its own has the newest run of each target as of each day, and every run where `every_run` says so: such a
    page takes longer to make than everything else that a run adds to the site. Files of an earlier site are replaced;
    what else is in `out` stays. `clauses` are the texts of the clauses by id, None for those of this edition. Raises
    :class:`SiteError` where there is no result, or one that cannot be read, or where `out` lies in `source`, whose next
    site would take this one's copies for results; and OSError, naming the file, where a file cannot be written.
    """
    shelf = read(source)
    if not shelf.runs:
        raise SiteError(f"{source}: there is no {RESULT} in it, at any depth")
    if out.resolve().is_relative_to(source.resolve()):
        raise SiteError(f"{out}: the site cannot go into the folder of the results, {source}")
    shown = shelf.runs if every_run else shelf.latest()
    texts = edition() if clauses is None else clauses
    count = 0
    for address, text in pages.pages(pages.Site(shelf, texts, frozenset(run.folder for run in shown))):
        _write(out / address, text.encode("utf-8"))
        count += 1
    for run in shown:
        _write_run(run, out / run.folder, texts)
    return Built(count + len(shown), len(shelf.runs), len(shelf.histories()), len(shown))


def _write_run(run: Run, home: Path, clauses: Mapping[str, Clause]) -> None:
    _write(home / "index.html", html.render(run.result(), clauses).encode("utf-8"))
    try:
        document = (run.home / RESULT).read_bytes()
    except OSError as error:
        raise SiteError(f"{run.home / RESULT}: {error.strerror or error}") from None
    _write(home / RESULT, document)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(error.filename or path)) from error
