"""Calls about multipart uploads."""

from __future__ import annotations

from typing import Any

from sse_spec.actions import (
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    ListParts,
    UploadPart,
    UploadPartCopy,
)

from sse_adapters.calls.building import ALGORITHM_HEADER, Call, Names, s3_call
from sse_adapters.calls.customers import customer
from sse_adapters.calls.objects import copy_source, encryption, grant

__all__ = [
    "abort_multipart_upload",
    "complete_multipart_upload",
    "create_multipart_upload",
    "list_parts",
    "upload_part",
    "upload_part_copy",
]

Later = UploadPart | UploadPartCopy | CompleteMultipartUpload | AbortMultipartUpload | ListParts
"""The requests that go on with an upload."""


def _upload(action: Later, names: Names) -> dict[str, Any]:
    return {"Bucket": names.bucket(action.bucket), "Key": action.key, "UploadId": names.upload(action.upload)}


def _header(action: UploadPart | UploadPartCopy | CompleteMultipartUpload) -> dict[str, str]:
    return {} if action.algorithm is None else {ALGORITHM_HEADER: action.algorithm}


def create_multipart_upload(action: CreateMultipartUpload, names: Names) -> Call:
    """The call for CreateMultipartUpload."""
    arguments = {"Bucket": names.bucket(action.bucket), "Key": action.key}
    arguments |= encryption(action.headers, names, action.principal) | grant(action.principal)
    return s3_call(action, names, "create_multipart_upload", arguments)


def upload_part(action: UploadPart, names: Names) -> Call:
    """The call for UploadPart."""
    arguments = _upload(action, names) | {"PartNumber": action.number, "Body": action.content.encode()}
    arguments |= customer(action.customer)
    return s3_call(action, names, "upload_part", arguments, headers=_header(action))


def upload_part_copy(action: UploadPartCopy, names: Names) -> Call:
    """The call for UploadPartCopy."""
    arguments = _upload(action, names) | {"PartNumber": action.number, "CopySource": copy_source(action, names)}
    if action.span is not None:
        arguments["CopySourceRange"] = f"bytes={action.span[0]}-{action.span[1]}"
    arguments |= customer(action.customer) | customer(action.source_customer, "CopySource")
    return s3_call(action, names, "upload_part_copy", arguments, headers=_header(action))


def complete_multipart_upload(action: CompleteMultipartUpload, names: Names) -> Call:
    """The call for CompleteMultipartUpload."""
    parts = [{"PartNumber": number, "ETag": names.part(action.upload, number)} for number in action.parts]
    arguments = _upload(action, names) | {"MultipartUpload": {"Parts": parts}}
    return s3_call(action, names, "complete_multipart_upload", arguments, headers=_header(action))


def abort_multipart_upload(action: AbortMultipartUpload, names: Names) -> Call:
    """The call for AbortMultipartUpload."""
    return s3_call(action, names, "abort_multipart_upload", _upload(action, names))


def list_parts(action: ListParts, names: Names) -> Call:
    """The call for ListParts."""
    return s3_call(action, names, "list_parts", _upload(action, names))
