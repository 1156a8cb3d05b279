"""A divergence in words, for the faces that are plain text. Nothing here is escaped yet: each face does that itself."""

from __future__ import annotations

from collections.abc import Iterator

from sse_reports.result import Divergence, Expectation, Signature, Step

__all__ = ["Line", "Outcome", "alternatives", "describe", "headline", "outcome", "times"]

Line = tuple[str, str]
"""A label and what it labels; an empty label goes on with the one above."""

Outcome = tuple[Expectation, ...]
"""A permitted outcome, or some of its fields."""


def times(count: int) -> str:
    """How often, in words."""
    return "once" if count == 1 else f"{count} times"


def headline(signature: Signature) -> str:
    """The signature without its clause, as a phrase."""
    return f"{signature.action}, {signature.field}: expected {signature.expected}, observed {signature.observed}"


def outcome(permitted: Outcome) -> str:
    """One permitted outcome: each field, what was expected of it, and the clauses that say so."""
    fields = (
        f"{one.field} {one.expected}" + (f" ({', '.join(one.clauses)})" if one.clauses else "") for one in permitted
    )
    return "; ".join(fields) or "nothing else"


def alternatives(permitted: tuple[Outcome, ...]) -> tuple[Outcome, tuple[Outcome, ...]]:
    """The fields on which all permitted outcomes agree, and what each of several adds to them."""
    if len(set(permitted)) < 2:
        return next(iter(permitted), ()), ()
    common = tuple(one for one in permitted[0] if all(one in other for other in permitted))
    rests = (tuple(one for one in each if one not in common) for each in permitted)
    return common, tuple(dict.fromkeys(rests))


def _expected(permitted: tuple[Outcome, ...]) -> Iterator[Line]:
    common, rests = alternatives(permitted)
    if common or not rests:
        yield "expected", outcome(common)
    for at, rest in enumerate(rests):
        yield "or" if at else "either" if common else "expected", outcome(rest)


def _step(number: int, step: Step) -> str:
    return f"{'>' if step.divergent else ' '} {number} {step.request} -> {step.answer}"


def describe(divergence: Divergence) -> Iterator[Line]:
    """Everything there is to say about a divergence below its headline, without the script."""
    yield "seen", times(divergence.count) + (f", {divergence.situation}" if divergence.situation else "")
    yield from _expected(divergence.permitted)
    yield "observed", divergence.observed
    yield "derived from", ", ".join(divergence.derivation)
    for at, step in enumerate(divergence.witness):
        yield "" if at else "witness", _step(at + 1, step)
    yield "replay", f"{'confirmed' if divergence.confirmed else 'not confirmed'}; {divergence.id}"
    if divergence.known is not None:
        yield "known", divergence.known
    if divergence.link is not None:
        yield "see", divergence.link
