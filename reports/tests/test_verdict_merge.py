"""Two verdicts of one clause merge to the worse, in any order."""

from __future__ import annotations

from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sse_reports.result import VERDICTS, Verdict
from sse_reports.samples import sample
from sse_reports.verdicts import merge, tally

VERDICT = st.sampled_from(VERDICTS)


def test_the_order_names_every_verdict_once() -> None:
    assert sorted(VERDICTS) == sorted(get_args(Verdict))


def test_a_breach_is_not_hidden_by_any_other_verdict() -> None:
    assert {merge("fail", other) for other in VERDICTS} == {"fail"}


def test_what_could_not_be_judged_is_not_hidden_by_a_pass() -> None:
    assert merge("pass", "inconclusive") == "inconclusive"
    assert merge("pass", "unsupported") == "unsupported"
    assert merge("not-exercised", "unsupported") == "unsupported"
    assert merge("unsupported", "inconclusive") == "inconclusive"


@given(VERDICT, VERDICT)
def test_merging_is_commutative_and_gives_one_of_the_two(a: Verdict, b: Verdict) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(a, b) in (a, b)


@given(VERDICT, VERDICT, VERDICT)
def test_merging_is_associative(a: Verdict, b: Verdict, c: Verdict) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(VERDICT)
def test_merging_with_itself_or_with_a_pass_changes_nothing(a: Verdict) -> None:
    assert merge(a, a) == a
    assert merge(a, "pass") == a


def test_the_tally_counts_every_clause_once_worst_first() -> None:
    assert list(tally(sample()).items()) == [
        ("fail", 3),
        ("inconclusive", 1),
        ("unsupported", 1),
        ("not-exercised", 1),
        ("pass", 8),
    ]


def test_the_tally_of_no_clause_still_names_every_verdict() -> None:
    assert tally(msgspec.structs.replace(sample(), clauses=())) == dict.fromkeys(VERDICTS, 0)
