"""What the model foresees of parts of a program, before any of them is run."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sse_reports.result import Signature
from sse_spec.actions import Read, S3Action, kind
from sse_spec.model import Case, Model
from sse_spec.outcomes import Outcome
from sse_spec.world import EMPTY, World

from sse_conformance.blame import ANSWERING, outcome_words
from sse_conformance.causality import makes_what_is_named, mentioned, related, subjects
from sse_conformance.comparison import ACCEPTANCE, CODE, expected_shape
from sse_conformance.cover import advance
from sse_conformance.staging import read_back

__all__ = ["Foreseen", "Foresight", "Part"]

ANSWER, CHOICE = "answer", "choice"
"""The fields of signatures that are about no field of an expected answer."""

Part = frozenset[int]
"""A part of a program, as the indices of its steps."""


class Foreseen(NamedTuple):
    """What the model says of one step: its cases, one for each reading of what went before."""

    cases: tuple[Case, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes that are permitted."""
        return tuple(outcome for case in self.cases for outcome in case.prediction.outcomes)

    @property
    def answers(self) -> frozenset[str]:
        """How the step may be answered, in words: accepted, or with which error."""
        return frozenset(map(outcome_words, self.outcomes))

    @property
    def shapes(self) -> frozenset[Hashable]:
        """How the step may be answered, field by field."""
        return frozenset(outcome.shape for outcome in self.outcomes)

    @property
    def decisive(self) -> frozenset[str]:
        """The clauses whose breach would show in the answer."""
        return frozenset[str]().union(*(case.decisive for case in self.cases))

    def expects(self, signature: Signature) -> bool:
        """Whether a divergence of the step may have this signature: its clause decides something, and as it says."""
        if signature.field in {ANSWER, CHOICE}:
            return True
        decided = self.decisive.union(*(outcome.derivation for outcome in self.outcomes))
        if signature.clause not in decided and signature.clause not in ANSWERING:
            return False
        if signature.field in {ACCEPTANCE, CODE}:
            return True
        expected = signature.expected.split(" or ")
        fields = (field for outcome in self.outcomes for field in outcome.fields if field.name == signature.field)
        return any(expected_shape(field) in {signature.expected, *expected} for field in fields)


class Foresight:
    """The model's view of one program and of its parts.

    `last` are the steps that a part is for: the last one, and the one before it where the last one reads what that has
    done. `sees` says whether the model can tell that they may show the divergence: not so if an earlier step ended
    otherwise than it foresees.
    """

    def __init__(self, model: Model, program: Sequence[S3Action], signature: Signature) -> None:
        self.program = tuple(program)
        self.whole: Part = frozenset(range(len(self.program)))
        self._model = model
        self._signature = signature
        self._steps: dict[tuple[int, ...], tuple[Foreseen, World]] = {}
        self._makers = _makers(self.program)
        self._planned = self._foresee(self.whole)
        self.last: Part = frozenset()
        self.sees = False
        self._decisive = False
        self.turn_to(*_last(self.program))

    def turn_to(self, *steps: int) -> None:
        """Take other steps for the last ones, those that parts are for."""
        self.last = frozenset(steps)
        self.sees = self._expected(self._planned, self.last)
        self._decisive = any(self._signature.clause in self._planned[at].decisive for at in self.last)

    def answers(self, part: Part, step: int) -> frozenset[str]:
        """How a step may be answered, in words, if just this part of the program is run."""
        return self._foresee(part)[step].answers

    def may_show(self, part: Part) -> bool:
        """Whether the divergence may show in a part, and no more answers to its last steps are permitted than in the
        whole.
        """
        foreseen, kept = self._foresee(part), self.last & part
        return self._expected(foreseen, kept) and all(foreseen[at].answers <= self._planned[at].answers for at in kept)

    def _expected(self, foreseen: Mapping[int, Foreseen], steps: Part) -> bool:
        kept = (foreseen[at] for at in steps if kind(self.program[at]) == self._signature.action)
        return any(step.expects(self._signature) for step in kept)

    def closed(self, core: Iterable[int]) -> Part:
        """These steps, and those that make the buckets, keys and aliases that they name."""
        found = set(core)
        added = found
        while added:
            added = set[int]().union(*(self._makers[at] for at in added)) - found
            found |= added
        return frozenset(found)

    def makes(self, step: int) -> bool:
        """Whether a step makes a bucket, a key or an alias."""
        return makes_what_is_named(self.program[step])

    def named(self, step: int, part: Part) -> bool:
        """Whether a step of the part names what this one makes."""
        return any(step in self._makers[at] for at in part)

    def least(self, core: Part) -> Part:
        """The least part found in which these steps still come out, and the last ones are answered, as in the whole.

        Of steps that would do the same the later ones are kept. Which part it is follows from the model alone.
        """
        core = self.closed(core | self.last)
        kept, before = self.whole, None
        while kept != before:  # what made something is left over once nothing names that any more
            before = kept
            kept = self._thinned(kept, core)
        return kept

    def _thinned(self, kept: Part, core: Part) -> Part:
        """A part without what it can do without: halves of it first, then halves of these."""
        blocks = [sorted(kept - core)]
        while blocks:
            block = blocks.pop()
            fewer = self.closed(kept.difference(block))
            if len(fewer) < len(kept) and self._comes_out(fewer, core):
                kept = fewer
            elif len(block) > 1:
                half = len(block) // 2
                blocks += [block[half:], block[:half]]
        return kept

    def history(self, part: Part) -> tuple[tuple[int, ...], ...]:
        """The steps outside a part, in groups by what they have to do with its last ones, the nearest first.

        What was done to the buckets that these name; to the objects; to the keys and aliases that come into it; what
        else has to do with any of that; all other steps but reads; reads. In a group the later steps come first.
        """
        named = set[str]().union(*(mentioned(self.program[at]) for at in self.last))
        causes = related(self.program, self.last)

        def group(at: int) -> int:
            action = self.program[at]
            if isinstance(action, Read):
                return 5
            if at not in causes:
                return 4
            if getattr(action, "bucket", None) is None:
                return 2
            place = {name for name in subjects(action) if not name.startswith("aws/s3@")}
            return 3 if named.isdisjoint(place) else int(getattr(action, "key", None) is not None)

        outside = sorted(self.whole - part, reverse=True)
        return tuple(tuple(at for at in outside if group(at) == number) for number in range(6))

    def _comes_out(self, part: Part, core: Part) -> bool:
        """Whether the last steps are in a situation that is as telling as in the whole, and the others end as there."""
        foreseen, clause = self._foresee(part), self._signature.clause
        if self._decisive and not any(clause in foreseen[at].decisive for at in self.last):
            return False
        return all(foreseen[at].shapes <= self._planned[at].shapes for at in self.last) and all(
            _ends(foreseen[at]) == _ends(self._planned[at]) for at in core - self.last
        )

    def _foresee(self, part: Collection[int]) -> dict[int, Foreseen]:
        """What the model says of each step of a part."""
        world = EMPTY
        foreseen: dict[int, Foreseen] = {}
        before: tuple[int, ...] = ()
        for at in sorted(part):
            before = (*before, at)
            known = self._steps.get(before)
            if known is None:
                known = self._steps[before] = self._step(world, self.program[at])
            foreseen[at], world = known
        return foreseen

    def _step(self, world: World, action: S3Action) -> tuple[Foreseen, World]:
        cases = tuple(one.case for one in self._model.look(world, action))
        return Foreseen(cases), advance(self._model, world, action)


def _ends(foreseen: Foreseen) -> frozenset[bool]:
    """The ways in which a step may end: accepted (True), refused (False)."""
    return frozenset(outcome.refusal is None for outcome in foreseen.outcomes)


def _last(program: Sequence[S3Action]) -> Part:
    """The last step, with the one before it if it reads what that has done."""
    at = len(program) - 1
    if at < 1 or not isinstance(program[at], Read | type(read_back(program[at - 1]))):
        return frozenset(range(at, len(program)))
    return (
        frozenset({at - 1, at}) if not mentioned(program[at]).isdisjoint(subjects(program[at - 1])) else frozenset({at})
    )


def _makers(program: Sequence[S3Action]) -> tuple[frozenset[int], ...]:
    """For each step the ones that have made the buckets, keys and aliases which it names, last before it."""
    made: dict[str, int] = {}
    makers = []
    for at, action in enumerate(program):
        names = mentioned(action)
        makes = makes_what_is_named(action)
        if makes:
            names = names - subjects(action)
        makers.append(frozenset(made[name] for name in names if name in made))
        if makes:
            made.update(dict.fromkeys(subjects(action), at))
    return tuple(makers)
