"""Which objects are replicated, and how replicas are encrypted: an example for each clause."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from sse_spec.actions import (
    DSSE,
    Action,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteBucketReplication,
    DisableKey,
    EncryptionHeaders,
    GetBucketReplication,
    GetObject,
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
from sse_spec.outcomes import UNDER_WAY, AsPut, KeyArn

if TYPE_CHECKING:
    from conftest import Ask

UNENCRYPTED_DAYS = (FIRST_DAY, dt.date(2023, 1, 4))
BETWEEN = dt.date(2022, 8, 1)
SSE_C_DAY = dt.date(2022, 12, 31)
DSSE_DAY = dt.date(2023, 6, 13)
BLOCKING_DAY = dt.date(2025, 11, 19)

SOURCE = (CreateBucket(bucket="b"), PutBucketVersioning(bucket="b", status="Enabled"))
DESTINATION = (CreateBucket(bucket="d"), PutBucketVersioning(bucket="d", status="Enabled"))
BUCKETS = (*SOURCE, *DESTINATION)
KEYS = (CreateKey(key="k"), CreateKey(key="r"), CreateKey(key="default"))
NAMED = KeyRef("arn", "k")
REPLICA_KEY = KeyRef("arn", "r")
DEFAULT_KEY = KeyRef("arn", "default")
CUSTOMER = CustomerKey()

PLAIN = PutBucketReplication(bucket="b", destination="d")
SELECTING = replace(PLAIN, sse_kms="Enabled", replica_key=REPLICA_KEY)
SHOW = GetBucketReplication(bucket="b")
DELETE = DeleteBucketReplication(bucket="b")
HEAD = HeadObject(bucket="b", key="o")
REPLICA = HeadReplica(bucket="d", key="o", source="b")
HEAD_REPLICA = HeadObject(bucket="d", key="o")

INVALID = "400 InvalidRequest"
NO_REPLICA = "404 NoSuchKey"


def put(algorithm: str | None = None, key: KeyRef | None = None, bucket_key: bool | None = None) -> PutObject:
    return PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(algorithm, key, bucket_key))


PUT_SSE_C = PutObject(bucket="b", key="o", body="content", headers=EncryptionHeaders(customer=CUSTOMER))


def default(
    algorithm: str, key: KeyRef | None = None, bucket_key: bool | None = None, bucket: str = "d"
) -> PutBucketEncryption:
    return PutBucketEncryption(bucket=bucket, rules=(Rule(algorithm, key, bucket_key),))


# --- the configuration ------------------------------------------------------------------------------------------------


def test_a_rule_between_two_versioned_buckets_is_accepted(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, PLAIN, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("RPL-01")


def test_a_rule_with_the_opt_in_and_a_replica_key_is_accepted(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, SELECTING, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("RPL-01")


def test_a_bucket_without_versioning_cannot_be_a_source(ask: Ask, any_day: dt.date) -> None:
    found = ask(CreateBucket(bucket="b"), *DESTINATION, PLAIN, as_of=any_day)
    assert found.answers == {INVALID}
    assert found.rests_on("RPL-02")


def test_a_bucket_whose_versioning_is_suspended_cannot_be_a_source(ask: Ask) -> None:
    found = ask(*BUCKETS, PutBucketVersioning(bucket="b", status="Suspended"), PLAIN)
    assert found.answers == {INVALID}
    assert found.rests_on("RPL-02")


@pytest.mark.parametrize("destination", [(), (CreateBucket(bucket="d"),)], ids=["missing", "unversioned"])
def test_a_destination_must_exist_and_be_versioned(ask: Ask, destination: tuple[Action, ...]) -> None:
    found = ask(*SOURCE, *destination, PLAIN)
    assert found.answers == {INVALID}
    assert found.rests_on("RPL-03")


def test_a_configuration_without_rules_is_refused(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, replace(PLAIN, empty=True), as_of=any_day)
    assert found.answers == {"400 MalformedXML"}
    assert found.rests_on("RPL-04")


def test_a_replica_key_without_the_opt_in_is_refused(ask: Ask) -> None:
    found = ask(*BUCKETS, *KEYS, replace(PLAIN, replica_key=REPLICA_KEY))
    assert found.answers == {INVALID}
    assert found.rests_on("RPL-05")


def test_the_opt_in_without_a_replica_key_is_refused_with_whatever_code(ask: Ask) -> None:
    found = ask(*BUCKETS, replace(PLAIN, sse_kms="Enabled"))
    assert found.answers == {"400"}
    assert found.rests_on("RPL-06")


@pytest.mark.parametrize("form", ["arn", "alias-arn"])
def test_a_replica_key_that_does_not_exist_is_accepted(ask: Ask, form: str) -> None:
    found = ask(*BUCKETS, replace(SELECTING, replica_key=KeyRef(form, "nobody")))  # type: ignore[arg-type]
    assert found.answers == {"accepted"}
    assert found.rests_on("RPL-07")


@pytest.mark.parametrize("step", [DisableKey(key="r"), CreateKey(key="r", region="away")], ids=["disabled", "away"])
def test_a_replica_key_that_cannot_be_used_is_accepted(ask: Ask, step: Action) -> None:
    found = ask(*BUCKETS, *KEYS, step, SELECTING)
    assert found.answers == {"accepted"}
    assert found.rests_on("RPL-07")


@pytest.mark.parametrize("reference", [KeyRef("id", "r"), KeyRef("alias", "name"), KeyRef("text", "key")])
def test_a_replica_key_that_is_no_arn_is_accepted_or_refused(ask: Ask, reference: KeyRef) -> None:
    found = ask(*BUCKETS, *KEYS, replace(SELECTING, replica_key=reference))
    assert found.answers == {"accepted", "400 InvalidArgument"}
    assert "RPL-08" in found.decisive


def test_a_bucket_that_never_had_a_replication_configuration_has_none_to_show(ask: Ask, any_day: dt.date) -> None:
    found = ask(*SOURCE, SHOW, as_of=any_day)
    assert found.answers == {"404 ReplicationConfigurationNotFoundError"}
    assert found.rests_on("RPL-09")


def test_a_configuration_that_was_deleted_is_not_shown(ask: Ask) -> None:
    found = ask(*BUCKETS, PLAIN, DELETE, SHOW)
    assert found.answers == {"404 ReplicationConfigurationNotFoundError"}
    assert found.rests_on("RPL-09")


def test_a_configuration_is_shown_as_it_was_put(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, SELECTING, SHOW, as_of=any_day)
    assert found.wants("replication_destination") == {AsPut()}
    assert found.wants("replication_sse_kms") == {"Enabled"}
    assert found.wants("replication_replica_key") == {AsPut()}
    assert found.rests_on("RPL-10")


def test_a_second_configuration_replaces_the_first(ask: Ask) -> None:
    found = ask(*BUCKETS, *KEYS, SELECTING, PLAIN, SHOW)
    assert found.wants("replication_sse_kms") == {None}
    assert found.wants("replication_replica_key") == {None}


@pytest.mark.parametrize("before", [(PLAIN,), (), (PLAIN, DELETE)], ids=["there", "never", "deleted"])
def test_deleting_a_replication_configuration_answers_204_each_time(ask: Ask, before: tuple[Action, ...]) -> None:
    found = ask(*BUCKETS, *before, DELETE)
    assert found.wants("status") == {"204"}
    assert found.rests_on("RPL-11")


# --- what is replicated -----------------------------------------------------------------------------------------------


def test_a_new_object_is_replicated(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, PLAIN, put("AES256"), REPLICA, as_of=any_day)
    assert found.answers == {"accepted"}
    assert found.rests_on("RPL-12")


def test_an_object_from_before_the_configuration_is_not_replicated(ask: Ask, any_day: dt.date) -> None:
    older = (*BUCKETS, put("AES256"), PLAIN)
    assert ask(*older, REPLICA, as_of=any_day).answers == {NO_REPLICA}
    found = ask(*older, HEAD, as_of=any_day)
    assert found.wants("replication_status") == {None}
    assert found.rests_on("RPL-13")


@pytest.mark.parametrize("read", [HEAD, GetObject(bucket="b", key="o")], ids=["head", "get"])
def test_an_object_that_is_replicated_shows_a_replication_status(ask: Ask, read: Action) -> None:
    found = ask(*BUCKETS, PLAIN, put("AES256"), read)
    assert found.wants("replication_status") == {UNDER_WAY}
    assert found.rests_on("RPL-14")


def test_nothing_is_said_of_the_replication_status_where_nothing_is_replicated(ask: Ask) -> None:
    assert ask(*BUCKETS, put("AES256"), HEAD).wants("replication_status") == set()
    assert ask(*BUCKETS, PLAIN, put("AES256"), DELETE, HEAD).wants("replication_status") == set()
    replaced = (*BUCKETS, *KEYS, PLAIN, put("AES256"), SELECTING)
    assert ask(*replaced, HEAD).wants("replication_status") == set()


@pytest.mark.parametrize("read", [HEAD_REPLICA, GetObject(bucket="d", key="o")], ids=["head", "get"])
def test_a_replica_shows_that_it_is_one(ask: Ask, read: Action) -> None:
    written = (*BUCKETS, PLAIN, put("AES256"))
    assert ask(*written, REPLICA).wants("replication_status") == {"REPLICA"}
    found = ask(*written, REPLICA, read)
    assert found.wants("replication_status") == {"REPLICA"}
    assert found.rests_on("RPL-15")


def test_before_a_replica_has_been_seen_nothing_is_said_of_it(ask: Ask) -> None:
    assert ask(*BUCKETS, PLAIN, put("AES256"), HEAD_REPLICA).prediction.open


def test_a_replica_has_the_version_id_of_its_source(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, PLAIN, put("AES256"), REPLICA, as_of=any_day)
    assert found.wants("version_id") == {"kept"}
    assert found.rests_on("RPL-16")


# --- how a replica is encrypted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", UNENCRYPTED_DAYS)
def test_the_replica_of_an_unencrypted_object_takes_the_default_of_the_destination(ask: Ask, day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY), PLAIN, put(), REPLICA, as_of=day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.wants("kms_key") == {KeyArn("default")}
    assert found.wants("bucket_key") == {False}
    assert found.rests_on("RPL-17")


def test_the_replica_of_an_unencrypted_object_takes_aws_s3_where_the_default_names_no_key(ask: Ask) -> None:
    found = ask(*BUCKETS, default("aws:kms"), PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("kms_key") == {KeyArn("aws/s3@main")}


def test_the_replica_of_an_unencrypted_object_stays_unencrypted_where_there_is_no_default(ask: Ask) -> None:
    found = ask(*BUCKETS, PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {None}
    assert found.wants("etag") == set()


def test_the_replica_of_an_unencrypted_object_uses_the_bucket_key_of_the_default(ask: Ask) -> None:
    found = ask(*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY, True), PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("RPL-18")


def test_a_replica_that_the_default_made_sse_kms_has_an_etag_of_its_own(ask: Ask) -> None:
    found = ask(*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY), PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("etag") == {"other"}
    assert found.rests_on("RPL-19")


def test_a_replica_that_the_default_made_sse_s3_has_the_etag_of_its_source_or_another(ask: Ask) -> None:
    found = ask(*BUCKETS, default("AES256"), PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("etag") == {"kept", "other"}
    assert "RPL-20" in found.decisive


def test_the_replica_of_an_sse_s3_object_is_sse_s3_whatever_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY), PLAIN, put("AES256"), REPLICA, as_of=any_day)
    assert found.wants("algorithm") == {"AES256"}
    assert found.wants("kms_key") == {None}
    assert found.rests_on("RPL-21")


def test_the_replica_of_an_object_that_the_default_of_the_source_encrypted_is_encrypted_alike(ask: Ask) -> None:
    found = ask(*BUCKETS, default("AES256", bucket="b"), default("aws:kms"), PLAIN, put(), REPLICA, as_of=FIRST_DAY)
    assert found.wants("algorithm") == {"AES256"}


def test_the_replica_of_an_sse_kms_object_is_sse_kms_whatever_the_default(ask: Ask, any_day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, default("AES256"), SELECTING, put("aws:kms", NAMED), REPLICA, as_of=any_day)
    assert found.wants("algorithm") == {"aws:kms"}
    assert found.rests_on("RPL-22")


def test_the_replica_of_an_sse_kms_object_is_encrypted_under_the_replica_key(ask: Ask, any_day: dt.date) -> None:
    written = (*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY), SELECTING, put("aws:kms", NAMED))
    found = ask(*written, REPLICA, as_of=any_day)
    assert found.wants("kms_key") == {KeyArn("r")}
    assert found.rests_on("RPL-23")


def test_without_the_opt_in_an_sse_kms_object_is_not_replicated(ask: Ask, any_day: dt.date) -> None:
    written = (*BUCKETS, *KEYS, PLAIN, put("aws:kms", NAMED))
    assert ask(*written, REPLICA, as_of=any_day).answers == {NO_REPLICA}
    found = ask(*written, HEAD, as_of=any_day)
    assert found.wants("replication_status") == {None}
    assert found.rests_on("RPL-24")


def test_with_the_opt_in_an_object_under_aws_s3_is_replicated_or_not(ask: Ask) -> None:
    written = (*BUCKETS, *KEYS, SELECTING, put("aws:kms"))
    assert ask(*written, HEAD).wants("replication_status") == {UNDER_WAY, None}
    found = ask(*written, REPLICA)
    assert found.answers == {"accepted", NO_REPLICA}
    assert "RPL-25" in found.decisive


@pytest.mark.parametrize("key", [KeyRef("arn", "nobody"), KeyRef("arn", "disabled"), KeyRef("arn", "far")])
def test_no_replica_arrives_under_a_replica_key_that_cannot_be_used(ask: Ask, key: KeyRef) -> None:
    unusable = (CreateKey(key="disabled"), DisableKey(key="disabled"), CreateKey(key="far", region="away"))
    selecting = replace(SELECTING, replica_key=key)
    found = ask(*BUCKETS, *KEYS, *unusable, selecting, put("aws:kms", NAMED), REPLICA)
    assert found.answers == {NO_REPLICA}
    assert found.rests_on("RPL-26")


def test_a_replica_key_that_cannot_be_used_does_not_matter_to_an_sse_s3_object(ask: Ask) -> None:
    selecting = replace(SELECTING, replica_key=KeyRef("arn", "nobody"))
    assert ask(*BUCKETS, selecting, put("AES256"), REPLICA).answers == {"accepted"}


@pytest.mark.parametrize("day", [DSSE_DAY, EDITION])
def test_the_replica_of_a_dsse_kms_object_is_dsse_kms(ask: Ask, day: dt.date) -> None:
    found = ask(*BUCKETS, *KEYS, default("AES256"), SELECTING, put(DSSE, NAMED), REPLICA, as_of=day)
    assert found.wants("algorithm") == {DSSE}
    assert found.wants("kms_key") == {KeyArn("r")}
    assert found.rests_on("RPL-27")


def test_the_replica_of_an_object_with_a_bucket_key_has_a_bucket_key(ask: Ask, any_day: dt.date) -> None:
    written = (*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY), SELECTING, put("aws:kms", NAMED, True))
    found = ask(*written, REPLICA, as_of=any_day)
    assert found.wants("bucket_key") == {True}
    assert found.rests_on("RPL-28")


def test_the_bucket_key_of_the_default_may_reach_the_replica_of_an_sse_kms_object(ask: Ask) -> None:
    written = (*BUCKETS, *KEYS, default("aws:kms", DEFAULT_KEY, True), SELECTING, put("aws:kms", NAMED))
    found = ask(*written, REPLICA)
    assert found.wants("bucket_key") == {True, False}
    assert "RPL-29" in found.decisive


# --- SSE-C ------------------------------------------------------------------------------------------------------------

READ_SSE_C = replace(HEAD, customer=CUSTOMER)
REPLICA_SSE_C = replace(REPLICA, customer=CUSTOMER)


def test_at_first_an_sse_c_object_is_not_replicated(ask: Ask) -> None:
    written = (*BUCKETS, PLAIN, PUT_SSE_C)
    assert ask(*written, READ_SSE_C, as_of=FIRST_DAY).wants("replication_status") == {None}
    found = ask(*written, REPLICA_SSE_C, as_of=FIRST_DAY)
    assert found.answers == {NO_REPLICA}
    assert found.rests_on("RPL-30")


def test_later_the_replica_of_an_sse_c_object_is_sse_c(ask: Ask) -> None:
    found = ask(*BUCKETS, default("aws:kms"), PLAIN, PUT_SSE_C, REPLICA_SSE_C, as_of=SSE_C_DAY)
    assert found.answers == {"accepted"}
    assert found.wants("algorithm") == {None}
    assert found.wants("customer_algorithm") == {"AES256"}
    assert found.rests_on("RPL-31")


def test_while_the_pages_changed_an_sse_c_object_is_replicated_or_not(ask: Ask) -> None:
    found = ask(*BUCKETS, PLAIN, PUT_SSE_C, REPLICA_SSE_C, as_of=BETWEEN)
    assert found.answers == {"accepted", NO_REPLICA}
    assert found.decisive.issuperset({"RPL-30", "RPL-31"})


def allowing(bucket: str, blocked: str) -> PutBucketEncryption:
    return PutBucketEncryption(bucket=bucket, rules=(Rule("AES256", blocked=blocked),))  # type: ignore[arg-type]


def test_a_destination_that_blocks_sse_c_takes_no_sse_c_replica(ask: Ask) -> None:
    written = (*BUCKETS, allowing("b", "NONE"), allowing("d", "SSE-C"), PLAIN, PUT_SSE_C)
    found = ask(*written, REPLICA_SSE_C, as_of=BLOCKING_DAY)
    assert found.answers == {NO_REPLICA}
    assert found.rests_on("RPL-32")


@pytest.mark.parametrize("day", [BLOCKING_DAY, EDITION])
def test_a_destination_that_allows_sse_c_takes_an_sse_c_replica(ask: Ask, day: dt.date) -> None:
    written = (*BUCKETS, allowing("b", "NONE"), allowing("d", "NONE"), PLAIN, PUT_SSE_C)
    assert ask(*written, REPLICA_SSE_C, as_of=day).answers == {"accepted"}


# --- what is not described --------------------------------------------------------------------------------------------


def test_nothing_is_said_of_a_replica_where_the_default_changed_on_its_way(ask: Ask) -> None:
    assert ask(*BUCKETS, PLAIN, put("AES256"), default("aws:kms"), REPLICA).prediction.open


def test_nothing_is_said_of_a_replica_where_the_configuration_changed_on_its_way(ask: Ask) -> None:
    assert ask(*BUCKETS, PLAIN, put("AES256"), DELETE, REPLICA).prediction.open


def test_nothing_is_said_of_a_replica_where_another_object_may_be_in_its_place(ask: Ask) -> None:
    other = PutObject(bucket="d", key="o")
    assert ask(*BUCKETS, other, PLAIN, put("AES256"), REPLICA).prediction.open


def test_nothing_is_said_of_a_replica_whose_source_cannot_be_decrypted_any_more(ask: Ask) -> None:
    assert ask(*BUCKETS, *KEYS, SELECTING, put("aws:kms", NAMED), DisableKey(key="k"), REPLICA).prediction.open


def test_nothing_is_said_of_a_replica_under_a_key_of_another_account(ask: Ask) -> None:
    theirs = CreateKey(key="theirs", principal="other")
    selecting = replace(SELECTING, replica_key=KeyRef("arn", "theirs"))
    assert ask(*BUCKETS, *KEYS, theirs, selecting, put("aws:kms", NAMED), REPLICA).prediction.open


def test_a_replica_in_another_region_is_not_described(ask: Ask) -> None:
    away = (CreateBucket(bucket="d", region="away"), PutBucketVersioning(bucket="d", status="Enabled"))
    assert ask(*SOURCE, *away, PLAIN).answers == {"accepted"}
    assert ask(*SOURCE, *away, PLAIN, put("AES256"), REPLICA).prediction.open


def test_a_bucket_that_replicates_to_itself_is_not_described(ask: Ask) -> None:
    assert ask(*SOURCE, replace(PLAIN, destination="b")).prediction.open
