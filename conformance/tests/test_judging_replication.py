"""What an answer about replication proves or breaks, and how the world follows it."""

from __future__ import annotations

import datetime as dt

import pytest
from sse_conformance import adoption, fates
from sse_conformance.appearance import appearance
from sse_conformance.comparison import expected_shape, fits, observed_shape
from sse_conformance.engine import Options, run
from sse_conformance.judge import Judge
from sse_conformance.reference import ReferenceTarget
from sse_conformance.words import answer, request
from sse_spec import effects
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteBucketReplication,
    EncryptionHeaders,
    GetBucketReplication,
    HeadObject,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.model import Model, standard
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownReplication
from sse_spec.outcomes import UNDER_WAY, AsPut, Field, Want
from sse_spec.scene import Scene
from sse_spec.situation import Situation
from sse_spec.world import Replication, Setting, Stored

ARN = "arn:aws:kms:us-east-1:111122223333:key/{}"
KEY, OTHER, DEFAULT_KEY = ARN.format("1111"), ARN.format("2222"), ARN.format("3333")
ACCOUNTS, REGIONS = {"main": "111122223333"}, {"home": "us-east-1"}
OK = Observation(200)

PAIR = (
    CreateBucket(bucket="b"),
    PutBucketVersioning(bucket="b", status="Enabled"),
    CreateBucket(bucket="d"),
    PutBucketVersioning(bucket="d", status="Enabled"),
)
PLAIN = PutBucketReplication(bucket="b", destination="d")
SELECTING = PutBucketReplication(bucket="b", destination="d", sse_kms="Enabled", replica_key=KeyRef("arn", "r"))
SHOW = GetBucketReplication(bucket="b")
HEAD = HeadObject(bucket="b", key="o")
REPLICA = HeadReplica(bucket="d", key="o", source="b")
PUT = PutObject(bucket="b", key="o", body="x", headers=EncryptionHeaders("AES256"))
MD5 = "9dd4e461268c8034f5c8564e155c67a6"
WROTE = Observation(200, algorithm="AES256", etag=MD5, version_id="v1")


def judging(*steps: tuple[Action, Observation], day: dt.date = EDITION) -> tuple[Judge, list[list[str]]]:
    """A judge that has seen these answers, and the clauses that each broke."""
    judge = Judge(standard(day), ACCOUNTS, REGIONS)
    for action in PAIR:
        judge.step(action, OK)
    return judge, [[one.signature.clause for one in judge.step(*step).findings] for step in steps]


def blamed(*steps: tuple[Action, Observation], day: dt.date = EDITION) -> list[str]:
    """The clauses that the last of these answers breaks, where the others break none."""
    *before, last = judging(*steps, day=day)[1]
    assert not any(before)
    return last


# --- the judge --------------------------------------------------------------------------------------------------------

REPLICATED = Observation(200, algorithm="AES256", etag=MD5, version_id="v1", replication_status="REPLICA")


def test_a_replica_that_is_as_its_source_breaks_nothing() -> None:
    assert blamed((PLAIN, OK), (PUT, WROTE), (REPLICA, REPLICATED)) == []


@pytest.mark.parametrize(
    ("seen", "clause"),
    [
        (Observation(404), "RPL-12"),
        (Observation(200, algorithm="AES256", etag=MD5, version_id="v1"), "RPL-15"),
        (Observation(200, algorithm="AES256", etag=MD5, version_id="v2", replication_status="REPLICA"), "RPL-16"),
        (Observation(200, etag=MD5, version_id="v1", replication_status="REPLICA"), "RPL-21"),
    ],
)
def test_a_replica_that_is_otherwise_breaks_one_clause(seen: Observation, clause: str) -> None:
    default = PutBucketEncryption(bucket="d", rules=(Rule("aws:kms"),))
    assert blamed((default, OK), (PLAIN, OK), (PUT, WROTE), (REPLICA, seen)) == [clause]


def test_a_source_that_shows_no_status_and_one_that_shows_too_much() -> None:
    shown = Observation(200, algorithm="AES256", etag=MD5, length=1)
    done = Observation(200, algorithm="AES256", etag=MD5, length=1, replication_status="COMPLETED")
    assert blamed((PLAIN, OK), (PUT, WROTE), (HEAD, shown)) == ["RPL-14"]
    assert blamed((PUT, WROTE), (PLAIN, OK), (HEAD, done)) == ["RPL-13"]
    assert blamed((PLAIN, OK), (PUT, WROTE), (HEAD, done)) == []


def test_the_replica_of_an_unencrypted_object_may_not_keep_its_etag_under_sse_kms() -> None:
    default = PutBucketEncryption(bucket="d", rules=(Rule("aws:kms", KeyRef("arn", "k")),))
    put = PutObject(bucket="b", key="o", body="x")
    bare = Observation(200, etag=MD5, version_id="v1")
    steps = ((CreateKey(key="k"), Observation(200, key_arn=KEY)), (default, OK), (PLAIN, OK), (put, bare))
    for etag, clauses in ((MD5, ["RPL-19"]), ("f" * 32, [])):
        seen = Observation(
            200, algorithm="aws:kms", kms_key=KEY, etag=etag, version_id="v1", replication_status="REPLICA"
        )
        assert blamed(*steps, (REPLICA, seen), day=FIRST_DAY) == clauses


def test_a_replica_under_the_key_of_its_source_is_told_apart_from_one_under_the_replica_key() -> None:
    put = PutObject(bucket="b", key="o", body="x", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k")))
    wrote = Observation(200, algorithm="aws:kms", kms_key=KEY, etag="e", version_id="v1")
    steps = [(CreateKey(key=symbol), Observation(200, key_arn=arn)) for symbol, arn in (("k", KEY), ("r", OTHER))]
    for arn, clauses in ((KEY, ["RPL-23"]), (OTHER, [])):
        seen = Observation(
            200, algorithm="aws:kms", kms_key=arn, etag="f", version_id="v1", replication_status="REPLICA"
        )
        assert blamed(*steps, (SELECTING, OK), (put, wrote), (REPLICA, seen)) == clauses


def test_answers_that_look_alike_are_judged_alike_and_others_are_not() -> None:
    judge, found = judging((PLAIN, OK), (SHOW, Observation(200, replication=ShownReplication("d"))))
    assert found == [[], []]
    for shown, clauses in (
        (ShownReplication("d"), []),
        (ShownReplication("x"), ["RPL-10"]),
        (ShownReplication("d", "Enabled"), ["RPL-10"]),
        (ShownReplication("d", None, OTHER), ["RPL-10"]),
        (None, ["RPL-10"]),
    ):
        for _ in range(2):
            judgement = judge.step(SHOW, Observation(200, replication=shown))
            assert sorted({one.signature.clause for one in judgement.findings}) == clauses


def test_a_configuration_of_unknown_fate_leaves_its_bucket_unknown() -> None:
    judge, found = judging((PLAIN, Observation(0, fault="no-answer")))
    assert found == [[]]
    judgement = judge.step(SHOW, Observation(200, replication=ShownReplication("d")))
    assert "nothing is known" in judgement.unjudged


def test_a_deletion_of_unknown_fate_leaves_its_bucket_unknown() -> None:
    judge, _ = judging((PLAIN, OK), (DeleteBucketReplication(bucket="b"), Observation(0, fault="no-answer")))
    assert judge.step(PUT, WROTE).unjudged


def test_while_it_is_late_a_replica_stays_expected() -> None:
    judge, _ = judging((PLAIN, OK), (PUT, WROTE), (REPLICA, Observation(404, fault="late")))
    assert judge.step(REPLICA, REPLICATED).findings == ()
    assert judge.world.buckets["d"].objects["o"][-1].replica


def test_between_two_dates_neither_side_of_a_change_is_owed() -> None:
    options = Options(as_of=dt.date(2022, 8, 1), classes=("replication",))
    result = run(lambda: ReferenceTarget(Model(options.as_of)), options)
    verdicts = {clause.id: clause.verdict for clause in result.clauses}
    assert set(verdicts.values()) == {"pass"}
    assert not {"RPL-30", "RPL-31"} & set(verdicts)
    assert result.exit_status == 0


# --- adoption ---------------------------------------------------------------------------------------------------------


def names() -> KeyNames:
    found = KeyNames(ACCOUNTS, REGIONS)
    for symbol, arn in (("k", KEY), ("r", OTHER), ("default", DEFAULT_KEY)):
        found.bind(symbol, arn)
    return found


def test_a_wrong_replica_is_taken_as_it_is_shown() -> None:
    seen = Observation(200, algorithm="aws:kms", kms_key=DEFAULT_KEY, bucket_key="true", etag="e", version_id="v9")
    judge, _ = judging((PLAIN, OK), (PUT, WROTE))
    world = adoption.adopt(judge.world, REPLICA, seen, names(), ())
    (version,) = world.buckets["d"].objects["o"]
    assert version.candidates == (Stored("x", "aws:kms", "default", True, "e"),)
    assert (version.id, version.replica) == ("v9", True)


def test_a_replica_that_is_wrongly_refused_may_come_yet() -> None:
    judge, _ = judging((PLAIN, OK), (PUT, WROTE))
    assert adoption.adopt(judge.world, REPLICA, Observation(404), names(), ()) == judge.world


def test_what_could_not_be_judged_is_followed_all_the_same() -> None:
    judge, _ = judging((PLAIN, OK), (PUT, WROTE))
    seen = fates.lose_sight(judge.world, REPLICA, REPLICATED, names())
    assert seen.buckets["d"].objects["o"][-1].replica
    deleted = fates.lose_sight(judge.world, DeleteBucketReplication(bucket="b"), OK, names())
    assert deleted.buckets["b"].replication is None
    set_again = fates.lose_sight(deleted, SELECTING, OK, names())
    assert set_again.buckets["b"].replication == Replication("d", "Enabled", KeyRef("arn", "r"))


# --- one field --------------------------------------------------------------------------------------------------------

PUT_AS = Scene(
    Situation(action="any"),
    {},
    Setting(),
    Stored("x", "AES256", etag=MD5),
    replication=Replication("d", "Enabled", KeyRef("arn", "r")),
    version_id="v1",
)


@pytest.mark.parametrize(
    ("name", "want", "seen", "fitting"),
    [
        ("replication_status", UNDER_WAY, Observation(200, replication_status="FAILED"), True),
        ("replication_status", UNDER_WAY, Observation(200, replication_status="REPLICA"), False),
        ("replication_status", None, OK, True),
        ("replication_destination", AsPut(), Observation(200, replication=ShownReplication("d")), True),
        ("replication_destination", AsPut(), Observation(200, replication=ShownReplication("e")), False),
        ("replication_destination", AsPut(), OK, False),
        ("replication_sse_kms", "Enabled", Observation(200, replication=ShownReplication("d", "Enabled")), True),
        ("replication_sse_kms", "Enabled", Observation(200, replication=ShownReplication("d", "Disabled")), False),
        ("replication_replica_key", AsPut(), Observation(200, replication=ShownReplication("d", None, OTHER)), True),
        ("replication_replica_key", AsPut(), Observation(200, replication=ShownReplication("d", None, KEY)), False),
        ("replication_replica_key", None, Observation(200, replication=ShownReplication("d")), True),
        ("version_id", "kept", Observation(200, version_id="v1"), True),
        ("version_id", "kept", Observation(200, version_id="v2"), False),
        ("etag", "other", Observation(200, etag=MD5), False),
        ("etag", "other", Observation(200, etag="e"), True),
    ],
)
def test_a_field_fits_or_not(name: str, want: Want, seen: Observation, fitting: bool) -> None:
    assert fits(Field(name, want, ()), seen, PUT_AS, SHOW, names()) is fitting


def test_without_a_replica_key_in_the_configuration_none_is_as_it_was_put() -> None:
    scene = PUT_AS._replace(replication=Replication("d"))
    seen = Observation(200, replication=ShownReplication("d", None, OTHER))
    assert not fits(Field("replication_replica_key", AsPut(), ()), seen, scene, SHOW, names())
    assert not fits(
        Field("replication_destination", AsPut(), ()), seen, scene._replace(replication=None), SHOW, names()
    )


@pytest.mark.parametrize(
    ("name", "want", "seen", "expected", "observed"),
    [
        ("replication_status", UNDER_WAY, OK, "PENDING, COMPLETED or FAILED", "absent"),
        ("replication_status", "REPLICA", Observation(200, replication_status="PENDING"), "REPLICA", "PENDING"),
        ("replication_destination", AsPut(), OK, "as put", "no rule"),
        (
            "replication_destination",
            AsPut(),
            Observation(200, replication=ShownReplication("e")),
            "as put",
            "another",
        ),
        ("replication_sse_kms", "Enabled", Observation(200, replication=ShownReplication("d")), "Enabled", "absent"),
        (
            "replication_sse_kms",
            None,
            Observation(200, replication=ShownReplication("d", "Disabled")),
            "absent",
            "Disabled",
        ),
        (
            "replication_replica_key",
            AsPut(),
            Observation(200, replication=ShownReplication("d", None, KEY)),
            "as put",
            "key ARN",
        ),
        ("etag", "other", Observation(200, etag=MD5), "not that of the source", "MD5"),
    ],
)
def test_a_difference_is_said_without_what_a_target_invented(
    name: str, want: Want, seen: Observation, expected: str, observed: str
) -> None:
    field = Field(name, want, ())
    assert expected_shape(field) == expected
    assert observed_shape(field, seen, PUT_AS, SHOW, names()) == observed


def test_answers_that_differ_in_what_they_show_of_replication_look_different() -> None:
    shown = [None, *(ShownReplication("d", *more) for more in ((), ("Enabled",), (None, OTHER), (None, KEY)))]
    looks = {appearance(Observation(200, replication=one), PUT_AS, SHOW, names()) for one in shown}
    assert len(looks) == len(shown)
    twice = (appearance(Observation(200, replication=ShownReplication("e")), PUT_AS, SHOW, names()) for _ in range(2))
    assert len(set(twice)) == 1


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (PLAIN, "PutBucketReplication b to d"),
        (
            SELECTING,
            "PutBucketReplication b to d, SseKmsEncryptedObjects Enabled, ReplicaKmsKeyID r (as key ARN)",
        ),
        (PutBucketReplication(bucket="b", destination="d", empty=True), "PutBucketReplication b with no rule"),
        (REPLICA, "HeadReplica d/o as replica of b/o"),
        (
            HeadReplica(bucket="d", key="o", source="b", customer=CustomerKey()),
            "HeadReplica d/o as replica of b/o with customer key c1",
        ),
    ],
)
def test_a_request_in_words(action: Action, words: str) -> None:
    assert request(action) == words


def test_an_answer_in_words() -> None:
    shown = Observation(200, replication=ShownReplication("d", "Enabled", OTHER))
    assert answer(SHOW, shown, names(), None) == (
        "200, to d, SseKmsEncryptedObjects Enabled, ReplicaKmsKeyID key ARN of r"
    )
    assert answer(SHOW, Observation(200, replication=ShownReplication()), names(), None) == "200, to nowhere"
    assert answer(REPLICA, REPLICATED, names(), "x") == "200, replication status REPLICA, AES256, ETag = MD5"


def test_the_model_of_a_bucket_that_is_not_known_says_nothing_of_its_replication() -> None:
    world = effects.forget_bucket(judging()[0].world, "b", "main")
    assert Model(EDITION).look(world, PLAIN) == ()


def test_an_answer_about_a_replica_tells_nothing_of_a_source_that_may_be_one_of_which_nothing_is_said() -> None:
    judge, _ = judging((PLAIN, OK), (PUT, WROTE))
    either = (Stored("x", "AES256", etag=MD5), Stored("x", "aws:kms", "=a text", etag=MD5))
    judge.world = effects.set_stored(judge.world, "b", "o", None, either)
    assert judge.step(REPLICA, REPLICATED).findings == ()
    assert judge.world.buckets["b"].objects["o"][-1].candidates == either
