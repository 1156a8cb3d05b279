"""Mutants that do not know DSSE-KMS, or take it for SSE-KMS."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules.kms import KeyChoice
from sse_spec.rules.record import RULES
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _default_asks_for_bucket_key(s: Situation) -> bool:
    return bool(s.default_bucket_key)


def _bucket_key_after_all(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[bool], ...]:
    """As for SSE-KMS, where the header asks for one."""
    if algorithm == DSSE and s.header_bucket_key:
        return (Decided(True, ("DSS-05",)),)
    return RULES.bucket_key(s, law, algorithm)


def _key_of_default_only(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[KeyChoice], ...]:
    unheeded = algorithm == DSSE and s.header_key_given
    return RULES.key(s, law.without("DSS-04") if unheeded else law, algorithm)


def _key_of_header_only(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[KeyChoice], ...]:
    unheeded = algorithm == DSSE and not s.header_key_given
    return RULES.key(s, law.without("DSS-04") if unheeded else law, algorithm)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "RefusesDsseDefault",
        "DSS-01",
        "It refuses a default of aws:kms:dsse.",
        disregarding("put_checks", "DSS-01"),
    ),
    Mutant(
        "RefusesDsseDefaultWithKey",
        "DSS-01",
        "It refuses a default of aws:kms:dsse that names a key, as it does for AES256.",
        disregarding("put_checks", "DSS-01", lambda s: s.new_key is not None),
    ),
    Mutant(
        "RefusesDsseHeader",
        "DSS-02",
        "It refuses aws:kms:dsse in the encryption header.",
        disregarding("write_checks", "DSS-02"),
    ),
    Mutant(
        "RefusesDsseHeaderOnCopy",
        "DSS-02",
        "It knows aws:kms:dsse in the encryption header of PutObject, and refuses it in that of CopyObject.",
        disregarding("write_checks", "DSS-02", lambda s: s.action == "CopyObject"),
    ),
    Mutant(
        "NamesDsseAsSseKms",
        "DSS-03",
        "It names the algorithm of a DSSE-KMS object as aws:kms.",
        disregarding("named_algorithm", "DSS-03"),
    ),
    Mutant(
        "TakesManagedKeyForDsse",
        "DSS-04",
        "It encrypts every DSSE-KMS object under aws/s3.",
        disregarding("key", "DSS-04"),
    ),
    Mutant(
        "IgnoresKeyHeaderForDsse",
        "DSS-04",
        "It encrypts a DSSE-KMS object under aws/s3 where the request names another key.",
        replacing("key", _key_of_default_only),
    ),
    Mutant(
        "IgnoresKeyOfDsseDefault",
        "DSS-04",
        "It encrypts a DSSE-KMS object under aws/s3 where the default names another key.",
        replacing("key", _key_of_header_only),
    ),
    Mutant(
        "GivesDsseABucketKey",
        "DSS-05",
        "It uses a bucket key for a DSSE-KMS object where the header or the default asks for one.",
        disregarding("bucket_key", "DSS-05"),
    ),
    Mutant(
        "GivesDsseTheBucketKeyOfDefault",
        "DSS-05",
        "It uses a bucket key for a DSSE-KMS object where an SSE-KMS default asks for one.",
        disregarding("bucket_key", "DSS-05", _default_asks_for_bucket_key),
    ),
    Mutant(
        "GivesDsseTheBucketKeyOfHeader",
        "DSS-05",
        "It uses a bucket key for a DSSE-KMS object where the header asks for one.",
        replacing("bucket_key", _bucket_key_after_all),
    ),
)
"""The mutants of the chapter on DSSE-KMS."""
