"""Which targets there are: those that this distribution and others register in the entry point group `sse_adapters`."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from sse_adapters.protocol import Target

__all__ = ["GROUP", "UnknownTargetError", "load", "targets"]

GROUP = "sse_adapters"
"""The entry point group; the name of an entry is that of the target, its value a class or function that makes one."""


class UnknownTargetError(Exception):
    """No installed distribution registers a target of that name. The message names those that there are."""


def targets() -> dict[str, EntryPoint]:
    """What is registered, by name and in the order of names. Imports none of it."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def load(name: str) -> Target:
    """A new target of that name, not yet open. Raises :class:`UnknownTargetError`."""
    known = targets()
    if name not in known:
        raise UnknownTargetError(f"there is no target {name!r}; choose one of: {', '.join(known) or 'none'}")
    target: Target = known[name].load()()
    return target
