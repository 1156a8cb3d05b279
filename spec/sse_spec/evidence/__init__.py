"""Recorded behaviour of AWS, which the model must accept, and the format in which it is recorded.

README.md beside this module describes the format, with an example of each action.
"""

from __future__ import annotations

from importlib import resources

from sse_spec.evidence.format import Answer, Event, Recording
from sse_spec.evidence.reading import EvidenceError, decode, encode

__all__ = ["SCHEMA", "Answer", "Event", "EvidenceError", "Recording", "decode", "encode", "shipped"]

SCHEMA = "trace-1.schema.json"
"""Name of the schema of the format, beside this module."""


def shipped() -> dict[str, Recording]:
    """The recordings that ship with this edition, by the name of their file, in order."""
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    found = [file for file in files if file.name.endswith(".json") and file.name != SCHEMA]
    return {file.name: decode(file.read_bytes(), file.name) for file in found}
