"""Carrying a plan out on a target, to its end: a run never stops at a breach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sse_adapters.protocol import Identity, Space
from sse_reports.result import Signature
from sse_spec.actions import Action, CreateKey, ReadKmsCalls, S3Action, kind
from sse_spec.model import Looked, Model
from sse_spec.observations import Observation

from sse_conformance.cover import Goal, Plan, advance, reaches
from sse_conformance.findings import Finding, Judgement
from sse_conformance.judge import Judge
from sse_conformance.leaves import Leaf
from sse_conformance.provision import Provision, WithheldError
from sse_conformance.scenery import Scenery
from sse_conformance.staging import ReadBack, read_back, stage
from sse_conformance.throttling import throttled

__all__ = ["INTERRUPTED", "UNWITNESSED", "Campaign", "Found", "Lost", "Progress"]

Progress = Callable[[int, int], None]
"""Told after each goal how many are done, of how many."""

INTERRUPTED = "the run was interrupted"
"""Why a run is incomplete that somebody ended."""

UNWITNESSED = "the target offers nobody who sees what it asks its KMS"
"""Why a clause about that is not exercised."""

SILENCE_LIMIT = 5
"""So many calls in a row without an answer, and the target counts as dead."""


FRESH_TRIES = 3
"""So often is a goal that a fault has spoilt tried again, with things that no such fault has touched."""

READ_TRIES = 3
"""So often is a read made again that got no answer: it changes nothing, and shows what a write has done."""

PASSING = frozenset({"no-answer", "garbage", "server-error"})
"""The faults that may have come about on the way, and need not come again."""


class TargetLostError(Exception):
    """The target was lost in the middle of a run."""


class _AbsentError(Exception):
    """The target does not offer what a call takes; the message says what."""


class Found(NamedTuple):
    """A finding, and the goal during which it came up; `in_read_back` if the read after its decisive call showed it.

    `at` is the index of the call in the log of the campaign.
    """

    finding: Finding
    leaf: Leaf
    in_read_back: bool
    at: int


class Lost(NamedTuple):
    """Goals that could not be judged: which clauses they were for, and why."""

    clauses: frozenset[str]
    reason: str
    signature: Signature | None


class Campaign:
    """One run of a plan in one space."""

    def __init__(self, model: Model, identity: Identity, space: Space) -> None:
        self.model = model
        self.space = space
        self.judge = Judge(model, identity.accounts, identity.regions)
        self.found: list[Found] = []
        self.lost: Counter[Lost] = Counter()
        self.unsupported: dict[frozenset[str], str] = {}
        self.absent: dict[frozenset[str], str] = {}
        """For the clauses of a goal that was not tried, what the target does not have for it."""
        self.masked: dict[str, Finding] = {}
        """For a clause that a goal was for, the finding that kept its answer from being judged."""
        self.reached = 0
        self.calls: Counter[str] = Counter()
        self.log: list[tuple[S3Action, Observation]] = []
        """Every call that was made, with its answer."""
        self.incomplete = ""
        self._faults = 0
        self._disturbed = False
        self._blamed: dict[str, Finding] = {}
        self._silent = 0
        self._answered = False
        self._leaf: Leaf | None = None
        self._back = False
        self._again = 0
        self._second: Scenery | None = None
        self._provision = Provision.of(identity)
        self._principals = frozenset(identity.principals or identity.accounts)
        self._witnessed = identity.kms_witness
        self._not_offered = ""
        self._hindrance: Finding | None = None

    def run(self, plan: Plan, progress: Progress = lambda _done, _all: None) -> None:
        """Carry the plan out. A target that is lost and an interrupt end the run early and are noted in
        `incomplete`.
        """
        try:
            for number, goal in enumerate(plan.goals, 1):
                self._try(goal)
                progress(number, len(plan.goals))
        except TargetLostError as error:
            self.incomplete = str(error)
        except KeyboardInterrupt:
            self.incomplete = INTERRUPTED

    def _try(self, goal: Goal) -> None:
        try:
            self._pursue(goal)
        except (_AbsentError, WithheldError) as error:
            self.absent[goal.clauses] = str(error)

    def _pursue(self, goal: Goal) -> None:
        self._leaf, self._back, self._not_offered, self._hindrance = goal.leaf, False, "", None
        for step in goal.setup:
            self._set_up(step)
        action = goal.action
        looked = self.model.look(self.judge.world, action)
        if not self._ready(goal, action, looked):
            # Something came out otherwise than planned: try again from where the target really is.
            action, looked = self._stage_again(goal)
            if reaches(goal.leaf, looked) is None:
                self._give_up(goal, action)
                return
        self.reached += 1
        action, judgement = self._decide(goal, action, looked)
        if judgement.unsupported:
            self.unsupported[goal.clauses] = f"{goal.leaf.action} was answered {judgement.unsupported}"
        elif judgement.unjudged:
            self._lose(goal, judgement.unjudged, self._cause(action) if self._answered else None)
        # What an answer proves may also be left open by something that went wrong before.
        masking = judgement.findings[0] if judgement.findings else self._cause(action)
        if masking is not None:
            self.masked.update(dict.fromkeys(goal.clauses - set(self.masked), masking))
        back = read_back(action)
        if back is not None and not judgement.unsupported:
            self._read_back(back)

    def _ready(self, goal: Goal, action: Action, looked: Sequence[Looked]) -> bool:
        """Whether a call will find itself in the situation of a goal, and nothing of unknown fate will blur its answer.

        Without faults it is only the situation that counts.
        """
        if reaches(goal.leaf, looked) is None:
            return False
        if self.judge.unknown(action, looked):
            return False
        return not self.judge.clouded(action) or len(looked) <= len(goal.readings)

    def _decide(self, goal: Goal, action: S3Action, looked: tuple[Looked, ...]) -> tuple[S3Action, Judgement]:
        """Make the decisive call of a goal, and again on new things while a fault keeps it from being judged.

        An answer that is nobody's is asked for once more: if it comes again, it is the target's own.
        """
        judgement = self._call(action, "decisive", looked)
        for _ in range(FRESH_TRIES):
            if not self._disturbed:
                break
            again, looked = self._stage_again(goal)
            if not self._ready(goal, again, looked):
                break
            before, action, judgement = judgement, again, self._call(again, "decisive", looked)
            if self._came_again(before, judgement):
                break
        return action, judgement

    def _read_back(self, back: ReadBack) -> None:
        """Read what a call has done, again where the read got no answer, or nobody's."""
        self._back = True
        judgement = self._call(back, "read-back")
        for _ in range(1, READ_TRIES):
            if not self._disturbed:
                break
            before, judgement = judgement, self._call(back, "read-back")
            if self._came_again(before, judgement):
                break

    def _came_again(self, before: Judgement, judgement: Judgement) -> bool:
        """Whether the last two calls found the same; then it counts once."""
        if not before.findings or _signatures(before) != _signatures(judgement):
            return False
        del self.found[-len(judgement.findings) :]
        return True

    def _stage_again(self, goal: Goal) -> tuple[S3Action, tuple[Looked, ...]]:
        """Prepare a goal with what was prepared for such goals before; if that will not do, with new things alone.

        New things are prepared anew while faults spoil them. Gives the decisive call, and how it is read, whether or
        not it is the goal.
        """
        if self._second is not None:
            action = stage(goal.leaf, self._second)
            looked = self.model.look(self.judge.world, action)
            if self._ready(goal, action, looked):
                return action, looked
        for left in reversed(range(FRESH_TRIES)):
            faults = self._faults
            self._again += 1
            self._second = self._provision.scenery(self._set_up, lambda: self.judge.world, f"again{self._again}-")
            action = stage(goal.leaf, self._second)
            looked = self.model.look(self.judge.world, action)
            if not left or self._faults == faults or self._ready(goal, action, looked):
                return action, looked
        raise AssertionError("there is at least one try")

    def _set_up(self, step: S3Action) -> None:
        judgement = self._call(step, "setup")
        if judgement.unsupported:
            self._not_offered = f"{kind(step)} was answered {judgement.unsupported}"
        if judgement.findings:
            self._hindrance = judgement.findings[0]

    def _give_up(self, goal: Goal, action: Action) -> None:
        if self._not_offered:
            self.unsupported[goal.clauses] = self._not_offered
            return
        self._lose(goal, "the situation could not be brought about", self._cause(action) or self._hindrance)

    def _lose(self, goal: Goal, reason: str, cause: Finding | None) -> None:
        """Note that a goal could not be judged: for something that went wrong before, or else for this reason."""
        signature = None if cause is None else cause.signature
        if signature is not None:
            reason = f"lost to {signature.clause}: {signature.field} of {signature.action}"
        self.lost[Lost(goal.clauses, reason, signature)] += 1

    def _cause(self, action: Action) -> Finding | None:
        """The last finding about the object or the bucket of an action, if there was one."""
        places = (getattr(action, name, None) for name in ("key", "bucket", "source_bucket", "source"))
        return next((self._blamed[place] for place in places if place in self._blamed), None)

    def _take(self, action: S3Action) -> Judgement:
        """Have the world know of something that the operator gave: nothing is asked, and nothing is judged."""
        seen = self.space.perform(action)
        self.log.append((action, seen))
        if isinstance(action, CreateKey):
            return self.judge.step(action, seen)
        world = advance(self.model, self.judge.world, action)
        self.judge.world = self._provision.settled(world, action)
        return Judgement()

    def _call(self, action: S3Action, purpose: str, looked: tuple[Looked, ...] | None = None) -> Judgement:
        if action.principal not in self._principals:
            raise _AbsentError(f"the target offers no principal {action.principal}")
        if isinstance(action, ReadKmsCalls) and not self._witnessed:
            raise _AbsentError(UNWITNESSED)
        why = self._provision.withheld(action, self.judge.world)
        if why:
            raise WithheldError(why)
        if self._provision.provides(action):
            return self._take(action)
        self.calls[purpose] += 1
        seen = self.space.perform(action)
        self.log.append((action, seen))
        judgement = self.judge.step(action, seen, looked)
        self._disturbed = seen.fault in PASSING or throttled(action, seen)
        self._faults += self._disturbed
        self._answered = seen.fault is None and not self._disturbed
        silent = seen.fault == "no-answer" or throttled(action, seen)
        self._silent = self._silent + 1 if silent else 0
        if judgement.lost or self._silent >= SILENCE_LIMIT:
            calls = sum(self.calls.values())
            raise TargetLostError(f"the target was lost after {calls} calls: {seen.message or 'no answer'}")
        for finding in judgement.findings:
            assert self._leaf is not None  # noqa: S101 - calls are only made in pursuit of a goal
            self.found.append(Found(finding, self._leaf, self._back, len(self.log) - 1))
            for name in ("bucket", "key"):
                if hasattr(action, name):
                    self._blamed[getattr(action, name)] = finding
        return judgement


def _signatures(judgement: Judgement) -> list[Signature]:
    return [finding.signature for finding in judgement.findings]
