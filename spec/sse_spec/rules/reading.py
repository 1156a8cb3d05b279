"""What a read shows: the object as it was written, whatever happened to the bucket, its default or its copies since."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.rules import dsse
from sse_spec.rules.configuration import default_in_force
from sse_spec.situation import Situation

__all__ = ["content", "named_algorithm", "object_checks", "shown_algorithm", "shown_by"]


def object_checks(s: Situation, law: Law) -> Checks:
    """The object must be there; a refused write has not made it."""
    if s.object == "no-bucket":
        yield Objection(404, ("NoSuchBucket",), ())  # not reached: no clause decides, so the cover does not ask
    elif s.object == "missing":
        if not s.refused:
            yield Objection(404, ("NoSuchKey",), ())
        elif law.holds("HDR-03"):
            yield Objection(404, ("NoSuchKey",), ("HDR-03",))


def named_algorithm(law: Law, algorithm: str | None) -> Decided[str | None]:
    """The name that answers give to an algorithm."""
    return dsse.shown_name(law) if algorithm == DSSE else Decided(algorithm, ())


def shown_by(s: Situation, law: Law) -> tuple[bool, str]:
    """Whether this read names the encryption of the object, and the clause that says so."""
    clause = "RDG-01" if s.action == "HeadObject" else "BYT-03" if s.span else "RDG-02"
    return law.holds(clause), clause


def shown_algorithm(s: Situation, law: Law) -> Decided[str | None]:
    """The algorithm under which the object was written."""
    stored = s.object_algorithm
    by: tuple[str, ...] = ()
    if s.default_changed and _present_default(s, law) != stored:
        if not law.holds("DEF-06"):
            return Decided(_present_default(s, law), ("DEF-06",))
        by += ("DEF-06",)
    if s.newer_algorithm not in (None, stored):
        if not law.holds("CPY-13"):
            return Decided(s.newer_algorithm, ("CPY-13",))
        by += ("CPY-13",)
    if s.copied_algorithm not in (None, stored):
        if not law.holds("CPY-14"):
            return Decided(s.copied_algorithm, ("CPY-14",))
        by += ("CPY-14",)
    return Decided(stored, by)


def _present_default(s: Situation, law: Law) -> str | None:
    configured = default_in_force(s, law)
    if configured is not None:
        return configured
    # not reached: the cover puts another default after an object was written, it does not delete the one there was
    baseline, _ = law.succession("DEF-04", "DEF-05")
    return "AES256" if baseline else None


def content(law: Law) -> Decided[str | None]:
    """What a GET returns."""
    return Decided("written" if law.holds("RDG-03") else None, ("RDG-03",))
