"""What an action leaves behind in the world, once it is known whether it was accepted and what was stored.

These are facts, not law: the same functions advance the model along its own predictions and adopt what a target did.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.scene import resolve
from sse_spec.world import Bucket, Key, KeyState, Setting, Stored, Version, World

__all__ = [
    "CANDIDATE_LIMIT",
    "configured",
    "done",
    "forget_bucket",
    "forget_object",
    "maybe_wrote",
    "refused_write",
    "set_stored",
    "settle",
    "wrote",
]

CANDIDATE_LIMIT = 64
"""More candidates than this for one value are not followed: what was known of it is given up."""

UNCOUNTED = "?"
"""The id of a version of which nobody knows whether it was written: the next write takes its number."""


def done(world: World, action: Action) -> World:  # noqa: C901 - one flat case for each action
    """The world after an action other than a write or a configuration was accepted."""
    match action:
        case CreateBucket(bucket=name, principal=owner):
            if name in world.buckets:
                return world
            return replace(world, buckets=world.buckets.insert(name, Bucket(owner)))
        case PutBucketVersioning(bucket=name, status=status):
            bucket = world.buckets.get(name)
            return world if bucket is None else _with_bucket(world, name, replace(bucket, versioning=status))
        case CreateKey(key=name, region=region, principal=account):
            return replace(world, keys=world.keys.insert(name, Key(account, region, "enabled")))
        case EnableKey(key=name):
            return _with_key(world, name, {"disabled": "restored", "cancelled": "restored"})
        case DisableKey(key=name):
            return _with_key(world, name, {"enabled": "disabled", "restored": "disabled"})
        case ScheduleKeyDeletion(key=name):
            return _with_key(world, name, dict.fromkeys(("enabled", "restored", "disabled", "cancelled"), "pending"))
        case CancelKeyDeletion(key=name):
            return _with_key(world, name, {"pending": "cancelled"})
        case (
            CreateAlias(alias=alias, key=name, principal=account)
            | UpdateAlias(alias=alias, key=name, principal=account)
        ):
            return replace(world, aliases=world.aliases.insert((account, alias), name))
        case DeleteAlias(alias=alias, principal=account):
            return replace(world, aliases=world.aliases.discard((account, alias)))
        case DeleteObject():
            return _deleted(world, action)
        case _:
            return world


def _with_bucket(world: World, name: str, bucket: Bucket) -> World:
    return replace(world, buckets=world.buckets.insert(name, bucket))


def _with_key(world: World, name: str, moves: dict[str, str]) -> World:
    key = world.keys.get(name)
    if key is None or key.state not in moves:
        return world
    state: KeyState = moves[key.state]  # type: ignore[assignment]
    return replace(world, keys=world.keys.insert(name, replace(key, state=state)))


def _deleted(world: World, action: DeleteObject) -> World:
    bucket = world.buckets.get(action.bucket)
    if bucket is None or action.key not in bucket.objects:
        return world
    versions = bucket.objects[action.key]
    gone = Version((None,), marker=False)
    if action.version is not None:
        if not 0 <= action.version < len(versions):
            return world
        versions = (*versions[: action.version], gone, *versions[action.version + 1 :])
        objects = bucket.objects.insert(action.key, versions)
    elif bucket.versioning is None:
        objects = bucket.objects.remove(action.key)
    else:
        objects = bucket.objects.insert(action.key, (*versions, Version((None,), marker=True)))
    return _with_bucket(world, action.bucket, replace(bucket, objects=objects))


def configured(
    world: World, action: PutBucketEncryption | DeleteBucketEncryption, before: Iterable[Setting], certain: bool = True
) -> World:
    """The world after a configuration was accepted, from these candidate settings; uncertain: or after it was not."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    settings = list(before)
    after: list[Setting] = [] if certain else settings.copy()
    for setting in settings:
        if isinstance(action, DeleteBucketEncryption):
            after += _without_default(setting)
        else:
            after += _with_default(world, action, setting)
    changed = replace(bucket, settings=_distinct(after), override=None, configurations=bucket.configurations + 1)
    return _with_bucket(world, action.bucket, changed)


def _with_default(world: World, action: PutBucketEncryption, setting: Setting) -> tuple[Setting, ...]:
    rule = action.rules[0] if action.rules else Rule()
    if not rule.apply or rule.algorithm is None:
        # No document says what such a rule does to the default that was there.
        return (setting, Setting(None, configured=True), Setting(None, configured=False))
    then = None if rule.key is None else resolve(world, action.principal, rule.key).symbol
    return (Setting(rule, configured=True, previous=setting.rule, key_then=then),)


def _without_default(setting: Setting) -> tuple[Setting, ...]:
    if not setting.configured:
        return (setting,)
    previous = setting.rule or setting.previous
    return (Setting(None, configured=True, previous=previous), Setting(None, configured=False, previous=previous))


def settle(world: World, name: str, settings: Iterable[Setting]) -> World:
    """The world in which the bucket's setting is known to be one of these."""
    bucket = world.buckets.get(name)
    found = _distinct(settings)
    if bucket is None or found == bucket.settings:
        return world
    return _with_bucket(world, name, replace(bucket, settings=found))


def _distinct(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings that S3 may tell apart: of two that differ in their past alone, the past is given up."""
    found = tuple(dict.fromkeys(settings))
    if len(found) == 1:
        return found
    merged: dict[tuple[Rule | None, bool], Setting] = {}
    for one in found:
        known = merged.setdefault((one.rule, one.configured), one)
        merged[one.rule, one.configured] = replace(
            known,
            previous=known.previous if known.previous == one.previous else None,
            key_then=known.key_then if known.key_then == one.key_then else None,
        )
    return tuple(merged.values()) if len(merged) <= CANDIDATE_LIMIT else ()


def refused_write(world: World, action: PutObject | CopyObject) -> World:
    """The world after a write was refused: nothing has changed but that it was tried."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    return _with_bucket(world, action.bucket, replace(bucket, refused=bucket.refused.insert(action.key, True)))


def wrote(
    world: World, action: PutObject | CopyObject, candidates: tuple[Stored | None, ...], version_id: str | None
) -> World:
    """The world after a write was accepted; `candidates` says how the object may be stored."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    versions = bucket.objects.get(action.key, ())
    written = Version(candidates, version_id, configurations=bucket.configurations)
    versions = (*(versions[:-1] if _gives_way(bucket, versions) else versions), written)
    override = action.headers.bucket_key
    bucket = replace(
        bucket,
        objects=bucket.objects.insert(action.key, versions),
        refused=bucket.refused.discard(action.key),
        override=bucket.override if override is None else override,
    )
    world = _with_bucket(world, action.bucket, bucket)
    stored = candidates[0] if candidates else None
    if stored is None:
        return world
    if stored.key is not None and stored.key.startswith("aws/s3@"):
        account = stored.key.partition("@")[2]
        used = world.managed.get(account, frozenset())
        if action.bucket not in used:
            world = replace(world, managed=world.managed.insert(account, used | {action.bucket}))
    return _copied(world, action, stored) if isinstance(action, CopyObject) else world


def _gives_way(bucket: Bucket, versions: tuple[Version, ...]) -> bool:
    """Whether the newest version is replaced by the next write."""
    if not versions:
        return False
    return versions[-1].id == UNCOUNTED or (bucket.versioning != "Enabled" and versions[-1].id in (None, "null"))


def maybe_wrote(world: World, action: PutObject | CopyObject, candidates: tuple[Stored | None, ...]) -> World:
    """The world after a write of which nobody knows whether it took effect: the object may also be what it was."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    versions = bucket.objects.get(action.key, ())
    before = versions[-1].candidates if versions else (None,)
    either = _bounded((*before, *candidates)) if before else ()
    if bucket.versioning != "Enabled" and _gives_way(bucket, versions):
        versions = (*versions[:-1], replace(versions[-1], candidates=either))
    else:
        kept = versions[:-1] if _gives_way(bucket, versions) else versions
        versions = (*kept, Version(either, UNCOUNTED, configurations=bucket.configurations))
    return _with_bucket(world, action.bucket, replace(bucket, objects=bucket.objects.insert(action.key, versions)))


def _bounded(candidates: tuple[Stored | None, ...]) -> tuple[Stored | None, ...]:
    found = tuple(dict.fromkeys(candidates))
    return found if len(found) <= CANDIDATE_LIMIT else ()


def forget_object(world: World, name: str, key: str) -> World:
    """The world in which nothing is known of an object any more, in none of its versions."""
    bucket = world.buckets.get(name)
    if bucket is None:
        return world
    versions = tuple(replace(one, candidates=()) for one in bucket.objects.get(key, ())) or (Version(()),)
    return _with_bucket(world, name, replace(bucket, objects=bucket.objects.insert(key, versions)))


def forget_bucket(world: World, name: str, owner: str) -> World:
    """The world in which nothing is known of a bucket any more, nor whether it exists."""
    return _with_bucket(world, name, Bucket(owner, settings=()))


def _copied(world: World, action: CopyObject, stored: Stored) -> World:
    """Note on the source how its last copy is encrypted; a copy in place keeps the note on the older version."""
    source = world.buckets.get(action.source_bucket)
    if source is None or (action.bucket, action.key) == (action.source_bucket, action.source_key):
        return world
    versions = source.objects.get(action.source_key, ())
    index = len(versions) - 1 if action.source_version is None else action.source_version
    if not 0 <= index < len(versions):
        return world
    noted = (*versions[:index], replace(versions[index], copied=stored), *versions[index + 1 :])
    return _with_bucket(
        world, action.source_bucket, replace(source, objects=source.objects.insert(action.source_key, noted))
    )


def set_stored(
    world: World, bucket_name: str, key: str, index: int | None, candidates: tuple[Stored | None, ...]
) -> World:
    """The world in which a version of an object is known to be stored as one of these."""
    bucket = world.buckets.get(bucket_name)
    if bucket is None:
        return world
    versions = bucket.objects.get(key, ())
    if len(candidates) > CANDIDATE_LIMIT:
        candidates = ()
    if not versions:
        if candidates == (None,):
            return world
        versions = (Version(candidates, configurations=bucket.configurations),)
    else:
        at = len(versions) - 1 if index is None else index
        if not 0 <= at < len(versions) or versions[at].candidates == candidates:
            return world
        versions = (*versions[:at], replace(versions[at], candidates=candidates), *versions[at + 1 :])
    return _with_bucket(world, bucket_name, replace(bucket, objects=bucket.objects.insert(key, versions)))
