"""Where something stands in the text of a chapter, for messages: tomllib gives values without their lines."""

from __future__ import annotations

import re

__all__ = ["line_of_clause", "line_of_field", "line_of_syntax_error"]

_HEADER = re.compile(r"\s*\[\[\s*[\"']?clause[\"']?\s*\]\]")
_PLACE = re.compile(r"at line (\d+)")


def line_of_syntax_error(text: str, message: str) -> int:
    """The line that a message of tomllib names; the last one if it says that the document ended too early."""
    place = _PLACE.search(message)
    return text.rstrip().count("\n") + 1 if place is None else int(place[1])


def line_of_field(text: str, field: str) -> int | None:
    """The first line of a text that gives a field its value, or is its header."""
    return _first_line(text.splitlines(), field)


def line_of_clause(text: str, index: int, of: int, field: str = "", item: int | None = None) -> int | None:
    """The line of the clause of this index, counted from 0, among so many; of a field of it if that is found, and of
    an item of a list that is written one item a line.

    None where the clauses are not written with one header each, so that the lines cannot be told from the text.
    """
    lines = text.splitlines()
    headers = [at for at, line in enumerate(lines) if _HEADER.match(line)]
    if len(headers) != of:
        return None
    start, end = [*headers, len(lines)][index : index + 2]
    within = _first_line(lines[start + 1 : end], field) if field else None
    if within is None:
        return start + 1
    at = start + 1 + within
    if item is not None and lines[at - 1].rstrip().endswith("[") and at + item < end:
        at += item + 1
    return at


def _first_line(lines: list[str], field: str) -> int | None:
    start = re.compile(rf"\s*\[*\s*[\"']?{re.escape(field)}[\"']?\s*(?:=|\.|\])")
    return next((number for number, line in enumerate(lines, 1) if start.match(line)), None)
