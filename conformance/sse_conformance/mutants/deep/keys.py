"""Bugs that take a history of a KMS key or an alias: disabled and enabled, nearly deleted, moved, made again."""

from __future__ import annotations

from collections.abc import Sequence

from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CreateAlias,
    CreateMultipartUpload,
    DeleteAlias,
    DisableKey,
    EnableKey,
    GetObject,
    KeyRef,
    UpdateAlias,
    Write,
    account_of,
)
from sse_spec.situation import Situation

from sse_conformance.mutants.deep.histories import bucket_of, chooses, count, got_since, stored_at, turns
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]

ALIASES = frozenset({"alias", "alias-arn"})


# --- keys -------------------------------------------------------------------------------------------------------------


def _of_named_key(past: Past, action: Action) -> Sequence[Action]:
    """What was done to the key that the headers of a write name by its id or ARN."""
    named = _named(action)
    return () if named is None or named.form in ALIASES else past.of_key(named.name)


def _of_objects_key(past: Past, action: Action) -> Sequence[Action]:
    """What was done to the key of the object that is got."""
    stored = stored_at(past, action) if isinstance(action, GetObject) else None
    return () if stored is None or stored.key is None else past.of_key(stored.key)


def _named(action: Action) -> KeyRef | None:
    """The key that the headers of a write name."""
    return action.headers.key if isinstance(action, Write | CreateMultipartUpload) else None


def _enabled_twice(past: Past, action: Action) -> bool:
    """The named key was disabled and enabled again, and that twice."""
    return turns(_of_named_key(past, action), DisableKey, EnableKey) > 1


def _saved_from_deletion(past: Past, action: Action) -> bool:
    """The deletion of the object's key was cancelled, and the key was enabled again."""
    calls = _of_objects_key(past, action)
    return bool(calls) and isinstance(calls[-1], EnableKey) and count(calls, CancelKeyDeletion) > 0


def _disabled_twice(past: Past, action: Action) -> bool:
    """The object's key was disabled, enabled and disabled again."""
    calls = _of_objects_key(past, action)
    return turns(calls, DisableKey, EnableKey) > 0 and turns(calls, EnableKey, DisableKey) > 0


def _got_before(past: Past, action: Action) -> bool:
    """The object has been got before, and was not written since."""
    return isinstance(action, GetObject) and bool(got_since(past, action.bucket, action.key))


# --- aliases ----------------------------------------------------------------------------------------------------------


def _of_named_alias(past: Past, action: Action) -> Sequence[Action]:
    """What was done to the alias that the headers of a write name."""
    named = _named(action)
    if named is None or named.form not in ALIASES:
        return ()
    return past.of_alias(named.name, account_of(action.principal))


def _of_default_alias(past: Past, action: Action) -> Sequence[Action]:
    """What was done to the alias that the default of the bucket names, where that decides the key of a write."""
    bucket = bucket_of(past, action)
    rules = () if bucket is None else [one.rule for one in bucket.settings]
    key = rules[0].key if len(rules) == 1 and rules[0] is not None else None
    if not chooses(action) or key is None or key.form not in ALIASES:
        return ()
    return past.of_alias(key.name, account_of(action.principal))


def _led_thrice(past: Past, action: Action) -> bool:
    """The default's alias has been given three keys or more, one after the other."""
    return count(_of_default_alias(past, action), CreateAlias, UpdateAlias) > 2


def _moved_back(past: Past, action: Action) -> bool:
    """The default's alias was moved, and leads again where it led at first."""
    led = [one.key for one in _of_default_alias(past, action) if isinstance(one, CreateAlias | UpdateAlias)]
    there = [key for key in led if key in past.world.keys]
    return len(set(there)) > 1 and there[0] == there[-1]


def _default_made_again(past: Past, action: Action) -> bool:
    """The default's alias was deleted, and there is one of that name again."""
    return _made_again(_of_default_alias(past, action))


def _named_made_again(past: Past, action: Action) -> bool:
    """The named alias was deleted, and there is one of that name again."""
    return _made_again(_of_named_alias(past, action))


def _made_again(calls: Sequence[Action]) -> bool:
    """An alias was deleted, and there is one of that name again."""
    return count(calls, CreateAlias) > 1 and count(calls, DeleteAlias) > 0 and not isinstance(calls[-1], DeleteAlias)


def _by_usable_default(s: Situation) -> bool:
    return s.default_key_state == "enabled"


def _by_usable_key(s: Situation) -> bool:
    return s.header_key_state == "enabled"


MUTANTS = (
    Mutant(
        "RefusesKeyThatWasEnabledTwice",
        "KMS-20",
        "A key that was disabled and enabled again is taken, but not after the second time.",
        disregarding("key_checks", "KMS-20"),
        when=_enabled_twice,
    ),
    Mutant(
        "RefusesKeyThatWasSavedFromDeletion",
        "KMS-20",
        "An object cannot be got under a key whose deletion was cancelled, though the key was enabled again.",
        disregarding("read_key_checks", "KMS-20"),
        when=_saved_from_deletion,
    ),
    Mutant(
        "TrustsKeyThatWasDisabledBefore",
        "KMS-17",
        "It notes that a key was enabled again, and does not note that it was disabled once more.",
        disregarding("read_key_checks", "KMS-17"),
        when=_disabled_twice,
    ),
    Mutant(
        "ServesObjectItHasDecryptedBefore",
        "KMS-17",
        "An object that was got once can be got when its key is disabled.",
        disregarding("read_key_checks", "KMS-17"),
        when=_got_before,
    ),
    Mutant(
        "FollowsAliasOnlyOnce",
        "KMS-09",
        "When the default's alias is moved a second time, the key to which it led when the default was set is used.",
        disregarding("key", "KMS-09"),
        when=_led_thrice,
    ),
    Mutant(
        "LosesAliasThatWasMovedBack",
        "KMS-02",
        "When the default's alias leads again where it led at first, aws/s3 is used.",
        disregarding("key", "KMS-02", _by_usable_default),
        when=_moved_back,
    ),
    Mutant(
        "RemembersTargetOfDeletedAlias",
        "KMS-09",
        "When the default's alias is deleted and made for another key, the key to which it led before is used.",
        disregarding("key", "KMS-09"),
        when=_default_made_again,
    ),
    Mutant(
        "IgnoresAliasThatWasMadeAgain",
        "KMS-01",
        "A write that names an alias which was deleted and made again is stored under another key.",
        disregarding("key", "KMS-01", _by_usable_key),
        when=_named_made_again,
    ),
)
