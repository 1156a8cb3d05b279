"""The clause index: every clause on one line, as Markdown. `spec/README.md` keeps a copy.

python -m sse_spec.index
"""

from __future__ import annotations

import datetime as dt
import functools
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources

from sse_spec.clauses import CHAPTERS, Bound, Clause, clauses, read_chapter

__all__ = ["index", "main"]


def index(described: Iterable[Clause]) -> str:
    """The clauses in the order given, under a heading for each chapter, with a newline at the end.

    Before them, and at each chapter, stands how much of the rules the cover reaches on the model itself.
    """
    by_chapter: dict[str, list[Clause]] = {chapter: [] for chapter in CHAPTERS}
    for one in described:
        by_chapter[one.chapter].append(one)
    parts = (_chapter(name, found) for name, found in by_chapter.items() if found)
    return "\n\n".join("\n".join(part) for part in (_total(), *parts)) + "\n"


def main() -> int:
    """Print the index of this edition."""
    sys.stdout.write(index(clauses().values()))
    return 0


@functools.cache
def _coverage() -> Mapping[str, Mapping[str, int]]:
    """The figures that `python -m sse_conformance.rule_coverage` found, by module."""
    return tomllib.loads(resources.files("sse_spec").joinpath("rule_coverage.toml").read_text(encoding="utf-8"))


def _total() -> Iterator[str]:
    figures = ("branches", "reached", "declared")
    branches, reached, declared = (sum(one[figure] for one in _coverage().values()) for figure in figures)
    yield f"The rules, and the operations that compose them, have {branches} branches."
    yield f"Run on the model itself, as of days of every era, the cover reaches {reached};"
    yield f"the other {declared} are declared where they stand, with the reason."


def _chapter(name: str, found: Iterable[Clause]) -> Iterator[str]:
    text = resources.files("sse_spec.clauses").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    yield f"### {read_chapter(text, name).title}"
    yield ""
    yield f"[clauses](sse_spec/clauses/{name}.toml), [rules](sse_spec/rules/{name}.py) ({_reached(name)})"
    yield ""
    yield "| clause | says | level | class | basis | in force |"
    yield "|---|---|---|---|---|---|"
    for one in found:
        yield f"| {one.id} | {one.title} | {one.level} | {one.clause_class} | {one.basis} | {_in_force(one)} |"


def _reached(name: str) -> str:
    of_chapter = _coverage()[f"rules/{name}"]
    return "{reached} of {branches} branches reached".format_map(of_chapter)


def _in_force(one: Clause) -> str:
    bounds = (("from", one.since), ("until", one.until))
    return ", ".join(f"{word} {_bound(bound)}" for word, bound in bounds if bound is not None) or "always"


def _bound(bound: Bound) -> str:
    if isinstance(bound, dt.date):
        return str(bound)
    first, last = bound
    return f"some day from {first} to {last}"


if __name__ == "__main__":
    sys.exit(main())
