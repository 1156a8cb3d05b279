"""Bugs that take a history of one object: overwritten, deleted, versioned, copied, changed where it is."""

from __future__ import annotations

from sse_spec.actions import (
    Action,
    BatchCopy,
    CopyObject,
    DeleteObject,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    PostObject,
    PutBucketVersioning,
    PutObject,
    UpdateObjectEncryption,
)
from sse_spec.situation import Situation

from sse_conformance.mutants.deep.histories import (
    bucket_of,
    chooses,
    copies_behind,
    count,
    last_write,
    stored_at,
    versions_of,
)
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]


# --- overwritten and deleted ------------------------------------------------------------------------------------------


def _over_sse_s3(past: Past, action: Action) -> bool:
    """An object under SSE-S3 is replaced by one that is sent."""
    bucket, before = bucket_of(past, action), stored_at(past, action)
    unversioned = bucket is not None and bucket.versioning is None
    return isinstance(action, PutObject) and unversioned and before is not None and before.algorithm == "AES256"


def _over_anything_by_form(past: Past, action: Action) -> bool:
    """A form replaces an object."""
    return isinstance(action, PostObject) and stored_at(past, action) is not None


def _after_deletion(past: Past, action: Action) -> bool:
    """The last thing that happened to the object is its deletion."""
    calls = past.of_object(getattr(action, "bucket", ""), getattr(action, "key", ""))
    return chooses(action) and bool(calls) and isinstance(calls[-1], DeleteObject)


def _after_refusal(past: Past, action: Action) -> bool:
    """There is an object, and the last attempt to overwrite it was refused."""
    bucket = bucket_of(past, action)
    if not isinstance(action, PutObject) or bucket is None:
        return False
    return action.key in bucket.objects and action.key in bucket.refused


def _known_elsewhere(past: Past, action: Action) -> bool:
    """Another bucket holds an object with the same key, and this one does not yet."""
    others = (bucket for name, bucket in past.world.buckets.items() if name != getattr(action, "bucket", ""))
    return (
        isinstance(action, PutObject)
        and not versions_of(past, action)
        and any(action.key in other.objects for other in others)
    )


# --- versions ---------------------------------------------------------------------------------------------------------


def _second_version(past: Past, action: Action) -> bool:
    """There is a version of the object, and a write that is no copy makes another."""
    bucket = bucket_of(past, action)
    enabled = bucket is not None and bucket.versioning == "Enabled"
    return chooses(action) and not isinstance(action, CopyObject) and enabled and len(versions_of(past, action)) > 0


def _third_version(past: Past, action: Action) -> bool:
    """There are two versions of the object or more, and the write makes another."""
    bucket = bucket_of(past, action)
    enabled = bucket is not None and bucket.versioning == "Enabled"
    return isinstance(action, PutObject) and enabled and len(versions_of(past, action)) > 1


def _suspended_again(past: Past, action: Action) -> bool:
    """Versioning was switched on in the bucket, and is suspended."""
    bucket = bucket_of(past, action)
    changed = count(past.of_bucket(getattr(action, "bucket", "")), PutBucketVersioning)
    return chooses(action) and changed > 1 and bucket is not None and bucket.versioning == "Suspended"


def _by_usable_key(s: Situation) -> bool:
    return s.default_key_state == "enabled"


def _oldest_of_three(past: Past, action: Action) -> bool:
    """The oldest version is read of an object that has three."""
    return isinstance(action, GetObject | HeadObject) and action.version == 0 and len(versions_of(past, action)) > 2


# --- copies and changes -----------------------------------------------------------------------------------------------


def _copy_of_copy(past: Past, action: Action) -> bool:
    """The source of the copy is a copy."""
    return isinstance(action, CopyObject) and copies_behind(past, action.source_bucket, action.source_key) > 0


def _back_again(past: Past, action: Action) -> bool:
    """The source of the copy is a copy of the object that is replaced by this one."""
    if not isinstance(action, CopyObject) or _in_place(action):
        return False
    last = last_write(past, action.source_bucket, action.source_key)
    return isinstance(last, CopyObject) and (last.source_bucket, last.source_key) == _place(action)


def _in_place_again(past: Past, action: Action) -> bool:
    """The object has been copied onto itself before, and is again."""
    return _in_place(action) and any(map(_in_place, past.of_object(*_place(action))))


def _place(action: Action) -> tuple[str, str]:
    return getattr(action, "bucket", ""), getattr(action, "key", "")


def _in_place(action: Action) -> bool:
    """A copy of an object onto itself that names no encryption and no directive."""
    if not isinstance(action, CopyObject):
        return False
    plain = action.headers == EncryptionHeaders() and action.metadata_directive is None
    return plain and _place(action) == (action.source_bucket, action.source_key)


def _job_of_copy(past: Past, action: Action) -> bool:
    """The object that is read was copied by a job from one that is a copy itself."""
    last = last_write(past, *_place(action)) if isinstance(action, GetObject | HeadObject) else None
    if not isinstance(last, BatchCopy) or _place(last) == (last.source_bucket, last.source_key):
        return False
    return isinstance(last_write(past, last.source_bucket, last.source_key), BatchCopy | CopyObject)


def _second_update(past: Past, action: Action) -> bool:
    """The object that is read was updated twice."""
    calls = past.of_object(*_place(action))
    return isinstance(action, GetObject | HeadObject) and count(calls, UpdateObjectEncryption) > 1


def _one_of_three(past: Past, action: Action) -> bool:
    """An older version is read of an object that has three."""
    older = isinstance(action, GetObject | HeadObject) and action.version is not None
    return older and len(versions_of(past, action)) > 2


def _under_sse_s3(s: Situation) -> bool:
    return s.object_algorithm == "AES256"


MUTANTS = (
    Mutant(
        "KeepsSseS3OnOverwrite",
        "DEF-01",
        "An object under SSE-S3 that is overwritten stays so, whatever default its bucket has been given since.",
        disregarding("algorithm", "DEF-01"),
        when=_over_sse_s3,
    ),
    Mutant(
        "ForgetsDefaultWhenFormReplacesObject",
        "PST-01",
        "A form gives its object the default of the bucket only if there was no object of that key.",
        disregarding("algorithm", "PST-01"),
        when=_over_anything_by_form,
    ),
    Mutant(
        "ForgetsDefaultAfterDeletion",
        "DEF-01",
        "The first object that is written after the deletion of one with the same key does not get the default.",
        disregarding("algorithm", "DEF-01"),
        when=_after_deletion,
    ),
    Mutant(
        "IgnoresHeaderAfterRefusedOverwrite",
        "DEF-02",
        "Where an overwrite was refused, the next one is stored as if its header were not there.",
        disregarding("algorithm", "DEF-02"),
        when=_after_refusal,
    ),
    Mutant(
        "MixesUpBucketsOfOneKey",
        "DEF-01",
        "An object whose key another bucket has too does not get the default of its bucket.",
        disregarding("algorithm", "DEF-01"),
        when=_known_elsewhere,
    ),
    Mutant(
        "DropsBucketKeyOfSecondVersion",
        "BKT-01",
        "What is sent as a second or later version of an object uses no bucket key, though the default has one.",
        disregarding("bucket_key", "BKT-01"),
        when=_second_version,
    ),
    Mutant(
        "ForgetsDefaultOnThirdVersion",
        "DEF-01",
        "From the third version of an object on the default is not applied.",
        disregarding("algorithm", "DEF-01"),
        when=_third_version,
    ),
    Mutant(
        "ForgetsKeyOnceVersioningIsSuspended",
        "KMS-02",
        "Where versioning was switched on and suspended again, the default's key gives way to aws/s3.",
        disregarding("key", "KMS-02", _by_usable_key),
        when=_suspended_again,
    ),
    Mutant(
        "ShowsNewestEncryptionOfOldestVersion",
        "CPY-13",
        "A read of the oldest of three versions shows the algorithm of the newest.",
        disregarding("shown_algorithm", "CPY-13"),
        when=_oldest_of_three,
    ),
    Mutant(
        "ForgetsDefaultOnCopyOfCopy",
        "CPY-01",
        "A copy without headers of what is a copy itself stays under SSE-S3 if its source is.",
        disregarding("algorithm", "CPY-01", _under_sse_s3),
        when=_copy_of_copy,
    ),
    Mutant(
        "KeepsETagOnCopyBack",
        "ETG-05",
        "Under SSE-KMS an object that is replaced by a copy of its own copy has the ETag of that.",
        disregarding("etag", "ETG-05"),
        when=_back_again,
    ),
    Mutant(
        "RefusesSecondCopyInPlace",
        "CPY-07",
        "Where the default is SSE-S3 an object can be copied onto itself once, but not twice.",
        disregarding("in_place_checks", "CPY-07"),
        when=_in_place_again,
    ),
    Mutant(
        "KeepsEncryptionInJobOfCopy",
        "BAT-02",
        "A job that copies what is a copy itself leaves its copy encrypted as the source.",
        disregarding("copy_encryption", "BAT-02"),
        when=_job_of_copy,
    ),
    Mutant(
        "IgnoresSecondUpdate",
        "UPD-02",
        "The second update of an object is accepted and changes nothing.",
        disregarding("updated_encryption", "UPD-02"),
        when=_second_update,
    ),
    Mutant(
        "UpdatesOlderVersionsOfThree",
        "UPD-11",
        "An update of one version of an object that has three changes the others as well.",
        disregarding("kept_beside", "UPD-11"),
        when=_one_of_three,
    ),
)
