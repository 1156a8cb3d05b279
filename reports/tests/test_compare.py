"""What a comparison of two results tells: what got better, what got worse, and what cannot be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import resources

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace
from sse_reports import comparison_faces
from sse_reports.compare import SCHEMA_FILE, SCHEMA_ID, Change, Comparison, compare, encode, schema_text
from sse_reports.result import Choice, ClauseResult, Level, Result, Signature, Target, Verdict
from sse_reports.samples import hostile, sample

OLD = sample()


def changed(result: Result, verdicts: Mapping[str, Verdict], *, gone: tuple[str, ...] = ()) -> Result:
    """The result with other verdicts of some clauses, and without the divergences of others."""
    return replace(
        result,
        clauses=tuple(replace(one, verdict=verdicts.get(one.id, one.verdict)) for one in result.clauses),
        divergences=tuple(one for one in result.divergences if one.signature.clause not in gone),
    )


def _ids(changes: tuple[Change, ...]) -> list[tuple[str, Verdict | None, Verdict | None]]:
    return [(one.clause, one.before, one.after) for one in changes]


def test_a_result_is_no_better_and_no_worse_than_itself() -> None:
    comparison = compare(OLD, OLD)
    for field in ("regressed", "fixed", "newly_exercised", "no_longer_judged", "choices", "beyond", "suite"):
        assert getattr(comparison, field) == (), field
    assert comparison.clauses_new == comparison.clauses_gone == ()
    assert comparison.exit_status == 0
    assert comparison_faces.text(comparison).splitlines()[-1] == "nothing regressed -> exit 0"


def test_a_clause_that_passed_and_fails_has_regressed_and_the_other_way_round_is_fixed() -> None:
    better = changed(OLD, {"CFG-10": "pass"}, gone=("CFG-10",))
    fixed, regressed = compare(OLD, better), compare(better, OLD)
    assert _ids(fixed.fixed) == [("CFG-10", "fail", "pass")]
    assert [one.id for one in fixed.fixed[0].divergences] == ["5d0c41a7"]
    assert (fixed.regressed, fixed.exit_status) == ((), 0)
    assert _ids(regressed.regressed) == [("CFG-10", "pass", "fail")]
    assert [(one.id, one.standing) for one in regressed.regressed[0].divergences] == [("5d0c41a7", "new")]
    assert (regressed.fixed, regressed.exit_status) == ((), 1)


def test_a_failing_clause_regresses_by_a_divergence_that_was_not_there() -> None:
    one = OLD.divergences[0]
    other = replace(one, id="ffff0000", signature=replace(one.signature, field="code"))
    worse = replace(OLD, divergences=(*OLD.divergences, other))
    comparison = compare(OLD, worse)
    assert _ids(comparison.regressed) == [("CFG-10", "fail", "fail")]
    assert [said.id for said in comparison.regressed[0].divergences] == ["ffff0000"]
    assert comparison.exit_status == 1
    assert _ids(compare(worse, OLD).fixed) == [("CFG-10", "fail", "fail")]


def test_a_divergence_that_gives_way_to_another_is_fixed_and_regressed() -> None:
    one = OLD.divergences[0]
    other = replace(one, id="ffff0000", signature=replace(one.signature, field="code"))
    comparison = compare(OLD, replace(OLD, divergences=(other, *OLD.divergences[1:])))
    assert _ids(comparison.regressed) == _ids(comparison.fixed) == [("CFG-10", "fail", "fail")]


def test_what_did_not_come_again_when_it_was_replayed_neither_regresses_nor_is_fixed() -> None:
    unconfirmed = tuple(one for one in OLD.divergences if one.confirmed)
    assert compare(replace(OLD, divergences=unconfirmed), OLD).regressed == ()
    assert compare(OLD, replace(OLD, divergences=unconfirmed)).fixed == ()


def test_what_random_programs_found_is_listed_apart() -> None:
    without = replace(OLD, divergences=tuple(one for one in OLD.divergences if not one.beyond))
    comparison = compare(without, OLD)
    assert [one.id for one in comparison.beyond] == ["e81f5b22"]
    assert (comparison.regressed, comparison.exit_status) == ((), 0)


@pytest.mark.parametrize("verdict", ["inconclusive", "unsupported", "not-exercised"])
def test_a_clause_that_is_judged_anew_or_no_longer_is_neither_fixed_nor_regressed(verdict: Verdict) -> None:
    unjudged = changed(OLD, {"CFG-10": verdict, "CFG-01": verdict})
    comparison = compare(unjudged, OLD)
    assert _ids(comparison.newly_exercised) == [("CFG-01", verdict, "pass"), ("CFG-10", verdict, "fail")]
    assert comparison.exit_status == 0
    back = compare(OLD, unjudged)
    assert _ids(back.no_longer_judged) == [("CFG-01", "pass", verdict), ("CFG-10", "fail", verdict)]
    assert (back.fixed, back.regressed) == ((), ())


def test_clauses_without_a_verdict_in_both_are_not_mentioned() -> None:
    assert compare(OLD, changed(OLD, {"KMS-03": "not-exercised"})).suite == ()
    assert _ids(compare(OLD, changed(OLD, {"KMS-03": "not-exercised"})).no_longer_judged) == []


def test_a_choice_has_changed_where_both_results_show_it_and_show_it_otherwise() -> None:
    new = replace(OLD, choices=(Choice("KMS-05", "PutObject", "aws/s3", 6),))
    (one,) = compare(OLD, new).choices
    assert (one.clause, one.action, one.before, one.after) == (
        "KMS-05",
        "PutObject",
        ("the key of the default",),
        ("aws/s3",),
    )


def test_a_run_that_ended_early_is_no_clean_comparison() -> None:
    assert compare(OLD, replace(OLD, incomplete="lost")).exit_status == 3
    assert compare(replace(OLD, incomplete="lost"), OLD).exit_status == 0


# --- other suites -----------------------------------------------------------------------------------------------------


def _of_next_edition(result: Result) -> Result:
    def newer(one: ClauseResult) -> ClauseResult:
        levels: dict[str, Level] = {"CFG-23": "MUST"}
        return replace(one, level=levels.get(one.id, one.level))

    extra = replace(result.clauses[0], id="CFG-99", title="a new one", verdict="fail")
    kept = tuple(newer(one) for one in result.clauses if one.id != "DEF-01")
    return replace(result, suite_version="0.2.0", as_of="2027-01-01", clauses=(*kept, extra))


def test_what_changed_in_the_suite_is_told_apart_from_what_the_target_did() -> None:
    comparison = compare(OLD, _of_next_edition(OLD))
    assert [(one.what, one.before, one.after) for one in comparison.suite] == [
        ("version of the suite", "0.1.0", "0.2.0"),
        ("as-of date", "2026-11-01", "2027-01-01"),
        ("level of CFG-23", "SHOULD", "MUST"),
    ]
    assert comparison.clauses_new == ("CFG-99",)
    assert comparison.clauses_gone == ("DEF-01",)
    assert _ids(comparison.newly_exercised) == [("CFG-99", None, "fail")]
    assert _ids(comparison.no_longer_judged) == [("DEF-01", "pass", None)]
    assert comparison.exit_status == 0


def test_a_class_that_was_not_asked_for_is_no_change_of_the_suite() -> None:
    part = replace(OLD, classes=("core",), clauses=tuple(one for one in OLD.clauses if one.clause_class == "core"))
    comparison = compare(OLD, part)
    assert comparison.clauses_gone == ()
    assert [one.what for one in comparison.suite] == ["classes"]
    assert len(comparison.no_longer_judged) == 5
    asked = replace(part, only=("CFG-01",), clauses=part.clauses[:1])
    assert compare(part, asked).clauses_gone == ()


# --- the document -----------------------------------------------------------------------------------------------------


def _worst() -> Comparison:
    hostile_one = hostile("\x00\u202e<b>|@x #1 `")
    verdicts: dict[str, Verdict] = {one.id: "pass" for one in hostile_one.clauses}
    return compare(replace(changed(hostile_one, verdicts), divergences=()), hostile_one)


@pytest.mark.parametrize("comparison", [compare(OLD, _of_next_edition(OLD)), _worst()], ids=["edition", "hostile"])
def test_the_document_keeps_its_schema_and_reads_back(comparison: Comparison) -> None:
    made = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(made)
    assert made["$id"] == SCHEMA_ID
    assert made["$schema"].endswith("2020-12/schema")
    document = encode(comparison)
    jsonschema.Draft202012Validator(made).validate(json.loads(document))
    assert msgspec.json.decode(document, type=Comparison) == comparison


def test_the_shipped_schema_is_what_is_generated() -> None:
    shipped = resources.files("sse_reports").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text(), f"run: python -m sse_reports.compare > reports/sse_reports/{SCHEMA_FILE}"


def test_a_broken_document_does_not_keep_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    for field, value in (("format", "s3-sse-comparison/2"), ("exit_status", 2), ("regressed", {}), ("old", None)):
        assert not validator.is_valid(json.loads(encode(compare(OLD, OLD))) | {field: value}), field


# --- the faces --------------------------------------------------------------------------------------------------------


def test_the_text_says_everything_and_is_inert() -> None:
    comparison = _worst()
    text = comparison_faces.text(comparison)
    assert comparison.regressed
    for one in comparison.regressed:
        assert one.clause.replace("\x00", "\\x00").replace("\u202e", "\\u202e") in text
    assert not set(text) & set("\x00\u202e")
    assert text.endswith(f"-> exit {comparison.exit_status}\n")


def test_a_comment_is_never_longer_than_it_may_be() -> None:
    one = OLD.clauses[0]
    several = tuple(replace(one, id=f"XXX-{at:05}", title="y" * 500, verdict="fail") for at in range(1000))
    found = tuple(
        replace(OLD.divergences[0], id=f"{at}", signature=Signature(f"XXX-{at:05}", "a" * 300, "b", "c", "d"))
        for at in range(1000)
    )
    new = replace(OLD, clauses=several, divergences=found, target=Target("`" * 3000, "4"))
    passing = replace(new, clauses=tuple(replace(one, verdict="pass") for one in several), divergences=())
    text = comparison_faces.markdown(compare(passing, new))
    assert len(text) <= comparison_faces.COMMENT_LIMIT + 100
    assert "and 960 more" in text
    assert "Regressed: 1000" in text


FACES: list[Callable[[Comparison], str]] = [comparison_faces.text, comparison_faces.markdown]


@pytest.mark.parametrize("face", FACES)
def test_the_same_comparison_gives_the_same_text(face: Callable[[Comparison], str]) -> None:
    assert face(compare(OLD, _of_next_edition(OLD))) == face(compare(OLD, _of_next_edition(OLD)))
