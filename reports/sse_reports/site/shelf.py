"""The results in a folder, in order: targets by name, their versions from old to new, days from early to late.

A result is a file `result.json` at any depth; `run.toml` beside it says how it was made. Of each result only what the
site shows is kept, for hundreds of them in full are more than a machine wants to hold.
"""

from __future__ import annotations

import gc
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from packaging.version import InvalidVersion, Version

from sse_reports import prose, reading, standing
from sse_reports.result import Choice, ClauseResult, Result, RunInfo, Verdict
from sse_reports.site import names, record
from sse_reports.verdicts import tally

__all__ = ["RESULT", "Finding", "Run", "Shelf", "SiteError", "folder", "read", "reduce"]

RESULT = "result.json"
"""Name of the file of a result."""

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")

_T = TypeVar("_T")


class SiteError(Exception):
    """The results cannot be made into a site. The message is one line: the file, and what is wrong with it."""


class Finding(NamedTuple):
    """A divergence in short: its id, the clause that it breaks, what it is in words, how it counts in its run, and what
    the ledger says of it.
    """

    id: str
    clause: str
    words: str
    standing: standing.Standing
    known: str | None
    link: str | None
    beyond: bool


class Run(NamedTuple):
    """A run in short. `home` is its folder; `clauses` are its verdicts by id, `record` how it was made, if known."""

    home: Path
    target: str
    version: str
    as_of: str
    suite: str
    classes: tuple[str, ...]
    only: tuple[str, ...]
    clauses: Mapping[str, ClauseResult]
    findings: tuple[Finding, ...]
    choices: tuple[Choice, ...]
    counts: Mapping[Verdict, int]
    summary: str
    incomplete: str
    info: RunInfo
    record: record.Record | None

    @property
    def folder(self) -> str:
        """Where its pages lie."""
        return f"runs/{names.folder(self.target, self.version, self.as_of)}"

    def verdict(self, clause: str) -> Verdict | None:
        """The verdict of a clause; None where the run has none."""
        found = self.clauses.get(clause)
        return None if found is None else found.verdict

    def result(self) -> Result:
        """The whole result, read once more. Raises :class:`SiteError`."""
        return _decoded(self.home / RESULT)


class Shelf(NamedTuple):
    """The runs of a folder, in order, and the targets that were not run."""

    runs: tuple[Run, ...]
    not_run: tuple[record.NotRun, ...] = ()

    @property
    def as_of(self) -> str:
        """The newest day as of which anything was judged; empty where nothing was."""
        return max((run.as_of for run in self.runs), default="")

    def histories(self) -> dict[str, tuple[Run, ...]]:
        """The runs of each target."""
        return {name: tuple(group) for name, group in groupby(self.runs, key=lambda run: run.target)}

    def newest(self, as_of: str = "") -> tuple[Run, ...]:
        """The newest version of each target that was judged as of a day, the newest of all unless it is given."""
        found = (_last(history, as_of or self.as_of) for history in self.histories().values())
        return tuple(run for run in found if run is not None)

    def latest(self) -> tuple[Run, ...]:
        """The newest version of each target as of each day on which it was judged."""
        return tuple(
            run
            for history in self.histories().values()
            for day in sorted({one.as_of for one in history})
            if (run := _last(history, day)) is not None
        )

    def superseded(self) -> tuple[Run, ...]:
        """Every run that is not the newest of its target."""
        kept = {id(run) for run in self.newest()}
        return tuple(run for run in self.runs if id(run) not in kept)


def _last(history: tuple[Run, ...], day: str) -> Run | None:
    return next((run for run in reversed(history) if run.as_of == day), None)


def folder(result: Result) -> str:
    """Where a result is published, below the folder of all."""
    return names.folder(result.target.name, result.target.version, result.as_of)


def reduce(result: Result, home: Path, made: record.Record | None = None) -> Run:
    """A result in short."""
    findings = (
        Finding(
            one.id,
            one.signature.clause,
            prose.headline(one.signature),
            standing.standing(result, one),
            one.known,
            one.link,
            one.beyond,
        )
        for one in standing.in_order(result)
    )
    return Run(
        home,
        result.target.name,
        result.target.version,
        result.as_of,
        result.suite_version,
        result.classes,
        result.only,
        {one.id: one for one in result.clauses},
        tuple(findings),
        result.choices,
        tally(result),
        standing.summary(result),
        result.incomplete,
        result.run,
        made,
    )


def read(directory: Path) -> Shelf:
    """Every result in the folder. Raises :class:`SiteError`: for no result at all that is raised by who needs one."""
    if not directory.is_dir():
        raise SiteError(f"{directory}: no such folder")
    with _no_collection():
        runs = [_read(path) for path in sorted(directory.rglob(RESULT))]
    runs.sort(key=lambda run: (run.target.casefold(), run.target, _age(run.version), run.version, run.as_of))
    for one, other in pairwise(runs):
        if (one.target, one.version, one.as_of) == (other.target, other.version, other.as_of):
            raise SiteError(
                f"{one.home / RESULT} and {other.home / RESULT}: both are {one.target} {one.version} as of {one.as_of}"
            )
    not_run = _optional(directory / record.NOT_RUN, record.read_not_run)
    return Shelf(tuple(runs), not_run or ())


def _read(path: Path) -> Run:
    return reduce(_decoded(path), path.parent, _optional(path.parent / record.FILE, record.read))


def _decoded(path: Path) -> Result:
    try:
        return reading.read(path)
    except reading.ResultError as error:
        raise SiteError(str(error)) from None


def _optional(path: Path, meaning: Callable[[str], _T]) -> _T | None:
    """What a file says, if there is one. Raises :class:`SiteError` where it cannot be read."""
    if not path.is_file():
        return None
    try:
        return meaning(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: {' '.join(str(error).split())}") from None


def _age(version: str) -> tuple[int, Version]:
    """What orders versions from old to new; what is no version at all comes first."""
    found = _NUMBERS.search(version)
    for text in (version, found[0] if found else ""):
        try:
            return 1, Version(text)
        except InvalidVersion:
            continue
    return 0, Version("0")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of values that live are made here, and no cycle: looking for garbage among them only costs time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
