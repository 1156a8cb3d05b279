"""From a world and an action to the situation that the rules see, and back to names."""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from sse_spec.actions import (
    Action,
    CopyObject,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    kind,
)
from sse_spec.situation import MANAGED, Form, Label, Situation, State
from sse_spec.world import Bucket, Setting, Stored, Version, World, managed_key

__all__ = ["VALID_CONTEXT", "Scene", "resolve", "scenes", "version_of"]

NO_SETTING = Setting()


class Scene(NamedTuple):
    """One candidate reading of the world for an action.

    `keys` gives the symbol behind each label; `setting` and `object` are the candidates that were assumed for the
    bucket default and for the object that is read or copied.
    """

    situation: Situation
    keys: dict[Label, str]
    setting: Setting
    object: Stored | None


class Resolved(NamedTuple):
    """Where a reference to a key leads."""

    form: Form
    symbol: str | None
    state: State


def resolve(world: World, account: str, reference: KeyRef) -> Resolved:
    """Follow a reference as KMS does for a requester of this account."""
    form, name = reference.form, reference.name
    if form == "text":
        return Resolved("text" if name else "empty", None, "missing")
    if form in {"alias", "alias-arn"}:
        if name == "aws/s3":
            return Resolved("aws/s3", managed_key(account), "enabled")
        target = world.aliases.get((account, name))
        if target is None:
            return Resolved(cast("Form", form), None, "missing")
        name = target
    key = world.keys.get(name)
    if key is None:
        if name == managed_key(account):
            return Resolved(cast("Form", form), name, "enabled")
        return Resolved(cast("Form", form), None, "missing")
    if key.account != account:
        return Resolved(cast("Form", form), name, "unknown")
    return Resolved(cast("Form", form), name, "away" if key.region == "away" else key.state)


class _Labels:
    """Names keys by the order in which a situation mentions them; there are four at most."""

    __slots__ = ("_managed", "symbols")

    def __init__(self, account: str) -> None:
        self._managed = managed_key(account)
        self.symbols: dict[Label, str] = {}

    def of(self, symbol: str | None) -> Label | None:
        if symbol is None:
            return None
        for label, known in self.symbols.items():
            if known == symbol:
                return label
        label = MANAGED if symbol == self._managed else f"K{len(self.symbols) + 1}"
        self.symbols[label] = symbol
        return label


def version_of(bucket: Bucket, key: str, index: int | None) -> Version | None:
    """A version of an object, the newest for None; None where there is none."""
    versions = bucket.objects.get(key, ())
    if index is None:
        return versions[-1] if versions else None
    return versions[index] if 0 <= index < len(versions) else None


def scenes(world: World, action: Action) -> tuple[Scene, ...]:
    """The situations in which the action may be: one, or one for each combination of candidate values."""
    if isinstance(action, PutObject):
        bucket = world.buckets.get(action.bucket)
        return tuple([_write(world, action, bucket, setting) for setting in _settings(bucket)])
    if isinstance(action, HeadObject | GetObject):
        bucket = world.buckets.get(action.bucket)
        version = None if bucket is None else version_of(bucket, action.key, action.version)
        return tuple(
            _read(world, action, bucket, version, setting, stored)
            for setting in _settings(bucket)
            for stored in _candidates(version)
        )
    if isinstance(action, CopyObject):
        bucket, source = world.buckets.get(action.bucket), world.buckets.get(action.source_bucket)
        version = None if source is None else version_of(source, action.source_key, action.source_version)
        return tuple(
            _copy(world, action, bucket, source, setting, stored)
            for setting in _settings(bucket)
            for stored in _candidates(version)
        )
    if isinstance(action, PutBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        return tuple(_configure(world, action, bucket, setting) for setting in _settings(bucket))
    if isinstance(action, GetBucketEncryption | DeleteBucketEncryption):
        bucket = world.buckets.get(action.bucket)
        return tuple(_configuration(world, action, bucket, setting) for setting in _settings(bucket))
    return (Scene(Situation(action=kind(action), described=False), {}, NO_SETTING, None),)


def _settings(bucket: Bucket | None) -> tuple[Setting, ...]:
    return (NO_SETTING,) if bucket is None else bucket.settings


def _candidates(version: Version | None) -> tuple[Stored | None, ...]:
    return (None,) if version is None else version.candidates


def _own(action: Action, *buckets: Bucket | None) -> bool:
    return all(bucket is None or bucket.owner == action.principal for bucket in buckets)


Fields = dict[str, object]


def _default(found: Fields, world: World, account: str, setting: Setting, labels: _Labels) -> None:
    """Fill in the fields of a situation that describe the bucket default."""
    found["configured"] = setting.configured
    if setting.previous is not None:
        found["previous_algorithm"] = setting.previous.algorithm
        found["previous_bucket_key"] = setting.previous.bucket_key
    if setting.rule is not None:
        found["default_algorithm"] = setting.rule.algorithm
        found["default_bucket_key"] = setting.rule.bucket_key
        if setting.rule.key is not None:
            target = resolve(world, account, setting.rule.key)
            found["default_key"] = target.form
            found["default_key_state"] = target.state
            found["default_key_label"] = labels.of(target.symbol)
            if setting.key_then not in (None, target.symbol):
                found["default_key_then"] = labels.of(setting.key_then)


def _headers(found: Fields, world: World, account: str, headers: EncryptionHeaders, labels: _Labels) -> None:
    found["header_algorithm"] = headers.algorithm
    found["header_bucket_key"] = headers.bucket_key
    found["header_context"] = _context(headers.context)
    if headers.key is not None:
        target = resolve(world, account, headers.key)
        found["header_key"] = target.form
        found["header_key_state"] = target.state
        found["header_key_label"] = labels.of(target.symbol)


VALID_CONTEXT = "eyJwdXJwb3NlIjogInRlc3QifQ=="
"""Base64 of a JSON string map: the context that programs send when they mean a valid one."""


def _context(text: str | None) -> Literal["valid", "invalid"] | None:
    if text is None:
        return None
    return "valid" if text == VALID_CONTEXT else "invalid"


def _object(found: Fields, world: World, account: str, stored: Stored, labels: _Labels) -> None:
    found["object_algorithm"] = stored.algorithm
    found["object_bucket_key"] = stored.bucket_key
    if stored.key is not None:
        found["object_key_state"] = resolve(world, account, KeyRef("arn", stored.key)).state
        found["object_key_label"] = labels.of(stored.key)
        if stored.key.startswith("="):
            found["object_key_state"] = "unknown"


def _elsewhere(world: World, account: str, bucket: str) -> bool:
    used = world.managed.get(account)
    return used is not None and (len(used) > 1 or bucket not in used)


DSSE = "aws:kms:dsse"
"""Dual-layer encryption: known, and not described by this edition."""


UNDESCRIBED = frozenset({DSSE})
ALGORITHM_FIELDS = ("header_algorithm", "default_algorithm", "object_algorithm", "new_algorithm")


def _scene(labels: _Labels, setting: Setting, stored: Stored | None, fields: Fields) -> Scene:
    if fields.get("header_key") == "empty" or not UNDESCRIBED.isdisjoint(map(fields.get, ALGORITHM_FIELDS)):
        fields["described"] = False
    return Scene(Situation(**fields), labels.symbols, setting, stored)  # type: ignore[arg-type]


def _write(world: World, action: PutObject, bucket: Bucket | None, setting: Setting) -> Scene:
    account = action.principal
    labels = _Labels(account)
    fields: Fields = {
        "action": "PutObject",
        "described": _own(action, bucket),
        "bucket": bucket is not None,
        "managed_elsewhere": _elsewhere(world, account, action.bucket),
    }
    _default(fields, world, account, setting, labels)
    _headers(fields, world, account, action.headers, labels)
    return _scene(labels, setting, None, fields)


def _copy(
    world: World,
    action: CopyObject,
    bucket: Bucket | None,
    source: Bucket | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account = action.principal
    labels = _Labels(account)
    in_place = (action.bucket, action.key) == (action.source_bucket, action.source_key)
    fields: Fields = {
        "action": "CopyObject",
        # No document says whether naming the directive that is the default anyway makes a copy in place legal.
        "described": _own(action, bucket, source) and not (in_place and action.metadata_directive == "COPY"),
        "bucket": bucket is not None,
        "managed_elsewhere": _elsewhere(world, account, action.bucket),
        "object": "no-bucket" if source is None else "missing" if stored is None else "present",
        "in_place": in_place,
        "source_version": action.source_version is not None,
        "changes_metadata": action.metadata_directive == "REPLACE" or action.storage_class is not None,
    }
    _default(fields, world, account, setting, labels)
    _headers(fields, world, account, action.headers, labels)
    if stored is not None:
        _object(fields, world, account, stored, labels)
    return _scene(labels, setting, stored, fields)


def _read(
    world: World,
    action: GetObject | HeadObject,
    bucket: Bucket | None,
    version: Version | None,
    setting: Setting,
    stored: Stored | None,
) -> Scene:
    account = action.principal
    labels = _Labels(account)
    fields: Fields = {
        "action": kind(action),
        "described": _own(action, bucket) and not (version is not None and version.marker),
        "bucket": bucket is not None,
        "header_algorithm": action.algorithm,
        "object": "no-bucket" if bucket is None else "missing" if stored is None else "present",
        "refused": bucket is not None and action.key in bucket.refused,
    }
    _default(fields, world, account, setting, labels)
    if stored is not None:
        _object(fields, world, account, stored, labels)
    if bucket is not None and version is not None:
        fields["default_changed"] = version.configurations != bucket.configurations
        newest = bucket.objects[action.key][-1]
        if newest is not version and newest.candidates and newest.candidates[0] is not None:
            fields["newer_algorithm"] = newest.candidates[0].algorithm
        if version.copied is not None:
            fields["copied_algorithm"] = version.copied.algorithm
    return _scene(labels, setting, stored, fields)


def _configure(world: World, action: PutBucketEncryption, bucket: Bucket | None, setting: Setting) -> Scene:
    labels = _Labels(action.principal)
    fields: Fields = {
        "action": "PutBucketEncryption",
        "described": _own(action, bucket),
        "bucket": bucket is not None,
    }
    if action.malformed:
        fields["rules"] = "malformed"
    elif len(action.rules) != 1:
        fields["rules"] = "two" if action.rules else "none"
    else:
        (rule,) = action.rules
        fields |= {"new_apply": rule.apply, "new_algorithm": rule.algorithm, "new_bucket_key": rule.bucket_key}
        if rule.key is not None:
            target = resolve(world, action.principal, rule.key)
            fields |= {"new_key": target.form, "new_key_state": target.state}
    return _scene(labels, setting, None, fields)


def _configuration(
    world: World, action: GetBucketEncryption | DeleteBucketEncryption, bucket: Bucket | None, setting: Setting
) -> Scene:
    labels = _Labels(action.principal)
    fields: Fields = {
        "action": kind(action),
        "described": _own(action, bucket),
        "bucket": bucket is not None,
        "override": None if bucket is None else bucket.override,
    }
    _default(fields, world, action.principal, setting, labels)
    return _scene(labels, setting, None, fields)
