"""When the ETag is the MD5 of the content."""

from __future__ import annotations

from sse_spec.actions import DSSE, SSE_C
from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import dsse, multipart, post_form, sse_c
from sse_spec.situation import Situation

__all__ = ["etag", "kept_etag"]


def etag(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[str], ...]:
    """The kind of ETag of an object that is written now: several where the documents are silent, none where nothing is
    known or none is answered yet.
    """
    if algorithm == DSSE and s.action in {"PutObject", "CopyObject"}:
        return dsse.etag(law)
    if algorithm == SSE_C and s.action in {"PutObject", "CopyObject"}:
        return (sse_c.etag(law),)
    one = _etag(s, law, algorithm)
    return () if one is None else (one,)


def _etag(s: Situation, law: Law, algorithm: str | None) -> Decided[str] | None:
    if s.action == "CreateMultipartUpload":
        return None
    if s.action == "CompleteMultipartUpload":
        return multipart.object_etag(law)
    if s.action == "PostObject":
        return post_form.etag(law, algorithm)
    from_kms = s.action == "CopyObject" and s.object_algorithm == "aws:kms"
    if algorithm in (None, "AES256"):
        if s.action == "CopyObject" and s.object_parts and not from_kms:
            return multipart.copied_etag(law)
        clause = "ETG-03" if from_kms else "SSC-20" if _from_sse_c(s) else "ETG-01"
        return Decided("md5" if law.holds(clause) else "not-md5", (clause,))
    if algorithm != "aws:kms":
        return None
    if not law.holds("ETG-02"):
        return Decided("md5", ("ETG-02",))
    if not from_kms:
        return Decided("not-md5", ("ETG-02",))
    return Decided("fresh" if law.holds("ETG-05") else "kept", ("ETG-05", "ETG-02"))


def _from_sse_c(s: Situation) -> bool:
    return s.action == "CopyObject" and s.object_algorithm == SSE_C


def kept_etag(law: Law) -> Decided[str]:
    """The ETag that a read shows."""
    return Decided("kept" if law.holds("ETG-04") else "fresh", ("ETG-04",))
