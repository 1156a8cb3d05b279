"""Situations of batch jobs and of updates, and what is left of them for the reads that follow."""

from __future__ import annotations

from sse_spec.actions import ALGORITHMS, BatchCopy, EncryptionHeaders, UpdateObjectEncryption
from sse_spec.scene.fields import (
    Fields,
    Scene,
    begun,
    candidates,
    elsewhere,
    finished,
    put_default,
    put_headers,
    put_object,
    settings,
    version_of,
)
from sse_spec.scene.naming import Labels, resolve
from sse_spec.situation import MANAGED
from sse_spec.world import Bucket, Setting, Stored, Version, World

__all__ = ["jobs", "put_change", "updates"]

USABLE = frozenset({"enabled", "restored"})


def jobs(world: World, action: BatchCopy) -> tuple[Scene, ...]:
    """The situations of a job that copies one object."""
    bucket, source = world.buckets.get(action.bucket), world.buckets.get(action.source_bucket)
    version = None if source is None else version_of(source, action.source_key, None)
    return tuple(
        _job(world, action, bucket, source, setting, stored)
        for setting in settings(bucket)
        for stored in candidates(version)
    )


def _job(
    world: World,
    action: BatchCopy,
    bucket: Bucket | None,
    source: Bucket | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account, labels, fields = begun(action, bucket)
    in_place = (action.bucket, action.key) == (action.source_bucket, action.source_key)
    fields |= {"managed_elsewhere": elsewhere(world, account, action.bucket), "in_place": in_place}
    put_default(fields, world, account, bucket, setting, labels)
    put_headers(fields, world, account, action.headers, labels)
    if stored is not None:
        put_object(fields, world, account, stored, labels)
    plain = stored is not None and _plain(stored) and fields.get("object_key_state", "enabled") in USABLE
    # No document says what a job does with an object onto itself where it changes nothing by name.
    legal = _is_legal(action.headers) and not (in_place and action.headers.algorithm is None)
    given = action.headers.algorithm or fields.get("default_algorithm")
    if not (plain and legal and given in (None, *ALGORITHMS) and _own(account, fields, bucket, source)):
        fields["described"] = False
    return finished(labels, setting, stored, fields)


def _plain(stored: Stored) -> bool:
    """Whether a job is known to copy such an object."""
    return stored.algorithm in (None, *ALGORITHMS)


def _is_legal(headers: EncryptionHeaders) -> bool:
    """Whether a job can be told this: it knows two algorithms, and a key and a bucket key beside one of them."""
    if headers.context is not None or headers.customer is not None:
        return False
    return headers.algorithm == "aws:kms" or (
        headers.algorithm in (None, "AES256") and headers.key is None and headers.bucket_key is None
    )


def _own(account: str, fields: Fields, *buckets: Bucket | None) -> bool:
    """Whether all buckets are the requester's own and nothing restricts what it may do."""
    rights = all(fields.get(right, True) for right in ("may_configure", "may_generate", "may_decrypt"))
    return rights and all(one is not None and one.owner == account and one.policy is None for one in buckets)


def updates(world: World, action: UpdateObjectEncryption) -> tuple[Scene, ...]:
    """The situations of an update of one version of an object."""
    bucket = world.buckets.get(action.bucket)
    version = None if bucket is None else version_of(bucket, action.key, action.version)
    return tuple(_update(world, action, bucket, version, stored) for stored in candidates(version))


def _update(
    world: World, action: UpdateObjectEncryption, bucket: Bucket | None, version: Version | None, stored: Stored | None
) -> Scene:
    account, labels, fields = begun(action, bucket)
    fields["object"] = "no-bucket" if bucket is None else "missing" if stored is None else "present"
    fields["asked_bucket_key"] = action.bucket_key
    if stored is not None:
        put_object(fields, world, account, stored, labels)
    target = resolve(world, account, action.kms_key)
    key = None if target.symbol is None else world.keys.get(target.symbol)
    theirs = key is not None and bucket is not None and key.account != bucket.owner
    fields |= {
        "header_key": target.form,
        "header_key_state": "foreign" if theirs else target.state,
        "header_key_label": labels.of(target.symbol),
    }
    # Of aws/s3, of a version that is not there, and of buckets that are not the requester's own, no document speaks.
    managed = target.form == "arn" and fields["header_key_label"] == MANAGED
    lost = stored is None and (action.version is not None or (version is not None and version.marker))
    if managed or lost or target.form == "empty" or (bucket is not None and not _own(account, fields, bucket)):
        fields["described"] = False
    return finished(labels, Setting(), stored, fields)


def put_change(fields: Fields, bucket: Bucket, version: Version, labels: Labels) -> None:
    """Fill in the fields that say what a job or an update has done to the version that is read."""
    change = version.change
    if change is not None:
        fields |= {
            "changed": change.by,
            "before_algorithm": change.before.algorithm,
            "before_key_label": labels.of(change.before.key),
            "bucket_key_before": change.bucket_key_before,
            "asked_bucket_key": change.bucket_key,
            "numbered": change.by == "update" and bucket.versioning == "Enabled",
        }
    if version.beside is not None:
        fields["beside_key_label"] = labels.of(version.beside)
