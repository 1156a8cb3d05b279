"""Requests to KMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sse_spec.actions import (
    CreateKey,
    account_of,
)

from sse_reports.aws_cli.building import Answer, Options, Request, other_account
from sse_reports.aws_cli.names import Names
from sse_reports.aws_cli.shell import document

__all__ = ["create_key", "of_alias", "of_key", "read_kms_calls"]

_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
"""What the policy of a shared key lets the other account do with it."""


def create_key(action: CreateKey, names: Names) -> Request:
    """CreateKey."""
    options: Options = {}
    if action.shared:
        owner, guest = account_of(action.principal), other_account(action.principal)
        statements = [
            {"Effect": "Allow", "Principal": {"AWS": names.account_arn(owner)}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": names.account_arn(guest)}, "Action": list(_USE), "Resource": "*"},
        ]
        options["policy"] = document({"Version": "2012-10-17", "Statement": statements})
    names.learn_key(action.key, action.region)
    answer = Answer(names.variable("KEY", action.key), "KeyMetadata.Arn")
    return Request("kms", "create-key", options, answer=answer, region=action.region)


def of_key(operation: str, **more: str) -> Callable[[Any, Names], Request]:
    """An operation on a key, in the Region of the key."""

    def build(action: Any, names: Names) -> Request:
        options: Options = {"key-id": names.key_id(action.key)}
        options |= {name.replace("_", "-"): value for name, value in more.items()}
        return Request("kms", operation, options, region=names.key_region(action.key))

    return build


def of_alias(operation: str) -> Callable[[Any, Names], Request]:
    """An operation on an alias."""

    def build(action: Any, names: Names) -> Request:
        options: Options = {"alias-name": names.alias(action.alias)}
        if operation != "delete-alias":
            options["target-key-id"] = names.key_id(action.key)
        return Request("kms", operation, options)

    return build


def read_kms_calls(action: Any, _: Names) -> Request:
    """No request to S3: on AWS the log of events tells for what S3 has asked KMS; it lags behind by minutes."""
    options: Options = {"lookup-attributes": "AttributeKey=EventName,AttributeValue=GenerateDataKey"}
    return Request("cloudtrail", "lookup-events", options, patience=f"until the calls for {action.key} are there")
