"""How a run came to what it found: the steps that have to do with a call, and the answers as they were seen then."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sse_adapters.protocol import Identity
from sse_reports.result import Step
from sse_spec.actions import S3Action
from sse_spec.model import Model
from sse_spec.observations import Observation
from sse_spec.world import managed_key

from sse_conformance.causality import mentioned, subjects
from sse_conformance.judge import Judge
from sse_conformance.witness import body_of
from sse_conformance.words import answer, request

__all__ = ["Log", "retrace"]

Log = Sequence[tuple[S3Action, Observation]]
"""The calls of one space from its beginning, each with its answer."""

MANAGED = managed_key("")
"""How the symbols of AWS managed keys begin."""


def retrace(model: Model, identity: Identity, log: Log, places: Collection[int]) -> dict[int, tuple[Step, ...]]:
    """For each of these indices of a log the steps that led to that call, in words, that call last and divergent.

    Nothing is called: the judge goes through the answers once more, which gives their words as they were.
    """
    if not places:
        return {}
    changed = [subjects(action) for action, _ in log[: max(places) + 1]]
    paths = {at: _led_to(log, changed, at) for at in places}
    steps = _in_words(model, identity, log[: max(places) + 1], frozenset[int]().union(*paths.values()))
    return {at: (*(steps[one] for one in path[:-1]), _divergent(steps[at])) for at, path in paths.items()}


def _led_to(log: Log, changed: Sequence[set[str]], last: int) -> tuple[int, ...]:
    """The indices of the calls that have to do with one, through what it names, and its own.

    Of the writes under an AWS managed key there may be hundreds: the first of them told which key that is.
    """
    named, kept = mentioned(log[last][0]), {last}
    for at in reversed(range(last)):
        if any(name in named for name in changed[at] if not name.startswith(MANAGED)):
            kept.add(at)
            named |= mentioned(log[at][0])
    for name in named:
        if name.startswith(MANAGED):
            kept |= set([at for at in range(last) if name in changed[at]][:1])
    return tuple(sorted(kept))


def _in_words(model: Model, identity: Identity, log: Log, needed: Collection[int]) -> Mapping[int, Step]:
    judge = Judge(model, identity.accounts, identity.regions)
    found = {}
    for at, (action, seen) in enumerate(log):
        body = body_of(judge.world, action)
        judge.step(action, seen)
        if at in needed:
            body = body_of(judge.world, action) if body is None else body
            found[at] = Step(action, request(action), answer(action, seen, judge.names, body))
    return found


def _divergent(step: Step) -> Step:
    return Step(step.action, step.request, step.answer, divergent=True)
