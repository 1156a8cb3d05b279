"""Witnesses as files: what they are called, and the program that they hold."""

from __future__ import annotations

import hashlib
import re

import msgspec

from sse_reports.result import Divergence
from sse_reports.text import inert_json

__all__ = ["program", "stem"]

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def program(divergence: Divergence) -> bytes:
    """The witness as a `sse_spec.traces.Program` in JSON, as `s3-sse replay` reads it: one action a line."""
    lines = (msgspec.json.format(msgspec.json.encode(step.action), indent=0) for step in divergence.witness)
    actions = b",\n".join(b"  " + line for line in lines)
    return inert_json(b'{"actions": [\n' + actions + b"\n]}\n")


def stem(divergence: Divergence) -> str:
    """The name of its files, without suffix: the id.

    An id that could leave the directory or that a file system may refuse is cut down, and told apart by a fingerprint.
    """
    if _SAFE.fullmatch(divergence.id):
        return divergence.id
    fingerprint = hashlib.sha256(divergence.id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{_UNSAFE.sub('-', divergence.id)[:40].strip('-')}-{fingerprint}".lstrip("-")
