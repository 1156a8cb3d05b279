"""The arguments of `s3-sse explore`, and what it does with them."""

from __future__ import annotations

import argparse
from typing import Any

from sse_spec.clauses import EDITION

from sse_conformance.usage import UsageError, positive

__all__ = ["add_explore"]


def add_explore(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    explore = commands.add_parser("explore", help="walk every state of small scopes, and check the theorems")
    days = explore.add_mutually_exclusive_group()
    days.add_argument("--as-of", dest="days", action="append", metavar="DATE", help="as of a day (repeatable)")
    days.add_argument("--all-dates", action="store_true", help="as of each day on which the law changes")
    explore.add_argument(
        "--scope", dest="scopes", action="append", metavar="NAME", help="this scope (repeatable; default: all closed)"
    )
    explore.add_argument("--states", type=positive, metavar="N", help="stop a scope at so many states")
    explore.add_argument("--seconds", type=positive, metavar="S", help="stop a scope after so many seconds")
    explore.add_argument("--break", dest="broken", metavar="CLAUSE", help="break a clause, to see a theorem fail")
    explore.add_argument("--list", action="store_true", help="list the scopes and the theorems, and explore nothing")
    explore.set_defaults(command=_explore)


def _explore(parsed: argparse.Namespace) -> int:
    from sse_spec.law import parse_date

    from sse_conformance import explore_command as explore

    if parsed.list:
        for line in explore.listing():
            print(line)  # noqa: T201
        return 0
    days = tuple(parse_date(day) for day in parsed.days or [EDITION.isoformat()])
    try:
        asked = explore.Asked(
            explore.scopes_named(parsed.scopes or ()),
            explore.every_date() if parsed.all_dates else days,
            parsed.states,
            parsed.seconds,
            parsed.broken,
        )
        report = explore.Report(asked)
    except explore.NothingToExploreError as error:
        raise UsageError(str(error)) from None
    for line in report.lines():
        print(line, flush=True)  # noqa: T201
    return report.status
