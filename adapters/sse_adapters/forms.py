"""A browser's form, in place of the request that boto3 would send."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from typing import Any

from sse_adapters.calls import Call

__all__ = ["form_body", "post_instead"]

FORM_SECONDS = 3600
"""How long the policy of a form is good for."""


def form_body(fields: Mapping[str, str], content: bytes) -> tuple[str, bytes]:
    """The content type and the body of a form with these fields, and a file as its last."""
    boundary = secrets.token_hex(16)
    body = io.BytesIO()
    for field, value in fields.items():
        body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
    body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'.encode())
    body.write(content + f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", body.getvalue()


def post_instead(client: Any, call: Call, request: Any, headers: Mapping[str, str]) -> None:
    """Turn the prepared PutObject into the form of the call, signed by its policy; `headers` go out with it."""
    bucket, key = call.arguments["Bucket"], call.arguments["Key"]
    fields = dict(call.form or {})
    conditions = [{name: value} for name, value in fields.items()]
    signed = client.generate_presigned_post(bucket, key, fields, conditions, FORM_SECONDS)
    content_type, body = form_body(signed["fields"], call.arguments["Body"])
    request.method, request.url, request.body = "POST", signed["url"], body
    for header in list(request.headers):
        del request.headers[header]
    request.headers.update({**headers, "Content-Type": content_type, "Content-Length": str(len(body))})
