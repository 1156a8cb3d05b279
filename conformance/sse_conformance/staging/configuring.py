"""Requests about the bucket default."""

from __future__ import annotations

from sse_spec.actions import DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption, Rule, S3Action

from sse_conformance.domains import DEFAULT_KEY
from sse_conformance.scenery import BucketNeed, KeyNeed, Scenery
from sse_conformance.staging.logs import target_to_configure
from sse_conformance.staging.needs import ABSENT_BUCKET, Values, bucket_need, existing

__all__ = ["configure", "delete_configuration", "read_configuration"]


def configure(values: Values, scenery: Scenery) -> S3Action:
    """Set the default of a bucket that only such requests use."""
    if values.get("log_target"):
        return PutBucketEncryption(bucket=target_to_configure(scenery).bucket, rules=(Rule(values["new_algorithm"]),))
    bucket = scenery.bucket(BucketNeed(purpose="configured")) if values.get("bucket", True) else ABSENT_BUCKET
    content = values.get("rules", "one")
    if content == "malformed":
        return PutBucketEncryption(bucket=bucket, malformed=True)
    key = None
    if values.get("new_key") is not None:
        key = scenery.reference(KeyNeed(values["new_key"], DEFAULT_KEY, values.get("new_key_state", "enabled")))
    apply, blocked = values.get("new_apply", True), values.get("new_blocked")
    rule = Rule(values.get("new_algorithm"), key, values.get("new_bucket_key"), apply, blocked)
    if not rule.apply:
        rule = Rule(None, None, rule.bucket_key, apply=False)
    plain = Rule("AES256")
    rules = {"none": (), "two": (plain, plain)}.get(content, (rule,))
    return PutBucketEncryption(bucket=bucket, rules=rules)


def read_configuration(values: Values, scenery: Scenery) -> S3Action:
    """Read the default."""
    return GetBucketEncryption(bucket=existing(values, scenery))


def delete_configuration(values: Values, scenery: Scenery) -> S3Action:
    """Delete a default that nobody else needs."""
    if not values.get("bucket", True):
        return DeleteBucketEncryption(bucket=ABSENT_BUCKET)
    need = bucket_need({**values, "default_algorithm": "AES256"}, purpose="deleted")
    bucket = scenery.bucket(need)
    scenery.forget_bucket(need)
    return DeleteBucketEncryption(bucket=bucket)
