"""The track record names real clauses and real releases, and reads a turn out of two results and nothing else."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from packaging.version import Version
from rich.console import Console
from sse_reports.result import Result, Verdict
from sse_reports.samples import sample
from sse_spec.clauses import clauses

SCRIPT = Path(__file__).parents[1] / "track_record.py"


@pytest.fixture(scope="module")
def record() -> ModuleType:
    spec = importlib.util.spec_from_file_location("track_record", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["track_record"] = module
    spec.loader.exec_module(module)
    return module


def _result(version: str, clause: str, verdict: Verdict) -> Result:
    made = sample()
    one = msgspec.structs.replace(made.clauses[0], id=clause, verdict=verdict)
    return msgspec.structs.replace(
        made, target=msgspec.structs.replace(made.target, name="moto", version=version), clauses=(one,)
    )


def _bug(record: ModuleType, clause: str = "CPY-01") -> object:
    return record.Bug("a title", "moto", "4.1.8", "4.1.10", clause, ("https://github.com/getmoto/moto/issues/6263",))


def _seen(record: ModuleType, before: Verdict, after: Verdict) -> dict[object, dict[str, Verdict]]:
    return {
        release: record.verdicts(_result(release.version, "CPY-01", verdict), release, ["CPY-01"])
        for release, verdict in ((record.Release("moto", "4.1.8"), before), (record.Release("moto", "4.1.10"), after))
    }


def test_it_names_at_least_eight_bugs_and_none_twice(record: ModuleType) -> None:
    bugs = record.read()
    assert len(bugs) >= 8
    assert len({(bug.target, bug.broken, bug.mended, bug.clause) for bug in bugs}) == len(bugs)
    assert len({bug.title for bug in bugs}) == len(bugs)


def test_each_bug_has_a_clause_that_exists_a_link_and_a_release_before_that_which_mended_it(record: ModuleType) -> None:
    for bug in record.read():
        assert bug.clause in clauses(), bug
        assert bug.links, bug
        assert all(link.startswith("https://github.com/") for link in bug.links), bug
        assert Version(bug.broken) < Version(bug.mended), bug


def test_the_page_is_the_table(record: ModuleType) -> None:
    assert record.PAGE.read_text(encoding="utf-8") == record.render(record.read())


def test_a_release_is_installed_once_for_all_of_its_bugs(record: ModuleType) -> None:
    asked = record.wanted([_bug(record), _bug(record, "CPY-03"), _bug(record)])
    assert {release.version: judged for release, judged in asked.items()} == {
        "4.1.8": ["CPY-01", "CPY-03"],
        "4.1.10": ["CPY-01", "CPY-03"],
    }


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ("fail", "pass", True),
        ("fail", "fail", False),
        ("pass", "pass", False),
        ("inconclusive", "pass", False),
        ("fail", "not-exercised", False),
    ],
)
def test_a_verdict_turns_from_fail_to_pass_and_in_no_other_way(
    record: ModuleType, before: Verdict, after: Verdict, right: bool
) -> None:
    seen = _seen(record, before, after)
    assert record.turns(_bug(record), seen) == (before, after, right)
    page = io.StringIO()
    assert record.show([_bug(record)], seen, Console(file=page, width=160)) is right
    assert f"{int(right)} of 1 verdicts turn" in page.getvalue()


def test_a_clause_that_the_result_does_not_have_turns_nothing(record: ModuleType) -> None:
    seen = _seen(record, "fail", "pass")
    assert record.turns(_bug(record, "CPY-03"), seen) == ("not-exercised", "not-exercised", False)


def test_the_answer_of_another_release_is_not_taken_for_that_of_the_one_asked(record: ModuleType) -> None:
    with pytest.raises(record.InstallError, match=r"moto 4\.1\.8: the answer is of moto 5\.0\.0"):
        record.verdicts(_result("5.0.0", "CPY-01", "pass"), record.Release("moto", "4.1.8"), ["CPY-01"])


def test_a_command_that_fails_says_so_with_its_release(record: ModuleType) -> None:
    release, failing = (
        record.Release("moto", "4.1.8"),
        [sys.executable, "-c", "import sys; sys.exit('no such release')"],
    )
    with pytest.raises(record.InstallError, match=r"moto 4\.1\.8: exit status 1: no such release"):
        record._output(release, failing, (0,))
    assert record._output(release, [sys.executable, "-c", "print('said')"], (0,)).strip() == b"said"
