"""The suite under pytest: one item a clause."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from sse_spec.clauses import EDITION
from sse_spec.law import binding, laws


def suite(directory: Path, *options: str) -> tuple[int, str]:
    """Run the suite under a pytest of its own: exit status and output."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
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
        (("--sse-target", "nosuch"), "moto, reference"),
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
