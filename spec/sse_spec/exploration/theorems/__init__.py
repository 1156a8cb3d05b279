"""The theorems, in the order in which they are told."""

from __future__ import annotations

from sse_spec.exploration.theorems import (
    algorithms,
    changes,
    configurations,
    customer_keys,
    keys,
    kms_calls,
    logs,
    objects,
    replicas,
    requests,
    rights,
    uploads,
)
from sse_spec.exploration.theorems.statement import Theorem

__all__ = ["THEOREMS"]

THEOREMS: tuple[Theorem, ...] = (
    *algorithms.THEOREMS,
    *keys.THEOREMS,
    *objects.THEOREMS,
    *configurations.THEOREMS,
    *requests.THEOREMS,
    *uploads.THEOREMS,
    *customer_keys.THEOREMS,
    *rights.THEOREMS,
    *changes.THEOREMS,
    *replicas.THEOREMS,
    *logs.THEOREMS,
    *kms_calls.THEOREMS,
)
"""What holds of every step that the specification permits."""
