"""`s3-sse clauses --check`: whether files of clauses are well-formed, for whoever writes or changes a chapter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sse_spec.clauses import Chapter, ClauseFileError, read_chapter

__all__ = ["Checked", "check", "read_file"]


class Checked(NamedTuple):
    """A line for each file that is well-formed, and a line for each that is not, which says where and why."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...]


def check(files: Sequence[Path]) -> Checked:
    """Read each file. An id may stand in one of them only."""
    accepted, refused = [], []
    owners: dict[str, Path] = {}
    for path in files:
        try:
            chapter = read_file(path)
            for one in chapter.clauses:
                if owners.setdefault(one.id, path) is not path:
                    raise ClauseFileError(str(path), f"{owners[one.id]} has a clause of this id too", clause=one.id)
        except ClauseFileError as error:
            refused.append(str(error))
        else:
            accepted.append(f"{path}: {_extent(chapter)}")
    return Checked(tuple(accepted), tuple(refused))


def read_file(path: Path) -> Chapter:
    """The chapter that a file holds. Raises :class:`sse_spec.clauses.ClauseFileError`."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise ClauseFileError(str(path), error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ClauseFileError(str(path), "it is not UTF-8", line=line) from None
    return read_chapter(text, str(path))


def _extent(chapter: Chapter) -> str:
    count, first, last = len(chapter.clauses), chapter.clauses[0].id, chapter.clauses[-1].id
    return f"1 clause, {first}" if count == 1 else f"{count} clauses, {first} to {last}"
