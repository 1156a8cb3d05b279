"""The command `s3-sse compare`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sse_conformance.documents import put_out, result_in

__all__ = ["add_compare"]


def add_compare(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    compare = commands.add_parser("compare", help="say what got better and what got worse between two results")
    compare.add_argument("old", type=Path, metavar="OLD", help="the earlier result.json, or the directory that has it")
    compare.add_argument("new", type=Path, metavar="NEW", help="the later one")
    compare.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="how to say it (default: text)"
    )
    compare.add_argument("--out", type=Path, metavar="FILE", help="write it to a file instead")
    compare.set_defaults(command=_compare)


def _compare(parsed: argparse.Namespace) -> int:
    from sse_reports import comparison_faces
    from sse_reports.compare import compare, encode
    from sse_reports.text import inert_json

    comparison = compare(result_in(parsed.old), result_in(parsed.new))
    match parsed.format:
        case "json":
            said = inert_json(encode(comparison)).decode()
        case "markdown":
            said = comparison_faces.markdown(comparison)
        case _:
            said = comparison_faces.text(comparison)
    put_out(said, parsed.out)
    return comparison.exit_status
