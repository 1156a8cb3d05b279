"""`s3-sse trace-sources`: from a document, or from the installed botocore, back to the clauses."""

from __future__ import annotations

import functools
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from sse_spec.clauses import Clause, clauses
from sse_spec.tracing import IN_BOTOCORE, Lookup, Traced, documented_at, moved, trace, untestable

__all__ = [
    "DocumentError",
    "Kind",
    "botocore_report",
    "document_report",
    "installed",
    "kind",
    "read_document",
    "report",
]

Kind = Literal["clauses", "untestable", "unaccounted"]
"""What can become of a sentence: clauses rest on it, it states nothing testable, or nobody has accounted for it."""

WIDTH = 100
INDENT = "     "


class DocumentError(Exception):
    """The file is no document. The message is one line: the file, and what is wrong with it."""


def report(file: Path | None, *, only: Kind | None, with_botocore: bool) -> tuple[list[str], int]:
    """What there is to say of a document, if one is given, and of the installed botocore, if that is asked for.

    The lines, and 1 if a sentence is unaccounted for or a source has moved, else 0. Raises :class:`DocumentError`.
    """
    reports: list[tuple[list[str], int]] = []
    if file is not None:
        found = trace(read_document(file), clauses().values(), untestable())
        if not found:
            raise DocumentError(f"{file}: there is no sentence in it")
        reports.append(document_report(found, only))
    if with_botocore:
        reports.append(botocore_report(clauses().values()))
    return [line for lines, _ in reports for line in lines], max((status for _, status in reports), default=0)


def read_document(path: Path) -> str:
    """The text of a document. Raises :class:`DocumentError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"{path}: line {line}: it is no text in UTF-8") from None
    at = text.find("\0")
    if at >= 0:
        raise DocumentError(f"{path}: line {text.count(chr(10), 0, at) + 1}: it is no text: there is a zero byte in it")
    return text


def kind(traced: Traced) -> Kind:
    """What has become of a sentence. A clause that rests on it says more than a reason why none could."""
    if traced.clauses:
        return "clauses"
    return "untestable" if traced.reason else "unaccounted"


def document_report(found: Sequence[Traced], only: Kind | None = None) -> tuple[list[str], int]:
    """Each sentence with its account, and a summary; and 0 if all are accounted for, else 1.

    `only` holds back the sentences of the other kinds; the summary and the status are always those of the whole.
    """
    lines: list[str] = []
    for number, traced in enumerate(found, 1):
        if only in (None, kind(traced)):
            lines += _account(number, traced)
    count = Counter(map(kind, found))
    lines.append(
        f"{_counted(len(found), 'sentence')}: clauses rest on {count['clauses']}, "
        f"{count['untestable']} state nothing testable, {count['unaccounted']} unaccounted for"
    )
    return lines, 1 if count["unaccounted"] else 0


def _account(number: int, traced: Traced) -> Iterator[str]:
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in traced.sentence)
    yield from textwrap.wrap(shown, WIDTH, initial_indent=f"{number:>3}. ", subsequent_indent=INDENT)
    if traced.clauses:
        account = f"clauses: {', '.join(traced.clauses)}"
    elif traced.reason:
        account = f"nothing testable: {traced.reason}"
    else:
        account = f"UNACCOUNTED FOR, sha256 {traced.sha256}"
    yield from textwrap.wrap(account, WIDTH, initial_indent=f"{INDENT}-> ", subsequent_indent=f"{INDENT}   ")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@functools.cache
def _service_model(service: str) -> Any:
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader

    try:
        return Loader().load_service_model(service, "service-2")
    except UnknownServiceError:
        return None


def installed(reference: str) -> frozenset[str] | None:
    """The fingerprints of the sentences at a `botocore:SERVICE/PLACE` reference in the installed botocore.

    None where it has no such service or place.
    """
    service, _, place = reference.removeprefix(IN_BOTOCORE).partition("/")
    model = _service_model(service)
    return None if model is None else documented_at(model, place)


def botocore_report(described: Iterable[Clause], lookup: Lookup = installed) -> tuple[list[str], int]:
    """A line for each source that has moved in the installed botocore, and a summary; and 1 if one has, else 0."""
    import botocore

    everything = tuple(described)
    lines = moved(everything, lookup)
    looked_up = sum(source.document.startswith(IN_BOTOCORE) for one in everything for source in one.sources)
    summary = f"botocore {botocore.__version__}: {_counted(looked_up, 'source')}, {len(lines)} moved"
    return [*lines, summary], 1 if lines else 0
