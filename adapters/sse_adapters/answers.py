"""From the bytes of an answer of S3 to an observation. Trusts nothing: what is not S3's becomes the fault `garbage`.

boto3's own parsers are not used: they turn a bucket listing, an HTML page or nothing at all into an empty
configuration.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping

import msgspec
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    ListParts,
    PostObject,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.observations import Observation, ShownReplication, ShownRule, shown_content

from sse_adapters.documents import (
    CONTENT_LIMIT,
    Answer,
    NotS3Error,
    Shown,
    child,
    content,
    cut,
    document,
    expect,
    name,
    text,
)
from sse_adapters.faults import PLAIN_REFUSALS, VALUE_LIMIT, fault, server_fault

__all__ = ["observe_s3"]

_HARMLESS: Mapping[type[Action], tuple[str, ...]] = {
    CreateBucket: ("CreateBucketResponse", "CreateBucketResult", "CreateBucketConfiguration"),
    PutBucketVersioning: ("VersioningConfiguration",),
    PostObject: ("PostResponse",),
    UpdateObjectEncryption: ("UpdateObjectEncryptionResponse", "UpdateObjectEncryptionResult"),
}
"""Documents that targets send where none is looked at, in answers that are told by their headers alone."""

_ARN_OF_BUCKET = "arn:aws:s3:::"

LENGTH_DIGITS = 20
"""No object has a length of so many digits."""


def observe_s3(action: Action, answer: Answer, shown: Shown) -> Observation:
    """What S3 said to `action`."""
    try:
        if 200 <= answer.status < 300:
            return _success(action, answer, shown)
        return _refusal(action, answer, shown)
    except NotS3Error as error:
        return fault(answer.status, str(error), shown)


def _success(action: Action, answer: Answer, shown: Shown) -> Observation:
    match action:
        case HeadObject() | HeadReplica():
            return _read(answer, shown)
        case GetObject():
            body = content(answer, CONTENT_LIMIT).decode("utf-8", "replace")
            return _read(answer, shown, shown_content(body))
    if isinstance(action, PutBucketPolicy):
        return Observation(answer.status)
    root = document(answer)
    if root is not None and name(root) == "Error":
        return _error(answer.status, root, shown)
    read = _DOCUMENTS.get(type(action))
    if read is not None:
        wanted, observe = read
        return observe(answer, expect(root, *wanted), shown)
    if root is not None and name(root) not in _HARMLESS.get(type(action), ()):
        raise NotS3Error(f"a {name(root)} document where none belongs")
    if isinstance(action, PutObject | PostObject | UploadPart):
        return _object(answer, shown, answer.headers.get("ETag"))
    # S3 says no ETag of an update; who took it for a write does.
    etag = answer.headers.get("ETag") if isinstance(action, UpdateObjectEncryption) else None
    version_id = _value(answer.headers.get("x-amz-version-id"), shown)
    return Observation(answer.status, version_id=version_id, etag=None if etag is None else cut(etag.strip('"'), shown))


# --- documents --------------------------------------------------------------------------------------------------------


def _configuration(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    rules = tuple(_rule(rule, shown) for rule in root if name(rule) == "Rule")
    return Observation(answer.status, configuration=rules)


def _written(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    return _object(answer, shown, text(root, "ETag"))


def _begun(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    upload_id = text(root, "UploadId")
    if not upload_id:
        raise NotS3Error("a multipart upload without an id")
    return msgspec.structs.replace(_object(answer, shown, None), upload_id=upload_id[:VALUE_LIMIT])


def _attributes(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    size = text(root, "ObjectSize")
    return msgspec.structs.replace(_object(answer, shown, text(root, "ETag")), length=_number(size))


def _listed(answer: Answer, _root: ET.Element, shown: Shown) -> Observation:
    return _object(answer, shown, None)


def _logging(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    return Observation(answer.status, logged_in=_value(text(child(root, "LoggingEnabled"), "TargetBucket"), shown))


def _replication(answer: Answer, root: ET.Element, shown: Shown) -> Observation:
    rule = child(root, "Rule")
    destination = child(rule, "Destination")
    selected = child(child(rule, "SourceSelectionCriteria"), "SseKmsEncryptedObjects")
    bucket = _value(text(destination, "Bucket"), shown)
    return Observation(
        answer.status,
        replication=ShownReplication(
            None if bucket is None else bucket.removeprefix(_ARN_OF_BUCKET),
            _value(text(selected, "Status"), shown),
            _value(text(child(destination, "EncryptionConfiguration"), "ReplicaKmsKeyID"), shown),
        ),
    )


def _job(answer: Answer, _root: ET.Element, _shown: Shown) -> Observation:
    return Observation(answer.status)


Read = tuple[tuple[str, ...], Callable[[Answer, ET.Element, Shown], Observation]]

_DOCUMENTS: Mapping[type[Action], Read] = {
    GetBucketEncryption: (("ServerSideEncryptionConfiguration",), _configuration),
    CopyObject: (("CopyObjectResult",), _written),
    UploadPartCopy: (("CopyPartResult",), _written),
    CreateMultipartUpload: (("InitiateMultipartUploadResult",), _begun),
    CompleteMultipartUpload: (("CompleteMultipartUploadResult",), _written),
    ListParts: (("ListPartsResult", "ListPartsResponse"), _listed),
    GetObjectAttributes: (
        ("GetObjectAttributesResponse", "GetObjectAttributesOutput", "GetObjectAttributesResult"),
        _attributes,
    ),
    GetBucketLogging: (("BucketLoggingStatus",), _logging),
    GetBucketReplication: (("ReplicationConfiguration",), _replication),
    BatchCopy: (("CreateJobResult",), _job),
}
"""The names that the root of an answer may have, for no clause is about them, and how the answer is read."""


def _object(answer: Answer, shown: Shown, etag: str | None, body: str | None = None) -> Observation:
    def find(header: str) -> str | None:
        return _value(answer.headers.get(header), shown)

    return Observation(
        answer.status,
        algorithm=find("x-amz-server-side-encryption"),
        kms_key=find("x-amz-server-side-encryption-aws-kms-key-id"),
        bucket_key=find("x-amz-server-side-encryption-bucket-key-enabled"),
        etag=None if etag is None else cut(etag.strip('"'), shown),
        version_id=find("x-amz-version-id"),
        source_version_id=find("x-amz-copy-source-version-id"),
        body=body,
        customer_algorithm=find("x-amz-server-side-encryption-customer-algorithm"),
        customer_key_md5=find("x-amz-server-side-encryption-customer-key-MD5"),
        replication_status=find("x-amz-replication-status"),
    )


def _read(answer: Answer, shown: Shown, body: str | None = None) -> Observation:
    seen = _object(answer, shown, answer.headers.get("ETag"), body)
    return msgspec.structs.replace(seen, length=_number(answer.headers.get("Content-Length")))


def _number(digits: str | None) -> int | None:
    plain = digits is not None and digits.isascii() and digits.isdecimal() and len(digits) < LENGTH_DIGITS
    return int(digits) if plain and digits is not None else None


def _value(found: str | None, shown: Shown) -> str | None:
    return None if found is None else cut(found, shown, VALUE_LIMIT)


def _refusal(action: Action, answer: Answer, shown: Shown) -> Observation:
    status = answer.status
    try:
        root = None if isinstance(action, HeadObject | HeadReplica) else document(answer)
        if root is not None:
            return _error(status, root, shown)
        if status < 400:
            raise NotS3Error("a redirection without a document")
    except NotS3Error as error:
        if status not in PLAIN_REFUSALS:
            raise
        return Observation(status, message=cut(str(error), shown))
    return Observation(status, fault=server_fault(status))


def _error(status: int, root: ET.Element, shown: Shown) -> Observation:
    if name(root) == "ErrorResponse":
        found = child(root, "Error")
        root = root if found is None else found
    expect(root, "Error")
    code, message = text(root, "Code"), text(root, "Message")
    if not code:
        raise NotS3Error("an error document without a code")
    return Observation(
        status,
        code=cut(code, shown),
        message=None if message is None else cut(message, shown),
        fault=server_fault(status),
    )


def _rule(rule: ET.Element, shown: Shown) -> ShownRule:
    default = child(rule, "ApplyServerSideEncryptionByDefault")
    blocked = child(rule, "BlockedEncryptionTypes")
    types = () if blocked is None else (one.text or "" for one in blocked if name(one) == "EncryptionType")
    return ShownRule(
        algorithm=_value(text(default, "SSEAlgorithm"), shown),
        key=_value(text(default, "KMSMasterKeyID"), shown),
        bucket_key=_flag(text(rule, "BucketKeyEnabled")),
        blocked=None if blocked is None else tuple(cut(one, shown) for one in types),
    )


def _flag(found: str | None) -> bool | None:
    match found:
        case None:
            return None
        case "true":
            return True
        case "false":
            return False
    raise NotS3Error(f"BucketKeyEnabled is {found}, neither true nor false")
