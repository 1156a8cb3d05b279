"""The format of recorded evidence: what a file may hold, what is wrong with one that may not, and what ships."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from sse_spec.actions import S3Action
from sse_spec.evidence import SCHEMA, EvidenceError, Recording, decode, encode, page, schema, shipped
from sse_spec.evidence.format import FORMAT, Answer, Md5Of, ReplicationAnswer, RuleAnswer, Unmodelled, is_symbol
from sse_spec.observations import Observation, ShownReplication, ShownRule

FOLDER = Path(str(resources.files("sse_spec.evidence")))
README = (FOLDER / "README.md").read_text(encoding="utf-8")
BEGIN, END = "<!-- examples: python -m sse_spec.evidence.page -->\n", "<!-- end of examples -->\n"
FILES = sorted(path.name for path in FOLDER.glob("*.json") if path.name != SCHEMA)

Document = dict[str, Any]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema.schema())


def minimal() -> Document:
    """A recording with one event, as a document."""
    event = {"action": {"action": "CreateBucket", "bucket": "b"}, "answer": {"status": 200}}
    return {"format": FORMAT, "origin": {"source": "a test"}, "date": "2022-01-01", "events": [event]}


def read(document: Document) -> Recording:
    return decode(json.dumps(document, indent=1).encode(), "trace.json")


# --- what ships ------------------------------------------------------------------------------------------------------


def test_what_ships_is_every_trace_of_the_folder() -> None:
    assert list(shipped()) == FILES
    assert len(FILES) > 30


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_trace_fits_the_schema_and_is_spelt_as_it_would_be_written(
    name: str, validator: jsonschema.Draft202012Validator
) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    validator.validate(json.loads(text))
    assert encode(decode(text.encode(), name)) == text


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_trace_says_where_it_is_from(name: str) -> None:
    origin = shipped()[name].origin
    assert origin.source in {"localstack/localstack", "cloud-custodian/cloud-custodian"}
    assert origin.test.rpartition("::")[2] in name
    assert re.fullmatch(r"[0-9a-f]{9,40}", origin.commit)


@pytest.mark.parametrize("name", FILES)
def test_the_name_of_a_shipped_trace_begins_with_its_recorder_and_year(name: str) -> None:
    found = shipped()[name]
    assert name.startswith(f"{found.origin.source.partition('/')[0]}-{found.days[0].year}-")


# --- the page and the schema -----------------------------------------------------------------------------------------


def test_every_action_has_an_example() -> None:
    shown = {type(action) for event in page.examples().events for action in event.actions}
    assert shown == {*get_args(S3Action), Unmodelled}


def test_the_page_has_the_examples() -> None:
    _, _, rest = README.partition(BEGIN)
    kept, end, _ = rest.partition(END)
    assert end
    assert kept == page.page(), "put the output of `python -m sse_spec.evidence.page` into it"


def blocks() -> list[Any]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: str(block)[:30])
def test_whatever_the_page_shows_can_be_read(block: Any, validator: jsonschema.Draft202012Validator) -> None:
    document = minimal()
    if isinstance(block, dict) and "format" in block:
        document = block
    elif isinstance(block, list) and "exists" in block[0]:
        document["declared"] = block
    else:
        document["events"] = block if isinstance(block, list) else [block]
    read(document)
    validator.validate(document)


def test_the_page_names_every_field_of_an_answer() -> None:
    table, _, _ = README.partition("## What was there before")
    assert [name for name in Answer.__struct_fields__ if f"`{name}`" not in table] == []


def test_the_shipped_schema_is_what_is_generated() -> None:
    shown = (FOLDER / SCHEMA).read_text(encoding="utf-8")
    assert shown == schema.text(), f"run: python -m sse_spec.evidence.schema > spec/sse_spec/evidence/{SCHEMA}"


def test_the_schema_is_a_valid_schema_of_the_draft_that_it_names() -> None:
    made = schema.schema()
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(made)


@pytest.mark.parametrize(
    ("answer", "observation"),
    [(Answer, Observation), (RuleAnswer, ShownRule), (ReplicationAnswer, ShownReplication)],
    ids=["an answer", "a rule", "a replication"],
)
def test_whatever_can_be_observed_can_be_recorded(
    answer: type[msgspec.Struct], observation: type[msgspec.Struct]
) -> None:
    assert set(observation.__struct_fields__) - {"fault"} == set(answer.__struct_fields__)


# --- what a value says -----------------------------------------------------------------------------------------------


def test_an_etag_can_be_written_as_what_it_is_the_md5_of() -> None:
    assert Md5Of("hello world").text == "5eb63bbbe01eeed093cb22bb8f5acdc3"
    assert Md5Of(("test content 123",)).text == "b972025bc34adf8d76d6d51e93c035cc-1"


@pytest.mark.parametrize(
    ("text", "symbol"), [("$k", True), ("$version-1", True), ("$", False), ("k", False), (1, False)]
)
def test_a_symbol_is_a_name_after_a_dollar_sign(text: object, symbol: bool) -> None:
    assert is_symbol(text) == symbol


def test_absent_and_not_recorded_are_told_apart() -> None:
    document = minimal()
    document["events"][0]["answer"] = {"algorithm": None}
    answer = read(document).events[0].answer
    assert answer.algorithm is None
    assert answer.kms_key is msgspec.UNSET


def test_what_says_nothing_is_left_out_when_a_recording_is_written() -> None:
    document = minimal()
    document["events"][0] = {
        "one_of": [{"action": "PutObject", "bucket": "b", "key": name, "headers": {}} for name in "op"],
        "answer": {},
    }
    assert json.loads(encode(read(document)))["events"] == [
        {"one_of": [{"action": "PutObject", "bucket": "b", "key": name} for name in "op"]}
    ]


# --- what is wrong with a file ---------------------------------------------------------------------------------------


def change(path: str, value: object) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        at: Any = document
        *parents, last = path.split(".")
        for step in parents:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value

    return apply


def event(**fields: object) -> Callable[[Document], None]:
    """Add an event with these fields, at the end."""

    def apply(document: Document) -> None:
        document["events"].append({"action": {"action": "CreateBucket", "bucket": "c"}} | fields)

    return apply


WRONG: dict[str, tuple[Callable[[Document], None], str, bool]] = {
    "another format": (change("format", "s3-sse-trace/2"), "format", False),
    "no day": (change("date", "yesterday"), "date", True),
    "days in the wrong order": (change("date", ["2022-02-01", "2022-01-01"]), "lies before", True),
    "an account of three digits": (change("accounts", {"main": "123"}), "twelve digits", True),
    "an account that is not named": (change("accounts", {"other": "111122223333"}), "'main'", True),
    "an unknown field of the trace": (change("events.0.comment", "x"), "comment", False),
    "an unknown field of an action": (change("events.0.action.acl", "private"), "acl", False),
    "an unknown field of a header": (
        event(action={"action": "PutObject", "bucket": "b", "key": "o", "headers": {"algoritm": "AES256"}}),
        "algoritm",
        False,
    ),
    "an unknown field of a rule": (
        event(action={"action": "PutBucketEncryption", "bucket": "b", "rules": [{"SSEAlgorithm": "AES256"}]}),
        "SSEAlgorithm",
        False,
    ),
    "an unknown action": (event(action={"action": "RenameBucket", "bucket": "b"}), "RenameBucket", False),
    "an action without its bucket": (event(action={"action": "CreateBucket"}), "bucket", False),
    "no action": (event(action=None), "action", False),
    "an action and others": (event(one_of=[{"action": "CreateBucket", "bucket": "d"}]), "either", True),
    "an unknown field of an answer": (event(answer={"ETag": "x"}), "ETag", False),
    "a status that is none": (event(answer={"status": 20}), "20", True),
    "a word that is no status": (event(answer={"status": "fine"}), "fine", False),
    "a symbol that is none": (event(answer={"etag": "$a b"}), "no symbol", True),
    "a symbol for an id that is none": (event(answer={"kms_key": {"id_of": "$a b"}}), "no symbol", True),
    "a symbol for a body": (event(answer={"body": "$content"}), "a body has no symbols", True),
    "an event after one that comes later": (event(after=["later"]), "'later'", True),
    "an event after one without a name": (event(after=[""]), "''", True),
    "an alias of no key": (change("declared", [{"exists": "alias", "alias": "a", "key": "k"}]), "'k'", True),
    "an object in no bucket": (change("declared", [{"exists": "object", "bucket": "x", "key": "o"}]), "'x'", True),
    "a key with any ARN": (change("declared", [{"exists": "key", "key": "k", "arn": "$"}]), "not known", True),
    "a declaration of nothing": (change("declared", [{"exists": "role"}]), "role", False),
}
"""What is done to a recording, what the message has to name, and whether only the reader can see that it is wrong."""


@pytest.mark.parametrize("name", WRONG)
def test_a_recording_that_is_wrong_is_refused_with_file_line_and_reason(
    name: str, validator: jsonschema.Draft202012Validator
) -> None:
    document = minimal()
    apply, named, reader_only = WRONG[name]
    apply(document)
    with pytest.raises(EvidenceError, match=r"^trace\.json: line \d+: ") as raised:
        read(document)
    assert named in str(raised.value)
    assert "\n" not in str(raised.value)
    assert validator.is_valid(document) == reader_only


def test_two_events_of_one_name_are_refused() -> None:
    document = minimal()
    for _ in range(2):
        event(id="twice")(document)
    with pytest.raises(EvidenceError, match="two events 'twice'"):
        read(document)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "format":\n', 3),
        ("", 1),
        ("[]", 1),
        ("NaN", 1),
        ('{\n "format": "s3-sse-trace/1",\n "origin": {"source": "x"},\n "date": 1,\n "events": []}', 4),
        ('{\n "format": "s3-sse-trace/1",\n "origin": {"source": "\\""}, "date": "2022-01-01",\n "events": [\n 1]}', 5),
        ('{"format": "s3-sse-trace/1",\n "events": [{}, {},\n {"answer": {\n "status": []}}]}', 4),
        ('\n\n{"origin": {"source": "\udcff"}}', 3),
        ('{"format": "s3-sse-trace/1",\n "origin": {"source": "x"}, "date": "2022-01-01"}', 1),
    ],
    ids=[
        "a broken document",
        "an empty one",
        "no object",
        "a value that only Python takes for JSON",
        "a wrong date",
        "no event",
        "a wrong status",
        "no text",
        "no events",
    ],
)
def test_the_line_is_that_of_the_mistake(text: str, line: int) -> None:
    with pytest.raises(EvidenceError, match=rf"^file: line {line}: "):
        decode(text.encode("utf-8", "surrogateescape"), "file")
