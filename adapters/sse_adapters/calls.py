"""What one action is in boto3: the method, its arguments, and what boto3 cannot say and must be put in by hand.

Pure: no client, no network, no boto3. The carrier sends these calls; a generator of scripts can write them down.
Every text that :class:`Names` gives goes into the arguments as it is, never joined to another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, TypeVar

import msgspec
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Region,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)

__all__ = ["ALGORITHM_HEADER", "MALFORMED_BODY", "PENDING_DAYS", "Call", "Names", "call"]

ALGORITHM_HEADER = "x-amz-server-side-encryption"
"""The header that names the algorithm; boto3 has no argument for it on reads."""

MALFORMED_BODY = "this is not XML"
"""What `PutBucketEncryption(malformed=True)` sends."""

PENDING_DAYS = 7
"""The shortest waiting period that KMS takes for the deletion of a key."""

Service = Literal["s3", "kms"]

A = TypeVar("A", bound=Action)


class Call(msgspec.Struct, frozen=True):
    """One boto3 call: `boto3.client(service, <region>).method(**arguments)`, signed by `principal`.

    `headers` are added to the request before it is signed. `body`, where it is not None, replaces the body that boto3
    would send. The client has to be made with `parameter_validation=False`: wrong requests are the point of many calls.
    """

    service: Service
    method: str
    arguments: dict[str, Any]
    principal: str
    region: Region = "home"
    headers: dict[str, str] = {}
    body: str | None = None


class Names(Protocol):
    """What the symbols of a program are called on a target."""

    def bucket(self, symbol: str) -> str:
        """The name of a bucket."""
        ...

    def alias(self, symbol: str) -> str:
        """The name of an alias, with `alias/`."""
        ...

    def key(self, ref: KeyRef, principal: str) -> str:
        """The text that names a KMS key in a request by `principal`.

        A symbol that no CreateKey made gives the id of a key that does not exist, in the principal's account and the
        home Region. An alias ARN is of the principal's account and the home Region too.
        """
        ...

    def key_id(self, symbol: str) -> str:
        """The bare id of a KMS key, the one form that every KMS takes in every operation."""
        ...

    def key_region(self, symbol: str) -> Region:
        """Where a KMS key is; `home` for a key that does not exist."""
        ...

    def version(self, bucket: str, key: str, index: int) -> str:
        """The id of a version of an object, counted from 0, the oldest."""
        ...

    def region(self, symbol: Region) -> str:
        """The name of a Region."""
        ...


def call(action: Action, names: Names) -> Call:
    """The call that carries `action` out. Raises KeyError for an action of a type that is not known here."""
    return _CALLS[type(action)](action, names)


def _s3(action: Action, method: str, arguments: dict[str, Any], headers: dict[str, str] | None = None) -> Call:
    return Call("s3", method, arguments, action.principal, headers=headers or {})


def _create_bucket(action: CreateBucket, names: Names) -> Call:
    arguments: dict[str, Any] = {"Bucket": names.bucket(action.bucket)}
    region = names.region("home")
    if region != "us-east-1":  # the one Region that may not be named
        arguments["CreateBucketConfiguration"] = {"LocationConstraint": region}
    return _s3(action, "create_bucket", arguments)


def _rule(rule: Rule, names: Names, principal: str) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    if rule.apply:
        default: dict[str, Any] = {}
        if rule.algorithm is not None:
            default["SSEAlgorithm"] = rule.algorithm
        if rule.key is not None:
            default["KMSMasterKeyID"] = names.key(rule.key, principal)
        shape["ApplyServerSideEncryptionByDefault"] = default
    if rule.bucket_key is not None:
        shape["BucketKeyEnabled"] = rule.bucket_key
    return shape


def _put_bucket_encryption(action: PutBucketEncryption, names: Names) -> Call:
    rules = [_rule(rule, names, action.principal) for rule in action.rules]
    arguments = {"Bucket": names.bucket(action.bucket), "ServerSideEncryptionConfiguration": {"Rules": rules}}
    body = MALFORMED_BODY if action.malformed else None
    return Call("s3", "put_bucket_encryption", arguments, action.principal, body=body)


def _get_bucket_encryption(action: GetBucketEncryption, names: Names) -> Call:
    return _s3(action, "get_bucket_encryption", {"Bucket": names.bucket(action.bucket)})


def _delete_bucket_encryption(action: DeleteBucketEncryption, names: Names) -> Call:
    return _s3(action, "delete_bucket_encryption", {"Bucket": names.bucket(action.bucket)})


def _put_bucket_versioning(action: PutBucketVersioning, names: Names) -> Call:
    arguments = {"Bucket": names.bucket(action.bucket), "VersioningConfiguration": {"Status": action.status}}
    return _s3(action, "put_bucket_versioning", arguments)


def _encryption(headers: EncryptionHeaders, names: Names, principal: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if headers.algorithm is not None:
        arguments["ServerSideEncryption"] = headers.algorithm
    if headers.key is not None:
        arguments["SSEKMSKeyId"] = names.key(headers.key, principal)
    if headers.bucket_key is not None:
        arguments["BucketKeyEnabled"] = headers.bucket_key
    if headers.context is not None:
        arguments["SSEKMSEncryptionContext"] = headers.context
    return arguments


def _put_object(action: PutObject, names: Names) -> Call:
    arguments = {
        "Bucket": names.bucket(action.bucket),
        "Key": action.key,
        "Body": action.body.encode(),
        **_encryption(action.headers, names, action.principal),
    }
    return _s3(action, "put_object", arguments)


def _copy_object(action: CopyObject, names: Names) -> Call:
    source = {"Bucket": names.bucket(action.source_bucket), "Key": action.source_key}
    if action.source_version is not None:
        source["VersionId"] = names.version(action.source_bucket, action.source_key, action.source_version)
    arguments: dict[str, Any] = {"Bucket": names.bucket(action.bucket), "Key": action.key, "CopySource": source}
    if action.metadata_directive is not None:
        arguments["MetadataDirective"] = action.metadata_directive
    if action.storage_class is not None:
        arguments["StorageClass"] = action.storage_class
    arguments |= _encryption(action.headers, names, action.principal)
    return _s3(action, "copy_object", arguments)


def _object(action: GetObject | HeadObject | DeleteObject, names: Names) -> dict[str, Any]:
    arguments = {"Bucket": names.bucket(action.bucket), "Key": action.key}
    if action.version is not None:
        arguments["VersionId"] = names.version(action.bucket, action.key, action.version)
    return arguments


def _get_object(action: GetObject, names: Names) -> Call:
    headers = {} if action.algorithm is None else {ALGORITHM_HEADER: action.algorithm}
    return _s3(action, "get_object", _object(action, names), headers)


def _head_object(action: HeadObject, names: Names) -> Call:
    headers = {} if action.algorithm is None else {ALGORITHM_HEADER: action.algorithm}
    return _s3(action, "head_object", _object(action, names), headers)


def _delete_object(action: DeleteObject, names: Names) -> Call:
    return _s3(action, "delete_object", _object(action, names))


def _create_key(action: CreateKey, names: Names) -> Call:
    del names
    return Call("kms", "create_key", {}, action.principal, action.region)


def _of_key(method: str, **more: Any) -> Callable[[A, Names], Call]:
    """An operation on a key, in the Region of the key.

    The key goes out as a bare id: AWS takes an ARN as well, but some emulators fail on one.
    """

    def build(action: Any, names: Names) -> Call:
        arguments = {"KeyId": names.key_id(action.key), **more}
        return Call("kms", method, arguments, action.principal, names.key_region(action.key))

    return build


def _of_alias(method: str) -> Callable[[A, Names], Call]:
    """An operation on an alias, which is always in the home Region: only there can a bucket use it."""

    def build(action: Any, names: Names) -> Call:
        arguments = {"AliasName": names.alias(action.alias)}
        if method != "delete_alias":
            arguments["TargetKeyId"] = names.key_id(action.key)
        return Call("kms", method, arguments, action.principal)

    return build


_CALLS: Mapping[type[Action], Callable[[Any, Names], Call]] = {
    CreateBucket: _create_bucket,
    PutBucketEncryption: _put_bucket_encryption,
    GetBucketEncryption: _get_bucket_encryption,
    DeleteBucketEncryption: _delete_bucket_encryption,
    PutBucketVersioning: _put_bucket_versioning,
    PutObject: _put_object,
    CopyObject: _copy_object,
    GetObject: _get_object,
    HeadObject: _head_object,
    DeleteObject: _delete_object,
    CreateKey: _create_key,
    DisableKey: _of_key("disable_key"),
    EnableKey: _of_key("enable_key"),
    ScheduleKeyDeletion: _of_key("schedule_key_deletion", PendingWindowInDays=PENDING_DAYS),
    CancelKeyDeletion: _of_key("cancel_key_deletion"),
    CreateAlias: _of_alias("create_alias"),
    UpdateAlias: _of_alias("update_alias"),
    DeleteAlias: _of_alias("delete_alias"),
}
