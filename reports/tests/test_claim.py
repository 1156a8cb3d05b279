"""A claim of conformance holds class by class, or does not, or is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from sse_reports import claim
from sse_reports.claim import Claim, ClaimError, Ruling
from sse_reports.result import ClauseResult, Result, Verdict
from sse_reports.samples import hostile, sample
from sse_spec.clauses import clauses
from sse_spec.law import binding, laws, parse_date

TEXT = 'product = "emulator"\nversion = "4.2.0"\nas_of = 2026-11-01\nclasses = ["core", "kms"]\n'
DAY = parse_date("2026-11-01")


def whole(verdicts: dict[str, Verdict] | None = None) -> Result:
    """A result that passes every clause of the day but for some."""
    in_force = binding(laws(DAY))
    rows = tuple(
        ClauseResult(
            one.id, one.chapter, one.title, one.level, one.clause_class, (verdicts or {}).get(one.id, "pass"), 1, 1, 0
        )
        for one in clauses().values()
        if one.id in in_force
    )
    return replace(sample(), clauses=rows, divergences=(), beyond=None, exit_status=0)


def _claim(*classes: str, level: str = "SHOULD") -> Claim:
    return Claim("emulator", "4.2.0", DAY, classes, "MUST" if level == "MUST" else "SHOULD")


def _one(result: Result, name: str, level: str = "SHOULD") -> Ruling:
    (found,) = claim.check(_claim(name, level=level), result)
    return found


def test_a_class_holds_where_every_clause_passes() -> None:
    ruling = _one(whole(), "kms")
    assert (ruling.outcome, ruling.reasons, ruling.deviations) == ("holds", (), ())
    assert ruling.passed == sum(one.clause_class == "kms" for one in whole().clauses)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("fail", "does not hold"),
        ("unsupported", "does not hold"),
        ("inconclusive", "not shown"),
        ("not-exercised", "not shown"),
    ],
)
def test_one_clause_decides_and_is_named(verdict: Verdict, outcome: str) -> None:
    rulings = claim.check(_claim("core", "kms"), whole({"KMS-08": verdict}))
    assert [one.outcome for one in rulings] == ["holds", outcome]
    assert rulings[1].reasons[0].startswith("KMS-08 MUST ")
    assert claim.exit_status(rulings) == (1 if outcome == "does not hold" else 3)


def test_a_breach_of_a_lower_level_than_is_claimed_is_a_deviation_and_breaks_nothing() -> None:
    assert clauses()["CFG-23"].level == "SHOULD"
    result = whole({"CFG-23": "fail"})
    assert _one(result, "core").outcome == "does not hold"
    ruling = _one(result, "core", "MUST")
    assert ruling.outcome == "holds"
    assert ruling.deviations[0].startswith("CFG-23 SHOULD")


def test_a_known_divergence_excuses_nothing() -> None:
    result = replace(sample(), clauses=tuple(one for one in sample().clauses if one.id == "KMS-08"))
    assert result.divergences[2].known
    assert _one(result, "kms").outcome == "does not hold"


def test_what_random_programs_found_breaks_a_claim_though_every_clause_passes() -> None:
    found = sample().divergences[3]
    assert (found.beyond, found.signature.clause) == (True, "CPY-04")
    ruling = _one(replace(whole(), divergences=(found,)), "copy")
    assert ruling.outcome == "does not hold"
    assert found.id in ruling.reasons[0]
    unconfirmed = replace(whole(), divergences=(replace(found, confirmed=False),))
    assert _one(unconfirmed, "copy").outcome == "holds"


def test_a_result_that_says_less_than_the_claim_does_not_show_it() -> None:
    part = replace(whole(), clauses=tuple(one for one in whole().clauses if one.id != "KMS-08"), only=("KMS-02",))
    ruling = _one(part, "kms")
    assert (ruling.outcome, ruling.reasons) == ("not shown", ("the result says nothing about KMS-08",))
    assert _one(replace(whole(), incomplete="lost"), "kms").outcome == "not shown"


def test_a_breach_in_a_run_that_ended_early_is_a_breach() -> None:
    assert _one(replace(whole({"KMS-08": "fail"}), incomplete="lost"), "kms").outcome == "does not hold"


def test_all_that_is_claimed_is_told_line_by_line() -> None:
    rulings = claim.check(_claim("core", "kms"), whole({"KMS-08": "fail"}))
    lines = list(claim.lines(_claim("core", "kms"), rulings))
    assert lines[0].startswith("core: holds, ")
    assert lines[1].startswith("kms: does not hold, ")
    assert lines[2].startswith("  KMS-08 MUST")
    assert lines[-1] == "emulator 4.2.0 as of 2026-11-01, every level: 1 of 2 classes hold -> exit 1"
    assert claim.exit_status(claim.check(_claim("core"), whole())) == 0


def test_hostile_texts_do_not_act_in_the_ruling() -> None:
    result = hostile("\n\x1b\u202e")
    claimed = Claim(result.target.name, result.target.version, DAY, ("core",))
    rulings = claim.check(claimed, replace(result, as_of="2026-11-01"))
    assert not set("".join(claim.lines(claimed, rulings))) & set("\n\x1b\u202e")


@pytest.mark.parametrize(
    ("field", "what"),
    [({"product": "x"}, "product"), ({"version": "x"}, "version"), ({"as_of": "2026-10-31"}, "as_of")],
)
def test_a_claim_about_something_else_is_refused(field: dict[str, str], what: str) -> None:
    values = {"product": "emulator", "version": "4.2.0", "as_of": "2026-11-01"} | field
    other = Claim(values["product"], values["version"], parse_date(values["as_of"]), ("core",))
    with pytest.raises(ClaimError, match=f"another {what}"):
        claim.check(other, whole())


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_claim_is_read(tmp_path: Path) -> None:
    file = tmp_path / "conformance.toml"
    file.write_text(TEXT)
    assert claim.read(file) == Claim("emulator", "4.2.0", DAY, ("core", "kms"), "SHOULD")
    file.write_text(TEXT + 'level = "MUST"\n')
    assert claim.read(file).level == "MUST"


BROKEN = {
    "no TOML": ("product = \n", "line 1"),
    "an unknown field": (TEXT + "score = 100\n", "score"),
    "a missing field": ('product = "x"\n', "version"),
    "a day in words": (TEXT.replace("2026-11-01", '"yesterday"'), "as_of"),
    "a moment": (TEXT.replace("2026-11-01", "2026-11-01T00:00:00"), "as_of"),
    "a day before the first": (TEXT.replace("2026-11-01", "2020-01-01"), "2021-09-09"),
    "no class": (TEXT.replace('"core", "kms"', ""), "it claims none"),
    "an unknown class": (TEXT.replace('"core", "kms"', '"core", "nosuch"'), "bucket-key"),
    "an unknown level": (TEXT + 'level = "MAY"\n', "level"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_claim_that_cannot_be_read_is_named_with_the_reason(name: str, tmp_path: Path) -> None:
    content, reason = BROKEN[name]
    file = tmp_path / "conformance.toml"
    file.write_text(content)
    with pytest.raises(ClaimError) as caught:
        claim.read(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_claim_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClaimError, match="No such file"):
        claim.read(tmp_path / "nosuch.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff")
    with pytest.raises(ClaimError, match="not UTF-8"):
        claim.read(tmp_path / "x.toml")
