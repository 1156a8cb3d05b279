"""Which algorithm a new object gets: the request's, the bucket default's, or the baseline's."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import sse_c
from sse_spec.rules.bytes import of_empty
from sse_spec.rules.configuration import default_in_force, deletion
from sse_spec.situation import Situation

__all__ = ["algorithm", "answered"]

_HEADERS_COUNT = {"CreateMultipartUpload": "MPU-02", "PostObject": "PST-02"}
_DEFAULT_COUNTS = {"CreateMultipartUpload": "MPU-01", "PostObject": "PST-01"}
"""The clauses by which other operations take the headers, and the default, as PutObject does."""

_ANSWERED = {
    "CopyObject": "CPY-15",
    "PostObject": "PST-03",
    "CreateMultipartUpload": "MPU-05",
    "UploadPart": "MPU-06",
    "UploadPartCopy": "MPU-06",
    "CompleteMultipartUpload": "MPU-07",
}


def algorithm(s: Situation, law: Law) -> Decided[str | None]:
    """The algorithm of an object that is written now, or of an upload that is begun; None is unencrypted."""
    return of_empty(s, law, _chosen(s, law))


def _counts(law: Law, clause: str | None) -> tuple[bool, tuple[str, ...]]:
    return (True, ()) if clause is None else (law.holds(clause), (clause,))


def _chosen(s: Situation, law: Law) -> Decided[str | None]:
    under_customer_key = sse_c.algorithm(s, law)
    if under_customer_key is not None:
        return under_customer_key
    default = default_in_force(s, law)
    copying = s.action == "CopyObject"
    if s.header_algorithm is not None:
        heeded, by = _counts(law, _HEADERS_COUNT.get(s.action))
        if heeded and default is None and law.holds("DEF-02"):
            return Decided(s.header_algorithm, ("DEF-02", *by))
        if heeded and default is not None and law.holds("DEF-03"):
            return Decided(s.header_algorithm, ("DEF-03", *by))
    elif copying and not law.holds("CPY-01"):
        return Decided(s.object_algorithm, ("CPY-01",))
    also = ("CPY-01",) if copying else ()
    if default is not None:
        counts, taken = _counts(law, _DEFAULT_COUNTS.get(s.action))
        if counts and law.holds("DEF-01"):
            return Decided(default, ("DEF-01", *taken, *also))
    baseline, clause = law.succession("DEF-04", "DEF-05")
    return Decided("AES256" if baseline else None, (clause, *also, *deletion(s, law)))


def answered(s: Situation, law: Law) -> tuple[bool, str]:
    """Whether the answer to a write, or to a part of one, names the encryption, and the clause that says so."""
    clause = _ANSWERED.get(s.action, "DEF-07")
    return law.holds(clause), clause
