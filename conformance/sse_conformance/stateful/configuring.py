"""Steps about buckets and KMS keys."""

from __future__ import annotations

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    CancelKeyDeletion,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DisableKey,
    EnableKey,
    GetBucketEncryption,
    GetBucketLogging,
    KeyRef,
    Policy,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketVersioning,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)

from sse_conformance.stateful.composer import OTHER, Composer

__all__ = [
    "cancel_deletion",
    "delete_alias",
    "delete_default",
    "disable_key",
    "enable_key",
    "get_default",
    "get_logging",
    "move_alias",
    "put_default",
    "put_logging",
    "put_policy",
    "put_versioning",
    "schedule_deletion",
]

DEMANDING = 5
"""So many times as often as a request is wrong, a policy is one that will have requests refused."""

WRONG_RULES: tuple[tuple[Rule, ...], ...] = (
    (),
    (Rule("AES256"), Rule("aws:kms")),
    (Rule("AES512"),),
    (Rule("AES256", KeyRef("arn", "nokey")),),
    (Rule("aws:kms", KeyRef("text", "")),),
)


def put_default(c: Composer) -> None:
    """Set the default of a bucket: often to what it was before, or to what another one has."""
    name = c.bucket()
    owner = c.there(name).owner
    requester = "main/no-config" if owner == DEFAULT_ACCOUNT and c.chance(c.temper.stranger // 8) else owner
    expected = c.draws.of((DEFAULT_ACCOUNT, OTHER)) if c.wrong() else None
    if c.wrong():
        c.do(PutBucketEncryption(bucket=name, rules=c.draws.of(WRONG_RULES), principal=owner))
        return
    rule = _former(c, name) if c.chance(35) else None
    rules = (c.rule(owner) if rule is None else rule,)
    c.do(PutBucketEncryption(bucket=name, rules=rules, expected_owner=expected, principal=requester))


def _former(c: Composer, name: str) -> Rule | None:
    """The rule that the bucket has or had last."""
    setting = next(iter(c.there(name).settings), None)
    if setting is None:
        return None
    return setting.rule if setting.rule is not None and c.chance(40) else setting.previous


def delete_default(c: Composer) -> None:
    """Delete the default of a bucket, most often one that has one."""
    name = c.bucket()
    bucket = c.there(name)
    if not any(one.rule for one in bucket.settings) and c.chance(80):
        c.do(PutBucketEncryption(bucket=name, rules=(c.rule(bucket.owner),), principal=bucket.owner))
    c.do(DeleteBucketEncryption(bucket=name, principal=bucket.owner))


def get_default(c: Composer) -> None:
    """Read the default of a bucket."""
    name = c.bucket()
    owner = c.there(name).owner
    lacking = owner == DEFAULT_ACCOUNT and c.chance(c.temper.stranger // 8)
    expected = c.draws.of((DEFAULT_ACCOUNT, OTHER)) if c.wrong() else None
    c.do(GetBucketEncryption(bucket=name, expected_owner=expected, principal="main/no-config" if lacking else owner))


def put_versioning(c: Composer) -> None:
    """Switch versioning on, or suspend it."""
    name = c.bucket()
    bucket = c.there(name)
    suspending = bucket.versioning == "Enabled" and bucket.replication is None
    c.do(PutBucketVersioning(bucket=name, status="Suspended" if suspending else "Enabled", principal=bucket.owner))


def put_policy(c: Composer) -> None:
    """Share a bucket with the other account, or have it demand headers of writes."""
    name = c.bucket()
    policy: Policy = "share"
    if c.chance(c.temper.wrong * DEMANDING):
        policy = "require-header" if c.chance(50) else "require-kms"
    c.do(PutBucketPolicy(bucket=name, policy=policy, principal=c.there(name).owner))


def put_logging(c: Composer) -> None:
    """Have the requests to a bucket logged in another one, or no more."""
    name = c.own_bucket()
    if c.there(name).logging != (None,) and c.chance(30):
        c.do(PutBucketLogging(bucket=name, target=None))
        return
    target = c.second_bucket(name)
    if c.there(target).policy is None:
        c.do(PutBucketPolicy(bucket=target, policy="log-delivery"))
    c.do(PutBucketLogging(bucket=name, target="nowhere" if c.wrong() else target))


def get_logging(c: Composer) -> None:
    """Read where the requests to a bucket are logged."""
    c.do(GetBucketLogging(bucket=c.own_bucket()))


# --- keys -------------------------------------------------------------------------------------------------------------


def disable_key(c: Composer) -> None:
    """Disable a key that can be used."""
    c.do(DisableKey(key=c.kms_key_in("enabled", "restored") or c.kms_key()))


def enable_key(c: Composer) -> None:
    """Enable a key that is disabled; one is disabled first if none is."""
    name = c.kms_key_in("disabled", "cancelled")
    if name is None:
        name = c.kms_key_in("enabled", "restored") or c.kms_key()
        c.do(DisableKey(key=name))
    c.do(EnableKey(key=name))


def schedule_deletion(c: Composer) -> None:
    """Schedule the deletion of a key."""
    c.do(ScheduleKeyDeletion(key=c.kms_key_in("enabled", "restored", "disabled", "cancelled") or c.kms_key()))


def cancel_deletion(c: Composer) -> None:
    """Take the deletion of a key back, and most often enable it; it is scheduled first if none is."""
    name = c.kms_key_in("pending")
    if name is None:
        name = c.kms_key_in("enabled", "restored") or c.kms_key()
        c.do(ScheduleKeyDeletion(key=name))
    c.do(CancelKeyDeletion(key=name))
    if c.chance(70):
        c.do(EnableKey(key=name))


def move_alias(c: Composer) -> None:
    """Point an alias at another key."""
    name = c.alias()
    now = c.world.aliases.get((DEFAULT_ACCOUNT, name))
    others = [key for key in ("k1", "k2", "k3") if key != now and key in c.world.keys]
    if not others:
        others = [next(key for key in ("k1", "k2", "k3") if key != now)]
        c.do(CreateKey(key=others[0]))
    c.do(UpdateAlias(alias=name, key=c.few(others)))


def delete_alias(c: Composer) -> None:
    """Delete an alias, and most often make it again."""
    name = c.alias()
    c.do(DeleteAlias(alias=name))
    if c.chance(70):
        c.alias()
