"""The command `s3-sse claim`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sse_conformance.documents import put_out, result_in
from sse_conformance.usage import UsageError

__all__ = ["add_claim"]


def add_claim(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    claim = commands.add_parser("claim", help="check a claim of conformance against a result, class by class")
    claim.add_argument(
        "claim", type=Path, metavar="CLAIM", help="a conformance.toml: product, version, as_of, classes, and level"
    )
    claim.add_argument("result", type=Path, metavar="RESULT", help="a result.json, or its directory")
    claim.set_defaults(command=_claim)


def _claim(parsed: argparse.Namespace) -> int:
    from sse_reports import claim

    try:
        claimed = claim.read(parsed.claim)
        rulings = claim.check(claimed, result_in(parsed.result))
    except claim.ClaimError as error:
        raise UsageError(str(error)) from None
    put_out("".join(f"{line}\n" for line in claim.lines(claimed, rulings)), None)
    return claim.exit_status(rulings)
