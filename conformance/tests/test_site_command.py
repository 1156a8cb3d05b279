"""`s3-sse site` makes a site of a folder with results, and says in one line what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sse_conformance.cli import main
from sse_reports.result import encode
from sse_reports.samples import sample


def _status(*words: object) -> object:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code


@pytest.fixture
def results(tmp_path: Path) -> Path:
    home = tmp_path / "results" / "emulator"
    home.mkdir(parents=True)
    (home / "result.json").write_bytes(encode(sample()))
    return tmp_path / "results"


def test_it_says_where_the_site_is_and_how_large(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _status("site", results, "--out", tmp_path / "out", "--every-run") == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{tmp_path / 'out' / 'index.html'}: ")
    assert "1 run of 1 target" in said.out
    assert said.err == ""
    assert (tmp_path / "out" / "index.html").is_file()


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "s3-sse-result/2"}'])
def test_a_file_that_is_no_result_is_named(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (results / "emulator" / "result.json").write_bytes(content)
    assert _status("site", results, "--out", tmp_path / "out") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert f"{results / 'emulator' / 'result.json'}: " in said.err


def test_a_folder_without_results_or_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _status("site", tmp_path, "--out", tmp_path / "out") == 2
    assert f"{tmp_path}: there is no result.json in it" in capsys.readouterr().err
    assert _status("site", tmp_path / "none", "--out", tmp_path / "out") == 2
    assert f"{tmp_path / 'none'}: no such folder" in capsys.readouterr().err


def test_a_place_where_nothing_can_be_written_is_named(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert _status("site", results, "--out", tmp_path / "file") == 2
    said = capsys.readouterr().err
    assert said.startswith("s3-sse: cannot write ")
    assert str(tmp_path / "file") in said
    assert len(said.splitlines()) == 1
