"""The SSE-C headers as arguments of boto3, all three written out: boto3 then adds nothing of its own."""

from __future__ import annotations

import base64
import hashlib

from sse_spec.actions import CustomerKey
from sse_spec.names import customer_key

__all__ = ["customer"]


def customer(headers: CustomerKey | None, prefix: str = "") -> dict[str, str]:
    """The arguments for SSE-C headers; with the prefix `CopySource`, for those about the source of a copy."""
    if headers is None:
        return {}
    arguments: dict[str, str] = {}
    if headers.algorithm is not None:
        arguments[f"{prefix}SSECustomerAlgorithm"] = headers.algorithm
    if headers.key is not None:
        key = customer_key(headers.key)
        sent = base64.b64encode(key) if headers.flaw == "length" else key  # 44 bytes: what AWS was recorded with
        digested = customer_key(f"not {headers.key}") if headers.flaw == "md5" else sent
        arguments[f"{prefix}SSECustomerKey"] = base64.b64encode(sent).decode()
        md5 = hashlib.md5(digested, usedforsecurity=False).digest()
        arguments[f"{prefix}SSECustomerKeyMD5"] = base64.b64encode(md5).decode()
    return arguments
