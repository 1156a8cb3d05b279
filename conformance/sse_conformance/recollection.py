"""What a recording tells of the world without being judged: what was there before, and what its answers show.

Where the model has nothing to say, or too little is known, what an answer shows is taken for what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from msgspec.structs import replace
from sse_spec import effects
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    SSE_C,
    Action,
    BatchCopy,
    Blocked,
    CompleteMultipartUpload,
    CopyObject,
    CreateKey,
    CreateMultipartUpload,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutObject,
    Read,
    Rule,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    Write,
    account_of,
)
from sse_spec.evidence.format import (
    Declared,
    DeclaredAlias,
    DeclaredBucket,
    DeclaredContent,
    DeclaredKey,
    Md5Of,
    Touched,
)
from sse_spec.model import Model
from sse_spec.names import KeyNames
from sse_spec.observations import ShownRule
from sse_spec.scene import version_of
from sse_spec.world import Bucket, Key, KeyState, Setting, Stored, Version, World

from sse_conformance.partial import Recorded, symbol_text

__all__ = ["content_unknown", "declare", "forget", "supposed", "taken", "unsettled"]

BLOCKED: tuple[Blocked | None, ...] = (None, "NONE", "SSE-C")
KEY_STATES: tuple[KeyState, ...] = get_args(KeyState)

NOTHING_SET = tuple(
    Setting(None, configured=configured, blocked=blocked) for configured in (False, True) for blocked in BLOCKED
)
"""The settings of a bucket for which no default is configured now."""


# --- what was there before ----------------------------------------------------------------------------------------


def declare(world: World, one: Declared, names: KeyNames) -> World:
    """The world with what is declared to have been there; a key's ARN is bound."""
    match one:
        case DeclaredKey():
            if one.arn is not None:
                names.bind(one.key, symbol_text(one.arn, names))
            return replace(world, keys=world.keys.insert(one.key, Key(one.account, one.region, one.state, one.shared)))
        case DeclaredAlias():
            return replace(world, aliases=world.aliases.insert((one.account, one.alias), one.key))
        case DeclaredBucket():
            bucket = Bucket(one.account, _declared_settings(one), one.versioning, region=one.region)
            return replace(world, buckets=world.buckets.insert(one.bucket, bucket))
        case _:
            bucket = world.buckets[one.bucket]
            candidates = () if one.stored is None else (_declared_object(one.stored),)
            version = Version(candidates, one.version_id)
            objects = bucket.objects.insert(one.key, (*bucket.objects.get(one.key, ()), version))
            return replace(world, buckets=world.buckets.insert(one.bucket, replace(bucket, objects=objects)))


def _declared_settings(one: DeclaredBucket) -> tuple[Setting, ...]:
    blocked = BLOCKED if one.blocked is None else (one.blocked,)
    if isinstance(one.default, Rule):
        return tuple(Setting(one.default, configured=True, blocked=each) for each in blocked)
    configured = {"never": (False,), "none": (False, True), "unknown": ()}[one.default]
    return tuple(Setting(None, configured=each, blocked=kind) for each in configured for kind in blocked)


def _declared_object(one: DeclaredContent) -> Stored:
    etag = one.etag.text if isinstance(one.etag, Md5Of) else one.etag
    algorithm = SSE_C if one.customer is not None else one.algorithm
    return Stored(one.body, algorithm, one.kms_key, one.bucket_key, etag, one.customer, _parts(etag))


def _parts(etag: str | None) -> int:
    """The number of parts of an object with this ETag, 0 for one that was written in one piece."""
    number = (etag or "").rpartition("-")[2]
    return int(number) if etag is not None and "-" in etag and number.isdigit() else 0


# --- what is not known any more ------------------------------------------------------------------------------------


def forget(world: World, touched: Touched) -> tuple[World, ...]:
    """The worlds that may be after something was done to a key, an object or a bucket and nobody knows what it was."""
    key = None if touched.kms_key is None else world.keys.get(touched.kms_key)
    if touched.kms_key is not None and key is not None:
        name = touched.kms_key
        return tuple(replace(world, keys=world.keys.insert(name, replace(key, state=state))) for state in KEY_STATES)
    if touched.bucket is None:
        return (world,)
    if touched.key is not None:
        return (effects.forget_object(world, touched.bucket, touched.key),)
    bucket = world.buckets.get(touched.bucket)
    return (effects.forget_bucket(world, touched.bucket, DEFAULT_ACCOUNT if bucket is None else bucket.owner),)


def unsettled(world: World, action: Action, hazy: frozenset[str]) -> World:
    """The world in which an object that is read, and that may have been there before, is there in an unknown way.

    `hazy` are the buckets in which there may be objects that the trace does not mention.
    """
    for name, key in _objects_read(action):
        bucket = world.buckets.get(name)
        if name in hazy and bucket is not None and key not in bucket.objects:
            world = effects.forget_object(world, name, key)
    return world


def _objects_read(action: Action) -> Iterator[tuple[str, str]]:
    match action:
        case GetObject() | HeadObject() | GetObjectAttributes() | UpdateObjectEncryption():
            yield action.bucket, action.key
        case CopyObject() | BatchCopy() | UploadPartCopy():
            yield action.source_bucket, action.source_key
        case HeadReplica():
            yield action.source, action.key


def content_unknown(world: World, action: UploadPart) -> World:
    """The world in which nobody knows the content of the part that was just uploaded."""
    upload = world.uploads[action.upload]
    part = replace(upload.parts[action.number], body=None)
    changed = replace(upload, parts=upload.parts.insert(action.number, part))
    return replace(world, uploads=world.uploads.insert(action.upload, changed))


# --- what answers show ---------------------------------------------------------------------------------------------


def supposed(world: World, one: Recorded, names: KeyNames, model: Model) -> World:
    """The world in which an unknown default is one with which this answer can be judged, where there is such a one.

    For GetBucketEncryption these are the defaults that it may be showing; one that is put or deleted may have been any.
    """
    action = one.action
    if not isinstance(action, GetBucketEncryption | PutBucketEncryption | DeleteBucketEncryption):
        return world
    bucket = world.buckets.get(action.bucket)
    if bucket is None or bucket.settings:
        return world
    if isinstance(action, GetBucketEncryption):
        return effects.settle(world, action.bucket, _shown_default(world, action, one, names, model))
    return effects.settle(world, action.bucket, NOTHING_SET) if one.refused is False else world


def taken(world: World, one: Recorded, names: KeyNames) -> World:
    """The world after an answer that was not judged: accepted or refused, and what it shows of what was unknown."""
    action, seen = one.action, one.seen
    if isinstance(action, Read):
        return _shown_object(world, action, one, names)
    if isinstance(action, Write) and seen.refused:
        return effects.refused_write(world, action)
    return world if seen.refused else _done(world, one, names)


def _done(world: World, one: Recorded, names: KeyNames) -> World:
    """The world after a request was accepted that does not read an object; how one was written is not known."""
    action, seen = one.action, one.seen
    match action:
        case PutObject() | PostObject() | CopyObject() | BatchCopy():
            return effects.wrote(world, action, (), seen.version_id)
        case PutBucketEncryption(bucket=name) | DeleteBucketEncryption(bucket=name):
            bucket = world.buckets.get(name)
            return world if bucket is None else effects.configured(world, action, bucket.settings)
        case CreateMultipartUpload():
            return effects.began(world, action, (), seen.upload_id)
        case UploadPart() | UploadPartCopy():
            return effects.sent_part(world, action, None, seen.etag)
        case CompleteMultipartUpload():
            return effects.completed(world, action, (), seen.version_id)
        case UpdateObjectEncryption(bucket=name, key=key):
            return effects.forget_object(world, name, key)
        case CreateKey(key=key):
            if seen.key_arn is not None and names.symbols.get(seen.key_arn, key) == key:
                names.bind(key, seen.key_arn)
    return effects.done(world, action)


def _shown_object(world: World, action: Read, one: Recorded, names: KeyNames) -> World:
    """The world with what a read shows of an object of which nothing was known."""
    seen = one.seen
    bucket = world.buckets.get(action.bucket)
    version = None if bucket is None else version_of(bucket, action.key, action.version)
    if version is None or version.candidates or seen.refused or "algorithm" not in one.fields - one.present:
        return world
    algorithm, customer = seen.algorithm, None
    if seen.customer_algorithm is not None and action.customer is not None:
        algorithm, customer = SSE_C, action.customer.key
    if algorithm not in {None, "AES256", SSE_C} and seen.kms_key is None:
        return world
    key = None if seen.kms_key is None else names.symbols.get(seen.kms_key, f"={seen.kms_key}")
    whole = getattr(action, "span", None) is None and getattr(action, "part", None) is None
    flag = (seen.bucket_key or "").lower() == "true"
    body = seen.body if whole else None
    stored = Stored(body, algorithm, key, flag, seen.etag, customer, _parts(seen.etag))
    return effects.set_stored(world, action.bucket, action.key, action.version, (stored,))


def _shown_default(
    world: World, action: GetBucketEncryption, one: Recorded, names: KeyNames, model: Model
) -> tuple[Setting, ...]:
    """The settings that an answer may be showing of a bucket of which nothing was known; none if it shows none."""
    if one.refused:
        # The bucket may be gone, if something unmodelled was done to it.
        return () if one.seen.code == "NoSuchBucket" else NOTHING_SET
    if not one.seen.configuration or one.present & {"default_algorithm", "default_key", "default_bucket_key"}:
        return ()
    account = account_of(action.principal)
    return _settings(one.seen.configuration[0], lambda text: _reference(text, world, account, names), model)


def _settings(shown: ShownRule, reference: Callable[[str], KeyRef | None], model: Model) -> tuple[Setting, ...]:
    """The settings that a bucket may have that shows this rule."""
    key = None if shown.key is None else reference(shown.key)
    if (shown.key is not None and key is None) or shown.algorithm is None:
        return ()  # a key that the trace does not know, or a rule of which no document says what it does
    rule = Rule(shown.algorithm, key, shown.bucket_key)
    types = shown.blocked or BLOCKED
    blocked: tuple[Blocked | None, ...] = tuple(kind for kind in BLOCKED if kind in types)
    found = tuple(Setting(rule, configured=True, blocked=kind) for kind in blocked)
    baseline = all("CFG-05" in law.in_force for law in model.laws)
    if baseline and (shown.algorithm, shown.key, bool(shown.bucket_key)) == ("AES256", None, False):
        return found + NOTHING_SET
    return found


def _reference(text: str, world: World, account: str, names: KeyNames) -> KeyRef | None:
    """The reference by which a configuration names a key of the trace; None if it names another."""
    if text in names.symbols:
        return KeyRef("arn", names.symbols[text])
    if text.startswith("alias/"):
        alias = text.removeprefix("alias/")
        return KeyRef("alias", alias) if alias == "aws/s3" or (account, alias) in world.aliases else None
    symbol = next((symbol for arn, symbol in names.symbols.items() if arn.endswith(f":key/{text}")), None)
    return None if symbol is None else KeyRef("id", symbol)
