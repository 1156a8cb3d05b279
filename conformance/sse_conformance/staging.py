"""From a leaf to the request that reaches it: which bucket, keys and object it needs, and the decisive call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sse_spec.actions import (
    Action,
    CopyObject,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    S3Action,
)
from sse_spec.scene import VALID_CONTEXT
from sse_spec.situation import MANAGED

from sse_conformance.domains import DEFAULT_KEY, FORMER_KEY, HEADER_KEY, OBJECT_KEY, Value
from sse_conformance.leaves import Leaf
from sse_conformance.scenery import BucketNeed, KeyNeed, ObjectNeed, Place, Scenery

__all__ = ["read_back", "stage"]

ABSENT_BUCKET = "nobody-made-this"
SOURCES = BucketNeed(purpose="sources")
"""A bucket in which nothing is configured, for objects that are read or copied."""

ILLEGAL = EncryptionHeaders("AES512")
INVALID_CONTEXT = "not base64 of JSON"
Values = Mapping[str, Value]


def stage(leaf: Leaf, scenery: Scenery) -> S3Action:
    """Prepare what the leaf needs and return its decisive call."""
    return _STAGES[leaf.action](leaf.values, scenery)


def _default_key(values: Values) -> KeyNeed | None:
    form = values.get("default_key")
    if form is None and values.get("default_names_key"):
        form = "arn"
    if form is None:
        return None
    moved = values.get("default_key_then") == FORMER_KEY
    return KeyNeed(form, DEFAULT_KEY, values.get("default_key_state", "enabled"), moved)


def _bucket_need(values: Values, **more: Value) -> BucketNeed:
    algorithm = values.get("default_algorithm")
    deleted = algorithm is None and (values.get("configured", False) or values.get("previous_algorithm") is not None)
    return BucketNeed(
        algorithm,
        _default_key(values),
        values.get("default_bucket_key"),
        bool(values.get("previous_bucket_key")),
        deleted,
        override=values.get("override"),
        **more,
    )


def _headers(values: Values, scenery: Scenery) -> EncryptionHeaders:
    context = {"valid": VALID_CONTEXT, "invalid": INVALID_CONTEXT}.get(values.get("header_context") or "")
    return EncryptionHeaders(
        values.get("header_algorithm"), _header_key(values, scenery), values.get("header_bucket_key"), context
    )


def _header_key(values: Values, scenery: Scenery) -> KeyRef | None:
    form = values.get("header_key")
    if form is None:
        if not values.get("header_key_given"):
            return None
        form = "arn"
    if values.get("header_key_label") == DEFAULT_KEY:
        return scenery.refer(form, scenery.default_key(_bucket_need(values)))
    return scenery.reference(KeyNeed(form, HEADER_KEY, values.get("header_key_state", "enabled")))


def _object_need(values: Values, scenery: Scenery, key: str | None = None) -> ObjectNeed:
    """How the object of a situation is stored; `key` is the symbol of its key, if it is one of its own."""
    algorithm = values.get("object_algorithm", "AES256")
    if algorithm != "aws:kms":
        return ObjectNeed(algorithm)
    if values.get("object_key_label") != MANAGED and key is None:
        key = scenery.key(OBJECT_KEY)
    flag = bool(values.get("object_bucket_key"))
    return ObjectNeed(algorithm, key, flag if flag or values.get("default_bucket_key") else None)


# --- the bucket default -----------------------------------------------------------------------------------------------


def _configure(values: Values, scenery: Scenery) -> S3Action:
    bucket = scenery.bucket(BucketNeed(purpose="configured")) if values.get("bucket", True) else ABSENT_BUCKET
    content = values.get("rules", "one")
    if content == "malformed":
        return PutBucketEncryption(bucket=bucket, malformed=True)
    key = None
    if values.get("new_key") is not None:
        key = scenery.reference(KeyNeed(values["new_key"], DEFAULT_KEY, values.get("new_key_state", "enabled")))
    rule = Rule(values.get("new_algorithm"), key, values.get("new_bucket_key"), values.get("new_apply", True))
    if not rule.apply:
        rule = Rule(None, None, rule.bucket_key, apply=False)
    plain = Rule("AES256")
    rules = {"none": (), "two": (plain, plain)}.get(content, (rule,))
    return PutBucketEncryption(bucket=bucket, rules=rules)


def _read_configuration(values: Values, scenery: Scenery) -> S3Action:
    return GetBucketEncryption(bucket=_existing(values, scenery))


def _delete_configuration(values: Values, scenery: Scenery) -> S3Action:
    if not values.get("bucket", True):
        return DeleteBucketEncryption(bucket=ABSENT_BUCKET)
    need = _bucket_need({**values, "default_algorithm": "AES256"}, purpose="deleted")
    bucket = scenery.bucket(need)
    scenery.forget_bucket(need)
    return DeleteBucketEncryption(bucket=bucket)


def _existing(values: Values, scenery: Scenery) -> str:
    return scenery.bucket(_bucket_need(values)) if values.get("bucket", True) else ABSENT_BUCKET


# --- writes -----------------------------------------------------------------------------------------------------------


def _use_managed_key_elsewhere(values: Values, scenery: Scenery) -> None:
    if values.get("managed_elsewhere"):
        scenery.object(scenery.bucket(SOURCES), ObjectNeed("aws:kms"))


def _put(values: Values, scenery: Scenery) -> S3Action:
    _use_managed_key_elsewhere(values, scenery)
    bucket = _existing(values, scenery)
    headers = _headers(values, scenery)
    key = scenery.name("object")
    return PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers)


def _copy(values: Values, scenery: Scenery) -> S3Action:
    _use_managed_key_elsewhere(values, scenery)
    headers = _headers(values, scenery)
    replacing = "REPLACE" if values.get("changes_metadata") else None
    versioned = bool(values.get("source_version"))
    version = 0 if versioned else None
    if values.get("in_place"):
        place = _own_object(values, scenery, versioned)
        bucket, key = place.bucket, place.key
    else:
        place = _source(values, scenery)
        bucket, key = _existing(values, scenery), scenery.name("copy")
    return CopyObject(
        bucket=bucket,
        key=key,
        source_bucket=place.bucket,
        source_key=place.key,
        source_version=version,
        headers=headers,
        metadata_directive=replacing,  # type: ignore[arg-type]
    )


def _source(values: Values, scenery: Scenery) -> Place:
    if values.get("object") == "no-bucket":
        return Place(ABSENT_BUCKET, "nothing")
    bucket = scenery.bucket(SOURCES)
    if values.get("object") == "missing":
        return Place(bucket, "nothing")
    state = values.get("object_key_state", "enabled")
    if state == "enabled":
        return scenery.object(bucket, _object_need(values, scenery))
    return _under_key_in_state(values, scenery, bucket, state)


def _under_key_in_state(values: Values, scenery: Scenery, bucket: str, state: str) -> Place:
    """An object whose key came into its state after it was written: once for each state."""

    def make() -> tuple[Place, None]:
        symbol = scenery.new_key()
        place = Place(bucket, scenery.write(bucket, _object_need(values, scenery, symbol)))
        scenery.bring(symbol, state)
        return place, None

    place, _ = scenery.remember((bucket, state, values.get("object_bucket_key")), make)
    return place


def _own_object(values: Values, scenery: Scenery, versioned: bool) -> Place:
    """An object in the bucket of the default, for a copy in place."""
    need = _object_need(values, scenery)
    if need.algorithm is None and values.get("default_algorithm") is not None:
        older = _bucket_need(values, versioned=versioned, older=need)
        bucket = scenery.bucket(older)
        return scenery.older(older)
    bucket = scenery.bucket(_bucket_need(values, versioned=versioned))
    if values.get("object") == "missing":
        return Place(bucket, "nothing")
    return scenery.object(bucket, need)


# --- reads ------------------------------------------------------------------------------------------------------------


def _reading(make: Callable[..., S3Action]) -> Callable[[Values, Scenery], S3Action]:
    def read(values: Values, scenery: Scenery) -> S3Action:
        algorithm = values.get("header_algorithm")
        if values.get("object") == "no-bucket":
            return make(bucket=ABSENT_BUCKET, key="nothing", algorithm=algorithm)
        if values.get("object") == "missing":
            return make(bucket=(place := _missing(values, scenery)).bucket, key=place.key, algorithm=algorithm)
        place, version = _object(values, scenery)
        return make(bucket=place.bucket, key=place.key, version=version, algorithm=algorithm)

    return read


def _missing(values: Values, scenery: Scenery) -> Place:
    bucket = scenery.bucket(SOURCES)
    if not values.get("refused"):
        return Place(bucket, "nothing")
    key = scenery.name("object")
    scenery.do(PutObject(bucket=bucket, key=key, body="refused", headers=ILLEGAL))
    return Place(bucket, key)


def _object(values: Values, scenery: Scenery) -> tuple[Place, int | None]:
    """An object to read, perhaps followed by a new default, a newer version or a copy; one for all reads that want
    it.
    """
    state = values.get("object_key_state", "enabled")
    if state != "enabled":
        return _under_key_in_state(values, scenery, scenery.bucket(SOURCES), state), None
    newer, copied = values.get("newer_algorithm"), values.get("copied_algorithm")
    need = _object_need(values, scenery)
    if values.get("default_changed"):
        return scenery.older(_bucket_need(values, older=need)), None
    bucket = scenery.bucket(_bucket_need(values, versioned=newer is not None, purpose="read"))
    version = None if newer is None else 0

    def make() -> tuple[Place, int | None]:
        place = Place(bucket, scenery.write(bucket, need))
        if newer is not None:
            scenery.write(bucket, ObjectNeed(newer), place.key)
        if copied is not None:
            scenery.copy_away(place, copied, version)
        return place, version

    return scenery.remember((bucket, need, newer, copied), make)


_STAGES: dict[str, Callable[[Values, Scenery], S3Action]] = {
    "PutBucketEncryption": _configure,
    "GetBucketEncryption": _read_configuration,
    "DeleteBucketEncryption": _delete_configuration,
    "PutObject": _put,
    "CopyObject": _copy,
    "GetObject": _reading(GetObject),
    "HeadObject": _reading(HeadObject),
}


def read_back(action: Action) -> HeadObject | None:
    """The read that shows what a write has stored."""
    if isinstance(action, PutObject | CopyObject) and action.bucket != ABSENT_BUCKET:
        return HeadObject(bucket=action.bucket, key=action.key)
    return None
