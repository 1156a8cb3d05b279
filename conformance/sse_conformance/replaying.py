"""Running a witness again, from its JSON."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from sse_adapters.protocol import Target
from sse_spec.actions import S3Action
from sse_spec.model import standard
from sse_spec.traces import Program

from sse_conformance.witness import replay

__all__ = ["ProgramError", "read_program", "run"]


class ProgramError(Exception):
    """The file holds no program. The message has file, line and reason."""


def read_program(path: Path) -> tuple[S3Action, ...]:
    """Read a program. Raises :class:`ProgramError`."""
    try:
        document = path.read_bytes()
    except OSError as error:
        raise ProgramError(f"{path}: {error.strerror}") from None
    try:
        return msgspec.json.decode(document, type=Program).actions
    except msgspec.ValidationError as error:
        raise ProgramError(f"{path}: line {_line_of(document, str(error))}: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProgramError(f"{path}: line {_broken_line(document)}: {error}") from None


def _broken_line(document: bytes) -> int:
    """The first line up to which the document cannot be the beginning of JSON, for a reader to look at."""
    import json

    try:
        json.loads(document)
    except json.JSONDecodeError as error:
        return error.lineno
    except UnicodeDecodeError as error:
        return document.count(b"\n", 0, error.start) + 1
    return 1


def _line_of(document: bytes, message: str) -> int:
    """The line at which the action named by the path in the message begins."""
    _, found, index = message.partition("$.actions[")
    number = index.partition("]")[0]
    if not found or not number.isdigit():
        return 1
    at = -1
    for _ in range(int(number) + 1):
        at = document.find(b'"action"', at + 1)
    return document.count(b"\n", 0, max(at, 0)) + 1


def run(target: Target, as_of: dt.date, actions: tuple[S3Action, ...]) -> tuple[list[str], int]:
    """Replay on a fresh space: lines to print, and 1 if something diverged, 3 if the target was lost, else 0."""
    identity = target.open()
    try:
        replayed = replay(standard(as_of), identity, target, actions)
    finally:
        target.close()
    lines: list[str] = []
    diverged = False
    for number, (step, findings) in enumerate(zip(replayed.steps, replayed.findings, strict=True), 1):
        lines += [f"{number}. {step.request}", f"   {step.answer}"]
        for finding in findings:
            diverged = True
            signature = finding.signature
            lines.append(
                f"   {signature.clause}: {signature.field}: expected {signature.expected}, got {signature.observed}"
            )
    if len(replayed.steps) < len(actions):
        return [*lines, "the target was lost"], 3
    return [*lines, "diverges" if diverged else "conforms"], int(diverged)
