"""The result of a run: one document, of which every report is a face.

A result holds symbols in the place of whatever a target invents (key ids, version ids, ETags), so that two runs against
the same target give the same bytes but for `run`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from sse_spec.actions import S3Action

__all__ = [
    "FORMAT",
    "VERDICTS",
    "Beyond",
    "Choice",
    "ClauseResult",
    "Cover",
    "Divergence",
    "Expectation",
    "LedgerStatus",
    "Level",
    "Loss",
    "Result",
    "RunInfo",
    "Signature",
    "Step",
    "Target",
    "Verdict",
    "decode",
    "encode",
]

FORMAT: Literal["s3-sse-result/1"] = "s3-sse-result/1"
"""Name and version of the document; a change that breaks readers counts up."""

Verdict = Literal["pass", "fail", "unsupported", "inconclusive", "not-exercised"]
Level = Literal["MUST", "SHOULD", "MAY"]
VERDICTS: tuple[Verdict, ...] = ("fail", "inconclusive", "unsupported", "not-exercised", "pass")
"""The verdicts, worst first: the order in which they merge and are shown."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class Target(msgspec.Struct, frozen=True):
    """The implementation under test: the adapter's name and the version that it found.

    `remarks` are sentences that a reader has to know about how it was reached, such as that it was not certain who
    answered.
    """

    name: str
    version: str
    remarks: tuple[str, ...] = ()


class RunInfo(msgspec.Struct, frozen=True):
    """What differs between two equal runs: an id, the start (UTC, ISO 8601) and the seconds that the run took.

    `call_seconds` is the mean time of a call of the cover, `sent` and `received` are the bytes of all of them on the
    wire; None where they are not known.
    """

    id: str
    started: str
    seconds: float
    call_seconds: float | None = None
    sent: int | None = None
    received: int | None = None


class Cover(msgspec.Struct, frozen=True):
    """The size of the planned cover and what was made of it. Calls are requests to the target."""

    size: Literal["clauses", "goals", "leaves"]
    goals: Count
    reached: Count
    setup_calls: Count
    decisive_calls: Count
    read_backs: Count


class Beyond(msgspec.Struct, frozen=True):
    """What was tried beyond the cover: the programs drawn at random, and the calls that they made in all."""

    programs: Count
    calls: Count


class ClauseResult(msgspec.Struct, frozen=True):
    """The verdict of one clause.

    `exercised` counts the answers that could have shown a breach, `contexts` the different situations among them,
    `breaches` the answers that did. `reason` says why there is no pass or fail, in one sentence, else it is empty.
    """

    id: str
    chapter: str
    title: str
    level: Level
    clause_class: str = msgspec.field(name="class")
    verdict: Verdict
    exercised: Count
    contexts: Count
    breaches: Count
    reason: str = ""


class Signature(msgspec.Struct, frozen=True, order=True):
    """What makes two divergences the same one.

    `field` is `acceptance`, `code`, `answer` or the name of an observation's field; `expected` and `observed` are
    shapes (such as `key ARN`, `absent`, `400 InvalidArgument`), never values that a target invented.
    """

    clause: str
    action: str
    field: str
    expected: str
    observed: str


class Expectation(msgspec.Struct, frozen=True):
    """One field of a permitted outcome: what was expected, in words, and the clauses that decide it."""

    field: str
    expected: str
    clauses: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """One step of a witness: the action, the same in words, what came back in words, and whether it is the divergent
    one.
    """

    action: S3Action
    request: str
    answer: str
    divergent: bool = False

    def __reduce__(self) -> tuple[Callable[[bytes], Step], tuple[bytes]]:
        """Go to another process by way of what is written of it.

        What is left out of a document is told by identity with the default, which copies of the values do not have.
        """
        return _step, (msgspec.msgpack.encode(self),)


def _step(written: bytes) -> Step:
    return msgspec.msgpack.decode(written, type=Step)


class Divergence(msgspec.Struct, frozen=True):
    """A finding that no permitted outcome explains, once for all the answers that share its signature.

    `id` is short and stable (it is made from the signature). `permitted` lists every permitted outcome of the divergent
    action, each as its fields. `derivation` names the clauses that led to the expectation. `witness` is the shortest
    program known to show it, `confirmed` whether a replay on a fresh space showed it again. `script` is the witness as
    a stand-alone boto3 program. `known` is the reason given by the ledger, None for a divergence outside it. `beyond`
    tells what random programs found and the cover did not: it decides no verdict.
    """

    id: str
    signature: Signature
    level: Level
    count: Count
    situation: str
    permitted: tuple[tuple[Expectation, ...], ...]
    observed: str
    derivation: tuple[str, ...]
    witness: tuple[Step, ...]
    confirmed: bool
    script: str
    known: str | None = None
    link: str | None = None
    beyond: bool = False


class Choice(msgspec.Struct, frozen=True):
    """What the target did where the documents leave it open: the clause, the alternative taken in words, how often."""

    clause: str
    action: str
    taken: str
    count: Count


class Loss(msgspec.Struct, frozen=True):
    """Goals that could not be judged: the clauses that they were to exercise, why, and how many they are."""

    clauses: tuple[str, ...]
    reason: str
    goals: Count


class LedgerStatus(msgspec.Struct, frozen=True):
    """How the ledger fared: its source, how many entries matched, and the ids of those that are stale or expired."""

    source: str
    matched: Count
    stale: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """The result of a run.

    `exit_status` is 0 (nothing outside the ledger), 1 (divergence outside the ledger, stale or expired entry, required
    class unsupported), or 3 (target lost, or a clause of a requested class inconclusive). `incomplete` is empty, or
    says why the run ended before its plan did. `seed` is that of the random programs of `beyond`; both are None where
    the cover was all. `only` names the clauses that the run was held to; without any it was about all of its classes.
    """

    format: Literal["s3-sse-result/1"]
    suite_version: str
    target: Target
    as_of: str
    classes: tuple[str, ...]
    fail_on: Literal["MUST", "SHOULD"]
    seed: int | None
    cover: Cover
    clauses: tuple[ClauseResult, ...]
    divergences: tuple[Divergence, ...]
    choices: tuple[Choice, ...]
    losses: tuple[Loss, ...]
    ledger: LedgerStatus
    exit_status: Literal[0, 1, 3]
    incomplete: str
    run: RunInfo
    beyond: Beyond | None = None
    only: tuple[str, ...] = ()


def encode(result: Result) -> bytes:
    """The document as indented JSON, UTF-8, with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def decode(document: bytes) -> Result:
    """Read a document back. Raises `msgspec.ValidationError` with the path of the first field that does not fit."""
    return msgspec.json.decode(document, type=Result)
