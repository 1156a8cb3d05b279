"""The normative text: one TOML file a chapter, and what reads it.

A clause is a numbered statement about what an outsider can see. It holds from `since` on and ends before `until`.
Where a change is known only to lie between two days, the bound is that pair, and between them both behaviours are
permitted.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Literal

import msgspec

__all__ = [
    "CHAPTERS",
    "CLASSES",
    "EDITION",
    "Basis",
    "Bound",
    "Clause",
    "Level",
    "Source",
    "UnknownClauseError",
    "clause",
    "clauses",
]

CHAPTERS = ("configuration", "default", "headers", "kms", "bucket_key", "copy", "etag", "reading")
"""The chapters in reading order; `rules/` has a module of the same name for each."""

CLASSES = ("core", "kms", "bucket-key", "copy")
"""The conformance classes of this edition, in the order in which reports show them."""

EDITION = dt.date(2026, 11, 1)
"""The newest date whose documents this edition describes, and the as-of date of a run that names none."""

FIRST_DAY = dt.date(2021, 9, 9)
"""The date of the founding document; nothing earlier is described."""

Level = Literal["MUST", "SHOULD", "MAY"]
Basis = Literal["documented", "observed", "conflict", "silent"]
Bound = dt.date | tuple[dt.date, dt.date]


class UnknownClauseError(KeyError):
    """There is no clause of this id."""


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


class _Chapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    clause: tuple[Clause, ...]


@functools.cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in reading order."""
    found: dict[str, Clause] = {}
    for name in CHAPTERS:
        text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        for one in msgspec.convert(tomllib.loads(text), _Chapter).clause:
            found[one.id] = msgspec.structs.replace(one, chapter=name)
    return MappingProxyType(found)


def clause(name: str) -> Clause:
    """The clause of this id. Raises :class:`UnknownClauseError`."""
    try:
        return clauses()[name]
    except KeyError:
        raise UnknownClauseError(name) from None
