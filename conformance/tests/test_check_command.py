"""The command `s3-sse check`, and the evidence that ships: AWS itself is accepted, and nobody else in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sse_conformance import checking, cli
from sse_conformance.checking import check
from sse_spec.evidence import Recording, page, shipped
from sse_spec.evidence.format import Answer, Event, RuleAnswer, Unmodelled

EVIDENCE = Path(str(resources.files("sse_spec.evidence")))
EXAMPLES = EVIDENCE / "examples" / page.EXAMPLES


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process: its exit status, what it printed, and what it complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.main(("check", *arguments))
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


# --- the evidence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_trace_is_accepted_or_lies_outside(name: str) -> None:
    found = check(shipped()[name])
    assert found.verdict in {"accepted", "outside"}, found.dissent


def test_the_examples_of_the_page_are_accepted() -> None:
    assert check(page.examples()).verdict == "accepted"


def test_what_ships_is_judged_and_not_only_read() -> None:
    found = [check(recording) for recording in shipped().values()]
    judged, events = sum(one.judged for one in found), sum(one.events for one in found if one.verdict == "accepted")
    assert judged / events > 0.6


def flipped(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """The answer with one thing in it altered, such that S3 would hardly have given it."""
    if isinstance(answer.status, int):
        if answer.status < 300:
            yield "refused", Answer(status=418, code="Teapot")
        else:
            yield "accepted", Answer(status=200)
            yield "another code", msgspec.structs.replace(answer, code="Teapot")
    for name, other in (
        ("algorithm", "aws:kms" if answer.algorithm == "AES256" else "AES256"),
        ("kms_key", "$of-another-key"),
        ("bucket_key", answer.bucket_key is not True),
        ("etag", "0" * 32),
        ("body", "something else"),
        ("configuration", (RuleAnswer(algorithm="aws:fsx"),)),
    ):
        value = getattr(answer, name)
        if value is not msgspec.UNSET and value != "$":
            yield f"another {name}", msgspec.structs.replace(answer, **{name: other})
            if value is not None:
                yield f"no {name}", msgspec.structs.replace(answer, **{name: None})


def alterations() -> Iterator[tuple[str, Recording]]:
    """Every shipped trace with one answer altered."""
    for name, recording in shipped().items():
        if check(recording).verdict == "outside":
            continue
        for at, event in enumerate(recording.events):
            if isinstance(event.action, Unmodelled):
                continue
            for what, answer in flipped(event.answer):
                altered = msgspec.structs.replace(event, answer=answer)
                events: tuple[Event, ...] = (*recording.events[:at], altered, *recording.events[at + 1 :])
                yield f"{name}, event {at + 1}: {what}", msgspec.structs.replace(recording, events=events)


def test_what_aws_did_not_answer_is_rejected() -> None:
    altered = list(alterations())
    passed = [what for what, recording in altered if check(recording).verdict == "accepted"]
    assert len(altered) > 400
    assert len(passed) / len(altered) < 0.15, passed


# --- the command -----------------------------------------------------------------------------------------------------


def altered_examples(folder: Path, **answer: Any) -> str:
    """A file with the examples, in which the answer to the first PutObject is this one."""
    document = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    event = next(one for one in document["events"] if one["action"]["action"] == "PutObject")
    event["answer"] = answer
    event["id"] = "the write"
    file = folder / "altered.json"
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return str(file)


def test_without_an_argument_it_checks_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = command(capsys)
    assert (status, err) == (0, "")
    *lines, empty, summary = out.splitlines()
    assert len(lines) == len(shipped())
    assert empty == ""
    assert summary.endswith("0 inconclusive -> exit 0")
    assert any(line.startswith("outside") and "before 2021-09-09" in line for line in lines)


def test_a_file_is_checked_and_what_was_judged_of_it_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = command(capsys, str(EXAMPLES))
    assert status == 0
    assert out.startswith(f"accepted     {EXAMPLES}: 2026-03-01, ")
    assert "answers judged" in out


def test_a_rejected_trace_shows_the_event_what_was_recorded_and_what_was_permitted_with_its_clauses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = command(capsys, altered_examples(tmp_path, status=200, algorithm="AES256"), str(EXAMPLES))
    assert status == 1
    assert "rejected" in out
    assert "event 5 (the write): PutObject b/o" in out
    assert "recorded   status 200, algorithm AES256" in out
    assert "permitted  accepted" in out
    assert "algorithm aws:kms (DEF-01" in out
    assert "1 accepted, 1 rejected" in out


def test_a_bucket_that_was_not_declared_is_hinted_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    event = {"action": {"action": "PutObject", "bucket": "b", "key": "o"}, "answer": {"status": 200}}
    document = {"format": "s3-sse-trace/1", "origin": {"source": "x"}, "date": "2022-01-01", "events": [event]}
    file.write_text(json.dumps(document), encoding="utf-8")
    _, out, _ = command(capsys, str(file))
    assert "declare a bucket that was there already" in out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{\n "format": "s3-sse-trace/1",\n "origin": \n}', "line 4: "),
        ('{\n "format": "s3-sse-trace/1",\n "origin": {"source": "x"},\n "date": 7, "events": []}', "line 4: "),
        ("[]", "line 1: "),
    ],
    ids=["no JSON", "a wrong field", "no object"],
)
def test_a_malformed_file_is_named_with_line_and_reason_and_the_others_are_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "trace.json"
    file.write_text(content, encoding="utf-8")
    status, out, err = command(capsys, str(file), str(EXAMPLES))
    assert status == 2
    assert len(err.splitlines()) == 1
    assert f"{file}: {reason}" in err
    assert out.startswith("accepted")


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = command(capsys, "nosuch.json")
    assert (status, out) == (2, "")
    assert err == "s3-sse: nosuch.json: No such file or directory\n"


def test_what_can_be_read_in_too_many_ways_ends_with_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checking, "STATE_LIMIT", 1)
    unknown, missing = {"status": "unknown"}, {"status": 404, "code": "NoSuchKey"}
    events = [
        {"action": {"action": "CreateBucket", "bucket": "b"}},
        {"action": {"action": "PutObject", "bucket": "b", "key": "o"}, "answer": unknown},
        {"action": {"action": "GetObject", "bucket": "b", "key": "o"}, "answer": missing},
    ]
    document = {"format": "s3-sse-trace/1", "origin": {"source": "x"}, "date": "2022-01-01", "events": events}
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    status, out, _ = command(capsys, str(file))
    assert status == 3
    assert "inconclusive" in out
    assert "too many ways" in out


def test_a_trace_of_a_later_day_is_judged_by_the_newest_law(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = json.loads(EXAMPLES.read_text(encoding="utf-8")) | {"date": "2030-01-01"}
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    _, out, _ = command(capsys, str(file))
    assert "judged as of 2026-11-01" in out
