"""The domains of requests about replication, and of what reads show of it."""

from __future__ import annotations

from sse_spec.actions import DSSE, SSE_C
from sse_spec.situation import MANAGED, Situation

from sse_conformance.domains.values import (
    DEFAULT_KEY,
    EITHER,
    NEVER,
    NOTHING,
    OBJECT_KEY,
    REPLICA_KEY,
    Domain,
    Undecided,
    Value,
    always,
)

__all__ = ["CONFIGURING", "REPLICAS", "SHOWN", "SHOWN_CONFIGURATION"]

_PLAIN = Situation(action="")


def _plain_but_for(s: Undecided, *free: str) -> bool:
    """Whether nothing is special about a situation so far, but for these fields."""
    return all(name in free or value == getattr(_PLAIN, name, value) for name, value in s.decided.items())


# --- setting the configuration ----------------------------------------------------------------------------------------


def _sound(s: Undecided) -> bool:
    """Not more than one thing is wrong with a request at a time."""
    return bool(s.decided.get("versioned", True) and s.decided.get("destination", "present") == "present")


def _asked(s: Undecided) -> tuple[Value, ...]:
    return ("plain", "selected") if _sound(s) else ("plain",)


def _named_key(s: Undecided) -> tuple[Value, ...]:
    if not _sound(s):
        return NOTHING
    return ("arn", "alias-arn", "id", "alias", None) if s.replication == "selected" else (None, "arn")


def _named_key_state(s: Undecided) -> tuple[Value, ...]:
    states = {"arn": ("enabled", "missing", "disabled", "pending", "away"), "alias-arn": ("enabled", "missing")}
    return states.get(s.replica_key, ("enabled",))


CONFIGURING: dict[str, Domain] = {
    "bucket": always(True),
    "versioned": always(True, False),
    "destination": lambda s: ("present", "unversioned", "missing") if s.versioned else ("present",),
    "rules": lambda s: ("one", "none") if _sound(s) else ("one",),
    "replication": _asked,
    "replica_key": _named_key,
    "replica_key_state": _named_key_state,
}
"""For PutBucketReplication."""

SHOWN_CONFIGURATION: dict[str, Domain] = {
    "bucket": always(True),
    "replication": always("none", "selected", "plain"),
    "replica_key": lambda s: ("arn",) if s.replication == "selected" else NOTHING,
}
"""For requests that read or delete the configuration."""


# --- replicas ---------------------------------------------------------------------------------------------------------


def _source_algorithm(s: Undecided) -> tuple[Value, ...]:
    if s.replication == "later":
        return ("AES256",)
    if s.replication == "selected":
        return ("aws:kms", DSSE)
    encrypted = ("AES256", "aws:kms", SSE_C)
    return encrypted if s.baseline else (None, *encrypted)


def _source_key(s: Undecided) -> tuple[Value, ...]:
    if s.object_algorithm == "aws:kms" and s.replication == "selected":
        return (OBJECT_KEY, MANAGED)
    return (OBJECT_KEY,) if s.object_algorithm in {"aws:kms", DSSE} else NOTHING


def _source_bucket_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.object_algorithm == "aws:kms" and s.object_key_label == OBJECT_KEY else NEVER


def _replica_key_state(s: Undecided) -> tuple[Value, ...]:
    usual = s.replication == "selected" and s.object_algorithm == "aws:kms" and s.object_key_label == OBJECT_KEY
    return ("enabled", "missing", "disabled", "pending", "away") if usual else ("enabled",)


def _replica_key(s: Undecided) -> tuple[Value, ...]:
    named = s.replication == "selected" and s.replica_key_state != "missing"
    return (REPLICA_KEY,) if named else NOTHING


def _destination_algorithm(s: Undecided) -> tuple[Value, ...]:
    """First such a default as replicas would show that were encrypted under it, where nothing else is special."""
    if s.object_algorithm == "AES256":
        return ("aws:kms", "AES256")
    if s.object_algorithm != "aws:kms":
        return ("AES256", "aws:kms")
    usual = s.replication == "selected" and s.object_key_label == OBJECT_KEY and not s.decided.get("object_bucket_key")
    return ("AES256", "aws:kms") if usual and s.decided.get("replica_key_state") == "enabled" else ("aws:kms",)


def _destination_bucket_key(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with aws/s3, as the key of the default or of the object."""
    return (None, True) if s.default_names_key and s.decided.get("object_key_label") != MANAGED else NOTHING


def _names_key(s: Undecided) -> tuple[Value, ...]:
    return (True, False) if s.default_algorithm == "aws:kms" else NEVER


REPLICAS: dict[str, Domain] = {
    "bucket": always(True),
    "replication": always("plain", "selected", "later"),
    "object_algorithm": _source_algorithm,
    "object_key_label": _source_key,
    "object_bucket_key": _source_bucket_key,
    "replica_key_state": _replica_key_state,
    "replica_key_label": _replica_key,
    "default_algorithm": _destination_algorithm,
    "default_names_key": _names_key,
    "default_key": lambda s: ("arn",) if s.default_names_key else NOTHING,
    "default_key_label": lambda s: (DEFAULT_KEY,) if s.default_names_key else NOTHING,
    "default_bucket_key": _destination_bucket_key,
    "blocked": always("NONE", "SSE-C"),
    "blocked_kept": always(None),
}
"""For HeadReplica, whose default is that of the destination, and whose object is the source."""


# --- what reads show --------------------------------------------------------------------------------------------------


def _replica(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with anything."""
    usual = s.action in {"HeadObject", "GetObject"} and s.decided.get("object_algorithm") == "AES256"
    return EITHER if usual and _plain_but_for(s, "object_algorithm") else NEVER


def _replication(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with the default, nor with what happened since the object was written; one way for GetObject."""
    stored = ("object_algorithm", "object_key_label", "customer")
    reading = s.action in {"HeadObject", "GetObject"}
    if not reading or s.decided.get("replica") or not _plain_but_for(s, *stored):
        return ("none",)
    algorithm = s.decided.get("object_algorithm")
    if s.action == "GetObject":
        return ("none", "plain") if algorithm == "AES256" else ("none",)
    if algorithm == SSE_C:
        return ("none", "plain") if s.decided.get("customer") == "whole" and not s.baseline else ("none",)
    if algorithm == "aws:kms":
        own = s.decided.get("object_key_label") == OBJECT_KEY
        return ("none", "plain", "selected") if own else ("none", "selected")
    return ("none", "plain", "later") if algorithm == "AES256" else ("none",)


SHOWN: dict[str, Domain] = {"replica": _replica, "replication": _replication}
"""For reads."""
