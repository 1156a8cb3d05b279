"""SeaweedFS and its KMS are started and stopped together; both are played here by programs of a few lines."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sse_adapters import environments
from sse_adapters.protocol import Identity, TargetError
from sse_adapters.seaweedfs import SeaweedTarget
from sse_spec.actions import CreateBucket, CreateKey

PLAYED = """#!{python}
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

told = dict(word[1:].partition("=")[::2] for word in sys.argv[1:] if word.startswith("-"))
notes = {notes!r}


class Answers(BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with open(notes, "a") as file:
            file.write(self.path + "\\n")
        said = json.dumps({{"KeyMetadata": {{"KeyId": "k", "Arn": "arn:aws:kms:us-east-1:111122223333:key/k"}}}})
        self.send_response(200)
        self.send_header("Content-Length", str(len(said) if self.command == "POST" else 0))
        self.end_headers()
        if self.command == "POST":
            self.wfile.write(said.encode())

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, *words):
        pass


def serve(port):
    return ThreadingHTTPServer(("127.0.0.1", int(port)), Answers).serve_forever()


if "version" in sys.argv:
    print("version 8000GB 4.48 pypi linux amd64")
elif "GATEWAY_PORT" in os.environ:
    serve(os.environ["GATEWAY_PORT"])
else:
    with open({options!r}, "w") as file:
        json.dump({{"told": told, "s3": json.load(open(told["s3.config"])), "env": dict(os.environ)}}, file)
    {ending}
    threading.Thread(target=serve, args=(told["master.port"],), daemon=True).start()
    serve(told["s3.port"])
"""
"""Plays `weed` and `ministack`: writes down how it was started, and what it is asked."""


class Stage:
    """The programs in their environments, and what they have written down."""

    def __init__(self, folder: Path, ending: str = "") -> None:
        self._notes, self._options = folder / "notes", folder / "options.json"
        self._notes.touch()
        for name, program in (("seaweedfs", "weed"), ("ministack", "ministack")):
            script = environments.folder(name) / "bin" / program
            script.parent.mkdir(parents=True)
            text = PLAYED.format(
                python=sys.executable, notes=str(self._notes), options=str(self._options), ending=ending
            )
            script.write_text(text)
            script.chmod(0o755)
            (environments.folder(name) / environments.SEAL).write_text("1")

    @property
    def asked(self) -> list[str]:
        return self._notes.read_text().splitlines()

    @property
    def started(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._options.read_text())
        return found


@pytest.fixture(autouse=True)
def _own_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path / "environments"))
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


Opened = tuple[SeaweedTarget, Identity]


@pytest.fixture
def opened(stage: Stage) -> Iterator[Opened]:
    target = SeaweedTarget()
    try:
        yield target, target.open()
    finally:
        target.close()


def listens(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(urlsplit(url).port or 0))) == 0


def test_it_says_who_it_is_and_who_can_sign(opened: Opened) -> None:
    _, identity = opened
    assert (identity.name, identity.version) == ("seaweedfs", "4.48")
    assert (set(identity.accounts), set(identity.regions)) == ({"main", "other"}, {"home", "away"})
    assert identity.principals == ("main", "main/no-config", "other")


def test_the_store_listens_on_loopback_only_and_reports_to_nobody(opened: Opened, stage: Stage) -> None:
    told = stage.started["told"]
    assert (told["ip"], told["ip.bind"], told["master.telemetry"]) == ("127.0.0.1", "127.0.0.1", "false")
    numbers = [int(told[name]) for name in told if ".port" in name and told[name] != "0"]
    assert len(numbers) == len(set(numbers)) == 8


def test_the_store_is_given_a_kms_that_answers_and_the_rights_of_each_identity(opened: Opened, stage: Stage) -> None:
    written = stage.started["s3"]
    kms = written["kms"]["providers"][written["kms"]["default_provider"]]
    assert listens(kms["endpoint"])
    rights = {one["credentials"][0]["accessKey"]: "Admin" in one["actions"] for one in written["identities"]}
    target, _ = opened
    logins = target.logins()
    administers = {"main": True, "main/no-config": False, "other": True}
    assert rights == {logins[name].access_key: admin for name, admin in administers.items()}


def test_each_identity_is_of_its_account_and_the_kms_is_asked_as_the_first(opened: Opened, stage: Stage) -> None:
    _, identity = opened
    written = stage.started["s3"]
    main, other = identity.accounts["main"], identity.accounts["other"]
    assert [one["account"]["id"] for one in written["identities"]] == [main, main, other]
    assert [one["id"] for one in written["accounts"]] == [main, other]
    assert written["kms"]["providers"]["awskms"]["access_key"] == main


def test_no_setting_of_the_user_for_aws_reaches_the_store(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-user")
    target = SeaweedTarget()
    try:
        target.open()
        assert not [name for name in stage.started["env"] if name.startswith("AWS_")]
    finally:
        target.close()


def test_a_new_bucket_gets_a_volume_of_its_own_and_a_key_none(opened: Opened, stage: Stage) -> None:
    target, _ = opened
    space = target.space()
    assert space.perform(CreateKey(key="k")).key_arn is not None
    assert not [path for path in stage.asked if path.startswith("/vol/grow")]
    assert space.perform(CreateBucket(bucket="b")).status == 200
    (grown,) = [urlsplit(path) for path in stage.asked if path.startswith("/vol/grow")]
    (collection,) = parse_qs(grown.query)["collection"]
    assert f"/{collection}" in stage.asked


def test_both_servers_end_with_the_target_and_leave_no_socket_behind(stage: Stage) -> None:
    target = SeaweedTarget()
    target.open()
    store, kms = target.url, target.kms_endpoint()
    left = Path(f"/tmp/seaweedfs-s3-grpc-{stage.started['told']['s3.port.grpc']}.sock")
    left.touch()
    assert listens(store)
    assert listens(kms)
    target.close()
    target.close()
    assert not listens(store)
    assert not listens(kms)
    assert not left.exists()


def test_opening_it_again_starts_both_anew(stage: Stage) -> None:
    target = SeaweedTarget()
    try:
        target.open()
        before = target.kms_endpoint()
        target.open()
        assert listens(target.kms_endpoint())
        assert listens(target.url)
        assert not listens(before) or before == target.kms_endpoint()
    finally:
        target.close()


def test_a_store_that_does_not_start_takes_its_kms_down_with_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ending='sys.exit("no room")')
    target = SeaweedTarget()
    with pytest.raises(TargetError, match=r"seaweedfs ended with status 1[\s\S]*no room"):
        target.open()
    kms = stage.started["s3"]["kms"]["providers"]["awskms"]["endpoint"]
    assert not listens(kms)


def test_where_it_is_not_installed_the_error_says_how_to_install_it() -> None:
    with pytest.raises(TargetError, match="s3-sse install seaweedfs"):
        SeaweedTarget().open()
