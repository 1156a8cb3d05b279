"""What is stored, and what reads show of it."""

from __future__ import annotations

from sse_spec.actions import (
    DSSE,
    SSE_C,
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    DeleteObject,
    GetObject,
    HeadObject,
    HeadReplica,
    PostObject,
    PutObject,
    Read,
    Storing,
    UpdateObjectEncryption,
    Write,
)
from sse_spec.exploration.steps import MD5
from sse_spec.exploration.theorems.looking import named
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem, wanted
from sse_spec.outcomes import KeyAsGiven, Want
from sse_spec.world import Version

__all__ = ["THEOREMS"]

REPLACES = Storing | UpdateObjectEncryption | DeleteObject | HeadReplica
"""The requests that may change what is stored under the key that they name, or show that a replica has arrived."""

WRITES = PutObject | PostObject | CopyObject
"""The requests that make an object of what they send or copy, and answer how."""

NAMING = WRITES | CreateMultipartUpload | CompleteMultipartUpload
"""The requests that answer how the object is encrypted, or is going to be."""

UNSURE_ETAG = frozenset({DSSE})
"""The algorithms of whose ETags no document says what they are."""


@theorem(Action, ("DEF-06", "CPY-13", "CPY-14", "UPD-02", "UPD-11", "DSS-03"))
def an_object_keeps_its_encryption_until_it_is_written_again(step: Step) -> Says:
    """An existing object never changes its encryption unless it is written: not with the bucket default, not when it is
    copied, and an older version not with a newer one."""
    action = step.action
    for address, value in step.changed:
        if "objects" in address and (complaint := _wrongly_replaced(step, str(address[1]), str(address[3]), value)):
            return complaint
    if not isinstance(action, GetObject | HeadObject) or not step.accepted:
        return bool(step.changed)
    stored, shown = step.object, step.want("algorithm")
    if stored is None or shown in {None, stored.algorithm}:
        return stored is not None
    return f"an object written under {stored.algorithm or 'no encryption'} is shown as {shown}"


def _wrongly_replaced(step: Step, bucket: str, key: str, versions: tuple[Version, ...]) -> str | None:
    action = step.action
    if not isinstance(action, REPLACES) or (action.bucket, action.key) != (bucket, key):
        return f"{bucket}/{key} is not what it was"
    found = step.before.buckets[bucket]
    if found.versioning is None or not isinstance(action, Write):
        return None
    before = found.objects.get(key, ())
    kept = before if found.versioning == "Enabled" else tuple(one for one in before if one.id not in {None, "null"})
    same = [one.candidates for one in kept] == [one.candidates for one in versions[: len(kept)]]
    return None if same else f"an older version of {bucket}/{key} is not what it was"


@theorem(Action, ("HDR-03",))
def a_refused_request_changes_nothing(step: Step) -> Says:
    """A refused request changes nothing, nor does a read; and what no accepted request has written cannot be read."""
    action = step.action
    reads = isinstance(action, Read)
    changed = [address for address, _ in step.changed if address[0] != "replicas"]  # what is on its way, nobody has yet
    if (reads or not step.accepted) and changed:
        return f"{changed[0]} is not what it was"
    if reads and step.accepted and step.object is None:
        return f"{action.bucket}/{action.key} is not there"
    return reads or not step.accepted


@theorem(GetObject | HeadObject, ("RDG-01", "RDG-02", "BYT-03", "UPD-02", "UPD-04", "BAT-02", "BAT-03", "BAT-04"))
def a_read_names_the_encryption_of_an_object(step: Step) -> Says:
    """A read that is answered shows that an encrypted object is encrypted, under which key, and whether with a bucket
    key."""
    stored = step.object
    if not step.accepted or stored is None or stored.algorithm in {None, SSE_C}:
        return False
    if step.want("algorithm") is None:
        return f"the encryption of an object under {stored.algorithm} is not shown"
    if (step.want("kms_key"), step.want("bucket_key")) != (named(step, stored.key), stored.bucket_key):
        return f"shown with the key {step.want('kms_key')} and bucket key {step.want('bucket_key')}"
    return True


@theorem(NAMING, ("DEF-07", "CPY-15", "PST-03", "MPU-05", "MPU-07"))
def the_answer_to_a_write_names_what_was_stored(step: Step) -> Says:
    """What the answer to a write says of the encryption is how the object is stored."""
    stored = step.made
    if stored is None or stored.algorithm == SSE_C:
        return False
    told = {name: step.want(name) for name in ("algorithm", "kms_key", "bucket_key")}
    is_so: dict[str, Want] = {
        "algorithm": stored.algorithm,
        "kms_key": named(step, stored.key),
        "bucket_key": stored.bucket_key,
    }
    if isinstance(told["kms_key"], KeyAsGiven):
        is_so["kms_key"] = told["kms_key"]  # which another theorem excludes
    return told == is_so or f"stored with {stored}, answered {told}"


@theorem(WRITES | CompleteMultipartUpload, ("ETG-04",))
def a_head_shows_what_the_write_answered(step: Step) -> Says:
    """HeadObject after a write shows the encryption and the ETag that the write answered."""
    if not step.accepted or step.want("algorithm") is None:
        return False
    answers = step.asks(step.after, HeadObject(bucket=step.action.bucket, key=step.action.key))
    for _, head in answers:
        for name in ("algorithm", "bucket_key"):
            if head.refusal is None and wanted(head, "algorithm") and wanted(head, name) != step.want(name):
                return f"HeadObject shows another {name}: {wanted(head, name)}"
        if head.refusal is None and wanted(head, "etag") != "kept":
            return "HeadObject shows another ETag"
    return True


@theorem(GetObject | HeadObject, ("RDG-03", "BYT-01", "BYT-02", "BYT-05", "BYT-06"))
def what_was_written_is_what_is_read(step: Step) -> Says:
    """GetObject returns the content that was written, or the range of it that was asked for, and HeadObject its length,
    however it is encrypted and whatever happened to the default since."""
    if not step.accepted:
        return False
    if isinstance(step.action, HeadObject):
        return step.want("length") == "written" or "HeadObject shows another length"
    if step.action.part is not None:
        return False
    expected = "written" if step.action.span is None else "range"
    return step.want("body") == expected or f"GetObject returns {step.want('body') or 'something else'}"


@theorem(
    WRITES | CompleteMultipartUpload,
    ("ETG-01", "ETG-02", "ETG-03", "ETG-05", "PST-04", "SSC-19", "SSC-20", "MPU-12", "MPU-13"),
)
def the_etag_is_the_md5_of_unencrypted_and_sse_s3_objects_only(step: Step) -> Says:
    """The ETag of an object is the MD5 of its content exactly if it was written in one piece and is unencrypted or
    SSE-S3; no copy has the ETag of its source for being a copy."""
    stored = step.made
    if stored is None or stored.algorithm in UNSURE_ETAG:
        return False
    if step.want("etag") == "kept":
        return "the copy has the ETag of its source"
    is_md5 = stored.algorithm in {None, "AES256"} and not stored.parts
    return (stored.etag == MD5) == is_md5 or f"{stored.algorithm}: {stored.etag}"


THEOREMS: tuple[Theorem, ...] = (
    an_object_keeps_its_encryption_until_it_is_written_again,
    a_refused_request_changes_nothing,
    a_read_names_the_encryption_of_an_object,
    the_answer_to_a_write_names_what_was_stored,
    a_head_shows_what_the_write_answered,
    what_was_written_is_what_is_read,
    the_etag_is_the_md5_of_unencrypted_and_sse_s3_objects_only,
)
