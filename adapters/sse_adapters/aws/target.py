"""The target `aws`: real AWS, one or two accounts by profile."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from sse_spec.actions import RESTRICTED, Action, CreateBucket

from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.registry import SettingError
from sse_adapters.waiting import CLOCK, Clock

if TYPE_CHECKING:
    from boto3.session import Session

    from sse_adapters.aws.prices import Bill
    from sse_adapters.aws.space import AwsCarrier
    from sse_adapters.carrier import Login

__all__ = ["AwsTarget"]

CALL_SECONDS = 0.05
"""The usual time of a call of S3 or KMS from outside."""

WAIT_SECONDS = 300.0
"""How long a replica, a log or a job may take. Most replicas come within seconds; logs take hours as a rule."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

HOME, AWAY = "us-east-1", "us-west-2"
"""The Regions where the profile and the operator name none."""


class AwsTarget:
    """An implementation of :class:`sse_adapters.protocol.Target` for real AWS.

    Each account signs as its profile says; without a `profile` the environment counts, as with AWS's own tools. Nothing
    is sent before `yes`, which says that somebody has seen what it costs. `max_requests` ends the run when so many
    requests were sent. `endpoint_url` is for a stand-in on this machine. `clock` is what it waits by.

    Its spaces wait the longest time after each change, unless :meth:`settle` says otherwise.
    """

    offers: ClassVar[tuple[str, ...]] = (
        "core",
        "kms",
        "bucket-key",
        "copy",
        "multipart",
        "sse-c",
        "cross-account",
        "access-logging",
        "replication",
        "batch",
        "permissions",
    )

    def __init__(
        self,
        *,
        profile: str | None = None,
        other_profile: str | None = None,
        region: str | None = None,
        away_region: str | None = None,
        yes: bool = False,
        max_requests: int | None = None,
        endpoint_url: str | None = None,
        clock: Clock = CLOCK,
    ) -> None:
        if endpoint_url is not None and urlsplit(endpoint_url).hostname not in LOOPBACK:
            raise SettingError(
                "--endpoint-url of the target aws is for a stand-in on this machine; for any other S3 take the target "
                "endpoint"
            )
        self._profiles = {"main": profile} | ({} if other_profile is None else {"other": other_profile})
        self._region, self._away_region = region, away_region
        self._yes, self._max_requests = yes, max_requests
        self._endpoint, self._clock = endpoint_url, clock
        self._carrier: AwsCarrier | None = None
        self._thorough = True

    def bill(self, programs: Iterable[Iterable[Action]]) -> Bill:
        """What it takes to carry programs out, each in a space of its own, and at most costs. Sends nothing."""
        from sse_adapters.aws.prices import bill

        return bill(programs, CALL_SECONDS, self._max_requests)

    def open(self) -> Identity:
        """Reach the accounts, and see that buckets can be made and removed. Raises :class:`TargetError`."""
        if not self._yes:
            raise TargetError("real AWS costs money: see the plan by --plan, and say --yes")
        from sse_adapters.aws import logins

        self.close()
        where = self._endpoint or logins.AWS
        sessions = {symbol: logins.session_of(profile, where) for symbol, profile in self._profiles.items()}
        home = self._region or sessions["main"].region_name or HOME
        regions = {"home": home, "away": self._away_region or (AWAY if home != AWAY else HOME)}
        if regions["home"] == regions["away"]:
            raise TargetError("--region and --away-region are the same: name two")
        carrier = self._carrier = self._carry(sessions, regions)
        try:
            principals = self._sign_up(carrier, sessions, where)
            _try_out(carrier)
        except BaseException:
            self.close()
            raise
        remarks: tuple[str, ...] = ()
        if not carrier.service_role:
            remarks = (f"the role {logins.SERVICE_ROLE} is not there: replication and batch jobs were not judged",)
        return Identity(
            "aws", home, dict(carrier.accounts), regions, CALL_SECONDS, principals, remarks=remarks, eventual=True
        )

    def space(self) -> Space:
        """A fresh space."""
        if self._carrier is None:
            raise TargetError("the target is not open: call open() first")
        return self._carrier.space(thorough=self._thorough)

    def settle(self, *, thorough: bool) -> None:
        """Have the next spaces wait the longest time after each change, or the usual one."""
        self._thorough = thorough

    def close(self) -> None:
        """Remove what is left, give the keys back, and say what could not be removed."""
        carrier, self._carrier = self._carrier, None
        if carrier is None:
            return
        try:
            for space in carrier.spaces:
                space.close()
            with carrier.budget.cleaning():
                carrier.pool.release()
        finally:
            left = [entry.name for entry in carrier.journal.outstanding]
            carrier.pool.unlock()
            carrier.close()
            carrier.journal.close()
        if left:
            said = f"s3-sse: could not be removed: {', '.join(left)}; s3-sse clean aws tries again"
            print(said, file=sys.stderr)  # noqa: T201

    def _carry(self, sessions: Mapping[str, Session], regions: Mapping[str, str]) -> AwsCarrier:
        from sse_adapters.aws.budget import Budget
        from sse_adapters.aws.journal import Journal, records, state_folder
        from sse_adapters.aws.space import AwsCarrier
        from sse_adapters.carrier import Login

        folder = state_folder()
        try:
            journal = Journal(secrets.token_hex(4), folder)
        except OSError as error:
            raise TargetError(f"the journal of the run cannot be written: {error.filename}: {error.strerror}") from None
        ended = frozenset(one.token for one in records(folder) if not one.alive)
        logins: dict[str, Login] = {symbol: Login(session=session) for symbol, session in sessions.items()}
        return AwsCarrier(
            budget=Budget(self._max_requests),
            journal=journal,
            clock=self._clock,
            service_role=False,
            dead=ended.__contains__,
            accounts={},
            regions=regions,
            logins=logins,
            endpoint=self._endpoint,
            path_addressing=self._endpoint is not None,
            wait_seconds=WAIT_SECONDS if self._endpoint is None else 0,
        )

    def _sign_up(self, carrier: AwsCarrier, sessions: Mapping[str, Session], where: str) -> tuple[str, ...]:
        """Find out which accounts sign, and which principals with fewer rights there are. Gives all that can sign."""
        from sse_adapters import preflight
        from sse_adapters.aws import logins
        from sse_adapters.carrier import Login

        region, watch = carrier.regions["home"], carrier.budget.watch
        if self._endpoint is None and not logins.leads_to_aws(carrier.client("main", "s3")):
            raise TargetError("the AWS settings of this machine name another endpoint: take the target endpoint for it")
        preflight.greet(carrier, "main", where)
        for symbol in sessions:
            carrier.accounts[symbol] = logins.account_id(carrier.client(symbol, "sts"), where)
        if len(set(carrier.accounts.values())) < len(carrier.accounts):
            raise TargetError("--profile and --other-profile are of one account: name one of another")
        carrier.service_role = logins.has_role(sessions["main"], logins.SERVICE_ROLE, region, self._endpoint, watch)
        for principal in RESTRICTED:
            arn = f"arn:aws:iam::{carrier.accounts['main']}:role/{logins.role_name(principal)}"
            session = logins.as_role(
                sessions["main"], carrier.client("main", "sts"), arn, region, self._endpoint, watch
            )
            if session is not None:
                carrier.admit(principal, Login(session=session))
        return tuple(sorted(carrier.principals, key=lambda one: (one in RESTRICTED, one)))


def _try_out(carrier: AwsCarrier) -> None:
    """Make a bucket, mark it, and remove it. Raises :class:`TargetError` where that is not allowed."""
    space = carrier.space()
    try:
        seen = space.perform(CreateBucket(bucket="trial"))
    finally:
        space.close()
    if seen.fault is not None or seen.refused:
        raise TargetError(seen.message or f"no bucket can be made: AWS answers {seen.status} {seen.code}")
    if space.leftovers:
        left = ", ".join(space.leftovers)
        raise TargetError(f"buckets can be made, but not removed: grant s3:DeleteBucket, and remove {left}")
