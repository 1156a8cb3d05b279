"""The command `s3-sse merge`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sse_conformance.documents import put_out, result_in
from sse_conformance.usage import UsageError

__all__ = ["add_merge"]


def add_merge(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    merge = commands.add_parser("merge", help="put the results of runs with --class or --only together")
    merge.add_argument("results", nargs="+", type=Path, metavar="RESULT", help="a result.json, or its directory")
    merge.add_argument("--out", type=Path, metavar="FILE", help="write the result to a file instead of printing it")
    merge.set_defaults(command=_merge)


def _merge(parsed: argparse.Namespace) -> int:
    from sse_reports.merge import ConflictError, merge
    from sse_reports.result import encode
    from sse_reports.text import inert, inert_json

    first, *rest = parsed.results
    whole = result_in(first)
    for path in rest:
        try:
            whole = merge(whole, result_in(path))
        except ConflictError as error:
            raise UsageError(inert(f"{path} does not go with what is before it: {error}")) from None
    put_out(inert_json(encode(whole)).decode(), parsed.out)
    return whole.exit_status
