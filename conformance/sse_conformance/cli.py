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

from sse_spec.clauses import CLASSES, UnknownClauseError

from sse_conformance.claiming import add_claim
from sse_conformance.cleaning_command import add_clean
from sse_conformance.comparing import add_compare
from sse_conformance.documents import result_in
from sse_conformance.exploring import add_explore
from sse_conformance.facing import add_bug, add_face
from sse_conformance.merging import add_merge
from sse_conformance.proving import add_mutants
from sse_conformance.publishing import add_site
from sse_conformance.running import add_run, target_named
from sse_conformance.setup_command import add_setup
from sse_conformance.target_options import add_target_options, settings
from sse_conformance.targets_command import add_install, add_targets
from sse_conformance.usage import Parser, UsageError, add_as_of, complain

__all__ = ["main"]


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
        return complain(error, 2)
    except UnknownClauseError as error:
        return complain(f"there is no clause {error.args[0]}; `s3-sse clauses` lists those that there are", 2)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return complain("interrupted", 3)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="s3-sse", description="Which documented rules of default bucket encryption an S3 keeps.")
    parser.add_argument("--version", action="version", version=f"s3-sse-conformance {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    add_run(commands)
    _add_clauses(commands)
    _add_trace_sources(commands)
    add_explore(commands)
    add_mutants(commands)
    add_setup(commands)
    add_clean(commands)
    add_compare(commands)
    add_merge(commands)
    add_face(commands)
    add_bug(commands)
    add_claim(commands)
    add_site(commands)
    check = commands.add_parser("check", help="check recorded traces of AWS or of a target")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a trace, as JSON (default: what ships)")
    check.set_defaults(command=_check)
    add_targets(commands)
    add_install(commands)
    replay = commands.add_parser("replay", help="run a witness again")
    replay.add_argument("file", type=Path, help="a witness or program, as JSON")
    replay.add_argument("--target", required=True, metavar="NAME")
    add_as_of(replay)
    add_target_options(replay)
    replay.set_defaults(command=_replay)
    book = commands.add_parser("ledger", help="work on the list of known divergences")
    update = book.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser).add_parser(
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


def _add_clauses(commands: argparse._SubParsersAction[Parser]) -> None:
    shown = commands.add_parser("clauses", help="list the clauses, or show one")
    shown.add_argument("clause", nargs="?", metavar="ID")
    shown.add_argument("--class", dest="classes", action="append", choices=CLASSES)
    shown.add_argument("--as-of", metavar="DATE", help="only those in force on a day")
    shown.add_argument("--check", nargs="+", type=Path, metavar="FILE", help="see whether clause files are well-formed")
    shown.set_defaults(command=_clauses)


def _add_trace_sources(commands: argparse._SubParsersAction[Parser]) -> None:
    traced = commands.add_parser("trace-sources", help="say which clauses rest on each sentence of a document")
    traced.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a document, as text, Markdown or HTML")
    traced.add_argument(
        "--only", choices=("clauses", "untestable", "unaccounted"), help="print the sentences of this kind only"
    )
    traced.add_argument("--botocore", action="store_true", help="list the sources that moved in the installed botocore")
    traced.set_defaults(command=_trace_sources)


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
        complain(line, 2)
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


def _replay(parsed: argparse.Namespace) -> int:
    from sse_adapters.protocol import TargetError
    from sse_spec.law import parse_date

    from sse_conformance import replaying
    from sse_conformance.engine import Options

    options = Options(as_of=parse_date(parsed.as_of))
    target = target_named(parsed.target, options, given=settings(parsed))
    try:
        actions = replaying.read_program(parsed.file)
        lines, status = replaying.run(target, options.as_of, actions)
    except replaying.ProgramError as error:
        raise UsageError(str(error)) from None
    except TargetError as error:
        return complain(error, 3)
    for line in lines:
        print(line)  # noqa: T201
    return status


def _check(parsed: argparse.Namespace) -> int:
    from sse_conformance import check_command

    return check_command.run(parsed.files)


def _update(parsed: argparse.Namespace) -> int:
    from sse_conformance import ledger

    result = result_in(parsed.result)
    try:
        book = ledger.shipped(result.target.name) if parsed.ledger is None else ledger.load(parsed.ledger)
    except ledger.LedgerError as error:
        raise UsageError(str(error)) from None
    sys.stdout.write(ledger.propose(result, book))
    return 0
