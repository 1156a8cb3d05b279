"""`s3-sse targets` and `s3-sse install`: what there is, what it offers, and how to get the rest."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
from sse_adapters import environments, registry
from sse_adapters.protocol import TargetError
from sse_conformance.cli import _main
from sse_spec.clauses import CLASSES


class Told:
    """Tells all that can be told."""

    offers: ClassVar[tuple[str, ...]] = ("core", "kms")

    @staticmethod
    def installed_version() -> str | None:
        return "1.5"


class NotThere(Told):
    """Is not installed."""

    offers: ClassVar[tuple[str, ...]] = CLASSES[:-1]

    @staticmethod
    def installed_version() -> None:
        return None

    @staticmethod
    def how_to_install() -> str:
        return "pip install acme"


class Loud:
    """Fails when it is asked, in words that would paint a terminal."""

    @staticmethod
    def installed_version() -> str:
        raise RuntimeError("\x1b[31mno\nsuch disk")


def silent() -> None:
    """A function that makes a target: it tells nothing."""


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    here = SimpleNamespace(Told=Told, NotThere=NotThere, Loud=Loud, silent=silent)
    monkeypatch.setitem(sys.modules, "acme_targets", here)
    entries = {
        "told": EntryPoint("told", "acme_targets:Told", registry.GROUP),
        "absent": EntryPoint("absent", "acme_targets:NotThere", registry.GROUP),
        "silent": EntryPoint("silent", "acme_targets:silent", registry.GROUP),
        "loud": EntryPoint("loud", "acme_targets:Loud", registry.GROUP),
        "broken": EntryPoint("broken", "no_such_module:Target", registry.GROUP),
    }
    monkeypatch.setattr(registry, "targets", lambda: entries)


@pytest.mark.usefixtures("registered")
def test_each_target_is_listed_with_version_classes_and_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["targets"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert list(lines) == ["absent", "broken", "loud", "reference", "silent", "told"]
    assert lines["told"].split(maxsplit=2)[1:] == ["1.5", "core, kms"]
    assert lines["absent"].split(maxsplit=2)[1:] == ["-", f"all classes but {CLASSES[-1]}; pip install acme"]
    assert lines["silent"].split(maxsplit=2)[1:] == ["-", "probed"]
    assert lines["reference"].endswith("all classes")


@pytest.mark.usefixtures("registered")
def test_a_target_that_cannot_be_asked_is_one_line_with_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["targets"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["broken"].endswith("cannot be asked: ModuleNotFoundError: No module named 'no_such_module'")
    assert lines["loud"].endswith(r"cannot be asked: RuntimeError: \x1b[31mno such disk")


@pytest.mark.usefixtures("registered")
def test_the_list_is_there_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["targets", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["told"] == {"name": "told", "version": "1.5", "classes": ["core", "kms"], "install": "", "error": ""}
    assert found["silent"]["classes"] is None
    assert found["absent"]["install"] == "pip install acme"
    assert "no_such_module" in found["broken"]["error"]


def test_the_targets_that_ship_tell_what_they_offer_and_quickly() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "sse_conformance", "targets", "--json"], capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0
    found = {one["name"]: one for one in json.loads(done.stdout)}
    assert not [one for one in found.values() if one["error"]]
    for name in ("moto", "moto-server"):
        assert found[name]["version"] is not None
        assert {"core", "kms"} <= set(found[name]["classes"])


def test_an_installation_says_where_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environments, "install", lambda _name: tmp_path)
    monkeypatch.setattr(environments, "version", lambda _name: "1.5.33")
    assert _main(["install", "ministack"]) == 0
    assert capsys.readouterr().out == f"ministack 1.5.33 is in {tmp_path}\n"


def test_what_cannot_be_installed_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_name: str) -> Path:
        raise TargetError("localstack needs Python 3.12 or newer, and there is none: install one")

    monkeypatch.setattr(environments, "install", failing)
    assert _main(["install", "localstack"]) == 3
    assert capsys.readouterr().err == (
        "s3-sse: localstack needs Python 3.12 or newer, and there is none: install one\n"
    )


def test_a_target_that_is_not_installed_this_way_is_told_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(["install", "minio"]) == 2
    assert "does not know 'minio'; it installs: ministack, localstack, seaweedfs" in capsys.readouterr().err
