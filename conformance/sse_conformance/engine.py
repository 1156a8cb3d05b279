"""The engine: one run of the suite on one target, from plan to result. The command line and pytest are fronts of it."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections import Counter
from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Literal

import msgspec
from msgspec.structs import replace
from sse_adapters.protocol import Identity
from sse_reports import result as reporting
from sse_reports.result import (
    Choice,
    ClauseResult,
    Divergence,
    Expectation,
    LedgerStatus,
    Result,
    RunInfo,
    Signature,
)
from sse_spec.clauses import CLASSES, EDITION, clauses
from sse_spec.law import binding
from sse_spec.model import Model, standard
from sse_spec.outcomes import Outcome
from sse_spec.situation import Situation

from sse_conformance import ledger, reproduction
from sse_conformance.beyond import NOTHING, Beyond
from sse_conformance.blame import outcome_words
from sse_conformance.campaign import INTERRUPTED, Progress
from sse_conformance.comparison import expected_shape
from sse_conformance.crew import Alone, Crew, CrewError, ProcessError, Source
from sse_conformance.harvest import Evidence, Harvest
from sse_conformance.options import Options
from sse_conformance.verdicts import clause_results, losses, unexcused
from sse_conformance.witness import Witness

__all__ = ["Options", "ProcessError", "run", "suite_version"]


def suite_version() -> str:
    """The version of this distribution."""
    return metadata.version("s3-sse-conformance")


def _quiet(_done: int, _of: int) -> None:
    """Report no progress."""


def run(source: Source, options: Options, progress: Progress = _quiet, processes: int = 1) -> Result:
    """Run the cover on a target, and random programs beyond it, and say what came of it. `source` makes the target.

    With several `processes` each makes one and opens it for itself, so that `source` has to be picklable; but for `run`
    the result is the same whatever their number. Raises :class:`sse_adapters.protocol.TargetError` if the target cannot
    be reached at all, :class:`ProcessError` for an error of ours in another process. A target
    that is lost later, a process that is, and an interrupt end the run early: the result says so in `incomplete`.
    """
    started = dt.datetime.now(dt.UTC)
    clock = time.perf_counter()
    with _crew(source, options, processes) as crew:
        harvest = crew.carry_out(progress)
        wanted = _wanted(harvest, options)
        witnesses, reason = _witnesses(crew, harvest, wanted)
        if reason:
            harvest = harvest.ended(reason)
        beyond = _beyond(crew, harvest, options)
        identity, goals = crew.identity, sum(crew.lengths)
    info = _info(started, time.perf_counter() - clock, harvest)
    return _result(options, identity, goals, harvest, wanted, witnesses, beyond, info)


def _info(started: dt.datetime, seconds: float, harvest: Harvest) -> RunInfo:
    spent, calls = harvest.spent, sum(harvest.calls.values())
    return RunInfo(
        secrets.token_hex(6),
        started.isoformat(timespec="seconds"),
        round(seconds, 3),
        round(spent.seconds / calls, 6) if calls else None,
        None if spent.wire is None else spent.wire.sent,
        None if spent.wire is None else spent.wire.received,
    )


def _beyond(crew: Crew, harvest: Harvest, options: Options) -> Beyond:
    """What random programs find beyond the cover, if any are asked for and the cover came to its end."""
    if not options.examples or harvest.incomplete:
        return NOTHING
    try:
        return crew.look_beyond(frozenset(harvest.evidence))
    except CrewError as error:
        return Beyond(incomplete=f"{error}, while random programs went beyond the cover")


def _crew(source: Source, options: Options, processes: int) -> Crew:
    if processes == 1:
        return Alone(source, options)
    from sse_conformance.processes import Several

    return Several(source, options, processes)


Wanted = Mapping[Signature, Evidence]


def _wanted(harvest: Harvest, options: Options) -> Wanted:
    """What speaks for the divergences of the clauses asked for."""
    return {
        signature: evidence for signature, evidence in harvest.evidence.items() if _asked_for(signature.clause, options)
    }


def _asked_for(clause: str, options: Options) -> bool:
    return clauses()[clause].clause_class in options.classes and (not options.only or clause in options.only)


def _witnesses(crew: Crew, harvest: Harvest, wanted: Wanted) -> tuple[dict[Signature, Witness], str]:
    """A witness for each signature, and what ended the search early; a target that was lost is not searched."""
    found = dict.fromkeys(wanted, Witness())
    if harvest.incomplete:
        return found, ""
    try:
        found.update(crew.seek({signature: evidence.places for signature, evidence in wanted.items()}))
    except KeyboardInterrupt:
        return found, f"{INTERRUPTED} while it looked for witnesses"
    except CrewError as error:
        return found, f"{error}, while it looked for witnesses"
    return found, ""


def _result(
    options: Options,
    identity: Identity,
    goals: int,
    harvest: Harvest,
    wanted: Wanted,
    witnesses: Mapping[Signature, Witness],
    beyond: Beyond,
    info: RunInfo,
) -> Result:
    doubtful = set()
    if identity.eventual or not harvest.incomplete:
        doubtful = {s for s in wanted if s.field != "choice" and not witnesses[s].confirmed}
    model = standard(options.as_of)
    breaches: Counter[str] = Counter()
    for signature, evidence in wanted.items():
        if signature not in doubtful:
            breaches[signature.clause] += evidence.count
    in_force = {clause for clause in binding(model.laws) | set(breaches) if _asked_for(clause, options)}
    unsure = {signature.clause for signature in doubtful} - set(breaches)
    results = clause_results(harvest, in_force, options.classes, breaches, unsure)
    book = ledger.shipped(identity.name) if options.ledger is None else options.ledger
    judged = _telling(options, harvest, results)
    signatures = {*wanted, *(one.signature for one in beyond.evidence)}
    applied = ledger.apply(book, identity.version, signatures, judged, dt.datetime.now(dt.UTC).date())
    divergences = tuple(
        _divergence(model, identity, evidence, witnesses[signature], applied.known.get(signature))
        for signature, evidence in wanted.items()
    )
    divergences += tuple(
        replace(_divergence(model, identity, evidence, witness, applied.known.get(evidence.signature)), beyond=True)
        for evidence, witness in zip(beyond.evidence, beyond.witnesses, strict=True)
    )
    incomplete = harvest.incomplete or beyond.incomplete
    return Result(
        format=reporting.FORMAT,
        suite_version=suite_version(),
        target=reporting.Target(identity.name, identity.version, identity.remarks),
        as_of=options.as_of.isoformat(),
        classes=tuple(c for c in CLASSES if c in options.classes),
        fail_on=options.fail_on,
        seed=options.seed if options.examples else None,
        cover=reporting.Cover(
            options.size,
            goals,
            harvest.reached,
            harvest.calls["setup"],
            harvest.calls["decisive"],
            harvest.calls["read-back"],
        ),
        clauses=results,
        divergences=divergences,
        choices=_choices(harvest, options),
        losses=losses(harvest, results),
        ledger=LedgerStatus(book.source, len(applied.known), applied.stale, applied.expired),
        exit_status=3
        if incomplete
        else _exit_status(options, harvest, results, divergences, applied, doubtful - set(applied.known)),
        incomplete=incomplete,
        run=info,
        beyond=reporting.Beyond(beyond.programs, beyond.calls) if options.examples else None,
        only=options.only,
    )


def _telling(options: Options, harvest: Harvest, results: Collection[ClauseResult]) -> set[str]:
    """The clauses of which an entry of the ledger that did not come up is stale.

    Only a full cover of all classes, as of the edition, brings every known divergence up. Less of it may put a clause
    to the test by another call, or another field, than an entry is about, so that not even a pass speaks against one.
    A ledger is not held to other days, when other rules are in force, nor to a run that ended early.
    """
    whole = options.size != "clauses" and set(options.classes) == set(CLASSES) and not options.only
    if harvest.incomplete or options.as_of != EDITION or not whole:
        return set()
    return {result.id for result in results if result.verdict in {"pass", "fail"}}


def _divergence(
    model: Model, identity: Identity, evidence: Evidence, witness: Witness, known: ledger.Entry | None
) -> Divergence:
    signature = evidence.signature
    return Divergence(
        id=ledger.entry_id(signature),
        signature=signature,
        level=clauses()[signature.clause].level,
        count=evidence.count,
        situation=_situation(evidence.situation),
        permitted=tuple(dict.fromkeys(map(_expectations, witness.permitted or evidence.permitted))),
        observed=signature.observed,
        derivation=evidence.derivation,
        witness=witness.steps if witness.confirmed else evidence.trace,
        confirmed=witness.confirmed,
        script=reproduction.script_of(signature, witness, model, identity),
        known=None if known is None else known.reason,
        link=None if known is None else known.link or None,
    )


def _situation(situation: Situation) -> str:
    """What is special about a situation: its fields that differ from their defaults."""
    fields = msgspec.structs.asdict(situation)
    plain = msgspec.structs.asdict(Situation(action=situation.action))
    return ", ".join(f"{name}={value}" for name, value in fields.items() if name != "action" and value != plain[name])


def _expectations(outcome: Outcome) -> tuple[Expectation, ...]:
    if outcome.refusal is not None or not outcome.fields:
        return (Expectation("acceptance", outcome_words(outcome), outcome.clauses),)
    return tuple(Expectation(field.name, expected_shape(field), field.clauses) for field in outcome.fields)


def _choices(harvest: Harvest, options: Options) -> tuple[Choice, ...]:
    return tuple(
        Choice(clause, action, taken, count)
        for (clause, action, taken), count in sorted(harvest.choices.items())
        if _asked_for(clause, options)
    )


def _exit_status(
    options: Options,
    harvest: Harvest,
    results: Collection[ClauseResult],
    divergences: Collection[Divergence],
    applied: ledger.Applied,
    doubtful: Collection[Signature],
) -> Literal[0, 1, 3]:
    levels = {"MUST"} if options.fail_on == "MUST" else {"MUST", "SHOULD", "MAY"}
    new = any(
        d.known is None and d.level in levels and (d.confirmed or d.signature.field == "choice") for d in divergences
    )
    unsupported = any(r.verdict == "unsupported" and r.clause_class in options.required for r in results)
    if new or unsupported or applied.stale or applied.expired:
        return 1
    judged = any(r.verdict in {"pass", "fail"} for r in results)
    return 3 if unexcused(harvest, results, doubtful) or not judged else 0
