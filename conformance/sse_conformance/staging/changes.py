"""Batch jobs, updates where an object is, and the reads that show what came of them."""

from __future__ import annotations

from sse_spec.actions import (
    BatchCopy,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    S3Action,
    UpdateObjectEncryption,
)
from sse_spec.scene import scenes
from sse_spec.situation import MANAGED, Situation

from sse_conformance.domains import HEADER_KEY, OBJECT_KEY
from sse_conformance.scenery import BucketNeed, KeyNeed, ObjectNeed, Place, Scenery
from sse_conformance.staging.needs import SOURCES, Values, bucket_need, headers, whatever
from sse_conformance.staging.objects import under_key_in_state

__all__ = ["job", "read_changed", "takes_part", "update"]

CHANGED = BucketNeed(purpose="changed")
"""A bucket in which nothing is configured, for objects that are changed where they are."""

COUNTED = BucketNeed(versioned=True, purpose="counted")
"""A bucket with versioning, in which nothing is configured."""


def job(values: Values, scenery: Scenery) -> S3Action:
    """Copy an object by a job: in place if the job names an encryption, else to a key of its own."""
    named = headers(values, scenery)
    if named.algorithm is not None:
        # What comes of it is worth reading where the object was encrypted otherwise before.
        before = ObjectNeed("aws:kms", scenery.key(OBJECT_KEY)) if named.algorithm == "AES256" else ObjectNeed("AES256")
        return _copied_in_place(scenery.object(scenery.bucket(CHANGED), before), named)
    source = scenery.object(scenery.bucket(SOURCES), ObjectNeed("AES256"))
    return _copied_away(source, scenery.bucket(bucket_need(values), whatever(values)))


def _copied_in_place(place: Place, named: EncryptionHeaders) -> BatchCopy:
    return BatchCopy(
        bucket=place.bucket, key=place.key, source_bucket=place.bucket, source_key=place.key, headers=named
    )


def _copied_away(source: Place, bucket: str) -> BatchCopy:
    """A job keeps the keys of the objects, which no two objects of a scenery share."""
    return BatchCopy(bucket=bucket, key=source.key, source_bucket=source.bucket, source_key=source.key)


# --- updates ----------------------------------------------------------------------------------------------------------


def update(values: Values, scenery: Scenery) -> S3Action:
    """Update an object under the key that a situation names."""
    place = _to_update(values, scenery)
    return UpdateObjectEncryption(
        bucket=place.bucket,
        key=place.key,
        kms_key=_update_key(values, scenery),
        bucket_key=values.get("asked_bucket_key"),
    )


def _to_update(values: Values, scenery: Scenery) -> Place:
    algorithm, state = values.get("object_algorithm", "AES256"), values.get("object_key_state", "enabled")
    bucket = scenery.bucket(COUNTED if algorithm == "AES256" else CHANGED)
    if values.get("object") == "missing":
        return Place(bucket, "nothing")
    if state != "enabled":
        return under_key_in_state(values, scenery, scenery.bucket(SOURCES), state)
    own = None if algorithm == "AES256" else scenery.key(OBJECT_KEY)
    return scenery.object(bucket, ObjectNeed(algorithm, own, True if values.get("object_bucket_key") else None))


def _update_key(values: Values, scenery: Scenery) -> KeyRef:
    form, state = values.get("header_key", "arn"), values.get("header_key_state", "enabled")
    if values.get("header_key_label") == OBJECT_KEY:
        return KeyRef("arn", scenery.key(OBJECT_KEY))
    if state == "foreign":
        return KeyRef("arn", _key_of_others(scenery))
    return scenery.reference(KeyNeed(form, HEADER_KEY, state))


def _key_of_others(scenery: Scenery) -> str:
    def make() -> tuple[Place, None]:
        symbol = scenery.name("key")
        scenery.do(CreateKey(key=symbol, principal="other"))
        return Place("", symbol), None

    return scenery.remember("key of another account, kept to itself", make)[0].key


# --- what came of them ------------------------------------------------------------------------------------------------

SHOWN = ("changed", "before_algorithm", "bucket_key_before", "asked_bucket_key", "numbered")
"""The fields that say how an object came by its encryption."""


def takes_part(values: Values) -> bool:
    """Whether a situation is about an object that was changed, or about its neighbour."""
    return values.get("changed") is not None or values.get("beside_key_label") is not None


def read_changed(values: Values, scenery: Scenery) -> S3Action:
    """Read an object that was changed: one that is there already, if there is, else a new one."""
    if values.get("changed") is None:
        return _read(_beside(scenery))
    found = _find(values, scenery)
    return _read(_changed(values, scenery) if found is None else found)


def _read(place: Place) -> HeadObject:
    return HeadObject(bucket=place.bucket, key=place.key)


def _find(values: Values, scenery: Scenery) -> Place | None:
    name = scenery.bucket(_place_of_changes(values))
    for key in sorted(scenery.there(name).objects):
        found = scenes(scenery.world(), HeadObject(bucket=name, key=key))
        if len(found) == 1 and _is_as(values, found[0].situation):
            return Place(name, key)
    return None


def _place_of_changes(values: Values) -> BucketNeed:
    return COUNTED if values.get("numbered") else CHANGED


def _is_as(values: Values, s: Situation) -> bool:
    stored = ("object_algorithm", "object_bucket_key", *SHOWN)
    if any(values[name] != getattr(s, name) for name in stored if name in values) or s.object_key_state != "enabled":
        return False
    apart = s.object_key_label != s.before_key_label or s.object_key_label is None
    return apart and MANAGED not in (s.object_key_label, s.before_key_label)


def _changed(values: Values, scenery: Scenery) -> Place:
    """An object, written as it is to be before, and then changed."""
    by, former = values["changed"], values.get("before_algorithm")
    under_key = values.get("object_algorithm") == "aws:kms"
    key_before = scenery.key(HEADER_KEY if under_key else OBJECT_KEY) if former == "aws:kms" else None
    before = ObjectNeed(former, key_before, True if values.get("bucket_key_before") else None)
    if by == "job-default":
        own = scenery.bucket(BucketNeed(values.get("object_algorithm")))
        copy = _copied_away(scenery.object(scenery.bucket(SOURCES), before), own)
        scenery.do(copy)
        return Place(copy.bucket, copy.key)
    bucket = scenery.bucket(_place_of_changes(values))
    place = scenery.object(bucket, before)
    asked = values.get("asked_bucket_key", True if values.get("object_bucket_key") else None)
    key = KeyRef("arn", scenery.key(OBJECT_KEY)) if under_key else None
    if by == "job":
        scenery.do(_copied_in_place(place, EncryptionHeaders(values.get("object_algorithm"), key, asked)))
    elif key is not None:
        scenery.do(UpdateObjectEncryption(bucket=bucket, key=place.key, kms_key=key, bucket_key=asked))
    return place


def _beside(scenery: Scenery) -> Place:
    """An object whose older version was updated."""

    def make() -> tuple[Place, None]:
        place = scenery.object(scenery.bucket(COUNTED), ObjectNeed("AES256"))
        scenery.write(place.bucket, ObjectNeed("AES256"), place.key)
        named = KeyRef("arn", scenery.key(HEADER_KEY))
        scenery.do(UpdateObjectEncryption(bucket=place.bucket, key=place.key, version=0, kms_key=named))
        return place, None

    return scenery.remember("beside an update", make)[0]
