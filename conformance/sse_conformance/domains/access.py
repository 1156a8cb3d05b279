"""Who asks, and what may they do: requesters of another account, with fewer rights, under a bucket policy.

What is special about a requester is decided first. Where anything is, all fields that its rules do not read together
with it have their plainest value: nothing of it is crossed with the rest.
"""

from __future__ import annotations

from sse_spec.situation import MANAGED, OTHERS_MANAGED

from sse_conformance.domains.values import (
    DEFAULT_KEY,
    EITHER,
    HEADER_KEY,
    NEVER,
    NOTHING,
    OBJECT_KEY,
    Domain,
    Undecided,
    Value,
)

__all__ = ["ACCESS", "FIRST", "OWNER_KEY", "beside"]

OWNER_KEY = "W"
"""The label of the key to which a reference leads in the account that owns the bucket."""

FIRST: dict[str, tuple[str, ...]] = {
    "PutBucketEncryption": ("may_configure", "expected_owner"),
    "GetBucketEncryption": ("may_configure", "expected_owner"),
    "DeleteBucketEncryption": ("may_configure", "expected_owner"),
    "PutObject": ("foreign", "policy", "may_generate", "may_decrypt"),
    "CopyObject": ("policy", "may_generate", "may_decrypt"),
    "GetObject": ("foreign", "others_object", "may_generate", "may_decrypt"),
    "HeadObject": ("foreign", "may_decrypt"),
    "CreateMultipartUpload": ("may_generate", "may_decrypt"),
    "UploadPart": ("may_decrypt",),
}
"""The fields that say who asks, in the order in which they are decided, for each operation that is tried with them."""

PLAIN: dict[str, Value] = {
    "foreign": False,
    "policy": None,
    "others_object": False,
    "may_generate": True,
    "may_decrypt": True,
    "may_configure": True,
    "expected_owner": None,
}
"""What these fields are for an ordinary requester."""

SPECIAL: dict[str, tuple[Value, ...]] = {
    "foreign": EITHER,
    "policy": (None, "require-header", "require-kms"),
    "others_object": EITHER,
    "may_generate": (True, False),
    "may_decrypt": (True, False),
    "may_configure": (True, False),
    "expected_owner": (None, "right", "wrong"),
}
TOGETHER = {"may_decrypt": "may_generate"}
"""One thing is special at a time, but for a requester that lacks two rights."""


def _who(name: str) -> Domain:
    def domain(s: Undecided) -> tuple[Value, ...]:
        others = (one for one in PLAIN if one not in {name, TOGETHER.get(name)})
        alone = all(s.decided.get(one, PLAIN[one]) == PLAIN[one] for one in others)
        return SPECIAL[name] if alone and name in FIRST.get(s.action, ()) else (PLAIN[name],)

    return domain


ACCESS: dict[str, Domain] = {name: _who(name) for name in PLAIN}
"""The domains of the fields that say who asks."""


def beside(domains: dict[str, Domain]) -> dict[str, Domain]:
    """These domains, cut down to what is tried where the requester is special."""
    return {name: domain if name in PLAIN else _cut(name, domain) for name, domain in domains.items()}


def _cut(name: str, domain: Domain) -> Domain:
    tried = {kind: fields[name] for kind, fields in TRIED.items() if name in fields}

    def cut(s: Undecided) -> tuple[Value, ...]:
        decided = s.decided
        special = next((one for one in FIRST.get(s.action, ()) if decided.get(one, PLAIN[one]) != PLAIN[one]), None)
        if special is None:
            return domain(s)
        return tried[special](s) if special in tried else domain(s)[:1]

    return cut


# --- another account --------------------------------------------------------------------------------------------------


def _default_algorithm(_s: Undecided) -> tuple[Value, ...]:
    return (None, "aws:kms")


def _names_key(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.default_algorithm == "aws:kms" else NEVER


def _default_form(s: Undecided) -> tuple[Value, ...]:
    return ("arn", "id", "alias") if s.default_names_key else NOTHING


def _header_algorithm(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with defaults; no read names an encryption."""
    return (None, "aws:kms") if s.action == "PutObject" and s.default_algorithm is None else NOTHING


def _header_given(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.header_algorithm == "aws:kms" else NEVER


def _header_form(s: Undecided) -> tuple[Value, ...]:
    return ("arn", "id", "alias") if s.header_key_given else NOTHING


REQUESTERS: dict[str | None, tuple[Value, ...]] = {
    "arn": ("shared", "foreign"),
    "id": ("missing",),
    "alias": ("enabled", "missing"),
}
"""The states of the keys to which references of each form lead in the requester's account."""


def _state_of(form: str) -> Domain:
    return lambda s: REQUESTERS.get(getattr(s, form), ("enabled",))


def _label_of(by: str, label: str) -> Domain:
    def domain(s: Undecided) -> tuple[Value, ...]:
        there = getattr(s, f"{by}_key") is not None and getattr(s, f"{by}_key_state") != "missing"
        return (label,) if there else NOTHING

    return domain


def _owner_state(s: Undecided) -> tuple[Value, ...]:
    return ("shared", "foreign") if s.default_key == "alias" and s.default_key_state == "enabled" else ("shared",)


def _owner_label(by: str, label: str) -> Domain:
    """A key ARN leads to the same key whoever follows it."""

    def domain(s: Undecided) -> tuple[Value, ...]:
        form = getattr(s, f"{by}_key")
        return NOTHING if form is None else (label,) if form == "arn" else (OWNER_KEY,)

    return domain


def _sse_kms(_s: Undecided) -> tuple[Value, ...]:
    return ("aws:kms",)


def _key_across(_s: Undecided) -> tuple[Value, ...]:
    return (OBJECT_KEY, MANAGED, OTHERS_MANAGED)


def _state_across(s: Undecided) -> tuple[Value, ...]:
    if s.object_key_label == OBJECT_KEY:
        return ("shared", "foreign")
    return ("enabled",) if s.object_key_label == MANAGED else ("foreign",)


_FOREIGN: dict[str, Domain] = {
    "default_algorithm": _default_algorithm,
    "default_names_key": _names_key,
    "default_key": _default_form,
    "default_key_state": _state_of("default_key"),
    "default_key_label": _label_of("default", DEFAULT_KEY),
    "default_owner_key_state": _owner_state,
    "default_owner_key_label": _owner_label("default", DEFAULT_KEY),
    "header_algorithm": _header_algorithm,
    "header_key_given": _header_given,
    "header_key": _header_form,
    "header_key_state": _state_of("header_key"),
    "header_key_label": _label_of("header", HEADER_KEY),
    "header_owner_key_state": lambda _s: ("shared",),
    "header_owner_key_label": _owner_label("header", HEADER_KEY),
    "object_algorithm": _sse_kms,
    "object_key_label": _key_across,
    "object_key_state": _state_across,
}

_OTHERS: dict[str, Domain] = {
    "object_algorithm": _sse_kms,
    "object_key_label": lambda _s: (OBJECT_KEY, OTHERS_MANAGED),
    "object_key_state": lambda _s: ("foreign",),
}


# --- policies and rights ----------------------------------------------------------------------------------------------

_POLICY: dict[str, Domain] = {
    "default_algorithm": _sse_kms,
    "header_algorithm": lambda _s: (None, "AES256", "aws:kms"),
}


def _arn(by: str) -> Domain:
    given = {"default": "default_names_key", "header": "header_key_given"}[by]
    return lambda s: ("arn",) if getattr(s, given) else NOTHING


def _half(s: Undecided) -> bool:
    """Whether one right alone is lacking: of interest for the keys of customers."""
    return bool(s.decided.get("may_generate", True) or s.decided.get("may_decrypt", True))


def _written_algorithm(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with defaults; what a copy is written as is not crossed with what it is made from."""
    if s.action not in {"PutObject", "CreateMultipartUpload"} or s.default_algorithm is not None:
        return NOTHING
    return ("aws:kms",) if _half(s) else (None, "AES256", "aws:kms")


def _where_kms(by: str) -> Domain:
    def domain(s: Undecided) -> tuple[Value, ...]:
        return NEVER if getattr(s, f"{by}_algorithm") != "aws:kms" else (True,) if _half(s) else EITHER

    return domain


_RIGHTS: dict[str, Domain] = {
    "default_algorithm": lambda s: NOTHING if s.action == "CopyObject" else (None, "aws:kms"),
    "default_names_key": _where_kms("default"),
    "default_key": _arn("default"),
    "header_algorithm": _written_algorithm,
    "header_key_given": _where_kms("header"),
    "header_key": _arn("header"),
    "object_algorithm": lambda s: ("aws:kms",) if _half(s) else ("AES256", "aws:kms"),
    "object_key_label": lambda s: (
        NOTHING if s.object_algorithm != "aws:kms" else (OBJECT_KEY,) if _half(s) else (OBJECT_KEY, MANAGED)
    ),
}

TRIED: dict[str, dict[str, Domain]] = {
    "foreign": _FOREIGN,
    "others_object": _OTHERS,
    "policy": _POLICY,
    "may_generate": _RIGHTS,
    "may_decrypt": _RIGHTS,
}
"""What is tried together with each thing that can be special about a requester."""
