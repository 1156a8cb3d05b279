"""What the engine makes of targets that behave, and of targets that do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sse_adapters.protocol import Identity, Space, Target, TargetError
from sse_conformance import engine, ledger
from sse_conformance.engine import Options
from sse_conformance.reference import ReferenceTarget
from sse_reports.result import Result, encode
from sse_spec.actions import (
    Action,
    CreateBucket,
    GetBucketEncryption,
    PutBucketEncryption,
    PutObject,
    UpdateObjectEncryption,
)
from sse_spec.clauses import EDITION
from sse_spec.law import laws
from sse_spec.model import Model
from sse_spec.observations import Observation

QUICK = Options(size="clauses", ledger=ledger.EMPTY)
Twist = Callable[[Action, Observation], Observation]


class Twisted:
    """The reference with its answers changed on the way."""

    def __init__(self, twist: Twist, model: Model | None = None) -> None:
        self._inner = ReferenceTarget(Model() if model is None else model)
        self._twist = twist

    def open(self) -> Identity:
        return self._inner.open()

    def space(self) -> Space:
        return _TwistedSpace(self._inner.space(), self._twist)

    def close(self) -> None:
        self._inner.close()


class _TwistedSpace:
    def __init__(self, inner: Space, twist: Twist) -> None:
        self._inner = inner
        self._twist = twist

    def perform(self, action: Action) -> Observation:
        return self._twist(action, self._inner.perform(action))

    def close(self) -> None:
        self._inner.close()


class DiesAfter:
    """Answers so many calls and then is not to be reached any more."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, _action: Action, answer: Observation) -> Observation:
        self.left -= 1
        return answer if self.left >= 0 else Observation(0, fault="unreachable", message="connection refused")


def _without(clause: str) -> Model:
    return Model(EDITION, law=tuple(law.without(clause) for law in laws(EDITION)))


def run(target: Target, options: Options) -> Result:
    return engine.run(lambda: target, options)


def _verdicts(result: Result) -> dict[str, str]:
    return {clause.id: clause.verdict for clause in result.clauses}


def test_the_reference_passes_every_clause() -> None:
    result = run(ReferenceTarget(Model()), Options(ledger=ledger.EMPTY))
    assert result.exit_status == 0
    assert set(_verdicts(result).values()) == {"pass"}
    assert result.cover.reached == result.cover.goals


def test_the_quick_cover_exercises_every_clause_too() -> None:
    result = run(ReferenceTarget(Model()), QUICK)
    assert set(_verdicts(result).values()) == {"pass"}
    assert result.cover.goals < len(result.clauses), "most goals put several clauses to the test"


def test_two_runs_give_the_same_bytes_but_for_time_and_run_id() -> None:
    first, second = (run(ReferenceTarget(_without("KMS-08")), QUICK) for _ in range(2))
    assert first.divergences
    assert first.run.id != second.run.id
    assert encode(replace(first, run=second.run)) == encode(second)


def test_a_breach_fails_its_clause_and_comes_with_the_shortest_witness() -> None:
    result = run(ReferenceTarget(_without("CFG-11")), QUICK)
    assert result.exit_status == 1
    (divergence,) = result.divergences
    assert divergence.signature.clause == "CFG-11"
    assert divergence.confirmed
    kinds = [type(step.action) for step in divergence.witness]
    assert kinds == [CreateBucket, PutBucketEncryption]
    assert [step.divergent for step in divergence.witness] == [False, True]


def test_a_ledger_entry_makes_a_breach_known_and_the_run_clean() -> None:
    target = ReferenceTarget(_without("CFG-11"))
    signature = run(target, QUICK).divergences[0].signature
    entry = ledger.Entry(
        clause=signature.clause,
        action=signature.action,
        field=signature.field,
        expected=signature.expected,
        observed=signature.observed,
        versions="*",
        reason="because we test it",
        link="",
        expires=dt.date(2999, 1, 1),
    )
    book = ledger.Ledger("test", (entry,))
    result = run(target, replace(QUICK, ledger=book))
    assert result.exit_status == 0
    assert result.divergences[0].known == "because we test it"
    assert _verdicts(result)["CFG-11"] == "fail"
    mended = run(ReferenceTarget(Model()), Options(ledger=book))
    assert (mended.exit_status, mended.ledger.stale) == (1, (ledger.entry_id(signature),))


def test_a_witness_keeps_the_steps_without_which_more_answers_would_be_permitted() -> None:
    careless = Model(EDITION, law=tuple(law.without("UPD-05").without("UPD-09") for law in laws(EDITION)))
    result = run(ReferenceTarget(careless), replace(QUICK, classes=("batch",)))
    (key_form,) = (one for one in result.divergences if one.signature.clause == "UPD-05")
    kinds = [type(step.action) for step in key_form.witness]
    assert PutObject in kinds, "of an object that is not there 404 would be right too"
    assert kinds[-1] is UpdateObjectEncryption


@pytest.mark.parametrize("part", [QUICK, Options(classes=("core",))])
def test_a_part_of_the_cover_finds_no_entry_stale(part: Options) -> None:
    entry = ledger.Entry(
        clause="CFG-11",
        action="PutBucketEncryption",
        field="acceptance",
        expected="400 MalformedXML or InvalidArgument",
        observed="accepted",
        versions="*",
        reason="because we test it",
        expires=dt.date(2999, 1, 1),
    )
    result = run(ReferenceTarget(Model()), replace(part, ledger=ledger.Ledger("test", (entry,))))
    assert _verdicts(result)["CFG-11"] == "pass"
    assert (result.exit_status, result.ledger.stale) == (0, ())


def test_a_should_breach_does_not_fail_a_run_that_asks_for_must_only() -> None:
    target = ReferenceTarget(_without("HDR-06"))
    assert run(target, QUICK).exit_status == 1
    assert run(target, replace(QUICK, fail_on="MUST")).exit_status == 0


def test_a_target_that_dies_in_the_middle_leaves_nothing_unjudged_as_passed() -> None:
    result = run(Twisted(DiesAfter(40)), QUICK)
    assert result.exit_status == 3
    assert "lost after 41 calls" in result.incomplete
    verdicts = _verdicts(result)
    assert "pass" in verdicts.values()
    assert "inconclusive" in verdicts.values()
    whole = run(ReferenceTarget(Model()), QUICK)
    judged = [clause for clause in result.clauses if clause.verdict == "pass"]
    assert len(judged) < len(whole.clauses)
    assert all(clause.exercised > 0 for clause in judged)


def test_an_interrupt_is_like_dying_in_the_middle() -> None:
    calls = iter(range(1000))

    def interrupt(_action: Action, answer: Observation) -> Observation:
        if next(calls) == 30:
            raise KeyboardInterrupt
        return answer

    result = run(Twisted(interrupt), QUICK)
    assert result.exit_status == 3
    assert "interrupted" in result.incomplete
    assert "inconclusive" in _verdicts(result).values()


def test_a_target_that_never_answers_is_given_up() -> None:
    result = run(Twisted(lambda _action, _answer: Observation(0, fault="no-answer", message="timed out")), QUICK)
    assert result.exit_status == 3
    assert set(_verdicts(result).values()) == {"inconclusive"}
    assert sum((result.cover.setup_calls, result.cover.decisive_calls, result.cover.read_backs)) <= 5


def test_garbage_and_exceptions_are_findings_and_no_crash() -> None:
    def garbage(action: Action, answer: Observation) -> Observation:
        if isinstance(action, GetBucketEncryption):
            return Observation(200, fault="garbage", message="<html>" + "x" * 10_000)
        if isinstance(action, PutBucketEncryption) and action.malformed:
            return Observation(0, fault="exception", message="KeyError: 'Rule'")
        return answer

    result = run(Twisted(garbage), QUICK)
    assert result.exit_status == 1
    observed = {d.signature.observed for d in result.divergences if d.signature.field == "answer"}
    assert observed == {"garbage (200)", "exception"}
    assert len(encode(result)) < 500_000


def test_what_a_target_says_it_does_not_offer_is_unsupported_and_fails_if_required() -> None:
    def none(action: Action, answer: Observation) -> Observation:
        return Observation(501, code="NotImplemented") if isinstance(action, PutBucketEncryption) else answer

    result = run(Twisted(none), QUICK)
    assert _verdicts(result)["CFG-09"] == "unsupported"
    assert result.exit_status != 0, "what could not be judged for it is no silent success"
    assert run(Twisted(none), replace(QUICK, required=("core",))).exit_status == 1


def test_a_target_that_offers_nothing_is_never_a_silent_success() -> None:
    result = run(Twisted(lambda _action, _answer: Observation(501, code="NotImplemented")), QUICK)
    assert result.exit_status == 3
    assert not any(verdict == "pass" for verdict in _verdicts(result).values())


def test_a_target_that_cannot_be_opened_is_an_error_of_its_own() -> None:
    class NeverThere(Twisted):
        def open(self) -> Identity:
            raise TargetError("start it first")

    with pytest.raises(TargetError):
        run(NeverThere(lambda _action, answer: answer), QUICK)


def test_a_breach_that_does_not_come_again_is_inconclusive_and_no_fail() -> None:
    once = iter([True])

    def flaky(action: Action, answer: Observation) -> Observation:
        if isinstance(action, PutObject) and answer.algorithm == "AES256" and next(once, False):
            return replace(answer, etag="0" * 32)
        return answer

    result = run(Twisted(flaky), QUICK)
    assert {d.signature.clause for d in result.divergences} == {"ETG-01", "ETG-04"}
    assert not any(d.confirmed for d in result.divergences)
    assert "fail" not in _verdicts(result).values()
    assert _verdicts(result)["ETG-01"] == "inconclusive"
    assert result.exit_status == 3


def test_results_name_no_invented_value() -> None:
    result = run(ReferenceTarget(_without("KMS-08")), QUICK)
    document = encode(result).decode()
    assert result.divergences
    assert "arn:aws" not in document.replace('arn:aws:kms:\\"', "").split('"script"')[0]


def test_a_choice_is_noted_also_where_another_field_of_the_answer_is_wrong() -> None:
    result = run(ReferenceTarget(_without("ETG-02")), Options(ledger=ledger.EMPTY))
    taken = {(choice.action, choice.taken) for choice in result.choices if choice.clause == "KMS-05"}
    assert any("kms_key" in words for _, words in taken)
