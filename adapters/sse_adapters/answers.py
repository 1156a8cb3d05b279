"""From the bytes of an answer to an observation. Trusts nothing: what is not S3's becomes the fault `garbage`.

boto3's own parsers are not used: they turn a bucket listing, an HTML page or nothing at all into an empty
configuration.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import NoReturn

import msgspec
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketVersioning,
    PutObject,
)
from sse_spec.observations import MESSAGE_LIMIT, Fault, Observation, ShownRule

__all__ = ["DOCUMENT_LIMIT", "Answer", "cut", "observe_kms", "observe_s3"]

DOCUMENT_LIMIT = 1 << 20
"""Longest body that is looked into, in bytes: a thousand times the longest that S3 sends to these requests."""

_VALUE_LIMIT = 2048
"""Longest value of a field that is kept, in characters: the longest key identifier that KMS takes."""

_SLACK = 4
"""How many times the limit is looked at before names are turned back into symbols, which makes a text shorter."""

_PLAIN_REFUSALS = (405, 501)
"""Refusals that are clear without an error document: not allowed, not implemented."""

_HARMLESS: Mapping[type[Action], tuple[str, ...]] = {
    CreateBucket: ("CreateBucketResponse", "CreateBucketResult", "CreateBucketConfiguration"),
    PutBucketVersioning: ("VersioningConfiguration",),
}
"""Documents that emulators send where S3 sends none, in answers that no clause is about."""

Shown = Callable[[str], str]


class Answer(msgspec.Struct, frozen=True):
    """What came over the wire. `headers` finds names in any case. `body` is None for one longer than DOCUMENT_LIMIT."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


class _NotS3Error(Exception):
    """The answer is not one that S3 could give; the message says in what."""


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type declaration, the door of every entity attack, when it opens."""

    def doctype(self, *_: str | None) -> NoReturn:
        raise _NotS3Error("a document type declaration")


def cut(text: str, shown: Shown, limit: int = MESSAGE_LIMIT) -> str:
    """The part of a text of the target that is kept, in the program's own names, and fit to be written as UTF-8."""
    text = shown(text[: limit * _SLACK])[:limit]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def observe_s3(action: Action, answer: Answer, shown: Shown) -> Observation:
    """What S3 said to `action`."""
    try:
        if 200 <= answer.status < 300:
            return _s3_success(action, answer, shown)
        return _s3_refusal(action, answer, shown)
    except _NotS3Error as error:
        return _fault(answer.status, str(error), shown)


def observe_kms(action: Action, answer: Answer, shown: Shown) -> Observation:
    """What KMS said to `action`."""
    try:
        if 200 <= answer.status < 300:
            return _kms_success(action, answer)
        return _kms_refusal(answer, shown)
    except _NotS3Error as error:
        return _fault(answer.status, str(error), shown)


def _fault(status: int, message: str, shown: Shown) -> Observation:
    return Observation(status, message=cut(message, shown), fault=_server_fault(status) or "garbage")


def _server_fault(status: int) -> Fault | None:
    return "server-error" if status >= 500 and status != 501 else None


# S3


def _s3_success(action: Action, answer: Answer, shown: Shown) -> Observation:
    match action:
        case HeadObject():
            return _object(answer, shown, answer.headers.get("ETag"))
        case GetObject():
            return _object(answer, shown, answer.headers.get("ETag"), _bytes(answer).decode("utf-8", "replace"))
    root = _document(answer)
    if root is not None and _name(root) == "Error":
        return _s3_error(answer.status, root, shown)
    match action:
        case GetBucketEncryption():
            root = _expect(root, "ServerSideEncryptionConfiguration")
            rules = tuple(_rule(rule, shown) for rule in root if _name(rule) == "Rule")
            return Observation(answer.status, configuration=rules)
        case CopyObject():
            return _object(answer, shown, _text(_expect(root, "CopyObjectResult"), "ETag"))
        case _ if root is not None and _name(root) not in _HARMLESS.get(type(action), ()):
            raise _NotS3Error(f"a {_name(root)} document where none belongs")
        case PutObject():
            return _object(answer, shown, answer.headers.get("ETag"))
    return Observation(answer.status, version_id=_value(answer.headers.get("x-amz-version-id"), shown))


def _object(answer: Answer, shown: Shown, etag: str | None, body: str | None = None) -> Observation:
    def find(name: str) -> str | None:
        return _value(answer.headers.get(name), shown)

    return Observation(
        answer.status,
        algorithm=find("x-amz-server-side-encryption"),
        kms_key=find("x-amz-server-side-encryption-aws-kms-key-id"),
        bucket_key=find("x-amz-server-side-encryption-bucket-key-enabled"),
        etag=None if etag is None else cut(etag.strip('"'), shown),
        version_id=find("x-amz-version-id"),
        source_version_id=find("x-amz-copy-source-version-id"),
        body=body,
    )


def _value(text: str | None, shown: Shown) -> str | None:
    return None if text is None else cut(text, shown, _VALUE_LIMIT)


def _s3_refusal(action: Action, answer: Answer, shown: Shown) -> Observation:
    status = answer.status
    try:
        root = None if isinstance(action, HeadObject) else _document(answer)
        if root is not None:
            return _s3_error(status, root, shown)
        if status < 400:
            raise _NotS3Error("a redirection without a document")
    except _NotS3Error as error:
        if status not in _PLAIN_REFUSALS:
            raise
        return Observation(status, message=cut(str(error), shown))
    return Observation(status, fault=_server_fault(status))


def _s3_error(status: int, root: ET.Element, shown: Shown) -> Observation:
    if _name(root) == "ErrorResponse":
        root = next((child for child in root if _name(child) == "Error"), root)
    _expect(root, "Error")
    code, message = _text(root, "Code"), _text(root, "Message")
    if not code:
        raise _NotS3Error("an error document without a code")
    return Observation(
        status,
        code=cut(code, shown),
        message=None if message is None else cut(message, shown),
        fault=_server_fault(status),
    )


def _bytes(answer: Answer) -> bytes:
    if answer.body is None:
        raise _NotS3Error(f"a body of more than {DOCUMENT_LIMIT} bytes")
    return answer.body


def _document(answer: Answer) -> ET.Element | None:
    """The root of the document in the body, None for an empty body."""
    body = _bytes(answer).strip()  # a slow CopyObject is kept alive with spaces before the document
    if not body:
        return None
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314  (bounded, and without a DTD)
    try:
        parser.feed(body)
        root: ET.Element = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _NotS3Error(f"not XML: {_start(body)}") from error
    return root


def _start(body: bytes) -> str:
    return body[: MESSAGE_LIMIT * _SLACK].decode("utf-8", "replace")


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _expect(root: ET.Element | None, name: str) -> ET.Element:
    if root is None:
        raise _NotS3Error(f"an empty body where a {name} document belongs")
    if _name(root) != name:
        raise _NotS3Error(f"a {_name(root)} document where a {name} document belongs")
    return root


def _text(parent: ET.Element | None, name: str) -> str | None:
    """The text of the first child of that name, empty for an empty element, None where there is no such element."""
    if parent is not None:
        for child in parent:
            if _name(child) == name:
                return child.text or ""
    return None


def _rule(rule: ET.Element, shown: Shown) -> ShownRule:
    default = next((child for child in rule if _name(child) == "ApplyServerSideEncryptionByDefault"), None)
    return ShownRule(
        algorithm=_value(_text(default, "SSEAlgorithm"), shown),
        key=_value(_text(default, "KMSMasterKeyID"), shown),
        bucket_key=_flag(_text(rule, "BucketKeyEnabled")),
    )


def _flag(text: str | None) -> bool | None:
    match text:
        case None:
            return None
        case "true":
            return True
        case "false":
            return False
    raise _NotS3Error(f"BucketKeyEnabled is {text}, neither true nor false")


# KMS


def _kms_success(action: Action, answer: Answer) -> Observation:
    shape = _json(answer)
    if not isinstance(action, CreateKey):
        return Observation(answer.status)
    metadata = shape.get("KeyMetadata")
    arn = metadata.get("Arn") if isinstance(metadata, dict) else None
    if not isinstance(arn, str) or not arn:
        raise _NotS3Error("a new key without an ARN")
    return Observation(answer.status, key_arn=arn[:_VALUE_LIMIT])


def _kms_refusal(answer: Answer, shown: Shown) -> Observation:
    status = answer.status
    try:
        shape = _json(answer)
    except _NotS3Error as error:
        if status not in _PLAIN_REFUSALS:
            raise
        return Observation(status, message=cut(str(error), shown))
    if status < 400:
        raise _NotS3Error("a redirection")
    code = shape.get("__type") or answer.headers.get("x-amzn-errortype")
    message = shape.get("message") or shape.get("Message")
    return Observation(
        status,
        code=cut(code.rpartition("#")[2].partition(":")[0], shown) if isinstance(code, str) else None,
        message=cut(message, shown) if isinstance(message, str) else None,
        fault=_server_fault(status),
    )


def _json(answer: Answer) -> dict[str, object]:
    body = _bytes(answer)
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, object] | None) or {}
    except (msgspec.DecodeError, RecursionError) as error:
        raise _NotS3Error(f"not a JSON object: {_start(body)}") from error
