"""The commands that work on results: what they print and write, and how they end."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sse_conformance import cli, ledger
from sse_conformance.facing import FORMATS
from sse_reports import badge, files, html, junit, markdown, sarif
from sse_reports.compare import Comparison
from sse_reports.merge import merge
from sse_reports.result import Result, decode, encode
from sse_reports.samples import hostile, sample
from sse_spec.clauses import CLASSES


def command(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run the command in this process: its exit status, what it printed, and what it complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(word) for word in words])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


def written(path: Path, result: Result) -> Path:
    path.write_bytes(encode(result))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    better = [replace(one, verdict="pass") if one.id == "CFG-10" else one for one in sample().clauses]
    return written(
        tmp_path / "old.json", replace(sample(), clauses=tuple(better), divergences=sample().divergences[1:])
    )


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return written(tmp_path / "new.json", sample())


def parts(tmp_path: Path) -> tuple[Path, Path]:
    def part(name: str) -> Result:
        clauses = tuple(one for one in sample().clauses if one.clause_class == name)
        ids = {one.id for one in clauses}
        found = tuple(one for one in sample().divergences if one.signature.clause in ids)
        run = replace(sample().run, id=name)
        return replace(sample(), classes=(name,), clauses=clauses, divergences=found, run=run)

    return written(tmp_path / "core.json", part("core")), written(tmp_path / "kms.json", part("kms"))


# --- bad input --------------------------------------------------------------------------------------------------------

READERS = (
    ("compare", "{good}", "{bad}"),
    ("compare", "{bad}", "{good}"),
    ("merge", "{bad}"),
    ("merge", "{good}", "{bad}"),
    ("face", "{bad}"),
    ("bug", "{bad}"),
    ("claim", "{claim}", "{bad}"),
    ("ledger", "update", "{bad}"),
)
BAD = {
    "truncated": (encode(sample())[:2000], "truncated"),
    "foreign": (b'{"version": "2.1.0"}', "not s3-sse-result/1"),
    "newer": (encode(sample()).replace(b"s3-sse-result/1", b"s3-sse-result/2"), "s3-sse-result/2"),
    "hostile": (b'{"format": "\\u001b[31m"}', "\\x1b"),
}


@pytest.mark.parametrize("words", READERS, ids=" ".join)
@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_result_ends_each_command_with_2_and_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path, words: tuple[str, ...], kind: str
) -> None:
    content, reason = BAD[kind]
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    claim = tmp_path / "conformance.toml"
    claim.write_text('product = "emulator"\nversion = "4.2.0"\nas_of = 2026-11-01\nclasses = ["core"]\n')
    status, out, err = command(capsys, *(word.format(good=new, bad=bad, claim=claim) for word in words))
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert str(bad) in err
    assert reason in err
    assert "\x1b" not in err


def test_a_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path) -> None:
    status, out, err = command(capsys, "face", new, "--out", tmp_path / "nosuch" / "x")
    assert (status, out) == (2, "")
    assert "nosuch" in err


# --- compare ----------------------------------------------------------------------------------------------------------


def test_a_regression_ends_a_comparison_with_1(capsys: pytest.CaptureFixture[str], old: Path, new: Path) -> None:
    status, out, _ = command(capsys, "compare", old, new)
    assert status == 1
    assert "CFG-10 MUST" in out
    assert command(capsys, "compare", new, old)[0] == 0


def test_a_comparison_comes_as_json_and_as_markdown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, old: Path, new: Path
) -> None:
    _, out, _ = command(capsys, "compare", old, new, "--format", "json")
    assert msgspec.json.decode(out, type=Comparison).exit_status == 1
    status, out, _ = command(capsys, "compare", old, new, "--format", "markdown", "--out", tmp_path / "x.md")
    assert (status, out) == (1, "")
    assert "#### Regressed: 1" in (tmp_path / "x.md").read_text()


# --- merge ------------------------------------------------------------------------------------------------------------


def test_parts_are_put_together_and_end_as_the_whole_would(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one, other = parts(tmp_path)
    status, out, _ = command(capsys, "merge", one, other)
    assert status == 1
    assert decode(out.encode()) == merge(decode(one.read_bytes()), decode(other.read_bytes()))
    status, out, _ = command(capsys, "merge", other, one, "--out", tmp_path / "whole.json")
    assert (status, out) == (1, "")
    assert decode((tmp_path / "whole.json").read_bytes()).classes == ("core", "kms")


def test_what_does_not_go_together_is_refused_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one, other = parts(tmp_path)
    written(other, replace(decode(other.read_bytes()), as_of="2022-06-30"))
    status, out, err = command(capsys, "merge", one, other)
    assert (status, out) == (2, "")
    assert str(other) in err
    assert "the as-of date differs: 2022-06-30 and 2026-11-01" in err
    assert "the run core is in both" in command(capsys, "merge", one, one)[2]


def test_a_ledger_keeps_what_parts_together_cannot_show_to_be_gone() -> None:
    whole = replace(sample(), classes=CLASSES, divergences=(), incomplete="")
    entry = ledger.Entry("DEF-01", "PutObject", "algorithm", "a", "b", "*", "known", dt.date(2030, 1, 1))
    book = ledger.Ledger("x", (entry,))
    assert "DEF-01" not in ledger.propose(whole, book), "the whole run has shown that it is gone"
    assert "DEF-01" in ledger.propose(replace(whole, run=replace(whole.run, id="a+b")), book)
    assert "DEF-01" in ledger.propose(replace(whole, only=("DEF-01",)), book)


# --- faces ------------------------------------------------------------------------------------------------------------


def test_each_face_is_made_of_the_result_alone(capsys: pytest.CaptureFixture[str], new: Path) -> None:
    wanted = {
        "summary": files.summary(sample()),
        "html": html.render(sample()),
        "markdown": markdown.render(sample()),
        "junit": junit.render(sample()),
        "sarif": sarif.render(sample()),
        "badge": badge.render(sample()),
    }
    assert set(wanted) == set(FORMATS)
    for name, text in wanted.items():
        assert command(capsys, "face", new, "--format", name) == (0, text, "")


def test_a_badge_is_that_of_a_class(capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path) -> None:
    assert command(capsys, "face", new, "--format", "badge", "--class", "kms")[1] == badge.render(sample(), "kms")
    command(capsys, "face", new, "--format", "badge", "--class", "kms", "--out", tmp_path / "kms.svg")
    assert ET.parse(tmp_path / "kms.svg").getroot().tag.endswith("svg")
    for words in (("--format", "badge", "--class", "batch"), ("--class", "kms")):
        status, out, err = command(capsys, "face", new, *words)
        assert (status, out) == (2, "")
        assert "class" in err


def test_a_directory_of_a_run_stands_for_its_result(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files.write(sample(), tmp_path / "report")
    status, out, _ = command(capsys, "face", tmp_path / "report", "--format", "sarif")
    assert status == 0
    assert json.loads(out)["version"] == "2.1.0"


# --- bug reports ------------------------------------------------------------------------------------------------------


def test_a_bug_report_is_drafted_for_one_divergence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path
) -> None:
    status, out, _ = command(capsys, "bug", new)
    assert status == 0
    assert [line[:8] for line in out.splitlines()] == [one.id for one in sample().divergences]
    status, out, _ = command(capsys, "bug", new, "5d0c")
    assert status == 0
    assert out.startswith("# PutBucketEncryption")
    command(capsys, "bug", new, "5d0c", "--out", tmp_path / "bug.md")
    assert (tmp_path / "bug.md").read_text() == out
    status, out, err = command(capsys, "bug", new, "nosuch")
    assert (status, out) == (2, "")
    assert "nosuch" in err


# --- claims -----------------------------------------------------------------------------------------------------------


def test_a_claim_is_held_against_a_result_class_by_class(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path
) -> None:
    claim = tmp_path / "conformance.toml"
    claim.write_text('product = "emulator"\nversion = "4.2.0"\nas_of = 2026-11-01\nclasses = ["core", "copy"]\n')
    status, out, _ = command(capsys, "claim", claim, new)
    assert status == 1
    assert "core: does not hold" in out
    assert "copy: does not hold" in out
    for text, reason in (("classes = [", "conformance.toml"), (claim.read_text().replace("4.2.0", "5"), "version")):
        claim.write_text(text)
        status, out, err = command(capsys, "claim", claim, new)
        assert (status, out) == (2, "")
        assert reason in err


def test_no_command_lets_a_hostile_result_act(capsys: pytest.CaptureFixture[str], tmp_path: Path, new: Path) -> None:
    bad = written(tmp_path / "hostile.json", hostile("\x1b[31m\u202e\x00"))
    for words in (
        *(("face", bad, "--format", name) for name in FORMATS),
        *(("compare", new, bad, "--format", name) for name in ("text", "markdown", "json")),
        ("compare", bad, new),
        ("merge", bad),
        ("merge", new, bad),
        ("bug", bad),
        ("bug", bad, "5d0c41a7"),
    ):
        _, out, err = command(capsys, *words)
        assert not set(out + err) & set("\x1b\u202e\x00"), words
