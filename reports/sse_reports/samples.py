"""A made-up but realistic result, for documentation, demonstrations and tests.

`python -m sse_reports.samples DIRECTORY` writes its files.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import msgspec
from msgspec import inspect
from sse_spec.actions import (
    CopyObject,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)

from sse_reports.result import (
    FORMAT,
    Beyond,
    Choice,
    ClauseResult,
    Cover,
    Divergence,
    Expectation,
    LedgerStatus,
    Level,
    Loss,
    Result,
    RunInfo,
    Signature,
    Step,
    Target,
    Verdict,
)

__all__ = ["hostile", "sample"]

_SCRIPT = '''"""{title}: {expected} expected, {observed} observed."""

import boto3

s3 = boto3.client("s3", endpoint_url="http://127.0.0.1:5000", region_name="us-east-1")
kms = boto3.client("kms", endpoint_url="http://127.0.0.1:5000", region_name="us-east-1")

s3.create_bucket(Bucket="sse-witness")
{calls}
'''


def _clause(
    name: str, title: str, level: Level, group: str, verdict: Verdict = "pass", *, breaches: int = 0, reason: str = ""
) -> ClauseResult:
    judged = verdict in ("pass", "fail")
    chapters = {
        "CFG": "configuration",
        "DEF": "default",
        "KMS": "kms",
        "BKT": "bucket_key",
        "CPY": "copy",
        "ETG": "etag",
    }
    return ClauseResult(
        id=name,
        chapter=chapters[name[:3]],
        title=title,
        level=level,
        clause_class=group,
        verdict=verdict,
        exercised=4 if judged else 0,
        contexts=3 if judged else 0,
        breaches=breaches,
        reason=reason,
    )


_LOST = "lost to CFG-18 PutBucketEncryption acceptance"

_CLAUSES = (
    _clause("CFG-01", "A configuration of one valid rule is accepted", "MUST", "core"),
    _clause("CFG-04", "Without a default GetBucketEncryption answers 404", "MUST", "core", "not-exercised",
            reason="Not in force on the as-of date."),
    _clause("CFG-10", "A configuration of two rules is refused with MalformedXML", "MUST", "core", "fail", breaches=2),
    _clause("CFG-23", "A body that is not XML is refused with MalformedXML", "SHOULD", "core", "fail", breaches=1),
    _clause("DEF-01", "A new object takes the algorithm of the configured default", "MUST", "core"),
    _clause("DEF-03", "An explicit header beats the configured default", "MUST", "core"),
    _clause("ETG-01", "The ETag of an SSE-S3 object written in one part is the MD5 of its content", "MUST", "core"),
    _clause("KMS-03", "A default that names no key uses the AWS managed key", "MUST", "kms", "inconclusive",
            reason=_LOST),
    _clause("KMS-05", "A header without key over a default that names one: either key", "MAY", "kms"),
    _clause("KMS-08", "Answers name the key by its full key ARN", "MUST", "kms", "fail", breaches=4),
    _clause("KMS-14", "A write under a disabled key is refused with KMS.DisabledException", "MUST", "kms"),
    _clause("BKT-01", "A default with BucketKeyEnabled gives its bucket key to objects", "MUST", "bucket-key",
            "unsupported", reason="The target answers 501 NotImplemented to BucketKeyEnabled."),
    _clause("CPY-01", "A copy does not inherit the encryption of its source", "MUST", "copy"),
    _clause("CPY-04", "A copy in place that changes nothing is refused with InvalidRequest", "MUST", "copy"),
)  # fmt: skip

_TWO_RULES = Divergence(
    id="5d0c41a7",
    signature=Signature("CFG-10", "PutBucketEncryption", "acceptance", "400 MalformedXML", "200"),
    level="MUST",
    count=2,
    situation="where nothing is configured",
    permitted=(
        (Expectation("acceptance", "refused", ("CFG-10",)), Expectation("code", "400 MalformedXML", ("CFG-10",))),
    ),
    observed="200, and GetBucketEncryption then shows the first of the two rules",
    derivation=("CFG-10",),
    witness=(
        Step(CreateBucket(bucket="b1"), "CreateBucket b1", "200"),
        Step(
            PutBucketEncryption(bucket="b1", rules=(Rule(algorithm="AES256"), Rule(algorithm="aws:kms"))),
            "PutBucketEncryption b1: AES256, then aws:kms",
            "200",
            divergent=True,
        ),
    ),
    confirmed=True,
    script=_SCRIPT.format(
        title="CFG-10",
        expected="400 MalformedXML",
        observed="200",
        calls="""s3.put_bucket_encryption(
    Bucket="sse-witness",
    ServerSideEncryptionConfiguration={
        "Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}},
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}},
        ]
    },
)""",
    ),
)

_KEY_FORM = Divergence(
    id="9be2f016",
    signature=Signature("KMS-08", "PutObject", "kms_key", "key ARN", "key id"),
    level="MUST",
    count=4,
    situation="under an aws:kms default that names its key by id",
    permitted=(
        (
            Expectation("acceptance", "200", ("KMS-02",)),
            Expectation("algorithm", "aws:kms", ("DEF-01", "DEF-07")),
            Expectation("kms_key", "the ARN of key k1", ("KMS-02", "KMS-08")),
            Expectation("bucket_key", "absent", ("BKT-04",)),
        ),
        (
            Expectation("acceptance", "200", ("KMS-02",)),
            Expectation("algorithm", "aws:kms", ("DEF-01", "DEF-07")),
            Expectation("kms_key", "the ARN of key k1", ("KMS-02", "KMS-08")),
            Expectation("bucket_key", "false", ("BKT-04",)),
        ),
    ),
    observed="200, algorithm aws:kms, kms_key the id of key k1, bucket_key absent",
    derivation=("DEF-01", "KMS-02", "KMS-08", "BKT-04"),
    witness=(
        Step(CreateBucket(bucket="b1"), "CreateBucket b1", "200"),
        Step(CreateKey(key="k1"), "CreateKey k1", "200"),
        Step(
            PutBucketEncryption(bucket="b1", rules=(Rule(algorithm="aws:kms", key=KeyRef("id", "k1")),)),
            "PutBucketEncryption b1: aws:kms under key k1, named by id",
            "200",
        ),
        Step(
            PutObject(bucket="b1", key="o1"),
            "PutObject b1/o1, no encryption headers",
            "200, algorithm aws:kms, kms_key the id of key k1",
            divergent=True,
        ),
    ),
    confirmed=True,
    script=_SCRIPT.format(
        title="KMS-08",
        expected="key ARN",
        observed="key id",
        calls='answer = s3.put_object(Bucket="sse-witness", Key="o1")\nprint(answer.get("SSEKMSKeyId"))',
    ),
    known="Answers repeat the key as the configuration spells it.",
    link="https://example.org/issues/4711",
)

_NOT_XML = Divergence(
    id="c3377e90",
    signature=Signature("CFG-23", "PutBucketEncryption", "code", "400 MalformedXML", "500"),
    level="SHOULD",
    count=1,
    situation="with a body that is not XML",
    permitted=(
        (Expectation("acceptance", "refused", ("CFG-23",)), Expectation("code", "400 MalformedXML", ("CFG-23",))),
    ),
    observed="500 InternalError",
    derivation=("CFG-23",),
    witness=(
        Step(CreateBucket(bucket="b1"), "CreateBucket b1", "200"),
        Step(
            PutBucketEncryption(bucket="b1", malformed=True),
            "PutBucketEncryption b1: a body that is not XML",
            "500 InternalError",
            divergent=True,
        ),
    ),
    confirmed=True,
    script=_SCRIPT.format(
        title="CFG-23", expected="400 MalformedXML", observed="500", calls="# botocore sends no such body: use curl."
    ),
)

_BEYOND = Divergence(
    id="e81f5b22",
    signature=Signature("CPY-04", "CopyObject", "acceptance", "400 InvalidRequest", "200"),
    level="MUST",
    count=1,
    situation="onto itself, after the object was copied elsewhere",
    permitted=(
        (Expectation("acceptance", "refused", ("CPY-04",)), Expectation("code", "400 InvalidRequest", ("CPY-04",))),
    ),
    observed="200, algorithm AES256",
    derivation=("CPY-04",),
    witness=(
        Step(CreateBucket(bucket="b1"), "CreateBucket b1", "200"),
        Step(
            PutObject(bucket="b1", key="o1", headers=EncryptionHeaders(algorithm="AES256")),
            "PutObject b1/o1, AES256",
            "200, algorithm AES256",
        ),
        Step(
            CopyObject(bucket="b1", key="o1", source_bucket="b1", source_key="o1"),
            "CopyObject b1/o1 onto itself, no headers",
            "200, algorithm AES256",
            divergent=True,
        ),
    ),
    confirmed=True,
    script=_SCRIPT.format(
        title="CPY-04",
        expected="400 InvalidRequest",
        observed="200",
        calls='s3.copy_object(Bucket="sse-witness", Key="o1", CopySource="sse-witness/o1")',
    ),
    beyond=True,
)


_ONCE = Divergence(
    id="a90d3c15",
    signature=Signature("KMS-08", "HeadObject", "kms_key", "key ARN", "absent"),
    level="MUST",
    count=1,
    situation="of an object that was copied",
    permitted=((Expectation("kms_key", "the ARN of key k1", ("RDG-01", "KMS-08")),),),
    observed="200, algorithm aws:kms",
    derivation=("RDG-01", "KMS-08"),
    witness=(
        Step(CreateBucket(bucket="b1"), "CreateBucket b1", "200"),
        Step(HeadObject(bucket="b1", key="o1"), "HeadObject b1/o1", "200, algorithm aws:kms", divergent=True),
    ),
    confirmed=False,
    script="",
)


def sample() -> Result:
    """A run of an emulator that does not exist: each verdict, each standing, and all else that a result can hold."""
    return Result(
        format=FORMAT,
        suite_version="0.1.0",
        target=Target("emulator", "4.2.0"),
        as_of="2026-11-01",
        classes=("core", "kms", "bucket-key", "copy"),
        fail_on="MUST",
        seed=7,
        cover=Cover("goals", goals=312, reached=297, setup_calls=118, decisive_calls=331, read_backs=164),
        clauses=_CLAUSES,
        divergences=(_TWO_RULES, _NOT_XML, _KEY_FORM, _BEYOND, _ONCE),
        choices=(
            Choice("KMS-05", "PutObject", "the key of the default", 6),
            Choice("KMS-05", "CopyObject", "the key of the default", 3),
        ),
        losses=(
            Loss(("KMS-03", "KMS-04"), _LOST, 11),
            Loss(("BKT-01",), "the target offers no bucket keys", 4),
        ),
        ledger=LedgerStatus(
            "emulator.toml", matched=1, stale=("KMS-14 PutObject code",), expired=("CPY-01 CopyObject kms_key",)
        ),
        exit_status=1,
        incomplete="",
        run=RunInfo("0193a1b2", "2026-11-23T13:38:00Z", 12.25),
        beyond=Beyond(200, 6_000),
    )


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(kind)
    return described.fields


def _appended(value: Any, kind: inspect.Type, text: str) -> Any:
    """The value with `text` at the end of each string in it that could as well be another."""
    if isinstance(kind, inspect.StrType):
        return value + text
    if isinstance(kind, inspect.VarTupleType):
        return tuple(_appended(item, kind.item_type, text) for item in value)
    if isinstance(kind, inspect.UnionType) and isinstance(value, str):
        return _appended(value, next(one for one in kind.types if not isinstance(one, inspect.NoneType)), text)
    if isinstance(value, msgspec.Struct):
        fields = _fields(type(value))
        changed = {field.name: _appended(getattr(value, field.name), field.type, text) for field in fields}
        return msgspec.structs.replace(value, **changed)
    return value


def hostile(text: str) -> Result:
    """The sample with `text` at the end of every free text in it, as if a target had said it."""
    changed = _appended(sample(), inspect.type_info(Result), text)
    if not isinstance(changed, Result):
        raise TypeError
    return changed


if __name__ == "__main__":
    from sse_reports.files import write

    write(sample(), sys.argv[1])
