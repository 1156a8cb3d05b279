"""Mutants whose batch jobs copy otherwise than they were told."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import batch
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _never_a_bucket_key(s: Situation, law: Law) -> Decided[bool]:
    right = batch.copy_bucket_key(s, law)
    return Decided(False, right.clauses) if s.asked_bucket_key else right


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "RefusesJobThatEncrypts",
        "BAT-01",
        "It fails every job that names an encryption.",
        disregarding("job_checks", "BAT-01"),
    ),
    Mutant(
        "RefusesJobUnderKms",
        "BAT-01",
        "It fails a job that names aws:kms.",
        disregarding("job_checks", "BAT-01", lambda s: s.header_algorithm == "aws:kms"),
    ),
    Mutant(
        "KeepsEncryptionOfSourceInJob",
        "BAT-02",
        "It gives the copies of a job the encryption of their sources, not the one that the job names.",
        disregarding("copy_encryption", "BAT-02"),
    ),
    Mutant(
        "LeavesKmsObjectsAsTheyAreInJob",
        "BAT-02",
        "It gives the copy of an SSE-KMS object the encryption of its source, not the SSE-S3 that the job names.",
        disregarding("copy_encryption", "BAT-02", lambda s: s.object_algorithm == "AES256"),
    ),
    Mutant(
        "KeepsEncryptionOfSourceInJobThatNamesNone",
        "BAT-03",
        "It gives the copies of a job that names no encryption that of their sources, not the bucket's default.",
        disregarding("copy_encryption", "BAT-03"),
    ),
    Mutant(
        "IgnoresBucketKeyOfJob",
        "BAT-04",
        "It does not heed what a job says of a bucket key.",
        disregarding("copy_bucket_key", "BAT-04"),
    ),
    Mutant(
        "KeepsBucketKeyOfSourceInJob",
        "BAT-04",
        "It uses a bucket key for the copy of an object that has one although the job says no.",
        disregarding("copy_bucket_key", "BAT-04", lambda s: s.asked_bucket_key is False),
    ),
    Mutant(
        "NeverUsesABucketKeyInJob",
        "BAT-04",
        "It uses no bucket key for copies of a job that asks for one.",
        replacing("copy_bucket_key", _never_a_bucket_key),
    ),
    Mutant(
        "CompletesJobUnderUnusableKey",
        "BAT-05",
        "It completes a job whose key cannot be used.",
        disregarding("job_checks", "BAT-05"),
    ),
)
"""The mutants of the chapter on batch jobs."""
