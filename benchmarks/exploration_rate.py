"""How fast the exploration is, theorems and all, and whether its scopes close.

    python benchmarks/exploration_rate.py [SCOPE ...]

Without names: one bucket, two objects and two keys; two buckets, one object and one key; two accounts, one bucket,
one object and two keys. Each is explored to its last state in a process of its own, so that nothing is remembered
from the one before and the memory is its own. The clock is that of the processor.
"""

from __future__ import annotations

import multiprocessing
import sys

from sse_spec.exploration import SCOPES, THEOREMS, Exploration
from sse_spec.model import Model

BASIC = ("objects", "buckets", "accounts")
RATE = 50_000
"""The least number of transitions a second."""


def measure(name: str) -> bool:
    """Explore one scope, print the figures, and say whether the limits are kept."""
    (scope,) = [one for one in SCOPES if one.name == name]
    explored = Exploration(scope, Model(), most_states=scope.most_states)
    explored.run()
    end = "closed" if explored.closed else "not closed"
    print(f"{name}: {scope.about}")
    print(
        f"  {end} at depth {explored.level}: {explored.states:,} states, {explored.transitions:,} transitions "
        f"from {explored.worked_out:,} local steps, {len(explored.applied)} of {len(THEOREMS)} theorems"
    )
    print(f"  {explored.rate:,.0f} transitions/s in {explored.seconds:.1f} s, at most {explored.memory:,} MiB")
    sound = not explored.violations and (explored.closed or scope.most_states is not None)
    return sound and explored.rate >= RATE


def main() -> int:
    """Measure each scope by itself."""
    names = sys.argv[1:] or list(BASIC)
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        kept = pool.map(measure, names, chunksize=1)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
