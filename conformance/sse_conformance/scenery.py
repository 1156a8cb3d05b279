"""Bringing situations about: the calls that prepare buckets, keys and objects, each made once and used again.

The planner and the campaign share this. Everything is prepared along the model's own predictions; whether a situation was
really reached is always checked against the world afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)

__all__ = ["BucketNeed", "KeyNeed", "ObjectNeed", "Place", "Scenery"]

Do = Callable[[Action], None]
"""Carries a set-up action out, really or in the model."""

AWS_S3 = KeyRef("alias", "aws/s3")
NOT_A_KEY = KeyRef("text", "not-a-key")
EMPTY_KEY = KeyRef("text", "")


class KeyNeed(msgspec.Struct, frozen=True):
    """A key as a situation wants it: `role` tells keys of one situation apart."""

    form: str
    role: str
    state: str = "enabled"
    moved: bool = False


class BucketNeed(msgspec.Struct, frozen=True):
    """A bucket as a situation wants it. `objects` are the writes that must come before the default is set."""

    algorithm: str | None = None
    key: KeyNeed | None = None
    bucket_key: bool | None = None
    previous_bucket_key: bool = False
    deleted: bool = False
    versioned: bool = False
    override: bool | None = None
    older: ObjectNeed | None = None
    purpose: str = ""


class ObjectNeed(msgspec.Struct, frozen=True):
    """How an object is to be stored; `key` is None for aws/s3 and for objects that have none."""

    algorithm: str | None
    key: KeyNeed | None = None
    bucket_key: bool = False


class Place(msgspec.Struct, frozen=True):
    """Where an object is."""

    bucket: str
    key: str


class Scenery:
    """What has been prepared so far. `prefix` keeps the names of two sceneries in one space apart."""

    def __init__(self, do: Do, prefix: str = "") -> None:
        self._do = do
        self._prefix = prefix
        self._keys: dict[KeyNeed, str] = {}
        self._buckets: dict[BucketNeed, str] = {}
        self._older: dict[BucketNeed, Place] = {}
        self._sources: dict[ObjectNeed, Place] = {}
        self._count = 0

    def name(self, stem: str) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"{self._prefix}{stem}{self._count}"

    # --- keys -----------------------------------------------------------------------------------------------------

    def reference(self, need: KeyNeed) -> KeyRef:
        """A reference to a key in the form and state that is needed."""
        if need.form == "aws/s3":
            return AWS_S3
        if need.form == "text":
            return NOT_A_KEY
        if need.form == "empty":
            return EMPTY_KEY
        symbol = self.key(need)
        form: KeyForm = need.form  # type: ignore[assignment]
        return KeyRef(form, f"{symbol}-alias" if form in {"alias", "alias-arn"} else symbol)

    def key(self, need: KeyNeed) -> str:
        """The symbol of a key in the state that is needed."""
        if need.state == "missing":
            return f"absent-{need.role}"
        aliased = need.form in {"alias", "alias-arn"}
        slot = KeyNeed("alias" if aliased else "arn", need.role, need.state, need.moved)
        found = self._keys.get(slot)
        if found is None:
            found = self._keys[slot] = self._new_key(slot, aliased)
            self.bring(found, need.state)
        return found

    def _new_key(self, need: KeyNeed, aliased: bool) -> str:
        symbol = self.name("key")
        self._do(CreateKey(key=symbol, region="away" if need.state == "away" else "home"))
        if aliased:
            self._do(CreateAlias(alias=f"{symbol}-alias", key=symbol))
        return symbol

    def bring(self, symbol: str, state: str) -> None:
        """Bring an enabled key into a state."""
        steps: dict[str, tuple[type[Action], ...]] = {
            "disabled": (DisableKey,),
            "restored": (DisableKey, EnableKey),
            "pending": (ScheduleKeyDeletion,),
            "cancelled": (ScheduleKeyDeletion, CancelKeyDeletion),
        }
        for step in steps.get(state, ()):
            self._do(step(key=symbol))  # type: ignore[call-arg]

    # --- buckets --------------------------------------------------------------------------------------------------

    def bucket(self, need: BucketNeed) -> str:
        """A bucket as needed."""
        found = self._buckets.get(need)
        if found is None:
            found = self._buckets[need] = self._new_bucket(need)
        return found

    def forget_bucket(self, need: BucketNeed) -> None:
        """Do not use this bucket again: it is about to change."""
        self._buckets.pop(need, None)
        self._older.pop(need, None)

    def older(self, need: BucketNeed) -> Place:
        """The object of such a bucket that was written before its default was set."""
        self.bucket(need)
        return self._older[need]

    def _new_bucket(self, need: BucketNeed) -> str:
        name = self.name("bucket")
        key = None if need.key is None else self.reference(need.key)
        self._do(CreateBucket(bucket=name))
        if need.versioned:
            self._do(PutBucketVersioning(bucket=name, status="Enabled"))
        if need.older is not None:
            self._older[need] = Place(name, self.write(name, need.older))
        if need.previous_bucket_key:
            self._do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms", bucket_key=True),)))
        if need.algorithm is not None:
            self._do(PutBucketEncryption(bucket=name, rules=(Rule(need.algorithm, key, need.bucket_key),)))
        if need.key is not None and need.key.moved and key is not None:
            self._do(UpdateAlias(alias=key.name, key=self.key(KeyNeed("arn", f"{need.key.role} moved to"))))
        if need.deleted:
            self._do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms"),)))
            self._do(DeleteBucketEncryption(bucket=name))
        if need.override is not None:
            self._do(_put(name, self.name("object"), EncryptionHeaders("aws:kms", None, need.override)))
        return name

    # --- objects --------------------------------------------------------------------------------------------------

    def headers(self, need: ObjectNeed) -> EncryptionHeaders:
        """The headers that store an object as needed, whatever the default."""
        if need.algorithm != "aws:kms":
            return EncryptionHeaders(need.algorithm)
        key = AWS_S3 if need.key is None else self.reference(need.key)
        return EncryptionHeaders("aws:kms", key, need.bucket_key or None)

    def write(self, bucket: str, need: ObjectNeed, key: str | None = None) -> str:
        """Write an object as needed and return its key. The state of its KMS key is left to :meth:`bring`."""
        key = self.name("object") if key is None else key
        self._do(_put(bucket, key, self.headers(need)))
        return key

    def source(self, need: ObjectNeed) -> Place:
        """An object to copy from, in a bucket where nothing is configured. Its KMS key may be in any state."""
        found = self._sources.get(need)
        if found is None:
            found = self._sources[need] = self._new_source(need)
        return found

    def _new_source(self, need: ObjectNeed) -> Place:
        bucket = self.bucket(BucketNeed(purpose="sources"))
        if need.key is None or need.key.state == "enabled":
            return Place(bucket, self.write(bucket, need))
        symbol = self.name("key")
        self._do(CreateKey(key=symbol))
        key = self.name("object")
        self._do(_put(bucket, key, EncryptionHeaders("aws:kms", KeyRef("arn", symbol), need.bucket_key or None)))
        self.bring(symbol, need.key.state)
        return Place(bucket, key)

    def copy_away(self, place: Place, algorithm: str, version: int | None) -> None:
        """Copy an object to a key of its own."""
        headers = EncryptionHeaders(algorithm)
        self._do(
            CopyObject(
                bucket=place.bucket,
                key=self.name("copy"),
                source_bucket=place.bucket,
                source_key=place.key,
                source_version=version,
                headers=headers,
            )
        )


def _put(bucket: str, key: str, headers: EncryptionHeaders) -> PutObject:
    return PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers)
