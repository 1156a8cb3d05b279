"""Which algorithm a new object gets: the request's, the bucket default's, or the baseline's."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules.configuration import default_in_force, deletion
from sse_spec.situation import Situation

__all__ = ["algorithm", "answered"]


def algorithm(s: Situation, law: Law) -> Decided[str | None]:
    """The algorithm of an object that is written now; None is unencrypted."""
    default = default_in_force(s, law)
    copying = s.action == "CopyObject"
    if s.header_algorithm is not None:
        if default is None and law.holds("DEF-02"):
            return Decided(s.header_algorithm, ("DEF-02",))
        if default is not None and law.holds("DEF-03"):
            return Decided(s.header_algorithm, ("DEF-03",))
    elif copying and not law.holds("CPY-01"):
        return Decided(s.object_algorithm, ("CPY-01",))
    also = ("CPY-01",) if copying else ()
    if default is not None and law.holds("DEF-01"):
        return Decided(default, ("DEF-01", *also))
    baseline, by = law.succession("DEF-04", "DEF-05")
    return Decided("AES256" if baseline else None, (by, *also, *deletion(s, law)))


def answered(s: Situation, law: Law) -> tuple[bool, str]:
    """Whether the answer to a write names the encryption that was applied, and the clause that says so."""
    clause = "CPY-15" if s.action == "CopyObject" else "DEF-07"
    return law.holds(clause), clause
