"""Rule coverage: which branches of the rules the cover reaches on the model itself. For who changes the rules.

python -m sse_conformance.rule_coverage --write spec/sse_spec/rule_coverage.toml

A branch is each way out of a line that forks, and each function without such a line; a fork inside an expression counts
with its line. A branch that is not reached is declared so where it stands, at the end of its line or above it:

    # not reached: only a wrong S3 stores an object so

The declaration is on the line that is not reached, or on the one that forks. Needs coverage.py.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import re
import sys
import tempfile
import tokenize
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import sse_spec
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY
from sse_spec.model import Model

from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.reference import ReferenceTarget

__all__ = ["Branch", "Module", "UncleanError", "declarations", "examine", "figures", "main", "measure"]

DAYS = (
    FIRST_DAY,
    dt.date(2022, 8, 1),
    dt.date(2023, 2, 1),
    dt.date(2023, 7, 1),
    dt.date(2025, 12, 1),
    dt.date(2026, 2, 1),
    EDITION,
)
"""A day of each era that the clauses know, and the one in which a change is known only to lie between two days."""

SEEDS = (0, 1)
"""Two ways through what the documents leave open."""

MEASURED = ("rules", "operations")
"""The packages of the specification whose branches count."""

_HEAD = """\
# Of the branches of each module, how many the cover reaches on the model itself, and how many are declared not to be
# reached. Made by python -m sse_conformance.rule_coverage --write spec/sse_spec/rule_coverage.toml

"""

_DECLARED = re.compile(r"#\s*not reached:\s*\S")
_NOT_CODE = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}


class UncleanError(Exception):
    """The suite found something on the model itself: what it reached says nothing before that is mended."""


class Branch(NamedTuple):
    """A branch: the line that forks and the one that comes next, negative out of the function.

    `to` is None for a function without forks, of which `line` is the first.
    """

    line: int
    to: int | None

    def __str__(self) -> str:
        if self.to is None:
            return f"{self.line}, never called"
        return f"{self.line}->{self.to if self.to > 0 else 'exit'}"


class Module(NamedTuple):
    """What was reached of one module. `stale` are the declarations of lines that are reached."""

    name: str
    branches: int
    declared: tuple[Branch, ...]
    missing: tuple[Branch, ...]
    stale: tuple[int, ...]

    @property
    def reached(self) -> int:
        """How many branches the cover reaches."""
        return self.branches - len(self.declared) - len(self.missing)


def declarations(source: str) -> frozenset[int]:
    """The lines that are declared not to be reached; a comment on a line of its own speaks of the code below it."""
    found: set[int] = set()
    code = pending = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line = token.start[0]
        if token.type not in _NOT_CODE:
            if pending:
                found.add(line)
            code, pending = line, 0
        elif token.type == tokenize.COMMENT and _DECLARED.match(token.string):
            if line == code:
                found.add(line)
            else:
                pending = line
    return frozenset(found)


def examine(name: str, source: str, measured: Mapping[str, Any]) -> Module:
    """A module, from what coverage.py's JSON report says of its file."""
    whole = [one for function, one in measured["functions"].items() if function and not one["summary"]["num_branches"]]
    uncalled = [Branch(one["missing_lines"][0], None) for one in whole if not one["executed_lines"]]
    lost = sorted([*(Branch(*ends) for ends in measured["missing_branches"]), *uncalled])
    lines = declarations(source)
    declared = tuple(branch for branch in lost if not lines.isdisjoint(branch))
    return Module(
        name,
        measured["summary"]["num_branches"] + len(whole),
        declared,
        tuple(branch for branch in lost if branch not in declared),
        tuple(sorted(lines - {end for branch in declared for end in branch})),
    )


def measure(days: Iterable[dt.date] = DAYS, seeds: Iterable[int] = SEEDS) -> tuple[Module, ...]:
    """Run the cover of every class on the model itself, and see what it reaches. Raises :class:`UncleanError`."""
    root = Path(sse_spec.__file__).parent
    watch = coverage.Coverage(
        data_file=None, config_file=False, branch=True, include=[str(root / package / "*.py") for package in MEASURED]
    )
    watch.set_option("report:exclude_lines", [])
    for day in days:
        _run(watch, day, tuple(seeds))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        watch.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    found = {Path(file).resolve().relative_to(root.resolve()): measured for file, measured in files.items()}
    return tuple(
        examine(file.with_suffix("").as_posix(), (root / file).read_text(encoding="utf-8"), measured)
        for file, measured in sorted(found.items())
        if file.stem != "__init__"
    )


def _run(watch: coverage.Coverage, day: dt.date, seeds: Iterable[int]) -> None:
    """The campaigns of a day. The planner asks the rules everything: it works on a model of its own, unwatched."""
    planned = plan(Model(day), CLASSES)
    model = Model(day)
    for seed in seeds:
        target = ReferenceTarget(model, seed)
        campaign = Campaign(model, target.open(), target.space())
        watch.start()
        try:
            campaign.run(planned)
        finally:
            watch.stop()
        if campaign.found or campaign.reached != len(planned.goals):
            raise UncleanError(f"the reference is not clean as of {day}, seed {seed}: see `s3-sse run reference`")


def figures(modules: Iterable[Module]) -> str:
    """The figures that `sse_spec.index` shows, as TOML."""
    lines = (
        f'"{one.name}" = {{ branches = {one.branches}, reached = {one.reached}, declared = {len(one.declared)} }}\n'
        for one in modules
    )
    return _HEAD + "".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print what the cover reaches; 1 if a branch is neither reached nor declared, or a declaration does not hold."""
    parser = argparse.ArgumentParser(prog="python -m sse_conformance.rule_coverage", description="Rule coverage.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures into this file, as TOML")
    chosen = parser.parse_args(arguments)
    try:
        modules = measure()
    except UncleanError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for one in modules:
        sys.stdout.write(f"{one.name}: {one.reached} of {one.branches} reached, {len(one.declared)} declared\n")
    wrong = [f"{one.name}.py:{branch}: not reached, not declared" for one in modules for branch in one.missing]
    wrong += [f"{one.name}.py:{line}: declared, but reached" for one in modules for line in one.stale]
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    if chosen.write is not None:
        chosen.write.write_text(figures(modules), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
