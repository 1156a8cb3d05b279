"""What has happened in a space, for bugs that show only after a certain history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from sse_spec.actions import Action

__all__ = ["Past", "When"]


class Past:
    """The requests that were accepted in one space, in order, and those among them that named the same thing."""

    def __init__(self) -> None:
        self.calls: list[Action] = []
        self._buckets: defaultdict[str, list[Action]] = defaultdict(list)
        self._objects: defaultdict[tuple[str, str], list[Action]] = defaultdict(list)
        self._keys: defaultdict[str, list[Action]] = defaultdict(list)

    def add(self, action: Action) -> None:
        """Note a request that was accepted."""
        self.calls.append(action)
        bucket, key = getattr(action, "bucket", None), getattr(action, "key", None)
        if bucket is None:
            for name in {getattr(action, "alias", None), key} - {None}:
                self._keys[str(name)].append(action)
        elif key is None:
            self._buckets[bucket].append(action)
        else:
            self._objects[bucket, key].append(action)

    def of_bucket(self, bucket: str) -> Sequence[Action]:
        """What was done to a bucket itself: its creation, its configurations."""
        return self._buckets[bucket]

    def of_object(self, bucket: str, key: str) -> Sequence[Action]:
        """What was done to an object: writes, reads, deletions. A copy counts for its destination."""
        return self._objects[bucket, key]

    def of_key(self, name: str) -> Sequence[Action]:
        """What was done to a KMS key, by its symbol, or to an alias, by its name."""
        return self._keys[name]


When = Callable[[Past, Action], bool]
"""Whether a bug shows in the answer to a request, given what was accepted before it."""
