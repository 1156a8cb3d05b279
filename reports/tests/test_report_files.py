"""The files of a result are written whole or not at all, and only where they belong."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from sse_reports import badge, files, html, junit, markdown, sarif, witness
from sse_reports.result import Result, decode, encode
from sse_reports.samples import hostile, sample
from sse_reports.standing import summary
from sse_spec.traces import Program

FACES = {"result.json", "report.html", "report.md", "report.sarif", "junit.xml", "summary.txt", "badge.svg"}
FOLDERS = {"badges", "witnesses"}


def _write(result: Result, directory: Path) -> None:
    files.write(result, directory, {})


def _names(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_every_face_and_every_witness_is_written(tmp_path: Path) -> None:
    _write(sample(), tmp_path / "deep" / "report")
    home = tmp_path / "deep" / "report"
    assert {path.name for path in home.iterdir()} == FACES | FOLDERS
    expected = {f"{one.id}.json" for one in sample().divergences}
    expected |= {f"{one.id}.py" for one in sample().divergences if one.script}
    assert len(expected) == 9
    assert {path.name for path in (home / "witnesses").iterdir()} == expected
    assert (home / "result.json").read_bytes() == encode(sample())
    assert (home / "report.html").read_text(encoding="utf-8") == html.render(sample(), {})
    assert (home / "junit.xml").read_text(encoding="utf-8") == junit.render(sample())
    assert (home / "report.md").read_text(encoding="utf-8") == markdown.render(sample())
    assert (home / "report.sarif").read_text(encoding="utf-8") == sarif.render(sample(), {})
    assert (home / "badge.svg").read_text(encoding="utf-8") == badge.render(sample())
    assert {path.stem for path in (home / "badges").iterdir()} == {"core", "kms", "bucket-key", "copy"}
    assert (home / "badges" / "kms.svg").read_text(encoding="utf-8") == badge.render(sample(), "kms")


def test_the_directory_may_be_given_as_text(tmp_path: Path) -> None:
    files.write(sample(), str(tmp_path / "report"), {})
    assert (tmp_path / "report" / "result.json").is_file()


def test_a_witness_is_the_program_of_its_steps_and_its_script(tmp_path: Path) -> None:
    _write(sample(), tmp_path)
    for one in sample().divergences:
        program = msgspec.json.decode((tmp_path / "witnesses" / f"{one.id}.json").read_bytes(), type=Program)
        assert program.actions == tuple(step.action for step in one.witness)
        if one.script:
            assert (tmp_path / "witnesses" / f"{one.id}.py").read_text(encoding="utf-8") == one.script


def test_the_summary_is_complete_and_has_no_colour_whatever_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(sample(), tmp_path / "plain")
    for name, value in {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "COLUMNS": "20", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    _write(sample(), tmp_path / "forced")
    text = (tmp_path / "plain" / "summary.txt").read_text(encoding="utf-8")
    assert (tmp_path / "forced" / "summary.txt").read_text(encoding="utf-8") == text
    assert "\x1b" not in text
    assert "PutObject b1/o1, no encryption headers" in text, "known divergences in full"
    assert text.endswith(f"\n{summary(sample())}\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_second_result_replaces_the_first_with_its_witnesses_and_badges_but_nothing_else(tmp_path: Path) -> None:
    _write(sample(), tmp_path)
    (tmp_path / "badges" / "mine.svg").write_text("<svg/>")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "witnesses" / "mine.json").write_text("{}")
    kept = tuple(one for one in sample().clauses if one.clause_class != "copy")
    later = msgspec.structs.replace(sample(), divergences=sample().divergences[:1], clauses=kept)
    _write(later, tmp_path)
    assert _names(tmp_path / "witnesses") == {"5d0c41a7.json", "5d0c41a7.py", "mine.json"}
    assert _names(tmp_path / "badges") == {"core.svg", "kms.svg", "bucket-key.svg", "mine.svg"}
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert decode((tmp_path / "result.json").read_bytes()) == later


@pytest.mark.parametrize("earlier", [b"", b"{}", b"\xff\xfe", b"not JSON"])
def test_an_earlier_file_that_is_no_result_does_not_matter(earlier: bytes, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_bytes(earlier)
    _write(sample(), tmp_path)
    assert decode((tmp_path / "result.json").read_bytes()) == sample()


def test_files_can_be_read_by_those_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        _write(sample(), tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "report.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "name",
    [
        "../../escaped",
        "/tmp/escaped",
        "..",
        ".",
        "",
        "a\x00b",
        "a/b",
        "a\\b",
        "x" * 5000,
        "con:",
        "-rf",
        "\ud800",
        "\u202e",
    ],
)
def test_no_id_leaves_the_directory_or_breaks_a_file_system(name: str, tmp_path: Path) -> None:
    one = msgspec.structs.replace(sample().divergences[0], id=name)
    stem = witness.stem(one)
    assert stem.strip(".")
    assert len(stem) <= 64
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert not stem.startswith("-")


def test_ids_that_differ_in_what_a_name_cannot_hold_keep_files_of_their_own() -> None:
    first = sample().divergences[0]
    stems = {
        witness.stem(msgspec.structs.replace(first, id=name))
        for name in ("a/b", "a:b", "a b", "a-b", "x" * 65, "x" * 66)
    }
    assert len(stems) == 6


def test_hostile_texts_stay_in_the_directory_and_act_in_no_file(tmp_path: Path) -> None:
    home = tmp_path / "inside" / "report"
    _write(hostile("/../../x\x1b[31m\u202e\x9b\x00"), home)
    assert {path.name for path in home.iterdir()} == FACES | FOLDERS
    assert {path.name for path in tmp_path.iterdir()} == {"inside"}
    for path in (path for path in home.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert not set(text) & set("\x1b\u202e\x9b\x00"), path.name
    assert decode((home / "result.json").read_bytes()) == hostile("/../../x\x1b[31m\u202e\x9b\x00")


def test_a_directory_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        _write(sample(), tmp_path / "file" / "report")
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_disk_that_is_full_leaves_what_was_there_and_names_the_file(tmp_path: Path) -> None:
    _write(sample(), tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)}
    # A limit on the size of a file stands in for a full disk: the write fails after it has begun.
    program = (
        "import resource, signal, sys\n"
        "from sse_reports import files, samples\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    files.write(samples.hostile(' changed'), sys.argv[1], {})\n"
        "except OSError as error:\n"
        "    print(error.errno, error.filename)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(errno.EFBIG), str(tmp_path / "result.json")]
    assert {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)} == before


def test_a_write_that_is_cut_off_before_its_end_shows_no_half_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(source: str, target: str) -> None:
        raise OSError(errno.EIO, "cut off", source)

    _write(sample(), tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)}
    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(OSError, match="cut off") as caught:
        _write(hostile(" changed"), tmp_path)
    assert caught.value.filename == str(tmp_path / "result.json")
    assert {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)} == before


def test_the_document_is_written_before_anything_that_is_made_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(html, "render", broken)
    with pytest.raises(ZeroDivisionError):
        _write(sample(), tmp_path)
    assert decode((tmp_path / "result.json").read_bytes()) == sample()


def test_reading_results_loads_no_template_engine_and_no_terminal_library() -> None:
    program = "import sys, sse_reports.result, sse_reports.verdicts; print({'rich', 'jinja2'} & set(sys.modules))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_what_is_no_file_is_written_to_and_never_put_away(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDWR), "rb") as end:
        files.replace(pipe, b"badge\n")
        assert end.readline() == b"badge\n"
    assert pipe.is_fifo()
    files.replace(Path(os.devnull), b"gone")
    assert Path(os.devnull).is_char_device()


def test_a_link_leads_to_what_is_written_and_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "latest.json"
    link.symlink_to("result.json")
    files.replace(link, b"first")
    files.replace(link, b"second")
    assert link.is_symlink()
    assert (tmp_path / "result.json").read_bytes() == b"second"
