"""Mutants that do not give back, byte for byte, what was written."""

from __future__ import annotations

from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding

__all__ = ["MUTANTS"]


def _of_kms_object(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ShowsLengthOfCiphertext",
        "BYT-01",
        "It shows a content length that is greater than what was written.",
        disregarding("length", "BYT-01"),
    ),
    Mutant(
        "AnswersRangeWithOK",
        "BYT-02",
        "It answers a range with 200, as if it were the whole.",
        disregarding("range_status", "BYT-02"),
    ),
    Mutant(
        "IgnoresRange",
        "BYT-02",
        "It returns the whole content, with the status of a part, where a range is asked for.",
        disregarding("portion", "BYT-02"),
    ),
    Mutant(
        "ConcealsEncryptionWithRange",
        "BYT-03",
        "It says nothing of the encryption in the answer with a range.",
        disregarding("shown_by", "BYT-03"),
    ),
    Mutant(
        "ConcealsKmsWithRange",
        "BYT-03",
        "It says nothing of SSE-KMS in the answer with a range.",
        disregarding("shown_by", "BYT-03", _of_kms_object),
    ),
    Mutant(
        "LeavesEmptyObjectsUnencrypted",
        "BYT-04",
        "It does not encrypt an object that has no content.",
        disregarding("algorithm", "BYT-04"),
    ),
    Mutant(
        "LeavesEmptyObjectsUnencryptedByDefault",
        "BYT-04",
        "It encrypts an object that has no content only where a header asks for it.",
        disregarding("algorithm", "BYT-04", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "LosesContentOnNewDefault",
        "BYT-05",
        "It returns nothing of the content of an object once its bucket has another default.",
        disregarding("portion", "BYT-05"),
    ),
    Mutant(
        "LosesKmsContentOnNewDefault",
        "BYT-05",
        "It returns nothing of the content of an SSE-KMS object once its bucket has another default.",
        disregarding("portion", "BYT-05", _of_kms_object),
    ),
    Mutant(
        "LosesContentOfParts",
        "BYT-06",
        "It returns nothing of an object that was uploaded in several parts.",
        disregarding("portion", "BYT-06"),
    ),
)
"""The mutants of the chapter on bytes."""
