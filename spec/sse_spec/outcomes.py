"""What the specification permits: outcomes, each field of which names the clauses that decide it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

import msgspec

from sse_spec.situation import Label

__all__ = [
    "EACH_WRITE",
    "FEWER",
    "NO_CALL",
    "UNDER_WAY",
    "AsPut",
    "Decided",
    "Field",
    "KeyArn",
    "KeyAsGiven",
    "Objection",
    "Outcome",
    "Prediction",
    "Refusal",
    "Want",
    "Written",
]

T = TypeVar("T")

UNDER_WAY = "under way"
"""What the replication status of an object must be that is replicated: PENDING, COMPLETED or FAILED."""


NO_CALL, FEWER, EACH_WRITE = "none", "fewer than writes", "one for each write"
"""How many calls KMS must have been sent: none at all, some but fewer than there were writes, or at least as many."""


class Decided(NamedTuple, Generic[T]):
    """A value and the clauses that decided it."""

    value: T
    clauses: tuple[str, ...]


class KeyArn(msgspec.Struct, frozen=True):
    """Expect the full key ARN of the key with this label."""

    label: Label


class KeyAsGiven(msgspec.Struct, frozen=True):
    """Expect the key as `header` or `default` wrote it, or `managed` as its alias: what only a wrong S3 answers."""

    by: str


class AsPut(msgspec.Struct, frozen=True):
    """Expect the key of the configuration exactly as it was put."""


Want = str | bool | KeyArn | KeyAsGiven | AsPut | None
"""What a field must be: this text, this flag (an absent one is false), a key, or None for absent.

For `etag` the texts are `md5`, `not-md5`, `fresh` (not the MD5, nor the source's), `kept` and, for an answer that need
not have one, `kept-if-shown`; for `version_id` they are `kept` and `another`; for `body`, `written`; for `kms_calls`,
NO_CALL, FEWER and EACH_WRITE; for `kms_context`, those of `KmsContext`.
"""


class Field(msgspec.Struct, frozen=True):
    """One field of an expected answer."""

    name: str
    want: Want
    clauses: tuple[str, ...]


class Refusal(msgspec.Struct, frozen=True):
    """An error: its HTTP status and the codes that are permitted."""

    status: int
    codes: tuple[str, ...]


class Objection(msgspec.Struct, frozen=True):
    """A reason to refuse a request; `may` where the documents leave it open whether it is one."""

    status: int
    codes: tuple[str, ...]
    clauses: tuple[str, ...]
    may: bool = False


class Written(msgspec.Struct, frozen=True):
    """How a write stores its object."""

    algorithm: str | None
    key: Label | None
    bucket_key: bool


class Outcome(msgspec.Struct, frozen=True, cache_hash=True):
    """One permitted answer, and what it leaves behind.

    `clauses` decide that the request is accepted or refused; the last of them is the most specific.
    """

    refusal: Refusal | None
    clauses: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    written: Written | None = None

    @property
    def shape(self) -> Hashable:
        """What an outsider can tell apart: the answer without its derivation."""
        if self.refusal is not None:
            return self.refusal
        return tuple((field.name, field.want) for field in self.fields)

    @property
    def derivation(self) -> frozenset[str]:
        """Every clause that led to this outcome."""
        return frozenset(self.clauses).union(*(field.clauses for field in self.fields))


class Prediction(msgspec.Struct, frozen=True):
    """The outcomes that are permitted. `open` is a case of which this edition says nothing: everything is permitted."""

    outcomes: tuple[Outcome, ...]
    open: bool = False

    @property
    def shapes(self) -> frozenset[Hashable]:
        """The answers that are permitted, as an outsider sees them."""
        return frozenset(outcome.shape for outcome in self.outcomes)
