"""Requests about replication, and reads of what takes part in it.

There is one destination, whose default is changed as it is needed, and one source for each configuration. What is there
is used again, and what is so already is not set again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sse_spec.actions import (
    DSSE,
    SSE_C,
    CustomerKey,
    DeleteBucketReplication,
    EncryptionHeaders,
    GetBucketReplication,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketReplication,
    PutObject,
    Rule,
    S3Action,
)
from sse_spec.situation import MANAGED
from sse_spec.world import Replication

from sse_conformance.domains import DEFAULT_KEY, OBJECT_KEY, REPLICA_KEY
from sse_conformance.scenery import BucketNeed, KeyNeed, Place, Scenery
from sse_conformance.staging.needs import ABSENT_BUCKET, SOURCES, Values

__all__ = ["configure", "delete_configuration", "read_configuration", "read_replica", "reading", "takes_part"]

CONFIGURED = BucketNeed(versioned=True, purpose="replicates")
SELECTING = BucketNeed(versioned=True, purpose="replicates SSE-KMS objects")
ALLOWING = BucketNeed(versioned=True, purpose="replicates SSE-C objects")
WITHOUT_RULES = BucketNeed(versioned=True, purpose="replicates by no rule")
"""A bucket of its own: targets were seen to crash on such a configuration."""

OLDER = BucketNeed(versioned=True, purpose="replicates later")
DESTINATION = BucketNeed(versioned=True, purpose="replicas")
CUSTOMER = CustomerKey()


# --- the configuration ------------------------------------------------------------------------------------------------


def _asked(values: Values, scenery: Scenery, bucket: str, destination: str) -> PutBucketReplication:
    opted: Literal["Enabled"] | None = "Enabled" if values.get("replication") == "selected" else None
    form, state = values.get("replica_key"), values.get("replica_key_state", "enabled")
    key = None if form is None else scenery.reference(KeyNeed(form, REPLICA_KEY, state))
    empty = values.get("rules") == "none"
    return PutBucketReplication(bucket=bucket, destination=destination, sse_kms=opted, replica_key=key, empty=empty)


def configure(values: Values, scenery: Scenery) -> S3Action:
    """Set the replication of a bucket that only such requests use."""
    own = WITHOUT_RULES if values.get("rules") == "none" else CONFIGURED
    bucket = scenery.bucket(own if values.get("versioned", True) else SOURCES)
    unversioned, missing = values.get("destination") == "unversioned", values.get("destination") == "missing"
    destination = ABSENT_BUCKET if missing else scenery.bucket(SOURCES if unversioned else DESTINATION)
    return _asked(values, scenery, bucket, destination)


def _configured(values: Values, scenery: Scenery) -> str:
    bucket = scenery.bucket(CONFIGURED)
    _let_replicate(scenery, _asked(values, scenery, bucket, scenery.bucket(DESTINATION)))
    return bucket


def _let_replicate(scenery: Scenery, action: PutBucketReplication) -> None:
    """Set a replication configuration, if the bucket has another one."""
    bucket = scenery.world().buckets.get(action.bucket)
    wanted = Replication(action.destination, action.sse_kms, action.replica_key)
    if bucket is None or bucket.replication != wanted:
        scenery.do(action)


def read_configuration(values: Values, scenery: Scenery) -> S3Action:
    """Read a replication configuration, or that there is none (any more)."""
    if values.get("replication", "none") != "none":
        return GetBucketReplication(bucket=_configured(values, scenery))
    bucket = scenery.bucket(CONFIGURED)
    there = scenery.world().buckets.get(bucket)
    if there is None or there.replication is not None:
        scenery.do(DeleteBucketReplication(bucket=bucket))
    return GetBucketReplication(bucket=bucket)


def delete_configuration(_values: Values, scenery: Scenery) -> S3Action:
    """Delete a replication configuration twice."""
    bucket = _configured({"replication": "plain"}, scenery)
    scenery.do(DeleteBucketReplication(bucket=bucket))
    return DeleteBucketReplication(bucket=bucket)


# --- replicas ---------------------------------------------------------------------------------------------------------


def _destination(values: Values, scenery: Scenery) -> str:
    """The destination, with the default that is needed."""
    name = scenery.bucket(DESTINATION)
    algorithm, blocked = values.get("default_algorithm"), values.get("blocked")
    if (algorithm is not None or blocked is not None) and not _has_default(values, scenery, name):
        key = KeyRef("arn", scenery.key(DEFAULT_KEY)) if values.get("default_names_key") else None
        rule = Rule(algorithm or "AES256", key, values.get("default_bucket_key"), blocked=blocked)
        _let_default(scenery, name, rule)
    return name


def _has_default(values: Values, scenery: Scenery, name: str) -> bool:
    """Whether a bucket has the default of a situation already, as far as that says what it is."""
    bucket = scenery.world().buckets.get(name)
    settings = () if bucket is None else bucket.settings
    rule = settings[0].rule if len(settings) == 1 else None
    if rule is None:
        return False
    found = {
        "default_algorithm": rule.algorithm,
        "default_names_key": rule.key is not None,
        "default_bucket_key": rule.bucket_key,
        "blocked": rule.blocked,
    }
    return all(values.get(field, there) == there for field, there in found.items())


def _let_default(scenery: Scenery, name: str, rule: Rule) -> None:
    """Set the default of a bucket, if it has another one."""
    bucket = scenery.world().buckets.get(name)
    if bucket is None or [setting.rule for setting in bucket.settings] != [rule]:
        scenery.do(PutBucketEncryption(bucket=name, rules=(rule,)))


def _source(values: Values, scenery: Scenery, destination: str) -> str:
    """The bucket that replicates under the configuration that is needed."""
    if values.get("blocked") is not None:
        name = scenery.bucket(ALLOWING)
        _let_default(scenery, name, Rule("AES256", blocked="NONE"))
    else:
        selecting = SELECTING if values.get("replica_key_state", "enabled") == "enabled" else WITHOUT_RULES
        name = scenery.bucket(selecting if values.get("replication") == "selected" else CONFIGURED)
    form = "arn" if values.get("replication") == "selected" else None
    _let_replicate(scenery, _asked({**values, "replica_key": form}, scenery, name, destination))
    return name


def _headers(values: Values, scenery: Scenery) -> EncryptionHeaders:
    algorithm = values.get("object_algorithm", "AES256")
    if algorithm == SSE_C:
        return EncryptionHeaders(customer=CUSTOMER)
    if algorithm not in {"aws:kms", DSSE}:
        return EncryptionHeaders(algorithm)
    managed = values.get("object_key_label") == MANAGED
    key = KeyRef("alias", "aws/s3") if managed else KeyRef("arn", scenery.key(OBJECT_KEY))
    return EncryptionHeaders(algorithm, key, True if values.get("object_bucket_key") else None)


def _write(scenery: Scenery, bucket: str, headers: EncryptionHeaders) -> Place:
    key = scenery.name("object")
    scenery.do(PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers))
    return Place(bucket, key)


def _older(values: Values, scenery: Scenery, destination: str) -> Place:
    """An object that was there before its bucket replicated anything."""
    bucket, headers = scenery.bucket(OLDER), _headers(values, scenery)
    place, _ = scenery.remember((bucket, headers), lambda: (_write(scenery, bucket, headers), None))
    _let_replicate(scenery, PutBucketReplication(bucket=bucket, destination=destination))
    return place


def _replicated(values: Values, scenery: Scenery) -> Place:
    """An object that takes part in replication as the situation says, in its source: one for all that only read it."""
    destination = scenery.bucket(DESTINATION)
    if values.get("replication") == "later":
        return _older(values, scenery, destination)
    source, headers = _source(values, scenery, destination), _headers(values, scenery)
    place, _ = scenery.remember((source, headers), lambda: (_write(scenery, source, headers), None))
    return place


def read_replica(values: Values, scenery: Scenery) -> S3Action:
    """Ask for the replica of an object that was written just now, or long ago."""
    destination = _destination(values, scenery)
    if values.get("replication") == "later":
        place = _older(values, scenery, destination)
    else:
        source, headers = _source(values, scenery, destination), _headers(values, scenery)
        place = _write(scenery, source, headers)
        scenery.remember((source, headers), lambda: (place, None))
    customer = CUSTOMER if values.get("object_algorithm") == SSE_C else None
    return HeadReplica(bucket=destination, key=place.key, source=place.bucket, customer=customer)


def takes_part(values: Values) -> bool:
    """Whether a read is of an object that takes part in replication."""
    return bool(values.get("replica")) or values.get("replication", "none") != "none"


def reading(make: Callable[..., S3Action]) -> Callable[[Values, Scenery], S3Action]:
    """Read such an object by requests of this kind."""

    def read(values: Values, scenery: Scenery) -> S3Action:
        if not values.get("replica"):
            place = _replicated(values, scenery)
            customer = CUSTOMER if values.get("object_algorithm") == SSE_C else None
            return make(bucket=place.bucket, key=place.key, customer=customer)
        place, _ = scenery.remember("a replica", lambda: (_seen_replica(scenery), None))
        return make(bucket=place.bucket, key=place.key)

    return read


def _seen_replica(scenery: Scenery) -> Place:
    action = read_replica({"replication": "plain"}, scenery)
    scenery.do(action)
    return Place(scenery.bucket(DESTINATION), getattr(action, "key", ""))
