"""Requests about multipart uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import (
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateMultipartUpload,
    ListParts,
    UploadPart,
    UploadPartCopy,
)

from sse_reports.aws_cli.building import (
    Answer,
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

__all__ = ["complete_multipart_upload", "create_multipart_upload", "of_upload", "upload_part", "upload_part_copy"]


def create_multipart_upload(action: CreateMultipartUpload, names: Names) -> Request:
    """CreateMultipartUpload."""
    options = of_object(action, names) | encryption(action.headers, names, action.principal)
    names.learn_upload(action.upload)
    answer = Answer(names.variable("UPLOAD", action.upload), "UploadId")
    return Request("s3api", "create-multipart-upload", options, answer=answer)


def upload_part(action: UploadPart, names: Names) -> Request:
    """UploadPart."""
    upload = names.upload(action.upload)
    lines, body = body_file(action, names)
    options = of_object(action, names) | {"upload-id": upload, "part-number": str(action.number)} | body
    options |= customer(action.customer)
    names.learn_part(action.upload, action.number)
    etag = Answer(f"ETAG{names.step + 1}", "ETag", "etag")
    if action.algorithm is None:
        return Request("s3api", "upload-part", options, before=lines, answer=etag)
    sent = query(partNumber=str(action.number), uploadId=upload)
    command = signed_curl(action, names, "PUT", options, f"--data-binary @{body.get('body', '/dev/null')}", query=sent)
    return Request("s3api", "upload-part", options, lines, answer=etag, instead=command, needs="signed_curl")


def upload_part_copy(action: UploadPartCopy, names: Names) -> Request:
    """UploadPartCopy."""
    upload = names.upload(action.upload)
    options = of_object(action, names) | {"upload-id": upload, "part-number": str(action.number)}
    options["copy-source"] = copy_source(action, names)
    if action.span is not None:
        options["copy-source-range"] = f"bytes={action.span[0]}-{action.span[1]}"
    options |= customer(action.customer) | customer(action.source_customer, "copy-source-")
    names.learn_part(action.upload, action.number)
    if action.algorithm is None:
        return Request(
            "s3api", "upload-part-copy", options, answer=Answer(f"ETAG{names.step + 1}", "CopyPartResult.ETag")
        )
    sent = query(partNumber=str(action.number), uploadId=upload)
    command = signed_curl(action, names, "PUT", options, query=sent)
    return Request("s3api", "upload-part-copy", options, instead=command, needs="signed_curl")


def complete_multipart_upload(action: CompleteMultipartUpload, names: Names) -> Request:
    """CompleteMultipartUpload."""
    upload = names.upload(action.upload)
    parts = [(number, names.part(action.upload, number)) for number in action.parts]
    listed = document({"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in parts]})
    options = of_object(action, names) | {"upload-id": upload, "multipart-upload": listed}
    names.learn_write(action.bucket, action.key)
    if action.algorithm is None:
        return Request("s3api", "complete-multipart-upload", options, answer=version(names))
    rows: list[Text] = [
        joined(f"<Part><PartNumber>{number}</PartNumber><ETag>", etag, "</ETag></Part>") for number, etag in parts
    ]
    body = word(joined("<CompleteMultipartUpload>", *rows, "</CompleteMultipartUpload>"))
    command = signed_curl(action, names, "POST", options, f"--data-binary {body}", query=query(uploadId=upload))
    return Request(
        "s3api", "complete-multipart-upload", options, answer=version(names), instead=command, needs="signed_curl"
    )


def of_upload(operation: str) -> Callable[[Any, Names], Request]:
    """A request about an upload that says nothing but which."""

    def build(action: AbortMultipartUpload | ListParts, names: Names) -> Request:
        return Request("s3api", operation, of_object(action, names) | {"upload-id": names.upload(action.upload)})

    return build
