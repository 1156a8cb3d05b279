"""The scopes that are explored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sse_spec.actions import (
    RESTRICTED,
    Action,
    Blocked,
    CreateBucket,
    CreateKey,
    GetBucketEncryption,
    KeyRef,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.exploration import vocabulary as v
from sse_spec.exploration.scopes import Scope
from sse_spec.exploration.symmetry import swaps

__all__ = ["SCOPES"]

THEIRS = KeyRef("arn", "K3")
"""A key of another account, which does not share it."""

BLOCKED: tuple[Blocked | None, ...] = (None, "SSE-C", "NONE")

K1, K1_BY_ID, K2, K2_BY_ID = KeyRef("arn", "K1"), KeyRef("id", "K1"), KeyRef("arn", "K2"), KeyRef("id", "K2")


def _once(actions: Iterable[Action]) -> tuple[Action, ...]:
    """The requests without repetitions, or a transition would be counted twice."""
    return tuple(dict.fromkeys(actions))


def _objects() -> Iterator[Action]:
    yield from v.configurations("b1", *v.rules(K1, K2_BY_ID, v.ALIAS, dsse=True))
    yield from v.wrong_configurations("b1", K1)
    yield from (*v.keys("K1", "K2"), *v.aliases("a", "K1", "K2"))
    for key, other in (("o1", "o2"), ("o2", "o1")):
        yield from v.puts("b1", key, K1, K2_BY_ID, v.ALIAS, dsse=True)
        yield from (*v.wrong_puts("b1", key, K1), *v.posts("b1", key, K1))
        yield from (*v.reads("b1", key), *v.wrong_reads("b1", key), *v.ranges("b1", key), *v.deletions("b1", key))
        yield from v.kms_calls("b1", key, other)
        for source in (key, other):
            yield from v.copies(("b1", source), ("b1", key), K1, K2_BY_ID)
    yield from (GetBucketEncryption(bucket="nowhere"), PutObject(bucket="nowhere", key="o1", body=v.BODY))


def _buckets() -> Iterator[Action]:
    yield from (*v.keys("K1"), *v.aliases("a", "K1"))
    for bucket, other in (("b1", "b2"), ("b2", "b1")):
        yield from v.configurations(bucket, *v.rules(K1, v.ALIAS))
        yield from (*v.puts(bucket, "o1", K1, v.ALIAS), *v.reads(bucket, "o1"), *v.deletions(bucket, "o1"))
        for source in (bucket, other):
            yield from v.copies((source, "o1"), (bucket, "o1"), K1_BY_ID)


def _accounts() -> Iterator[Action]:
    yield from v.configurations("b1", *v.rules(K1, K1_BY_ID, K2, v.ALIAS))
    yield from v.configurations("b1", principal="other")
    for principal, name in (("main", "K1"), ("other", "K2")):
        yield from (*v.keys(name, principal=principal), *v.aliases("a", name, principal=principal))
        yield from v.puts("b1", "o1", K1, K1_BY_ID, K2, K2_BY_ID, v.ALIAS, principal=principal)
        yield from v.reads("b1", "o1", principal=principal)
        yield from v.copies(("b1", "o1"), ("b1", "o1"), K1, principal=principal)
    yield from v.deletions("b1", "o1")


def _uploads() -> Iterator[Action]:
    yield from v.configurations("b1", *v.rules(K1), Rule("AES256", blocked="NONE"))
    yield from (*v.keys("K1"), *v.uploads("b1", "o1", "u1", "c1", K1))
    yield from (*v.few_puts("b1", "o1", K1), *v.reads("b1", "o1"), *v.deletions("b1", "o1"))
    yield from v.few_copies(("b1", "o1"), ("b1", "o1"), K1)


def _customer_keys() -> Iterator[Action]:
    yield from v.configurations("b1", Rule("aws:kms", K1), *v.blocking())
    yield from v.keys("K1")
    for key, other in (("o1", "o2"), ("o2", "o1")):
        yield from (*v.few_puts("b1", key), *v.reads("b1", key), *v.deletions("b1", key))
        yield from (*v.customer_writes("b1", key, "c1", "c2"), *v.customer_reads("b1", key, "c1", "c2"))
        for source in (key, other):
            yield from v.customer_copies(("b1", source), ("b1", key), "c1", "c2")


def _versions() -> Iterator[Action]:
    yield from v.configurations("b1", Rule("AES256"), Rule("aws:kms", K1, bucket_key=True))
    yield from (*v.keys("K1", "K2"), *v.versioning("b1"), *v.deletions("b1", "o1", 0))
    yield from (*v.few_puts("b1", "o1", K1), *v.updates("b1", "o1", K1, K2, THEIRS))
    for version in (None, 0):
        yield from (*v.reads("b1", "o1", version), *v.few_copies(("b1", "o1"), ("b1", "o1"), K1, version=version))


def _jobs() -> Iterator[Action]:
    yield from v.configurations("b1", *v.rules(K1))
    yield from (*v.keys("K1", "K2"), *v.few_puts("b1", "o1", K1))
    for key in ("o1", "o2"):
        yield from (*v.jobs(("b1", "o1"), ("b1", key), K1, K2), *v.reads("b1", key), *v.deletions("b1", key))


def _replication() -> Iterator[Action]:
    flagged = Rule("aws:kms", None, bucket_key=True)
    yield from v.configurations("b1", Rule("AES256", blocked="NONE"), flagged)
    yield from v.configurations("b2", Rule("aws:kms", K2), flagged, *(Rule("AES256", blocked=one) for one in BLOCKED))
    yield from (*v.keys("K1"), *v.replication("b1", "b2", K1))
    for bucket, destination in (("b1", "plain"), ("plain", "b1")):
        yield PutBucketReplication(bucket=bucket, destination=destination)
    yield from (*v.few_puts("b1", "o1", K2), *v.reads("b1", "o1"), *v.reads("b2", "o1"))
    yield from v.special_puts("b1", "o1", "c1")
    yield from v.replicas("b1", "b2", "o1", "c1")


def _logging() -> Iterator[Action]:
    for bucket, other in (("b1", "b2"), ("b2", "b1")):
        yield from v.configurations(bucket, *v.rules(K1))
        yield from v.logging(bucket, other)
    yield from v.keys("K1")


def _permissions() -> Iterator[Action]:
    yield from (*v.configurations("b1", *v.rules(K1)), *v.policies("b1"), *v.keys("K1"))
    yield from (*v.expectations("b1"), *v.deletions("b1", "o1"))
    for principal in ("main", *RESTRICTED):
        yield from v.configurations("b1", Rule("AES256"), principal=principal)
        yield from (*v.few_puts("b1", "o1", K1, principal=principal), *v.reads("b1", "o1", principal=principal))
        for key in ("o1", "o2"):
            yield from v.few_copies(("b1", "o1"), ("b1", key), K1, principal=principal)
        yield from v.few_uploads("b1", "o1", "u1", K1, principal=principal)


def _large() -> Iterator[Action]:
    places = [(bucket, key) for bucket in ("b1", "b2") for key in ("o1", "o2")]
    for bucket in ("b1", "b2"):
        yield from (*v.configurations(bucket, *v.rules(), *v.rules(K1), *v.rules(K2)), *v.versioning(bucket))
    yield from v.keys("K1", "K2")
    for place in places:
        yield from (*v.puts(*place, K1, K2), *v.reads(*place), *v.deletions(*place))
        for source in places:
            yield from v.copies(source, place, K1, K2)


SCOPES: tuple[Scope, ...] = (
    Scope(
        "objects",
        "1 bucket, 2 objects, 2 keys, an alias",
        (
            CreateBucket(bucket="b1"),
            CreateKey(key="K1"),
            CreateKey(key="K2"),
            CreateKey(key="KA", region="away"),
        ),
        _once(_objects()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "buckets",
        "2 buckets, 1 object in each, 1 key, an alias",
        (CreateBucket(bucket="b1"), CreateBucket(bucket="b2"), CreateKey(key="K1")),
        _once(_buckets()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "accounts",
        "2 accounts, 1 bucket, 1 object, 2 keys, an alias in each account",
        (
            CreateBucket(bucket="b1"),
            PutBucketPolicy(bucket="b1", policy="share"),
            CreateKey(key="K1", shared=True),
            CreateKey(key="K2", principal="other"),
        ),
        _once(_accounts()),
    ),
    Scope(
        "versions",
        "1 bucket, 2 versions of 1 object, 2 keys, updates in place",
        (
            CreateBucket(bucket="b1"),
            CreateKey(key="K1"),
            CreateKey(key="K2"),
            CreateKey(key="K3", principal="other"),
        ),
        _once(_versions()),
        versions=2,
        old_object=("b1", "o1"),
    ),
    Scope(
        "jobs",
        "1 bucket, 2 objects, 2 keys, copies by batch jobs",
        (CreateBucket(bucket="b1"), CreateKey(key="K1"), CreateKey(key="K2")),
        _once(_jobs()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "uploads",
        "1 bucket, 1 object, 1 multipart upload, 1 KMS key, 1 customer key",
        (CreateBucket(bucket="b1"), CreateKey(key="K1")),
        _once(_uploads()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "customer-keys",
        "1 bucket, 2 objects, 1 KMS key, 2 customer keys, blocked encryption types",
        (CreateBucket(bucket="b1"), CreateKey(key="K1")),
        _once(_customer_keys()),
    ),
    Scope(
        "replication",
        "2 buckets, 1 object replicated from one to the other, 2 keys",
        (
            CreateBucket(bucket="plain"),
            CreateBucket(bucket="b1"),
            CreateBucket(bucket="b2"),
            PutBucketVersioning(bucket="b1", status="Enabled"),
            PutBucketVersioning(bucket="b2", status="Enabled"),
            CreateKey(key="K1"),
            CreateKey(key="K2"),
        ),
        _once(_replication()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "logging",
        "2 buckets, each logged in the other, 1 key",
        (
            CreateBucket(bucket="b1"),
            CreateBucket(bucket="b2"),
            CreateBucket(bucket="far", region="away"),
            CreateBucket(bucket="foreign", principal="other"),
            PutBucketPolicy(bucket="b1", policy="log-delivery"),
            PutBucketPolicy(bucket="b2", policy="log-delivery"),
            CreateKey(key="K1"),
        ),
        _once(_logging()),
    ),
    Scope(
        "permissions",
        "1 bucket with a policy, 2 objects, 1 upload, 1 key, 5 principals of one account",
        (CreateBucket(bucket="b1"), CreateKey(key="K1")),
        _once(_permissions()),
        old_object=("b1", "o1"),
    ),
    Scope(
        "large",
        "2 buckets with 2 versions of 2 objects each, 2 keys; names exchanged do not count",
        (CreateBucket(bucket="b1"), CreateBucket(bucket="b2"), CreateKey(key="K1"), CreateKey(key="K2")),
        _once(_large()),
        renamings=swaps(("b1", "b2"), ("o1", "o2"), ("K1", "K2")),
        versions=2,
        most_states=100_000,
    ),
)
"""In the order in which they are explored."""
