"""A target that somebody else brings, in a distribution of their own, is found, run and reported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sse_reports.result import decode

ACME = Path(__file__).parents[1] / "examples" / "acme"
LIMIT = 100
"""Lines that an adapter may have."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the example is installed beside the suite."""
    place = tmp_path_factory.mktemp("acme")
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check", "--quiet")
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(place), str(ACME)]
    subprocess.run(command, check=True, env={**os.environ, "PIP_NO_INPUT": "1"})
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(place), *sys.path])}


def s3_sse(arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sse_conformance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_it_is_found(installed: dict[str, str]) -> None:
    listed = s3_sse(["targets"], installed)
    assert listed.returncode == 0, listed.stderr
    assert any(line.startswith("acme ") for line in listed.stdout.splitlines())


def test_it_is_run_and_reported(installed: dict[str, str], tmp_path: Path) -> None:
    ran = s3_sse(["run", "acme", "--only", "DEF-03", "--only", "CFG-01", "--out", str(tmp_path)], installed)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    result = decode((tmp_path / "result.json").read_bytes())
    assert result.target.name == "acme"
    assert {one.id: one.verdict for one in result.clauses} == {"CFG-01": "pass", "DEF-03": "pass"}
    assert "acme" in (tmp_path / "report.html").read_text()


def test_it_is_no_longer_than_an_adapter_has_to_be() -> None:
    assert len((ACME / "acme_s3_sse.py").read_text().splitlines()) <= LIMIT
