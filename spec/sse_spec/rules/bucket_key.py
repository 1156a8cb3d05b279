"""Whether an SSE-KMS object uses an S3 Bucket Key, and what that saves."""

from __future__ import annotations

from sse_spec.actions import DSSE, KMS_ALGORITHMS, SSE_C
from sse_spec.law import Law
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL, Decided
from sse_spec.rules import dsse
from sse_spec.situation import MANAGED, Situation

__all__ = ["bucket_key", "calls", "context"]


def bucket_key(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[bool], ...]:
    """The bucket-key flag of an object that is written now; several where the documents are silent."""
    if algorithm == SSE_C:
        return (Decided(False, ("SSC-02",)),)
    if algorithm == DSSE:
        return (dsse.bucket_key(s, law),)
    if algorithm != "aws:kms":
        return (Decided(not law.holds("BKT-06") and bool(s.default_bucket_key), ("BKT-06",)),)
    if s.header_bucket_key is not None:
        return (_override(s, law),)
    if s.action == "CopyObject" and s.object_bucket_key and not law.holds("BKT-05"):
        return (Decided(True, ("BKT-05",)),)
    also = ("BKT-05",) if s.action == "CopyObject" and s.object_bucket_key else ()
    return tuple(Decided(flag, (*by, *also)) for flag, by in _inherited(s, law))


def _override(s: Situation, law: Law) -> Decided[bool]:
    asked, set_by_default = bool(s.header_bucket_key), bool(s.default_bucket_key)
    clause = "BKT-07" if s.header_algorithm is None else "BKT-02"
    return Decided(asked if law.holds(clause) else set_by_default, (clause,))


def _inherited(s: Situation, law: Law) -> tuple[Decided[bool], ...]:
    if s.default_algorithm is None or not s.default_bucket_key:
        return (Decided(not law.holds("BKT-04"), ("BKT-04",)),)
    if s.default_algorithm not in KMS_ALGORITHMS:
        either = (Decided(False, ("BKT-08",)), Decided(True, ("BKT-08",)))
        return either if law.holds("BKT-08") else either[:1]
    if s.header_algorithm is None:
        clause = "BKT-01"
    elif s.header_key_given and s.header_key_label != (s.default_key_label if s.default_names_key else MANAGED):
        if law.holds("BKT-11"):
            return Decided(True, ("BKT-11",)), Decided(False, ("BKT-11",))
        clause = "BKT-09"
    else:
        clause = "BKT-03"
    return (Decided(law.holds(clause), (clause,)),)


def calls(s: Situation, law: Law) -> tuple[Decided[str], ...]:
    """How often KMS is asked while objects with a bucket key are written: not at all where there is one still."""
    if not law.holds("BKT-13"):
        return (Decided(EACH_WRITE, ("BKT-13",)),)
    first = Decided(FEWER if s.several_writes else EACH_WRITE, ("BKT-13",))
    return first, Decided(NO_CALL, ("BKT-13",))


def context(law: Law) -> Decided[str]:
    """What the encryption context of such a call names."""
    return Decided("bucket" if law.holds("BKT-12") else "object", ("BKT-12",))
