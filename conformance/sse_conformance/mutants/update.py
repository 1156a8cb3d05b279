"""Mutants that refuse an update of an object where it is, or make something else of it."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import update
from sse_spec.situation import Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _bucket_key_of_default(s: Situation, law: Law) -> Decided[bool]:
    """As the object had it, or its bucket asks for it, where the update says nothing."""
    right = update.updated_bucket_key(s, law)
    return Decided(s.bucket_key_before, right.clauses) if s.asked_bucket_key is None else right


def _never_a_bucket_key(s: Situation, law: Law) -> Decided[bool]:
    return Decided(False, update.updated_bucket_key(s, law).clauses)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "RefusesUpdate",
        "UPD-01",
        "It refuses every update of the encryption of an object.",
        disregarding("update_checks", "UPD-01"),
    ),
    Mutant(
        "RefusesUpdateOfSseS3Object",
        "UPD-01",
        "It updates SSE-KMS objects only.",
        disregarding("update_checks", "UPD-01", lambda s: s.object_algorithm == "AES256"),
    ),
    Mutant(
        "RefusesUpdateOfKmsObject",
        "UPD-01",
        "It updates SSE-S3 objects only.",
        disregarding("update_checks", "UPD-01", lambda s: s.object_algorithm == "aws:kms"),
    ),
    Mutant(
        "AcceptsUpdateAndDoesNothing",
        "UPD-02",
        "It accepts an update, and leaves the encryption of the object as it is.",
        disregarding("updated_encryption", "UPD-02"),
    ),
    Mutant(
        "LeavesKmsObjectUnderItsKey",
        "UPD-02",
        "It accepts the update of an SSE-KMS object, and leaves it under the key that it had.",
        disregarding("updated_encryption", "UPD-02", lambda s: s.before_algorithm == "aws:kms"),
    ),
    Mutant(
        "GivesUpdatedObjectAFreshETag",
        "UPD-03",
        "It gives an object that is updated another ETag.",
        disregarding("updated_etag", "UPD-03"),
    ),
    Mutant(
        "IgnoresBucketKeyOfUpdate",
        "UPD-04",
        "It does not heed what an update says, or does not say, of a bucket key.",
        disregarding("updated_bucket_key", "UPD-04"),
    ),
    Mutant(
        "KeepsBucketKeyOfObjectOnUpdate",
        "UPD-04",
        "It uses a bucket key for an updated object that had one although the update does not ask for it.",
        replacing("updated_bucket_key", _bucket_key_of_default),
    ),
    Mutant(
        "NeverUsesABucketKeyOnUpdate",
        "UPD-04",
        "It uses no bucket key for an updated object, also where the update asks for one.",
        replacing("updated_bucket_key", _never_a_bucket_key),
    ),
    Mutant(
        "AcceptsUpdateWithAnyFormOfKey",
        "UPD-05",
        "It accepts an update that names its key otherwise than by its key ARN.",
        disregarding("update_checks", "UPD-05"),
    ),
    Mutant(
        "MisnamesErrorOfKeyOfUpdate",
        "UPD-05",
        "It refuses an update that names its key otherwise than by its key ARN with the code InvalidArgument.",
        misnaming("update_checks", "UPD-05", 400, "InvalidArgument"),
    ),
    Mutant(
        "UpdatesDsseObject",
        "UPD-06",
        "It accepts an update of a DSSE-KMS object.",
        disregarding("update_checks", "UPD-06", lambda s: s.object_algorithm == DSSE),
    ),
    Mutant(
        "UpdatesUnderKeyOfAnotherAccount",
        "UPD-07",
        "It accepts an update that names a key of another account.",
        disregarding("update_checks", "UPD-07"),
    ),
    Mutant(
        "UpdatesUnderUnusableKey",
        "UPD-08",
        "It accepts an update for which a key cannot be used.",
        disregarding("update_checks", "UPD-08"),
    ),
    Mutant(
        "UpdatesFromUnderUnusableKey",
        "UPD-08",
        "It accepts an update of an object whose own key cannot be used.",
        disregarding("update_checks", "UPD-08", lambda s: s.object_key_state != "enabled"),
    ),
    Mutant(
        "UpdatesMissingObject",
        "UPD-09",
        "It accepts an update of an object that does not exist.",
        disregarding("update_checks", "UPD-09"),
    ),
    Mutant(
        "AddsVersionOnUpdate",
        "UPD-10",
        "It adds a version to the object that it updates.",
        disregarding("updated_version", "UPD-10"),
    ),
    Mutant(
        "UpdatesAllVersions",
        "UPD-11",
        "It puts all versions of an object under the key of an update of one.",
        disregarding("kept_beside", "UPD-11"),
    ),
)
"""The mutants of the chapter on updates."""
