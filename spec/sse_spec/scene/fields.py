"""The fields of a situation that many actions share: who asks, the bucket default, the headers, the object."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sse_spec.actions import SSE_C, Action, CustomerKey, EncryptionHeaders, KeyRef, account_of, kind
from sse_spec.scene.naming import Labels, Resolved, resolve
from sse_spec.situation import Customer, Label, Situation
from sse_spec.world import Bucket, Part, Replication, Setting, Stored, Version, World, managed_key, newest

__all__ = [
    "NO_SETTING",
    "VALID_CONTEXT",
    "Fields",
    "Scene",
    "begun",
    "candidates",
    "customer",
    "customer_same",
    "elsewhere",
    "finished",
    "put_access",
    "put_default",
    "put_headers",
    "put_object",
    "settings",
    "version_of",
]

NO_SETTING = Setting()

Fields = dict[str, object]
"""The fields of a situation that are found out so far."""

VALID_CONTEXT = "eyJwdXJwb3NlIjogInRlc3QifQ=="
"""Base64 of a JSON string map: the context that programs send when they mean a valid one."""

_LACKING: dict[str, tuple[str, ...]] = {
    "no-kms": ("may_generate", "may_decrypt"),
    "no-decrypt": ("may_decrypt",),
    "no-generate": ("may_generate",),
    "no-config": ("may_configure",),
}


class Scene(NamedTuple):
    """One candidate reading of the world for an action.

    `keys` gives the symbol behind each label; `setting` and `object` are the candidates that were assumed for the
    bucket default and for the object that is read, copied or, as an upload, gone on with. `source` is the object from
    which a part is copied, `parts` are the parts of which an upload is completed. `replication` is the configuration
    that is read, `logging` the bucket in which requests are logged. `version_id` is the id of a version that was
    updated where it is, or of which a replica is read.
    """

    situation: Situation
    keys: dict[Label, str]
    setting: Setting
    object: Stored | None
    source: Stored | None = None
    parts: tuple[Part, ...] = ()
    replication: Replication | None = None
    logging: str | None = None
    version_id: str | None = None


def settings(bucket: Bucket | None) -> tuple[Setting, ...]:
    """The candidates for the default of a bucket."""
    return (NO_SETTING,) if bucket is None else bucket.settings


def candidates(version: Version | None) -> tuple[Stored | None, ...]:
    """The candidates for a version of an object."""
    return (None,) if version is None else version.candidates


def version_of(bucket: Bucket, key: str, index: int | None) -> Version | None:
    """A version of an object, the newest for None; None where there is none."""
    versions = bucket.objects.get(key, ())
    if index is None:
        return versions[newest(versions)] if versions else None
    return versions[index] if 0 <= index < len(versions) else None


def put_access(found: Fields, action: Action, bucket: Bucket | None) -> None:
    """Fill in the fields that say what the requester may do."""
    account, _, lacking = action.principal.partition("/")
    for field in _LACKING.get(lacking, ()):
        found[field] = False
    expected = getattr(action, "expected_owner", None)
    if bucket is None:
        return
    if bucket.owner != account:
        # No policy of this edition lets another account read or change the configuration.
        found |= {"foreign": True, "may_configure": False}
    if bucket.policy == "share":
        found["shared"] = True
    elif bucket.policy in {"require-header", "require-kms"}:
        found["policy"] = bucket.policy
    if expected is not None:
        found["expected_owner"] = "right" if expected == bucket.owner else "wrong"


def put_default(
    found: Fields, world: World, account: str, bucket: Bucket | None, setting: Setting, labels: Labels
) -> None:
    """Fill in the fields that describe the bucket default."""
    found["configured"] = setting.configured
    if setting.blocked is not None:
        found |= {"blocked": setting.blocked, "blocked_kept": setting.blocked_kept}
    if setting.previous is not None:
        found["previous_algorithm"] = setting.previous.algorithm
        found["previous_bucket_key"] = setting.previous.bucket_key
    if setting.rule is not None:
        found["default_algorithm"] = setting.rule.algorithm
        found["default_bucket_key"] = setting.rule.bucket_key
        if setting.rule.key is not None:
            target = resolve(world, account, setting.rule.key)
            found["default_key"] = target.form
            found["default_key_state"] = target.state
            found["default_key_label"] = labels.of(target.symbol)
            if bucket is not None and bucket.owner != account:
                _put_owner_key(found, "default", resolve(world, bucket.owner, setting.rule.key), world, account, labels)
            elif setting.key_then not in (None, target.symbol):
                found["default_key_then"] = labels.of(setting.key_then)
    if "foreign" in found and bucket is not None:
        labels.of(managed_key(bucket.owner))


def _put_owner_key(found: Fields, by: str, owners: Resolved, world: World, account: str, labels: Labels) -> None:
    """Fill in the key to which a reference leads in another account than the requester's, and what it is for that."""
    usable = resolve(world, account, KeyRef("arn", owners.symbol)) if owners.symbol else owners
    found[f"{by}_owner_key_state"] = usable.state
    found[f"{by}_owner_key_label"] = labels.of(owners.symbol)


def put_headers(
    found: Fields,
    world: World,
    account: str,
    headers: EncryptionHeaders,
    labels: Labels,
    bucket: Bucket | None = None,
) -> None:
    """Fill in the fields that describe the encryption headers of a write."""
    found["header_algorithm"] = headers.algorithm
    found["header_bucket_key"] = headers.bucket_key
    if headers.context is not None:
        found["header_context"] = _context(headers.context)
    if headers.customer is not None:
        found["customer"] = customer(headers.customer)
    if headers.key is not None:
        target = resolve(world, account, headers.key)
        found["header_key"] = target.form
        found["header_key_state"] = target.state
        found["header_key_label"] = labels.of(target.symbol)
        other = _other_account(world, account, bucket, headers.key)
        if other is not None:
            _put_owner_key(found, "header", resolve(world, other, headers.key), world, account, labels)


def _other_account(world: World, account: str, bucket: Bucket | None, reference: KeyRef) -> str | None:
    """In which account but the requester's a wrong S3 might look a key up; None where there is no such account."""
    if reference.form == "id" and reference.name in world.keys:
        owner = world.keys[reference.name].account
    else:
        owner = account if bucket is None else bucket.owner
    return None if owner == account else owner


def _context(text: str) -> Literal["valid", "invalid"]:
    return "valid" if text == VALID_CONTEXT else "invalid"


def customer(headers: CustomerKey) -> Customer:
    """What is wrong with the SSE-C headers of a request, if anything."""
    if headers.algorithm is None:
        return "no-algorithm"
    if headers.algorithm != "AES256":
        return "algorithm"
    if headers.key is None:
        return "no-key"
    return "whole" if headers.flaw is None else headers.flaw


def customer_same(headers: CustomerKey | None, stored: Stored) -> bool:
    """Whether SSE-C headers name the key under which an object is encrypted; without headers there is no other key."""
    return headers is None or headers.key is None or headers.key == stored.customer


def put_object(found: Fields, world: World, account: str, stored: Stored, labels: Labels) -> None:
    """Fill in the fields that describe an object that is there."""
    found["object_algorithm"] = stored.algorithm
    found["object_bucket_key"] = stored.bucket_key
    if stored.parts:
        found["object_parts"] = True
        found["object_several"] = stored.parts > 1
    if stored.key is not None:
        found["object_key_state"] = resolve(world, account, KeyRef("arn", stored.key)).state
        found["object_key_label"] = labels.of(stored.key)
        if stored.key.startswith("="):
            found["object_key_state"] = "unknown"


def elsewhere(world: World, account: str, bucket: str) -> bool:
    """Whether the account's aws/s3 has been used in another bucket than this."""
    used = world.managed.get(account)
    return used is not None and (len(used) > 1 or bucket not in used)


CONFIGURING = frozenset({"PutBucketEncryption", "GetBucketEncryption", "DeleteBucketEncryption"})


OBJECTS = frozenset(
    {
        *("PutObject", "PostObject", "CopyObject", "GetObject", "HeadObject"),
        *("CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"),
    }
)
"""The requests about objects for which it is said what rights they need."""


def _entitled(fields: Fields) -> bool:
    """Whether this edition says what the requester may do: who may do what beyond is not its subject."""
    action = fields["action"]
    if action in CONFIGURING:
        return True
    if "foreign" in fields:
        return "shared" in fields and action in OBJECTS
    return action in OBJECTS or ("may_generate" not in fields and "may_decrypt" not in fields)


def finished(
    labels: Labels, setting: Setting, stored: Stored | None, fields: Fields, source: Stored | None = None
) -> Scene:
    """The scene with these fields."""
    if fields.get("header_key") == "empty" or SSE_C in map(fields.get, ("header_algorithm", "default_algorithm")):
        fields["described"] = False  # an algorithm of that name is not what SSE-C is
    if not _entitled(fields):
        fields["described"] = False
    return Scene(Situation(**fields), labels.symbols, setting, stored, source)  # type: ignore[arg-type]


def begun(action: Action, bucket: Bucket | None) -> tuple[str, Labels, Fields]:
    """The account of the requester, labels for the keys that it sees, and the fields that every situation has."""
    account = account_of(action.principal)
    fields: Fields = {"action": kind(action), "bucket": bucket is not None}
    put_access(fields, action, bucket)
    return account, Labels(account), fields
