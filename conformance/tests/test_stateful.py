"""Random programs: clean on what keeps every clause, the same for the same seed, and on to the next divergence."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import cast, get_args

import pytest
from sse_adapters.moto import MotoTarget
from sse_adapters.protocol import Identity, Space, Target
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.reference import ReferenceTarget
from sse_conformance.stateful.exploring import Discovery, Walk, explore
from sse_conformance.witness import replay
from sse_spec.actions import Action, CopyObject, CreateBucket, CreateKey, HeadObject, S3Action, UploadPart, kind
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY, clauses
from sse_spec.model import standard
from sse_spec.observations import Observation

DAYS = (FIRST_DAY, dt.date(2022, 8, 1), dt.date(2023, 7, 1), dt.date(2026, 2, 1), EDITION)

FORGETFUL = Mutant(
    "ForgetsDefaultOnCopy",
    "CPY-01",
    "A copy without headers does not get the default.",
    disregarding("algorithm", "CPY-01"),
)


class Watched:
    """A target that keeps what it was asked, space by space, and may answer some of it otherwise."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.programs: list[list[S3Action]] = []
        self.closed = 0
        self.answers: dict[str, Observation] = {}
        self.interrupts = 0

    def open(self) -> Identity:
        return self.target.open()

    def space(self) -> Space:
        self.programs.append([])
        return WatchedSpace(self, self.target.space())

    def close(self) -> None:
        self.target.close()


class WatchedSpace:
    def __init__(self, watched: Watched, space: Space) -> None:
        self.watched, self.space = watched, space

    def perform(self, action: Action) -> Observation:
        self.watched.programs[-1].append(cast("S3Action", action))
        if self.watched.interrupts and len(self.watched.programs[-1]) >= self.watched.interrupts:
            raise KeyboardInterrupt
        given = self.watched.answers.get(kind(action))
        return self.space.perform(action) if given is None else given

    def close(self) -> None:
        self.watched.closed += 1
        self.space.close()


def watched(day: dt.date = EDITION) -> Watched:
    return Watched(ReferenceTarget(standard(day)))


def walk(target: Target, seed: int = 1, examples: int = 6, day: dt.date = EDITION, **more: object) -> Walk:
    given = {"known": (), "classes": CLASSES, **more}
    identity = target.open()
    try:
        return explore(standard(day), identity, target, seed=seed, examples=examples, **given)  # type: ignore[arg-type]
    finally:
        target.close()


@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_found_on_what_keeps_every_clause(day: dt.date) -> None:
    found = walk(ReferenceTarget(standard(day), 3), 4, 12, day)
    assert found.discoveries == ()
    assert found.incomplete == ""
    assert found.steps > 150


class TestPrograms:
    def test_the_same_seed_draws_the_same_programs(self) -> None:
        first, second = watched(), watched()
        assert walk(first) == walk(second)
        assert first.programs == second.programs

    def test_another_seed_draws_other_programs(self) -> None:
        first, second = watched(), watched()
        walk(first, 1)
        walk(second, 2)
        assert first.programs != second.programs

    def test_a_target_that_answers_otherwise_is_asked_the_same(self) -> None:
        first, second = watched(), Watched(MutantTarget(FORGETFUL))
        walk(first)
        assert walk(second).discoveries
        assert first.programs == second.programs

    def test_moto_is_asked_the_same_twice(self) -> None:
        first, second = Watched(MotoTarget()), Watched(MotoTarget())
        one, two = walk(first, examples=1), walk(second, examples=1)
        assert first.programs == second.programs
        assert [d.signature for d in one.discoveries] == [d.signature for d in two.discoveries]

    def test_each_example_has_a_space_of_its_own_that_is_given_back(self) -> None:
        target = watched()
        found = walk(target)
        assert found.examples == len(target.programs) == target.closed
        assert found.calls == sum(map(len, target.programs))

    def test_every_kind_of_action_is_drawn(self) -> None:
        target = watched()
        walk(target, examples=30)
        drawn = {kind(action) for program in target.programs for action in program}
        assert drawn == KINDS

    def test_nothing_is_named_that_was_not_made_before(self) -> None:
        target = watched()
        walk(target, examples=8)
        for program in target.programs:
            made: set[str] = {"nowhere"}
            for action in program:
                if isinstance(action, CreateBucket):
                    made.add(action.bucket)
                assert getattr(action, "bucket", "nowhere") in made
                assert getattr(action, "source_bucket", "nowhere") in made

    def test_few_requests_are_refused(self) -> None:
        target = watched()
        refused = asked = 0
        walk(target, examples=8)
        for program in target.programs:
            for outcome in replay(standard(), target.open(), ReferenceTarget(standard()), program).refused:
                refused, asked = refused + outcome, asked + 1
        assert refused < asked / 5


KINDS = {one.__name__ for one in get_args(S3Action)} - {"GetObjectAttributes", "ListParts", "ReadKmsCalls"}
"""Of the first two that are left out nothing is described; the third takes a witness, and changes nothing."""


def _classes(found: Walk) -> set[str]:
    return {clauses()[one.signature.clause].clause_class for one in found.discoveries}


class TestDiscoveries:
    def test_a_signature_is_reported_once_and_the_walk_goes_on(self) -> None:
        found = walk(MutantTarget(FORGETFUL), examples=10)
        signatures = [one.signature for one in found.discoveries]
        assert len(signatures) == len(set(signatures)) > 0
        assert found.examples >= 10
        assert FORGETFUL.clause in {one.signature.clause for one in found.discoveries}

    def test_a_known_signature_is_not_reported(self) -> None:
        before = walk(MutantTarget(FORGETFUL), examples=10)
        known = {before.discoveries[0].signature}
        after = walk(MutantTarget(FORGETFUL), examples=10, known=known)
        assert [one.signature for one in after.discoveries] == [one.signature for one in before.discoveries[1:]]
        assert after.calls == before.calls

    def test_only_clauses_of_the_classes_asked_for_are_reported(self) -> None:
        wanted = clauses()[FORGETFUL.clause].clause_class
        others = tuple(name for name in CLASSES if name != wanted)
        assert _classes(walk(MutantTarget(FORGETFUL), examples=10, classes=(wanted,))) == {wanted}
        assert wanted not in _classes(walk(MutantTarget(FORGETFUL), examples=10, classes=others))

    def test_who_has_enough_stops_the_walk_at_once(self) -> None:
        asked: list[Discovery] = []

        def enough(found: Discovery) -> bool:
            asked.append(found)
            return True

        found = walk(MutantTarget(FORGETFUL), examples=50, enough=enough)
        assert len(found.discoveries) == 1 == len(asked)
        assert found.incomplete == ""
        assert found.calls == found.discoveries[0].calls
        assert found.examples < 50

    def test_a_walk_goes_on_until_there_is_enough(self) -> None:
        all_of_it = walk(MutantTarget(FORGETFUL), examples=10)
        assert walk(MutantTarget(FORGETFUL), examples=10, enough=lambda _: False) == all_of_it

    def test_the_program_of_a_discovery_shows_it_again(self) -> None:
        target = MutantTarget(FORGETFUL)
        found = walk(target, examples=10)
        for one in found.discoveries:
            again = replay(standard(), target.open(), target, one.program)
            assert again.shows(one.signature) is not None
            assert isinstance(one.program[-1], HeadObject | CopyObject)

    def test_a_discovery_counts_the_calls_until_then(self) -> None:
        target = Watched(MutantTarget(FORGETFUL))
        first = walk(target, examples=50, enough=lambda _: True).discoveries[0]
        assert first.calls == sum(map(len, target.programs))


class TestTargetsThatLackSomething:
    def test_an_operation_that_is_not_offered_is_asked_for_once_and_changes_nothing_else(self) -> None:
        whole, lacking = watched(), watched()
        lacking.answers = {"UploadPart": Observation(501, code="NotImplemented")}
        walk(whole)
        found = walk(lacking)
        asked = [action for program in lacking.programs for action in program]
        assert sum(isinstance(action, UploadPart) for action in asked) == 1
        assert found.discoveries == ()
        dropped = ("UploadPart", "CompleteMultipartUpload", "HeadObject")
        assert [[a for a in program if kind(a) not in dropped] for program in lacking.programs] == [
            [a for a in program if kind(a) not in dropped] for program in whole.programs
        ]

    def test_a_principal_that_is_not_there_never_asks_and_nothing_of_its_is_named(self) -> None:
        target = watched()
        identity = target.open()
        alone = Identity(identity.name, identity.version, {"main": identity.accounts["main"]}, identity.regions, 0.001)
        found = explore(standard(), alone, target, known=(), classes=CLASSES, seed=1, examples=40)
        asked = [action for program in target.programs for action in program]
        assert {action.principal for action in asked} == {"main"}
        assert not any(getattr(action, "bucket", None) == "f1" for action in asked)
        assert found.discoveries == ()

    def test_a_target_that_cannot_be_reached_ends_the_walk(self) -> None:
        target = watched()
        target.answers = {"CreateKey": Observation(0, fault="unreachable", message="connection refused")}
        found = walk(target)
        assert found.incomplete == f"the target was lost after {found.calls} calls: connection refused"
        assert isinstance(target.programs[-1][-1], CreateKey)
        assert target.closed == len(target.programs)

    def test_a_target_that_falls_silent_ends_the_walk(self) -> None:
        target = watched()
        silence = Observation(0, fault="no-answer", message="timed out")
        target.answers = {one.__name__: silence for one in get_args(S3Action)}
        found = walk(target)
        assert found.calls == 5
        assert "lost after 5 calls: timed out" in found.incomplete

    def test_an_interrupt_ends_the_walk_and_keeps_what_was_found(self) -> None:
        target = watched()
        target.interrupts = 10
        found = walk(target)
        assert found.incomplete == f"the exploration was interrupted after {found.calls} calls"
        assert target.closed == len(target.programs)


def test_hypothesis_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, sse_conformance.cli, sse_conformance.stateful.exploring; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
