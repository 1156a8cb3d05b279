"""A claim of conformance, and whether a result bears it out.

A claim is a file that a vendor publishes, `conformance.toml`:

    product = "emulator"            # the target of the result
    version = "4.2.0"
    as_of = 2026-11-01              # the day whose documents are claimed to be kept
    classes = ["core", "kms"]       # conformance classes
    level = "SHOULD"                # "MUST" claims the clauses of that level alone; "SHOULD", the default, all

A class holds if every clause of that level passes that is in force on the day. One that fails, or whose operation the
target does not offer, breaks it, be it known or not: a ledger says why a divergence is put up with, and excuses
nothing here. Where a clause was not judged, or not asked about, nothing is shown.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from sse_spec.clauses import CLASSES, clauses
from sse_spec.law import DateError, binding, laws, parse_date

from sse_reports.result import ClauseResult, Level, Result
from sse_reports.standing import VERDICT_WORDS, beyond_cover
from sse_reports.text import inert

__all__ = ["Claim", "ClaimError", "Outcome", "Ruling", "check", "exit_status", "lines", "read"]

Outcome = Literal["holds", "does not hold", "not shown"]

_UNDECIDED = ("inconclusive", "not-exercised")


class ClaimError(Exception):
    """The claim cannot be read, or is not about the result. The message is one line: the file, and what is wrong."""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a vendor claims: a product in a version keeps the clauses of some classes, as of a day."""

    product: str
    version: str
    as_of: dt.date
    classes: tuple[str, ...]
    level: Literal["MUST", "SHOULD"] = "SHOULD"


class Ruling(msgspec.Struct, frozen=True):
    """What a result makes of one class of a claim: the outcome, and a line for each clause that stands against it.

    `deviations` are the clauses below the level of the claim that fail: they break nothing, and are told.
    """

    clause_class: str
    outcome: Outcome
    reasons: tuple[str, ...]
    deviations: tuple[str, ...]
    passed: int


def read(path: Path) -> Claim:
    """Read a claim. Raises :class:`ClaimError`."""
    try:
        claim = msgspec.convert(tomllib.loads(path.read_bytes().decode()), Claim, builtin_types=(dt.date,))
        parse_date(claim.as_of.isoformat())
    except OSError as error:
        raise ClaimError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ClaimError(f"{path}: not UTF-8") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, DateError) as error:
        raise ClaimError(inert(f"{path}: {' '.join(str(error).split())}")) from None
    if not claim.classes:
        raise ClaimError(f"{path}: classes: it claims none")
    for name in claim.classes:
        if name not in CLASSES:
            raise ClaimError(inert(f"{path}: classes: there is no class {name!r}; known: {', '.join(CLASSES)}"))
    return claim


def check(claim: Claim, result: Result) -> tuple[Ruling, ...]:
    """What the result makes of each class of the claim. Raises :class:`ClaimError` if it is about something else."""
    for what, claimed, judged in (
        ("product", claim.product, result.target.name),
        ("version", claim.version, result.target.version),
        ("as_of", claim.as_of.isoformat(), result.as_of),
    ):
        if claimed != judged:
            raise ClaimError(inert(f"the claim is about another {what} than the result: {claimed}, not {judged}"))
    return tuple(_ruling(claim, result, name) for name in dict.fromkeys(claim.classes))


def exit_status(rulings: tuple[Ruling, ...]) -> Literal[0, 1, 3]:
    """0 if every class holds, 1 if one does not, else 3: something was not shown."""
    outcomes = {one.outcome for one in rulings}
    return 1 if "does not hold" in outcomes else 3 if "not shown" in outcomes else 0


def lines(claim: Claim, rulings: tuple[Ruling, ...]) -> Iterator[str]:
    """The rulings in words, in which nothing acts; the last line is the conclusion."""
    for one in rulings:
        yield inert(f"{one.clause_class}: {one.outcome}, {one.passed} pass")
        yield from (inert(f"  {reason}") for reason in one.reasons)
        yield from (inert(f"  deviates, below the level of the claim: {reason}") for reason in one.deviations)
    held = sum(one.outcome == "holds" for one in rulings)
    extent = "MUST alone" if claim.level == "MUST" else "every level"
    who = f"{claim.product} {claim.version} as of {claim.as_of}, {extent}"
    yield ""
    yield inert(f"{who}: {held} of {len(rulings)} classes hold -> exit {exit_status(rulings)}")


def _ruling(claim: Claim, result: Result, name: str) -> Ruling:
    listed = {one.id: one for one in result.clauses if one.clause_class == name}
    against = {one.id: told for one in listed.values() if (told := _against(result, one))}
    claimed = {one.id for one in listed.values() if _claimed(claim, one.level)}
    broken = [told for one, told in against.items() if one in claimed]
    undecided = [_words(listed[one]) for one in listed if one in claimed and listed[one].verdict in _UNDECIDED]
    if unsaid := [one for one in _owed(claim, name) if one not in listed]:
        undecided.append(f"the result says nothing about {', '.join(unsaid)}")
    if result.incomplete:
        undecided.append(f"the run ended before its plan did: {result.incomplete}")
    return Ruling(
        clause_class=name,
        outcome="does not hold" if broken else "not shown" if undecided else "holds",
        reasons=(*broken, *undecided),
        deviations=tuple(told for one, told in against.items() if one not in claimed),
        passed=sum(one.verdict == "pass" for one in listed.values()),
    )


def _claimed(claim: Claim, level: Level) -> bool:
    return claim.level == "SHOULD" or level == "MUST"


def _against(result: Result, clause: ClauseResult) -> str:
    """What speaks against a clause; empty where nothing does."""
    if clause.verdict in ("fail", "unsupported"):
        return _words(clause)
    found = [one for one in beyond_cover(result) if one.signature.clause == clause.id]
    return f"{clause.id} {clause.level} {clause.title}: random programs found {found[0].id}" if found else ""


def _words(clause: ClauseResult) -> str:
    told = f"{clause.id} {clause.level} {clause.title}: {VERDICT_WORDS[clause.verdict]}"
    return f"{told}, {clause.reason}" if clause.reason else told


def _owed(claim: Claim, name: str) -> Iterator[str]:
    """The clauses that the claim is about, as this edition has them."""
    in_force = binding(laws(claim.as_of))
    of_class = (one for one in clauses().values() if one.id in in_force and one.clause_class == name)
    return (one.id for one in of_class if _claimed(claim, one.level))
