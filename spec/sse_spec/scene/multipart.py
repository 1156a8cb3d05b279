"""Situations of requests that go on with a multipart upload."""

from __future__ import annotations

from sse_spec.actions import AbortMultipartUpload, CompleteMultipartUpload, KeyRef, UploadPart, UploadPartCopy
from sse_spec.observations import byte_length, is_whole
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
    put_object,
    settings,
    version_of,
)
from sse_spec.scene.naming import Labels, resolve
from sse_spec.situation import UNUSABLE
from sse_spec.world import Bucket, Part, Setting, Stored, Upload, World

__all__ = ["PART_LIMIT", "completions", "parts", "parts_of", "upload_of"]

PART_LIMIT = 5 * 1024 * 1024
"""The least number of bytes of every part but the last."""

Gone = UploadPart | UploadPartCopy | CompleteMultipartUpload
"""The requests that go on with an upload."""


def parts(world: World, action: UploadPart | UploadPartCopy) -> tuple[Scene, ...]:
    """The situations of a part that is sent or copied."""
    upload = upload_of(world, action)
    uploads = (None,) if upload is None else upload.candidates
    if isinstance(action, UploadPart):
        return tuple(_part(world, action, upload, stored) for stored in uploads)
    bucket = world.buckets.get(action.source_bucket)
    version = None if bucket is None else version_of(bucket, action.source_key, action.source_version)
    return tuple(_part(world, action, upload, stored, source) for stored in uploads for source in candidates(version))


def completions(world: World, action: CompleteMultipartUpload) -> tuple[Scene, ...]:
    """The situations of the end of an upload."""
    bucket, upload = world.buckets.get(action.bucket), upload_of(world, action)
    uploads = (None,) if upload is None else upload.candidates
    return tuple(
        _complete(world, action, bucket, setting, upload, stored) for setting in settings(bucket) for stored in uploads
    )


def upload_of(world: World, action: Gone | AbortMultipartUpload) -> Upload | None:
    """The upload that a request names, if there is one of that name for its bucket and key."""
    upload = world.uploads.get(action.upload)
    return upload if upload is not None and (upload.bucket, upload.key) == (action.bucket, action.key) else None


def parts_of(upload: Upload, action: CompleteMultipartUpload) -> tuple[Part, ...]:
    """The parts that a request makes an object of, as far as they were uploaded."""
    return tuple(upload.parts[number] for number in action.parts if number in upload.parts)


def _part(
    world: World,
    action: UploadPart | UploadPartCopy,
    upload: Upload | None,
    stored: Stored | None,
    source: Stored | None = None,
) -> Scene:
    account, labels, fields = begun(action, world.buckets.get(action.bucket))
    if action.customer is not None:
        fields["customer"] = customer(action.customer)
    _put_upload(fields, world, account, action, upload, stored, labels)
    if upload is not None and upload.changed and not upload.named:
        # No document says whether the default counts that was there when the upload was begun, or the present one.
        fields["described"] = False
    if isinstance(action, UploadPart):
        return finished(labels, NO_SETTING, stored, fields)
    _put_source(fields, world, account, action, source)
    return finished(labels, NO_SETTING, stored, fields, source)


def _put_upload(
    found: Fields,
    world: World,
    account: str,
    action: Gone,
    upload: Upload | None,
    stored: Stored | None,
    labels: Labels,
) -> None:
    """Fill in the fields that describe the upload, and the header that its parts and its end may not carry."""
    found["header_algorithm"] = action.algorithm
    if upload is None or stored is None:
        found["object"] = "missing"
        return
    found["upload_named"] = upload.named
    put_object(found, world, account, stored, labels)
    if not isinstance(action, CompleteMultipartUpload):
        found["customer_same"] = customer_same(action.customer, stored)
    if found.get("object_key_state") in UNUSABLE:
        found["described"] = False  # no document says what a key that became unusable means for an upload


def _put_source(found: Fields, world: World, account: str, action: UploadPartCopy, source: Stored | None) -> None:
    """Fill in the fields that describe the object from which a part is copied."""
    bucket = world.buckets.get(action.source_bucket)
    if action.span is not None:
        found["partly"] = True
    if bucket is not None and bucket.owner != account:
        found["described"] = False
    if action.source_customer is not None:
        found["source_customer"] = customer(action.source_customer)
    if bucket is None:
        found["source"] = "no-bucket"
    elif source is None:
        found["source"] = "missing"
    else:
        found["source_algorithm"] = source.algorithm
        found["source_customer_same"] = customer_same(action.source_customer, source)
        if source.key is not None:
            known = not source.key.startswith("=")
            found["source_key_state"] = resolve(world, account, KeyRef("arn", source.key)).state if known else "unknown"


def _complete(
    world: World,
    action: CompleteMultipartUpload,
    bucket: Bucket | None,
    setting: Setting,
    upload: Upload | None,
    stored: Stored | None,
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["managed_elsewhere"] = elsewhere(world, account, action.bucket)
    put_default(fields, world, account, bucket, setting, labels)
    _put_upload(fields, world, account, action, upload, stored, labels)
    if upload is None:
        fields["described"] = False  # S3 may know that the upload was completed before, and say so once more
        return finished(labels, setting, stored, fields)
    fields["default_changed"] = upload.changed
    chosen = parts_of(upload, action)
    if not _complete_list(action, chosen):
        fields["described"] = False
    return finished(labels, setting, stored, fields)._replace(parts=chosen)


def _complete_list(action: CompleteMultipartUpload, chosen: tuple[Part, ...]) -> bool:
    """Whether these are parts of which an object can be made. What S3 says to others is not about encryption."""
    ascending = list(action.parts) == sorted(set(action.parts))
    return ascending and 0 < len(chosen) == len(action.parts) and all(map(_large_enough, chosen[:-1]))


def _large_enough(part: Part) -> bool:
    return part.body is not None and is_whole(part.body) and byte_length(part.body) >= PART_LIMIT
