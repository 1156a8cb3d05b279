"""Mutants that accept encryption headers which they have to refuse, or refuse those which they have to accept."""

from __future__ import annotations

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Objection
from sse_spec.rules import headers
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _sending(s: Situation) -> bool:
    return s.action == "PutObject"


def _named_like_aes(s: Situation) -> bool:
    return (s.header_algorithm or "").startswith("AES")


def _misspelt(s: Situation) -> bool:
    return (s.header_algorithm or "").lower() in {"aes256", "aws:kms"}


def _under_kms(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


def _as_invalid_request(s: Situation, law: Law, algorithm: str | None) -> Checks:
    """The checks of a write, but for the error with which an unknown algorithm is refused."""
    for check in headers.write_checks(s, law, algorithm):
        unknown = isinstance(check, Objection) and check.clauses == ("HDR-01",)
        yield Objection(400, ("InvalidRequest",), ("HDR-01",)) if unknown else check


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "AcceptsUnknownAlgorithm",
        "HDR-01",
        "It stores an object under an algorithm that it does not know.",
        disregarding("write_checks", "HDR-01"),
    ),
    Mutant(
        "AcceptsUnknownAlgorithmOnCopy",
        "HDR-01",
        "It does not look at what the encryption header of a copy says.",
        disregarding("write_checks", "HDR-01", _copying),
    ),
    Mutant(
        "ComparesAlgorithmByPrefix",
        "HDR-01",
        "It takes every algorithm for known whose name begins like that of AES256.",
        disregarding("write_checks", "HDR-01", _named_like_aes),
    ),
    Mutant(
        "RefusesUnknownAlgorithmAsInvalidRequest",
        "HDR-01",
        "It refuses an unknown algorithm with InvalidRequest.",
        replacing("write_checks", _as_invalid_request),
    ),
    Mutant(
        "ComparesAlgorithmCaseInsensitively",
        "HDR-01",
        "It does not mind how an algorithm is spelt in capitals and small letters.",
        disregarding("write_checks", "HDR-01", _misspelt),
    ),
    Mutant(
        "AcceptsEmptyAlgorithm",
        "HDR-02",
        "It takes an empty encryption header for none.",
        disregarding("write_checks", "HDR-02"),
    ),
    Mutant(
        "AcceptsEmptyAlgorithmOnCopy",
        "HDR-02",
        "It takes an empty encryption header of a copy for none.",
        disregarding("write_checks", "HDR-02", _copying),
    ),
    Mutant(
        "StoresRefusedWrite",
        "HDR-03",
        "It stores the object before it looks at the headers, and refuses the write all the same.",
        disregarding("object_checks", "HDR-03"),
    ),
    Mutant(
        "AcceptsKeyWithoutAlgorithm",
        "HDR-04",
        "It accepts a key id to which no encryption header belongs.",
        disregarding("write_checks", "HDR-04"),
    ),
    Mutant(
        "AcceptsKeyWithoutAlgorithmOnCopy",
        "HDR-04",
        "It accepts a key id to which no encryption header belongs where an object is copied.",
        disregarding("write_checks", "HDR-04", _copying),
    ),
    Mutant(
        "AcceptsKeyOverAES256Default",
        "HDR-04",
        "It ignores a key id without an encryption header where the default is AES256.",
        disregarding("write_checks", "HDR-04", lambda s: s.default_algorithm == "AES256"),
    ),
    Mutant(
        "AcceptsKeyBesideAES256",
        "HDR-06",
        "It accepts a key id next to AES256, and does not use it.",
        disregarding("write_checks", "HDR-06"),
    ),
    Mutant(
        "AcceptsKeyBesideAES256OnCopy",
        "HDR-06",
        "It accepts a key id next to AES256 where an object is copied.",
        disregarding("write_checks", "HDR-06", _copying),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnRead",
        "HDR-08",
        "It answers a read that carries the encryption header.",
        disregarding("read_checks", "HDR-08"),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnHead",
        "HDR-08",
        "It answers HeadObject with the encryption header, and refuses only GetObject.",
        disregarding("read_checks", "HDR-08", lambda s: s.action == "HeadObject"),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnKmsRead",
        "HDR-08",
        "It answers a read with the encryption header where the object is SSE-KMS.",
        disregarding("read_checks", "HDR-08", _under_kms),
    ),
    Mutant(
        "AcceptsKmsHeaderOnKmsRead",
        "HDR-08",
        "It lets a read name the encryption that an SSE-KMS object has.",
        disregarding("read_checks", "HDR-08", lambda s: _under_kms(s) and s.header_algorithm == "aws:kms"),
    ),
    Mutant(
        "AcceptsAnyEncryptionContext",
        "HDR-10",
        "It does not look into the encryption context.",
        disregarding("context_checks", "HDR-10"),
    ),
    Mutant(
        "AcceptsAnyEncryptionContextOnCopy",
        "HDR-10",
        "It does not look into the encryption context of a copy.",
        disregarding("context_checks", "HDR-10", _copying),
    ),
    Mutant(
        "RefusesEncryptionContext",
        "HDR-11",
        "It refuses every encryption context.",
        disregarding("context_checks", "HDR-11"),
    ),
    Mutant(
        "RefusesEncryptionContextOnPut",
        "HDR-11",
        "It refuses the encryption context of a PutObject.",
        disregarding("context_checks", "HDR-11", _sending),
    ),
)
"""The mutants of the chapter on headers."""
