"""Removing what runs have left behind, and nothing else: what is ours is told by :mod:`sse_adapters.aws.marks`."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from filelock import Timeout

from sse_adapters.aws import logins
from sse_adapters.aws.journal import Record, records
from sse_adapters.aws.marks import EXPIRY_TAG, NOT_HERE, RUN_TAG, expired, is_here, tags_of, token_in
from sse_adapters.aws.pool import code_of, key_lock, revive, tagged_keys
from sse_adapters.calls import PENDING_DAYS
from sse_adapters.cleaning import empty_and_delete
from sse_adapters.protocol import TargetError
from sse_adapters.waiting import CLOCK, Clock

__all__ = ["Reach", "Swept", "reach", "sweep"]

SETTLED_SECONDS = 30.0
"""So long after its last request what a run has made and changed is shown everywhere, as a rule."""

SKEW = dt.timedelta(minutes=15)
"""How much the clocks of this machine and of AWS may differ: more, and AWS refuses every request."""

USED = ("s3", "kms", "sts")
"""The services that a sweep asks."""

_RETRIES = {"total_max_attempts": 6, "mode": "standard"}

Client = Callable[[str, str, str], Any]
"""The boto3 client of an account by its 12-digit id, a service, and a Region by its name."""


class Swept(NamedTuple):
    """What came of it, each in words: `removed` and `kept` are names, `left` has the reason as well.

    `kept` bear our prefix and are not known to be ours. `in_use` may belong to a run that is under way.
    """

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    in_use: tuple[str, ...]
    left: tuple[str, ...]


class Reach(NamedTuple):
    """The accounts and Regions that are swept, by id and name, and the way to them."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    client: Client


def reach(
    profile: str | None,
    other_profile: str | None,
    region: str | None,
    away_region: str | None,
    endpoint: str | None,
    more_regions: Collection[str] = (),
) -> Reach:
    """The accounts of these profiles, in their Regions and those where runs are known to have been.

    Raises :class:`TargetError`, also for an endpoint that is neither AWS nor on this machine: what is removed elsewhere
    is not of these runs, and their journals would be taken for done with.
    """
    if endpoint is not None and not is_here(endpoint):
        raise TargetError(NOT_HERE)
    where = endpoint or logins.AWS
    names = [profile] if other_profile is None else [profile, other_profile]
    sessions = [logins.session_of(name, where) for name in names]
    home = region or sessions[0].region_name or "us-east-1"
    away = away_region or ("us-west-2" if home != "us-west-2" else "us-east-1")
    if endpoint is None:
        made_for: list[Any] = list(sessions)
        logins.see_that_it_is_aws(one.client(service, region_name=home) for one in made_for for service in USED)
    by_account = {
        logins.account_id(session.client("sts", region_name=home, endpoint_url=endpoint), where): session
        for session in sessions
    }
    config = Config(retries=_RETRIES, s3={"addressing_style": "path" if endpoint else "auto"})  # type: ignore[arg-type]
    made: dict[tuple[str, str, str], Any] = {}

    def client(account: str, service: str, place: str) -> Any:
        if (account, service, place) not in made:
            session: Any = by_account[account]
            made[account, service, place] = session.client(
                service, region_name=place, endpoint_url=endpoint, config=config
            )
        return made[account, service, place]

    return Reach(tuple(by_account), tuple(dict.fromkeys((home, away, *sorted(more_regions)))), client)


def sweep(
    there: Reach,
    folder: Path,
    *,
    keys: bool = False,
    everything: bool = False,
    dry: bool = False,
    clock: Clock = CLOCK,
) -> Swept:
    """Remove what runs that have ended have left in these accounts.

    `folder` has the journals. `keys` schedules the keys of the pool for deletion; without it they are only made ready
    for the next run. `everything` takes also what is marked as ours and not yet expired, of runs that no journal here
    knows. `dry` changes nothing, and says what would be removed. Raises :class:`TargetError` where an account does not
    let itself be looked at.
    """
    ended = [record for record in records(folder) if not record.alive]
    if not dry:
        _let_settle(ended, clock)
    work = _Sweep(there, folder, ended, everything, dry, clock)
    try:
        work.buckets()
        work.aliases()
        work.keys(schedule=keys)
    except (ClientError, BotoCoreError) as error:
        raise logins.told(error, "AWS", "a listing of what there is") from None
    if not dry:
        for record in ended:
            elsewhere = {entry.account for entry in record.entries} - set(there.accounts)
            if elsewhere:
                work.left.append(f"what the run {record.token} made in {', '.join(elsewhere)}: name its --profile")
            elif record.token not in work.stuck:
                record.forget()
    return Swept(tuple(work.removed), tuple(work.foreign), tuple(work.in_use), tuple(work.left))


def _let_settle(ended: Sequence[Record], clock: Clock) -> None:
    """Wait until what a run did that was killed just now is shown."""
    if ended:
        age = (dt.datetime.now(dt.UTC) - max(record.written for record in ended)).total_seconds()
        if age < SETTLED_SECONDS:
            clock.sleep(SETTLED_SECONDS - age)


class _Sweep:
    """One sweep, as far as it has come."""

    def __init__(
        self,
        there: Reach,
        folder: Path,
        ended: Sequence[Record],
        everything: bool,
        dry: bool,
        clock: Clock,
    ) -> None:
        self._there = there
        self._ended = {record.token for record in ended}
        self._folder = folder
        self._entries = {(e.kind, e.name, e.account): e for record in ended for e in record.entries}
        self._everything = everything
        self._dry = dry
        self._clock = clock
        self._now = dt.datetime.now(dt.UTC)
        self._pool: dict[str, Mapping[str, str]] = {}
        self.removed: list[str] = []
        self.foreign: list[str] = []
        self.in_use: list[str] = []
        self.left: list[str] = []
        self.stuck: set[str] = set()
        """The tokens of runs of which something could not be removed."""

    def buckets(self) -> None:
        """Remove the buckets of runs that have ended."""
        for account in self._there.accounts:
            for bucket in self._there.client(account, "s3", self._there.regions[0]).list_buckets()["Buckets"]:
                token = token_in(bucket["Name"])
                if token is not None:
                    self._bucket(account, bucket["Name"], token, bucket["CreationDate"])

    def _bucket(self, account: str, name: str, token: str, created: dt.datetime) -> None:
        region = self._region_of(account, name)
        client = self._there.client(account, "s3", region)
        tags = _bucket_tags(client, name)
        entry = self._entries.get(("bucket", name, account))
        noted = entry is not None and created >= dt.datetime.fromtimestamp(entry.at, dt.UTC) - SKEW
        if not noted and tags.get(RUN_TAG) != token:
            self.foreign.append(f"bucket {name}")
        elif self._may_be_in_use(token, tags, noted=noted):
            self.in_use.append(f"bucket {name}")
        else:
            self._do(f"bucket {name}", token, lambda: _must(empty_and_delete(client, name)))

    def aliases(self) -> None:
        """Remove the aliases of runs that have ended. One of ours is noted, or leads to a key of the pool."""
        for account, region, client in self._kms():
            self._pool |= dict(tagged_keys(client))
            for page in client.get_paginator("list_aliases").paginate():
                for alias in page["Aliases"]:
                    token = token_in(alias["AliasName"])
                    if token is not None:
                        self._alias(client, account, region, alias, token)

    def _alias(self, client: Any, account: str, region: str, alias: Mapping[str, str], token: str) -> None:
        name = alias["AliasName"]
        noted = ("alias", name, account) in self._entries
        arn = f"{alias['AliasArn'].rpartition(':')[0]}:key/{alias.get('TargetKeyId')}"
        if not noted and arn not in self._pool:
            self.foreign.append(name)
        elif self._may_be_in_use(token, self._pool.get(arn, {}), noted=noted):
            self.in_use.append(name)
        else:
            self._do(f"{name} in {region}", token, lambda: client.delete_alias(AliasName=name))

    def keys(self, *, schedule: bool) -> None:
        """Make the keys of runs that have ended ready for the next one, or schedule all that are free for deletion."""
        for account, _, client in self._kms():
            for arn, tags in tagged_keys(client):
                if arn.split(":")[4] != account:
                    continue
                try:
                    with key_lock(self._folder, arn):
                        self._key(client, arn, tags, schedule=schedule)
                except Timeout:  # a run here has just taken it
                    self.in_use.append(f"key {arn}")

    def _key(self, client: Any, arn: str, tags: Mapping[str, str], *, schedule: bool) -> None:
        holder = tags.get(RUN_TAG)
        if holder is not None and self._may_be_in_use(holder, tags, noted=holder in self._ended):
            self.in_use.append(f"key {arn}")
        elif schedule:
            self._schedule(client, arn, held=holder is not None)
        elif holder is not None:
            self._do(f"key {arn} (back in the pool)", holder, functools.partial(self._free, client, arn))

    def _schedule(self, client: Any, arn: str, *, held: bool) -> None:
        if client.describe_key(KeyId=_id(arn))["KeyMetadata"]["KeyState"] == "PendingDeletion" and not held:
            return

        def remove() -> None:
            if held:  # what a program did to it is undone, or the day of its deletion would be that one's
                self._free(client, arn)
            client.schedule_key_deletion(KeyId=_id(arn), PendingWindowInDays=PENDING_DAYS)

        self._do(f"key {arn} (in {PENDING_DAYS} days)", "", remove)

    def _free(self, client: Any, arn: str) -> None:
        revive(client, arn, self._clock)
        client.untag_resource(KeyId=_id(arn), TagKeys=[RUN_TAG, EXPIRY_TAG])

    def _may_be_in_use(self, token: str, tags: Mapping[str, str], *, noted: bool) -> bool:
        """Whether a run may still use what bears its token: one here that is alive, or one elsewhere."""
        # asked anew for each thing, for a run may have begun since the sweep did
        if any(record.token == token and record.alive for record in records(self._folder)):
            return True
        return not (noted or token in self._ended or self._everything or expired(tags, self._now))

    def _do(self, what: str, token: str, remove: Callable[[], Any]) -> None:
        if not self._dry:
            try:
                remove()
            except (ClientError, BotoCoreError, _StuckError) as error:
                self.left.append(f"{what}: {code_of(error) if isinstance(error, ClientError) else error}")
                self.stuck.add(token)
                return
        self.removed.append(what)

    def _kms(self) -> list[tuple[str, str, Any]]:
        return [
            (account, region, self._there.client(account, "kms", region))
            for account in self._there.accounts
            for region in self._there.regions
        ]

    def _region_of(self, account: str, name: str) -> str:
        """Where a bucket is. S3 writes nothing for the first of its Regions, and `EU` for the second."""
        first = self._there.client(account, "s3", self._there.regions[0])
        try:
            found = first.get_bucket_location(Bucket=name).get("LocationConstraint")
        except ClientError:
            return self._there.regions[0]
        return {None: "us-east-1", "EU": "eu-west-1"}.get(found, found) or "us-east-1"


class _StuckError(Exception):
    """A bucket could not be removed."""


def _must(gone: bool) -> None:
    if not gone:
        raise _StuckError("it could not be emptied, or not be removed")


def _bucket_tags(client: Any, name: str) -> dict[str, str]:
    """The tags of a bucket; none where they cannot be read, so that it counts as nobody's."""
    try:
        return tags_of(client.get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError:
        return {}


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
