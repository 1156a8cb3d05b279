"""How many calls it takes to shrink what random programs find on the mutants that need a history.

    python benchmarks/shrinking.py [SEED]

The stateful machine walks on each deep mutant until the first divergence, and that is shrunk. The table says for each
how many calls the walk took, how long the program was, how long the witness is, and how many calls the shrinking took.
Everything follows from the seed. A mutant that the walk does not meet is listed as such and counts for nothing.
"""

from __future__ import annotations

import statistics
import sys
from typing import NamedTuple

from sse_conformance.mutants import deep
from sse_conformance.mutants.mutant import Mutant
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.shrinking import Shrunk, shrink
from sse_conformance.stateful.exploring import Discovery, explore
from sse_spec.clauses import CLASSES
from sse_spec.model import standard

SEED = 0
EXAMPLES = 150
"""So many random programs are drawn at most for each mutant."""

LIMIT = 90
"""The most calls that the median mutant may take."""


class Row(NamedTuple):
    """What became of one mutant; nothing was found where there is no discovery."""

    mutant: Mutant
    found: Discovery | None = None
    shrunk: Shrunk | None = None


def measure(mutant: Mutant, seed: int) -> Row:
    """Walk until something is found, and shrink it."""
    model, target = standard(mutant.as_of), MutantTarget(mutant)
    identity = target.open()
    walk = explore(
        model, identity, target, known=(), classes=CLASSES, seed=seed, examples=EXAMPLES, enough=lambda _: True
    )
    if not walk.discoveries:
        return Row(mutant)
    found = walk.discoveries[0]
    return Row(mutant, found, shrink(model, identity, target, found.signature, found.program))


def line(row: Row) -> str:
    """The row of the table."""
    if row.found is None or row.shrunk is None:
        return f"| `{row.mutant.name}` | not met in {EXAMPLES} programs | | | |"
    after = len(row.shrunk.program) if row.shrunk.witness.confirmed else "did not come again"
    return f"| `{row.mutant.name}` | {row.found.calls:,} | {len(row.found.program)} | {after} | {row.shrunk.calls} |"


def main(seed: int) -> int:
    """Measure, print the table, and say by the exit status whether the limit is kept."""
    print("| mutant | calls until found | length found | length shrunk | calls to shrink |")
    print("|---|--:|--:|--:|--:|")
    rows = []
    for mutant in deep.MUTANTS:
        rows.append(measure(mutant, seed))
        print(line(rows[-1]), flush=True)
    met = [(row.found, row.shrunk) for row in rows if row.found is not None and row.shrunk is not None]
    if not met:
        print("no divergence was found")
        return 1
    calls = statistics.median(shrunk.calls for _, shrunk in met)
    until = statistics.median(found.calls for found, _ in met)
    before = statistics.median(len(found.program) for found, _ in met)
    after = statistics.median(len(shrunk.program) for _, shrunk in met)
    print(f"| **median of {len(met)}** | {until:,.0f} | {before:.0f} | {after:.0f} | **{calls:.0f}** |")
    print(f"\nseed {seed}: median {calls:.0f} calls to shrink (at most {LIMIT})")
    confirmed = all(shrunk.witness.confirmed for _, shrunk in met)
    return 0 if confirmed and calls <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED))
