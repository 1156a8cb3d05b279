"""Asking again, later and later, while a target says that too many requests come: that is no answer to judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sse_adapters.protocol import Identity, Space, Target, Wire
from sse_spec.actions import Action
from sse_spec.observations import Observation

from sse_conformance.throttling import throttled

__all__ = ["PatientSpace", "PatientTarget", "pauses"]

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two tries: twice as long each time. S3 asks its users for just that."""

TRIES = 9
"""So often is a request sent, over some 16 seconds, before the answer is passed on as it is."""

Pause = Callable[[float], None]
"""Lets so many seconds pass."""


def pauses() -> Iterator[float]:
    """The seconds to wait before each further try."""
    pause = FIRST_PAUSE
    for _ in range(TRIES - 1):
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


class PatientTarget:
    """A target whose spaces are patient. Each try is a request of its own; to who asks it is one call."""

    def __init__(self, target: Target, pause: Pause = time.sleep) -> None:
        self._target = target
        self._pause = pause

    def open(self) -> Identity:
        """Open the target. Raises :class:`sse_adapters.protocol.TargetError`."""
        return self._target.open()

    def space(self) -> PatientSpace:
        """A fresh space of it."""
        return PatientSpace(self._target.space(), self._pause)

    def settle(self, *, thorough: bool) -> None:
        """Have its next spaces wait the longest time after each change, or the usual one, if it waits for changes."""
        settle = getattr(self._target, "settle", None)
        if settle is not None:
            settle(thorough=thorough)

    def close(self) -> None:
        """Close the target."""
        self._target.close()


class PatientSpace:
    """A space that sends a request again, after a pause, where the target says that it has not done it.

    That is safe for every request: what is throttled has changed nothing. A request of unknown fate is another thing,
    and is never sent again. `pause` lets so many seconds pass.
    """

    def __init__(self, space: Space, pause: Pause = time.sleep) -> None:
        self._space = space
        self._pause = pause
        self.seconds = 0.0
        """How long the calls took so far, without pauses."""

    @property
    def wire(self) -> Wire | None:
        """What was sent and received so far; None where the space does not say."""
        return getattr(self._space, "wire", None)

    def perform(self, action: Action) -> Observation:
        """Carry the action out; an answer that is still throttled after the last try is passed on."""
        seen = self._timed(action)
        for seconds in pauses():
            if not throttled(action, seen):
                break
            self._pause(seconds)
            seen = self._timed(action)
        return seen

    def _timed(self, action: Action) -> Observation:
        clock = time.perf_counter()
        seen = self._space.perform(action)
        self.seconds += time.perf_counter() - clock
        return seen

    def close(self) -> None:
        """Close the space."""
        self._space.close()
