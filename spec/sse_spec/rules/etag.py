"""When the ETag is the MD5 of the content."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.situation import Situation

__all__ = ["etag", "kept_etag"]


def etag(s: Situation, law: Law, algorithm: str | None) -> Decided[str] | None:
    """The kind of ETag of an object that is written now in one part; None where nothing is known."""
    from_kms = s.action == "CopyObject" and s.object_algorithm == "aws:kms"
    if algorithm in (None, "AES256"):
        clause = "ETG-03" if from_kms else "ETG-01"
        return Decided("md5" if law.holds(clause) else "not-md5", (clause,))
    if algorithm != "aws:kms":
        return None
    if not law.holds("ETG-02"):
        return Decided("md5", ("ETG-02",))
    if not from_kms:
        return Decided("not-md5", ("ETG-02",))
    return Decided("fresh" if law.holds("ETG-05") else "kept", ("ETG-05", "ETG-02"))


def kept_etag(law: Law) -> Decided[str]:
    """The ETag that a read shows."""
    return Decided("kept" if law.holds("ETG-04") else "fresh", ("ETG-04",))
