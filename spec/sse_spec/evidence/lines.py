"""Where in a JSON document something stands, for messages to people."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["line_of"]

Steps = tuple[str | int, ...]

_TOKEN = re.compile(r'\s*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+)')
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")


def line_of(document: str, path: str) -> int:
    """The line at which the value with this path begins (`$.events[2].answer`), or the nearest that is around it."""
    steps = tuple(int(index) if index else name for name, index in _STEP.findall(path))
    lines: dict[Steps, int] = {(): 1}
    for place, offset in _places(document):
        if place == steps[: len(place)]:
            lines[place] = document.count("\n", 0, offset) + 1
    return max(lines.items(), key=lambda one: len(one[0]))[1]


def _places(document: str) -> Iterator[tuple[Steps, int]]:
    """The path and the offset of each value of a well-formed document, from its beginning."""
    path: list[str | int] = []
    named = False  # whether a name was read that still waits for its value
    for token in _TOKEN.finditer(document):
        text, offset = token[1], token.start(1)
        if text in "}]":
            path.pop()
        elif text == ",":
            if isinstance(path[-1], int):
                path[-1] += 1
        elif text == ":":
            named = True
        elif path and isinstance(path[-1], str) and not named:
            path[-1] = text[1:-1]
        else:
            yield tuple(path), offset
            named = False
            if text in "{[":
                path.append("" if text == "{" else 0)
