"""How the world follows a target: along the prediction where the answer was permitted, along the answer where not.

Adoption changes facts, never law: what is stored, not what the as-of date says about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sse_spec import effects
from sse_spec.actions import (
    Action,
    CopyObject,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.model import Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.outcomes import Outcome
from sse_spec.scene import Scene, version_of
from sse_spec.world import Setting, Stored, World

__all__ = ["adopt", "as_expected", "doubt", "follow", "stored_as"]

Explained = Sequence[tuple[Scene, Outcome]]


def stored_as(scene: Scene, outcome: Outcome, action: PutObject | CopyObject, etag: str | None) -> Stored | None:
    """The object that a permitted write leaves; None where the outcome writes none."""
    written = outcome.written
    if written is None:
        return None
    body = action.body if isinstance(action, PutObject) else "" if scene.object is None else scene.object.body
    key = None if written.key is None else scene.keys.get(written.key, written.key)
    if written.key == "aws/s3" and written.key not in scene.keys:
        key = f"aws/s3@{action.principal}"
    return Stored(body, written.algorithm, key, written.bucket_key, etag)


def follow(world: World, action: Action, seen: Observation, explained: Explained) -> World:
    """The world after an answer that these outcomes, in these readings of the world, explain."""
    if isinstance(action, PutObject | CopyObject):
        return _follow_write(world, action, seen, explained)
    if isinstance(action, HeadObject | GetObject):
        if seen.refused:
            return world
        known = tuple(dict.fromkeys(_with_etag(scene.object, seen.etag) for scene, _ in explained))
        return effects.set_stored(world, action.bucket, action.key, action.version, known)
    settings = [scene.setting for scene, _ in explained]
    if isinstance(action, GetBucketEncryption):
        return effects.settle(world, action.bucket, settings)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        if seen.refused:
            return effects.settle(world, action.bucket, settings)
        return effects.configured(world, action, dict.fromkeys(settings))
    return world if seen.refused else effects.done(world, action)


def _with_etag(stored: Stored | None, etag: str | None) -> Stored | None:
    if stored is None or stored.etag is not None or etag is None:
        return stored
    return Stored(stored.body, stored.algorithm, stored.key, stored.bucket_key, etag)


def _follow_write(world: World, action: PutObject | CopyObject, seen: Observation, explained: Explained) -> World:
    world = effects.settle(world, action.bucket, [scene.setting for scene, _ in explained])
    if seen.refused:
        return effects.refused_write(world, action)
    if isinstance(action, CopyObject) and len(explained) > 1:
        sources = tuple(dict.fromkeys(scene.object for scene, _ in explained))
        world = effects.set_stored(world, action.source_bucket, action.source_key, action.source_version, sources)
    candidates = tuple(dict.fromkeys(stored_as(scene, outcome, action, seen.etag) for scene, outcome in explained))
    return effects.wrote(world, action, candidates, seen.version_id)


def as_expected(looked: Iterable[Looked], action: Action, seen: Observation) -> tuple[Stored, ...]:
    """The objects that the prediction would have stored, where an accepted write was predicted and answered."""
    if seen.refused or not isinstance(action, PutObject | CopyObject):
        return ()
    predicted = (
        stored_as(one.scene, outcome, action, seen.etag) for one in looked for outcome in one.case.prediction.outcomes
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
        return _adopt_configuration(world, action, seen)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        if seen.refused or bucket is None:
            return world
        return effects.configured(world, action, bucket.settings, certain=False)
    return world if seen.refused else effects.done(world, action)


def _written_body(world: World, action: PutObject | CopyObject) -> str:
    if isinstance(action, PutObject):
        return action.body
    source = world.buckets.get(action.source_bucket)
    version = None if source is None else version_of(source, action.source_key, action.source_version)
    stored = None if version is None else version.candidates[0]
    return "" if stored is None else stored.body


def _shown_object(body: str, seen: Observation, names: KeyNames) -> Stored:
    key = None if seen.kms_key is None else names.symbols.get(seen.kms_key, f"={seen.kms_key}")
    flag = seen.bucket_key is not None and seen.bucket_key.lower() == "true"
    return Stored(body, seen.algorithm, key, flag, seen.etag)


def _adopt_read(world: World, action: HeadObject | GetObject, seen: Observation, names: KeyNames) -> World:
    bucket = world.buckets.get(action.bucket)
    if seen.refused or bucket is None:
        return world
    version = version_of(bucket, action.key, action.version)
    before = None if version is None else version.candidates[0]
    body = seen.body if seen.body is not None else "" if before is None else before.body
    return effects.set_stored(world, action.bucket, action.key, action.version, (_shown_object(body, seen, names),))


def _adopt_configuration(world: World, action: GetBucketEncryption, seen: Observation) -> World:
    """What GetBucketEncryption shows is a report: the default stays what it was, or is what was reported."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None:
        return world
    rule = _shown_rule(seen.configuration[0]) if seen.configuration else None
    reported = [
        Setting(rule, configured=setting.configured or rule is not None, previous=setting.previous)
        for setting in bucket.settings
    ]
    return effects.settle(world, action.bucket, [*bucket.settings, *reported])


def _shown_rule(shown: ShownRule) -> Rule:
    key = None if shown.key is None else KeyRef("text", shown.key)
    return Rule(shown.algorithm, key, shown.bucket_key)


def doubt(world: World, action: Action, scenes: Iterable[Scene]) -> World:
    """The world after a request of which nobody knows whether it took effect: what it may have changed is a set."""
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        return effects.configured(world, action, [scene.setting for scene in scenes], certain=False)
    return world
