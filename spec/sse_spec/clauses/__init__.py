"""The normative text: one TOML file a chapter, and what reads it.

A clause is a numbered statement about what an outsider can see. It holds from `since` on and ends before `until`.
Where a change is known only to lie between two days, the bound is that pair, and between them both behaviours are
permitted.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

import msgspec

from sse_spec.classes import CLASSES
from sse_spec.clauses.places import line_of_clause, line_of_field, line_of_syntax_error

__all__ = [
    "CHAPTERS",
    "CLASSES",
    "EDITION",
    "Basis",
    "Bound",
    "Chapter",
    "Clause",
    "ClauseFileError",
    "Level",
    "Source",
    "UnknownClauseError",
    "clause",
    "clauses",
    "read_chapter",
]

CHAPTERS = (
    "configuration",
    "default",
    "headers",
    "kms",
    "dsse",
    "bucket_key",
    "copy",
    "etag",
    "reading",
    "bytes",
    "post_form",
    "multipart",
    "sse_c",
    "cross_account",
    "permissions",
    "access_logging",
    "replication",
    "batch",
    "update",
)
"""The chapters in reading order; `rules/` has a module of the same name for each."""

EDITION = dt.date(2026, 11, 1)
"""The newest date whose documents this edition describes, and the as-of date of a run that names none."""

FIRST_DAY = dt.date(2021, 9, 9)
"""The date of the founding document; nothing earlier is described."""

Level = Literal["MUST", "SHOULD", "MAY"]
Basis = Literal["documented", "observed", "conflict", "silent"]
Bound = dt.date | tuple[dt.date, dt.date]


class UnknownClauseError(KeyError):
    """There is no clause of this id."""


class ClauseFileError(ValueError):
    """A chapter is malformed. The message is one line: the file, the line in it, the clause, and what is wrong."""

    def __init__(self, file: str, reason: str, *, line: int | None = None, clause: str = "") -> None:
        self.file, self.reason, self.line, self.clause = file, reason, line, clause
        place = "" if line is None else f"line {line}"
        super().__init__(": ".join(" ".join(part.split()) for part in (file, place, clause, reason) if part))


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a clause comes from.

    `document` names a page and its date, `botocore:SERVICE/SHAPE` for the API reference inside botocore, or a recording
    or report of real AWS; `section` the place in it; `sha256` is the fingerprint of the sentence
    (:func:`sse_spec.sources.fingerprint`), empty where the source is not a sentence.
    """

    document: str
    section: str = ""
    sha256: str = ""
    url: str = ""


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One normative statement. `observe` says how an outsider sees whether it holds."""

    id: str
    title: str
    text: str
    level: Level
    clause_class: str = msgspec.field(name="class")
    basis: Basis
    observe: str
    sources: tuple[Source, ...]
    since: Bound | None = None
    until: Bound | None = None
    note: str = ""
    chapter: str = ""


class Chapter(msgspec.Struct, frozen=True):
    """The clauses of one file, in the order in which they stand there."""

    title: str
    clauses: tuple[Clause, ...]


@functools.cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in reading order."""
    found: dict[str, Clause] = {}
    for name in CHAPTERS:
        text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        found.update({one.id: one for one in read_chapter(text, name).clauses})
    return MappingProxyType(found)


def clause(name: str) -> Clause:
    """The clause of this id. Raises :class:`UnknownClauseError`."""
    try:
        return clauses()[name]
    except KeyError:
        raise UnknownClauseError(name) from None


def read_chapter(text: str, name: str) -> Chapter:
    """A chapter from its TOML; `name` is that of the chapter, or of the file, and stands in messages.

    Raises :class:`ClauseFileError` about the first thing that is wrong. What a clause says cannot be checked, only that
    it says what every clause has to: fields, level, class, dates, sources, and an id of its own.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ClauseFileError(name, str(error), line=line_of_syntax_error(text, str(error))) from None
    for field in document:
        if field not in ("title", "clause"):
            raise ClauseFileError(name, f"unknown field {field!r}", line=line_of_field(text, field))
    title, tables = document.get("title"), document.get("clause")
    if not isinstance(title, str) or not title.strip():
        line = line_of_field(text, "title") if "title" in document else 1
        raise ClauseFileError(name, "title: write the title of the chapter", line=line)
    if not isinstance(tables, list) or not tables:
        raise ClauseFileError(name, "there is no [[clause]] in it", line=line_of_field(text, "clause"))
    found: list[Clause] = []
    for index, table in enumerate(tables):
        try:
            found.append(_read_clause(table, found))
        except _FaultError as fault:
            line = line_of_clause(text, index, len(tables), fault.field, fault.item)
            written = table.get("id") if isinstance(table, dict) else None
            raise ClauseFileError(
                name, str(fault), line=line, clause=written if isinstance(written, str) else ""
            ) from None
    return Chapter(title, tuple(msgspec.structs.replace(one, chapter=name) for one in found))


class _FaultError(Exception):
    """What is wrong with a clause, the field that it is wrong with, and which item of it if that is a list."""

    def __init__(self, reason: str, field: str = "", item: int | None = None) -> None:
        self.field, self.item = field, item
        super().__init__(reason)


_ID = re.compile(r"[A-Z]{3}-\d\d")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_AT = re.compile(r" - at `\$\.(\w+)(?:\[(\d+)\])?.*`$", re.DOTALL)
_UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`", re.DOTALL)

_KNOWN = {"level": get_args(Level), "basis": get_args(Basis)}
"""The fields that have one of a few values; which classes there are is for :data:`CLASSES` to say."""

_BASES = {"MUST": ("documented", "observed"), "MAY": ("silent", "conflict")}
"""What a level may rest on: what is open binds nobody, and what is stated is not left open. A SHOULD may be either."""


def _read_clause(table: Any, before: list[Clause]) -> Clause:
    """A clause of a chapter. Raises :class:`_FaultError`."""
    if isinstance(table, dict) and "chapter" in table:
        raise _FaultError("unknown field `chapter`: the chapter is the file", "chapter")
    try:
        one = msgspec.convert(table, Clause, builtin_types=(dt.date,))
    except msgspec.ValidationError as error:
        raise _ill_typed(str(error)) from None
    for field, item, reason in _faults(one, before):
        raise _FaultError(f"{field}: {reason}", field, item)
    return one


def _ill_typed(message: str) -> _FaultError:
    at, unknown = _AT.search(message), _UNKNOWN_FIELD.search(message)
    if at is None:
        return _FaultError(message, "" if unknown is None else unknown[1])
    field, item = at[1], at[2]
    known = f"; known: {', '.join(_KNOWN[field])}" if field in _KNOWN else ""
    return _FaultError(f"{field}: {message[: at.start()]}{known}", field, None if item is None else int(item))


def _faults(one: Clause, before: list[Clause]) -> Iterator[tuple[str, int | None, str]]:
    """What is wrong with a clause whose fields have the right types: field, item of it, and the reason."""
    if _ID.fullmatch(one.id) is None:
        yield "id", None, f"{one.id!r} is not three capital letters, a hyphen and two digits"
    if any(one.id == other.id for other in before):
        yield "id", None, "there is another clause of this id"
    if before and one.id[:3] != before[0].id[:3]:
        yield "id", None, f"the clauses of this chapter begin with {before[0].id[:3]}"
    for field, text in (("title", one.title), ("text", one.text), ("observe", one.observe)):
        if not text.strip():
            yield field, None, "it is empty"
    if one.clause_class not in CLASSES:
        yield "class", None, f"there is no class {one.clause_class!r}; known: {', '.join(CLASSES)}"
    if one.basis not in _BASES.get(one.level, get_args(Basis)):
        yield "basis", None, f"a {one.level} rests on {' or '.join(_BASES[one.level])}, not on {one.basis}"
    yield from ((field, None, reason) for field, reason in _faults_of_dates(one))
    if not one.sources:
        yield "sources", None, "a clause has at least one source"
    for index, source in enumerate(one.sources):
        yield from (("sources", index, reason) for reason in _faults_of_source(source))


def _faults_of_dates(one: Clause) -> Iterator[tuple[str, str]]:
    for field, bound in (("since", one.since), ("until", one.until)):
        days = _days(bound)
        for day in days:
            if not FIRST_DAY <= day <= EDITION:
                yield field, f"{day} does not lie between {FIRST_DAY} and {EDITION}"
        if isinstance(bound, tuple) and bound[0] >= bound[1]:
            yield field, f"of the two days between which the change lies, {bound[0]} is not the earlier one"
    if one.since is not None and one.until is not None:
        begun, ended = _days(one.since)[-1], _days(one.until)[0]
        if ended < begun or one.since == one.until:
            yield "until", f"the clause ends on {ended}, and has not begun before {begun}"


def _days(bound: Bound | None) -> tuple[dt.date, ...]:
    if bound is None:
        return ()
    return bound if isinstance(bound, tuple) else (bound,)


def _faults_of_source(source: Source) -> Iterator[str]:
    if not source.document.strip():
        yield "it names no document"
    if source.sha256 and _SHA256.fullmatch(source.sha256) is None:
        yield f"the sha256 {source.sha256!r} is not 64 hexadecimal digits in lower case"
    if source.url and not source.url.startswith("https://"):
        yield f"the url {source.url!r} does not begin with https://"
