"""The suite on a moto server behind a proxy that delays, cuts, duplicates and corrupts, beside the same without it.

    python benchmarks/faulty_proxy.py [--rate 0.01] [--seeds 1 2 3] [--class CLASS ...] [--cover clauses|goals]

Prints a Markdown table. Exits with 1 if a clause fails with faults and not without them, or the other way round, or if
another verdict than `inconclusive` has taken the place of one.
"""

from __future__ import annotations

import argparse
import functools
import sys
import time
from collections import Counter

from sse_conformance import ledger
from sse_conformance.engine import Options, run
from sse_conformance.faulty.mishaps import KINDS, Script
from sse_conformance.faulty.moto_server import MotoServer, MotoServerTarget
from sse_conformance.faulty.proxy import FaultyProxy
from sse_reports.result import Result
from sse_spec.clauses import CLASSES

SECONDS = 0.5
"""When an answer counts as lost; a delayed one takes twice as long."""

PATIENT_SECONDS = 30.0


def verdicts(result: Result) -> dict[str, str]:
    """The verdict of each clause."""
    return {clause.id: clause.verdict for clause in result.clauses}


def row(name: str, result: Result, seconds: float, happened: Counter[str]) -> str:
    """One line of the table."""
    counts = Counter(verdicts(result).values())
    mishaps = [sum(happened[mishap] for mishap in kind) for kind in KINDS.values()]
    cells = (name, *mishaps, *(counts[verdict] for verdict in ("pass", "fail", "inconclusive")), f"{seconds:.0f}")
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Run it once without faults, and once for each seed with them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=0.01, help="share of the exchanges that each kind befalls")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--class", dest="classes", action="append", choices=CLASSES)
    parser.add_argument("--cover", choices=("clauses", "goals"), default="goals")
    asked = parser.parse_args()
    options = Options(classes=tuple(asked.classes or CLASSES), size=asked.cover, ledger=ledger.EMPTY)
    different = False
    print(f"| run | {' | '.join(KINDS)} | pass | fail | inconclusive | seconds |")
    print("|---|" + "---:|" * (len(KINDS) + 4))
    with MotoServer() as server:
        clock = time.perf_counter()
        calm = run(functools.partial(MotoServerTarget, server, server.endpoint, PATIENT_SECONDS), options)
        print(row("no faults", calm, time.perf_counter() - clock, Counter()), flush=True)
        expected = verdicts(calm)
        for seed in asked.seeds:
            with FaultyProxy(server.host, server.port, Script(seed, asked.rate), 2 * SECONDS) as proxy:
                clock = time.perf_counter()
                stormy = run(functools.partial(MotoServerTarget, server, proxy.endpoint, SECONDS), options)
                print(row(f"seed {seed}", stormy, time.perf_counter() - clock, proxy.happened), flush=True)
            changed = {name: verdict for name, verdict in verdicts(stormy).items() if verdict != expected[name]}
            wrong = {name for name, verdict in changed.items() if verdict != "inconclusive" or expected[name] == "fail"}
            if wrong or stormy.incomplete:
                different = True
                print(f"seed {seed}: {stormy.incomplete} {sorted(wrong)}", file=sys.stderr)
    return int(different)


if __name__ == "__main__":
    sys.exit(main())
