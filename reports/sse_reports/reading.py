"""Reading a result that somebody hands over: what is none is refused with its file and the reason, in one line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from sse_reports.result import FORMAT, Result, decode
from sse_reports.text import inert

__all__ = ["ResultError", "parse", "read"]

REASON_LIMIT = 200
"""Longest reason, in characters: enough for the path of a field, and not for what a foreign file says in it."""

_OURS = FORMAT.partition("/")[0]
_IN_A_DIRECTORY = "result.json"


class ResultError(Exception):
    """The file holds no result that can be read. The message is one line: the file, and what is wrong with it."""

    def __init__(self, name: str, reason: str) -> None:
        shown = inert(reason)
        super().__init__(f"{inert(name)}: {shown if len(shown) <= REASON_LIMIT else shown[:REASON_LIMIT] + '…'}")


class _Head(msgspec.Struct):
    """What every edition of a result begins with."""

    format: str = ""


def read(path: Path) -> Result:
    """The result in a file; a directory stands for the `result.json` in it. Raises :class:`ResultError`."""
    file = path / _IN_A_DIRECTORY if path.is_dir() else path
    try:
        document = file.read_bytes()
    except (OSError, ValueError) as error:
        raise ResultError(str(file), getattr(error, "strerror", None) or str(error)) from None
    return parse(document, str(file))


def parse(document: bytes, name: str) -> Result:
    """The result that a document holds; `name` says in messages where it comes from. Raises :class:`ResultError`."""
    try:
        _check_format(document, name)
        result = decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ResultError(name, f"no result: {error}") from None
    except RecursionError:
        raise ResultError(name, "no result: it is nested too deeply") from None
    for what, ids in (
        ("clause", (one.id for one in result.clauses)),
        ("divergence", (one.id for one in result.divergences)),
    ):
        if twice := _first_twice(ids):
            raise ResultError(name, f"no result: the {what} {twice} is listed twice")
    return result


def _check_format(document: bytes, name: str) -> None:
    """Raises :class:`ResultError` for a document that says that it is something else, or says nothing."""
    try:
        found = msgspec.json.decode(document, type=_Head).format
    except msgspec.ValidationError:
        found = ""
    kind, _, version = found.partition("/")
    if found == FORMAT:
        return
    if kind == _OURS and version:
        raise ResultError(name, f"its format is {found}, and this edition of s3-sse-conformance reads {FORMAT}")
    raise ResultError(name, f"no result of s3-sse run: its format is {found or 'not said'}, not {FORMAT}")


def _first_twice(ids: Iterable[str]) -> str:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            return one
        seen.add(one)
    return ""
