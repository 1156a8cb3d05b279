"""What the calls of a run took is said in words that leave out what is not known."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sse_reports.result import RunInfo
from sse_reports.samples import sample
from sse_reports.traffic import traffic


def told(info: RunInfo) -> str:
    result = sample()
    return traffic(
        replace(result, run=info, cover=replace(result.cover, setup_calls=1000, decisive_calls=200, read_backs=34))
    )


def test_calls_are_counted_without_anything_else_known() -> None:
    assert told(RunInfo("1", "2026-11-01T00:00:00Z", 1.0)) == "1,234 calls"


def test_the_mean_time_of_a_call_and_the_bytes_are_told() -> None:
    info = RunInfo("1", "2026-11-01T00:00:00Z", 1.0, call_seconds=0.00185, sent=1_234_567, received=999)
    assert told(info) == "1,234 calls of 1.9 ms, 1.23 MB sent, 999 bytes received"


@pytest.mark.parametrize(("size", "words"), [(0, "0 bytes"), (1000, "1 kB"), (5_000_000_000, "5 GB")])
def test_sizes_come_in_units_that_people_read(size: int, words: str) -> None:
    info = RunInfo("1", "2026-11-01T00:00:00Z", 1.0, sent=size, received=size)
    assert told(info) == f"1,234 calls, {words} sent, {words} received"
