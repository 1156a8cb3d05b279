"""Partial results put together: those of runs with `--class` or `--only`, made one by one or on several machines.

Merging is associative and commutative: how the parts are grouped, and in which order they come, is all the same, also
for what is refused. What one document cannot tell is not made up:

- A goal that two parts planned, because its clauses belong to both, counts in both: the numbers of the cover are sums.
- Of the situations in which a clause was exercised only the number is known, so that of two numbers the larger is kept.
- A stale entry of the ledger shows in a whole run alone; that the parts together are one does not show it.
- The mean time of a call is not known of several runs, whose calls are counted in sums.
- A choice that changes between two parts is listed as two choices, and is no divergence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from msgspec.structs import replace
from sse_spec.clauses import CLASSES, clauses

from sse_reports.result import (
    Beyond,
    Choice,
    ClauseResult,
    Cover,
    Divergence,
    LedgerStatus,
    Loss,
    Result,
    RunInfo,
    Signature,
)

__all__ = ["ConflictError", "is_whole", "merge"]

Item = TypeVar("Item")
Key = TypeVar("Key")

_ID_SEPARATOR = "+"
_REASON_SEPARATOR = "; "
_MILLISECONDS = 1000


class ConflictError(Exception):
    """Two results are not parts of one. The message says in what they differ, and how."""


def merge(one: Result, other: Result) -> Result:
    """Both results as one. Raises :class:`ConflictError` where they are not parts of one."""
    _check_same_question(one, other)
    results = _clauses(one, other)
    divergences = _divergences(one, other)
    incomplete = _reasons(one.incomplete, other.incomplete)
    return Result(
        format=one.format,
        suite_version=one.suite_version,
        target=replace(one.target, remarks=tuple(sorted({*one.target.remarks, *other.target.remarks}))),
        as_of=one.as_of,
        classes=_in_order({*one.classes, *other.classes}, CLASSES),
        fail_on=one.fail_on,
        seed=one.seed,
        cover=_cover(one.cover, other.cover),
        clauses=results,
        divergences=divergences,
        choices=_choices((*one.choices, *other.choices)),
        losses=_losses((*one.losses, *other.losses)),
        ledger=LedgerStatus(
            source=one.ledger.source,
            matched=sum(divergence.known is not None for divergence in divergences),
            stale=tuple(sorted({*one.ledger.stale, *other.ledger.stale})),
            expired=tuple(sorted({*one.ledger.expired, *other.ledger.expired})),
        ),
        exit_status=_exit_status((one, other), results, incomplete),
        incomplete=incomplete,
        run=RunInfo(
            id=_ID_SEPARATOR.join(sorted(_runs(one) + _runs(other))),
            started=min(one.run.started, other.run.started),
            seconds=(_milliseconds(one) + _milliseconds(other)) / _MILLISECONDS,
            sent=_sum(one.run.sent, other.run.sent),
            received=_sum(one.run.received, other.run.received),
        ),
        beyond=_beyond(one.beyond, other.beyond),
        only=_only(one, other),
    )


def is_whole(result: Result) -> bool:
    """Whether the result is of one run that was about all clauses of its classes.

    Parts together may have asked less than one run does, for what takes two classes is asked by none of them.
    """
    return not result.only and len(_runs(result)) == 1


# --- what does not go together ----------------------------------------------------------------------------------------


def _check_same_question(one: Result, other: Result) -> None:
    told: tuple[tuple[str, Callable[[Result], object]], ...] = (
        ("the format", lambda result: result.format),
        ("the target", lambda result: result.target.name),
        ("the version of the target", lambda result: result.target.version),
        ("the as-of date", lambda result: result.as_of),
        ("the version of the suite", lambda result: result.suite_version),
        ("the size of the cover", lambda result: result.cover.size),
        ("the level that the run fails on", lambda result: result.fail_on),
        ("the seed", lambda result: "none" if result.seed is None else result.seed),
        ("the ledger", lambda result: result.ledger.source),
    )
    for what, of in told:
        _check_equal(what, of(one), of(other))
    if twice := set(_runs(one)) & set(_runs(other)):
        raise ConflictError(f"the run {min(twice)} is in both: a part counts once")


def _check_equal(what: str, one: object, other: object) -> None:
    if one != other:
        first, second = sorted((str(one), str(other)))
        raise ConflictError(f"{what} differs: {first} and {second}")


def _same_clause(one: ClauseResult, other: ClauseResult) -> ClauseResult:
    """A clause that was judged twice, which must have come out the same."""
    _check_equal(f"the verdict of {one.id}", one.verdict, other.verdict)
    for field in ("title", "chapter", "level", "clause_class"):
        _check_equal(f"the {field.removeprefix('clause_')} of {one.id}", getattr(one, field), getattr(other, field))
    return replace(
        one,
        exercised=one.exercised + other.exercised,
        contexts=max(one.contexts, other.contexts),
        breaches=one.breaches + other.breaches,
        reason=min(one.reason, other.reason),
    )


def _same_divergence(one: Divergence, other: Divergence) -> Divergence:
    """A divergence that both have seen: told by the better witness, which is the same whichever comes first."""
    _check_equal(f"the signature of divergence {one.id}", _words(one.signature), _words(other.signature))
    for field in ("level", "known", "link"):
        what = f"the {'reason in the ledger' if field == 'known' else field} of divergence {one.id}"
        _check_equal(what, getattr(one, field), getattr(other, field))
    told = min(one, other, key=_telling)
    return replace(told, count=one.count + other.count, beyond=one.beyond and other.beyond)


def _telling(divergence: Divergence) -> tuple[bool, int, bytes]:
    """What is preferred comes first: confirmed, then short; then any fixed order will do."""
    plain = replace(divergence, count=0, beyond=False)
    return not divergence.confirmed, len(divergence.witness), msgspec.json.encode(plain)


def _words(signature: Signature) -> str:
    return " ".join(str(part) for part in msgspec.structs.astuple(signature))


# --- what goes together -----------------------------------------------------------------------------------------------


def _clauses(one: Result, other: Result) -> tuple[ClauseResult, ...]:
    found = _together((*one.clauses, *other.clauses), lambda clause: clause.id, _same_clause)
    order = _in_order(found, tuple(clauses()))
    return tuple(found[name] for name in order)


def _divergences(one: Result, other: Result) -> tuple[Divergence, ...]:
    found = _together((*one.divergences, *other.divergences), lambda divergence: divergence.id, _same_divergence)
    return tuple(sorted(found.values(), key=lambda divergence: (divergence.beyond, divergence.signature)))


def _choices(several: Iterable[Choice]) -> tuple[Choice, ...]:
    found = _together(
        several,
        lambda choice: (choice.clause, choice.action, choice.taken),
        lambda one, other: replace(one, count=one.count + other.count),
    )
    return tuple(found[key] for key in sorted(found))


def _losses(several: Iterable[Loss]) -> tuple[Loss, ...]:
    found = _together(
        several,
        lambda loss: (loss.reason, loss.clauses),
        lambda one, other: replace(one, goals=one.goals + other.goals),
    )
    return tuple(found[key] for key in sorted(found))


def _cover(one: Cover, other: Cover) -> Cover:
    return replace(one, **_sums(one, other, ("goals", "reached", "setup_calls", "decisive_calls", "read_backs")))


def _beyond(one: Beyond | None, other: Beyond | None) -> Beyond | None:
    """Both are None or neither is, for the seeds are equal."""
    if one is None or other is None:
        return one or other
    return replace(one, **_sums(one, other, ("programs", "calls")))


def _sums(one: object, other: object, fields: Sequence[str]) -> dict[str, Any]:
    return {field: getattr(one, field) + getattr(other, field) for field in fields}


def _only(one: Result, other: Result) -> tuple[str, ...]:
    """The clauses that both together were held to: none where each was about the whole of its classes."""
    if not one.only and not other.only:
        return ()
    names = {name for result in (one, other) for name in result.only or (clause.id for clause in result.clauses)}
    return _in_order(names, tuple(clauses()))


def _exit_status(parts: Sequence[Result], results: Sequence[ClauseResult], incomplete: str) -> Literal[0, 1, 3]:
    """The status that one run of all would have had.

    What ends a part with 1 would end the whole with 1. A part without any verdict ends with 3 for that alone, which
    the verdicts of another mend; a clause that is inconclusive without excuse stays so.
    """
    if incomplete:
        return 3
    if any(part.exit_status == 1 for part in parts):
        return 1
    unexcused = any(
        part.exit_status == 3 and any(clause.verdict == "inconclusive" for clause in part.clauses) for part in parts
    )
    judged = any(clause.verdict in ("pass", "fail") for clause in results)
    return 3 if unexcused or not judged else 0


def _runs(result: Result) -> list[str]:
    return result.run.id.split(_ID_SEPARATOR)


def _milliseconds(result: Result) -> int:
    """Whole ones: their sum does not depend on the order, as that of fractions does."""
    return round(result.run.seconds * _MILLISECONDS)


def _sum(one: int | None, other: int | None) -> int | None:
    """The sum, unknown where either is."""
    return None if one is None or other is None else one + other


def _reasons(one: str, other: str) -> str:
    reasons = {reason for text in (one, other) if text for reason in text.split(_REASON_SEPARATOR)}
    return _REASON_SEPARATOR.join(sorted(reasons))


def _together(
    several: Iterable[Item], key: Callable[[Item], Key], both: Callable[[Item, Item], Item]
) -> dict[Key, Item]:
    """The items by their key; `both` makes one of two that share it."""
    found: dict[Key, Item] = {}
    for item in several:
        name = key(item)
        found[name] = both(found[name], item) if name in found else item
    return found


def _in_order(names: Iterable[str], order: tuple[str, ...]) -> tuple[str, ...]:
    """The names in this order, with those that it lacks at the end."""
    places = _places(order)
    return tuple(sorted(names, key=lambda name: (places.get(name, len(places)), name)))


@functools.lru_cache(maxsize=8)
def _places(order: tuple[str, ...]) -> dict[str, int]:
    return {name: at for at, name in enumerate(order)}
