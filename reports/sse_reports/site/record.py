"""How a published result came about: the file `run.toml` beside it, which is enough to do it again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import msgspec
import tomli_w

__all__ = ["FILE", "NOT_RUN", "NotRun", "Record", "read", "read_not_run", "write", "write_not_run"]

FILE = "run.toml"
"""Name of the file, beside `result.json`."""

NOT_RUN = "not-run.toml"
"""Name of the file, at the top of what is published, that says which targets were not run, and why."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a run was made.

    `install` and `command` are lines for a shell, in the root of a checkout of this suite. `date` is the day of the run
    in UTC, `packages` the versions of what took part in it, by name. `scripts` is false where the boto3 scripts of the
    witnesses were left out of the result to keep it small; `s3-sse run` makes them again.
    """

    install: tuple[str, ...]
    command: str
    date: str
    python: str = ""
    platform: str = ""
    packages: Mapping[str, str] = {}
    scripts: bool = True


class NotRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target that was not run, and why."""

    target: str
    reason: str


def read(text: str) -> Record:
    """Read a record. Raises `tomllib.TOMLDecodeError` or `msgspec.ValidationError`."""
    return msgspec.convert(tomllib.loads(text), Record)


def write(record: Record) -> str:
    """The record as TOML."""
    return tomli_w.dumps(msgspec.to_builtins(record), multiline_strings=False)


def read_not_run(text: str) -> tuple[NotRun, ...]:
    """Read the list of targets that were not run. Raises as :func:`read`."""
    return msgspec.convert(tomllib.loads(text).get("not-run", []), tuple[NotRun, ...])


def write_not_run(targets: tuple[NotRun, ...]) -> str:
    """The list as TOML."""
    return tomli_w.dumps({"not-run": [msgspec.to_builtins(one) for one in targets]})
