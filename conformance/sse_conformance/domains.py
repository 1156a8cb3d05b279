"""The values with which each field of a situation is tried: one function a field, named as the field.

The values are equivalence classes with one concrete witness each, the cheapest to bring about first. A function sees
what was decided before it. Where fields that no rule reads together are not crossed with each other, it says so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol

from sse_spec.situation import MANAGED

__all__ = ["DEFAULT_KEY", "DOMAINS", "FORMER_KEY", "HEADER_KEY", "OBJECT_KEY", "Domain", "Undecided", "Value"]

Value = Any
"""The value of one field of a situation."""

UNKNOWN_ALGORITHM = "AES512"
"""Stands for every algorithm that no S3 knows."""

DEFAULT_KEY, HEADER_KEY, OBJECT_KEY, FORMER_KEY = "D", "H", "O", "T"
"""The labels of the keys that the default, the request, an object, and an alias before it moved lead to."""

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


def _always(*values: Value) -> Domain:
    return lambda _s: values


# --- the bucket and its default ---------------------------------------------------------------------------------------


def _default_algorithm(s: Undecided) -> tuple[Value, ...]:
    if not s.decided.get("bucket", True):
        return NOTHING
    return ("AES256", "aws:kms") if s.decided.get("default_changed") else (None, "AES256", "aws:kms")


def _default_names_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.default_algorithm == "aws:kms" else NEVER


def _default_key(s: Undecided) -> tuple[Value, ...]:
    return (*NAMED, "text") if s.default_names_key else NOTHING


def _default_key_state(s: Undecided) -> tuple[Value, ...]:
    return REACHED.get(s.default_key, ("enabled",))


def _default_key_label(s: Undecided) -> tuple[Value, ...]:
    return NOTHING if s.default_key is None or s.default_key_state == "missing" else (DEFAULT_KEY,)


def _default_key_then(s: Undecided) -> tuple[Value, ...]:
    return (None, FORMER_KEY) if s.default_key in {"alias", "alias-arn"} else NOTHING


def _default_bucket_key(s: Undecided) -> tuple[Value, ...]:
    return NOTHING if s.default_algorithm is None else FLAG


def _configured(s: Undecided) -> tuple[Value, ...]:
    return (True,) if s.default_algorithm is not None else EITHER


def _previous_algorithm(s: Undecided) -> tuple[Value, ...]:
    if s.default_algorithm is None and s.decided.get("configured"):
        return ("aws:kms",)
    unchanged = s.default_algorithm is not None or s.decided.get("configured") is False
    return NOTHING if unchanged or not s.decided.get("bucket", True) else (None, "aws:kms")


def _previous_bucket_key(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with the key of the default."""
    return (None, True) if s.default_algorithm is not None and s.decided.get("default_key") is None else NOTHING


def _override(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with earlier defaults nor with the forms of keys."""
    plain = s.decided.get("previous_bucket_key") is None and s.decided.get("default_key") in {None, "arn"}
    return FLAG if plain else NOTHING


def _new_key(s: Undecided) -> tuple[Value, ...]:
    return (None, *NAMED, "text", "empty") if s.new_algorithm == "aws:kms" else (None, "arn")


def _new_key_state(s: Undecided) -> tuple[Value, ...]:
    return REACHED.get(s.new_key, ("enabled",))


# --- the headers of a request -----------------------------------------------------------------------------------------


def _header_algorithm(s: Undecided) -> tuple[Value, ...]:
    known = (None, "AES256", "aws:kms")
    return known if s.action in {"GetObject", "HeadObject"} else (*known, UNKNOWN_ALGORITHM, "")


def _header_key(s: Undecided) -> tuple[Value, ...]:
    return (*NAMED, "aws/s3", "text") if s.header_key_given else NOTHING


def _header_key_state(s: Undecided) -> tuple[Value, ...]:
    return REACHED.get(s.header_key, ("enabled",))


def _header_key_label(s: Undecided) -> tuple[Value, ...]:
    if s.header_key == "aws/s3":
        return (MANAGED,)
    if s.header_key_state == "missing":
        return NOTHING
    return (HEADER_KEY, DEFAULT_KEY) if s.decided.get("default_names_key") else (HEADER_KEY,)


def _header_context(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with the default and the key."""
    alone = s.decided.get("default_algorithm") is None and not s.header_key_given
    return (None, "valid", "invalid") if alone else NOTHING


# --- the object that is read or copied --------------------------------------------------------------------------------


def _object_algorithm(s: Undecided) -> tuple[Value, ...]:
    if s.object != "present":
        return NOTHING
    return ("AES256", "aws:kms") if s.baseline else (None, "AES256", "aws:kms")


def _object_key_label(s: Undecided) -> tuple[Value, ...]:
    return (OBJECT_KEY, MANAGED) if s.object_algorithm == "aws:kms" else NOTHING


def _object_bucket_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.object_algorithm == "aws:kms" else NEVER


def _object_key_state(s: Undecided) -> tuple[Value, ...]:
    if s.object_algorithm != "aws:kms" or s.object_key_label != OBJECT_KEY:
        return ("enabled",)
    return ("enabled", "disabled", "pending") if s.action == "CopyObject" else STATES


def _usable(s: Undecided) -> bool:
    return bool(s.object == "present" and s.decided.get("object_key_state", "enabled") == "enabled")


def _default_changed(s: Undecided) -> tuple[Value, ...]:
    return EITHER if _usable(s) else NEVER


def _afterwards(other: str, s: Undecided) -> tuple[Value, ...]:
    """What happened after an object was written: one thing at a time."""
    calm = not s.decided.get("default_changed") and s.decided.get(other) is None
    return (None, "AES256", "aws:kms") if calm and _usable(s) else NOTHING


# --- copies -----------------------------------------------------------------------------------------------------------


def _in_place(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with the states of keys, nor with headers other than the algorithm."""
    plain = not s.header_key_given and s.header_bucket_key is None and s.decided.get("header_context") is None
    usual = s.decided.get("default_key") in {None, "arn"} and s.decided.get("default_key_state", "enabled") == "enabled"
    there = s.decided.get("object", "present") == "present"
    return EITHER if s.action == "CopyObject" and plain and usual and there else NEVER


def _beside_in_place(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with defaults that name a key."""
    return NEVER if s.decided.get("default_names_key") else EITHER


DOMAINS: dict[str, Domain] = {
    "bucket": _always(True, False),
    "default_algorithm": _default_algorithm,
    "default_names_key": _default_names_key,
    "default_key": _default_key,
    "default_key_state": _default_key_state,
    "default_key_label": _default_key_label,
    "default_key_then": _default_key_then,
    "default_bucket_key": _default_bucket_key,
    "configured": _configured,
    "previous_algorithm": _previous_algorithm,
    "previous_bucket_key": _previous_bucket_key,
    "override": _override,
    "rules": _always("one", "none", "two", "malformed"),
    "new_apply": _always(True, False),
    "new_algorithm": _always("AES256", "aws:kms", None, UNKNOWN_ALGORITHM),
    "new_key": _new_key,
    "new_key_state": _new_key_state,
    "new_bucket_key": _always(*FLAG),
    "header_algorithm": _header_algorithm,
    "header_key_given": _always(*EITHER),
    "header_key": _header_key,
    "header_key_state": _header_key_state,
    "header_key_label": _header_key_label,
    "header_bucket_key": _always(*FLAG),
    "header_context": _header_context,
    "managed_elsewhere": _always(True),  # a first use tells no more than a later one
    "object": _always("present", "missing", "no-bucket"),
    "object_algorithm": _object_algorithm,
    "object_key_label": _object_key_label,
    "object_bucket_key": _object_bucket_key,
    "object_key_state": _object_key_state,
    "refused": _always(*EITHER),
    "default_changed": _default_changed,
    "newer_algorithm": functools.partial(_afterwards, "copied_algorithm"),
    "copied_algorithm": functools.partial(_afterwards, "newer_algorithm"),
    "in_place": _in_place,
    "source_version": _beside_in_place,
    "changes_metadata": _beside_in_place,
}
"""The domain of each field that a rule can look at."""
