"""A made-up result as large as those of real targets: for what is promised of the size and the speed of faces."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import msgspec
from sse_spec.actions import (
    CopyObject,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
)
from sse_spec.clauses import Clause
from sse_spec.clauses import clauses as edition

from sse_reports.result import VERDICTS, ClauseResult, Divergence, Expectation, Result, Signature, Step
from sse_reports.samples import sample

__all__ = ["at_scale", "texts_at_scale"]

_WITNESS = (
    Step(CreateBucket(bucket="bucket1"), "CreateBucket bucket1", "200"),
    Step(CreateKey(key="key2"), "CreateKey key2", "200"),
    Step(
        PutBucketEncryption(
            bucket="bucket1", rules=(Rule(algorithm="aws:kms", key=KeyRef("arn", "key2"), bucket_key=True),)
        ),
        "PutBucketEncryption bucket1 SSEAlgorithm aws:kms, KMSMasterKeyID key2 (as key ARN), BucketKeyEnabled true",
        "200",
    ),
    Step(
        PutObject(
            bucket="bucket1", key="object3", body="content of object3", headers=EncryptionHeaders(algorithm="AES256")
        ),
        "PutObject bucket1/object3 with encryption AES256",
        "200, AES256, ETag = MD5",
    ),
    Step(
        CopyObject(bucket="bucket1", key="copy4", source_bucket="bucket1", source_key="object3"),
        "CopyObject bucket1/copy4 from bucket1/object3 without encryption headers",
        "200, aws:kms, key ARN of key2, bucket key false, ETag not the MD5",
        divergent=True,
    ),
)

_SCRIPT = '''"""{clause}: {title}.

Expected: {expected}.
Observed: {observed}, on emulator 4.2.0.

Needs boto3 and a server (--endpoint-url).
Exit status: 1 the bug is there, 0 it is gone, 2 that could not be looked at.
"""

import argparse
import secrets
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

parser = argparse.ArgumentParser()
parser.add_argument("--endpoint-url", required=True, help="the server")
options = parser.parse_args()

try:
    config = Config(
        retries={{"total_max_attempts": 1}},
        request_checksum_calculation="when_required",
        s3={{"addressing_style": "path"}},
        ignore_configured_endpoint_urls=True,
    )
    settings = {{
        "endpoint_url": options.endpoint_url,
        "region_name": "us-east-1",
        "config": config,
    }}
    if boto3.Session().get_credentials() is None:
        settings |= {{"aws_access_key_id": "test", "aws_secret_access_key": "test"}}
    s3 = boto3.client("s3", **settings)
    kms = boto3.client("kms", **settings)
    suffix = secrets.token_hex(4)
    bucket1 = f"bucket1-{{suffix}}"

    print("1. CreateBucket bucket1")
    s3.create_bucket(Bucket=bucket1)
    print("2. CreateKey key2")
    key2 = kms.create_key()["KeyMetadata"]
    print("3. PutBucketEncryption bucket1 SSEAlgorithm aws:kms, KMSMasterKeyID key2 (as key ARN)")
    s3.put_bucket_encryption(
        Bucket=bucket1,
        ServerSideEncryptionConfiguration={{
            "Rules": [
                {{
                    "ApplyServerSideEncryptionByDefault": {{
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": key2["Arn"],
                    }},
                    "BucketKeyEnabled": True,
                }},
            ],
        }},
    )
    print("4. PutObject bucket1/object{number} with encryption AES256")
    s3.put_object(
        Bucket=bucket1,
        Key="object{number}",
        Body=b"content of object{number}",
        ServerSideEncryption="AES256",
    )
    print("5. CopyObject bucket1/copy{number} from bucket1/object{number} without encryption headers")
    answer5 = s3.copy_object(
        Bucket=bucket1,
        Key="copy{number}",
        CopySource={{"Bucket": bucket1, "Key": "object{number}"}},
    )
    observed = "absent" if "BucketKeyEnabled" not in answer5 else str(answer5["BucketKeyEnabled"]).lower()
    fits = observed == "{expected}"
except ClientError as error:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    code = error.response["Error"]["Code"]
    observed = f"{{status}} {{code}}"
    fits = False
except Exception as error:
    print("This failed, so that nothing can be said about the bug:", repr(error))
    sys.exit(2)

print("expected: {expected}")
print("observed:", observed)
sys.exit(0 if fits else 1)
'''


def texts_at_scale(count: int = 300) -> Mapping[str, Clause]:
    """As many clauses, by id: those of this edition, and again under other ids as far as more are asked for."""
    known = edition().values()
    found: dict[str, Clause] = {}
    for at, one in zip(range(count), itertools.cycle(known), strict=False):
        name = one.id if at < len(known) else f"{one.id}-{at}"
        found[name] = msgspec.structs.replace(one, id=name)
    return found


def _clause(one: Clause, *, failing: bool, at: int) -> ClauseResult:
    verdict = "fail" if failing else VERDICTS[1:][at % 4] if at % 5 == 0 else "pass"
    judged = verdict in ("pass", "fail")
    return ClauseResult(
        id=one.id,
        chapter=one.chapter,
        title=one.title,
        level=one.level,
        clause_class=one.clause_class,
        verdict=verdict,
        exercised=17 if judged else 0,
        contexts=9 if judged else 0,
        breaches=2 if failing else 0,
        reason="" if judged else f"lost to KMS-{at % 20:02}: kms_key of PutObject",
    )


def _divergence(number: int, blamed: Clause, others: tuple[str, ...]) -> Divergence:
    same = (Expectation("algorithm", "aws:kms", others[:2]), Expectation("kms_key", "key ARN", others[2:]))
    permitted: list[tuple[Expectation, ...]] = [(*same, Expectation("bucket_key", "true", (blamed.id,)))]
    if number % 4 == 0:
        permitted.append((Expectation("acceptance", "400 InvalidArgument", (blamed.id,)),))
    script = _SCRIPT.format(clause=blamed.id, title=blamed.title, expected="true", observed="absent", number=number)
    return Divergence(
        id=f"{0x5EED0000 + number:08x}",
        signature=Signature(blamed.id, "CopyObject", "bucket_key", "true", "absent"),
        level=blamed.level,
        count=number % 7 + 1,
        situation="default_algorithm=aws:kms, configured=True, default_key=arn, in_place=False, source=key2",
        permitted=tuple(permitted),
        observed="absent",
        derivation=(blamed.id, *others),
        witness=_WITNESS,
        confirmed=True,
        script=script,
        known=None if number % 6 == 0 else "the emulator does not carry the bucket key flag over to copies",
    )


def at_scale(clauses: int = 300, divergences: int = 60) -> Result:
    """A run with as many clauses and divergences, each of those of another clause, witnessed in five steps.

    The texts of the clauses are :func:`texts_at_scale`. There are at most as many divergences as clauses.
    """
    texts = [*texts_at_scale(clauses).values()]
    step = max(1, clauses // max(1, divergences))
    blamed = texts[::step][:divergences]
    failing = {one.id for one in blamed}
    every = itertools.cycle(one.id for one in texts)
    return msgspec.structs.replace(
        sample(),
        classes=tuple(dict.fromkeys(one.clause_class for one in texts)),
        clauses=tuple(_clause(one, failing=one.id in failing, at=at) for at, one in enumerate(texts)),
        divergences=tuple(
            _divergence(number, one, tuple(itertools.islice(every, 2 + number % 3)))
            for number, one in enumerate(blamed)
        ),
        losses=(),
    )
