"""Actions and answers in words, for people. What a target invented appears as the symbol that stands for it."""

from __future__ import annotations

from sse_spec.actions import (
    Action,
    CopyObject,
    CreateAlias,
    CreateKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    UpdateAlias,
    kind,
)
from sse_spec.names import KeyNames, shape_of_key
from sse_spec.observations import Observation, ShownRule

from sse_conformance.comparison import md5

__all__ = ["answer", "key_words", "request"]

SHOWN_LIMIT = 80
"""Longest text of a target, in characters, within a line of words."""


def key_words(reference: KeyRef) -> str:
    """A reference to a key as a person would write it."""
    if reference.form == "text":
        return repr(reference.name)
    if reference.form in {"alias", "alias-arn"}:
        return f"alias/{reference.name}" + (" (as ARN)" if reference.form == "alias-arn" else "")
    return f"{reference.name} (as {'key ARN' if reference.form == 'arn' else 'bare key id'})"


def request(action: Action) -> str:
    """What an action asks for."""
    return " ".join([kind(action), *_subject(action), *_details(action)])


def _subject(action: Action) -> list[str]:
    bucket, key = getattr(action, "bucket", None), getattr(action, "key", None)
    place = "/".join(part for part in (bucket, key) if part)
    version = getattr(action, "version", None)
    words = [place] if place else []
    return words if version is None else [*words, f"(version {version + 1})"]


def _details(action: Action) -> list[str]:
    match action:
        case PutBucketEncryption(malformed=True):
            return ["with a body that is not XML"]
        case PutBucketEncryption(rules=rules):
            return ["with no rule"] if not rules else [" and ".join(_rule(rule) for rule in rules)]
        case PutBucketVersioning(status=status):
            return [status]
        case PutObject(headers=headers):
            return [_headers(headers)]
        case CopyObject():
            return [*_copy(action), _headers(action.headers)]
        case GetObject(algorithm=algorithm) | HeadObject(algorithm=algorithm):
            return [] if algorithm is None else [f"with x-amz-server-side-encryption: {algorithm}"]
        case CreateKey(region="away"):
            return ["in another Region"]
        case CreateAlias(alias=alias) | UpdateAlias(alias=alias):
            return [f"as alias/{alias}"]
        case _:
            return []


def _copy(action: CopyObject) -> list[str]:
    version = "" if action.source_version is None else f" (version {action.source_version + 1})"
    words = [f"from {action.source_bucket}/{action.source_key}{version}"]
    if action.metadata_directive is not None:
        words.append(f"with MetadataDirective {action.metadata_directive}")
    return words


def _rule(rule: Rule) -> str:
    if not rule.apply:
        words = ["a rule without ApplyServerSideEncryptionByDefault"]
    else:
        words = [f"SSEAlgorithm {rule.algorithm}" if rule.algorithm is not None else "no SSEAlgorithm"]
    if rule.key is not None:
        words.append(f"KMSMasterKeyID {key_words(rule.key)}")
    if rule.bucket_key is not None:
        words.append(f"BucketKeyEnabled {str(rule.bucket_key).lower()}")
    return ", ".join(words)


def _headers(headers: EncryptionHeaders) -> str:
    words = []
    if headers.algorithm is not None:
        words.append(f"encryption {headers.algorithm or repr('')}")
    if headers.key is not None:
        words.append(f"key {key_words(headers.key)}")
    if headers.bucket_key is not None:
        words.append(f"bucket key {str(headers.bucket_key).lower()}")
    if headers.context is not None:
        words.append(f"context {headers.context}")
    return "with " + ", ".join(words) if words else "without encryption headers"


def answer(action: Action, seen: Observation, names: KeyNames, body: str | None) -> str:
    """What came back; `body` is the content of the object, if it is known, to tell an MD5."""
    if seen.fault is not None:
        return f"{seen.fault}{f' ({seen.status})' if seen.status else ''}: {_cut(seen.message or 'no answer')}"
    words = [str(seen.status)]
    if seen.code is not None:
        words.append(_cut(seen.code))
    if seen.configuration is not None:
        words.append("; ".join(_shown(rule, names) for rule in seen.configuration) or "no rule")
    if not seen.refused and isinstance(action, PutObject | CopyObject | GetObject | HeadObject):
        words.append(_encryption(seen, names))
        if seen.etag is not None:
            known = "an ETag" if body is None else "ETag = MD5" if seen.etag == md5(body) else "ETag not the MD5"
            words.append(known)
    return ", ".join(words)


def _encryption(seen: Observation, names: KeyNames) -> str:
    if seen.algorithm is None and seen.kms_key is None:
        return "no encryption named"
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
    return ", ".join(words)


def _key(text: str, names: KeyNames) -> str:
    symbol = names.symbols.get(text)
    if symbol is not None:
        return f"key ARN of {symbol.partition('@')[0]}"
    ids = {arn.rpartition("/")[2]: known for known, arn in names.arns.items()}
    if text in ids:
        return f"bare key id of {ids[text]}"
    return _cut(text) if text.startswith("alias/") else f"some {shape_of_key(text)}".replace("some some", "some")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…"
