"""Mutants that copy the encryption of the source, refuse legal copies in place, or change what was there before."""

from __future__ import annotations

from sse_spec.clauses import FIRST_DAY
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding

__all__ = ["MUTANTS"]


def _from_kms(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


def _from_aes256(s: Situation) -> bool:
    return s.object_algorithm == "AES256"


def _heading(s: Situation) -> bool:
    return s.action == "HeadObject"


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "CopiesEncryptionOfSource",
        "CPY-01",
        "It gives a copy without headers the encryption of its source.",
        disregarding("algorithm", "CPY-01"),
    ),
    Mutant(
        "CopiesKmsOfSource",
        "CPY-01",
        "It makes a copy without headers SSE-KMS because its source is.",
        disregarding("algorithm", "CPY-01", _from_kms),
    ),
    Mutant(
        "CopiesAES256OfSource",
        "CPY-01",
        "It makes a copy without headers SSE-S3 because its source is, where the default is aws:kms.",
        disregarding("algorithm", "CPY-01", lambda s: _from_aes256(s) and s.default_algorithm == "aws:kms"),
    ),
    Mutant(
        "CopiesUnencryptedSourceAsItIs",
        "CPY-01",
        "It leaves a copy without headers unencrypted because its source is, whatever the default.",
        disregarding("algorithm", "CPY-01", lambda s: s.object_algorithm is None),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "CopiesKeyOfSource",
        "CPY-03",
        "It encrypts a copy that names aws:kms and no key under the key of its source.",
        disregarding("key", "CPY-03"),
    ),
    Mutant(
        "AcceptsCopyInPlaceThatChangesNothing",
        "CPY-04",
        "It copies an object onto itself though nothing would change.",
        disregarding("in_place_checks", "CPY-04"),
    ),
    Mutant(
        "AcceptsUnencryptedCopyInPlace",
        "CPY-04",
        "It copies an unencrypted object onto itself though nothing would change.",
        disregarding("in_place_checks", "CPY-04", lambda s: s.object_algorithm is None),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "RefusesCopyInPlaceWithHeader",
        "CPY-05",
        "It does not count the encryption header of a copy in place as a change.",
        disregarding("in_place_checks", "CPY-05"),
    ),
    Mutant(
        "RefusesCopyInPlaceWithSameAlgorithm",
        "CPY-05",
        "It refuses a copy in place whose header names the algorithm that the object has.",
        disregarding("in_place_checks", "CPY-05", lambda s: s.header_algorithm == s.object_algorithm),
    ),
    Mutant(
        "RefusesCopyInPlaceToKms",
        "CPY-05",
        "It refuses a copy in place that asks for aws:kms.",
        disregarding("in_place_checks", "CPY-05", lambda s: s.header_algorithm == "aws:kms"),
    ),
    Mutant(
        "RefusesCopyInPlaceWithNewMetadata",
        "CPY-06",
        "It does not count new metadata of a copy in place as a change.",
        disregarding("in_place_checks", "CPY-06"),
    ),
    Mutant(
        "RefusesCopyInPlaceUnderAES256Default",
        "CPY-07",
        "It does not count a configured AES256 default as one, since it is the baseline.",
        disregarding("in_place_checks", "CPY-07"),
    ),
    Mutant(
        "RefusesCopyInPlaceFromAES256ToSame",
        "CPY-07",
        "It refuses a copy in place where default and object are AES256 both.",
        disregarding("in_place_checks", "CPY-07", _from_aes256),
    ),
    Mutant(
        "RefusesCopyInPlaceBackToBaseline",
        "CPY-10",
        "It refuses to make an SSE-KMS object SSE-S3 by a copy in place without headers.",
        disregarding("in_place_checks", "CPY-10"),
    ),
    Mutant(
        "RefusesCopyOfVersionOntoItself",
        "CPY-12",
        "It refuses a copy in place whose source names a version.",
        disregarding("in_place_checks", "CPY-12"),
    ),
    Mutant(
        "ReencryptsOlderVersions",
        "CPY-13",
        "It shows an older version under the encryption of the newest.",
        disregarding("shown_algorithm", "CPY-13"),
    ),
    Mutant(
        "ShowsNewestVersionOnHead",
        "CPY-13",
        "It answers HeadObject of an older version with the encryption of the newest.",
        disregarding("shown_algorithm", "CPY-13", _heading),
    ),
    Mutant(
        "ReencryptsSourceOfCopy",
        "CPY-14",
        "It shows the source of a copy under the encryption of the copy.",
        disregarding("shown_algorithm", "CPY-14"),
    ),
    Mutant(
        "ReencryptsSourceOfKmsCopy",
        "CPY-14",
        "It shows the source of an SSE-KMS copy as SSE-KMS.",
        disregarding("shown_algorithm", "CPY-14", lambda s: s.copied_algorithm == "aws:kms"),
    ),
    Mutant(
        "ConcealsEncryptionOfCopy",
        "CPY-15",
        "It says nothing of the encryption in the answer to CopyObject.",
        disregarding("answered", "CPY-15"),
    ),
    Mutant(
        "ConcealsEncryptionOfCopyByDefault",
        "CPY-15",
        "It names the encryption of a copy only where a header asked for it.",
        disregarding("answered", "CPY-15", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "ConcealsEncryptionOfCopyInPlace",
        "CPY-15",
        "It says nothing of the encryption in the answer to a copy in place.",
        disregarding("answered", "CPY-15", lambda s: s.in_place),
    ),
    Mutant(
        "CopiesUnderUnusableKey",
        "CPY-16",
        "It copies an object without looking whether its key can be used.",
        disregarding("source_checks", "CPY-16"),
    ),
    Mutant(
        "CopiesUnderKeyAwaitingDeletion",
        "CPY-16",
        "It copies an object although its key awaits deletion.",
        disregarding("source_checks", "CPY-16", lambda s: s.object_key_state == "pending"),
    ),
    Mutant(
        "RefusesCopyInPlaceUnderKmsDefault",
        "CPY-17",
        "It refuses a copy in place that a configured aws:kms default would encrypt otherwise.",
        disregarding("in_place_checks", "CPY-17"),
    ),
)
"""The mutants of the chapter on copies."""
