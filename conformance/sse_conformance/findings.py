"""What the judge finds in one answer."""

from __future__ import annotations

import msgspec
from sse_reports.result import Signature
from sse_spec.actions import Action
from sse_spec.model import Case
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome

__all__ = ["Finding", "Judgement"]


class Finding(msgspec.Struct):
    """A divergence in one answer. `signature` may still change its clause when a later read shows what was stored."""

    signature: Signature
    action: Action
    observation: Observation
    case: Case
    permitted: tuple[Outcome, ...]
    derivation: tuple[str, ...]


class Judgement(msgspec.Struct, frozen=True):
    """What one answer came to.

    `unsupported` is the answer by which a target said that it does not offer the operation; `unjudged` says why nothing
    could be concluded. Both are empty where the answer was judged.
    """

    findings: tuple[Finding, ...] = ()
    unsupported: str = ""
    unjudged: str = ""
    lost: bool = False
