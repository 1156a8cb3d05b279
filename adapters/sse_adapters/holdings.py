"""What an endpoint has for a run: whose account it is, whether there is a KMS, the keys and buckets that were given.

Everything here reads; nothing is made or changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from sse_spec.actions import CreateKey, GetBucketEncryption, KeyRef, Region, Rule
from sse_spec.observations import Observation

from sse_adapters.answers import observe_s3
from sse_adapters.calls import Call
from sse_adapters.carrier import Carrier
from sse_adapters.documents import NotS3Error, document, name, text
from sse_adapters.given import Given, GivenBucket, alias_of
from sse_adapters.names import NO_ACCOUNT
from sse_adapters.preflight import account_of_key, ask, plain
from sse_adapters.protocol import TargetError

__all__ = ["Holdings", "find"]

NO_KMS = "no KMS answers at the endpoint, and no --key was given: what needs a key is left out"
NO_ACCOUNT_KNOWN = "nobody says whose account this is (STS does not answer): what needs its number is left out"
NO_OTHER_KNOWN = "nobody says whose account the second one is (STS does not answer): it is left out"

NOT_CONFIGURED = "ServerSideEncryptionConfigurationNotFoundError"

_ACCOUNT_ID = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:[\w-]+:kms:([\w-]*):(\d{12}):key/(.+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


class Holdings(NamedTuple):
    """What there is, the real names of what was given by symbol, and what a reader of the report has to know."""

    given: Given
    names: Mapping[str, str]
    remarks: tuple[str, ...]


class _Keys(NamedTuple):
    """Keys as the requests that would make them, and their ids, ARNs and aliases by symbol."""

    made: tuple[CreateKey, ...]
    names: dict[str, str]
    aliased: frozenset[str]
    unnamed: frozenset[str]


def find(
    carrier: Carrier, where: str, kms: str | None, keys: Sequence[tuple[str, str]], buckets: Sequence[str]
) -> Holdings:
    """See what there is, and let the carrier know of it. Raises :class:`TargetError` where that is not enough.

    `where` is the endpoint, `kms` that of the KMS if it has one of its own; `keys` are pairs of a name and the id, and
    `buckets` the names, that the operator gave.
    """
    offered, arn = (False, "") if keys else _kms(carrier, kms)
    remarks = _learn_accounts(carrier, [arn, *(key_id for _, key_id in keys)])
    found = _keys(carrier, keys)
    read = [_bucket(carrier, where, f"given-bucket{number}", real) for number, real in enumerate(buckets, 1)]
    usable, left_out, more = [], [], []
    for symbol, real, seen, versioned in read:
        bucket, key, why = _as_given(symbol, seen, versioned, found)
        if bucket is None:
            left_out.append(f"the bucket given as number {symbol.removeprefix('given-bucket')} is left out: {why}")
            continue
        usable.append((bucket, real))
        more += key
    if buckets and not usable:
        raise TargetError(f"none of the buckets can be used: {'; '.join(left_out)}")
    names = {**found.names, **{bucket.symbol: real for bucket, real in usable}, **dict(more)}
    made = found.made + tuple(CreateKey(key=symbol) for symbol, _ in more)
    given = Given(
        buckets=tuple(bucket for bucket, _ in usable) if buckets else None,
        keys=made,
        makes_keys=offered,
        aliased=found.aliased,
        unnamed=found.unnamed,
        account=carrier.accounts["main"] != NO_ACCOUNT,
    )
    carrier.given, carrier.given_names = given, names
    lacking = () if offered or keys else (NO_KMS,)
    return Holdings(given, names, (*remarks, *lacking, *left_out))


# --- accounts ---------------------------------------------------------------------------------------------------------


def _learn_accounts(carrier: Carrier, arns: Sequence[str]) -> tuple[str, ...]:
    """Let the carrier know whose accounts there are."""
    told = next((account for account in map(account_of_key, arns) if account is not None), None)
    main = _caller(carrier, "main") or told
    carrier.accounts["main"] = main or NO_ACCOUNT
    remarks = () if main is not None else (NO_ACCOUNT_KNOWN,)
    if "other" not in carrier.principals:
        return remarks
    other = _caller(carrier, "other")
    if other is not None and other == main:
        raise TargetError("--other-profile is of the same account: name a profile of another one")
    if other is None or main is None:
        return (*remarks, NO_OTHER_KNOWN)
    carrier.accounts["other"] = other
    return remarks


def _caller(carrier: Carrier, principal: str) -> str | None:
    """The account that signs as this principal; None where nobody says so."""
    try:
        said = carrier.client(principal, "sts").get_caller_identity()["Account"]
    except Exception:  # whatever answers there need not be an STS, nor anything that boto3 understands
        return None
    return said if isinstance(said, str) and _ACCOUNT_ID.fullmatch(said) else None


# --- keys -------------------------------------------------------------------------------------------------------------


def _kms(carrier: Carrier, kms: str | None) -> tuple[bool, str]:
    """Whether there is a KMS, or something that says clearly that it is none; and the ARN of a key that it has."""
    call = Call("kms", "list_keys", {"Limit": 1}, "main")
    if kms is None:
        try:
            answer = carrier.send(call)
        except Exception:  # an S3 that has no KMS may answer in any way
            return False, ""
    else:
        try:
            answer = ask(carrier, call, kms)
        except TargetError as error:
            raise TargetError(str(error).replace("--endpoint-url", "--kms-endpoint-url")) from None
    if answer.status in {405, 501}:
        return True, ""
    try:
        said = msgspec.json.decode(answer.body or b"", type=dict[str, object])
    except msgspec.DecodeError:
        said = {}
    keys = said.get("Keys")
    if isinstance(keys, list):
        first = keys[0] if keys and isinstance(keys[0], dict) else {}
        return True, str(first.get("KeyArn", ""))
    if answer.status >= 400 and ("__type" in said or "x-amzn-errortype" in answer.headers):
        return True, ""
    if kms is not None:
        raise TargetError(f"{kms} is no KMS, it answers {answer.status} to ListKeys: check --kms-endpoint-url")
    return False, ""


def _keys(carrier: Carrier, keys: Sequence[tuple[str, str]]) -> _Keys:
    made: list[CreateKey] = []
    names: dict[str, str] = {}
    aliased: set[str] = set()
    unnamed: set[str] = set()
    for label, key_id in keys:
        if label.startswith("alias/"):
            continue
        if not _NAME.fullmatch(label):
            raise TargetError(f"--key {label}: a name has letters, digits and hyphens, or begins with alias/")
        symbol = f"given-{label}"
        made.append(_as_made(carrier, label, symbol, key_id))
        names[symbol] = key_id
        if _ARN.fullmatch(key_id) is None:
            unnamed.add(symbol)
    for label, key_id in keys:
        if not label.startswith("alias/"):
            continue
        known = _known(names, key_id)
        if known is None:
            raise TargetError(f"--key {label}={key_id}: give that key a name of its own as well, by another --key")
        aliased.add(known)
        names[alias_of(known)] = label
    return _Keys(tuple(made), names, frozenset(aliased), frozenset(unnamed))


def _as_made(carrier: Carrier, label: str, symbol: str, key_id: str) -> CreateKey:
    """The request that would have made a key: where, by whom, and for whom besides."""
    parts = _ARN.fullmatch(key_id)
    if parts is None:
        return CreateKey(key=symbol)
    region = next((one for one, real in carrier.regions.items() if real == parts[1]), None)
    principal = next((one for one, account in carrier.accounts.items() if account == parts[2]), None)
    if region is None:
        raise TargetError(f"--key {label} is in {parts[1]}: say --region or --away-region {parts[1]}")
    if principal is None:
        raise TargetError(
            f"--key {label} is of the account {parts[2]}, and nobody signs for it: name an --other-profile"
        )
    where: Region = "away" if region == "away" else "home"
    return CreateKey(key=symbol, region=where, shared=label.startswith("shared"), principal=principal)


def _known(names: Mapping[str, str], said: str) -> str | None:
    """The symbol of the key that is meant, by its id or its ARN."""
    for symbol, key_id in names.items():
        if said in (key_id, key_id.rpartition("/")[2]) or said.rpartition("/")[2] == key_id:
            return symbol
    return None


# --- buckets ----------------------------------------------------------------------------------------------------------


def _bucket(carrier: Carrier, where: str, symbol: str, real: str) -> tuple[str, str, Observation, str]:
    """What a bucket says of its default and of its versioning."""
    answer = ask(carrier, Call("s3", "get_bucket_encryption", {"Bucket": real}, "main"), where)
    seen = observe_s3(GetBucketEncryption(bucket=symbol), answer, plain)
    if seen.code == "NoSuchBucket":
        raise TargetError(f"there is no bucket {real}: create it, or name another --bucket")
    if seen.status in {401, 403}:
        said = plain(f"{seen.status} {seen.code or ''}")
        raise TargetError(f"the bucket {real} cannot be used ({said}): grant s3:GetEncryptionConfiguration on it")
    versioning = ask(carrier, Call("s3", "get_bucket_versioning", {"Bucket": real}, "main"), where)
    try:
        root = document(versioning) if versioning.status == 200 else None
    except NotS3Error:
        root = None
    status = "" if root is None or name(root) != "VersioningConfiguration" else text(root, "Status") or ""
    return symbol, real, seen, status


def _as_given(
    symbol: str, seen: Observation, versioning: str, keys: _Keys
) -> tuple[GivenBucket | None, list[tuple[str, str]], str]:
    """The bucket as it was found, with a key that only its default names; or why it cannot be used."""
    if versioning == "Suspended":
        return None, [], "its versioning is suspended"
    versioned = versioning == "Enabled"
    if seen.code == NOT_CONFIGURED:
        return GivenBucket(symbol, None, versioned), [], ""
    if seen.refused or seen.fault is not None or not seen.configuration:
        said = plain(f"{seen.status} {seen.code or seen.fault or ''}")
        return None, [], f"its default cannot be read ({said})"
    if len(seen.configuration) != 1:
        return None, [], "its default has more than one rule"
    (shown,) = seen.configuration
    more: list[tuple[str, str]] = []
    key = None
    if shown.key is not None:
        known = _known(keys.names, shown.key)
        if known is None and _ARN.fullmatch(shown.key) is not None:
            known = f"{symbol}-key"
            more = [(known, shown.key)]
        if known is None:
            return None, [], "its default names a key by something else than its ARN: name that key by --key"
        key = KeyRef("arn", known)
    blocked = shown.blocked[0] if shown.blocked else None
    if blocked not in (None, "NONE", "SSE-C"):
        return None, [], "it blocks what nobody knows"
    rule = Rule(shown.algorithm, key, shown.bucket_key or None, blocked=blocked)  # type: ignore[arg-type]
    return GivenBucket(symbol, rule, versioned), more, ""
