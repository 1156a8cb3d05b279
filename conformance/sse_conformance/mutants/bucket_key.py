"""Mutants that use a bucket key where none is wanted, or none where one is."""

from __future__ import annotations

from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding

__all__ = ["MUTANTS"]


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _under_managed_key(s: Situation) -> bool:
    """Nobody names a key."""
    return not s.header_key_given and not s.default_names_key


def _asked_for(s: Situation) -> bool:
    return s.header_bucket_key is True


def _forbidden(s: Situation) -> bool:
    return s.header_bucket_key is False


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ForgetsBucketKeyOfDefault",
        "BKT-01",
        "It encrypts an object without headers under the key of the default, and without its bucket key.",
        disregarding("bucket_key", "BKT-01"),
    ),
    Mutant(
        "ForgetsBucketKeyOfDefaultOnCopy",
        "BKT-01",
        "It gives the bucket key of the default to what is sent, and not to what is copied.",
        disregarding("bucket_key", "BKT-01", _copying),
    ),
    Mutant(
        "ForgetsBucketKeyOfManagedDefault",
        "BKT-01",
        "It uses the bucket key of a default only where the default names a key.",
        disregarding("bucket_key", "BKT-01", _under_managed_key),
    ),
    Mutant(
        "IgnoresBucketKeyHeader",
        "BKT-02",
        "It lets the default alone decide whether an object that is written with aws:kms uses a bucket key.",
        disregarding("bucket_key", "BKT-02"),
    ),
    Mutant(
        "IgnoresBucketKeyTrue",
        "BKT-02",
        "It uses no bucket key for a bucket-key header of true where the default has none.",
        disregarding("bucket_key", "BKT-02", _asked_for),
    ),
    Mutant(
        "IgnoresBucketKeyFalse",
        "BKT-02",
        "It takes a bucket-key header of false for one that is not there.",
        disregarding("bucket_key", "BKT-02", _forbidden),
    ),
    Mutant(
        "IgnoresBucketKeyHeaderOnCopy",
        "BKT-02",
        "It does not look at the bucket-key header of a copy.",
        disregarding("bucket_key", "BKT-02", _copying),
    ),
    Mutant(
        "ForgetsBucketKeyBesideKmsHeader",
        "BKT-03",
        "It leaves the bucket key of the default aside where the request names aws:kms.",
        disregarding("bucket_key", "BKT-03"),
    ),
    Mutant(
        "ForgetsBucketKeyBesideKeyId",
        "BKT-03",
        "It leaves the bucket key of the default aside where the request names the key, though it is the default's.",
        disregarding("bucket_key", "BKT-03", lambda s: s.header_key_given),
    ),
    Mutant(
        "UsesBucketKeysUnasked",
        "BKT-04",
        "It uses a bucket key for every SSE-KMS object that does not refuse one.",
        disregarding("bucket_key", "BKT-04"),
    ),
    Mutant(
        "UsesBucketKeyForManagedKey",
        "BKT-04",
        "It uses a bucket key unasked where aws/s3 is the key.",
        disregarding("bucket_key", "BKT-04", _under_managed_key),
    ),
    Mutant(
        "TakesBucketKeyEnabledFalseForTrue",
        "BKT-04",
        "It takes any BucketKeyEnabled in the default for true.",
        disregarding("bucket_key", "BKT-04", lambda s: s.default_bucket_key is False),
    ),
    Mutant(
        "CopiesBucketKeyOfSource",
        "BKT-05",
        "It gives a copy a bucket key because its source has one.",
        disregarding("bucket_key", "BKT-05"),
    ),
    Mutant(
        "CopiesBucketKeyWithoutHeaders",
        "BKT-05",
        "It gives a copy without headers a bucket key because its source has one.",
        disregarding("bucket_key", "BKT-05", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "UsesBucketKeyForAES256",
        "BKT-06",
        "It says of an SSE-S3 object that it uses a bucket key, because the default asks for one.",
        disregarding("bucket_key", "BKT-06"),
    ),
    Mutant(
        "UsesBucketKeyForAES256Copy",
        "BKT-06",
        "It says of an SSE-S3 copy that it uses a bucket key, because the default asks for one.",
        disregarding("bucket_key", "BKT-06", _copying),
    ),
    Mutant(
        "IgnoresLoneBucketKeyHeader",
        "BKT-07",
        "It heeds a bucket-key header only next to an encryption header.",
        disregarding("bucket_key", "BKT-07"),
    ),
    Mutant(
        "IgnoresLoneBucketKeyHeaderOnCopy",
        "BKT-07",
        "It heeds the bucket-key header of a copy only next to an encryption header.",
        disregarding("bucket_key", "BKT-07", _copying),
    ),
    Mutant(
        "IgnoresLoneBucketKeyFalse",
        "BKT-07",
        "It takes a bucket-key header of false for none where no encryption header comes with it.",
        disregarding("bucket_key", "BKT-07", _forbidden),
    ),
    Mutant(
        "DropsBucketKeyForAnotherKey",
        "BKT-09",
        "It leaves the bucket key of the default aside where the request names another key.",
        disregarding("bucket_key", "BKT-09"),
    ),
    Mutant(
        "DropsBucketKeyForAnotherKeyOnCopy",
        "BKT-09",
        "It leaves the bucket key of the default aside where a copy names another key.",
        disregarding("bucket_key", "BKT-09", _copying),
    ),
    Mutant(
        "DropsBucketKeyForAlias",
        "BKT-09",
        "It leaves the bucket key of the default aside where the request names a key by its alias.",
        disregarding("bucket_key", "BKT-09", lambda s: s.header_key in {"alias", "alias-arn"}),
    ),
    Mutant(
        "WritesBucketKeyHeaderIntoDefault",
        "BKT-10",
        "It changes BucketKeyEnabled of the default to what the last write said of a bucket key.",
        disregarding("shown_default", "BKT-10"),
    ),
    Mutant(
        "SwitchesBucketKeyOffForGood",
        "BKT-10",
        "It takes the bucket key out of the default once a write refused it.",
        disregarding("shown_default", "BKT-10", lambda s: s.override is False),
    ),
    Mutant(
        "NamesTheObjectForABucketKey",
        "BKT-12",
        "It tells KMS an object where it is a bucket key that is made.",
        disregarding("bucket_key_context", "BKT-12"),
    ),
    Mutant(
        "MakesABucketKeyForEachObject",
        "BKT-13",
        "It says of objects that they use a bucket key, and asks KMS for each of them.",
        disregarding("bucket_key_calls", "BKT-13"),
    ),
)
"""The mutants of the chapter on bucket keys."""
