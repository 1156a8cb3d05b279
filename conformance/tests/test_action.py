"""The action for GitHub and the example for GitLab: their shell steps do what they say, as far as that runs here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from msgspec.structs import replace
from sse_reports import files
from sse_reports.samples import sample

ACTION = Path(__file__).parents[2] / "reports" / "action"
SCRIPTS = sorted(ACTION.glob("*.sh"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with the files that GitHub gives to a step, and a `gh` that writes down how it was called."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "gh"
    fake.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "with open('gh.jsonl', 'a') as told:\n"
        "    words = [open(w[6:]).read() if w.startswith('body=@') else w for w in sys.argv[1:]]\n"
        "    print(json.dumps(words), file=told)\n"
        "if '--paginate' in sys.argv:\n"
        "    print(os.environ.get('FOUND', ''), end='')\n"
    )
    fake.chmod(0o755)
    return tmp_path


def step(place: Path, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step as the action does, in this directory."""
    beside = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(place / "bin"), str(beside), os.environ["PATH"]]),
        "GITHUB_OUTPUT": str(place / "output"),
        "GITHUB_STEP_SUMMARY": str(place / "summary"),
        "GITHUB_REPOSITORY": "someone/something",
        **variables,
    }
    for name_of_file in ("output", "summary"):
        (place / name_of_file).touch()
    return subprocess.run(
        ["bash", str(ACTION / f"{name}.sh")], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


def told(place: Path) -> Mapping[str, str]:
    """The outputs of the steps so far."""
    return dict(line.split("=", 1) for line in (place / "output").read_text().splitlines())


def test_a_run_leaves_its_reports_its_status_and_a_summary(place: Path) -> None:
    done = step(
        place, "run", TARGET="reference", OUT="out dir", ARGUMENTS="--only DEF-03\n--cover clauses", LEDGER="none"
    )
    assert done.returncode == 0, done.stderr
    assert told(place) == {"status": "0"}
    assert json.loads((place / "out dir" / "result.json").read_text())["only"] == ["DEF-03"]
    assert (place / "summary").read_text() == (place / "out dir" / "report.md").read_text()


def test_a_target_that_is_not_reached_is_left_to_the_gate_and_a_misuse_is_not(place: Path) -> None:
    url = "http://127.0.0.1:9"
    refused = step(place, "run", TARGET="reference", OUT="out", ENDPOINT_URL=url)
    assert refused.returncode == 2, "the reference has no address"
    assert "endpoint-url" in refused.stderr
    assert step(place, "run", TARGET="nosuch", OUT="out").returncode == 2
    assert (place / "summary").read_text() == ""


def test_a_comparison_is_told_with_its_status(place: Path) -> None:
    files.write(sample(), place / "old")
    better = [replace(one, verdict="pass") if one.id == "CFG-10" else one for one in sample().clauses]
    rest = [one for one in sample().divergences if one.signature.clause != "CFG-10"]
    files.write(replace(sample(), clauses=tuple(better), divergences=tuple(rest)), place / "new")
    fixed = step(place, "compare", BASELINE="old/result.json", OUT="new")
    assert fixed.returncode == 0, fixed.stderr
    assert told(place) == {"status": "0"}
    assert "CFG-10" in (place / "summary").read_text()
    assert json.loads((place / "new" / "comparison.json").read_text())["fixed"][0]["clause"] == "CFG-10"
    worse = step(place, "compare", BASELINE="new/result.json", OUT="old")
    assert worse.returncode == 0, "the gate decides what it means"
    assert told(place) == {"status": "1"}


def test_without_a_baseline_or_a_result_nothing_is_compared(place: Path) -> None:
    files.write(sample(), place / "old")
    for baseline, out in (("nosuch.json", "old"), ("old/result.json", "nosuch")):
        done = step(place, "compare", BASELINE=baseline, OUT=out)
        assert done.returncode == 0
        assert "no" in done.stdout
    assert told(place) == {}


def test_a_broken_baseline_fails_the_step(place: Path) -> None:
    files.write(sample(), place / "new")
    (place / "old.json").write_text("{")
    assert step(place, "compare", BASELINE="old.json", OUT="new").returncode == 2


@pytest.mark.parametrize(("found", "method"), [("", "POST"), ("4711\n4712\n", "PATCH")])
def test_a_pull_request_gets_one_comment(place: Path, found: str, method: str) -> None:
    (place / "out").mkdir()
    hostile = (
        "### It got worse\n`$(touch pwned)` \"quoted\" 'quoted'\n" + "\N{CJK UNIFIED IDEOGRAPH-8A9E}" * 60_000 + "\n"
    )
    (place / "out" / "comparison.md").write_text(hostile)
    done = step(place, "comment", NUMBER="7", OUT="out", FOUND=found)
    assert done.returncode == 0, done.stderr
    asked, written = (json.loads(line) for line in (place / "gh.jsonl").read_text().splitlines())
    assert asked[:3] == ["api", "--paginate", "repos/someone/something/issues/7/comments"]
    assert written[written.index("--method") + 1] == method
    place_of = "issues/comments/4711" if found else "issues/7/comments"
    assert f"repos/someone/something/{place_of}" in written
    body = written[-1]
    assert body.startswith("<!-- s3-sse-conformance")
    assert body.endswith(f"-->\n{hostile}")
    assert not (place / "pwned").exists()


@pytest.mark.parametrize(
    ("gate", "run", "comparison", "status"),
    [
        ("run", 1, "0", 1),
        ("run", 0, "1", 0),
        ("run", 3, "", 3),
        ("comparison", 1, "0", 0),
        ("comparison", 0, "1", 1),
        ("comparison", 1, "", 0),
        ("both", 0, "1", 1),
        ("both", 3, "1", 3),
        ("both", 0, "0", 0),
        ("none", 1, "1", 0),
        ("nosuch", 0, "0", 2),
    ],
)
def test_the_gate_passes_on_what_it_is_asked_for(
    place: Path, gate: str, run: int, comparison: str, status: int
) -> None:
    done = step(place, "gate", GATE=gate, RUN_STATUS=str(run), COMPARE_STATUS=comparison)
    assert done.returncode == status


def test_every_script_is_a_step_and_gets_all_that_it_takes_by_the_environment() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    steps = action["runs"]["steps"]
    for script in SCRIPTS:
        used = next(one for one in steps if script.name in one.get("run", ""))
        for name in ("TARGET", "OUT", "LEDGER", "ARGUMENTS", "BASELINE", "NUMBER", "GATE", "RUN_STATUS"):
            assert (f"${name}" in script.read_text() or f"${{{name}" in script.read_text()) == (name in used["env"]), (
                name
            )
    # An expression within a shell text would let the title of a pull request be run.
    assert not [one for one in steps if "${{" in one.get("run", "")]
    named = {line for one in steps for line in [*one.get("env", {}).values(), one.get("if", "")]}
    assert [
        name for name in action["inputs"] if not any(f"inputs.{name}" in str(line) for line in [*named, steps])
    ] == []


def test_the_action_and_the_example_keep_the_schemas_of_their_servers() -> None:
    for file, kind in (("action.yml", "github-actions"), ("gitlab-ci.example.yml", "gitlab-ci")):
        words = ["--builtin-schema", f"vendor.{kind}", str(ACTION / file)]
        extra = ["--data-transform", "gitlab-ci"] if kind == "gitlab-ci" else []
        done = subprocess.run(
            [sys.executable, "-m", "check_jsonschema", *extra, *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_finds_nothing() -> None:
    program = Path(sysconfig.get_path("scripts")) / "shellcheck"
    done = subprocess.run([program, *map(str, SCRIPTS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
