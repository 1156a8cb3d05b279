"""What the target aws notes, marks, counts and asks for, without anything that answers."""

import ast
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import botocore.session
import msgspec
import pytest
from botocore import xform_name
from sse_adapters.aws import permissions
from sse_adapters.aws.budget import Budget, SpentError
from sse_adapters.aws.journal import Journal, records, state_folder
from sse_adapters.aws.looks import KINDS, alike
from sse_adapters.aws.marks import EXPIRY_TAG, LIFETIME, expired, expiry, token_in
from sse_adapters.aws.pool import KEYS_LIMIT
from sse_adapters.aws.prices import bill, cost, prices
from sse_adapters.aws.settling import IN_A_ROW, PACES, Settling, named
from sse_adapters.aws.target import AwsTarget
from sse_adapters.calls import Call, call
from sse_adapters.documents import Answer
from sse_adapters.names import NameMap
from sse_adapters.protocol import TargetError
from sse_adapters.registry import SettingError
from sse_adapters.waiting import Clock
from sse_spec.actions import (
    Action,
    BatchCopy,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DisableKey,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    Rule,
    S3Action,
)
from sse_spec.observations import Observation

DONE = Observation(200)
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


# --- marks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["s3sse-0badc0de-12-bucket3", "alias/s3sse-0badc0de-0-alias"])
def test_a_name_of_our_form_tells_its_run(name: str) -> None:
    assert token_in(name) == "0badc0de"


@pytest.mark.parametrize("name", ["s3sse-backup", "s3sse-0badc0de-bucket", "my-s3sse-0badc0de-0-b", "alias/photos"])
def test_a_name_of_another_form_tells_of_no_run(name: str) -> None:
    assert token_in(name) is None


def test_what_a_run_made_may_be_in_use_until_it_expires() -> None:
    began = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    tags = {EXPIRY_TAG: expiry(began)}
    assert not expired(tags, began + LIFETIME - dt.timedelta(seconds=1))
    assert expired(tags, began + LIFETIME)


@pytest.mark.parametrize("said", ["", "soon", "2026-11-01"])
def test_a_tag_that_is_no_time_proves_nothing(said: str) -> None:
    assert not expired({EXPIRY_TAG: said}, dt.datetime(2030, 1, 1, tzinfo=dt.UTC))


# --- the journal ------------------------------------------------------------------------------------------------------


def test_a_journal_has_a_bucket_before_anything_else_happens(tmp_path: Path) -> None:
    journal = Journal("0badc0de", tmp_path)
    journal.note("bucket", "s3sse-0badc0de-0-b", "123456789012", "us-east-1")
    (record,) = records(tmp_path)
    assert [(one.kind, one.name) for one in record.entries] == [("bucket", "s3sse-0badc0de-0-b")]
    assert record.alive
    journal.abandon()
    assert not record.alive


def test_a_run_that_leaves_nothing_leaves_no_journal(tmp_path: Path) -> None:
    journal = Journal("0badc0de", tmp_path)
    journal.note("alias", "alias/s3sse-0badc0de-0-a", "123456789012", "us-east-1")
    journal.strike("alias", "alias/s3sse-0badc0de-0-a")
    journal.close()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_leaves_something_leaves_its_journal(tmp_path: Path) -> None:
    journal = Journal("0badc0de", tmp_path)
    journal.note("bucket", "s3sse-0badc0de-0-a", "123456789012", "us-east-1")
    journal.note("bucket", "s3sse-0badc0de-0-b", "123456789012", "us-east-1")
    journal.strike("bucket", "s3sse-0badc0de-0-a")
    journal.close()
    (record,) = records(tmp_path)
    assert [one.name for one in record.entries] == ["s3sse-0badc0de-0-b"]
    record.forget()
    assert records(tmp_path) == ()


def test_a_line_that_was_cut_was_never_acted_upon(tmp_path: Path) -> None:
    journal = Journal("0badc0de", tmp_path)
    journal.note("bucket", "s3sse-0badc0de-0-a", "123456789012", "us-east-1")
    journal.note("bucket", "s3sse-0badc0de-0-b", "123456789012", "us-east-1")
    journal.abandon()
    path = tmp_path / "0badc0de.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    (record,) = records(tmp_path)
    assert [one.name for one in record.entries] == ["s3sse-0badc0de-0-a"]


def test_the_state_folder_is_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SSE_STATE", str(tmp_path))
    assert state_folder() == tmp_path / "aws"
    monkeypatch.delenv("S3_SSE_STATE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert state_folder() == tmp_path / "state" / "s3-sse" / "aws"


# --- the budget -------------------------------------------------------------------------------------------------------


class _Client:
    """What of a boto3 client a budget sees."""

    def __init__(self) -> None:
        self.meta, self.events, self.service_model = self, self, self
        self.service_name = "s3"
        self.hooks: list[Callable[..., None]] = []

    def register_first(self, _name: str, hook: Callable[..., None]) -> None:
        self.hooks.append(hook)

    def send(self) -> None:
        for hook in self.hooks:
            hook(request=None)


def test_the_request_beyond_the_limit_is_not_sent_unless_it_cleans() -> None:
    budget, client = Budget(2), _Client()
    budget.watch(client)
    client.send()
    client.send()
    assert not budget.spent
    with pytest.raises(SpentError, match="2 requests"):
        client.send()
    assert budget.spent
    with budget.cleaning():
        client.send()
    assert budget.requests == 3
    with pytest.raises(SpentError):
        client.send()


# --- prices -----------------------------------------------------------------------------------------------------------


def test_a_bill_counts_what_a_plan_asks_and_what_it_takes_beside_that() -> None:
    program = [
        CreateBucket(bucket="b"),
        CreateKey(key="k"),
        PutObject(bucket="b", key="o"),
        HeadObject(bucket="b", key="o"),
    ]
    found = bill([program, program], call_seconds=0.05)
    assert (found.calls, found.buckets, found.keys, found.jobs) == (8, 2, 1, 0)
    assert found.calls < found.requests < found.limit
    assert found.seconds > 2 * PACES["key"].least


def test_the_operators_limit_is_that_of_the_bill() -> None:
    program = [CreateBucket(bucket="b")]
    assert bill([program], 0.05, max_requests=7).limit == 7
    assert bill([program], 0.05, max_requests=7).dollars < bill([program], 0.05).dollars


def test_no_request_costs_more_than_it_is_taken_for() -> None:
    table = prices()
    writes = table.write_1000 / 1000
    with_kms = writes + 2 * table.kms_10000 / 10_000
    assert cost(1000, 0, 0) - cost(0, 0, 0) == pytest.approx(table.dearest_region * 1000 * with_kms)
    assert cost(0, 3, 0) - cost(0, 0, 0) == pytest.approx(3 * table.key_month)
    assert cost(0, 0, 2) - cost(0, 0, 0) == pytest.approx(2 * table.dearest_region * table.job)


def test_batch_jobs_are_paid_for_where_the_plan_has_any() -> None:
    batch = BatchCopy(bucket="b", key="o", source_bucket="a", source_key="o")
    more = bill([[batch]], 0.05, 100).dollars - bill([[HeadObject(bucket="b", key="o")]], 0.05, 100).dollars
    assert more > prices().job


def test_the_words_of_a_bill_say_the_bound_and_the_day_of_the_prices() -> None:
    words = "\n".join(bill([[CreateKey(key="k")]], 0.05).words)
    assert f"no more than {KEYS_LIMIT}" in words
    assert str(prices().stated) in words


def test_each_price_names_the_page_that_states_it() -> None:
    table = msgspec.structs.asdict(prices())
    assert set(table["pages"]) == set(table) - {"pages", "stated"}
    assert all(page.startswith("https://aws.amazon.com/") for page in table["pages"].values())


# --- permissions ------------------------------------------------------------------------------------------------------

LONGEST_POLICY = 6144
"""Characters of a managed policy, white space apart."""


def test_each_request_is_known_to_need_a_permission() -> None:
    kinds = {kind for kind in get_args(S3Action) if kind.__name__ != "ReadKmsCalls"}
    assert kinds == set(permissions.NEEDS)


def test_the_policy_of_a_whole_run_fits_into_a_managed_policy() -> None:
    policy = permissions.runner(set(permissions.NEEDS), "123456789012", "210987654321", assumes=True)
    assert len(json.dumps(policy, separators=(",", ":"))) < LONGEST_POLICY


PERMISSION_OF = {
    "GetCallerIdentity": "",  # nobody needs one
    "DeleteObject": "s3:DeleteObject s3:DeleteObjectVersion",
    "ListBuckets": "s3:ListAllMyBuckets",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjectsV2": "s3:ListBucket",
}
"""The permissions of operations that are not called like theirs."""


def test_who_keeps_and_tidies_may_do_just_what_the_code_does() -> None:
    session = botocore.session.Session()
    known: dict[str, str] = {}
    for service in ("sts", "iam", "kms", "s3"):
        for operation in session.get_service_model(service).operation_names:
            known[xform_name(operation)] = PERMISSION_OF.get(operation, f"{service}:{operation}")
    code = Path(permissions.__file__).parent
    files = [path for path in (*code.glob("*.py"), code.parent / "cleaning.py") if path.name != "permissions.py"]
    needed: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            word = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
            needed.update(known.get(word, "").split() if isinstance(word, str) else ())
    optional = {"iam:GetRole", "sts:AssumeRole"}  # without them replication, batch jobs and fewer rights are left out
    assert needed - optional == {*permissions.TIDYING, *permissions.KEEPING}


def test_a_plan_without_keys_gets_no_right_to_any() -> None:
    text = json.dumps(permissions.runner({CreateBucket, PutObject}, "*", None, assumes=False))
    assert "kms:" not in text
    assert "iam:PassRole" not in text


def test_no_statement_of_a_run_reaches_beyond_what_is_marked() -> None:
    policy = permissions.runner(set(permissions.NEEDS), "123456789012", None, assumes=True)
    for statement in policy["Statement"]:
        open_ = [resource for resource in statement["Resource"] if "s3sse-" not in resource]
        harmless = set(statement["Action"]) <= permissions.WHOLE_ACCOUNT | permissions.ANY_KEY
        assert not open_ or harmless or "Condition" in statement, statement["Sid"]


def test_the_roles_with_fewer_rights_lack_what_they_are_named_after() -> None:
    assert "kms:" not in json.dumps(permissions.restricted("no-kms"))
    assert "kms:Decrypt" not in json.dumps(permissions.restricted("no-decrypt"))
    assert "kms:GenerateDataKey" not in json.dumps(permissions.restricted("no-generate"))
    denied = [one for one in permissions.restricted("no-config")["Statement"] if one["Effect"] == "Deny"]
    assert denied[0]["Action"] == ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"]


def test_the_service_role_is_for_one_account_only() -> None:
    (statement,) = permissions.service_trust("123456789012")["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


# --- waiting for changes ----------------------------------------------------------------------------------------------


class _Late:
    """A target that shows what `shown` says from a moment on, and counts how often it is asked."""

    def __init__(self, shown: Callable[[Call], Answer], before: Callable[[Call], Answer], delay: float) -> None:
        self._shown, self._before, self._delay = shown, before, delay
        self.time = 0.0
        self.asked: list[str] = []

    def send(self, asked: Call) -> Answer:
        self.asked.append(asked.method)
        return (self._shown if self.time >= self._delay else self._before)(asked)

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.time += seconds

    def settling(self, *, thorough: bool = False) -> Settling:
        names = NameMap("s3sse-0badc0de-0-", {"main": "123456789012"}, {"home": "us-east-1"})
        names.learn_key("k1", "home", KEY)
        return Settling(self.send, names, names.shown, Clock(lambda: self.time, self.sleep), thorough=thorough)


def _xml(text: str, status: int = 200) -> Callable[[Call], Answer]:
    return lambda _call: Answer(status, {}, text.encode())


def _key(state: str) -> Callable[[Call], Answer]:
    body = {"KeyMetadata": {"KeyState": state, "KeyId": KEY.rpartition("/")[2]}}
    return lambda _call: Answer(200, {}, msgspec.json.encode(body))


def _encrypted(algorithm: str, key: str = "", bucket_key: str = "") -> str:
    named = f"<KMSMasterKeyID>{key}</KMSMasterKeyID>" if key else ""
    default = f"<ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}</SSEAlgorithm>{named}"
    flag = f"<BucketKeyEnabled>{bucket_key}</BucketKeyEnabled>" if bucket_key else ""
    rule = f"<Rule>{default}</ApplyServerSideEncryptionByDefault>{flag}</Rule>"
    return f"<ServerSideEncryptionConfiguration>{rule}</ServerSideEncryptionConfiguration>"


NOT_FOUND = _xml("<Error><Code>ServerSideEncryptionConfigurationNotFoundError</Code></Error>", 404)
NO_BUCKET = _xml("<Error><Code>NoSuchBucket</Code></Error>", 404)
NO_KEY: Callable[[Call], Answer] = lambda _call: Answer(400, {}, b'{"__type": "NotFoundException"}')  # noqa: E731
THROTTLED: Callable[[Call], Answer] = lambda _call: Answer(400, {}, b'{"__type": "ThrottlingException"}')  # noqa: E731
POLICY = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["s3:PutObject"],
                "Condition": {"Null": {"s3:x-amz-server-side-encryption": "true"}},
            }
        ]
    }
)
PUT_KMS = PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("id", "k1"), bucket_key=True),))

CHANGES: list[tuple[Action, Callable[[Call], Answer], Callable[[Call], Answer]]] = [
    (CreateBucket(bucket="b"), NOT_FOUND, NO_BUCKET),
    (PUT_KMS, _xml(_encrypted("aws:kms", KEY, "true")), _xml(_encrypted("aws:kms", KEY))),
    (PUT_KMS, _xml(_encrypted("aws:kms", KEY, "true")), _xml(_encrypted("AES256"))),
    (PUT_KMS, _xml(_encrypted("aws:kms", KEY, "true")), _xml(_encrypted("aws:kms", "another", "true"))),
    (DeleteBucketEncryption(bucket="b"), _xml(_encrypted("AES256", "", "false")), _xml(_encrypted("aws:kms", KEY))),
    (
        PutBucketVersioning(bucket="b", status="Enabled"),
        _xml("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"),
        _xml("<VersioningConfiguration/>"),
    ),
    (PutBucketPolicy(bucket="b", policy="require-header"), _xml(POLICY), NO_BUCKET),
    (DisableKey(key="k1"), _key("Disabled"), _key("Enabled")),
    (CreateKey(key="k1"), _key("Enabled"), NO_KEY),
    (CreateAlias(alias="a", key="k1"), _key("Enabled"), NO_KEY),
    (DeleteAlias(alias="a"), NO_KEY, _key("Enabled")),
    (DeleteAlias(alias="a"), NO_KEY, THROTTLED),
]


@pytest.mark.parametrize(("change", "after", "before"), CHANGES)
def test_the_next_request_waits_until_a_change_is_shown(
    change: Action, after: Callable[[Call], Answer], before: Callable[[Call], Answer]
) -> None:
    late = _Late(after, before, delay=11.0)
    settling = late.settling()
    settling.changed(change, DONE)
    settling.before(PutObject(bucket="elsewhere", key="o"))
    assert 11.0 <= late.time < 20.0
    asked = len(late.asked)
    settling.before(PutObject(bucket="elsewhere", key="o"))
    assert len(late.asked) == asked  # it is waited for once


@pytest.mark.parametrize(("change", "after", "before"), CHANGES)
def test_a_change_that_is_shown_at_once_is_seen_several_times_and_given_a_moment(
    change: Action, after: Callable[[Call], Answer], before: Callable[[Call], Answer]
) -> None:
    late = _Late(after, before, delay=0.0)
    settling = late.settling()
    settling.changed(change, DONE)
    settling.before(HeadObject(bucket="b", key="o"))
    assert len(late.asked) >= IN_A_ROW
    assert PACES[KINDS[type(change)]].least <= late.time < PACES[KINDS[type(change)]].least + 2


def test_what_is_never_shown_is_not_waited_for_without_end() -> None:
    late = _Late(_key("Enabled"), _key("Enabled"), delay=0.0)
    settling = late.settling()
    settling.changed(DisableKey(key="k1"), DONE)
    settling.before(HeadObject(bucket="b", key="o"))
    assert late.time == pytest.approx(PACES["key"].bound)


def test_a_thorough_space_waits_the_longest_time_and_asks_nothing() -> None:
    late = _Late(_key("Disabled"), _key("Disabled"), delay=0.0)
    settling = late.settling(thorough=True)
    settling.changed(DisableKey(key="k1"), DONE)
    settling.before(HeadObject(bucket="b", key="o"))
    assert late.asked == []
    assert late.time == PACES["key"].bound


def test_a_request_that_was_refused_has_changed_nothing() -> None:
    late = _Late(_key("Disabled"), _key("Disabled"), delay=0.0)
    settling = late.settling()
    settling.changed(DisableKey(key="k1"), Observation(400, code="DisabledException"))
    settling.changed(HeadObject(bucket="b", key="o"), DONE)
    settling.before(HeadObject(bucket="b", key="o"))
    assert (late.time, late.asked) == (0.0, [])


def test_changes_of_different_things_are_waited_for_together() -> None:
    late = _Late(_key("Enabled"), _key("Enabled"), delay=0.0)
    settling = late.settling()
    settling.changed(CreateKey(key="k1"), DONE)
    settling.before(CreateBucket(bucket="b"))
    assert late.time == 0.0
    settling.before(DisableKey(key="k1"))
    assert late.time >= PACES["key"].least


def test_a_request_names_what_is_in_its_rules_and_headers() -> None:
    assert {"b", "k1"} <= named(PUT_KMS)
    assert "main" not in named(PUT_KMS)


def test_policies_are_alike_however_their_lists_are_written() -> None:
    listed = json.loads(POLICY)
    plain = json.loads(POLICY)
    plain["Statement"][0]["Action"] = "s3:PutObject"
    assert alike(listed, plain)
    plain["Statement"][0]["Effect"] = "Allow"
    assert not alike(listed, plain)
    assert not alike({}, listed)


def test_the_policy_that_is_put_is_the_one_that_is_looked_for() -> None:
    names = NameMap("s3sse-0badc0de-0-", {"main": "123456789012"}, {"home": "us-east-1"})
    put: Any = call(PutBucketPolicy(bucket="b", policy="require-header"), names).arguments["Policy"]
    assert alike(json.loads(json.dumps(put.content)), json.loads(POLICY))


# --- the target -------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_somebody_agreed() -> None:
    with pytest.raises(TargetError, match="costs money"):
        AwsTarget(endpoint_url="http://127.0.0.1:9").open()


@pytest.mark.parametrize("url", ["https://s3.example.org", "http://10.0.0.1:9000"])
def test_another_endpoint_is_for_another_target(url: str) -> None:
    with pytest.raises(SettingError, match="target endpoint"):
        AwsTarget(endpoint_url=url)


def test_a_space_before_the_target_is_open_is_an_error() -> None:
    with pytest.raises(TargetError, match="not open"):
        AwsTarget(yes=True).space()
    AwsTarget().close()
