"""Which targets there are: those that this distribution and others register in the entry point group `sse_adapters`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from sse_adapters.protocol import Target

__all__ = ["GROUP", "NotTakenError", "SettingError", "UnknownTargetError", "load", "targets"]

GROUP = "sse_adapters"
"""The entry point group; the name of an entry is that of the target, its value a class or function that makes one."""


class UnknownTargetError(Exception):
    """No installed distribution registers a target of that name. The message names those that there are."""


class SettingError(Exception):
    """The settings that a target was given do not fit together, or one is missing. The message says what would do."""


class NotTakenError(SettingError):
    """A target does not take a setting; `setting` is its name."""

    def __init__(self, target: str, setting: str) -> None:
        super().__init__(f"the target {target} takes no {setting}")
        self.setting = setting


def targets() -> dict[str, EntryPoint]:
    """What is registered, by name and in the order of names. Imports none of it."""
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def load(name: str, **settings: Any) -> Target:
    """A new target of that name, not yet open.

    `settings` are the operator's: keyword arguments of what makes the target, which may take some of them. Raises
    :class:`UnknownTargetError`, and :class:`SettingError` for settings that the target cannot use.
    """
    known = targets()
    if name not in known:
        raise UnknownTargetError(f"there is no target {name!r}; choose one of: {', '.join(known) or 'none'}")
    make = known[name].load()
    refused = _not_taken(make, settings)
    if refused:
        raise NotTakenError(name, refused[0])
    target: Target = make(**settings)
    return target


def _not_taken(make: Callable[..., Target], settings: Collection[str]) -> list[str]:
    """The settings that are no keyword arguments of `make`."""
    if not settings:
        return []
    parameters = inspect.signature(make).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return []
    taken = {one.name for one in parameters if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD)}
    return [setting for setting in settings if setting not in taken]
