"""How many requests a run may make: counted where boto3 sends them, whoever asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Budget", "SpentError"]


class SpentError(Exception):
    """The run may make no more requests."""


class Budget:
    """Counts every request: those that are judged, those that wait for something to be seen, those that clean.

    The request beyond the `limit` is not sent: :class:`SpentError` comes up in its place. Those that clean are counted
    and sent all the same.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._cleaning = 0
        self.by_service: Counter[str] = Counter()
        self.spent = False
        """Whether a request was not sent for that."""

    @property
    def requests(self) -> int:
        """How many were sent."""
        return self.by_service.total()

    @property
    def words(self) -> str:
        """Why the run ends, for its report."""
        return f"the {self._limit} requests of --max-requests are spent"

    def watch(self, client: Any) -> None:
        """Count what this client sends from now on."""
        service = client.meta.service_model.service_name

        def count(**_: Any) -> None:
            if self._limit is not None and not self._cleaning and self.requests >= self._limit:
                self.spent = True
                raise SpentError(self.words)
            self.by_service[service] += 1

        # First, and by wildcards, which come before names: what is not sent is not to be counted as sent elsewhere.
        client.meta.events.register_first("before-send.*.*", count)

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """While this lasts nothing is refused: what was made is removed, whatever that takes."""
        self._cleaning += 1
        try:
            yield
        finally:
            self._cleaning -= 1
