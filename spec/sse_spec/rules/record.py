"""The record of all decisions of the specification: what an implementation with one bug has one entry of replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Field, Refusal, Want
from sse_spec.rules import (
    access_logging,
    batch,
    configuration,
    copy,
    cross_account,
    default,
    headers,
    kms,
    multipart,
    permissions,
    reading,
    replication,
    sse_c,
    update,
)
from sse_spec.rules import bucket_key as bucket_keys
from sse_spec.rules import bytes as contents
from sse_spec.rules import etag as etags
from sse_spec.situation import Situation

__all__ = ["RULES", "Rules"]


class Rules(NamedTuple):
    """The decisions of the specification, each replaceable by itself."""

    bucket_checks: Callable[[Situation, Law], Checks] = configuration.bucket_checks
    put_checks: Callable[[Situation, Law], Checks] = configuration.put_checks
    shown_default: Callable[[Situation, Law], Refusal | tuple[Field, ...]] = configuration.shown_default
    default_deletion: Callable[[Law], Field] = configuration.deletion_status
    algorithm: Callable[[Situation, Law], Decided[str | None]] = default.algorithm
    answered: Callable[[Situation, Law], tuple[bool, str]] = default.answered
    write_checks: Callable[[Situation, Law, str | None], Checks] = headers.write_checks
    context_checks: Callable[[Situation, Law, str | None], Checks] = headers.context_checks
    read_checks: Callable[[Situation, Law], Checks] = headers.read_checks
    key: Callable[[Situation, Law, str | None], tuple[Decided[kms.KeyChoice], ...]] = cross_account.key
    named_key: Callable[[Situation, Law, kms.KeyChoice], Decided[Want]] = kms.named_key
    key_checks: Callable[[Situation, Law, kms.KeyChoice], Checks] = kms.key_checks
    read_key_checks: Callable[[Situation, Law], Checks] = kms.read_key_checks
    shared_key_checks: Callable[[Situation, Law, kms.KeyChoice], Checks] = cross_account.shared_key_checks
    shared_read_checks: Callable[[Situation, Law], Checks] = cross_account.read_checks
    configuring_checks: Callable[[Situation, Law], Checks] = permissions.configuring_checks
    policy_checks: Callable[[Situation, Law], Checks] = permissions.policy_checks
    write_right_checks: Callable[[Situation, Law, kms.KeyChoice], Checks] = permissions.write_right_checks
    read_right_checks: Callable[[Situation, Law], Checks] = permissions.read_right_checks
    part_right_checks: Callable[[Situation, Law], Checks] = permissions.part_checks
    bucket_key: Callable[[Situation, Law, str | None], tuple[Decided[bool], ...]] = bucket_keys.bucket_key
    data_key_calls: Callable[[Situation, Law], Decided[str]] = kms.data_key_calls
    used_key: Callable[[Situation, Law], Decided[Want]] = kms.used_key
    kms_context: Callable[[Law], Decided[str]] = kms.context
    bucket_key_calls: Callable[[Situation, Law], tuple[Decided[str], ...]] = bucket_keys.calls
    bucket_key_context: Callable[[Law], Decided[str]] = bucket_keys.context
    source_checks: Callable[[Situation, Law], Checks] = copy.source_checks
    in_place_checks: Callable[[Situation, Law, str | None, kms.KeyChoice, bool], Checks] = copy.in_place_checks
    etag: Callable[[Situation, Law, str | None], tuple[Decided[str], ...]] = etags.etag
    kept_etag: Callable[[Law], Decided[str]] = etags.kept_etag
    customer_checks: Callable[[Situation, Law], Checks] = sse_c.write_checks
    customer_read_checks: Callable[[Situation, Law], Checks] = sse_c.read_checks
    customer_confirmed: Callable[[Law, str, tuple[str, ...]], tuple[Field, ...]] = sse_c.confirmed
    customer_ignored: Callable[[], tuple[Field, ...]] = sse_c.ignored
    customer_part_checks: Callable[[Situation, Law], Checks] = sse_c.part_checks
    list_checks: Callable[[Situation, Law], Checks] = sse_c.list_checks
    shown_list: Callable[[Situation, Law], tuple[Field, ...]] = sse_c.shown_list
    delete_checks: Callable[[Law], Checks] = sse_c.delete_checks
    named_algorithm: Callable[[Law, str | None], Decided[str | None]] = reading.named_algorithm
    destination_checks: Callable[[Situation, Law], Checks] = access_logging.destination_checks
    log_target_checks: Callable[[Situation, Law], Checks] = access_logging.log_target_checks
    shown_destination: Callable[[Situation, Law], Decided[Want]] = access_logging.shown_destination
    arrival: Callable[[Situation, Law], tuple[Decided[bool], ...]] = access_logging.arrival
    log_encryption: Callable[[Situation, Law], Decided[str | None] | None] = access_logging.log_encryption
    job_checks: Callable[[Situation, Law, kms.KeyChoice], Checks] = batch.job_checks
    copy_encryption: Callable[[Situation, Law], Decided[bool]] = batch.copy_encryption
    copy_bucket_key: Callable[[Situation, Law], Decided[bool]] = batch.copy_bucket_key
    updates_exist: Callable[[Law], bool] = update.exists
    update_checks: Callable[[Situation, Law], Checks] = update.update_checks
    updated_encryption: Callable[[Situation, Law], Decided[bool]] = update.updated_encryption
    updated_bucket_key: Callable[[Situation, Law], Decided[bool]] = update.updated_bucket_key
    updated_etag: Callable[[Law], Decided[str]] = update.updated_etag
    updated_version: Callable[[Law], Decided[str]] = update.updated_version
    kept_beside: Callable[[Situation, Law], Decided[bool]] = update.kept_beside
    object_checks: Callable[[Situation, Law], Checks] = reading.object_checks
    shown_by: Callable[[Situation, Law], tuple[bool, str]] = reading.shown_by
    shown_algorithm: Callable[[Situation, Law], Decided[str | None]] = reading.shown_algorithm
    content: Callable[[Law], Decided[str | None]] = reading.content
    portion: Callable[[Situation, Law, Decided[str | None]], Decided[str | None]] = contents.portion
    length: Callable[[Law], Decided[str | None]] = contents.length
    range_status: Callable[[Situation, Law], Decided[str] | None] = contents.status
    replication_checks: Callable[[Situation, Law], Checks] = replication.replication_checks
    shown_replication: Callable[[Situation, Law], Refusal | tuple[Field, ...]] = replication.shown_replication
    replication_deletion: Callable[[Law], Field] = replication.deletion_status
    replicated: Callable[[Situation, Law], tuple[Decided[bool], ...]] = replication.replicated
    replication_status: Callable[[Situation, Law], tuple[tuple[Field, ...], ...]] = replication.replication_status
    replica_checks: Callable[[Situation, Law], Checks] = replication.replica_checks
    replica_algorithm: Callable[[Situation, Law], Decided[str | None] | None] = replication.replica_algorithm
    replica_key: Callable[[Situation, Law, Decided[str | None]], Decided[str | None]] = replication.replica_key
    replica_bucket_key: Callable[[Situation, Law, Decided[str | None]], tuple[Decided[bool], ...]] = (
        replication.replica_bucket_key
    )
    replica_etag: Callable[[Situation, Law, Decided[str | None]], tuple[Decided[str] | None, ...]] = (
        replication.replica_etag
    )
    replica_marks: Callable[[Law], tuple[Field, ...]] = replication.replica_marks
    upload_checks: Callable[[Situation, Law], Checks] = multipart.upload_checks
    part_source_checks: Callable[[Situation], Checks] = multipart.part_source_checks
    part_algorithm: Callable[[Situation, Law], Decided[str | None]] = multipart.part_algorithm
    part_etag: Callable[[Situation, Law], Decided[str] | None] = multipart.part_etag
    as_begun: Callable[[Situation, Law], tuple[Decided[bool], ...]] = multipart.as_begun


RULES = Rules()
