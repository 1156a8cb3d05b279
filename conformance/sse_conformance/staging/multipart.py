"""Multipart uploads: begun, gone on with and completed. What an earlier goal left open is used by a later one."""

from __future__ import annotations

from sse_spec.actions import (
    CompleteMultipartUpload,
    CreateBucket,
    CreateMultipartUpload,
    CustomerKey,
    EncryptionHeaders,
    PutBucketEncryption,
    Rule,
    S3Action,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.scene.multipart import PART_LIMIT
from sse_spec.world import Upload

from sse_conformance.scenery import ObjectNeed, Place, Scenery
from sse_conformance.staging.needs import (
    SOURCES,
    Values,
    customer_headers,
    existing,
    headers,
    object_need,
)

__all__ = ["begin", "complete", "completed", "copy_part", "of_two_parts", "send_part"]

FILLING = "0123456789abcdef"
"""What large parts are filled with."""


def begin(values: Values, scenery: Scenery) -> S3Action:
    """Begin an upload."""
    return _beginning(scenery, existing(values, scenery), headers(values, scenery))


def _beginning(scenery: Scenery, bucket: str, named: EncryptionHeaders) -> CreateMultipartUpload:
    key, upload = scenery.name("object"), scenery.name("upload")
    return CreateMultipartUpload(bucket=bucket, key=key, upload=upload, headers=named)


def send_part(values: Values, scenery: Scenery) -> S3Action:
    """Send a part."""
    name, upload = _begun(values, scenery)
    customer = customer_headers(values.get("customer"), values.get("customer_same", True))
    return _part(name, upload, algorithm=values.get("header_algorithm"), customer=customer)


def copy_part(values: Values, scenery: Scenery) -> S3Action:
    """Copy an object into a part."""
    source = scenery.object(scenery.bucket(SOURCES), ObjectNeed(values.get("source_algorithm")))
    name, upload = _begun(values, scenery)
    return UploadPartCopy(
        bucket=upload.bucket,
        key=upload.key,
        upload=name,
        source_bucket=source.bucket,
        source_key=source.key,
        algorithm=values.get("header_algorithm"),
    )


def complete(values: Values, scenery: Scenery) -> S3Action:
    """Complete an upload of one part."""
    if values.get("default_changed"):
        bucket = scenery.name("bucket")
        scenery.do(CreateBucket(bucket=bucket))
    else:
        bucket = existing(values, scenery)
    name, upload = _begun(values, scenery, bucket)
    two = values.get("upload_named", True) and values.get("object_algorithm") == "aws:kms"
    if two and not values.get("object_bucket_key"):
        _have_two_parts(scenery, name, upload)
        return _end(scenery, name, upload, values.get("header_algorithm"), (1, 2))
    _have_a_part(scenery, name, upload)
    if values.get("default_changed"):
        rule = Rule(values.get("default_algorithm"))
        scenery.do(PutBucketEncryption(bucket=bucket, rules=(rule,)))
    return _end(scenery, name, upload, values.get("header_algorithm"))


def _begun(values: Values, scenery: Scenery, bucket: str | None = None) -> tuple[str, Upload]:
    """An upload as needed that is open, if there is one, else a new one: in this bucket, or in any."""
    named = values.get("upload_named", values.get("object_algorithm", "AES256") is not None)
    found = _open_upload(values, scenery, bucket, named)
    if found is None:
        need = object_need(values, scenery)
        place = scenery.bucket(SOURCES) if bucket is None else bucket
        if need.customer is not None:
            place = scenery.under_customer_key(need).bucket
        how = scenery.headers(need) if named else EncryptionHeaders()
        beginning = _beginning(scenery, place, how)
        scenery.do(beginning)
        found = beginning.upload
    upload = scenery.world().uploads.get(found)
    return found, Upload(bucket or "", found, ()) if upload is None else upload


def _open_upload(values: Values, scenery: Scenery, bucket: str | None, named: bool) -> str | None:
    world = scenery.world()
    algorithm, flag = values.get("object_algorithm", "AES256"), bool(values.get("object_bucket_key"))
    for name in sorted(world.uploads):
        upload = world.uploads[name]
        if upload.named != named or upload.changed or bucket not in {None, upload.bucket}:
            continue
        if len(upload.candidates) != 1:
            continue
        stored = upload.candidates[0]
        key = None if stored.key is None else world.keys.get(stored.key)
        usable = algorithm != "aws:kms" or (key is not None and key.state == "enabled")
        if (stored.algorithm, stored.bucket_key) == (algorithm, flag) and usable:
            return name
    return None


def _part(
    name: str,
    upload: Upload,
    number: int = 1,
    body: str = "",
    repeat: int = 1,
    algorithm: str | None = None,
    customer: CustomerKey | None = None,
) -> UploadPart:
    return UploadPart(
        bucket=upload.bucket,
        key=upload.key,
        upload=name,
        number=number,
        body=body or f"a part of {upload.key}",
        repeat=repeat,
        algorithm=algorithm,
        customer=customer,
    )


def _have_a_part(scenery: Scenery, name: str, upload: Upload) -> None:
    if len(upload.parts) == 0:
        scenery.do(_part(name, upload))


def _have_two_parts(scenery: Scenery, name: str, upload: Upload) -> None:
    scenery.do(_part(name, upload, 2, "the end"))
    scenery.do(_part(name, upload, 1, FILLING, PART_LIMIT // len(FILLING)))


def _end(
    scenery: Scenery, name: str, upload: Upload, algorithm: str | None = None, parts: tuple[int, ...] = ()
) -> CompleteMultipartUpload:
    now = scenery.world().uploads.get(name, upload)
    chosen = parts or tuple(sorted(now.parts))[:1] or (1,)
    return CompleteMultipartUpload(bucket=upload.bucket, key=upload.key, upload=name, parts=chosen, algorithm=algorithm)


# --- objects that are made of parts -----------------------------------------------------------------------------------


def completed(values: Values, scenery: Scenery) -> Place:
    """An object that is made of one part: one that is there already, if there is, else a new one."""
    found = _object_of(scenery, values.get("object_algorithm"), 1)
    if found is not None:
        return found
    name, upload = _begun(values, scenery, scenery.bucket(SOURCES))
    _have_a_part(scenery, name, upload)
    scenery.do(_end(scenery, name, upload))
    return Place(upload.bucket, upload.key)


def _object_of(scenery: Scenery, algorithm: str | None, parts: int) -> Place | None:
    """An object of so many parts whose encryption is certain, in whatever bucket."""
    world = scenery.world()
    for bucket in sorted(world.buckets):
        objects = scenery.there(bucket).objects
        for key in sorted(objects):
            known = objects[key][-1].candidates
            stored = known[0] if len(known) == 1 else None
            if stored is not None and (stored.parts, stored.algorithm, stored.bucket_key) == (parts, algorithm, False):
                return Place(bucket, key)
    return None


def of_two_parts(values: Values, scenery: Scenery) -> Place:
    """An object that is made of two parts, of which the second was sent first: one is enough, for it is large."""
    found = _object_of(scenery, values.get("object_algorithm"), 2)
    if found is not None:
        return found
    name, upload = _begun(values, scenery, scenery.bucket(SOURCES))
    _have_two_parts(scenery, name, upload)
    scenery.do(_end(scenery, name, upload, parts=(1, 2)))
    return Place(upload.bucket, upload.key)
