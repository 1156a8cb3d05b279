"""The suite under pytest: one item a clause."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from sse_spec.clauses import EDITION
from sse_spec.law import binding, laws


def suite(directory: Path, *options: str, workers: int = 0) -> tuple[int, str]:
    """Run the suite under a pytest of its own, with so many workers of pytest-xdist: exit status and output."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        *(("-n", str(workers)) if workers else ("-p", "no:xdist")),
        "--pyargs",
        "sse_conformance",
    ]
    ran = subprocess.run([*command, *options], cwd=directory, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_every_clause_is_an_item(tmp_path: Path) -> None:
    status, out = suite(tmp_path, "--sse-target", "reference", "--sse-cover", "clauses", "-v")
    assert status == 0
    assert "DEF-03 An explicit encryption header beats the configured default PASSED" in out
    passed = re.findall(r"([A-Z]{3}-\d\d) .* PASSED", out)
    assert sorted(passed) == sorted(binding(laws(EDITION)))


def test_items_can_be_selected_and_held_to_a_day_and_a_class(tmp_path: Path) -> None:
    options = (
        "--sse-target",
        "reference",
        "--sse-cover",
        "clauses",
        "--sse-as-of",
        "2021-09-09",
        "--sse-class",
        "core",
    )
    status, out = suite(tmp_path, *options, "-k", "DEF-04 or DEF-05")
    assert status == 0
    assert "1 passed" in out


def test_a_breach_fails_its_item_with_witness_and_derivation(tmp_path: Path) -> None:
    status, out = suite(
        tmp_path, "--sse-target", "moto", "--sse-cover", "clauses", "--sse-ledger", "none", "-k", "CFG-11 or CFG-01"
    )
    assert status == 1
    assert "1 failed, 1 passed" in out
    assert "derived from CFG-11" in out
    assert "PutBucketEncryption bucket1 SSEAlgorithm AES512 -> 200" in out


def test_a_known_breach_is_an_expected_failure(tmp_path: Path) -> None:
    status, out = suite(tmp_path, "--sse-target", "moto", "--sse-cover", "clauses", "-k", "CFG-11")
    assert status == 0
    assert "1 xfailed" in out


def test_wrong_words_are_a_usage_error_in_one_line(tmp_path: Path) -> None:
    for options, named in (
        (("--sse-target", "nosuch"), "moto, moto-server, reference"),
        (("--sse-target", "reference", "--sse-as-of", "1999-01-01"), "2021-09-09"),
        (("--sse-target", "reference", "--sse-class", "nosuch"), "bucket-key"),
    ):
        status, out = suite(tmp_path, *options)
        assert status == 4
        assert len([line for line in out.splitlines() if line.startswith("ERROR")]) == 1
        assert named in out


def test_a_session_that_names_no_target_has_no_items_of_ours(tmp_path: Path) -> None:
    status, out = suite(tmp_path)
    assert status == 5
    assert "no tests ran" in out


def outcomes(directory: Path, *options: str, workers: int = 0) -> dict[str, tuple[str, ...]]:
    """How each item came out: what pytest's own JUnit report says of it."""
    suite(directory, *options, "--junitxml", "report.xml", workers=workers)
    cases = ET.parse(directory / "report.xml").getroot().iter("testcase")
    return {str(one.get("name")): tuple(f"{child.tag}: {child.get('message')}" for child in one) for one in cases}


@pytest.mark.once
def test_workers_give_the_outcomes_of_one_process(tmp_path: Path) -> None:
    options = ("--sse-target", "moto", "--sse-cover", "clauses", "--sse-class", "core", "--sse-class", "multipart")
    alone = outcomes(tmp_path, *options)
    assert outcomes(tmp_path, *options, workers=2) == alone
    assert {kind.split(":")[0] for kinds in alone.values() for kind in kinds} >= {"skipped"}
    assert () in alone.values()


def test_a_target_that_cannot_be_used_is_the_error_of_every_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text('import sys; sys.modules["moto"] = None')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for workers in (0, 2):
        found = outcomes(tmp_path, "--sse-target", "moto", "--sse-class", "kms", workers=workers)
        assert len(found) > 10
        assert all(len(kinds) == 1 and "moto is not installed" in kinds[0] for kinds in found.values())


ENTRY = """
[[divergence]]
clause = "{clause}"
action = "PutBucketEncryption"
field = "acceptance"
expected = "400 MalformedXML"
observed = "accepted"
versions = "*"
reason = "known"
expires = {expires}
"""


def test_an_entry_of_the_ledger_that_no_longer_holds_fails_its_item(tmp_path: Path) -> None:
    book = tmp_path / "ledger.toml"
    book.write_text(
        ENTRY.format(clause="CFG-11", expires=dt.date(2999, 1, 1))
        + ENTRY.format(clause="CFG-01", expires=dt.date(2001, 1, 1))
    )
    options = ("--sse-target", "reference", "--sse-ledger", str(book))
    status, out = suite(tmp_path, *options)
    assert status == 1
    assert re.search(r"ledger entry \S+ \(.*\) no longer diverges: take it out", out)
    assert out.count("ledger entry") >= 2
    assert "2 failed" in out
    # A part of the run does not bring up every divergence, so that none is missed; what has expired has expired.
    status, out = suite(tmp_path, *options, "-k", "CFG-11 or CFG-01 or DEF-03")
    assert "1 failed, 2 passed" in out
    assert "expired on 2001-01-01" in out
