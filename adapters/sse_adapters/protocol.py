"""What an adapter has to offer. Implement :class:`Target` and register it in the entry point group `sse_adapters`.

A target is opened once a run and gives out *spaces*: places where a program runs as if nothing had been there before.
It knows actions and observations, and nothing of clauses, predictions or verdicts.
"""

from __future__ import annotations

from typing import Protocol

import msgspec
from sse_spec.actions import Action
from sse_spec.observations import Observation

from sse_adapters.given import Given

__all__ = ["Identity", "Space", "Target", "TargetError", "Wire"]


class TargetError(Exception):
    """The target cannot be used: it is not installed, not reachable, or refuses us. The message says what to do."""


class Identity(msgspec.Struct, frozen=True):
    """Who the target is.

    `accounts` maps the account symbols that it can play (`main`, `other`) to 12-digit account ids, `regions` the Region
    symbols (`home`, `away`) to Region names. A symbol that is missing is one that it cannot play. `call_seconds` is
    the usual time of one call, for the estimate that a plan shows. `principals` are those that can sign requests: the
    accounts, and of :data:`sse_spec.actions.RESTRICTED` those that the target has; without any, the accounts.
    `remarks` are sentences that a reader of the report has to know about how the target was reached. `given` is what
    the operator has for the run where it may not make it. `kms_witness` says that its spaces can answer
    :class:`sse_spec.actions.ReadKmsCalls`: somebody sees what the target asks its KMS. `eventual` says that an answer
    may be one of a moment before, however its spaces wait: what diverges counts only once a replay has confirmed it.
    Such a target may have a method `settle(*, thorough: bool)`, by which its next spaces wait the longest time after
    each change, as before a replay, or the usual one, as in the cover.
    """

    name: str
    version: str
    accounts: dict[str, str]
    regions: dict[str, str]
    call_seconds: float
    principals: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    given: Given = Given()
    kms_witness: bool = False
    eventual: bool = False


class Wire(msgspec.Struct, frozen=True):
    """What went over the wire: bytes sent and received, lines of request and status, headers and bodies included."""

    sent: int = 0
    received: int = 0

    def __add__(self, other: Wire) -> Wire:
        """Both together."""
        return Wire(self.sent + other.sent, self.received + other.received)

    def __sub__(self, other: Wire) -> Wire:
        """What came since then."""
        return Wire(self.sent - other.sent, self.received - other.received)


class Space(Protocol):
    """An isolated place: no bucket, key or alias of another space can be seen or harmed from it.

    It may have an attribute `wire`, a :class:`Wire` that says what it has sent and received so far; a report shows it.
    """

    def perform(self, action: Action) -> Observation:
        """Carry the action out, once, without retries. Never raises: what goes wrong is a fault of the observation.

        What S3 does some time after a request (a replica, a log, a batch job) is waited for; where nothing shows in
        the time that the target is given, the fault is `late`.
        """
        ...

    def close(self) -> None:
        """Remove whatever the space made. Safe to call twice."""
        ...


class Target(Protocol):
    """An implementation under test."""

    def open(self) -> Identity:
        """Start or reach the target. Raises :class:`TargetError`."""
        ...

    def space(self) -> Space:
        """A fresh space."""
        ...

    def close(self) -> None:
        """Stop what `open` started. Safe to call twice, and without `open`."""
        ...
