"""Which bucket may be a destination of server access logs, and how the logs that arrive there are encrypted."""

from __future__ import annotations

from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import AsPut, Decided, Objection, Want
from sse_spec.situation import Situation

__all__ = ["arrival", "destination_checks", "log_encryption", "log_target_checks", "shown_destination"]

INVALID_TARGET = ("InvalidTargetBucketForLogging",)
OTHER_REGION = ("CrossLocationLoggingProhibitted",)
ANY_CODE: tuple[str, ...] = ()
OUT_OF_REACH = {
    "missing": Objection(400, INVALID_TARGET, ("LOG-07",)),
    "away": Objection(403, OTHER_REGION, ("LOG-08",)),
    "foreign": Objection(400, INVALID_TARGET, ("LOG-09",)),
}
"""Where no bucket may be a destination, whatever its default is."""

SSE_S3 = (None, "AES256")
"""The defaults under which a bucket may be a destination: none that is configured, and SSE-S3."""


def destination_checks(s: Situation, law: Law) -> Checks:
    """May the bucket that a request names be the destination?"""
    if s.target is None:
        yield accept(law, "LOG-10")
    elif s.target in OUT_OF_REACH:
        objection = OUT_OF_REACH[s.target]
        if law.holds(*objection.clauses):
            yield objection
    elif s.target_algorithm in SSE_S3:
        yield accept(law, "LOG-01")
        if not s.target_admits:
            yield Objection(400, ANY_CODE, (), may=True)  # not reached: no document says whether it is looked at now
    elif law.holds("LOG-02") and law.holds("LOG-03"):
        # Who does not heed the ban has no reason to refuse.
        yield Objection(400, ANY_CODE, ("LOG-02", "LOG-03"), may=True)


def log_target_checks(s: Situation, law: Law) -> Checks:
    """May a bucket be given this default, if it is a destination already?"""
    known = s.rules == "one" and s.new_apply and s.new_algorithm is not None
    if known and s.new_algorithm not in SSE_S3 and s.log_target and law.holds("LOG-02") and law.holds("LOG-04"):
        yield Objection(400, ANY_CODE, ("LOG-02", "LOG-04"), may=True)


def shown_destination(s: Situation, law: Law) -> Decided[Want]:
    """The destination that GetBucketLogging names."""
    return Decided(AsPut() if s.target is not None and law.holds("LOG-11") else None, ("LOG-11",))


def arrival(s: Situation, law: Law) -> tuple[Decided[bool], ...]:
    """Whether a log arrives in a bucket; both where it may, for delivery is best effort.

    A log that does not come speaks for the ban only where logs were seen to come at all.
    """
    came, did_not = Decided(True, ("LOG-02",)), Decided(False, ("LOG-02",))
    if s.default_algorithm in SSE_S3:
        return came, did_not
    if law.holds("LOG-02"):
        return (did_not,)
    return (came,) if s.delivers else (came, did_not)


def log_encryption(s: Situation, law: Law) -> Decided[str | None] | None:
    """The encryption of a log that has arrived; None where no document speaks of it."""
    if s.default_algorithm == "AES256":
        return Decided("AES256" if law.holds("LOG-05") else None, ("LOG-05",))
    if s.default_algorithm is None and law.begun("LOG-06"):
        return Decided("AES256" if law.holds("LOG-06") else None, ("LOG-06",))
    return None
