"""What an operator has for a run that may not make it itself: keys where there is no KMS to make them, and buckets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DisableKey,
    EnableKey,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
)

from sse_adapters.calls import Call

__all__ = ["CHANGING_KEYS", "CONFIGURING", "Given", "GivenBucket", "alias_of", "placed"]

CONFIGURING = (
    PutBucketEncryption,
    DeleteBucketEncryption,
    PutBucketVersioning,
    PutBucketPolicy,
    PutBucketLogging,
    PutBucketReplication,
    DeleteBucketReplication,
)
"""The requests that change the configuration of a bucket: never sent about one that the run did not make."""

CHANGING_KEYS = (CreateAlias, UpdateAlias, DeleteAlias, DisableKey, EnableKey, ScheduleKeyDeletion, CancelKeyDeletion)
"""The requests that change a key or what it is called: never sent about a key that the run did not make."""


class GivenBucket(msgspec.Struct, frozen=True):
    """A bucket of the operator's, as it was found: its default, None where none shows, and whether it has versions."""

    symbol: str
    rule: Rule | None = None
    versioned: bool = False

    @property
    def plain(self) -> bool:
        """Whether its default is one that every bucket has: nobody can tell whether it was ever put."""
        rule = self.rule
        return rule is None or (rule.algorithm == "AES256" and rule.key is None and rule.bucket_key is None)

    @property
    def steps(self) -> tuple[CreateBucket | PutBucketVersioning | PutBucketEncryption, ...]:
        """The requests that would bring a new bucket to this state."""
        found: list[CreateBucket | PutBucketVersioning | PutBucketEncryption] = [CreateBucket(bucket=self.symbol)]
        if self.versioned:
            found.append(PutBucketVersioning(bucket=self.symbol, status="Enabled"))
        if self.rule is not None and not (self.plain and self.rule.blocked is None):
            found.append(PutBucketEncryption(bucket=self.symbol, rules=(self.rule,)))
        return tuple(found)


class Given(msgspec.Struct, frozen=True):
    """What there is for a run that may not make everything itself.

    `buckets` are those to be used, None where the run makes its own. `keys` are keys that are there, as the requests
    that would make them; `makes_keys` says whether the run may make others. `aliased` names the keys that have an
    alias, `unnamed` those whose ARN is not known. `account` says whether it is known whose account the run is in,
    `services` whether there is the role by which S3 replicates and runs batch jobs.
    """

    buckets: tuple[GivenBucket, ...] | None = None
    keys: tuple[CreateKey, ...] = ()
    makes_keys: bool = True
    aliased: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    account: bool = True
    services: bool = True

    def provides(self, action: Action) -> bool:
        """Whether what this request would make or bring about is there already, so that it is never sent."""
        if isinstance(action, CreateKey):
            return action in self.keys
        if isinstance(action, CreateAlias):
            return action.key in self.aliased and action.alias == alias_of(action.key)
        return any(action in bucket.steps for bucket in self.buckets or ())

    def forbids(self, action: Action) -> bool:
        """Whether this request would change a key or a bucket that was given, or is about another bucket where some
        were given.
        """
        if self.changes_key(action):
            return True
        if self.buckets is None:
            return False
        names = {getattr(action, field, None) for field in ("bucket", "source_bucket", "source", "target")} - {None}
        configures = isinstance(action, (CreateBucket, BatchCopy, *CONFIGURING))
        return bool(names) and (configures or not names <= {bucket.symbol for bucket in self.buckets})

    def changes_key(self, action: Action) -> bool:
        """Whether this request would change a key that was given, or an alias of one."""
        if not isinstance(action, CHANGING_KEYS):
            return False
        mine = {key.key for key in self.keys}
        return getattr(action, "key", "") in mine or getattr(action, "alias", "") in {alias_of(key) for key in mine}


def alias_of(key: str) -> str:
    """The symbol of the alias of a key."""
    return f"{key}-alias"


def placed(call: Call, folders: Mapping[str, str]) -> Call:
    """The call, with every object of a bucket in its folder; `folders` has both by the real name of the bucket."""
    arguments: dict[str, Any] = dict(call.arguments)
    folder = folders.get(arguments.get("Bucket", ""))
    if folder is not None and "Key" in arguments:
        arguments["Key"] = folder + arguments["Key"]
    source = arguments.get("CopySource")
    if source is not None and source["Bucket"] in folders:
        arguments["CopySource"] = {**source, "Key": folders[source["Bucket"]] + source["Key"]}
    return replace(call, arguments=arguments)
