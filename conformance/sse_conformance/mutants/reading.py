"""Mutants whose reads conceal the encryption of an object, or lose its content."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import bytes as contents
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _under_kms(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


def _by_bucket_key(s: Situation) -> bool:
    return s.object_bucket_key


def _kms_content_lost(s: Situation, law: Law, whole: Decided[str | None]) -> Decided[str | None]:
    """What of the content a GET returns: nothing, of an SSE-KMS object."""
    value, by = contents.portion(s, law, whole)
    return Decided(None if _under_kms(s) else value, by)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ConcealsEncryptionOnHead",
        "RDG-01",
        "It says nothing of the encryption in the answer to HeadObject.",
        disregarding("shown_by", "RDG-01"),
    ),
    Mutant(
        "ConcealsKmsOnHead",
        "RDG-01",
        "It says nothing of SSE-KMS in the answer to HeadObject.",
        disregarding("shown_by", "RDG-01", _under_kms),
    ),
    Mutant(
        "ConcealsBucketKeyObjectOnHead",
        "RDG-01",
        "It says nothing of the encryption in the answer to HeadObject where the object uses a bucket key.",
        disregarding("shown_by", "RDG-01", _by_bucket_key),
    ),
    Mutant(
        "ConcealsEncryptionOnGet",
        "RDG-02",
        "It says nothing of the encryption in the answer to GetObject.",
        disregarding("shown_by", "RDG-02"),
    ),
    Mutant(
        "ConcealsKmsOnGet",
        "RDG-02",
        "It says nothing of SSE-KMS in the answer to GetObject.",
        disregarding("shown_by", "RDG-02", _under_kms),
    ),
    Mutant(
        "LosesContent",
        "RDG-03",
        "It returns nothing of what was written.",
        disregarding("content", "RDG-03"),
    ),
    Mutant(
        "LosesContentUnderKms",
        "RDG-03",
        "It returns nothing of the content of an SSE-KMS object.",
        replacing("portion", _kms_content_lost),
    ),
)
"""The mutants of the chapter on reads."""
