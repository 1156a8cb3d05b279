"""Requests that a target did not do because too many came: it says so, and asks to be asked again later."""

from __future__ import annotations

from sse_spec.actions import Action, HeadObject, HeadReplica
from sse_spec.observations import Observation

__all__ = ["throttled"]

CODES = frozenset(
    (
        "BandwidthLimitExceeded",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "SlowDownRead",
        "SlowDownWrite",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
    )
)
"""What S3, KMS and S3 Control call it, whatever the status; the two of reading and writing are MinIO's."""

TOO_MANY = 429
"""The status that has no other meaning (RFC 6585)."""

BUSY = 503
"""The status of `SlowDown`: all that is seen of it in the answer to a HEAD, which has no body."""


def throttled(action: Action, seen: Observation) -> bool:
    """Whether this answer says that the request was not done, for there are too many."""
    if isinstance(action, HeadObject | HeadReplica) and seen.status == BUSY:
        return True
    return seen.status == TOO_MANY or seen.code in CODES
