"""Which situations a run asks for, and which bugs only some of them show."""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterator

import pytest
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, plan
from sse_conformance.domains import EVEN_IF_UNREAD
from sse_conformance.leaves import Leaf, goals, leaves
from sse_conformance.mutants.register import named
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.witness import search
from sse_reports.result import Signature
from sse_spec.clauses import CLASSES
from sse_spec.model import Model, standard
from sse_spec.situation import Situation

asked = functools.cache(lambda action: tuple(goals(standard(), action, True)))


def asked_with(action: str, **values: object) -> list[Leaf]:
    """The goals of an operation in which these fields have these values."""
    return [leaf for leaf in asked(action) if all(leaf.values.get(name) == value for name, value in values.items())]


def refused(leaf: Leaf) -> bool:
    return all(outcome.refusal is not None for outcome in leaf.case.prediction.outcomes)


def decided_by(leaf: Leaf, clause: str) -> bool:
    return any(clause in outcome.derivation for outcome in leaf.case.prediction.outcomes)


# --- every clause of an answer is put to the test ---------------------------------------------------------------------


def test_a_bucket_key_header_of_false_is_asked_over_a_default_that_says_true() -> None:
    found = asked_with("PutObject", header_algorithm=None, header_bucket_key=False, default_bucket_key=True)
    assert any("BKT-07" in leaf.case.decisive for leaf in found)


@pytest.mark.parametrize("action", ["PutObject", "GetBucketEncryption", "GetObject"])
def test_a_clause_that_some_leaf_of_an_answer_tests_is_tested_by_a_goal_with_that_answer(action: str) -> None:
    def tested(found: Iterator[Leaf]) -> dict[object, set[str]]:
        by_answer = collections.defaultdict[object, set[str]](set)
        for leaf in found:
            derivations = frozenset(outcome.derivation for outcome in leaf.case.prediction.outcomes)
            derived = frozenset[str]().union(*derivations)
            by_answer[leaf.case.prediction.shapes, derivations] |= leaf.case.decisive & derived
        return by_answer

    by_goals = tested(iter(asked(action)))
    for answer, clauses in tested(leaves(standard(), action, True)).items():
        assert clauses == by_goals[answer]


def test_a_goal_of_which_everything_was_tested_is_not_asked_again() -> None:
    seen = collections.Counter[object]()
    for leaf in asked("DeleteBucketEncryption"):
        outcomes = leaf.case.prediction.outcomes
        seen[leaf.case.prediction.shapes, frozenset(one.derivation for one in outcomes)] += 1
    assert set(seen.values()) == {1}


# --- every reason to refuse is tried ----------------------------------------------------------------------------------


def test_a_configuration_of_a_missing_bucket_is_asked_with_all_that_can_be_wrong_with_it() -> None:
    found = asked_with("PutBucketEncryption", bucket=False)
    assert {leaf.values["rules"] for leaf in found} == {"one", "none", "two", "malformed"}
    assert all(leaf.case.decisive == {"CFG-22"} for leaf in found)


def test_what_is_decided_though_nobody_reads_it_is_a_field_of_a_situation() -> None:
    assert {name for fields in EVEN_IF_UNREAD.values() for name in fields} <= set(Situation.__struct_fields__)


def test_a_copy_is_asked_from_a_source_in_every_state_in_which_its_key_cannot_be_used() -> None:
    found = [leaf for leaf in asked("CopyObject") if "CPY-16" in leaf.case.decisive]
    assert {leaf.values["object_key_state"] for leaf in found} == {"disabled", "pending"}


def test_a_key_without_an_algorithm_is_asked_over_no_default_and_over_an_aes256_default() -> None:
    found = [leaf for leaf in asked("PutObject") if "HDR-04" in leaf.case.decisive]
    assert {leaf.values["default_algorithm"] for leaf in found} == {None, "AES256"}


@pytest.mark.parametrize("action", ["GetObject", "HeadObject"])
def test_a_read_is_asked_with_each_encryption_header_of_objects_of_each_algorithm(action: str) -> None:
    found = [leaf for leaf in asked(action) if "HDR-08" in leaf.case.decisive and decided_by(leaf, "HDR-08")]
    pairs = {(leaf.values["header_algorithm"], leaf.values["object_algorithm"]) for leaf in found}
    assert {(header, stored) for header in ("AES256", "aws:kms") for stored in ("AES256", "aws:kms")} <= pairs


def test_an_unknown_algorithm_is_asked_by_another_name_and_by_another_spelling() -> None:
    found = [leaf for leaf in asked("PutObject") if "HDR-01" in leaf.case.decisive]
    assert {leaf.values["header_algorithm"] for leaf in found} == {"AES512", "aes256"}


@pytest.mark.parametrize("action", ["CreateMultipartUpload", "PostObject"])
@pytest.mark.parametrize(("by", "clauses"), [("header", {"KMS-10", "KMS-14"}), ("default", {"KMS-16"})])
def test_uploads_and_forms_are_asked_with_keys_that_cannot_be_used(action: str, by: str, clauses: set[str]) -> None:
    found = [leaf for leaf in asked(action) if leaf.case.decisive & clauses and refused(leaf)]
    assert frozenset[str]().union(*(leaf.case.decisive & clauses for leaf in found)) == clauses
    assert {leaf.values[f"{by}_key_state"] for leaf in found} == {"disabled", "missing"}


def test_an_inherited_bucket_key_is_asked_with_every_form_of_another_key() -> None:
    found = [leaf for leaf in asked("PutObject") if "BKT-09" in leaf.case.decisive]
    assert {"arn", "id", "alias", "alias-arn"} <= {leaf.values["header_key"] for leaf in found}


# --- the bugs that this shows -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Model:
    return standard()


@pytest.fixture(scope="module")
def whole(model: Model) -> Plan:
    return plan(model, CLASSES)


def test_the_cover_stays_within_its_calls(whole: Plan) -> None:
    assert (whole.setup_calls + len(whole.goals)) / len(whole.goals) <= 1.4


@pytest.mark.parametrize(
    "mutant",
    [
        "IgnoresLoneBucketKeyFalse",
        "LooksAtBodyBeforeBucket",
        "CopiesUnderKeyAwaitingDeletion",
        "AcceptsKeyOverAES256Default",
        "AcceptsKmsHeaderOnKmsRead",
        "DropsBucketKeyForAlias",
        "AcceptsDisabledKeyForUpload",
        "ComparesAlgorithmCaseInsensitively",
        "IgnoresRange",
    ],
)
def test_a_bug_in_one_corner_is_found_and_its_clause_alone_is_blamed(mutant: str, model: Model, whole: Plan) -> None:
    target = MutantTarget(named(mutant))
    campaign = Campaign(model, target.open(), target.space())
    campaign.run(whole)
    assert {found.finding.signature.clause for found in campaign.found} == {named(mutant).clause}


def test_that_aws_s3_comes_where_another_key_was_named_is_confirmed_by_a_first_use_of_it(
    model: Model, whole: Plan
) -> None:
    target = MutantTarget(named("IgnoresKeyOfRequest"))
    identity = target.open()
    campaign = Campaign(model, identity, target.space())
    campaign.run(whole)
    signature = Signature("KMS-01", "PutObject", "kms_key", "key ARN", "key ARN of another key")
    found = [one for one in campaign.found if one.finding.signature == signature]
    witness = search(model, identity, target, signature, found)
    assert witness.confirmed
    assert witness.steps[1].request.startswith("PutObject first-use-main/first")
