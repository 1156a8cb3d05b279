"""A comparison for people: as text for a terminal or a log, and as Markdown for a comment on a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sse_reports import markdown_text as md
from sse_reports.compare import Change, ChangedChoice, Comparison, Difference, Said, Side
from sse_reports.prose import headline
from sse_reports.result import VERDICTS, Verdict
from sse_reports.standing import VERDICT_WORDS
from sse_reports.text import inert

__all__ = ["COMMENT_LIMIT", "markdown", "text"]

COMMENT_LIMIT = 60_000
"""Longest comment, in characters: GitHub takes 65,536, and the caller may put a line before it."""

COMMENT_ITEMS = 40
"""So many items of a section stand in a comment: who wants all of them reads the comparison as text."""

SHOWN_DIVERGENCES = 3
"""So many divergences from one clause stand in a comment."""

ITEM_LIMIT = 120
"""Longest text within an item of a comment, in characters."""


def _word(verdict: Verdict | None) -> str:
    return "not listed" if verdict is None else VERDICT_WORDS[verdict]


def _conclusion(comparison: Comparison) -> str:
    """The comparison in one sentence, of our words alone."""
    regressed, fixed = len(comparison.regressed), len(comparison.fixed)
    told = [
        f"{regressed} regressed" if regressed else "nothing regressed",
        f"{fixed} fixed" if fixed else "",
        f"{len(comparison.newly_exercised)} newly exercised" if comparison.newly_exercised else "",
        f"{len(comparison.no_longer_judged)} no longer judged" if comparison.no_longer_judged else "",
        f"{len(comparison.choices)} changed choices" if comparison.choices else "",
    ]
    return ", ".join(filter(None, told))


def _sections(comparison: Comparison) -> tuple[tuple[str, Sequence[Change]], ...]:
    return (
        ("Regressed", comparison.regressed),
        ("Fixed", comparison.fixed),
        ("Newly exercised", comparison.newly_exercised),
        ("No longer judged", comparison.no_longer_judged),
    )


# --- text -------------------------------------------------------------------------------------------------------------


def text(comparison: Comparison) -> str:
    """The whole comparison as lines, in which nothing that a target said acts; the last is its conclusion."""
    return "\n".join(inert(line) for line in _lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"old: {_side(comparison.old)}"
    yield f"new: {_side(comparison.new)}"
    for title, changes in _sections(comparison):
        if changes:
            yield from ("", f"{title}: {len(changes)}")
            for one in changes:
                yield f"  {one.clause} {one.level} {one.title}: {_word(one.before)} -> {_word(one.after)}"
                yield from (f"    {said.id} [{said.standing}] {headline(said.signature)}" for said in one.divergences)
    if comparison.choices:
        yield from ("", f"Changed choices: {len(comparison.choices)}")
        yield from (f"  {_choice(one)}" for one in comparison.choices)
    if comparison.beyond:
        yield from ("", f"Found beyond the cover, and not the time before: {len(comparison.beyond)}")
        yield from (f"  {one.signature.clause} {headline(one.signature)}" for one in comparison.beyond)
    changed = [f"  {_difference(one)}" for one in comparison.suite]
    changed += [f"  clauses {word}: {', '.join(names)}" for word, names in _clauses(comparison)]
    if changed:
        yield from ("", "The suite, or what it was asked, is not the same:", *changed)
    if comparison.new.incomplete:
        yield from ("", f"The new run ended before its plan did: {comparison.new.incomplete}")
    yield from ("", f"{_conclusion(comparison)} -> exit {comparison.exit_status}")


def _side(side: Side) -> str:
    counts = ", ".join(f"{side.verdicts.get(one, 0)} {VERDICT_WORDS[one]}" for one in reversed(VERDICTS))
    who = f"{side.target.name} {side.target.version} as of {side.as_of}"
    return f"{who}, s3-sse-conformance {side.suite_version}: {counts}"


def _choice(one: ChangedChoice) -> str:
    return f"{one.clause} {one.action}: {' and '.join(one.before)} -> {' and '.join(one.after)}"


def _difference(one: Difference) -> str:
    return f"{one.what}: {one.before} -> {one.after}"


def _clauses(comparison: Comparison) -> Iterator[tuple[str, tuple[str, ...]]]:
    if comparison.clauses_new:
        yield "new", comparison.clauses_new
    if comparison.clauses_gone:
        yield "gone", comparison.clauses_gone


# --- Markdown ---------------------------------------------------------------------------------------------------------


def markdown(comparison: Comparison) -> str:
    """The comparison as a comment: GitHub-flavoured Markdown, cut to what a comment can hold, and inert."""
    kept: list[str] = []
    left = COMMENT_LIMIT
    for line in _comment(comparison):
        left -= len(line) + 1
        if left < 0:
            return "\n".join([*kept, "", "There is more than a comment can hold.", ""])
        kept.append(line)
    return "\n".join(kept) + "\n"


def _comment(comparison: Comparison) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield f"### S3 default bucket encryption: {_conclusion(comparison)}"
    yield ""
    yield "| | old | new |"
    yield "|---|---|---|"
    for what, of in _ROWS:
        yield f"| {what} | {md.cell(_short(of(old)))} | {md.cell(_short(of(new)))} |"
    for verdict in reversed(VERDICTS):
        yield f"| {VERDICT_WORDS[verdict]} | {old.verdicts.get(verdict, 0)} | {new.verdicts.get(verdict, 0)} |"
    for title, changes in _sections(comparison):
        yield from _section(title, changes, _change)
    yield from _section("Changed choices", comparison.choices, _changed_choice)
    yield from _section("Found beyond the cover, and not the time before", comparison.beyond, _said)
    yield from _section(
        "The suite, or what it was asked, is not the same",
        [
            *(f"- {md.words(_short(one.what))}: {_step(one.before, one.after)}" for one in comparison.suite),
            *(f"- clauses {word}: {md.words(_short(', '.join(names)))}" for word, names in _clauses(comparison)),
        ],
        str,
    )
    if new.incomplete:
        yield from ("", f"**The new run ended before its plan did:** {md.code(_short(new.incomplete))}")


_ROWS: tuple[tuple[str, Callable[[Side], str]], ...] = (
    ("target", lambda side: f"{side.target.name} {side.target.version}"),
    ("as of", lambda side: side.as_of),
    ("suite", lambda side: side.suite_version),
)


def _section(title: str, items: Sequence[object], of: Callable[..., str]) -> Iterator[str]:
    if not items:
        return
    yield from ("", f"#### {title}: {len(items)}", "")
    yield from (of(one) for one in items[:COMMENT_ITEMS])
    if len(items) > COMMENT_ITEMS:
        yield f"- and {len(items) - COMMENT_ITEMS} more"


def _change(one: Change) -> str:
    head = f"- **{md.words(_short(one.clause))}** {one.level} {md.words(_short(one.title))}: "
    head += f"{_word(one.before)} → {_word(one.after)}"
    return "\n".join([head, *_cut(f"  {_said(said)}" for said in one.divergences)])


def _cut(lines: Iterable[str]) -> list[str]:
    """The first of the divergences from one clause; the comparison as JSON has all."""
    several = list(lines)
    if len(several) <= SHOWN_DIVERGENCES:
        return several
    return [*several[:SHOWN_DIVERGENCES], f"  - and {len(several) - SHOWN_DIVERGENCES} more"]


def _said(one: Said) -> str:
    return f"- {md.code(_short(one.id))} \\[{one.standing}\\] {md.code(_short(headline(one.signature)))}"


def _changed_choice(one: ChangedChoice) -> str:
    step = _step(" and ".join(one.before), " and ".join(one.after))
    return f"- {md.words(_short(one.clause))} {md.words(_short(one.action))}: {step}"


def _step(before: str, after: str) -> str:
    return f"{md.words(_short(before))} → {md.words(_short(after))}"


def _short(words: str) -> str:
    return words if len(words) <= ITEM_LIMIT else f"{words[:ITEM_LIMIT]}…"
