"""What the values of a situation mean for buckets, keys, headers and objects."""

from __future__ import annotations

from collections.abc import Mapping

from sse_spec.actions import KMS_ALGORITHMS, SSE_C, CustomerKey, EncryptionHeaders, KeyRef
from sse_spec.scene import VALID_CONTEXT
from sse_spec.situation import MANAGED

from sse_conformance.domains import DEFAULT_KEY, FORMER_KEY, HEADER_KEY, OBJECT_KEY, Value
from sse_conformance.scenery import BucketNeed, KeyNeed, ObjectNeed, Scenery

__all__ = [
    "ABSENT_BUCKET",
    "CUSTOMER_KEY",
    "ILLEGAL",
    "OTHER_CUSTOMER_KEY",
    "SOURCES",
    "Values",
    "bucket_need",
    "customer_headers",
    "default_key",
    "existing",
    "header_key",
    "headers",
    "object_need",
    "whatever",
]

ABSENT_BUCKET = "nobody-made-this"
SOURCES = BucketNeed(purpose="sources")
"""A bucket in which nothing is configured, for objects that are read or copied."""

CUSTOMER_KEY, OTHER_CUSTOMER_KEY = "c1", "c2"
"""The customer key of objects and requests, and another one."""

ILLEGAL = EncryptionHeaders("AES512")
INVALID_CONTEXT = "not base64 of JSON"
PAST = frozenset({"override", "previous_bucket_key", "versioned"})
"""The fields of a bucket that decide nothing about a write into it."""

Values = Mapping[str, Value]


def default_key(values: Values) -> KeyNeed | None:
    """The key that the default of a situation names."""
    form = values.get("default_key")
    if form is None and values.get("default_names_key"):
        form = "arn"
    if form is None:
        return None
    moved = values.get("default_key_then") == FORMER_KEY
    return KeyNeed(form, DEFAULT_KEY, values.get("default_key_state", "enabled"), moved)


def bucket_need(values: Values, **more: Value) -> BucketNeed:
    """The bucket of a situation; `more` are fields of the need."""
    algorithm = values.get("default_algorithm")
    deleted = algorithm is None and (values.get("configured", False) or values.get("previous_algorithm") is not None)
    blocked = values.get("blocked")
    if blocked is not None and not deleted and algorithm is None:
        # A list of blocked types is put next to a default.
        deleted = values.get("blocked_kept") == "deletion"
        algorithm = None if deleted else "AES256"
    return BucketNeed(
        algorithm,
        default_key(values),
        values.get("default_bucket_key"),
        bool(values.get("previous_bucket_key")),
        deleted,
        override=values.get("override"),
        blocked=blocked,
        blocked_kept=values.get("blocked_kept"),
        policy=values.get("policy"),
        **more,
    )


def headers(values: Values, scenery: Scenery) -> EncryptionHeaders:
    """The encryption headers of a situation."""
    context = {"valid": VALID_CONTEXT, "invalid": INVALID_CONTEXT}.get(values.get("header_context") or "")
    return EncryptionHeaders(
        values.get("header_algorithm"),
        header_key(values, scenery),
        values.get("header_bucket_key"),
        context,
        customer_headers(values.get("customer")),
    )


def customer_headers(found: str | None, same: bool = True) -> CustomerKey | None:
    """The SSE-C headers of a situation: what is wrong with them, and whether they name the key of the object."""
    key = CUSTOMER_KEY if same else OTHER_CUSTOMER_KEY
    kinds = {
        "whole": CustomerKey(key),
        "algorithm": CustomerKey(key, "KMS"),
        "no-algorithm": CustomerKey(key, None),
        "no-key": CustomerKey(None),
        "length": CustomerKey(key, flaw="length"),
        "md5": CustomerKey(key, flaw="md5"),
    }
    return None if found is None else kinds[found]


def header_key(values: Values, scenery: Scenery) -> KeyRef | None:
    """The key that the headers of a situation name."""
    form = values.get("header_key")
    if form is None:
        if not values.get("header_key_given"):
            return None
        form = "arn"
    if values.get("header_key_label") == DEFAULT_KEY:
        return scenery.refer(form, scenery.default_key(bucket_need(values), whatever(values)))
    return scenery.reference(KeyNeed(form, HEADER_KEY, values.get("header_key_state", "enabled")))


def object_need(values: Values, scenery: Scenery, key: str | None = None) -> ObjectNeed:
    """How the object of a situation is stored; `key` is the symbol of its key, if it is one of its own."""
    algorithm = values.get("object_algorithm", "AES256")
    if algorithm == SSE_C:
        return ObjectNeed(algorithm, customer=CUSTOMER_KEY)
    if algorithm not in KMS_ALGORITHMS:
        return ObjectNeed(algorithm)
    if values.get("object_key_label") != MANAGED and key is None:
        key = scenery.key(OBJECT_KEY)
    flag = bool(values.get("object_bucket_key"))
    return ObjectNeed(algorithm, key, flag if flag or values.get("default_bucket_key") else None)


def existing(values: Values, scenery: Scenery) -> str:
    """The bucket of a situation, or a name that nobody has."""
    return scenery.bucket(bucket_need(values), whatever(values)) if values.get("bucket", True) else ABSENT_BUCKET


def whatever(values: Values) -> frozenset[str]:
    """What a situation leaves open about its bucket."""
    fixed = {"versioned"} if values.get("source_version") else set()
    return PAST.difference(values, fixed)
