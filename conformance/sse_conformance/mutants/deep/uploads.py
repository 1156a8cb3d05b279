"""Bugs that take a history of multipart uploads: several of one key, and defaults that change meanwhile."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    AbortMultipartUpload,
    Action,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    PutBucketEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.situation import Situation

from sse_conformance.mutants.deep.histories import stored_at
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]


def _beside_another(past: Past, action: Action) -> bool:
    """Another upload of the same key is in progress that was begun without headers."""
    return isinstance(action, CreateMultipartUpload) and any(
        (upload.bucket, upload.key, upload.named) == (action.bucket, action.key, False)
        for upload in past.world.uploads.values()
    )


def _two_defaults_since(past: Past, action: Action) -> bool:
    """The default was changed twice since the upload that is completed was begun."""
    if not isinstance(action, CompleteMultipartUpload):
        return False
    begun = [at for at, one in enumerate(past.calls) if _begins(one, action.upload)]
    since = past.calls[begun[-1] :] if begun else []
    changes = [one for one in since if isinstance(one, PutBucketEncryption | DeleteBucketEncryption)]
    return sum(one.bucket == action.bucket for one in changes) > 1


def _begins(action: Action, upload: str) -> bool:
    return isinstance(action, CreateMultipartUpload) and action.upload == upload


def _over_parts(past: Past, action: Action) -> bool:
    """An object that was made of parts is there already."""
    before = stored_at(past, action)
    return isinstance(action, CompleteMultipartUpload) and before is not None and before.parts > 0


def _copied_again(past: Past, action: Action) -> bool:
    """The last part of the upload was copied from the same source."""
    if not isinstance(action, UploadPartCopy):
        return False
    calls = past.of_object(action.bucket, action.key)
    parts = [one for one in calls if isinstance(one, UploadPart | UploadPartCopy) and one.upload == action.upload]
    return bool(parts) and isinstance(parts[-1], UploadPartCopy) and _source(parts[-1]) == _source(action)


def _source(action: UploadPartCopy) -> tuple[str, str]:
    return action.source_bucket, action.source_key


def _after_abortion(past: Past, action: Action) -> bool:
    """Another upload of the same key was given up."""
    if not isinstance(action, UploadPart):
        return False
    calls = past.of_object(action.bucket, action.key)
    begun = {one.upload for one in calls if isinstance(one, CreateMultipartUpload)}
    return any(isinstance(one, AbortMultipartUpload) and one.upload in begun for one in calls)


def _without_customer_key(s: Situation) -> bool:
    return s.object_algorithm != SSE_C


MUTANTS = (
    Mutant(
        "GivesSecondUploadTheSettingsOfTheFirst",
        "MPU-02",
        "An upload that is begun while another one of its key is in progress takes no encryption headers.",
        disregarding("algorithm", "MPU-02"),
        when=_beside_another,
    ),
    Mutant(
        "EncryptsUploadByLastOfTwoDefaults",
        "MPU-03",
        "An upload without a customer key that outlives two changes of the default is completed under the last one.",
        disregarding("as_begun", "MPU-03", _without_customer_key),
        when=_two_defaults_since,
    ),
    Mutant(
        "GivesPlainETagToSecondUpload",
        "MPU-12",
        "An object of parts that replaces another one has the MD5 of its content as ETag.",
        disregarding("etag", "MPU-12"),
        when=_over_parts,
    ),
    Mutant(
        "NamesSourceEncryptionOfPartCopiedAgain",
        "MPU-09",
        "When a part is copied again from the same source, the answer names the algorithm of that.",
        disregarding("part_algorithm", "MPU-09"),
        when=_copied_again,
    ),
    Mutant(
        "HidesEncryptionOfPartsAfterAbortion",
        "MPU-06",
        "The parts of an upload do not name its encryption if another upload of the key was given up before.",
        disregarding("answered", "MPU-06"),
        when=_after_abortion,
    ),
)
