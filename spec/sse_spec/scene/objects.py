"""Situations of requests that write, copy and read objects."""

from __future__ import annotations

from sse_spec.actions import (
    CopyObject,
    CreateMultipartUpload,
    DeleteObject,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    PostObject,
    PutObject,
)
from sse_spec.observations import byte_length, is_whole
from sse_spec.scene.changes import put_change
from sse_spec.scene.fields import (
    NO_SETTING,
    Fields,
    Scene,
    begun,
    candidates,
    customer,
    customer_same,
    elsewhere,
    finished,
    put_default,
    put_headers,
    put_object,
    settings,
    version_of,
)
from sse_spec.scene.naming import Labels
from sse_spec.scene.replication import put_replication
from sse_spec.world import Bucket, Setting, Stored, Version, World

__all__ = ["copies", "deletions", "reads", "writes"]


def writes(world: World, action: PutObject | PostObject | CreateMultipartUpload) -> tuple[Scene, ...]:
    """The situations of a write, or of the beginning of one."""
    bucket = world.buckets.get(action.bucket)
    return tuple([_write(world, action, bucket, setting) for setting in settings(bucket)])


def copies(world: World, action: CopyObject) -> tuple[Scene, ...]:
    """The situations of a copy."""
    bucket, source = world.buckets.get(action.bucket), world.buckets.get(action.source_bucket)
    version = None if source is None else version_of(source, action.source_key, action.source_version)
    return tuple(
        _copy(world, action, bucket, source, version, setting, stored)
        for setting in settings(bucket)
        for stored in candidates(version)
    )


def reads(world: World, action: GetObject | HeadObject | GetObjectAttributes) -> tuple[Scene, ...]:
    """The situations of a read."""
    bucket = world.buckets.get(action.bucket)
    version = None if bucket is None else version_of(bucket, action.key, action.version)
    return tuple(
        _read(world, action, bucket, version, setting, stored)
        for setting in settings(bucket)
        for stored in candidates(version)
    )


def _write(
    world: World, action: PutObject | PostObject | CreateMultipartUpload, bucket: Bucket | None, setting: Setting
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["managed_elsewhere"] = elsewhere(world, account, action.bucket)
    if not isinstance(action, CreateMultipartUpload) and not action.body:
        fields["empty"] = True
    if isinstance(action, PostObject) and action.headers.algorithm == "":
        fields["described"] = False  # no document says what an empty field of a form means
    put_default(fields, world, account, bucket, setting, labels)
    put_headers(fields, world, account, action.headers, labels, bucket)
    return finished(labels, setting, None, fields)


def _copy(
    world: World,
    action: CopyObject,
    bucket: Bucket | None,
    source: Bucket | None,
    version: Version | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account, labels, fields = begun(action, bucket)
    in_place = (action.bucket, action.key) == (action.source_bucket, action.source_key)
    fields |= {
        "managed_elsewhere": elsewhere(world, account, action.bucket),
        "object": "no-bucket" if source is None else "missing" if stored is None else "present",
        "in_place": in_place,
    }
    if (action.source_bucket, action.source_key) in world.replicas:
        fields["described"] = False  # whether the replica is there already, nobody knows
    if source is not None and source.owner != account:
        if source.policy != "share":
            fields["described"] = False
    elif version is not None and version.writer not in (None, account):
        fields["others_object"] = True
    fields["source_version"] = action.source_version is not None
    changes = (action.storage_class, action.website_redirect)
    fields["changes_metadata"] = action.metadata_directive == "REPLACE" or changes != (None, None)
    if in_place and action.metadata_directive == "COPY":
        # No document says whether naming the directive that is the default anyway makes a copy in place legal.
        fields["described"] = False
    if action.source_customer is not None:
        fields["source_customer"] = customer(action.source_customer)
    put_default(fields, world, account, bucket, setting, labels)
    put_headers(fields, world, account, action.headers, labels, bucket)
    if stored is not None:
        put_object(fields, world, account, stored, labels)
        fields["source_customer_same"] = customer_same(action.source_customer, stored)
    return finished(labels, setting, stored, fields)


def _read(
    world: World,
    action: GetObject | HeadObject | GetObjectAttributes,
    bucket: Bucket | None,
    version: Version | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields |= {
        "header_algorithm": action.algorithm,
        "object": "no-bucket" if bucket is None else "missing" if stored is None else "present",
        "refused": bucket is not None and action.key in bucket.refused,
    }
    if (version is not None and version.marker) or (action.bucket, action.key) in world.replicas:
        fields["described"] = False
    if action.customer is not None:
        fields["customer"] = customer(action.customer)
    if not isinstance(action, GetObjectAttributes) and (action.span or action.part) is not None:
        partly = action.part is not None or isinstance(action, HeadObject)
        fields["partly" if partly else "span"] = True
        if not (partly or _satisfiable(action, stored)):
            fields["described"] = False
    put_default(fields, world, account, bucket, setting, labels)
    if stored is not None:
        put_object(fields, world, account, stored, labels)
        fields["customer_same"] = customer_same(action.customer, stored)
    if bucket is not None and version is not None:
        _put_past(fields, bucket, version, bucket.objects[action.key][-1], labels)
        if bucket.owner == account and version.writer not in (None, account):
            fields["others_object"] = True
    scene = finished(labels, setting, stored, fields)
    return scene._replace(version_id=version.id) if version is not None and fields.get("numbered") else scene


def deletions(world: World, action: DeleteObject) -> tuple[Scene, ...]:
    """The situations of a request that deletes an object, or a version of it."""
    bucket = world.buckets.get(action.bucket)
    version = None if bucket is None else version_of(bucket, action.key, action.version)
    return tuple(_delete(world, action, bucket, stored) for stored in candidates(version) or (None,))


def _delete(world: World, action: DeleteObject, bucket: Bucket | None, stored: Stored | None) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["object"] = "no-bucket" if bucket is None else "missing" if stored is None else "present"
    if stored is not None:
        put_object(fields, world, account, stored, labels)
    return finished(labels, NO_SETTING, stored, fields)


def _satisfiable(action: GetObject | HeadObject, stored: Stored | None) -> bool:
    """Whether a range is read that the object has. Other ranges are not described."""
    body = None if stored is None else stored.body
    first, last = action.span or (0, 0)
    return 0 <= first <= last and (body is None or not is_whole(body) or first < byte_length(body))


def _put_past(fields: Fields, bucket: Bucket, version: Version, newest: Version, labels: Labels) -> None:
    """Fill in the fields that say what happened after the object was written."""
    fields["default_changed"] = version.configurations != bucket.configurations
    if newest is not version and newest.candidates and newest.candidates[0] is not None:
        fields["newer_algorithm"] = newest.candidates[0].algorithm
        own = version.candidates[0] if version.candidates else None
        if newest.candidates[0].customer is not None and own is not None:
            fields["newer_customer"] = newest.candidates[0].customer != own.customer
    if version.copied is not None:
        fields["copied_algorithm"] = version.copied.algorithm
    if version.change is not None or version.beside is not None:
        put_change(fields, bucket, version, labels)
    if bucket.replication is not None or version.replica:
        put_replication(fields, bucket, version)
