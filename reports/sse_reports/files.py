"""A result as a directory of files.

result.json              the document itself
summary.txt              the terminal face, in full and without colour
junit.xml                for a CI server
report.html              to publish
report.md                for the summary of a CI job or a wiki
report.sarif             for code scanning
badge.svg                for a README; badges/<class>.svg are those of single conformance classes
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
from sse_spec.clauses import CLASSES, Clause

from sse_reports import badge, html, junit, markdown, sarif, terminal, witness
from sse_reports.result import Result, decode, encode
from sse_reports.text import inert_block, inert_json

__all__ = ["SUMMARY_WIDTH", "replace", "summary", "write"]

SUMMARY_WIDTH = 120
"""Columns of `summary.txt`: what a bug tracker and a diff view show without a scroll bar."""

_RESULT = "result.json"


def summary(result: Result) -> str:
    """The terminal face in full, without colour, and with the width of a file."""
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


def _badges(result: Result) -> Iterator[tuple[str, str]]:
    """A badge for each class of the suite's own: a name from elsewhere could be that of any file."""
    for name in badge.classes(result):
        if name in CLASSES:
            yield f"badges/{name}.svg", badge.render(result, name)


def replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; a link to it stays one. What is no file, such as `/dev/null` or a pipe, is
    written to as it is. Raises OSError that names it.
    """
    real = Path(os.path.realpath(path))
    try:
        if real.exists() and not real.is_file():
            real.write_bytes(content)
            return
        unfinished = real.with_name(f".{real.name}.{secrets.token_hex(4)}.tmp")
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, real)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _outdated(directory: Path, result: Result) -> Iterator[Path]:
    """The witnesses and badges of the result found in the directory that the new one lacks; never a file of another
    hand.
    """
    try:
        earlier = decode((directory / _RESULT).read_bytes())
    except (OSError, UnicodeDecodeError, msgspec.DecodeError):
        return
    for name in sorted(set(_several(earlier)) - set(_several(result))):
        yield directory / name


def _several(result: Result) -> dict[str, bytes]:
    """The files of which there are several, by the name in the directory: witnesses and badges."""
    witnesses = {f"witnesses/{name}": content for name, content in _witnesses(result)}
    return witnesses | {name: picture.encode("utf-8") for name, picture in _badges(result)}


def _faces(result: Result, clauses: Mapping[str, Clause] | None) -> Iterator[tuple[str, str]]:
    """The files of which there is one, each made when it is asked for."""
    yield "summary.txt", summary(result)
    yield "junit.xml", junit.render(result)
    yield "report.md", markdown.render(result)
    yield "report.sarif", sarif.render(result, clauses)
    yield "badge.svg", badge.render(result)
    yield "report.html", html.render(result, clauses)


def write(result: Result, directory: str | Path, clauses: Mapping[str, Clause] | None = None) -> None:
    """Write every file of the result into `directory`, which is made if need be.

    Each file is replaced whole, and `result.json` first: all else can be made from it again. Witnesses and badges of an
    earlier result in the directory are removed. `clauses` are the texts for the page, as for `html.render`. Raises
    OSError, naming the file, where the directory cannot be made or a file cannot be written; what was there stays as it
    was.
    """
    home = Path(directory)
    several = _several(result)
    for name in ("witnesses", "badges"):
        (home / name).mkdir(parents=True, exist_ok=True)
    outdated = list(_outdated(home, result))
    replace(home / _RESULT, inert_json(encode(result)))
    for name, content in several.items():
        replace(home / name, content)
    for name, face in _faces(result, clauses):
        replace(home / name, face.encode("utf-8"))
    for path in outdated:
        path.unlink(missing_ok=True)
