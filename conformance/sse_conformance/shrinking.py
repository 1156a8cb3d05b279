"""Shrinking a divergence that a long program has shown: what the model knows of it first, then delta debugging.

A situation that the model tells apart is reached in few steps. A divergence found in combination needs more than these:
some of what happened before, its history. The search begins with the steps that the model asks for, adds history in the
order of its relevance until the divergence shows, and finds out by halving which of it is needed (after QuickXplain,
Junker 2004: what is sought is a small part of many steps, and programs that are tried stay short). What is left is
pared: every step is left out once (the last phase of ddmin, Zeller 2002).

The model is asked before the target is. Where it sees that a candidate cannot show the divergence as clearly, because
the last call could be answered in more ways, no call is made.
"""

from __future__ import annotations

import functools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature
from sse_spec.actions import Read, S3Action, kind
from sse_spec.model import Model

from sse_conformance.causality import related
from sse_conformance.foresight import Foresight, Part
from sse_conformance.witness import Replayed, Witness, as_witness, replay_heard

__all__ = ["BUDGET", "Shrunk", "shrink"]

BUDGET = 800
"""Most target calls that are spent on one divergence: some ten times what most need."""

NEAR = 3
"""So many groups of the history are near: what was done to the bucket, the object, the keys of the last call."""


class Shrunk(NamedTuple):
    """What shrinking came to: the witness, the calls to the target that it took, and the program of the witness.

    The witness is not confirmed where the divergence did not come again; its steps are then those of the replay of the
    whole program, as far as the target followed it.
    """

    witness: Witness
    calls: int
    program: tuple[S3Action, ...]


def shrink(
    model: Model,
    identity: Identity,
    target: Target,
    signature: Signature,
    program: Sequence[S3Action],
    *,
    budget: int = BUDGET,
) -> Shrunk:
    """Make a program short whose last call, or the one before it, shows a divergence of this signature.

    What is left is 1-minimal if the budget suffices: without any one of its steps, but for those that make what others
    name, the divergence does not show as clearly. It is a function of the target, the signature and the program.
    `budget` is the most calls that are made, but for one replay of the whole program, without which nothing could be
    said, and for what faults cause to be repeated.
    """
    run = functools.partial(replay_heard, model, identity, target, signature=signature)
    search = _Search(Foresight(model, program, signature), signature, run, budget)
    shown = search.find()
    if shown is None:
        steps = () if search.longest is None else search.longest.steps
        return Shrunk(Witness(steps), search.calls, tuple(step.action for step in steps))
    witness = as_witness(search.pare(shown).replayed, signature)
    return Shrunk(witness, search.calls, tuple(step.action for step in witness.steps))


class _Shown(NamedTuple):
    """A part of the program that shows the divergence, and its replay."""

    part: Part
    replayed: Replayed


Run = Callable[[Sequence[S3Action]], tuple[Replayed, int]]
"""Runs a program on a fresh space; gives also the calls that it took."""


class _Search:
    """The search for a short part of one program; it counts the calls that it makes."""

    def __init__(self, foresight: Foresight, signature: Signature, run: Run, budget: int) -> None:
        self.calls = 0
        self.longest: Replayed | None = None
        self._foresight = foresight
        self._signature = signature
        self._run = run
        self._budget = budget
        self._replays: dict[Part, Replayed] = {}
        self._trusted = foresight.sees
        self._least = foresight.last
        self._confirmed = False
        self._spent = False

    def find(self) -> _Shown | None:
        """A part that shows the divergence, without history that it does not need; None if nothing shows it."""
        shown = self._grow(None)
        if shown is None or not shown.replayed.breaches(self._signature):
            return shown
        # Something else is broken before. Perhaps it is not so with more steps: then the divergence comes up by itself.
        for part in (frozenset(related(self._foresight.program, self._foresight.last)), self._foresight.whole):
            clearer = self._show(part, None)
            if clearer is not None:
                as_clear = shown.replayed.says_as_much(clearer.replayed, self._signature)
                return shown if as_clear else self._grow(clearer) or clearer
        return shown

    def _grow(self, than: _Shown | None) -> _Shown | None:
        """Add history to what the model asks for until the divergence shows, then take back what is not needed."""
        foresight = self._foresight
        self._least = foresight.least(frozenset())
        shown = self._show(self._least, than)
        if shown is not None:
            return shown
        for pool in filter(None, self._pools()):
            shown = self._show(self._with(pool), than)
            if shown is not None:
                return self._narrow(shown, pool)
        shown = self._show(foresight.whole, than)
        if shown is None:
            return None
        # The model does not know how it came to this: earlier steps must have ended otherwise than it foresees.
        self._trusted = False
        self._least = foresight.closed(foresight.last)
        return self._narrow(shown, tuple(at for group in foresight.history(self._least) for at in group))

    def _narrow(self, shown: _Shown, history: Sequence[int]) -> _Shown:
        """Find what is needed of the history with which the divergence was shown, the farthest first."""
        needed: tuple[int, ...] = ()
        tried = (size for size in range(len(history)) if self._with(history[:size]) in self._replays)
        failed = max(tried, default=-1)
        while history:
            enough = len(history)
            while enough - failed > 1:
                size = (enough + failed) // 2 if failed >= 0 else 0
                fewer = self._show(self._with((*needed, *history[:size])), shown)
                if self._spent:
                    return shown
                if fewer is None:
                    failed = size
                else:
                    shown, enough = fewer, size
            if enough == 0:
                break
            needed, history, failed = (*needed, history[enough - 1]), history[: enough - 1], -1
        return shown

    def _pools(self) -> Iterator[tuple[int, ...]]:
        """What of the history is tried, one after the other: few steps that are near first, all of it last."""
        groups = self._foresight.history(self._least)
        near, far = groups[:NEAR], groups[NEAR:]
        yield from (self._latest(group, most) for most in (1, 2) for group in near)
        yield from (self._latest(group, 1) for group in far)
        yield tuple(at for group in near for at in self._latest(group, 2))
        yield tuple(at for group in groups for at in self._latest(group, 1))
        yield from (tuple(at for group in groups[:number] for at in group) for number in range(NEAR, len(groups) + 1))

    def _latest(self, group: Sequence[int], most: int) -> tuple[int, ...]:
        """Of each kind of request in a group the latest, `most` at most; the last of each kind come first."""
        counted: Counter[str] = Counter()
        chosen: list[tuple[int, int]] = []
        for at in group:
            name = kind(self._foresight.program[at])
            counted[name] += 1
            if counted[name] <= most:
                chosen.append((counted[name], -at))
        return tuple(-later for _, later in sorted(chosen))

    def pare(self, shown: _Shown) -> _Shown:
        """Leave out every step without which the divergence still shows, until there is none: the last ones first."""
        best, program = shown, self._foresight.program
        reads = frozenset(at for at in best.part if isinstance(program[at], Read)) - {self._divergent(best)}
        best = self._show(best.part - reads, best) or best
        # The model has asked for some without need; of the history every step has proven needed, and comes last.
        left = deque(sorted(best.part, key=lambda at: (at not in self._least, -at)))
        failed = 0
        while failed < len(left):
            at = left.popleft()
            fewer = None if at == self._divergent(best) else self._without(best.part, at)
            shorter = None if fewer is None else self._show(fewer, best)
            if shorter is None:
                left.append(at)
                failed += 1
            else:
                best, failed = shorter, 0
                left = deque(one for one in left if one in best.part)
        return best

    def _without(self, part: Part, at: int) -> Part | None:
        """The part without a step, and without what only that one named; None if others name what it makes."""
        foresight = self._foresight
        fewer = part - {at}
        if foresight.closed(fewer) != fewer:
            return None
        idle = {one for one in fewer if foresight.makes(one) and not foresight.named(one, fewer)}
        return fewer - {one for one in idle if foresight.named(one, part)}

    def _divergent(self, shown: _Shown) -> int:
        """The step that diverges."""
        at = shown.replayed.shows(self._signature)
        assert at is not None  # noqa: S101 - that is what makes it shown
        return sorted(shown.part)[at]

    def _with(self, history: Sequence[int]) -> Part:
        if self._trusted:
            return self._foresight.least(self._least | frozenset(history))
        return self._foresight.closed(self._least | frozenset(history))

    def _show(self, part: Part, than: _Shown | None) -> _Shown | None:
        """The part, if a replay shows the divergence in it, as clearly as `than` does."""
        if than is not None and self._trusted and not self._foresight.may_show(part):
            return None
        replayed = self._replay(part)
        if replayed is None or replayed.shows(self._signature) is None:
            return None
        if than is not None and not replayed.says_as_much(than.replayed, self._signature):
            return None
        found = _Shown(frozenset(sorted(part)[: len(replayed.steps)]), replayed)
        self._learn(found)
        return found

    def _learn(self, shown: _Shown) -> None:
        """See whether the model foresees what the target does: by what it permits to the step that diverges."""
        at = self._divergent(shown)
        if at not in self._foresight.last:
            self._foresight.turn_to(at)
        permitted = shown.replayed.answers(self._signature)
        foreseen = (self._foresight.answers(shown.part, one) for one in self._foresight.last & shown.part)
        self._trusted = self._trusted and self._foresight.sees and any(permitted <= answers for answers in foreseen)

    def _replay(self, part: Part) -> Replayed | None:
        """The replay of a part, made only once; None if there is no budget for it.

        As long as nothing has shown the divergence enough is kept back to run the whole program.
        """
        known = self._replays.get(part)
        if known is not None:
            return known
        whole = self._foresight.whole
        reserve = 0 if self._confirmed or part == whole else len(whole)
        if self.calls + len(part) + reserve > self._budget and (self._confirmed or part != whole):
            self._spent = self._confirmed
            return None
        replayed, calls = self._run([self._foresight.program[at] for at in sorted(part)])
        self._replays[part] = replayed
        self._confirmed = self._confirmed or replayed.shows(self._signature) is not None
        self.calls += calls
        if self.longest is None or len(replayed.steps) > len(self.longest.steps):
            self.longest = replayed
        return replayed
