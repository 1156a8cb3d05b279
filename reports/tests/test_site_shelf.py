"""Results in a folder are put in order, and what cannot be one of them is refused by name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from sse_reports import site
from sse_reports.result import ClauseResult, Result, Target, Verdict, encode
from sse_reports.samples import sample
from sse_reports.site import names, record, shelf, story

MADE = record.Record(("pip install .",), "s3-sse run emulator", "2026-11-23", "3.11.7", "Linux", {"boto3": "1.44.5"})


def _result(version: str, as_of: str = "2026-11-01", target: str = "emulator", **verdicts: Verdict) -> Result:
    judged = tuple(_clause(name.replace("_", "-"), verdict) for name, verdict in verdicts.items())
    made = msgspec.structs.replace(sample(), target=Target(target, version), as_of=as_of)
    return msgspec.structs.replace(made, clauses=judged) if judged else made


def _clause(name: str, verdict: Verdict) -> ClauseResult:
    return msgspec.structs.replace(sample().clauses[0], id=name, verdict=verdict)


def _put(home: Path, *results: Result) -> shelf.Shelf:
    for result in results:
        place = home / shelf.folder(result)
        place.mkdir(parents=True)
        (place / shelf.RESULT).write_bytes(encode(result))
    return shelf.read(home)


def _run(version: str, **verdicts: Verdict) -> shelf.Run:
    return shelf.reduce(_result(version, **verdicts), Path())


def test_versions_go_from_old_to_new_and_not_by_the_alphabet(tmp_path: Path) -> None:
    versions = ("10.0", "9.1", "9.10", "9.2", "9.1rc1", "build 8.4 (linux)", "unknown")
    found = _put(tmp_path, *(_result(one) for one in versions))
    ordered = [run.version for run in found.runs]
    assert ordered == ["unknown", "build 8.4 (linux)", "9.1rc1", "9.1", "9.2", "9.10", "10.0"]


def test_the_newest_of_a_target_is_its_newest_version_as_of_the_newest_day(tmp_path: Path) -> None:
    found = _put(
        tmp_path,
        _result("2.0"),
        _result("1.0"),
        _result("3.0", "2022-06-30"),
        _result("1.0", "2022-06-30", target="other"),
    )
    assert found.as_of == "2026-11-01"
    assert [(run.target, run.version) for run in found.newest()] == [("emulator", "2.0")]
    assert [(run.target, run.version) for run in found.newest("2022-06-30")] == [("emulator", "3.0"), ("other", "1.0")]
    assert len(found.latest()) == 3
    assert [run.version for run in found.superseded()] == ["1.0", "3.0", "1.0"]
    assert list(found.histories()) == ["emulator", "other"]


def test_a_run_is_kept_in_short_and_can_be_read_whole_again(tmp_path: Path) -> None:
    run = _put(tmp_path, _result("4.2.0")).runs[0]
    assert run.result() == _result("4.2.0")
    assert run.verdict("KMS-08") == "fail"
    assert run.verdict("XYZ-01") is None
    assert [one.clause for one in run.findings] == ["CFG-10", "CPY-04", "CFG-23", "KMS-08", "KMS-08"]
    assert run.folder == "runs/emulator/4.2.0/2026-11-01"


def test_how_a_run_was_made_is_written_and_read_back() -> None:
    assert record.read(record.write(MADE)) == MADE
    missing = (record.NotRun("cloud", "it costs money"),)
    assert record.read_not_run(record.write_not_run(missing)) == missing
    assert record.read_not_run("") == ()


def test_a_folder_without_a_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(site.SiteError, match=r"there is no result\.json in it"):
        site.build(tmp_path, tmp_path / "out")
    with pytest.raises(site.SiteError, match="nowhere: no such folder"):
        site.build(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "document",
    [b"{", b"", b"[]", b'{"format": "s3-sse-result/2"}', b'{"format": "sarif"}', b"\xff\xfe", encode(sample())[:9000]],
)
def test_a_document_that_is_no_result_is_refused_by_its_file(tmp_path: Path, document: bytes) -> None:
    (tmp_path / shelf.RESULT).write_bytes(document)
    with pytest.raises(site.SiteError, match=r"result\.json: ") as refused:
        shelf.read(tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["[", 'command = "s3-sse"', "install = 1", 'unknown = "x"'])
def test_a_record_that_cannot_be_read_is_refused_by_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / shelf.RESULT).write_bytes(encode(sample()))
    (tmp_path / record.FILE).write_text(text)
    with pytest.raises(site.SiteError, match=r"run\.toml: ") as refused:
        shelf.read(tmp_path)
    assert "\n" not in str(refused.value)


def test_two_results_of_one_version_and_day_are_refused_by_name(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / shelf.RESULT).write_bytes(encode(sample()))
    with pytest.raises(site.SiteError, match=r"one/result\.json and .*two/result\.json: both are emulator 4\.2\.0"):
        shelf.read(tmp_path)


def test_a_result_that_vanishes_is_named(tmp_path: Path) -> None:
    run = _put(tmp_path, _result("4.2.0")).runs[0]
    (run.home / shelf.RESULT).unlink()
    with pytest.raises(site.SiteError, match=r"result\.json: "):
        run.result()


@pytest.mark.parametrize(
    "text", ["", ".", "..", "../x", "a/b", ".hidden", "a\x00b", "a" * 300, "<b>", "Ä", "a..b", "a."]
)
def test_no_name_leaves_its_folder_or_means_anything_in_a_page(text: str) -> None:
    made = names.slug(text)
    assert made.strip(".")
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert ".." not in made
    assert not made.startswith(".")
    assert len(made) <= 64


def test_safe_names_stay_as_they_are_and_others_are_told_apart() -> None:
    assert [names.slug(one) for one in ("moto", "5.2.5", "moto-server", "DEF-03")] == [
        "moto",
        "5.2.5",
        "moto-server",
        "DEF-03",
    ]
    assert names.slug("a/b") != names.slug("a:b")
    assert names.folder("a", "1.0", "2026-11-01") == "a/1.0/2026-11-01"


def test_versions_in_a_row_of_one_verdict_are_told_as_one_stretch() -> None:
    runs = [
        _run("1.0", DEF_03="fail"),
        _run("1.1", DEF_03="fail"),
        _run("2.0", DEF_03="pass"),
        _run("2.1", KMS_08="pass"),
    ]
    found = story.stretches(runs, "DEF-03")
    assert [(one.verdict, one.versions) for one in found] == [("fail", "1.0 to 1.1"), ("pass", "2.0"), (None, "2.1")]


def test_what_changed_between_versions_is_told_by_kind_and_newest_first() -> None:
    before = _run("1.0", AAA_01="fail", AAA_02="pass", AAA_03="inconclusive", AAA_04="pass", AAA_05="pass")
    after = _run("1.1", AAA_01="pass", AAA_02="fail", AAA_03="fail", AAA_04="unsupported", AAA_05="pass", AAA_06="fail")
    newest = _run("1.2", AAA_01="fail")
    last, first = story.changes([before, after, after._replace(version="1.1.1"), newest])
    assert (last.before.version, last.after.version) == ("1.1.1", "1.2")
    assert last.regressed == ("AAA-01",)
    assert (first.before.version, first.after.version) == ("1.0", "1.1")
    assert dict(first.kinds) == {
        "fixed": ("AAA-01",),
        "regressed": ("AAA-02",),
        "newly judged": ("AAA-03",),
        "no longer judged": ("AAA-04",),
    }
