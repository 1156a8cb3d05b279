"""A request of unknown fate may have been done or not: nothing is found afterwards that is not there."""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections.abc import Callable

import pytest
from sse_conformance import fates
from sse_conformance.campaign import FRESH_TRIES, Campaign
from sse_conformance.cover import Plan, plan
from sse_conformance.findings import Judgement
from sse_conformance.judge import Judge
from sse_conformance.reference import ReferenceSpace, ReferenceTarget
from sse_spec import effects
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    ReadLog,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY
from sse_spec.model import Model, standard
from sse_spec.observations import Observation

NOTHING_CAME = Observation(0, fault="no-answer")
FAULTS = (
    NOTHING_CAME,
    Observation(500, code="InternalError", fault="server-error"),
    Observation(503, code="ServiceUnavailable", fault="server-error"),
)
DAYS = (FIRST_DAY, EDITION)


class NowAndThenUnanswered:
    """A space of the reference that answers some requests by a fault, and has done half of those."""

    def __init__(self, inner: ReferenceSpace, seed: int, rate: float) -> None:
        self._inner = inner
        self._random = random.Random(seed)
        self._rate = rate
        self.faults = 0

    def perform(self, action: Action) -> Observation:
        if self._random.random() >= self._rate:
            return self._inner.perform(action)
        self.faults += 1
        if self._random.random() < 0.5:
            self._inner.perform(action)
        return self._random.choice(FAULTS)

    def close(self) -> None:
        self._inner.close()


@functools.cache
def planned(day: dt.date) -> Plan:
    return plan(standard(day), CLASSES)


def campaign(day: dt.date, seed: int, rate: float) -> Campaign:
    target = ReferenceTarget(standard(day), seed)
    done = Campaign(standard(day), target.open(), NowAndThenUnanswered(target.space(), seed, rate))
    done.run(planned(day))
    return done


@pytest.mark.parametrize("rate", [0.01, 0.1])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_found_but_the_server_errors_themselves(day: dt.date, seed: int, rate: float) -> None:
    done = campaign(day, seed, rate)
    assert isinstance(done.space, NowAndThenUnanswered)
    assert done.space.faults > 0
    assert done.incomplete == ""
    assert {found.finding.signature.observed for found in done.found} <= {"server-error (500)"}


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION])
def test_of_the_goals_next_to_none_is_lost_to_a_fault_in_a_hundred_calls(day: dt.date) -> None:
    done = campaign(day, 1, 0.01)
    assert sum(done.lost.values()) <= 1
    assert done.reached >= len(planned(day).goals) - 1
    in_force = frozenset[str]().union(*(law.in_force for law in standard(day).laws))
    assert set(done.judge.tally.by_clause()) == in_force


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION])
def test_no_value_ever_has_more_candidates_than_are_followed(day: dt.date) -> None:
    world = campaign(day, 2, 0.3).judge.world
    for bucket in world.buckets.values():
        assert len(bucket.settings) <= effects.CANDIDATE_LIMIT
        for versions in bucket.objects.values():
            assert all(len(version.candidates) <= effects.CANDIDATE_LIMIT for version in versions)
    assert all(len(upload.candidates) <= effects.CANDIDATE_LIMIT for upload in world.uploads.values())


# --- each kind of request, done or not --------------------------------------------------------------------------------

KEY = KeyRef("arn", "k")
UNDER_KEY = EncryptionHeaders("aws:kms", KEY)
BEFORE: tuple[Action, ...] = (
    CreateKey(key="k"),
    CreateKey(key="k2"),
    CreateAlias(alias="a", key="k"),
    CreateBucket(bucket="b"),
    CreateBucket(bucket="c"),
    CreateBucket(bucket="versioned"),
    PutBucketVersioning(bucket="versioned", status="Enabled"),
    CreateBucket(bucket="replica"),
    PutBucketVersioning(bucket="replica", status="Enabled"),
    CreateBucket(bucket="log"),
    PutBucketPolicy(bucket="log", policy="log-delivery"),
    PutObject(bucket="b", key="o", body="one", headers=EncryptionHeaders("AES256")),
    PutObject(bucket="versioned", key="o", body="one", headers=EncryptionHeaders("AES256")),
    CreateMultipartUpload(bucket="b", key="m", upload="u", headers=EncryptionHeaders("AES256")),
    UploadPart(bucket="b", key="m", upload="u", body="part"),
)
DOUBTFUL: tuple[Action, ...] = (
    CreateKey(key="k3"),
    DisableKey(key="k"),
    EnableKey(key="k"),
    ScheduleKeyDeletion(key="k"),
    CancelKeyDeletion(key="k"),
    CreateAlias(alias="a2", key="k"),
    UpdateAlias(alias="a", key="k2"),
    DeleteAlias(alias="a"),
    CreateBucket(bucket="d"),
    CreateBucket(bucket="b"),
    PutBucketVersioning(bucket="b", status="Enabled"),
    PutBucketPolicy(bucket="b", policy="require-kms"),
    PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KEY),)),
    DeleteBucketEncryption(bucket="b"),
    PutBucketLogging(bucket="b", target="log"),
    PutBucketReplication(bucket="versioned", destination="replica", sse_kms="Enabled", replica_key=KEY),
    DeleteBucketReplication(bucket="versioned"),
    PutObject(bucket="b", key="o", body="two", headers=UNDER_KEY),
    PutObject(bucket="versioned", key="o", body="two", headers=UNDER_KEY),
    PostObject(bucket="b", key="o", body="two", headers=UNDER_KEY),
    CopyObject(bucket="b", key="o", source_bucket="versioned", source_key="o", headers=UNDER_KEY),
    BatchCopy(bucket="b", key="o", source_bucket="versioned", source_key="o", headers=UNDER_KEY),
    DeleteObject(bucket="b", key="o"),
    DeleteObject(bucket="versioned", key="o"),
    DeleteObject(bucket="versioned", key="o", version=0),
    UpdateObjectEncryption(bucket="b", key="o", kms_key=KEY),
    UpdateObjectEncryption(bucket="versioned", key="o", kms_key=KEY, version=0),
    CreateMultipartUpload(bucket="b", key="m2", upload="u2", headers=UNDER_KEY),
    UploadPart(bucket="b", key="m", upload="u", body="another part"),
    UploadPartCopy(bucket="b", key="m", upload="u", source_bucket="b", source_key="o"),
    CompleteMultipartUpload(bucket="b", key="m", upload="u"),
    AbortMultipartUpload(bucket="b", key="m", upload="u"),
    HeadObject(bucket="b", key="o"),
    GetBucketEncryption(bucket="b"),
)
AFTER: tuple[Action, ...] = (
    GetBucketEncryption(bucket="b"),
    GetBucketEncryption(bucket="d"),
    PutObject(bucket="d", key="o", body="x"),
    PutObject(bucket="b", key="new", body="x"),
    PutObject(bucket="b", key="new2", body="x", headers=UNDER_KEY),
    PutObject(bucket="b", key="new3", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("alias", "a"))),
    PutObject(bucket="b", key="new4", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("alias", "a2"))),
    PutObject(bucket="b", key="new5", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k3"))),
    PutBucketEncryption(bucket="c", rules=(Rule("aws:kms", KeyRef("arn", "k3")),)),
    PutObject(bucket="c", key="new", body="x"),
    GetBucketEncryption(bucket="c"),
    HeadObject(bucket="b", key="new"),
    HeadObject(bucket="b", key="o"),
    GetObject(bucket="b", key="o"),
    CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o"),
    CopyObject(bucket="c", key="copy", source_bucket="d", source_key="o"),
    UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k2")),
    HeadObject(bucket="b", key="o"),
    HeadObject(bucket="versioned", key="o"),
    UpdateObjectEncryption(bucket="versioned", key="o", kms_key=KeyRef("arn", "k2")),
    HeadObject(bucket="versioned", key="o"),
    DeleteObject(bucket="versioned", key="o", version=0),
    HeadObject(bucket="versioned", key="o"),
    PutObject(bucket="versioned", key="o", body="three"),
    HeadObject(bucket="versioned", key="o", version=1),
    HeadObject(bucket="versioned", key="o"),
    GetBucketReplication(bucket="versioned"),
    HeadReplica(bucket="replica", key="o", source="versioned"),
    PutBucketEncryption(bucket="log", rules=(Rule("aws:kms"),)),
    GetBucketLogging(bucket="b"),
    ReadLog(bucket="log", source="b"),
    UploadPart(bucket="b", key="m2", upload="u2", body="part"),
    CompleteMultipartUpload(bucket="b", key="m2", upload="u2"),
    CompleteMultipartUpload(bucket="b", key="m", upload="u"),
    HeadObject(bucket="b", key="m"),
    DeleteObject(bucket="b", key="o"),
    HeadObject(bucket="b", key="o"),
)


@pytest.mark.parametrize("done", [True, False], ids=["done", "not-done"])
@pytest.mark.parametrize("day", [FIRST_DAY, EDITION])
@pytest.mark.parametrize("action", DOUBTFUL, ids=lambda action: type(action).__name__)
def test_after_any_request_that_got_no_answer_nothing_is_found(action: Action, day: dt.date, done: bool) -> None:
    target = ReferenceTarget(standard(day))
    identity, space = target.open(), target.space()
    judge = Judge(standard(day), identity.accounts, identity.regions)
    for before in BEFORE:
        assert judge.step(before, space.perform(before)).findings == ()
    if done:
        space.perform(action)
    doubted = judge.step(action, NOTHING_CAME)
    assert doubted.unjudged
    assert doubted.findings == ()
    for after in AFTER:
        assert judge.step(after, space.perform(after)).findings == ()


# --- what is known again ----------------------------------------------------------------------------------------------


def judged(*before: Action) -> tuple[Judge, Callable[[Action], Judgement]]:
    """A judge of the reference's answers to this program, and how to give it one more."""
    target = ReferenceTarget(standard(EDITION))
    identity, space = target.open(), target.space()
    judge = Judge(standard(EDITION), identity.accounts, identity.regions)
    for action in before:
        judge.step(action, space.perform(action))
    return judge, lambda action: judge.step(action, space.perform(action))


def test_what_does_not_rest_on_a_request_of_unknown_fate_is_judged_as_ever() -> None:
    judge, ask = judged(*BEFORE)
    judge.step(DisableKey(key="k"), NOTHING_CAME)
    judge.step(PutBucketPolicy(bucket="c", policy="require-kms"), NOTHING_CAME)
    assert ask(PutObject(bucket="b", key="p", body="x", headers=UNDER_KEY)).unjudged
    assert ask(PutObject(bucket="c", key="p", body="x")).unjudged
    elsewhere = PutObject(bucket="b", key="p", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k2")))
    assert ask(elsewhere) == Judgement()


def test_a_space_begins_without_doubts() -> None:
    judge, _ = judged(*BEFORE)
    judge.step(CreateBucket(bucket="d"), NOTHING_CAME)
    judge.fresh()
    judge.step(CreateBucket(bucket="d"), Observation(200))
    assert judge.step(PutObject(bucket="d", key="o", body="x"), Observation(200)).findings


def test_a_deletion_that_was_accepted_is_known_where_nothing_else_is() -> None:
    judge, ask = judged(*BEFORE)
    judge.world = effects.forget_object(judge.world, "b", "o")
    assert ask(HeadObject(bucket="c", key="o")) == Judgement()
    assert judge.step(DeleteObject(bucket="b", key="o"), Observation(204)).findings == ()
    assert judge.world.buckets["b"].objects.get("o") is None
    assert judge.step(HeadObject(bucket="b", key="o"), Observation(404)) == Judgement()


def test_of_an_object_that_lost_a_version_which_may_not_have_been_the_only_one_of_its_kind_nothing_is_known() -> None:
    judge, _ = judged(*BEFORE)
    judge.step(PutObject(bucket="versioned", key="o", body="two"), NOTHING_CAME)
    assert judge.step(DeleteObject(bucket="versioned", key="o", version=0), Observation(204)).unjudged
    assert judge.step(HeadObject(bucket="versioned", key="o"), Observation(404)).unjudged


def test_an_alias_that_was_moved_to_a_key_of_unknown_fate_leads_there_from_then_on() -> None:
    judge, _ = judged(*BEFORE)
    judge.step(DisableKey(key="k2"), NOTHING_CAME)
    judge.step(UpdateAlias(alias="a", key="k2"), Observation(200))
    by_alias = PutObject(bucket="b", key="p", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("alias", "a")))
    assert judge.step(by_alias, Observation(400, code="KMS.DisabledException")).unjudged


def test_of_the_past_of_a_clouded_bucket_no_constant_choice_is_asked() -> None:
    judge, _ = judged(*BEFORE)
    assert not judge.clouded(GetBucketEncryption(bucket="b"))
    judge.step(HeadObject(bucket="b", key="o"), NOTHING_CAME)
    assert not judge.clouded(GetBucketEncryption(bucket="b")), "a read changes nothing"
    judge.step(PutBucketEncryption(bucket="b", rules=(Rule("aws:kms"),)), NOTHING_CAME)
    assert judge.clouded(GetBucketEncryption(bucket="b"))
    assert not judge.clouded(GetBucketEncryption(bucket="c"))


def test_nothing_is_unsure_after_a_write_that_may_not_have_made_a_version() -> None:
    judge, _ = judged(*BEFORE)
    assert fates.unsure_of(judge.world, PutObject(bucket="b", key="o", body="x")) == frozenset()
    assert fates.unsure_of(judge.world, PutObject(bucket="nowhere", key="o", body="x")) == frozenset()
    assert fates.unsure_of(judge.world, PutObject(bucket="versioned", key="o", body="x")) == {("versioned", "o")}


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (HeadObject(bucket="b", key="o"), set()),
        (HeadObject(bucket="b", key="o", version=0), {("b", "o")}),
        (UpdateObjectEncryption(bucket="b", key="o", kms_key=KEY), {("b", "o")}),
        (CopyObject(bucket="b", key="o", source_bucket="s", source_key="p"), set()),
        (CopyObject(bucket="b", key="o", source_bucket="s", source_key="p", source_version=1), {("s", "p")}),
        (HeadReplica(bucket="b", key="o", source="s"), {("s", "o")}),
        (GetBucketEncryption(bucket="b"), set()),
    ],
)
def test_versions_are_told_apart_by_their_numbers(action: Action, told: set[fates.Place]) -> None:
    assert fates.told_apart(action) == told


# --- goals that a fault has spoilt ------------------------------------------------------------------------------------


class Spoils:
    """The reference, which gives this answer to the decisive requests of one kind, so many times."""

    def __init__(self, kind: type[Action], answer: Observation, times: int) -> None:
        self._target = ReferenceTarget(Model())
        self.identity = self._target.open()
        self._inner = self._target.space()
        self._kind, self._answer, self.left = kind, answer, times

    def perform(self, action: Action) -> Observation:
        if isinstance(action, self._kind) and self.left > 0:
            self.left -= 1
            return self._answer
        return self._inner.perform(action)

    def close(self) -> None:
        self._inner.close()


def spoilt(kind: type[Action], answer: Observation, times: int) -> Campaign:
    space = Spoils(kind, answer, times)
    done = Campaign(standard(EDITION), space.identity, space)
    done.run(plan(standard(EDITION), ("core", "copy"), "clauses"))
    return done


GARBAGE = Observation(200, fault="garbage")


@pytest.mark.parametrize("kind", [PutObject, CopyObject, PutBucketEncryption, CreateBucket, CreateKey])
def test_a_goal_that_is_lost_to_a_fault_is_tried_again_on_new_things(kind: type[Action]) -> None:
    done = spoilt(kind, NOTHING_CAME, 2)
    assert done.found == []
    assert done.lost == {}
    assert done.reached == len(plan(standard(EDITION), ("core", "copy"), "clauses").goals)


def test_a_goal_is_not_tried_for_ever() -> None:
    done = spoilt(CopyObject, NOTHING_CAME, 1000)
    goals = plan(standard(EDITION), ("core", "copy"), "clauses").goals
    copies = sum(isinstance(goal.action, CopyObject) for goal in goals)
    assert copies
    assert sum(done.lost.values()) >= copies
    assert "CopyObject got no answer (no-answer, 0)" in {lost.reason for lost in done.lost}
    assert 1000 - getattr(done.space, "left", 0) <= (FRESH_TRIES + 1) * 2 * copies
    assert done.found == []


def test_a_read_back_that_got_no_answer_is_made_again() -> None:
    calm, done = spoilt(HeadObject, NOTHING_CAME, 0), spoilt(HeadObject, NOTHING_CAME, 2)
    assert done.judge.tally.by_clause() == calm.judge.tally.by_clause()
    assert done.calls["read-back"] + done.calls["decisive"] == calm.calls["read-back"] + calm.calls["decisive"] + 2


def test_garbage_that_does_not_come_again_stays_found_beside_what_is_then_judged() -> None:
    done = spoilt(CopyObject, GARBAGE, 1)
    assert [found.finding.signature.observed for found in done.found] == ["garbage (200)"]
    assert set(done.judge.tally.by_clause()) == set(spoilt(CopyObject, GARBAGE, 0).judge.tally.by_clause())


def test_garbage_that_comes_again_counts_once_a_goal() -> None:
    done = spoilt(CopyObject, GARBAGE, 10_000)
    decisive = [found for found in done.found if found.leaf.action == "CopyObject" and not found.in_read_back]
    assert decisive
    assert len({(found.finding.signature, id(found.leaf)) for found in decisive}) == len(decisive)
