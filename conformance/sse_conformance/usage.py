"""Words of the command line: parsing them, and telling who calls what is wrong with them."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from sse_spec.clauses import EDITION, FIRST_DAY

__all__ = ["Parser", "UsageError", "add_as_of", "complain", "count", "positive"]


class UsageError(Exception):
    """The words of the command are wrong; the message is one line that says what would be right."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that names what is known."""

    def error(self, message: str) -> NoReturn:
        """Raise :class:`UsageError`."""
        raise UsageError(message)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Read the words. Raises :class:`UsageError` for those that are not known."""
        found, extra = super().parse_known_args(args, namespace)
        if extra:
            known = sorted(option for action in self._actions for option in action.option_strings if option[:2] == "--")
            raise UsageError(f"{self.prog}: unknown: {' '.join(extra)}; known options: {' '.join(known)}")
        return found, extra


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which day's documents are in force."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        default=EDITION.isoformat(),
        help=f"the day whose documents are in force, {FIRST_DAY} or later (default: {EDITION})",
    )


def positive(word: str) -> int:
    """A number from 1 on."""
    return _number(word, 1)


def count(word: str) -> int:
    """A number from 0 on."""
    return _number(word, 0)


def _number(word: str, least: int) -> int:
    if not word.isdecimal() or int(word) < least:
        raise argparse.ArgumentTypeError(f"{word!r} is no number from {least} on")
    return int(word)


def complain(message: object, status: int) -> int:
    """Say what is wrong in one line, without any secret that it may quote, and give the exit status on."""
    from sse_adapters.redaction import redacted

    print(f"s3-sse: {redacted(str(message))}", file=sys.stderr)  # noqa: T201
    return status
