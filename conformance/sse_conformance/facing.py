"""The commands `s3-sse face` and `s3-sse bug`: what a result looks like, and one divergence of it for its project."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sse_conformance.documents import put_out, result_in
from sse_conformance.usage import UsageError

if TYPE_CHECKING:
    from sse_reports.result import Result

__all__ = ["FORMATS", "add_bug", "add_face"]

FORMATS = ("summary", "html", "markdown", "junit", "sarif", "badge")


def add_face(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    face = commands.add_parser("face", help="make a report of a result")
    face.add_argument("result", type=Path, metavar="RESULT", help="a result.json, or its directory")
    face.add_argument("--format", choices=FORMATS, default="summary", help="which one (default: summary)")
    face.add_argument("--class", dest="clause_class", metavar="CLASS", help="the badge of this class")
    face.add_argument("--out", type=Path, metavar="FILE", help="write it to a file instead of printing it")
    face.set_defaults(command=_face)


def add_bug(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    bug = commands.add_parser("bug", help="draft a bug report for a divergence")
    bug.add_argument("result", type=Path, metavar="RESULT", help="a result.json, or its directory")
    bug.add_argument("id", nargs="?", metavar="ID", help="the divergence, or how its id begins (default: list them)")
    bug.add_argument("--out", type=Path, metavar="FILE", help="write the draft to a file instead of printing it")
    bug.set_defaults(command=_bug)


def _face(parsed: argparse.Namespace) -> int:
    if parsed.clause_class is not None and parsed.format != "badge":
        raise UsageError("s3-sse face: --class is for --format badge")
    put_out(_renderer(parsed)(result_in(parsed.result)), parsed.out)
    return 0


def _renderer(parsed: argparse.Namespace) -> Callable[[Result], str]:
    match parsed.format:
        case "html":
            from sse_reports import html

            return html.render
        case "markdown":
            from sse_reports import markdown

            return markdown.render
        case "junit":
            from sse_reports import junit

            return junit.render
        case "sarif":
            from sse_reports import sarif

            return sarif.render
        case "badge":
            return _badge(parsed.clause_class)
        case _:
            from sse_reports import files

            return files.summary


def _badge(clause_class: str | None) -> Callable[[Result], str]:
    from sse_reports import badge

    def render(result: Result) -> str:
        try:
            return badge.render(result, clause_class)
        except badge.UnknownClassError as error:
            raise UsageError(str(error)) from None

    return render


def _bug(parsed: argparse.Namespace) -> int:
    from sse_reports import bug

    result = result_in(parsed.result)
    if parsed.id is None:
        put_out("".join(f"{line}\n" for line in bug.listing(result)), parsed.out)
        return 0
    try:
        divergence = bug.find(result, parsed.id)
    except bug.DivergenceError as error:
        raise UsageError(str(error)) from None
    put_out(bug.report(result, divergence), parsed.out)
    return 0
