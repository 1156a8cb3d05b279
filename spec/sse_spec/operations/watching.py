"""Looking at what S3 has asked KMS for while it wrote objects."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import NO_CALL, Decided, Field, Outcome, Prediction
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["read_kms_calls"]


def read_kms_calls(s: Situation, law: Law, rules: Rules) -> Prediction:
    """The calls by which data keys were made or encrypted, under a key of the program."""
    counts = rules.bucket_key_calls(s, law) if s.object_bucket_key else (rules.data_key_calls(s, law),)
    return Prediction(tuple(_seen(s, law, rules, count) for count in counts))


def _seen(s: Situation, law: Law, rules: Rules, count: Decided[str]) -> Outcome:
    calls = Field("kms_calls", count.value, count.clauses)
    if count.value == NO_CALL:
        # Without a call there is neither key nor context to be seen.
        none = (Field("kms_key", None, count.clauses), Field("kms_context", None, count.clauses))
        return Outcome(None, count.clauses, (calls, *none))
    key = rules.used_key(s, law)
    context = rules.bucket_key_context(law) if s.object_bucket_key else rules.kms_context(law)
    shown = (Field("kms_key", key.value, key.clauses), Field("kms_context", context.value, context.clauses))
    return Outcome(None, count.clauses, (calls, *shown))
