"""The suite under pytest: `pytest --pyargs sse_conformance --sse-target moto` shows one item a clause.

A thin front over the engine: it runs once, when the first item does, and the items report. This module is loaded in
every pytest session of an environment that has the suite, so it imports nothing heavy by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sse_reports.result import ClauseResult, Result

    from sse_conformance.engine import Options

__all__ = ["ClauseItem", "Suite"]

HERE = Path(__file__).parent
SUITE = "suite.py"
"""The file of this package whose collection gives the items."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run, those of `s3-sse run` that make sense here."""
    group = parser.getgroup("s3-sse", "conformance of an S3 implementation")
    group.addoption("--sse-target", metavar="NAME", help="the target to judge; without it there are no items")
    group.addoption("--sse-as-of", metavar="DATE", help="the day whose documents are in force")
    group.addoption("--sse-class", metavar="CLASS", action="append", help="judge this class only (repeatable)")
    group.addoption("--sse-cover", metavar="SIZE", default="goals", help="clauses, goals or leaves")
    group.addoption("--sse-ledger", metavar="FILE|none", help="the known divergences (default: those shipped)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the clauses in the place of this package's suite."""
    if file_path != HERE / SUITE or parent.config.getoption("--sse-target") is None:
        return None
    return Suite.from_parent(parent, path=file_path)


def pytest_configure(config: pytest.Config) -> None:
    """Wrong words end the session with one line, before anything is collected."""
    if config.getoption("--sse-target") is not None:
        _options(config)


def _options(config: pytest.Config) -> Options:
    """What the command line asks for. Raises :class:`pytest.UsageError`."""
    from sse_spec.clauses import CLASSES, EDITION
    from sse_spec.law import DateError

    from sse_conformance import cli

    words = config.getoption
    target = str(words("--sse-target"))
    arguments = ["run", target, "--cover", words("--sse-cover")]
    arguments += ["--as-of", words("--sse-as-of") or EDITION.isoformat()]
    arguments += [word for one in words("--sse-class") or CLASSES for word in ("--class", one)]
    if words("--sse-ledger") is not None:
        arguments += ["--ledger", words("--sse-ledger")]
    try:
        options = cli.options(arguments)
        cli.target_named(target, options)
    except (cli.UsageError, DateError) as error:
        raise pytest.UsageError(str(error)) from None
    return options


class Suite(pytest.File):
    """The clauses of the classes asked for that are in force."""

    _result: Result | None = None

    def collect(self) -> Iterator[ClauseItem]:
        """An item for each clause."""
        from sse_spec.clauses import clauses
        from sse_spec.law import binding, laws

        options = self.options()
        in_force = binding(laws(options.as_of))
        for clause in clauses().values():
            if clause.id in in_force and clause.clause_class in options.classes:
                yield ClauseItem.from_parent(self, name=f"{clause.id} {clause.title}", clause=clause.id)

    def options(self) -> Options:
        """What the command line asks for."""
        return _options(self.config)

    def result(self) -> Result:
        """The result of the run, which takes place when it is first asked for."""
        if self._result is None:
            from sse_conformance import cli, engine

            options = self.options()
            target = cli.target_named(str(self.config.getoption("--sse-target")), options)
            self._result = engine.run(target, options)
        return self._result


class ClauseItem(pytest.Item):
    """One clause: passes, fails, is skipped with a reason, or is an error where nothing could be concluded."""

    def __init__(self, *, clause: str, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.clause = clause

    def setup(self) -> None:
        """Run the suite if it has not run yet.

        What is inconclusive is an error here, not a failure; it is skipped where the run as a whole does not fail for
        it, which is so for what was lost to another divergence.
        """
        found, result = self._found(), self._result()
        if found.verdict == "inconclusive":
            if result.exit_status != 3:
                pytest.skip(f"inconclusive: {found.reason}")
            raise InconclusiveError(f"{found.id} is inconclusive: {found.reason}")

    def _result(self) -> Result:
        assert isinstance(self.parent, Suite)  # noqa: S101 - items are made by the suite alone
        return self.parent.result()

    def _found(self) -> ClauseResult:
        return next(one for one in self._result().clauses if one.id == self.clause)

    def runtest(self) -> None:
        """Report the verdict."""
        found = self._found()
        if found.verdict in {"unsupported", "not-exercised"}:
            pytest.skip(f"{found.verdict}: {found.reason}")
        if found.verdict == "fail":
            self._fail(self._result())

    def _fail(self, result: Result) -> None:
        from sse_reports import prose
        from sse_reports.text import inert_block

        broken = [one for one in result.divergences if one.signature.clause == self.clause]
        if all(one.known is not None for one in broken):
            pytest.xfail("; ".join(dict.fromkeys(one.known or "" for one in broken)))
        lines = []
        for one in broken:
            lines.append(prose.headline(one.signature))
            lines += [f"  {label:<12} {words}" for label, words in prose.describe(one)]
        raise BreachError(inert_block("\n".join(lines)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """The witness and the derivation, and no traceback of ours."""
        if isinstance(excinfo.value, BreachError | InconclusiveError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What the report calls the item."""
        return self.path, None, self.name


class BreachError(Exception):
    """The target breaks the clause; the message holds witness and derivation."""


class InconclusiveError(Exception):
    """Nothing could be concluded about the clause."""
