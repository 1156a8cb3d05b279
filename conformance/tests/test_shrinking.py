"""What shrinking makes of long programs that show a divergence."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from sse_adapters.protocol import Identity, Space, Target
from sse_conformance.causality import makes_what_is_named, mentioned, subjects
from sse_conformance.cover import advance
from sse_conformance.mutants.mutant import Mutant, disregarding
from sse_conformance.mutants.past import Past
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.reference import ReferenceTarget
from sse_conformance.shrinking import BUDGET, Shrunk, shrink
from sse_conformance.witness import HEARINGS, Replayed, replay, replay_heard
from sse_reports.result import Signature
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DeleteObject,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    S3Action,
    UpdateAlias,
)
from sse_spec.model import Model, standard
from sse_spec.observations import Observation
from sse_spec.world import EMPTY

MODEL = standard()
BUCKET = CreateBucket(bucket="b1")
KEYS = (CreateKey(key="k1"), CreateKey(key="k2"))
DEFAULT = PutBucketEncryption(bucket="b1", rules=(Rule("aws:kms", KeyRef("arn", "k1")),))
FORGET = DeleteBucketEncryption(bucket="b1")
PUT = PutObject(bucket="b1", key="o1", body="last")
HEAD = HeadObject(bucket="b1", key="o1")


def _default_was_deleted(past: Past, action: Action) -> bool:
    done = past.of_bucket(getattr(action, "bucket", ""))
    return isinstance(action, PutObject) and any(isinstance(one, DeleteBucketEncryption) for one in done)


def _third_write(past: Past, action: Action) -> bool:
    if not isinstance(action, PutObject):
        return False
    return sum(isinstance(one, PutObject) for one in past.of_object(action.bucket, action.key)) > 1


def _moved_alias(past: Past, action: Action) -> bool:
    return isinstance(action, PutObject) and any(isinstance(one, UpdateAlias) for one in past.calls)


def _other_bucket_has_it(past: Past, action: Action) -> bool:
    return isinstance(action, PutObject) and any(
        isinstance(one, PutObject) and one.key == action.key and one.bucket != action.bucket for one in past.calls
    )


FORGETS = disregarding("algorithm", "DEF-01")
HISTORIES = {
    "ForgetsDefaultThatWasSetAgain": (_default_was_deleted, (BUCKET, KEYS[0], FORGET, DEFAULT, PUT)),
    "ForgetsDefaultAtThirdWrite": (_third_write, (BUCKET, KEYS[0], PUT, PUT, DEFAULT, PUT)),
    "ForgetsDefaultOnceAnAliasWasMoved": (
        _moved_alias,
        (BUCKET, *KEYS, CreateAlias(alias="a1", key="k1"), UpdateAlias(alias="a1", key="k2"), DEFAULT, PUT),
    ),
    "MixesUpBucketsOfOneKey": (
        _other_bucket_has_it,
        (BUCKET, CreateBucket(bucket="b9"), KEYS[0], PutObject(bucket="b9", key="o1"), DEFAULT, PUT),
    ),
}


def _mutant(name: str) -> Mutant:
    return Mutant(name, "DEF-01", "It forgets the default after some history.", FORGETS, when=HISTORIES[name][0])


def _padded(program: Sequence[S3Action], seed: int, padding: int = 35) -> tuple[S3Action, ...]:
    """The program with other requests all over it, of which none is for nothing and none undoes what it does."""
    draws = random.Random(seed)
    idle: list[S3Action] = [
        CreateBucket(bucket="b2"),
        CreateKey(key="k3"),
        PutBucketEncryption(bucket="b2", rules=(Rule("aws:kms", KeyRef("arn", "k3")),)),
    ]
    while len(idle) < padding:
        name = draws.choice(("p1", "p2", "p3"))
        idle.append(
            draws.choice(
                (
                    PutObject(bucket="b2", key=name, body=name),
                    HeadObject(bucket="b2", key=name),
                    GetBucketEncryption(bucket="b2"),
                    CopyObject(bucket="b2", key="p4", source_bucket="b2", source_key=name),
                    DeleteObject(bucket="b2", key=name),
                    PutObject(bucket="b2", key=name, headers=EncryptionHeaders("aws:kms")),
                )
            )
        )
    places = sorted(draws.randrange(len(program)) for _ in idle)
    return tuple(
        step
        for at, action in enumerate(program)
        for step in (*(i for i, p in zip(idle, places) if p == at), action)  # noqa: B905 - one place each
    )


def _signature(target: Target, program: Sequence[S3Action], model: Model = MODEL) -> Signature:
    """The signature of what the last divergent step of the program shows first."""
    found = [step for step in replay(model, target.open(), target, program).findings if step]
    return found[-1][0].signature


def _shrunk(target: Target, program: Sequence[S3Action], budget: int = BUDGET) -> Shrunk:
    return shrink(MODEL, target.open(), target, _signature(target, program), program, budget=budget)


def _replayed(target: Target, program: Sequence[S3Action]) -> Replayed:
    return replay(MODEL, target.open(), target, program)


class Counting:
    """A target that counts the calls made in its spaces, and may answer some of them otherwise."""

    def __init__(self, inner: Target, twist: Callable[[int, Action, Observation], Observation] | None = None) -> None:
        self.calls = 0
        self.spaces = 0
        self._inner = inner
        self._twist = twist

    def open(self) -> Identity:
        return self._inner.open()

    def space(self) -> Space:
        self.spaces += 1
        return _CountingSpace(self, self._inner.space())

    def close(self) -> None:
        self._inner.close()

    def answer(self, action: Action, seen: Observation) -> Observation:
        self.calls += 1
        return seen if self._twist is None else self._twist(self.calls, action, seen)


class _CountingSpace:
    def __init__(self, target: Counting, inner: Space) -> None:
        self._target = target
        self._inner = inner

    def perform(self, action: Action) -> Observation:
        return self._target.answer(action, self._inner.perform(action))

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("name", HISTORIES)
@pytest.mark.parametrize("seed", range(4))
def test_only_the_history_that_a_bug_needs_is_left_of_a_long_program(name: str, seed: int) -> None:
    target = MutantTarget(_mutant(name))
    program = _padded(HISTORIES[name][1], seed)
    assert len(program) >= 40
    shrunk = _shrunk(target, program)
    assert shrunk.witness.confirmed
    assert set(shrunk.program) <= set(HISTORIES[name][1])
    assert len(shrunk.program) <= len(HISTORIES[name][1])
    assert shrunk.witness.divergent == len(shrunk.program) - 1
    assert tuple(step.action for step in shrunk.witness.steps) == shrunk.program


@pytest.mark.parametrize("name", HISTORIES)
def test_what_is_left_shows_the_divergence_no_more_without_any_one_of_its_steps(name: str) -> None:
    target = MutantTarget(_mutant(name))
    program = _padded(HISTORIES[name][1], seed=9)
    signature = _signature(target, program)
    left = _shrunk(target, program).program
    whole = _replayed(target, left)
    assert whole.shows(signature) is not None
    for at, action in enumerate(left):
        others = set[str]().union(*(mentioned(one) for one in left if one != action))
        if makes_what_is_named(action) and not subjects(action).isdisjoint(others):
            continue
        fewer = _replayed(target, [one for number, one in enumerate(left) if number != at])
        assert not fewer.says_as_much(whole, signature), action


def test_the_calls_that_are_counted_are_those_that_were_made() -> None:
    target = Counting(MutantTarget(_mutant("ForgetsDefaultAtThirdWrite")))
    program = _padded(HISTORIES["ForgetsDefaultAtThirdWrite"][1], 1)
    signature = _signature(target, program)
    target.calls = 0
    shrunk = shrink(MODEL, target.open(), target, signature, program)
    assert shrunk.calls == target.calls <= 90


def test_the_same_target_and_program_give_the_same_witness() -> None:
    name = "ForgetsDefaultAtThirdWrite"
    first, second = (_shrunk(MutantTarget(_mutant(name)), _padded(HISTORIES[name][1], 3)) for _ in range(2))
    assert first == second


def test_a_bug_without_history_costs_little_more_than_the_program_that_the_model_asks_for() -> None:
    always = Mutant("ForgetsDefault", "DEF-01", "It never applies a default.", FORGETS)
    program = _padded((BUCKET, KEYS[0], DEFAULT, PUT), 5)
    shrunk = _shrunk(MutantTarget(always), program)
    assert shrunk.program == (BUCKET, KEYS[0], DEFAULT, PUT)
    assert shrunk.calls == 4


def test_a_read_that_shows_nothing_more_is_left_out() -> None:
    target = MutantTarget(_mutant("ForgetsDefaultThatWasSetAgain"))
    program = (BUCKET, KEYS[0], FORGET, DEFAULT, PUT, HEAD)
    signature = _signature(target, program[:-1])
    shrunk = shrink(MODEL, target.open(), target, signature, program)
    assert shrunk.program == program[:-1]


def test_a_divergence_that_a_read_shows_keeps_the_write_before_it() -> None:
    def hides(_number: int, action: Action, seen: Observation) -> Observation:
        wrong = isinstance(action, GetObject) and seen.algorithm == "aws:kms"
        return Observation(200, etag=seen.etag, body=seen.body, length=seen.length) if wrong else seen

    target = Counting(ReferenceTarget(MODEL), hides)
    program = _padded((BUCKET, KEYS[0], DEFAULT, PUT, GetObject(bucket="b1", key="o1")), 2)
    shrunk = _shrunk(target, program)
    assert shrunk.witness.confirmed
    assert shrunk.program == (BUCKET, KEYS[0], DEFAULT, PUT, GetObject(bucket="b1", key="o1"))


def test_what_does_not_come_again_is_not_confirmed_and_comes_with_the_whole_replay() -> None:
    name = "ForgetsDefaultAtThirdWrite"
    program = _padded(HISTORIES[name][1], 4)
    signature = _signature(MutantTarget(_mutant(name)), program)
    sound = ReferenceTarget(MODEL)
    shrunk = shrink(MODEL, sound.open(), sound, signature, program)
    assert not shrunk.witness.confirmed
    assert shrunk.program == program
    assert shrunk.witness.divergent is None
    assert shrunk.calls <= BUDGET


@pytest.mark.parametrize("budget", [0, 60, 75])
def test_without_budget_the_whole_program_is_still_confirmed(budget: int) -> None:
    name = "ForgetsDefaultAtThirdWrite"
    target, program = MutantTarget(_mutant(name)), _padded(HISTORIES[name][1], 6)
    shrunk = _shrunk(target, program, budget)
    assert shrunk.witness.confirmed
    assert shrunk.calls <= max(budget, len(program))
    assert len(shrunk.program) >= len(_shrunk(target, program).program)


def test_a_fault_of_transport_says_nothing_and_the_program_is_run_again() -> None:
    name = "ForgetsDefaultThatWasSetAgain"
    sound, program = MutantTarget(_mutant(name)), HISTORIES[name][1]
    lost = {5, 7, 12, 14}

    def drops(number: int, _action: Action, seen: Observation) -> Observation:
        return Observation(0, fault="no-answer") if number in lost else seen

    target = Counting(MutantTarget(_mutant(name)), drops)
    shrunk = shrink(MODEL, target.open(), target, _signature(sound, program), program)
    assert shrunk.witness.confirmed
    assert shrunk.program == program
    assert shrunk.calls == target.calls


def test_a_target_that_answers_nothing_is_asked_only_so_many_times() -> None:
    name = "ForgetsDefaultThatWasSetAgain"
    sound, program = MutantTarget(_mutant(name)), HISTORIES[name][1]
    target = Counting(sound, lambda _number, _action, _seen: Observation(0, fault="unreachable"))
    shrunk = shrink(MODEL, target.open(), target, _signature(sound, program), program)
    assert not shrunk.witness.confirmed
    assert target.calls == target.spaces == shrunk.calls
    assert target.spaces % HEARINGS == 0


def test_an_answer_that_is_nobodys_and_comes_again_is_the_targets_way() -> None:
    program = (BUCKET, GetBucketEncryption(bucket="b1"))
    target = Counting(
        ReferenceTarget(MODEL),
        lambda _number, action, seen: (
            Observation(500, fault="server-error") if isinstance(action, GetBucketEncryption) else seen
        ),
    )
    elsewhere = Signature("DEF-01", "PutObject", "algorithm", "aws:kms", "AES256")
    replayed, calls = replay_heard(MODEL, target.open(), target, program, elsewhere)
    assert replayed.faults == (None, "server-error")
    assert (target.spaces, calls) == (2, 4)


def test_a_step_without_which_more_answers_are_permitted_is_kept() -> None:
    target = MutantTarget(_mutant("ForgetsDefaultThatWasSetAgain"))
    read = GetObject(bucket="b1", key="o1", algorithm="AES256")

    def takes(_number: int, action: Action, seen: Observation) -> Observation:
        return Observation(200) if isinstance(action, GetObject) else seen

    twisted = Counting(target, takes)
    shrunk = _shrunk(twisted, _padded((BUCKET, PUT, read), 1))
    assert shrunk.witness.confirmed
    assert shrunk.program == (BUCKET, PUT, read), "of an object that is not there 404 would be right too"


def test_a_part_that_breaks_something_else_first_gives_way_to_one_that_does_not() -> None:
    versioned = PutBucketVersioning(bucket="b1", status="Enabled")

    class Picky(Counting):
        """Denies a default unless versioning is on, and forgets it in any case."""

        def space(self) -> Space:
            done: list[Action] = []
            inner = super().space()

            class Denying:
                def perform(self, action: Action) -> Observation:
                    done.append(action)
                    seen = inner.perform(action)
                    bare = isinstance(action, DeleteBucketEncryption) and versioned not in done
                    return Observation(200) if bare else seen

                def close(self) -> None:
                    inner.close()

            return Denying()

    target = Picky(MutantTarget(_mutant("ForgetsDefaultThatWasSetAgain")))
    shrunk = _shrunk(target, (BUCKET, versioned, KEYS[0], FORGET, DEFAULT, PUT))
    assert shrunk.program == (BUCKET, versioned, KEYS[0], FORGET, DEFAULT, PUT)
    replayed = _replayed(target, shrunk.program)
    assert [bool(found) for found in replayed.findings] == [False] * 5 + [True]


def test_where_the_target_went_another_way_than_the_model_foresees_the_divergence_is_found_all_the_same() -> None:
    def denies(_number: int, action: Action, seen: Observation) -> Observation:
        if isinstance(action, PutBucketEncryption) and action.bucket == "b1":
            return Observation(403, code="AccessDenied")
        return seen

    target = Counting(ReferenceTarget(MODEL), denies)
    program = _padded((BUCKET, KEYS[0], DEFAULT, PUT), 7)
    signature = _signature(target, program)
    assert signature.expected == "AES256", "the default was refused, so the baseline should have been used"
    shrunk = shrink(MODEL, target.open(), target, signature, program)
    assert shrunk.witness.confirmed
    assert shrunk.program == (BUCKET, KEYS[0], DEFAULT, PUT)


def test_padding_leaves_the_situation_of_the_last_call_as_it_is() -> None:
    for name, (_, program) in HISTORIES.items():
        world = EMPTY
        for action in _padded(program, 8)[:-1]:
            world = advance(MODEL, world, action)
        (looked,) = MODEL.look(world, PUT)
        assert "DEF-01" in looked.case.decisive, name
