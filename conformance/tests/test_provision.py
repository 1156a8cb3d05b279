"""What the operator gives is used, what it takes beside that is left out, and none of it counts as judged."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sse_adapters.given import Given, GivenBucket
from sse_adapters.protocol import Identity, Space
from sse_conformance.cover import advance
from sse_conformance.engine import Options, run
from sse_conformance.ledger import EMPTY
from sse_conformance.provision import FREE, Provision
from sse_conformance.reference import ReferenceTarget
from sse_reports.result import ClauseResult, Result
from sse_spec.actions import (
    Action,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteAlias,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    UpdateAlias,
)
from sse_spec.clauses import EDITION
from sse_spec.model import standard
from sse_spec.observations import Observation
from sse_spec.world import EMPTY as NOTHING

ONE, TWO = CreateKey(key="given-one"), CreateKey(key="given-two")
UNDER_KMS = GivenBucket("given-bucket2", Rule("aws:kms", KeyRef("arn", "given-bucket2-key"), True))
PLAIN = GivenBucket("given-bucket1", Rule("AES256"))
BUCKETS = Given(buckets=(PLAIN, UNDER_KMS), keys=(ONE, TWO, CreateKey(key="given-bucket2-key")), makes_keys=False)


class Holding(ReferenceTarget):
    """The specification as a target, of an operator who has something and lets nothing else be made."""

    def __init__(self, given: Given) -> None:
        super().__init__(standard(EDITION), 0)
        self.given = given
        self.asked: list[Action] = []

    def open(self) -> Identity:
        return replace(super().open(), given=self.given)

    def space(self) -> Space:  # type: ignore[override]
        return Watched(super().space(), self)


class Watched:
    def __init__(self, space: Space, target: Holding) -> None:
        self._space = space
        self._target = target

    def perform(self, action: Action) -> Observation:
        if not self._target.given.provides(action):
            self._target.asked.append(action)
        return self._space.perform(action)

    def close(self) -> None:
        self._space.close()


def outcome(given: Given, classes: tuple[str, ...] = ("core", "kms", "bucket-key")) -> tuple[Result, list[Action]]:
    target = Holding(given)
    return run(lambda: target, Options(classes=classes, ledger=EMPTY)), target.asked


def by_clause(result: Result) -> dict[str, ClauseResult]:
    return {one.id: one for one in result.clauses}


@pytest.fixture(scope="module")
def in_buckets() -> tuple[Result, list[Action]]:
    return outcome(BUCKETS)


@pytest.fixture(scope="module")
def with_keys() -> tuple[Result, list[Action]]:
    return outcome(Given(keys=(ONE, TWO), makes_keys=False))


Run = tuple[Result, list[Action]]


def test_a_right_target_comes_out_clean_in_buckets_that_were_given(in_buckets: Run) -> None:
    result, _ = in_buckets
    assert (result.exit_status, result.divergences, result.losses) == (0, (), ())


def test_in_buckets_that_were_given_nothing_is_configured_and_nothing_made(in_buckets: Run) -> None:
    _, asked = in_buckets
    assert asked
    assert not [action for action in asked if BUCKETS.forbids(action) or isinstance(action, CreateKey)]


def test_writes_under_the_default_of_a_bucket_that_was_given_are_judged(in_buckets: Run) -> None:
    found = by_clause(in_buckets[0])
    assert {found[name].verdict for name in ("DEF-07", "KMS-01", "KMS-02", "HDR-01")} == {"pass"}


def test_what_takes_a_bucket_of_its_own_is_not_exercised_by_the_operator(in_buckets: Run) -> None:
    found = by_clause(in_buckets[0])
    for name in ("CFG-10", "CFG-11", "CFG-14"):
        assert found[name].verdict == "not-exercised"
        assert found[name].reason.startswith("by the operator: ")


def test_the_state_in_which_a_bucket_was_found_is_no_pass(in_buckets: Run) -> None:
    assert by_clause(in_buckets[0])["CFG-05"].verdict == "not-exercised"


@pytest.mark.parametrize(("bucket", "candidates"), [(PLAIN, 2), (UNDER_KMS, 1)], ids=["plain", "under a key"])
def test_nobody_can_tell_whether_a_default_was_put_that_every_bucket_has(bucket: GivenBucket, candidates: int) -> None:
    made = bucket.steps[0]
    world = Provision(BUCKETS).settled(advance(standard(EDITION), NOTHING, made), made)
    assert len(world.buckets[bucket.symbol].settings) == candidates


def test_a_right_target_comes_out_clean_with_keys_that_were_given(with_keys: Run) -> None:
    result, asked = with_keys
    assert (result.exit_status, result.divergences) == (0, ())
    assert not [action for action in asked if isinstance(action, CreateKey | CreateAlias | DisableKey)]


def test_with_keys_that_were_given_no_key_is_brought_into_another_state(with_keys: Run) -> None:
    found = by_clause(with_keys[0])
    assert found["KMS-01"].verdict == "pass"
    assert found["KMS-14"].verdict == "not-exercised"
    assert "whose state the run may change" in found["KMS-14"].reason


def test_without_any_key_what_takes_one_is_left_out_and_aws_s3_is_still_judged() -> None:
    result, asked = outcome(Given(makes_keys=False), ("core", "kms"))
    found = by_clause(result)
    assert (result.exit_status, result.divergences) == (0, ())
    assert found["KMS-04"].verdict == "pass"
    assert found["KMS-14"].reason == "by the operator: it takes a KMS key, and none was given"
    assert not [action for action in asked if isinstance(action, CreateKey)]


def test_random_programs_are_left_out_where_not_everything_may_be_made() -> None:
    target = Holding(Given(makes_keys=False))
    result = run(lambda: target, Options(classes=("core",), size="clauses", ledger=EMPTY, examples=1))
    assert result.exit_status == 3
    assert "leave out --examples" in result.incomplete


CUSTOMER = EncryptionHeaders(customer=CustomerKey())


@pytest.mark.parametrize(
    ("given", "action", "says"),
    [
        (Given(makes_keys=False), CreateKey(key="k"), "none was given"),
        (Given(keys=(ONE,), makes_keys=False), TWO, "beside those"),
        (Given(keys=(ONE,)), DisableKey(key="given-one"), "whose state the run may change"),
        (Given(keys=(ONE,)), CreateAlias(alias="a", key="given-one"), "an alias"),
        (Given(keys=(ONE,)), CreateAlias(alias="given-one-alias", key="k"), "an alias"),
        (Given(keys=(ONE,)), UpdateAlias(alias="given-one-alias", key="k"), "whose state the run may change"),
        (Given(keys=(ONE,)), DeleteAlias(alias="given-one-alias"), "whose state the run may change"),
        (Given(makes_keys=False), DeleteAlias(alias="a"), "whose state the run may change"),
        (
            Given(keys=(ONE,), unnamed=frozenset({"given-one"})),
            PutObject(bucket="b", key="o", headers=EncryptionHeaders("aws:kms", KeyRef("id", "given-one"))),
            "whose ARN is known",
        ),
        (Given(account=False), GetBucketEncryption(bucket="b", expected_owner="main"), "whose number is known"),
        (Given(account=False), CreateKey(key="k", shared=True), "whose number is known"),
        (
            Given(account=False),
            PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("alias-arn", "a")),)),
            "whose number is known",
        ),
        (
            Given(account=False),
            PutBucketEncryption(bucket="b", rules=(Rule("aws:kms", KeyRef("arn", "missing")),)),
            "whose number is known",
        ),
        (BUCKETS, CreateBucket(bucket="b"), "that the run may make"),
        (BUCKETS, HeadObject(bucket="b", key="o"), "that the run may make"),
        (BUCKETS, GetBucketEncryption(bucket="given-bucket1"), "where the run starts from"),
        (BUCKETS, PutObject(bucket="given-bucket1", key="o", headers=CUSTOMER), "takes SSE-C"),
    ],
)
def test_it_is_said_what_a_request_takes_that_was_not_given(given: Given, action: Action, says: str) -> None:
    assert says in Provision(given).withheld(action, NOTHING)


@pytest.mark.parametrize(
    "action",
    [CreateKey(key="k"), CreateBucket(bucket="b"), GetBucketEncryption(bucket="b", expected_owner="main")],
    ids=lambda action: type(action).__name__,
)
def test_nothing_is_left_out_where_everything_may_be_made(action: Action) -> None:
    assert FREE.withheld(action, NOTHING) == ""
    assert not FREE.provides(action)


def test_a_region_that_the_target_lacks_is_said() -> None:
    here = Provision(regions=frozenset({"home"}))
    assert here.withheld(CreateKey(key="k", region="away"), NOTHING) == "the target offers no Region away"


def test_a_key_that_has_an_alias_is_named_by_it() -> None:
    given = Given(keys=(ONE, TWO), aliased=frozenset({"given-one"}), makes_keys=False)
    _, asked = outcome(given, ("kms",))
    references = [action.headers.key for action in asked if isinstance(action, PutObject)]
    assert KeyRef("alias", "given-one-alias") in references
    assert KeyRef("alias", "given-two-alias") not in references
