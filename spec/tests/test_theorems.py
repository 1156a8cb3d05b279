"""Theorems: a specification with one broken clause violates one, and no program shows it that is shorter than this."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from sse_spec.actions import (
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
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
    ReadKmsCalls,
    ReadLog,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.clauses import EDITION, FIRST_DAY, clause
from sse_spec.exploration import SCOPES, THEOREMS, Exploration, Scope
from sse_spec.law import laws
from sse_spec.machine import RULES
from sse_spec.model import Model
from sse_spec.outcomes import Decided
from sse_spec.scene import VALID_CONTEXT

K1, K2, K1_BY_ID = KeyRef("arn", "K1"), KeyRef("arn", "K2"), KeyRef("id", "K1")
ALIAS = KeyRef("alias", "a")
OWN, OTHER = CustomerKey(), CustomerKey("c2")
FIVE_MIB = 5 * 1024 * 1024
"""The least size of a part that is not the last."""

DAYS = (EDITION, FIRST_DAY, dt.date(2022, 12, 31), dt.date(2022, 9, 1))
"""Between them every clause is in force that a theorem rests on."""

DAYS_OF = {"SSC-31": dt.date(2025, 12, 1)}
"""Where another clause would hide the breach on each of those days."""


def default(*rule: Any, bucket: str = "b1", by: str = "main", owner: str | None = None, **more: Any) -> Action:
    return PutBucketEncryption(principal=by, bucket=bucket, rules=(Rule(*rule, **more),), expected_owner=owner)


def put(*headers: Any, bucket: str = "b1", key: str = "o1", by: str = "main", **more: Any) -> PutObject:
    return PutObject(principal=by, bucket=bucket, key=key, body="x", headers=EncryptionHeaders(*headers, **more))


def post(*headers: Any) -> Action:
    return PostObject(bucket="b1", key="o1", body="x", headers=EncryptionHeaders(*headers))


def begin(*headers: Any, by: str = "main", **more: Any) -> Action:
    sent = EncryptionHeaders(*headers, **more)
    return CreateMultipartUpload(principal=by, bucket="b1", key="o1", upload="u1", headers=sent)


def part(*, by: str = "main", **more: Any) -> Action:
    return UploadPart(principal=by, bucket="b1", key="o1", upload="u1", body="x", **more)


def copied_part() -> Action:
    return UploadPartCopy(bucket="b1", key="o1", upload="u1", source_bucket="b1", source_key="o1", number=2)


def complete(*parts: int) -> Action:
    return CompleteMultipartUpload(bucket="b1", key="o1", upload="u1", parts=parts)


def copy(
    *headers: Any,
    key: str = "o1",
    version: int | None = None,
    directive: Any = None,
    source_customer: CustomerKey | None = None,
    **more: Any,
) -> Action:
    return CopyObject(
        bucket="b1",
        key=key,
        source_bucket="b1",
        source_key="o1",
        source_version=version,
        headers=EncryptionHeaders(*headers, **more),
        source_customer=source_customer,
        metadata_directive=directive,
    )


def job(*headers: Any, key: str = "o1", **more: Any) -> Action:
    sent = EncryptionHeaders(*headers, **more)
    return BatchCopy(bucket="b1", key=key, source_bucket="b1", source_key="o1", headers=sent)


def head(*, key: str = "o1", **more: Any) -> Action:
    return HeadObject(bucket="b1", key=key, **more)


def get(*, by: str = "main", **more: Any) -> Action:
    return GetObject(principal=by, bucket="b1", key="o1", **more)


def update(kms_key: KeyRef, **more: Any) -> Action:
    return UpdateObjectEncryption(bucket="b1", key="o1", kms_key=kms_key, **more)


def replicate(*, bucket: str = "b1", to: str = "b2", key: KeyRef | None = None, **more: Any) -> Action:
    return PutBucketReplication(bucket=bucket, destination=to, replica_key=key, **more)


def replica(customer: CustomerKey | None = None) -> Action:
    return HeadReplica(bucket="b2", key="o1", source="b1", customer=customer)


def calls(*others: str) -> Action:
    return ReadKmsCalls(bucket="b1", key="o1", others=others)


def alias(key: str) -> Action:
    return CreateAlias(alias="a", key=key)


ALLOWS, BLOCKS = default("AES256", blocked="NONE"), default("AES256", blocked="SSE-C")
VERSIONED = PutBucketVersioning(bucket="b1", status="Enabled")
SCHEDULED, TAKEN_BACK = ScheduleKeyDeletion(key="K1"), CancelKeyDeletion(key="K1")
DISABLED, DELETED = DisableKey(key="K1"), DeleteBucketEncryption(bucket="b1")


BROKEN: dict[str, tuple[tuple[Any, ...], ...]] = {
    "an explicit header beats the default": (
        ("DEF-02", "objects", put("aws:kms")),
        ("DEF-03", "objects", default("AES256"), put("aws:kms")),
        ("PST-02", "objects", post("aws:kms", K1)),
        ("MPU-02", "uploads", begin("aws:kms")),
    ),
    "without headers the default decides": (
        ("DEF-01", "objects", default("aws:kms"), put()),
        ("DEF-04", "objects", put()),
        ("PST-01", "objects", default("aws:kms"), post()),
        ("MPU-01", "uploads", default("aws:kms"), begin()),
    ),
    "no new object is unencrypted where a default is in force": (("DEF-05", "objects", put()),),
    "a copy never takes over the encryption of its source by itself": (
        ("CPY-01", "objects", copy(directive="REPLACE")),
        ("CPY-03", "objects", put("aws:kms", K1), copy("aws:kms")),
        ("BKT-05", "objects", put("aws:kms", bucket_key=True), copy("aws:kms")),
    ),
    "a bucket key header beats the default": (
        ("BKT-02", "objects", put("aws:kms", bucket_key=True)),
        ("BKT-07", "objects", default("aws:kms"), put(bucket_key=True)),
    ),
    "an sse kms default gives its bucket key to new objects": (
        ("BKT-01", "objects", default("aws:kms", bucket_key=True), put()),
        ("BKT-03", "objects", default("aws:kms", bucket_key=True), put("aws:kms")),
        ("BKT-09", "objects", default("aws:kms", bucket_key=True), put("aws:kms", K1)),
    ),
    "a bucket key is used by sse kms objects that something asked for it": (
        ("BKT-04", "objects", put("aws:kms")),
        ("BKT-06", "objects", default("AES256", bucket_key=True), put()),
        ("DSS-05", "objects", default("AES256", bucket_key=True), put("aws:kms:dsse")),
    ),
    "an sse kms object has a key and no other object has": (
        ("KMS-22", "objects", put()),
        ("KMS-03", "objects", default("aws:kms"), put()),
        ("KMS-04", "objects", put("aws:kms")),
    ),
    "a key is always named by its arn": (("KMS-08", "objects", put("aws:kms")),),
    "the key that the request names is used": (
        ("KMS-01", "objects", put("aws:kms", K1)),
        ("DSS-04", "objects", put("aws:kms:dsse", K1)),
    ),
    "without headers the key of the default is used": (
        ("KMS-02", "objects", default("aws:kms", K1), put()),
        ("KMS-09", "objects", alias("K1"), default("aws:kms", ALIAS), UpdateAlias(alias="a", key="K2"), put()),
        ("XAC-11", "accounts", default("aws:kms", K1_BY_ID), put(by="other")),
    ),
    "where nobody names a key it is the one aws managed key": (
        ("KMS-03", "objects", default("aws:kms"), put()),
        ("KMS-04", "objects", put("aws:kms")),
        ("KMS-06", "buckets", put("aws:kms"), put("aws:kms", bucket="b2")),
        ("XAC-01", "accounts", put("aws:kms", by="other")),
    ),
    "a write never succeeds under a key that cannot be used": (
        ("KMS-10", "objects", put("aws:kms", KeyRef("arn", "nosuchkey"))),
        ("KMS-11", "objects", put("aws:kms", KeyRef("text", "no key at all"))),
        ("KMS-12", "objects", put("aws:kms", KeyRef("arn", "KA"))),
        ("KMS-13", "objects", put("aws:kms", ALIAS)),
        ("KMS-14", "objects", DISABLED, put("aws:kms", K1)),
        ("KMS-15", "objects", SCHEDULED, put("aws:kms", K1)),
        ("KMS-16", "objects", default("aws:kms", ALIAS), put()),
        ("KMS-21", "objects", SCHEDULED, TAKEN_BACK, put("aws:kms", K1)),
        ("XAC-07", "accounts", put("aws:kms", K2)),
        ("XAC-08", "accounts", default("aws:kms", K2), put()),
        ("BAT-05", "jobs", DISABLED, job("aws:kms", K1)),
    ),
    "content is never read under a key that cannot be used": (
        ("KMS-17", "objects", put("aws:kms", K1), DISABLED, get()),
        ("KMS-18", "objects", put("aws:kms", K1), SCHEDULED, get()),
        ("KMS-21", "objects", put("aws:kms", K1), SCHEDULED, TAKEN_BACK, get()),
        ("CPY-16", "objects", put("aws:kms", K1), DISABLED, copy()),
        ("XAC-03", "accounts", put("aws:kms"), get(by="other")),
        ("XAC-09", "accounts", put("aws:kms", K2, by="other"), get()),
    ),
    "an object keeps its encryption until it is written again": (
        ("DEF-06", "objects", default("AES256"), head()),
        ("CPY-13", "versions", VERSIONED, put(), head(version=0)),
        ("CPY-14", "objects", copy(key="o2"), head()),
        ("UPD-02", "versions", put(), update(K1), head()),
        ("UPD-11", "versions", VERSIONED, put(), update(K1), head(version=0)),
        ("DSS-03", "objects", put("aws:kms:dsse"), head()),
    ),
    "a refused request changes nothing": (("HDR-03", "objects", put("aws:kms", ALIAS), head()),),
    "a read names the encryption of an object": (
        ("RDG-01", "objects", put(), head()),
        ("RDG-02", "objects", put(), get()),
        ("BYT-03", "objects", put(), get(span=(0, 0))),
        ("UPD-02", "versions", put(), update(K1), head()),
        ("UPD-04", "versions", put(), update(K1, bucket_key=True), head()),
        ("BAT-02", "jobs", job("AES256"), head()),
        ("BAT-03", "jobs", job(key="o2"), head(key="o2")),
        ("BAT-04", "jobs", job("aws:kms", bucket_key=True), head()),
    ),
    "the answer to a write names what was stored": (
        ("DEF-07", "objects", put()),
        ("CPY-15", "objects", copy()),
        ("PST-03", "objects", post()),
        ("MPU-05", "uploads", begin()),
        ("MPU-07", "uploads", begin(), part(), complete(1)),
    ),
    "a head shows what the write answered": (("ETG-04", "objects", put()),),
    "what was written is what is read": (
        ("RDG-03", "objects", get()),
        ("BYT-01", "objects", head()),
        ("BYT-02", "objects", get(span=(0, 0))),
        ("BYT-05", "objects", default("AES256"), get()),
        ("BYT-06", "uploads", begin(), part(repeat=FIVE_MIB), part(number=2), complete(1, 2), get()),
    ),
    "the etag is the md5 of unencrypted and sse s3 objects only": (
        ("ETG-01", "objects", put()),
        ("ETG-02", "objects", put("aws:kms")),
        ("ETG-03", "objects", put("aws:kms"), copy()),
        ("ETG-05", "objects", put("aws:kms"), copy("aws:kms")),
        ("PST-04", "objects", post()),
        ("SSC-19", "customer-keys", ALLOWS, put(customer=OWN)),
        ("SSC-20", "customer-keys", ALLOWS, put(customer=OWN), copy(source_customer=OWN)),
        ("MPU-12", "uploads", begin(), part(), complete(1)),
        ("MPU-13", "uploads", begin(), part(), complete(1), copy("AES256")),
    ),
    "the default that was put is the default that is shown": (
        ("CFG-02", "objects", default("AES256", bucket_key=True), default("AES256")),
        ("CFG-03", "objects", default("AES256")),
        ("CFG-17", "objects", default("aws:kms", K1)),
        ("CFG-19", "objects", default("AES256")),
        ("CFG-21", "objects", default("aws:kms", bucket_key=True)),
    ),
    "deleting the default leaves the baseline": (
        ("CFG-04", "objects", DELETED),
        ("CFG-05", "objects", DELETED),
        ("CFG-06", "objects", DELETED),
        ("CFG-07", "objects", default("AES256"), DELETED),
        ("CFG-08", "objects", default("AES256"), DELETED),
    ),
    "a write leaves the default as it is": (("BKT-10", "objects", default("AES256"), put("aws:kms", bucket_key=True)),),
    "a valid default is accepted whatever the state of its key": (
        ("CFG-01", "objects", default("AES256")),
        ("CFG-16", "objects", default("aws:kms", ALIAS)),
        ("CFG-18", "objects", default("aws:kms")),
        ("CFG-20", "objects", default("AES256", bucket_key=True)),
        ("DSS-01", "objects", default("aws:kms:dsse")),
        ("SSC-25", "customer-keys", BLOCKS),
        ("PRM-05", "permissions", default("AES256", owner="main")),
    ),
    "an invalid default is refused": (
        ("CFG-09", "objects", PutBucketEncryption(bucket="b1")),
        ("CFG-10", "objects", PutBucketEncryption(bucket="b1", rules=(Rule("AES256"), Rule("aws:kms")))),
        ("CFG-11", "objects", default("AES512")),
        ("CFG-12", "objects", default()),
        ("CFG-14", "objects", default("AES256", K1)),
        ("CFG-15", "objects", default("aws:kms", KeyRef("text", ""))),
        ("CFG-23", "objects", PutBucketEncryption(bucket="b1", malformed=True)),
        ("SSC-24", "objects", default("SSE-C")),
    ),
    "a write with wrong encryption headers is refused": (
        ("HDR-01", "objects", put("AES512")),
        ("HDR-02", "objects", put("")),
        ("HDR-04", "objects", put(None, K1)),
        ("HDR-06", "objects", put("AES256", K1)),
        ("HDR-10", "objects", put("aws:kms", context="no map of strings")),
        ("PST-05", "objects", post("AES512")),
    ),
    "a legal write under a usable key is never refused": (
        ("KMS-20", "objects", DISABLED, EnableKey(key="K1"), put("aws:kms", K1)),
        ("HDR-11", "objects", put("aws:kms", context=VALID_CONTEXT)),
        ("PRM-13", "permissions", put(by="main/no-kms")),
        ("PRM-15", "permissions", PutBucketPolicy(bucket="b1", policy="require-header"), put("AES256")),
        ("XAC-02", "accounts", put("aws:kms", by="other")),
        ("XAC-04", "accounts", put("aws:kms", K1, by="other")),
        ("XAC-05", "accounts", default("aws:kms", K1), put(by="other")),
        ("DSS-02", "objects", put("aws:kms:dsse")),
    ),
    "a copy in place that changes something is legal": (
        ("CPY-05", "objects", copy("AES256")),
        ("CPY-06", "objects", copy(directive="REPLACE")),
        ("CPY-07", "objects", default("AES256"), copy()),
        ("CPY-10", "objects", copy()),
        ("CPY-12", "versions", copy(version=0)),
        ("CPY-17", "objects", default("aws:kms"), copy()),
    ),
    "a copy in place that changes nothing is refused": (("CPY-04", "objects", put(), copy()),),
    "a read of an encrypted object that names an encryption is refused": (
        ("HDR-08", "objects", put(), head(algorithm="AES256")),
    ),
    "an object under a usable key can always be read": (
        ("KMS-20", "versions", put("aws:kms", K1), DISABLED, EnableKey(key="K1"), get()),
        ("XAC-06", "accounts", put("aws:kms", K1), get(by="other")),
        ("PRM-13", "permissions", get(by="main/no-kms")),
    ),
    "nothing is done in a bucket that does not exist": (("CFG-22", "objects", GetBucketEncryption(bucket="nowhere")),),
    "an object made from parts is encrypted as its upload was begun": (
        ("MPU-03", "uploads", begin("aws:kms"), part(), complete(1)),
    ),
    "the answer to a part names the encryption of its upload": (
        ("MPU-06", "uploads", begin(), part()),
        ("MPU-09", "uploads", begin(), copied_part()),
    ),
    "only the beginning of an upload carries the encryption header": (
        ("MPU-08", "uploads", begin(), part(algorithm="AES256")),
    ),
    "the etag of a part is the md5 of unencrypted and sse s3 parts only": (
        ("MPU-10", "uploads", begin(), part()),
        ("MPU-11", "uploads", begin("aws:kms"), part()),
    ),
    "a part goes with the customer key of its upload": (
        ("SSC-21", "uploads", ALLOWS, begin(customer=OWN), part()),
        ("SSC-22", "uploads", begin(), part(customer=OWN)),
        ("SSC-23", "uploads", ALLOWS, begin(customer=OWN), part(customer=CustomerKey("not c1"))),
    ),
    "a customer key beats the default": (("SSC-01", "customer-keys", ALLOWS, put(customer=OWN)),),
    "a write with flawed customer headers is refused": (
        ("SSC-04", "customer-keys", ALLOWS, put("AES256", customer=OWN)),
        ("SSC-05", "customer-keys", ALLOWS, put(customer=CustomerKey(algorithm="AES512"))),
        ("SSC-06", "customer-keys", ALLOWS, put(customer=CustomerKey(algorithm=None))),
        ("SSC-07", "customer-keys", ALLOWS, put(customer=CustomerKey(None))),
        ("SSC-08", "customer-keys", ALLOWS, put(customer=CustomerKey(flaw="length"))),
        ("SSC-09", "customer-keys", ALLOWS, put(customer=CustomerKey(flaw="md5"))),
    ),
    "an object is read with its own customer key only": (
        ("SSC-10", "customer-keys", ALLOWS, put(customer=OWN), head()),
        ("SSC-11", "customer-keys", ALLOWS, put(customer=OWN), head(customer=OTHER)),
        ("SSC-12", "customer-keys", ALLOWS, put(customer=OWN), get(customer=CustomerKey(flaw="length"))),
        ("SSC-13", "customer-keys", ALLOWS, put(customer=OWN), get(customer=CustomerKey(flaw="md5"))),
        ("SSC-14", "customer-keys", put(), head(customer=OWN)),
    ),
    "with its customer key an object can always be read": (
        ("SSC-16", "versions", ALLOWS, VERSIONED, put(customer=OWN), put(customer=OTHER), get(customer=OWN, version=0)),
        ("SSC-28", "customer-keys", ALLOWS, put(customer=OWN), BLOCKS, head(customer=OWN)),
    ),
    "an object is copied with its own customer key only": (
        ("SSC-17", "customer-keys", ALLOWS, put(customer=OWN), copy(customer=OWN)),
        ("SSC-18", "customer-keys", ALLOWS, put(customer=OWN), copy(source_customer=OTHER)),
    ),
    "an answer about a customer key names no other encryption": (
        ("SSC-02", "customer-keys", ALLOWS, put(customer=OWN)),
        ("SSC-03", "customer-keys", ALLOWS, put(customer=OWN), head(customer=OWN)),
    ),
    "a bucket that blocks sse c takes no object under a customer key": (
        ("SSC-26", "customer-keys", BLOCKS, put(customer=OWN)),
        ("SSC-29", "customer-keys", put(customer=OWN)),
        ("SSC-31", "customer-keys", BLOCKS, default("aws:kms", K1), put(customer=OWN)),
    ),
    "a bucket that allows sse c takes objects under customer keys": (
        ("SSC-27", "customer-keys", ALLOWS, put(customer=OWN)),
    ),
    "deleting needs no customer key": (
        ("SSC-15", "customer-keys", ALLOWS, put(customer=OWN), DeleteObject(bucket="b1", key="o1")),
    ),
    "the list of blocked types is shown": (
        ("SSC-30", "customer-keys", GetBucketEncryption(bucket="b1")),
        ("SSC-31", "customer-keys", ALLOWS, default("aws:kms", K1), GetBucketEncryption(bucket="b1")),
    ),
    "a bucket is configured only if it is whose it is thought to be": (
        ("PRM-04", "permissions", default("AES256", owner="other")),
    ),
    "only who may decrypt under a key sends parts under it": (
        ("PRM-18", "permissions", begin("aws:kms", K1), part(by="main/no-kms")),
    ),
    "only who may configure a bucket does": (
        ("PRM-01", "permissions", default("AES256", by="main/no-config")),
        ("PRM-02", "permissions", DeleteBucketEncryption(principal="main/no-config", bucket="b1")),
        ("PRM-03", "permissions", GetBucketEncryption(principal="main/no-config", bucket="b1")),
    ),
    "only who may encrypt under a key writes under it": (
        ("PRM-06", "permissions", put("aws:kms", K1, by="main/no-kms")),
        ("PRM-07", "permissions", default("aws:kms", K1), put(by="main/no-kms")),
        ("PRM-17", "permissions", begin("aws:kms", K1, by="main/no-kms")),
    ),
    "only who may decrypt under a key reads under it": (
        ("PRM-08", "permissions", put("aws:kms", K1), get(by="main/no-kms")),
    ),
    "a policy about headers is not satisfied by a default": (
        ("PRM-14", "permissions", PutBucketPolicy(bucket="b1", policy="require-header"), put()),
        ("PRM-16", "permissions", PutBucketPolicy(bucket="b1", policy="require-kms"), put()),
    ),
    "a request means the keys of its own account": (
        ("XAC-10", "accounts", put("aws:kms", K1_BY_ID, by="other")),
        ("XAC-12", "accounts", alias("K1"), put("aws:kms", ALIAS, by="other")),
    ),
    "an update makes no new version": (("UPD-10", "versions", VERSIONED, put(), update(K1)),),
    "an update puts an object under a key that can be used": (
        ("UPD-05", "versions", put(), update(K1_BY_ID)),
        ("UPD-06", "versions", update(K1)),
        ("UPD-07", "versions", put(), update(KeyRef("arn", "K3"))),
        ("UPD-08", "versions", DISABLED, put(), update(K1)),
        ("UPD-09", "versions", update(K1)),
    ),
    "a legal update is never refused": (("UPD-01", "versions", put(), update(K1)),),
    "a legal job completes": (("BAT-01", "jobs", job("AES256")),),
    "a replica of an encrypted object never shows the default of the destination": (
        ("RPL-21", "replication", default("aws:kms", K2, bucket="b2"), replicate(), put(), replica()),
        ("RPL-22", "replication", replicate(sse_kms="Enabled", key=K1), put("aws:kms"), replica()),
        ("RPL-27", "replication", replicate(sse_kms="Enabled", key=K1), put("aws:kms:dsse"), replica()),
        ("RPL-28", "replication", replicate(sse_kms="Enabled", key=K1), put("aws:kms", bucket_key=True), replica()),
    ),
    "a replica under a customer key arrives only where that is possible": (
        (
            "RPL-32",
            "replication",
            ALLOWS,
            default("AES256", blocked="SSE-C", bucket="b2"),
            replicate(),
            put(customer=OWN),
            replica(customer=OWN),
        ),
        ("RPL-30", "replication", replicate(), put(customer=OWN), replica(customer=OWN)),
    ),
    "a replica under a kms key is under the replica key": (
        ("RPL-23", "replication", replicate(sse_kms="Enabled", key=K1), put("aws:kms"), replica()),
        ("RPL-26", "replication", DISABLED, replicate(sse_kms="Enabled", key=K1), put("aws:kms"), replica()),
    ),
    "without the opt in no object under a kms key is replicated": (
        ("RPL-24", "replication", replicate(), put("aws:kms"), replica()),
    ),
    "a replica of an unencrypted object has the default of the destination": (
        ("RPL-17", "replication", default("AES256", bucket="b2"), replicate(), put(), replica()),
        ("RPL-18", "replication", default("aws:kms", bucket_key=True, bucket="b2"), replicate(), put(), replica()),
        ("RPL-19", "replication", default("aws:kms", K2, bucket="b2"), replicate(), put(), replica()),
    ),
    "what was there before is not replicated": (("RPL-13", "replication", put(), replicate(), replica()),),
    "only versioned buckets are replicated": (
        ("RPL-02", "replication", replicate(bucket="plain", to="b1")),
        ("RPL-03", "replication", replicate(to="nowhere")),
        ("RPL-04", "replication", replicate(empty=True)),
    ),
    "the opt in and the replica key go together": (
        ("RPL-05", "replication", replicate(key=K1)),
        ("RPL-06", "replication", replicate(sse_kms="Enabled")),
    ),
    "the replication that was put is the replication that is shown": (
        ("RPL-01", "replication", replicate()),
        ("RPL-07", "replication", DISABLED, replicate(sse_kms="Enabled", key=K1)),
        ("RPL-10", "replication", replicate()),
    ),
    "deleting a replication leaves none": (
        ("RPL-09", "replication", DeleteBucketReplication(bucket="b1")),
        ("RPL-11", "replication", DeleteBucketReplication(bucket="b1")),
    ),
    "what is selected is replicated": (
        ("RPL-12", "replication", replicate(), put(), replica()),
        (
            "RPL-31",
            "replication",
            ALLOWS,
            default("AES256", blocked="NONE", bucket="b2"),
            replicate(),
            put(customer=OWN),
            replica(customer=OWN),
        ),
    ),
    "a replica is marked as one": (
        ("RPL-15", "replication", replicate(), put(), replica()),
        ("RPL-16", "replication", replicate(), put(), replica()),
    ),
    "what is replicated says so and nothing else does": (
        ("RPL-13", "replication", replicate(), head()),
        ("RPL-14", "replication", replicate(), put(), head()),
        ("RPL-24", "replication", replicate(), put("aws:kms"), head()),
    ),
    "no log arrives in a bucket with an sse kms default": (
        ("LOG-02", "logging", default("aws:kms"), ReadLog(bucket="b1", source="b2")),
    ),
    "a log has the default of its bucket": (
        ("LOG-05", "logging", default("AES256"), ReadLog(bucket="b1", source="b2")),
        ("LOG-06", "logging", ReadLog(bucket="b2", source="b1")),
    ),
    "a bucket without sse kms default may be a destination of logs": (
        ("LOG-01", "logging", PutBucketLogging(bucket="b1", target="b2")),
        ("LOG-10", "logging", PutBucketLogging(bucket="b1", target=None)),
    ),
    "a bucket out of reach is no destination of logs": (
        ("LOG-07", "logging", PutBucketLogging(bucket="b1", target="nowhere")),
        ("LOG-08", "logging", PutBucketLogging(bucket="b1", target="far")),
        ("LOG-09", "logging", PutBucketLogging(bucket="b1", target="foreign")),
    ),
    "the destination that was put is the destination that is shown": (
        ("LOG-11", "logging", PutBucketLogging(bucket="b1", target="b2")),
    ),
    "kms is asked for the key that the object names": (("KMS-23", "objects", put("aws:kms", K1), calls()),),
    "without bucket key kms is asked for each object": (("KMS-24", "objects", put("aws:kms", K1), calls()),),
    "kms is not asked for sse s3 objects": (("KMS-26", "objects", default("aws:kms", K1), put("AES256"), calls()),),
    "objects with a bucket key share calls to kms": (
        (
            "BKT-13",
            "objects",
            put("aws:kms", K1, bucket_key=True),
            put("aws:kms", K1, bucket_key=True, key="o2"),
            calls("o2"),
        ),
    ),
    "the encryption context names the object or with a bucket key the bucket": (
        ("KMS-25", "objects", put("aws:kms", K1), calls()),
        ("BKT-12", "objects", put("aws:kms", K1, bucket_key=True), calls()),
    ),
}
"""For each theorem the clauses that it rests on, a scope to start from, and the program that shows the breach."""

CASES = [(theorem, *case) for theorem, cases in BROKEN.items() for case in cases]


def tiny(scope: str, program: tuple[Action, ...]) -> Scope:
    """A scope of just these requests, which starts as another one does."""
    whole = next(one for one in SCOPES if one.name == scope)
    return whole._replace(name="tiny", actions=tuple(dict.fromkeys(program)), renamings=())


def day_of(name: str) -> dt.date:
    return DAYS_OF.get(name) or next(day for day in DAYS if any(name in law.in_force for law in laws(day)))


@functools.cache
def explored(scope: Scope, day: dt.date, broken: str | None, theorem: str | None = None) -> Exploration:
    """The exploration of a tiny scope, with a clause broken or none, and with all theorems or just one."""
    theorems = [one for one in THEOREMS if theorem in (None, one.name)]
    law = laws(day) if broken is None else tuple(one.without(broken) for one in laws(day))
    exploration = Exploration(
        scope, Model(day, law=law), whole=broken is not None, most_states=2_000, theorems=theorems
    )
    exploration.run()
    return exploration


@pytest.mark.parametrize(
    ("theorem", "name", "scope", "program"),
    [pytest.param(theorem, name, scope, program, id=f"{name}-{theorem}") for theorem, name, scope, *program in CASES],
)
def test_a_broken_clause_violates_the_theorem_and_this_is_the_shortest_program_that_shows_it(
    theorem: str, name: str, scope: str, program: list[Action]
) -> None:
    made = tiny(scope, tuple(program))
    sound = explored(made, day_of(name), None)
    assert sound.closed
    assert not sound.violations
    violation = explored(made, day_of(name), name, theorem).violations[theorem]
    assert [taken.action for taken in violation.trace] == program


@pytest.mark.parametrize("theorem", BROKEN)
def test_a_broken_clause_violates_this_theorem_and_no_other(theorem: str) -> None:
    violated = [
        set(explored(tiny(scope, tuple(program)), day_of(name), name).violations)
        for name, scope, *program in BROKEN[theorem]
    ]
    assert {theorem} in violated


def test_a_decision_that_permits_nothing_violates_just_the_theorem_that_something_is_always_permitted() -> None:
    broken = Model(rules=RULES._replace(key=lambda _s, _law, _algorithm: ()))
    exploration = Exploration(tiny("objects", (put("aws:kms"), head())), broken, whole=True)
    exploration.run()
    (violation,) = exploration.violations.values()
    assert violation.theorem.name == "a permitted outcome always exists"
    assert [taken.action for taken in violation.trace] == [put("aws:kms")]


def test_reads_that_show_another_encryption_than_the_write_answered_violate_the_theorem_about_that() -> None:
    rules = RULES._replace(shown_algorithm=lambda _s, _law: Decided("AES256", ()))
    exploration = Exploration(tiny("objects", (put("aws:kms"),)), Model(rules=rules), whole=True)
    exploration.run()
    assert set(exploration.violations) == {"a head shows what the write answered"}


def test_every_theorem_has_its_sentence_and_every_clause_that_it_rests_on_is_broken_here() -> None:
    rests = {one.name: sorted(one.clauses) for one in THEOREMS if one.clauses}
    assert {theorem: sorted(case[0] for case in cases) for theorem, cases in BROKEN.items()} == rests
    for one in THEOREMS:
        assert one.statement.endswith(".")
        assert all(clause(name).level != "MAY" for name in one.clauses)
