"""What is written is what is read, byte for byte."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.situation import Situation

__all__ = ["length", "of_empty", "portion", "status"]


def of_empty(s: Situation, law: Law, algorithm: Decided[str | None]) -> Decided[str | None]:
    """The algorithm of an object that has perhaps no content."""
    if algorithm.value is None or not s.empty:
        return algorithm
    return Decided(algorithm.value if law.holds("BYT-04") else None, ("BYT-04", *algorithm.clauses))


def length(law: Law) -> Decided[str | None]:
    """The content length that HeadObject shows."""
    return Decided("written" if law.holds("BYT-01") else "other", ("BYT-01",))


def portion(s: Situation, law: Law, whole: Decided[str | None]) -> Decided[str | None]:
    """What of the content a GET returns."""
    value, by = whole
    if s.default_changed:
        by += ("BYT-05",)
        value = value if law.holds("BYT-05") else None
    if s.object_several:
        by += ("BYT-06",)
        value = value if law.holds("BYT-06") else None
    if s.span:
        by += ("BYT-02",)
        if value == "written" and law.holds("BYT-02"):
            value = "range"
    return Decided(value, by)


def status(s: Situation, law: Law) -> Decided[str] | None:
    """The status of a GET that names a range; None for others."""
    return Decided("206" if law.holds("BYT-02") else "200", ("BYT-02",)) if s.span else None
