"""The journal of a run: what it is about to make, written down before it asks for it.

A run that is killed leaves its journal, and `s3-sse clean aws` reads there what may have been made and not been tagged
yet. There is one file a run in the state folder of the user; a lock says that the run is still alive, and is let go by
the system however the run ends.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal

import msgspec
from filelock import FileLock, Timeout

__all__ = ["Entry", "Journal", "Record", "records", "state_folder"]

Kind = Literal["bucket", "alias", "key"]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing that a run made or may have made; `gone` says that it is not there any more.

    `account` is the 12-digit id of its owner, `region` the name of its Region; a key is named by its ARN. `at` is when
    it was written down, in seconds since 1970.
    """

    kind: Kind
    name: str
    account: str
    region: str
    at: float
    gone: bool = False


def state_folder() -> Path:
    """Where journals are: `S3_SSE_STATE`, or a folder of this system's for the state of programs."""
    named = os.environ.get("S3_SSE_STATE")
    if named:
        return Path(named) / "aws"
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "s3-sse" / "aws"


class Journal:
    """The journal of a run that is under way: a line is on the disk before the request goes out.

    Raises OSError where the folder cannot be written to: then nothing may be made.
    """

    def __init__(self, token: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.token = token
        self.folder = folder
        self._path = folder / f"{token}.jsonl"
        self._lock = FileLock(f"{self._path}.lock", timeout=0)
        self._lock.acquire()
        self._file: IO[bytes] | None = self._path.open("ab")
        self._open: dict[tuple[str, str], Entry] = {}

    @property
    def outstanding(self) -> tuple[Entry, ...]:
        """What may still be there."""
        return tuple(self._open.values())

    def note(self, kind: Kind, name: str, account: str, region: str) -> None:
        """Write down what is about to be made."""
        entry = Entry(kind, name, account, region, time.time())
        self._open[kind, name] = entry
        self._write(entry)

    def strike(self, kind: Kind, name: str) -> None:
        """Write down that something is not there any more."""
        entry = self._open.pop((kind, name), None)
        if entry is not None:
            self._write(msgspec.structs.replace(entry, gone=True))

    def close(self) -> None:
        """End the journal; one of a run that has left nothing behind is removed. Safe to call twice."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        if not self._open:
            self._path.unlink(missing_ok=True)
        self._lock.release()
        if not self._open:
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def abandon(self) -> None:
        """Let everything go as it is, as the system does with the journal of a run that is killed."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.release()

    def _write(self, entry: Entry) -> None:
        if self._file is None:
            raise ValueError("the journal is closed")
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


class Record:
    """The journal of a run that has ended in some way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.token = path.stem
        self.entries = tuple(_read(path))
        self._lock = FileLock(f"{path}.lock", timeout=0)

    @property
    def alive(self) -> bool:
        """Whether the run is still under way, in this machine."""
        try:
            with self._lock:
                return False
        except Timeout:
            return True

    @property
    def written(self) -> dt.datetime:
        """When the last line was written; long ago where the journal is gone."""
        with suppress(FileNotFoundError):
            return dt.datetime.fromtimestamp(self._path.stat().st_mtime, dt.UTC)
        return dt.datetime.fromtimestamp(0, dt.UTC)

    def forget(self) -> None:
        """Remove it: nothing of its run is left."""
        self._path.unlink(missing_ok=True)
        Path(self._lock.lock_file).unlink(missing_ok=True)


def records(folder: Path) -> tuple[Record, ...]:
    """The journals in a folder, in the order of their names."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        with suppress(FileNotFoundError):  # its run has just ended, and left nothing
            found.append(Record(path))
    return tuple(found)


def _read(path: Path) -> Iterator[Entry]:
    """What may still be there by this journal. A last line that was cut was never acted upon."""
    found: dict[tuple[str, str], Entry] = {}
    for line in path.read_bytes().splitlines():
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.MsgspecError:
            continue
        if entry.gone:
            found.pop((entry.kind, entry.name), None)
        else:
            found[entry.kind, entry.name] = entry
    yield from found.values()
