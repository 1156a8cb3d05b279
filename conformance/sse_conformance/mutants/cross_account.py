"""Mutants that follow a reference into the wrong account, or mistake who may use a key."""

from __future__ import annotations

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.rules import cross_account
from sse_spec.rules.record import Rules
from sse_spec.situation import OTHERS_MANAGED, Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, Where, disregarding, replacing

__all__ = ["MUTANTS"]


def _open_to_bucket_owner(where: Where) -> Rules:
    """The rules of an S3 that reads to the owner of a bucket what others wrote into it, in the situations `where` so.

    Object Ownership may keep an owner from that, whatever the key is; such an S3 does not heed this either.
    """

    def checks(s: Situation, law: Law) -> Checks:
        return iter(()) if s.others_object and where(s) else cross_account.read_checks(s, law)

    return replacing("shared_read_checks", checks)


def _under_managed_key(s: Situation) -> bool:
    return s.object_key_label == OTHERS_MANAGED


def _under_customer_managed_key(s: Situation) -> bool:
    return not _under_managed_key(s)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "TakesManagedKeyOfBucketOwner",
        "XAC-01",
        "It encrypts a write under aws/s3 of the account that owns the bucket, not of the requester's.",
        disregarding("key", "XAC-01"),
    ),
    Mutant(
        "TakesManagedKeyOfBucketOwnerByDefault",
        "XAC-01",
        "It takes aws/s3 of the bucket owner where the default asks for it, and the requester's where a header does.",
        disregarding("key", "XAC-01", lambda s: s.header_algorithm is None),
    ),
    Mutant(
        "RefusesManagedKeyInSharedBucket",
        "XAC-02",
        "It refuses a write under aws/s3 into a bucket of another account.",
        disregarding("shared_key_checks", "XAC-02"),
    ),
    Mutant(
        "RefusesReadUnderOwnManagedKeyInSharedBucket",
        "XAC-02",
        "It refuses a read under the requester's own aws/s3 from a bucket of another account.",
        disregarding("shared_read_checks", "XAC-02"),
    ),
    Mutant(
        "ReadsUnderManagedKeyOfAnotherAccount",
        "XAC-03",
        "It reads an object under aws/s3 of another account than the requester's.",
        disregarding("shared_read_checks", "XAC-03"),
    ),
    Mutant(
        "LetsBucketOwnerReadUnderManagedKeyOfWriter",
        "XAC-03",
        "It reads to the owner of a bucket also what another account wrote there under its aws/s3.",
        _open_to_bucket_owner(_under_managed_key),
    ),
    Mutant(
        "RefusesSharedKey",
        "XAC-04",
        "It refuses a write that names a key of another account, although that is shared.",
        disregarding("shared_key_checks", "XAC-04"),
    ),
    Mutant(
        "RefusesSharedKeyOfDefault",
        "XAC-05",
        "It refuses a write of another account under the key of the default, although that is shared.",
        disregarding("shared_key_checks", "XAC-05"),
    ),
    Mutant(
        "RefusesReadUnderSharedKey",
        "XAC-06",
        "It refuses a read under a key of another account, although that is shared.",
        disregarding("shared_read_checks", "XAC-06"),
    ),
    Mutant(
        "WritesUnderKeyThatIsNotShared",
        "XAC-07",
        "It encrypts a write under a key of another account that is not shared.",
        disregarding("shared_key_checks", "XAC-07"),
    ),
    Mutant(
        "MisnamesErrorOfKeyThatIsNotShared",
        "XAC-07",
        "It refuses a write that names a key of another account that is not shared with the code InvalidArgument.",
        misnaming("shared_key_checks", "XAC-07", 400, "InvalidArgument"),
    ),
    Mutant(
        "GrantsKeyByDefault",
        "XAC-08",
        "It takes the key that a default names for shared with everyone who may write into the bucket.",
        disregarding("shared_key_checks", "XAC-08"),
    ),
    Mutant(
        "ReadsUnderKeyThatIsNotShared",
        "XAC-09",
        "It reads an object under a key of another account that is not shared.",
        disregarding("shared_read_checks", "XAC-09"),
    ),
    Mutant(
        "LetsBucketOwnerReadUnderKeyOfWriter",
        "XAC-09",
        "It reads to the owner of a bucket also what another account wrote there under a key that is not shared.",
        _open_to_bucket_owner(_under_customer_managed_key),
    ),
    Mutant(
        "FollowsBareKeyIdToItsAccount",
        "XAC-10",
        "It looks for the bare key id of a request in the account whose key it is.",
        disregarding("key", "XAC-10"),
    ),
    Mutant(
        "FollowsBareKeyIdOfDefaultToItsAccount",
        "XAC-11",
        "It looks for the bare key id of a default in the account that owns the bucket.",
        disregarding("key", "XAC-11"),
    ),
    Mutant(
        "ResolvesAliasInAccountOfBucket",
        "XAC-12",
        "It resolves the alias of a request in the account that owns the bucket.",
        disregarding("key", "XAC-12"),
    ),
)
"""The mutants of the chapter on two accounts."""
