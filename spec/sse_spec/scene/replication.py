"""Situations of requests about replication: its configuration, and the replicas that it makes."""

from __future__ import annotations

from typing import Literal

from sse_spec.actions import (
    SSE_C,
    DeleteBucketReplication,
    GetBucketReplication,
    HeadReplica,
    PutBucketReplication,
)
from sse_spec.scene.fields import (
    NO_SETTING,
    Fields,
    Scene,
    begun,
    candidates,
    customer,
    customer_same,
    put_default,
    put_object,
    settings,
    version_of,
)
from sse_spec.scene.naming import Labels, resolve
from sse_spec.situation import Situation
from sse_spec.world import Bucket, Replication, Setting, Stored, Version, World

__all__ = ["configurations", "configures", "put_replication", "replicas"]

USABLE = frozenset({"enabled", "restored"})
Selection = Literal["plain", "selected", "not-selected"]


def selection(sse_kms: Literal["Enabled", "Disabled"] | None) -> Selection:
    """What a configuration says of SSE-KMS objects."""
    if sse_kms is None:
        return "plain"
    return "selected" if sse_kms == "Enabled" else "not-selected"


def put_replication(fields: Fields, bucket: Bucket, version: Version) -> None:
    """Fill in the fields that say how a version of an object takes part in replication.

    What a configuration that was replaced or deleted means for what was written under it, no document says.
    """
    if version.replica:
        fields["replica"] = True
    if bucket.replication is None:
        return
    if version.replication is None:
        fields["replication"] = "later"
    elif version.replication == bucket.replication:
        fields["replication"] = selection(bucket.replication.sse_kms)


def configures(world: World, action: PutBucketReplication) -> tuple[Scene, ...]:
    """The situation of a PutBucketReplication; none where nothing is known of one of its buckets."""
    bucket, destination = world.buckets.get(action.bucket), world.buckets.get(action.destination)
    if not (settings(bucket) and settings(destination)):
        return ()
    account, labels, fields = begun(action, bucket)
    fields |= {
        "rules": "none" if action.empty else "one",
        "versioned": bucket is not None and bucket.versioning == "Enabled",
        "destination": _destination(destination),
        "replication": selection(action.sse_kms),
    }
    if action.replica_key is not None:
        target = resolve(world, account, action.replica_key)
        fields |= {"replica_key": target.form, "replica_key_state": target.state}
    if destination is not None and destination.owner != account:
        fields["described"] = False
    if action.destination == action.bucket:
        fields["described"] = False
    return (_finished(fields, labels),)


def _destination(bucket: Bucket | None) -> Literal["present", "missing", "unversioned"]:
    if bucket is None:
        return "missing"
    return "present" if bucket.versioning == "Enabled" else "unversioned"


def configurations(world: World, action: GetBucketReplication | DeleteBucketReplication) -> tuple[Scene, ...]:
    """The situation of a request that reads or deletes the replication configuration; none of an unknown bucket."""
    bucket = world.buckets.get(action.bucket)
    if not settings(bucket):
        return ()
    account, labels, fields = begun(action, bucket)
    if bucket is None or bucket.replication is None:
        return (_finished(fields, labels),)
    fields["replication"] = selection(bucket.replication.sse_kms)
    if bucket.replication.replica_key is not None:
        fields["replica_key"] = resolve(world, account, bucket.replication.replica_key).form
    return (_finished(fields, labels)._replace(replication=bucket.replication),)


def _finished(fields: Fields, labels: Labels, setting: Setting = NO_SETTING, stored: Stored | None = None) -> Scene:
    if fields.get("foreign"):
        fields["described"] = False
    return Scene(Situation(**fields), labels.symbols, setting, stored)  # type: ignore[arg-type]


def replicas(world: World, action: HeadReplica) -> tuple[Scene, ...]:
    """The situations of a request for a replica: one for each way in which its source may be stored."""
    destination, source = world.buckets.get(action.bucket), world.buckets.get(action.source)
    version = None if source is None else version_of(source, action.key, None)
    return tuple(
        _replica(world, action, destination, source, version, setting, stored)
        for setting in settings(destination)
        for stored in candidates(version)
    )


def _replica(
    world: World,
    action: HeadReplica,
    destination: Bucket | None,
    source: Bucket | None,
    version: Version | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account, labels, fields = begun(action, destination)
    replication = None if source is None or version is None else _on_its_way(world, action, source, version)
    if destination is None or source is None or version is None or stored is None or replication is None:
        fields["described"] = False
        return _finished(fields, labels, setting, stored)
    fields["replication"] = "later" if version.replication is None else selection(replication.sse_kms)
    put_object(fields, world, account, stored, labels)
    if replication.replica_key is not None:
        target = resolve(world, account, replication.replica_key)
        fields |= {
            "replica_key": target.form,
            "replica_key_state": target.state,
            "replica_key_label": labels.of(target.symbol),
        }
    put_default(fields, world, account, destination, setting, labels)
    at_home = (
        source.region == destination.region == "home"
    )  # where keys of the other Region can be used is not described
    owned = source.owner == account and _only_replica(destination, action.key)
    usual = at_home and owned and _one_key(action, stored)
    if not usual or not _sound_keys(fields, stored):
        fields["described"] = False
    return _finished(fields, labels, setting, stored)._replace(version_id=version.id)


def _on_its_way(world: World, action: HeadReplica, source: Bucket, version: Version) -> Replication | None:
    """The configuration under which a replica may be on its way, or under which an older object has none.

    None where something else happened meanwhile, so that no document says what is found there.
    """
    expected = world.replicas.get((action.bucket, action.key))
    if expected is None:
        older = version.replication is None and not version.marker and not version.replica
        found = source.replication if older else None
    else:
        destination = world.buckets.get(action.bucket)
        newest = expected.source == action.source and expected.version == len(source.objects[action.key]) - 1
        calm = destination is not None and destination.configurations == expected.configurations
        found = version.replication if newest and calm and version.replication == source.replication else None
    return found if found is not None and found.destination == action.bucket else None


def _only_replica(destination: Bucket, key: str) -> bool:
    """Whether nothing else is found at the key in the destination."""
    return destination.versioning == "Enabled" and key not in destination.objects


def _one_key(action: HeadReplica, stored: Stored) -> bool:
    """Whether the request carries the customer key of the source, or none where that has none."""
    if stored.algorithm != SSE_C:
        return action.customer is None
    return (
        action.customer is not None and customer(action.customer) == "whole" and customer_same(action.customer, stored)
    )


def _sound_keys(fields: Fields, stored: Stored) -> bool:
    """Whether the keys that S3 needs can be used, but for the replica key: what else then happens is not described."""
    if fields.get("object_key_state", "enabled") not in USABLE:
        return False
    if fields.get("replica_key_state") in {"foreign", "shared", "unknown"}:
        return False
    return stored.algorithm is not None or fields.get("default_key_state", "enabled") in USABLE
