"""A divergence in words, for the faces that are plain text. Nothing here is escaped yet: each face does that itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sse_reports.result import Divergence, Expectation, Signature, Step

__all__ = [
    "FIELD_WORDS",
    "Line",
    "Outcome",
    "alternatives",
    "conclusions",
    "describe",
    "field_words",
    "headline",
    "outcome",
    "times",
]

Line = tuple[str, str]
"""A label and what it labels; an empty label goes on with the one above."""

Outcome = tuple[Expectation, ...]
"""A permitted outcome, or some of its fields."""


FIELD_WORDS: Mapping[str, str] = {
    "acceptance": "the answer",
    "answer": "the answer",
    "code": "the error code",
    "algorithm": "the algorithm",
    "kms_key": "the KMS key named",
    "bucket_key": "the bucket key flag",
    "etag": "the ETag",
    "version_id": "the version id",
    "body": "the content",
    "length": "the length",
    "customer_algorithm": "the customer algorithm",
    "customer_key_md5": "the MD5 of the customer key",
    "default_algorithm": "the algorithm of the default",
    "default_key": "the KMS key of the default",
    "default_bucket_key": "the bucket key flag of the default",
    "default_blocked": "what the default blocks",
    "delivered": "whether a log arrives",
    "logged_in": "the bucket of the logs",
    "replication_status": "the replication status",
    "replication_destination": "the destination of the replication",
    "replication_sse_kms": "whether SSE-KMS objects are replicated",
    "replication_replica_key": "the KMS key of replicas",
}
"""The fields of an answer as a sentence names them."""


def field_words(field: str) -> str:
    """A field of an answer as a sentence names it."""
    return FIELD_WORDS.get(field, field.replace("_", " "))


def conclusions(divergence: Divergence) -> dict[str, tuple[tuple[str, str], ...]]:
    """What each clause of the derivation decides there: the fields in words, and all that is permitted of each.

    The clauses come in the order of the derivation, then any others that decide a field.
    """
    found: dict[str, dict[str, dict[str, None]]] = {name: {} for name in divergence.derivation}
    for permitted in divergence.permitted:
        for one in permitted:
            for name in one.clauses:
                found.setdefault(name, {}).setdefault(one.field, {})[one.expected] = None
    return {
        name: tuple((field_words(field), " or ".join(expected)) for field, expected in fields.items())
        for name, fields in found.items()
    }


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
