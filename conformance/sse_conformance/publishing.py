"""The command `s3-sse site`: its arguments, and what it does with them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sse_conformance.usage import UsageError, complain

__all__ = ["add_site"]


def add_site(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    site = commands.add_parser("site", help="make a static site of many results: clauses against targets")
    site.add_argument(
        "results", type=Path, metavar="DIR", help="a folder with results: every result.json in it, at any depth"
    )
    site.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the site goes")
    site.add_argument(
        "--every-run",
        action="store_true",
        help="a page for every run (default: for the newest version of each target as of each day)",
    )
    site.set_defaults(command=_site)


def _site(parsed: argparse.Namespace) -> int:
    from sse_reports.site import SiteError, build

    try:
        built = build(parsed.results, parsed.out, every_run=parsed.every_run)
    except SiteError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        return complain(f"cannot write {error.filename or parsed.out}: {error.strerror or error}", 2)
    sizes = (_counted(built.pages, "page"), _counted(built.runs, "run"), _counted(built.targets, "target"))
    print("{}: {}, {} of {}".format(parsed.out / "index.html", *sizes))  # noqa: T201
    return 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
