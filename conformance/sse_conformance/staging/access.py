"""Requests by who is not the all-powerful owner: another account, a principal with fewer rights, under a policy."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from sse_spec.actions import (
    CreateAlias,
    CreateBucket,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    Rule,
    S3Action,
)
from sse_spec.situation import MANAGED, OTHERS_MANAGED

from sse_conformance.domains import DEFAULT_KEY, OBJECT_KEY
from sse_conformance.scenery import BucketNeed, ObjectNeed, Place, Scenery
from sse_conformance.staging.configuring import delete_configuration
from sse_conformance.staging.needs import SOURCES, Values

__all__ = ["by_requester", "delete", "get_across", "head_across", "put_across"]

OTHER = "other"
LACKING = {(False, False): "no-kms", (False, True): "no-generate", (True, False): "no-decrypt"}
EXPECTED = {"right": "main", "wrong": OTHER}
SHARED = BucketNeed(policy="share", purpose="objects")
"""A shared bucket in which nothing is configured."""

CONFIGURED = BucketNeed(policy="share", purpose="defaults")
"""A shared bucket of which the default is set again and again."""

ASKED = BucketNeed("AES256", purpose="asked")
"""A bucket whose default is deleted, or is asked to be."""

Stage = Callable[[Values, Scenery], S3Action]


def by_requester(stage: Stage, across: Stage | None = None) -> Stage:
    """Stage as for the owner, or `across` accounts, and let the requester of the situation ask."""

    def staged(values: Values, scenery: Scenery) -> S3Action:
        if across is not None and (values.get("foreign") or values.get("others_object")):
            return across(values, scenery)
        action = stage(values, scenery)
        lacking = LACKING.get((values.get("may_generate", True), values.get("may_decrypt", True)))
        if not values.get("may_configure", True):
            lacking = "no-config"
        if lacking is not None:
            action = replace(action, principal=f"main/{lacking}")
        expected = EXPECTED.get(values.get("expected_owner") or "")
        return action if expected is None else replace(action, expected_owner=expected)

    return staged


def delete(values: Values, scenery: Scenery) -> S3Action:
    """Delete a default, or ask for it; who is special about asking needs no bucket of its own for it."""
    if values.get("expected_owner") is None and values.get("may_configure", True):
        return delete_configuration(values, scenery)
    return DeleteBucketEncryption(bucket=scenery.bucket(ASKED))


# --- writes -----------------------------------------------------------------------------------------------------------


def put_across(values: Values, scenery: Scenery) -> S3Action:
    """Let the other account write into a shared bucket."""
    _know_managed_keys(scenery)
    bucket = scenery.bucket(SHARED)
    if values.get("default_algorithm") is not None:
        bucket = scenery.bucket(CONFIGURED)
        _configure(scenery, bucket, Rule("aws:kms", _owners_key(values, "default", scenery)))
    headers = EncryptionHeaders(values.get("header_algorithm"), _owners_key(values, "header", scenery))
    name = scenery.name("object")
    return PutObject(bucket=bucket, key=name, body=f"content of {name}", headers=headers, principal=OTHER)


def _configure(scenery: Scenery, bucket: str, rule: Rule) -> None:
    """Set a default, if it is not the one that is there."""
    there = scenery.world().buckets.get(bucket)
    if there is None or [setting.rule for setting in there.settings] != [rule]:
        scenery.do(PutBucketEncryption(bucket=bucket, rules=(rule,)))


def _know_managed_keys(scenery: Scenery) -> None:
    """Have aws/s3 of both accounts used before, so that each can be told from the other."""
    scenery.object(scenery.bucket(SOURCES), ObjectNeed("aws:kms"))

    def make() -> tuple[Place, None]:
        bucket = scenery.name("bucket")
        scenery.do(CreateBucket(bucket=bucket, principal=OTHER))
        return Place(bucket, _write(scenery, bucket, EncryptionHeaders("aws:kms"), OTHER)), None

    scenery.remember(("aws/s3 of", OTHER), make)


def _write(scenery: Scenery, bucket: str, headers: EncryptionHeaders, principal: str) -> str:
    key = scenery.name("object")
    scenery.do(PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=headers, principal=principal))
    return key


def _owners_key(values: Values, by: str, scenery: Scenery) -> KeyRef | None:
    """The reference to a key of the bucket's owner that the default or the request holds.

    A key ARN leads everybody to the same key, a bare id nobody but the owner. An alias may be one that the other
    account has as well, for a key of its own.
    """
    form = values.get(f"{by}_key")
    if form is None:
        return None
    state = values.get(f"{by}_key_state", "shared")
    owners = state if form == "arn" else values.get(f"{by}_owner_key_state", "shared")
    symbol = scenery.key(DEFAULT_KEY, "enabled" if owners == "foreign" else "shared")
    if form != "alias":
        return KeyRef(form, symbol)
    known_to = ("main",) if state == "missing" else ("main", OTHER)
    alias = f"{symbol}-of-{'-and-'.join(known_to)}"

    def make() -> tuple[Place, None]:
        for account in known_to:
            key = symbol if account == "main" else scenery.key(OBJECT_KEY, principal=OTHER)
            scenery.do(CreateAlias(alias=alias, key=key, principal=account))
        return Place("", alias), None

    scenery.remember(("alias", alias), make)
    return KeyRef("alias", alias)


# --- reads ------------------------------------------------------------------------------------------------------------


def get_across(values: Values, scenery: Scenery) -> S3Action:
    """Read an object that is under a key of another account, or in a bucket of it."""
    place, requester = _across(values, scenery)
    return GetObject(bucket=place.bucket, key=place.key, principal=requester)


def head_across(values: Values, scenery: Scenery) -> S3Action:
    """Read the headers of such an object."""
    place, requester = _across(values, scenery)
    return HeadObject(bucket=place.bucket, key=place.key, principal=requester)


def _across(values: Values, scenery: Scenery) -> tuple[Place, str]:
    """The object, and who asks for it. What is under a key of an account was written by that account."""
    bucket = scenery.bucket(SHARED)
    requester, owner = ("main", OTHER) if values.get("others_object") else (OTHER, "main")
    label = values.get("object_key_label", OBJECT_KEY)
    writer = requester if label == MANAGED else owner
    state = "shared" if values.get("object_key_state", "shared") == "shared" else "enabled"

    def make() -> tuple[Place, None]:
        if label in {MANAGED, OTHERS_MANAGED}:
            key = None
        elif writer == OTHER:
            key = KeyRef("arn", scenery.key(OBJECT_KEY, principal=OTHER))
        else:
            key = KeyRef("arn", scenery.key(DEFAULT_KEY, state))
        return Place(bucket, _write(scenery, bucket, EncryptionHeaders("aws:kms", key), writer)), None

    place, _ = scenery.remember((bucket, writer, label, state), make)
    return place, requester
