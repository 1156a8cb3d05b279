"""The planned cover: every goal, the calls that reach it, and what it costs. Derived from the model; touches no
target.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from typing import Literal, NamedTuple

from sse_spec import effects, following
from sse_spec.actions import KMS_ALGORITHMS, Action, CreateKey, S3Action
from sse_spec.clauses import clauses
from sse_spec.model import Case, Looked, Model
from sse_spec.observations import Observation
from sse_spec.world import EMPTY, World

from sse_conformance.leaves import Leaf, goals, is_as, leaves
from sse_conformance.provision import FREE, GivenScenery, Provision, WithheldError
from sse_conformance.staging import ReadBack, read_back, stage

__all__ = [
    "CALLS_PER_KEY",
    "Goal",
    "Plan",
    "Size",
    "advance",
    "plan",
    "plan_for",
    "reaches",
    "restricted",
    "unseen",
    "within",
]

Size = Literal["clauses", "goals", "leaves"]
OPERATIONS = (
    "GetBucketEncryption",
    "PutBucketEncryption",
    "DeleteBucketEncryption",
    "PutObject",
    "PostObject",
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "CopyObject",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "GetBucketReplication",
    "HeadReplica",
    "BatchCopy",
    "UpdateObjectEncryption",
    "HeadObject",
    "GetObject",
    "DeleteObject",
    "PutBucketLogging",
    "GetBucketLogging",
    "ReadLog",
    "ReadKmsCalls",
)
"""The order of the cover: a configuration is read before writes go into its bucket."""

WITNESSED = "ReadKmsCalls"
"""The operation that takes a witness between the target and its KMS."""

BASE = frozenset({"core", "kms", "bucket-key", "copy"})
"""The classes whose requests the situations of every other class are made of."""

UNDER_DEFAULTS = frozenset({"GetBucketEncryption", "PutObject", "PostObject", "CreateMultipartUpload", "CopyObject"})
"""The operations that take most of their buckets, and their keys, from the default that they are asked under."""

MANY = 200
"""So many goals make it worth while to share them out, though a little has to be prepared twice for it."""

CALLS_PER_KEY = 15
"""What CreateKey costs, in calls: it is the slow one wherever a key is made for real."""


Withheld = tuple[tuple[frozenset[str], str], ...]


class Way(NamedTuple):
    """The way to goals, and those to which there is none."""

    reached: list[Goal]
    unreachable: int
    withheld: Withheld


class Goal(NamedTuple):
    """A goal, and the planned way to it.

    `situation` is the one in which the decisive call will find itself, `clauses` are those that it will put to the
    test. `readings` are the cases of all ways in which what went before can be read.
    """

    leaf: Leaf
    setup: tuple[S3Action, ...]
    action: S3Action
    read_back: ReadBack | None
    case: Case
    clauses: frozenset[str]
    readings: tuple[Case, ...]


class Plan(NamedTuple):
    """The cover of a run: programs, each of which begins in an empty space and leads from goal to goal.

    How many programs there are depends on what is planned alone, not on who carries them out. No two of them use a name
    in common, so that they can also be carried out one after the other in one space.
    """

    size: Size
    programs: tuple[tuple[Goal, ...], ...]
    unreachable: int
    withheld: Withheld = ()
    """The goals that take what the run was not given: what each would have put to the test, and why it is left out."""

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals of all programs."""
        return tuple(goal for program in self.programs for goal in program)

    def alone(self, number: int) -> Plan:
        """One of the programs, counted from 0, as a plan of its own."""
        return Plan(self.size, (self.programs[number],), 0)

    @property
    def setup_calls(self) -> int:
        """Calls that only prepare."""
        return sum(len(goal.setup) for goal in self.goals)

    @property
    def read_backs(self) -> int:
        """Reads after writes."""
        return sum(goal.read_back is not None for goal in self.goals)

    def seconds(self, call_seconds: float) -> float:
        """An estimate of the time that the cover takes on a target of which one call takes `call_seconds`."""
        calls = self.setup_calls + len(self.goals) + self.read_backs
        keys = sum(isinstance(action, CreateKey) for goal in self.goals for action in goal.setup)
        return (calls + keys * (CALLS_PER_KEY - 1)) * call_seconds


def advance(model: Model, world: World, action: Action) -> World:
    """The world after an action, if the target takes the first outcome that is permitted."""
    looked = model.look(world, action)
    outcome = next((o for one in looked for o in one.case.prediction.outcomes), None)
    if outcome is None:
        return effects.done(world, action)
    explained = tuple((one.scene, outcome) for one in looked if outcome in one.case.prediction.outcomes)
    answer = Observation(200 if outcome.refusal is None else outcome.refusal.status)
    return following.follow(world, action, answer, explained)


def reaches(leaf: Leaf, looked: Iterable[Looked]) -> Looked | None:
    """The reading of the world in which a call finds itself in the situation of the leaf, if there is one."""
    described = (one for one in looked if one.scene.situation.described)
    return next((one for one in described if is_as(leaf.values, one.scene.situation)), None)


@functools.lru_cache(maxsize=8)
def plan(model: Model, classes: tuple[str, ...], size: Size = "goals", witnessed: bool = True) -> Plan:
    """Plan the cover of some conformance classes. The same model is planned for only once.

    What can only be seen by a witness between the target and its KMS is left out unless it is `witnessed`.
    """
    wanted = frozenset(c.id for c in clauses().values() if c.clause_class in classes)
    baseline = any("DEF-05" in law.in_force for law in model.laws)
    enumerate_: Callable[[Model, str, bool], Iterable[Leaf]] = leaves if size == "leaves" else goals
    operations = [one for one in OPERATIONS if witnessed or one != WITNESSED]
    found = [leaf for operation in operations for leaf in sorted(enumerate_(model, operation, baseline), key=_default)]
    apart = wanted - frozenset[str]().union(*(x.case.decisive for x in found if _is_wanted(x, wanted, classes)))
    # What can only be seen together with another class is seen so.
    chosen = [leaf for leaf in found if leaf.case.decisive & apart or _is_wanted(leaf, wanted, classes)]
    if size == "clauses":
        quick = _quick_route(model, _route(model, chosen).reached, wanted)
        return Plan(size, (tuple(quick.reached),), quick.unreachable)
    return _in_programs(model, size, chosen)


def unseen(model: Model) -> frozenset[str]:
    """The clauses that nobody can put to the test without a witness between the target and its KMS."""
    baseline = any("DEF-05" in law.in_force for law in model.laws)
    return frozenset[str]().union(*(leaf.case.decisive for leaf in goals(model, WITNESSED, baseline)))


def _default(leaf: Leaf) -> tuple[str, ...]:
    """Under which default a leaf is asked for: goals under the same one come after each other, and share objects."""
    return tuple(str(leaf.values.get(name)) for name in ("default_algorithm", "default_key", "default_bucket_key"))


def _in_programs(model: Model, size: Size, chosen: Collection[Leaf]) -> Plan:
    """The way to many goals, in two programs of about the same length; to few, in one.

    What is read or written under an SSE-KMS default has a program of its own: it shares few buckets and keys with
    the rest, so that little has to be prepared twice.
    """
    rest: list[Leaf] = []
    under_kms: list[Leaf] = []
    for leaf in chosen:
        apart = leaf.action in UNDER_DEFAULTS and leaf.values.get("default_algorithm") in KMS_ALGORITHMS
        (under_kms if apart else rest).append(leaf)
    if len(rest) + len(under_kms) < MANY:
        rest, under_kms = [*chosen], []
    ways = [_route(model, part, prefix) for part, prefix in ((rest, ""), (under_kms, "kms-")) if part]
    return Plan(size, tuple(tuple(way.reached) for way in ways), sum(way.unreachable for way in ways))


def _quick_route(model: Model, planned: list[Goal], wanted: frozenset[str]) -> Way:
    """The way to few goals. On another way a goal may prove less than it did: then others are taken in its place."""
    while True:
        chosen = _quick(planned, wanted)
        found = _route(model, [goal.leaf for goal in chosen])
        lacking = _proven(chosen) - _proven(found.reached)
        doubtful = [goal for goal in chosen if _sure(goal) & lacking]
        if not doubtful:
            return found
        planned = [goal for goal in planned if all(goal is not one for one in doubtful)]


def _proven(goals_: Iterable[Goal]) -> frozenset[str]:
    return frozenset[str]().union(*map(_sure, goals_))


def _sure(goal: Goal) -> frozenset[str]:
    """The clauses for which every permitted answer bears witness, however what went before is read."""
    return frozenset.intersection(*(case.exercised(o) for case in goal.readings for o in case.prediction.outcomes))


def plan_for(model: Model, clause: str, whole: Plan) -> Plan:
    """The part of a plan that puts one clause to the test, with a way of its own to each goal."""
    return restricted(model, whole, {clause})


def restricted(model: Model, whole: Plan, clauses_: Collection[str]) -> Plan:
    """The part of a plan that puts any of some clauses to the test: one program, with a way of its own to each goal."""
    way = _route(model, [goal.leaf for goal in whole.goals if not goal.clauses.isdisjoint(clauses_)])
    return Plan(whole.size, (tuple(way.reached),), way.unreachable)


def within(model: Model, whole: Plan, provision: Provision) -> Plan:
    """What of a plan can be asked with what a run was given, by ways that take nothing else."""
    ways = [
        _route(model, [goal.leaf for goal in program], f"part{number}-" if number else "", provision)
        for number, program in enumerate(whole.programs)
    ]
    unreachable = whole.unreachable + sum(way.unreachable for way in ways)
    withheld = tuple(one for way in ways for one in way.withheld)
    return Plan(whole.size, tuple(tuple(way.reached) for way in ways), unreachable, withheld)


def _is_wanted(leaf: Leaf, wanted: frozenset[str], classes: tuple[str, ...]) -> bool:
    """Whether a leaf tests a clause that is wanted, with nothing that only a class that is not wanted is about."""
    needed = {clauses()[name].clause_class for name in leaf.case.decisive}
    return bool(leaf.case.decisive & wanted) and needed <= {*BASE, *classes}


def _route(model: Model, wanted: Iterable[Leaf], prefix: str = "", provision: Provision = FREE) -> Way:
    """The way to each leaf, one after the other, in the model; every name that it takes begins with the prefix."""
    world = EMPTY
    setup: list[S3Action] = []

    def do(action: S3Action) -> None:
        nonlocal world
        setup.append(action)
        world = provision.settled(advance(model, world, action), action)

    scenery = provision.scenery(do, lambda: world, prefix)
    withheld: list[tuple[frozenset[str], str]] = []
    reached: list[Goal] = []
    unreachable = 0
    carried: tuple[S3Action, ...] = ()
    for leaf in wanted:
        setup.clear()
        before, mark = world, scenery.mark() if isinstance(scenery, GivenScenery) else ()
        try:
            action = stage(leaf, scenery)
            if why := provision.withheld(action, world):
                raise WithheldError(why)
        except WithheldError as error:
            world = before
            if isinstance(scenery, GivenScenery):
                scenery.restore(mark)
            withheld.append((leaf.case.decisive, str(error)))
            continue
        readings = model.look(world, action)
        looked = reaches(leaf, readings)
        if looked is None:
            unreachable += 1
            carried += tuple(setup)  # what was prepared stays prepared, and is needed by whoever uses it
            continue
        world = advance(model, world, action)
        back = read_back(action)
        steps = (*carried, *setup)
        cases = tuple(one.case for one in readings)
        reached.append(Goal(leaf, steps, action, back, looked.case, looked.case.decisive, cases))
        carried = ()
    return Way(reached, unreachable, tuple(withheld))


def _quick(planned: list[Goal], wanted: frozenset[str]) -> list[Goal]:
    """Few goals that together put every wanted clause to the test: the cheapest by what each adds.

    A goal counts for a clause if every permitted answer bears witness for it; where there is no such goal, any that is
    decisive has to do.
    """
    sure = [_sure(goal) for goal in planned]
    reached = frozenset[str]().union(*sure)
    tests = [found | (goal.clauses - reached) for found, goal in zip(sure, planned, strict=True)]
    missing = set(wanted & frozenset[str]().union(*tests))
    chosen: set[int] = set()
    while missing:
        best = max(range(len(planned)), key=lambda at: (len(tests[at] & missing) / (1 + len(planned[at].setup)), -at))
        chosen.add(best)
        missing -= tests[best]
    return [planned[at] for at in sorted(chosen)]
