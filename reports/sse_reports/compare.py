"""Two results of one target, or of two, held against each other: what is better, what is worse, what cannot be told.

Clauses compare by their id and divergences by their signature, so that results of different editions of the suite
compare as well; what changed in the suite is listed apart, for it may be why a verdict changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from sse_spec.clauses import clauses

from sse_reports import schema
from sse_reports.result import Choice, ClauseResult, Divergence, Level, Result, Signature, Target, Verdict
from sse_reports.standing import Standing, standing
from sse_reports.verdicts import tally

__all__ = [
    "FORMAT",
    "SCHEMA_FILE",
    "SCHEMA_ID",
    "Change",
    "ChangedChoice",
    "Comparison",
    "Difference",
    "Said",
    "Side",
    "compare",
    "encode",
    "schema_text",
]

FORMAT: Literal["s3-sse-comparison/1"] = "s3-sse-comparison/1"
"""Name and version of the document; a change that breaks readers counts up."""

SCHEMA_FILE = "comparison-1.schema.json"
"""Name of the shipped schema of the document, beside this module. `python -m sse_reports.compare` prints it."""

SCHEMA_ID = "urn:s3-sse-conformance:comparison:1"
"""Identity of the schema."""

_JUDGED = ("pass", "fail")


class Side(msgspec.Struct, frozen=True):
    """One of the two results: what was judged, by what, and how many clauses have each verdict.

    `incomplete` is empty, or says why the run ended before its plan did.
    """

    target: Target
    as_of: str
    suite_version: str
    classes: tuple[str, ...]
    only: tuple[str, ...]
    cover: str
    started: str
    verdicts: dict[Verdict, int]
    incomplete: str


class Said(msgspec.Struct, frozen=True):
    """A divergence, as far as a comparison tells of it; its result says the rest."""

    id: str
    signature: Signature
    standing: Standing


class Change(msgspec.Struct, frozen=True):
    """A clause that came out otherwise. None is the verdict in a result that does not list the clause.

    `divergences` are those that have come, where it got worse or was judged anew, and those that are gone, where it got
    better.
    """

    clause: str
    title: str
    level: Level
    clause_class: str = msgspec.field(name="class")
    before: Verdict | None
    after: Verdict | None
    divergences: tuple[Said, ...] = ()


class ChangedChoice(msgspec.Struct, frozen=True):
    """What the target did, before and now, where the documents leave it open."""

    clause: str
    action: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True):
    """Something of the suite, or of what it was asked, that is not the same in both results."""

    what: str
    before: str
    after: str


class Comparison(msgspec.Struct, frozen=True):
    """Two results held against each other.

    `regressed`: a clause that passed fails, or one that failed has a divergence that was not there. `fixed`: a clause
    that failed passes, or has lost a divergence. `newly_exercised` and `no_longer_judged`: clauses that had no pass or
    fail before, or have none now. `beyond` are the divergences that random programs found this time and not the time
    before, which says little. `suite` lists what differs in the suite and in what was asked, `clauses_new` and
    `clauses_gone` the clauses that one edition has, or has in force on its as-of date, and the other has not.
    `exit_status` is 1 where something regressed, else 3 where the new run ended early, else 0.
    """

    format: Literal["s3-sse-comparison/1"]
    old: Side
    new: Side
    regressed: tuple[Change, ...]
    fixed: tuple[Change, ...]
    newly_exercised: tuple[Change, ...]
    no_longer_judged: tuple[Change, ...]
    choices: tuple[ChangedChoice, ...]
    beyond: tuple[Said, ...]
    suite: tuple[Difference, ...]
    clauses_new: tuple[str, ...]
    clauses_gone: tuple[str, ...]
    exit_status: Literal[0, 1, 3]


def compare(old: Result, new: Result) -> Comparison:
    """Hold a result against an earlier one."""
    before, after = ({one.id: one for one in result.clauses} for result in (old, new))
    all_come, all_gone = _come(new, old), _come(old, new)
    regressed, fixed, newly, no_longer = [], [], [], []
    for name in _in_order({*before, *after}):
        one, other = before.get(name), after.get(name)
        come, gone = all_come.get(name, ()), all_gone.get(name, ())
        was, now = one is not None and one.verdict in _JUDGED, other is not None and other.verdict in _JUDGED
        if was and now:
            if come or (_is(one, "pass") and _is(other, "fail")):
                regressed.append(_change(one, other, come))
            if gone or (_is(one, "fail") and _is(other, "pass")):
                fixed.append(_change(one, other, gone))
        elif now:
            newly.append(_change(one, other, come))
        elif was:
            no_longer.append(_change(one, other, ()))
    return Comparison(
        format=FORMAT,
        old=_side(old),
        new=_side(new),
        regressed=tuple(regressed),
        fixed=tuple(fixed),
        newly_exercised=tuple(newly),
        no_longer_judged=tuple(no_longer),
        choices=tuple(_choices(old.choices, new.choices)),
        beyond=_found_beyond(old, new),
        suite=tuple(_suite(old, new)),
        clauses_new=tuple(name for name in _in_order({*after} - {*before}) if _asked(old, after[name])),
        clauses_gone=tuple(name for name in _in_order({*before} - {*after}) if _asked(new, before[name])),
        exit_status=1 if regressed else 3 if new.incomplete else 0,
    )


def _is(clause: ClauseResult | None, verdict: Verdict) -> bool:
    return clause is not None and clause.verdict == verdict


def _in_order(names: Iterable[str]) -> list[str]:
    """In the order of this edition, what it does not know at the end."""
    places = {name: at for at, name in enumerate(clauses())}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def _come(here: Result, there: Result) -> dict[str, tuple[Said, ...]]:
    """By clause, the divergences that the cover of one result shows, and the other result does not know at all."""
    known = {one.signature for one in there.divergences if standing(there, one) != "unconfirmed"}
    found: dict[str, tuple[Said, ...]] = {}
    for one in sorted(here.divergences, key=lambda one: one.signature):
        if not one.beyond and one.signature not in known and standing(here, one) != "unconfirmed":
            found[one.signature.clause] = (*found.get(one.signature.clause, ()), _said(here, one))
    return found


def _found_beyond(old: Result, new: Result) -> tuple[Said, ...]:
    known = {one.signature for one in old.divergences}
    found = (one for one in new.divergences if one.beyond and one.signature not in known)
    return tuple(_said(new, one) for one in sorted(found, key=lambda one: one.signature))


def _said(result: Result, divergence: Divergence) -> Said:
    return Said(divergence.id, divergence.signature, standing(result, divergence))


def _change(one: ClauseResult | None, other: ClauseResult | None, divergences: tuple[Said, ...]) -> Change:
    told = other or one
    if told is None:
        raise ValueError("a clause that neither result lists")
    return Change(
        told.id,
        told.title,
        told.level,
        told.clause_class,
        None if one is None else one.verdict,
        None if other is None else other.verdict,
        divergences,
    )


def _side(result: Result) -> Side:
    return Side(
        target=result.target,
        as_of=result.as_of,
        suite_version=result.suite_version,
        classes=result.classes,
        only=result.only,
        cover=result.cover.size,
        started=result.run.started,
        verdicts=tally(result),
        incomplete=result.incomplete,
    )


def _choices(old: Iterable[Choice], new: Iterable[Choice]) -> Iterator[ChangedChoice]:
    """The choices that both results show, and show otherwise; what was not asked in one of them is no change."""
    before, after = _taken(old), _taken(new)
    for key in sorted({*before} & {*after}):
        if before[key] != after[key]:
            yield ChangedChoice(*key, tuple(sorted(before[key])), tuple(sorted(after[key])))


def _taken(choices: Iterable[Choice]) -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in choices:
        found.setdefault((one.clause, one.action), set()).add(one.taken)
    return found


# --- what changed in the suite ----------------------------------------------------------------------------------------


def _asked(result: Result, clause: ClauseResult) -> bool:
    """Whether the result would list the clause, if its edition had it in force on its day."""
    return clause.clause_class in result.classes and (not result.only or clause.id in result.only)


def _suite(old: Result, new: Result) -> Iterator[Difference]:
    told = (
        ("version of the suite", old.suite_version, new.suite_version),
        ("as-of date", old.as_of, new.as_of),
        ("classes", _listed(old.classes), _listed(new.classes)),
        ("clauses asked for", _listed(old.only), _listed(new.only)),
        ("cover", old.cover.size, new.cover.size),
        ("fails on", old.fail_on, new.fail_on),
        ("ledger", old.ledger.source, new.ledger.source),
    )
    for what, before, after in told:
        if before != after:
            yield Difference(what, before, after)
    later = {one.id: one for one in new.clauses}
    for one in old.clauses:
        other = later.get(one.id)
        if other is not None:
            yield from _redefined(one, other)


def _redefined(one: ClauseResult, other: ClauseResult) -> Iterator[Difference]:
    for what, before, after in (
        ("level", one.level, other.level),
        ("class", one.clause_class, other.clause_class),
        ("title", one.title, other.title),
    ):
        if before != after:
            yield Difference(f"{what} of {one.id}", before, after)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "all"


# --- the document -----------------------------------------------------------------------------------------------------


def encode(comparison: Comparison) -> bytes:
    """The document as indented JSON, UTF-8, with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n"


def schema_text() -> str:
    """The JSON Schema of :class:`Comparison`, draft 2020-12, as the shipped file spells it."""
    made = schema.of(Comparison, SCHEMA_ID, "Comparison of two results of s3-sse-conformance")
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
