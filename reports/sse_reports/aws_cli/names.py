"""What the symbols of a witness are called in the shell."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from sse_spec.actions import DEFAULT_ACCOUNT, KeyRef, account_of
from sse_spec.names import absent_key_id

from sse_reports.aws_cli.shell import Text, Variable, joined

__all__ = ["ABSENT", "REGIONS", "Names"]

REGIONS: Mapping[str, str] = {"home": "us-east-1", "away": "us-west-2"}
"""Where the commands work. Servers of their own take any Region, and this one is the usual default."""

ABSENT = "0" * 32
"""The id of a version or of an upload that does not exist."""

NAME_LIMIT = 40
"""Longest name of a variable, in characters: with the suffix it still makes a bucket's name."""


class _Written(msgspec.Struct, frozen=True):
    """A version: the step that wrote it, None for the version `null`, which gives way to the next write."""

    step: int | None


class Names:
    """The variables of one witness, as they become known step by step.

    `step` is the one at hand, from 0. `definitions` are the lines that set variables before the first step, in the
    order of their first use. `used` are the steps whose answers a later one needs. Versions are counted as the model
    counts them: from 0, a marker of a deletion is one too, and without versioning a write takes the place of the one
    before.
    """

    def __init__(self) -> None:
        self.step = 0
        self.definitions: dict[str, str] = {}
        self.used: set[int] = set()
        self._variables: dict[tuple[str, str], str] = {}
        self._keys: dict[str, tuple[int, str]] = {}
        self._regions: dict[str, str] = {}
        self._uploads: dict[str, int] = {}
        self._parts: dict[tuple[str, int], int] = {}
        self._versioning: dict[str, str] = {}
        self._written: dict[tuple[str, str], list[_Written]] = {}

    def variable(self, sort: str, symbol: str) -> str:
        """The name of the variable of a symbol: the symbol itself, as nearly as possible."""
        known = self._variables.get((sort, symbol))
        if known is None:
            stem = re.sub(r"[^A-Za-z0-9]+", "_", symbol)[:NAME_LIMIT].strip("_").upper()
            stem = stem if stem.startswith(sort) else f"{sort}_{stem}".strip("_")
            known, count = stem, 1
            while known in self._variables.values():
                count += 1
                known = f"{stem}_{count}"
            self._variables[sort, symbol] = known
        return known

    def _answer(self, step: int, variable: str) -> Variable:
        """What the answer to an earlier step said."""
        self.used.add(step)
        return Variable(variable)

    def bucket(self, symbol: str) -> Variable:
        """The name of a bucket."""
        name = self.variable("BUCKET", symbol)
        self.definitions.setdefault(name, f"{name}={name.lower().replace('_', '-')}-$SUFFIX")
        return Variable(name)

    def bucket_arn(self, symbol: str, inside: str = "") -> Text:
        """The ARN of a bucket, with what is appended to it."""
        return joined("arn:aws:s3:::", self.bucket(symbol), inside)

    def alias(self, symbol: str) -> Text:
        """The name of an alias, with `alias/`; one of AWS's own keeps its name."""
        if symbol.startswith("aws/"):
            return f"alias/{symbol}"
        name = self.variable("ALIAS", symbol)
        self.definitions.setdefault(name, f"{name}=alias/{name.lower().replace('_', '-')}-$SUFFIX")
        return Variable(name)

    def account(self, symbol: str) -> Variable:
        """The 12-digit id of an account."""
        if symbol == DEFAULT_ACCOUNT:
            name, profile = "ACCOUNT", ""
        else:
            name = self.variable("ACCOUNT", symbol)
            profile = f" --profile {profile_of(symbol)}"
        query = f"aws sts get-caller-identity --query Account --output text{profile}"
        self.definitions.setdefault(name, f"{name}=$({query})")
        return Variable(name)

    def account_arn(self, symbol: str) -> Text:
        """The ARN that stands for a whole account in a policy."""
        return joined("arn:aws:iam::", self.account(symbol), ":root")

    def role_arn(self, principal: str) -> Variable:
        """The role by which S3 replicates and runs jobs; whoever pastes the commands has to have one."""
        account = self.account(account_of(principal))
        line = (
            f"ROLE_ARN=${{ROLE_ARN:-arn:aws:iam::${account.expression}:role/s3sse-service}}  # a role that S3 may take"
        )
        self.definitions.setdefault("ROLE_ARN", line)
        return Variable("ROLE_ARN")

    def key_id(self, symbol: str) -> Text:
        """The bare id of a KMS key; a well-formed id of nobody's for one that was never made."""
        made = self._keys.get(symbol)
        if made is None:
            return absent_key_id(symbol)
        return Variable(f"{self._answer(made[0], self.variable('KEY', symbol)).expression}##*/")

    def key(self, ref: KeyRef, principal: str) -> Text:
        """The text that names a KMS key in a request by `principal`."""
        match ref.form:
            case "id":
                return self.key_id(ref.name)
            case "arn":
                made = self._keys.get(ref.name)
                if made is not None:
                    return self._answer(made[0], self.variable("KEY", ref.name))
                return self._arn(joined("key/", absent_key_id(ref.name)), principal)
            case "alias":
                return self.alias(ref.name)
            case "alias-arn":
                return self._arn(self.alias(ref.name), principal)
            case "text":
                return ref.name

    def _arn(self, resource: Text, principal: str) -> Text:
        return joined(f"arn:aws:kms:{REGIONS['home']}:", self.account(account_of(principal)), ":", resource)

    def key_region(self, symbol: str) -> str:
        """Where a KMS key is."""
        return self._keys[symbol][1] if symbol in self._keys else "home"

    def bucket_region(self, symbol: str) -> str:
        """Where a bucket is."""
        return self._regions.get(symbol, "home")

    def upload(self, symbol: str) -> Text:
        """The id of a multipart upload."""
        step = self._uploads.get(symbol)
        return ABSENT if step is None else self._answer(step, self.variable("UPLOAD", symbol))

    def part(self, upload: str, number: int) -> Text:
        """The ETag of a part of an upload, without its quotes."""
        step = self._parts.get((upload, number))
        return ABSENT if step is None else Variable(f'{self._answer(step, f"ETAG{step + 1}").expression}//\\"')

    def version(self, bucket: str, key: str, index: int) -> Text:
        """The id of a version."""
        known = self._written.get((bucket, key), ())
        if not 0 <= index < len(known):
            return ABSENT
        step = known[index].step
        return "null" if step is None else self._answer(step, f"VERSION{step + 1}")

    def learn_key(self, symbol: str, region: str) -> None:
        """Note that this step made a key."""
        self._keys[symbol] = (self.step, region)

    def learn_bucket(self, symbol: str, region: str) -> None:
        """Note that a bucket was made."""
        self._regions.setdefault(symbol, region)

    def learn_upload(self, symbol: str) -> None:
        """Note that this step began an upload."""
        self._uploads[symbol] = self.step

    def learn_part(self, upload: str, number: int) -> None:
        """Note that this step sent a part."""
        self._parts[upload, number] = self.step

    def learn_versioning(self, bucket: str, status: str) -> None:
        """Note that the versioning of a bucket was set."""
        self._versioning[bucket] = status

    def learn_write(self, bucket: str, key: str) -> None:
        """Note that this step wrote an object."""
        known = self._written.setdefault((bucket, key), [])
        enabled = self._versioning.get(bucket) == "Enabled"
        if known and known[-1].step is None and not enabled:
            known.pop()
        known.append(_Written(self.step if enabled else None))

    def learn_delete(self, bucket: str, key: str) -> None:
        """Note that this step deleted an object without naming a version."""
        if bucket not in self._versioning:
            self._written.pop((bucket, key), None)
        elif (bucket, key) in self._written:
            self.learn_write(bucket, key)


def profile_of(principal: str) -> str:
    """The profile of the `aws` command line by which a principal signs: the last part of its name."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", principal.rpartition("/")[2]).strip("-") or "other"
