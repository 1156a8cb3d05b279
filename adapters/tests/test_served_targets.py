"""Targets that are servers: started and stopped for certain, or reached where they run and left as they were."""

from __future__ import annotations

import http.server
import json
import sys
import threading
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from sse_adapters.carrier import Login
from sse_adapters.localstack import LocalstackTarget
from sse_adapters.ministack import MinistackTarget
from sse_adapters.policies import POLICIES
from sse_adapters.protocol import TargetError
from sse_adapters.served import ServedTarget
from sse_adapters.servers import HOST, Server, free_port
from sse_spec.actions import RESTRICTED

LISTEN = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"version": "7"}')
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class Tiny(ServedTarget):
    """A server that knows its version, and nothing of S3."""

    name = "tiny"
    accounts = {"main": "000000000000"}  # noqa: RUF012 - as declared

    def server(self) -> Server:
        return Server("tiny", lambda port, _home: (sys.executable, "-c", LISTEN, str(port)), path="/")

    def version(self) -> str:
        return str(json.loads(self.ask("/"))["version"])

    def logins(self) -> dict[str, Login]:
        return {"main": Login("key", "secret")}


class WithoutVersion(Tiny):
    """Starts, and cannot be asked who it is."""

    def version(self) -> str:
        raise TargetError("no version")


class _Iam(http.server.BaseHTTPRequestHandler):
    """Answers like an IAM, and remembers what it was asked; the refusing one refuses the keys of users."""

    asked: ClassVar[list[dict[str, str]]] = []
    refuses: ClassVar[bool] = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        words = {name: values[0] for name, values in parse_qs(body).items()}
        type(self).asked.append(words)
        action = words["Action"]
        if self.refuses and action == "CreateAccessKey":
            self.send_response(403)
            answer = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        else:
            self.send_response(200)
            user = words.get("UserName", "")
            key = f"<AccessKey><UserName>{user}</UserName><AccessKeyId>AKIA-{user}</AccessKeyId>"
            key += "<Status>Active</Status><SecretAccessKey>s</SecretAccessKey></AccessKey>"
            answer = f"<{action}Response><{action}Result>{key}</{action}Result></{action}Response>"
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def do_GET(self) -> None:
        body = b'{"version": "7"}' if self.path == "/" else b"[]"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class WithUsers(Tiny):
    """Says that it has an IAM."""

    has_users = True


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that runs already, with an IAM."""
    monkeypatch.setattr(_Iam, "asked", [])
    with http.server.ThreadingHTTPServer((HOST, 0), _Iam) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://{HOST}:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_server_is_started_asked_its_version_and_stopped() -> None:
    target = Tiny()
    identity = target.open()
    assert (identity.name, identity.version, identity.principals) == ("tiny", "7", ("main",))
    assert target.script_arguments() == ["--endpoint-url", target.url]
    server = target._server
    target.close()
    target.close()
    assert server is not None
    assert server._guard is None
    with pytest.raises(TargetError, match="not open"):
        target.space()


def test_a_server_that_cannot_be_used_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    true = Server.stop
    monkeypatch.setattr(Server, "stop", lambda self: stopped.append(self.url) or true(self))  # type: ignore[func-returns-value]
    target = WithoutVersion()
    with pytest.raises(TargetError, match="no version"):
        target.open()
    assert target._server is None
    assert len(stopped) == 2, "once before the start, once after it"


def test_a_server_by_url_is_not_started_and_its_spaces_clean_up(elsewhere: str) -> None:
    target = Tiny(endpoint_url=f"{elsewhere}/")
    assert target.open().version == "7"
    assert target._server is None
    assert target.url == elsewhere
    assert target.space()._cleaner is not None  # type: ignore[attr-defined]
    target.close()


@pytest.mark.parametrize("url", ["127.0.0.1:4566", "ftp://127.0.0.1", "http://", "http://[::1"])
def test_what_is_no_url_is_told_with_an_example(url: str) -> None:
    with pytest.raises(TargetError, match=r"is no URL of a server: write it like http://127\.0\.0\.1:4566"):
        Tiny(endpoint_url=url).open()


def test_a_server_that_is_not_there_is_told_with_its_url() -> None:
    url = f"http://{HOST}:{free_port()}"
    with pytest.raises(
        TargetError, match=f"ministack does not answer /_ministack/health at {url}: .*refused"
    ) as caught:
        MinistackTarget(endpoint_url=url).open()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("target", [MinistackTarget, LocalstackTarget])
def test_another_server_is_not_taken_for_the_target(target: type[ServedTarget], elsewhere: str) -> None:
    with pytest.raises(TargetError, match=f"is no {target.name}: its .* is no JSON object"):
        target(endpoint_url=elsewhere).open()


def test_a_proxy_of_the_users_is_not_asked_for_a_server_of_this_machine(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{HOST}:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    target = WithUsers(endpoint_url=elsewhere)
    assert set(target.open().principals) == {"main", *RESTRICTED}
    target.close()


def test_principals_with_fewer_rights_are_users_with_policies_of_their_own_and_leave_with_the_run(
    elsewhere: str,
) -> None:
    target = WithUsers(endpoint_url=elsewhere)
    assert target.open().principals == ("main", *RESTRICTED)
    made = [words["UserName"] for words in _Iam.asked if words["Action"] == "CreateUser"]
    assert all(name.startswith("s3sse-") for name in made)
    policies = [json.loads(words["PolicyDocument"]) for words in _Iam.asked if words["Action"] == "PutUserPolicy"]
    assert [policy["Statement"] for policy in policies] == [POLICIES[principal] for principal in RESTRICTED]
    target.close()
    for action in ("DeleteAccessKey", "DeleteUserPolicy", "DeleteUser"):
        assert [words["UserName"] for words in _Iam.asked if words["Action"] == action] == made


def test_a_server_by_url_without_users_is_judged_without_them(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Iam, "refuses", True)
    target = WithUsers(endpoint_url=elsewhere)
    assert target.open().principals == ("main",)
    target.close()
    assert [words["Action"] for words in _Iam.asked][-1] == "DeleteUser", "what was made is removed"


def test_every_principal_with_fewer_rights_lacks_what_it_is_named_for() -> None:
    assert POLICIES.keys() == set(RESTRICTED)
    allowed = {
        name: {action for one in statements if one["Effect"] == "Allow" for action in _listed(one["Action"])}
        for name, statements in POLICIES.items()
    }
    assert allowed["main/no-kms"] == {"s3:*"}
    assert "kms:Decrypt" not in allowed["main/no-decrypt"]
    assert "kms:GenerateDataKey*" in allowed["main/no-decrypt"]
    assert "kms:Decrypt" in allowed["main/no-generate"]
    assert "kms:GenerateDataKey*" not in allowed["main/no-generate"]
    denied = [one for one in POLICIES["main/no-config"] if one["Effect"] == "Deny"]
    assert denied[0]["Action"] == ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"]


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions
