"""What a run signs with never reaches a result, a face of it, or standard error, whatever the target repeats."""

from __future__ import annotations

import base64
import functools
import html
import itertools
import re
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sse_adapters.carrier import Carrier, Login
from sse_adapters.protocol import Identity, Space
from sse_conformance import cli, engine, ledger
from sse_reports import bug, comparison_faces, files, site
from sse_reports.compare import compare, encode
from sse_reports.result import Result

ACCESS_KEY = "AKIAPLANTED7EXAMPLE1"
SECRET_KEY = "planted/secret+key/of/forty/characters/x"
TOKEN = "FwoGplantedSessionToken//////////wEaDPLANTED+token=="
ACCOUNTS = {"main": "123456789012", "other": "210987654321"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
ONLY = ("DEF-03", "HDR-01", "CFG-10", "PST-01", "SSC-01")

_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-{:012d}"
_FIELDS = re.compile(rb'name="(x-amz-signature|x-amz-security-token|policy)"\r\n\r\n([^\r\n]+)', re.IGNORECASE)


class TellTale(ThreadingHTTPServer):
    """Repeats what it was sent wherever it can: in codes, messages, headers, pages, and as values."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: set[str] = {SECRET_KEY, TOKEN, ACCESS_KEY}
        self.turns = itertools.count()
        self.echoes = 0
        self.presigned = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: TellTale
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: the kernel holds the second back for 40 ms

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = self._told(body)
        if target := self.headers.get("X-Amz-Target"):
            made = _ARN.format(next(self.server.turns)).encode()
            self._send(200, b'{"KeyMetadata": {"Arn": "%s"}}' % made if "Create" in target else b"{}")
        elif self.path.count("/") == 1 and self.command == "PUT":
            self._send(200, b"")
        else:
            self._tell(told, (len(self.path) + len(body) + len(self.headers)) % 5)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815

    def _told(self, body: bytes) -> list[str]:
        """What it was told, with every secret noted that is among it."""
        authorization = self.headers.get("Authorization", "")
        self.server.seen |= set(re.findall(r"Signature=(\w+)", authorization))
        secrets = [value.decode() for _, value in _FIELDS.findall(body)]
        secrets += [value for name, value in self.headers.items() if name.lower().endswith("customer-key")]
        self.server.seen |= set(secrets)
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        signed = re.findall(r"Signature=(\w+)", authorization)
        return [*signed, *secrets, SECRET_KEY, self.headers.get("X-Amz-Security-Token", ""), self.path, *headers]

    def handle_expect_100(self) -> bool:
        asked = super().handle_expect_100()
        self.wfile.flush()
        return asked

    def _tell(self, told: list[str], way: int) -> None:
        self.server.echoes += 1
        raw = " ".join(told[:4])
        everything = " ".join(reversed(told)).replace("&", "&amp;").replace("<", "&lt;")
        error = f"<Error><Code>{told[0][:200]}</Code><Message>{raw} {everything}</Message></Error>".encode()
        if way == 0:
            self._send(400, error)
        elif way == 1:
            self._send(200, f"<html>{raw} {everything}</html>".encode())
        elif way == 2:
            self._send(500, error)
        elif way == 3:
            names = ("", "-aws-kms-key-id", "-bucket-key-enabled", "-customer-algorithm", "-customer-key-MD5")
            secrets = itertools.cycle(one for one in told[:4] if one)
            headers = {f"x-amz-server-side-encryption{name}": next(secrets) for name in names}
            self._send(200, b"", headers | {"ETag": f'"{raw}"', "x-amz-version-id": next(secrets)})
        else:
            self._send(302, b"", {"Location": self._elsewhere(told[0])}, raw[:200])

    def _elsewhere(self, signature: str) -> str:
        """An address with a name and a password in it, or one that is signed for whoever has it, in turns."""
        if next(self.server.turns) % 2:
            return f"http://{ACCESS_KEY}:{SECRET_KEY}@127.0.0.1:9/"
        self.server.presigned += 1
        query = {
            "X-Amz-Credential": f"{ACCESS_KEY}/20261101/us-east-1/s3/aws4_request",
            "X-Amz-Security-Token": TOKEN,
            "X-Amz-Signature": signature,
        }
        return f"http://127.0.0.1:9/?{urlencode(query)}"

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, phrase: str | None = None) -> None:
        self.send_response(status, phrase)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class RepeatsEverything:
    """A target that is the server above."""

    def __init__(self, url: str) -> None:
        login = Login(ACCESS_KEY, SECRET_KEY, TOKEN)
        self._carrier = Carrier(
            accounts=ACCOUNTS,
            regions=REGIONS,
            logins=dict.fromkeys(ACCOUNTS, login),
            endpoint=url,
            wait_seconds=0,
        )

    def open(self) -> Identity:
        return Identity("repeats-everything", "1.0", ACCOUNTS, REGIONS, 0.001)

    def space(self) -> Space:
        return self._carrier.space(cleans=False)

    def close(self) -> None:
        self._carrier.close()


@pytest.fixture(scope="module")
def server() -> Iterator[TellTale]:
    with TellTale() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def result(server: TellTale) -> Result:
    options = engine.Options(only=ONLY, size="clauses", ledger=ledger.EMPTY)
    return engine.run(functools.partial(RepeatsEverything, server.url), options)


def _leaks(server: TellTale, text: str) -> list[str]:
    """The secrets in a text, and in what a page holds compressed."""
    for packed in re.findall(r'id="programs">([^<]+)<', text):
        text += zlib.decompress(base64.b64decode(packed)).decode()
    return [one for one in server.seen if any(spelt in text for spelt in (one, quote(one, safe=""), html.escape(one)))]


def _customer_keys(server: TellTale) -> set[str]:
    """Those that the suite has made up and sent: the commands that show a divergence again have to name them."""
    return {one for one in server.seen if len(one) == 44 and len(base64.b64decode(one)) == 32}


def test_the_target_has_repeated_every_kind_of_secret(server: TellTale, result: Result) -> None:
    assert server.echoes > 20
    assert server.presigned
    assert {ACCESS_KEY, SECRET_KEY, TOKEN} <= server.seen
    signatures = [one for one in server.seen if re.fullmatch(r"[0-9a-f]{64}", one)]
    policies = [one for one in server.seen if one.startswith("eyJ")]
    assert len(signatures) > 20
    assert _customer_keys(server)
    assert policies
    assert result.divergences, "what it answers is judged"
    assert "[redacted]" in files.summary(result) + " ".join(str(loss) for loss in result.losses)


def test_no_file_of_the_run_holds_a_secret(server: TellTale, result: Result, tmp_path: Path) -> None:
    files.write(result, tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 10
    for path in written:
        leaks = set(_leaks(server, path.read_text(encoding="utf-8")))
        assert leaks - _customer_keys(server) == set(), path.name
    assert _leaks(server, (tmp_path / "result.json").read_text(encoding="utf-8")) == []


def test_no_page_of_a_site_holds_a_secret(server: TellTale, result: Result, tmp_path: Path) -> None:
    files.write(result, tmp_path / "in")
    site.build(tmp_path / "in", tmp_path / "out")
    pages = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(pages) > 100
    for path in pages:
        assert set(_leaks(server, path.read_text(encoding="utf-8"))) - _customer_keys(server) == set(), path


def test_what_a_page_holds_compressed_is_looked_at(server: TellTale) -> None:
    packed = base64.b64encode(zlib.compress(f'["{TOKEN}"]'.encode())).decode()
    assert _leaks(server, f'<script type="text/plain" id="programs">{packed}</script>') == [TOKEN]


def test_no_comparison_and_no_draft_of_a_bug_report_holds_a_secret(server: TellTale, result: Result) -> None:
    comparison = compare(result, result)
    told = [encode(comparison).decode(), comparison_faces.text(comparison), comparison_faces.markdown(comparison)]
    told += [bug.report(result, one) for one in result.divergences]
    for text in told:
        assert _leaks(server, text) == []


def test_standard_error_holds_no_secret(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = f"{tmp_path}/X-Amz-Signature={'5e' * 32}&X-Amz-Security-Token=planted.json"
    with pytest.raises(SystemExit):
        cli.main(["ledger", "update", name])
    complaint = capsys.readouterr().err
    assert "5e5e" not in complaint
    assert "planted" not in complaint
    assert "X-Amz-Signature=[redacted]" in complaint
