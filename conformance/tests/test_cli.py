"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from sse_conformance import cli
from sse_reports.schema import schema


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process: its exit status, what it printed, and what it complained of."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("run", "nosuch"), "moto, moto-server, reference"),
        (("run", "moto", "--class", "nosuch"), "bucket-key"),
        (("run", "moto", "--as-of", "yesterday"), "YYYY-MM-DD"),
        (("run", "moto", "--as-of", "2020-01-01"), "2021-09-09"),
        (("run", "moto", "--nosuch"), "--ledger"),
        (("run", "moto", "-n", "0"), "from 1 on"),
        (("run", "moto", "-n", "-2"), "from 1 on"),
        (("run", "moto", "-n", "many"), "'many'"),
        (("run", "moto", "--only", "XXX-99"), "XXX-99"),
        (("run", "moto", "--only", "DEF-04"), "DEF-04 is not in force on 2026-11-01"),
        (("run", "moto", "--cover", "all"), "leaves"),
        (("run", "moto", "--ledger", "nosuch.toml"), "nosuch.toml"),
        (("clauses", "XXX-99"), "XXX-99"),
        (("nosuch",), "replay"),
        ((), "COMMAND"),
        (("replay", "nosuch.json", "--target", "reference"), "nosuch.json"),
        (("ledger", "update", "nosuch.json"), "nosuch.json"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_line_that_names_what_is_known(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    status, out, err = command(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert named in err


def test_a_ledger_that_does_not_parse_is_named_with_file_and_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "ledger.toml"
    broken.write_text('[[divergence]]\nclause = "CFG-01"\naction = \n')
    status, _, err = command(capsys, "run", "reference", "--ledger", str(broken))
    assert status == 2
    assert len(err.splitlines()) == 1
    assert str(broken) in err
    assert "line 3" in err


def test_a_witness_that_does_not_parse_is_named_with_file_and_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "witness.json"
    broken.write_text('{\n "actions": [\n  {"action": "CreateBucket"},\n  {"action": "Nonsense"}\n ]\n}')
    status, _, err = command(capsys, "replay", str(broken), "--target", "reference")
    assert (status, len(err.splitlines())) == (2, 1)
    assert f"{broken}: line 3" in err
    broken.write_text('{\n "actions": [\n')
    _, _, err = command(capsys, "replay", str(broken), "--target", "reference")
    assert f"{broken}: line 3" in err


def test_the_plan_is_printed_without_touching_a_target(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sse_conformance.reference import ReferenceSpace

    def touched(*_: object) -> None:
        raise AssertionError("the target was touched")

    monkeypatch.setattr(ReferenceSpace, "perform", touched)
    status, out, _ = command(capsys, "run", "reference", "--plan")
    assert status == 0
    for figure in ("goals", "set-up calls", "decisive calls", "read-backs", "estimated time"):
        assert figure in out


def test_a_run_prints_a_summary_and_writes_every_face(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = command(capsys, "run", "reference", "--cover", "clauses", "--out", str(tmp_path / "report"))
    assert status == 0
    assert out.rstrip().endswith("exit 0")
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"result.json", "report.html", "junit.xml", "summary.txt"} <= written
    jsonschema.validate(
        json.loads((tmp_path / "report" / "result.json").read_text()), schema(), jsonschema.Draft202012Validator
    )


def test_a_directory_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, not a directory")
    status, _, err = command(capsys, "run", "reference", "--cover", "clauses", "--out", str(taken))
    assert status == 2
    assert str(taken) in err


def test_a_clause_is_shown_with_its_dates_rule_sources_and_how_it_is_observed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = command(capsys, "clauses", "DEF-05")
    assert status == 0
    for part in (
        "MUST",
        "class core",
        "since 2023-01-05",
        "Observe:",
        "Rule: sse_spec.rules.default.",
        "Source:",
    ):
        assert part in out


def test_the_list_of_clauses_can_be_held_to_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    _, early, _ = command(capsys, "clauses", "--as-of", "2021-09-09")
    _, late, _ = command(capsys, "clauses")
    assert "DEF-04" in early
    assert "DEF-05" not in early
    assert len(late.splitlines()) > len(early.splitlines())


def test_targets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = command(capsys, "targets")
    assert status == 0
    assert "moto" in out
    assert "reference" in out


def test_help_is_there_at_once() -> None:
    def cpu_seconds() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    taken = []
    for _ in range(3):
        start = cpu_seconds()
        subprocess.run([sys.executable, "-m", "sse_conformance", "--help"], check=True, capture_output=True)
        taken.append(cpu_seconds() - start)
    assert min(taken) <= 0.3


def test_help_imports_neither_boto3_nor_moto_nor_hypothesis() -> None:
    code = "import sys, sse_conformance.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"boto3", "botocore", "moto", "hypothesis", "rich"} & set(out.split())


def test_a_run_is_held_to_the_clauses_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = command(capsys, "run", "reference", "--only", "DEF-03", "--only", "CFG-11", "--json")
    result = json.loads(out)
    assert status == 0
    assert [clause["id"] for clause in result["clauses"]] == result["only"] == ["CFG-11", "DEF-03"]
    assert all(clause["verdict"] == "pass" for clause in result["clauses"])
    assert result["cover"]["goals"] < 400


def test_several_processes_are_asked_for_by_n(capsys: pytest.CaptureFixture[str]) -> None:
    results = []
    for number in ("1", "2"):
        status, out, _ = command(capsys, "run", "reference", "--cover", "clauses", "--json", "-n", number)
        assert status == 0
        results.append({**json.loads(out), "run": None})
    assert results[0] == results[1]


def test_an_error_of_another_process_is_a_line_and_status_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sse_conformance import engine

    def blunder(*_: object) -> None:
        raise engine.ProcessError("a process of the run ended with a blunder")

    monkeypatch.setattr(engine, "run", blunder)
    assert command(capsys, "run", "reference", "-n", "2") == (
        3,
        "",
        "s3-sse: a process of the run ended with a blunder\n",
    )
