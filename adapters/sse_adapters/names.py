"""The names that one space gives to the symbols of a program, and the way back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID, uuid5

from sse_spec.actions import KeyRef, Region, account_of

__all__ = ["BUCKET_NAME_LIMIT", "NO_ACCOUNT", "STEM", "NameMap", "missing_key_id"]

STEM = "s3sse"
"""How every name begins that a run gives to a bucket or an alias."""

BUCKET_NAME_LIMIT = 63
"""Longest name of a bucket that S3 takes, in characters."""

_NAMESPACE = UUID("6f1c1f0e-5d0c-5c3e-9d6b-0d8f3f2a7b11")
"""That of `sse_spec.names`, so that the specification expects the id which goes out; a test holds the two together."""

NO_ACCOUNT = "000000000000"
"""An account id that AWS gives to nobody."""

_PLAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_AWS_OWN = "aws/"


def missing_key_id(symbol: str) -> str:
    """The id of a KMS key that does not exist: well formed, and the same for the same symbol in every run."""
    return str(uuid5(_NAMESPACE, symbol))


class _Written(NamedTuple):
    """A version or a delete marker. A passing one gives way to the next write, unless versioning is enabled."""

    id: str
    passing: bool


class NameMap:
    """The names of one space: an implementation of :class:`sse_adapters.calls.Names` that learns from answers.

    Buckets and aliases are called `stem` + symbol. A symbol that cannot be part of a bucket's name gives way to a
    digest of it. Aliases of AWS itself (`aws/s3`) keep their name. Versions are counted as the model counts them.

    `given` are the names of buckets and aliases that are the operator's, by symbol; in such a bucket every object has
    `folder` in front of its key.
    """

    def __init__(
        self,
        stem: str,
        accounts: Mapping[str, str],
        regions: Mapping[str, str],
        given: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.stem = stem
        self.folder = f"{stem.removesuffix('-')}/"
        self.given = given
        self.key_arns: dict[str, str] = {}
        self._accounts = accounts
        self._regions = regions
        self._key_regions: dict[str, Region] = {}
        self._versioning: dict[str, str] = {}
        self._versions: dict[tuple[str, str], list[_Written]] = {}
        self._digests: dict[str, str] = {}
        self._bucket_regions: dict[str, Region] = {}
        self._uploads: dict[str, str] = {}
        self._parts: dict[tuple[str, int], str] = {}

    def bucket(self, symbol: str) -> str:
        """The name of a bucket."""
        if symbol in self.given:
            return self.given[symbol]
        name = self.stem + symbol
        if len(name) <= BUCKET_NAME_LIMIT and _PLAIN.fullmatch(symbol):
            return name
        name = f"{self.stem}x{hashlib.sha256(symbol.encode()).hexdigest()[:16]}"
        self._digests[name] = symbol
        return name

    def alias(self, symbol: str) -> str:
        """The name of an alias, with `alias/`."""
        if symbol in self.given:
            return self.given[symbol]
        return f"alias/{symbol}" if symbol.startswith(_AWS_OWN) else f"alias/{self.stem}{symbol}"

    def key(self, ref: KeyRef, principal: str) -> str:
        """The text that names a KMS key in a request by `principal`."""
        match ref.form:
            case "id":
                return self.key_id(ref.name)
            case "arn":
                return self.key_arns.get(ref.name) or self._arn(f"key/{missing_key_id(ref.name)}", principal)
            case "alias":
                return self.alias(ref.name)
            case "alias-arn":
                return self._arn(self.alias(ref.name), principal)
            case "text":
                return ref.name

    def key_id(self, symbol: str) -> str:
        """The bare id of a KMS key."""
        arn = self.key_arns.get(symbol)
        return missing_key_id(symbol) if arn is None else arn.rpartition("/")[2]

    def key_region(self, symbol: str) -> Region:
        """Where a KMS key is."""
        return self._key_regions.get(symbol, "home")

    def version(self, bucket: str, key: str, index: int) -> str:
        """The id of a version; an index that nothing was written under gives an id that does not exist."""
        known = self._versions.get((bucket, key), ())
        if 0 <= index < len(known):
            return known[index].id
        return uuid5(_NAMESPACE, f"{bucket}/{key}/{index}").hex

    def bucket_region(self, symbol: str) -> Region:
        """Where a bucket is."""
        return self._bucket_regions.get(symbol, "home")

    def bucket_arn(self, symbol: str, inside: str = "") -> str:
        """The ARN of a bucket, with what is appended to it."""
        return f"arn:aws:s3:::{self.bucket(symbol)}{inside}"

    def account(self, symbol: str) -> str:
        """The 12-digit id of an account; one that nobody has for an account that the target cannot play."""
        return self._accounts.get(symbol, NO_ACCOUNT)

    def account_arn(self, symbol: str) -> str:
        """The ARN that stands for a whole account in a policy."""
        return f"arn:aws:iam::{self.account(symbol)}:root"

    def role_arn(self, principal: str) -> str:
        """The ARN of the role by which S3 replicates and runs batch jobs for an account."""
        return f"arn:aws:iam::{self.account(account_of(principal))}:role/{STEM}-service"

    def upload(self, symbol: str) -> str:
        """The id of a multipart upload; one that does not exist for an upload that was never begun."""
        return self._uploads.get(symbol) or uuid5(_NAMESPACE, f"upload {symbol}").hex

    def part(self, upload: str, number: int) -> str:
        """The ETag of a part of an upload, without its quotes; one that no part has for a part that is not there."""
        return self._parts.get((upload, number)) or uuid5(_NAMESPACE, f"part {upload} {number}").hex

    def region(self, symbol: Region) -> str:
        """The name of a Region."""
        return self._regions[symbol]

    def learn_bucket(self, symbol: str, region: Region) -> None:
        """Note where a bucket was made."""
        self._bucket_regions.setdefault(symbol, region)

    def learn_upload(self, symbol: str, upload_id: str) -> None:
        """Note what CreateMultipartUpload answered."""
        self._uploads[symbol] = upload_id

    def learn_part(self, upload: str, number: int, etag: str) -> None:
        """Note what the upload of a part answered."""
        self._parts[upload, number] = etag

    def learn_key(self, symbol: str, region: Region, arn: str) -> None:
        """Note what CreateKey answered."""
        self.key_arns[symbol] = arn
        self._key_regions[symbol] = region

    def learn_versioning(self, bucket: str, status: str) -> None:
        """Note that the versioning of a bucket was set."""
        self._versioning[bucket] = status

    def learn_write(self, bucket: str, key: str, version_id: str | None) -> None:
        """Note what a write answered: it is the newest version, in place of the last one if that was the `null` one."""
        known = self._versions.setdefault((bucket, key), [])
        if known and known[-1].passing and self._versioning.get(bucket) != "Enabled":
            known.pop()
        known.append(_Written(version_id or "null", passing=version_id in (None, "null")))

    def learn_delete(self, bucket: str, key: str, version_id: str | None) -> None:
        """Note what a deletion without a version answered: a marker counts as a version. Nothing is ever renumbered."""
        if bucket not in self._versioning:
            self._versions.pop((bucket, key), None)
        elif (bucket, key) in self._versions:
            self._versions[bucket, key].append(_Written(version_id or "null", passing=True))

    def shown(self, text: str) -> str:
        """A text of the target with the names of this space turned back into symbols."""
        for name, symbol in self._digests.items():
            text = text.replace(name, symbol)
        for symbol, name in self.given.items():
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", symbol, text)
        return text.replace(self.stem, "").replace(self.folder, "")

    def _arn(self, resource: str, principal: str) -> str:
        return f"arn:aws:kms:{self._regions['home']}:{self._accounts[account_of(principal)]}:{resource}"
