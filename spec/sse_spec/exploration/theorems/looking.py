"""What theorems look at. Written from the documents' words, and not by the functions that they are to check."""

from __future__ import annotations

from sse_spec.actions import (
    DSSE,
    CreateMultipartUpload,
    EncryptionHeaders,
    KeyRef,
    PostObject,
    PutObject,
    Write,
    account_of,
)
from sse_spec.exploration.theorems.statement import Step, object_at
from sse_spec.outcomes import KeyArn, Want
from sse_spec.scene import version_of
from sse_spec.situation import MANAGED
from sse_spec.world import Stored, World, managed_key

__all__ = [
    "KMS",
    "Encrypting",
    "Encryption",
    "Sending",
    "as_put",
    "encryption",
    "leads_to",
    "may_be_refused",
    "may_read",
    "may_write",
    "named",
    "named_key",
    "of_account",
    "own",
    "usable",
]

Sending = PutObject | PostObject | CreateMultipartUpload
"""The requests that make a new object, or begin to, of what they send."""

Encrypting = Write | CreateMultipartUpload
"""The requests that decide how a new object is encrypted: these, and copies."""

KMS = frozenset({"aws:kms", DSSE})
"""The algorithms that use a KMS key."""


def own(step: Step) -> bool:
    """Whether the bucket of the request belongs to the requester, who lacks no right."""
    return step.bucket is not None and step.bucket.owner == step.action.principal


def may_write(step: Step, algorithm: str | None) -> bool:
    """Whether the requester has every right on S3, and on the keys of its account, that such a write needs."""
    principal, bucket = step.action.principal, step.bucket
    account = account_of(principal)
    if bucket is None or (principal != account and algorithm in KMS):
        return False
    if bucket.policy in {"require-header", "require-kms"}:
        named = step.action.headers.algorithm
        # The documents speak of the header of PutObject alone.
        satisfied = named == "aws:kms" if bucket.policy == "require-kms" else named is not None
        return isinstance(step.action, PutObject) and satisfied and bucket.owner == account
    return bucket.owner == account or bucket.policy == "share"


def may_read(step: Step, bucket_name: str, key: str, index: int | None) -> bool:
    """Whether the requester has every right on S3, and on the keys of its account, that reading this object needs.

    What another account wrote into a bucket, its owner may or may not read: Object Ownership decides.
    """
    principal = step.action.principal
    account = account_of(principal)
    bucket = step.before.buckets[bucket_name]
    version = version_of(bucket, key, index)
    stored = object_at(step.before, bucket_name, key, index)
    if principal != account and stored is not None and stored.algorithm in KMS:
        return False
    if bucket.owner == account:
        return getattr(version, "writer", None) in {None, account}
    return bucket.policy == "share"


def leads_to(world: World, principal: str, reference: KeyRef) -> str | None:
    """The symbol of the key that a principal means by a reference; None where there is no such key for it."""
    account, name = account_of(principal), reference.name
    if reference.form == "text":
        return None
    if reference.form in {"alias", "alias-arn"}:
        return managed_key(account) if name == "aws/s3" else world.aliases.get((account, name))
    key = world.keys.get(name)
    if key is None:
        return name if name == managed_key(account) else None
    return name if key.account == account or reference.form == "arn" else None


def of_account(step: Step, symbol: str | None) -> bool:
    """Whether a key is one of the requester's account, or none at all."""
    account = account_of(step.action.principal)
    key = None if symbol is None else step.before.keys.get(symbol)
    return symbol in {None, managed_key(account)} or (key is not None and key.account == account)


def named_key(step: Step) -> KeyRef | None:
    """The key that the request or, for want of an encryption header, the default names; None where nobody names one."""
    named: KeyRef | None = step.action.headers.key
    rule = step.default
    return named if named is not None or rule is None or rule.algorithm not in KMS else rule.key


def usable(world: World, principal: str, symbol: str | None) -> bool:
    """Whether a principal's request can use a key."""
    account = account_of(principal)
    if symbol is None:
        return False
    key = world.keys.get(symbol)
    if key is None:
        return symbol == managed_key(account)
    return key.state in {"enabled", "restored"} and key.region == "home" and (key.account == account or key.shared)


Encryption = tuple[str | None, str | None, bool]
"""How an object is encrypted: algorithm, KMS key, bucket key."""


def encryption(stored: Stored) -> Encryption:
    """How an object is encrypted."""
    return stored.algorithm, stored.key, stored.bucket_key


def as_put(step: Step) -> set[Encryption]:
    """How an object may be encrypted that is put in place of the one that this step makes, with the same headers."""
    own = {MANAGED: managed_key(account_of(step.action.principal))}
    written = [(scene, one.written) for scene, one in step.asks(step.before, _put(step))]
    return {
        (one.algorithm, None if one.key is None else (own | scene.keys).get(one.key, one.key), one.bucket_key)
        for scene, one in written
        if one is not None
    }


def may_be_refused(step: Step) -> bool:
    """Whether such an object may be refused."""
    return any(one.refusal is not None for _, one in step.asks(step.before, _put(step)))


def _put(step: Step) -> PutObject:
    action = step.action
    headers = getattr(action, "headers", EncryptionHeaders())
    return PutObject(principal=action.principal, bucket=action.bucket, key=action.key, headers=headers)


def named(step: Step, symbol: str | None) -> Want:
    """How an answer of this step names a key: by its ARN."""
    if symbol is None:
        return None
    labels = [label for label, one in step.scene.keys.items() if one == symbol]
    return KeyArn(labels[0] if labels else MANAGED)
