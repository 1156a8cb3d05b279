"""Bugs that show only after a certain history: what makes each of them deep is that the cover does not bring it about.

The cover gives every goal a fresh object key, every default a bucket of its own and every key state a key of its own.
So it seldom does the same thing to one bucket, object, key, alias or upload again: an implementation that keeps state
wrongly does well on each first time. Not all of these bugs lie equally deep. Some need one step that the cover never
takes, as to overwrite an object, to delete it, or to begin two uploads of one key; others need two or three rounds of
the same steps. None needs more than eight requests, and two buckets, two KMS keys and one alias are enough for each.
"""

from __future__ import annotations

from sse_conformance.mutants.deep import customers, defaults, keys, objects, sharing, uploads
from sse_conformance.mutants.mutant import Mutant

__all__ = ["MUTANTS"]

MUTANTS: tuple[Mutant, ...] = (
    *defaults.MUTANTS,
    *objects.MUTANTS,
    *keys.MUTANTS,
    *uploads.MUTANTS,
    *customers.MUTANTS,
    *sharing.MUTANTS,
)
"""All of them, by what it is that has the history."""
