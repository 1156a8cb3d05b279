"""Writes, copies and reads of objects."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from sse_spec.actions import SSE_C, CopyObject, DeleteObject, PostObject, PutObject, S3Action
from sse_spec.scene import scenes

from sse_conformance.leaves import is_as
from sse_conformance.scenery import BucketNeed, ObjectNeed, Place, Scenery
from sse_conformance.staging import multipart
from sse_conformance.staging.needs import (
    ABSENT_BUCKET,
    ILLEGAL,
    OTHER_CUSTOMER_KEY,
    SOURCES,
    Values,
    bucket_need,
    customer_headers,
    existing,
    headers,
    object_need,
    whatever,
)

__all__ = ["copy", "delete", "post", "put", "reading", "under_key_in_state"]

CHANGING = BucketNeed(purpose="changing")
"""A bucket whose default changes again and again, for objects that were there before."""

RANGE = (2, 5)
"""The range of bytes that is asked for; every object has it."""


def _use_managed_key_elsewhere(values: Values, scenery: Scenery) -> None:
    if values.get("managed_elsewhere"):
        scenery.object(scenery.bucket(SOURCES), ObjectNeed("aws:kms"))


def put(values: Values, scenery: Scenery) -> S3Action:
    """Write an object of its own."""
    _use_managed_key_elsewhere(values, scenery)
    bucket = existing(values, scenery)
    named = headers(values, scenery)
    key = scenery.name("object")
    return PutObject(bucket=bucket, key=key, body="" if values.get("empty") else f"content of {key}", headers=named)


def post(values: Values, scenery: Scenery) -> S3Action:
    """Upload an object of its own by a form."""
    bucket, key = existing(values, scenery), scenery.name("object")
    return PostObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers(values, scenery))


def copy(values: Values, scenery: Scenery) -> S3Action:
    """Copy an object, in place or to a key of its own."""
    _use_managed_key_elsewhere(values, scenery)
    named = headers(values, scenery)
    replacing = "REPLACE" if values.get("changes_metadata") else None
    versioned = bool(values.get("source_version"))
    version = 0 if versioned else None

    def call(place: Place, bucket: str, key: str) -> CopyObject:
        return CopyObject(
            bucket=bucket,
            key=key,
            source_bucket=place.bucket,
            source_key=place.key,
            source_version=version,
            headers=named,
            source_customer=customer_headers(values.get("source_customer"), values.get("source_customer_same", True)),
            metadata_directive=replacing,  # type: ignore[arg-type]
        )

    if not values.get("in_place"):
        return call(_source(values, scenery), existing(values, scenery), scenery.name("copy"))

    def in_place(place: Place) -> CopyObject:
        return call(place, place.bucket, place.key)

    found = _left_behind(values, scenery, versioned, in_place)
    return in_place(_own_object(values, scenery, versioned) if found is None else found)


def _left_behind(
    values: Values, scenery: Scenery, versioned: bool, call: Callable[[Place], CopyObject]
) -> Place | None:
    """An object that an earlier call left in the bucket of the default, and with which a call is as is wanted."""
    if values.get("object") == "missing":
        return None
    name = scenery.bucket(bucket_need(values, versioned=versioned), whatever(values))
    for key in sorted(scenery.there(name).objects):
        place = Place(name, key)
        found = scenes(scenery.world(), call(place))
        if len(found) == 1 and found[0].situation.described and is_as(values, found[0].situation):
            return place
    return None


def _source(values: Values, scenery: Scenery) -> Place:
    if values.get("object") == "no-bucket":
        return Place(ABSENT_BUCKET, "nothing")
    if values.get("object_algorithm") == SSE_C:
        return scenery.under_customer_key(object_need(values, scenery))
    bucket = scenery.bucket(SOURCES)
    if values.get("object") == "missing":
        return Place(bucket, "nothing")
    if values.get("object_parts"):
        return multipart.completed(values, scenery)
    state = values.get("object_key_state", "enabled")
    if state == "enabled":
        return scenery.object(bucket, object_need(values, scenery))
    return under_key_in_state(values, scenery, bucket, state)


def under_key_in_state(values: Values, scenery: Scenery, bucket: str, state: str) -> Place:
    """An object whose key came into its state after it was written: once for each state."""

    def make() -> tuple[Place, None]:
        symbol = scenery.new_key()
        place = Place(bucket, scenery.write(bucket, object_need(values, scenery, symbol)))
        scenery.bring(symbol, state)
        return place, None

    place, _ = scenery.remember((bucket, state, values.get("object_bucket_key")), make)
    return place


def _own_object(values: Values, scenery: Scenery, versioned: bool) -> Place:
    """An object in the bucket of the default, for a copy in place."""
    need = object_need(values, scenery)
    if need.algorithm is None and values.get("default_algorithm") is not None:
        return scenery.older(bucket_need(values, versioned=versioned, older=need), whatever(values))
    bucket = scenery.bucket(bucket_need(values, versioned=versioned), whatever(values))
    if values.get("object") == "missing":
        return Place(bucket, "nothing")
    return scenery.object(bucket, need)


def reading(make: Callable[..., S3Action]) -> Callable[[Values, Scenery], S3Action]:
    """Read an object by requests of this kind."""

    def read(values: Values, scenery: Scenery) -> S3Action:
        algorithm = values.get("header_algorithm")
        if values.get("object") == "no-bucket":
            return make(bucket=ABSENT_BUCKET, key="nothing", algorithm=algorithm)
        if values.get("object") == "missing":
            return make(bucket=(place := _missing(values, scenery)).bucket, key=place.key, algorithm=algorithm)
        if values.get("object_several"):
            return make(bucket=(place := multipart.of_two_parts(values, scenery)).bucket, key=place.key)
        place, version = _object(values, scenery)
        customer = customer_headers(values.get("customer"), values.get("customer_same", True))
        span = RANGE if values.get("span") else None
        return make(
            bucket=place.bucket, key=place.key, version=version, algorithm=algorithm, customer=customer, span=span
        )

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
        return under_key_in_state(values, scenery, scenery.bucket(SOURCES), state), None
    need = object_need(values, scenery)
    if need.customer is not None:
        return _customers_object(values, scenery, need)
    newer, copied = values.get("newer_algorithm"), values.get("copied_algorithm")
    if values.get("default_changed"):
        bucket = scenery.bucket(CHANGING)
        place = scenery.object(bucket, need)
        scenery.change_default(place, bucket_need(values))
        return place, None
    if newer is None:
        return _lasting(scenery, need, copied), None

    def make() -> tuple[Place, int | None]:
        place = scenery.find_lasting(need, None, versioned=True)
        if place is None:
            bucket = scenery.bucket(BucketNeed(versioned=True, purpose="read"))
            place = Place(bucket, scenery.write(bucket, need))
        scenery.write(place.bucket, ObjectNeed(newer), place.key)
        return place, 0

    return scenery.remember(("newer", need, newer), make)


def _lasting(scenery: Scenery, need: ObjectNeed, copied: str | None) -> Place:
    """An object that nothing has happened to since it was written, but that its last copy has this algorithm."""
    found = scenery.find_lasting(need, copied)
    if found is not None:
        return found
    bucket = scenery.bucket(SOURCES)
    place = scenery.find_lasting(need, None) or Place(bucket, scenery.write(bucket, need))
    if copied is not None:
        scenery.copy_away(place, copied, None)
    return place


def _customers_object(values: Values, scenery: Scenery, need: ObjectNeed) -> tuple[Place, int | None]:
    """An SSE-C object to read, perhaps in a bucket that has come to block SSE-C, or under a newer one."""
    if values.get("blocked") == "SSE-C":
        return scenery.older(bucket_need(values, older=need)), None
    if not values.get("newer_customer"):
        return scenery.under_customer_key(need, values.get("blocked")), None

    def make() -> tuple[Place, int | None]:
        bucket = scenery.bucket(bucket_need(values, versioned=True, purpose="customer"))
        place = Place(bucket, scenery.write(bucket, need))
        scenery.write(bucket, replace(need, customer=OTHER_CUSTOMER_KEY), place.key)
        return place, 0

    return scenery.remember(("newer", need, values.get("blocked")), make)


def delete(values: Values, scenery: Scenery) -> S3Action:
    """Delete an object of its own."""
    need = object_need(values, scenery)
    bucket = scenery.under_customer_key(need).bucket
    return DeleteObject(bucket=bucket, key=scenery.write(bucket, need))
