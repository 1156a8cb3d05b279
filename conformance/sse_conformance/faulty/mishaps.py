"""What goes wrong with which exchange: a script that a seed writes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Literal, NamedTuple

__all__ = ["KINDS", "Exchange", "Mishap", "Script"]

Mishap = Literal[
    "delayed",
    "cut before the request",
    "cut before the answer",
    "cut in the answer",
    "request sent twice",
    "answer sent twice",
    "corrupted body",
    "corrupted header",
]
"""What may happen to an exchange. After `cut before the request` it was not done; after the other cuts it was."""

KINDS: Mapping[str, tuple[Mishap, ...]] = {
    "delay": ("delayed",),
    "cut": ("cut before the request", "cut before the answer", "cut in the answer"),
    "duplicate": ("request sent twice", "answer sent twice"),
    "corrupt": ("corrupted body", "corrupted header"),
}
"""The mishaps by their kind; all of a kind are equally frequent."""


class Exchange(NamedTuple):
    """What befalls one request and its answer; `luck` settles where in it, from 0 to 1."""

    mishap: Mishap | None
    luck: float


class Script:
    """Says what befalls one exchange after the other: `rate` is the share of the exchanges that each kind takes.

    The same seed gives the same script. Raises ValueError for rates that make more than every exchange.
    """

    def __init__(self, seed: int, rate: float, kinds: tuple[str, ...] = tuple(KINDS)) -> None:
        if not 0 <= rate * len(kinds) <= 1:
            raise ValueError(f"{len(kinds)} kinds of mishaps cannot each befall {rate:.0%} of the exchanges")
        self._random = random.Random(seed)  # noqa: S311 - a script has to be repeatable, not secret
        self._rate = rate
        self._kinds = kinds

    def next(self) -> Exchange:
        """What befalls the next exchange."""
        drawn, which, luck = (self._random.random() for _ in range(3))
        if drawn >= self._rate * len(self._kinds):
            return Exchange(None, luck)
        kind = KINDS[self._kinds[int(drawn / self._rate)]]
        return Exchange(kind[int(which * len(kind))], luck)
