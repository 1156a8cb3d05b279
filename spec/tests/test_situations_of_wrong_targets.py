"""Situations that only a wrong target brings about: nobody is blamed for what nobody describes."""

from __future__ import annotations

from sse_spec.clauses import EDITION
from sse_spec.model import Model
from sse_spec.situation import Situation


def test_an_unencrypted_object_may_be_read_or_refused_with_an_encryption_header_after_the_baseline_too() -> None:
    case = Model(EDITION).case(Situation(action="GetObject", header_algorithm="AES256", object_algorithm=None))
    refusals = {outcome.refusal for outcome in case.prediction.outcomes}
    assert None in refusals
    assert {refusal.status for refusal in refusals if refusal is not None} == {400}
    assert all("HDR-09" not in outcome.derivation for outcome in case.prediction.outcomes)
