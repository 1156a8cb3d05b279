"""Where Hypothesis takes its choices from: a random generator with the seed, and nothing else.

Its own provider now and then takes a number that occurs in the source of a module that is loaded. With it a program
would depend on how this package is installed, and on which adapter is in use.
"""

from __future__ import annotations

from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

__all__ = ["BACKEND"]

BACKEND = "s3-sse"


class SeededProvider(HypothesisProvider):
    """Hypothesis's own provider without numbers that it has found somewhere."""

    def _maybe_draw_constant(self, *_given: Any, **_named: Any) -> None:
        return None


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{SeededProvider.__name__}"
