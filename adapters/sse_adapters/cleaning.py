"""Removing what a space made from a target that keeps everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from sse_spec.actions import Action, CreateAlias, CreateBucket, CreateKey
from sse_spec.observations import Observation

from sse_adapters.calls import PENDING_DAYS
from sse_adapters.names import NameMap

__all__ = ["Cleaner", "empty_and_delete"]

_ROUNDS = 100
"""Most pages that are deleted from one bucket: more than any program writes, and an end to a listing without end."""

_NOT_OFFERED = (405, 501, "MethodNotAllowed", "NotImplemented")
"""What says that the target has nothing of the kind."""

_GONE = (
    "404",
    "NoSuchBucket",
    "NoSuchKey",
    "NoSuchVersion",
    "NoSuchUpload",
    "NotFoundException",
    "KMSInvalidStateException",
)
"""Codes that say that there is nothing left to remove; the last is that of a key which is pending deletion already."""


class Cleaner:
    """Remembers what may exist, from before it is asked for, and removes it.

    Every bucket that was ever named counts, for some targets take a request with a query that they do not know for a
    CreateBucket. All of these names are of this run alone. Of a bucket of the operator's only what is in our folder is
    removed, and never the bucket.
    """

    def __init__(self, client: Callable[[str, str, str], Any], names: NameMap) -> None:
        self._client = client
        self._names = names
        self._buckets: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._keys: dict[str, tuple[str, str]] = {}

    def note(self, action: Action) -> None:
        """Note what an action may make, before it is sent."""
        bucket = getattr(action, "bucket", None)
        if bucket is not None:
            self._buckets.setdefault(bucket, action.principal)
        elif isinstance(action, CreateAlias) and not self._of_others(action.alias):
            self._aliases.setdefault(action.alias, action.principal)

    def forget(self, bucket: str) -> None:
        """Leave a bucket as it is."""
        self._buckets.pop(bucket, None)

    def learn(self, action: Action, seen: Observation) -> None:
        """Note what an action made: the account that made a thing is the one to remove it."""
        if isinstance(action, CreateAlias) and (seen.status in _NOT_OFFERED or seen.code in _NOT_OFFERED):
            self._aliases.pop(action.alias, None)
        if seen.refused or seen.fault is not None:
            return
        if isinstance(action, CreateBucket):
            self._buckets[action.bucket] = action.principal
        elif isinstance(action, CreateKey) and seen.key_arn is not None:
            self._keys[seen.key_arn] = (action.principal, action.region)

    def clean(self) -> tuple[str, ...]:
        """Remove everything that is still there. Gives the names of what could not be removed: call again."""
        for alias, principal in list(self._aliases.items()):
            name = self._names.alias(alias)
            if _gone(self._client(principal, "kms", "home").delete_alias, AliasName=name):
                del self._aliases[alias]
        for arn, (principal, region) in list(self._keys.items()):
            schedule = self._client(principal, "kms", region).schedule_key_deletion
            if _gone(schedule, KeyId=arn.rpartition("/")[2], PendingWindowInDays=PENDING_DAYS):
                del self._keys[arn]
        for bucket, principal in list(self._buckets.items()):
            client = self._client(principal, "s3", self._names.bucket_region(bucket))
            name = self._names.bucket(bucket)
            if bucket in self._names.given:
                removed = _empty(client, name, self._names.folder)
            else:
                removed = empty_and_delete(client, name)
            if removed:
                del self._buckets[bucket]
        return (*map(self._names.alias, self._aliases), *self._keys, *map(self._place, self._buckets))

    def _of_others(self, alias: str) -> bool:
        """Whether an alias is AWS's, or one that the operator gave."""
        return alias.startswith("aws/") or alias in self._names.given

    def _place(self, bucket: str) -> str:
        """What of a bucket is ours."""
        name = self._names.bucket(bucket)
        return f"{name}/{self._names.folder}" if bucket in self._names.given else name


def _gone(method: Callable[..., Any], **arguments: Any) -> bool:
    """Whether what the method removes is not there any more."""
    try:
        method(**arguments)
    except ClientError as error:
        return error.response.get("Error", {}).get("Code") in _GONE
    except Exception:  # the target may fail in any way, and the rest has to be removed nevertheless
        return False
    return True


def empty_and_delete(client: Any, bucket: str) -> bool:
    """Remove a bucket with everything in it. Says whether it is gone; never raises."""
    if _gone(client.delete_bucket, Bucket=bucket):
        return True
    _empty(client, bucket, "")
    return _gone(client.delete_bucket, Bucket=bucket)


def _empty(client: Any, bucket: str, folder: str) -> bool:
    """Remove what is in a folder of a bucket; gives whether nothing shows there any more."""
    for upload in _uploads(client, bucket, folder):  # some targets keep a bucket for them
        _gone(client.abort_multipart_upload, Bucket=bucket, **upload)
    for page in (_versions, _objects):
        for _ in range(_ROUNDS):
            removed = [
                _gone(client.delete_object, Bucket=bucket, **version) for version in page(client, bucket, folder)
            ]
            if not any(removed):
                break
    return not (_versions(client, bucket, folder) or _objects(client, bucket, folder))


def _uploads(client: Any, bucket: str, folder: str) -> list[dict[str, str]]:
    """One page of the multipart uploads that are still open; none if the target cannot list them."""
    try:
        uploads = client.list_multipart_uploads(Bucket=bucket, **_prefix(folder)).get("Uploads", ())
        return [{"Key": u["Key"], "UploadId": u["UploadId"]} for u in uploads if u["Key"].startswith(folder)]
    except Exception:
        return []


def _versions(client: Any, bucket: str, folder: str) -> list[dict[str, str]]:
    """One page of the versions of a bucket and its delete markers; none if the target cannot list them."""
    try:
        page = client.list_object_versions(Bucket=bucket, **_prefix(folder))
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        return [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions if v["Key"].startswith(folder)]
    except Exception:
        return []


def _objects(client: Any, bucket: str, folder: str) -> list[dict[str, str]]:
    try:
        found = client.list_objects_v2(Bucket=bucket, **_prefix(folder)).get("Contents", ())
        return [{"Key": one["Key"]} for one in found if one["Key"].startswith(folder)]
    except Exception:
        return []


def _prefix(folder: str) -> dict[str, str]:
    """The argument that holds a listing to a folder: what a target lists beside it is never looked at."""
    return {"Prefix": folder} if folder else {}
