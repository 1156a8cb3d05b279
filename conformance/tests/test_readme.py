"""The README says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sse_adapters.moto import MotoTarget
from sse_conformance.engine import Options, run
from sse_reports import files

pytestmark = pytest.mark.once

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The summary of a run on moto, as the README's first command leaves it."""
    directory = tmp_path_factory.mktemp("report")
    files.write(run(MotoTarget, Options()), directory)
    return (directory / "summary.txt").read_text(encoding="utf-8").splitlines()


def test_the_sample_in_the_readme_is_what_a_run_says_now(summary: list[str]) -> None:
    found = re.search(r"<!-- sample -->\n```text\n(.*?)```\n<!-- end of sample -->", README.read_text(), re.DOTALL)
    assert found is not None
    shown = [line for line in found.group(1).splitlines() if line.strip() not in {"", "..."}]
    assert len(shown) > 10
    assert [line for line in shown if line not in summary] == []


def test_moto_is_clean_under_the_ledger_that_ships(summary: list[str]) -> None:
    assert summary[-1].endswith("exit 0")


@pytest.mark.parametrize(
    "part", [Options(size="clauses"), Options(classes=("bucket-key",)), Options(size="clauses", classes=("core",))]
)
def test_so_it_is_in_a_part_of_the_cover(part: Options) -> None:
    assert run(MotoTarget, part).exit_status == 0
