"""The shortest program that is known to show a divergence, confirmed by running it again on a fresh space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature, Step
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    GetObject,
    HeadObject,
    PostObject,
    PutObject,
    S3Action,
    Storing,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.model import Model
from sse_spec.observations import Fault
from sse_spec.outcomes import Outcome
from sse_spec.scene import version_of
from sse_spec.world import EMPTY, World

from sse_conformance.blame import outcome_words
from sse_conformance.campaign import Found
from sse_conformance.causality import after_first_use, makes_what_is_named, managed, sliced
from sse_conformance.cover import Goal, advance
from sse_conformance.findings import Finding
from sse_conformance.judge import Judge
from sse_conformance.leaves import Leaf
from sse_conformance.provision import FREE, Provision
from sse_conformance.staging import read_back, stage
from sse_conformance.words import answer, request

__all__ = ["Replayed", "Witness", "as_witness", "body_of", "program", "replay", "replay_heard", "search"]

TRIES = 4
"""So many of the shortest programs are tried before a divergence counts as not confirmed."""

ANOTHER_KEY = "key ARN of another key"
"""The shape of an observed key that is told from the right one by what earlier answers have shown."""

HEARINGS = 3
"""So many times a program is run in all, while faults keep its replay from saying anything."""


class Replayed(NamedTuple):
    """A program and what came of it: steps in words, the findings of each, whether it was refused, and its fault."""

    steps: tuple[Step, ...]
    findings: tuple[tuple[Finding, ...], ...]
    refused: tuple[bool, ...]
    faults: tuple[Fault | None, ...]

    def shows(self, signature: Signature) -> int | None:
        """The step at which a divergence of this signature came up; None if none did."""
        return _where(self.findings, signature)

    def answers(self, signature: Signature) -> frozenset[str]:
        """How the call that diverges so may be answered, in words; nothing if none does.

        Leaving a step out of a program must not permit more of that.
        """
        at = self.shows(signature)
        found = () if at is None else self.findings[at]
        return frozenset(outcome_words(o) for one in found if one.signature == signature for o in one.permitted)

    def breaches(self, signature: Signature) -> int:
        """How many steps before the one that diverges so break something else.

        Leaving a step out of a program must not bring more of that.
        """
        return sum(map(bool, self.findings[: self.shows(signature)]))

    def says_as_much(self, as_: Replayed, signature: Signature) -> bool:
        """Whether this shows the divergence, and shows it as clearly as another program does."""
        if self.shows(signature) is None or self.breaches(signature) > as_.breaches(signature):
            return False
        return self.answers(signature) <= as_.answers(signature)


def _where(findings: Iterable[tuple[Finding, ...]], signature: Signature) -> int | None:
    return next((at for at, found in enumerate(findings) if any(one.signature == signature for one in found)), None)


class Witness(NamedTuple):
    """The witness of a divergence.

    `refused` are the indices of its steps that the target refused, `permitted` the outcomes that its divergent step
    might have had: other ones than where the divergence was found first, if that was another situation.
    """

    steps: tuple[Step, ...] = ()
    confirmed: bool = False
    refused: tuple[int, ...] = ()
    permitted: tuple[Outcome, ...] = ()

    @property
    def divergent(self) -> int | None:
        """The index of the divergent step."""
        return next((at for at, step in enumerate(self.steps) if step.divergent), None)


def program(model: Model, leaf: Leaf, provision: Provision = FREE) -> tuple[S3Action, ...]:
    """The way from nothing to a leaf, with the read that shows what its decisive call stored."""
    world: World = EMPTY
    steps: list[S3Action] = []

    def do(action: S3Action) -> None:
        nonlocal world
        steps.append(action)
        world = advance(model, world, action)

    action = stage(leaf, provision.scenery(do, lambda: world))
    back = read_back(action)
    return (*steps, action) if back is None else (*steps, action, back)


def replay(
    model: Model, identity: Identity, target: Target, actions: Sequence[S3Action], until: Signature | None = None
) -> Replayed:
    """Run a program on a fresh space and judge it; no further than to the divergence `until`, if that comes up."""
    judge = Judge(model, identity.accounts, identity.regions)
    space = target.space()
    steps: list[Step] = []
    findings: list[tuple[Finding, ...]] = []
    refused: list[bool] = []
    faults: list[Fault | None] = []
    try:
        for number, action in enumerate(actions):
            seen = space.perform(action)
            body = body_of(judge.world, action)
            judgement = judge.step(action, seen)
            said = answer(action, seen, judge.names, body_of(judge.world, action) if body is None else body)
            steps.append(Step(action, request(action), said))
            findings.append(judgement.findings)
            refused.append(seen.refused)
            faults.append(seen.fault)
            if judgement.lost:
                break
            if until is not None and _where(findings, until) is not None and not _settled_by(actions, number):
                break
    finally:
        space.close()
    return Replayed(tuple(steps), tuple(findings), tuple(refused), tuple(faults))


def _settled_by(actions: Sequence[S3Action], number: int) -> bool:
    """Whether the step after this one may still tell which clause this one breaks: it is the read of what it wrote."""
    action, after = actions[number], actions[number + 1 : number + 2]
    return isinstance(action, Storing) and any(
        isinstance(one, HeadObject | GetObject) and (one.bucket, one.key) == (action.bucket, action.key)
        for one in after
    )


def replay_heard(
    model: Model, identity: Identity, target: Target, actions: Sequence[S3Action], signature: Signature
) -> tuple[Replayed, int]:
    """A replay that shows the signature, or that no fault kept from showing it; and the calls that it took.

    While faults do so it is run again, :data:`HEARINGS` times in all. An answer that is nobody's and comes again at the
    same step is the target's way.
    """
    replayed = replay(model, identity, target, actions, signature)
    calls = len(replayed.steps)
    for _ in range(HEARINGS - 1):
        if not any(replayed.faults) or replayed.shows(signature) is not None:
            break
        before, replayed = replayed, replay(model, identity, target, actions, signature)
        calls += len(replayed.steps)
        if _its_way(before, replayed):
            break
    return replayed, calls


def _its_way(before: Replayed, again: Replayed) -> bool:
    """Whether two replays had the same faults, each of which the judge holds against the target."""
    judged = all(found for found, fault in zip(again.findings, again.faults, strict=True) if fault is not None)
    return judged and before.faults == again.faults


def body_of(world: World, action: Action) -> str | None:
    """The content of the object that an action writes or reads, as far as it is known."""
    if isinstance(action, PutObject | PostObject):
        return action.body
    if isinstance(action, UploadPart):
        return action.content
    if isinstance(action, CreateMultipartUpload | UploadPartCopy | CompleteMultipartUpload):
        return None
    name, key = getattr(action, "bucket", ""), getattr(action, "key", "")
    if isinstance(action, CopyObject):
        name, key = action.source_bucket, action.source_key
    bucket = world.buckets.get(name)
    version = None if bucket is None else version_of(bucket, key, getattr(action, "version", None))
    stored = None if version is None or not version.candidates else version.candidates[0]
    return None if stored is None else stored.body


def search(
    model: Model, identity: Identity, target: Target, signature: Signature, candidates: Sequence[Found | Goal]
) -> Witness:
    """The witness of a signature, from the goals at which it came up."""
    provision = Provision.of(identity)
    leaves = {id(found.leaf): found.leaf for found in candidates}
    distinct = {sliced(program(model, leaf, provision)) for leaf in leaves.values()}
    programs = sorted(distinct, key=lambda steps: (len(steps), repr(steps)))
    first: Replayed | None = None
    shortest = programs[:TRIES]
    # That a key is another one is seen only of keys that were seen before: aws/s3 may come where nobody asked for it.
    elsewhere = [] if provision.given.buckets else shortest
    elsewhere = [one for one in elsewhere if signature.observed == ANOTHER_KEY or any(map(managed, one))]
    for actions in (*shortest, *map(after_first_use, elsewhere)):
        replayed, _ = replay_heard(model, identity, target, actions, signature)
        first = first or replayed
        if replayed.shows(signature) is not None:
            return _shortest(model, identity, target, signature, replayed)
    return Witness(() if first is None else first.steps)


def _shortest(model: Model, identity: Identity, target: Target, signature: Signature, shown: Replayed) -> Witness:
    """Leave out every step without which the divergence still shows, the last ones first."""
    best, provides = shown, Provision.of(identity).provides
    for index in reversed(range(len(shown.steps))):
        step = shown.steps[index].action
        # What was given is there, whether or not the program says so.
        if index == best.shows(signature) or makes_what_is_named(step) or provides(step):
            continue
        fewer = [step.action for number, step in enumerate(best.steps) if number != index]
        replayed, _ = replay_heard(model, identity, target, fewer, signature)
        if replayed.says_as_much(best, signature):
            best = replayed
    return as_witness(best, signature)


def as_witness(shown: Replayed, signature: Signature) -> Witness:
    """The witness that a replay is which shows the divergence."""
    at = shown.shows(signature)
    steps = tuple(
        Step(step.action, step.request, step.answer, divergent=number == at) for number, step in enumerate(shown.steps)
    )
    refused = tuple(number for number, said_no in enumerate(shown.refused) if said_no)
    return Witness(steps, True, refused, _permitted(shown, at, signature))


def _permitted(shown: Replayed, at: int | None, signature: Signature) -> tuple[Outcome, ...]:
    found = () if at is None else shown.findings[at]
    return next((finding.permitted for finding in found if finding.signature == signature), ())
