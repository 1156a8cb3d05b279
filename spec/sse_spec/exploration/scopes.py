"""What a scope is: where it starts, which requests are made, and which names may be exchanged for each other."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, NamedTuple, get_args

from msgspec.structs import replace

from sse_spec import effects
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CreateAlias,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteObject,
    DisableKey,
    EnableKey,
    HeadReplica,
    PutBucketVersioning,
    ScheduleKeyDeletion,
    Storing,
    UpdateAlias,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.exploration.days import BASELINE
from sse_spec.exploration.steps import MD5
from sse_spec.exploration.symmetry import Renaming
from sse_spec.scene import version_of
from sse_spec.world import EMPTY, Stored, Version, World

__all__ = ["Scope", "Start"]

BODY = "x"
"""The content of the object that was there before."""

KeyChange = DisableKey | EnableKey | ScheduleKeyDeletion | CancelKeyDeletion

AboutUpload = UploadPart | UploadPartCopy | CompleteMultipartUpload | AbortMultipartUpload

CHANGED_FROM: dict[type[Action], frozenset[str]] = {
    DisableKey: frozenset({"enabled", "restored"}),
    EnableKey: frozenset({"disabled", "cancelled"}),
    ScheduleKeyDeletion: frozenset({"enabled", "restored", "disabled", "cancelled"}),
    CancelKeyDeletion: frozenset({"pending"}),
}
"""The states of a key that a request changes; in the others KMS refuses it, or it is idle."""


class Start(NamedTuple):
    """A world from which a scope is explored, and the words for it."""

    words: str
    world: World


class Scope(NamedTuple):
    """A finite set of requests, to be made in every order.

    `before` are requests that prepare. `renamings` are the exchanges of names under which the set of requests stays the
    same. `versions` is how many versions an object may have: a request that would make one more is not made.
    `most_states` is how far it is explored if nobody says so, None for a scope that closes.
    `old_object` is the bucket and key of an object that may have been there, unencrypted, before 2023-01-05.
    """

    name: str
    about: str
    before: tuple[Action, ...]
    actions: tuple[Action, ...]
    renamings: tuple[Renaming, ...] = ()
    versions: int = 1
    old_object: tuple[str, str] | None = None
    most_states: int | None = None

    def starts(self, as_of: dt.date) -> tuple[Start, ...]:
        """The worlds from which the exploration starts."""
        world = functools.reduce(effects.done, self.before, EMPTY)
        empty = Start("no object is there", world)
        if self.old_object is None or as_of < BASELINE:
            return (empty,)
        name, key = self.old_object
        bucket = world.buckets[name]
        version = Version((Stored(BODY, etag=MD5),), writer=bucket.owner)
        bucket = replace(bucket, objects=bucket.objects.insert(key, (version,)))
        words = f"{name}/{key} is there, unencrypted, from before {BASELINE}"
        return empty, Start(words, replace(world, buckets=world.buckets.insert(name, bucket)))

    def enabled(self, world: World, action: Action) -> bool:
        """Whether the scope makes a request here: not if it would be idle, or lead out of the scope."""
        guard = GUARDS.get(type(action))
        if guard is not None and not guard(world, action):
            return False
        return not isinstance(action, Storing | DeleteObject | HeadReplica) or self._has_room(world, action)

    def _has_room(self, world: World, action: Storing | DeleteObject | HeadReplica) -> bool:
        """Whether one more version of an object stays in the scope, and no replica of it has still to be seen.

        A second replica on its way behind the first is more than a world can tell.
        """
        bucket = world.buckets.get(action.bucket)
        if bucket is None or bucket.versioning is None:
            return True
        if bucket.replication is not None and (bucket.replication.destination, action.key) in world.replicas:
            return False
        keeps = isinstance(action, DeleteObject) and action.version is not None
        return keeps or len(bucket.objects.get(action.key, ())) < self.versions


def _changes_key(world: World, action: KeyChange) -> bool:
    return world.keys[action.key].state in CHANGED_FROM[type(action)]


def _switches(world: World, action: PutBucketVersioning) -> bool:
    return world.buckets[action.bucket].versioning != action.status


def _is_new(world: World, action: CreateMultipartUpload) -> bool:
    return action.upload not in world.uploads


def _goes_on(world: World, action: AboutUpload) -> bool:
    return action.upload in world.uploads


def _deletes(world: World, action: DeleteObject) -> bool:
    if action.version is None:
        return True
    found = version_of(world.buckets[action.bucket], action.key, action.version)
    return found is not None and found.candidates != (None,)


def _changes_alias(world: World, action: CreateAlias | UpdateAlias | DeleteAlias) -> bool:
    found = world.aliases.get((account_of(action.principal), action.alias))
    if isinstance(action, CreateAlias):
        return found is None
    return found is not None and (isinstance(action, DeleteAlias) or found != action.key)


GUARDS: dict[type[Action], Callable[[World, Any], bool]] = {
    **dict.fromkeys(get_args(KeyChange), _changes_key),
    **dict.fromkeys(get_args(AboutUpload), _goes_on),
    **dict.fromkeys((CreateAlias, UpdateAlias, DeleteAlias), _changes_alias),
    PutBucketVersioning: _switches,
    CreateMultipartUpload: _is_new,
    DeleteObject: _deletes,
}
"""Where a request would be idle it is not made."""
