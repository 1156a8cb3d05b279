"""What the steps of a program have to do with each other: through buckets, objects, uploads, keys and aliases."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sse_spec.actions import (
    Action,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    EncryptionHeaders,
    PutBucketReplication,
    PutObject,
    S3Action,
    Write,
    account_of,
)
from sse_spec.world import managed_key

__all__ = ["after_first_use", "makes_what_is_named", "managed", "mentioned", "related", "sliced", "subjects"]

ENCRYPTING = Write | CreateMultipartUpload
"""The actions that may name an encryption."""

NAMING = ("bucket", "source_bucket", "alias", "destination", "source", "target")
"""The fields of actions that hold the names of buckets and aliases."""

PLACES = (("bucket", "key"), ("source_bucket", "source_key"), ("source", "key"))
"""The pairs of fields that hold a bucket and the key of an object in it."""


def subjects(action: Action) -> set[str]:
    """What an action makes or changes: an object, else a bucket, an alias or a key; aws/s3, if it is asked for."""
    fields = msgspec.structs.asdict(action)
    if "bucket" not in fields:
        return {str(fields.get("alias") or fields["key"])}
    if "key" not in fields:
        return {str(fields["bucket"])}
    place = f"{fields['bucket']}/{fields['key']}"
    asked = isinstance(action, ENCRYPTING) and action.headers.algorithm == "aws:kms"
    return {place, *managed(action)} if asked else {place}


def managed(action: Action) -> set[str]:
    """The AWS managed key that an action may use: what it is, is told from another write under it."""
    if not isinstance(action, ENCRYPTING):
        return set()
    key = action.headers.key
    return {managed_key(account_of(action.principal))} if key is None or key.name == "aws/s3" else set()


def mentioned(action: Action) -> set[str]:
    """The names that an action mentions: of buckets, objects with their bucket, keys and aliases."""
    fields = msgspec.structs.asdict(action)
    names = {str(fields[name]) for name in NAMING if fields.get(name)}
    names |= {f"{fields['bucket']}/{key}" for key in fields.get("others", ())}
    if "bucket" not in fields and "key" in fields:
        names.add(fields["key"])
    names |= {f"{fields[bucket]}/{fields[key]}" for bucket, key in PLACES if fields.get(bucket) and fields.get(key)}
    references = [getattr(fields.get("headers"), "key", None), *(rule.key for rule in fields.get("rules", ()))]
    references += [fields.get("replica_key"), fields.get("kms_key")]
    names |= {reference.name for reference in references if reference is not None}
    return names | managed(action)


def related(actions: Sequence[S3Action], roots: Collection[int]) -> set[int]:
    """The steps that have to do with those at the indices `roots`, through whatever they name, and these themselves.

    An object that is replicated changes in the destination, too.
    """
    into = {(one.bucket, one.destination) for one in actions if isinstance(one, PutBucketReplication)}
    changed = [_replicated(subjects(action), into) for action in actions]
    kept = set(roots)
    named: set[str] = set().union(*(mentioned(actions[at]) for at in kept))
    while True:
        more = {at for at, names in enumerate(changed) if not named.isdisjoint(names)} - kept
        if not more:
            return kept
        kept |= more
        named = named.union(*(mentioned(actions[at]) for at in more))


def _replicated(places: set[str], into: Collection[tuple[str, str]]) -> set[str]:
    """The places with those to which the objects there may be replicated."""
    copies = {
        f"{destination}/{key}"
        for place in places
        for source, destination in into
        for bucket, found, key in [place.partition("/")]
        if found and bucket == source
    }
    return places | copies


def sliced(actions: Sequence[S3Action]) -> tuple[S3Action, ...]:
    """The steps that have to do with the last two calls: a call, and the read that shows what it has done."""
    kept = related(actions, range(max(0, len(actions) - 2), len(actions)))
    return tuple(action for at, action in enumerate(actions) if at in kept)


def makes_what_is_named(action: Action) -> bool:
    """Whether the action makes a bucket, a key or an alias: nothing can be said of what names it later without it."""
    return isinstance(action, CreateBucket | CreateKey | CreateAlias)


def after_first_use(actions: Sequence[S3Action]) -> tuple[S3Action, ...]:
    """The program, after aws/s3 of every account in it was used elsewhere: by that it is told which key that is."""
    prefix: list[S3Action] = []
    for account in sorted({account_of(action.principal) for action in actions}):
        bucket = f"first-use-{account}"
        prefix.append(CreateBucket(bucket=bucket, principal=account))
        headers = EncryptionHeaders("aws:kms")
        prefix.append(PutObject(bucket=bucket, key="first", body="first", headers=headers, principal=account))
    return (*prefix, *actions)
