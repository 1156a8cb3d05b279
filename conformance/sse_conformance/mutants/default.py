"""Mutants that take the wrong algorithm for a new object, or do not say which one they took."""

from __future__ import annotations

from sse_spec.clauses import FIRST_DAY
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Want
from sse_spec.rules import kms
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _sending(s: Situation) -> bool:
    return s.action == "PutObject"


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _kms_default(s: Situation) -> bool:
    return s.default_algorithm == "aws:kms"


def _key_left_out(s: Situation, law: Law, choice: kms.KeyChoice) -> Decided[Want]:
    """The key that an answer names: none in that of PutObject, where it is the default's."""
    return Decided(None, ()) if _sending(s) and choice.by == "default" else kms.named_key(s, law, choice)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ForgetsDefault",
        "DEF-01",
        "It encrypts every write without headers with SSE-S3, whatever the default of the bucket.",
        disregarding("algorithm", "DEF-01"),
    ),
    Mutant(
        "ForgetsDefaultOnCopy",
        "DEF-01",
        "It applies the default of a bucket to what is sent, and not to what is copied.",
        disregarding("algorithm", "DEF-01", _copying),
    ),
    Mutant(
        "ForgetsDefaultThatNamesNoKey",
        "DEF-01",
        "It applies an aws:kms default only where the default names a key.",
        disregarding("algorithm", "DEF-01", lambda s: _kms_default(s) and s.default_key is None),
    ),
    Mutant(
        "ForgetsDefaultBesideBucketKeyHeader",
        "DEF-01",
        "It takes a bucket-key header for an encryption of its own, and leaves the default aside.",
        disregarding("algorithm", "DEF-01", lambda s: s.header_bucket_key is not None),
    ),
    Mutant(
        "IgnoresHeaderWithoutDefault",
        "DEF-02",
        "It heeds the encryption header only in a bucket with a configured default.",
        disregarding("algorithm", "DEF-02"),
    ),
    Mutant(
        "IgnoresHeaderOnCopy",
        "DEF-02",
        "It ignores the encryption header of a copy into a bucket without a default.",
        disregarding("algorithm", "DEF-02", _copying),
    ),
    Mutant(
        "IgnoresKmsHeaderWithoutKeyId",
        "DEF-02",
        "It heeds the header aws:kms only where a key id comes with it.",
        disregarding("algorithm", "DEF-02", lambda s: s.header_algorithm == "aws:kms" and not s.header_key_given),
    ),
    Mutant(
        "PrefersDefaultToHeader",
        "DEF-03",
        "It lets the default of the bucket beat the encryption header of a write.",
        disregarding("algorithm", "DEF-03"),
    ),
    Mutant(
        "PrefersDefaultToHeaderOnCopy",
        "DEF-03",
        "It lets the default of the bucket beat the encryption header of a copy.",
        disregarding("algorithm", "DEF-03", _copying),
    ),
    Mutant(
        "RaisesAES256HeaderToKmsDefault",
        "DEF-03",
        "It takes the stronger of header and default: a write with AES256 over an aws:kms default becomes SSE-KMS.",
        disregarding("algorithm", "DEF-03", lambda s: _kms_default(s) and s.header_algorithm == "AES256"),
    ),
    Mutant(
        "LowersKmsHeaderToAES256Default",
        "DEF-03",
        "It stores a write with aws:kms as SSE-S3 where the default is AES256.",
        disregarding(
            "algorithm", "DEF-03", lambda s: s.default_algorithm == "AES256" and s.header_algorithm == "aws:kms"
        ),
    ),
    Mutant(
        "EncryptsBeforeBaseline",
        "DEF-04",
        "It encrypts with SSE-S3 where nothing asks for it, before the day of the baseline.",
        disregarding("algorithm", "DEF-04"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "EncryptsCopiesBeforeBaseline",
        "DEF-04",
        "It encrypts a copy with SSE-S3 where nothing asks for it, before the day of the baseline.",
        disregarding("algorithm", "DEF-04", _copying),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "LeavesObjectsUnencrypted",
        "DEF-05",
        "It leaves an object unencrypted where neither a header nor a default asks for encryption.",
        disregarding("algorithm", "DEF-05"),
    ),
    Mutant(
        "LeavesCopiesUnencrypted",
        "DEF-05",
        "It leaves a copy unencrypted where neither a header nor a default asks for encryption.",
        disregarding("algorithm", "DEF-05", _copying),
    ),
    Mutant(
        "LeavesObjectsUnencryptedAfterDeletion",
        "DEF-05",
        "It leaves an object unencrypted once the default of its bucket was deleted.",
        disregarding("algorithm", "DEF-05", lambda s: s.previous_algorithm is not None),
    ),
    Mutant(
        "ReencryptsObjectsOnNewDefault",
        "DEF-06",
        "It shows objects that exist under the default that the bucket has now.",
        disregarding("shown_algorithm", "DEF-06"),
    ),
    Mutant(
        "ShowsPresentDefaultOnHead",
        "DEF-06",
        "It answers HeadObject with the default that the bucket has now.",
        disregarding("shown_algorithm", "DEF-06", lambda s: s.action == "HeadObject"),
    ),
    Mutant(
        "ShowsPresentKmsDefault",
        "DEF-06",
        "It shows an SSE-S3 object as SSE-KMS once the default of its bucket is aws:kms.",
        disregarding("shown_algorithm", "DEF-06", _kms_default),
    ),
    Mutant(
        "ConcealsEncryptionOfWrite",
        "DEF-07",
        "It says nothing of the encryption in the answer to PutObject.",
        disregarding("answered", "DEF-07", _sending),
    ),
    Mutant(
        "ConcealsEncryptionByDefault",
        "DEF-07",
        "It names the encryption in the answer to PutObject only where a header asked for it.",
        disregarding("answered", "DEF-07", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "LeavesKeyOfDefaultOut",
        "DEF-07",
        "It leaves the key out of the answer to PutObject where the default named it.",
        replacing("named_key", _key_left_out),
    ),
)
"""The mutants of the chapter on the algorithm of a new object."""
