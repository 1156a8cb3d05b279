"""Parts of a run merge into one result, in any order and grouping, and what is no part of one is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sse_reports import result as documents
from sse_reports import schema
from sse_reports.merge import ConflictError, is_whole, merge
from sse_reports.result import VERDICTS, Beyond, Choice, LedgerStatus, Loss, Result, RunInfo, Verdict, encode
from sse_reports.samples import sample
from sse_reports.verdicts import tally

CLASSES = ("core", "kms", "bucket-key", "copy")


def part(*classes: str, run: str = "") -> Result:
    """What a run of the sample's emulator with these classes alone would have given."""
    whole = sample()
    mine = {one.id for one in whole.clauses if one.clause_class in classes}
    return replace(
        whole,
        classes=classes,
        clauses=tuple(one for one in whole.clauses if one.id in mine),
        divergences=tuple(one for one in whole.divergences if one.signature.clause in mine),
        choices=tuple(one for one in whole.choices if one.clause in mine),
        losses=tuple(one for one in whole.losses if set(one.clauses) & mine),
        ledger=LedgerStatus("emulator.toml", sum(one.signature.clause == "KMS-08" for one in whole.divergences[2:3])),
        run=RunInfo(run or "-".join(classes), "2026-11-23T13:38:00Z", 1.5),
    )


def test_the_parts_of_a_run_together_say_of_each_clause_what_the_run_said() -> None:
    parts = [part(name) for name in CLASSES]
    merged = parts[0]
    for one in parts[1:]:
        merged = merge(merged, one)
    whole = sample()
    assert {one.id: one for one in merged.clauses} == {one.id: one for one in whole.clauses}
    assert tally(merged) == tally(whole)
    assert {one.id for one in merged.divergences} == {one.id for one in whole.divergences}
    assert merged.choices == tuple(sorted(whole.choices, key=lambda one: (one.clause, one.action)))
    assert merged.classes == CLASSES
    assert merged.cover.goals == 4 * whole.cover.goals
    assert merged.ledger.matched == 1
    assert merged.beyond == Beyond(800, 24_000)
    assert merged.run == RunInfo("bucket-key+copy+core+kms", "2026-11-23T13:38:00Z", 6.0)
    jsonschema.Draft202012Validator(schema.schema()).validate(msgspec.json.decode(encode(merged)))


def test_the_clauses_are_in_reading_order_whatever_the_order_of_the_parts() -> None:
    merged = merge(part("copy"), part("core"))
    assert [one.id for one in merged.clauses] == [
        one.id for one in sorted(merged.clauses, key=lambda one: list(_edition()).index(one.id))
    ]
    assert merged.classes == ("core", "copy")


def _edition() -> Any:
    from sse_spec.clauses import clauses

    return clauses()


def test_clauses_asked_for_one_by_one_stay_named_beside_whole_classes() -> None:
    one = replace(part("kms"), only=("KMS-08", "KMS-03"))
    assert merge(part("core"), part("copy")).only == ()
    assert merge(one, replace(part("copy"), only=("CPY-01",))).only == ("KMS-03", "KMS-08", "CPY-01")
    merged = merge(part("copy"), one)
    assert merged.only == ("KMS-03", "KMS-08", "CPY-01", "CPY-04"), "the whole of the class copy, clause by clause"


def test_the_same_clause_judged_alike_counts_together() -> None:
    merged = merge(part("core", run="a"), part("core", run="b"))
    first = merged.clauses[0]
    assert (first.exercised, first.contexts, first.breaches) == (8, 3, 0)
    assert [one.count for one in merged.divergences] == [4, 2]


def test_a_merged_result_is_not_taken_for_a_whole_run() -> None:
    assert is_whole(part("core"))
    assert not is_whole(merge(part("core"), part("kms")))
    assert not is_whole(replace(part("core"), only=("DEF-01",)))


# --- status -----------------------------------------------------------------------------------------------------------


def _with(status: int, *verdicts: Verdict, run: str, incomplete: str = "") -> Result:
    clauses = tuple(
        replace(one, id=f"{run}-{at}", verdict=verdict)
        for at, (one, verdict) in enumerate(zip(sample().clauses, verdicts, strict=False))
    )
    return replace(
        part("core", run=run),
        clauses=clauses,
        divergences=(),
        exit_status=status,
        incomplete=incomplete,
        classes=("core",),
    )


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        (_with(0, "pass", run="a"), _with(0, "fail", run="b"), 0),
        (_with(0, "pass", run="a"), _with(1, "fail", run="b"), 1),
        (_with(1, "fail", run="a"), _with(3, "inconclusive", run="b"), 1),
        (_with(0, "pass", run="a"), _with(3, "inconclusive", run="b"), 3),
        (_with(0, "pass", "inconclusive", run="a"), _with(0, "pass", run="b"), 0),
        (_with(3, "unsupported", run="a"), _with(0, "pass", run="b"), 0),
        (_with(3, "unsupported", run="a"), _with(3, "not-exercised", run="b"), 3),
        (_with(1, "fail", run="a"), _with(3, "pass", run="b", incomplete="lost"), 3),
    ],
)
def test_the_status_is_the_one_that_a_single_run_would_have_had(one: Result, other: Result, status: int) -> None:
    assert merge(one, other).exit_status == status
    assert merge(other, one).exit_status == status


def test_why_parts_ended_early_is_told_once() -> None:
    both = merge(_with(3, run="a", incomplete="lost"), _with(3, run="b", incomplete="interrupted; lost"))
    assert both.incomplete == "interrupted; lost"


# --- conflicts --------------------------------------------------------------------------------------------------------

Change = Callable[[Result], Result]


def _changed_clause(**fields: Any) -> Change:
    return lambda result: replace(result, clauses=(replace(result.clauses[0], **fields), *result.clauses[1:]))


def _changed_divergence(**fields: Any) -> Change:
    return lambda result: replace(
        result, divergences=(replace(result.divergences[0], **fields), *result.divergences[1:])
    )


CONFLICTS: dict[str, Change] = {
    "the target differs: emulator and other": lambda r: replace(r, target=replace(r.target, name="other")),
    "the version of the target differs: 4.2.0 and 5": lambda r: replace(r, target=replace(r.target, version="5")),
    "the as-of date differs: 2022-06-30 and 2026-11-01": lambda r: replace(r, as_of="2022-06-30"),
    "the version of the suite differs: 0.1.0 and 9": lambda r: replace(r, suite_version="9"),
    "the size of the cover differs: clauses and goals": lambda r: replace(r, cover=replace(r.cover, size="clauses")),
    "the level that the run fails on differs: MUST and SHOULD": lambda r: replace(r, fail_on="SHOULD"),
    "the seed differs: 7 and none": lambda r: replace(r, seed=None, beyond=None),
    "the ledger differs: emulator.toml and none": lambda r: replace(r, ledger=LedgerStatus("none", 0)),
    "the run core is in both": lambda r: replace(r, run=replace(r.run, id="core+x")),
    "the verdict of CFG-01 differs: fail and pass": _changed_clause(verdict="fail"),
    "the level of CFG-01 differs: MUST and SHOULD": _changed_clause(level="SHOULD"),
    "the title of CFG-01 differs": _changed_clause(title="another"),
    "the class of CFG-01 differs: copy and core": _changed_clause(clause_class="copy"),
    "the reason in the ledger of divergence 5d0c41a7 differs: None and known": _changed_divergence(known="known"),
    "the signature of divergence 5d0c41a7 differs": _changed_divergence(
        signature=replace(sample().divergences[0].signature, action="GetObject")
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_is_no_part_of_the_same_run_is_refused_by_name_in_either_order(name: str) -> None:
    one, other = part("core"), CONFLICTS[name](part("core", run="another"))
    for a, b in ((one, other), (other, one)):
        with pytest.raises(ConflictError) as caught:
            merge(a, b)
        assert str(caught.value).startswith(name)


def test_every_field_of_a_result_is_one_that_merging_knows() -> None:
    known = {
        Result: "format suite_version target as_of classes fail_on seed cover clauses divergences choices losses "
        "ledger exit_status incomplete run beyond only",
        documents.Target: "name version remarks",
        RunInfo: "id started seconds call_seconds sent received",
        documents.Cover: "size goals reached setup_calls decisive_calls read_backs",
        Beyond: "programs calls",
        documents.ClauseResult: "id chapter title level clause_class verdict exercised contexts breaches reason",
        documents.Divergence: "id signature level count situation permitted observed derivation witness confirmed "
        "script known link beyond",
        Choice: "clause action taken count",
        Loss: "clauses reason goals",
        LedgerStatus: "source matched stale expired",
    }
    for kind, fields in known.items():
        assert sorted(kind.__struct_fields__) == sorted(fields.split()), kind


# --- laws -------------------------------------------------------------------------------------------------------------

_clauses = st.lists(
    st.tuples(
        st.sampled_from(sample().clauses),
        st.sampled_from(VERDICTS[:3]),
        st.integers(0, 3),
        st.sampled_from(["", "b", "a"]),
    ),
    max_size=3,
    unique_by=lambda one: one[0].id,
)


@st.composite
def parts(draw: st.DrawFn) -> Result:
    chosen = draw(_clauses)
    clauses = tuple(
        replace(one, verdict=verdict, exercised=count, contexts=count, breaches=0, reason=reason)
        for one, verdict, count, reason in chosen
    )
    divergences = draw(st.lists(st.sampled_from(sample().divergences), max_size=3, unique=True))
    return replace(
        sample(),
        classes=tuple(draw(st.lists(st.sampled_from([*CLASSES, "of another edition"]), unique=True, max_size=3))),
        clauses=clauses,
        divergences=tuple(
            replace(
                one,
                count=draw(st.integers(1, 3)),
                confirmed=draw(st.booleans()),
                beyond=draw(st.booleans()),
                witness=one.witness[: draw(st.integers(1, 3))],
                observed=draw(st.sampled_from("ab")),
            )
            for one in divergences
        ),
        choices=tuple(draw(st.lists(st.sampled_from(sample().choices), max_size=2, unique=True))),
        losses=tuple(draw(st.lists(st.sampled_from(sample().losses), max_size=2, unique=True))),
        exit_status=draw(st.sampled_from([0, 1, 3])),
        incomplete=draw(st.sampled_from(["", "", "lost", "stopped; lost"])),
        only=tuple(draw(st.lists(st.sampled_from(["DEF-01", "CPY-01"]), max_size=1))),
        run=RunInfo(
            draw(st.sampled_from("abcdefgh")),
            f"2026-11-2{draw(st.integers(0, 9))}T00:00:00Z",
            draw(st.floats(0, 1e6, allow_nan=False)),
        ),
    )


def _merged(one: Result | None, other: Result | None) -> Result | None:
    """Both as one, None where something was refused."""
    if one is None or other is None:
        return None
    try:
        return merge(one, other)
    except ConflictError:
        return None


@given(parts(), parts())
@settings(max_examples=200, deadline=None)
def test_merging_is_commutative(one: Result, other: Result) -> None:
    assert _merged(one, other) == _merged(other, one)


@given(parts(), parts(), parts())
@settings(max_examples=300, deadline=None)
def test_merging_is_associative_also_in_what_it_refuses(one: Result, other: Result, third: Result) -> None:
    assert _merged(_merged(one, other), third) == _merged(one, _merged(other, third))
