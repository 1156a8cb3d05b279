"""The command `s3-sse run`: its words, its options, and what it shows."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sse_spec.clauses import CLASSES, UnknownClauseError

from sse_conformance.target_options import Settings, add_target_options, option_of, settings
from sse_conformance.usage import Parser, UsageError, add_as_of, complain, count, positive

if TYPE_CHECKING:
    import datetime as dt

    from sse_adapters.protocol import Target
    from sse_reports.result import Result

    from sse_conformance.crew import Source
    from sse_conformance.options import Options

__all__ = ["add_run", "options", "source_named", "target_named"]

COVERS = ("clauses", "goals", "leaves")
NOTHING: Settings = MappingProxyType({})


def add_run(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    run = commands.add_parser("run", help="judge a target, clause by clause")
    run.add_argument("target", help="a target that `s3-sse targets` lists")
    add_as_of(run)
    run.add_argument(
        "--class", dest="classes", action="append", choices=CLASSES, help="judge this class only (repeatable)"
    )
    run.add_argument(
        "--only", action="append", default=[], metavar="CLAUSE", help="judge this clause only (repeatable)"
    )
    run.add_argument(
        "-n", dest="processes", type=positive, default=1, metavar="N", help="share the work out over N processes"
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
    run.add_argument(
        "--examples", type=count, default=0, metavar="N", help="go beyond the cover with N random programs (default: 0)"
    )
    run.add_argument(
        "--seed", type=int, default=0, help="of the random programs, and of the alternatives that the reference takes"
    )
    run.add_argument("--plan", action="store_true", help="print what would be asked, and touch no target")
    run.add_argument("--json", action="store_true", help="print the result as JSON instead of the summary")
    run.add_argument("--verbose", action="store_true", help="print every divergence in full")
    add_target_options(run)
    run.set_defaults(command=_run)


def target_named(name: str, options: Options, seed: int = 0, given: Settings = NOTHING) -> Target:
    """The target of this name, with the settings that were given. Raises :class:`UsageError` if there is none, or if it
    cannot use them.
    """
    from sse_adapters.registry import NotTakenError, SettingError, UnknownTargetError, load, targets

    if name == "reference":
        from sse_spec.model import standard

        from sse_conformance.reference import ReferenceTarget

        if given:
            raise UsageError(f"the target {name} takes no {option_of(next(iter(given)))}")
        return ReferenceTarget(standard(options.as_of), seed)
    try:
        return load(name, **given)
    except UnknownTargetError:
        known = ", ".join(sorted([*targets(), "reference"]))
        raise UsageError(f"there is no target {name!r}; known: {known}") from None
    except NotTakenError as error:
        raise UsageError(f"the target {name} takes no {option_of(error.setting)}") from None
    except SettingError as error:
        raise UsageError(str(error)) from None


def source_named(name: str, options: Options, seed: int = 0, given: Settings = NOTHING) -> Source:
    """What makes the target of this name, also in another process. Raises :class:`UsageError` if there is none, or if
    it cannot use the settings.
    """
    target_named(name, options, seed, given)
    return functools.partial(target_named, name, options, seed, dict(given))


def options(arguments: Sequence[str]) -> Options:
    """The options that the words of `s3-sse run` mean. Raises :class:`UsageError` and
    :class:`sse_spec.law.DateError`.
    """
    parser = Parser(prog="s3-sse")
    add_run(parser.add_subparsers(required=True, parser_class=Parser))
    return _options(parser.parse_args(arguments))


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
    as_of = parse_date(parsed.as_of)
    return Options(
        as_of=as_of,
        only=_only(parsed.only, as_of),
        classes=tuple(c for c in CLASSES if not parsed.classes or c in parsed.classes),
        size=parsed.cover,
        fail_on=parsed.fail_on.upper(),
        required=tuple(parsed.require),
        ledger=book,
        examples=parsed.examples,
        seed=parsed.seed,
    )


def _only(names: Sequence[str], as_of: dt.date) -> tuple[str, ...]:
    """The clauses that a run is held to, in reading order. Raises :class:`UsageError` and
    :class:`sse_spec.clauses.UnknownClauseError`.
    """
    from sse_spec.clauses import clauses
    from sse_spec.law import binding, laws

    in_force = binding(laws(as_of)) if names else frozenset[str]()
    for name in names:
        if name not in clauses():
            raise UnknownClauseError(name)
        if name not in in_force:
            raise UsageError(
                f"{name} is not in force on {as_of}; `s3-sse clauses --as-of {as_of}` lists those that are"
            )
    return tuple(name for name in clauses() if name in names)


def _run(parsed: argparse.Namespace) -> int:
    from sse_adapters.protocol import TargetError

    from sse_conformance import consent, engine
    from sse_conformance.progress_bar import Bar

    options = _options(parsed)
    source = source_named(parsed.target, options, parsed.seed, settings(parsed))
    if parsed.plan:
        return _plan(parsed.target, options, consent.bill_words(source(), options))
    given = consent.agreed(source(), settings(parsed), options, parsed.processes)
    source = source_named(parsed.target, options, parsed.seed, given)
    try:
        with Bar() as bar:
            result = engine.run(source, options, bar.progress, parsed.processes)
    except (TargetError, engine.ProcessError) as error:
        return complain(error, 3)
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
            return complain(f"cannot write {error.filename or parsed.out}: {error.strerror or error}", 2)
    return result.exit_status


def _plan(name: str, options: Options, bill: Sequence[str]) -> int:
    from sse_spec.model import standard

    from sse_conformance.plan_words import describe

    for line in (*describe(name, options.plan(standard(options.as_of))), *bill):
        print(line)  # noqa: T201
    return 0
