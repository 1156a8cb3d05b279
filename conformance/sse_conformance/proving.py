"""The arguments of `s3-sse mutants`, and what it does with them."""

from __future__ import annotations

import argparse
import functools
from typing import Any

from sse_conformance.usage import UsageError, count, positive

__all__ = ["add_mutants"]


def add_mutants(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    mutants = commands.add_parser("mutants", help="run the suite on S3 implementations with one bug each")
    mutants.add_argument("names", nargs="*", metavar="NAME", help="this mutant (default: all)")
    mutants.add_argument("-n", dest="processes", type=positive, metavar="N", help="processes (default: one a core)")
    mutants.add_argument("--seed", type=int, default=0, help="of the random programs")
    mutants.add_argument(
        "--examples", type=count, metavar="N", help="random programs for those that the cover lets live"
    )
    mutants.add_argument("--verbose", action="store_true", help="print the sin and the witness of each")
    mutants.add_argument("--list", action="store_true", help="list the mutants and their sins, and try none")
    mutants.set_defaults(command=_mutants)


def _mutants(parsed: argparse.Namespace) -> int:
    from sse_conformance.mutants import command
    from sse_conformance.mutants.register import UnknownMutantError

    say = functools.partial(print, flush=True)
    try:
        if parsed.list:
            for line in command.listing(parsed.names):
                say(line)
            return 0
        return command.run(
            say,
            parsed.names,
            processes=parsed.processes,
            seed=parsed.seed,
            examples=command.EXAMPLES if parsed.examples is None else parsed.examples,
            verbose=parsed.verbose,
        )
    except UnknownMutantError as error:
        raise UsageError(f"there is no mutant {error}; `s3-sse mutants --list` lists those that there are") from None
