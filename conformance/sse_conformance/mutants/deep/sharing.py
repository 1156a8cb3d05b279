"""Bugs that take a history between two accounts, or between two buckets: replication and access logging."""

from __future__ import annotations

from sse_spec.actions import (
    Action,
    GetBucketLogging,
    GetObject,
    HeadObject,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutObject,
    account_of,
)

from sse_conformance.mutants.deep.histories import bucket_of, chooses, count, got_since, versions_of
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]


# --- two accounts -----------------------------------------------------------------------------------------------------


def _over_others_object(past: Past, action: Action) -> bool:
    """An object is there already that another account wrote."""
    versions = versions_of(past, action)
    writer = versions[-1].writer if versions else None
    return isinstance(action, PutObject) and writer not in (None, account_of(action.principal))


def _over_own_object_of_guest(past: Past, action: Action) -> bool:
    """In a bucket of another account, an object is there already that the requester's account wrote."""
    bucket, versions = bucket_of(past, action), versions_of(past, action)
    account = account_of(action.principal)
    guest = chooses(action) and bucket is not None and bucket.owner != account
    return guest and bool(versions) and versions[-1].writer == account


def _got_by_another(past: Past, action: Action) -> bool:
    """Another account has got the object before, and it was not written since."""
    if not isinstance(action, GetObject):
        return False
    accounts = {account_of(one.principal) for one in got_since(past, action.bucket, action.key)}
    return bool(accounts - {account_of(action.principal)})


def _second_policy(past: Past, action: Action) -> bool:
    """The bucket has had more than one policy."""
    return chooses(action) and count(past.of_bucket(getattr(action, "bucket", "")), PutBucketPolicy) > 1


# --- two buckets ------------------------------------------------------------------------------------------------------


def _second_version(past: Past, action: Action) -> bool:
    """An object is read that has two versions or more."""
    return isinstance(action, GetObject | HeadObject) and len(versions_of(past, action)) > 1


def _configured_again(past: Past, action: Action) -> bool:
    """The bucket was given a replication configuration for the second time."""
    read = isinstance(action, GetObject | HeadObject)
    return read and count(past.of_bucket(getattr(action, "bucket", "")), PutBucketReplication) > 1


def _logs_again(past: Past, action: Action) -> bool:
    """The logging of the bucket was switched off and on again."""
    if not isinstance(action, GetBucketLogging):
        return False
    targets = [one.target for one in past.of_bucket(action.bucket) if isinstance(one, PutBucketLogging)]
    return targets[-1:] != [None] and None in targets[1:]


MUTANTS = (
    Mutant(
        "UsesOwnersManagedKeyOnOverwrite",
        "XAC-01",
        "An object that replaces one of another account is put under the aws/s3 of the bucket's owner.",
        disregarding("key", "XAC-01"),
        when=_over_others_object,
    ),
    Mutant(
        "ForgetsDefaultForGuestsOverwrite",
        "DEF-01",
        "In a bucket of another account the default is applied to new objects, and not when they are overwritten.",
        disregarding("algorithm", "DEF-01"),
        when=_over_own_object_of_guest,
    ),
    Mutant(
        "ServesObjectThatOwnerHasRead",
        "XAC-03",
        "Another account can get an object under the owner's aws/s3 after the owner has got it.",
        disregarding("shared_read_checks", "XAC-03"),
        when=_got_by_another,
    ),
    Mutant(
        "StopsAtFirstPolicy",
        "PRM-14",
        "A bucket policy that takes the place of another one is not enforced.",
        disregarding("policy_checks", "PRM-14"),
        when=_second_policy,
    ),
    Mutant(
        "MarksOnlyFirstVersionForReplication",
        "RPL-14",
        "From the second version of an object on a read shows no replication status.",
        disregarding("replication_status", "RPL-14"),
        when=_second_version,
    ),
    Mutant(
        "ReplicatesOlderObjectsWhenConfiguredAgain",
        "RPL-13",
        "A second replication configuration takes up the objects that were there before.",
        disregarding("replication_status", "RPL-13"),
        when=_configured_again,
    ),
    Mutant(
        "HidesLoggingThatWasSwitchedOnAgain",
        "LOG-11",
        "GetBucketLogging names no destination once logging was switched off and on again.",
        disregarding("shown_destination", "LOG-11"),
        when=_logs_again,
    ),
)
