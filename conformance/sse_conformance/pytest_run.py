"""The one run of a pytest session, whether it has one process or, under pytest-xdist, several workers."""

from __future__ import annotations

import traceback
from pathlib import Path

import msgspec
from filelock import FileLock
from sse_adapters.protocol import TargetError
from sse_reports.result import Result

from sse_conformance import engine
from sse_conformance.campaign import INTERRUPTED
from sse_conformance.crew import Source
from sse_conformance.options import Options

__all__ = ["Outcome", "outcome"]


class Outcome(msgspec.Struct, frozen=True):
    """What came of the run: its result, or why there is none."""

    result: Result | None = None
    error: str = ""


def outcome(source: Source, options: Options, shared: Path | None = None, processes: int = 1) -> Outcome:
    """What came of the run, which takes place now unless another worker has seen to it.

    `shared` is the directory that the workers have in common: who locks it first runs, the others wait and read. Raises
    KeyboardInterrupt if the run was interrupted.
    """
    if shared is None:
        return _run(source, options, processes)
    told = shared / "outcome.json"
    with FileLock(shared / "lock"):
        if not told.exists():
            told.write_bytes(msgspec.json.encode(_run(source, options, processes)))
        return msgspec.json.decode(told.read_bytes(), type=Outcome)


def _run(source: Source, options: Options, processes: int) -> Outcome:
    try:
        result = engine.run(source, options, processes=processes)
    except (TargetError, engine.ProcessError) as error:
        return Outcome(error=str(error))
    except Exception:
        return Outcome(error=traceback.format_exc())
    if result.incomplete.startswith(INTERRUPTED):
        raise KeyboardInterrupt
    return Outcome(result)
