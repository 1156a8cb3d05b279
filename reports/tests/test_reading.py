"""A file that is no result is refused with its name and the reason, in one harmless line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sse_reports.reading import ResultError, parse, read
from sse_reports.result import decode, encode
from sse_reports.samples import hostile, sample

WHOLE = encode(sample())


def _changed(**fields: object) -> bytes:
    return json.dumps(json.loads(WHOLE) | fields).encode()


def _twice(name: str) -> bytes:
    document = json.loads(WHOLE)
    document[name].append(document[name][0])
    return json.dumps(document).encode()


BROKEN = {
    "empty": (b"", "truncated"),
    "cut off": (WHOLE[:5000], "truncated"),
    "cut off within a character": (
        WHOLE[:-2].replace(b"emulator", "emul\u00e4tor".encode()[:5] + b"\xc3"),
        "no result",
    ),
    "not JSON": (b"<html>", "malformed"),
    "not UTF-8": (b'{"format": "\xff\xfe"}', "no result"),
    "a list": (b"[]", "not said"),
    "no format": (b"{}", "not said"),
    "a format that is no text": (b'{"format": 3}', "not said"),
    "of another tool": (b'{"format": "sarif/2.1.0"}', "sarif/2.1.0, not s3-sse-result/1"),
    "of a newer edition": (_changed(format="s3-sse-result/2"), "s3-sse-result/2, and this edition"),
    "a comparison": (b'{"format": "s3-sse-comparison/1"}', "s3-sse-comparison/1, not s3-sse-result/1"),
    "a wrong field": (_changed(exit_status=2), "$.exit_status"),
    "a missing field": (b'{"format": "s3-sse-result/1"}', "suite_version"),
    "deep": (b"[" * 200_000, "no result"),
    "a clause twice": (_twice("clauses"), "clause CFG-01 is listed twice"),
    "a divergence twice": (_twice("divergences"), "divergence 5d0c41a7 is listed twice"),
    "a hostile value": (_changed(fail_on="\x1b[31m\u202e\nforged"), "fail_on"),
    "a hostile format": (json.dumps({"format": "\x1b]0;x\x07" * 99}).encode(), "\\x1b"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_result_is_refused_with_the_file_and_the_reason(name: str, tmp_path: Path) -> None:
    content, reason = BROKEN[name]
    file = tmp_path / "result.json"
    file.write_bytes(content)
    with pytest.raises(ResultError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert reason in message
    assert message.isprintable()
    assert len(message) < len(str(file)) + 220


def test_a_result_is_read_from_its_file_and_from_its_directory(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(WHOLE)
    assert read(tmp_path / "result.json") == read(tmp_path) == decode(WHOLE)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"nosuch\.json: No such file"):
        read(tmp_path / "nosuch.json")
    with pytest.raises(ResultError, match=r"result\.json: No such file"):
        read(tmp_path)
    with pytest.raises(ResultError, match="null"):
        read(tmp_path / "a\x00b")


def test_hostile_texts_in_a_result_are_no_reason_to_refuse_it() -> None:
    result = hostile("\x00\u202e<script>")
    assert parse(encode(result), "x") == result


@given(st.binary(max_size=200))
def test_any_bytes_are_a_result_or_refused(content: bytes) -> None:
    with pytest.raises(ResultError):
        parse(content, "x")


@given(st.integers(0, len(WHOLE) - 2))
def test_a_result_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(ResultError):
        parse(WHOLE[:length], "x")
