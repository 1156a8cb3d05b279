"""Answers that are nobody's answer, and refusals without a document."""

from __future__ import annotations

from sse_spec.observations import Fault, Observation

from sse_adapters.documents import Shown, cut

__all__ = ["PLAIN_REFUSALS", "VALUE_LIMIT", "fault", "server_fault"]

VALUE_LIMIT = 2048
"""Longest value of a field that is kept, in characters: the longest key identifier that KMS takes."""

PLAIN_REFUSALS = (405, 501)
"""Refusals that are clear without an error document: not allowed, not implemented."""


def fault(status: int, message: str, shown: Shown) -> Observation:
    """The observation of an answer that is not S3's."""
    return Observation(status, message=cut(message, shown), fault=server_fault(status) or "garbage")


def server_fault(status: int) -> Fault | None:
    """The fault of an answer with this status, whatever it says."""
    return "server-error" if status >= 500 and status != 501 else None
