"""The domains of the bucket default, the headers of a request, and the object that is read or copied."""

from __future__ import annotations

import functools

from sse_spec.situation import MANAGED

from sse_conformance.domains.values import (
    DEFAULT_KEY,
    EITHER,
    FLAG,
    FORMER_KEY,
    HEADER_KEY,
    MISSPELT_ALGORITHM,
    NAMED,
    NEVER,
    NOTHING,
    OBJECT_KEY,
    REACHED,
    STATES,
    UNKNOWN_ALGORITHM,
    Domain,
    Undecided,
    Value,
    always,
)

__all__ = ["CORE"]


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
    """How a value is spelt is not crossed with the default."""
    known = (None, "AES256", "aws:kms")
    if s.action in {"GetObject", "HeadObject"}:
        return known
    plain = s.action == "PutObject" and s.decided.get("default_algorithm") is None
    return (*known, UNKNOWN_ALGORITHM, "", MISSPELT_ALGORITHM) if plain else (*known, UNKNOWN_ALGORITHM, "")


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


CORE: dict[str, Domain] = {
    "bucket": always(True, False),
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
    "rules": always("one", "none", "two", "malformed"),
    "new_apply": always(True, False),
    "new_algorithm": always("AES256", "aws:kms", None, UNKNOWN_ALGORITHM),
    "new_key": _new_key,
    "new_key_state": _new_key_state,
    "new_bucket_key": always(*FLAG),
    "header_algorithm": _header_algorithm,
    "header_key_given": always(*EITHER),
    "header_key": _header_key,
    "header_key_state": _header_key_state,
    "header_key_label": _header_key_label,
    "header_bucket_key": always(*FLAG),
    "header_context": _header_context,
    "managed_elsewhere": always(True),  # a first use tells no more than a later one
    "object": always("present", "missing", "no-bucket"),
    "object_algorithm": _object_algorithm,
    "object_key_label": _object_key_label,
    "object_bucket_key": _object_bucket_key,
    "object_key_state": _object_key_state,
    "refused": always(*EITHER),
    "default_changed": _default_changed,
    "newer_algorithm": functools.partial(_afterwards, "copied_algorithm"),
    "copied_algorithm": functools.partial(_afterwards, "newer_algorithm"),
    "in_place": _in_place,
    "source_version": _beside_in_place,
    "changes_metadata": _beside_in_place,
}
"""The domain of each field that the rules about single writes, copies and reads look at."""
