"""Targets are found by entry points."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest
from sse_adapters import registry
from sse_adapters.moto import MotoTarget


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("zoo", "nowhere:Nothing", registry.GROUP),
        EntryPoint("moto", "sse_adapters.moto:MotoTarget", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: [e for e in entries if e.group == group])


@pytest.mark.usefixtures("registered")
def test_targets_are_listed_in_the_order_of_their_names_without_importing_them() -> None:
    assert list(registry.targets()) == ["moto", "zoo"]


@pytest.mark.usefixtures("registered")
def test_a_target_is_made_by_its_name() -> None:
    assert isinstance(registry.load("moto"), MotoTarget)


@pytest.mark.usefixtures("registered")
def test_an_unknown_target_is_told_with_those_that_there_are() -> None:
    with pytest.raises(registry.UnknownTargetError, match=r"'minio'.*moto, zoo"):
        registry.load("minio")


def made_with(*, endpoint_url: str = "") -> object:
    return endpoint_url


def made_with_anything(**settings: object) -> object:
    return settings


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> None:
    makers: dict[str, Callable[..., object]] = {"strict": made_with, "lax": made_with_anything}
    entries = [EntryPoint(name, "nowhere:nothing", registry.GROUP) for name in makers]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    monkeypatch.setattr(EntryPoint, "load", lambda entry: makers[entry.name])


@pytest.mark.usefixtures("makers")
def test_a_target_is_made_with_the_settings_that_it_takes() -> None:
    assert registry.load("strict", endpoint_url="http://here") == "http://here"  # type: ignore[comparison-overlap]
    assert registry.load("lax", profile="me") == {"profile": "me"}  # type: ignore[comparison-overlap]


@pytest.mark.usefixtures("makers")
def test_a_setting_that_a_target_does_not_take_is_named() -> None:
    with pytest.raises(registry.NotTakenError, match="the target strict takes no profile") as refused:
        registry.load("strict", profile="me")
    assert refused.value.setting == "profile"


def test_the_module_of_a_target_is_cheap_to_import() -> None:
    program = (
        "import sys, sse_adapters.endpoint, sse_adapters.moto, sse_adapters.registry;"
        " print({'boto3', 'botocore', 'moto'} & set(sys.modules))"
    )
    path = ":".join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
