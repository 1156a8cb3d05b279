"""From a document back to the clauses: what rests on each of its sentences, or why nothing can.

The sentences are not ours to ship. The file `founding.toml` holds the fingerprint of each sentence of the founding
document, in reading order, and for one that states nothing testable the reason. What the others state is in clauses.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any, NamedTuple

import msgspec

from sse_spec.clauses import Clause
from sse_spec.sources import fingerprint, sentences

__all__ = [
    "IN_BOTOCORE",
    "FoundingDocument",
    "FoundingSentence",
    "Lookup",
    "Traced",
    "documented_at",
    "founding_document",
    "moved",
    "resting_on",
    "trace",
    "untestable",
]

IN_BOTOCORE = "botocore:"
"""How the document of a source begins that can be looked up in the installed botocore."""

Lookup = Callable[[str], frozenset[str] | None]
"""The fingerprints of the sentences at a `botocore:` reference; None where there is no such place."""


class FoundingSentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence of the founding document, by its fingerprint; `reason` says why it states nothing testable."""

    sha256: str
    reason: str = ""


class FoundingDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document that the specification started from. `document` is how the sources of clauses name it."""

    document: str
    url: str
    sentence: tuple[FoundingSentence, ...]


class Traced(NamedTuple):
    """A sentence, and what accounts for it: the clauses that rest on it, or the reason why it states nothing testable.

    Neither is there for a sentence that nobody has accounted for.
    """

    sentence: str
    sha256: str
    clauses: tuple[str, ...] = ()
    reason: str = ""

    @property
    def accounted_for(self) -> bool:
        """Whether clauses rest on the sentence, or it is known to state nothing testable."""
        return bool(self.clauses or self.reason)


@functools.cache
def founding_document() -> FoundingDocument:
    """The founding document, as fingerprints."""
    text = resources.files("sse_spec").joinpath("founding.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), FoundingDocument)


def untestable() -> dict[str, str]:
    """By fingerprint, why a sentence states nothing that an outsider could test."""
    return {one.sha256: one.reason for one in founding_document().sentence if one.reason}


def resting_on(described: Iterable[Clause]) -> dict[str, tuple[str, ...]]:
    """By fingerprint, the ids of the clauses that rest on a sentence, in the order given."""
    found: dict[str, dict[str, None]] = {}
    for one in described:
        for source in one.sources:
            if source.sha256:
                found.setdefault(source.sha256, {})[one.id] = None
    return {sha256: tuple(ids) for sha256, ids in found.items()}


def trace(text: str, described: Iterable[Clause], reasons: Mapping[str, str]) -> tuple[Traced, ...]:
    """Each sentence of a document with what accounts for it, in reading order.

    `reasons` are those why a sentence states nothing testable (:func:`untestable`). A sentence is known by its words
    alone, so the same one counts wherever it stands.
    """
    clauses_on = resting_on(described)
    marked = ((sentence, fingerprint(sentence)) for sentence in sentences(text))
    return tuple(
        Traced(sentence, sha256, clauses_on.get(sha256, ()), reasons.get(sha256, "")) for sentence, sha256 in marked
    )


def documented_at(model: Mapping[str, Any], name: str) -> frozenset[str] | None:
    """The fingerprints of what botocore's model of a service says of an operation or shape, or of a member of one.

    `name` is `PutObject` or `PutObjectRequest.ServerSideEncryption`. None where there is no such place.
    """
    outer, _, member = name.partition(".")
    place = model["operations"].get(outer) or model["shapes"].get(outer)
    if place is not None and member:
        place = place.get("members", {}).get(member)
    if place is None:
        return None
    return frozenset(fingerprint(sentence) for sentence in sentences(place.get("documentation", "")))


def moved(described: Iterable[Clause], lookup: Lookup) -> list[str]:
    """One line for each source in botocore's service model that no longer says what its clause rests on."""
    lines = []
    for one in described:
        for source in one.sources:
            if not source.document.startswith(IN_BOTOCORE):
                continue
            found = lookup(source.document)
            if found is None:
                lines.append(f"{one.id}: {source.document} is gone; look for its successor")
            elif source.sha256 and source.sha256 not in found:
                lines.append(f"{one.id}: {source.document} has lost the sentence {source.sha256[:12]}; read it again")
    return lines
