"""The domains of SSE-C, of blocking it, and of DSSE-KMS: special values, not crossed with other special ones."""

from __future__ import annotations

from collections.abc import Mapping

from sse_spec.actions import DSSE, SSE_C

from sse_conformance.domains.values import EITHER, NEVER, NOTHING, OBJECT_KEY, Domain, Undecided, Value

__all__ = ["widened"]

READS = frozenset({"GetObject", "HeadObject"})
FLAWS = ("algorithm", "no-algorithm", "no-key", "length", "md5")

PLAIN_BESIDE = (
    "default_key",
    "default_key_state",
    "default_key_then",
    "previous_bucket_key",
    "override",
    "header_key",
    "header_key_state",
    "header_context",
    "in_place",
    "source_version",
    "changes_metadata",
    "newer_algorithm",
    "copied_algorithm",
    "refused",
)
"""The fields that have their first value, the plain one, wherever the situation is about SSE-C or DSSE-KMS."""


def widened(domains: Mapping[str, Domain]) -> dict[str, Domain]:
    """The domains with the values of these chapters."""
    beside = {name: _plain_beside(domains[name]) for name in PLAIN_BESIDE}
    return {
        **domains,
        **beside,
        "default_algorithm": _default_algorithm(domains["default_algorithm"]),
        "default_names_key": _default_names_key(domains["default_names_key"]),
        "default_bucket_key": _default_bucket_key(domains["default_bucket_key"]),
        "default_changed": _default_changed(domains["default_changed"]),
        "previous_algorithm": _previous_algorithm(domains["previous_algorithm"]),
        "header_algorithm": _header_algorithm(domains["header_algorithm"]),
        "header_key_given": _header_key_given(domains["header_key_given"]),
        "header_bucket_key": _header_bucket_key(domains["header_bucket_key"]),
        "object_algorithm": _object_algorithm(domains["object_algorithm"]),
        "object_key_label": _object_key_label(domains["object_key_label"]),
        "new_algorithm": lambda s: (*domains["new_algorithm"](s), DSSE, SSE_C),
        "new_key": _new_key(domains["new_key"]),
        "new_bucket_key": _new_bucket_key(domains["new_bucket_key"]),
        "new_blocked": _new_blocked,
        "customer": _customer,
        "customer_same": _customer_same,
        "source_customer": _source_customer,
        "source_customer_same": _source_customer_same,
        "newer_customer": _newer_customer,
        "blocked": _blocked,
        "blocked_kept": _blocked_kept,
    }


def _about_dsse(s: Undecided) -> bool:
    return DSSE in map(s.decided.get, ("header_algorithm", "default_algorithm", "object_algorithm"))


def _about_sse_c(s: Undecided) -> bool:
    return s.decided.get("customer") is not None or s.decided.get("object_algorithm") == SSE_C


def _plain_beside(domain: Domain) -> Domain:
    return lambda s: domain(s)[:1] if _about_sse_c(s) or _about_dsse(s) else domain(s)


# --- the bucket and its default ---------------------------------------------------------------------------------------


def _default_algorithm(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        """A default that SSE-C headers would be lost to is tried first."""
        if s.decided.get("customer") is not None:
            kept = {"put": ("AES256",), "deletion": NOTHING}.get(s.decided.get("blocked_kept") or "")
            return kept or (("aws:kms", "AES256") if s.decided.get("bucket", True) else NOTHING)
        if _about_sse_c(s):
            return domain(s)[:1]
        also = s.action in {"PutObject", "GetBucketEncryption"} and s.decided.get("bucket", True)
        return (*domain(s), DSSE) if also else domain(s)

    return values


def _default_names_key(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.decided.get("header_algorithm") == DSSE or s.decided.get("customer") is not None:
            return NEVER
        return EITHER if s.decided.get("default_algorithm") == DSSE else domain(s)

    return values


def _default_bucket_key(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.default_algorithm == DSSE or _about_sse_c(s):
            return NOTHING  # whether DSSE-KMS may be put with a bucket key is open
        return (True,) if _about_dsse(s) and s.default_algorithm is not None else domain(s)

    return values


def _previous_algorithm(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.decided.get("blocked_kept") == "deletion":
            return ("aws:kms",)
        return domain(s)[:1] if _about_sse_c(s) or _about_dsse(s) else domain(s)

    return values


def _default_changed(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.decided.get("blocked") == "SSE-C" and s.decided.get("object_algorithm") == SSE_C:
            return (True,)  # an object under a customer key was there before the bucket came to block it
        return NEVER if _about_sse_c(s) or _about_dsse(s) else domain(s)

    return values


def _blocked(s: Undecided) -> tuple[Value, ...]:
    """A bucket that is to hold SSE-C objects has to allow them first."""
    if s.decided.get("object_algorithm") == SSE_C and s.action in READS:
        return ("NONE",) if s.decided.get("newer_customer") else ("NONE", "SSE-C")
    if s.decided.get("customer") is not None:
        sound = s.decided["customer"] == "whole" and s.decided.get("header_algorithm") is None
        return (None, "SSE-C", "NONE") if sound else ("NONE",)
    if s.action != "GetBucketEncryption" or s.decided.get("default_algorithm") not in {None, "AES256"}:
        return NOTHING
    special = ("default_bucket_key", "previous_bucket_key", "override")
    if any(s.decided.get(name) is not None for name in special):
        return NOTHING
    if s.decided.get("previous_algorithm") is not None:
        return (None, "NONE")
    return (None, "SSE-C", "NONE") if s.decided.get("default_algorithm") else NOTHING


def _blocked_kept(s: Undecided) -> tuple[Value, ...]:
    if s.decided.get("blocked") != "NONE" or s.decided.get("object_algorithm") == SSE_C:
        return NOTHING
    if s.action == "PutObject" and s.decided.get("customer") == "whole":
        return (None, "put", "deletion") if s.decided.get("header_algorithm") is None else NOTHING
    if s.action != "GetBucketEncryption":
        return NOTHING
    return ("deletion",) if s.decided.get("previous_algorithm") is not None else (None, "put")


def _new_key(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        return (None, "arn") if s.new_algorithm == DSSE else NOTHING if s.new_algorithm == SSE_C else domain(s)

    return values


def _new_bucket_key(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        return domain(s)[:1] if s.new_algorithm == SSE_C else domain(s)[:2] if s.new_algorithm == DSSE else domain(s)

    return values


def _new_blocked(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with anything but a plain rule."""
    plain = s.decided.get("new_key") is None and s.decided.get("new_bucket_key") is None
    return (None, "SSE-C", "NONE") if plain and s.decided.get("new_algorithm") == "AES256" else NOTHING


# --- the headers of a request -----------------------------------------------------------------------------------------


def _header_algorithm(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.decided.get("customer") is not None:
            return (None, "AES256") if s.decided["customer"] == "whole" else NOTHING
        if _about_sse_c(s) or s.decided.get("default_algorithm") == DSSE:
            return NOTHING
        if s.action == "CopyObject":
            plain = s.decided.get("default_algorithm") is None and s.decided.get("object_algorithm") == "AES256"
            return (*domain(s), DSSE) if plain else domain(s)
        also = s.action == "PutObject" and s.decided.get("default_algorithm") in {None, "aws:kms"}
        return (*domain(s), DSSE) if also else domain(s)

    return values


def _header_key_given(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if _about_sse_c(s) or s.decided.get("default_algorithm") == DSSE:
            return NEVER
        beside = s.action == "CopyObject" or s.decided.get("default_algorithm") is not None
        return NEVER if _about_dsse(s) and beside else domain(s)

    return values


def _header_bucket_key(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if _about_sse_c(s):
            return NOTHING
        if not _about_dsse(s):
            return domain(s)
        beside = s.header_key_given or s.action == "CopyObject" or s.decided.get("default_algorithm") is not None
        return NOTHING if beside else (None, True)

    return values


def _customer(s: Undecided) -> tuple[Value, ...]:
    stored = s.decided.get("object_algorithm")
    if s.action in READS:
        if stored == SSE_C:
            return ("whole", None, "algorithm", "length", "md5")
        plain = stored in {None, "AES256"} and s.decided.get("header_algorithm") is None
        return (None, "whole") if plain and s.decided.get("object") == "present" else NOTHING
    if s.action == "UploadPart":
        return (None, "whole") if s.decided.get("header_algorithm") is None else NOTHING
    if not s.decided.get("bucket", True) or s.decided.get("object", "present") != "present":
        return NOTHING
    if s.action == "PutObject":
        return (None, "whole", *FLAWS)
    if s.action == "CopyObject":
        return (None, "whole", "algorithm") if stored in {None, "AES256"} else NOTHING
    return (None, "whole") if s.action == "CreateMultipartUpload" else NOTHING


def _customer_same(s: Undecided) -> tuple[Value, ...]:
    under_one = s.decided.get("object_algorithm") == SSE_C and s.decided.get("customer") == "whole"
    return (True, False) if under_one else (True,)


def _source_customer(s: Undecided) -> tuple[Value, ...]:
    copied = s.action == "CopyObject" and s.decided.get("object_algorithm") == SSE_C
    return ("whole", None, "algorithm") if copied else NOTHING


def _source_customer_same(s: Undecided) -> tuple[Value, ...]:
    return (True, False) if s.decided.get("source_customer") == "whole" else (True,)


# --- the object that is read or copied, or the upload that is gone on with --------------------------------------------


def _object_algorithm(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        if s.object != "present" or s.decided.get("header_algorithm") is not None:
            return domain(s)
        if s.action in READS:
            return (*domain(s), SSE_C, DSSE)
        under_customer_key = s.action in {"CopyObject", "UploadPart", "DeleteObject"} and s.decided.get("bucket", True)
        return (*domain(s), SSE_C) if under_customer_key else domain(s)

    return values


def _object_key_label(domain: Domain) -> Domain:
    def values(s: Undecided) -> tuple[Value, ...]:
        return (OBJECT_KEY,) if s.object_algorithm == DSSE else domain(s)

    return values


def _newer_customer(s: Undecided) -> tuple[Value, ...]:
    return EITHER if s.action in READS and s.decided.get("object_algorithm") == SSE_C else NEVER
