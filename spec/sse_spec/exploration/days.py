"""The days on which S3 changed, as the documents tell them: the theorems do not ask the clauses."""

from __future__ import annotations

import datetime as dt

__all__ = [
    "BASELINE",
    "BLOCKED_ON_NEW_BUCKETS",
    "BLOCKING_KNOWN",
    "DSSE_KNOWN",
    "INHERITED_UNDER_OTHER_KEYS",
    "baseline",
    "known_algorithms",
]

BASELINE = dt.date(2023, 1, 5)
"""From this day S3 encrypts every new object."""

DSSE_KNOWN = dt.date(2023, 6, 13)
"""From this day S3 knows dual-layer encryption."""

INHERITED_UNDER_OTHER_KEYS = dt.date(2022, 12, 31)
"""From this day the documents say that a bucket key is inherited also where the request names another key."""

SSE_C_REPLICATED = dt.date(2022, 7, 1)
"""From this day at the earliest, objects under customer keys are replicated."""

SSE_C_REPLICATED_BY = dt.date(2022, 12, 31)
"""From this day at the latest they are."""

BLOCKING_KNOWN = dt.date(2025, 11, 19)
"""From this day a configuration may name blocked encryption types."""

BLOCKED_ON_NEW_BUCKETS = dt.date(2026, 5, 1)
"""By this day at the latest, new buckets block SSE-C by themselves."""


def baseline(as_of: dt.date) -> str | None:
    """The algorithm of a new object where nothing is configured and nothing is asked for."""
    return "AES256" if as_of >= BASELINE else None


def known_algorithms(as_of: dt.date) -> frozenset[str]:
    """The algorithms that a header or a default may name."""
    return frozenset({"AES256", "aws:kms", *({"aws:kms:dsse"} if as_of >= DSSE_KNOWN else ())})
