"""The commands `s3-sse targets` and `s3-sse install`: which targets there are, and how to get those that are not."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import EntryPoint
from typing import Any

import msgspec

from sse_conformance.usage import UsageError, complain

__all__ = ["Listed", "add_install", "add_targets", "listed"]

PROBED = "probed"
"""Said of the classes of a target that does not tell them beforehand."""


class Listed(msgspec.Struct, frozen=True):
    """A target as it is listed.

    `version` is the one that would be judged, None where it is not known before the target is reached. `classes` are
    those that it is known to offer, None where only a run tells. `install` says how to get what is missing, and `error`
    why the target cannot even be asked; both are empty where all is well.
    """

    name: str
    version: str | None = None
    classes: tuple[str, ...] | None = None
    install: str = ""
    error: str = ""


def add_targets(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command that lists targets."""
    shown = commands.add_parser("targets", help="list the targets that are installed")
    shown.add_argument("--json", action="store_true", help="print the list as JSON")
    shown.set_defaults(command=_targets)


def add_install(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command that installs the server of a target."""
    made = commands.add_parser("install", help="install the server of a target in an environment of its own")
    made.add_argument("target", help="localstack, ministack or seaweedfs")
    made.set_defaults(command=_install)


def listed() -> list[Listed]:
    """All targets, in the order of their names. What a target of others does wrong is its error, never raised."""
    from sse_adapters.registry import targets

    found = [_asked(name, entry) for name, entry in targets().items()]
    return sorted([*found, _reference()], key=lambda one: one.name)


def _asked(name: str, entry: EntryPoint) -> Listed:
    """A target, as far as it tells without being opened: all attributes are optional."""
    try:
        made = entry.load()
        version = made.installed_version() if hasattr(made, "installed_version") else None
        classes = tuple(map(str, getattr(made, "offers", ()))) or None
        install = str(made.how_to_install()) if version is None and hasattr(made, "how_to_install") else ""
    except Exception as error:  # whatever the module of a third party does when it is imported
        return Listed(name, error=" ".join(f"{type(error).__name__}: {error}".split()))
    return Listed(name, None if version is None else str(version), classes, install)


def _reference() -> Listed:
    from importlib import metadata

    from sse_spec.clauses import CLASSES

    return Listed("reference", metadata.version("s3-sse-conformance"), CLASSES)


def _targets(parsed: argparse.Namespace) -> int:
    from sse_reports.text import inert

    found = listed()
    if parsed.json:
        sys.stdout.write(json.dumps(msgspec.to_builtins(found), indent=2) + "\n")
        return 0
    names = max(len(one.name) for one in found)
    versions = max(len(one.version or "-") for one in found)
    for one in found:
        print(inert(f"{one.name:<{names}}  {one.version or '-':<{versions}}  {_words(one)}"))  # noqa: T201
    return 0


def _words(one: Listed) -> str:
    from sse_spec.clauses import CLASSES

    if one.error:
        return f"cannot be asked: {one.error}"
    classes = PROBED if one.classes is None else ", ".join(one.classes)
    if one.classes is not None and set(CLASSES) <= set(one.classes):
        classes = "all classes"
    elif one.classes is not None and len(one.classes) > len(CLASSES) / 2:
        classes = f"all classes but {', '.join(name for name in CLASSES if name not in one.classes)}"
    return f"{classes}; {one.install}" if one.install else classes


def _install(parsed: argparse.Namespace) -> int:
    from sse_adapters import environments
    from sse_adapters.protocol import TargetError

    if parsed.target not in environments.recipes():
        raise UsageError(
            f"`s3-sse install` does not know {parsed.target!r}; it installs: {', '.join(environments.recipes())}"
        )
    try:
        place = environments.install(parsed.target)
    except TargetError as error:
        return complain(error, 3)
    print(f"{parsed.target} {environments.version(parsed.target)} is in {place}")  # noqa: T201
    return 0
