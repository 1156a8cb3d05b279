"""Mutants that give an object the wrong ETag, or show another one than they gave it."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import etag
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _source_etag_kept(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[str], ...]:
    """The ETag of the source for every copy of an SSE-KMS object that is SSE-S3."""
    if _copying(s) and s.object_algorithm == "aws:kms" and algorithm == "AES256":
        return (Decided("kept", ("ETG-03",)),)
    return etag.etag(s, law, algorithm)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "InventsETag",
        "ETG-01",
        "It gives SSE-S3 objects an ETag that is not the MD5 of their content.",
        disregarding("etag", "ETG-01"),
    ),
    Mutant(
        "InventsETagOfCopy",
        "ETG-01",
        "It gives SSE-S3 copies an ETag that is not the MD5 of their content.",
        disregarding("etag", "ETG-01", _copying),
    ),
    Mutant(
        "InventsETagUnderDefault",
        "ETG-01",
        "It gives objects that an AES256 default encrypts an ETag that is not the MD5 of their content.",
        disregarding("etag", "ETG-01", lambda s: s.header_algorithm is None and s.default_algorithm == "AES256"),
    ),
    Mutant(
        "ShowsMD5OfKmsObject",
        "ETG-02",
        "It gives SSE-KMS objects the MD5 of their content as ETag.",
        disregarding("etag", "ETG-02"),
    ),
    Mutant(
        "ShowsMD5OfKmsCopy",
        "ETG-02",
        "It gives SSE-KMS copies the MD5 of their content as ETag.",
        disregarding("etag", "ETG-02", _copying),
    ),
    Mutant(
        "ShowsMD5UnderKmsDefault",
        "ETG-02",
        "It gives objects that are SSE-KMS by default the MD5 of their content as ETag.",
        disregarding("etag", "ETG-02", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "ShowsMD5WithBucketKey",
        "ETG-02",
        "It gives objects that are written with a bucket-key header of true the MD5 of their content as ETag.",
        disregarding("etag", "ETG-02", lambda s: s.header_bucket_key is True),
    ),
    Mutant(
        "InventsETagOfDecryptedCopy",
        "ETG-03",
        "It gives an SSE-S3 copy of an SSE-KMS object an ETag that is not the MD5 of its content.",
        disregarding("etag", "ETG-03"),
    ),
    Mutant(
        "KeepsETagOfDecryptedCopy",
        "ETG-03",
        "It gives an SSE-S3 copy of an SSE-KMS object the ETag of its source.",
        replacing("etag", _source_etag_kept),
    ),
    Mutant(
        "ShowsAnotherETagOnRead",
        "ETG-04",
        "It shows another ETag with each read.",
        disregarding("kept_etag", "ETG-04"),
    ),
    Mutant(
        "KeepsETagOfKmsCopy",
        "ETG-05",
        "It gives an SSE-KMS copy of an SSE-KMS object the ETag of its source.",
        disregarding("etag", "ETG-05"),
    ),
    Mutant(
        "KeepsETagOfKmsCopyInPlace",
        "ETG-05",
        "It keeps the ETag where an SSE-KMS object is copied onto itself.",
        disregarding("etag", "ETG-05", lambda s: s.in_place),
    ),
)
"""The mutants of the chapter on ETags."""
