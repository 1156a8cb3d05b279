"""What a run takes and costs at most, by the price table beside this module, before anything is sent."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from typing import NamedTuple

import msgspec
from sse_spec.actions import Action, BatchCopy, CreateBucket, CreateKey, ReadLog, Storing, account_of, kind

from sse_adapters.aws.looks import KINDS
from sse_adapters.aws.pool import CLAIM_SECONDS, KEYS_LIMIT
from sse_adapters.aws.settling import FIRST_PAUSE, IN_A_ROW, PACES
from sse_adapters.aws.space import JOBS_LIMIT

__all__ = ["Bill", "Prices", "bill", "cost", "prices"]

ALLOWANCE = 8
"""So many times the requests of the plan a run may make: enough to confirm and shorten some hundred divergences."""

GIGABYTES = 1.0
"""More than a run keeps or fetches: its largest object has ten million bytes, and there are few of them."""

PER_BUCKET, PER_OBJECT, PER_KEY = 6, 2, 10
"""Requests to mark and remove a bucket, to list and delete an object, and to take a key and put it back."""


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price table: US dollars in us-east-1, as AWS stated them on a day, with the page that states each."""

    stated: dt.date
    write_1000: float
    read_1000: float
    key_month: float
    kms_10000: float
    job: float
    storage_gb_month: float
    transfer_gb: float
    dearest_region: float
    pages: dict[str, str]


class Bill(NamedTuple):
    """What carrying a plan out takes: requests that are judged, all of them with polls and cleaning, the limit that is
    held, buckets, keys in use at a time, batch jobs, seconds, and US dollars at most.
    """

    calls: int
    requests: int
    limit: int
    buckets: int
    keys: int
    jobs: int
    seconds: float
    dollars: float

    @property
    def words(self) -> tuple[str, ...]:
        """The same in lines for a terminal."""
        table = prices()
        return (
            f"requests  {self.requests} ({self.calls} that are judged or prepare; the rest waits, marks and removes), "
            f"and no more than {self.limit}",
            f"buckets   {self.buckets}, removed at the end",
            f"keys      {self.keys} at a time, kept for the next run, and no more than {KEYS_LIMIT}: "
            f"${table.key_month:.2f} a month each, until s3-sse clean aws --keys",
            f"time      {_minutes(self.seconds)} if nothing diverges; a divergence takes up to half an hour more",
            f"cost      an upper bound of ${self.dollars:.2f}, with a month of the keys, in the dearest Region "
            f"(prices of {table.stated}, the free tier apart)",
        )


@functools.cache
def prices() -> Prices:
    """The price table that ships."""
    text = (resources.files("sse_adapters.aws") / "prices.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Prices)


def bill(programs: Iterable[Iterable[Action]], call_seconds: float, max_requests: int | None = None) -> Bill:
    """The bill of programs, each carried out in a space of its own. `max_requests` is the operator's limit."""
    kinds: Counter[str] = Counter()
    calls = objects = polls = keys = 0
    seconds = 0.0
    for program in programs:
        held: Counter[tuple[str, str]] = Counter()
        for action in program:
            calls += 1
            kinds[kind(action)] += 1
            objects += isinstance(action, Storing)
            change = KINDS.get(type(action))
            if change is not None:
                pace = PACES[change]
                polls += IN_A_ROW + int(pace.least / FIRST_PAUSE)
                seconds += max(pace.least, IN_A_ROW * FIRST_PAUSE)
            if isinstance(action, CreateKey):
                held[account_of(action.principal), action.region] += 1
            if isinstance(action, ReadLog):
                seconds += _LOG_SECONDS
        keys = max(keys, sum(held.values()))
    seconds += min(keys, KEYS_LIMIT) * CLAIM_SECONDS
    extra = PER_BUCKET * kinds[CreateBucket.__name__] + PER_OBJECT * objects + PER_KEY * kinds[CreateKey.__name__]
    requests = calls + polls + extra
    limit = ALLOWANCE * requests if max_requests is None else max_requests
    seconds += (requests - polls) * call_seconds
    jobs = kinds[BatchCopy.__name__]
    return Bill(
        calls,
        requests,
        limit,
        kinds[CreateBucket.__name__],
        min(keys, KEYS_LIMIT),
        jobs,
        seconds,
        cost(limit + extra, min(KEYS_LIMIT, limit), min(JOBS_LIMIT, limit) if jobs else 0),
    )


_LOG_SECONDS = 300.0
"""A log is waited for to the end as a rule: S3 delivers them hours later."""


def cost(requests: int, keys: int, jobs: int, table: Prices | None = None) -> float:
    """US dollars at most for so many requests, keys that are kept for a month, and batch jobs.

    Each request is taken for the dearest kind, and for one that makes S3 ask KMS twice as well.
    """
    table = table or prices()
    dearest = max(table.write_1000, table.read_1000) / 1000 + 2 * table.kms_10000 / 10_000
    kept = GIGABYTES * (table.storage_gb_month + table.transfer_gb)
    return keys * table.key_month + table.dearest_region * (requests * dearest + jobs * table.job + kept)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
