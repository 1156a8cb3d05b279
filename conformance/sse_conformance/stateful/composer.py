"""The things that a random program is about: few of each, made when they are first needed.

Whatever is chosen is chosen from the world as the model predicts it, never from what a target answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    DSSE,
    KMS_ALGORITHMS,
    RESTRICTED,
    SSE_C,
    Blocked,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CustomerKey,
    EnableKey,
    EncryptionHeaders,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    Rule,
    S3Action,
)
from sse_spec.scene import VALID_CONTEXT
from sse_spec.world import Bucket, Stored, Version, World, newest

from sse_conformance.stateful.draws import Draws
from sse_conformance.stateful.temper import Temper

__all__ = ["OTHER", "REPLICAS", "Composer", "Spot"]

OTHER = "other"
"""The second account."""

BUCKETS = ("b1", "b2", "b3")
FOREIGN = "f1"
"""The bucket of the other account."""

REPLICAS = "r1"
"""The bucket that nothing but replicas is written into."""

OBJECTS = ("o1", "o2", "o3")
KEYS = ("k1", "k2", "k3")
FOREIGN_KEY = "k9"
ALIASES = ("a1", "a2")
CUSTOMERS = ("c1", "c2")

FIRST = 60
"""In percent, how often the first of several things is taken rather than any: histories pile up on it."""

MANAGED_USUALLY, MANAGED_SHARED = 15, 40
"""In percent, how often no key is named."""

LISTS: tuple[Blocked, ...] = ("SSE-C", "NONE", "NONE")
USABLE = frozenset({"enabled", "restored"})
DSSE_SINCE = dt.date(2023, 6, 13)
BLOCKED_SINCE = dt.date(2025, 11, 19)


class Spot(NamedTuple):
    """An object that is there: which version of it (None for the newest), and how it is stored."""

    bucket: str
    key: str
    version: int | None
    stored: Stored

    @property
    def customer(self) -> CustomerKey | None:
        """The SSE-C headers that a request for it needs."""
        return CustomerKey(self.stored.customer or CUSTOMERS[0]) if self.stored.algorithm == SSE_C else None


class Composer:
    """Composes requests in one example, by the choices of one step at a time.

    `perform` carries a request out and lets `world` follow as the model predicts.
    """

    def __init__(self, as_of: dt.date, temper: Temper, perform: Callable[[S3Action], None]) -> None:
        self.world = World()
        self.temper = temper
        self.draws = Draws(0)
        self.length = 0
        self.initiators: dict[str, str] = {}
        """Who began an upload."""
        self._perform = perform
        self._dual = as_of >= DSSE_SINCE
        self._blocking = as_of >= BLOCKED_SINCE

    def do(self, action: S3Action) -> None:
        """Carry a request out."""
        self.length += 1
        self._perform(action)

    # --- choosing ------------------------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        """True so many times out of a hundred."""
        return self.draws.chance(percent)

    def few(self, names: Sequence[str]) -> str:
        """One of these names, the first one most often."""
        return names[0] if len(names) == 1 or self.draws.chance(FIRST) else self.draws.of(names)

    def wrong(self) -> bool:
        """Whether this is to be a request that must be refused."""
        return self.chance(self.temper.wrong)

    def body(self) -> str:
        """A content that no other object of the example has."""
        return "" if self.chance(2) else f"content {self.length}"

    # --- buckets -------------------------------------------------------------------------------------------------

    def bucket(self) -> str:
        """A bucket to do something with."""
        if self.chance(self.temper.stranger // 2):
            return self.foreign_bucket()
        return self.own_bucket()

    def own_bucket(self) -> str:
        """A bucket of the main account."""
        return self.made(self.few(BUCKETS[: self.temper.buckets]))

    def second_bucket(self, but: str) -> str:
        """Another bucket of the main account than this."""
        return self.made(next(name for name in BUCKETS if name != but))

    def made(self, name: str) -> str:
        """A bucket of the main account of this name."""
        if name not in self.world.buckets:
            self.do(CreateBucket(bucket=name))
            if self.temper.versioned and name == BUCKETS[0]:
                self.do(PutBucketVersioning(bucket=name, status="Enabled"))
            if self.temper.default is not None and name == BUCKETS[0]:
                key = self.reference() if self.temper.default == "aws:kms" else None
                self.do(PutBucketEncryption(bucket=name, rules=(Rule(self.temper.default, key, self.flag()),)))
        return name

    def foreign_bucket(self) -> str:
        """The bucket of the other account, which it shares."""
        if FOREIGN not in self.world.buckets:
            self.do(CreateBucket(bucket=FOREIGN, principal=OTHER))
            self.do(PutBucketPolicy(bucket=FOREIGN, policy="share", principal=OTHER))
        return FOREIGN

    def there(self, name: str) -> Bucket:
        """What is predicted of a bucket that was made."""
        return self.world.buckets.get(name) or Bucket(DEFAULT_ACCOUNT)

    def requester(self, name: str) -> str:
        """Who asks for something about the objects of a bucket."""
        bucket = self.there(name)
        if bucket.owner != DEFAULT_ACCOUNT:
            return DEFAULT_ACCOUNT if bucket.policy == "share" and self.chance(50) else bucket.owner
        if not self.chance(self.temper.stranger):
            return DEFAULT_ACCOUNT
        if bucket.policy == "share":
            return OTHER
        if bucket.policy is None and self.chance(30):
            self.do(PutBucketPolicy(bucket=name, policy="share"))
            return OTHER
        return self.draws.of(RESTRICTED) if self.chance(40) else DEFAULT_ACCOUNT

    # --- keys ----------------------------------------------------------------------------------------------------

    def kms_key(self) -> str:
        """A KMS key of the main account, in whatever state."""
        name = self.few(KEYS[: self.temper.keys])
        if name not in self.world.keys:
            self.do(CreateKey(key=name, shared=self.temper.stranger > 0 and name == KEYS[0]))
        return name

    def kms_key_in(self, *states: str) -> str | None:
        """A KMS key of the main account in one of these states; None if there is none."""
        found = [name for name in KEYS if name in self.world.keys and self.world.keys[name].state in states]
        return self.few(found) if found else None

    def sound_key(self) -> str:
        """A KMS key that can be used, most of the time."""
        name = self.kms_key()
        if self.world.keys[name].state in USABLE or self.chance(20):
            return name
        other = self.kms_key_in(*USABLE)
        if other is not None:
            return other
        if self.world.keys[name].state == "disabled":
            self.do(EnableKey(key=name))
        return name

    def foreign_key(self) -> str:
        """A KMS key of the other account, which it shares."""
        if FOREIGN_KEY not in self.world.keys:
            self.do(CreateKey(key=FOREIGN_KEY, shared=True, principal=OTHER))
        return FOREIGN_KEY

    def alias(self, account: str = DEFAULT_ACCOUNT) -> str:
        """An alias that an account has."""
        name = self.few(ALIASES[: self.temper.aliases])
        if (account, name) not in self.world.aliases:
            key = self.sound_key() if account == DEFAULT_ACCOUNT else self.foreign_key()
            self.do(CreateAlias(alias=name, key=key, principal=account))
        return name

    def reference(self, account: str = DEFAULT_ACCOUNT) -> KeyRef:
        """A KMS key as a request by an account names it."""
        if self.wrong():
            return self.draws.of((KeyRef("arn", "nokey"), KeyRef("alias", "noalias"), KeyRef("text", "no key at all")))
        form = self.draws.of(self.temper.forms)
        if form in {"alias", "alias-arn"}:
            if account == DEFAULT_ACCOUNT or self.chance(70):
                name = self.alias(account)
                key = self.world.keys.get(self.world.aliases.get((account, name), ""))
                if (key is not None and key.state in USABLE) or self.chance(20):
                    return KeyRef(form, name)
            return KeyRef("arn", self._key_for(account))
        return KeyRef("arn" if account != DEFAULT_ACCOUNT else form, self._key_for(account))

    def _key_for(self, account: str) -> str:
        if account == DEFAULT_ACCOUNT:
            return self.foreign_key() if self.chance(self.temper.stranger // 4) else self.sound_key()
        shared = [name for name, key in self.world.keys.items() if key.shared and key.account == DEFAULT_ACCOUNT]
        return min(shared) if shared and self.chance(50) else self.foreign_key()

    # --- encryption ----------------------------------------------------------------------------------------------

    @property
    def managed(self) -> int:
        """How often aws/s3 is left to be the key: often where another account is about, which cannot use it."""
        return MANAGED_SHARED if self.temper.stranger else MANAGED_USUALLY

    def flag(self) -> bool | None:
        """What is said of a bucket key."""
        return self.draws.of((True, True, False)) if self.chance(self.temper.flagged) else None

    def rule(self, account: str = DEFAULT_ACCOUNT) -> Rule:
        """A default for a bucket."""
        blocked = self.draws.of(LISTS) if self._blocking and self.chance(8) else None
        if self.chance(15):
            return Rule("AES256", bucket_key=self.flag(), blocked=blocked)
        key = None if self.chance(self.managed) else self.reference(account)
        if self._dual and self.chance(8):
            return Rule(DSSE, key, blocked=blocked)
        return Rule("aws:kms", key, self.flag(), blocked=blocked)

    def headers(self, bucket: str, principal: str) -> EncryptionHeaders:
        """The encryption headers of a write."""
        if self.chance(self.temper.customer):
            self.allow_customer_keys(bucket)
            return EncryptionHeaders(customer=CustomerKey(self.few(CUSTOMERS)))
        if self.chance(self.temper.plain):
            return EncryptionHeaders(bucket_key=self.flag() if self.chance(15) and self._by_kms(bucket) else None)
        return self.named_headers(principal)

    def named_headers(self, principal: str) -> EncryptionHeaders:
        """Headers that say how an object is to be encrypted."""
        if self.wrong():
            return self.draws.of((EncryptionHeaders("AES512"), EncryptionHeaders("aws:kms", context="no map")))
        if self.chance(25):
            return EncryptionHeaders("AES256")
        key = None if self.chance(self.managed) else self.reference(principal.partition("/")[0])
        if self._dual and self.chance(10):
            return EncryptionHeaders(DSSE, key)
        return EncryptionHeaders("aws:kms", key, self.flag(), VALID_CONTEXT if self.chance(5) else None)

    def _by_kms(self, bucket: str) -> bool:
        return any(one.rule and one.rule.algorithm in KMS_ALGORITHMS for one in self.there(bucket).settings)

    def allow_customer_keys(self, name: str) -> None:
        """Have a bucket take SSE-C objects."""
        bucket = self.there(name)
        if not self._blocking or any(one.blocked == "NONE" for one in bucket.settings):
            return
        now = next((one.rule for one in bucket.settings if one.rule is not None), None)
        before = Rule("AES256") if now is None or now.algorithm is None else now
        rule = Rule(before.algorithm, before.key, before.bucket_key, blocked="NONE")
        self.do(PutBucketEncryption(bucket=name, rules=(rule,), principal=bucket.owner))

    # --- objects -------------------------------------------------------------------------------------------------

    def object_key(self) -> str:
        """The key of an object, whether or not there is one."""
        return self.few(OBJECTS[: self.temper.objects])

    def spot(self, older: int = 20) -> Spot | None:
        """An object that is there, in an older version so many times out of a hundred; None if there is none."""
        found = [
            (name, key)
            for name in (*BUCKETS, FOREIGN, REPLICAS)
            if name in self.world.buckets
            for key in sorted(self.world.buckets[name].objects)
            if (name, key) not in self.world.replicas
        ]
        for _ in range(3):
            if not found:
                return None
            at = self.draws.below(len(found))
            spot = self.spot_of(*found[at], older)
            if spot is not None:
                return spot
            del found[at]
        return None

    def spot_of(self, bucket: str, key: str, older: int = 20) -> Spot | None:
        """The object at this place, or an older version of it; None if it is not there."""
        versions = self.there(bucket).objects.get(key, ())
        if len(versions) > 1 and self.chance(older):
            there = [(at, stored) for at, one in enumerate(versions) if (stored := _stored(one)) is not None]
            if there:
                at, stored = there[self.draws.below(len(there))]
                return Spot(bucket, key, at, stored)
        stored = _stored(versions[newest(versions)]) if versions else None
        return None if stored is None else Spot(bucket, key, None, stored)


def _stored(version: Version) -> Stored | None:
    """How a version is stored, as far as can be foreseen; None if it is not there."""
    return None if version.marker or not version.candidates else version.candidates[0]
