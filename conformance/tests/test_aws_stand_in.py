"""The target aws against a stand-in for its wire: slow to agree, denying, throttling. Nothing leaves this machine."""

import functools
import io
import json
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from sse_adapters.aws import permissions, removal
from sse_adapters.aws.budget import Budget
from sse_adapters.aws.journal import records
from sse_adapters.aws.pool import CLAIM_SECONDS, KEYS_LIMIT
from sse_adapters.aws.space import FATE_SECONDS, JOBS_LIMIT, AwsCarrier, AwsSpace
from sse_adapters.aws.target import AwsTarget
from sse_adapters.carrier import Carrier, Login
from sse_adapters.moto import ACCOUNTS, REGIONS
from sse_adapters.protocol import Space, TargetError
from sse_adapters.waiting import Clock
from sse_conformance import consent, engine
from sse_conformance.cli import _main
from sse_conformance.engine import Options
from sse_conformance.faulty.aws import ACCESS_KEYS, NO_FAULTS, Faults, SkippingClock, StandIn
from sse_conformance.patience import PatientTarget
from sse_conformance.provision import Provision
from sse_conformance.usage import UsageError
from sse_reports.result import decode, encode
from sse_spec.actions import (
    Action,
    BatchCopy,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DisableKey,
    HeadObject,
    HeadReplica,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    Rule,
    ScheduleKeyDeletion,
)
from sse_spec.observations import Observation
from sse_spec.world import World

LATER = "2999-01-01T00:00:00Z"

DEFAULT = (
    CreateBucket(bucket="b"),
    CreateKey(key="k"),
    PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("arn", "k")),)),
    PutObject(bucket="b", key="o", body="x"),
    HeadObject(bucket="b", key="o"),
)
"""A write that shows whether the default of its bucket has arrived."""

BUSY: tuple[Action, ...] = (
    *DEFAULT,
    CreateBucket(bucket="v"),
    PutBucketVersioning(bucket="v", status="Enabled"),
    PutObject(bucket="v", key="o", body="one"),
    PutObject(bucket="v", key="o", body="two"),
    CreateBucket(bucket="theirs", principal="other"),
    PutBucketPolicy(bucket="theirs", policy="share", principal="other"),
    PutObject(bucket="theirs", key="o", body="x"),
    CreateAlias(alias="a", key="k"),
    CreateKey(key="shared", shared=True, principal="other"),
    CreateKey(key="far", region="away"),
    DisableKey(key="far"),
    ScheduleKeyDeletion(key="k"),
    HeadObject(bucket="b", key="o"),
)
"""A program that makes some of everything."""

ONLY = Options(classes=("core", "kms"), only=("BYT-04",), size="clauses")
"""A run of few requests, of which some depend on a default."""


class _KilledError(BaseException):
    """The end of a process, as far as one process can play it: nothing of it tidies up."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a user with two accounts, and no way out of this machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    keys = {**ACCESS_KEYS, "again": ACCESS_KEYS["main"]}
    profiles = (f"[profile {n}]\naws_access_key_id={key}\naws_secret_access_key=x\n" for n, key in keys.items())
    (tmp_path / "config").write_text("".join(profiles))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("S3_SSE_STATE", str(tmp_path))
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1"), f"a connection to {address[0]}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    look_up = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1"):
            raise socket.gaierror(f"{host} is not on this machine")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.fixture
def time_() -> SkippingClock:
    return SkippingClock(time.monotonic)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, time_: SkippingClock) -> Iterator[StandIn]:
    """A stand-in with the faults of the parameter, else with none."""
    with StandIn(getattr(request, "param", NO_FAULTS), time_.clock) as there:
        yield there


def _target(stand_in: StandIn, time_: SkippingClock, **settings: Any) -> AwsTarget:
    settings = {"profile": "main", "other_profile": "other", "yes": True, **settings}
    return AwsTarget(endpoint_url=stand_in.endpoint, clock=time_.clock, **settings)


def _carried_out(target: AwsTarget, program: tuple[Action, ...]) -> list[Observation]:
    """What a program is answered in a space of its own, by a target that waits as in the cover."""
    target.open()
    try:
        target.settle(thorough=False)
        space = target.space()
        seen = [space.perform(action) for action in program]
        space.close()
        return seen
    finally:
        target.close()


def _left(stand_in: StandIn) -> list[str]:
    return [name for name in stand_in.truth() if not name.startswith("key ")]


def _keys(stand_in: StandIn) -> dict[str, Any]:
    return {name: found for name, found in stand_in.truth().items() if name.startswith("key ")}


def _sweep(stand_in: StandIn, time_: SkippingClock, tmp_path: Path, **options: Any) -> removal.Swept:
    there = removal.reach("main", "other", None, None, stand_in.endpoint)
    return removal.sweep(there, tmp_path / "aws", clock=time_.clock, **options)


# --- eventual consistency ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stand_in", [Faults(shown=5, effective=5, steady=True)], indirect=True)
def test_who_asks_at_once_is_answered_as_of_a_moment_before(stand_in: StandIn) -> None:
    login = Login(ACCESS_KEYS["main"], "x")
    accounts = {"main": ACCOUNTS["main"]}
    hasty = Carrier(accounts=accounts, regions=REGIONS, logins={"main": login}, endpoint=stand_in.endpoint)
    seen = _all(hasty.space(), DEFAULT)
    hasty.close()
    assert seen[-1].algorithm != "aws:kms"


def _all(space: Space, program: tuple[Action, ...]) -> list[Observation]:
    return [space.perform(action) for action in program]


@pytest.mark.parametrize("stand_in", [Faults(shown=5, effective=5, seed=3)], indirect=True)
def test_the_target_asks_when_a_change_has_arrived(stand_in: StandIn, time_: SkippingClock) -> None:
    *_, head = _carried_out(_target(stand_in, time_), DEFAULT)
    assert head.algorithm == "aws:kms"
    assert time_.skipped > 0


@pytest.mark.parametrize("stand_in", [Faults(shown=0, effective=25, steady=True)], indirect=True)
def test_what_no_read_shows_is_seen_by_a_space_that_waits_the_longest_time(
    stand_in: StandIn, time_: SkippingClock
) -> None:
    target = _target(stand_in, time_)
    target.open()
    try:
        verdicts = []
        for thorough in (False, True):
            target.settle(thorough=thorough)
            verdicts.append(_all(target.space(), DEFAULT)[-1].algorithm)
    finally:
        target.close()
    assert verdicts[0] != "aws:kms"
    assert verdicts[1] == "aws:kms"


@pytest.mark.once
@pytest.mark.parametrize("stand_in", [Faults(shown=0, effective=25, steady=True)], indirect=True)
def test_a_divergence_that_is_only_late_is_no_fail(stand_in: StandIn, time_: SkippingClock) -> None:
    result = engine.run(functools.partial(_target, stand_in, time_), ONLY)
    unconfirmed = [one for one in result.divergences if not one.confirmed]
    assert unconfirmed
    assert "fail" not in {one.verdict for one in result.clauses}
    assert result.exit_status == 3
    assert _left(stand_in) == []


@pytest.mark.once
@pytest.mark.parametrize("stand_in", [Faults(throttled=0.06, seed=5)], indirect=True)
def test_what_is_throttled_is_asked_again_and_removed_all_the_same(stand_in: StandIn, time_: SkippingClock) -> None:
    target = _target(stand_in, time_)
    target.open()
    patient = PatientTarget(target, time_.sleep)
    patient.settle(thorough=False)
    space = patient.space()
    seen = [space.perform(action) for action in DEFAULT]
    space.close()
    patient.close()
    assert [one.status for one in seen] == [200] * len(DEFAULT)
    assert _left(stand_in) == []
    assert {key["key_state"] for key in _keys(stand_in).values()} == {"Enabled"}


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_keys_are_used_again_as_if_they_were_new(stand_in: StandIn, time_: SkippingClock) -> None:
    _carried_out(_target(stand_in, time_), BUSY)
    before = _keys(stand_in)
    seen = _carried_out(_target(stand_in, time_), BUSY)
    after = _keys(stand_in)
    assert before.keys() == after.keys()
    assert len(after) == 3
    assert {one.key_arn for one in seen if one.key_arn} == {name.removeprefix("key ") for name in after}
    for key in after.values():
        assert (key["key_state"], set(key["tags"])) == ("Enabled", {"s3sse-pool"})


def test_a_key_gets_the_policy_that_a_new_one_would_have(stand_in: StandIn, time_: SkippingClock) -> None:
    _carried_out(_target(stand_in, time_), (CreateKey(key="k", shared=True),))
    (shared,) = _keys(stand_in).values()
    assert ACCOUNTS["other"] in shared["policy"]
    _carried_out(_target(stand_in, time_), (CreateKey(key="k"),))
    (own,) = _keys(stand_in).values()
    assert ACCOUNTS["other"] not in own["policy"]


def test_a_key_that_another_run_holds_is_left_to_it(stand_in: StandIn, time_: SkippingClock) -> None:
    first = _target(stand_in, time_)
    first.open()
    held = first.space().perform(CreateKey(key="k"))
    (seen,) = _carried_out(_target(stand_in, time_), (CreateKey(key="k"),))
    first.close()
    assert seen.key_arn != held.key_arn


def test_one_run_holds_no_more_keys_than_it_may(
    stand_in: StandIn, time_: SkippingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEYS_LIMIT >= 25
    monkeypatch.setattr("sse_adapters.aws.pool.KEYS_LIMIT", 1)
    first, second = _carried_out(_target(stand_in, time_), (CreateKey(key="k"), CreateKey(key="l")))
    assert first.key_arn is not None
    assert "as many keys as it may" in (second.message or "")


# --- what is left behind ----------------------------------------------------------------------------------------------


def _foreign(stand_in: StandIn) -> dict[str, Any]:
    """Things of others, as close to ours as they may come."""
    there = removal.reach("main", "other", None, None, stand_in.endpoint)
    s3 = there.client(ACCOUNTS["main"], "s3", "us-east-1")
    for name in ("photos", "s3sse-backup", "s3sse-0badc0de-0-b", "s3sse-12345678-0-b"):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="precious", Body=b"keep me")
    s3.put_bucket_tagging(Bucket="s3sse-12345678-0-b", Tagging={"TagSet": [{"Key": "s3sse-run", "Value": "mine"}]})
    kms = there.client(ACCOUNTS["main"], "kms", "us-east-1")
    key = kms.create_key(Tags=[{"TagKey": "s3sse-run", "TagValue": "0badc0de"}])["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/s3sse-0badc0de-0-a", TargetKeyId=key)
    return stand_in.truth()


def _killed_at(moment: int, stand_in: StandIn, time_: SkippingClock) -> None:
    with pytest.MonkeyPatch.context() as patch:
        _kill_at(moment, stand_in, time_, patch)


def _kill_at(moment: int, stand_in: StandIn, time_: SkippingClock, patch: pytest.MonkeyPatch) -> None:
    """A run that ends at a request, sent or not, without tidying up after itself."""
    target = _target(stand_in, time_)
    until, watch = stand_in.asked.total() + moment, Budget.watch

    def die(**_: Any) -> None:
        if stand_in.asked.total() >= until:
            raise _KilledError

    def watched(self: Budget, client: Any) -> None:
        watch(self, client)
        client.meta.events.register_first("before-send.*.*", die)

    patch.setattr(Budget, "watch", watched)
    with suppress(_KilledError):
        target.open()
        target.settle(thorough=False)
        _all(target.space(), BUSY)
    if target._carrier is not None:
        target._carrier.journal.abandon()
        target._carrier.pool.unlock()


@pytest.mark.once
@pytest.mark.parametrize("stand_in", [Faults(shown=2, effective=2, seed=1)], indirect=True)
def test_a_run_that_is_killed_leaves_nothing_that_cleaning_misses(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    before = _foreign(stand_in)
    moments = random.Random(7)
    seen = 0
    for _ in range(4):
        _killed_at(moments.randrange(12, 130), stand_in, time_)
        seen += len(stand_in.truth()) > len(before)
        swept = _sweep(stand_in, time_, tmp_path)
        after = stand_in.truth()
        assert {name: after.get(name) for name in before} == before
        assert swept.left == ()
        for name in after.keys() - before.keys():
            assert name.startswith("key ")
            assert (after[name]["key_state"], set(after[name]["tags"])) == ("Enabled", {"s3sse-pool"})
    assert seen
    assert records(tmp_path / "aws") == ()
    assert set(swept.kept) == {"bucket s3sse-0badc0de-0-b", "bucket s3sse-12345678-0-b", "alias/s3sse-0badc0de-0-a"}


@pytest.mark.once
def test_keys_are_scheduled_for_deletion_when_the_user_says_so(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    before = _foreign(stand_in)
    _carried_out(_target(stand_in, time_), BUSY)
    swept = _sweep(stand_in, time_, tmp_path, keys=True)
    after = stand_in.truth()
    assert {name: after[name] for name in before} == before
    assert {after[name]["key_state"] for name in after.keys() - before.keys()} == {"PendingDeletion"}
    assert len(swept.removed) == 3
    assert _sweep(stand_in, time_, tmp_path, keys=True).removed == ()


@pytest.mark.once
def test_what_a_run_elsewhere_may_use_is_kept_until_it_expires(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    _killed_at(80, stand_in, time_)
    for record in records(tmp_path / "aws"):
        record.forget()  # as on another machine
    assert _sweep(stand_in, time_, tmp_path).removed == ()
    assert _sweep(stand_in, time_, tmp_path, everything=True, dry=True).removed
    assert _left(stand_in) != []
    assert _sweep(stand_in, time_, tmp_path, everything=True).left == ()
    assert _left(stand_in) == []


def test_what_a_run_here_is_using_is_never_touched(stand_in: StandIn, time_: SkippingClock, tmp_path: Path) -> None:
    target = _target(stand_in, time_)
    target.open()
    space = target.space()
    seen = _all(space, DEFAULT[:2])
    before = stand_in.truth()
    swept = _sweep(stand_in, time_, tmp_path, everything=True, keys=True)
    assert stand_in.truth() == before
    assert (swept.removed, len(swept.in_use)) == ((), 2)
    target.close()
    assert all(one.status == 200 for one in seen)


def test_what_cannot_be_removed_is_listed_and_removed_when_it_can(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = _target(stand_in, time_)
    target.open()
    space = target.space()
    space.perform(CreateBucket(bucket="b"))
    stand_in.faults = Faults(denied=("s3 DELETE bucket",))
    target.close()
    said = capsys.readouterr().err
    (name,) = (one.removeprefix("bucket ") for one in _left(stand_in))
    assert name in said
    assert "s3-sse clean aws" in said
    (stuck,) = _sweep(stand_in, time_, tmp_path).left
    assert name in stuck
    assert _main(["clean", "aws", "--profile", "main", "--endpoint-url", stand_in.endpoint, "--dry-run"]) == 0
    stand_in.faults = NO_FAULTS
    assert _sweep(stand_in, time_, tmp_path).removed == (f"bucket {name}",)
    assert _left(stand_in) == []


def test_cleaning_says_what_it_did(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["clean", "aws", "--profile", "main", "--endpoint-url", stand_in.endpoint]
    assert _main(words) == 0
    assert capsys.readouterr().out == "nothing of ours is left\n"
    assert _main(["clean", "aws", "--profile", "nobody", "--endpoint-url", stand_in.endpoint]) == 3
    assert "no AWS profile 'nobody'" in capsys.readouterr().err


def test_a_journal_names_regions_as_aws_does(stand_in: StandIn, time_: SkippingClock, tmp_path: Path) -> None:
    target = _target(stand_in, time_)
    target.open()
    space = target.space()
    _all(space, (CreateBucket(bucket="b"), CreateKey(key="k"), CreateKey(key="far", region="away")))
    (record,) = records(tmp_path / "aws")
    assert {entry.region for entry in record.entries} == {"us-east-1", "us-west-2"}
    target.close()


def test_of_two_runs_that_take_a_key_at_a_time_the_later_mark_has_it(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    """One elsewhere, which the locks of this machine say nothing of, marks the key while this run waits."""
    _carried_out(_target(stand_in, time_), (CreateKey(key="k"),))
    (name,) = _keys(stand_in)
    arn = name.removeprefix("key ")
    kms = removal.reach("main", "other", None, None, stand_in.endpoint).client(ACCOUNTS["main"], "kms", "us-east-1")
    theirs = [{"TagKey": "s3sse-run", "TagValue": "feedface"}, {"TagKey": "s3sse-expires", "TagValue": LATER}]

    def sleep(seconds: float) -> None:
        if seconds == CLAIM_SECONDS:
            kms.tag_resource(KeyId=arn, Tags=theirs)
        time_.sleep(seconds)

    target = AwsTarget(profile="main", yes=True, endpoint_url=stand_in.endpoint, clock=Clock(time_.now, sleep))
    target.open()
    seen = target.space().perform(CreateKey(key="k"))
    target.close()
    assert seen.key_arn not in (None, arn)
    assert _keys(stand_in)[name]["tags"]["s3sse-run"] == "feedface"
    assert f"key {arn}" in _sweep(stand_in, time_, tmp_path, keys=True).in_use


def test_a_key_with_another_value_of_our_tag_is_somebody_elses(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    kms = removal.reach("main", None, None, None, stand_in.endpoint).client(ACCOUNTS["main"], "kms", "us-east-1")
    arn = kms.create_key(Tags=[{"TagKey": "s3sse-pool", "TagValue": "no"}])["KeyMetadata"]["Arn"]
    before = stand_in.truth()
    (seen,) = _carried_out(_target(stand_in, time_), (CreateKey(key="k"),))
    assert seen.key_arn != arn
    _sweep(stand_in, time_, tmp_path, keys=True, everything=True)
    assert {name: stand_in.truth()[name] for name in before} == before


def test_a_run_that_begins_during_a_sweep_is_not_touched(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path
) -> None:
    _killed_at(40, stand_in, time_)  # so that the sweep waits a moment
    target = _target(stand_in, time_)
    began: list[Space] = []

    def sleep(seconds: float) -> None:
        time_.sleep(seconds)
        if not began:
            target.open()
            began.append(target.space())
            _all(began[0], DEFAULT)

    there = removal.reach("main", "other", None, None, stand_in.endpoint)
    swept = removal.sweep(there, tmp_path / "aws", everything=True, keys=True, clock=Clock(time_.now, sleep))
    assert began
    assert len(swept.in_use) == 2
    assert began[0].perform(HeadObject(bucket="b", key="o")).status == 200
    target.close()
    assert _left(stand_in) == []


def test_a_bucket_whose_creation_was_not_answered_is_waited_for_before_it_is_removed(
    stand_in: StandIn, time_: SkippingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = _target(stand_in, time_)
    target.open()
    space = target.space()

    def lost(*_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url=stand_in.endpoint)

    with monkeypatch.context() as patch:
        patch.setattr(AwsCarrier, "send", lost)
        assert space.perform(CreateBucket(bucket="b")).fault is not None
    before = time_.skipped
    target.close()
    assert round(time_.skipped - before, 3) >= FATE_SECONDS


def test_no_run_begins_whose_names_are_taken(
    stand_in: StandIn, time_: SkippingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _foreign(stand_in)
    before = stand_in.truth()
    monkeypatch.setattr("secrets.token_hex", lambda _bytes: "0badc0de")
    with pytest.raises(TargetError, match="begin the run again"):
        _target(stand_in, time_).open()
    assert stand_in.truth() == before


# --- what a run may do ------------------------------------------------------------------------------------------------


def test_the_limit_ends_a_run_with_a_report_and_nothing_left(stand_in: StandIn, time_: SkippingClock) -> None:
    result = engine.run(functools.partial(_target, stand_in, time_, max_requests=35), ONLY)
    assert "35 requests" in result.incomplete
    assert result.exit_status == 3
    assert "fail" not in {one.verdict for one in result.clauses}
    assert decode(encode(result)) == result
    assert _left(stand_in) == []


@pytest.mark.parametrize(
    "denied", ["s3 PUT bucket", "s3 PUT bucket?tagging", "s3 DELETE bucket", "sts GetCallerIdentity"]
)
def test_a_permission_that_a_run_needs_is_missed_before_anything_is_judged(
    denied: str, stand_in: StandIn, time_: SkippingClock
) -> None:
    stand_in.faults = Faults(denied=(denied,))
    target = _target(stand_in, time_)
    with pytest.raises(TargetError, match=r"s3-sse setup aws|grant s3:DeleteBucket") as caught:
        target.open()
    assert "\n" not in str(caught.value)
    assert len(_left(stand_in)) == (denied == "s3 DELETE bucket")


def test_a_permission_that_turns_out_to_be_missing_ends_the_run(stand_in: StandIn, time_: SkippingClock) -> None:
    stand_in.faults = Faults(denied=("kms CreateKey",))
    (seen,) = _carried_out(_target(stand_in, time_), (CreateKey(key="k"),))
    assert seen.fault == "unreachable"
    assert "CreateKey is denied to main: s3-sse setup aws" in (seen.message or "")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"profile": "nobody"}, "no AWS profile 'nobody'"),
        ({"other_profile": "again"}, "of one account"),
        ({"region": "us-west-2", "away_region": "us-west-2"}, "name two"),
    ],
)
def test_settings_that_will_not_do_are_answered_in_one_line(
    settings: dict[str, str], said: str, stand_in: StandIn, time_: SkippingClock
) -> None:
    with pytest.raises(TargetError, match=said) as caught:
        _target(stand_in, time_, **settings).open()
    assert "\n" not in str(caught.value)
    assert stand_in.truth() == {}


def test_settings_of_the_user_that_lead_elsewhere_are_not_aws(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", stand_in.endpoint)
    with pytest.raises(TargetError, match="another endpoint"):
        AwsTarget(profile="main", yes=True).open()
    assert not stand_in.asked


def test_the_roles_that_are_there_are_principals(stand_in: StandIn, time_: SkippingClock) -> None:
    target = _target(stand_in, time_)
    assert target.open().principals == ("main", "other")
    target.close()
    stand_in.faults = Faults(denied=())
    assert "main/no-kms" in target.open().principals
    assert target.space().perform(CreateBucket(bucket="b", principal="main/no-kms")).status == 200
    target.close()
    assert _left(stand_in) == []


def test_what_needs_a_role_that_is_not_there_is_not_tried(stand_in: StandIn, time_: SkippingClock) -> None:
    stand_in.faults = Faults(denied=("iam GetRole", "sts AssumeRole"))
    target = _target(stand_in, time_)
    assert "s3sse-service" in target.open().remarks[0]
    seen = target.space().perform(HeadReplica(source="a", bucket="b", key="o"))
    target.close()
    assert seen.fault == "late"


def test_what_needs_a_role_that_is_not_there_is_withheld_by_the_operator(
    stand_in: StandIn, time_: SkippingClock
) -> None:
    world = World()
    for denied, why in (((), ""), (("iam GetRole",), "by the operator: it takes the role")):
        stand_in.faults = Faults(denied=("sts AssumeRole", *denied))
        target = _target(stand_in, time_)
        provision = Provision.of(target.open())
        target.close()
        batch = BatchCopy(bucket="b", key="o", source_bucket="a", source_key="o")
        assert provision.withheld(batch, world).startswith(why)
        assert bool(provision.withheld(batch, world)) == bool(why)
        assert provision.withheld(CreateBucket(bucket="b"), world) == ""


def test_no_run_makes_more_batch_jobs_than_it_may(stand_in: StandIn, time_: SkippingClock) -> None:
    target = _target(stand_in, time_)
    target.open()
    space: Any = target.space()
    space._carrier.jobs = JOBS_LIMIT
    seen = space.perform(BatchCopy(bucket="b", key="o", source_bucket="a", source_key="o"))
    target.close()
    assert "batch jobs" in (seen.message or "")


# --- consent ----------------------------------------------------------------------------------------------------------


class _Terminal:
    def __init__(self, *, is_one: bool) -> None:
        self._is_one = is_one

    def isatty(self) -> bool:
        return self._is_one


def _asked(answer: str, given: dict[str, Any], *, terminal: bool = True, processes: int = 1) -> dict[str, Any]:
    there: Any = _Terminal(is_one=terminal)
    return consent.agreed(AwsTarget(**given), given, ONLY, processes, there, lambda _prompt: answer)


def test_a_run_that_costs_money_goes_on_with_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    given = _asked("y", {})
    assert given["yes"]
    assert f"no more than {given['max_requests']}" in capsys.readouterr().err


def test_a_run_that_nobody_answers_for_is_not_begun() -> None:
    with pytest.raises(UsageError, match="not begun"):
        _asked("", {})
    with pytest.raises(UsageError, match="--yes"):
        _asked("y", {}, terminal=False)
    with pytest.raises(UsageError, match="-n"):
        _asked("y", {"yes": True}, processes=2)


def test_who_said_yes_is_not_asked() -> None:
    given = _asked("n", {"yes": True, "max_requests": 50}, terminal=False)
    assert given == {"yes": True, "max_requests": 50, "uses_keys": False}


def test_a_target_that_costs_nothing_is_not_asked_about() -> None:
    free: Any = object()
    assert consent.agreed(free, {"region": "x"}, ONLY, 4) == {"region": "x"}
    assert consent.bill_words(free, ONLY) == ()


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def quick(time_: SkippingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the targets and sweeps that the command line makes skip their waiting."""
    monkeypatch.setattr(AwsTarget.__init__, "__kwdefaults__", {**_defaults(AwsTarget.__init__), "clock": time_.clock})
    monkeypatch.setattr(removal.sweep, "__kwdefaults__", {**_defaults(removal.sweep), "clock": time_.clock})


def _defaults(function: Any) -> dict[str, Any]:
    return dict(function.__kwdefaults__)


def _run(endpoint: str, *more: str) -> int:
    words = ["run", "aws", "--endpoint-url", endpoint, "--class", "core", "--only", "BYT-04", "--cover", "clauses"]
    return _main([*words, *(more or ("--profile", "main", "--yes"))])


@pytest.mark.once
def test_a_plan_shows_what_it_costs_and_sends_nothing(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(stand_in.endpoint, "--plan") == 0
    said = capsys.readouterr().out
    assert "upper bound" in said
    assert "requests" in said
    assert not stand_in.asked


def test_without_a_terminal_or_yes_nothing_is_sent(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert _run(stand_in.endpoint, "--profile", "main") == 2
    assert "say --yes" in capsys.readouterr().err.splitlines()[-1]
    assert not stand_in.asked


@pytest.mark.usefixtures("quick")
def test_a_run_from_the_command_line_ends_at_its_limit_with_a_report_and_nothing_left(
    stand_in: StandIn, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    assert _run(stand_in.endpoint, "--profile", "main", "--yes", "--max-requests", "22", "--out", str(out)) == 3
    result = decode((out / "result.json").read_bytes())
    assert "22 requests" in result.incomplete
    assert _left(stand_in) == []
    assert _main(["clean", "aws", "--profile", "main", "--endpoint-url", stand_in.endpoint]) == 0


@pytest.mark.usefixtures("quick")
def test_a_run_that_is_interrupted_leaves_nothing(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: AwsSpace, action: Action) -> Observation:
        seen = perform(self, action)
        if isinstance(action, PutObject):
            raise KeyboardInterrupt
        return seen

    perform = AwsSpace.perform
    monkeypatch.setattr(AwsSpace, "perform", interrupted)
    assert _run(stand_in.endpoint) == 3
    assert _left(stand_in) == []
    assert records(tmp_path / "aws") == ()
    assert stand_in.asked["s3 PUT object"]


@pytest.mark.once
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("denied", "said"),
    [
        ("s3 PUT bucket", "s3-sse setup aws"),
        ("kms CreateKey", "CreateKey is denied to main: s3-sse setup aws"),
        ("s3 PUT object", "PutObject with a KMS key was answered 403 AccessDenied: s3-sse setup aws"),
        ("sts GetCallerIdentity", "s3-sse setup aws"),
    ],
)
def test_what_may_not_be_done_is_one_line_and_nothing_is_left(
    denied: str, said: str, stand_in: StandIn, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stand_in.faults = Faults(denied=(denied, "sts AssumeRole"))
    words = ["run", "aws", "--endpoint-url", stand_in.endpoint, "--profile", "main", "--yes"]
    assert _main([*words, "--class", "kms", "--only", "HDR-04", "--cover", "clauses"]) == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert said in last
    assert _left(stand_in) == []
    assert records(tmp_path / "aws") == ()


def test_a_run_without_credentials_is_one_line(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(stand_in.endpoint, "--yes") == 3
    assert "there are no AWS credentials" in capsys.readouterr().err.splitlines()[-1]
    assert not stand_in.asked


@pytest.mark.usefixtures("quick")
def test_an_expired_token_is_one_line(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.faults = Faults(denied=("s3 GET service", "sts GetCallerIdentity"))
    monkeypatch.setattr("sse_conformance.faulty.aws._refused", _expired)
    assert _run(stand_in.endpoint) == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert "expired: log in again" in last or "has expired" in last
    assert stand_in.truth() == {}


def _expired(_asked: str, _s3: str, _kms: str, _status: int, start_response: Any) -> list[bytes]:
    body = b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
    start_response("400 Bad Request", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.mark.once
def test_a_run_that_is_not_sent_to_a_stand_in_gets_nowhere_in_these_tests(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--profile", "main", "--yes"]
    assert _main(["run", "aws", "--only", "BYT-04", "--cover", "clauses", *words]) == 3
    assert capsys.readouterr().err
    assert not stand_in.asked


@pytest.mark.parametrize("url", ["https://s3.example.org", "http://10.0.0.1:9000"])
def test_nothing_is_cleaned_at_another_endpoint(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["clean", "aws", "--profile", "main", "--endpoint-url", url]) == 3
    assert "stand-in on this machine" in capsys.readouterr().err


def test_nothing_is_cleaned_where_settings_of_the_user_lead_elsewhere(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", stand_in.endpoint)
    assert _main(["clean", "aws", "--profile", "main"]) == 3
    assert "another endpoint" in capsys.readouterr().err
    assert not stand_in.asked


# --- set-up -----------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("part", ["run", "other", "service", "no-config"])
def test_each_policy_is_a_document_on_standard_output(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["setup", "aws", part, "--class", "core", "--account", "123456789012"]) == 0
    assert json.loads(capsys.readouterr().out)["Version"] == "2012-10-17"


PERMISSION_OF = {
    "CopyObject": "PutObject",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
}
"""The permissions of operations that are not called like theirs."""


@pytest.mark.once
def test_each_request_of_a_run_and_of_a_sweep_is_in_the_policy_of_who_runs_it(
    stand_in: StandIn, time_: SkippingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: set[str] = set()

    def noted(self: Any, operation: str, arguments: Any) -> Any:
        service = self.meta.service_model.service_name
        sent.add(f"{service}:{PERMISSION_OF.get(operation, operation)}")
        return ask(self, operation, arguments)

    ask = BaseClient._make_api_call  # type: ignore[attr-defined]
    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    _carried_out(_target(stand_in, time_), BUSY)
    _sweep(stand_in, time_, tmp_path, keys=True)
    policy = permissions.runner({type(action) for action in BUSY}, "*", None, assumes=True)
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    optional = {"iam:GetRole", "sts:GetCallerIdentity"}  # the first is about a role that need not be there
    assert sent - allowed <= optional
    assert {"kms:ScheduleKeyDeletion", "s3:PutBucketTagging", "s3:ListBucketVersions"} <= sent


def test_a_role_is_trusted_by_an_account_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["setup", "aws", "role-trust"]) == 2
    assert "--account" in capsys.readouterr().err
    assert _main(["setup", "aws", "service-trust", "--account", "12"]) == 2
    assert "12 digits" in capsys.readouterr().err
    assert _main(["setup", "aws", "role-trust", "--account", "123456789012"]) == 0
    assert "123456789012" in capsys.readouterr().out
