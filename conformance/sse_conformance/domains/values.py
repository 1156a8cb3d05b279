"""What domains are made of: the values that several fields share, and the labels of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

__all__ = [
    "DEFAULT_KEY",
    "EITHER",
    "FLAG",
    "FORMER_KEY",
    "HEADER_KEY",
    "MISSPELT_ALGORITHM",
    "NAMED",
    "NEVER",
    "NOTHING",
    "OBJECT_KEY",
    "REACHED",
    "REPLICA_KEY",
    "STATES",
    "UNKNOWN_ALGORITHM",
    "Domain",
    "Undecided",
    "Value",
    "always",
]

Value = Any
"""The value of one field of a situation."""

UNKNOWN_ALGORITHM = "AES512"
"""Stands for every algorithm that no S3 knows."""

MISSPELT_ALGORITHM = "aes256"
"""Stands for the algorithms that are unknown by their spelling alone."""

DEFAULT_KEY, HEADER_KEY, OBJECT_KEY, FORMER_KEY = "D", "H", "O", "T"
"""The labels of the keys that the default, the request, an object, and an alias before it moved lead to."""

REPLICA_KEY = "R"
"""The label of the key that a replication configuration names."""

STATES = ("enabled", "disabled", "pending", "cancelled", "restored")
NAMED = ("arn", "id", "alias", "alias-arn")
REACHED: dict[str | None, tuple[str, ...]] = {
    "arn": (*STATES, "missing", "away"),
    "id": ("enabled", "missing", "away"),
    "alias": ("enabled", "disabled", "missing"),
    "alias-arn": ("enabled", "missing"),
    "text": ("missing",),
    "empty": ("missing",),
}
"""The states of keys with which each form is tried: no rule reads the two together but for keys that are missing."""

NEVER = (False,)
NOTHING = (None,)
EITHER = (False, True)
FLAG = (None, True, False)


class Undecided(Protocol):
    """A situation that is decided field by field as its fields are looked at."""

    action: str
    baseline: bool
    decided: dict[str, Value]

    def __getattr__(self, name: str) -> Value:
        """The value of a field, decided now if it was not before."""


Domain = Callable[[Undecided], tuple[Value, ...]]


def always(*values: Value) -> Domain:
    """The domain of a field that has the same values whatever else is decided."""
    return lambda _s: values
