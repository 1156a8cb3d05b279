"""The target `aws`: real AWS, one or two accounts by profile."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from sse_spec.actions import (
    RESTRICTED,
    Action,
    CreateBucket,
    CreateKey,
    EncryptionHeaders,
    GetObject,
    KeyRef,
    PutObject,
    kind,
)

from sse_adapters.aws.marks import NOT_HERE, is_here
from sse_adapters.given import Given
from sse_adapters.names import STEM
from sse_adapters.protocol import Identity, Space, TargetError
from sse_adapters.registry import SettingError
from sse_adapters.waiting import CLOCK, Clock

if TYPE_CHECKING:
    from boto3.session import Session

    from sse_adapters.aws.prices import Bill
    from sse_adapters.aws.space import AwsCarrier
    from sse_adapters.carrier import Login
    from sse_adapters.documents import Answer

__all__ = ["AwsTarget"]

CALL_SECONDS = 0.05
"""The usual time of a call of S3 or KMS from outside."""

WAIT_SECONDS = 300.0
"""How long a replica, a log or a job may take. Most replicas come within seconds; logs take hours as a rule."""

KEY_TRIAL = (
    CreateKey(key="trial"),
    CreateBucket(bucket="trial"),
    PutObject(bucket="trial", key="trial", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "trial"))),
    GetObject(bucket="trial", key="trial"),
)
"""What shows whether keys can be made and used."""

KEY_PAUSES = (5.0, 15.0)
"""Seconds before a write with a new key is tried again."""

HOME, AWAY = "us-east-1", "us-west-2"
"""The Regions where the profile and the operator name none."""


class AwsTarget:
    """An implementation of :class:`sse_adapters.protocol.Target` for real AWS.

    Each account signs as its profile says; without a `profile` the environment counts, as with AWS's own tools. Nothing
    is sent before `yes`, which says that somebody has seen what it costs. `max_requests` ends the run when so many
    requests were sent. `uses_keys` has a write with a KMS key tried before anything is judged. `endpoint_url` is for a
    stand-in on this machine. `clock` is what it waits by.

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
        uses_keys: bool = False,
        endpoint_url: str | None = None,
        clock: Clock = CLOCK,
    ) -> None:
        if endpoint_url is not None and not is_here(endpoint_url):
            raise SettingError(NOT_HERE)
        self._profiles = {"main": profile} | ({} if other_profile is None else {"other": other_profile})
        self._region, self._away_region = region, away_region
        self._yes, self._max_requests = yes, max_requests
        self._uses_keys = uses_keys
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
            if self._uses_keys:
                _try_key(carrier)
        except BaseException:
            self.close()
            raise
        remarks: tuple[str, ...] = ()
        if not carrier.service_role:
            remarks = (f"the role {logins.SERVICE_ROLE} is not there: replication and batch jobs were not judged",)
        given = Given(services=carrier.service_role)
        accounts = dict(carrier.accounts)
        return Identity("aws", home, accounts, regions, CALL_SECONDS, principals, remarks, given, eventual=True)

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
        if self._endpoint is None:
            logins.see_that_it_is_aws(carrier.client(a, s) for a in sessions for s in ("s3", "kms", "sts"))
        for symbol in sessions:
            _see_that_no_name_is_taken(preflight.greet(carrier, symbol, where), carrier.token)
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


def _see_that_no_name_is_taken(listing: Answer, token: str) -> None:
    """The names of a run are its own by chance, and what bears them is removed: so see that nothing does."""
    if f"{STEM}-{token}-".encode() in (listing.body or b""):
        raise TargetError(f"there is a bucket already that is called {STEM}-{token}-...: begin the run again")


def _try_key(carrier: AwsCarrier) -> None:
    """Write and read an object with a KMS key. Raises :class:`TargetError` where that is not allowed."""
    from sse_adapters.aws.space import ADVICE

    space = carrier.space()
    try:
        for action in KEY_TRIAL:
            pauses = iter(KEY_PAUSES)
            seen = space.perform(action)
            # a key that is new may not be known everywhere yet
            while seen.refused and isinstance(action, PutObject) and (pause := next(pauses, None)) is not None:
                carrier.clock.sleep(pause)
                seen = space.perform(action)
            if seen.fault is not None:
                raise TargetError(seen.message or f"{kind(action)} was not answered")
            if seen.refused:
                raise TargetError(f"{kind(action)} with a KMS key was answered {seen.status} {seen.code}: {ADVICE}")
    finally:
        space.close()


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
