"""The figures of rule coverage in the clause index are those that the cover reaches now."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("coverage", reason="rule coverage is measured where coverage.py is: tox -e coverage")

from sse_conformance.rule_coverage import Branch, Module, declarations, examine, figures

SOURCE = """\
def decides(s):
    if s.here:
        return 1  # not reached: only a wrong S3 is here
    if s.there:
        return 2
    return 3


def never_called():
    return 4
"""


def function(branches: int, executed: Iterable[int], missing: Iterable[int] = ()) -> dict[str, Any]:
    """A function in coverage.py's JSON report."""
    return {
        "executed_lines": list(executed),
        "missing_lines": list(missing),
        "summary": {"num_branches": branches},
    }


def measured(source: str, missing_branches: Iterable[tuple[int, int]], *, called: bool) -> Module:
    """The module of a source of the shape above, with its second function called or not."""
    whole = function(0, [10]) if called else function(0, [], [10])
    functions = {"": function(0, [1, 9]), "decides": function(4, [2, 4, 6], [3]), "never_called": whole}
    missing = [list(one) for one in missing_branches]
    return examine(
        "rules/example", source, {"functions": functions, "missing_branches": missing, "summary": {"num_branches": 4}}
    )


def test_a_declaration_stands_at_the_end_of_its_line_or_above_it() -> None:
    assert declarations("a = 1  # not reached: because\nb = 2\n") == {1}
    assert declarations("a = 1\n# not reached: because\n\n# and more\nb = 2\nc = 3\n") == {5}


def test_a_declaration_above_a_deeper_or_shallower_line_speaks_of_that_line() -> None:
    assert declarations("if a:\n    # not reached: because\n    b()\n# not reached: because\nelif c:\n    d()\n") == {
        3,
        5,
    }


def test_a_declaration_gives_its_reason() -> None:
    assert declarations("a = 1  # not reached\nb = 2  # not reached:\nc = 3  # not reached:  \n") == frozenset()


def test_a_text_that_reads_like_a_declaration_is_none() -> None:
    assert declarations('a = "# not reached: because"\n') == frozenset()


def test_a_branch_is_reached_declared_or_missing() -> None:
    module = measured(SOURCE, [(2, 3), (4, 5)], called=True)
    assert (module.branches, module.reached) == (5, 3)
    assert module.declared == (Branch(2, 3),)
    assert module.missing == (Branch(4, 5),)
    assert module.stale == ()


def test_a_function_without_forks_is_a_branch() -> None:
    module = measured(SOURCE, [(2, 3)], called=False)
    assert (module.branches, module.reached) == (5, 3)
    assert module.missing == (Branch(10, None),)


def test_a_declaration_of_what_is_reached_is_stale() -> None:
    module = measured(SOURCE, [], called=True)
    assert module.reached == 5
    assert module.stale == (3,)


def test_the_line_that_forks_may_bear_the_declaration() -> None:
    source = SOURCE.replace("if s.there:", "if s.there:  # not reached: everybody is there")
    assert measured(source, [(2, 3), (4, 6)], called=True).missing == ()


@pytest.mark.parametrize(
    ("branch", "words"),
    [(Branch(4, 5), "4->5"), (Branch(4, -1), "4->exit"), (Branch(10, None), "10, never called")],
)
def test_a_branch_is_named_by_its_lines(branch: Branch, words: str) -> None:
    assert str(branch) == words


def test_the_cover_reaches_what_the_index_says_and_the_rest_is_declared(tmp_path: Path) -> None:
    written = tmp_path / "figures.toml"
    # A process of its own: the tests may be measured themselves.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    run = subprocess.run(
        [sys.executable, "-m", "sse_conformance.rule_coverage", "--write", str(written)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    kept = resources.files("sse_spec").joinpath("rule_coverage.toml").read_text(encoding="utf-8")
    assert written.read_text(encoding="utf-8") == kept, "write it anew, and then the index"


def test_the_figures_are_written_one_module_a_line() -> None:
    module = measured(SOURCE, [(2, 3)], called=True)
    assert figures([module]).splitlines()[-1] == '"rules/example" = { branches = 5, reached = 4, declared = 1 }'
