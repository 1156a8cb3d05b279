"""Calls about objects."""

from __future__ import annotations

from typing import Any

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    BatchCopy,
    CopyObject,
    DeleteObject,
    EncryptionHeaders,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    PostObject,
    PutObject,
    UpdateObjectEncryption,
    UploadPartCopy,
    account_of,
)

from sse_adapters.calls.building import ALGORITHM_HEADER, Call, Names, s3_call
from sse_adapters.calls.customers import customer

__all__ = [
    "batch_copy",
    "copy_object",
    "copy_source",
    "delete_object",
    "encryption",
    "get_object",
    "get_object_attributes",
    "grant",
    "head_object",
    "head_replica",
    "post_object",
    "put_object",
    "update_object_encryption",
]

_FORM = {
    "ServerSideEncryption": ALGORITHM_HEADER,
    "SSEKMSKeyId": f"{ALGORITHM_HEADER}-aws-kms-key-id",
    "BucketKeyEnabled": f"{ALGORITHM_HEADER}-bucket-key-enabled",
    "SSEKMSEncryptionContext": f"{ALGORITHM_HEADER}-context",
    "SSECustomerAlgorithm": f"{ALGORITHM_HEADER}-customer-algorithm",
    "SSECustomerKey": f"{ALGORITHM_HEADER}-customer-key",
    "SSECustomerKeyMD5": f"{ALGORITHM_HEADER}-customer-key-MD5",
    "ACL": "acl",
}
"""The fields of a form that say what these arguments say."""


def encryption(headers: EncryptionHeaders, names: Names, principal: str) -> dict[str, Any]:
    """The arguments for encryption headers."""
    arguments: dict[str, Any] = {}
    if headers.algorithm is not None:
        arguments["ServerSideEncryption"] = headers.algorithm
    if headers.key is not None:
        arguments["SSEKMSKeyId"] = names.key(headers.key, principal)
    if headers.bucket_key is not None:
        arguments["BucketKeyEnabled"] = headers.bucket_key
    if headers.context is not None:
        arguments["SSEKMSEncryptionContext"] = headers.context
    return arguments | customer(headers.customer)


def grant(principal: str) -> dict[str, str]:
    """What lets the owner of the bucket, who is `main`, read an object that another account writes."""
    return {} if account_of(principal) == DEFAULT_ACCOUNT else {"ACL": "bucket-owner-full-control"}


def put_object(action: PutObject, names: Names) -> Call:
    """The call for PutObject."""
    arguments = {
        "Bucket": names.bucket(action.bucket),
        "Key": action.key,
        "Body": action.body.encode(),
        **encryption(action.headers, names, action.principal),
        **grant(action.principal),
    }
    return s3_call(action, names, "put_object", arguments)


def post_object(action: PostObject, names: Names) -> Call:
    """The call for PostObject."""
    said = encryption(action.headers, names, action.principal) | grant(action.principal)
    form = {_FORM[name]: str(value).lower() if value in (True, False) else value for name, value in said.items()}
    arguments = {"Bucket": names.bucket(action.bucket), "Key": action.key, "Body": action.body.encode()}
    return s3_call(action, names, "put_object", arguments, form=form)


def copy_source(action: CopyObject | UploadPartCopy | BatchCopy, names: Names) -> dict[str, Any]:
    """The argument that names the source of a copy."""
    source = {"Bucket": names.bucket(action.source_bucket), "Key": action.source_key}
    version = None if isinstance(action, BatchCopy) else action.source_version
    if version is not None:
        source["VersionId"] = names.version(action.source_bucket, action.source_key, version)
    return source


def copy_object(action: CopyObject, names: Names) -> Call:
    """The call for CopyObject."""
    arguments: dict[str, Any] = {"Bucket": names.bucket(action.bucket), "Key": action.key}
    arguments["CopySource"] = copy_source(action, names)
    if action.metadata_directive is not None:
        arguments["MetadataDirective"] = action.metadata_directive
    if action.storage_class is not None:
        arguments["StorageClass"] = action.storage_class
    if action.website_redirect is not None:
        arguments["WebsiteRedirectLocation"] = action.website_redirect
    arguments |= encryption(action.headers, names, action.principal)
    arguments |= customer(action.source_customer, "CopySource")
    return s3_call(action, names, "copy_object", arguments | grant(action.principal))


def batch_copy(action: BatchCopy, names: Names) -> Call:
    """The job; who sends it waits for its end afterwards.

    A job keeps the names of objects, but for a folder in front of them. Raises ValueError for another name.
    """
    folder, found, rest = action.key.rpartition(action.source_key)
    if not found or rest or (folder and not folder.endswith("/")):
        raise ValueError(f"a job cannot copy {action.source_key!r} to {action.key!r}")
    copy: dict[str, Any] = {"TargetResource": names.bucket_arn(action.bucket)}
    if folder:
        copy["TargetKeyPrefix"] = folder.removesuffix("/")
    algorithm = {"AES256": "AES256", "aws:kms": "KMS"}.get(action.headers.algorithm or "", action.headers.algorithm)
    if algorithm is not None:
        copy["NewObjectMetadata"] = {"SSEAlgorithm": algorithm}
    if action.headers.key is not None:
        copy["SSEAwsKmsKeyId"] = names.key(action.headers.key, action.principal)
    if action.headers.bucket_key is not None:
        copy["BucketKeyEnabled"] = action.headers.bucket_key
    only = {"MatchAnyPrefix": [action.source_key], "MatchAnySuffix": [action.source_key]}  # or object10 for object1
    generator = {
        "SourceBucket": names.bucket_arn(action.source_bucket),
        "EnableManifestOutput": False,
        "Filter": {"KeyNameConstraint": only},
    }
    arguments = {
        "AccountId": names.account(account_of(action.principal)),
        "ConfirmationRequired": False,
        "Operation": {"S3PutObjectCopy": copy},
        "Report": {"Enabled": False},
        "ManifestGenerator": {"S3JobManifestGenerator": generator},
        "Priority": 1,
        "RoleArn": names.role_arn(action.principal),
    }
    return Call("s3control", "create_job", arguments, action.principal, names.bucket_region(action.bucket))


def update_object_encryption(action: UpdateObjectEncryption, names: Names) -> Call:
    """The call for UpdateObjectEncryption."""
    asked: dict[str, Any] = {"KMSKeyArn": names.key(action.kms_key, action.principal)}
    if action.bucket_key is not None:
        asked["BucketKeyEnabled"] = action.bucket_key
    arguments = {**_object(action, names), "ObjectEncryption": {"SSEKMS": asked}}
    return s3_call(action, names, "update_object_encryption", arguments)


def _object(
    action: GetObject | HeadObject | GetObjectAttributes | DeleteObject | UpdateObjectEncryption, names: Names
) -> dict[str, Any]:
    arguments = {"Bucket": names.bucket(action.bucket), "Key": action.key}
    if action.version is not None:
        arguments["VersionId"] = names.version(action.bucket, action.key, action.version)
    return arguments


def _read(action: GetObject | HeadObject | GetObjectAttributes, names: Names) -> dict[str, Any]:
    arguments = _object(action, names) | customer(action.customer)
    if not isinstance(action, GetObjectAttributes):
        if action.span is not None:
            arguments["Range"] = f"bytes={action.span[0]}-{action.span[1]}"
        if action.part is not None:
            arguments["PartNumber"] = action.part
    return arguments


def _header(action: GetObject | HeadObject | GetObjectAttributes) -> dict[str, str]:
    return {} if action.algorithm is None else {ALGORITHM_HEADER: action.algorithm}


def get_object(action: GetObject, names: Names) -> Call:
    """The call for GetObject."""
    return s3_call(action, names, "get_object", _read(action, names), headers=_header(action))


def head_object(action: HeadObject, names: Names) -> Call:
    """The call for HeadObject."""
    return s3_call(action, names, "head_object", _read(action, names), headers=_header(action))


def get_object_attributes(action: GetObjectAttributes, names: Names) -> Call:
    """The call for GetObjectAttributes."""
    arguments = {**_read(action, names), "ObjectAttributes": ["ETag", "ObjectSize"]}
    return s3_call(action, names, "get_object_attributes", arguments, headers=_header(action))


def head_replica(action: HeadReplica, names: Names) -> Call:
    """One look; who sends it looks again until the replica is there."""
    arguments = {"Bucket": names.bucket(action.bucket), "Key": action.key, **customer(action.customer)}
    return s3_call(action, names, "head_object", arguments)


def delete_object(action: DeleteObject, names: Names) -> Call:
    """The call for DeleteObject."""
    return s3_call(action, names, "delete_object", _object(action, names))
