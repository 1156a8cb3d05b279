"""Reading and deleting objects."""

from __future__ import annotations

from collections.abc import Iterator

from sse_spec.actions import DSSE, SSE_C
from sse_spec.checks import examine
from sse_spec.law import Law
from sse_spec.operations.answering import OPEN, answer
from sse_spec.operations.changing import after_changes
from sse_spec.outcomes import Field, KeyArn, Objection, Outcome, Prediction, Want
from sse_spec.rules import dsse
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["delete_object", "read"]


def read(s: Situation, law: Law, rules: Rules) -> Prediction:
    """GetObject and HeadObject."""
    found = tuple(rules.object_checks(s, law))
    if examine(found).must_refuse:
        return answer(found)
    if s.object_algorithm == DSSE and not dsse.known(law):
        return OPEN  # not reached: only a wrong S3 stores an object so before it is known
    checks = (
        *found,
        *rules.read_checks(s, law),
        *rules.read_key_checks(s, law),
        *rules.shared_read_checks(s, law),
        *rules.read_right_checks(s, law),
        *([Objection(416, (), (), may=True)] if s.partly else []),  # there may be no such part or range
        *(rules.customer_read_checks(s, law) if s.customer is not None or s.object_algorithm == SSE_C else ()),
    )
    clause, named = _named(s, law, rules)
    shown = named if s.partly else after_changes(s, law, rules, [*named, *_contents(s, law, rules)])
    return answer(checks, *(Outcome(None, (clause,), (*shown, *status)) for status in rules.replication_status(s, law)))


def _contents(s: Situation, law: Law, rules: Rules) -> Iterator[Field]:
    """What the answer says of the content."""
    tag = rules.kept_etag(law)
    yield Field("etag", tag.value, tag.clauses)
    if s.action != "GetObject":
        length = rules.length(law)
        yield Field("length", length.value, length.clauses)
        return
    body = rules.portion(s, law, rules.content(law))
    yield Field("body", body.value, body.clauses)
    partial = rules.range_status(s, law)
    if partial is not None:
        yield Field("status", partial.value, partial.clauses)


def delete_object(s: Situation, law: Law, rules: Rules) -> Prediction:
    """DeleteObject, of which only SSE-C objects are described."""
    if s.object != "present" or s.object_algorithm != SSE_C:
        return OPEN  # not reached: what is not described is not asked
    status = Field("status", "204", ("SSC-15",))
    return answer(rules.delete_checks(law), Outcome(None, ("SSC-15",), (status,)))


def _named(s: Situation, law: Law, rules: Rules) -> tuple[str, tuple[Field, ...]]:
    """How the answer names the encryption of the object, and the clause that says that it does."""
    if s.object_algorithm == SSE_C:
        return "SSC-03", rules.customer_confirmed(law, "SSC-03", ())
    shown, clause = rules.shown_by(s, law)
    algorithm = rules.shown_algorithm(s, law)
    name = rules.named_algorithm(law, algorithm.value)
    return clause, (
        Field("algorithm", name.value if shown else None, (clause, *algorithm.clauses, *name.clauses)),
        Field("kms_key", _key_of_object(s) if shown else None, (clause,)),
        Field("bucket_key", s.object_bucket_key and shown, (clause,)),
    )


def _key_of_object(s: Situation) -> Want:
    return None if s.object_key_label is None else KeyArn(s.object_key_label)
