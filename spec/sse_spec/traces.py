"""Traces: what was asked and what was answered, in order. One format for running, recording, checking and shrinking."""

from __future__ import annotations

import msgspec

from sse_spec.actions import S3Action
from sse_spec.observations import Observation

__all__ = ["Event", "Program", "Trace"]


class Event(msgspec.Struct, frozen=True):
    """One action and the answer to it."""

    action: S3Action
    observation: Observation


class Program(msgspec.Struct, frozen=True):
    """A sequence of actions, to be carried out from an empty space."""

    actions: tuple[S3Action, ...]


class Trace(msgspec.Struct, frozen=True):
    """A recorded program. `accounts` maps the account symbols to 12-digit account ids, `regions` those of Regions."""

    accounts: dict[str, str]
    regions: dict[str, str]
    events: tuple[Event, ...]
