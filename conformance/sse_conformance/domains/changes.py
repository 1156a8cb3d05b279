"""The domains of batch jobs, of updates where an object is, and of the reads that show what came of them."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.situation import Situation

from sse_conformance.domains.values import (
    DEFAULT_KEY,
    EITHER,
    FORMER_KEY,
    HEADER_KEY,
    NEVER,
    NOTHING,
    OBJECT_KEY,
    Domain,
    Undecided,
    Value,
    always,
)

__all__ = ["AFTERWARDS", "JOBS", "UPDATES"]

_PLAIN = Situation(action="")

# --- jobs -------------------------------------------------------------------------------------------------------------


def _names_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.default_algorithm == "aws:kms" and s.decided.get("header_algorithm") is None else NEVER


def _key_state(s: Undecided) -> tuple[Value, ...]:
    named = s.default_names_key if s.decided.get("header_algorithm") is None else s.header_key_given
    return ("enabled", "disabled", "pending", "missing") if named else ("enabled",)


JOBS: dict[str, Domain] = {
    "default_algorithm": always(None, "AES256", "aws:kms"),
    "default_names_key": _names_key,
    "default_key": lambda s: ("arn",) if s.default_names_key else NOTHING,
    "default_key_state": lambda s: _key_state(s) if s.default_names_key else ("enabled",),
    "default_key_label": lambda s: (
        (DEFAULT_KEY,) if s.default_names_key and s.default_key_state != "missing" else NOTHING
    ),
    "configured": lambda s: (s.default_algorithm is not None,),
    "header_algorithm": always("AES256", "aws:kms", None),
    "header_key_given": lambda s: (True, False) if s.header_algorithm == "aws:kms" else NEVER,
    "header_key": lambda s: ("arn",) if s.header_key_given else NOTHING,
    "header_key_state": lambda s: _key_state(s) if s.header_key_given else ("enabled",),
    "header_key_label": lambda s: (HEADER_KEY,) if s.header_key_given and s.header_key_state != "missing" else NOTHING,
    "managed_elsewhere": always(True),
    "object_algorithm": always("AES256"),
    "in_place": lambda s: (s.header_algorithm is not None,),
}
"""For BatchCopy. What a job makes of the object is seen by a read, and is that read's goal."""

# --- updates ----------------------------------------------------------------------------------------------------------


def _usual(s: Undecided) -> bool:
    """Not more than one thing is wrong with an update at a time."""
    return bool(s.object == "present" and s.object_algorithm == "AES256")


def _header_key_state(s: Undecided) -> tuple[Value, ...]:
    if s.header_key == "text":
        return ("missing",)
    if s.header_key != "arn" or not _usual(s):
        return ("enabled",)
    return ("enabled", "disabled", "pending", "missing", "away", "foreign")


def _header_key_label(s: Undecided) -> tuple[Value, ...]:
    if s.header_key_state == "missing":
        return NOTHING
    return (HEADER_KEY, OBJECT_KEY) if s.decided.get("object_algorithm") == "aws:kms" else (HEADER_KEY,)


def _own_key_state(s: Undecided) -> tuple[Value, ...]:
    apart = s.decided.get("object_algorithm") == "aws:kms" and s.header_key_label == HEADER_KEY
    return ("enabled", "disabled", "pending") if apart else ("enabled",)


def _asked_of_update(s: Undecided) -> tuple[Value, ...]:
    """Another use of a bucket key than before, but where the update is to change nothing."""
    same = s.decided.get("header_key_label") == OBJECT_KEY
    return (True,) if same or s.decided.get("object_algorithm") == "AES256" else NOTHING


UPDATES: dict[str, Domain] = {
    "object": always("present", "missing"),
    "object_algorithm": lambda s: ("AES256", "aws:kms", DSSE) if s.object == "present" else NOTHING,
    "object_bucket_key": lambda s: (s.decided.get("object_algorithm") == "aws:kms",),
    "asked_bucket_key": _asked_of_update,
    "object_key_label": lambda s: (OBJECT_KEY,) if s.decided.get("object_algorithm") in {"aws:kms", DSSE} else NOTHING,
    "object_key_state": _own_key_state,
    "header_key": lambda s: ("arn", "id", "alias", "alias-arn", "text") if _usual(s) else ("arn",),
    "header_key_state": _header_key_state,
    "header_key_label": _header_key_label,
}
"""For UpdateObjectEncryption."""

# --- what reads show afterwards ---------------------------------------------------------------------------------------


def _special(s: Undecided) -> bool:
    """Whether something is special about a HeadObject so far, but for how the object is encrypted."""
    free = {"object_algorithm", "object_key_label", "object_bucket_key", "managed_elsewhere"}
    return s.action != "HeadObject" or any(
        value != getattr(_PLAIN, name, value) for name, value in s.decided.items() if name not in free
    )


def _changed(s: Undecided) -> tuple[Value, ...]:
    if s.decided.get("object", "present") != "present" or _special(s):
        return NOTHING
    algorithm = s.decided.get("object_algorithm")
    if algorithm == "aws:kms":
        return (None, "update", "job") if s.decided.get("object_key_label") == OBJECT_KEY else NOTHING
    if algorithm == "AES256":
        return (None, "job", "job-default") if not s.decided.get("object_bucket_key") else NOTHING
    return (None, "job-default") if algorithm is None else NOTHING


def _before_algorithm(s: Undecided) -> tuple[Value, ...]:
    """Encrypted otherwise; whether a bucket key is used is different too."""
    if s.changed is None:
        return NOTHING
    return ("AES256",) if s.decided.get("object_bucket_key") else ("aws:kms",)


def _asked_bucket_key(s: Undecided) -> tuple[Value, ...]:
    if s.decided.get("changed") not in {"job", "update"} or s.object_algorithm != "aws:kms":
        return NOTHING
    if s.object_bucket_key:
        return (True,)
    return (None,) if s.changed == "update" else (False,)


def _bucket_key_before(s: Undecided) -> tuple[Value, ...]:
    """Something that an S3 could keep against what was asked."""
    kept = s.decided.get("changed") in {"job", "update"} and s.before_algorithm == "aws:kms"
    return (False, True) if kept and s.object_algorithm == "aws:kms" and not s.object_bucket_key else NEVER


def _numbered(s: Undecided) -> tuple[Value, ...]:
    return (s.decided.get("changed") == "update" and s.before_algorithm == "AES256",)


def _beside(s: Undecided) -> tuple[Value, ...]:
    plain = s.decided.get("object_algorithm") == "AES256" and s.decided.get("changed") is None and not _special(s)
    return (None, FORMER_KEY) if plain else NOTHING


AFTERWARDS: dict[str, Domain] = {
    "changed": _changed,
    "before_algorithm": _before_algorithm,
    "before_key_label": lambda s: (FORMER_KEY,) if s.before_algorithm == "aws:kms" else NOTHING,
    "bucket_key_before": _bucket_key_before,
    "asked_bucket_key": _asked_bucket_key,
    "numbered": _numbered,
    "beside_key_label": _beside,
}
"""For HeadObject: not crossed with anything."""
