"""A goal that was not reached says which divergence stood in its way."""

from __future__ import annotations

import datetime as dt

import msgspec
from msgspec.structs import replace
from sse_adapters.protocol import Identity, Space
from sse_conformance import engine, ledger
from sse_conformance.engine import Options
from sse_conformance.reference import ReferenceTarget
from sse_spec.actions import Action, PutBucketLogging
from sse_spec.model import Model
from sse_spec.observations import Observation

LOGGING = Options(classes=("access-logging",), ledger=ledger.EMPTY)


class TakesLoggingForCreateBucket:
    """The reference, but PutBucketLogging is answered as if a bucket were to be made that is there already."""

    def __init__(self) -> None:
        self._inner = ReferenceTarget(Model())

    def open(self) -> Identity:
        return self._inner.open()

    def space(self) -> Space:
        return _Space(self._inner.space())

    def close(self) -> None:
        self._inner.close()


class _Space:
    def __init__(self, inner: Space) -> None:
        self._inner = inner

    def perform(self, action: Action) -> Observation:
        if isinstance(action, PutBucketLogging):
            return Observation(409, code="BucketAlreadyOwnedByYou")
        return self._inner.perform(action)

    def close(self) -> None:
        self._inner.close()


def test_what_a_diverging_set_up_kept_from_being_brought_about_is_lost_to_that_divergence() -> None:
    result = engine.run(TakesLoggingForCreateBucket, LOGGING)
    reasons = {one.id: one.reason for one in result.clauses if one.verdict == "inconclusive"}
    assert reasons["LOG-04"] == "lost to LOG-01: acceptance of PutBucketLogging"
    assert set(reasons.values()) == {"lost to LOG-01: acceptance of PutBucketLogging"}


def test_so_that_a_run_is_excused_whose_divergences_are_all_known() -> None:
    first = engine.run(TakesLoggingForCreateBucket, LOGGING)
    assert first.exit_status == 1
    entries = tuple(
        ledger.Entry(**msgspec.structs.asdict(one.signature), versions="*", reason="no logging", expires=dt.date.max)
        for one in first.divergences
    )
    known = ledger.Ledger("known", entries)
    assert engine.run(TakesLoggingForCreateBucket, replace(LOGGING, ledger=known)).exit_status == 0
