"""Which clauses are in force on a day, and what it means to break one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sse_spec import law
from sse_spec.clauses import EDITION, FIRST_DAY, Bound, Clause, clauses
from sse_spec.law import DateError, Law, binding, laws, parse_date

CHANGE = dt.date(2024, 3, 1)
BEFORE = CHANGE - dt.timedelta(days=1)
LATEST = dt.date(2024, 4, 30)
BETWEEN = dt.date(2024, 4, 1)

InForce = Callable[..., set[frozenset[str]]]


def synthetic(name: str, since: Bound | None = None, until: Bound | None = None) -> Clause:
    return Clause(
        id=name,
        title="",
        text="",
        level="MUST",
        clause_class="core",
        basis="documented",
        observe="",
        sources=(),
        since=since,
        until=until,
    )


@pytest.fixture
def in_force(monkeypatch: pytest.MonkeyPatch) -> Iterator[InForce]:
    """Which sets of clauses may be in force on a day, were these the only clauses."""

    def find(day: dt.date, *written: Clause) -> set[frozenset[str]]:
        monkeypatch.setattr(law, "clauses", lambda: {one.id: one for one in written})
        laws.cache_clear()
        return {one.in_force for one in laws(day)}

    yield find
    monkeypatch.undo()
    laws.cache_clear()


def test_a_clause_without_dates_is_always_in_force(in_force: InForce) -> None:
    for day in (FIRST_DAY, EDITION):
        assert in_force(day, synthetic("AAA-01")) == {frozenset({"AAA-01"})}


def test_a_clause_is_in_force_from_the_day_since_on(in_force: InForce) -> None:
    clause = synthetic("AAA-01", since=CHANGE)
    assert in_force(BEFORE, clause) == {frozenset()}
    assert in_force(CHANGE, clause) == {frozenset({"AAA-01"})}
    assert in_force(EDITION, clause) == {frozenset({"AAA-01"})}


def test_a_clause_is_no_longer_in_force_on_the_day_until(in_force: InForce) -> None:
    clause = synthetic("AAA-01", until=CHANGE)
    assert in_force(BEFORE, clause) == {frozenset({"AAA-01"})}
    assert in_force(CHANGE, clause) == {frozenset()}
    assert in_force(EDITION, clause) == {frozenset()}


def test_a_clause_with_both_bounds_is_in_force_between_them(in_force: InForce) -> None:
    clause = synthetic("AAA-01", since=CHANGE, until=LATEST)
    assert [in_force(day, clause) == {frozenset({"AAA-01"})} for day in (BEFORE, CHANGE, BETWEEN, LATEST)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_beginning_known_to_lie_between_two_days_permits_both_behaviours_between_them(in_force: InForce) -> None:
    clause = synthetic("AAA-01", since=(CHANGE, LATEST))
    assert in_force(BEFORE, clause) == {frozenset()}
    assert in_force(CHANGE, clause) == in_force(BETWEEN, clause) == {frozenset(), frozenset({"AAA-01"})}
    assert in_force(LATEST, clause) == {frozenset({"AAA-01"})}


def test_an_end_known_to_lie_between_two_days_permits_both_behaviours_between_them(in_force: InForce) -> None:
    clause = synthetic("AAA-01", until=(CHANGE, LATEST))
    assert in_force(BEFORE, clause) == {frozenset({"AAA-01"})}
    assert in_force(CHANGE, clause) == in_force(BETWEEN, clause) == {frozenset(), frozenset({"AAA-01"})}
    assert in_force(LATEST, clause) == {frozenset()}


def test_two_changes_between_two_days_permit_every_combination(in_force: InForce) -> None:
    old, new = synthetic("AAA-01", until=(CHANGE, LATEST)), synthetic("AAA-02", since=(CHANGE, LATEST))
    assert in_force(BETWEEN, old, new) == {
        frozenset(),
        frozenset({"AAA-01"}),
        frozenset({"AAA-02"}),
        frozenset({"AAA-01", "AAA-02"}),
    }


def test_an_undated_clause_stays_in_force_in_every_law_of_a_day(in_force: InForce) -> None:
    found = in_force(BETWEEN, synthetic("AAA-01"), synthetic("AAA-02", since=(CHANGE, LATEST)))
    assert found == {frozenset({"AAA-01"}), frozenset({"AAA-01", "AAA-02"})}


def test_the_baseline_of_2023_takes_over_from_the_unencrypted_bucket_on_its_day() -> None:
    old, new = {"CFG-04", "CFG-07", "DEF-04"}, {"CFG-05", "CFG-08", "DEF-05"}
    (before,), (after,) = laws(dt.date(2023, 1, 4)), laws(dt.date(2023, 1, 5))
    assert old <= before.in_force
    assert not new & before.in_force
    assert new <= after.in_force
    assert not old & after.in_force


def test_every_clause_is_in_force_on_some_day() -> None:
    seen = frozenset[str]().union(*(one.in_force for day in (FIRST_DAY, EDITION) for one in laws(day)))
    assert seen == set(clauses())


def test_what_was_asked_and_held_is_remembered() -> None:
    asked = Law({"AAA-01", "AAA-02"})
    assert asked.holds("AAA-01")
    assert not asked.holds("AAA-09")
    assert asked.consulted == {"AAA-01"}


def test_a_fresh_law_is_the_same_with_nothing_consulted() -> None:
    asked = Law({"AAA-01", "AAA-02"}).without("AAA-02")
    asked.holds("AAA-01")
    assert asked.fresh() == asked
    assert asked.fresh().broken == "AAA-02"
    assert asked.fresh().consulted == set()


def test_breaking_a_clause_takes_out_that_one() -> None:
    broken = Law({"AAA-01", "AAA-02"}).without("AAA-01")
    assert broken.in_force == {"AAA-02"}
    assert broken.broken == "AAA-01"


@pytest.mark.parametrize(
    ("in_force", "broken", "expected"),
    [
        ({"NEW-01"}, None, (True, "NEW-01")),
        ({"OLD-01"}, None, (False, "OLD-01")),
        ({"NEW-01"}, "NEW-01", (False, "NEW-01")),
        ({"OLD-01"}, "OLD-01", (True, "OLD-01")),
        ({"NEW-01", "OLD-01"}, None, (True, "NEW-01")),
    ],
    ids=["new governs", "old governs", "breaking the new brings the old", "breaking the old brings the new", "both"],
)
def test_of_two_successive_clauses_the_one_in_force_governs(
    in_force: set[str], broken: str | None, expected: tuple[bool, str]
) -> None:
    asked = Law(in_force)
    asked = asked if broken is None else asked.without(broken)
    assert asked.succession("OLD-01", "NEW-01") == expected


def test_a_succession_consults_the_governing_clause_alone() -> None:
    asked = Law({"OLD-01"})
    asked.succession("OLD-01", "NEW-01")
    assert asked.consulted == {"OLD-01"}


def test_laws_are_equal_if_they_permit_the_same() -> None:
    one, other = Law({"AAA-01"}), Law({"AAA-01"})
    one.holds("AAA-01")
    assert one == other
    assert hash(one) == hash(other)


def test_a_broken_law_differs_from_one_that_never_had_the_clause() -> None:
    assert Law({"AAA-01", "AAA-02"}).without("AAA-01") != Law({"AAA-02"})
    assert Law({"AAA-01"}) != {"AAA-01"}


def test_what_only_some_of_the_permitted_laws_have_binds_nobody() -> None:
    assert binding((Law({"DEF-01", "DEF-02"}), Law({"DEF-02", "DEF-03"}))) == {"DEF-02"}
    assert binding((Law({"DEF-01"}),)) == {"DEF-01"}


def test_an_as_of_date_is_read_from_its_iso_form() -> None:
    assert parse_date("2022-06-30") == dt.date(2022, 6, 30)
    assert parse_date(FIRST_DAY.isoformat()) == FIRST_DAY


@pytest.mark.parametrize("text", ["", "yesterday", "2022-02-30", "30.06.2022"])
def test_a_text_that_is_no_date_is_refused_with_the_form_that_is_accepted(text: str) -> None:
    with pytest.raises(DateError) as refused:
        parse_date(text)
    assert str(refused.value) == f"{text!r} is no date: write it as YYYY-MM-DD, from 2021-09-09 on"


def test_a_date_before_the_founding_document_is_refused_with_the_first_day() -> None:
    with pytest.raises(DateError) as refused:
        parse_date("2021-09-08")
    assert str(refused.value) == ("2021-09-08 lies before 2021-09-09, the first day that the specification describes")
