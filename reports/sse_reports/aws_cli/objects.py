"""Requests about objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import (
    BatchCopy,
    CopyObject,
    DeleteObject,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    PostObject,
    PutObject,
    UpdateObjectEncryption,
    account_of,
)

from sse_reports.aws_cli.building import (
    FORM,
    Options,
    Request,
    body_file,
    copy_source,
    customer,
    encryption,
    of_object,
    query,
    signed_curl,
    version,
)
from sse_reports.aws_cli.names import Names
from sse_reports.aws_cli.shell import Text, document, joined, word

__all__ = [
    "batch_copy",
    "copy_object",
    "delete_object",
    "head_replica",
    "post_object",
    "put_object",
    "read",
    "update_object_encryption",
]


def put_object(action: PutObject, names: Names) -> Request:
    """PutObject."""
    lines, body = body_file(action, names)
    options = of_object(action, names) | body | encryption(action.headers, names, action.principal)
    names.learn_write(action.bucket, action.key)
    return Request("s3api", "put-object", options, before=lines, answer=version(names))


def post_object(action: PostObject, names: Names) -> Request:
    """A form of a browser, which only `curl` can send."""
    lines, body = body_file(action, names)
    said = encryption(action.headers, names, action.principal)
    switches: dict[str, Text] = {"bucket-key-enabled": "true", "no-bucket-key-enabled": "false"}
    fields = [word(joined(f"{FORM[name]}=", switches.get(name, value or ""))) for name, value in said.items()]
    file = str(body.get("body", "/dev/null"))
    command = ("post_form", word(names.bucket(action.bucket)), word(action.key), file, *fields)
    names.learn_write(action.bucket, action.key)
    options = of_object(action, names) | body | said
    return Request("s3api", "put-object", options, lines, answer=version(names), instead=command, needs="post_form")


def copy_object(action: CopyObject, names: Names) -> Request:
    """CopyObject."""
    options = of_object(action, names) | {"copy-source": copy_source(action, names)}
    if action.metadata_directive is not None:
        options["metadata-directive"] = action.metadata_directive
    if action.storage_class is not None:
        options["storage-class"] = action.storage_class
    if action.website_redirect is not None:
        options["website-redirect-location"] = action.website_redirect
    options |= encryption(action.headers, names, action.principal)
    options |= customer(action.source_customer, "copy-source-")
    names.learn_write(action.bucket, action.key)
    return Request("s3api", "copy-object", options, answer=version(names))


def batch_copy(action: BatchCopy, names: Names) -> Request:
    """The job; a job keeps the name of an object, but for a folder in front of it."""
    copy: dict[str, Any] = {"TargetResource": names.bucket_arn(action.bucket)}
    folder = action.key.removesuffix(action.source_key).rstrip("/")
    if folder and folder != action.key:
        copy["TargetKeyPrefix"] = folder
    algorithm = {"AES256": "AES256", "aws:kms": "KMS"}.get(action.headers.algorithm or "", action.headers.algorithm)
    if algorithm is not None:
        copy["NewObjectMetadata"] = {"SSEAlgorithm": algorithm}
    if action.headers.key is not None:
        copy["SSEAwsKmsKeyId"] = names.key(action.headers.key, action.principal)
    if action.headers.bucket_key is not None:
        copy["BucketKeyEnabled"] = action.headers.bucket_key
    only = {"MatchAnyPrefix": [action.source_key], "MatchAnySuffix": [action.source_key]}
    generator = {
        "SourceBucket": names.bucket_arn(action.source_bucket),
        "EnableManifestOutput": False,
        "Filter": {"KeyNameConstraint": only},
    }
    options: Options = {
        "account-id": names.account(account_of(action.principal)),
        "no-confirmation-required": None,
        "operation": document({"S3PutObjectCopy": copy}),
        "report": document({"Enabled": False}),
        "manifest-generator": document({"S3JobManifestGenerator": generator}),
        "priority": "1",
        "role-arn": names.role_arn(action.principal),
    }
    region = names.bucket_region(action.bucket)
    return Request("s3control", "create-job", options, region=region, patience="list-jobs tells when it has ended")


def update_object_encryption(action: UpdateObjectEncryption, names: Names) -> Request:
    """UpdateObjectEncryption."""
    asked: dict[str, Any] = {"KMSKeyArn": names.key(action.kms_key, action.principal)}
    if action.bucket_key is not None:
        asked["BucketKeyEnabled"] = action.bucket_key
    options = of_object(action, names) | {"object-encryption": document({"SSEKMS": asked})}
    unchecked = action.kms_key.form not in ("arn", "id")  # aws wants at least twenty characters
    return Request("s3api", "update-object-encryption", options, unchecked=unchecked)


def read(operation: str, method: str) -> Callable[[Any, Names], Request]:
    """A read of an object. With an algorithm header, which no read may carry, only `curl` can send it."""

    def build(action: GetObject | HeadObject | GetObjectAttributes, names: Names) -> Request:
        options = of_object(action, names) | customer(action.customer)
        part: str | None = None
        if not isinstance(action, GetObjectAttributes):
            if action.span is not None:
                options["range"] = f"bytes={action.span[0]}-{action.span[1]}"
            if action.part is not None:
                options["part-number"] = part = str(action.part)
        else:
            options["object-attributes"] = "ETag ObjectSize"
        if action.algorithm is None:
            return Request("s3api", operation, options, outfile=isinstance(action, GetObject))
        sent = query(versionId=options.get("version-id"), partNumber=part)
        if isinstance(action, GetObjectAttributes):
            sent = joined(sent or "?", "&attributes" if sent else "attributes")
        more = ("-H 'x-amz-object-attributes: ETag,ObjectSize'",) if isinstance(action, GetObjectAttributes) else ()
        lines = signed_curl(action, names, method, options, *more, query=sent)
        return Request("s3api", operation, options, instead=lines, needs="signed_curl")

    return build


def head_replica(action: HeadReplica, names: Names) -> Request:
    """One look at a replica."""
    options = of_object(action, names) | customer(action.customer)
    return Request("s3api", "head-object", options, patience="until the replica is there")


def delete_object(action: DeleteObject, names: Names) -> Request:
    """DeleteObject."""
    options = of_object(action, names)
    if action.version is None:
        names.learn_delete(action.bucket, action.key)
    return Request("s3api", "delete-object", options, answer=version(names))
