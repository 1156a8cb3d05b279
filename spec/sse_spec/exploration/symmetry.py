"""States that differ only in names: of each orbit, one state stands for all."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from sse_spec.exploration.components import Components

__all__ = ["Renaming", "Symmetry", "renamed", "swaps"]

Renaming = Mapping[str, str]
"""Which name takes the place of which."""


def swaps(*pairs: tuple[str, str]) -> tuple[Renaming, ...]:
    """Every renaming but the trivial one that swaps the names of some of these pairs."""
    halves: list[tuple[Renaming, Renaming]] = [({}, {one: other, other: one}) for one, other in pairs]
    return tuple(
        [dict(itertools.chain(*(half.items() for half in chosen))) for chosen in itertools.product(*halves)][1:]
    )


@functools.cache
def _fields(of: type[msgspec.Struct]) -> tuple[str, ...]:
    return of.__struct_fields__


def renamed(value: Any, names: Renaming) -> Any:
    """A value with every name in it exchanged for another."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple([renamed(one, names) for one in value])
    if isinstance(value, frozenset):
        return frozenset(renamed(one, names) for one in value)
    if isinstance(value, msgspec.Struct):
        found = {name: renamed(getattr(value, name), names) for name in _fields(type(value))}
        return replace(value, **found)
    return value


class Symmetry:
    """The renamings under which a scope looks the same; they must be a group, but for the trivial one."""

    def __init__(self, components: Components, renamings: Sequence[Renaming]) -> None:
        self._components = components
        self._known: list[tuple[Renaming, dict[int, int]]] = [(names, {}) for names in renamings]

    def canonical(self, state: int) -> int:
        """The least of the states that differ from this one in names alone."""
        least = state
        masks = self._components.masks
        for names, known in self._known:
            other = 0
            for mask in masks:
                part = state & mask
                if part:
                    bits = known.get(part)
                    if bits is None:
                        bits = known[part] = self._renamed(part, names)
                    other |= bits
            least = min(least, other)
        return least

    def _renamed(self, part: int, names: Renaming) -> int:
        (address, value) = self._components.part(part)
        return self._components.written(((renamed(address, names), renamed(value, names)),))[1]
