"""Bugs of the past, once more: each is caught in the release that has it, and gone in the one that mended it.

    python reports/track_record.py [--package WHEEL] [--work DIRECTORY] [--render]

`track-record.toml` beside this file names the bugs. Each release gets an environment of its own, in which the suite
judges the clauses of its bugs. The exit status is 0 where every verdict turns from fail to pass, 1 where one does not,
and 2 where a release cannot be installed or judged. `--render` writes `track-record.md` from the table instead, and
installs nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table
from sse_reports.result import Result, Verdict, decode
from sse_spec.clauses import clauses

HERE = Path(__file__).resolve().parent
TABLE = HERE / "track-record.toml"
PAGE = HERE / "track-record.md"

RUN_SECONDS = 300
"""How long the suite may take on one release; it takes about ten seconds."""

INTRODUCTION = """\
# Track record

Encryption bugs of old releases that this suite catches. Each clause fails on the release that has the bug and passes on
the one that mended it, which `tox -e track-record` shows: it installs both, each in an environment of its own.

Rendered from [track-record.toml](track-record.toml) by `python reports/track_record.py --render`.

"""


class Bug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bug, the release that has it and the first that does not, the clause that tells, and where it is written of."""

    title: str
    target: str
    broken: str
    mended: str
    clause: str
    links: tuple[str, ...]


class Release(NamedTuple):
    """A release of a target."""

    target: str
    version: str


class InstallError(Exception):
    """A release could not be installed or judged. The message says which, and ends with what the command printed."""


def read(table: Path = TABLE) -> tuple[Bug, ...]:
    """The bugs, in the order of the table."""
    return msgspec.convert(tomllib.loads(table.read_text(encoding="utf-8"))["bug"], tuple[Bug, ...])


def wanted(bugs: Sequence[Bug]) -> dict[Release, list[str]]:
    """The clauses to be judged on each release, which is installed once however many bugs name it."""
    found: dict[Release, list[str]] = defaultdict(list)
    for bug in bugs:
        for version in (bug.broken, bug.mended):
            judged = found[Release(bug.target, version)]
            if bug.clause not in judged:
                judged.append(bug.clause)
    return dict(found)


def verdicts(result: Result, release: Release, asked: Collection[str]) -> dict[str, Verdict]:
    """The verdicts of the clauses asked for. Raises :class:`InstallError` where another release answered."""
    if (result.target.name, result.target.version) != release:
        raise InstallError(f"{' '.join(release)}: the answer is of {result.target.name} {result.target.version}")
    return {clause.id: clause.verdict for clause in result.clauses if clause.id in asked}


def turns(bug: Bug, seen: Mapping[Release, Mapping[str, Verdict]]) -> tuple[str, str, bool]:
    """The verdict on both releases, and whether it turned from fail to pass. A clause not judged turns nothing."""
    before, after = (
        seen[Release(bug.target, version)].get(bug.clause, "not-exercised") for version in (bug.broken, bug.mended)
    )
    return before, after, (before, after) == ("fail", "pass")


def render(bugs: Sequence[Bug]) -> str:
    """The page, in Markdown."""
    titles = clauses()
    rows = ["| bug | target | has it | has it no more | caught by | upstream |", "|---|---|---|---|---|---|"]
    for bug in bugs:
        links = ", ".join(f"[{_label(link)}]({link})" for link in bug.links)
        caught = f"{bug.clause}: {titles[bug.clause].title}"
        rows.append(f"| {bug.title} | {bug.target} | {bug.broken} | {bug.mended} | {caught} | {links} |")
    return INTRODUCTION + "\n".join(rows) + "\n"


def _label(link: str) -> str:
    owner, name, _, last = link.removeprefix("https://github.com/").split("/")[:4]
    number = link.rsplit("/", 1)[-1]
    return f"{owner}/{name}#{number}" if number.isdecimal() else f"{name} {number.split('#')[0] or last}"


def judge(release: Release, asked: Sequence[str], package: str, work: Path) -> dict[str, Verdict]:
    """Install a release beside the package, and run the suite on it."""
    home = work / "-".join(release)
    venv.create(home, with_pip=True, clear=True, symlinks=os.name != "nt")
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    requirement = "{}[s3,kms]=={}".format(*release)
    _output(release, [python, "-m", "pip", "install", "--quiet", "--no-input", package, requirement], (0,))
    only = [word for clause in asked for word in ("--only", clause)]
    run: list[str | Path] = [python, "-W", "ignore", "-m", "sse_conformance", "run", release.target, "--json", *only]
    return verdicts(decode(_output(release, [*run, "--ledger", "none"], (0, 1, 3))), release, asked)


def _told(release: Release, later: Future[dict[str, Verdict]], console: Console) -> dict[str, Verdict]:
    seen = later.result()
    said = ", ".join(f"{clause} {verdict}" for clause, verdict in sorted(seen.items()))
    console.print(f"{' '.join(release)}: {said}")
    return seen


def _output(release: Release, command: Sequence[str | Path], statuses: Collection[int]) -> bytes:
    # A PYTHONPATH of ours would put our own packages before those of the environment.
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    try:
        done = subprocess.run(command, capture_output=True, env=clean, timeout=RUN_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        raise InstallError(f"{' '.join(release)}: no end after {RUN_SECONDS} s") from late
    if done.returncode not in statuses:
        said = done.stderr.decode(errors="replace").strip()[-2000:]
        raise InstallError(f"{' '.join(release)}: exit status {done.returncode}: {said}")
    return done.stdout


def show(bugs: Sequence[Bug], seen: Mapping[Release, Mapping[str, Verdict]], console: Console) -> bool:
    """Print each bug with its two verdicts. Returns whether all of them turned."""
    table = Table("clause", "bug", "release", "verdict", "release", "verdict", "", title="Track record")
    turned = [turns(bug, seen) for bug in bugs]
    for bug, (before, after, right) in zip(bugs, turned, strict=True):
        first = f"{bug.target} {bug.broken}"
        table.add_row(bug.clause, bug.title, first, before, bug.mended, after, "turns" if right else "DOES NOT TURN")
    console.print(table)
    console.print(f"{sum(right for *_, right in turned)} of {len(turned)} verdicts turn")
    return all(right for *_, right in turned)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--package", default=os.environ.get("TOX_PACKAGE", str(HERE.parent)), help="what to install")
    parser.add_argument("--work", type=Path, help="where the environments go (default: a temporary directory)")
    parser.add_argument("--render", action="store_true", help=f"write {PAGE.name} from the table")
    options = parser.parse_args(arguments)
    bugs, console = read(), Console()
    if options.render:
        PAGE.write_text(render(bugs), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory(dir=options.work, prefix="track-record-") as work:
        asked = wanted(bugs)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            judged = {
                release: pool.submit(judge, release, asked[release], options.package, Path(work)) for release in asked
            }
            try:
                seen = {release: _told(release, later, console) for release, later in judged.items()}
            except InstallError as error:
                console.print(str(error), markup=False)
                pool.shutdown(cancel_futures=True)
                return 2
    return 0 if show(bugs, seen, console) else 1


if __name__ == "__main__":
    sys.exit(main())
