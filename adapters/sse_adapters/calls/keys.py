"""Calls of KMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import CreateKey, account_of

from sse_adapters.calls.building import Call, Document, Names, other_account

__all__ = ["PENDING_DAYS", "create_key", "of_alias", "of_key"]

PENDING_DAYS = 7
"""The shortest waiting period that KMS takes for the deletion of a key."""

_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
"""What the policy of a shared key lets the other account do with it."""


def create_key(action: CreateKey, names: Names) -> Call:
    """The call for CreateKey."""
    arguments: dict[str, Any] = {}
    if action.shared:
        owner = names.account_arn(account_of(action.principal))
        guest = names.account_arn(other_account(action.principal))
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": owner}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": guest}, "Action": list(_USE), "Resource": "*"},
        ]
        arguments["Policy"] = Document({"Version": "2012-10-17", "Statement": statements})
    return Call("kms", "create_key", arguments, action.principal, action.region)


def of_key(method: str, **more: Any) -> Callable[[Any, Names], Call]:
    """An operation on a key, in the Region of the key.

    The key goes out as a bare id: AWS takes an ARN as well, but some emulators fail on one.
    """

    def build(action: Any, names: Names) -> Call:
        arguments = {"KeyId": names.key_id(action.key), **more}
        return Call("kms", method, arguments, action.principal, names.key_region(action.key))

    return build


def of_alias(method: str) -> Callable[[Any, Names], Call]:
    """An operation on an alias, which is always in the home Region: only there can a bucket use it."""

    def build(action: Any, names: Names) -> Call:
        arguments = {"AliasName": names.alias(action.alias)}
        if method != "delete_alias":
            arguments["TargetKeyId"] = names.key_id(action.key)
        return Call("kms", method, arguments, action.principal)

    return build
