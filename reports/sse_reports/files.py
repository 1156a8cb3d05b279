"""A result as a directory of files.

result.json              the document itself
summary.txt              the terminal face, in full and without colour
junit.xml                for a CI server
report.html              to publish
witnesses/<id>.json      each divergence's program, for `s3-sse replay`
witnesses/<id>.py        the same as a stand-alone boto3 script, where the result has one
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from sse_spec.clauses import Clause

from sse_reports import html, junit, terminal, witness
from sse_reports.result import Result, decode, encode
from sse_reports.text import inert_block, inert_json

__all__ = ["SUMMARY_WIDTH", "write"]

SUMMARY_WIDTH = 120
"""Columns of `summary.txt`: what a bug tracker and a diff view show without a scroll bar."""

_RESULT = "result.json"


def _summary(result: Result) -> str:
    buffer = io.StringIO()
    console = Console(file=buffer, width=SUMMARY_WIDTH, color_system=None, force_terminal=False, force_jupyter=False)
    terminal.render(result, console, verbose=True)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _witnesses(result: Result) -> Iterator[tuple[str, bytes]]:
    for divergence in result.divergences:
        name = witness.stem(divergence)
        yield f"{name}.json", witness.program(divergence)
        if divergence.script:
            yield f"{name}.py", inert_block(divergence.script).encode("utf-8")


def _replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all. Raises OSError that names it."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, path)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _outdated(directory: Path, names: frozenset[str]) -> Iterator[Path]:
    """The witnesses of the result found in the directory that the new one lacks; never a file of another hand."""
    try:
        earlier = decode((directory / _RESULT).read_bytes())
    except (OSError, UnicodeDecodeError, msgspec.DecodeError):
        return
    for name, _ in _witnesses(earlier):
        if name not in names:
            yield directory / "witnesses" / name


def write(result: Result, directory: str | Path, clauses: Mapping[str, Clause] | None = None) -> None:
    """Write every file of the result into `directory`, which is made if need be.

    Each file is replaced whole, and `result.json` first: all else can be made from it again. Witnesses of an earlier
    result in the directory are removed. `clauses` are the texts for the page, as for `html.render`. Raises OSError,
    naming the file, where the directory cannot be made or a file cannot be written; what was there stays as it was.
    """
    home = Path(directory)
    witnesses = dict(_witnesses(result))
    (home / "witnesses").mkdir(parents=True, exist_ok=True)
    outdated = list(_outdated(home, frozenset(witnesses)))
    _replace(home / _RESULT, inert_json(encode(result)))
    for name, content in witnesses.items():
        _replace(home / "witnesses" / name, content)
    _replace(home / "summary.txt", _summary(result).encode("utf-8"))
    _replace(home / "junit.xml", junit.render(result).encode("utf-8"))
    _replace(home / "report.html", html.render(result, clauses).encode("utf-8"))
    for path in outdated:
        path.unlink(missing_ok=True)
