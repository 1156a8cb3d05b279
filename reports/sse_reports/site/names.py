"""What the pages of the site are called, and where they lie: addresses relative to its root."""

from __future__ import annotations

import hashlib
import re

__all__ = ["chapter", "clause", "folder", "slug", "target"]

_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9])){0,63}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def slug(text: str) -> str:
    """The text as one part of an address: as it stands where that is safe, else cut down and told apart by a
    fingerprint.

    What a target calls itself can so neither leave a folder nor mean anything in an attribute. Letters of both cases
    are kept apart from each other by nothing but case.
    """
    if _SAFE.fullmatch(text):
        return text
    fingerprint = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_UNSAFE.sub('-', text)[:40].strip('-')}-{fingerprint}".lstrip("-")


def target(name: str) -> str:
    """The page of a target."""
    return f"targets/{slug(name)}.html"


def clause(name: str) -> str:
    """The page of a clause."""
    return f"clauses/{slug(name)}.html"


def chapter(name: str) -> str:
    """The page of a chapter of the specification."""
    return f"spec/{slug(name)}.html"


def folder(name: str, version: str, as_of: str) -> str:
    """The folder of a run of a target's version as of a day: of what is published, and of its pages."""
    return "/".join(map(slug, (name, version, as_of)))
