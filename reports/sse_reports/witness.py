"""Witnesses as files: what they are called, and the program that they hold."""

from __future__ import annotations

import hashlib
import re

import msgspec
from sse_spec.traces import Program

from sse_reports.result import Divergence
from sse_reports.text import inert_json

__all__ = ["program", "stem"]

_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def program(divergence: Divergence) -> bytes:
    """The witness as a :class:`Program` in JSON, which `s3-sse replay` reads; indented, with a newline at its end."""
    document = msgspec.json.encode(Program(actions=tuple(step.action for step in divergence.witness)))
    return inert_json(msgspec.json.format(document, indent=2)) + b"\n"


def stem(divergence: Divergence) -> str:
    """The name of its files, without suffix: the id.

    An id that could leave the directory or that a file system may refuse is cut down, and told apart by a fingerprint.
    """
    if _SAFE.fullmatch(divergence.id):
        return divergence.id
    fingerprint = hashlib.sha256(divergence.id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_UNSAFE.sub('-', divergence.id)[:40].strip('-')}-{fingerprint}".lstrip("-")
