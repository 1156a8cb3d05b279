"""The model remembers what one date permits, and what each clause is needed for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sse_spec import model as model_module
from sse_spec.actions import CreateBucket, CreateKey, KeyRef, PutBucketEncryption, PutObject, Rule
from sse_spec.clauses import EDITION
from sse_spec.law import Law, laws
from sse_spec.machine import RULES
from sse_spec.model import Case, Model, covers, predict
from sse_spec.outcomes import Decided, Field, Outcome, Refusal
from sse_spec.situation import Situation

if TYPE_CHECKING:
    from conftest import Walk

BUCKET = CreateBucket(bucket="b")
KEY = CreateKey(key="k")
PUT = PutObject(bucket="b", key="o", body="content")
OVER_KMS = Situation(action="PutObject", default_algorithm="aws:kms", header_algorithm="AES256")
OVER_THE_SAME = Situation(action="PutObject", default_algorithm="AES256", header_algorithm="AES256")
NO_RULE = Situation(action="PutBucketEncryption", rules="none")
LEGAL_OR_NOT = Situation(
    action="CopyObject",
    in_place=True,
    configured=True,
    default_algorithm="aws:kms",
    object_algorithm="aws:kms",
    object_key_label="aws/s3",
)


@pytest.fixture
def model() -> Model:
    return Model(EDITION)


def accepting(case: Case) -> Outcome:
    return next(one for one in case.prediction.outcomes if one.refusal is None)


def refusing(case: Case) -> Outcome:
    return next(one for one in case.prediction.outcomes if one.refusal is not None)


def test_a_case_is_worked_out_once(model: Model) -> None:
    assert model.case(OVER_KMS) is model.case(OVER_KMS)


def test_no_more_cases_are_remembered_than_the_limit(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "CACHE_LIMIT", 1)
    first = model.case(OVER_KMS)
    model.case(NO_RULE)
    again = model.case(OVER_KMS)
    assert again is not first
    assert again.prediction == first.prediction


def test_without_a_clause_what_it_forbids_is_permitted(model: Model) -> None:
    case = model.case(NO_RULE)
    assert case.prediction.shapes == {Refusal(400, ("MalformedXML",))}
    assert {one.refusal for one in case.without("CFG-09").outcomes} == {None}
    assert case.without("CFG-09") is case.without("CFG-09")


def test_a_clause_is_decisive_where_breaking_it_permits_something_else(model: Model) -> None:
    assert "DEF-03" in model.case(OVER_KMS).decisive


def test_a_header_that_repeats_the_default_proves_nothing_about_precedence(model: Model) -> None:
    assert "DEF-03" not in model.case(OVER_THE_SAME).decisive


def test_a_decisive_clause_is_exercised_by_the_answer_that_it_demands(model: Model) -> None:
    case = model.case(OVER_KMS)
    assert "DEF-03" in case.exercised(accepting(case))
    assert case.exercised(accepting(case)) is case.exercised(accepting(case))


def test_an_answer_that_misses_the_fields_of_a_clause_does_not_exercise_it(model: Model) -> None:
    case = model.case(OVER_KMS)
    missed = frozenset({"algorithm", "kms_key", "bucket_key", "etag"})
    assert "DEF-03" not in case.exercised(accepting(case), missed)


def test_a_clause_that_only_permits_is_exercised_by_either_answer(model: Model) -> None:
    case = model.case(LEGAL_OR_NOT)
    assert "CPY-08" in case.exercised(accepting(case))
    assert "CPY-08" in case.exercised(refusing(case))


def test_a_refusal_exercises_no_clause_about_fields(model: Model) -> None:
    case = model.case(LEGAL_OR_NOT)
    assert "CPY-15" in case.exercised(accepting(case))
    assert "CPY-15" not in case.exercised(refusing(case))


ACCEPTED = Outcome(None, (), (Field("algorithm", "AES256", ()), Field("etag", "md5", ())))


@pytest.mark.parametrize(
    ("permitted", "answered", "expected"),
    [
        (ACCEPTED, ACCEPTED, True),
        (ACCEPTED, Outcome(None, (), (Field("algorithm", "AES256", ()),)), True),
        (ACCEPTED, Outcome(None, (), (Field("algorithm", "aws:kms", ()),)), False),
        (Outcome(None, ()), ACCEPTED, True),
        (ACCEPTED, Outcome(Refusal(400, ()), ()), False),
        (Outcome(Refusal(400, ()), ()), ACCEPTED, False),
        (Outcome(Refusal(400, ("A", "B")), ()), Outcome(Refusal(400, ("A",)), ()), True),
        (Outcome(Refusal(400, ("A",)), ()), Outcome(Refusal(400, ("A", "B")), ()), False),
        (Outcome(Refusal(400, ()), ()), Outcome(Refusal(400, ("A",)), ()), True),
        (Outcome(Refusal(400, ("A",)), ()), Outcome(Refusal(400, ()), ()), False),
        (Outcome(Refusal(404, ("A",)), ()), Outcome(Refusal(400, ("A",)), ()), False),
    ],
    ids=[
        "the same",
        "fewer fields",
        "another value",
        "a field that is not spoken of",
        "refused for accepted",
        "accepted for refused",
        "one code of two",
        "two codes for one",
        "a code where every code is permitted",
        "every code where one is permitted",
        "another status",
    ],
)
def test_an_answer_is_covered_by_an_outcome_that_permits_it(
    permitted: Outcome, answered: Outcome, expected: bool
) -> None:
    assert covers(permitted, answered) == expected


def test_a_field_that_was_missed_does_not_count_for_the_cover() -> None:
    answered = Outcome(None, (), (Field("algorithm", "aws:kms", ()), Field("etag", "md5", ())))
    assert covers(ACCEPTED, answered, frozenset({"algorithm"}))


def test_under_several_laws_the_outcomes_of_each_are_permitted() -> None:
    before, after = laws(dt.date(2023, 1, 4))[0], laws(EDITION)[0]
    case = Model(law=(before, after)).case(Situation(action="GetBucketEncryption"))
    assert {one.refusal is None for one in case.prediction.outcomes} == {True, False}


def test_a_mutant_is_the_record_of_rules_with_one_function_replaced(walk: Walk) -> None:
    def ignores_headers(s: Situation, law: Law) -> Decided[str | None]:
        return Decided("AES256", ())

    mutant = RULES._replace(algorithm=ignores_headers)
    world = walk(BUCKET, KEY, PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k")),)))
    (right,), (wrong,) = predict(world, PUT).outcomes, predict(world, PUT, rules=mutant).outcomes
    assert right.written is not None
    assert wrong.written is not None
    assert (right.written.algorithm, wrong.written.algorithm) == ("aws:kms", "AES256")


def test_the_edition_is_the_date_of_a_prediction_that_names_none(walk: Walk) -> None:
    assert predict(walk(BUCKET), PUT) == predict(walk(BUCKET), PUT, EDITION)


def test_of_an_operation_that_this_edition_does_not_know_everything_is_permitted(model: Model) -> None:
    assert model.case(Situation(action="ListParts")).prediction.open
