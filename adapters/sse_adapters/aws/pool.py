"""The keys of a run: taken from a pool that runs share, and put back.

A KMS key costs money by the month and cannot be deleted in less than a week, so the keys of a run stay, marked by a
tag, and the next run uses them again. A program that creates a key is given one of them in the state of a new one:
enabled, with the policy that CreateKey would have given it, without an alias. What the judge sees of it is what
DescribeKey says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from filelock import FileLock, Timeout
from sse_spec.actions import CreateKey, account_of

from sse_adapters.aws.journal import Journal
from sse_adapters.aws.looks import alike
from sse_adapters.aws.marks import EXPIRY_TAG, POOL_TAG, RUN_TAG, expired, expiry, tag_list, tags_of
from sse_adapters.calls import Call, Document
from sse_adapters.waiting import Clock

__all__ = ["KEYS_LIMIT", "KeyPool", "code_of", "key_lock", "revive", "tagged_keys"]

KEYS_LIMIT = 30
"""Most keys that one run holds: more than any plan needs at a time, and an end to what it can cost."""

REST_SECONDS = 30.0
"""So long a key rests whose state was changed by a program, before another is given it."""

REVIVE_TRIES = 8
"""So often is a key asked back from its deletion and enabled, while KMS says that it is not in a state for that."""

MARK = "yes"

CLAIM_SECONDS = 10.0
"""So long after a key was marked as held its tags are read again: of two runs elsewhere that took it at the same time
the one whose mark is there has it. Twice what a tag takes to be shown to everybody, as a rule.
"""


class _Place(NamedTuple):
    account: str
    region: str


class _Free(NamedTuple):
    arn: str
    rested: float


class KeyPool:
    """The keys that one run holds. `client` gives the client of an account symbol and a service in a Region."""

    def __init__(
        self,
        client: Callable[[str, str, str], Any],
        accounts: Mapping[str, str],
        regions: Mapping[str, str],
        journal: Journal,
        clock: Clock,
        dead: Callable[[str], bool],
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._regions = regions
        self._journal = journal
        self._clock = clock
        self._dead = dead
        self._free: dict[_Place, deque[_Free]] = {}
        self._found: dict[_Place, deque[str]] = {}
        self._locks: dict[str, FileLock] = {}
        self.made = 0

    @property
    def tags(self) -> dict[str, str]:
        """The tags of a key that this run makes or holds."""
        return {POOL_TAG: MARK, RUN_TAG: self._journal.token, EXPIRY_TAG: expiry(dt.datetime.now(dt.UTC))}

    @property
    def full(self) -> bool:
        """Whether the run may hold no more keys than it does."""
        return len(self._locks) >= KEYS_LIMIT

    def take(self, action: CreateKey, request: Call) -> tuple[str, bool] | None:
        """The ARN of a key of the pool in the state of a new one, and whether its policy was changed for that; None if
        there is none to be had. Raises what boto3 raises.
        """
        place = _Place(account_of(action.principal), action.region)
        arn = self._rested(place) or self._found_one(place)
        if arn is None:
            return None
        client = self._client(place.account, "kms", place.region)
        revive(client, arn, self._clock, rested=True)
        wanted = _policy(request, self._accounts[place.account])
        current = client.get_key_policy(KeyId=_id(arn), PolicyName="default")["Policy"]
        if alike(json.loads(current), wanted):
            return arn, False
        client.put_key_policy(KeyId=_id(arn), PolicyName="default", Policy=json.dumps(wanted))
        return arn, True

    def hold(self, arn: str, action: CreateKey) -> None:
        """Note a key that this run has made."""
        self.made += 1
        self._lock(arn)
        self._note(arn, _Place(account_of(action.principal), action.region))

    def put_back(self, arn: str, principal: str, region: str, *, touched: bool) -> None:
        """Put a key back that no program uses any more; `touched` if one has changed its state."""
        place = _Place(account_of(principal), region)
        if touched:
            revive(self._client(place.account, "kms", region), arn, self._clock)
        rested = self._clock.now() + (REST_SECONDS if touched else 0.0)
        self._free.setdefault(place, deque()).append(_Free(arn, rested))

    def release(self) -> tuple[str, ...]:
        """Give all keys that are not in use to other runs. Gives the ARNs of those of which that failed."""
        left = []
        for place, keys in self._free.items():
            client = self._client(place.account, "kms", place.region)
            for key in keys:
                try:
                    client.untag_resource(KeyId=_id(key.arn), TagKeys=[RUN_TAG, EXPIRY_TAG])
                except Exception:  # it is only reserved for too long
                    left.append(key.arn)
                else:
                    self._journal.strike("key", key.arn)
                self._unlock(key.arn)
        self._free.clear()
        return tuple(left)

    def unlock(self) -> None:
        """Let go of every key."""
        for arn in list(self._locks):
            self._unlock(arn)

    def _rested(self, place: _Place) -> str | None:
        """The key that was put back first, once it has rested."""
        keys = self._free.get(place)
        if not keys:
            return None
        key = keys.popleft()
        left = key.rested - self._clock.now()
        if left > 0:
            self._clock.sleep(left)
        return key.arn

    def _found_one(self, place: _Place) -> str | None:
        """A key that an earlier run has left, and nobody holds."""
        client = self._client(place.account, "kms", place.region)
        if place not in self._found:
            self._found[place] = deque(arn for arn, tags in tagged_keys(client) if self._is_free(tags))
        while self._found[place] and not self.full:
            arn = self._found[place].popleft()
            if not self._lock(arn):
                continue
            self._note(arn, place)
            if self._claim(client, arn):
                return arn
            self._journal.strike("key", arn)
            self._unlock(arn)
        return None

    def _claim(self, client: Any, arn: str) -> bool:
        """Mark a key as held by this run. Says whether it is: one elsewhere may have taken it meanwhile."""
        if not self._is_free(_tags(client, arn)):
            return False
        client.tag_resource(KeyId=_id(arn), Tags=tag_list(self.tags, "Tag"))
        self._clock.sleep(CLAIM_SECONDS)
        return _tags(client, arn).get(RUN_TAG) == self._journal.token

    def _note(self, arn: str, place: _Place) -> None:
        self._journal.note("key", arn, self._accounts[place.account], self._regions[place.region])

    def _is_free(self, tags: Mapping[str, str]) -> bool:
        holder = tags.get(RUN_TAG)
        if tags.get(POOL_TAG) != MARK:
            return False
        return holder is None or expired(tags, dt.datetime.now(dt.UTC)) or self._dead(holder)

    def _lock(self, arn: str) -> bool:
        """Hold a key against other runs of this user; those elsewhere see its tag."""
        lock = key_lock(self._journal.folder, arn)
        try:
            lock.acquire()
        except Timeout:
            return False
        self._locks[arn] = lock
        return True

    def _unlock(self, arn: str) -> None:
        lock = self._locks.pop(arn, None)
        if lock is not None:
            lock.release()


def key_lock(folder: Path, arn: str) -> FileLock:
    """The lock by which runs of this user hold a key; `folder` has their journals. Its file stays: two that lock it
    would otherwise not meet where one removes it while the other opens it.
    """
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    return FileLock(keys / f"{_id(arn)}.lock", timeout=0)


def tagged_keys(client: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys with our tag in the account and Region of a client, each with its tags. Raises what boto3 raises."""
    for page in client.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            try:
                tags = _tags(client, key["KeyArn"])
            except ClientError as error:
                if code_of(error) in {"AccessDeniedException", "NotFoundException"}:
                    continue  # somebody else's, who does not let us look
                raise
            if tags.get(POOL_TAG) == MARK:
                yield key["KeyArn"], tags


def revive(client: Any, arn: str, clock: Clock, *, rested: bool = False) -> None:
    """Take a key back from a deletion that was scheduled, and enable it. Raises what boto3 raises.

    What a program has done to the key may not be shown yet, so that it is enabled also where it is shown as enabled,
    but for a `rested` one, which nobody has changed of late. What is refused for a state that is not shown yet, or past
    already, is asked for again.
    """
    for number in range(REVIVE_TRIES):
        state = client.describe_key(KeyId=_id(arn))["KeyMetadata"]["KeyState"]
        if rested and state == "Enabled":
            return
        with suppress(*_passing(client)):
            if state == "PendingDeletion":
                client.cancel_key_deletion(KeyId=_id(arn))
            client.enable_key(KeyId=_id(arn))
            return
        clock.sleep(min(0.5 * 2**number, 5.0))
    raise ClientError({"Error": {"Code": "KMSInvalidStateException", "Message": f"{arn} stays unusable"}}, "EnableKey")


def code_of(error: ClientError) -> str:
    """The code of an error of boto3's."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _passing(client: Any) -> tuple[type[Exception], ...]:
    return (client.exceptions.KMSInvalidStateException, client.exceptions.ConflictException)


def _tags(client: Any, arn: str) -> dict[str, str]:
    return tags_of(client.list_resource_tags(KeyId=_id(arn))["Tags"], "Tag")


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


def _policy(request: Call, account: str) -> Mapping[str, Any]:
    """The policy that CreateKey gives: the one of the request, or else that of KMS, by which IAM decides."""
    put = request.arguments.get("Policy")
    if isinstance(put, Document):
        return put.content
    owner = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [{"Sid": "Enable IAM User Permissions", **statement}]}
