"""States as numbers, and worlds as views of them that note what is looked at.

A world falls apart into components: a key, an alias, a bucket without its objects, the versions of an object. Each has
a place in the world, each value of it a small number, and a state is these numbers side by side in one integer. A
request looks at few of them: what it does is worked out once for each combination of what it looked at, and is then the
same in every state that has it. This is the local transition caching of LTSmin (Blom, van de Pol, Weber: LTSmin,
distributed and symbolic reachability, CAV 2010), except that nobody has to declare what depends on what: a view notes
it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

import msgspec
from msgspec.structs import replace
from rpds import HashTrieMap

from sse_spec.world import World

__all__ = ["ABSENT", "Address", "Change", "Components", "Journal", "changes"]

WIDTH = 16
"""Bits of a state for each component."""

CAPACITY = (1 << WIDTH) - 1
"""Most values of one component, and the mask of its bits before they are shifted into place."""

Address = tuple[Hashable, ...]
"""Where a component stands: the names of the fields and the keys of the maps that lead to it from the world."""

Change = tuple[Address, Any]
"""A component, and the value that it has now."""


ABSENT: Final = object()
"""The value of a component that is not there."""

NOTHING: HashTrieMap[Any, Any] = HashTrieMap()
_UNWRITTEN: dict[Any, Any] = {}


class Journal:
    """What was looked at: the bits of those components."""

    __slots__ = ("mask",)

    def __init__(self) -> None:
        self.mask = 0


class Component:
    """A place in the world, its bits in a state, and the values met there; number 0 is the absent one."""

    __slots__ = ("address", "bits", "numbers", "shift", "values")

    def __init__(self, address: Address, index: int) -> None:
        self.address = address
        self.shift = index * WIDTH
        self.bits = CAPACITY << self.shift
        self.values: list[Any] = [ABSENT]
        self.numbers: dict[Any, int] = {ABSENT: 0}

    def number(self, value: object) -> int:
        """The number of a value, a new one for a value that was not met before."""
        found = self.numbers.get(value)
        if found is None:
            found = len(self.values)
            if found > CAPACITY:
                raise OverflowError(f"more than {CAPACITY} values of {self.address}")
            self.numbers[value] = found
            self.values.append(value)
        return found

    def of(self, state: int) -> Any:
        """Its value in a state."""
        return self.values[state >> self.shift & CAPACITY]


class Components:
    """The components of one exploration. `kept` says what of a component a state keeps."""

    def __init__(self, kept: Callable[[Address, Any], Any]) -> None:
        self.kept = kept
        self._found: dict[Address, Component] = {}
        self.masks: list[int] = []

    def within(self, address: Address) -> list[Address]:
        """The places met so far that lie inside another."""
        return [one for one in self._found if one[: len(address)] == address and len(one) > len(address)]

    def at(self, address: Address) -> Component:
        """The component of this address."""
        found = self._found.get(address)
        if found is None:
            found = self._found[address] = Component(address, len(self._found))
            self.masks.append(found.bits)
        return found

    def written(self, changed: Iterable[Change]) -> tuple[int, int]:
        """The bits that the changes overwrite, and what they put there."""
        mask = bits = 0
        for address, value in changed:
            component = self.at(address)
            mask |= component.bits
            bits |= component.number(value) << component.shift
        return mask, bits

    def state(self, world: World) -> int:
        """The state that shows a world."""
        kept = [(address, self.kept(address, value)) for address, value in changes(world, self)]
        return self.written([one for one in kept if one[1] is not None])[1]

    def part(self, bits: int) -> Change:
        """The component and the value that these bits of a state stand for."""
        component = next(one for one in self._found.values() if one.bits & bits)
        return component.address, component.of(bits)

    def world(self, state: int, journal: Journal, hidden: Address | None = None) -> World:
        """The world of a state. The component at `hidden` seems to be absent, and nobody looked at it."""
        root = self.at(())
        journal.mask |= root.bits
        return cast("World", _opened(root.of(state), (), _Look(self, state, journal, hidden)))


class _Look:
    """Through what a view sees: whose state, and where to note what was looked at."""

    __slots__ = ("components", "hidden", "journal", "state")

    def __init__(self, components: Components, state: int, journal: Journal, hidden: Address | None) -> None:
        self.components = components
        self.state = state
        self.journal = journal
        self.hidden = hidden

    def at(self, address: Address) -> Any:
        if address == self.hidden:
            return ABSENT
        component = self.components.at(address)
        self.journal.mask |= component.bits
        return component.of(self.state)


class View(Mapping[Any, Any]):
    """A persistent map of the world, as `HashTrieMap` is one, that notes what is looked at and what is written."""

    __slots__ = ("_address", "_look", "_seen", "overlay")

    def __init__(self, look: _Look, address: Address, overlay: dict[Any, Any]) -> None:
        self._look = look
        self._address = address
        self._seen: dict[Any, Any] = {}
        self.overlay = overlay

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, opened for looking further."""
        value = self.overlay.get(key)
        if value is None:
            value = self._seen.get(key)
            if value is None:
                value = self._seen[key] = self._looked_up(key)
        return default if value is ABSENT else value

    def _looked_up(self, key: Any) -> Any:
        address = (*self._address, key)
        value = self._look.at(address)
        return _opened(value, address, self._look) if value is not ABSENT and _maps(value.__class__) else value

    def __getitem__(self, key: Any) -> Any:
        value = self.get(key, ABSENT)
        if value is ABSENT:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return self.get(key, ABSENT) is not ABSENT

    def __iter__(self) -> Iterator[Any]:
        """The keys; whoever wants them all has looked at every one."""
        size = len(self._address) + 1
        under = [address[-1] for address in self._look.components.within(self._address) if len(address) == size]
        for key in dict.fromkeys((*under, *self.overlay)):
            if key in self:
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def insert(self, key: Any, value: Any) -> View:
        """The map with another value."""
        return View(self._look, self._address, {**self.overlay, key: value})

    def discard(self, key: Any) -> View:
        """The map without a key."""
        return View(self._look, self._address, {**self.overlay, key: ABSENT})

    def remove(self, key: Any) -> View:
        """The map without a key that it has."""
        if key not in self:
            raise KeyError(key)
        return self.discard(key)

    def changes(self) -> Iterator[Change]:
        """The components that were written."""
        for key, value in self.overlay.items():
            yield from _parts(value, (*self._address, key), self._look.components)


def changes(world: World, components: Components) -> Iterator[Change]:
    """What was written into a view of a world: only that; of another world, everything."""
    return _parts(world, (), components)


@functools.cache
def _maps(of: Any) -> tuple[str, ...]:
    """The fields of a struct that hold maps: what is in them are components of their own."""
    if not issubclass(of, msgspec.Struct):
        return ()
    defaults = of.__struct_defaults__
    optional = of.__struct_fields__[len(of.__struct_fields__) - len(defaults) :]
    return tuple(name for name, value in zip(optional, defaults, strict=True) if isinstance(value, HashTrieMap))


def _opened(value: Any, address: Address, look: _Look) -> Any:
    maps = {name: View(look, (*address, name), _UNWRITTEN) for name in _maps(value.__class__)}
    return replace(value, **maps)


def _parts(value: Any, address: Address, components: Components) -> Iterator[Change]:
    """A value and what is in its maps, component by component: of a view what was written, of a new map everything."""
    names = () if value is ABSENT else _maps(value.__class__)
    for name in names:
        inside = getattr(value, name)
        if isinstance(inside, View):
            yield from inside.changes()
        else:
            yield from (
                (old, ABSENT) for old in components.within((*address, name)) if old[len(address) + 1] not in inside
            )
            for key, one in inside.items():
                yield from _parts(one, (*address, name, key), components)
    if value is ABSENT:
        yield from ((old, ABSENT) for old in components.within(address))
    yield address, replace(value, **dict.fromkeys(names, NOTHING)) if names else value
