"""What carrying the programs of a plan out has brought in, and how that of several programs goes together.

A part holds values only, no model and no target, so that it can be sent from one process to another.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from sse_adapters.protocol import Identity, Wire
from sse_reports.result import Signature, Step
from sse_spec.outcomes import Outcome
from sse_spec.situation import Situation

from sse_conformance.campaign import Campaign, Found, Lost
from sse_conformance.cover import Plan
from sse_conformance.retrace import retrace

__all__ = ["NOTHING", "Evidence", "Harvest", "Part", "Place", "Spent", "harvested", "merge"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

Place = tuple[int, int]
"""Where a goal is in a plan: the number of its program, and its own number in that, both counted from 0."""

Choices = Mapping[tuple[str, str, str], int]
"""How often each alternative was taken: by clause, kind of action, and the alternative in words."""


class Evidence(msgspec.Struct, frozen=True):
    """What speaks for one divergence: the first finding, how often it came up, and the goals at which it did.

    `trace` has the steps that led to the first one, with their answers as they were then.
    """

    signature: Signature
    count: int
    situation: Situation
    permitted: tuple[Outcome, ...]
    derivation: tuple[str, ...]
    places: tuple[Place, ...]
    trace: tuple[Step, ...] = ()


class Spent(msgspec.Struct, frozen=True):
    """What the calls of a program took: seconds, without pauses, and bytes on the wire where the target says so."""

    seconds: float = 0.0
    wire: Wire | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one program has brought in.

    `calls` counts by purpose (`setup`, `decisive`, `read-back`). `lost`, `unsupported` and `absent` say which goals
    were not judged, by the clauses that they were for, and why; `masked` names for a clause the divergence that kept an
    answer from being judged. `counts` and `contexts` say how often, and in which situations, an answer bore witness for
    a clause, `constant` which alternative was first taken in a situation. `incomplete` is empty, or says why the
    program ended early. `spent` alone differs between two runs against the same target.
    """

    number: int
    reached: int = 0
    calls: Mapping[str, int] = msgspec.field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    lost: tuple[tuple[Lost, int], ...] = ()
    unsupported: tuple[tuple[frozenset[str], str], ...] = ()
    absent: tuple[tuple[frozenset[str], str], ...] = ()
    masked: tuple[tuple[str, Signature], ...] = ()
    counts: Mapping[str, int] = msgspec.field(default_factory=dict)
    contexts: Mapping[str, frozenset[Situation]] = msgspec.field(default_factory=dict)
    choices: Choices = msgspec.field(default_factory=dict)
    constant: Mapping[tuple[str, Situation], str] = msgspec.field(default_factory=dict)
    incomplete: str = ""
    spent: Spent = Spent()


def harvested(number: int, planned: Plan, campaign: Campaign, identity: Identity) -> Part:
    """What a campaign has brought in that carried one program of a plan out on the target of this identity."""
    tally = campaign.judge.tally
    places = {id(goal.leaf): (number, at) for at, goal in enumerate(planned.programs[number])}
    return Part(
        number=number,
        reached=campaign.reached,
        calls=dict(campaign.calls),
        evidence=tuple(_evidence(campaign, identity, places)),
        lost=tuple(campaign.lost.items()),
        unsupported=tuple(campaign.unsupported.items()),
        absent=(*campaign.absent.items(), *planned.withheld),
        masked=tuple((clause, finding.signature) for clause, finding in campaign.masked.items()),
        counts=tally.counts(),
        contexts=tally.contexts(),
        choices=dict(tally.choices),
        constant=dict(tally.constant),
        incomplete=campaign.incomplete,
    )


def _evidence(campaign: Campaign, identity: Identity, places: Mapping[int, Place]) -> Iterator[Evidence]:
    grouped: dict[Signature, list[Found]] = {}
    for one in campaign.found:
        grouped.setdefault(one.finding.signature, []).append(one)
    traces = retrace(campaign.model, identity, campaign.log, {several[0].at for several in grouped.values()})
    for signature, several in grouped.items():
        first = several[0].finding
        at = tuple(dict.fromkeys(places[id(one.leaf)] for one in several))
        trace = traces[several[0].at]
        yield Evidence(signature, len(several), first.case.situation, first.permitted, first.derivation, at, trace)


@dataclasses.dataclass(frozen=True)
class Harvest:
    """What programs have brought in together: their parts, in the order of the plan, whoever was done first."""

    parts: tuple[Part, ...] = ()

    @functools.cached_property
    def reached(self) -> int:
        """The goals whose decisive call was made."""
        return sum(part.reached for part in self.parts)

    @functools.cached_property
    def calls(self) -> Counter[str]:
        """The calls, by purpose."""
        return _added(part.calls for part in self.parts)

    @functools.cached_property
    def spent(self) -> Spent:
        """What all the calls took."""
        wires = [part.spent.wire for part in self.parts if part.spent.wire is not None]
        return Spent(sum(part.spent.seconds for part in self.parts), sum(wires, Wire()) if wires else None)

    @functools.cached_property
    def incomplete(self) -> str:
        """Why the run ended before its plan did; empty if it did not."""
        return "; ".join(dict.fromkeys(part.incomplete for part in self.parts if part.incomplete))

    @functools.cached_property
    def evidence(self) -> dict[Signature, Evidence]:
        """What speaks for each divergence, in the order of signatures; the first program tells of it."""
        found: dict[Signature, Evidence] = {}
        for one in (*(one for part in self.parts for one in part.evidence), *self._changed_choices()):
            before = found.get(one.signature)
            if before is not None:
                count, places = before.count + one.count, (*before.places, *one.places)
                one = msgspec.structs.replace(before, count=count, places=places)
            found[one.signature] = one
        return dict(sorted(found.items()))

    def _changed_choices(self) -> Iterator[Evidence]:
        """The choices of which a program took one alternative and a later program, in the same situation, another."""
        taken: dict[tuple[str, Situation], str] = {}
        for part in self.parts:
            for (clause, situation), words in part.constant.items():
                before = taken.setdefault((clause, situation), words)
                if before != words:
                    signature = Signature(clause, situation.action, "choice", before, words)
                    yield Evidence(signature, 1, situation, (), (), ())

    @functools.cached_property
    def lost(self) -> dict[Lost, int]:
        """The goals that could not be judged, and how many of each kind there were."""
        return dict(_added(dict(part.lost) for part in self.parts))

    @functools.cached_property
    def unsupported(self) -> dict[frozenset[str], str]:
        """For the clauses of goals whose calls the target does not offer, what it answered."""
        return _first(part.unsupported for part in self.parts)

    @functools.cached_property
    def absent(self) -> dict[frozenset[str], str]:
        """For the clauses of goals that were not tried, what the target does not have for them."""
        return _first(part.absent for part in self.parts)

    @functools.cached_property
    def masked(self) -> dict[str, Signature]:
        """For a clause that a goal was for, the divergence that kept its answer from being judged."""
        return _first(part.masked for part in self.parts)

    @functools.cached_property
    def choices(self) -> Counter[tuple[str, str, str]]:
        """How often each alternative was taken where the documents leave it open."""
        return _added(part.choices for part in self.parts)

    def by_clause(self) -> dict[str, tuple[int, int]]:
        """For each clause how many answers could have shown a breach and did not, and in how many situations."""
        counts = _added(part.counts for part in self.parts)
        contexts: dict[str, frozenset[Situation]] = {}
        for part in self.parts:
            for clause, situations in part.contexts.items():
                contexts[clause] = contexts.get(clause, frozenset()) | situations
        return {clause: (counts[clause], len(contexts[clause])) for clause in sorted(counts)}

    def ended(self, reason: str) -> Harvest:
        """The same, of a run that ended early for this reason."""
        number = 1 + max((part.number for part in self.parts), default=-1)
        return Harvest((*self.parts, Part(number=number, incomplete=reason)))


NOTHING = Harvest()
"""What no program has brought in."""


def merge(one: Harvest, other: Harvest) -> Harvest:
    """Both together. It is all the same in which order, and how grouped, the parts of a plan come together.

    Raises ValueError where both hold a part of the same program.
    """
    numbers = {part.number for part in one.parts}
    twice = sorted(part.number for part in other.parts if part.number in numbers)
    if twice:
        raise ValueError(f"program {twice[0]} was carried out twice")
    return Harvest(tuple(sorted((*one.parts, *other.parts), key=lambda part: part.number)))


def _added(several: Iterable[Mapping[Key, int]]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for one in several:
        total.update(one)
    return total


def _first(several: Iterable[Iterable[tuple[Key, Value]]]) -> dict[Key, Value]:
    """What is said first of each key."""
    found: dict[Key, Value] = {}
    for pairs in several:
        for key, value in pairs:
            found.setdefault(key, value)
    return found
