"""What is published can be read, says how it was made, and is of the size and kind that a repository can hold."""

from __future__ import annotations

import importlib.util
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from packaging.version import Version
from sse_reports.result import Result, Target, decode
from sse_reports.samples import sample
from sse_reports.site import record, shelf
from sse_spec.clauses import EDITION

SCRIPT = Path(__file__).parents[1] / "publish.py"
SIZE = 15_000_000

MADE = record.Record((".venv/bin/pip install .",), ".venv/bin/s3-sse run emulator", "2026-11-23", "3.11.7", "Linux")


@pytest.fixture(scope="module")
def publish() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publish", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["publish"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def published(publish: ModuleType) -> shelf.Shelf:
    return shelf.read(publish.PUBLISHED)


def _result(version: str) -> Result:
    return msgspec.structs.replace(sample(), target=Target("emulator", version))


def test_the_table_names_releases_of_moto_back_to_before_2023(publish: ModuleType) -> None:
    found = [one for one in publish.read().release if one.target == "moto" and one.as_of == EDITION.isoformat()]
    versions = [version for one in found for version in one.versions]
    assert len(versions) >= 6
    assert versions == sorted(versions, key=Version)
    assert Version(versions[0]) < Version("4.1"), "4.1.0 is of January 2023"


def test_what_is_installed_is_run_once_and_what_the_table_names_as_it_says(publish: ModuleType) -> None:
    table = publish.Table(
        release=(
            publish.Release("moto", "moto[s3]", ("1.0", "2.0")),
            publish.Release("moto", "moto", ("2.0",), "2022-06-30"),
        ),
        left_out=(record.NotRun("aws", "it costs money"),),
    )
    assert publish.jobs(table, ["aws", "moto", "other"]) == (
        publish.Job("moto", EDITION.isoformat(), "moto[s3]==1.0", "1.0"),
        publish.Job("moto", EDITION.isoformat(), "moto[s3]==2.0", "2.0"),
        publish.Job("moto", "2022-06-30", "moto==2.0", "2.0"),
        publish.Job("other", EDITION.isoformat()),
    )
    assert [job.name for job in publish.jobs(table, ["other"], ["other"])] == ["other"]
    assert publish.jobs(table, ["other"], ["moto"])[-1].name == "moto 2.0 as of 2022-06-30"


def test_a_server_is_installed_with_those_that_it_asks(publish: ModuleType) -> None:
    (job,) = publish.jobs(publish.read(), ["seaweedfs"], ["seaweedfs"])
    assert job.servers == ("seaweedfs", "ministack")
    assert publish._install_lines(job, frozenset({"moto"})) == (
        "python3 -m venv .venv",
        ".venv/bin/pip install .",
        ".venv/bin/s3-sse install seaweedfs",
        ".venv/bin/s3-sse install ministack",
    )
    (job,) = publish.jobs(publish.Table(), ["moto-server"])
    assert job.servers == ()
    assert publish._install_lines(job, frozenset({"moto-server"}))[1] == ".venv/bin/pip install '.[moto-server]'"


def test_a_store_is_run_as_an_endpoint_by_lines_that_a_reader_can_type(publish: ModuleType) -> None:
    store = publish.Store("tiny", "1.0", "npm", ("tiny-s3", "-p", "{port}", "{data}"), "key", "secret", {"TINY": "a b"})
    (job,) = publish.jobs(publish.Table(store=(store,)), ["other"], ["tiny"])
    assert (job.target, job.name) == ("tiny", f"tiny 1.0 as of {EDITION}")
    assert publish._install_lines(job, frozenset())[2:] == (
        "npm install --prefix server tiny@1.0",
        "mkdir data",
        "TINY='a b' server/node_modules/.bin/tiny-s3 -p 9000 data &",
    )
    assert publish._words(job, "http://127.0.0.1:9000")[:4] == (
        "run",
        "endpoint",
        "--endpoint-url",
        "http://127.0.0.1:9000",
    )
    assert publish._words(job, "")[4:8] == ("--product", "tiny", "--product-version", "1.0")


def test_a_store_runs_as_long_as_it_is_judged(
    publish: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = []
    monkeypatch.setattr(publish, "_output", lambda command, _cwd: installed.append(command))
    program = tmp_path / "server" / "bin" / "tiny"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m http.server --bind 127.0.0.1 -d "$2" "$1"\n')
    program.chmod(0o755)
    store = publish.Store("tiny", "1.0", "pip", ("tiny", "{port}", "{data}"))
    (job,) = publish.jobs(publish.Table(store=(store,)), [])
    with publish._reached(job, tmp_path) as where, urllib.request.urlopen(where) as answer:
        assert answer.status == 200
    assert [command[1:3] for command in installed] == [["-m", "venv"], ["install", "tiny==1.0"]]
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(where)
    program.write_text("#!/bin/sh\necho no port for me; exit 1\n")
    with pytest.raises(publish.RunError, match="no port for me"), publish._reached(job, tmp_path):
        raise AssertionError


def test_a_target_left_out_is_not_run_even_if_it_is_asked_for(publish: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        publish.main(["aws", "--out", str(tmp_path)])
    assert refused.value.code == 2
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_run_is_kept_with_its_reason_until_it_is(publish: ModuleType) -> None:
    table = publish.Table(left_out=(record.NotRun("aws", "it costs money"),))
    earlier = (record.NotRun("seaweedfs", "no disk"), record.NotRun("ministack", "no port"))
    assert publish.not_run(table, {"localstack": "no Python 3.12"}, earlier, {"localstack", "ministack"}) == (
        record.NotRun("aws", "it costs money"),
        record.NotRun("localstack", "no Python 3.12"),
        record.NotRun("seaweedfs", "no disk"),
    )


def test_only_the_newest_result_keeps_its_scripts(publish: ModuleType, tmp_path: Path) -> None:
    for version in ("4.1.0", "4.2.0"):
        publish.keep(_result(version), MADE, tmp_path)
    publish.thin(tmp_path)
    older, newest = shelf.read(tmp_path).runs
    assert older.record == msgspec.structs.replace(MADE, scripts=False)
    assert {one.script for one in older.result().divergences} == {""}
    assert newest.record == MADE
    assert newest.result() == _result("4.2.0")
    bare = older.result()
    assert [one.signature for one in bare.divergences] == [one.signature for one in sample().divergences]


def test_a_command_that_fails_gives_its_reason_in_one_line(publish: ModuleType, tmp_path: Path) -> None:
    said = "import sys; sys.exit('s3-sse: the server did not start\\x1b[31m')"
    with pytest.raises(publish.RunError, match=r"^s3-sse: the server did not start\\x1b\[31m$"):
        publish._output([sys.executable, "-c", said], tmp_path)
    with pytest.raises(publish.RunError, match=r"^exit status 4$"):
        publish._output([sys.executable, "-c", "import sys; sys.exit(4)"], tmp_path)
    with pytest.raises(publish.RunError, match="No such file"):
        publish._output([tmp_path / "nothing"], tmp_path)
    pip = "import sys; sys.exit('ERROR: Cannot install a and b\\nERROR: see the manual')"
    with pytest.raises(publish.RunError, match=r"^ERROR: Cannot install a and b$"):
        publish._output([sys.executable, "-c", pip], tmp_path)


def test_the_index_lists_what_is_published_and_what_is_not(publish: ModuleType, tmp_path: Path) -> None:
    publish.keep(_result("4.2.0"), MADE, tmp_path)
    (tmp_path / record.NOT_RUN).write_text(record.write_not_run((record.NotRun("aws", "<b>@someone</b>"),)))
    assert publish.main(["--index", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "[result.json](emulator/4.2.0/2026-11-01/result.json)" in text
    assert "[how](emulator/4.2.0/2026-11-01/run.toml)" in text
    assert "| 8 | 1 | 1 | 1 | 3 |" in text
    assert "- aws: it costs money, and needs an account" in text, "the table leaves it out, which is newer"


def test_every_published_result_says_how_it_was_made(published: shelf.Shelf, publish: ModuleType) -> None:
    assert published.runs
    for run in published.runs:
        assert run.home == publish.PUBLISHED / shelf.folder(run.result()), run.home
        assert run.record is not None, run.home
        own = f"s3-sse run {run.target} --as-of {run.as_of}"
        as_endpoint = f"--product {run.target} --product-version {run.version} --as-of {run.as_of}"
        assert own in run.record.command or as_endpoint in run.record.command
        assert run.record.date == run.info.started[:10]
        assert run.record.python
        assert run.record.packages["boto3"]
        assert not run.incomplete
        assert not run.only


def test_published_are_six_released_versions_of_moto_or_more(published: shelf.Shelf) -> None:
    history = [run for run in published.histories()["moto"] if run.as_of == published.as_of]
    assert len({run.version for run in history}) >= 6
    assert Version(history[0].version) < Version("4.1")
    assert len(published.histories()) >= 2, "moto alone is no matrix"


def test_the_published_index_is_up_to_date(publish: ModuleType, published: shelf.Shelf) -> None:
    text = (publish.PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert text == publish.index(published, publish._earlier(publish.PUBLISHED))


def test_what_is_published_is_small_and_names_no_path_of_a_machine(publish: ModuleType) -> None:
    files = [path for path in publish.PUBLISHED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= SIZE
    for path in files:
        found = re.search(r"/(?:tmp|home|root|Users|work|var)/[\w.-]+", path.read_text(encoding="utf-8"))
        assert found is None, (path, found)


def test_published_results_are_as_they_are_written(publish: ModuleType) -> None:
    for path in publish.PUBLISHED.rglob(shelf.RESULT):
        assert decode(path.read_bytes()).format == "s3-sse-result/1", path
