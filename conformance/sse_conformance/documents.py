"""What the commands on results share: reading one, and putting out what was made of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sse_conformance.usage import UsageError

if TYPE_CHECKING:
    from sse_reports.result import Result

__all__ = ["put_out", "result_in"]


def result_in(path: Path) -> Result:
    """The result in a file, or in a directory that `s3-sse run --out` wrote. Raises :class:`UsageError`."""
    from sse_reports.reading import ResultError, read

    try:
        return read(path)
    except ResultError as error:
        raise UsageError(str(error)) from None


def put_out(text: str, file: Path | None) -> None:
    """Print a text, or write it to a file, whole or not at all. Raises :class:`UsageError`."""
    if file is None:
        from sse_reports.text import encodable

        sys.stdout.write(encodable(text, sys.stdout.encoding or "utf-8"))
        return
    from sse_reports.files import replace

    try:
        replace(file, text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or file}: {error.strerror or error}") from None
