"""Checking recorded traces: is every answer one that the specification permits, as far as it was recorded?

Unlike a judge, who finds every breach, this asks whether there is any reading of the trace that the specification
permits: of the order of its events, of what was not recorded, of what the documents leave open. All readings are
followed side by side. Memory does not grow with the length of a trace, but for what it writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace
from rpds import HashTrieMap
from sse_spec.actions import CreateKey, Storing, UploadPart
from sse_spec.clauses import FIRST_DAY, clauses
from sse_spec.effects import CANDIDATE_LIMIT
from sse_spec.evidence.format import DeclaredBucket, Event, Recording, Unmodelled
from sse_spec.following import follow
from sse_spec.law import laws
from sse_spec.model import Looked, Model, standard
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.scene import Scene
from sse_spec.world import EMPTY, World

from sse_conformance.partial import KEY, NO_ID, Bound, Meanings, Recorded, bound_to, fitting, recorded, refused
from sse_conformance.recollection import content_unknown, declare, forget, supposed, taken, unsettled

__all__ = ["Check", "Dissent", "State", "check", "check_as_of"]

STATE_LIMIT = 256
"""So many readings of a trace are followed at a time. More than a person can think of; one is usual."""

ORDER_LIMIT = 4096
"""So many sets of events that may have come first are looked at, for traces whose order is partial."""

Verdict = Literal["accepted", "rejected", "outside", "inconclusive"]


class State(NamedTuple):
    """One reading of a trace so far: the world, and what names and symbols have come to stand for.

    In the buckets of `hazy` there may be objects that the trace does not mention.
    """

    world: World
    names: KeyNames
    meanings: Meanings
    hazy: frozenset[str]

    @property
    def key(self) -> tuple[object, ...]:
        """What tells readings apart."""
        return self.world, frozenset(self.names.arns.items()), self.meanings, self.hazy


class Dissent(NamedTuple):
    """An answer that no reading permits: the event, what was recorded, and what would have been permitted.

    `permitted` are outcomes, each with the field in which the answer differs from it first.
    """

    event: int
    recorded: Recorded
    permitted: tuple[tuple[Outcome, str], ...]
    as_of: dt.date


class Check(NamedTuple):
    """What became of a trace; `judged` counts the answers of which the specification says something."""

    verdict: Verdict
    events: int
    judged: int = 0
    dissent: Dissent | None = None
    why: str = ""


def check(recording: Recording) -> Check:
    """Check a recording as of its date; of several days on which it may have been made, one that permits it will do."""
    first, last = recording.days
    size = len(recording.events)
    if first < FIRST_DAY:
        return Check("outside", size, why=f"recorded before {FIRST_DAY}")
    found = [check_as_of(recording, standard(day)) for day in _days(first, last)]
    order: tuple[Verdict, ...] = ("accepted", "inconclusive", "rejected")
    return min(found, key=lambda one: order.index(one.verdict))


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days between two on which another law begins."""
    bounds = [bound for one in clauses().values() for bound in (one.since, one.until) if bound is not None]
    changes = {day for bound in bounds for day in (bound if isinstance(bound, tuple) else (bound,))}
    yield first
    yield from sorted(day for day in changes if first < day <= last and laws(day) != laws(first))


def check_as_of(recording: Recording, model: Model) -> Check:
    """Check a recording by this model."""
    return _Checker(recording, model).run()


class _Checker:
    """Follows all readings of one recording."""

    def __init__(self, recording: Recording, model: Model) -> None:
        self.events = recording.events
        self.beginning = _beginning(recording)
        self.model = model
        self.judged: set[int] = set()
        self.dissent: Dissent | None = None
        self.cut = False

    def run(self) -> Check:
        """Carry every reading from the beginning to the end, one event further at a time."""
        size = len(self.events)
        before = _before(self.events)
        left = self._in_order() if before is None else self._in_any_order(before)
        if left:
            return Check("accepted", size, len(self.judged))
        if self.cut:
            return Check("inconclusive", size, len(self.judged), self.dissent, "it can be read in too many ways")
        return Check("rejected", size, len(self.judged), self.dissent)

    def _in_order(self) -> bool:
        states = [self.beginning]
        for at in range(len(self.events)):
            states = self._after(at, states)
            if not states:
                return False
        return True

    def _in_any_order(self, before: Sequence[int]) -> bool:
        """Whether some order that the trace leaves open is permitted; sets of events are bit masks."""
        front = {0: [self.beginning]}
        for _ in self.events:
            further: dict[int, list[State]] = {}
            for done, states in front.items():
                for at, needed in enumerate(before):
                    if not done >> at & 1 and needed & ~done == 0:
                        further.setdefault(done | 1 << at, []).extend(self._after(at, states))
            front = {done: self._distinct(states) for done, states in further.items() if states}
            if len(front) > ORDER_LIMIT:
                self.cut = True
                front = dict(list(front.items())[:ORDER_LIMIT])
        return bool(front)

    def _after(self, at: int, states: Sequence[State]) -> list[State]:
        """The readings in which the answer of this event is permitted, after it."""
        event = self.events[at]
        found: list[State] = []
        missed: list[tuple[Recorded, tuple[tuple[Outcome, str], ...]]] = []
        for state in states:
            for action in event.actions:
                if isinstance(action, Unmodelled):
                    found += _unmodelled(state, action, event)
                    continue
                one = recorded(action, event, state.names)
                found += self._permitted(at, one, state, missed)
        if not found and missed:
            self.dissent = Dissent(at, *missed[0], self.model.as_of)
        # To tell readings apart takes as long as what they hold is large: it is done when there are more of them.
        return found if len(found) < 2 or len(found) <= len(states) else self._distinct(found)

    def _distinct(self, states: list[State]) -> list[State]:
        found = list({state.key: state for state in states}.values())
        self.cut = self.cut or len(found) > STATE_LIMIT
        return found[:STATE_LIMIT]

    def _permitted(
        self, at: int, one: Recorded, state: State, missed: list[tuple[Recorded, tuple[tuple[Outcome, str], ...]]]
    ) -> list[State]:
        before, action = state, one.action
        world = unsettled(state.world, action, state.hazy) if state.hazy else state.world
        world = supposed(world, one, state.names, self.model)
        if world is not state.world:
            state = state._replace(world=world)
        looked = self.model.look(world, action)
        found: list[State] = []
        if not looked or len(looked) > CANDIDATE_LIMIT or any(one.case.prediction.open for one in looked):
            found += _taken(state, one)
        else:
            self.judged.add(at)
        groups, differing = _explanations(looked, one, state)
        for denied, explained in groups.items():
            found.append(_followed(state, one, denied, explained))
        if one.refused is None:
            found.append(before)  # the request may not have been carried out at all
        if not found:
            missed.append((one, differing))
        return found


def _before(events: Sequence[Event]) -> list[int] | None:
    """For each event the set of those that came before it, as a bit mask; None where they came one after the other."""
    if not any(isinstance(event.after, tuple) for event in events):
        return None
    places = {event.id: at for at, event in enumerate(events) if event.id}
    return [
        sum(1 << places[name] for name in event.after) if isinstance(event.after, tuple) else 1 << at - 1 if at else 0
        for at, event in enumerate(events)
    ]


def _beginning(recording: Recording) -> State:
    """What is known before the first event."""
    names, world = KeyNames(recording.accounts, recording.regions), EMPTY
    for one in recording.declared:
        world = declare(world, one, names)
    buckets = [one for one in recording.declared if isinstance(one, DeclaredBucket)]
    hazy = frozenset(one.bucket for one in buckets if one.objects == "unknown")
    return State(world, names, HashTrieMap(), hazy)


# --- one event further -----------------------------------------------------------------------------------------------

Explained = list[tuple[Scene, Outcome, Bound]]
"""The outcomes that explain an answer, each in its reading of the world, and what each would bind."""


def _explanations(
    looked: Iterable[Looked], one: Recorded, state: State
) -> tuple[dict[bool, Explained], tuple[tuple[Outcome, str], ...]]:
    """What explains an answer, by whether it refuses the request, and in which field each other outcome differs."""
    groups: dict[bool, Explained] = {}
    differing: dict[Outcome, str] = {}
    for scene, case in looked:
        for outcome in case.prediction.outcomes:
            found = fitting(outcome, one, scene, state.names, state.meanings)
            if isinstance(found, str):
                differing[outcome] = found
            else:
                groups.setdefault(outcome.refusal is not None, []).append((scene, outcome, found))
    return groups, tuple(differing.items())


def _followed(state: State, one: Recorded, denied: bool, explained: Explained) -> State:
    """The reading in which these outcomes explain the answer; what all of them bind is bound."""
    one = _decided(one, denied, state.world)
    bound = explained[0][2]
    if len(explained) > 1:
        bound = tuple(each for each in bound if all(each in others for _, _, others in explained))
    seen = bound_to(one, bound, state.meanings)
    names, meanings = state.names, state.meanings
    if bound:
        names = _copied(names)
        for what, symbol, value in bound:
            if what == KEY:
                names.bind(symbol, value)
    if not denied:
        meanings = _remembered(one, seen, meanings)
    world = follow(state.world, one.action, seen, [(scene, outcome) for scene, outcome, _ in explained])
    if isinstance(one.action, UploadPart) and not (one.known_content or denied):
        world = content_unknown(world, one.action)
    return State(world, names, meanings, state.hazy)


def _remembered(one: Recorded, seen: Observation, meanings: Meanings) -> Meanings:
    """What symbols stand for, with those of this answer."""
    for what, symbol in one.symbols.items():
        value = getattr(seen, what)
        meanings = meanings.insert((what, symbol), value).insert((f"{what}=", value), symbol)
    return meanings


def _taken(state: State, one: Recorded) -> list[State]:
    """The readings after an answer of which the specification says nothing."""
    found = []
    for denied in (False, True) if one.refused is None else (one.refused,):
        decided = _decided(one, denied, state.world)
        names = _copied(state.names) if isinstance(one.action, CreateKey) else state.names
        seen = bound_to(decided, (), state.meanings)
        world = taken(state.world, decided._replace(seen=seen), names)
        meanings = state.meanings if denied else _remembered(one, seen, state.meanings)
        found.append(State(world, names, meanings, state.hazy))
    return found


def _unmodelled(state: State, action: Unmodelled, event: Event) -> list[State]:
    """The readings after an operation that the model does not know: what it touched may have changed, or not."""
    if refused(event.answer):
        return [state]
    worlds: list[World] = [state.world]
    for touched in action.touches:
        worlds = [after for world in worlds for after in forget(world, touched)]
    hazy = state.hazy | {touched.bucket for touched in action.touches if touched.bucket and touched.key is None}
    return [state._replace(world=world, hazy=hazy) for world in worlds]


def _decided(one: Recorded, denied: bool, world: World) -> Recorded:
    """The answer with what was not recorded, but follows from its being accepted or refused."""
    seen = one.seen
    if one.refused is None:
        seen = replace(seen, status=400 if denied else 200)
    if isinstance(one.action, Storing) and not denied and seen.version_id is None:
        bucket = world.buckets.get(one.action.bucket)
        if bucket is not None and bucket.versioning == "Enabled":
            seen = replace(seen, version_id=NO_ID)
    return one if seen is one.seen else one._replace(seen=seen)


def _copied(names: KeyNames) -> KeyNames:
    made = KeyNames(names.accounts, names.regions)
    for symbol, arn in names.arns.items():
        made.bind(symbol, arn)
    return made
