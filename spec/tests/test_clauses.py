"""The clauses as data: what every one of them owes its reader."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from sse_spec.clauses import CHAPTERS, CLASSES, EDITION, FIRST_DAY, Clause, UnknownClauseError, clause, clauses
from sse_spec.sources import sentences

THIRD_PARTY = "Third party: "
"""How the document of a source begins that is neither AWS's own nor seen on AWS."""


def ids(wrong: Callable[[Clause], object]) -> list[str]:
    """The ids of the clauses with which something is wrong."""
    return [name for name, one in clauses().items() if wrong(one)]


def tables(chapter: str) -> list[dict[str, Any]]:
    text = resources.files("sse_spec.clauses").joinpath(f"{chapter}.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["clause"]
    return found


def days(one: Clause) -> list[dt.date]:
    bounds = [bound for bound in (one.since, one.until) if bound is not None]
    return [day for bound in bounds for day in (bound if isinstance(bound, tuple) else (bound,))]


def test_no_two_clauses_have_one_id() -> None:
    written = [table["id"] for chapter in CHAPTERS for table in tables(chapter)]
    assert sorted(written) == sorted(set(written))
    assert written == list(clauses())


def test_an_id_is_three_letters_and_two_digits() -> None:
    assert [name for name in clauses() if not re.fullmatch(r"[A-Z]{3}-\d\d", name)] == []


def test_a_prefix_belongs_to_one_chapter_and_a_chapter_has_one_prefix() -> None:
    pairs = {(name[:3], one.chapter) for name, one in clauses().items()}
    assert len({prefix for prefix, _ in pairs}) == len({chapter for _, chapter in pairs}) == len(pairs) == len(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_numbers_of_a_chapter_ascend(chapter: str) -> None:
    numbers = [table["id"] for table in tables(chapter)]
    assert numbers == sorted(numbers)


def test_every_class_is_known() -> None:
    assert ids(lambda one: one.clause_class not in CLASSES) == []


def test_every_text_is_one_to_three_sentences() -> None:
    assert ids(lambda one: not 1 <= len(sentences(one.text)) <= 3 or not one.text.endswith(".")) == []


def test_every_clause_says_in_one_sentence_how_an_outsider_sees_it() -> None:
    assert ids(lambda one: len(sentences(one.observe)) != 1 or not one.observe.endswith(".")) == []


def test_every_title_is_one_short_line() -> None:
    assert ids(lambda one: not 0 < len(one.title) <= 120 or one.title.endswith(".")) == []


def test_what_the_documents_leave_open_is_never_a_must() -> None:
    assert ids(lambda one: one.level == "MUST" and one.basis not in ("documented", "observed")) == []


def test_a_may_rests_on_silence_or_conflict_and_says_what_is_permitted() -> None:
    assert ids(lambda one: one.level == "MAY" and one.basis not in ("silent", "conflict")) == []
    assert ids(lambda one: one.level == "MAY" and "permitted" not in one.text) == []


def test_a_conflict_names_both_sides() -> None:
    assert ids(lambda one: one.basis == "conflict" and len({s.document for s in one.sources}) < 2) == []


def test_every_clause_has_a_source() -> None:
    assert ids(lambda one: not one.sources) == []


def test_what_only_a_third_party_says_is_never_a_must() -> None:
    assert ids(lambda one: one.level == "MUST" and all(s.document.startswith(THIRD_PARTY) for s in one.sources)) == []


def test_every_date_lies_between_the_first_day_and_the_edition() -> None:
    assert ids(lambda one: not all(FIRST_DAY <= day <= EDITION for day in days(one))) == []


def test_no_clause_ends_before_it_begins() -> None:
    assert ids(lambda one: days(one) != sorted(days(one))) == []


def test_an_unknown_id_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownClauseError, match="XXX-99"):
        clause("XXX-99")


def test_a_known_id_gives_its_clause() -> None:
    assert clause("DEF-03").chapter == "default"
