"""The commands that trace documents to clauses and check clause files: what they print, and how they end."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from sse_conformance import cli
from sse_conformance.tracing_command import botocore_report, document_report, installed
from sse_spec.clauses import CHAPTERS, Clause, Source, clauses
from sse_spec.sources import fingerprint
from sse_spec.tracing import Traced

CHAPTER = """\
title = "A chapter"

[[clause]]
id = "XXX-01"
title = "A title"
text = "A text."
level = "MUST"
class = "core"
basis = "documented"
observe = "Look."
sources = [{ document = "A page" }]
"""


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process: its exit status, what it printed, and what it complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A specification of one clause, which rests on one sentence, and one sentence that states nothing testable."""
    source = Source("A page", sha256=fingerprint("Keys are kept."))
    one = Clause("XXX-01", "A title", "A text.", "MUST", "core", "documented", "Look.", (source,))
    monkeypatch.setattr("sse_conformance.tracing_command.clauses", lambda: {"XXX-01": one})
    monkeypatch.setattr("sse_conformance.tracing_command.untestable", lambda: {fingerprint("Keys"): "A heading."})


@pytest.mark.usefixtures("known")
def test_a_document_whose_sentences_are_all_accounted_for_ends_with_0(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document = tmp_path / "page.txt"
    document.write_bytes(b"\xef\xbb\xbfKeys\r\n\r\n \xe2\x80\xa2 Keys\r\n   are kept.\r\n")
    assert command(capsys, "trace-sources", str(document)) == (
        0,
        "  1. Keys\n"
        "     -> nothing testable: A heading.\n"
        "  2. Keys are kept.\n"
        "     -> clauses: XXX-01\n"
        "2 sentences: clauses rest on 1, 1 state nothing testable, 0 unaccounted for\n",
        "",
    )


@pytest.mark.usefixtures("known")
def test_a_sentence_that_nobody_has_accounted_for_ends_with_1_and_is_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document = tmp_path / "page.html"
    document.write_text("<h1>Keys</h1><p>Keys are <b>kept</b>. Keys are lost.</p>")
    status, out, _ = command(capsys, "trace-sources", str(document))
    assert status == 1
    assert f"  3. Keys are lost.\n     -> UNACCOUNTED FOR, sha256 {fingerprint('Keys are lost.')}\n" in out
    assert out.endswith("3 sentences: clauses rest on 1, 1 state nothing testable, 1 unaccounted for\n")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("only", "number"), [("untestable", "  1. "), ("clauses", "  2. "), ("unaccounted", "  3. ")])
def test_the_sentences_of_one_kind_can_be_asked_for_and_the_summary_is_of_all(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, only: str, number: str
) -> None:
    document = tmp_path / "page.md"
    document.write_text("# Keys\n\nKeys are kept\\. Keys are lost\\.\n")
    status, out, _ = command(capsys, "trace-sources", "--only", only, str(document))
    sentence, _, summary = out.splitlines()
    assert sentence.startswith(number)
    assert summary == "3 sentences: clauses rest on 1, 1 state nothing testable, 1 unaccounted for"
    assert status == 1


@pytest.mark.usefixtures("known")
def test_one_sentence_is_no_plural(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = tmp_path / "page.txt"
    document.write_text("Keys are kept.")
    _, out, _ = command(capsys, "trace-sources", str(document))
    assert out.splitlines()[-1].startswith("1 sentence: ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Keys are kept.\nKeys \xff\xfe", "line 2: it is no text in UTF-8"),
        (b"Keys are kept.\n\x00", "line 2: it is no text"),
        (b"", "there is no sentence in it"),
        (b" \n\n ---- \n", "there is no sentence in it"),
    ],
)
def test_a_file_that_holds_no_text_ends_with_2_and_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "page"
    file.write_bytes(content)
    status, out, err = command(capsys, "trace-sources", str(file))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"s3-sse: {file}: {reason}")


def test_a_file_that_cannot_be_read_ends_with_2_and_one_line_that_names_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for path in (tmp_path / "nosuch.txt", tmp_path):
        status, out, err = command(capsys, "trace-sources", str(path))
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert err.startswith(f"s3-sse: {path}: ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [((), "FILE"), (("--only", "all", "page.txt"), "unaccounted"), (("--nosuch",), "--botocore")],
)
def test_wrong_usage_ends_with_2_and_names_what_is_known(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    status, out, err = command(capsys, "trace-sources", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert named in err


def test_a_letter_that_could_steer_a_terminal_is_not_printed() -> None:
    lines, _ = document_report([Traced("Red \x1b[31mtext", "0" * 64)])
    assert lines[0] == "  1. Red \N{REPLACEMENT CHARACTER}[31mtext"


def test_nothing_has_moved_in_the_installed_botocore(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = command(capsys, "trace-sources", "--botocore")
    assert status == 0
    (summary,) = out.splitlines()
    assert summary.endswith(" sources, 0 moved")


def test_a_source_that_moved_is_listed_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = (Source("botocore:s3/PutObject", sha256="0" * 64), Source("botocore:nosuch/PutObject"))
    one = Clause("XXX-01", "A title", "A text.", "MUST", "core", "documented", "Look.", sources)
    monkeypatch.setattr("sse_conformance.tracing_command.clauses", lambda: {"XXX-01": one})
    status, out, _ = command(capsys, "trace-sources", "--botocore")
    assert status == 1
    first, second, summary = out.splitlines()
    assert first == "XXX-01: botocore:s3/PutObject has lost the sentence 000000000000; read it again"
    assert second == "XXX-01: botocore:nosuch/PutObject is gone; look for its successor"
    assert summary.endswith(": 2 sources, 2 moved")


@pytest.mark.usefixtures("known")
def test_a_document_and_botocore_can_be_asked_for_at_once_and_the_worse_status_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document = tmp_path / "page.txt"
    document.write_text("Keys are lost.")
    status, out, _ = command(capsys, "trace-sources", str(document), "--botocore")
    assert status == 1
    assert out.splitlines()[-1].endswith(": 0 sources, 0 moved")


def test_a_sentence_of_the_installed_botocore_is_looked_up_by_service_and_place() -> None:
    source = next(s for s in clauses()["CFG-01"].sources if s.document == "botocore:s3/PutBucketEncryption")
    found = installed(source.document)
    assert found is not None
    assert source.sha256 in found
    assert botocore_report([clauses()["CFG-01"]], lambda _: None)[1] == 1


def test_a_clause_file_that_is_well_formed_ends_with_0_and_says_what_is_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one, several = tmp_path / "one.toml", tmp_path / "several.toml"
    one.write_text(CHAPTER)
    several.write_text(resources.files("sse_spec.clauses").joinpath(f"{CHAPTERS[1]}.toml").read_text(encoding="utf-8"))
    status, out, err = command(capsys, "clauses", "--check", str(one), str(several))
    assert (status, err) == (0, "")
    ids = [name for name, each in clauses().items() if each.chapter == CHAPTERS[1]]
    assert out == f"{one}: 1 clause, XXX-01\n{several}: {len(ids)} clauses, {ids[0]} to {ids[-1]}\n"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('level = "MUST"', 'level = "MUSTY"', "line 7: XXX-01: level: "),
        ("observe =", "since = 2023-02-30\nobserve =", "line 10: "),
        ("observe =", "since = 2023-06-13\nuntil = 2023-01-05\nobserve =", "line 11: XXX-01: until: "),
        ('[{ document = "A page" }]', "[]", "line 11: XXX-01: sources: "),
        ("text =", "texte =", "line 6: XXX-01: "),
        ("[[clause]]", "[[clause]", "line 3: "),
    ],
)
def test_a_malformed_clause_file_ends_with_2_and_one_line_with_file_line_and_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    file = tmp_path / "chapter.toml"
    assert CHAPTER.count(before) == 1
    file.write_text(CHAPTER.replace(before, after))
    status, out, err = command(capsys, "clauses", "--check", str(file))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"s3-sse: {file}: {complaint}")


def test_each_malformed_clause_file_has_its_line_and_the_others_are_still_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good, empty, binary = tmp_path / "good.toml", tmp_path / "empty.toml", tmp_path / "binary.toml"
    good.write_text(CHAPTER)
    empty.write_text("")
    binary.write_bytes(CHAPTER.encode() + b"\xff")
    nosuch, again = tmp_path / "nosuch.toml", tmp_path / "again.toml"
    again.write_text(CHAPTER)
    files = (empty, good, binary, nosuch, again)
    status, out, err = command(capsys, "clauses", "--check", *map(str, files))
    assert status == 2
    assert out == f"{good}: 1 clause, XXX-01\n"
    assert err.splitlines() == [
        f"s3-sse: {empty}: line 1: title: write the title of the chapter",
        f"s3-sse: {binary}: line 12: it is not UTF-8",
        f"s3-sse: {nosuch}: No such file or directory",
        f"s3-sse: {again}: XXX-01: {good} has a clause of this id too",
    ]


@pytest.mark.parametrize("more", [("--as-of", "2023-01-05"), ("--class", "core")])
def test_checking_files_takes_files_alone(capsys: pytest.CaptureFixture[str], more: tuple[str, str]) -> None:
    status, out, err = command(capsys, "clauses", *more, "--check", "chapter.toml")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "files alone" in err


@pytest.mark.parametrize("day", ["2023-02-30", "soon", "2021-09-08", ""])
@pytest.mark.parametrize(
    "words", [("clauses",), ("run", "reference", "--plan"), ("replay", "nosuch.json", "--target", "reference")]
)
def test_a_malformed_as_of_date_ends_with_2_and_one_line_that_says_what_is_accepted(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], day: str
) -> None:
    status, out, err = command(capsys, *words, "--as-of", day)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "2021-09-09" in err
