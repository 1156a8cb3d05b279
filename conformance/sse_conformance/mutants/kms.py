"""Mutants that take the wrong KMS key, name it wrongly, or misjudge whether it can be used."""

from __future__ import annotations

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.rules import cross_account, kms
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]

_ALIASES = frozenset({"alias", "alias-arn"})


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _alias_named(s: Situation) -> bool:
    return s.header_key in _ALIASES


def _alias_in_default(s: Situation) -> bool:
    return s.default_key in _ALIASES


def _key_of_default_first(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[kms.KeyChoice], ...]:
    """The key of the default wherever it names one, whatever the request says."""
    if algorithm == "aws:kms" and s.default_names_key and s.header_key_given:
        return (Decided(kms.KeyChoice(s.default_key_label, "default"), ("KMS-01",)),)
    return cross_account.key(s, law, algorithm)


def _denied(s: Situation, law: Law, choice: kms.KeyChoice) -> Checks:
    """The checks of a key, but for the error with which a disabled one is refused."""
    for check in kms.key_checks(s, law, choice):
        disabled = isinstance(check, Objection) and check.clauses == ("KMS-14",)
        yield Objection(403, ("AccessDenied",), ("KMS-14",)) if disabled else check


_CHOICE = (
    Mutant(
        "IgnoresKeyOfRequest",
        "KMS-01",
        "It encrypts under aws/s3, whatever key the request names.",
        disregarding("key", "KMS-01"),
    ),
    Mutant(
        "IgnoresKeyOfCopy",
        "KMS-01",
        "It encrypts a copy under aws/s3, whatever key the request names.",
        disregarding("key", "KMS-01", _copying),
    ),
    Mutant(
        "PrefersKeyOfDefault",
        "KMS-01",
        "It encrypts under the key of the default where the request names another.",
        replacing("key", _key_of_default_first),
    ),
    Mutant(
        "ForgetsKeyOfDefault",
        "KMS-02",
        "It encrypts an object without headers under aws/s3, whatever key the default names.",
        disregarding("key", "KMS-02"),
    ),
    Mutant(
        "ForgetsKeyOfDefaultOnCopy",
        "KMS-02",
        "It encrypts a copy without headers under aws/s3, whatever key the default names.",
        disregarding("key", "KMS-02", _copying),
    ),
    Mutant(
        "ForgetsAliasOfDefault",
        "KMS-02",
        "It encrypts an object without headers under aws/s3 where the default names an alias.",
        disregarding("key", "KMS-02", _alias_in_default),
    ),
    Mutant(
        "NeedsKeyInDefault",
        "KMS-03",
        "It encrypts an object without headers under no KMS key where the default names none.",
        disregarding("key", "KMS-03"),
    ),
    Mutant(
        "NeedsKeyInRequest",
        "KMS-04",
        "It encrypts an object with aws:kms under no KMS key where nobody names one.",
        disregarding("key", "KMS-04"),
    ),
    Mutant(
        "NeedsKeyInCopy",
        "KMS-04",
        "It encrypts a copy with aws:kms under no KMS key where nobody names one.",
        disregarding("key", "KMS-04", _copying),
    ),
    Mutant(
        "MakesManagedKeyForEachBucket",
        "KMS-06",
        "It makes an aws/s3 of its own for each bucket.",
        disregarding("key", "KMS-06"),
    ),
    Mutant(
        "PinsAliasWhenDefaultIsPut",
        "KMS-09",
        "It resolves the alias of a default when the default is put, and not again.",
        disregarding("key", "KMS-09"),
    ),
    Mutant(
        "PinsAliasForCopies",
        "KMS-09",
        "It encrypts copies under the key to which the alias of the default led when the default was put.",
        disregarding("key", "KMS-09", _copying),
    ),
    Mutant(
        "NamesKeyOfSSES3Object",
        "KMS-22",
        "It names aws/s3 as the key of an SSE-S3 object.",
        disregarding("key", "KMS-22"),
    ),
    Mutant(
        "NamesKeyOfSSES3ObjectOverKmsDefault",
        "KMS-22",
        "It names aws/s3 as the key of an object that was written with AES256 over an aws:kms default.",
        disregarding("key", "KMS-22", lambda s: s.default_algorithm == "aws:kms"),
    ),
)
"""Which key is taken."""

_NAMING = (
    Mutant(
        "EchoesKey",
        "KMS-08",
        "It names the key in the form in which it was named to it.",
        disregarding("named_key", "KMS-08"),
    ),
    Mutant(
        "EchoesAlias",
        "KMS-08",
        "It names the key by the alias of the request.",
        disregarding("named_key", "KMS-08", _alias_named),
    ),
    Mutant(
        "EchoesKeyId",
        "KMS-08",
        "It names the key by the bare key id of the request.",
        disregarding("named_key", "KMS-08", lambda s: s.header_key == "id"),
    ),
    Mutant(
        "EchoesAliasOfDefault",
        "KMS-08",
        "It names the key by the alias of the default.",
        disregarding("named_key", "KMS-08", lambda s: _alias_in_default(s) and not s.header_key_given),
    ),
    Mutant(
        "NamesManagedKeyByAlias",
        "KMS-08",
        "It names aws/s3 by its alias.",
        disregarding("named_key", "KMS-08", lambda s: not s.header_key_given and not s.default_names_key),
    ),
    Mutant(
        "EchoesAliasOnCopy",
        "KMS-08",
        "It names the key of a copy by the alias of the request.",
        disregarding("named_key", "KMS-08", lambda s: _copying(s) and _alias_named(s)),
    ),
)
"""How the key is named."""

_USE = (
    Mutant(
        "AcceptsMissingKey",
        "KMS-10",
        "It writes under a key that does not exist.",
        disregarding("key_checks", "KMS-10"),
    ),
    Mutant(
        "AcceptsMissingKeyId",
        "KMS-10",
        "It writes under a key that does not exist where the request names it by its bare id.",
        disregarding("key_checks", "KMS-10", lambda s: s.header_key == "id"),
    ),
    Mutant(
        "AcceptsMissingKeyOnCopy",
        "KMS-10",
        "It copies to a key that does not exist.",
        disregarding("key_checks", "KMS-10", _copying),
    ),
    Mutant(
        "AcceptsAnyTextAsKey",
        "KMS-11",
        "It writes under a text that is no key id.",
        disregarding("key_checks", "KMS-11"),
    ),
    Mutant(
        "AcceptsKeyOfAnotherRegion",
        "KMS-12",
        "It writes under a key of another Region.",
        disregarding("key_checks", "KMS-12"),
    ),
    Mutant(
        "AcceptsMissingAlias",
        "KMS-13",
        "It writes under an alias that does not exist.",
        disregarding("key_checks", "KMS-13"),
    ),
    Mutant(
        "AcceptsMissingAliasArn",
        "KMS-13",
        "It writes under an alias that does not exist where the request names it by its ARN.",
        disregarding("key_checks", "KMS-13", lambda s: s.header_key == "alias-arn"),
    ),
    Mutant(
        "AcceptsDisabledKey",
        "KMS-14",
        "It writes under a disabled key.",
        disregarding("key_checks", "KMS-14"),
    ),
    Mutant(
        "AcceptsDisabledKeyByAlias",
        "KMS-14",
        "It writes under a disabled key where the request names it by an alias.",
        disregarding("key_checks", "KMS-14", _alias_named),
    ),
    Mutant(
        "AcceptsDisabledKeyOnCopy",
        "KMS-14",
        "It copies to a disabled key.",
        disregarding("key_checks", "KMS-14", _copying),
    ),
    Mutant(
        "RefusesDisabledKeyAsDenied",
        "KMS-14",
        "It refuses a write under a disabled key with 403 and AccessDenied.",
        replacing("key_checks", _denied),
    ),
    Mutant(
        "AcceptsDisabledKeyForUpload",
        "KMS-14",
        "It begins a multipart upload under a key that is disabled.",
        disregarding("key_checks", "KMS-14", lambda s: s.action == "CreateMultipartUpload"),
    ),
    Mutant(
        "AcceptsKeyAwaitingDeletion",
        "KMS-15",
        "It writes under a key that awaits deletion.",
        disregarding("key_checks", "KMS-15"),
    ),
    Mutant(
        "AcceptsUnusableKeyOfDefault",
        "KMS-16",
        "It does not look whether the key of the default can be used.",
        disregarding("key_checks", "KMS-16"),
    ),
    Mutant(
        "AcceptsDisabledKeyOfDefault",
        "KMS-16",
        "It writes under the key of the default although it is disabled.",
        disregarding("key_checks", "KMS-16", lambda s: s.default_key_state == "disabled"),
    ),
    Mutant(
        "AcceptsMissingAliasOfDefault",
        "KMS-16",
        "It writes although the alias of the default leads to no key.",
        disregarding("key_checks", "KMS-16", _alias_in_default),
    ),
    Mutant(
        "AcceptsUnusableKeyOfDefaultOnCopy",
        "KMS-16",
        "It does not look whether the key of the default can be used where an object is copied.",
        disregarding("key_checks", "KMS-16", _copying),
    ),
    Mutant(
        "ReadsUnderDisabledKey",
        "KMS-17",
        "It returns the content of an object whose key is disabled.",
        disregarding("read_key_checks", "KMS-17"),
    ),
    Mutant(
        "ReadsUnderKeyAwaitingDeletion",
        "KMS-18",
        "It returns the content of an object whose key awaits deletion.",
        disregarding("read_key_checks", "KMS-18"),
    ),
    Mutant(
        "NeverWritesUnderRestoredKey",
        "KMS-20",
        "It refuses a write under a key that was disabled once and is enabled again.",
        disregarding("key_checks", "KMS-20"),
    ),
    Mutant(
        "NeverReadsUnderRestoredKey",
        "KMS-20",
        "It refuses GetObject of an object whose key was disabled once and is enabled again.",
        disregarding("read_key_checks", "KMS-20"),
    ),
    Mutant(
        "NeverWritesUnderRestoredKeyOfDefault",
        "KMS-20",
        "It refuses a write under the key of the default that was disabled once and is enabled again.",
        disregarding("key_checks", "KMS-20", lambda s: not s.header_key_given),
    ),
    Mutant(
        "WritesUnderKeyAfterCancelledDeletion",
        "KMS-21",
        "It takes a key for enabled once its deletion was cancelled, and writes under it.",
        disregarding("key_checks", "KMS-21"),
    ),
    Mutant(
        "ReadsUnderKeyAfterCancelledDeletion",
        "KMS-21",
        "It takes a key for enabled once its deletion was cancelled, and reads under it.",
        disregarding("read_key_checks", "KMS-21"),
    ),
)
"""Whether the key can be used."""

_CALLS = (
    Mutant(
        "UsesAnotherKeyThanItNames",
        "KMS-23",
        "It encrypts objects under a key of its own, and says that it was the customer's.",
        disregarding("used_key", "KMS-23"),
    ),
    Mutant(
        "MakesBucketKeysOfAnotherKey",
        "KMS-23",
        "It makes bucket keys of a key of its own, and says that they were the customer's.",
        disregarding("used_key", "KMS-23", lambda s: s.object_bucket_key),
    ),
    Mutant(
        "SharesDataKeysUnasked",
        "KMS-24",
        "It encrypts objects that use no bucket key under data keys that it had before.",
        disregarding("data_key_calls", "KMS-24"),
    ),
    Mutant(
        "LeavesTheObjectOutOfTheContext",
        "KMS-25",
        "It does not tell KMS which object a data key is for.",
        disregarding("kms_context", "KMS-25"),
    ),
    Mutant(
        "UsesTheKeyOfTheDefaultForAES256",
        "KMS-26",
        "It encrypts SSE-S3 objects under the key of the default, and calls that AES256.",
        disregarding("data_key_calls", "KMS-26"),
    ),
)
"""What KMS is asked for."""

MUTANTS: tuple[Mutant, ...] = (*_CHOICE, *_NAMING, *_USE, *_CALLS)
"""The mutants of the chapter on KMS keys."""
