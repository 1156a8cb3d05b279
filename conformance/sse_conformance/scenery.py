"""Bringing situations about: the calls that prepare buckets, keys and objects, each made once and used again.

The planner and the campaign share this. Everything is prepared along the model's own predictions; whether a situation
was really reached is always checked against the world afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import cast

import msgspec
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
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
    Region,
    Rule,
    S3Action,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.world import Version, World, managed_key

__all__ = ["BucketNeed", "KeyNeed", "ObjectNeed", "Place", "Scenery"]

Do = Callable[[S3Action], None]
"""Carries a set-up action out, really or in the model."""

KeyStep = type[DisableKey | EnableKey | ScheduleKeyDeletion | CancelKeyDeletion]

AWS_S3 = KeyRef("alias", "aws/s3")
FIXED_REFERENCES = {"aws/s3": AWS_S3, "text": KeyRef("text", "not-a-key"), "empty": KeyRef("text", "")}
"""References that no preparation is needed for."""


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
    """How an object is to be stored; `key` is the symbol of its key, None for aws/s3 and for objects that have none."""

    algorithm: str | None
    key: str | None = None
    bucket_key: bool | None = None


class Place(msgspec.Struct, frozen=True):
    """Where an object is."""

    bucket: str
    key: str


class Scenery:
    """What has been prepared so far, and what of it can be used again.

    `do` carries a set-up action out, really or in the model; `world` gives the world as it is then. `prefix` keeps the
    names of two sceneries in one space apart.
    """

    def __init__(self, do: Do, world: Callable[[], World], prefix: str = "") -> None:
        self.do = do
        self.world = world
        self._prefix = prefix
        self._keys: dict[KeyNeed, str] = {}
        self._aliased: set[str] = set()
        self._buckets: dict[BucketNeed, str] = {}
        self._default_keys: dict[BucketNeed, str] = {}
        self._older: dict[BucketNeed, Place] = {}
        self._remembered: dict[Hashable, tuple[Place, int | None]] = {}
        self._count = 0

    def name(self, stem: str) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"{self._prefix}{stem}{self._count}"

    def remember(self, what: Hashable, make: Callable[[], tuple[Place, int | None]]) -> tuple[Place, int | None]:
        """What was made for `what` before, or made now."""
        if what not in self._remembered:
            self._remembered[what] = make()
        return self._remembered[what]

    # --- keys -----------------------------------------------------------------------------------------------------

    def reference(self, need: KeyNeed) -> KeyRef:
        """A reference to a key in the form and state that is needed."""
        if need.form in FIXED_REFERENCES:
            return FIXED_REFERENCES[need.form]
        return self.refer(
            need.form, f"absent-{need.role}" if need.state == "missing" else self.key(need.role, need.state)
        )

    def refer(self, form: str, symbol: str) -> KeyRef:
        """A reference to a key; an alias is made when it is first needed."""
        if form not in {"alias", "alias-arn"}:
            return KeyRef(cast("KeyForm", form), symbol)
        if symbol in self.world().keys and symbol not in self._aliased:
            self.do(CreateAlias(alias=f"{symbol}-alias", key=symbol))
            self._aliased.add(symbol)
        return KeyRef(cast("KeyForm", form), f"{symbol}-alias")

    def key(self, role: str, state: str = "enabled") -> str:
        """The symbol of the key that plays a role in a state."""
        slot = KeyNeed("arn", role, state)
        found = self._keys.get(slot)
        if found is None:
            found = self._keys[slot] = self.new_key("away" if state == "away" else "home")
            self.bring(found, state)
        return found

    def new_key(self, region: Region = "home") -> str:
        """A key of its own."""
        symbol = self.name("key")
        self.do(CreateKey(key=symbol, region=region))
        return symbol

    def bring(self, symbol: str, state: str) -> None:
        """Bring an enabled key into a state."""
        steps: dict[str, tuple[KeyStep, ...]] = {
            "disabled": (DisableKey,),
            "restored": (DisableKey, EnableKey),
            "pending": (ScheduleKeyDeletion,),
            "cancelled": (ScheduleKeyDeletion, CancelKeyDeletion),
        }
        for step in steps.get(state, ()):
            self.do(step(key=symbol))

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

    def default_key(self, need: BucketNeed) -> str:
        """The symbol of the key to which the default of such a bucket leads."""
        self.bucket(need)
        return self._default_keys[need]

    def _new_bucket(self, need: BucketNeed) -> str:
        name = self.name("bucket")
        key = self._default_reference(need)
        self.do(CreateBucket(bucket=name))
        if need.versioned:
            self.do(PutBucketVersioning(bucket=name, status="Enabled"))
        if need.older is not None:
            self._older[need] = Place(name, self.write(name, need.older))
        if need.previous_bucket_key:
            self.do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms", bucket_key=True),)))
        if need.algorithm is not None:
            self.do(PutBucketEncryption(bucket=name, rules=(Rule(need.algorithm, key, need.bucket_key),)))
        if need.key is not None and need.key.moved and key is not None:
            self._default_keys[need] = self.key(f"{need.key.role}, moved to")
            self.do(UpdateAlias(alias=key.name, key=self._default_keys[need]))
        if need.deleted:
            self.do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms"),)))
            self.do(DeleteBucketEncryption(bucket=name))
        if need.override is not None:
            self.do(_put(name, self.name("object"), EncryptionHeaders("aws:kms", None, need.override)))
        return name

    def _default_reference(self, need: BucketNeed) -> KeyRef | None:
        if need.key is None:
            return None
        if need.key.form in FIXED_REFERENCES or need.key.state == "missing":
            return self.reference(need.key)
        symbol = self.new_key() if need.key.moved else self.key(need.key.role, need.key.state)
        self._default_keys[need] = symbol
        return self.refer(need.key.form, symbol)

    # --- objects --------------------------------------------------------------------------------------------------

    def headers(self, need: ObjectNeed) -> EncryptionHeaders:
        """The headers that store an object as needed, whatever the default."""
        if need.algorithm != "aws:kms":
            return EncryptionHeaders(need.algorithm)
        key = AWS_S3 if need.key is None else KeyRef("arn", need.key)
        return EncryptionHeaders("aws:kms", key, need.bucket_key)

    def write(self, bucket: str, need: ObjectNeed, key: str | None = None) -> str:
        """Write an object as needed and return its key."""
        key = self.name("object") if key is None else key
        self.do(_put(bucket, key, self.headers(need)))
        return key

    def object(self, bucket: str, need: ObjectNeed) -> Place:
        """An object as needed in this bucket: one that is there already, if there is, else a new one."""
        found = self._find(bucket, need)
        return Place(bucket, self.write(bucket, need) if found is None else found)

    def _find(self, bucket: str, need: ObjectNeed) -> str | None:
        there = self.world().buckets.get(bucket)
        if there is None:
            return None
        symbol = managed_key(DEFAULT_ACCOUNT) if need.algorithm == "aws:kms" and need.key is None else need.key
        wanted = (need.algorithm, symbol, bool(need.bucket_key))
        for key in sorted(there.objects):  # the map has an order of its own, which no two processes share
            versions = there.objects[key]
            if all(_encryption(version) == wanted for version in (versions[0], versions[-1])):
                return key
        return None

    def copy_away(self, place: Place, algorithm: str, version: int | None) -> None:
        """Copy an object to a key of its own."""
        copy = CopyObject(
            bucket=place.bucket,
            key=self.name("copy"),
            source_bucket=place.bucket,
            source_key=place.key,
            source_version=version,
            headers=EncryptionHeaders(algorithm),
        )
        self.do(copy)


def _encryption(version: Version) -> tuple[str | None, str | None, bool] | None:
    """How a version is encrypted, as far as that is certain."""
    stored = version.candidates[0] if len(version.candidates) == 1 else None
    return None if stored is None else (stored.algorithm, stored.key, stored.bucket_key)


def _put(bucket: str, key: str, headers: EncryptionHeaders) -> PutObject:
    return PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers)
