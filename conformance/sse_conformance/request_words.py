"""Actions in words, for people: one line each, with the names that the program gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    ListParts,
    Policy,
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
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    kind,
)

__all__ = ["customer_words", "key_words", "request"]

POLICY_WORDS: dict[Policy, str] = {
    "share": "to share its objects with the other account",
    "require-header": "to deny writes without an encryption header",
    "require-kms": "to deny writes whose encryption header is not aws:kms",
    "log-delivery": "to let S3 deliver logs",
}

MIB = 1 << 20

Later = UploadPart | UploadPartCopy | CompleteMultipartUpload | AbortMultipartUpload | ListParts
"""The requests that go on with an upload."""


def request(action: Action) -> str:
    """What an action asks for, and who asks unless it is the usual account."""
    words = _WORDS.get(type(action), _place)(action)
    own = [] if action.principal == DEFAULT_ACCOUNT else [f"(as {action.principal})"]
    return " ".join([kind(action), *words, *own])


# --- what requests are made of ----------------------------------------------------------------------------------------


def key_words(reference: KeyRef) -> str:
    """A reference to a key as a person would write it."""
    if reference.form == "text":
        return repr(reference.name)
    if reference.form in {"alias", "alias-arn"}:
        return f"alias/{reference.name}" + (" (as ARN)" if reference.form == "alias-arn" else "")
    return f"{reference.name} (as {'key ARN' if reference.form == 'arn' else 'bare key id'})"


def customer_words(customer: CustomerKey) -> str:
    """SSE-C headers in a few words."""
    key = "no customer key" if customer.key is None else f"customer key {customer.key}"
    flaw = {"length": " of another length", "md5": " with the MD5 of another"}.get(customer.flaw or "", "")
    named = "" if customer.algorithm == "AES256" else f" and algorithm {customer.algorithm}"
    return key + flaw + (" and no algorithm" if customer.algorithm is None else named)


def _place(action: Action) -> list[str]:
    """The bucket, the object with its version, or the key or alias."""
    bucket, key = getattr(action, "bucket", None), getattr(action, "key", None)
    place = "/".join(part for part in (bucket, key) if part)
    version = getattr(action, "version", None)
    words = [place] if place else []
    return words if version is None else [*words, f"(version {version + 1})"]


def _source(action: CopyObject | UploadPartCopy | BatchCopy) -> str:
    version = None if isinstance(action, BatchCopy) else action.source_version
    words = f"from {action.source_bucket}/{action.source_key}"
    return words if version is None else f"{words} (version {version + 1})"


def _headers(headers: EncryptionHeaders) -> str:
    words = []
    if headers.algorithm is not None:
        words.append(f"encryption {headers.algorithm or repr('')}")
    if headers.key is not None:
        words.append(f"key {key_words(headers.key)}")
    if headers.bucket_key is not None:
        words.append(f"bucket key {_flag(headers.bucket_key)}")
    if headers.context is not None:
        words.append(f"context {headers.context}")
    if headers.customer is not None:
        words.append(customer_words(headers.customer))
    return "with " + ", ".join(words) if words else "without encryption headers"


def _flag(value: bool) -> str:
    return str(value).lower()


def _header(algorithm: str | None) -> list[str]:
    """An encryption header where none may be."""
    return [] if algorithm is None else [f"with x-amz-server-side-encryption: {algorithm}"]


def _customer(customer: CustomerKey | None, whose: str = "") -> list[str]:
    return [] if customer is None else [f"with {customer_words(customer)}{whose}"]


def _bytes(span: tuple[int, int] | None) -> list[str]:
    return [] if span is None else [f"bytes {span[0]}-{span[1]}"]


def _size(content: str) -> str:
    size = len(content.encode())
    return f"{size // MIB} MiB" if size and size % MIB == 0 else f"{size} bytes"


# --- buckets ----------------------------------------------------------------------------------------------------------


def _elsewhere(action: CreateBucket | CreateKey) -> list[str]:
    words = _place(action)
    if action.region == "away":
        words.append("in another Region")
    if isinstance(action, CreateKey) and action.shared:
        words.append("shared with the other account")
    return words


def _owned(action: GetBucketEncryption | DeleteBucketEncryption | PutBucketEncryption) -> list[str]:
    return [] if action.expected_owner is None else [f"expecting it to be {action.expected_owner}'s"]


def _configuration(action: PutBucketEncryption) -> list[str]:
    if action.malformed:
        return [*_place(action), "with a body that is not XML", *_owned(action)]
    rules = " and ".join(map(_rule, action.rules)) or "with no rule"
    return [*_place(action), rules, *_owned(action)]


def _rule(rule: Rule) -> str:
    if not rule.apply:
        words = ["a rule without ApplyServerSideEncryptionByDefault"]
    else:
        words = [f"SSEAlgorithm {rule.algorithm}" if rule.algorithm is not None else "no SSEAlgorithm"]
    if rule.key is not None:
        words.append(f"KMSMasterKeyID {key_words(rule.key)}")
    if rule.bucket_key is not None:
        words.append(f"BucketKeyEnabled {_flag(rule.bucket_key)}")
    if rule.blocked is not None:
        words.append(f"BlockedEncryptionTypes {rule.blocked}")
    return ", ".join(words)


def _replication(action: PutBucketReplication) -> list[str]:
    words = [f"to {action.destination}"]
    if action.sse_kms is not None:
        words.append(f"SseKmsEncryptedObjects {action.sse_kms}")
    if action.replica_key is not None:
        words.append(f"ReplicaKmsKeyID {key_words(action.replica_key)}")
    return [*_place(action), "with no rule" if action.empty else ", ".join(words)]


# --- objects ----------------------------------------------------------------------------------------------------------


def _write(action: PutObject | PostObject) -> list[str]:
    return [*_place(action), _headers(action.headers)]


def _copy(action: CopyObject) -> list[str]:
    words = [*_place(action), _source(action)]
    if action.metadata_directive is not None:
        words.append(f"with MetadataDirective {action.metadata_directive}")
    if action.storage_class is not None:
        words.append(f"with StorageClass {action.storage_class}")
    if action.website_redirect is not None:
        words.append("with a website redirect")
    return [*words, *_customer(action.source_customer, " for the source,"), _headers(action.headers)]


def _update(action: UpdateObjectEncryption) -> list[str]:
    words = f"to key {key_words(action.kms_key)}"
    flag = "" if action.bucket_key is None else f", bucket key {_flag(action.bucket_key)}"
    return [*_place(action), words + flag]


def _read(action: GetObject | HeadObject) -> list[str]:
    part = [] if action.part is None else [f"part {action.part}"]
    asked = [*_bytes(action.span), *part]
    return [*_place(action), *asked, *_header(action.algorithm), *_customer(action.customer)]


def _attributes(action: GetObjectAttributes) -> list[str]:
    return [*_place(action), *_header(action.algorithm), *_customer(action.customer)]


def _replica(action: HeadReplica) -> list[str]:
    return [*_place(action), f"as replica of {action.source}/{action.key}", *_customer(action.customer)]


# --- uploads ----------------------------------------------------------------------------------------------------------


def _upload(action: CreateMultipartUpload | Later) -> str:
    return f"{action.upload} in {action.bucket}/{action.key}"


def _part(action: UploadPart) -> list[str]:
    words = [f"{action.number} of {_upload(action)}, {_size(action.content)}"]
    return [*words, *_header(action.algorithm), *_customer(action.customer)]


def _copied_part(action: UploadPartCopy) -> list[str]:
    words = [f"{action.number} of {_upload(action)}", _source(action), *_bytes(action.span)]
    words += _customer(action.source_customer, " for the source," if action.customer is not None else " for the source")
    return [*words, *_header(action.algorithm), *_customer(action.customer)]


def _completion(action: CompleteMultipartUpload) -> list[str]:
    numbers = " and ".join(map(str, action.parts)) or "none"
    plural = "part" if len(action.parts) == 1 else "parts"
    return [_upload(action), f"of {plural} {numbers}", *_header(action.algorithm)]


_WORDS: Mapping[type[Action], Callable[[Any], list[str]]] = {
    CreateBucket: _elsewhere,
    CreateKey: _elsewhere,
    PutBucketEncryption: _configuration,
    GetBucketEncryption: lambda action: [*_place(action), *_owned(action)],
    DeleteBucketEncryption: lambda action: [*_place(action), *_owned(action)],
    PutBucketVersioning: lambda action: [*_place(action), action.status],
    PutBucketPolicy: lambda action: [*_place(action), POLICY_WORDS[action.policy]],
    PutBucketLogging: lambda action: [*_place(action), f"to {action.target or 'nowhere'}"],
    ReadKmsCalls: lambda action: [*_place(action), *(f"and {key}" for key in action.others)],
    ReadLog: lambda action: [*_place(action), f"for logs of {action.source}"],
    PutBucketReplication: _replication,
    PutObject: _write,
    PostObject: _write,
    CopyObject: _copy,
    BatchCopy: lambda action: [*_place(action), "by a job", _source(action), _headers(action.headers)],
    UpdateObjectEncryption: _update,
    GetObject: _read,
    HeadObject: _read,
    GetObjectAttributes: _attributes,
    HeadReplica: _replica,
    CreateMultipartUpload: lambda action: [_upload(action), _headers(action.headers)],
    UploadPart: _part,
    UploadPartCopy: _copied_part,
    CompleteMultipartUpload: _completion,
    AbortMultipartUpload: lambda action: [_upload(action)],
    ListParts: lambda action: [_upload(action)],
    CreateAlias: lambda action: [*_place(action), f"as alias/{action.alias}"],
    UpdateAlias: lambda action: [*_place(action), f"as alias/{action.alias}"],
}
"""The words after the name of the operation; for others the place alone."""
