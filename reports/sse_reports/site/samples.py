"""Made-up results of many targets, as many as the site has to stand, for demonstrations and tests.

`python -m sse_reports.site.samples DIRECTORY` writes them.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from sse_spec.clauses import clauses

from sse_reports.result import ClauseResult, Divergence, Result, Target, Verdict, encode
from sse_reports.samples import sample
from sse_reports.site import record, shelf

__all__ = ["crowd"]

_EVERY_FIFTH = 5
"""One clause in five fails, as on targets that there are."""

_PASSES: tuple[Verdict, ...] = ("pass",) * 13
_OTHERS: tuple[Verdict, ...] = ("inconclusive", "unsupported", "not-exercised", *_PASSES)


def crowd(directory: Path, *, targets: int = 20, rules: int = 300, versions: int = 20) -> None:
    """Write the results of so many versions of so many targets on so many clauses, each with how it was made.

    Clauses are those of this edition, and made-up ones beyond; one in five fails, with one divergence each. From one
    version to the next a clause in three hundred is fixed.
    """
    ids = list(itertools.islice(itertools.chain(clauses(), (f"AAA-{at:03}" for at in itertools.count())), rules))
    findings = dict(zip(ids, itertools.cycle(sample().divergences), strict=False))
    for target, version in itertools.product(range(targets), range(versions)):
        made = _result(f"target-{target:02}", f"{1 + version // 10}.{version % 10}", (target, version), ids, findings)
        home = directory / shelf.folder(made)
        home.mkdir(parents=True, exist_ok=True)
        (home / shelf.RESULT).write_bytes(encode(made))
        how = record.Record(
            install=("python3 -m venv .venv", f".venv/bin/pip install . '{made.target.name}=={made.target.version}'"),
            command=f".venv/bin/s3-sse run {made.target.name} --as-of {made.as_of} --out report",
            date=made.run.started[:10],
            python="3.11.7",
            platform="Linux x86_64",
            packages={"boto3": "1.44.5", made.target.name: made.target.version},
        )
        (home / record.FILE).write_text(record.write(how), encoding="utf-8")


def _result(
    name: str, version: str, at: tuple[int, int], ids: Sequence[str], findings: dict[str, Divergence]
) -> Result:
    target, age = at
    judged = tuple(_judged(one, number, target, age) for number, one in enumerate(ids))
    failing = [one.id for one in judged if one.verdict == "fail"]
    return msgspec.structs.replace(
        sample(),
        target=Target(name, version),
        clauses=judged,
        divergences=tuple(
            msgspec.structs.replace(
                findings[one],
                id=f"{number:08x}",
                signature=msgspec.structs.replace(findings[one].signature, clause=one),
                beyond=False,
            )
            for number, one in enumerate(failing)
        ),
        beyond=None,
        seed=None,
    )


def _judged(name: str, number: int, target: int, age: int) -> ClauseResult:
    text = clauses().get(name)
    weak = (number + target) % _EVERY_FIFTH == 0
    fails = weak and number >= age
    verdict: Verdict = _OTHERS[(number * 7 + target) % len(_OTHERS)]
    if weak:
        verdict = "fail" if fails else "pass"
    return ClauseResult(
        id=name,
        chapter="" if text is None else text.chapter,
        title=f"Made-up clause {name}" if text is None else text.title,
        level="MUST" if text is None else text.level,
        clause_class="core" if text is None else text.clause_class,
        verdict=verdict,
        exercised=4 if verdict in ("pass", "fail") else 0,
        contexts=3 if verdict in ("pass", "fail") else 0,
        breaches=2 if fails else 0,
        reason="" if verdict in ("pass", "fail") else "A reason of some length, as a run gives one.",
    )


if __name__ == "__main__":
    crowd(Path(sys.argv[1]))
