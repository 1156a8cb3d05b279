"""The command `s3-sse`. A thin front: it reads words, calls the engine, and says how it went by its exit status.

0: nothing outside the ledger. 1: a divergence outside it, a stale or expired entry, a required class unsupported. 2:
wrong usage, or a file that cannot be read or written. 3: the target was lost or not reached, or something could not be
judged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY, UnknownClauseError

from sse_conformance.exploring import add_explore
from sse_conformance.usage import UsageError

if TYPE_CHECKING:
    from typing import Self

    from sse_adapters.protocol import Target
    from sse_reports.result import Result

    from sse_conformance.engine import Options

__all__ = ["UsageError", "main", "options", "target_named"]

COVERS = ("clauses", "goals", "leaves")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that names what is known."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        found, extra = super().parse_known_args(args, namespace)
        if extra:
            known = sorted(option for action in self._actions for option in action.option_strings if option[:2] == "--")
            raise UsageError(f"{self.prog}: unknown: {' '.join(extra)}; known options: {' '.join(known)}")
        return found, extra


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave the process with its exit status."""
    sys.exit(_main(arguments))


def _main(arguments: Sequence[str] | None = None) -> int:
    from sse_spec.law import DateError

    try:
        parsed = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = parsed.command
        return command(parsed)
    except (UsageError, DateError) as error:
        return _complain(error, 2)
    except UnknownClauseError as error:
        return _complain(f"there is no clause {error.args[0]}; `s3-sse clauses` lists those that there are", 2)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return _complain("interrupted", 3)


def _complain(message: object, status: int) -> int:
    print(f"s3-sse: {message}", file=sys.stderr)  # noqa: T201
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="s3-sse", description="Which documented rules of default bucket encryption an S3 keeps.")
    parser.add_argument("--version", action="version", version=f"s3-sse-conformance {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_run(commands)
    _add_clauses(commands)
    _add_trace_sources(commands)
    add_explore(commands)
    check = commands.add_parser("check", help="check recorded traces of AWS or of a target")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a trace, as JSON (default: what ships)")
    check.set_defaults(command=_check)
    targets = commands.add_parser("targets", help="list the targets that are installed")
    targets.set_defaults(command=_targets)
    replay = commands.add_parser("replay", help="run a witness again")
    replay.add_argument("file", type=Path, help="a witness or program, as JSON")
    replay.add_argument("--target", required=True, metavar="NAME")
    _add_as_of(replay)
    replay.set_defaults(command=_replay)
    book = commands.add_parser("ledger", help="work on the list of known divergences")
    update = book.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser).add_parser(
        "update", help="print a ledger that fits a result, new entries to be completed by a person"
    )
    update.add_argument("result", type=Path, help="a result.json")
    update.add_argument(
        "--ledger", type=Path, metavar="FILE", help="the ledger to start from (default: the shipped one)"
    )
    update.set_defaults(command=_update)
    return parser


def _version() -> str:
    from importlib import metadata

    return metadata.version("s3-sse-conformance")


def _add_as_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        default=EDITION.isoformat(),
        help=f"the day whose documents are in force, {FIRST_DAY} or later (default: {EDITION})",
    )


def _add_run(commands: argparse._SubParsersAction[_Parser]) -> None:
    run = commands.add_parser("run", help="judge a target, clause by clause")
    run.add_argument("target", help="a target that `s3-sse targets` lists")
    _add_as_of(run)
    run.add_argument(
        "--class", dest="classes", action="append", choices=CLASSES, help="judge this class only (repeatable)"
    )
    run.add_argument("--cover", choices=COVERS, default="goals", help="how much to ask (default: goals)")
    run.add_argument(
        "--fail-on", choices=("must", "should"), default="should", help="the level that decides the status"
    )
    run.add_argument(
        "--require", action="append", choices=CLASSES, default=[], help="fail if this class is unsupported"
    )
    run.add_argument(
        "--ledger", metavar="FILE|none", help="the known divergences (default: those shipped for the target)"
    )
    run.add_argument(
        "--out", type=Path, metavar="DIR", help="write result.json, report.html, junit.xml and the witnesses"
    )
    run.add_argument("--seed", type=int, default=0, help="which permitted alternatives the reference takes")
    run.add_argument("--plan", action="store_true", help="print what would be asked, and touch no target")
    run.add_argument("--json", action="store_true", help="print the result as JSON instead of the summary")
    run.add_argument("--verbose", action="store_true", help="print every divergence in full")
    run.set_defaults(command=_run)


def _add_clauses(commands: argparse._SubParsersAction[_Parser]) -> None:
    shown = commands.add_parser("clauses", help="list the clauses, or show one")
    shown.add_argument("clause", nargs="?", metavar="ID")
    shown.add_argument("--class", dest="classes", action="append", choices=CLASSES)
    shown.add_argument("--as-of", metavar="DATE", help="only those in force on a day")
    shown.add_argument("--check", nargs="+", type=Path, metavar="FILE", help="see whether clause files are well-formed")
    shown.set_defaults(command=_clauses)


def _add_trace_sources(commands: argparse._SubParsersAction[_Parser]) -> None:
    traced = commands.add_parser("trace-sources", help="say which clauses rest on each sentence of a document")
    traced.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a document, as text, Markdown or HTML")
    traced.add_argument(
        "--only", choices=("clauses", "untestable", "unaccounted"), help="print the sentences of this kind only"
    )
    traced.add_argument("--botocore", action="store_true", help="list the sources that moved in the installed botocore")
    traced.set_defaults(command=_trace_sources)


def target_named(name: str, options: Options, seed: int = 0) -> Target:
    """The target of this name. Raises :class:`UsageError` if there is none."""
    from sse_adapters.registry import UnknownTargetError, load, targets

    if name == "reference":
        from sse_spec.model import standard

        from sse_conformance.reference import ReferenceTarget

        return ReferenceTarget(standard(options.as_of), seed)
    try:
        return load(name)
    except UnknownTargetError:
        known = ", ".join(sorted([*targets(), "reference"]))
        raise UsageError(f"there is no target {name!r}; known: {known}") from None


def options(arguments: Sequence[str]) -> Options:
    """The options that the words of `s3-sse run` mean. Raises :class:`UsageError` and
    :class:`sse_spec.law.DateError`.
    """
    return _options(_parser().parse_args(arguments))


def _options(parsed: argparse.Namespace) -> Options:
    from sse_spec.law import parse_date

    from sse_conformance import ledger
    from sse_conformance.engine import Options

    book = None
    if parsed.ledger == "none":
        book = ledger.EMPTY
    elif parsed.ledger is not None:
        try:
            book = ledger.load(Path(parsed.ledger))
        except (ledger.LedgerError, OSError) as error:
            raise UsageError(str(error)) from None
    return Options(
        as_of=parse_date(parsed.as_of),
        classes=tuple(c for c in CLASSES if not parsed.classes or c in parsed.classes),
        size=parsed.cover,
        fail_on=parsed.fail_on.upper(),
        required=tuple(parsed.require),
        ledger=book,
    )


def _run(parsed: argparse.Namespace) -> int:
    from sse_adapters.protocol import TargetError

    from sse_conformance import engine

    options = _options(parsed)
    target = target_named(parsed.target, options, parsed.seed)
    if parsed.plan:
        return _plan(parsed.target, options)
    try:
        with _Bar() as bar:
            result = engine.run(target, options, bar.progress)
    except TargetError as error:
        return _complain(error, 3)
    return _report(result, parsed)


def _report(result: Result, parsed: argparse.Namespace) -> int:
    from rich.console import Console
    from sse_reports import files, terminal
    from sse_reports.result import encode

    if parsed.json:
        sys.stdout.write(encode(result).decode())
    else:
        terminal.render(result, Console(), verbose=parsed.verbose)
    if parsed.out is not None:
        try:
            files.write(result, parsed.out)
        except OSError as error:
            return _complain(f"cannot write {error.filename or parsed.out}: {error.strerror or error}", 2)
    return result.exit_status


class _Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._bar.start()
        self._task = self._bar.add_task("judging", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, of: int) -> None:
        """Show how far the run is."""
        self._bar.update(self._task, completed=done, total=of)


def _plan(name: str, options: Options) -> int:
    from sse_spec.model import standard

    from sse_conformance.cover import plan
    from sse_conformance.plan_words import describe

    for line in describe(name, plan(standard(options.as_of), options.classes, options.size)):
        print(line)  # noqa: T201
    return 0


def _clauses(parsed: argparse.Namespace) -> int:
    from sse_spec.law import parse_date

    from sse_conformance import clause_words

    if parsed.check is not None:
        return _check_clause_files(parsed)
    if parsed.clause is not None:
        lines = clause_words.details(parsed.clause)
    else:
        lines = clause_words.listing(
            parsed.classes or CLASSES, None if parsed.as_of is None else parse_date(parsed.as_of)
        )
    for line in lines:
        print(line)  # noqa: T201
    return 0


def _check_clause_files(parsed: argparse.Namespace) -> int:
    from sse_conformance import clause_files

    if parsed.clause is not None or parsed.classes or parsed.as_of is not None:
        raise UsageError("`s3-sse clauses --check` takes files alone")
    accepted, refused = clause_files.check(parsed.check)
    for line in accepted:
        print(line)  # noqa: T201
    for line in refused:
        _complain(line, 2)
    return 2 if refused else 0


def _trace_sources(parsed: argparse.Namespace) -> int:
    from sse_conformance import tracing_command

    if parsed.file is None and not parsed.botocore:
        raise UsageError("s3-sse trace-sources: name a FILE, or say --botocore")
    try:
        lines, status = tracing_command.report(parsed.file, only=parsed.only, with_botocore=parsed.botocore)
    except tracing_command.DocumentError as error:
        raise UsageError(str(error)) from None
    for line in lines:
        print(line)  # noqa: T201
    return status


def _targets(_parsed: argparse.Namespace) -> int:
    from sse_adapters.registry import targets

    for name, entry in targets().items():
        print(f"{name:<12} {entry.value}")  # noqa: T201
    print(f"{'reference':<12} the specification itself as a target")  # noqa: T201
    return 0


def _replay(parsed: argparse.Namespace) -> int:
    from sse_adapters.protocol import TargetError
    from sse_spec.law import parse_date

    from sse_conformance import replaying
    from sse_conformance.engine import Options

    options = Options(as_of=parse_date(parsed.as_of))
    target = target_named(parsed.target, options)
    try:
        actions = replaying.read_program(parsed.file)
        lines, status = replaying.run(target, options.as_of, actions)
    except replaying.ProgramError as error:
        raise UsageError(str(error)) from None
    except TargetError as error:
        return _complain(error, 3)
    for line in lines:
        print(line)  # noqa: T201
    return status


def _check(parsed: argparse.Namespace) -> int:
    from sse_conformance import check_command

    return check_command.run(parsed.files)


def _update(parsed: argparse.Namespace) -> int:
    import msgspec
    from sse_reports.result import decode

    from sse_conformance import ledger

    try:
        result = decode(parsed.result.read_bytes())
        book = ledger.shipped(result.target.name) if parsed.ledger is None else ledger.load(parsed.ledger)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise UsageError(f"{parsed.result} is no result: {error}") from None
    except ledger.LedgerError as error:
        raise UsageError(str(error)) from None
    sys.stdout.write(ledger.propose(result, book))
    return 0
