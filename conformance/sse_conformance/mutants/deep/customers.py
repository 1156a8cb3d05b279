"""Bugs that take a history of customer keys: one after the other on the same object, and lists of blocked types."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    Action,
    GetObject,
    HeadObject,
    PutObject,
    UploadPart,
    Write,
    customer_of,
)

from sse_conformance.mutants.deep.histories import chooses, rules_put, stored_at, versions_of
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]


def _over_another_kind(past: Past, action: Action) -> bool:
    """An object that is not under a customer key is there already."""
    before = stored_at(past, action)
    return isinstance(action, PutObject) and before is not None and before.algorithm != SSE_C


def _over_customer_key(past: Past, action: Action) -> bool:
    """An object under a customer key is there already."""
    before = stored_at(past, action)
    return isinstance(action, PutObject) and before is not None and before.algorithm == SSE_C


def _by_former_key(past: Past, action: Action) -> bool:
    """The customer key that is sent was that of the object before it was written again."""
    sent = customer_of(action) if isinstance(action, GetObject | HeadObject) else None
    if sent is None or not isinstance(action, GetObject | HeadObject):
        return False
    writes = [one for one in past.of_object(action.bucket, action.key) if isinstance(one, Write)]
    return any(one.headers.customer == sent for one in writes[:-1])


def _older_of_three(past: Past, action: Action) -> bool:
    """A version is read, by its number, of an object that has three."""
    numbered = isinstance(action, GetObject | HeadObject) and action.version is not None
    return numbered and len(versions_of(past, action)) > 2


def _blocked_meanwhile(past: Past, action: Action) -> bool:
    """The bucket took SSE-C, was then told to block it, and takes it again."""
    lists = [rule.blocked for rule in rules_put(past, action) if rule.blocked is not None]
    return chooses(action) and lists[-1:] == ["NONE"] and "SSE-C" in lists


def _beside_another(past: Past, action: Action) -> bool:
    """The part is one of an upload beside which another of the same object is in progress."""
    return isinstance(action, UploadPart) and any(
        name != action.upload and (one.bucket, one.key) == (action.bucket, action.key)
        for name, one in past.world.uploads.items()
    )


def _list_put_before(past: Past, action: Action) -> bool:
    """A list of blocked types was put, and the default was then set twice without any."""
    lists = [rule.blocked for rule in rules_put(past, action)]
    return isinstance(action, PutObject) and lists[-2:] == [None, None] and any(lists)


MUTANTS = (
    Mutant(
        "IgnoresCustomerKeyOnOverwrite",
        "SSC-01",
        "The customer key of a write counts for nothing if an object without one is there already.",
        disregarding("algorithm", "SSC-01"),
        when=_over_another_kind,
    ),
    Mutant(
        "ForgetsDefaultOverCustomerKey",
        "DEF-01",
        "A write without headers does not get the default if it replaces an object under a customer key.",
        disregarding("algorithm", "DEF-01"),
        when=_over_customer_key,
    ),
    Mutant(
        "OpensWithFormerCustomerKey",
        "SSC-11",
        "An object can be read with the customer key that it had before it was overwritten.",
        disregarding("customer_read_checks", "SSC-11"),
        when=_by_former_key,
    ),
    Mutant(
        "NeedsNewestCustomerKeyForOlderVersions",
        "SSC-16",
        "Where there are three versions, only the customer key of the newest opens the older ones.",
        disregarding("customer_read_checks", "SSC-16"),
        when=_older_of_three,
    ),
    Mutant(
        "BlocksCustomerKeysForGood",
        "SSC-27",
        "A bucket that has blocked SSE-C once goes on with it when it is told to take SSE-C again.",
        disregarding("customer_checks", "SSC-27"),
        when=_blocked_meanwhile,
    ),
    Mutant(
        "ForgetsListAtSecondDefault",
        "SSC-31",
        "A list of blocked types outlives one default without a list, but not a second one.",
        disregarding("customer_checks", "SSC-31"),
        when=_list_put_before,
    ),
    Mutant(
        "HidesCustomerKeyOfPartsBesideAnotherUpload",
        "SSC-02",
        "The answer to a part confirms no customer key while another upload of the same object is in progress.",
        disregarding("customer_confirmed", "SSC-02"),
        when=_beside_another,
    ),
)
