"""A divergence in words, for the faces that are plain text. Nothing here is escaped yet: each face does that itself."""

from __future__ import annotations

from collections.abc import Iterator

from sse_reports.result import Divergence, Expectation, Signature, Step

__all__ = ["Line", "describe", "headline", "outcome", "times"]

Line = tuple[str, str]
"""A label and what it labels; an empty label goes on with the one above."""


def times(count: int) -> str:
    """How often, in words."""
    return "once" if count == 1 else f"{count} times"


def headline(signature: Signature) -> str:
    """The signature without its clause, as a phrase."""
    return f"{signature.action}, {signature.field}: expected {signature.expected}, observed {signature.observed}"


def outcome(permitted: tuple[Expectation, ...]) -> str:
    """One permitted outcome: each field, what was expected of it, and the clauses that say so."""
    return "; ".join(
        f"{one.field} {one.expected}" + (f" ({', '.join(one.clauses)})" if one.clauses else "") for one in permitted
    )


def _step(number: int, step: Step) -> str:
    return f"{'>' if step.divergent else ' '} {number} {step.request} -> {step.answer}"


def describe(divergence: Divergence) -> Iterator[Line]:
    """Everything there is to say about a divergence below its headline, without the script."""
    yield "seen", times(divergence.count) + (f", {divergence.situation}" if divergence.situation else "")
    for at, permitted in enumerate(divergence.permitted):
        yield "or" if at else "expected", outcome(permitted)
    yield "observed", divergence.observed
    yield "derived from", ", ".join(divergence.derivation)
    for at, step in enumerate(divergence.witness):
        yield "" if at else "witness", _step(at + 1, step)
    yield "replay", f"{'confirmed' if divergence.confirmed else 'not confirmed'}; {divergence.id}"
    if divergence.known is not None:
        yield "known", divergence.known
    if divergence.link is not None:
        yield "see", divergence.link
