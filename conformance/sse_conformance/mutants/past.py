"""What has happened in a space, for bugs that show only after a certain history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sse_spec.actions import DEFAULT_ACCOUNT, Action, CreateAlias, DeleteAlias, UpdateAlias, account_of
from sse_spec.world import EMPTY, World

__all__ = ["Call", "Past", "When"]


class Call(NamedTuple):
    """A request, and whether it was refused."""

    action: Action
    refused: bool


class Past:
    """The requests in one space, in order, and those among them that named the same thing.

    `calls` and what the methods give are the requests that were accepted, but for :meth:`last`. `world` is what all of
    them have left behind.
    """

    def __init__(self) -> None:
        self.calls: list[Action] = []
        self.world: World = EMPTY
        self._buckets: defaultdict[str, list[Action]] = defaultdict(list)
        self._objects: defaultdict[tuple[str, str], list[Action]] = defaultdict(list)
        self._keys: defaultdict[str, list[Action]] = defaultdict(list)
        self._aliases: defaultdict[tuple[str, str], list[Action]] = defaultdict(list)
        self._last: dict[str, Call] = {}

    def add(self, action: Action, world: World, *, refused: bool = False) -> None:
        """Note a request, and the world after it."""
        self.world = world
        bucket, key = getattr(action, "bucket", None), getattr(action, "key", None)
        if bucket is not None and key is None:
            self._last[bucket] = Call(action, refused)
        if refused:
            return
        self.calls.append(action)
        if isinstance(action, CreateAlias | UpdateAlias | DeleteAlias):
            self._aliases[account_of(action.principal), action.alias].append(action)
        elif bucket is None:
            self._keys[str(key)].append(action)
        elif key is None:
            self._buckets[bucket].append(action)
        else:
            self._objects[bucket, key].append(action)

    def of_bucket(self, bucket: str) -> Sequence[Action]:
        """What was done to a bucket itself: its creation, its configurations."""
        return self._buckets.get(bucket, ())

    def of_object(self, bucket: str, key: str) -> Sequence[Action]:
        """What was done to an object: writes, reads, deletions. A copy counts for its destination."""
        return self._objects.get((bucket, key), ())

    def of_key(self, key: str) -> Sequence[Action]:
        """What was done to a KMS key, by its symbol."""
        return self._keys.get(key, ())

    def of_alias(self, alias: str, account: str = DEFAULT_ACCOUNT) -> Sequence[Action]:
        """What was done to an alias of an account."""
        return self._aliases.get((account, alias), ())

    def last(self, bucket: str) -> Call | None:
        """The last request about a bucket itself, accepted or not; None if there was none."""
        return self._last.get(bucket)


When = Callable[[Past, Action], bool]
"""Whether a bug shows in the answer to a request, given what happened before it."""
