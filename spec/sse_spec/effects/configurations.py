"""What requests about the bucket default leave behind."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from msgspec.structs import replace

from sse_spec.actions import DeleteBucketEncryption, PutBucketEncryption, Rule, account_of
from sse_spec.effects.multipart import note_default_change
from sse_spec.effects.placing import CANDIDATE_LIMIT, with_bucket
from sse_spec.scene.naming import resolve
from sse_spec.world import Setting, World

__all__ = ["configured", "settle"]


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
    return note_default_change(with_bucket(world, action.bucket, changed), action.bucket)


def _with_default(world: World, action: PutBucketEncryption, setting: Setting) -> tuple[Setting, ...]:
    rule = action.rules[0] if action.rules else Rule()
    setting = _with_list(setting, rule)
    blocked, kept = setting.blocked, setting.blocked_kept
    if not rule.apply or rule.algorithm is None:
        # No document says what such a rule does to the default that was there, nor what is shown of it.
        return (
            setting,
            Setting(rule, configured=True, previous=setting.rule, blocked=blocked, blocked_kept=kept),
            Setting(None, configured=True, blocked=blocked, blocked_kept=kept),
            Setting(None, configured=False, blocked=blocked, blocked_kept=kept),
        )
    then = None if rule.key is None else resolve(world, account_of(action.principal), rule.key).symbol
    return (Setting(rule, configured=True, previous=setting.rule, key_then=then, blocked=blocked, blocked_kept=kept),)


def _with_list(setting: Setting, rule: Rule) -> Setting:
    """The setting with the list of blocked types that the rule has, or else with the older one."""
    if rule.blocked is not None:
        return replace(setting, blocked=rule.blocked, blocked_kept=None)
    return setting if setting.blocked is None else replace(setting, blocked_kept="put")


def _without_default(setting: Setting) -> tuple[Setting, ...]:
    if not setting.configured:
        return (setting,)
    previous = setting.rule or setting.previous
    # No document says whether the deletion also forgets which encryption types were blocked.
    kept = [Setting(None, previous=previous)]
    if setting.blocked is not None:
        kept.insert(0, Setting(None, previous=previous, blocked=setting.blocked, blocked_kept="deletion"))
    return tuple(replace(one, configured=configured) for configured in (True, False) for one in kept)


def settle(world: World, name: str, settings: Iterable[Setting]) -> World:
    """The world in which the bucket's setting is known to be one of these."""
    bucket = world.buckets.get(name)
    if bucket is None:
        return world
    settings = tuple(settings)
    if len(settings) == 1 and len(bucket.settings) == 1 and settings[0] is bucket.settings[0]:
        return world
    found = _distinct(settings)
    if found == bucket.settings:
        return world
    return with_bucket(world, name, replace(bucket, settings=found))


def _distinct(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The settings that S3 may tell apart: of two that differ in their past alone, the past is given up."""
    found = tuple(dict.fromkeys(settings))
    if len(found) == 1:
        return found
    merged: dict[Hashable, Setting] = {}
    for one in found:
        key = (one.rule, one.configured, one.blocked, one.blocked_kept)
        known = merged.setdefault(key, one)
        merged[key] = replace(
            known,
            previous=known.previous if known.previous == one.previous else None,
            key_then=known.key_then if known.key_then == one.key_then else None,
        )
    return tuple(merged.values()) if len(merged) <= CANDIDATE_LIMIT else ()
