"""What a request of the `aws` command line is, and what many of them have in common."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    CopyObject,
    CustomerKey,
    EncryptionHeaders,
    UploadPartCopy,
    account_of,
)
from sse_spec.names import customer_key

from sse_reports.aws_cli.names import Names
from sse_reports.aws_cli.shell import Text, joined, path, word

__all__ = [
    "FORM",
    "Answer",
    "Options",
    "Request",
    "body_file",
    "copy_source",
    "customer",
    "encryption",
    "of_bucket",
    "of_object",
    "other_account",
    "query",
    "signed_curl",
    "version",
]

Options = dict[str, Text | None]
"""The options of a command without `--`, and their values; None for a switch."""

FORM = {
    "server-side-encryption": "x-amz-server-side-encryption",
    "ssekms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
    "bucket-key-enabled": "x-amz-server-side-encryption-bucket-key-enabled",
    "no-bucket-key-enabled": "x-amz-server-side-encryption-bucket-key-enabled",
    "ssekms-encryption-context": "x-amz-server-side-encryption-context",
    "sse-customer-algorithm": "x-amz-server-side-encryption-customer-algorithm",
    "sse-customer-key": "x-amz-server-side-encryption-customer-key",
    "sse-customer-key-md5": "x-amz-server-side-encryption-customer-key-MD5",
    "acl": "acl",
}
"""The fields of a form that say what these options say; as headers, they say it in any request."""

_HEADERS = FORM | {
    "copy-source": "x-amz-copy-source",
    "copy-source-range": "x-amz-copy-source-range",
    "copy-source-sse-customer-algorithm": "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "copy-source-sse-customer-key": "x-amz-copy-source-server-side-encryption-customer-key",
    "copy-source-sse-customer-key-md5": "x-amz-copy-source-server-side-encryption-customer-key-MD5",
    "expected-bucket-owner": "x-amz-expected-bucket-owner",
    "range": "range",
}


class Answer(msgspec.Struct, frozen=True):
    """What a later step may need of an answer: the variable that keeps it, where `aws` finds it, and in which header it
    comes.
    """

    variable: str
    query: str
    header: str = ""


class Request(msgspec.Struct, frozen=True):
    """One request.

    `before` are lines that write the files which the request needs. `outfile` names the file for the content that an
    operation brings. `unchecked` says that `aws` refuses to send it unless its own checks are off. `instead` is a
    command that says what `aws` has no words for, for a shell with the function `needs` (of the preamble). `patience`
    says for what the request has to be repeated.
    """

    service: str
    operation: str
    options: Options
    before: tuple[str, ...] = ()
    outfile: bool = False
    answer: Answer | None = None
    region: str = "home"
    unchecked: bool = False
    instead: tuple[str, ...] = ()
    needs: str = ""
    patience: str = ""


def version(names: Names) -> Answer:
    """The version that a write answers."""
    return Answer(f"VERSION{names.step + 1}", "VersionId", "x-amz-version-id")


def other_account(principal: str) -> str:
    """The account with which one of this principal's shares what it shares."""
    return "other" if account_of(principal) == DEFAULT_ACCOUNT else DEFAULT_ACCOUNT


def of_bucket(action: Any, names: Names) -> Options:
    """The options that name the bucket, and the account that has to own it."""
    options: Options = {"bucket": names.bucket(action.bucket)}
    owner: str | None = getattr(action, "expected_owner", None)
    if owner is not None:
        options["expected-bucket-owner"] = names.account(owner)
    return options


def of_object(action: Any, names: Names) -> Options:
    """The options that name the object, and its version if the action names one."""
    options: Options = {"bucket": names.bucket(action.bucket), "key": action.key}
    version: int | None = getattr(action, "version", None)
    if version is not None:
        options["version-id"] = names.version(action.bucket, action.key, version)
    return options


def customer(headers: CustomerKey | None, prefix: str = "") -> Options:
    """The options for SSE-C headers; with the prefix `copy-source-`, for those about the source of a copy."""
    if headers is None:
        return {}
    options: Options = {}
    if headers.algorithm is not None:
        options[f"{prefix}sse-customer-algorithm"] = headers.algorithm
    if headers.key is not None:
        key = customer_key(headers.key)
        sent = base64.b64encode(key) if headers.flaw == "length" else key
        digested = customer_key(f"not {headers.key}") if headers.flaw == "md5" else sent
        md5 = hashlib.md5(digested, usedforsecurity=False).digest()
        options[f"{prefix}sse-customer-key"] = base64.b64encode(sent).decode()
        options[f"{prefix}sse-customer-key-md5"] = base64.b64encode(md5).decode()
    return options


def encryption(headers: EncryptionHeaders, names: Names, principal: str) -> Options:
    """The options for encryption headers."""
    options: Options = {}
    if headers.algorithm is not None:
        options["server-side-encryption"] = headers.algorithm
    if headers.key is not None:
        options["ssekms-key-id"] = names.key(headers.key, principal)
    if headers.bucket_key is not None:
        options["bucket-key-enabled" if headers.bucket_key else "no-bucket-key-enabled"] = None
    if headers.context is not None:
        options["ssekms-encryption-context"] = headers.context
    options |= customer(headers.customer)
    if account_of(principal) != DEFAULT_ACCOUNT:  # or the owner of the bucket could not read it
        options["acl"] = "bucket-owner-full-control"
    return options


def copy_source(action: CopyObject | UploadPartCopy, names: Names) -> Text:
    """The value of `--copy-source`."""
    source = joined(names.bucket(action.source_bucket), f"/{path(action.source_key)}")
    if action.source_version is None:
        return source
    version = names.version(action.source_bucket, action.source_key, action.source_version)
    return joined(source, "?versionId=", version)


def _address(action: Any, names: Names, query: Text = "") -> str:
    place = joined(names.bucket(action.bucket), *([f"/{path(action.key)}"] if hasattr(action, "key") else []), query)
    return '"$AWS_ENDPOINT_URL"/' + word(place)


def query(**parameters: Text | None) -> Text:
    """The query of an address. Ids that a target invents are taken to need no escape, as those of S3 need none."""
    given = [joined(f"{name}=", value) for name, value in parameters.items() if value is not None]
    return joined(*(joined("&" if at else "?", one) for at, one in enumerate(given))) if given else ""


def signed_curl(
    action: Any, names: Names, method: str, options: Options, *more: str, query: Text = ""
) -> tuple[str, ...]:
    """The request by `curl`: what `aws` says in options goes into headers, the algorithm header of the action too."""
    said = {_HEADERS[name]: value for name, value in options.items() if name in _HEADERS and value is not None}
    algorithm: str | None = getattr(action, "algorithm", None)
    if algorithm is not None:
        said["x-amz-server-side-encryption"] = algorithm
    headers = [f"-H {word(joined(f'{name}: ', value))}" for name, value in said.items()]
    verb = "--head" if method == "HEAD" else f"-X {method}" if method != "GET" else ""
    return tuple(filter(None, ("signed_curl", verb, *headers, *more, _address(action, names, query))))


def body_file(action: Any, names: Names) -> tuple[tuple[str, ...], Options]:
    """The lines that write the content of a write into a file, and the option that sends it."""
    content, repeat = action.body, getattr(action, "repeat", 1)
    if not content or repeat < 1:
        return (), {}
    file = f"body{names.step + 1}"
    if repeat == 1:
        line = f"printf %s {word(content)} > {file}"
    elif "\n" not in content:
        line = (
            f"yes {word(content)} | tr -d '\\n' | head -c {len(content.encode('utf-8', 'replace')) * repeat} > {file}"
        )
    else:
        line = f"for _ in $(seq {repeat}); do printf %s {word(content)}; done > {file}"
    return (line,), {"body": file}
