"""Clauses on the terminal: the list, and one in full."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import textwrap
from collections.abc import Collection, Iterator

from sse_spec import machine
from sse_spec.clauses import CHAPTERS, Bound, Clause, Source, clause, clauses
from sse_spec.law import laws

__all__ = ["details", "listing", "rules_citing"]

WIDTH = 100


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
        yield f"  {one.id}  {one.level:<6}  {one.clause_class:<10}  {one.title}{_validity(one)}"


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
    """The rules that ask for this clause, as `module.function`."""
    modules = [*(importlib.import_module(f"sse_spec.rules.{chapter}") for chapter in CHAPTERS), machine]
    return tuple(
        f"{module.__name__}.{found}"
        for module in modules
        for found, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and f'"{name}"' in inspect.getsource(function)
    )
