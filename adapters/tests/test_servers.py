"""Servers that the suite starts: ready when they answer, told with their log when they do not, gone when it is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sse_adapters.protocol import TargetError
from sse_adapters.servers import HOST, Server, free_port

LISTEN = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{os.getpid()} {os.environ.get('COLOUR')} {os.getcwd()}".encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LISTEN


def server(script: str = LISTEN, **more: object) -> Server:
    return Server("tiny", lambda port, _home: (sys.executable, "-c", script, str(port)), path="/", **more)  # type: ignore[arg-type]


@pytest.fixture
def started() -> Iterator[Callable[[Server], str]]:
    servers: list[Server] = []

    def start(one: Server) -> str:
        servers.append(one)
        return one.start()

    yield start
    for one in servers:
        one.stop()


def ask(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def is_heard(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def is_gone(port: int) -> bool:
    """Whether nobody listens any more, as soon as that is so."""
    return came_about(lambda: not is_heard(port))


def came_about(condition: Callable[[], bool], within: float = 10.0) -> bool:
    """Whether something came about, as soon as it has."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_server_answers_when_it_has_started_and_is_gone_when_it_was_stopped(started: Callable[[Server], str]) -> None:
    one = server(environment=lambda _port, _home: {"COLOUR": "green"})
    url = started(one)
    pid, colour, home = ask(url).split()
    assert colour == "green"
    assert Path(home).is_dir()
    one.stop()
    assert not is_heard(one.port)
    assert not Path(home).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
    one.stop()


def test_two_servers_side_by_side_do_not_meet(started: Callable[[Server], str]) -> None:
    first, second = server(), server()
    assert ask(started(first)).split()[0] != ask(started(second)).split()[0]
    first.stop()
    assert ask(second.url)


def test_a_server_that_does_not_want_to_end_is_killed(started: Callable[[Server], str]) -> None:
    one = server(STUBBORN)
    started(one)
    one.stop()
    assert not is_heard(one.port)


def test_a_server_that_ends_at_once_is_told_with_its_status_its_last_words_and_its_log() -> None:
    with pytest.raises(TargetError, match="tiny ended with status 3 before it was ready") as caught:
        server("import sys; print('no such disk'); sys.exit(3)").start()
    said = str(caught.value)
    assert said.endswith("\n  no such disk")
    log = Path(said.splitlines()[0].rpartition("its log is ")[2])
    assert log.read_text() == "no such disk\n"
    log.unlink()


def test_a_server_that_does_not_answer_in_time_is_told_and_stopped() -> None:
    one = server("import time; time.sleep(600)", ready_seconds=0.3)
    with pytest.raises(TargetError, match=r"tiny did not answer within 0\.3 s; its log is .* and is empty") as caught:
        one.start()
    Path(str(caught.value).partition("its log is ")[2].removesuffix(" and is empty")).unlink()


def test_a_port_that_another_has_taken_in_the_meantime_is_given_up(
    started: Callable[[Server], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))  # bound, not listening: who asks there gets no answer
        ports = iter([other.getsockname()[1], free_port()])
        monkeypatch.setattr("sse_adapters.servers.free_port", lambda: next(ports))
        one = server()
        assert ask(started(one))
        assert one.port != other.getsockname()[1]


def test_a_program_that_there_is_not_is_told() -> None:
    one = Server("tiny", lambda _port, _home: ("/no/such/program",), path="/")
    with pytest.raises(TargetError, match="tiny ended with status 1") as caught:
        one.start()
    said = str(caught.value)
    assert "/no/such/program" in said
    Path(said.splitlines()[0].rpartition("its log is ")[2]).unlink()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_does_not_outlive_the_suite_however_that_dies(tmp_path: Path, number: signal.Signals) -> None:
    suite = tmp_path / "suite.py"
    suite.write_text(
        textwrap.dedent(f"""
            import sys, time
            from sse_adapters.servers import Server
            one = Server("tiny", lambda port, _home: (sys.executable, "-c", {LISTEN!r}, str(port)), path="/")
            one.start()
            print(one.port, one._home.name, flush=True)
            time.sleep(600)
        """)
    )
    with subprocess.Popen([sys.executable, str(suite)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        number_of_port, home = process.stdout.readline().split()
        port = int(number_of_port)
        assert is_heard(port)
        assert Path(home).is_dir()
        process.send_signal(number)
    assert is_gone(port)
    assert came_about(lambda: not Path(home).exists())


def test_settings_of_the_user_for_aws_do_not_reach_a_server(
    started: Callable[[Server], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    script = LISTEN.replace("os.environ.get('COLOUR')", "os.environ.get('AWS_ENDPOINT_URL')")
    assert ask(started(server(script))).split()[1] == "None"
