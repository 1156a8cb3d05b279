"""What a call is, and what the symbols of a program are called in one."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec
from sse_spec.actions import DEFAULT_ACCOUNT, Action, KeyRef, Region, account_of

__all__ = ["ALGORITHM_HEADER", "Call", "Document", "Names", "other_account", "s3_call"]

ALGORITHM_HEADER = "x-amz-server-side-encryption"
"""The header that names the algorithm; boto3 has no argument for it on reads and on parts."""

Service = Literal["s3", "kms", "s3control"]


class Document(msgspec.Struct, frozen=True):
    """An argument that goes out as the text of a JSON document."""

    content: dict[str, Any]


class Call(msgspec.Struct, frozen=True):
    """One boto3 call: `boto3.client(service, <region>).method(**arguments)`, signed by `principal`.

    `headers` are added to the request before it is signed. `body`, where it is not None, replaces the body that boto3
    would send. The client has to be made with `parameter_validation=False`: wrong requests are the point of many calls.
    `form` has the fields of a form that is sent by POST in place of the request that boto3 would send, without the key.
    """

    service: Service
    method: str
    arguments: dict[str, Any]
    principal: str
    region: Region = "home"
    headers: dict[str, str] = {}
    body: str | None = None
    form: dict[str, Any] | None = None


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

    def bucket_region(self, symbol: str) -> Region:
        """Where a bucket is; `home` for one that does not exist."""
        ...

    def bucket_arn(self, symbol: str, inside: str = "") -> str:
        """The ARN of a bucket, with what is appended to it."""
        ...

    def account(self, symbol: str) -> str:
        """The 12-digit id of an account."""
        ...

    def account_arn(self, symbol: str) -> str:
        """The ARN that stands for a whole account in a policy."""
        ...

    def role_arn(self, principal: str) -> str:
        """The ARN of the role by which S3 replicates and runs batch jobs for the account of `principal`."""
        ...

    def upload(self, symbol: str) -> str:
        """The id of a multipart upload; one that does not exist for an upload that was never begun."""
        ...

    def part(self, upload: str, number: int) -> str:
        """The ETag of a part of an upload, without its quotes."""
        ...

    def region(self, symbol: Region) -> str:
        """The name of a Region."""
        ...


def other_account(principal: str) -> str:
    """The account with which one of this principal's shares what it shares."""
    return "other" if account_of(principal) == DEFAULT_ACCOUNT else DEFAULT_ACCOUNT


def s3_call(action: Action, names: Names, method: str, arguments: dict[str, Any], **more: Any) -> Call:
    """A call of S3 by the principal of the action, in the Region of its bucket."""
    region = names.bucket_region(getattr(action, "bucket", ""))
    return Call("s3", method, arguments, action.principal, region, **more)
