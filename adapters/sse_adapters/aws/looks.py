"""How one sees that a change has arrived: one read, and what it has to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sse_spec.actions import (
    Action,
    CancelKeyDeletion,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteBucketReplication,
    DisableKey,
    EnableKey,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    Region,
    Rule,
    ScheduleKeyDeletion,
    UpdateAlias,
    account_of,
)
from sse_spec.observations import Observation, ShownRule

from sse_adapters.answers import observe_s3
from sse_adapters.calls import Call, Document, Names, call
from sse_adapters.documents import Answer, NotS3Error, Shown, document, text

__all__ = ["KINDS", "Look", "alike", "look_at", "metadata"]

Look = Callable[[Callable[[Call], Answer]], bool]
"""Asks once, by what sends a call, and says whether the change is shown."""

KINDS: Mapping[type[Action], str] = {
    CreateBucket: "configuration",
    PutBucketEncryption: "configuration",
    DeleteBucketEncryption: "configuration",
    PutBucketLogging: "configuration",
    PutBucketReplication: "configuration",
    DeleteBucketReplication: "configuration",
    PutBucketVersioning: "versioning",
    PutBucketPolicy: "policy",
    CreateKey: "key",
    DisableKey: "key",
    EnableKey: "key",
    ScheduleKeyDeletion: "key",
    CancelKeyDeletion: "key",
    CreateAlias: "alias",
    UpdateAlias: "alias",
    DeleteAlias: "alias",
}
"""The actions after which something has to arrive, with the kind of change."""

_STATES: Mapping[type[Action], str] = {
    CreateKey: "Enabled",
    EnableKey: "Enabled",
    DisableKey: "Disabled",
    ScheduleKeyDeletion: "PendingDeletion",
    CancelKeyDeletion: "Disabled",
}


def look_at(action: Action, names: Names, shown: Shown) -> Look:
    """How to see what an action of :data:`KINDS` has changed."""
    owner = account_of(action.principal)
    match action:
        case CreateBucket() | PutBucketEncryption() | DeleteBucketEncryption():
            return _encryption(action, owner, names, shown)
        case PutBucketLogging():
            return _configured(
                GetBucketLogging(bucket=action.bucket, principal=owner),
                names,
                shown,
                lambda seen: not seen.refused and seen.logged_in == action.target,
            )
        case PutBucketReplication() | DeleteBucketReplication():
            return _replication(action, owner, names, shown)
        case PutBucketVersioning():
            status = action.status
            return _of_bucket("versioning", action.bucket, owner, names, lambda found: _status(found) == status)
        case PutBucketPolicy():
            put = call(action, names).arguments["Policy"]
            wanted = put.content if isinstance(put, Document) else {}
            return _of_bucket("policy", action.bucket, owner, names, lambda found: alike(_json(found), wanted))
        case CreateAlias() | UpdateAlias():
            by_alias, wanted_id = _describe(names.alias(action.alias), owner), names.key_id(action.key)
            return lambda send: metadata(send(by_alias)).get("KeyId") == wanted_id
        case DeleteAlias():
            by_alias = _describe(names.alias(action.alias), owner)
            return lambda send: "NotFoundException" in str(_json(send(by_alias)).get("__type"))
        case CreateKey() | EnableKey() | DisableKey() | ScheduleKeyDeletion() | CancelKeyDeletion():
            of_key = _describe(names.key_id(action.key), owner, names.key_region(action.key))
            state = _STATES[type(action)]
            return lambda send: metadata(send(of_key)).get("KeyState") == state
    raise KeyError(type(action))


def _describe(key: str, owner: str, region: Region = "home") -> Call:
    return Call("kms", "describe_key", {"KeyId": key}, owner, region)


def _encryption(
    action: CreateBucket | PutBucketEncryption | DeleteBucketEncryption, owner: str, names: Names, shown: Shown
) -> Look:
    def arrived(seen: Observation) -> bool:
        if isinstance(action, CreateBucket):
            return seen.code != "NoSuchBucket"
        if isinstance(action, DeleteBucketEncryption):
            return seen.status == 404 or seen.configuration in ((), (ShownRule("AES256", bucket_key=False),), _PLAIN)
        if action.malformed or len(action.rules) != 1:
            return True  # nobody knows what has to be shown
        rules = seen.configuration or ()
        return len(rules) == 1 and _is(rules[0], action.rules[0], names, owner)

    return _configured(GetBucketEncryption(bucket=action.bucket, principal=owner), names, shown, arrived)


_PLAIN = (ShownRule("AES256"),)


def _is(found: ShownRule, rule: Rule, names: Names, owner: str) -> bool:
    """Whether a rule is the one that was put, as far as that is sure: how a key is written back is the target's."""
    if rule.apply and rule.algorithm is not None and found.algorithm != rule.algorithm:
        return False
    if bool(found.bucket_key) != bool(rule.bucket_key):
        return False
    if rule.key is None or rule.key.form not in {"id", "arn"}:
        return (found.key is None) == (rule.key is None)
    return found.key is not None and _last(found.key) == _last(names.key(rule.key, owner))


def _last(key: str) -> str:
    return key.rpartition("/")[2]


def _replication(
    action: PutBucketReplication | DeleteBucketReplication, owner: str, names: Names, shown: Shown
) -> Look:
    def arrived(seen: Observation) -> bool:
        if isinstance(action, DeleteBucketReplication):
            return seen.status == 404
        found = seen.replication
        return found is not None and (found.destination, found.sse_kms) == (action.destination, action.sse_kms)

    return _configured(GetBucketReplication(bucket=action.bucket, principal=owner), names, shown, arrived)


def _configured(read: Action, names: Names, shown: Shown, arrived: Callable[[Observation], bool]) -> Look:
    """By a read that is an action as well."""

    def look(send: Callable[[Call], Answer]) -> bool:
        seen = observe_s3(read, send(call(read, names)), shown)
        return seen.fault is None and seen.status != 403 and arrived(seen)

    return look


def _of_bucket(what: str, bucket: str, owner: str, names: Names, arrived: Callable[[Answer], bool]) -> Look:
    asked = Call("s3", f"get_bucket_{what}", {"Bucket": names.bucket(bucket)}, owner, names.bucket_region(bucket))

    def look(send: Callable[[Call], Answer]) -> bool:
        found = send(asked)
        return found.status == 200 and arrived(found)

    return look


def _status(answer: Answer) -> str | None:
    try:
        return text(document(answer), "Status")
    except NotS3Error:
        return None


def metadata(answer: Answer) -> dict[str, Any]:
    """What DescribeKey says; nothing where there is no such key, or no answer that is KMS's."""
    found = _json(answer).get("KeyMetadata")
    return found if isinstance(found, dict) else {}


def _json(answer: Answer) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.body or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}


def alike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether two policies say the same: a service may write one value for a list of one, and in any order."""
    return _said(found) == _said(wanted)


def _said(policy: Mapping[str, Any]) -> frozenset[str]:
    statements = policy.get("Statement") or ()
    parts = ("Effect", "Principal", "Action", "Condition")
    return frozenset(
        repr([_sorted(one.get(part)) for part in parts])
        for one in (statements if isinstance(statements, list | tuple) else (statements,))
    )


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, repr(_sorted(one))) for key, one in value.items())
    if isinstance(value, list | tuple):
        return sorted(map(str, value))
    return [str(value)]
