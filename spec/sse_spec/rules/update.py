"""When the encryption of an object can be changed where it is, and what that changes of it."""

from __future__ import annotations

from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.situation import NOT_A_KEY, UNUSABLE, Situation

__all__ = [
    "exists",
    "kept_beside",
    "update_checks",
    "updated_bucket_key",
    "updated_encryption",
    "updated_etag",
    "updated_version",
]

INVALID = ("InvalidRequest",)
ANY_CODE: tuple[str, ...] = ()


def exists(law: Law) -> bool:
    """Whether there is such an operation yet."""
    return law.begun("UPD-01")


def update_checks(s: Situation, law: Law) -> Checks:
    """Can this object be put under this key? Of several reasons against it no document says which comes first."""
    yield from _object_checks(s, law)
    if s.header_key != "arn":
        if law.holds("UPD-05"):
            yield Objection(400, INVALID, ("UPD-05",))
    elif s.header_key_state == "foreign":
        if law.holds("UPD-07"):
            yield Objection(403, ("AccessDenied",), ("UPD-07",))
    else:
        yield from _use_checks(s, law)


def _object_checks(s: Situation, law: Law) -> Checks:
    if s.object == "no-bucket":
        yield Objection(404, ("NoSuchBucket",), ())  # not reached: no clause decides, so the cover does not ask
    elif s.object == "missing":
        if law.holds("UPD-09"):
            yield Objection(404, ("NoSuchKey",), ("UPD-09",))
    elif s.object_algorithm not in ("AES256", "aws:kms") and law.holds("UPD-06"):
        yield Objection(400, INVALID, ("UPD-06",))


def _use_checks(s: Situation, law: Law) -> Checks:
    """Both keys are needed: that of the object to decrypt, and the new one to encrypt."""
    if s.header_key_state in UNUSABLE or s.object_key_state in UNUSABLE - NOT_A_KEY:
        if law.holds("UPD-08"):
            yield Objection(400, ANY_CODE, ("UPD-08",))
            yield Objection(403, ("AccessDenied",), ("UPD-08",))
    elif s.object_key_state in NOT_A_KEY:
        yield Objection(400, ANY_CODE, (), may=True)  # not reached: only a wrong S3 stores an object so
    elif not _changes(s):
        if law.holds("UPD-12"):
            yield Objection(400, INVALID, ("UPD-12",), may=True)
    else:
        yield accept(law, "UPD-01")


def _changes(s: Situation) -> bool:
    return (s.object_algorithm, s.object_key_label, s.object_bucket_key) != (
        "aws:kms",
        s.header_key_label,
        bool(s.asked_bucket_key),
    )


def updated_encryption(s: Situation, law: Law) -> Decided[bool]:
    """Whether the object is as the update says; who does not heed the update leaves it as it was."""
    if (s.object_algorithm, s.object_key_label) == (s.before_algorithm, s.before_key_label):
        return Decided(True, ())
    return Decided(law.holds("UPD-02"), ("UPD-02",))


def updated_bucket_key(s: Situation, law: Law) -> Decided[bool]:
    """The use of a bucket key after an update."""
    if s.object_algorithm != "aws:kms" or law.holds("UPD-04"):
        return Decided(s.object_bucket_key, ("UPD-04",))
    return Decided(s.bucket_key_before and not s.asked_bucket_key, ("UPD-04",))


def updated_etag(law: Law) -> Decided[str]:
    """The ETag after an update."""
    return Decided("kept" if law.holds("UPD-03") else "fresh", ("UPD-03",))


def updated_version(law: Law) -> Decided[str]:
    """The version id after an update."""
    return Decided("kept" if law.holds("UPD-10") else "another", ("UPD-10",))


def kept_beside(s: Situation, law: Law) -> Decided[bool]:
    """Whether a version keeps its encryption when another one is updated; who breaks that puts both under the key."""
    if (s.object_algorithm, s.object_key_label) == ("aws:kms", s.beside_key_label):
        return Decided(True, ())  # not reached: a version under the same key proves nothing, and is not asked for
    return Decided(law.holds("UPD-11"), ("UPD-11",))
