"""The clause index in the specification's README is the one that the clauses make."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from sse_spec.clauses import Clause, clause, clauses
from sse_spec.index import index, main

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- index: python -m sse_spec.index -->\n", "<!-- end of index -->\n"


def row(one: Clause) -> str:
    """The line of the index that stands for the clause."""
    return index([one]).splitlines()[-1]


def test_the_readme_holds_the_current_index() -> None:
    _, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    kept, end, _ = rest.partition(END)
    assert end
    assert kept.strip() == index(clauses().values()).strip(), "put the output of `python -m sse_spec.index` into it"


def test_every_clause_has_one_line() -> None:
    lines = index(clauses().values()).splitlines()
    listed = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    assert [name for name in listed if name != "clause"] == list(clauses())


def test_a_line_says_from_when_until_when_the_clause_holds() -> None:
    day, later = dt.date(2023, 1, 5), dt.date(2023, 2, 1)
    one = msgspec.structs.replace(clause("DEF-03"), since=None, until=None)
    assert row(one).endswith("| always |")
    assert row(msgspec.structs.replace(one, since=day)).endswith("| from 2023-01-05 |")
    assert row(msgspec.structs.replace(one, since=day, until=later)).endswith("| from 2023-01-05, until 2023-02-01 |")


def test_a_line_says_so_where_only_two_days_are_known() -> None:
    one = msgspec.structs.replace(clause("DEF-03"), since=None, until=(dt.date(2022, 1, 1), dt.date(2022, 12, 31)))
    assert row(one).endswith("| until some day from 2022-01-01 to 2022-12-31 |")


def test_no_title_breaks_the_table() -> None:
    assert [name for name, one in clauses().items() if set("|\n") & set(one.title)] == []


def test_the_command_prints_the_index(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr().out == index(clauses().values())
