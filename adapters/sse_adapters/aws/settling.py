"""Waiting until a change has arrived everywhere, so that no answer is judged that is one of a moment before.

S3 and KMS take some seconds until each of their servers knows of a changed configuration, key or policy. Before a
request that may depend on a change this asks until it is shown, several times in a row, and at least so long as AWS is
known to take for what no read shows: whether a policy is enforced, a key refused, a default applied.

That is usual, not certain. So a divergence counts only once a replay has shown it again that waits the longest time
after each change: a `thorough` one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
from sse_spec.actions import Action, KeyRef
from sse_spec.observations import Observation

from sse_adapters.aws.looks import KINDS, Look, look_at
from sse_adapters.calls import Call, Names
from sse_adapters.documents import Answer, Shown
from sse_adapters.waiting import Clock

__all__ = ["PACES", "Pace", "Settling"]

IN_A_ROW = 3
"""So many reads in a row have to show a change: each may be answered by another server."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two reads: twice as long each time that the change is not shown."""


NO_NAMES = frozenset({"principal", "region", "status", "policy", "body"})
"""Fields of requests whose text names nothing that the run has made."""


class Pace(NamedTuple):
    """How long a change may take to arrive, in seconds: at `least` that is waited, and no longer than the `bound`."""

    least: float
    bound: float


PACES: Mapping[str, Pace] = {
    # S3 gives no figure for configurations; users see them within seconds.
    "configuration": Pace(2.0, 30.0),
    # S3 advises 15 minutes between the first enabling of versioning and the first write; it is usually seen at once.
    "versioning": Pace(5.0, 900.0),
    # KMS: most changes within a few seconds, some within minutes.
    "key": Pace(3.0, 120.0),
    "alias": Pace(3.0, 120.0),
    # No read shows whether a policy is enforced yet: IAM's own are said to take seconds, and rarely a minute.
    "policy": Pace(8.0, 120.0),
}
"""By the kind of change. Those that no document gives are bounds that are ours."""


class _Change(NamedTuple):
    pace: Pace
    look: Look
    at: float
    names: frozenset[str]


class Settling:
    """Remembers the changes of one space, and waits for them. Its reads are no observations, and are not judged."""

    def __init__(
        self,
        send: Callable[[Call], Answer],
        names: Names,
        shown: Shown,
        clock: Clock,
        *,
        thorough: bool = False,
        paces: Mapping[str, Pace] = PACES,
    ) -> None:
        self._send = send
        self._names = names
        self._shown = shown
        self._clock = clock
        self._thorough = thorough
        self._paces = paces
        self._changes: list[_Change] = []

    def changed(self, action: Action, seen: Observation, kind: str | None = None) -> None:
        """Note that a request may have changed something; one that was refused has not. `kind` is that of the change,
        if it is not the one that such an action usually makes.
        """
        usual = KINDS.get(type(action))
        if usual is None or (seen.refused and seen.fault is None):
            return
        look = look_at(action, self._names, self._shown)
        self._changes.append(_Change(self._paces[kind or usual], look, self._clock.now(), named(action)))

    def before(self, action: Action) -> None:
        """Wait until what this request may depend on has arrived.

        A change depends on the earlier ones of what it names; any other request on all, for a write depends also on the
        state of the key of the default of its bucket, which it does not name.
        """
        names = named(action)
        apart = type(action) in KINDS
        due = [change for change in self._changes if not apart or change.names & names]
        self._changes = [change for change in self._changes if change not in due]
        for change in due:
            self._wait(change)

    def finish(self) -> None:
        """Wait for all of it: what is read afterwards is how things are."""
        due, self._changes = self._changes, []
        for change in due:
            self._wait(change)

    def _wait(self, change: _Change) -> None:
        end = change.at + change.pace.bound
        if self._thorough:
            self._until(end)
            return
        in_a_row, pause = 0, FIRST_PAUSE
        while True:
            in_a_row = in_a_row + 1 if change.look(self._send) else 0
            now = self._clock.now()
            if now >= end or (in_a_row >= IN_A_ROW and now >= change.at + change.pace.least):
                return
            if in_a_row:
                least = change.at + change.pace.least - now
                self._clock.sleep(max(FIRST_PAUSE, least / IN_A_ROW))
                pause = FIRST_PAUSE
            else:
                self._clock.sleep(min(pause, max(end - now, 0.0)))
                pause = min(2 * pause, LONGEST_PAUSE)

    def _until(self, moment: float) -> None:
        left = moment - self._clock.now()
        if left > 0:
            self._clock.sleep(left)


def named(action: Action) -> frozenset[str]:
    """The symbols that a request names: buckets, keys, aliases."""
    found: set[str] = set()
    fields = msgspec.structs.asdict(action)
    values: list[object] = [value for name, value in fields.items() if name not in NO_NAMES]
    while values:
        value = values.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, KeyRef):
            found.add(value.name)
        elif isinstance(value, tuple):
            values.extend(value)
        elif isinstance(value, msgspec.Struct):
            values.extend(msgspec.structs.asdict(value).values())
    return frozenset(found)
