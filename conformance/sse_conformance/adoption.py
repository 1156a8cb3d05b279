"""How the world follows a target whose answer nothing explains.

Adoption changes facts, never law: what is stored, not what the as-of date says about it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from sse_spec import effects
from sse_spec.actions import (
    SSE_C,
    Action,
    BatchCopy,
    Blocked,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetBucketLogging,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutObject,
    Rule,
    Storing,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    account_of,
    customer_of,
)
from sse_spec.contents import joined
from sse_spec.following import stored_as
from sse_spec.model import Looked
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.scene import resolve, version_of
from sse_spec.scene.multipart import parts_of, upload_of
from sse_spec.world import Setting, Stored, World

from sse_conformance.comparison import customer_key_sent

__all__ = ["adopt", "adopt_read", "adopt_replica", "as_expected", "candidates_of", "predicted", "updated_by"]

# --- an answer that nothing explains --------------------------------------------------------------------------------


def as_expected(looked: Iterable[Looked], action: Action, seen: Observation) -> tuple[Stored, ...]:
    """The objects that the prediction would have stored, where an accepted write was predicted and answered."""
    if seen.refused or not isinstance(action, Storing | CreateMultipartUpload):
        return ()
    return predicted(looked, action, seen.etag)


def predicted(
    looked: Iterable[Looked], action: Storing | CreateMultipartUpload, etag: str | None
) -> tuple[Stored, ...]:
    """The objects that the permitted outcomes of a write would leave, or the upload that it begins."""
    found = (stored_as(one.scene, outcome, action, etag) for one in looked for outcome in one.case.prediction.outcomes)
    return tuple(dict.fromkeys(stored for stored in found if stored is not None))


def adopt(world: World, action: Action, seen: Observation, names: KeyNames, expected: tuple[Stored, ...]) -> World:
    """The world after an answer that nothing explains.

    An answer to a write may be wrong about what was stored: `expected` stays a candidate until a read decides.
    """
    if isinstance(action, BatchCopy | UpdateObjectEncryption):
        return world if seen.refused else _adopt_change(world, action, expected, seen)
    if isinstance(action, Storing):
        if seen.refused:
            return effects.refused_write(world, action)
        shown = _shown_object(_written_body(world, action), action, seen, names)
        if isinstance(action, CompleteMultipartUpload):
            shown = replace(shown, parts=len(action.parts))
            return effects.completed(world, action, tuple(dict.fromkeys((shown, *expected))), seen.version_id)
        return effects.wrote(world, action, tuple(dict.fromkeys((shown, *expected))), seen.version_id)
    if isinstance(action, CreateMultipartUpload | UploadPart | UploadPartCopy):
        return world if seen.refused else _adopt_upload(world, action, seen, names, expected)
    return _adopt_shown(world, action, seen, names)


def _adopt_shown(world: World, action: Action, seen: Observation, names: KeyNames) -> World:
    """The world after such an answer to a request that writes no object."""
    if isinstance(action, HeadObject | GetObject):
        return adopt_read(world, action, seen, names)
    if isinstance(action, HeadReplica):
        return adopt_replica(world, action, seen, names)
    if isinstance(action, GetBucketEncryption):
        return _adopt_configuration(world, action, seen, names)
    if isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        if seen.refused or bucket is None:
            return world
        return effects.configured(world, action, bucket.settings, certain=False)
    if isinstance(action, GetBucketLogging):
        bucket = world.buckets.get(action.bucket)
        known = () if bucket is None else bucket.logging
        return world if seen.refused else effects.settle_logging(world, action.bucket, (*known, seen.logged_in))
    return world if seen.refused else effects.done(world, action)


def _adopt_change(
    world: World, action: BatchCopy | UpdateObjectEncryption, expected: tuple[Stored, ...], seen: Observation
) -> World:
    """The world after a job or an update went through that should not have; an update may have changed nothing."""
    if isinstance(action, BatchCopy) and expected:
        return effects.copied_by_job(world, action, expected, seen.version_id)
    if isinstance(action, BatchCopy) or seen.etag is not None:  # an update that shows an ETag has written the object
        return effects.forget_object(world, action.bucket, action.key)
    before = candidates_of(world, action.bucket, action.key, action.version)
    return effects.updated(world, action, updated_by(world, action, before), certain=False)


def updated_by(world: World, action: UpdateObjectEncryption, before: Iterable[Stored | None]) -> list[Stored]:
    """How an object may be stored after an update that did what it was asked for."""
    key = resolve(world, account_of(action.principal), action.kms_key).symbol
    flag = bool(action.bucket_key)
    return [replace(one, algorithm="aws:kms", key=key, bucket_key=flag, customer=None) for one in before if one]


def _adopt_upload(
    world: World,
    action: CreateMultipartUpload | UploadPart | UploadPartCopy,
    seen: Observation,
    names: KeyNames,
    expected: tuple[Stored, ...],
) -> World:
    if isinstance(action, CreateMultipartUpload):
        shown = replace(_shown_object(None, action, seen, names), etag=None)
        return effects.began(world, action, tuple(dict.fromkeys((shown, *expected))), seen.upload_id)
    body = action.content if isinstance(action, UploadPart) else _copied_body(world, action)
    return effects.sent_part(_settled(world, action, seen), action, body, seen.etag)


def _settled(world: World, action: UploadPart | UploadPartCopy, seen: Observation) -> World:
    """The world in which an upload is encrypted as the answer to a part says, whatever else is wrong with that.

    An answer that names no encryption says nothing.
    """
    upload = upload_of(world, action)
    begun = () if upload is None else upload.candidates
    named = tuple(stored for stored in begun if seen.algorithm is not None and stored.algorithm == seen.algorithm)
    return effects.settle_upload(world, action, named)


def _copied_body(world: World, action: UploadPartCopy) -> str | None:
    if action.span is not None:
        return None
    return _body_of(candidates_of(world, action.source_bucket, action.source_key, action.source_version))


def _written_body(world: World, action: Storing) -> str | None:
    if isinstance(action, PutObject | PostObject):
        return action.body
    if isinstance(action, CompleteMultipartUpload):
        upload = upload_of(world, action)
        parts = () if upload is None else parts_of(upload, action)
        return joined(parts) if len(parts) == len(action.parts) else None
    index = action.source_version if isinstance(action, CopyObject) else None
    return _body_of(candidates_of(world, action.source_bucket, action.source_key, index))


def candidates_of(world: World, name: str, key: str, index: int | None) -> tuple[Stored | None, ...]:
    """What a version of an object, the newest for None, may be stored as; None alone where there is none."""
    bucket = world.buckets.get(name)
    version = None if bucket is None else version_of(bucket, key, index)
    return (None,) if version is None else version.candidates


def _body_of(candidates: Iterable[Stored | None]) -> str | None:
    """The content that an object has by all of its candidates; None where they differ."""
    bodies = {stored.body for stored in candidates if stored is not None}
    return bodies.pop() if len(bodies) == 1 else None


def _shown_object(body: str | None, action: Action, seen: Observation, names: KeyNames) -> Stored:
    if seen.algorithm is None and seen.customer_algorithm is not None:
        sent = customer_of(action)
        same = sent is not None and seen.customer_key_md5 == customer_key_sent(action)
        return Stored(body, SSE_C, etag=seen.etag, customer=sent.key if sent is not None and same else "=another")
    key = None if seen.kms_key is None else names.symbols.get(seen.kms_key, f"={seen.kms_key}")
    flag = seen.bucket_key is not None and seen.bucket_key.lower() == "true"
    return Stored(body, seen.algorithm, key, flag, seen.etag)


def adopt_read(world: World, action: HeadObject | GetObject, seen: Observation, names: KeyNames) -> World:
    """The world in which an object is as a read shows it."""
    before = candidates_of(world, action.bucket, action.key, action.version)
    if seen.status == 404:
        # The object may be gone; one read that does not find it does not prove so.
        known = tuple(dict.fromkeys((*before, None)))
    elif seen.refused:
        return world
    else:
        part = action.span is not None or action.part is not None
        body = _body_of(before) if seen.body is None or part else seen.body
        parts = max((stored.parts for stored in before if stored is not None), default=0)
        known = (replace(_shown_object(body, action, seen, names), parts=parts),)
    return effects.set_stored(world, action.bucket, action.key, action.version, known)


def adopt_replica(world: World, action: HeadReplica, seen: Observation, names: KeyNames) -> World:
    """A replica that is not there now may come yet, and stays expected."""
    if seen.refused:
        return world
    body = _body_of(candidates_of(world, action.source, action.key, None))
    return effects.arrived(world, action, (_shown_object(body, action, seen, names),), seen.version_id)


def _adopt_configuration(world: World, action: GetBucketEncryption, seen: Observation, names: KeyNames) -> World:
    """What GetBucketEncryption shows is a report: the default stays what it was, or is what was reported."""
    bucket = world.buckets.get(action.bucket)
    if bucket is None or (seen.refused and seen.status != 404):
        return world
    rule = _shown_rule(seen.configuration[0], names) if seen.configuration else None
    blocked = None if rule is None else rule.blocked
    reported = [
        Setting(
            rule,
            configured=setting.configured or rule is not None,
            previous=setting.previous,
            blocked=blocked or setting.blocked,
            blocked_kept=None if blocked else setting.blocked_kept,
        )
        for setting in bucket.settings
    ]
    return effects.settle(world, action.bucket, [*bucket.settings, *reported])


def _shown_rule(shown: ShownRule, names: KeyNames) -> Rule:
    key = None if shown.key is None else _reference(shown.key, names)
    return Rule(shown.algorithm, key, shown.bucket_key, blocked=_shown_list(shown.blocked or ()))


def _shown_list(shown: tuple[str, ...]) -> Blocked | None:
    return "SSE-C" if "SSE-C" in shown else "NONE" if "NONE" in shown else None


def _reference(text: str, names: KeyNames) -> KeyRef:
    """The reference that such a text is, when a configuration names a key by it."""
    if text in names.symbols:
        return KeyRef("arn", names.symbols[text])
    if text.startswith("alias/"):
        return KeyRef("alias", text.removeprefix("alias/"))
    symbol = next((symbol for arn, symbol in names.symbols.items() if arn.endswith(f":key/{text}")), None)
    return KeyRef("text", text) if symbol is None else KeyRef("id", symbol)
