"""moto in this process is a target: isolated, with two accounts, and without a trace in the user's environment."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from sse_adapters.carrier import Carrier
from sse_adapters.early_moto import EarlyCarrier
from sse_adapters.moto import ACCOUNTS, MotoTarget, _accounts, _carrier, _forget, _mocks
from sse_adapters.protocol import Identity, Space, Target, TargetError
from sse_spec.actions import (
    AbortMultipartUpload,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    ListParts,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    ReadLog,
    Rule,
    ScheduleKeyDeletion,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.observations import Observation, ShownRule, shown_content

FIVE_MIB = 5 << 20
"""The least size of a part that is not the last."""

USERS = {
    "AWS_PROFILE": "no-such-profile",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
    "AWS_ACCESS_KEY_ID": "the-users-own",
    "AWS_SECRET_ACCESS_KEY": "the-users-own",
    "MOTO_ACCOUNT_ID": "999999999999",
}


@pytest.fixture(scope="module")
def target() -> Iterator[MotoTarget]:
    made = MotoTarget()
    made.open()
    yield made
    made.close()


@pytest.fixture
def space(target: Target) -> Space:
    return target.space()


def test_it_says_who_it_is() -> None:
    target = MotoTarget()
    identity = target.open()
    target.close()
    assert isinstance(identity, Identity)
    assert identity.name == "moto"
    assert identity.version[0].isdecimal()
    assert identity.accounts == ACCOUNTS
    assert set(identity.regions) == {"home", "away"}


def test_a_configuration_comes_back_with_the_names_of_the_program(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    rule = Rule("aws:kms", KeyRef("alias", "a"), bucket_key=True)
    assert space.perform(PutBucketEncryption(bucket="b", rules=(rule,))) == Observation(200)
    seen = space.perform(GetBucketEncryption(bucket="b"))
    assert seen == Observation(200, configuration=(ShownRule("aws:kms", "alias/a", True),))


def test_a_bucket_without_a_default_is_a_refusal_with_its_code(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    seen = space.perform(GetBucketEncryption(bucket="b"))
    assert (seen.status, seen.code) == (404, "ServerSideEncryptionConfigurationNotFoundError")
    assert (seen.refused, seen.fault) == (True, None)


def test_an_object_shows_how_it_is_encrypted(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    arn = space.perform(CreateKey(key="k")).key_arn
    headers = EncryptionHeaders("aws:kms", KeyRef("arn", "k"), bucket_key=True)
    wrote = space.perform(PutObject(bucket="b", key="o", body="hé", headers=headers))
    assert (wrote.status, wrote.algorithm, wrote.kms_key, wrote.bucket_key) == (200, "aws:kms", arn, "true")
    head = space.perform(HeadObject(bucket="b", key="o"))
    read = space.perform(GetObject(bucket="b", key="o"))
    assert (head.kms_key, head.etag) == (arn, wrote.etag)
    assert (read.body, read.etag) == ("hé", wrote.etag)
    assert wrote.etag is not None
    assert '"' not in wrote.etag


def test_versions_are_told_apart_by_their_number(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    space.perform(PutObject(bucket="b", key="o", body="unversioned"))
    space.perform(PutBucketVersioning(bucket="b", status="Enabled"))
    for body in ("one", "two"):
        space.perform(PutObject(bucket="b", key="o", body=body))
    space.perform(DeleteObject(bucket="b", key="o"))
    bodies = [space.perform(GetObject(bucket="b", key="o", version=index)).body for index in range(3)]
    assert bodies == ["unversioned", "one", "two"]
    copy = space.perform(CopyObject(bucket="b", key="c", source_bucket="b", source_key="o", source_version=1))
    assert copy.source_version_id is not None
    assert space.perform(GetObject(bucket="b", key="c")).body == "one"
    assert space.perform(GetObject(bucket="b", key="o", version=9)).code == "NoSuchVersion"


def test_the_other_principal_is_another_account(space: Space) -> None:
    mine = space.perform(CreateKey(key="k")).key_arn or ""
    theirs = space.perform(CreateKey(key="t", principal="other")).key_arn or ""
    assert (mine.split(":")[4], theirs.split(":")[4]) == (ACCOUNTS["main"], ACCOUNTS["other"])
    assert space.perform(DisableKey(key="k", principal="other")).code == "NotFoundException"
    space.perform(CreateBucket(bucket="b"))
    assert space.perform(CreateBucket(bucket="b", principal="other")).code == "BucketAlreadyExists"


def test_another_account_writes_into_a_bucket_that_is_shared_with_it(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    space.perform(CreateKey(key="k", shared=True))
    guest = PutObject(bucket="b", key="o", body="x", principal="other")
    assert space.perform(PutBucketPolicy(bucket="b", policy="share")).status == 200
    assert space.perform(guest).status == 200
    assert space.perform(GetObject(bucket="b", key="o")).body == "x"
    assert space.perform(PutBucketPolicy(bucket="b", policy="require-header")).status == 200
    assert space.perform(guest).status == 403


def test_an_object_is_made_of_its_parts(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    space.perform(CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders("aws:kms")))
    first = space.perform(UploadPart(bucket="b", key="o", upload="u", body="x", repeat=FIVE_MIB))
    copied = UploadPartCopy(bucket="b", key="o", upload="u", number=2, source_bucket="b", source_key="s", span=(1, 2))
    space.perform(PutObject(bucket="b", key="s", body="abcd"))
    assert space.perform(copied).etag == hashlib.md5(b"bc").hexdigest()
    assert space.perform(ListParts(bucket="b", key="o", upload="u")).status == 200
    done = space.perform(CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2)))
    assert (first.etag or "").isalnum()
    assert (done.status, (done.etag or "").endswith("-2")) == (200, True)
    assert space.perform(GetObject(bucket="b", key="o")).body == shown_content("x" * FIVE_MIB + "bc")
    assert space.perform(GetObjectAttributes(bucket="b", key="o")).length == FIVE_MIB + 2
    span = space.perform(GetObject(bucket="b", key="o", span=(FIVE_MIB - 1, FIVE_MIB)))
    assert (span.status, span.body, span.length) == (206, "xb", 2)


def test_an_upload_that_was_given_up_is_gone(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    space.perform(CreateMultipartUpload(bucket="b", key="o", upload="u"))
    assert space.perform(AbortMultipartUpload(bucket="b", key="o", upload="u")).status == 204
    assert space.perform(ListParts(bucket="b", key="o", upload="u")).code == "NoSuchUpload"


def test_logging_goes_where_it_is_told_to_and_a_log_arrives_there(space: Space) -> None:
    for bucket in ("b", "logs"):
        space.perform(CreateBucket(bucket=bucket))
    space.perform(PutBucketPolicy(bucket="logs", policy="log-delivery"))
    assert space.perform(ReadLog(bucket="logs", source="b")) == Observation(200, delivered=False)
    assert space.perform(PutBucketLogging(bucket="b", target="logs")).status == 200
    assert space.perform(GetBucketLogging(bucket="b")) == Observation(200, logged_in="logs")
    assert space.perform(ReadLog(bucket="logs", source="b")).delivered is True
    space.perform(PutBucketLogging(bucket="b", target=None))
    assert space.perform(GetBucketLogging(bucket="b")) == Observation(200)
    assert space.perform(ReadLog(bucket="logs", source="b")) == Observation(200, delivered=False)


def test_a_replication_comes_back_with_the_names_of_the_program(space: Space) -> None:
    for bucket in ("s", "d"):
        space.perform(CreateBucket(bucket=bucket))
        space.perform(PutBucketVersioning(bucket=bucket, status="Enabled"))
    action = PutBucketReplication(bucket="s", destination="d", replica_key=KeyRef("alias", "a"))
    assert space.perform(action).status == 200
    seen = space.perform(GetBucketReplication(bucket="s")).replication
    assert seen is not None
    assert (seen.destination, seen.replica_key) == ("d", "alias/a")
    space.perform(PutObject(bucket="s", key="o", body="x"))
    assert space.perform(HeadReplica(bucket="d", key="o", source="s")) == Observation(404)  # moto replicates nothing
    space.perform(DeleteBucketReplication(bucket="s"))
    assert space.perform(GetBucketReplication(bucket="s")).code == "ReplicationConfigurationNotFoundError"


def test_batch_jobs_are_not_offered(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    seen = space.perform(BatchCopy(bucket="b", key="o", source_bucket="b", source_key="o"))
    assert (seen.code, seen.fault) == ("NotImplemented", None)


def test_a_bucket_of_the_other_region_can_be_used(space: Space) -> None:
    assert space.perform(CreateBucket(bucket="far", region="away")).status == 200
    assert space.perform(PutObject(bucket="far", key="o", body="x")).status == 200
    assert space.perform(GetObject(bucket="far", key="o")).body == "x"


def test_a_key_of_the_other_region_is_served_there(space: Space) -> None:
    arn = space.perform(CreateKey(key="k", region="away")).key_arn or ""
    assert ":us-west-2:" in arn
    assert space.perform(ScheduleKeyDeletion(key="k")) == Observation(200)


def test_an_account_that_it_cannot_play_is_a_fault_and_no_exception(space: Space) -> None:
    seen = space.perform(CreateBucket(bucket="b", principal="third"))
    assert (seen.status, seen.fault) == (0, "exception")
    assert "'third'" in (seen.message or "")


def test_an_exception_inside_moto_is_a_fault_with_its_type(space: Space) -> None:
    space.perform(CreateBucket(bucket="b"))
    seen = space.perform(PutBucketEncryption(bucket="b", malformed=True))
    assert (seen.status, seen.fault) == (0, "exception")
    assert (seen.message or "").startswith("ExpatError: ")


def test_spaces_see_nothing_of_each_other(target: MotoTarget) -> None:
    first = target.space()
    first.perform(CreateBucket(bucket="b"))
    first.perform(CreateKey(key="k"))
    assert first.perform(CreateAlias(alias="a", key="k")).status == 200
    second = target.space()
    assert second.perform(GetBucketEncryption(bucket="b")).code == "NoSuchBucket"
    second.perform(CreateKey(key="k"))
    assert second.perform(CreateAlias(alias="a", key="k")).status == 200


def test_two_runs_of_a_program_give_the_same_bytes(target: MotoTarget) -> None:
    program = (
        CreateBucket(bucket="b"),
        GetBucketEncryption(bucket="missing"),
        PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("arn", "ghost")),)),
        GetBucketEncryption(bucket="b"),
        PutBucketEncryption(bucket="b", rules=(Rule("AES256"), Rule("AES256"))),
        PutObject(bucket="b", key="o", body="x"),
        HeadObject(bucket="b", key="o"),
        DisableKey(key="ghost"),
    )
    seen = []
    for _ in range(2):
        space = target.space()
        seen.append([space.perform(action) for action in program])
    assert seen[0] == seen[1]
    assert not any("s3sse" in str(observation) for observation in seen[0])


def test_the_users_settings_neither_leak_in_nor_get_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in USERS.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    target = MotoTarget()
    target.open()
    try:
        assert not any(value in os.environ.values() for value in USERS.values())
        arn = target.space().perform(CreateKey(key="k")).key_arn or ""
        assert arn.split(":")[4] == ACCOUNTS["main"]
    finally:
        target.close()
    assert dict(os.environ) == before


def test_a_closed_target_sends_nothing_and_can_be_opened_again() -> None:
    target = MotoTarget()
    target.close()
    target.open()
    space = target.space()
    target.close()
    target.close()
    space.close()
    assert space.perform(CreateBucket(bucket="b")).fault == "unreachable"
    target.open()
    assert target.space().perform(CreateBucket(bucket="b")) == Observation(200)
    target.close()


def test_without_open_there_is_no_space() -> None:
    with pytest.raises(TargetError, match="open"):
        MotoTarget().space()


def test_before_moto_5_each_service_has_a_mock_of_its_own() -> None:
    early, late = ModuleType("moto"), ModuleType("moto")
    for name in ("mock_s3", "mock_kms", "mock_sqs"):
        setattr(early, name, name)
    for name in ("mock_aws", "mock_s3"):
        setattr(late, name, name)
    assert [str(mock) for mock in _mocks(early)] == ["mock_s3", "mock_kms"]
    assert [str(mock) for mock in _mocks(late)] == ["mock_aws"]


def test_before_moto_4_there_is_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _accounts() == ACCOUNTS
    monkeypatch.delattr("moto.core.DEFAULT_ACCOUNT_ID")
    assert _accounts() == {"main": ACCOUNTS["main"]}


def test_the_backends_of_an_early_moto_are_reset_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    class Backend:
        resets = 0

        def reset(self) -> None:
            self.resets += 1

    backends = {"global": Backend()}
    monkeypatch.setattr("moto.backends.get_backend", lambda service: backends)
    monkeypatch.delattr("moto.core.DEFAULT_ACCOUNT_ID")
    monkeypatch.setitem(sys.modules, "moto.core.model_instances", None)
    _forget()
    assert backends["global"].resets == 2


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoTarget]:
    """The target with the carrier of an early moto."""
    monkeypatch.setattr("sse_adapters.moto._carrier", lambda _moto: EarlyCarrier)
    target = MotoTarget()
    target.open()
    yield target
    target.close()


def test_the_carrier_is_that_of_an_early_moto_only_where_moto_is_one() -> None:
    late = ModuleType("moto")
    late.mock_aws = None  # type: ignore[attr-defined]
    assert _carrier(late) is Carrier
    assert _carrier(ModuleType("moto")) is EarlyCarrier


def test_an_empty_answer_with_the_length_of_its_request_is_not_cut(
    early: MotoTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = early.space()
    space.perform(CreateBucket(bucket="b"))
    monkeypatch.setattr("moto.core.botocore_stubber.BotocoreStubber.process_request", _early_put)
    assert space.perform(PutObject(bucket="b", key="o", body="x")) == Observation(200, etag="e")


def _early_put(*_: object) -> tuple[int, dict[str, str], bytes]:
    return 200, {"ETag": '"e"', "content-length": "1"}, b""


def test_what_an_early_moto_lets_through_ends_here_and_is_not_offered(
    early: MotoTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = early.space()
    monkeypatch.setattr("moto.core.botocore_stubber.BotocoreStubber.process_request", lambda *_: None)
    seen = space.perform(PutBucketReplication(bucket="b", destination="d"))
    assert (seen.status, seen.fault) == (501, None)


def test_without_moto_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto", None)
    with pytest.raises(TargetError, match=r'pip install "s3-sse-conformance\[moto\]"'):
        MotoTarget().open()
