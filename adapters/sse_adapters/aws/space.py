"""The spaces of AWS: a request waits for what it depends on; what it makes is written down, marked and removed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from sse_spec.actions import (
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CreateAlias,
    CreateBucket,
    CreateKey,
    DisableKey,
    EnableKey,
    HeadReplica,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    ScheduleKeyDeletion,
    UpdateAlias,
    account_of,
)
from sse_spec.observations import Observation

from sse_adapters.aws.budget import Budget
from sse_adapters.aws.journal import Journal
from sse_adapters.aws.marks import EXPIRY_TAG, RUN_TAG, expiry, tag_list
from sse_adapters.aws.pool import KeyPool, code_of
from sse_adapters.aws.settling import Settling
from sse_adapters.calls import Call, call
from sse_adapters.carrier import Carrier, Login
from sse_adapters.cleaning import Cleaner
from sse_adapters.documents import Answer
from sse_adapters.kms_answers import observe_kms
from sse_adapters.protocol import TargetError
from sse_adapters.space import BotoSpace
from sse_adapters.waiting import Clock

__all__ = ["JOBS_LIMIT", "AwsCarrier", "AwsSpace"]

JOBS_LIMIT = 20
"""Most batch jobs of one run: each costs as much as fifty thousand writes."""

ADVICE = "s3-sse setup aws prints the policy that the run needs"

RETRIES: Any = {"total_max_attempts": 8, "mode": "standard"}
"""What is only upkeep is sent again where AWS says that too many requests come."""

CLEAN_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before what could not be removed is tried again: a bucket may be shown as full for a moment."""

FATE_SECONDS = 30.0
"""So long after a request without an answer what it may still make is waited for, before it is removed."""

OURS_TO_MEND = {
    "ExpiredToken": "the credentials have expired: log in again",
    "ExpiredTokenException": "the credentials have expired: log in again",
    "InvalidAccessKeyId": "the access key is not known any more",
    "InvalidClientTokenId": "the access key is not known any more",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: set it",
    "UnrecognizedClientException": "the access key is not known any more",
}
"""Answers that are about who asks, whatever was asked: there is nothing to judge in them."""

PREPARING = (
    CreateBucket,
    PutBucketPolicy,
    PutBucketVersioning,
    CreateKey,
    DisableKey,
    EnableKey,
    ScheduleKeyDeletion,
    CancelKeyDeletion,
    CreateAlias,
    UpdateAlias,
)
"""What only prepares, by who owns it: no clause is about a denial of these, so a permission is missing."""

MAKING = (CreateBucket, CreateAlias)
"""What makes a thing that has to be removed."""

DENIED = frozenset({"AccessDenied", "AccessDeniedException"})

BY_A_ROLE = (PutBucketReplication, HeadReplica, BatchCopy)
"""What S3 does by the role of :meth:`sse_adapters.names.NameMap.role_arn`."""

_OF_KEYS = (DisableKey, EnableKey, ScheduleKeyDeletion, CancelKeyDeletion)


class AwsCarrier(Carrier):
    """A carrier whose requests are counted, and whose spaces leave nothing behind but keys of the pool.

    `service_role` is whether the role is there by which S3 replicates and runs jobs, `dead` says of the token of a run
    that it is known to have ended.
    """

    def __init__(
        self, *, budget: Budget, journal: Journal, clock: Clock, service_role: bool, dead: Callable[[str], bool],
        **settings: Any,
    ) -> None:  # fmt: skip
        super().__init__(token=journal.token, **settings)
        self.budget = budget
        self.journal = journal
        self.clock = clock
        self.service_role = service_role
        self.jobs = 0
        self._upkeep: dict[tuple[str, str, str], Any] = {}
        self.pool = KeyPool(self.upkeep, self.accounts, self.regions, journal, clock, dead)
        self.spaces: list[AwsSpace] = []

    def space(self, *, cleans: bool = True, thorough: bool = False) -> AwsSpace:
        """A space of its own. `thorough` waits the longest time after each change."""
        space = AwsSpace(self, next(self._numbers), cleans=cleans, thorough=thorough)
        self.spaces.append(space)
        return space

    def upkeep(self, principal: str, service: str, region: str = "home") -> Any:
        """The client of a principal for what is no request of a program: boto3 tries again where that helps."""
        if (principal, service, region) not in self._upkeep:
            config = (self._s3_config if service == "s3" else self._config).merge(Config(retries=RETRIES))
            session: Any = self._logins[principal].session
            client = session.client(
                service, region_name=self.regions[region], endpoint_url=self._endpoints[service], config=config
            )
            self.budget.watch(client)
            self._upkeep[principal, service, region] = client
        return self._upkeep[principal, service, region]

    def close(self) -> None:
        """Close the connections. Spaces of this carrier answer `unreachable` from now on."""
        super().close()
        for client in self._upkeep.values():
            client.close()

    def admit(self, principal: str, login: Login) -> None:
        """Have one more principal sign."""
        self._logins[principal] = login
        self.principals |= {principal}

    def tags(self) -> dict[str, str]:
        """The tags of a bucket of this run."""
        return {RUN_TAG: self.token, EXPIRY_TAG: expiry(dt.datetime.now(dt.UTC))}

    def _make(self, principal: str, service: str, region: str) -> Any:
        client = super()._make(principal, service, region)
        self.budget.watch(client)
        return client


class AwsSpace(BotoSpace):
    """A space of AWS. What is asked while it waits is no observation."""

    _carrier: AwsCarrier

    def __init__(self, carrier: AwsCarrier, number: int, *, cleans: bool = True, thorough: bool = False) -> None:
        super().__init__(carrier, number, cleans=cleans)
        if cleans:
            self._cleaner = Cleaner(carrier.upkeep, self._names)
        self._settling = Settling(carrier.send, self._names, self._names.shown, carrier.clock, thorough=thorough)
        self._keys: dict[str, CreateKey] = {}
        self._touched: set[str] = set()
        self._unanswered = False
        self._closed = False

    def perform(self, action: Action) -> Observation:
        """Carry the action out, once, when what it depends on has arrived. Never raises."""
        seen = super().perform(action)
        if self._carrier.budget.spent:
            return Observation(0, message=self._carrier.budget.words, fault="unreachable")
        if seen.code in OURS_TO_MEND:
            return Observation(0, message=OURS_TO_MEND[seen.code], fault="unreachable")
        if seen.code in DENIED and isinstance(action, PREPARING) and action.principal in self._carrier.accounts:
            said = f"{type(action).__name__} is denied to {action.principal}: {ADVICE}"
            return Observation(0, message=said, fault="unreachable")
        return seen

    def close(self) -> None:
        """Remove what the space made, and put its keys back, whatever the budget says."""
        carrier = self._carrier
        if self._closed or carrier.closed:
            return
        with carrier.budget.cleaning():
            self._put_back()
            if self._unanswered:
                carrier.clock.sleep(FATE_SECONDS)
            super().close()
            for pause in CLEAN_PAUSES:
                if not self.leftovers:
                    break
                carrier.clock.sleep(pause)
                super().close()
        self._closed = not self.leftovers
        for entry in carrier.journal.outstanding:
            if entry.name.removeprefix("alias/").startswith(self._names.stem) and entry.name not in self.leftovers:
                carrier.journal.strike(entry.kind, entry.name)

    def _perform(self, action: Action) -> Observation:
        carrier = self._carrier
        if carrier.closed:
            return super()._perform(action)
        lacking = self._lacking(action)
        if lacking:
            return Observation(0, message=lacking, fault="late")
        self._settling.before(action)
        if isinstance(action, CreateKey):
            return self._create_key(action)
        self._write_ahead(action)
        unanswered, self._unanswered = self._unanswered, self._unanswered or isinstance(action, MAKING)
        seen = super()._perform(action)
        if seen.fault is None:
            self._unanswered = unanswered
        if isinstance(action, CreateBucket) and not seen.refused and seen.fault is None:
            untagged = self._tag(action)
            if untagged:
                return Observation(0, message=untagged, fault="unreachable")
        if isinstance(action, _OF_KEYS) and not (seen.refused and seen.fault is None):
            self._touched.add(action.key)
        carrier.jobs += isinstance(action, BatchCopy)
        self._settling.changed(action, seen)
        return seen

    def _lacking(self, action: Action) -> str:
        """Why something is not even tried, which is no fault of the target's."""
        if isinstance(action, BY_A_ROLE) and not self._carrier.service_role:
            return f"the role {self._names.role_arn(action.principal)} is not there: s3-sse setup aws prints it"
        if isinstance(action, BatchCopy) and self._carrier.jobs >= JOBS_LIMIT:
            return f"one run makes no more than {JOBS_LIMIT} batch jobs"
        return ""

    def _write_ahead(self, action: Action) -> None:
        account = self._carrier.accounts.get(account_of(action.principal), "")
        if isinstance(action, CreateBucket):
            name = self._names.bucket(action.bucket)
            self._carrier.journal.note("bucket", name, account, self._carrier.regions[action.region])
        elif isinstance(action, CreateAlias) and not action.alias.startswith("aws/"):
            self._carrier.journal.note("alias", self._names.alias(action.alias), account, self._carrier.regions["home"])

    def _tag(self, action: CreateBucket) -> str:
        """Mark a new bucket as ours. Gives what is wrong if that cannot be done: then no other is made."""
        client = self._carrier.upkeep(account_of(action.principal), "s3", action.region)
        tagging = {"TagSet": tag_list(self._carrier.tags())}
        try:
            client.put_bucket_tagging(Bucket=self._names.bucket(action.bucket), Tagging=tagging)
        except ClientError as error:
            return f"PutBucketTagging was answered {code_of(error)}: {ADVICE}"
        return ""

    def _create_key(self, action: CreateKey) -> Observation:
        """A key of the pool in place of a new one, seen as DescribeKey shows it; a new one where the pool is empty."""
        carrier, names = self._carrier, self._names
        request = call(action, names)
        try:
            taken = carrier.pool.take(action, request)
        except ClientError as error:
            return observe_kms(action, _refusal(error), names.shown)
        changed_policy = False
        if taken is None:
            if carrier.pool.full:
                raise TargetError("the run holds as many keys as it may")
            request.arguments["Tags"] = tag_list(carrier.pool.tags, "Tag")
            seen = observe_kms(action, carrier.send(request), names.shown)
            if seen.key_arn is not None:
                carrier.pool.hold(seen.key_arn, action)
        else:
            arn, changed_policy = taken
            self._keys[arn] = action  # from now on it has to be put back, whatever comes
            look = Call("kms", "describe_key", {"KeyId": arn.rpartition("/")[2]}, action.principal, action.region)
            seen = observe_kms(action, carrier.send(look), names.shown)
        if seen.key_arn is not None:
            self._keys[seen.key_arn] = action
            names.learn_key(action.key, action.region, seen.key_arn)
            self._settling.changed(action, seen, "policy" if changed_policy else None)
        return seen

    def _put_back(self) -> None:
        """Put the keys back in the state of new ones; those of which that fails stay noted."""
        try:
            self._settling.finish()
        except Exception:  # an answer that does not come must not keep anything from being removed
            self._touched.update(action.key for action in self._keys.values())
        for arn, action in list(self._keys.items()):
            touched = action.key in self._touched
            with suppress(Exception):  # it stays in the journal, and is restored by `s3-sse clean aws`
                self._carrier.pool.put_back(arn, action.principal, action.region, touched=touched)
                del self._keys[arn]


def _refusal(error: ClientError) -> Answer:
    """The answer of KMS that boto3 has made an error of."""
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    body = {"__type": code_of(error), "message": error.response.get("Error", {}).get("Message", "")}
    return Answer(status, {}, json.dumps(body).encode())
