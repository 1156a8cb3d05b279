"""What the operator says of a target on the command line reaches it, and every mistake is one line."""

from __future__ import annotations

import argparse
import socket
from importlib.metadata import EntryPoint

import pytest
from sse_adapters import registry
from sse_conformance.cli import main
from sse_conformance.target_options import add_target_options, option_of, settings


@pytest.fixture(autouse=True)
def endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("endpoint", "sse_adapters.endpoint:EndpointTarget", registry.GROUP),
        EntryPoint("moto", "sse_adapters.moto:MotoTarget", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def parsed(*words: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_target_options(parser)
    return settings(parser.parse_args(words))


def test_only_what_was_given_is_passed_on() -> None:
    assert parsed() == {}
    assert parsed("--endpoint-url", "http://here") == {"endpoint_url": "http://here"}


def test_each_option_becomes_the_setting_of_its_name() -> None:
    words = "--key a=1 --key b=x=y --bucket one --bucket two --no-verify --yes --max-requests 7 --addressing virtual"
    words += " --product acme --product-version 4.2"
    assert parsed(*words.split()) == {
        "addressing": "virtual",
        "verify": False,
        "keys": (("a", "1"), ("b", "x=y")),
        "buckets": ("one", "two"),
        "product": "acme",
        "product_version": "4.2",
        "yes": True,
        "max_requests": 7,
    }


@pytest.mark.parametrize(
    ("setting", "option"), [("verify", "--no-verify"), ("keys", "--key"), ("ca_bundle", "--ca-bundle")]
)
def test_a_setting_is_called_by_the_option_that_gives_it(setting: str, option: str) -> None:
    assert option_of(setting) == option


def said(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(words.split())
    (line,) = capsys.readouterr().err.splitlines()
    return left.value.code, line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("run moto --endpoint-url http://here", "the target moto takes no --endpoint-url"),
        ("run moto --key a=1", "the target moto takes no --key"),
        ("run reference --profile me", "the target reference takes no --profile"),
        ("run endpoint", "the target endpoint needs --endpoint-url URL"),
        ("run endpoint --endpoint-url here", "--endpoint-url 'here' is no URL: say http://HOST:PORT or https://HOST"),
        ("run endpoint --endpoint-url http://h --key a", "argument --key: 'a' is not NAME=ID"),
        (
            "run endpoint --max-requests 0",
            "argument --max-requests: '0' is no number from 1 on",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_one_line_and_exit_2(
    words: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(words, capsys) == (2, f"s3-sse: {line}")


def test_a_target_that_is_not_there_is_one_line_and_exit_3(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    status, line = said(f"run endpoint --endpoint-url http://127.0.0.1:{port}", capsys)
    assert (status, line) == (
        3,
        f"s3-sse: nothing listens at 127.0.0.1:{port}: start the target, or check --endpoint-url",
    )
