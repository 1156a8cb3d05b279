"""What the principals with fewer rights may do, as the statements of their IAM policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["POLICIES"]

_S3 = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
_CONFIGURING = ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"]


def _keys(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ["kms:DescribeKey", "kms:Encrypt", *actions], "Resource": "*"}


POLICIES: Mapping[str, list[dict[str, Any]]] = {
    "main/no-kms": [_S3],
    "main/no-decrypt": [_S3, _keys("kms:GenerateDataKey*")],
    "main/no-generate": [_S3, _keys("kms:Decrypt")],
    "main/no-config": [
        {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": _CONFIGURING, "Resource": "*"},
    ],
}
"""The statements of each principal of :data:`sse_spec.actions.RESTRICTED`."""
