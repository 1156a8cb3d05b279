"""What the symbols of a program are called in the source of a script, and what its earlier steps wrote."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from typing import NamedTuple

from sse_adapters.names import NO_ACCOUNT
from sse_spec.actions import (
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteObject,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    PutBucketVersioning,
    PutObject,
    Region,
    Storing,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.names import absent_key_id

from sse_conformance.source_text import Expression, literal

__all__ = ["ACCOUNTS", "REGIONS", "Part", "ScriptNames", "Written", "sent"]

ACCOUNTS = {"main": "123456789012", "other": "210987654321"}
"""The accounts of a script that is told no others: those of moto."""

REGIONS = {"home": "us-east-1", "away": "us-west-2"}
"""Where a script works. Servers of their own take any Region, and this one is the usual default."""

NAME_LIMIT = 40
"""Longest name of a variable, in characters: with the suffix it still makes a bucket's name."""

ABSENT_VERSION = "0" * 32
"""The id of a version that does not exist."""

_TAKEN = frozenset(
    name.lower()
    for name in (
        *(*dir(builtins), *keyword.kwlist, *keyword.softkwlist),
        *("argparse", "boto3", "hashlib", "json", "re", "secrets", "sys", "time", "mock_aws", "Config", "ClientError"),
        *("encode_multipart_formdata", "KEY_ARN", "LOOKS", "run_job", "read_log", "add_header", "replace_body"),
        *("send_form", "address", "parser", "options", "config", "settings", "own_settings", "session", "suffix"),
        *("params", "bodies", "error", "status", "code", "headers", "rules", "observed", "named", "fits", "found"),
        *("count", "source", "iam", "user", "login"),
    )
)
"""Names that mean something else in a script, besides those that begin as clients and answers do."""


class Written(NamedTuple):
    """A version of an object, or a delete marker: the expressions of its id and its ETag, and its content if known.

    A passing one gives way to the next write, unless versioning is enabled. A long content is an expression.
    """

    version: str
    passing: bool
    body: str | None = None
    etag: Expression | None = None


class Part(NamedTuple):
    """A part of an upload: the expression of its ETag, and its content if known."""

    etag: Expression
    body: str | None


class ScriptNames:
    """An implementation of :class:`sse_adapters.calls.Names` that gives variables and expressions.

    `definitions` are the variables to be set before the first step, in the order of their first use; `answers` are the
    steps whose answers something later refers to; `keys` are the keys that the steps have made, `absent` those that are
    named and do not exist; `role` is the account that the role of a replication belongs to, if there is one.
    :meth:`learn` must be told every step that was accepted, in order.
    """

    def __init__(self, accounts: Mapping[str, str]) -> None:
        self.definitions: dict[str, str] = {}
        self.answers: set[int] = set()
        self.keys: dict[str, CreateKey] = {}
        self.absent: dict[str, None] = {}
        self._accounts = {**ACCOUNTS, **accounts}
        self._variables: dict[tuple[str, str], str] = {}
        self._versioning: dict[str, str] = {}
        self._written: dict[tuple[str, str], list[Written]] = {}
        self._regions: dict[str, Region] = {}
        self.role: str | None = None
        self._uploads: dict[str, Expression] = {}
        self._parts: dict[tuple[str, int], Part] = {}

    def bucket(self, symbol: str) -> str:
        """The variable that holds the name of a bucket."""
        variable = self.variable("bucket", symbol)
        self.definitions[variable] = f'f"{variable.lower().replace("_", "-")}-{{suffix}}"'
        return Expression(variable)

    def alias(self, symbol: str) -> str:
        """The variable that holds the name of an alias; an alias of AWS's own as it is."""
        if symbol.startswith("aws/"):
            return f"alias/{symbol}"
        variable = self.variable("alias", symbol)
        self.definitions[variable] = f'f"alias/{variable.replace("_", "-")}-{{suffix}}"'
        return Expression(variable)

    def key(self, ref: KeyRef, principal: str) -> str:
        """The expression of the text that names a KMS key in a request by `principal`."""
        match ref.form:
            case "id":
                return self.key_id(ref.name)
            case "arn" if ref.name in self.keys:
                return Expression(f'{self.variable("key", ref.name)}["Arn"]')
            case "arn":
                return self._arn(f"key/{self.key_id(ref.name)}", principal)
            case "alias":
                return self.alias(ref.name)
            case "alias-arn":
                alias = self.alias(ref.name)
                return self._arn(f"{{{alias}}}" if isinstance(alias, Expression) else alias, principal)
            case "text":
                return ref.name

    def key_id(self, symbol: str) -> str:
        """The expression of the bare id of a KMS key."""
        if symbol in self.keys:
            return Expression(f'{self.variable("key", symbol)}["KeyId"]')
        self.absent[symbol] = None
        return absent_key_id(symbol)

    def key_region(self, symbol: str) -> Region:
        """Where a KMS key is."""
        return self.keys[symbol].region if symbol in self.keys else "home"

    def version(self, bucket: str, key: str, index: int) -> str:
        """The expression of the id of a version; a text for one that does not exist."""
        known = self._written.get((bucket, key), [])
        version = known[index].version if 0 <= index < len(known) else ABSENT_VERSION
        return self.use(version) if isinstance(version, Expression) else version

    def bucket_region(self, symbol: str) -> Region:
        """Where a bucket is."""
        return self._regions.get(symbol, "home")

    def bucket_arn(self, symbol: str, inside: str = "") -> str:
        """The expression of the ARN of a bucket, with what is appended to it."""
        return Expression(f'f"arn:aws:s3:::{{{self.bucket(symbol)}}}{inside}"')

    def account_arn(self, symbol: str) -> str:
        """The ARN that stands for a whole account in a policy."""
        return f"arn:aws:iam::{self.account(symbol)}:root"

    def role_arn(self, principal: str) -> str:
        """The expression of the role that S3 takes on; the script has to be told it where roles matter."""
        self.role = self.account(account_of(principal))
        return Expression("options.role_arn")

    def upload(self, symbol: str) -> str:
        """The expression of the id of a multipart upload; a text for one that does not exist."""
        known = self._uploads.get(symbol)
        return ABSENT_VERSION if known is None else self.use(known)

    def part(self, upload: str, number: int) -> str:
        """The expression of the ETag of a part of an upload; a text for one that does not exist."""
        known = self._parts.get((upload, number))
        return ABSENT_VERSION if known is None else self.use(known.etag)

    def chosen(self, action: CompleteMultipartUpload) -> list[Part]:
        """The parts of which an upload is completed, as far as the steps so far have sent them."""
        parts = (self._parts.get((action.upload, number)) for number in action.parts)
        return [part for part in parts if part is not None]

    def region(self, symbol: Region) -> str:
        """The name of a Region."""
        return REGIONS[symbol]

    def account(self, symbol: str) -> str:
        """The id of an account, as far as the script is told; for one that does not exist, an id that nobody has."""
        return self._accounts.get(symbol, NO_ACCOUNT)

    def variable(self, sort: str, symbol: str) -> str:
        """The variable of a symbol: the symbol itself, as nearly as possible. No two differ in case only."""
        known = self._variables.get((sort, symbol))
        if known is None:
            stem = re.sub(r"[^A-Za-z0-9]+", "_", symbol)[:NAME_LIMIT].strip("_")
            if not stem[:1].isalpha() or stem.lower().startswith(("answer", "s3", "kms")):
                stem = f"{sort}_{stem}".strip("_")
            known = stem
            count = 1
            taken = {one.lower() for one in self._variables.values()}
            while known.lower() in _TAKEN | taken:
                count += 1
                known = f"{stem}_{count}"
            self._variables[sort, symbol] = known
        return known

    def written(self, action: Action) -> Written | None:
        """What a read reads or a copy copies, as far as the steps so far have written it."""
        match action:
            case CopyObject() | UploadPartCopy():
                place, index = (action.source_bucket, action.source_key), action.source_version
            case GetObject() | HeadObject() | UpdateObjectEncryption():
                place, index = (action.bucket, action.key), action.version
            case HeadReplica():
                place, index = (action.source, action.key), None
            case _:
                return None
        known = self._written.get(place, [])
        index = len(known) - 1 if index is None else index
        return known[index] if 0 <= index < len(known) else None

    def named_by(self, step: int) -> Expression:
        """The expression of the key that the answer to a step named."""
        self.answers.add(step)
        return Expression(f'answer{step + 1}.get("SSEKMSKeyId")')

    def learn(self, step: int, action: Action) -> None:
        """Note that a step was accepted."""
        match action:
            case CreateKey():
                self.keys[action.key] = action
            case CreateBucket():
                self._regions[action.bucket] = action.region
            case CreateMultipartUpload():
                self._uploads[action.upload] = Expression(f'answer{step + 1}["UploadId"]')
            case UploadPart() | UploadPartCopy():
                self._send(step, action)
            case PutBucketVersioning():
                self._versioning[action.bucket] = action.status
            case PutObject() | PostObject() | CopyObject() | CompleteMultipartUpload():
                self._write(step, action)
            case HeadReplica():
                self._push(step, action, self.content(action), Expression(f'answer{step + 1}["ETag"].strip(\'"\')'))
            case BatchCopy() | DeleteObject(version=None) if _leaves_nothing_known(action, self._versioning):
                self._written.pop((action.bucket, action.key), None)
            case DeleteObject(version=None) if (action.bucket, action.key) in self._written:
                self._push(step, action, None, None)

    def content(self, action: Action) -> str | None:
        """The content that an action writes, copies or reads, as far as it is known."""
        match action:
            case PutObject() | PostObject():
                return action.body
            case UploadPart():
                return sent(action)
            case CompleteMultipartUpload():
                return _joined([part.body for part in self.chosen(action)])
            case _:
                written = self.written(action)
                return None if written is None else written.body

    def _send(self, step: int, action: UploadPart | UploadPartCopy) -> None:
        etag = 'CopyPartResult"]["ETag' if isinstance(action, UploadPartCopy) else "ETag"
        answered = Expression(f'answer{step + 1}["{etag}"].strip(\'"\')')
        self._parts[action.upload, action.number] = Part(answered, self.content(action))

    def _write(self, step: int, action: PutObject | PostObject | CopyObject | CompleteMultipartUpload) -> None:
        etag = 'CopyObjectResult"]["ETag' if isinstance(action, CopyObject) else "ETag"
        body = self.content(action)
        self._push(step, action, body, Expression(f'answer{step + 1}["{etag}"].strip(\'"\')'))

    def _push(
        self, step: int, action: Storing | DeleteObject | HeadReplica, body: str | None, etag: Expression | None
    ) -> None:
        """Count a version as the model and the carrier count it."""
        known = self._written.setdefault((action.bucket, action.key), [])
        enabled = self._versioning.get(action.bucket) == "Enabled"
        if known and known[-1].passing and not enabled:
            known.pop()
        version = Expression(f'answer{step + 1}["VersionId"]') if enabled else "null"
        known.append(Written(version, not enabled, body, etag))

    def use(self, expression: Expression) -> Expression:
        """An expression over the answer to a step, which is kept for it."""
        self.answers.add(int(expression.removeprefix("answer").partition("[")[0]) - 1)
        return expression

    def _arn(self, resource: str, principal: str) -> Expression:
        """The expression of an ARN in the account of `principal`: as a key of it shows it, or else as it is told."""
        asking = account_of(principal)
        own = next((symbol for symbol, made in self.keys.items() if account_of(made.principal) == asking), None)
        account = self.account(asking) if own is None else f"{{{self.variable('key', own)}['Arn'].split(':')[4]}}"
        text = f"arn:aws:kms:{REGIONS['home']}:{account}:{resource}"
        return Expression(f'f"{text}"' if "{" in text else f'"{text}"')


def sent(action: UploadPart) -> str:
    """The content of a part; an expression where it is long."""
    if action.repeat == 1:
        return action.body
    return Expression(f"{literal(action.body)} * {action.repeat}")


def _joined(bodies: list[str | None]) -> str | None:
    known = [body for body in bodies if body is not None]
    if not known or len(known) < len(bodies):
        return None
    if not any(isinstance(body, Expression) for body in known):
        return "".join(known)
    return Expression(" + ".join(literal(body) for body in known))


def _leaves_nothing_known(action: BatchCopy | DeleteObject, versioning: Mapping[str, str]) -> bool:
    """Whether nothing can be said of the object afterwards: a job says nothing of what it has written."""
    return isinstance(action, BatchCopy) or action.bucket not in versioning
