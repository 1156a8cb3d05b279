"""What the symbols of a program are called in the source of a script, and what its earlier steps wrote."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from typing import NamedTuple

from sse_spec.actions import (
    Action,
    CopyObject,
    CreateKey,
    DeleteObject,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketVersioning,
    PutObject,
    Region,
)
from sse_spec.names import absent_key_id

from sse_conformance.source_text import Expression

__all__ = ["ACCOUNTS", "REGIONS", "ScriptNames", "Written"]

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
        *("argparse", "boto3", "hashlib", "re", "secrets", "sys", "mock_aws", "Config", "ClientError", "KEY_ARN"),
        *("parser", "options", "config", "settings", "suffix", "add_header", "replace_body", "params", "bodies"),
        *("error", "status", "code", "headers", "rules", "observed", "named", "fits"),
    )
)
"""Names that mean something else in a script, besides those that begin as clients and answers do."""


class Written(NamedTuple):
    """A version of an object, or a delete marker: the expressions of its id and its ETag, and its content if known.

    A passing one gives way to the next write, unless versioning is enabled.
    """

    version: str
    passing: bool
    body: str | None = None
    etag: Expression | None = None


class ScriptNames:
    """An implementation of :class:`sse_adapters.calls.Names` that gives variables and expressions.

    `definitions` are the variables to be set before the first step, in the order of their first use; `answers` are the
    steps whose answers something later refers to; `keys` are the keys that the steps have made, `absent` those that are
    named and do not exist. :meth:`learn` must be told every step that was accepted, in order.
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

    def region(self, symbol: Region) -> str:
        """The name of a Region."""
        return REGIONS[symbol]

    def account(self, principal: str) -> str:
        """The id of an account, as far as the script is told."""
        return self._accounts.get(principal, ACCOUNTS["main"])

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
            case CopyObject():
                place, index = (action.source_bucket, action.source_key), action.source_version
            case GetObject() | HeadObject():
                place, index = (action.bucket, action.key), action.version
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
            case PutBucketVersioning():
                self._versioning[action.bucket] = action.status
            case PutObject() | CopyObject():
                self._write(step, action)
            case DeleteObject(version=None) if action.bucket not in self._versioning:
                self._written.pop((action.bucket, action.key), None)
            case DeleteObject(version=None) if (action.bucket, action.key) in self._written:
                self._push(step, action, None, None)

    def _write(self, step: int, action: PutObject | CopyObject) -> None:
        etag = "ETag"
        if isinstance(action, PutObject):
            body: str | None = action.body
        else:
            etag = 'CopyObjectResult"]["ETag'
            source = self.written(action)
            body = None if source is None else source.body
        self._push(step, action, body, Expression(f'answer{step + 1}["{etag}"].strip(\'"\')'))

    def _push(
        self, step: int, action: PutObject | CopyObject | DeleteObject, body: str | None, etag: Expression | None
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
        own = next((symbol for symbol, made in self.keys.items() if made.principal == principal), None)
        account = self.account(principal) if own is None else f"{{{self.variable('key', own)}['AWSAccountId']}}"
        text = f"arn:aws:kms:{REGIONS['home']}:{account}:{resource}"
        return Expression(f'f"{text}"' if "{" in text else f'"{text}"')
