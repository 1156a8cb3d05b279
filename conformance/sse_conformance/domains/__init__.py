"""The values with which each field of a situation is tried: one function a field, named as the field.

The values are equivalence classes with one concrete witness each, the cheapest to bring about first. A function sees
what was decided before it. Where fields that no rule reads together are not crossed with each other, it says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from sse_spec.situation import Situation

from sse_conformance.domains import changes, logs, replication, watching
from sse_conformance.domains.access import ACCESS, FIRST, beside
from sse_conformance.domains.core import CORE
from sse_conformance.domains.customer import widened
from sse_conformance.domains.multipart import narrowed
from sse_conformance.domains.values import (
    DEFAULT_KEY,
    FORMER_KEY,
    HEADER_KEY,
    OBJECT_KEY,
    REPLICA_KEY,
    Domain,
    Undecided,
    Value,
    always,
)

__all__ = [
    "DEFAULT_KEY",
    "DOMAINS",
    "EVEN_IF_UNREAD",
    "FIRST",
    "FORMER_KEY",
    "HEADER_KEY",
    "OBJECT_KEY",
    "REPLICA_KEY",
    "Domain",
    "Undecided",
    "Value",
]

EVEN_IF_UNREAD: dict[str, tuple[str, ...]] = {"PutBucketEncryption": ("bucket", "rules")}
"""Fields that are tried also where no rule looks at them: what is wrong with a request for a bucket that is missing."""

_PLAIN = Situation(action="")
_ALONE: dict[str, Domain] = {
    name: always(getattr(_PLAIN, name)) for name in Situation.__struct_fields__ if name not in {"action", "described"}
}
"""A field that no family varies has the value that it has where nothing is special."""

_OF_OPERATION: dict[str, Mapping[str, Domain]] = {
    "PutBucketReplication": replication.CONFIGURING,
    "GetBucketReplication": replication.SHOWN_CONFIGURATION,
    "DeleteBucketReplication": replication.SHOWN_CONFIGURATION,
    "HeadReplica": replication.REPLICAS,
    "BatchCopy": _ALONE | changes.JOBS,
    "UpdateObjectEncryption": _ALONE | changes.UPDATES,
    "PutBucketLogging": _ALONE | logs.DESTINATIONS,
    "GetBucketLogging": _ALONE | logs.SHOWN_DESTINATION,
    "ReadLog": _ALONE | logs.LOOKS,
    "ReadKmsCalls": _ALONE | watching.LOOKS,
}
"""The operations for which a field means something of its own, with the domains of such fields."""


def _by_operation(name: str, usual: Domain) -> Domain:
    own = {operation: domains[name] for operation, domains in _OF_OPERATION.items() if name in domains}
    return (lambda s: own.get(s.action, usual)(s)) if own else usual


_PLAIN_REQUESTS = narrowed(_ALONE | CORE | ACCESS | replication.SHOWN | changes.AFTERWARDS | logs.CONFIGURED)
_USUAL: dict[str, Domain] = beside(widened(_PLAIN_REQUESTS))

DOMAINS: dict[str, Domain] = {name: _by_operation(name, domain) for name, domain in _USUAL.items()}
"""The domain of each field that a rule can look at."""
