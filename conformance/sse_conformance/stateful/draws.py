"""Many small choices out of one number.

Hypothesis spends as much time on a draw as a call to a target in this process takes. So it draws one number for each
step, and what the step is to be is read off that number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["NUMBERS", "Draws"]

NUMBERS = 1 << 24
"""Numbers are drawn below this. Of a wider range Hypothesis prefers the small ones."""

_WORD = (1 << 64) - 1
_FACTOR, _SUMMAND = 6364136223846793005, 1442695040888963407
"""Knuth's linear congruential generator (MMIX): its high bits are good enough to choose by, and it costs nothing."""

_HIGH = 33
_STEP = 0x9E3779B97F4A7C15
"""The golden ratio in 64 bits: keeps the choices of two steps apart that were drawn the same number."""

T = TypeVar("T")


class Draws:
    """The choices that one number stands for; `step` tells equal numbers apart."""

    def __init__(self, number: int, step: int = 0) -> None:
        self._state = ((number + 1) * _STEP ^ (step + 1) * _FACTOR) & _WORD

    def below(self, limit: int) -> int:
        """A number from 0 to `limit`, exclusive."""
        self._state = (self._state * _FACTOR + _SUMMAND) & _WORD
        return (self._state >> _HIGH) % limit

    def chance(self, percent: int) -> bool:
        """True so many times out of a hundred."""
        return self.below(100) < percent

    def of(self, values: Sequence[T]) -> T:
        """One of these values."""
        return values[self.below(len(values))]
