"""The ledger: the known divergences of a target, each with the reason why it is put up with, and until when.

It is strict: what is in it no longer fails a run, but an entry that diverges no more, or has expired, does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import tomli_w
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from sse_reports.merge import is_whole
from sse_reports.result import Result, Signature
from sse_spec.actions import S3Action
from sse_spec.clauses import CLASSES, EDITION, clauses

__all__ = ["EMPTY", "Applied", "Entry", "Ledger", "LedgerError", "apply", "entry_id", "load", "propose", "shipped"]

TERM = dt.timedelta(days=180)
"""How long a proposed entry lasts unless a person decides otherwise: long enough for a fix to be released."""

ID_LENGTH = 8
"""Hex digits of an id: a thousand divergences share none, but for one chance in ten thousand."""

_EVERY_VERSION = ("", "*")
_HEADER = re.compile(r"\s*\[\[\s*(divergence|\"divergence\"|'divergence')\s*\]\]")
_PLACE = re.compile(r"line (\d+)")
_TARGET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ACTIONS = frozenset(action.__name__ for action in get_args(S3Action))


class LedgerError(Exception):
    """The ledger cannot be used. The message is one line: the file, the line in it, and what is wrong there."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known divergence.

    The first five fields are those of its signature. `versions` is a PEP 440 specifier set over the versions of the
    target (`>=5.0,<6`); `*` is every version, also one that PEP 440 does not know. `reason` says why the divergence is
    put up with; `link` leads to more, or is empty. The entry excuses nothing after the day `expires`. `beyond` marks
    what random programs found beyond the cover: that it did not come up says nothing, so that it is never stale.
    """

    clause: str
    action: str
    field: str
    expected: str
    observed: str
    versions: str
    reason: str
    expires: dt.date
    link: str = ""
    beyond: bool = False

    @property
    def signature(self) -> Signature:
        """The signature of the divergence."""
        return Signature(self.clause, self.action, self.field, self.expected, self.observed)

    def covers(self, version: str) -> bool:
        """Whether the entry is about this version of its target."""
        if self.versions.strip() in _EVERY_VERSION:
            return True
        try:
            return SpecifierSet(self.versions).contains(Version(version), prereleases=True)
        except InvalidVersion:
            return False


class Ledger(msgspec.Struct, frozen=True):
    """The known divergences of a target, and the file that they come from."""

    source: str
    entries: tuple[Entry, ...]


EMPTY = Ledger("none", ())
"""The ledger in which nothing is known."""


class Applied(NamedTuple):
    """What a ledger makes of a run: what it excuses, and the ids of the entries that fail the run themselves."""

    known: dict[Signature, Entry]
    stale: tuple[str, ...]
    expired: tuple[str, ...]


def entry_id(signature: Signature) -> str:
    """The id of a divergence and of its entry: short, and the same in every run."""
    return hashlib.sha256(msgspec.json.encode(signature)).hexdigest()[:ID_LENGTH]


# --- reading ----------------------------------------------------------------------------------------------------------


def load(path: Path) -> Ledger:
    """Read a ledger. Raises :class:`LedgerError`."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise LedgerError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise LedgerError(f"{path}:{error.object.count(10, 0, error.start) + 1}: not UTF-8") from None
    return _read(str(path), text)


def shipped(target_name: str) -> Ledger:
    """The ledger that ships for a target of this name; an empty one if none does. Raises :class:`LedgerError`."""
    if _TARGET_NAME.fullmatch(target_name) is None:
        return EMPTY
    source = f"{target_name}.toml"
    file = resources.files("sse_conformance").joinpath("ledgers").joinpath(source)
    return _read(source, file.read_text(encoding="utf-8")) if file.is_file() else EMPTY


def _read(source: str, text: str) -> Ledger:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = text.rstrip().count("\n") + 1 if place is None else int(place[1])
        raise LedgerError(f"{source}:{line}: {_one_line(error)}") from None
    for name in document:
        if name != "divergence":
            raise LedgerError(f"{source}:{_line_of(text, name)}: unknown field {name!r}: write [[divergence]]")
    tables = document.get("divergence", [])
    if not isinstance(tables, list):
        raise LedgerError(f"{source}:{_line_of(text, 'divergence')}: divergence has to be written [[divergence]]")
    entries: dict[tuple[Signature, str], Entry] = {}
    for index, table in enumerate(tables):
        try:
            entry = _entry(table)
            if (entry.signature, entry.versions) in entries:
                raise ValueError("the same divergence and versions are listed before")
        except (ValueError, msgspec.ValidationError) as error:
            raise LedgerError(f"{source}:{_line_of_table(text, index)}: {_one_line(error)}") from None
        entries[entry.signature, entry.versions] = entry
    return Ledger(source, tuple(entries.values()))


def _entry(table: Any) -> Entry:
    """One table as an entry. Raises ValueError or msgspec.ValidationError that names the field."""
    entry = msgspec.convert(table, Entry, builtin_types=(dt.date,))
    if entry.clause not in clauses():
        raise ValueError(f"clause: there is no clause {entry.clause!r}")
    if entry.action not in _ACTIONS:
        raise ValueError(f"action: there is no action {entry.action!r}")
    if not entry.reason.strip():
        raise ValueError(f"reason: say why the divergence from {entry.clause} is put up with")
    if entry.versions.strip() not in _EVERY_VERSION:
        try:
            SpecifierSet(entry.versions)
        except InvalidSpecifier:
            raise ValueError(f'versions: {entry.versions!r} is no range such as ">=5.0,<6", nor "*"') from None
    return entry


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _line_of(text: str, name: str) -> int:
    """The line that begins with a name at the top of the document, as nearly as it can be found."""
    lines = text.splitlines()
    start = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}\b")
    return next((number for number, line in enumerate(lines, 1) if start.match(line)), 1)


def _line_of_table(text: str, index: int) -> int:
    """The line of the header of a table, counted from 0; 1 if the tables are written without headers."""
    lines = text.splitlines(keepends=True)
    headers = [at for at, line in enumerate(lines) if _HEADER.match(line)]
    # What looks like a header within a text of several lines is none: the document cannot end before it.
    true = [at for at in headers if _ends("".join(lines[:at]))]
    return true[index] + 1 if index < len(true) else 1


def _ends(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


# --- applying ---------------------------------------------------------------------------------------------------------


def apply(
    ledger: Ledger,
    target_version: str,
    signatures: Collection[Signature],
    judged_clauses: Collection[str],
    today: dt.date,
) -> Applied:
    """What a ledger makes of a run that found `signatures` and could judge `judged_clauses`.

    An entry about other versions of the target does nothing. One that has expired excuses nothing. One is stale if its
    clause was judged and its divergence was not found.
    """
    fitting = [entry for entry in ledger.entries if entry.covers(target_version)]
    known: dict[Signature, Entry] = {}
    for entry in fitting:
        if entry.signature in signatures and entry.expires >= today:
            known.setdefault(entry.signature, entry)
    stale = (entry for entry in fitting if _is_stale(entry, signatures, judged_clauses))
    expired = (entry for entry in fitting if entry.expires < today)
    return Applied(known, _ids(stale), _ids(expired))


def _is_stale(entry: Entry, signatures: Collection[Signature], judged_clauses: Collection[str]) -> bool:
    return not entry.beyond and entry.clause in judged_clauses and entry.signature not in signatures


def _ids(entries: Iterator[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry_id(entry.signature) for entry in entries))


# --- proposing --------------------------------------------------------------------------------------------------------

_TO_COMPLETE = "# New. Complete the reason; then check versions, link and expires."


def propose(result: Result, existing: Ledger) -> str:
    """A ledger that fits a result, as TOML, in the order of the signatures.

    Entries of `existing` stay as they are, but for the stale ones, which are left out; only a full run tells which
    those are. New ones have no reason yet: :func:`load` refuses them until a person has given one.
    """
    version = result.target.version
    found = {divergence.signature: divergence.beyond for divergence in result.divergences}
    judged = {one.id for one in result.clauses if one.verdict in {"pass", "fail"}} if _is_whole(result) else set[str]()
    kept = [entry for entry in existing.entries if not (entry.covers(version) and _is_stale(entry, found, judged))]
    new = set(found) - {entry.signature for entry in kept if entry.covers(version)}
    tables = [(entry, _table(entry)) for entry in kept]
    for signature in new:
        entry = msgspec.structs.replace(_new_entry(signature, result), beyond=found[signature])
        tables.append((entry, f"{_TO_COMPLETE}\n{_table(entry)}"))
    tables.sort(key=lambda one: (one[0].signature, one[0].versions))
    head = f"# Known divergences of {_one_line_comment(result.target.name)}.\n"
    return "\n".join([head, *(table for _, table in tables)])


def _is_whole(result: Result) -> bool:
    """Whether the run would have brought every known divergence up, so that what it did not show is no more."""
    everything = result.cover.size != "clauses" and set(result.classes) == set(CLASSES)
    return not result.incomplete and everything and is_whole(result) and result.as_of == EDITION.isoformat()


def _new_entry(signature: Signature, result: Result) -> Entry:
    try:
        versions = f">={Version(result.target.version).public}"
    except InvalidVersion:
        versions = "*"
    expires = dt.date.fromisoformat(result.run.started[:10]) + TERM
    parts = (signature.clause, signature.action, signature.field, signature.expected, signature.observed)
    return Entry(*parts, versions, reason="", expires=expires)


def _table(entry: Entry) -> str:
    """An entry as a table, with its id, and with the fields in the order in which a person reads them."""
    fields = msgspec.structs.asdict(entry)
    order = ["clause", "action", "field", "expected", "observed", "versions", "reason", "link", "expires"]
    if entry.beyond:
        order.append("beyond")
    return f"[[divergence]]  # {entry_id(entry.signature)}\n" + tomli_w.dumps({name: fields[name] for name in order})


def _one_line_comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
