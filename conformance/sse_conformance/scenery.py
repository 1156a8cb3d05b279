"""Bringing situations about: the calls that prepare buckets, keys and objects, each made once and used again.

The planner and the campaign share this. Everything is prepared along the model's own predictions; whether a situation
was really reached is always checked against the world afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import cast

from msgspec.structs import replace
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    KMS_ALGORITHMS,
    Blocked,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteBucketEncryption,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    KeyForm,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    Region,
    Rule,
    S3Action,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.world import Bucket, World

from sse_conformance.needs import (
    BucketNeed,
    KeyNeed,
    ObjectNeed,
    Place,
    calm,
    encryption,
    takes_sse_c,
    wanted,
)

__all__ = ["BucketNeed", "KeyNeed", "ObjectNeed", "Place", "Scenery"]

Do = Callable[[S3Action], None]
"""Carries a set-up action out, really or in the model."""

KeyStep = type[DisableKey | EnableKey | ScheduleKeyDeletion | CancelKeyDeletion]

AWS_S3 = KeyRef("alias", "aws/s3")
FIXED_REFERENCES = {"aws/s3": AWS_S3, "text": KeyRef("text", "not-a-key"), "empty": KeyRef("text", "")}
"""References that no preparation is needed for."""


OLDER = 2
"""How many unencrypted objects a bucket is given before its default is set: a copy in place uses one up."""


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
        self._older: dict[BucketNeed, list[Place]] = {}
        self._remembered: dict[Hashable, tuple[Place, int | None]] = {}
        self._count = 0

    def name(self, stem: str) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"{self._prefix}{stem}{self._count}"

    def there(self, bucket: str) -> Bucket:
        """A bucket as it is now; one with nothing in it where the target did not make it."""
        return self.world().buckets.get(bucket, Bucket(DEFAULT_ACCOUNT))

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

    def key(self, role: str, state: str = "enabled", principal: str = DEFAULT_ACCOUNT) -> str:
        """The symbol of the key that plays a role in a state; a `shared` one can be used by every account."""
        slot = KeyNeed("arn", role if principal == DEFAULT_ACCOUNT else f"{role} of {principal}", state)
        found = self._keys.get(slot)
        if found is None:
            region: Region = "away" if state == "away" else "home"
            found = self._keys[slot] = self.new_key(region, shared=state == "shared", principal=principal)
            self.bring(found, state)
        return found

    def new_key(self, region: Region = "home", shared: bool = False, principal: str = DEFAULT_ACCOUNT) -> str:
        """A key of its own."""
        symbol = self.name("key")
        self.do(CreateKey(key=symbol, region=region, shared=shared, principal=principal))
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

    def bucket(self, need: BucketNeed, whatever: frozenset[str] = frozenset()) -> str:
        """A bucket as needed; of its past, what is in `whatever` may be anything."""
        known = self._like(need, whatever)
        if known not in self._buckets:
            self._buckets[known] = self._overridden(known) or self._versioned(known) or self._new_bucket(known)
        return self._buckets[known]

    def _overridden(self, need: BucketNeed) -> str | None:
        """The bucket that is as needed but for the bucket-key header of its last write, after such a write."""
        name = None if need.override is None else self._become(replace(need, override=None), need)
        if name is not None and need.override is not None:
            self._override(name, need.override)
        return name

    def _versioned(self, need: BucketNeed) -> str | None:
        """The bucket that is as needed but for its versioning, after that was enabled."""
        name = self._become(replace(need, versioned=False), need) if need.versioned and not need.purpose else None
        if name is not None:
            self.do(PutBucketVersioning(bucket=name, status="Enabled"))
        return name

    def _become(self, before: BucketNeed, need: BucketNeed) -> str | None:
        """The bucket that there is for one need, from now on for another; None if there is none."""
        if before in self._default_keys:
            self._default_keys[need] = self._default_keys[before]
        if before in self._older:
            self._older[need] = self._older[before]
        return self._buckets.pop(before, None)

    def _override(self, bucket: str, flag: bool) -> None:
        self.do(_put(bucket, self.name("object"), EncryptionHeaders("aws:kms", None, flag)))

    def _like(self, need: BucketNeed, whatever: frozenset[str]) -> BucketNeed:
        """The need of a bucket that is there already and will do; this need if there is none."""
        if need in self._buckets or not whatever:
            return need
        past = {name: getattr(need, name) for name in whatever}
        return next((known for known in self._buckets if replace(known, **past) == need), need)

    def forget_bucket(self, need: BucketNeed) -> None:
        """Do not use this bucket again: it is about to change."""
        self._buckets.pop(need, None)
        self._older.pop(need, None)

    def older(self, need: BucketNeed, whatever: frozenset[str] = frozenset()) -> Place:
        """The object of such a bucket that was written before its default was set."""
        self.bucket(need, whatever)
        known = self._like(need, whatever)
        left = [place for place in self._older[known] if known.older is None or self._is(place, known.older)]
        if left:
            return left[0]
        # Copies in place have changed them.
        self._buckets.pop(known)
        self.bucket(need)
        return self._older[need][0]

    def _is(self, place: Place, need: ObjectNeed) -> bool:
        versions = self.there(place.bucket).objects.get(place.key, ())
        return bool(versions) and all(encryption(one) == wanted(need) for one in (versions[0], versions[-1]))

    def change_default(self, place: Place, need: BucketNeed) -> None:
        """Have the default of a bucket be as needed, and set after the object there was written."""
        bucket = self.there(place.bucket)
        rule = Rule(need.algorithm, self._default_reference(need), need.bucket_key)
        since = bucket.objects[place.key][-1].configurations if place.key in bucket.objects else 0
        if since == bucket.configurations or any(one.rule != rule for one in bucket.settings):
            self.do(PutBucketEncryption(bucket=place.bucket, rules=(rule,)))

    def default_key(self, need: BucketNeed, whatever: frozenset[str] = frozenset()) -> str:
        """The symbol of the key to which the default of such a bucket leads."""
        self.bucket(need, whatever)
        return self._default_keys[self._like(need, whatever)]

    def _new_bucket(self, need: BucketNeed) -> str:
        name = self.name("bucket")
        key = self._default_reference(need)
        self.do(CreateBucket(bucket=name))
        if need.versioned:
            self.do(PutBucketVersioning(bucket=name, status="Enabled"))
        if need.older is not None:
            if need.older.customer is not None:
                self.allow_sse_c(name)
            several = OLDER if need.older.algorithm is None else 1
            self._older[need] = [Place(name, self.write(name, need.older)) for _ in range(several)]
        if need.previous_bucket_key:
            self.do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms", bucket_key=True),)))
        if need.algorithm is not None:
            rule = Rule(need.algorithm, key, need.bucket_key, blocked=need.blocked)
            self.do(PutBucketEncryption(bucket=name, rules=(rule,)))
            if need.blocked_kept == "put":
                self.do(PutBucketEncryption(bucket=name, rules=(replace(rule, blocked=None),)))
        if need.key is not None and need.key.moved and key is not None:
            self._default_keys[need] = self.key(f"{need.key.role}, moved to")
            self.do(UpdateAlias(alias=key.name, key=self._default_keys[need]))
        self._use_bucket(name, need)
        return name

    def _use_bucket(self, name: str, need: BucketNeed) -> None:
        """Do with a bucket whose default is set what a situation wants to have happened since."""
        if need.deleted:
            self.do(PutBucketEncryption(bucket=name, rules=(Rule("aws:kms", blocked=need.blocked),)))
            self.do(DeleteBucketEncryption(bucket=name))
        if need.override is not None:
            self._override(name, need.override)
        if need.policy is not None:
            self.do(PutBucketPolicy(bucket=name, policy=need.policy))

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
        if need.customer is not None:
            return EncryptionHeaders(customer=CustomerKey(need.customer))
        if need.algorithm not in KMS_ALGORITHMS:
            return EncryptionHeaders(need.algorithm)
        key = AWS_S3 if need.key is None else KeyRef("arn", need.key)
        return EncryptionHeaders(need.algorithm, key, need.bucket_key)

    def write(self, bucket: str, need: ObjectNeed, key: str | None = None) -> str:
        """Write an object as needed and return its key."""
        key = self.name("object") if key is None else key
        self.do(_put(bucket, key, self.headers(need)))
        if need.customer is not None and key not in self.there(bucket).objects:
            self.allow_sse_c(bucket)  # it was refused: a new bucket may block SSE-C
            self.do(_put(bucket, key, self.headers(need)))
        return key

    def allow_sse_c(self, bucket: str) -> None:
        """Have a bucket take SSE-C objects from now on."""
        self.do(PutBucketEncryption(bucket=bucket, rules=(Rule("AES256", blocked="NONE"),)))

    def under_customer_key(self, need: ObjectNeed, blocked: Blocked | None = None) -> Place:
        """An SSE-C object as needed, in a bucket that takes them: one that is there if possible, else a new one.

        `blocked` is what must have been put as the list of blocked types of the bucket, if anything must.
        """
        buckets = self.world().buckets
        for name in sorted(buckets):
            key = self.find(name, need) if takes_sse_c(buckets[name], blocked) else None
            if key is not None:
                return Place(name, key)
        algorithm = None if blocked is None else "AES256"
        return self.object(self.bucket(BucketNeed(algorithm, blocked=blocked, purpose="customer")), need)

    def object(self, bucket: str, need: ObjectNeed) -> Place:
        """An object as needed in this bucket: one that is there already, if there is, else a new one."""
        found = self.find(bucket, need)
        return Place(bucket, self.write(bucket, need) if found is None else found)

    def find(self, bucket: str, need: ObjectNeed) -> str | None:
        """The key of an object that is there as needed, in all of its versions that can be seen without a version."""
        there = self.world().buckets.get(bucket)
        if there is None:
            return None
        sought = wanted(need)
        for key in sorted(there.objects):  # the map has an order of its own, which no two processes share
            versions = there.objects[key]
            if all(encryption(version) == sought for version in (versions[0], versions[-1])):
                return key
        return None

    def find_lasting(self, need: ObjectNeed, copied: str | None, versioned: bool = False) -> Place | None:
        """An object as needed to which nothing has happened, but that its last copy has the algorithm `copied`."""
        sought = wanted(need)
        buckets = self.world().buckets
        for name in dict.fromkeys(self._buckets.values()):
            bucket = buckets.get(name)
            if bucket is None or bucket.policy is not None or (versioned and bucket.versioning is None):
                continue
            for key in sorted(bucket.objects):
                (first, *more) = bucket.objects[key]
                last = None if first.copied is None else first.copied.algorithm
                untouched = not more and calm(first) and first.configurations == bucket.configurations
                if untouched and last == copied and encryption(first) == sought:
                    return Place(name, key)
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


def _put(bucket: str, key: str, headers: EncryptionHeaders) -> PutObject:
    return PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers)
