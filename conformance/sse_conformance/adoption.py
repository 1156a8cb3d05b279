"""How the world follows a target whose answer nothing explains, or whose answer never came.

Adoption changes facts, never law: what is stored, not what the as-of date says about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sse_spec import effects
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)
from sse_spec.following import stored_as
from sse_spec.model import Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.scene import version_of
from sse_spec.world import Setting, Stored, World

__all__ = ["adopt", "as_expected", "doubt", "lose_sight", "unsure_keys"]

# --- an answer that nothing explains --------------------------------------------------------------------------------


def as_expected(looked: Iterable[Looked], action: Action, seen: Observation) -> tuple[Stored, ...]:
    """The objects that the prediction would have stored, where an accepted write was predicted and answered."""
    if seen.refused or not isinstance(action, PutObject | CopyObject):
        return ()
    return _predicted(looked, action, seen.etag)


def _predicted(looked: Iterable[Looked], action: PutObject | CopyObject, etag: str | None) -> tuple[Stored, ...]:
    predicted = (
        stored_as(one.scene, outcome, action, etag) for one in looked for outcome in one.case.prediction.outcomes
    )
    return tuple(dict.fromkeys(stored for stored in predicted if stored is not None))


def adopt(world: World, action: Action, seen: Observation, names: KeyNames, expected: tuple[Stored, ...]) -> World:
    """The world after an answer that nothing explains.

    An answer to a write may be wrong about what was stored: `expected` stays a candidate until a read decides.
    """
    if isinstance(action, PutObject | CopyObject):
        if seen.refused:
            return effects.refused_write(world, action)
        shown = _shown_object(_written_body(world, action), seen, names)
        return effects.wrote(world, action, tuple(dict.fromkeys((shown, *expected))), seen.version_id)
    if isinstance(action, HeadObject | GetObject):
        return _adopt_read(world, action, seen, names)
    if isinstance(action, GetBucketEncryption):
        return _adopt_configuration(world, action, seen, names)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        if seen.refused or bucket is None:
            return world
        return effects.configured(world, action, bucket.settings, certain=False)
    return world if seen.refused else effects.done(world, action)


def _written_body(world: World, action: PutObject | CopyObject) -> str | None:
    if isinstance(action, PutObject):
        return action.body
    return _body_of(_candidates(world, action.source_bucket, action.source_key, action.source_version))


def _candidates(world: World, name: str, key: str, index: int | None) -> tuple[Stored | None, ...]:
    bucket = world.buckets.get(name)
    version = None if bucket is None else version_of(bucket, key, index)
    return (None,) if version is None else version.candidates


def _body_of(candidates: Iterable[Stored | None]) -> str | None:
    """The content that an object has by all of its candidates; None where they differ."""
    bodies = {stored.body for stored in candidates if stored is not None}
    return bodies.pop() if len(bodies) == 1 else None


def _shown_object(body: str | None, seen: Observation, names: KeyNames) -> Stored:
    key = None if seen.kms_key is None else names.symbols.get(seen.kms_key, f"={seen.kms_key}")
    flag = seen.bucket_key is not None and seen.bucket_key.lower() == "true"
    return Stored(body, seen.algorithm, key, flag, seen.etag)


def _adopt_read(world: World, action: HeadObject | GetObject, seen: Observation, names: KeyNames) -> World:
    before = _candidates(world, action.bucket, action.key, action.version)
    if seen.status == 404:
        # The object may be gone; one read that does not find it does not prove so.
        known = tuple(dict.fromkeys((*before, None)))
    elif seen.refused:
        return world
    else:
        known = (_shown_object(_body_of(before) if seen.body is None else seen.body, seen, names),)
    return effects.set_stored(world, action.bucket, action.key, action.version, known)


def _adopt_configuration(world: World, action: GetBucketEncryption, seen: Observation, names: KeyNames) -> World:
    """What GetBucketEncryption shows is a report: the default stays what it was, or is what was reported."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None or (seen.refused and seen.status != 404):
        return world
    rule = _shown_rule(seen.configuration[0], names) if seen.configuration else None
    reported = [
        Setting(rule, configured=setting.configured or rule is not None, previous=setting.previous)
        for setting in bucket.settings
    ]
    return effects.settle(world, action.bucket, [*bucket.settings, *reported])


def _shown_rule(shown: ShownRule, names: KeyNames) -> Rule:
    return Rule(shown.algorithm, None if shown.key is None else _reference(shown.key, names), shown.bucket_key)


def _reference(text: str, names: KeyNames) -> KeyRef:
    """The reference that such a text is, when a configuration names a key by it."""
    if text in names.symbols:
        return KeyRef("arn", names.symbols[text])
    if text.startswith("alias/"):
        return KeyRef("alias", text.removeprefix("alias/"))
    symbol = next((symbol for arn, symbol in names.symbols.items() if arn.endswith(f":key/{text}")), None)
    return KeyRef("text", text) if symbol is None else KeyRef("id", symbol)


# --- what nobody knows ----------------------------------------------------------------------------------------------


def doubt(world: World, action: Action, looked: Sequence[Looked]) -> World:
    """The world after a request of which nobody knows whether it took effect: what it may have changed is a set.

    For the states of keys and for aliases there are no sets: :func:`unsure_keys` names the keys lost from sight.
    """
    match action:
        case PutBucketEncryption() | DeleteBucketEncryption():
            return effects.configured(world, action, [one.scene.setting for one in looked], certain=False)
        case PutObject() | CopyObject():
            if not looked or any(one.case.prediction.open for one in looked):
                return effects.forget_object(world, action.bucket, action.key)
            predicted = _predicted(looked, action, None)
            return effects.maybe_wrote(world, action, predicted) if predicted else world
        case DeleteObject(bucket=name, key=key):
            bucket = world.buckets.get(name)
            if bucket is None or bucket.versioning is not None:
                return effects.forget_object(world, name, key)
            before = _candidates(world, name, key, None)
            return effects.set_stored(world, name, key, None, tuple(dict.fromkeys((*before, None))))
        case CreateBucket(bucket=name, principal=owner):
            return world if name in world.buckets else effects.forget_bucket(world, name, owner)
        case PutBucketVersioning(bucket=name, principal=owner):
            return effects.forget_bucket(world, name, owner)
        case CreateAlias() | UpdateAlias():
            return effects.done(world, action)
        case _:
            return world


def unsure_keys(world: World, action: Action) -> frozenset[str]:
    """The keys of which nobody knows any more what state they are in or which alias leads to them."""
    match action:
        case EnableKey(key=key) | DisableKey(key=key) | ScheduleKeyDeletion(key=key) | CancelKeyDeletion(key=key):
            return frozenset({key})
        case CreateAlias(key=key) | UpdateAlias(key=key):
            return frozenset({key})  # the alias is taken to lead to it, see `doubt`
        case DeleteAlias(alias=alias, principal=account):
            target = world.aliases.get((account, alias))
            return frozenset() if target is None else frozenset({target})
        case _:
            return frozenset()


def lose_sight(world: World, action: Action, seen: Observation, names: KeyNames) -> World:
    """The world after an answer that could not be judged, because too little was known before."""
    if isinstance(action, HeadObject | GetObject):
        return _adopt_read(world, action, seen, names)
    if seen.refused:
        return world
    if isinstance(action, PutObject | CopyObject):
        return effects.forget_object(world, action.bucket, action.key)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        return world if bucket is None else effects.configured(world, action, bucket.settings)
    return world
