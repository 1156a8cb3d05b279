"""A clause on the terminal: where it is decided, and how the list of clauses is laid out."""

from __future__ import annotations

import importlib

import pytest
from sse_conformance.clause_words import listing, rules_citing
from sse_spec.clauses import CLASSES, clauses


@pytest.mark.parametrize("clause", clauses())
def test_every_clause_is_asked_for_by_a_rule_that_there_is(clause: str) -> None:
    rules = rules_citing(clause)
    assert rules
    for rule in rules:
        module, _, function = rule.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_a_clause_that_stands_in_a_table_is_asked_for_by_who_uses_the_table() -> None:
    assert all(rule.startswith("sse_spec.rules.permissions.") for rule in rules_citing("PRM-01"))


def test_a_clause_that_nobody_wrote_is_asked_for_by_nobody() -> None:
    assert rules_citing("XYZ-99") == ()


def test_the_titles_of_all_clauses_stand_in_one_column() -> None:
    titles = {one.id: one.title for one in clauses().values()}
    lines = [line for line in listing(CLASSES, None) if line.startswith("  ")]
    assert len({line.index(titles[line.split()[0]]) for line in lines}) == 1
