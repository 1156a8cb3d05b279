"""Steps about replication: its configuration, and the replicas that it makes."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    CustomerKey,
    DeleteBucketReplication,
    GetBucketReplication,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
)

from sse_conformance.stateful.composer import REPLICAS, Composer

__all__ = ["delete_replication", "get_replication", "put_replication", "replicate"]

SOURCE = "b1"
"""The bucket whose objects are replicated."""

LIMIT = 12
"""So many objects at most are replicated in an example. Each has a key of its own: what a second replica at one place
is like, no document says."""


def _prepare(c: Composer) -> None:
    """Have both buckets there, versioned, and something of a default at the destination."""
    for name in (SOURCE, REPLICAS):
        c.made(name)
        if c.there(name).versioning != "Enabled":
            c.do(PutBucketVersioning(bucket=name, status="Enabled"))
    if not c.there(REPLICAS).settings[0].configured and c.chance(50):
        c.do(PutBucketEncryption(bucket=REPLICAS, rules=(c.rule(),)))


def put_replication(c: Composer) -> None:
    """Set the replication configuration of the source, mostly one that selects SSE-KMS objects."""
    _prepare(c)
    put = PutBucketReplication(bucket=SOURCE, destination=REPLICAS)
    if c.wrong():
        put = PutBucketReplication(bucket=SOURCE, destination=REPLICAS, empty=True)
    elif c.chance(70):
        key = KeyRef("arn", c.sound_key())
        put = PutBucketReplication(bucket=SOURCE, destination=REPLICAS, sse_kms="Enabled", replica_key=key)
    elif c.chance(20):
        put = PutBucketReplication(bucket=SOURCE, destination=REPLICAS, sse_kms="Disabled")
    c.do(put)


def get_replication(c: Composer) -> None:
    """Read the replication configuration of the source."""
    c.do(GetBucketReplication(bucket=c.made(SOURCE)))


def delete_replication(c: Composer) -> None:
    """Delete the replication configuration, and most often put one again."""
    if c.there(SOURCE).replication is None:
        put_replication(c)
    c.do(DeleteBucketReplication(bucket=SOURCE))
    if c.chance(60):
        put_replication(c)


def replicate(c: Composer) -> None:
    """Write an object that is replicated, and read its replica."""
    if c.there(SOURCE).replication is None:
        put_replication(c)
    taken = c.there(REPLICAS).objects
    key = next((f"r{n}" for n in range(LIMIT) if f"r{n}" not in taken), None)
    if key is None or c.there(SOURCE).replication is None:
        return
    headers = c.headers(SOURCE, "main")
    c.do(PutObject(bucket=SOURCE, key=key, body=c.body(), headers=headers))
    versions = c.there(SOURCE).objects.get(key, ())
    stored = versions[-1].candidates[0] if versions and versions[-1].candidates else None
    if stored is None:
        return
    customer = CustomerKey(stored.customer or "c1") if stored.algorithm == SSE_C else None
    c.do(HeadReplica(bucket=REPLICAS, key=key, source=SOURCE, customer=customer))
