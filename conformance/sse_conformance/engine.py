"""The engine: one run of the suite on one target, from plan to result. The command line and pytest are fronts of it."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Literal

import msgspec
from sse_adapters.protocol import Identity, Target
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

from sse_conformance import cover, ledger, reproduction
from sse_conformance.blame import outcome_words
from sse_conformance.campaign import Campaign, Found, Progress
from sse_conformance.comparison import expected_shape
from sse_conformance.verdicts import clause_results, losses, unexcused
from sse_conformance.witness import Witness, search

__all__ = ["Options", "run", "suite_version"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to do. `ledger` None takes the one that ships for the target."""

    as_of: dt.date = EDITION
    classes: tuple[str, ...] = CLASSES
    size: cover.Size = "goals"
    fail_on: Literal["MUST", "SHOULD"] = "SHOULD"
    required: tuple[str, ...] = ()
    ledger: ledger.Ledger | None = None


def suite_version() -> str:
    """The version of this distribution."""
    return metadata.version("s3-sse-conformance")


def _quiet(_done: int, _of: int) -> None:
    """Report no progress."""


def run(target: Target, options: Options, progress: Progress = _quiet) -> Result:
    """Run the cover on a target and say what came of it.

    Raises :class:`sse_adapters.protocol.TargetError` if the target cannot be reached at all. A target that is lost
    later, and an interrupt, end the run early: the result says so in `incomplete`.
    """
    started = dt.datetime.now(dt.UTC)
    clock = time.perf_counter()
    model = standard(options.as_of)
    identity = target.open()
    try:
        planned = cover.plan(model, options.classes, options.size)
        campaign = Campaign(model, identity, target.space())
        try:
            campaign.run(planned, progress)
        finally:
            campaign.space.close()
        wanted = _wanted(campaign, options.classes)
        witnesses = _witnesses(model, identity, target, campaign, wanted)
    finally:
        target.close()
    info = RunInfo(secrets.token_hex(6), started.isoformat(timespec="seconds"), round(time.perf_counter() - clock, 3))
    return _result(options, identity, planned, campaign, wanted, witnesses, info)


Grouped = Mapping[Signature, list[Found]]


def _wanted(campaign: Campaign, classes: Collection[str]) -> Grouped:
    """The findings of the classes asked for, by signature."""
    grouped: defaultdict[Signature, list[Found]] = defaultdict(list)
    listed = clauses()
    for found in campaign.found:
        if listed[found.finding.signature.clause].clause_class in classes:
            grouped[found.finding.signature].append(found)
    return dict(sorted(grouped.items()))


def _witnesses(
    model: Model, identity: Identity, target: Target, campaign: Campaign, wanted: Grouped
) -> dict[Signature, Witness]:
    """A witness for each signature; none are looked for on a target that was lost."""
    found = dict.fromkeys(wanted, Witness())
    try:
        for signature, candidates in wanted.items():
            if not campaign.incomplete:
                found[signature] = search(model, identity, target, signature, candidates)
    except KeyboardInterrupt:
        campaign.incomplete = "the run was interrupted while it looked for witnesses"
    return found


def _result(
    options: Options,
    identity: Identity,
    planned: cover.Plan,
    campaign: Campaign,
    wanted: Grouped,
    witnesses: Mapping[Signature, Witness],
    info: RunInfo,
) -> Result:
    doubtful = (
        set() if campaign.incomplete else {s for s in wanted if s.field != "choice" and not witnesses[s].confirmed}
    )
    breaches: dict[str, int] = defaultdict(int)
    for signature, found in wanted.items():
        if signature not in doubtful:
            breaches[signature.clause] += len(found)
    in_force = binding(campaign.model.laws) | set(breaches)
    unsure = {signature.clause for signature in doubtful} - set(breaches)
    results = clause_results(campaign, in_force, options.classes, breaches, unsure)
    book = ledger.shipped(identity.name) if options.ledger is None else options.ledger
    judged = _telling(options, campaign, results)
    applied = ledger.apply(book, identity.version, set(wanted), judged, dt.datetime.now(dt.UTC).date())
    divergences = tuple(
        _divergence(campaign.model, identity, signature, found, witnesses[signature], applied.known.get(signature))
        for signature, found in wanted.items()
    )
    return Result(
        format=reporting.FORMAT,
        suite_version=suite_version(),
        target=reporting.Target(identity.name, identity.version),
        as_of=options.as_of.isoformat(),
        classes=tuple(c for c in CLASSES if c in options.classes),
        fail_on=options.fail_on,
        seed=None,
        cover=reporting.Cover(
            planned.size,
            len(planned.goals),
            campaign.reached,
            campaign.calls["setup"],
            campaign.calls["decisive"],
            campaign.calls["read-back"],
        ),
        clauses=results,
        divergences=divergences,
        choices=_choices(campaign, options.classes),
        losses=losses(campaign, results),
        ledger=LedgerStatus(book.source, len(applied.known), applied.stale, applied.expired),
        exit_status=_exit_status(options, campaign, results, divergences, applied, doubtful - set(applied.known)),
        incomplete=campaign.incomplete,
        run=info,
    )


def _telling(options: Options, campaign: Campaign, results: Collection[ClauseResult]) -> set[str]:
    """The clauses of which an entry of the ledger that did not come up is stale.

    Only a full cover of all classes, as of the edition, brings every known divergence up. Less of it may put a clause
    to the test by another call, or another field, than an entry is about, so that not even a pass speaks against one.
    A ledger is not held to other days, when other rules are in force, nor to a run that ended early.
    """
    whole = options.size != "clauses" and set(options.classes) == set(CLASSES)
    if campaign.incomplete or options.as_of != EDITION or not whole:
        return set()
    return {result.id for result in results if result.verdict in {"pass", "fail"}}


def _divergence(
    model: Model,
    identity: Identity,
    signature: Signature,
    found: list[Found],
    witness: Witness,
    known: ledger.Entry | None,
) -> Divergence:
    finding = found[0].finding
    return Divergence(
        id=ledger.entry_id(signature),
        signature=signature,
        level=clauses()[signature.clause].level,
        count=len(found),
        situation=_situation(finding.case.situation),
        permitted=tuple(dict.fromkeys(_expectations(outcome) for outcome in finding.permitted)),
        observed=signature.observed,
        derivation=finding.derivation,
        witness=witness.steps,
        confirmed=witness.confirmed,
        script=reproduction.script_of(signature, finding, witness, model, identity),
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


def _choices(campaign: Campaign, classes: Collection[str]) -> tuple[Choice, ...]:
    listed = clauses()
    return tuple(
        Choice(clause, action, taken, count)
        for (clause, action, taken), count in sorted(campaign.judge.tally.choices.items())
        if listed[clause].clause_class in classes
    )


def _exit_status(
    options: Options,
    campaign: Campaign,
    results: Collection[ClauseResult],
    divergences: Collection[Divergence],
    applied: ledger.Applied,
    doubtful: Collection[Signature],
) -> Literal[0, 1, 3]:
    if campaign.incomplete:
        return 3
    levels = {"MUST"} if options.fail_on == "MUST" else {"MUST", "SHOULD", "MAY"}
    new = any(
        d.known is None and d.level in levels and (d.confirmed or d.signature.field == "choice") for d in divergences
    )
    unsupported = any(r.verdict == "unsupported" and r.clause_class in options.required for r in results)
    if new or unsupported or applied.stale or applied.expired:
        return 1
    judged = any(r.verdict in {"pass", "fail"} for r in results)
    return 3 if unexcused(campaign, results, doubtful) or not judged else 0
