"""What a run may make for itself, and what the operator gave instead: which goals are left out for it, and why.

Where a target lets the run make everything, this changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace
from sse_adapters.given import CHANGING_KEYS, Given, GivenBucket, alias_of
from sse_adapters.protocol import Identity
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    Action,
    BatchCopy,
    CreateAlias,
    CreateBucket,
    CreateKey,
    GetBucketEncryption,
    HeadReplica,
    KeyRef,
    PutBucketPolicy,
    PutBucketReplication,
    Region,
    Rule,
    S3Action,
    account_of,
)
from sse_spec.world import Setting, World

from sse_conformance.needs import BucketNeed, KeyNeed, Place
from sse_conformance.scenery import Scenery

__all__ = ["FREE", "Mark", "Provision", "WithheldError"]

OPERATOR = "by the operator: "

NO_MORE_KEYS = f"{OPERATOR}it takes a KMS key beside those that were given"
NO_KEYS = f"{OPERATOR}it takes a KMS key, and none was given"
NO_KEY_STATE = f"{OPERATOR}it takes a KMS key whose state the run may change"
NO_ALIAS = f"{OPERATOR}it takes an alias of a KMS key, and none was given"
NO_ARN = f"{OPERATOR}it takes a KMS key whose ARN is known"
NO_ACCOUNT = f"{OPERATOR}it takes an account whose number is known"
NO_ROLE = f"{OPERATOR}it takes the role by which S3 replicates and runs batch jobs"
NO_NEW_BUCKET = f"{OPERATOR}it takes a bucket that the run may make, or configure"
NO_BLOCKED = f"{OPERATOR}whether the bucket that was given takes SSE-C does not show"
NOT_ASKED = f"{OPERATOR}what GetBucketEncryption shows of a bucket that was given is where the run starts from"

BY_A_ROLE = (PutBucketReplication, HeadReplica, BatchCopy)

UNCHANGED = frozenset({"enabled", "shared", "away", "foreign", "missing"})
"""The states in which a key can be without anybody having changed it."""


class WithheldError(Exception):
    """A goal takes something that the run was not given; the message says what."""


Mark = tuple[Mapping[str, object], ...]
"""What a scenery has prepared, to come back to."""


class Provision(NamedTuple):
    """What there is for a run, and in which Regions."""

    given: Given = Given()
    regions: frozenset[str] = frozenset({"home", "away"})

    @classmethod
    def of(cls, identity: Identity) -> Provision:
        """That of a target."""
        return cls(identity.given, frozenset(identity.regions))

    @property
    def limited(self) -> bool:
        """Whether the run may not make everything for itself."""
        return self.given != Given()

    def scenery(self, do: Callable[[S3Action], None], world: Callable[[], World], prefix: str = "") -> Scenery:
        """A scenery that takes what was given."""
        return GivenScenery(self, do, world, prefix) if self.limited else Scenery(do, world, prefix)

    def provides(self, action: Action) -> bool:
        """Whether what this step would bring about was given."""
        return self.limited and self.given.provides(action)

    def settled(self, world: World, action: Action) -> World:
        """The world after a step, with all that a bucket which was given may be: was its default put, or not?"""
        there = self._bucket(action.bucket) if self.limited and isinstance(action, CreateBucket) else None
        if there is None or not there.plain or there.rule is None or there.rule.blocked is not None:
            return world
        bucket = world.buckets.get(there.symbol)
        if bucket is None:
            return world
        either = (Setting(), Setting(Rule("AES256"), configured=True))
        return replace(world, buckets=world.buckets.insert(there.symbol, replace(bucket, settings=either)))

    def withheld(self, action: Action, world: World) -> str:
        """Why an action is not carried out; empty where it is."""
        region = getattr(action, "region", "home")
        if region not in self.regions:
            return f"the target offers no Region {region}"
        if not self.limited or self.provides(action):
            return ""
        if isinstance(action, BY_A_ROLE) and not self.given.services:
            return NO_ROLE
        return self._about_keys(action) or self._about_account(action, world) or self._about_buckets(action)

    def _about_keys(self, action: Action) -> str:
        given = self.given
        if isinstance(action, CreateKey) and not given.makes_keys:
            return NO_MORE_KEYS if given.keys else NO_KEYS
        if isinstance(action, CHANGING_KEYS) and (not given.makes_keys or given.changes_key(action)):
            return NO_ALIAS if isinstance(action, CreateAlias) else NO_KEY_STATE
        named = {reference.name for reference in _references(action) if reference.form in ("id", "arn")}
        by_id = {reference.name for reference in _references(action) if reference.form == "id"}
        return NO_ARN if by_id & named & given.unnamed else ""

    def _about_account(self, action: Action, world: World) -> str:
        if self.given.account:
            return ""
        if getattr(action, "expected_owner", None) is not None:
            return NO_ACCOUNT
        numbered = isinstance(action, PutBucketPolicy | PutBucketReplication | BatchCopy)
        if numbered or (isinstance(action, CreateKey) and action.shared):
            return NO_ACCOUNT
        for reference in _references(action):
            missing = reference.form == "arn" and reference.name not in world.keys
            if missing or reference.form == "alias-arn":
                return NO_ACCOUNT
        return ""

    def _about_buckets(self, action: Action) -> str:
        if self.given.buckets is None:
            return ""
        if isinstance(action, GetBucketEncryption):
            return NOT_ASKED
        if self.given.forbids(action):
            return NO_NEW_BUCKET
        there = self._bucket(getattr(action, "bucket", ""))
        headers = getattr(action, "headers", None)
        customer = getattr(headers, "customer", None) is not None or getattr(action, "customer", None) is not None
        unclear = there is not None and (there.rule is None or there.rule.blocked is None)
        return NO_BLOCKED if customer and unclear else ""

    def _bucket(self, symbol: str) -> GivenBucket | None:
        return next((bucket for bucket in self.given.buckets or () if bucket.symbol == symbol), None)


FREE = Provision()
"""Everything may be made."""


def _references(action: Action) -> Iterator[KeyRef]:
    """The keys that an action names."""
    found = [getattr(action, "kms_key", None), getattr(action, "replica_key", None)]
    found += [getattr(getattr(action, "headers", None), "key", None)]
    found += [rule.key for rule in getattr(action, "rules", ())]
    return (one for one in found if one is not None)


class GivenScenery(Scenery):
    """A scenery that takes the keys and buckets which were given, and raises :class:`WithheldError` for others."""

    def __init__(
        self, provision: Provision, do: Callable[[S3Action], None], world: Callable[[], World], prefix: str
    ) -> None:
        def guarded(action: S3Action) -> None:
            why = provision.withheld(action, world())
            if why:
                raise WithheldError(why)
            do(action)

        super().__init__(guarded, world, prefix)
        self._provision = provision
        self._given = provision.given
        self._used: dict[str, bool] = {}

    def key(self, role: str, state: str = "enabled", principal: str = DEFAULT_ACCOUNT) -> str:
        """The symbol of the key that plays a role in a state."""
        if not self._given.makes_keys and state not in UNCHANGED:
            raise WithheldError(NO_KEY_STATE if self._given.keys else NO_KEYS)
        return super().key(role, state, principal)

    def new_key(self, region: Region = "home", shared: bool = False, principal: str = DEFAULT_ACCOUNT) -> str:
        """A key of its own: of those that were given one that nothing else uses."""
        if self._given.makes_keys:
            return super().new_key(region, shared, principal)
        if region not in self._provision.regions:
            raise WithheldError(f"the target offers no Region {region}")
        defaults = {reference.name for bucket in self._given.buckets or () for reference in _of(bucket)}
        for key in self._given.keys:
            same = (key.region, key.shared, account_of(key.principal)) == (region, shared, account_of(principal))
            if same and key.key not in self._used and key.key not in defaults:
                self._used[key.key] = True
                self._have(key)
                return key.key
        raise WithheldError(NO_MORE_KEYS if self._given.keys else NO_KEYS)

    def _have(self, key: CreateKey) -> None:
        if key.key not in self.world().keys:
            self.do(key)
        if key.key in self._given.aliased and key.key not in self._aliased:
            self.do(CreateAlias(alias=alias_of(key.key), key=key.key, principal=key.principal))
            self._aliased.add(key.key)

    def bucket(self, need: BucketNeed, whatever: frozenset[str] = frozenset()) -> str:
        """A bucket as needed, of those that were given."""
        if self._given.buckets is None:
            return super().bucket(need, whatever)
        for there in self._given.buckets:
            if _will_do(there, need, whatever):
                self._enter(there)
                self._buckets[need] = there.symbol
                for reference in _of(there):
                    self._default_keys[need] = reference.name
                return there.symbol
        raise WithheldError(NO_NEW_BUCKET)

    def _enter(self, there: GivenBucket) -> None:
        """Have the world know a bucket that was given."""
        if there.symbol in self.world().buckets:
            return
        for reference in _of(there):
            self._have(next(key for key in self._given.keys if key.key == reference.name))
        for step in there.steps:
            self.do(step)

    def older(self, need: BucketNeed, whatever: frozenset[str] = frozenset()) -> Place:
        """An object that was there before the default: of a bucket that was given there is none."""
        if self._given.buckets is None:
            return super().older(need, whatever)
        raise WithheldError(NO_NEW_BUCKET)

    def mark(self) -> Mark:
        """What has been prepared so far."""
        return tuple(dict(one) for one in self._kept())

    def restore(self, mark: Mark) -> None:
        """Forget what has been prepared since."""
        for one, before in zip(self._kept(), mark, strict=True):
            one.clear()
            one.update(before)
        self._aliased.intersection_update(self.world().keys)

    def _kept(self) -> tuple[dict, ...]:  # type: ignore[type-arg]
        return (self._keys, self._buckets, self._default_keys, self._older, self._remembered, self._used)


def _of(bucket: GivenBucket) -> tuple[KeyRef, ...]:
    """The key of a default, if it names one of a customer's."""
    key = None if bucket.rule is None else bucket.rule.key
    return () if key is None else (key,)


def _will_do(there: GivenBucket, need: BucketNeed, whatever: frozenset[str]) -> bool:
    """Whether a bucket that was given is one as needed."""
    past = need.deleted or need.override is not None or need.older is not None or need.policy is not None
    if past or need.blocked_kept is not None or (need.previous_bucket_key and "previous_bucket_key" not in whatever):
        return False
    if need.versioned and not there.versioned:
        return False
    rule = there.rule or Rule("AES256")
    if need.blocked is not None and need.blocked != rule.blocked:
        return False
    if (need.algorithm or "AES256") != rule.algorithm or bool(need.bucket_key) != bool(rule.bucket_key):
        return False
    return need.bucket_key is not False and _same_key(need.key, rule.key)


def _same_key(need: KeyNeed | None, found: KeyRef | None) -> bool:
    if need is None or found is None:
        return need is None and found is None
    return (need.form, need.state, need.moved) == (found.form, "enabled", False)
