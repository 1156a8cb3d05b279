"""Mutants: for every clause that can be broken an S3 with one bug, named for its sin, which the suite kills."""

from __future__ import annotations

import datetime as dt
import functools
import re

import pytest
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, plan, plan_for
from sse_conformance.mutants.command import describe, summary, try_all
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing
from sse_conformance.mutants.register import MUTANTS, UnknownMutantError, named
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.mutants.trial import Trial, try_mutant
from sse_spec.clauses import CLASSES, EDITION, FIRST_DAY, clauses
from sse_spec.law import binding, laws
from sse_spec.model import Model, standard
from sse_spec.rules.record import RULES

BREAKABLE = frozenset(
    clause for day in (FIRST_DAY, EDITION) for clause in binding(laws(day)) if clauses()[clause].level != "MAY"
)
SHALLOW = [mutant for mutant in MUTANTS.values() if mutant.when is None]


@functools.cache
def planned(day: dt.date) -> tuple[Model, Plan]:
    model = standard(day)
    return model, plan(model, CLASSES)


def test_every_clause_that_can_be_broken_is_broken_by_a_mutant() -> None:
    assert BREAKABLE - {mutant.clause for mutant in SHALLOW} == frozenset()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_mutant_replaces_one_decision_and_its_name_and_sentence_say_the_sin(mutant: Mutant) -> None:
    replaced = [name for name in RULES._fields if getattr(mutant.rules, name) is not getattr(RULES, name)]
    assert len(replaced) == 1
    assert re.fullmatch(r"([A-Z][a-z0-9]*){2,}", mutant.name)
    assert re.fullmatch(r"[A-Z][^\n]*\.", mutant.sin)
    assert mutant.clause in binding(laws(mutant.as_of))


def blamed(mutant: Mutant, planned: Plan) -> set[str]:
    target = MutantTarget(mutant)
    campaign = Campaign(standard(mutant.as_of), target.open(), target.space())
    campaign.run(planned)
    return {one.finding.signature.clause for one in campaign.found}


@pytest.mark.parametrize("mutant", SHALLOW, ids=[mutant.name for mutant in SHALLOW])
def test_the_cover_kills_a_mutant_and_blames_the_clause_that_it_breaks(mutant: Mutant) -> None:
    model, whole = planned(mutant.as_of)
    # The goals for the clause are quick; where the bug shows in what prepares them, it takes the others.
    assert mutant.clause in blamed(mutant, plan_for(model, mutant.clause, whole)) or mutant.clause in blamed(
        mutant, whole
    )


def test_no_two_mutants_share_a_name() -> None:
    from sse_conformance.mutants import register

    assert len(MUTANTS) == sum(len(chapter.MUTANTS) for chapter in register._CHAPTERS)


def test_a_mutant_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownMutantError, match="ForgetsEverything"):
        named("ForgetsEverything")


# --- trials -----------------------------------------------------------------------------------------------------------

HARMLESS = Mutant("KeepsEveryClause", "DEF-01", "It has no bug at all.", replacing("algorithm", RULES.algorithm))


def test_the_cover_kills_a_mutant_and_its_witness_is_confirmed() -> None:
    mutant = Mutant("ForgetsDefault", "DEF-01", "It forgets.", disregarding("algorithm", "DEF-01"))
    trial = try_mutant(mutant)
    assert (trial.killer, trial.confirmed, trial.deep) == ("cover", True, False)
    assert {clauses()[clause].level for clause in trial.blamed} == {"MUST"}
    assert 0 < trial.calls < 500
    assert trial.witness[-1].startswith(("PutObject", "HeadObject", "CreateMultipartUpload", "CopyObject"))


def test_a_mutant_without_a_bug_survives_the_cover_and_random_programs() -> None:
    trial = try_mutant(HARMLESS, examples=2)
    assert (trial.killer, trial.blamed, trial.witness, trial.confirmed) == ("", (), (), False)
    assert trial.calls > 2_000
    (line,) = describe(trial)
    assert "SURVIVED" in line


def test_a_deep_mutant_is_killed_by_a_random_program_and_its_witness_is_short() -> None:
    deep = next(mutant for mutant in MUTANTS.values() if mutant.when is not None)
    trial = next(iter(try_all([deep.name])))
    assert (trial.killer, trial.confirmed, trial.deep) == ("random program", True, True)
    assert 2 <= len(trial.witness) <= 12


def test_a_clause_disregarded_where_the_sin_is_not_is_kept() -> None:
    model = Model(rules=disregarding("algorithm", "DEF-01", where=lambda _: False))
    target = MutantTarget(HARMLESS)
    campaign = Campaign(model, target.open(), target.space())
    campaign.run(plan_for(model, "DEF-01", plan(model, CLASSES)))
    assert campaign.found == []


def test_the_summary_counts_who_was_killed_by_what() -> None:
    trials = [
        Trial(name="A", clause="DEF-01", deep=False, killer="cover", calls=100, confirmed=True),
        Trial(name="B", clause="DEF-01", deep=False, killer="cover", calls=300, confirmed=True),
        Trial(name="C", clause="DEF-01", deep=True, killer="random program", calls=4_000, shrinking=50, confirmed=True),
        Trial(name="D", clause="DEF-01", deep=True, calls=9_000),
    ]
    assert summary(trials, 1.25) == (
        "4 mutants: 3 killed, 1 survived; 2 by the cover (median 200 calls), "
        "1 by random programs (median 4,000 calls, shrunk in 50); 1.2 s"
    )
