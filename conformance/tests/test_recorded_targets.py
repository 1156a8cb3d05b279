"""What the model itself answers is accepted, recorded in whole or in part; what a wrong S3 answers is not."""

from __future__ import annotations

import datetime as dt
import functools

import msgspec
import pytest
from sse_conformance.campaign import Campaign
from sse_conformance.checking import Check, check
from sse_conformance.cover import Plan, plan
from sse_conformance.reference import ReferenceTarget
from sse_spec.actions import Action
from sse_spec.clauses import CLASSES, FIRST_DAY
from sse_spec.evidence.format import (
    FORMAT,
    Answer,
    Event,
    Origin,
    Recording,
    ReplicationAnswer,
    RuleAnswer,
    is_symbol,
)
from sse_spec.model import Model
from sse_spec.observations import Observation

LATE = dt.date(2026, 2, 21)
ALWAYS = ("status", "code")
"""What every recorder keeps, so that it is known whether a request was accepted."""


class Recorder:
    """A space that keeps what was asked and answered."""

    def __init__(self, target: ReferenceTarget) -> None:
        self._space = target.space()
        self.asked: list[tuple[Action, Observation]] = []

    def perform(self, action: Action) -> Observation:
        """Pass the action on."""
        seen = self._space.perform(action)
        self.asked.append((action, seen))
        return seen

    def close(self) -> None:
        """Close the space."""
        self._space.close()


@functools.cache
def planned(day: dt.date) -> Plan:
    return plan(Model(day), CLASSES)


@functools.cache
def recording(day: dt.date, broken: str = "") -> Recording:
    """The cover of a day on the reference, or on an S3 that breaks one clause, as a recording of all that came back."""
    model = Model(day)
    law = tuple(law.without(broken) for law in model.laws) if broken else None
    target = ReferenceTarget(Model(day, law=law))
    identity = target.open()
    recorder = Recorder(target)
    campaign = Campaign(model, identity, recorder)
    campaign.run(planned(day))
    assert campaign.incomplete == ""
    return Recording(
        format=FORMAT,
        origin=Origin("the reference"),
        date=day,
        accounts=dict(identity.accounts),
        regions=dict(identity.regions),
        events=tuple(Event(action=action, answer=answer(seen)) for action, seen in recorder.asked),  # type: ignore[arg-type]
    )


def answer(seen: Observation) -> Answer:
    """The whole of an observation, as it is recorded."""
    fields = {name: getattr(seen, name) for name in seen.__struct_fields__ if name not in {"message", "fault"}}
    if seen.configuration is not None:
        fields["configuration"] = tuple(RuleAnswer(**msgspec.structs.asdict(rule)) for rule in seen.configuration)
    if seen.replication is not None:
        fields["replication"] = ReplicationAnswer(**msgspec.structs.asdict(seen.replication))
    return Answer(**fields)


def in_part(whole: Recording, keep: int) -> Recording:
    """The recording with some fields of each answer left out, others in each, and some values given as just present."""
    events = []
    for at, event in enumerate(whole.events):
        fields = {}
        for number, name in enumerate(event.answer.__struct_fields__):
            value = getattr(event.answer, name)
            if name in ALWAYS or (at + number) % keep == 0:
                fields[name] = value
            elif value is not None and (at + number) % keep == 1 and isinstance(value, str):
                fields[name] = "$"
        events.append(msgspec.structs.replace(event, answer=Answer(**fields)))
    return msgspec.structs.replace(whole, events=tuple(events))


def with_symbols(whole: Recording) -> Recording:
    """The recording with a symbol for each ETag, key and version id."""
    named: dict[tuple[str, str], str] = {}

    def symbol(name: str, value: object) -> object:
        if not isinstance(value, str) or is_symbol(value) or value == "null":
            return value
        return named.setdefault((name.replace("key_arn", "kms_key"), value), f"${len(named)}")

    def changed(event: Event) -> Event:
        kept = ("etag", "kms_key", "key_arn", "version_id", "upload_id")
        fields = {name: symbol(name, getattr(event.answer, name)) for name in kept}
        # Texts that name a key in a configuration would have to be taken apart.
        left_out = {"configuration": msgspec.UNSET, "replication": msgspec.UNSET, "source_version_id": msgspec.UNSET}
        return msgspec.structs.replace(event, answer=msgspec.structs.replace(event.answer, **fields | left_out))

    return msgspec.structs.replace(whole, events=tuple(changed(event) for event in whole.events))


def outcome(found: Check) -> tuple[str, object]:
    return found.verdict, found.dissent and (found.dissent.event, found.dissent.recorded.action)


@pytest.mark.parametrize("day", [FIRST_DAY, LATE], ids=str)
class TestTheReference:
    def test_it_is_accepted_when_all_is_recorded(self, day: dt.date) -> None:
        found = check(recording(day))
        assert outcome(found) == ("accepted", None)
        assert found.judged / found.events > 0.8

    @pytest.mark.parametrize("keep", [2, 3])
    def test_it_is_accepted_when_part_of_it_is_recorded(self, day: dt.date, keep: int) -> None:
        assert outcome(check(in_part(recording(day), keep))) == ("accepted", None)

    def test_it_is_accepted_when_its_inventions_are_symbols(self, day: dt.date) -> None:
        assert outcome(check(with_symbols(recording(day)))) == ("accepted", None)


@pytest.mark.parametrize("clause", ["CFG-17", "DEF-03", "CPY-04", "ETG-02"])
def test_an_s3_that_breaks_a_clause_is_rejected_where_the_clause_decides(clause: str) -> None:
    found = check(recording(LATE, clause))
    assert found.verdict == "rejected"
    assert found.dissent is not None
    assert any(clause in permitted.derivation for permitted, _ in found.dissent.permitted)
