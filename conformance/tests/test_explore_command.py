"""`s3-sse explore`: what it prints, and how it ends."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sse_conformance import cli
from sse_conformance.explore_command import every_date, scopes_named
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.exploration import SCOPES, THEOREMS, Exploration


def explore(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process: its exit status, what it printed, and what it complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.main(("explore", *arguments))
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--scope", "nosuch"), "customer-keys"),
        (("--break", "XXX-99"), "XXX-99"),
        (("--break", "DEF-04"), "not in force on 2026-11-01"),
        (("--as-of", "2020-01-01"), "2021-09-09"),
        (("--as-of", "yesterday"), "YYYY-MM-DD"),
        (("--as-of", "2022-01-01", "--all-dates"), "--all-dates"),
        (("--states", "0"), "'0'"),
        (("--seconds", "some"), "'some'"),
        (("--nosuch",), "--break"),
    ],
)
def test_wrong_words_end_with_2_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    status, out, err = explore(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert named in err


def test_a_scope_that_closes_is_told_with_its_figures_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explore(capsys, "--scope", "logging")
    assert status == 0
    assert "logging, as of 2026-11-01: 2 buckets" in out
    assert re.search(r"closed at depth \d+: [\d,]+ states, [\d,]+ transitions \([\d,]+ local steps\)", out)
    assert re.search(r"[\d,]+ transitions/s, [\d.]+ s of the processor, at most [\d,]+ MiB", out)
    assert "0 are violated" in out
    assert "All theorems hold in the exploration." in out
    assert re.search(r"\d+ theorems were not tried", out)


def test_a_broken_clause_ends_with_1_and_the_shortest_program(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explore(capsys, "--break", "CFG-08", "--scope", "objects", "--scope", "buckets")
    assert status == 1
    assert "VIOLATED: deleting the default leaves the baseline" in out
    assert "rests on: CFG-04, CFG-05, CFG-06, CFG-07, CFG-08" in out
    program = [line.split(maxsplit=1)[1] for line in out.splitlines() if re.match(r" +\d+\. ", line)]
    assert program[:2] == ["CreateBucket b1", "CreateKey K1"]
    assert program[-2].startswith("PutBucketEncryption b1")
    assert program[-1] == "DeleteBucketEncryption b1"
    assert "buckets, as of" not in out


def test_a_step_that_is_refused_is_told_with_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explore(capsys, "--break", "HDR-03", "--scope", "objects")
    assert status == 1
    assert re.search(r"PutObject b1/o\d .*-> refused: 4\d\d ", out)


def test_a_broken_clause_of_which_no_theorem_speaks_ends_with_0_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = explore(capsys, "--break", "KMS-05", "--scope", "logging", "--states", "50")
    assert status == 0
    assert "KMS-05 is broken, and within these bounds no theorem is violated" in out


def test_limits_are_kept_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    for limit in (("--states", "60"), ("--states", "100000", "--seconds", "1")):
        status, out, _ = explore(capsys, "--scope", "objects", *limit)
        assert status == 0
        assert "bounded at depth" in out


def test_each_day_that_is_named_is_explored(capsys: pytest.CaptureFixture[str]) -> None:
    days = ("2021-09-09", "2023-02-01")
    named = [word for day in days for word in ("--as-of", day)]
    status, out, _ = explore(capsys, "--scope", "jobs", "--states", "40", *named)
    assert status == 0
    assert all(f"jobs, as of {day}" in out for day in days)
    assert "each of the 2 explorations" in out
    assert "leaves open, not gone on with: BatchCopy" in out


def test_all_dates_are_those_on_which_the_law_changes(capsys: pytest.CaptureFixture[str]) -> None:
    days = every_date()
    assert days[0] == FIRST_DAY
    assert days == tuple(sorted(set(days)))
    assert {dt.date(2023, 1, 5), dt.date(2022, 7, 1), dt.date(2022, 12, 31)} <= set(days)
    assert days[-1] <= EDITION
    status, out, _ = explore(capsys, "--scope", "logging", "--states", "10", "--all-dates")
    assert status == 0
    assert out.count("logging, as of") == len(days)


def test_what_is_explored_by_default_is_every_scope_that_closes(capsys: pytest.CaptureFixture[str]) -> None:
    assert [scope.name for scope in scopes_named(())] == [one.name for one in SCOPES if one.most_states is None]
    status, out, _ = explore(capsys, "--list")
    assert status == 0
    plain = " ".join(out.split())
    assert all(f"{scope.name} {scope.about}" in plain for scope in SCOPES)
    assert all(f"{one.name}: {one.statement}" in plain for one in THEOREMS)
    assert "large 2 buckets" in plain
    assert "not closed, 100,000 states unless --states says" in plain


def test_breaking_it_off_tells_what_was_done_so_far(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = Exploration._spent

    def interrupted(self: Exploration) -> bool:
        if self.states > 20:
            raise KeyboardInterrupt
        return spent(self)

    monkeypatch.setattr(Exploration, "_spent", interrupted)
    status, out, _ = explore(capsys, "--scope", "objects", "--scope", "logging")
    assert status == 3
    assert "interrupted at depth" in out
    assert "All theorems hold" not in out
    assert "logging" not in out
