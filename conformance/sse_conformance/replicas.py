"""Comparing what an answer says of replication: the configuration, and the status of an object."""

from __future__ import annotations

from collections.abc import Hashable

from sse_spec.actions import Action, account_of
from sse_spec.names import KeyNames, shape_of_key
from sse_spec.observations import Observation
from sse_spec.outcomes import UNDER_WAY, AsPut, Want
from sse_spec.scene import Scene

__all__ = [
    "REPLICATION_FIELDS",
    "SELECTED",
    "expected_replication",
    "look_of_replication",
    "observed_replication",
    "replication_fits",
]

SELECTED = frozenset({"PENDING", "COMPLETED", "FAILED"})
"""The replication statuses of an object that is replicated."""

ELEMENTS = {
    "replication_destination": "destination",
    "replication_sse_kms": "sse_kms",
    "replication_replica_key": "replica_key",
}
"""The elements of a configuration, by the field that wants them."""

REPLICATION_FIELDS = frozenset({*ELEMENTS, "replication_status"})


def replication_fits(name: str, want: Want, seen: Observation, scene: Scene, action: Action, names: KeyNames) -> bool:
    """Whether one of these fields is as wanted."""
    if name == "replication_status":
        return seen.replication_status in SELECTED if want == UNDER_WAY else seen.replication_status == want
    shown = None if seen.replication is None else getattr(seen.replication, ELEMENTS[name])
    if isinstance(want, AsPut):
        return shown is not None and shown == _put(name, scene, action, names)
    return bool(shown == want)


def _put(name: str, scene: Scene, action: Action, names: KeyNames) -> str | None:
    """What was put for an element of the configuration."""
    put = scene.replication
    if put is None:
        return None
    if name == "replication_destination":
        return put.destination
    return None if put.replica_key is None else names.text(put.replica_key, account_of(action.principal))


def look_of_replication(seen: Observation, scene: Scene, action: Action, names: KeyNames) -> Hashable:
    """What of an answer these comparisons depend on, with relations in the place of names."""
    if seen.replication is None:
        return None
    return tuple(
        shown if name == "replication_sse_kms" else (shown is None, shown == _put(name, scene, action, names))
        for name, shown in ((name, getattr(seen.replication, element)) for name, element in ELEMENTS.items())
    )


def expected_replication(want: Want) -> str | None:
    """What was wanted of a replication status, in words; None where the want says it itself."""
    return "PENDING, COMPLETED or FAILED" if want == UNDER_WAY else None


def observed_replication(name: str, seen: Observation) -> str:
    """What one of these fields showed, without anything that a target invented."""
    if name == "replication_status":
        return seen.replication_status or "absent"
    if seen.replication is None:
        return "no rule"
    shown = getattr(seen.replication, ELEMENTS[name])
    if shown is None:
        return "absent"
    return shape_of_key(shown) if name == "replication_replica_key" else "another" if _named(name) else str(shown)


def _named(name: str) -> bool:
    return name == "replication_destination"
