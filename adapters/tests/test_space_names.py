"""A space learns from answers what uploads, parts and buckets are called, and knows accounts by their symbols."""

from __future__ import annotations

import pytest
from sse_adapters.names import NO_ACCOUNT, NameMap

ACCOUNTS = {"main": "111111111111", "other": "222222222222"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
STEM = "s3sse-t-0-"


@pytest.fixture
def names() -> NameMap:
    return NameMap(STEM, ACCOUNTS, REGIONS)


def test_an_upload_goes_by_the_id_that_was_answered_last(names: NameMap) -> None:
    names.learn_upload("u", "first")
    names.learn_upload("u", "second")
    assert names.upload("u") == "second"


def test_an_upload_that_was_never_begun_has_a_stable_id_that_nobody_has(names: NameMap) -> None:
    other = NameMap("s3sse-u-1-", ACCOUNTS, REGIONS)
    assert names.upload("ghost") == other.upload("ghost")
    assert names.upload("ghost") != names.upload("another")


def test_a_part_goes_by_its_newest_etag_and_one_that_is_not_there_by_one_that_no_part_has(names: NameMap) -> None:
    names.learn_part("u", 1, "first")
    names.learn_part("u", 1, "second")
    assert names.part("u", 1) == "second"
    assert names.part("u", 2) == NameMap(STEM, ACCOUNTS, REGIONS).part("u", 2)
    assert len({names.part("u", 2), names.part("u", 3), names.part("v", 2)}) == 3


def test_a_bucket_is_where_it_was_made_first(names: NameMap) -> None:
    assert names.bucket_region("b") == "home"
    names.learn_bucket("b", "away")
    names.learn_bucket("b", "home")
    assert names.bucket_region("b") == "away"


def test_arns_of_buckets_and_accounts_are_written_out(names: NameMap) -> None:
    assert names.bucket_arn("b") == f"arn:aws:s3:::{STEM}b"
    assert names.bucket_arn("b", "/*") == f"arn:aws:s3:::{STEM}b/*"
    assert names.account_arn("other") == "arn:aws:iam::222222222222:root"
    assert names.role_arn("main/no-kms") == names.role_arn("main") == "arn:aws:iam::111111111111:role/s3sse-service"


def test_an_account_that_the_target_cannot_play_has_an_id_that_nobody_has(names: NameMap) -> None:
    assert (names.account("main"), names.account("third")) == ("111111111111", NO_ACCOUNT)


def test_the_arn_of_a_bucket_comes_back_as_the_program_spells_it(names: NameMap) -> None:
    assert names.shown(names.bucket_arn("b", "/o")) == "arn:aws:s3:::b/o"
