"""Whether the stateful machine raises false alarms, and how fast it steps.

    python benchmarks/stateful_steps.py [STEPS]

The reference keeps every clause: whatever is found on it is a bug of the suite. So many steps are taken in all, shared
out over five seeds and days of every era. A step is one call, or a few: what it needs is made first, and every write is
read back. The clock is that of the processor.
"""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from time import process_time

from sse_conformance.reference import ReferenceTarget
from sse_conformance.stateful.exploring import Walk, explore
from sse_spec.clauses import CLASSES
from sse_spec.model import standard

STEPS = 200_000
SEEDS = range(5)
DAYS = (
    dt.date(2021, 9, 9),
    dt.date(2022, 8, 1),
    dt.date(2023, 2, 1),
    dt.date(2023, 7, 1),
    dt.date(2025, 12, 1),
    dt.date(2026, 2, 1),
    dt.date(2026, 11, 1),
)
STEPS_PER_EXAMPLE = 40
MARGIN = 1.15
"""Hypothesis ends some examples early."""


def walk(day: dt.date, seed: int, steps: int) -> Walk:
    """Take about so many steps on the reference as of a day; the seed is that of the machine and of the reference."""
    model = standard(day)
    target = ReferenceTarget(model, seed)
    examples = max(1, round(MARGIN * steps / STEPS_PER_EXAMPLE))
    return explore(
        model,
        target.open(),
        target,
        known=(),
        classes=CLASSES,
        seed=seed,
        examples=examples,
        steps=STEPS_PER_EXAMPLE,
    )


def main(steps: int) -> int:
    """Take the steps, print what came of them, and say by the exit status whether nothing was found."""
    found = taken = calls = 0
    seconds = 0.0
    runs = list(itertools.product(DAYS, SEEDS))
    for day, seed in runs:
        begun = process_time()
        walked = walk(day, seed, -(-steps // len(runs)))
        spent = process_time() - begun
        print(f"{day}, seed {seed}: {walked.steps:,} steps, {walked.calls:,} calls in {spent:.1f} s")
        for one in walked.discoveries:
            print(f"  a false alarm after {one.calls} calls: {one.signature}")
        if walked.incomplete:
            print(f"  incomplete: {walked.incomplete}")
        found += len(walked.discoveries) + bool(walked.incomplete)
        taken, calls, seconds = taken + walked.steps, calls + walked.calls, seconds + spent
    rates = f"{taken / seconds:,.0f} steps/s, {calls / seconds:,.0f} calls/s"
    print(f"{taken:,} steps, {calls:,} calls in {seconds:.1f} s: {rates}; {found} found")
    return 0 if not found and taken >= steps else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else STEPS))
