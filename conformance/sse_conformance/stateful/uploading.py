"""Steps of multipart uploads: several may be open at a time, and go on much later."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    CustomerKey,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.world import Upload

from sse_conformance.stateful.composer import Composer

__all__ = ["abort_upload", "begin_upload", "complete_upload", "copy_part", "send_part", "whole_upload"]

OPEN_LIMIT = 3
"""So many uploads at most are open at a time."""


def begin_upload(c: Composer) -> None:
    """Begin an upload; if there are enough, complete one."""
    if len(c.world.uploads) >= OPEN_LIMIT:
        complete_upload(c)
    else:
        _begin(c)


def _begin(c: Composer) -> str | None:
    """Begin an upload and return its name; None if it was refused."""
    name = c.bucket()
    requester = c.requester(name)
    headers = c.headers(name, requester)
    upload = f"u{c.length}"
    c.initiators[upload] = requester
    c.do(CreateMultipartUpload(bucket=name, key=c.object_key(), upload=upload, headers=headers, principal=requester))
    return upload if upload in c.world.uploads else None


def _open(c: Composer, with_parts: bool = False) -> tuple[str, Upload] | None:
    """An open upload, the oldest most often; None if there is none that will do."""
    found = [
        (name, one)
        for name, one in sorted(c.world.uploads.items(), key=lambda entry: int(entry[0][1:]))
        if one.parts or not with_parts
    ]
    if not found:
        return None
    return found[0] if c.chance(50) else c.draws.of(found)


def _customer(upload: Upload) -> CustomerKey | None:
    stored = upload.candidates[0] if upload.candidates else None
    return CustomerKey(stored.customer or "c1") if stored is not None and stored.algorithm == SSE_C else None


def send_part(c: Composer) -> None:
    """Send the part of an upload; one is begun first if none is open."""
    found = _open(c)
    if found is not None:
        _send(c, *found)
    elif (begun := _begin(c)) is not None:
        _send(c, begun, c.world.uploads[begun])


def _send(c: Composer, name: str, upload: Upload) -> None:
    requester = c.initiators[name]
    part = UploadPart(
        bucket=upload.bucket,
        key=upload.key,
        upload=name,
        body=f"part {c.length}",
        customer=_customer(upload),
        algorithm="AES256" if c.wrong() else None,
        principal=requester,
    )
    c.do(part)


def copy_part(c: Composer) -> None:
    """Copy an object into the part of an upload."""
    spot = c.spot(older=20)
    found = _open(c)
    if found is None or spot is None:
        send_part(c)
        return
    name, upload = found
    requester = c.initiators[name]
    if c.there(spot.bucket).owner != account_of(requester):
        _send(c, name, upload)
        return
    part = UploadPartCopy(
        bucket=upload.bucket,
        key=upload.key,
        upload=name,
        source_bucket=spot.bucket,
        source_key=spot.key,
        source_version=spot.version,
        customer=_customer(upload),
        source_customer=spot.customer,
        principal=requester,
    )
    c.do(part)


def complete_upload(c: Composer) -> None:
    """Complete an upload; if none has its part yet, a whole one is made."""
    found = _open(c, with_parts=True)
    if found is None:
        whole_upload(c)
        return
    _complete(c, *found)


def _complete(c: Composer, name: str, upload: Upload) -> None:
    wrong = "AES256" if c.wrong() else None
    done = CompleteMultipartUpload(
        bucket=upload.bucket, key=upload.key, upload=name, algorithm=wrong, principal=c.initiators[name]
    )
    c.do(done)


def whole_upload(c: Composer) -> None:
    """Make an upload from its beginning to its end, or take an open one to its end."""
    found = _open(c)
    name = _begin(c) if found is None else found[0]
    if name is None:
        return
    if not c.world.uploads[name].parts:
        _send(c, name, c.world.uploads[name])
    upload = c.world.uploads[name]
    if upload.parts:
        _complete(c, name, upload)


def abort_upload(c: Composer) -> None:
    """Give an upload up; one is begun if none is open."""
    found = _open(c)
    if found is None:
        _begin(c)
        return
    name, upload = found
    c.do(AbortMultipartUpload(bucket=upload.bucket, key=upload.key, upload=name, principal=c.initiators[name]))
