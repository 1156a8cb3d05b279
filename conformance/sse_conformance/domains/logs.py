"""The domains of requests about server access logging."""

from __future__ import annotations

from sse_conformance.domains.values import EITHER, NEVER, NOTHING, Domain, Undecided, Value, always

__all__ = ["CONFIGURED", "DESTINATIONS", "LOOKS", "SHOWN_DESTINATION"]


def _target_algorithm(s: Undecided) -> tuple[Value, ...]:
    return ("AES256", None, "aws:kms") if s.target == "present" else NOTHING


DESTINATIONS: dict[str, Domain] = {
    "target": always("present", "missing", "away", "foreign", None),
    "target_algorithm": _target_algorithm,
    "target_admits": lambda s: (s.target == "present",),
}
"""For PutBucketLogging."""

SHOWN_DESTINATION: dict[str, Domain] = {"target": always("present")}
"""For GetBucketLogging."""

LOOKS: dict[str, Domain] = {
    "default_algorithm": always("AES256", None, "aws:kms"),
    "delivers": always(True),  # a first look tells no more than a later one
}
"""For ReadLog, whose default is that of the destination. Logs are looked for first where they may come."""


def _log_target(s: Undecided) -> tuple[Value, ...]:
    """Not crossed with anything but a rule of aws:kms alone."""
    rule = (s.decided.get("new_algorithm"), s.decided.get("new_key"), s.decided.get("new_bucket_key"))
    plain = rule == ("aws:kms", None, None) and s.decided.get("may_configure", True)
    own = not s.decided.get("foreign") and s.decided.get("expected_owner") is None
    return EITHER if plain and own else NEVER


CONFIGURED: dict[str, Domain] = {"log_target": _log_target}
"""For PutBucketEncryption."""
