"""How a multipart upload is encrypted. How its beginning chooses the encryption is decided as for PutObject."""

from __future__ import annotations

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.situation import NOT_A_KEY, UNUSABLE, Situation

__all__ = [
    "as_begun",
    "copied_etag",
    "object_etag",
    "part_algorithm",
    "part_etag",
    "part_source_checks",
    "upload_checks",
]


def upload_checks(s: Situation, law: Law) -> Checks:
    """The upload must be there, and only its beginning may name an encryption."""
    if s.object != "present":
        yield Objection(404, ("NoSuchUpload",), ())  # not reached: no clause decides, so the cover does not ask
    if s.header_algorithm is not None and law.holds("MPU-08"):
        yield Objection(400, ("InvalidArgument",), ("MPU-08",))


def part_source_checks(s: Situation) -> Checks:
    """The object from which a part is copied must be there; what S3 says of an unusable key is not documented."""
    if s.source == "no-bucket":
        yield Objection(404, ("NoSuchBucket",), ())  # not reached: no clause decides, so the cover does not ask
    elif s.source == "missing":
        yield Objection(404, ("NoSuchKey",), ())  # not reached: no clause decides, so the cover does not ask
    elif s.source_key_state in NOT_A_KEY or s.source_key_state in UNUSABLE:
        yield Objection(400, (), (), may=True)  # not reached: no clause decides, so the cover does not ask


def part_algorithm(s: Situation, law: Law) -> Decided[str | None]:
    """The algorithm of a part."""
    if s.action == "UploadPartCopy" and s.source_algorithm != s.object_algorithm:
        return Decided(s.object_algorithm if law.holds("MPU-09") else s.source_algorithm, ("MPU-09",))
    return Decided(s.object_algorithm, ())


def part_etag(s: Situation, law: Law) -> Decided[str] | None:
    """The kind of ETag of a part; None where nothing is known."""
    if s.object_algorithm in (None, "AES256"):
        return Decided("md5" if law.holds("MPU-10") else "not-md5", ("MPU-10",))
    if s.object_algorithm != "aws:kms":
        return None  # not reached: no upload of the cover is under DSSE-KMS
    return Decided("not-md5" if law.holds("MPU-11") else "md5", ("MPU-11",))


def as_begun(s: Situation, law: Law) -> tuple[Decided[bool], ...]:
    """Whether the object is encrypted as its upload was begun, rather than by the default at its end; or either."""
    if s.upload_named or not s.default_changed:
        return (Decided(law.holds("MPU-03"), ("MPU-03",)),)
    if law.holds("MPU-04"):
        return Decided(True, ("MPU-04",)), Decided(False, ("MPU-04",))
    return (Decided(True, ("MPU-04",)),)


def object_etag(law: Law) -> Decided[str]:
    """The ETag of an object that is made of parts."""
    return Decided("of-parts" if law.holds("MPU-12") else "md5", ("MPU-12",))


def copied_etag(law: Law) -> Decided[str]:
    """The ETag of an unencrypted or SSE-S3 copy of an object that was made of parts."""
    return Decided("md5" if law.holds("MPU-13") else "kept", ("MPU-13",))
