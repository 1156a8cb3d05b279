"""The suite under pytest: `pytest --pyargs sse_conformance --sse-target moto` shows one item a clause.

A thin front over the engine: it runs once a session, when the first item does, for the clauses whose items are
selected, and the items report. Under pytest-xdist (`-n 2`) it runs once as well, shared out over as many processes as
there are workers. This module is loaded in every pytest session of an environment that has the suite, so it imports
nothing heavy by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sse_reports.result import ClauseResult, Divergence, Result

    from sse_conformance.engine import Options
    from sse_conformance.ledger import Entry
    from sse_conformance.pytest_run import Outcome

__all__ = ["ClauseItem", "Suite"]

HERE = Path(__file__).parent
SUITE = "suite.py"
"""The file of this package whose collection gives the items."""

SHARED = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
SHARED_NAME = "sse_shared"
"""Under which name a worker of pytest-xdist is told the directory that all of them share."""


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


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where all of them share the result of the run."""
    if node.config.getoption("--sse-target") is None:
        return
    shared = node.config.stash.get(SHARED, None)
    if shared is None:
        shared = node.config.stash[SHARED] = tempfile.TemporaryDirectory(prefix="s3-sse-", ignore_cleanup_errors=True)
        node.config.add_cleanup(shared.cleanup)
    node.workerinput[SHARED_NAME] = shared.name


def _options(config: pytest.Config) -> Options:
    """What the command line asks for. Raises :class:`pytest.UsageError`."""
    from sse_spec.clauses import CLASSES, EDITION
    from sse_spec.law import DateError

    from sse_conformance import running
    from sse_conformance.usage import UsageError

    words = config.getoption
    target = str(words("--sse-target"))
    arguments = ["run", target, "--cover", words("--sse-cover")]
    arguments += ["--as-of", words("--sse-as-of") or EDITION.isoformat()]
    arguments += [word for one in words("--sse-class") or CLASSES for word in ("--class", one)]
    if words("--sse-ledger") is not None:
        arguments += ["--ledger", words("--sse-ledger")]
    try:
        options = running.options(arguments)
        running.target_named(target, options)
    except (UsageError, DateError) as error:
        raise pytest.UsageError(str(error)) from None
    return options


class Suite(pytest.File):
    """The clauses of the classes asked for that are in force."""

    _outcome: Outcome | None = None

    def collect(self) -> Iterator[ClauseItem]:
        """An item for each clause."""
        from sse_spec.clauses import clauses

        for name in self._clauses():
            yield ClauseItem.from_parent(self, name=f"{name} {clauses()[name].title}", clause=name)

    def _clauses(self) -> tuple[str, ...]:
        from sse_spec.clauses import clauses
        from sse_spec.law import binding, laws

        options = self.options()
        in_force = binding(laws(options.as_of))
        every = clauses().values()
        return tuple(one.id for one in every if one.id in in_force and one.clause_class in options.classes)

    def options(self) -> Options:
        """What the command line asks for."""
        return _options(self.config)

    def result(self) -> Result:
        """The result of the run, which takes place when it is first asked for. Raises :class:`RunError`."""
        if self._outcome is None:
            from sse_conformance import pytest_run, running

            options = self._restricted()
            source = running.source_named(str(self.config.getoption("--sse-target")), options)
            worker = getattr(self.config, "workerinput", {})
            shared = Path(worker[SHARED_NAME]) if SHARED_NAME in worker else None
            self._outcome = pytest_run.outcome(source, options, shared, worker.get("workercount", 1))
        if self._outcome.result is None:
            raise RunError(self._outcome.error)
        return self._outcome.result

    def _restricted(self) -> Options:
        """What is asked for, held to the clauses whose items are left after selection."""
        from msgspec.structs import replace

        options = self.options()
        selected = {item.clause for item in self.session.items if isinstance(item, ClauseItem)}
        names = self._clauses()
        return (
            options if selected.issuperset(names) else replace(options, only=tuple(n for n in names if n in selected))
        )

    def entries(self) -> tuple[Entry, ...]:
        """The entries of the ledger that the run found to be stale or expired."""
        from sse_conformance import ledger

        result, given = self.result(), self.options().ledger
        book = ledger.shipped(result.target.name) if given is None else given
        ids = {*result.ledger.stale, *result.ledger.expired}
        return tuple(entry for entry in book.entries if ledger.entry_id(entry.signature) in ids)


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

    def _suite(self) -> Suite:
        assert isinstance(self.parent, Suite)  # noqa: S101 - items are made by the suite alone
        return self.parent

    def _result(self) -> Result:
        return self._suite().result()

    def _found(self) -> ClauseResult:
        return next(one for one in self._result().clauses if one.id == self.clause)

    def runtest(self) -> None:
        """Report the verdict.

        A known divergence is expected to fail, strictly: an entry of the ledger that no longer diverges, or has
        expired, fails the item.
        """
        found, result = self._found(), self._result()
        outdated = list(self._outdated(result))
        broken = [one for one in result.divergences if one.signature.clause == self.clause and not one.beyond]
        if found.verdict == "fail" and any(one.known is None for one in broken):
            raise BreachError("\n".join([*_words(broken), *outdated]))
        if outdated:
            raise LedgerEntryError("\n".join(outdated))
        if found.verdict == "fail":
            pytest.xfail("; ".join(dict.fromkeys(one.known or "" for one in broken)))
        if found.verdict in {"unsupported", "not-exercised"}:
            pytest.skip(f"{found.verdict}: {found.reason}")

    def _outdated(self, result: Result) -> Iterator[str]:
        """A sentence for each entry of the ledger for this clause that is stale or has expired."""
        from sse_reports import prose

        from sse_conformance.ledger import entry_id

        for entry in self._suite().entries():
            if entry.clause == self.clause:
                name = f"ledger entry {entry_id(entry.signature)} ({prose.headline(entry.signature)})"
                stale = entry_id(entry.signature) in result.ledger.stale
                yield f"{name} no longer diverges: take it out" if stale else f"{name} expired on {entry.expires}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """The witness and the derivation, and no traceback of ours."""
        if isinstance(excinfo.value, BreachError | InconclusiveError | LedgerEntryError | RunError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What the report calls the item."""
        return self.path, None, self.name


class BreachError(Exception):
    """The target breaks the clause; the message holds witness and derivation."""


class InconclusiveError(Exception):
    """Nothing could be concluded about the clause."""


class LedgerEntryError(Exception):
    """The ledger has to be brought up to date: what it lists for the clause no longer holds."""


class RunError(Exception):
    """There is no result: the target could not be used, or the run failed."""


def _words(broken: Iterable[Divergence]) -> Iterator[str]:
    """Witness and derivation of each divergence."""
    from sse_reports import prose
    from sse_reports.text import inert_block

    for one in broken:
        lines = [prose.headline(one.signature), *(f"  {label:<12} {words}" for label, words in prose.describe(one))]
        yield inert_block("\n".join(lines))
