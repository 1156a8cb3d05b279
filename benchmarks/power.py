"""What the suite needs to kill the mutants, beside what a uniform random walk of the same requests needs.

    python benchmarks/power.py [--every N] [--every-deep N] [--cap CALLS] [--rows]

The suite is the cover, then random programs of the stateful machine. The walk draws the kind of a request uniformly
from all of them, and each of its fields uniformly from the values that the suite uses for it: no plan, no bias, nothing
that looks at the world. Its programs begin with the buckets, keys and aliases that requests name, each write is
followed by the read that shows what it stored, and its answers are judged by the same judge; it is stopped after
`CALLS` calls. Both stop at the first divergence. Of the mutants that show always, and of those that take a history,
every N-th is tried; `--rows` prints a line for each. Everything follows from the seeds.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, get_args

import msgspec
from sse_adapters.protocol import Space, Target
from sse_conformance.judge import Judge
from sse_conformance.mutants.mutant import Mutant
from sse_conformance.mutants.register import MUTANTS
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.mutants.trial import Trial, try_mutant
from sse_conformance.reference import ReferenceTarget
from sse_conformance.staging import read_back
from sse_spec.actions import (
    DSSE,
    RESTRICTED,
    Blocked,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CustomerKey,
    EncryptionHeaders,
    KeyRef,
    Rule,
    S3Action,
)
from sse_spec.clauses import clauses
from sse_spec.model import Model, standard

SEEDS = range(1, 6)
EVERY, EVERY_DEEP = 20, 3
CAP = 5_000
"""The calls after which the walk is stopped, by default."""

LENGTH = 60
"""Calls in one program of the walk, beyond those that it begins with."""

BUCKETS = ("b1", "b2")
OBJECTS = ("o1", "o2")
KEYS = ("k1", "k2")
ALIASES = ("a1", "a2")
ALGORITHMS = (None, "AES256", "aws:kms", DSSE, "AES512")
FLAGS = (None, True, False)
REFERENCES = (None, *(KeyRef(f, k) for f in ("id", "arn") for k in KEYS), *(KeyRef("alias", a) for a in ALIASES))
BLOCKED: tuple[Blocked | None, ...] = (None, "NONE", "SSE-C")
CUSTOMERS = (None, CustomerKey("c1"), CustomerKey("c2"))

BEGINNING: tuple[S3Action, ...] = (
    *(CreateBucket(bucket=name) for name in BUCKETS),
    *(CreateKey(key=name) for name in KEYS),
    *(CreateAlias(alias=alias, key=key) for alias, key in zip(ALIASES, KEYS, strict=True)),
)
KINDS = {
    kind: tuple(field.name for field in msgspec.structs.fields(kind))
    for kind in get_args(S3Action)
    if kind not in {CreateBucket, CreateKey}
}
"""The kinds of requests that are drawn, each with its fields."""

VALUES: dict[str, Sequence[Any]] = {
    "principal": ("main", "other", *RESTRICTED),
    **dict.fromkeys(("bucket", "source_bucket", "source", "destination"), BUCKETS),
    "target": (None, *BUCKETS),
    **dict.fromkeys(("key", "source_key"), OBJECTS),
    "alias": ALIASES,
    "rules": tuple(
        (Rule(algorithm, key, flag, blocked=blocked),)
        for algorithm, key, flag, blocked in product(ALGORITHMS, REFERENCES, FLAGS, BLOCKED)
    ),
    "headers": tuple(
        EncryptionHeaders(algorithm, key, flag, customer=customer)
        for algorithm, key, flag, customer in product(ALGORITHMS, REFERENCES, FLAGS, CUSTOMERS)
    ),
    "malformed": (False, True),
    "empty": (False, True),
    "expected_owner": (None, "main", "other"),
    "policy": ("share", "require-header", "require-kms", "log-delivery"),
    "sse_kms": (None, "Enabled", "Disabled"),
    "replica_key": REFERENCES,
    "kms_key": REFERENCES[1:],
    "bucket_key": FLAGS,
    "algorithm": (None, None, "AES256"),
    **dict.fromkeys(("customer", "source_customer"), CUSTOMERS),
    **dict.fromkeys(("version", "source_version"), (None, 0, 1)),
    "metadata_directive": (None, "COPY", "REPLACE"),
    "storage_class": (None, "STANDARD"),
    "website_redirect": (None, "/elsewhere"),
    "upload": ("u1", "u2"),
    "status": ("Enabled", "Suspended"),
    "span": (None, (0, 2)),
    **dict.fromkeys(("part", "number"), (1,)),
    "parts": ((1,),),
    "repeat": (1,),
    "body": ("content",),
}
"""The values of each field; those of the field `key` of a request to KMS are keys."""


class Row(NamedTuple):
    """What became of a mutant: under the suite, and in each of the walks, None where it was not killed."""

    mutant: Mutant
    suite: Trial
    walks: tuple[int | None, ...]

    @property
    def median(self) -> float:
        """The median calls of the walks; infinite where most of them did not kill it."""
        return statistics.median_high(math.inf if one is None else one for one in self.walks)


def drawn(draws: random.Random) -> Iterator[S3Action]:
    """Requests without end, each drawn uniformly."""
    kinds = tuple(KINDS)
    while True:
        kind = draws.choice(kinds)
        names = KINDS[kind]
        values: Mapping[str, Sequence[Any]] = VALUES if "bucket" in names else {**VALUES, "key": KEYS}
        yield kind(**{name: draws.choice(values[name]) for name in names})


def program(draws: random.Random) -> Iterator[S3Action]:
    """One program of the walk."""
    yield from BEGINNING
    requests = drawn(draws)
    for _ in range(LENGTH):
        action = next(requests)
        yield action
        back = read_back(action)
        if back is not None:
            yield back


class Judged:
    """A space with a judge of its own."""

    def __init__(self, model: Model, target: Target, space: Space) -> None:
        identity = target.open()
        self._space = space
        self._judge = Judge(model, identity.accounts, identity.regions)

    def diverges(self, action: S3Action) -> bool:
        """Whether the answer to a request is one that no outcome explains."""
        return bool(self._judge.step(action, self._space.perform(action)).findings)


def walk(mutant: Mutant, target: Target, seed: int, cap: int) -> int | None:
    """The calls after which the walk kills a mutant; None if that takes more than `cap`.

    A divergence that the reference shows in the same program is none of the mutant's.
    """
    model = standard(mutant.as_of)
    draws, calls = random.Random(seed), 0
    while True:
        judged = Judged(model, target, target.space())
        done: list[S3Action] = []
        for action in program(draws):
            if calls >= cap:
                return None
            calls += 1
            done.append(action)
            if judged.diverges(action) and not sound_diverges(model, done):
                return calls


def sound_diverges(model: Model, actions: Sequence[S3Action]) -> bool:
    """Whether the reference is found to diverge in the last request of a program."""
    sound = ReferenceTarget(model)
    judged = Judged(model, sound, sound.space())
    return [judged.diverges(action) for action in actions][-1]


def words(calls: float, cap: int) -> str:
    """A number of calls; more than the cap where that is not known."""
    return f"> {cap:,}" if math.isinf(calls) else f"{calls:,.0f}"


def group(mutant: Mutant) -> str:
    """The line of the table in which a mutant counts."""
    return "take a history" if mutant.when is not None else clauses()[mutant.clause].clause_class


def tables(rows: Sequence[Row], cap: int, *, each: bool) -> Iterator[str]:
    """The tables, as Markdown."""
    if each:
        yield "| mutant | clause | killed by | calls of the suite | calls of the walk (median) | walks that killed it |"
        yield "|---|---|---|--:|--:|--:|"
        for row in rows:
            killed = sum(one is not None for one in row.walks)
            suite = f"{row.suite.killer or 'nothing'} | {row.suite.calls:,}"
            walks = f"{words(row.median, cap)} | {killed} of {len(row.walks)}"
            yield f"| `{row.mutant.name}` | {row.mutant.clause} | {suite} | {walks} |"
        yield ""
    yield (
        "| mutants | tried | killed by the suite | median calls "
        "| killed by the median walk | median calls | killed by no walk |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|"
    names = list(dict.fromkeys(group(row.mutant) for row in rows))
    for name in [*names, ""]:
        chosen = [row for row in rows if name in {"", group(row.mutant)}]
        calls = statistics.median(row.suite.calls if row.suite.killer else math.inf for row in chosen)
        walked = statistics.median(row.median for row in chosen)
        counts = (
            sum(bool(row.suite.killer) for row in chosen),
            sum(not math.isinf(row.median) for row in chosen),
            sum(not any(row.walks) for row in chosen),
        )
        yield (
            f"| {name or '**all**'} | {len(chosen)} | {counts[0]} | {calls:,.0f} | {counts[1]} | {words(walked, cap)} "
            f"| {counts[2]} |"
        )


def main() -> int:
    """Measure, print the tables, and say by the exit status whether the suite killed every mutant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--every", type=int, default=EVERY, help="of the mutants that show always, every N-th")
    parser.add_argument("--every-deep", type=int, default=EVERY_DEEP, help="of those that take a history, every N-th")
    parser.add_argument("--cap", type=int, default=CAP, help="calls after which the uniform walk is stopped")
    parser.add_argument("--rows", action="store_true", help="print a line for each mutant")
    chosen = parser.parse_args()
    always = [mutant for mutant in MUTANTS.values() if mutant.when is None]
    deep = [mutant for mutant in MUTANTS.values() if mutant.when is not None]
    tried = [*always[:: chosen.every], *deep[:: chosen.every_deep]]
    rows = []
    for mutant in tried:
        target = MutantTarget(mutant)
        walks = tuple(walk(mutant, target, seed, chosen.cap) for seed in SEEDS)
        rows.append(Row(mutant, try_mutant(mutant), walks))
    print("\n".join(tables(rows, chosen.cap, each=chosen.rows)))
    return 0 if all(row.suite.killer for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
