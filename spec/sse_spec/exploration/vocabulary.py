"""The requests of a scope, family by family: a few representative values each, crossed as far as it matters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from msgspec.structs import replace

from sse_spec.actions import (
    DSSE,
    SSE_C,
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateMultipartUpload,
    CustomerKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DeleteObject,
    DisableKey,
    EnableKey,
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
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.scene import VALID_CONTEXT

__all__ = [
    "ALIAS",
    "BODY",
    "aliases",
    "blocking",
    "configurations",
    "copies",
    "customer_copies",
    "customer_reads",
    "customer_writes",
    "deletions",
    "expectations",
    "few_copies",
    "few_puts",
    "few_uploads",
    "jobs",
    "keys",
    "kms_calls",
    "logging",
    "policies",
    "posts",
    "puts",
    "ranges",
    "reads",
    "replicas",
    "replication",
    "rules",
    "special_puts",
    "updates",
    "uploads",
    "versioning",
    "wrong_configurations",
    "wrong_puts",
    "wrong_reads",
]

BODY = "x"
"""The content of every object: what is in it makes no difference to how it is encrypted."""

ALIAS = KeyRef("alias", "a")

Headers = EncryptionHeaders

AWAY = KeyRef("arn", "KA")
"""A key of another Region."""

UNUSABLE_REFERENCES = (
    KeyRef("arn", "nosuchkey"),
    KeyRef("alias", "nosuchalias"),
    KeyRef("text", "no key at all"),
    AWAY,
)


def rules(*keys: KeyRef, dsse: bool = False) -> Iterator[Rule]:
    """Defaults that a bucket may have, with these keys and with none."""
    yield Rule("AES256")
    yield Rule("AES256", bucket_key=True)
    for key in (None, *keys):
        yield Rule("aws:kms", key)
        yield Rule("aws:kms", key, bucket_key=True)
    yield Rule("aws:kms", next(iter(keys), None), bucket_key=False)
    if dsse:
        yield from (Rule(DSSE, key) for key in (None, *keys[:1]))


def configurations(bucket: str, *allowed: Rule, principal: str = "main") -> Iterator[Action]:
    """Putting, reading and deleting the default."""
    for rule in allowed:
        yield PutBucketEncryption(principal=principal, bucket=bucket, rules=(rule,))
    yield GetBucketEncryption(principal=principal, bucket=bucket)
    yield DeleteBucketEncryption(principal=principal, bucket=bucket)


def wrong_configurations(bucket: str, key: KeyRef) -> Iterator[Action]:
    """Configurations that are always refused."""
    yield PutBucketEncryption(bucket=bucket, malformed=True)
    yield PutBucketEncryption(bucket=bucket, rules=())
    yield PutBucketEncryption(bucket=bucket, rules=(Rule("AES256"), Rule("aws:kms")))
    for rule in (Rule(), Rule("AES512"), Rule("AES256", key), Rule("aws:kms", KeyRef("text", "")), Rule(SSE_C)):
        yield PutBucketEncryption(bucket=bucket, rules=(rule,))


def puts(bucket: str, key: str, *keys: KeyRef, dsse: bool = False, principal: str = "main") -> Iterator[Action]:
    """Writes with the headers of one encryption or none, with these KMS keys and with none."""
    for headers in (
        Headers(),
        Headers("AES256"),
        *(Headers("aws:kms", one) for one in (None, *keys)),
        Headers("aws:kms", bucket_key=True),
        Headers("aws:kms", bucket_key=False),
        *(Headers("aws:kms", one, bucket_key=True) for one in keys),
        Headers(bucket_key=True),
        Headers(bucket_key=False),
        *(Headers(DSSE, one) for one in (None, *keys[:1]) if dsse),
    ):
        yield PutObject(principal=principal, bucket=bucket, key=key, body=BODY, headers=headers)


def few_puts(bucket: str, key: str, *keys: KeyRef, principal: str = "main") -> Iterator[Action]:
    """Writes without headers, as SSE-S3, and as SSE-KMS under these keys and under aws/s3."""
    for headers in (Headers(), Headers("AES256"), *(Headers("aws:kms", one) for one in (None, *keys))):
        yield PutObject(principal=principal, bucket=bucket, key=key, body=BODY, headers=headers)


def special_puts(bucket: str, key: str, customer: str) -> Iterator[Action]:
    """Writes with a bucket key, with dual-layer encryption, and under a customer key."""
    for headers in (Headers("aws:kms", bucket_key=True), Headers(DSSE), Headers(customer=CustomerKey(customer))):
        yield PutObject(bucket=bucket, key=key, body=BODY, headers=headers)


def few_copies(
    source: tuple[str, str], to: tuple[str, str], *keys: KeyRef, version: int | None = None, principal: str = "main"
) -> Iterator[Action]:
    """Copies without headers, as SSE-S3, and as SSE-KMS under these keys."""
    for headers in (Headers(), Headers("AES256"), *(Headers("aws:kms", one) for one in keys)):
        yield CopyObject(
            principal=principal,
            bucket=to[0],
            key=to[1],
            source_bucket=source[0],
            source_key=source[1],
            source_version=version,
            headers=headers,
        )


def wrong_puts(bucket: str, key: str, kms_key: KeyRef) -> Iterator[Action]:
    """Writes whose headers are wrong, doubtful or special: they make no object that the others do not make."""
    for headers in (
        Headers("AES512"),
        Headers(""),
        Headers("AES256", kms_key),
        Headers(None, kms_key),
        Headers("aws:kms", context=VALID_CONTEXT),
        Headers("aws:kms", context="no map of strings"),
        *(Headers("aws:kms", one) for one in UNUSABLE_REFERENCES),
    ):
        yield PutObject(bucket=bucket, key=key, body=BODY, headers=headers)


def posts(bucket: str, key: str, kms_key: KeyRef) -> Iterator[Action]:
    """Writes by a form."""
    for headers in (Headers(), Headers("AES256"), Headers("aws:kms", kms_key), Headers("AES512")):
        yield PostObject(bucket=bucket, key=key, body=BODY, headers=headers)


def copies(
    source: tuple[str, str], to: tuple[str, str], *keys: KeyRef, version: int | None = None, principal: str = "main"
) -> Iterator[Action]:
    """Copies from one place to another, or onto itself."""
    plain = CopyObject(
        principal=principal,
        bucket=to[0],
        key=to[1],
        source_bucket=source[0],
        source_key=source[1],
        source_version=version,
    )
    for headers in (
        Headers(),
        Headers("AES256"),
        *(Headers("aws:kms", one) for one in (None, *keys)),
        Headers("aws:kms", bucket_key=True),
    ):
        yield replace(plain, headers=headers)
    if source == to:
        yield replace(plain, metadata_directive="REPLACE")


def reads(bucket: str, key: str, version: int | None = None, principal: str = "main") -> Iterator[Action]:
    """Reads of an object, or of one of its versions."""
    yield HeadObject(principal=principal, bucket=bucket, key=key, version=version)
    yield GetObject(principal=principal, bucket=bucket, key=key, version=version)


def wrong_reads(bucket: str, key: str) -> Iterator[Action]:
    """Reads that carry the encryption header of writes."""
    yield HeadObject(bucket=bucket, key=key, algorithm="AES256")
    yield GetObject(bucket=bucket, key=key, algorithm="AES256")


def ranges(bucket: str, key: str) -> Iterator[Action]:
    """Reads of a part of the content."""
    yield GetObject(bucket=bucket, key=key, span=(0, 0))


def expectations(bucket: str) -> Iterator[Action]:
    """Requests about the configuration that say whose the bucket must be."""
    for owner in ("main", "other"):
        yield PutBucketEncryption(bucket=bucket, rules=(Rule("AES256"),), expected_owner=owner)
        yield GetBucketEncryption(bucket=bucket, expected_owner=owner)
        yield DeleteBucketEncryption(bucket=bucket, expected_owner=owner)


def keys(*names: str, principal: str = "main") -> Iterator[Action]:
    """What can be done to KMS keys."""
    for change, name in itertools.product((DisableKey, EnableKey, ScheduleKeyDeletion, CancelKeyDeletion), names):
        yield change(principal=principal, key=name)


def aliases(alias: str, *names: str, principal: str = "main") -> Iterator[Action]:
    """What can be done to an alias that leads to one of these keys."""
    for name in names:
        yield CreateAlias(principal=principal, alias=alias, key=name)
        yield UpdateAlias(principal=principal, alias=alias, key=name)
    yield DeleteAlias(principal=principal, alias=alias)


def customer_writes(bucket: str, key: str, *names: str) -> Iterator[Action]:
    """Writes under a customer key, whole and flawed."""
    for name in names:
        yield PutObject(bucket=bucket, key=key, body=BODY, headers=Headers(customer=CustomerKey(name)))
    for flawed in (
        CustomerKey(None),
        CustomerKey(algorithm=None),
        CustomerKey(algorithm="AES512"),
        CustomerKey(flaw="md5"),
        CustomerKey(flaw="length"),
    ):
        yield PutObject(bucket=bucket, key=key, body=BODY, headers=Headers(customer=flawed))
    yield PutObject(bucket=bucket, key=key, body=BODY, headers=Headers("AES256", customer=CustomerKey()))


def customer_reads(bucket: str, key: str, *names: str) -> Iterator[Action]:
    """Reads under a customer key."""
    for read, name in itertools.product((HeadObject, GetObject), names):
        yield read(bucket=bucket, key=key, customer=CustomerKey(name))
    for flaw in ("length", "md5"):
        yield GetObject(bucket=bucket, key=key, customer=CustomerKey(names[0], flaw=flaw))


def customer_copies(source: tuple[str, str], to: tuple[str, str], *names: str) -> Iterator[Action]:
    """Copies from and to customer keys."""
    before = [None, *(CustomerKey(name) for name in names)]
    after = [Headers(), Headers("AES256"), *(Headers(customer=CustomerKey(name)) for name in names)]
    for source_customer, headers in itertools.product(before, after):
        if source_customer is not None or headers.customer is not None:
            yield CopyObject(
                bucket=to[0],
                key=to[1],
                source_bucket=source[0],
                source_key=source[1],
                headers=headers,
                source_customer=source_customer,
            )


def uploads(bucket: str, key: str, name: str, customer: str, *keys: KeyRef) -> Iterator[Action]:
    """A multipart upload of one part, sent or copied, from its beginning to its end."""
    for headers in (
        Headers(),
        Headers("AES256"),
        *(Headers("aws:kms", one) for one in (None, *keys)),
        Headers("aws:kms", bucket_key=True),
        Headers(customer=CustomerKey(customer)),
    ):
        yield CreateMultipartUpload(bucket=bucket, key=key, upload=name, headers=headers)
    sent = UploadPart(bucket=bucket, key=key, upload=name, body=BODY)
    yield sent
    yield replace(sent, algorithm="AES256")
    yield from (replace(sent, customer=CustomerKey(one)) for one in (customer, f"not {customer}"))
    yield UploadPartCopy(bucket=bucket, key=key, upload=name, source_bucket=bucket, source_key=key, number=2)
    complete = CompleteMultipartUpload(bucket=bucket, key=key, upload=name)
    yield complete
    yield replace(complete, parts=(2,))
    yield AbortMultipartUpload(bucket=bucket, key=key, upload=name)


def few_uploads(bucket: str, key: str, name: str, *keys: KeyRef, principal: str = "main") -> Iterator[Action]:
    """A multipart upload of one part."""
    for headers in (Headers(), *(Headers("aws:kms", one) for one in keys)):
        yield CreateMultipartUpload(principal=principal, bucket=bucket, key=key, upload=name, headers=headers)
    yield UploadPart(principal=principal, bucket=bucket, key=key, upload=name, body=BODY)
    yield AbortMultipartUpload(principal=principal, bucket=bucket, key=key, upload=name)


def jobs(source: tuple[str, str], to: tuple[str, str], *keys: KeyRef) -> Iterator[Action]:
    """Batch jobs that copy an object, or write it back to where it is."""
    flagged = [Headers("aws:kms", bucket_key=flag) for flag in (True, False)]
    for headers in (Headers(), Headers("AES256"), *(Headers("aws:kms", one) for one in keys), *flagged):
        yield BatchCopy(bucket=to[0], key=to[1], source_bucket=source[0], source_key=source[1], headers=headers)


def updates(bucket: str, key: str, *keys: KeyRef) -> Iterator[Action]:
    """Encrypting an object anew where it is."""
    for one in keys:
        yield UpdateObjectEncryption(bucket=bucket, key=key, kms_key=one)
    yield UpdateObjectEncryption(bucket=bucket, key=key, kms_key=keys[0], bucket_key=True)
    yield UpdateObjectEncryption(bucket=bucket, key=key, kms_key=replace(keys[0], form="id"))


def deletions(bucket: str, key: str, *versions: int) -> Iterator[Action]:
    """Deleting an object, and versions of it."""
    yield DeleteObject(bucket=bucket, key=key)
    yield from (DeleteObject(bucket=bucket, key=key, version=one) for one in versions)


def blocking() -> Iterator[Rule]:
    """Defaults that say which encryption types are blocked."""
    for blocked in ("SSE-C", "NONE"):
        yield Rule("AES256", blocked=blocked)
        yield Rule("aws:kms", blocked=blocked)


def versioning(bucket: str) -> Iterator[Action]:
    """Switching versioning on, and suspending it."""
    yield PutBucketVersioning(bucket=bucket, status="Enabled")
    yield PutBucketVersioning(bucket=bucket, status="Suspended")


def replication(bucket: str, to: str, key: KeyRef) -> Iterator[Action]:
    """Replicating one bucket to another, with and without SSE-KMS objects; and what is refused."""
    plain = PutBucketReplication(bucket=bucket, destination=to)
    yield from (plain, replace(plain, empty=True), replace(plain, sse_kms="Disabled"))
    yield from (replace(plain, sse_kms="Enabled", replica_key=key), replace(plain, sse_kms="Enabled"))
    yield from (replace(plain, replica_key=key), replace(plain, destination="nowhere"))
    yield from (GetBucketReplication(bucket=bucket), DeleteBucketReplication(bucket=bucket))


def replicas(bucket: str, to: str, key: str, customer: str) -> Iterator[Action]:
    """Reading a replica when it has arrived."""
    yield HeadReplica(bucket=to, key=key, source=bucket)
    yield HeadReplica(bucket=to, key=key, source=bucket, customer=CustomerKey(customer))


def logging(bucket: str, to: str) -> Iterator[Action]:
    """Having the requests to a bucket logged in another, and looking for the log; and destinations out of reach."""
    for target in (to, None, "nowhere", "far", "foreign"):
        yield PutBucketLogging(bucket=bucket, target=target)
    yield GetBucketLogging(bucket=bucket)
    yield ReadLog(bucket=to, source=bucket)


def kms_calls(bucket: str, key: str, other: str) -> Iterator[Action]:
    """Looking at what S3 asked KMS for while it wrote one object, or two."""
    yield ReadKmsCalls(bucket=bucket, key=key)
    yield ReadKmsCalls(bucket=bucket, key=key, others=(other,))


def policies(bucket: str) -> Iterator[Action]:
    """Policies that look at the headers of writes."""
    yield PutBucketPolicy(bucket=bucket, policy="require-header")
    yield PutBucketPolicy(bucket=bucket, policy="require-kms")
