"""The command `s3-sse check`: recorded traces, held to the specification of their day. It touches no target.

0: every trace is accepted, or lies outside what is described. 1: one is rejected. 2: a file is no trace. 3: none is
rejected, and one can be read in too many ways to tell.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from sse_spec.clauses import EDITION
from sse_spec.evidence import EvidenceError, Recording, decode, shipped
from sse_spec.evidence.format import Answer, Event
from sse_spec.outcomes import Field, Outcome

from sse_conformance.blame import outcome_words
from sse_conformance.checking import Check, Dissent, check
from sse_conformance.comparison import expected_shape
from sse_conformance.words import request

__all__ = ["exit_status", "lines", "run"]

VERDICTS = ("accepted", "rejected", "outside", "inconclusive")
PERMITTED_LIMIT = 12
"""So many permitted outcomes are printed of an answer that is none of them."""


def run(files: Sequence[Path]) -> int:
    """Check these files, or what ships; print what became of each, and return the exit status."""
    counts: Counter[str] = Counter()
    malformed = 0
    for name, found in _recordings(files):
        if isinstance(found, EvidenceError):
            malformed += 1
            print(f"s3-sse: {found}", file=sys.stderr)  # noqa: T201
            continue
        checked = check(found)
        counts[checked.verdict] += 1
        for line in lines(name, found, checked):
            print(line)  # noqa: T201
    status = exit_status(counts, malformed)
    if counts:
        print(f"\n{', '.join(f'{counts[verdict]} {verdict}' for verdict in VERDICTS)} -> exit {status}")  # noqa: T201
    return status


def exit_status(counts: Counter[str], malformed: int) -> int:
    """The exit status of a check with so many traces of each verdict and so many files that are none."""
    if malformed:
        return 2
    return 1 if counts["rejected"] else 3 if counts["inconclusive"] else 0


def _recordings(files: Sequence[Path]) -> Iterator[tuple[str, Recording | EvidenceError]]:
    if not files:
        yield from shipped().items()
    for file in files:
        try:
            yield str(file), decode(file.read_bytes(), str(file))
        except OSError as error:
            yield str(file), EvidenceError(f"{file}: {error.strerror}")
        except EvidenceError as error:
            yield str(file), error


# --- in words ---------------------------------------------------------------------------------------------------------


def lines(name: str, recording: Recording, checked: Check) -> Iterator[str]:
    """What became of a trace, for a person."""
    first, last = recording.days
    day = str(first) if first == last else f"{first} to {last}"
    late = f", judged as of {EDITION}, the newest day that is described" if first > EDITION else ""
    words = f"{checked.verdict:<12} {name}: {day}{late}"
    if checked.verdict == "accepted":
        words += f", {checked.judged} of {checked.events} answers judged"
    if checked.why:
        words += f", {checked.why}"
    yield words
    if checked.dissent is not None:
        yield from _dissent(recording.events[checked.dissent.event], checked.dissent)


def _dissent(event: Event, dissent: Dissent) -> Iterator[str]:
    called = f" ({event.id})" if event.id else ""
    yield f"  event {dissent.event + 1}{called}: {request(dissent.recorded.action)}"
    yield f"    recorded   {answer_words(event.answer)}"
    for line in _shorter([_permitted(outcome, differs) for outcome, differs in dissent.permitted]):
        yield f"    permitted  {line}"
    refusals = [outcome.refusal for outcome, _ in dissent.permitted]
    if all(one is not None and one.codes == ("NoSuchBucket",) for one in refusals):
        yield "    hint       no event before it creates the bucket: declare a bucket that was there already"


def _shorter(found: Iterable[str]) -> list[str]:
    distinct = list(dict.fromkeys(found))
    left = len(distinct) - PERMITTED_LIMIT
    return distinct if left <= 0 else [*distinct[:PERMITTED_LIMIT], f"and {left} more"]


def _permitted(outcome: Outcome, differs: str) -> str:
    """A permitted outcome: what it asks of the field in which the answer differs, or all of it."""
    words = outcome_words(outcome) + _cited(outcome.clauses)
    if outcome.refusal is not None:
        return words
    asked = [field for field in outcome.fields if field.name == differs] or outcome.fields
    return ", ".join([words, *(_field(field) for field in asked)])


def _field(field: Field) -> str:
    return f"{field.name} {expected_shape(field)}{_cited(field.clauses)}"


def _cited(clauses: Sequence[str]) -> str:
    return f" ({' '.join(dict.fromkeys(clauses))})" if clauses else ""


def answer_words(answer: Answer) -> str:
    """What was recorded of an answer."""
    found = msgspec.to_builtins(answer)
    return ", ".join(f"{name} {'absent' if value is None else value}" for name, value in found.items()) or "accepted"
