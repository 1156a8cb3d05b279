"""The shortest program that is known to show a divergence, confirmed by running it again on a fresh space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature, Step
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    EncryptionHeaders,
    PostObject,
    PutObject,
    S3Action,
    UploadPart,
    UploadPartCopy,
    Write,
    account_of,
)
from sse_spec.model import Model
from sse_spec.scene import version_of
from sse_spec.world import EMPTY, World, managed_key

from sse_conformance.blame import outcome_words
from sse_conformance.campaign import Found
from sse_conformance.cover import advance
from sse_conformance.findings import Finding
from sse_conformance.judge import Judge
from sse_conformance.leaves import Leaf
from sse_conformance.scenery import Scenery
from sse_conformance.staging import read_back, stage
from sse_conformance.words import answer, request

__all__ = ["Replayed", "Witness", "program", "replay", "search"]

TRIES = 4
"""So many of the shortest programs are tried before a divergence counts as not confirmed."""


class Replayed(NamedTuple):
    """A program and what came of it: steps in words, the findings of each, and whether each was refused."""

    steps: tuple[Step, ...]
    findings: tuple[tuple[Finding, ...], ...]
    refused: tuple[bool, ...]

    def shows(self, signature: Signature) -> int | None:
        """The step at which a divergence of this signature came up; None if none did."""
        for at, found in enumerate(self.findings):
            if any(finding.signature == signature for finding in found):
                return at
        return None


class Witness(NamedTuple):
    """The witness of a divergence; `refused` are the indices of its steps that the target refused."""

    steps: tuple[Step, ...] = ()
    confirmed: bool = False
    refused: tuple[int, ...] = ()

    @property
    def divergent(self) -> int | None:
        """The index of the divergent step."""
        return next((at for at, step in enumerate(self.steps) if step.divergent), None)


def program(model: Model, leaf: Leaf) -> tuple[S3Action, ...]:
    """The way from nothing to a leaf, with the read that shows what its decisive call stored."""
    world: World = EMPTY
    steps: list[S3Action] = []

    def do(action: S3Action) -> None:
        nonlocal world
        steps.append(action)
        world = advance(model, world, action)

    action = stage(leaf, Scenery(do, lambda: world))
    back = read_back(action)
    return (*steps, action) if back is None else (*steps, action, back)


def replay(model: Model, identity: Identity, target: Target, actions: Iterable[S3Action]) -> Replayed:
    """Run a program on a fresh space and judge it."""
    judge = Judge(model, identity.accounts, identity.regions)
    space = target.space()
    steps: list[Step] = []
    findings: list[tuple[Finding, ...]] = []
    refused: list[bool] = []
    try:
        for action in actions:
            seen = space.perform(action)
            body = _body(judge.world, action)
            judgement = judge.step(action, seen)
            said = answer(action, seen, judge.names, _body(judge.world, action) if body is None else body)
            steps.append(Step(action, request(action), said))
            findings.append(judgement.findings)
            refused.append(seen.refused)
            if judgement.lost:
                break
    finally:
        space.close()
    return Replayed(tuple(steps), tuple(findings), tuple(refused))


def _body(world: World, action: Action) -> str | None:
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
    model: Model, identity: Identity, target: Target, signature: Signature, candidates: Sequence[Found]
) -> Witness:
    """The witness of a signature, from the goals at which it came up."""
    leaves = {id(found.leaf): found.leaf for found in candidates}
    distinct = {_slice(program(model, leaf)) for leaf in leaves.values()}
    programs = sorted(distinct, key=lambda steps: (len(steps), repr(steps)))
    first: Replayed | None = None
    shortest = programs[:TRIES]
    for actions in (*shortest, *(_after_first_use(one) for one in shortest if any(map(_managed, one)))):
        replayed = replay(model, identity, target, actions)
        first = first or replayed
        at = replayed.shows(signature)
        if at is not None:
            return _shortest(model, identity, target, signature, replayed, at)
    return Witness(() if first is None else first.steps)


def _after_first_use(actions: tuple[S3Action, ...]) -> tuple[S3Action, ...]:
    """The program, after aws/s3 of every account in it was used elsewhere: by that it is told which key that is."""
    prefix: list[S3Action] = []
    for account in sorted({account_of(action.principal) for action in actions}):
        bucket = f"first-use-{account}"
        prefix.append(CreateBucket(bucket=bucket, principal=account))
        headers = EncryptionHeaders("aws:kms")
        prefix.append(PutObject(bucket=bucket, key="first", body="first", headers=headers, principal=account))
    return (*prefix, *actions)


def _slice(actions: tuple[S3Action, ...]) -> tuple[S3Action, ...]:
    """The steps that have to do with the last two calls: through buckets, objects, keys and aliases."""
    kept = set(range(max(0, len(actions) - 2), len(actions)))
    named: set[str] = set().union(*(_mentioned(actions[at]) for at in kept))
    while True:
        related = {at for at, action in enumerate(actions) if not named.isdisjoint(_subjects(action))} - kept
        if not related:
            return tuple(action for at, action in enumerate(actions) if at in kept)
        kept |= related
        named = named.union(*(_mentioned(actions[at]) for at in related))


ENCRYPTING = Write | CreateMultipartUpload
"""The actions that may name an encryption."""


def _subjects(action: Action) -> set[str]:
    """What an action makes or changes: an object, else a bucket, an alias or a key; aws/s3, if it is asked for."""
    fields = msgspec.structs.asdict(action)
    if "bucket" not in fields:
        return {str(fields.get("alias") or fields["key"])}
    if "key" not in fields:
        return {str(fields["bucket"])}
    place = f"{fields['bucket']}/{fields['key']}"
    asked = isinstance(action, ENCRYPTING) and action.headers.algorithm == "aws:kms"
    return {place, *_managed(action)} if asked else {place}


def _managed(action: Action) -> set[str]:
    """The AWS managed key that an action may use: what it is, is told from another write under it."""
    if not isinstance(action, ENCRYPTING):
        return set()
    key = action.headers.key
    return {managed_key(account_of(action.principal))} if key is None or key.name == "aws/s3" else set()


NAMING = ("bucket", "source_bucket", "alias", "destination", "source", "target")
"""The fields of actions that hold the names of buckets and aliases."""


def _mentioned(action: Action) -> set[str]:
    """The names that an action mentions: of buckets, objects with their bucket, keys and aliases."""
    fields = msgspec.structs.asdict(action)
    names = {str(fields[name]) for name in NAMING if fields.get(name)}
    if "bucket" not in fields and "key" in fields:
        names.add(fields["key"])
    for bucket, key in (("bucket", "key"), ("source_bucket", "source_key"), ("source", "key")):
        if fields.get(bucket) and fields.get(key):
            names.add(f"{fields[bucket]}/{fields[key]}")
    references = [getattr(fields.get("headers"), "key", None), *(rule.key for rule in fields.get("rules", ()))]
    references += [fields.get("replica_key"), fields.get("kms_key")]
    names |= {reference.name for reference in references if reference is not None}
    return names | _managed(action)


def _needed(action: Action) -> bool:
    """Whether nothing can be said without this step: what it makes is named later."""
    return isinstance(action, CreateBucket | CreateKey | CreateAlias)


def _answers(replayed: Replayed, at: int, signature: Signature) -> frozenset[str]:
    """How the divergent call may be answered, in words: leaving out a step must not permit more of that."""
    shown = next(finding for finding in replayed.findings[at] if finding.signature == signature)
    return frozenset(map(outcome_words, shown.permitted))


def _breaches(replayed: Replayed, at: int) -> int:
    """How many steps before this one break something else: leaving out a step must not bring more of that."""
    return sum(map(bool, replayed.findings[:at]))


def _shortest(
    model: Model, identity: Identity, target: Target, signature: Signature, shown: Replayed, at: int
) -> Witness:
    """Leave out every step without which the divergence still shows, the last ones first."""
    actions = [step.action for step in shown.steps]
    best, best_at = shown, at
    for index in reversed(range(len(actions))):
        if index == best_at or _needed(actions[index]):
            continue
        fewer = [step.action for number, step in enumerate(best.steps) if number != index]
        replayed = replay(model, identity, target, fewer)
        found = replayed.shows(signature)
        if found is None or not _answers(replayed, found, signature) <= _answers(best, best_at, signature):
            continue
        if _breaches(replayed, found) <= _breaches(best, best_at):
            best, best_at = replayed, found
    steps = tuple(
        Step(step.action, step.request, step.answer, divergent=number == best_at)
        for number, step in enumerate(best.steps)
    )
    return Witness(steps, confirmed=True, refused=tuple(at for at, refused in enumerate(best.refused) if refused))
