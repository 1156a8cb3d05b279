"""Clauses on the terminal: the list, and one in full."""

from __future__ import annotations

import ast
import datetime as dt
import functools
import importlib
import inspect
import textwrap
from collections.abc import Collection, Iterator
from pkgutil import iter_modules

from sse_spec import machine, operations
from sse_spec.clauses import CHAPTERS, CLASSES, Bound, Clause, Source, clause, clauses
from sse_spec.law import laws

__all__ = ["details", "listing", "rules_citing"]

WIDTH = 100
CLASS_WIDTH = max(map(len, CLASSES))


def listing(classes: Collection[str], as_of: dt.date | None) -> Iterator[str]:
    """A line for each clause of the classes, of those in force on a day if one is given."""
    in_force = None if as_of is None else frozenset[str]().union(*(law.in_force for law in laws(as_of)))
    chapter = ""
    for one in clauses().values():
        if one.clause_class not in classes or (in_force is not None and one.id not in in_force):
            continue
        if one.chapter != chapter:
            if chapter:
                yield ""
            chapter = one.chapter
            yield chapter.replace("_", " ")
        yield f"  {one.id}  {one.level:<6}  {one.clause_class:<{CLASS_WIDTH}}  {one.title}{_validity(one)}"


def _validity(one: Clause) -> str:
    parts = [
        f"{word} {_day(bound)}" for word, bound in (("since", one.since), ("until", one.until)) if bound is not None
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _day(bound: Bound) -> str:
    return " to ".join(day.isoformat() for day in bound) if isinstance(bound, tuple) else bound.isoformat()


def details(name: str) -> Iterator[str]:
    """One clause with everything that is known of it. Raises :class:`sse_spec.clauses.UnknownClauseError`."""
    one = clause(name)
    yield f"{one.id}  {one.title}"
    yield f"{one.level}, class {one.clause_class}, basis {one.basis}{_validity(one)}"
    yield ""
    yield from textwrap.wrap(one.text, WIDTH)
    yield ""
    yield from textwrap.wrap(f"Observe: {one.observe}", WIDTH, subsequent_indent="  ")
    if one.note:
        yield from textwrap.wrap(f"Note: {one.note}", WIDTH, subsequent_indent="  ")
    for rule in rules_citing(name):
        yield f"Rule: {rule}"
    for source in one.sources:
        yield from _source(source)


def _source(source: Source) -> Iterator[str]:
    yield f"Source: {source.document}" + (f", {source.section}" if source.section else "")
    if source.url:
        yield f"  {source.url}"
    if source.sha256:
        yield f"  sentence sha256:{source.sha256}"


def rules_citing(name: str) -> tuple[str, ...]:
    """The rules that ask for this clause, as `module.function`; also those that find it in a table of their module."""
    return tuple(rule for rule, texts in _texts_of_rules().items() if name in texts)


@functools.cache
def _texts_of_rules() -> dict[str, frozenset[str]]:
    """The texts that stand in each rule, and in the tables that it names."""
    chapters = [importlib.import_module(f"sse_spec.rules.{chapter}") for chapter in CHAPTERS]
    composed = [importlib.import_module(f"sse_spec.operations.{one.name}") for one in iter_modules(operations.__path__)]
    return {
        f"{module.__name__}.{rule}": texts
        for module in (*chapters, *composed, machine)
        for rule, texts in _texts_of_functions(ast.parse(inspect.getsource(module)).body)
    }


def _texts_of_functions(body: Collection[ast.stmt]) -> Iterator[tuple[str, frozenset[str]]]:
    tables: dict[str, frozenset[str]] = {}
    for one in body:
        if isinstance(one, ast.Assign | ast.AnnAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            tables |= {target.id: _texts(one) for target in targets if isinstance(target, ast.Name)}
    for one in body:
        if isinstance(one, ast.FunctionDef):
            named = (tables.get(node.id, frozenset()) for node in ast.walk(one) if isinstance(node, ast.Name))
            yield one.name, _texts(one).union(*named)


def _texts(node: ast.AST) -> frozenset[str]:
    constants = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))
