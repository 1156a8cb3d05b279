"""Actions and answers in words, for people. What a target invented appears as the symbol that stands for it."""

from __future__ import annotations

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    Action,
    BatchCopy,
    CreateMultipartUpload,
    GetBucketLogging,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    Storing,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.names import KeyNames, shape_of_key
from sse_spec.observations import Observation, ShownReplication, ShownRule

from sse_conformance.bodies import md5
from sse_conformance.request_words import customer_words, key_words, request

__all__ = ["answer", "customer_words", "key_words", "request"]

SHOWING = Storing | CreateMultipartUpload | UploadPart | UploadPartCopy | GetObject | HeadObject | HeadReplica
"""The actions whose answers name an encryption, but for those of batch jobs."""

SHOWN_LIMIT = 80
"""Longest text of a target, in characters, within a line of words."""


def answer(action: Action, seen: Observation, names: KeyNames, body: str | None) -> str:
    """What came back; `body` is the content of the object, if it is known, to tell an MD5."""
    if seen.fault is not None:
        return f"{seen.fault}{f' ({seen.status})' if seen.status else ''}: {_cut(seen.message or 'no answer')}"
    words = [str(seen.status), *([] if seen.code is None else [_cut(seen.code)])]
    if seen.configuration is not None:
        words.append("; ".join(_shown(rule, names) for rule in seen.configuration) or "no rule")
    if seen.replication is not None:
        words.append(_shown_replication(seen.replication, names))
    if seen.delivered is not None:
        words += ["a log has arrived", _encryption(seen, names)] if seen.delivered else ["no log has arrived"]
    if seen.kms_calls is not None:
        words.append(_calls(seen, names))
    if seen.replication_status is not None:
        words.append(f"replication status {_cut(seen.replication_status)}")
    if not seen.refused:
        words += _accepted(action, seen, names, body)
    return ", ".join(words)


def _accepted(action: Action, seen: Observation, names: KeyNames, body: str | None) -> list[str]:
    """What only an answer that is no refusal says."""
    if isinstance(action, GetBucketLogging):
        return [f"logged in {_cut(seen.logged_in or 'nothing')}"]
    words = []
    if isinstance(action, SHOWING) and not isinstance(action, BatchCopy):
        words.append(_encryption(seen, names))
    if seen.etag is not None:
        words.append("an ETag" if body is None else "ETag = MD5" if seen.etag == md5(body) else "ETag not the MD5")
    if seen.length is not None and isinstance(action, GetObjectAttributes):
        words.append(f"{seen.length} bytes")
    return words


def _calls(seen: Observation, names: KeyNames) -> str:
    if not seen.kms_calls:
        return "no call to KMS"
    about = "several keys" if seen.kms_key == "several" else _key(seen.kms_key or "no key", names)
    named = {"none": "nothing", "several": "several things", "other": "something else"}
    context = str(seen.kms_context)
    calls = f"{seen.kms_calls} call{'s' if seen.kms_calls > 1 else ''} to KMS"
    return f"{calls} under {about}, the context names {named.get(context, f'the {context}')}"


def _encryption(seen: Observation, names: KeyNames) -> str:
    if seen.customer_algorithm is not None or seen.customer_key_md5 is not None:
        words = [f"SSE-C {_cut(seen.customer_algorithm or 'without algorithm')}"]
        words += [] if seen.algorithm is None else [_cut(seen.algorithm)]
    elif seen.algorithm is None and seen.kms_key is None:
        return "no encryption named"
    else:
        words = [_cut(seen.algorithm or "no algorithm")]
    if seen.kms_key is not None:
        words.append(_key(seen.kms_key, names))
    if seen.bucket_key is not None:
        words.append(f"bucket key {_cut(seen.bucket_key)}")
    return ", ".join(words)


def _shown(rule: ShownRule, names: KeyNames) -> str:
    words = [_cut(rule.algorithm or "no SSEAlgorithm")]
    if rule.key is not None:
        words.append(_key(rule.key, names))
    if rule.bucket_key is not None:
        words.append(f"BucketKeyEnabled {str(rule.bucket_key).lower()}")
    if rule.blocked:
        words.append(f"BlockedEncryptionTypes {_cut(' and '.join(rule.blocked))}")
    return ", ".join(words)


def _shown_replication(rule: ShownReplication, names: KeyNames) -> str:
    words = [f"to {_cut(rule.destination or 'nowhere')}"]
    if rule.sse_kms is not None:
        words.append(f"SseKmsEncryptedObjects {_cut(rule.sse_kms)}")
    if rule.replica_key is not None:
        words.append(f"ReplicaKmsKeyID {_key(rule.replica_key, names)}")
    return ", ".join(words)


def _key(text: str, names: KeyNames) -> str:
    symbol = names.symbols.get(text)
    if symbol is not None:
        name, _, account = symbol.partition("@")
        return f"key ARN of {name}" + (f" of {account}" if account not in {"", DEFAULT_ACCOUNT} else "")
    ids = {arn.rpartition("/")[2]: known for known, arn in names.arns.items()}
    if text in ids:
        return f"bare key id of {ids[text]}"
    return _cut(text) if text.startswith("alias/") else f"some {shape_of_key(text)}".replace("some some", "some")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…"
