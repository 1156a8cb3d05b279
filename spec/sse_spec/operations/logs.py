"""Server access logging: where the logs of a bucket go, and what arrives there."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.operations.answering import answer, bucket_exists
from sse_spec.outcomes import Decided, Field, Outcome, Prediction
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["get_bucket_logging", "put_bucket_logging", "read_log"]


def put_bucket_logging(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Setting the destination, or ending the logging."""
    return answer((*bucket_exists(s), *rules.destination_checks(s, law)), Outcome(None, ()))


def get_bucket_logging(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Reading the destination."""
    shown = rules.shown_destination(s, law)
    field = Field("logged_in", shown.value, shown.clauses)
    return answer(bucket_exists(s), Outcome(None, shown.clauses, (field,)))


def read_log(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Looking for a log."""
    return Prediction(tuple(_looked(s, law, rules, arrival) for arrival in rules.arrival(s, law)))


def _looked(s: Situation, law: Law, rules: Rules, arrival: Decided[bool]) -> Outcome:
    fields = [Field("delivered", arrival.value, arrival.clauses)]
    encryption = rules.log_encryption(s, law) if arrival.value else None
    if encryption is not None:
        fields.append(Field("algorithm", encryption.value, encryption.clauses))
    return Outcome(None, arrival.clauses, tuple(fields))
