"""How fast the judge is, alone, and whether its memory grows with the trace.

    python benchmarks/judge_rate.py [EVENTS]

The cover is run once on the reference and once on moto, and what was asked and answered is kept as a trace. Each trace
is then judged over and over, each time as another space, until there are enough events. Every repetition is decoded
anew, off the clock, so that nothing can be remembered by the identity of an event. The clock is that of the processor.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from time import process_time

import msgspec
from sse_adapters.moto import MotoTarget
from sse_adapters.protocol import Space, Target
from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.judge import Judge
from sse_conformance.reference import ReferenceTarget
from sse_spec.actions import Action
from sse_spec.clauses import CLASSES
from sse_spec.model import Model
from sse_spec.observations import Observation
from sse_spec.traces import Event, Trace

EVENTS = 1_000_000
RATE = 50_000
"""The least number of events a second."""

GROWTH = 0.05
"""The most that memory may grow between a tenth of the way and the end, as a share."""


class Recording:
    """A space that keeps what was asked and answered."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.events: list[Event] = []

    def perform(self, action: Action) -> Observation:
        """Pass the action on."""
        seen = self._space.perform(action)
        self.events.append(Event(action, seen))  # type: ignore[arg-type]
        return seen

    def close(self) -> None:
        """Close the space."""
        self._space.close()


def record(target: Target, model: Model) -> Trace:
    """The trace of the cover on a target."""
    try:
        identity = target.open()
        recording = Recording(target.space())
        campaign = Campaign(model, identity, recording)
        campaign.run(plan(model, CLASSES))
        assert not campaign.incomplete, campaign.incomplete
        return Trace(identity.accounts, identity.regions, tuple(recording.events))
    finally:
        target.close()


def resident() -> float:
    """Memory of this process in MiB: what it holds now, or the most it ever held where the system does not say."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def measure(name: str, trace: Trace, events: int) -> bool:
    """Judge the trace until there are so many events; print what it took; whether rate and memory keep their limits."""
    document = msgspec.json.encode(trace)
    judge = Judge(Model(), trace.accounts, trace.regions)
    judged, findings, seconds = 0, 0, 0.0
    memory: list[tuple[int, float]] = []
    marks = [events, events // 2, events // 10]
    while judged < events:
        again = msgspec.json.decode(document, type=Trace).events[: events - judged]
        begun = process_time()
        judge.fresh()
        for event in again:
            findings += len(judge.step(event.action, event.observation).findings)
        seconds += process_time() - begun
        judged += len(again)
        while marks and judged >= marks[-1]:
            marks.pop()
            memory.append((judged, resident()))
    rate, growth = judged / seconds, memory[-1][1] / memory[0][1] - 1
    held = ", ".join(f"{mebibytes:.1f} MiB at {at:,}" for at, mebibytes in memory)
    print(f"{name}: {judged:,} events ({len(trace.events):,} in the trace, {findings:,} findings) in {seconds:.1f} s")
    print(f"  {rate:,.0f} events/s (at least {RATE:,}); {held}: {growth:+.1%} (at most {GROWTH:+.0%})")
    return rate >= RATE and growth <= GROWTH


def main(events: int) -> int:
    """Measure on both traces, print, and say by the exit status whether the limits are kept."""
    model = Model()
    traces = {"reference": record(ReferenceTarget(model), model), "moto": record(MotoTarget(), model)}
    kept = [measure(name, trace, events) for name, trace in traces.items()]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
