"""A witness becomes a program of its own that tells whether the bug is there, with nothing of ours installed."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from msgspec.structs import replace
from sse_adapters.calls import Document, call
from sse_adapters.names import NameMap
from sse_conformance.script import Check, Want, script
from sse_spec.actions import (
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
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
    ReadKmsCalls,
    ReadLog,
    Rule,
    S3Action,
    ScheduleKeyDeletion,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.outcomes import Refusal

BUG, GONE, UNKNOWN = 1, 0, 2
TIME_LIMIT = 60


class Case(NamedTuple):
    """A divergence of moto 5.2.5, what the script is to say of it, and a check that moto passes."""

    program: tuple[S3Action, ...]
    check: Check
    expected: str
    observed: str
    passing: Check | None
    refused: tuple[int, ...] = ()


NO_HEADERS = EncryptionHeaders()
BUCKET = CreateBucket(bucket="bucket1")
KEY = CreateKey(key="key1")
ALIAS = CreateAlias(alias="key1-alias", key="key1")
BY_ARN = EncryptionHeaders("aws:kms", KeyRef("arn", "key1"))
BY_ALIAS = EncryptionHeaders("aws:kms", KeyRef("alias", "key1-alias"))
MUST_FAIL = Check("acceptance", refusals=(Refusal(400, ("InvalidArgument",)),), accepted=False)
ACCEPTED = Check("acceptance")


def _put(headers: EncryptionHeaders = NO_HEADERS, key: str = "object1", body: str = "content") -> PutObject:
    return PutObject(bucket="bucket1", key=key, body=body, headers=headers)


def _configured(*rules: Rule) -> PutBucketEncryption:
    return PutBucketEncryption(bucket="bucket1", rules=rules)


def _copy(key: str = "copy1", **more: object) -> CopyObject:
    return CopyObject(bucket="bucket1", key=key, source_bucket="bucket1", source_key="object1", **more)  # type: ignore[arg-type]


def _begin(headers: EncryptionHeaders = NO_HEADERS) -> CreateMultipartUpload:
    return CreateMultipartUpload(bucket="bucket1", key="object1", upload="upload1", headers=headers)


def _part(number: int = 1, body: str = "content", repeat: int = 1, algorithm: str | None = None) -> UploadPart:
    return UploadPart(
        bucket="bucket1",
        key="object1",
        upload="upload1",
        number=number,
        body=body,
        repeat=repeat,
        algorithm=algorithm,
    )


TWO_PARTS = (BUCKET, _begin(), _part(2), _part(1, "x", 5 * 1024 * 1024))
COMPLETED = CompleteMultipartUpload(bucket="bucket1", key="object1", upload="upload1", parts=(1, 2))
COPIED_PART = UploadPartCopy(
    bucket="bucket1", key="object1", upload="upload1", source_bucket="bucket1", source_key="object1"
)
FAR = CreateBucket(bucket="far1", region="away")
LOGGED = (
    BUCKET,
    CreateBucket(bucket="logs1"),
    PutBucketPolicy(bucket="logs1", policy="log-delivery"),
    PutBucketLogging(bucket="bucket1", target="logs1"),
)
READ_LOG = ReadLog(bucket="logs1", source="bucket1")
JOB = BatchCopy(bucket="bucket1", key="object1", source_bucket="bucket1", source_key="object1", headers=BY_ARN)
UPDATE = UpdateObjectEncryption(bucket="bucket1", key="object1", kms_key=KeyRef("arn", "key1"))
SSE_C = EncryptionHeaders(customer=CustomerKey())
NOT_CONFIGURED = Refusal(404, ("ServerSideEncryptionConfigurationNotFoundError",))
READ = GetObject(bucket="bucket1", key="object1")
VERSIONED = (BUCKET, PutBucketVersioning(bucket="bucket1", status="Enabled"))
DESTINATION = (CreateBucket(bucket="bucket2"), PutBucketVersioning(bucket="bucket2", status="Enabled"))
REPLICATE = PutBucketReplication(bucket="bucket1", destination="bucket2")
SELECTING = PutBucketReplication(
    bucket="bucket1", destination="bucket2", sse_kms="Enabled", replica_key=KeyRef("arn", "key1")
)
REPLICA = HeadReplica(bucket="bucket2", key="object1", source="bucket1")

CASES = {
    "a bucket has no baseline": Case(
        (BUCKET, GetBucketEncryption(bucket="bucket1")),
        ACCEPTED,
        "accepted",
        "404 ServerSideEncryptionConfigurationNotFoundError",
        Check("acceptance", refusals=(NOT_CONFIGURED,), accepted=False),
    ),
    "the code of a refusal is another one": Case(
        (BUCKET, GetBucketEncryption(bucket="bucket1")),
        Check("code", refusals=(Refusal(404, ("NoSuchBucket",)), Refusal(400, ("InvalidRequest",))), accepted=False),
        "404 NoSuchBucket or 400 InvalidRequest",
        "404 ServerSideEncryptionConfigurationNotFoundError",
        Check("code", refusals=(Refusal(404, ()), Refusal(400, ("InvalidRequest",))), accepted=False),
    ),
    "the ETag under aws:kms is the MD5": Case(
        (BUCKET, KEY, _put(BY_ARN)),
        Check("etag", (Want("not-md5"),)),
        "not the MD5",
        "9a0364b9e99bb480dd25e1f0284c8555",
        Check("etag", (Want("md5"),)),
    ),
    "the ETag of a copy is that of its source": Case(
        (BUCKET, _put(), _copy(headers=EncryptionHeaders("aws:kms"))),
        Check("etag", (Want("fresh"),)),
        "a new one, not the MD5",
        "9a0364b9e99bb480dd25e1f0284c8555",
        Check("etag", (Want("kept"),)),
    ),
    "an alias is echoed": Case(
        (BUCKET, KEY, ALIAS, _put(BY_ALIAS)),
        Check("kms_key", (Want("key-arn", "key1"),)),
        "key ARN",
        "alias/key1-alias-",
        Check("kms_key", (Want("as-put", key=KeyRef("alias", "key1-alias")),)),
    ),
    "no key is named for aws/s3": Case(
        (BUCKET, _put(EncryptionHeaders("aws:kms"))),
        Check("kms_key", (Want("managed-key-arn"),)),
        "key ARN of aws/s3",
        "absent",
        Check("kms_key", (Want("absent"), Want("managed-key-arn"))),
    ),
    "a key that does not exist is named for aws/s3": Case(
        (BUCKET, _configured(Rule("aws:kms", KeyRef("arn", "absent-key"))), _put(EncryptionHeaders("aws:kms"))),
        Check("kms_key", (Want("managed-key-arn"),), (Refusal(400, ("KMS.NotFoundException",)),)),
        "key ARN of aws/s3",
        "arn:aws:kms:us-east-1:123456789012:key/",
        Check("kms_key", (Want("key-arn", "absent-key"),)),
    ),
    "another key than before is named": Case(
        (BUCKET, KEY, CreateKey(key="key2"), _put(BY_ARN), _put(EncryptionHeaders("aws:kms", KeyRef("arn", "key2")))),
        Check("kms_key", (Want("shown-by", step=3), Want("managed-key-arn"))),
        "the same key ARN",
        "arn:aws:kms:us-east-1:123456789012:key/",
        Check("kms_key", (Want("key-arn", "key2"),)),
    ),
    "an unknown algorithm is configured": Case(
        (BUCKET, _configured(Rule("AES512"))), MUST_FAIL, "400 InvalidArgument", "accepted", ACCEPTED
    ),
    "a rule without algorithm is refused by another code": Case(
        (BUCKET, _configured(Rule(None, bucket_key=True))),
        MUST_FAIL,
        "400 InvalidArgument",
        "400 MalformedXML",
        Check("code", refusals=(Refusal(400, ("InvalidArgument", "MalformedXML")),), accepted=False),
    ),
    "an unknown algorithm is written": Case(
        (BUCKET, _put(EncryptionHeaders("AES512"))), MUST_FAIL, "400 InvalidArgument", "accepted", ACCEPTED
    ),
    "AES256 is taken with a key": Case(
        (BUCKET, KEY, _put(EncryptionHeaders("AES256", KeyRef("id", "key1")))),
        MUST_FAIL,
        "400 InvalidArgument",
        "accepted",
        ACCEPTED,
    ),
    "a key that does not exist is taken": Case(
        (BUCKET, _put(EncryptionHeaders("aws:kms", KeyRef("arn", "absent-key")))),
        MUST_FAIL,
        "400 KMS.NotFoundException",
        "accepted",
        ACCEPTED,
    ),
    "a disabled key is taken": Case(
        (BUCKET, KEY, DisableKey(key="key1"), _put(BY_ARN)),
        MUST_FAIL,
        "400 KMS.DisabledException",
        "accepted",
        ACCEPTED,
    ),
    "a key about to be deleted is taken": Case(
        (BUCKET, KEY, ScheduleKeyDeletion(key="key1"), _put(BY_ARN)),
        MUST_FAIL,
        "400 KMS.KMSInvalidStateException",
        "accepted",
        ACCEPTED,
    ),
    "a key of another Region is taken by its ARN": Case(
        (BUCKET, CreateKey(key="key1", region="away"), _put(BY_ARN)),
        MUST_FAIL,
        "400 KMS.NotFoundException",
        "accepted",
        ACCEPTED,
    ),
    "an encryption header on a GET is taken": Case(
        (BUCKET, _put(), GetObject(bucket="bucket1", key="object1", algorithm="AES256")),
        MUST_FAIL,
        "400 InvalidArgument",
        "accepted",
        ACCEPTED,
    ),
    "an encryption header on a HEAD is taken": Case(
        (BUCKET, _put(), HeadObject(bucket="bucket1", key="object1", algorithm="AES256")),
        MUST_FAIL,
        "400",
        "accepted",
        ACCEPTED,
    ),
    "a missing object is found by HEAD to be forbidden": Case(
        (BUCKET, HeadObject(bucket="bucket1", key="object1")),
        Check("code", refusals=(Refusal(403, ("AccessDenied",)),), accepted=False),
        "403",
        "404",
        Check("code", refusals=(Refusal(404, ("NoSuchKey",)),), accepted=False),
    ),
    "a body that is not XML crashes it": Case(
        (BUCKET, PutBucketEncryption(bucket="bucket1", malformed=True)),
        Check("answer", refusals=(Refusal(400, ("MalformedXML",)),), accepted=False),
        "400 MalformedXML",
        "no answer of S3: ExpatError",
        None,
    ),
    "a configuration is no document": Case(
        (BUCKET, _configured(Rule("AES256")), GetBucketEncryption(bucket="bucket1")),
        Check("answer", refusals=(Refusal(404, ()),), accepted=False),
        "404",
        "accepted",
        Check("answer"),
    ),
    "the bucket key of a default is another one": Case(
        (BUCKET, _configured(Rule("AES256")), GetBucketEncryption(bucket="bucket1")),
        Check("default_bucket_key", (Want("true"),)),
        "true",
        "False",
        Check("default_bucket_key", (Want("false"), Want("absent"))),
    ),
    "the algorithm of a default is another one": Case(
        (BUCKET, _configured(Rule("AES256")), GetBucketEncryption(bucket="bucket1")),
        Check("default_algorithm", (Want("text", "aws:kms"),)),
        "aws:kms",
        "AES256",
        Check("default_algorithm", (Want("text", "aws:kms"), Want("text", "AES256"))),
    ),
    "the key of a default is another one": Case(
        (BUCKET, KEY, _configured(Rule("aws:kms", KeyRef("id", "key1"))), GetBucketEncryption(bucket="bucket1")),
        Check("default_key", (Want("key-arn", "key1"),)),
        "key ARN",
        "-",
        Check("default_key", (Want("as-put", key=KeyRef("id", "key1")),)),
    ),
    "the status of a deletion is another one": Case(
        (BUCKET, DeleteBucketEncryption(bucket="bucket1")),
        Check("status", (Want("text", "200"),)),
        "200",
        "204",
        Check("status", (Want("text", "204"),)),
    ),
    "a bucket key is left out": Case(
        (BUCKET, _put()), Check("bucket_key", (Want("true"),)), "true", "absent", Check("bucket_key", (Want("false"),))
    ),
    "the ETag of an older version is the MD5": Case(
        (
            BUCKET,
            PutBucketVersioning(bucket="bucket1", status="Enabled"),
            _put(body="older"),
            _put(body="newer"),
            DeleteObject(bucket="bucket1", key="object1"),
            _copy(source_version=1),
            GetObject(bucket="bucket1", key="object1", version=0),
        ),
        Check("etag", (Want("not-md5"), Want("absent"))),
        "not the MD5",
        hashlib.md5(b"older").hexdigest(),
        Check("body", (Want("written"),)),
    ),
    "an object under a key of another account is read": Case(
        (
            BUCKET,
            PutBucketPolicy(bucket="bucket1", policy="share"),
            CreateKey(key="key1"),
            _put(BY_ARN),
            GetObject(bucket="bucket1", key="object1", principal="other"),
        ),
        Check("acceptance", refusals=(Refusal(403, ("AccessDenied",)),), accepted=False),
        "403 AccessDenied",
        "accepted",
        ACCEPTED,
    ),
    "another owner than expected is taken": Case(
        (BUCKET, PutBucketEncryption(bucket="bucket1", rules=(Rule("AES256"),), expected_owner="other")),
        Check("acceptance", refusals=(Refusal(403, ("AccessDenied",)),), accepted=False),
        "403 AccessDenied",
        "accepted",
        ACCEPTED,
    ),
    "an upload is begun without a word of its encryption": Case(
        (BUCKET, _begin()),
        Check("algorithm", (Want("text", "AES256"),)),
        "AES256",
        "absent",
        Check("algorithm", (Want("absent"),)),
    ),
    "an encryption header on a part is taken": Case(
        (BUCKET, _begin(), _part(algorithm="AES256")), MUST_FAIL, "400 InvalidArgument", "accepted", ACCEPTED
    ),
    "the ETag of a part under aws:kms is the MD5": Case(
        (BUCKET, KEY, _begin(BY_ARN), _part()),
        Check("etag", (Want("not-md5"),)),
        "not the MD5",
        "9a0364b9e99bb480dd25e1f0284c8555",
        Check("etag", (Want("md5"),)),
    ),
    "the ETag of a copied part is the MD5": Case(
        (BUCKET, _put(), _begin(), COPIED_PART),
        Check("etag", (Want("not-md5"),)),
        "not the MD5",
        "9a0364b9e99bb480dd25e1f0284c8555",
        Check("etag", (Want("md5"),)),
    ),
    "the ETag of an object made of parts is not the MD5": Case(
        (*TWO_PARTS, COMPLETED), Check("etag", (Want("md5"),)), "MD5", "-2", Check("etag", (Want("of-parts"),))
    ),
    "an object made of parts is long": Case(
        (*TWO_PARTS, COMPLETED, HeadObject(bucket="bucket1", key="object1")),
        Check("length", (Want("text", "7"),)),
        "7",
        "5242887",
        Check("length", (Want("length"),)),
    ),
    "an object made of parts is read": Case(
        (*TWO_PARTS, COMPLETED, READ),
        Check("status", (Want("text", "206"),)),
        "206",
        "200",
        Check("body", (Want("written"),)),
    ),
    "a range is not the whole": Case(
        (BUCKET, _put(), GetObject(bucket="bucket1", key="object1", span=(1, 3))),
        Check("body", (Want("written"),)),
        "as written",
        "ont",
        Check("body", (Want("range"),)),
    ),
    "the answer to a form is silent": Case(
        (BUCKET, PostObject(bucket="bucket1", key="object1", body="content", headers=EncryptionHeaders("AES256"))),
        Check("algorithm", (Want("text", "AES256"),)),
        "AES256",
        "absent",
        Check("algorithm", (Want("absent"),)),
    ),
    "what a form uploaded is read": Case(
        (BUCKET, PostObject(bucket="bucket1", key="object1", body="content"), READ),
        Check("body", (Want("text", "nothing"),)),
        "nothing",
        "content",
        Check("body", (Want("written"),)),
    ),
    "a destination without versioning is taken": Case(
        (*VERSIONED, CreateBucket(bucket="bucket2"), REPLICATE),
        Check("acceptance", refusals=(Refusal(400, ("InvalidRequest",)),), accepted=False),
        "400 InvalidRequest",
        "accepted",
        ACCEPTED,
    ),
    "the opt-in to replicate SSE-KMS objects is not shown": Case(
        (*VERSIONED, *DESTINATION, KEY, SELECTING, GetBucketReplication(bucket="bucket1")),
        Check("replication_sse_kms", (Want("text", "Enabled"),)),
        "Enabled",
        "absent",
        Check("replication_sse_kms", (Want("absent"),)),
    ),
    "another destination is shown": Case(
        (*VERSIONED, *DESTINATION, REPLICATE, GetBucketReplication(bucket="bucket1")),
        Check("replication_destination", (Want("bucket-arn", "bucket1"),)),
        "as put",
        "arn:aws:s3:::bucket2-",
        Check("replication_destination", (Want("bucket-arn", "bucket2"),)),
    ),
    "the replica key is shown": Case(
        (*VERSIONED, *DESTINATION, KEY, SELECTING, GetBucketReplication(bucket="bucket1")),
        Check("replication_replica_key", (Want("absent"),)),
        "absent",
        "arn:aws:kms:us-east-1:123456789012:key/",
        Check("replication_replica_key", (Want("as-put", key=KeyRef("arn", "key1")),)),
    ),
    "an object is not replicated": Case(
        (*VERSIONED, *DESTINATION, REPLICATE, _put(), REPLICA),
        ACCEPTED,
        "accepted",
        "404",
        Check("acceptance", refusals=(Refusal(404, ("NoSuchKey",)),), accepted=False),
    ),
    "no replication status is shown": Case(
        (*VERSIONED, *DESTINATION, REPLICATE, _put(), HeadObject(bucket="bucket1", key="object1")),
        Check("replication_status", (Want("text", "PENDING"), Want("text", "COMPLETED"))),
        "PENDING or COMPLETED",
        "absent",
        Check("replication_status", (Want("absent"),)),
    ),
    "a version keeps its id": Case(
        (*VERSIONED, _put(), HeadObject(bucket="bucket1", key="object1")),
        Check("version_id", (Want("another"),)),
        "another",
        "observed: ",
        Check("version_id", (Want("kept"),)),
    ),
    "an object keeps its ETag": Case(
        (BUCKET, _put(), HeadObject(bucket="bucket1", key="object1")),
        Check("etag", (Want("other"),)),
        "another one",
        "9a0364b9e99bb480dd25e1f0284c8555",
        Check("etag", (Want("kept"),)),
    ),
    "requests are logged in another bucket": Case(
        (*LOGGED, GetBucketLogging(bucket="bucket1")),
        Check("logged_in", (Want("bucket", "bucket1"),)),
        "bucket1",
        "logs1-",
        Check("logged_in", (Want("bucket", "logs1"),)),
    ),
    "a log arrives": Case(
        (*LOGGED, READ_LOG),
        Check("delivered", (Want("false"),)),
        "false",
        "True",
        Check("delivered", (Want("true"),)),
    ),
    "a log is not encrypted": Case(
        (*LOGGED, READ_LOG),
        Check("algorithm", (Want("text", "AES256"),)),
        "AES256",
        "absent",
        Check("algorithm", (Want("absent"),)),
    ),
    "no log arrives where none is sent": Case(
        (BUCKET, LOGGED[1], READ_LOG),
        Check("delivered", (Want("true"),)),
        "true",
        "False",
        Check("delivered", (Want("false"),)),
    ),
    "there are no batch jobs": Case(
        (BUCKET, KEY, _put(), JOB),
        ACCEPTED,
        "accepted",
        "404",
        Check("acceptance", refusals=(Refusal(404, ()),), accepted=False),
    ),
    "an update of an object is not heeded": Case(
        (BUCKET, KEY, _put(), UPDATE, HeadObject(bucket="bucket1", key="object1")),
        Check("kms_key", (Want("key-arn", "key1"),)),
        "key ARN",
        "absent",
        Check("algorithm", (Want("absent"),)),
    ),
    "an object under a customer key is read with another": Case(
        (BUCKET, _put(SSE_C), GetObject(bucket="bucket1", key="object1", customer=CustomerKey("c2"))),
        Check("acceptance", refusals=(Refusal(403, ("AccessDenied",)),), accepted=False),
        "403 AccessDenied",
        "accepted",
        ACCEPTED,
    ),
    "a customer key is not confirmed": Case(
        (BUCKET, _put(SSE_C)),
        Check("customer_algorithm", (Want("text", "AES256"),)),
        "AES256",
        "absent",
        Check("customer_key_md5", (Want("absent"),)),
    ),
    "a bucket of another Region has no baseline": Case(
        (CreateBucket(bucket="bucket1", region="away"), GetBucketEncryption(bucket="bucket1")),
        ACCEPTED,
        "accepted",
        "404 ServerSideEncryptionConfigurationNotFoundError",
        Check("acceptance", refusals=(NOT_CONFIGURED,), accepted=False),
    ),
    "a form of another account is long": Case(
        (
            CreateBucket(bucket="bucket1", principal="other"),
            PostObject(bucket="bucket1", key="object1", body="a\r\n--b", principal="other"),
            HeadObject(bucket="bucket1", key="object1", principal="other"),
        ),
        Check("length", (Want("text", "9"),)),
        "9",
        "6",
        Check("length", (Want("length"),)),
    ),
    "a part of no upload crashes it": Case(
        (BUCKET, _part()),
        Check("answer", refusals=(Refusal(404, ("NoSuchUpload",)),), accepted=False),
        "404 NoSuchUpload",
        "no answer of S3: KeyError",
        None,
    ),
    "blocked types are not shown": Case(
        (BUCKET, _configured(Rule("AES256", blocked="SSE-C")), GetBucketEncryption(bucket="bucket1")),
        Check("default_blocked", (Want("text", "SSE-C"),)),
        "SSE-C",
        "absent",
        Check("default_blocked", (Want("absent"),)),
    ),
    "a write without a header is refused by a policy": Case(
        (BUCKET, PutBucketPolicy(bucket="bucket1", policy="require-header"), _put()),
        ACCEPTED,
        "accepted",
        "403",
        Check("code", refusals=(Refusal(403, ()),), accepted=False),
    ),
    "a refused write leaves something behind": Case(
        (BUCKET, _copy(), HeadObject(bucket="bucket1", key="copy1")),
        ACCEPTED,
        "accepted",
        "404",
        Check("algorithm", (Want("absent"),), refusals=(Refusal(404, ("NoSuchKey",)),)),
        refused=(1,),
    ),
}


def _script(case: Case, check: Check | None = None, target: str = "moto", version: str = "5.2.5") -> str:
    return script(
        case.program,
        case.expected,
        case.observed,
        "KMS-08",
        "Answers name the key by its full key ARN",
        check or case.check,
        target,
        version,
        refused=case.refused,
    )


def _run(path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script where nothing of ours can be imported by accident, and no setting of the user counts."""
    environment = {"PATH": os.defpath, "HOME": str(path.parent), "AWS_EC2_METADATA_DISABLED": "true", **variables}
    return subprocess.run(
        [sys.executable, "-I", str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        env=environment,
        check=False,
    )


class Ran(NamedTuple):
    """What became of one script."""

    status: int
    lines: list[str]


RUNNER = """
import contextlib, io, json, runpy, sys

paths, sys.argv[1:] = sys.argv[1:], []
for path in paths:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, said.getvalue().splitlines()]))
"""
"""Runs many scripts in one interpreter: most of the time of a script is the import of moto."""


def _run_all(folder: Path, checks: Mapping[str, Check]) -> dict[str, Ran]:
    (folder / "runner.py").write_text(RUNNER)
    paths = [folder / f"witness{number}.py" for number in range(len(checks))]
    for path, (name, check) in zip(paths, checks.items(), strict=True):
        path.write_text(_script(CASES[name], check))
    ran = _run(folder / "runner.py", *map(str, paths))
    assert ran.returncode == 0, ran.stderr
    return {name: Ran(*json.loads(line)) for name, line in zip(checks, ran.stdout.splitlines(), strict=True)}


@pytest.fixture(scope="module")
def diverging(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Every case, run as it stands."""
    return _run_all(tmp_path_factory.mktemp("diverging"), {name: case.check for name, case in CASES.items()})


@pytest.fixture(scope="module")
def passing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Every case, run against what moto does."""
    checks = {name: case.passing for name, case in CASES.items() if case.passing is not None}
    return _run_all(tmp_path_factory.mktemp("passing"), checks)


@pytest.mark.parametrize("name", CASES)
def test_a_script_exits_1_while_the_bug_is_there_and_says_what_it_sees(name: str, diverging: dict[str, Ran]) -> None:
    (status, lines), case = diverging[name], CASES[name]
    assert status == BUG, lines
    *steps, expected, observed = lines
    numbered = [line for line in steps if not line.startswith("   refused, as it was: ")]
    assert [line.partition(". ")[0] for line in numbered] == [str(one + 1) for one in range(len(case.program))]
    assert expected == f"expected: {case.expected}"
    assert observed.startswith("observed: ")
    assert case.observed in observed


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.passing is not None])
def test_a_script_exits_0_when_the_target_does_what_is_expected(name: str, passing: dict[str, Ran]) -> None:
    assert passing[name].status == GONE, passing[name].lines


@pytest.mark.parametrize("name", CASES)
def test_a_script_imports_the_standard_library_moto_boto3_and_what_that_brings(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse(_script(CASES[name]))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) <= {"boto3", "botocore", "urllib3", "moto"}


@pytest.mark.parametrize("name", CASES)
def test_a_script_uses_whatever_it_imports(name: str) -> None:
    tree = ast.parse(_script(CASES[name]))
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {alias.name for node in imports for alias in node.names} <= used


def _actions() -> Iterator[S3Action]:
    """One action of every kind."""
    values: dict[str, object] = {"bucket": "bucket1", "key": "key1", "alias": "alias1", "status": "Enabled"}
    values |= {"source_bucket": "bucket1", "source_key": "key1", "upload": "upload1", "policy": "share"}
    values |= {"target": "bucket1", "source": "bucket1", "destination": "bucket1"}
    values |= {"kms_key": KeyRef("arn", "key1")}
    for kind in get_args(S3Action):
        if kind is ReadKmsCalls:  # no client can ask for that
            continue
        yield kind(**{name: values[name] for name in kind.__struct_fields__ if name in values})


def _in_far(action: S3Action) -> S3Action:
    """The same in a bucket of another Region, if it is about a bucket."""
    return replace(action, bucket="far1") if hasattr(action, "bucket") else action


@pytest.mark.parametrize("action", list(_actions()), ids=lambda action: type(action).__name__)
def test_every_action_can_be_any_step(action: S3Action) -> None:
    for who in ("main", "other", "main/no-kms"):
        one = replace(action, principal=who)
        case = Case((one, BUCKET, FAR, one, _in_far(one)), MUST_FAIL, "400", "accepted", None)
        for target in ("moto", "endpoint"):
            compile(_script(case, target=target), "witness.py", "exec")
            compile(_script(case._replace(refused=(0,)), target=target), "witness.py", "exec")


@pytest.mark.parametrize("action", list(_actions()), ids=lambda action: type(action).__name__)
def test_boto3_finds_no_fault_with_the_arguments_of_any_action(action: S3Action) -> None:
    from boto3.session import Session
    from botocore.validate import ParamValidator

    one = call(action, NameMap("s3sse-", {"main": "123456789012", "other": "210987654321"}, {"home": "us-east-1"}))
    client = Session().client(one.service, "us-east-1")
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[one.method]).input_shape
    sent = {name: "{}" if isinstance(value, Document) else value for name, value in one.arguments.items()}
    # What boto3 makes, or turns into a text, before it validates.
    sent |= {"ClientRequestToken": "token"} if "ClientRequestToken" in shape.members else {}
    sent |= {"CopySource": "bucket/key"} if "CopySource" in sent else {}
    assert not ParamValidator().validate(sent, shape).generate_report()


def test_equal_witnesses_give_equal_scripts() -> None:
    for case in CASES.values():
        assert _script(case) == _script(case)


def test_without_moto_in_process_an_endpoint_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    path.write_text(_script(CASES["an alias is echoed"], target="endpoint"))
    for arguments in ((), ("--endpoint-url", "")):
        ran = _run(path, *arguments)
        assert ran.returncode == UNKNOWN
        assert ran.stdout == ""
        assert ran.stderr.startswith("usage:")


def test_no_endpoint_of_the_environment_takes_the_place_of_moto(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    path.write_text(_script(CASES["an alias is echoed"]))
    nobody = "http://127.0.0.1:9"
    ran = _run(path, AWS_ENDPOINT_URL=nobody, AWS_ENDPOINT_URL_S3=nobody, AWS_ACCESS_KEY_ID="mine")
    assert ran.returncode == BUG, ran.stdout


def test_a_server_that_is_not_there_leaves_the_question_open(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    path.write_text(_script(CASES["a bucket has no baseline"]))
    ran = _run(path, "--endpoint-url", "http://127.0.0.1:9")
    assert ran.returncode == UNKNOWN
    assert "EndpointConnectionError" in ran.stdout


def test_a_step_that_fails_before_the_last_leaves_the_question_open(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    case = CASES["a refused write leaves something behind"]
    path.write_text(_script(case._replace(refused=())))
    assert _run(path).returncode == UNKNOWN


def test_a_step_that_is_no_longer_refused_leaves_the_question_open(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    path.write_text(_script(CASES["a bucket has no baseline"]._replace(refused=(0,))))
    ran = _run(path)
    assert ran.returncode == UNKNOWN
    assert "has to be refused" in ran.stdout


def test_a_refusal_where_a_field_was_to_be_seen_leaves_the_question_open(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    for refusals in ((), (Refusal(403, ()),)):
        case = Case((BUCKET, READ), Check("etag", (Want("absent"),), refusals), "absent", "MD5", None)
        path.write_text(_script(case))
        ran = _run(path)
        assert ran.returncode == UNKNOWN
        assert "NoSuchKey" in ran.stdout


def test_a_script_runs_against_a_server(tmp_path: Path) -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        path = tmp_path / "witness.py"
        for target in ("moto", "endpoint"):
            path.write_text(_script(CASES["an alias is echoed"], target=target))
            assert _run(path, "--endpoint-url", url).returncode == BUG
        ran = _run(path, "--endpoint-url", "http://127.0.0.1:9", "--kms-endpoint-url", url)
        assert ran.returncode == UNKNOWN
        path.write_text(_script(CASES["a body that is not XML crashes it"]))
        ran = _run(path, "--endpoint-url", url)
        assert ran.returncode == BUG
        assert "observed: 500" in ran.stdout
    finally:
        server.stop()


@pytest.mark.parametrize(
    "words",
    [("--no-verify",), ("--ca-bundle", "/nowhere/ca.pem"), ("--kms-endpoint-url", "http://127.0.0.1:9")],
    ids=str,
)
def test_a_script_for_a_server_takes_what_the_run_was_told_of_the_server(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "witness.py"
    path.write_text(_script(CASES["a bucket has no baseline"], target="endpoint"))
    ran = _run(path, "--endpoint-url", "http://127.0.0.1:9", *words)
    assert ran.returncode == UNKNOWN
    assert "EndpointConnectionError" in ran.stdout
    assert not ran.stderr


def test_each_account_has_its_own_clients(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    key = CreateKey(key="key1", principal="other")
    program = (BUCKET, key, _put(EncryptionHeaders("aws:kms", KeyRef("arn", "key1"))))
    check = Check("kms_key", (Want("absent"),))
    path.write_text(_script(Case(program, check, "absent", "key ARN", None)))
    ran = _run(path)
    assert ran.returncode == BUG
    assert "observed: arn:aws:kms:us-east-1:210987654321:key/" in ran.stdout


def test_symbols_that_are_no_names_of_python_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    symbols = ("class", "s3", "answer2", "Bucket-1", "bucket_1", "1", "é", "x" * 80, "observed", "print", "key-arn")
    program: list[S3Action] = [
        *(CreateBucket(bucket=symbol) for symbol in symbols),
        PutObject(bucket="1", key='"', body="'\""),
    ]
    program += [CreateKey(key=symbol) for symbol in symbols]
    program += [CreateAlias(alias=f"{symbol}, moved", key=symbol) for symbol in symbols]
    last = CopyObject(bucket="é", key="ü", source_bucket="1", source_key='"')
    check = Check("etag", (Want("not-md5"),))
    path.write_text(_script(Case((*program, last), check, "not the MD5", "MD5", None)))
    ran = _run(path)
    assert ran.returncode == BUG, ran.stdout


@pytest.mark.parametrize("text", ['"""', "\\", "'", "\n", "\r\n", '\\"""', "\ud800", "‮", "{", "%s"])
def test_what_a_target_says_of_itself_cannot_break_out(text: str, tmp_path: Path) -> None:
    path = tmp_path / "witness.py"
    case = CASES["a bucket has no baseline"]._replace(expected=f"e{text}e", observed=f"o{text}o")
    source = _script(case, version=f"{text}\nraise SystemExit(99)\n{text}")
    path.write_text(source, encoding="ascii")
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.Expr)
    assert isinstance(tree.body[1], ast.Import)
    assert "raise SystemExit(99)" in (ast.get_docstring(tree) or "")


@pytest.mark.parametrize("rule", [Rule(), Rule("AES256"), Rule("", KeyRef("text", "")), Rule(apply=False)])
def test_the_validation_of_boto3_is_switched_off_only_where_it_is_in_the_way(rule: Rule) -> None:
    from boto3.session import Session
    from botocore.validate import ParamValidator

    names = NameMap("s3sse-", {"main": "123456789012"}, {"home": "us-east-1"})
    shape = Session().client("s3", "us-east-1").meta.service_model.operation_model("PutBucketEncryption").input_shape
    refused = ParamValidator().validate(call(_configured(rule), names).arguments, shape).has_errors()
    text = _script(Case((BUCKET, _configured(rule)), MUST_FAIL, "400", "accepted", None))
    assert ("parameter_validation=False" in text) == refused


@pytest.mark.parametrize("kind", ["md5", "fresh", "kept", "written"])
def test_what_no_step_has_written_cannot_be_compared(kind: str) -> None:
    check = Check("body" if kind == "written" else "etag", (Want(kind),))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="does not write"):
        _script(Case((BUCKET, READ), check, kind, "absent", None))


def test_a_key_as_put_has_to_be_given() -> None:
    with pytest.raises(ValueError, match="as-put"):
        _script(Case((BUCKET, READ), Check("kms_key", (Want("as-put"),)), "as put", "absent", None))


def test_an_unknown_field_cannot_be_looked_at() -> None:
    with pytest.raises(ValueError, match="colour"):
        _script(Case((BUCKET, READ), Check("colour", (Want("absent"),)), "absent", "red", None))


def test_a_principal_with_fewer_rights_is_a_user_of_the_server_or_a_profile_of_whoever_runs_it(tmp_path: Path) -> None:
    write = PutObject(bucket="bucket1", key="object1", headers=EncryptionHeaders("aws:kms"), principal="main/no-kms")
    path = tmp_path / "witness.py"
    path.write_text(_script(Case((BUCKET, write), ACCEPTED, "accepted", "403 AccessDenied", None)))
    made = _run(path)
    assert made.returncode == GONE, made.stdout + made.stderr
    given = _run(path, "--no-kms-profile", "nobody")
    assert given.returncode == UNKNOWN
    assert "nobody" in given.stdout
