"""The domains of multipart uploads, of forms, and of what is told apart about contents.

How an upload is begun and a form is answered is decided as for PutObject, by the same rules. So their fields have few
values: enough to see that each rule counts for them too, not all that PutObject is tried with.
"""

from __future__ import annotations

from collections.abc import Mapping

from sse_conformance.domains.values import (
    DEFAULT_KEY,
    EITHER,
    HEADER_KEY,
    NEVER,
    NOTHING,
    OBJECT_KEY,
    UNKNOWN_ALGORITHM,
    Domain,
    Undecided,
    Value,
    always,
)

__all__ = ["narrowed"]


def narrowed(domains: dict[str, Domain]) -> dict[str, Domain]:
    """The domains, with those of the operations of these chapters in the place of the usual ones."""
    beside = {name: _beside_contents(domain) for name, domain in domains.items()}
    return {name: _by_operation(name, domain) for name, domain in (beside | CONTENTS).items()}


def _beside_contents(domain: Domain) -> Domain:
    """The plainest value where something is special about the content."""
    return lambda s: domain(s)[:1] if any(map(s.decided.get, CONTENTS)) else domain(s)


def _by_operation(name: str, usual: Domain) -> Domain:
    own = {operation: fields[name] for operation, fields in OF_OPERATION.items() if name in fields}
    return (lambda s: own.get(s.action, usual)(s)) if own else usual


# --- the beginning of an upload, and a form ---------------------------------------------------------------------------


def _header_algorithm(s: Undecided) -> tuple[Value, ...]:
    """Over a default, a header that says something else."""
    beside: dict[str | None, tuple[Value, ...]] = {"AES256": (None, "aws:kms"), "aws:kms": (None, "AES256")}
    return beside.get(s.decided.get("default_algorithm"), (None, "AES256", "aws:kms"))


def _field_algorithm(s: Undecided) -> tuple[Value, ...]:
    unknown = (UNKNOWN_ALGORITHM,) if s.decided.get("default_algorithm") is None else ()
    return (*_header_algorithm(s), *unknown)


def _default_names_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.default_algorithm == "aws:kms" and s.decided.get("header_algorithm") is None else NEVER


def _header_key_given(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.header_algorithm == "aws:kms" else NEVER


def _state(by: str) -> Domain:
    """Whether the key can be used: not crossed with bucket keys."""

    def domain(s: Undecided) -> tuple[Value, ...]:
        alone = getattr(s, f"{by}_key") is not None and s.decided.get(f"{by}_bucket_key") is None
        return ("enabled", "disabled", "missing") if alone else ("enabled",)

    return domain


def _label(by: str, label: str) -> Domain:
    return lambda s: (
        NOTHING if getattr(s, f"{by}_key") is None or getattr(s, f"{by}_key_state") == "missing" else (label,)
    )


WRITING: dict[str, Domain] = {
    "bucket": always(True),
    "default_algorithm": always(None, "AES256", "aws:kms"),
    "configured": lambda s: (s.default_algorithm is not None,),
    "previous_algorithm": always(None),
    "previous_bucket_key": always(None),
    "override": always(None),
    "default_names_key": _default_names_key,
    "default_key": lambda s: ("arn",) if s.default_names_key else NOTHING,
    "default_key_state": _state("default"),
    "default_key_label": _label("default", DEFAULT_KEY),
    "default_key_then": always(None),
    "default_bucket_key": lambda s: (None, True) if s.default_names_key else NOTHING,
    "header_algorithm": _header_algorithm,
    "header_key_given": _header_key_given,
    "header_key": lambda s: ("arn",) if s.header_key_given else NOTHING,
    "header_key_state": _state("header"),
    "header_key_label": _label("header", HEADER_KEY),
    "header_bucket_key": lambda s: (None, True) if s.decided.get("header_key_given") else NOTHING,
    "header_context": always(None),
    "managed_elsewhere": always(False),
    "empty": always(False),
    "in_place": always(False),
}


# --- the parts of an upload, and its end ------------------------------------------------------------------------------


def _object_algorithm(s: Undecided) -> tuple[Value, ...]:
    return ("AES256", "aws:kms") if s.baseline else ("AES256", "aws:kms", None)


def _object_bucket_key(s: Undecided) -> tuple[Value, ...]:
    plain = s.decided.get("header_algorithm") is None and s.decided.get("source_algorithm") is None
    return EITHER if plain and s.object_algorithm == "aws:kms" else NEVER


UPLOAD: dict[str, Domain] = {
    "bucket": always(True),
    "object": always("present"),
    "header_algorithm": always(None, "AES256"),
    "object_algorithm": _object_algorithm,
    "object_key_label": lambda s: (OBJECT_KEY,) if s.object_algorithm == "aws:kms" else NOTHING,
    "object_key_state": always("enabled"),
    "object_bucket_key": _object_bucket_key,
    "source": always("present"),
    "source_algorithm": lambda s: ("AES256", "aws:kms") if s.baseline else (None, "AES256", "aws:kms"),
    "source_key_state": always("enabled"),
    "upload_named": always(True),
}


def _completed_default(s: Undecided) -> tuple[Value, ...]:
    """A default that another object than the upload's would get, where headers began it."""
    if s.upload_named:
        return (None, "AES256", "aws:kms")
    return ("aws:kms",)


def _completed_algorithm(s: Undecided) -> tuple[Value, ...]:
    if s.upload_named:
        return ("AES256", "aws:kms")
    if s.default_changed:
        return ("AES256",) if s.baseline else NOTHING
    return ("aws:kms",)


def _completed_key(s: Undecided) -> tuple[Value, ...]:
    if s.object_algorithm != "aws:kms":
        return NOTHING
    return (OBJECT_KEY,) if s.upload_named else (DEFAULT_KEY,)


def _default_chose(s: Undecided) -> bool:
    """Whether the upload was begun without headers, and its default is still there."""
    return not s.upload_named and not s.default_changed


COMPLETION: dict[str, Domain] = {
    **WRITING,
    **UPLOAD,
    "upload_named": lambda s: (True,) if s.header_algorithm is not None else (True, False),
    "default_changed": lambda s: NEVER if s.upload_named else EITHER,
    "object_algorithm": _completed_algorithm,
    "object_key_label": _completed_key,
    "object_bucket_key": lambda s: _object_bucket_key(s) if s.upload_named else NEVER,
    "default_algorithm": _completed_default,
    "default_names_key": lambda s: (_default_chose(s),),
    "default_key_state": always("enabled"),
    "default_bucket_key": always(None),
    "header_key_given": always(False),
}


OF_OPERATION: dict[str, Mapping[str, Domain]] = {
    "PostObject": WRITING | {"header_algorithm": _field_algorithm},
    "CreateMultipartUpload": WRITING,
    "UploadPart": UPLOAD,
    "UploadPartCopy": UPLOAD,
    "CompleteMultipartUpload": COMPLETION,
}


# --- contents ---------------------------------------------------------------------------------------------------------

SPECIAL = (
    "default_algorithm",
    "previous_algorithm",
    "header_key",
    "header_bucket_key",
    "header_context",
    "newer_algorithm",
    "copied_algorithm",
    "customer",
    "source_customer",
)
"""Fields that are not crossed with what is special about a content, where they are something."""

UNUSUAL = ("in_place", "source_version", "changes_metadata", "default_changed", "refused", "object_updated", "replica")
"""Flags that are not."""


def _plain(s: Undecided, but: str = "") -> bool:
    decided = s.decided
    return (
        all(decided.get(name) is None for name in SPECIAL if name != but)
        and not any(decided.get(name) for name in UNUSUAL)
        and decided.get("object", "present") == "present"
        and decided.get("object_key_state", "enabled") == "enabled"
        and decided.get("bucket", True)
    )


def _empty(s: Undecided) -> tuple[Value, ...]:
    """Over one default: how the encryption of other objects is chosen is not all tried again."""
    default = s.action == "PutObject" and s.decided.get("default_algorithm") == "aws:kms"
    usual = s.decided.get("header_algorithm") in {None, "AES256"}
    return EITHER if default and usual and _plain(s, but="default_algorithm") else NEVER


def _span(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.action == "GetObject" and _plain(s) and s.decided.get("header_algorithm") is None else NEVER


def _object_parts(s: Undecided) -> tuple[Value, ...]:
    if s.decided.get("object_several"):
        return (True,)
    plain = s.action == "CopyObject" and _plain(s) and s.decided.get("object_algorithm") in {None, "AES256"}
    return EITHER if plain and s.decided.get("header_algorithm") is not None else NEVER


def _object_several(s: Undecided) -> tuple[Value, ...]:
    """One such object is enough: it is large."""
    reading = s.action == "GetObject" and _plain(s) and not s.decided.get("span")
    kind = tuple(map(s.decided.get, ("object_algorithm", "object_key_label", "header_algorithm")))
    plain_key = not s.decided.get("object_bucket_key")
    return EITHER if reading and plain_key and kind == ("aws:kms", OBJECT_KEY, None) else NEVER


CONTENTS: dict[str, Domain] = {
    "empty": _empty,
    "span": _span,
    "object_parts": _object_parts,
    "object_several": _object_several,
}
"""What is special about a content, one thing at a time."""
