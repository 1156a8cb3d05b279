"""Putting, reading and deleting the bucket default."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.checks import examine
from sse_spec.law import Law
from sse_spec.operations.answering import OPEN, answer
from sse_spec.outcomes import Outcome, Prediction, Refusal
from sse_spec.rules import configuration, dsse, sse_c
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

__all__ = ["delete_bucket_encryption", "get_bucket_encryption", "put_bucket_encryption"]


def put_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Setting the default."""
    missing = tuple(rules.bucket_checks(s, law))
    if not sse_c.list_known(law) and not missing and s.new_blocked is not None:
        return OPEN  # not reached: what no document describes yet is not asked
    # The bucket is looked for before the body is looked at.
    checks = (
        *(missing or (*rules.put_checks(s, law), *rules.log_target_checks(s, law))),
        *rules.configuring_checks(s, law),
    )
    listing = () if examine(checks).must_refuse else rules.list_checks(s, law)
    return answer((*checks, *listing), Outcome(None, ()))


def get_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Reading the default."""
    checks = (*rules.configuring_checks(s, law), *rules.bucket_checks(s, law))
    if s.default_algorithm == DSSE and not dsse.known(law):
        return OPEN  # not reached: only a wrong S3 has such a default before it is known
    shown = rules.shown_default(s, law)
    if isinstance(shown, Refusal):
        return answer(checks, Outcome(shown, ("CFG-04", *configuration.deletion(s, law))))
    shown += rules.shown_list(s, law)
    by = tuple(dict.fromkeys(clause for field in shown for clause in field.clauses))
    return answer(checks, Outcome(None, by[:1], shown))


def delete_bucket_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    """Deleting the default."""
    checks = (*rules.configuring_checks(s, law), *rules.bucket_checks(s, law))
    status = rules.default_deletion(law)
    return answer(checks, Outcome(None, status.clauses, (status,)))
