"""Local steps: what an action does where it has looked at some components, the same in every state that has them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

from sse_spec.actions import Action, kind
from sse_spec.exploration.components import Address, Change, Components, Journal, changes
from sse_spec.exploration.ghosts import definite, facts
from sse_spec.exploration.scopes import Scope
from sse_spec.exploration.steps import Answered, after, answered, overwritten
from sse_spec.exploration.theorems.statement import Step
from sse_spec.model import Model
from sse_spec.world import World

__all__ = ["Leaf", "Local", "Locally", "Node", "Worked"]

Leaf = tuple[int, tuple[tuple[int, int], ...]]
"""What an action does: how many steps are permitted, and for each change that they make, once, the bits of the state
that it overwrites and those of them that it then puts out."""


class Node:
    """What an action does where it has looked at some components: for their values a leaf, or a look further."""

    __slots__ = ("found", "mask")

    def __init__(self, mask: int = 0) -> None:
        self.mask = mask
        self.found: dict[int, Leaf | Node] = {}

    def find(self, state: int) -> Leaf | None:
        """What the action does in a state, if that is known."""
        found: Leaf | Node | None = self
        while isinstance(found, Node):
            found = found.found.get(state & found.mask)
        return found

    def remember(self, state: int, looked_at: int, leaf: Leaf) -> None:
        """Keep what the action does in every state that has these values of the components that were looked at.

        It is kept under more components than were looked at, if the path to it leads by others.
        """
        node = self
        if not node.found:
            node.mask = looked_at
        looked_at &= ~node.mask
        while isinstance(further := node.found.get(state & node.mask), Node):
            node = further
            looked_at &= ~node.mask
        if looked_at:
            child = node.found[state & node.mask] = Node(looked_at)
            node = child
        node.found[state & node.mask] = leaf


class Local(NamedTuple):
    """A step, the bits of a state that it overwrites, and what it puts there; 0 and 0 if it changes nothing.

    `later` notes what is looked at in the world after the step.
    """

    step: Step
    mask: int
    bits: int
    later: Journal


class Worked(NamedTuple):
    """The steps of an action in a state."""

    steps: tuple[Local, ...]
    journal: Journal

    @property
    def looked_at(self) -> int:
        """The bits that decide them, and whatever was said of them so far."""
        mask = self.journal.mask
        for one in self.steps:
            mask |= one.later.mask & ~one.mask  # what a step writes is known, whatever was there
        return mask

    @property
    def leaf(self) -> Leaf:
        """What the search needs of them."""
        moves = dict.fromkeys((one.mask, one.mask ^ one.bits) for one in self.steps if one.mask)
        return len(self.steps), tuple(moves)


class Locally:
    """Works out steps in the states of an exploration. `left_open` counts those of which the specification says
    nothing, by the kind of the action."""

    def __init__(self, scope: Scope, model: Model, components: Components) -> None:
        self._scope = scope
        self._model = model
        self._components = components
        self.left_open: dict[str, int] = {}

    def steps(self, state: int, action: Action) -> Worked:
        """Every permitted step of an action in a state; none where the scope does not enable it."""
        journal = Journal()
        before = self._components.world(state, journal)
        found: list[Local] = []
        if self._scope.enabled(before, action):
            for one in answered(self._model, before, action):
                found += self._after(state, before, action, one, journal)
            if not found:
                self.left_open[kind(action)] = self.left_open.get(kind(action), 0) + 1
        return Worked(tuple(found), journal)

    def _after(self, state: int, before: World, action: Action, one: Answered, journal: Journal) -> Iterator[Local]:
        """The steps with this answer: several where it leaves open what is then the case."""
        components = self._components
        hidden = overwritten(before, action, one)
        world = before if hidden is None else components.world(state, journal, hidden)
        world = after(world, action, one)
        branches = list(definite(tuple(changes(world, components))))
        for written in branches:
            changed = tuple(self._changed(state, journal, written))
            mask, bits = components.written(changed)
            later = Journal()
            then = world if len(branches) == 1 else components.world(state & ~mask | bits, later)
            told = tuple(self._told(state, journal, changed))
            remembers = functools.partial(self._remembers, state, journal, written)
            yield Local(Step(self._model, before, action, one, then, told, remembers), mask, bits, later)

    def _changed(self, state: int, journal: Journal, written: tuple[Change, ...]) -> Iterator[Change]:
        """What is not as it was in the state. What nobody looked at counts as changed, or else somebody would have."""
        components = self._components
        for address, value in written:
            kept, component = components.kept(address, value), components.at(address)
            if kept is not None and (not component.bits & journal.mask or component.of(state) != kept):
                yield address, kept

    def _told(self, state: int, journal: Journal, changed: tuple[Change, ...]) -> Iterator[Change]:
        """What is not as it was, of what S3 may act on."""
        if self._components.kept is facts:
            yield from changed
            return
        for address, value in changed:
            component = self._components.at(address)
            then, before = facts(address, value), facts(address, component.of(state))
            if then is not None and (then != before or not component.bits & journal.mask):
                yield address, then

    def _remembers(self, state: int, journal: Journal, written: tuple[Change, ...], address: Address) -> bool:
        """Whether even what only a wrong S3 could remember of a component is as it was."""
        component = self._components.at(address)
        journal.mask |= component.bits
        return any(at == address and component.of(state) != value for at, value in written)
