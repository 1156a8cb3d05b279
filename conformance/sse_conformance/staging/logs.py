"""Requests about server access logging."""

from __future__ import annotations

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    CreateBucket,
    GetBucketLogging,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    ReadLog,
    Region,
    Rule,
    S3Action,
)

from sse_conformance.scenery import BucketNeed, Place, Scenery
from sse_conformance.staging.needs import ABSENT_BUCKET, SOURCES, Values

__all__ = ["end_or_set", "look", "read_destination", "target_to_configure"]

SOURCE = BucketNeed(purpose="configured")
"""The bucket whose requests are logged, now here, now there."""


def end_or_set(values: Values, scenery: Scenery) -> S3Action:
    """Set the destination that a situation wants, or end the logging."""
    bucket = scenery.bucket(SOURCE) if values.get("bucket", True) else ABSENT_BUCKET
    return PutBucketLogging(bucket=bucket, target=_destination(values, scenery))


def _destination(values: Values, scenery: Scenery) -> str | None:
    match values.get("target"):
        case None:
            return None
        case "missing":
            return ABSENT_BUCKET
        case "present":
            return _admitting(scenery, scenery.bucket(BucketNeed(values.get("target_algorithm"))))
        case apart:
            return _apart(scenery, str(apart))


def _admitting(scenery: Scenery, bucket: str) -> str:
    """The bucket, with a policy that lets S3 deliver logs into it."""
    if scenery.there(bucket).policy != "log-delivery":
        scenery.do(PutBucketPolicy(bucket=bucket, policy="log-delivery"))
    return bucket


def _apart(scenery: Scenery, how: str) -> str:
    """A bucket in another Region, or one of another account."""

    def make() -> tuple[Place, None]:
        name = scenery.name("bucket")
        region: Region = "away" if how == "away" else "home"
        owner = DEFAULT_ACCOUNT if how == "away" else "other"
        scenery.do(CreateBucket(bucket=name, region=region, principal=owner))
        scenery.do(PutBucketPolicy(bucket=name, policy="log-delivery", principal=owner))
        return Place(name, ""), None

    place, _ = scenery.remember(("logs apart", how), make)
    return place.bucket


def read_destination(_values: Values, scenery: Scenery) -> S3Action:
    """Read the destination of a bucket that has one."""
    return GetBucketLogging(bucket=target_to_configure(scenery).key)


def target_to_configure(scenery: Scenery) -> Place:
    """A destination whose default nobody has set, and, in the place of a key, the bucket whose requests it takes."""

    def make() -> tuple[Place, None]:
        place = Place(scenery.name("bucket"), scenery.bucket(SOURCES))
        scenery.do(CreateBucket(bucket=place.bucket))
        _admitting(scenery, place.bucket)
        scenery.do(PutBucketLogging(bucket=place.key, target=place.bucket))
        return place, None

    return scenery.remember("target to configure", make)[0]


def look(values: Values, scenery: Scenery) -> S3Action:
    """Look for a log where it may come, and where it may not."""
    algorithm = values.get("default_algorithm")
    if algorithm == "aws:kms":
        place = target_to_configure(scenery)
        if not _is_sse_kms(scenery, place.bucket):
            scenery.do(PutBucketEncryption(bucket=place.bucket, rules=(Rule("aws:kms"),)))
        if _is_sse_kms(scenery, place.bucket):
            return ReadLog(bucket=place.bucket, source=place.key)
        # A destination is refused such a default here; then the bucket that has it may be refused as a destination.
    bucket, source = _admitting(scenery, scenery.bucket(BucketNeed(algorithm))), scenery.bucket(SOURCE)
    if scenery.there(source).logging != (bucket,):
        scenery.do(PutBucketLogging(bucket=source, target=bucket))
    return ReadLog(bucket=bucket, source=source)


def _is_sse_kms(scenery: Scenery, bucket: str) -> bool:
    settings = scenery.there(bucket).settings
    return all(one.rule is not None and one.rule.algorithm == "aws:kms" for one in settings)
