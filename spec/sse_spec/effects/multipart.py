"""What requests about multipart uploads leave behind."""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.actions import (
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.effects.objects import used_managed_key, wrote
from sse_spec.effects.placing import CANDIDATE_LIMIT
from sse_spec.scene.multipart import Gone, upload_of
from sse_spec.world import Part, Stored, Upload, World

__all__ = ["aborted", "began", "completed", "note_default_change", "sent_part", "settle_upload"]


def began(
    world: World, action: CreateMultipartUpload, candidates: tuple[Stored | None, ...], upload_id: str | None
) -> World:
    """The world after an upload was begun; `candidates` says how its object may be stored."""
    known = tuple(stored for stored in candidates if stored is not None)
    named = action.headers.algorithm is not None or action.headers.customer is not None
    upload = Upload(action.bucket, action.key, known, upload_id, named=named)
    world = replace(world, uploads=world.uploads.insert(action.upload, upload))
    return used_managed_key(world, action.bucket, known[0]) if known else world


def settle_upload(world: World, action: Gone, candidates: tuple[Stored | None, ...]) -> World:
    """The world in which the object of an upload is known to be stored as one of these."""
    upload = upload_of(world, action)
    known = tuple(stored for stored in dict.fromkeys(candidates) if stored is not None)
    if upload is None or not known or known == upload.candidates:
        return world
    known = known if len(known) <= CANDIDATE_LIMIT else ()
    return replace(world, uploads=world.uploads.insert(action.upload, replace(upload, candidates=known)))


def sent_part(world: World, action: UploadPart | UploadPartCopy, body: str | None, etag: str | None) -> World:
    """The world after a part with this content was accepted."""
    upload = upload_of(world, action)
    if upload is None:
        return world
    changed = replace(upload, parts=upload.parts.insert(action.number, Part(body, etag)))
    return replace(world, uploads=world.uploads.insert(action.upload, changed))


def completed(
    world: World, action: CompleteMultipartUpload, candidates: tuple[Stored | None, ...], version_id: str | None
) -> World:
    """The world after an upload was completed; `candidates` says how its object may be stored."""
    return _without(wrote(world, action, candidates, version_id), action.upload)


def aborted(world: World, action: AbortMultipartUpload) -> World:
    """The world after an upload was given up."""
    return world if upload_of(world, action) is None else _without(world, action.upload)


def _without(world: World, upload: str) -> World:
    return replace(world, uploads=world.uploads.discard(upload))


def note_default_change(world: World, bucket: str) -> World:
    """Note that the default of a bucket was changed while its uploads were open."""
    uploads = world.uploads
    for name, upload in uploads.items():
        if upload.bucket == bucket and not upload.changed:
            uploads = uploads.insert(name, replace(upload, changed=True))
    return world if uploads is world.uploads else replace(world, uploads=uploads)
