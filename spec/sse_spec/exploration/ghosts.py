"""What a state of an exploration shows of a world.

The world also remembers what S3 must not act on: the default before the last change, the key to which an alias led when
the default was set, how often the default was changed, which write was refused, how an object was copied or came by its
encryption, where aws/s3 has been used. A correct S3 acts on none of it, which is what the clauses say that a broken one
violates. So two worlds that differ only in this permit the same answers, to this request and to every later one, and
one state may stand for both: :func:`facts`. A test holds the model to that. Of a model with a broken rule it is not
true, since the broken rule may look at exactly this: there a state shows everything, and there may be no end of states.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from sse_spec.exploration.components import Address, Change
from sse_spec.world import Bucket, Replica, Setting, Upload, Version, World

__all__ = ["definite", "everything", "facts"]

ONLY_REMEMBERED: dict[type, dict[str, Any]] = {
    World: {"delivers": False},
    Bucket: {"override": None, "configurations": 0},
    Setting: {"previous": None, "key_then": None},
    Version: {"copied": None, "configurations": 0, "change": None, "beside": None},
    Replica: {"configurations": 0},
}
"""The fields that only remember, each with the value that stands for all."""

MEMORIES = frozenset({"managed", "refused"})
"""The maps of the world, and of a bucket, that only remember."""


def everything(_address: Address, value: Any) -> Any:
    """All of a component."""
    return value


def facts(address: Address, value: Any) -> Any:
    """What S3 may act on, of the value of a component; None of one that only remembers."""
    return None if not MEMORIES.isdisjoint(address) else _facts(value)


def _facts(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple([_facts(one) for one in value])
    forgotten = ONLY_REMEMBERED.get(type(value))
    if forgotten is None:
        return value
    if isinstance(value, Bucket):
        return replace(value, settings=_facts(value.settings), **forgotten)
    return replace(value, **forgotten)


def definite(changed: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """The changes, one of each candidate where a value is a set: in a state of an exploration every value is known."""
    return itertools.product(*[[(address, one) for one in _alternatives(value)] for address, value in changed])


def _alternatives(value: Any) -> list[Any]:
    """Every value that a value with sets in it stands for; a set of nothing is a value of which nothing is known."""
    if isinstance(value, Bucket):
        chosen = itertools.product(value.settings, value.logging)
        return [replace(value, settings=(setting,), logging=(logging,)) for setting, logging in chosen]
    if isinstance(value, Upload | Version):
        return [replace(value, candidates=(one,)) for one in value.candidates] or [value]
    if isinstance(value, tuple):
        return list(itertools.product(*map(_alternatives, value)))
    return [value]
