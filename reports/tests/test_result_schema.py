"""The published schema says what a result is."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema
import msgspec
import pytest
from sse_reports import schema
from sse_reports.result import VERDICTS, Result, decode, encode
from sse_reports.samples import hostile, sample

Document = dict[str, Any]


def _document(result: Result) -> Document:
    loaded = json.loads(encode(result))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema.schema())


def test_the_shipped_file_is_what_is_generated() -> None:
    shipped = resources.files("sse_reports").joinpath(schema.FILE).read_text(encoding="utf-8")
    assert shipped == schema.text(), "run: python -m sse_reports.schema > reports/sse_reports/result-1.schema.json"


def test_the_schema_is_a_valid_schema_of_the_draft_that_it_names() -> None:
    made = schema.schema()
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"] == "urn:s3-sse-conformance:result:1"
    assert made["title"]
    jsonschema.Draft202012Validator.check_schema(made)


def test_every_type_and_the_result_itself_is_described_without_markup() -> None:
    definitions = schema.schema()["$defs"]
    for name in ("Result", "ClauseResult", "Divergence", "GetObject", "HeadObject"):
        assert definitions[name]["description"], name
        assert ":class:" not in definitions[name]["description"], name
        assert "\n   " not in definitions[name]["description"], name


@pytest.mark.parametrize("result", [sample(), hostile("\x00\u202e<&")], ids=["sample", "hostile"])
def test_what_is_written_fits_the_schema_and_reads_back_equal(
    result: Result, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(_document(result))
    assert decode(encode(result)) == result


def _strings(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in _strings(value)]
    return [node] if isinstance(node, str) else []


def test_the_hostile_sample_reaches_every_text_that_is_free() -> None:
    closed = {"s3-sse-result/1", "goals", "MUST", "SHOULD", "MAY", "id", *VERDICTS}
    closed |= {"CreateBucket", "CreateKey", "PutBucketEncryption", "PutObject", "CopyObject", "HeadObject"}
    spared = {text for text in _strings(_document(hostile("!"))) if not text.endswith("!")}
    assert spared <= closed


def test_a_result_with_nothing_in_it_fits_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    empty = msgspec.structs.replace(sample(), classes=(), clauses=(), divergences=(), choices=(), losses=())
    validator.validate(_document(empty))


def test_a_field_of_a_later_edition_is_allowed(validator: jsonschema.Draft202012Validator) -> None:
    document = _document(sample()) | {"later": 1}
    validator.validate(document)
    decode(json.dumps(document).encode())


def _set(path: str, value: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        at: Any = document
        *parents, last = path.split(".")
        for step in parents:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value

    return change


def _drop(name: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del document[name]

    return change


BROKEN = {
    "another format": _set("format", "s3-sse-result/2"),
    "no format": _drop("format"),
    "no target": _drop("target"),
    "no exit status": _drop("exit_status"),
    "an exit status that no run has": _set("exit_status", 2),
    "an unknown verdict": _set("clauses.0.verdict", "skipped"),
    "an unknown level": _set("clauses.0.level", "must"),
    "a negative count": _set("clauses.0.exercised", -1),
    "a count in words": _set("cover.goals", "many"),
    "a class that is no text": _set("clauses.0.class", None),
    "an unknown action": _set("divergences.0.witness.0.action", {"action": "RenameBucket", "bucket": "b1"}),
    "an action without its bucket": _set("divergences.0.witness.0.action", {"action": "CreateBucket"}),
    "an unknown cover": _set("cover.size", "all"),
    "clauses by id": _set("clauses", {"CFG-01": "pass"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_fits_neither_the_schema_nor_the_reader(
    name: str, validator: jsonschema.Draft202012Validator
) -> None:
    document = _document(sample())
    BROKEN[name](document)
    assert not validator.is_valid(document)
    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(document).encode())
