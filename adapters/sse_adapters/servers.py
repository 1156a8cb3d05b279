"""Servers that the suite starts and stops by itself: on a free port, with a log, and never left behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from sse_adapters.protocol import TargetError
from sse_adapters.redaction import redacted

__all__ = ["HOST", "Server", "free_port", "is_here"]

HOST = "127.0.0.1"
"""Servers listen here and nowhere else."""

_LOOPBACK = (HOST, "localhost", "::1")

READY_SECONDS = 120.0
"""How long a server may take until it answers: the slowest known takes some ten seconds on a busy machine."""

PAUSE_SECONDS = 0.05
"""The pause between two questions whether a server is ready."""

STOP_SECONDS = 15.0
"""How long a server may take to end; its guard kills it long before."""

TRIES = 3
"""A port that was free may be taken by another before the server listens: then it gets another one."""

ENDED = "ended"

SHOWN_LINES = 5
"""So many last lines of its log are shown when a server does not start."""

Ready = Callable[[int, bytes], bool]
"""Whether an answer, by its status and body, says that the server is ready."""


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_here(url: str) -> bool:
    """Whether a URL is of this machine: then no proxy of the user's has a say."""
    return urlsplit(url).hostname in _LOOPBACK


def _is_ok(status: int, _: bytes) -> bool:
    return status == 200


class Server:
    """A server in a process of its own.

    `command` and `environment` make it from a port, `path` is asked until `ready` says that the answer is one of a
    server that is ready. The log is in a directory of its own in `home`, which is removed when the server is stopped;
    `home` is also its working directory. Raises :class:`TargetError` from :meth:`start`, with the place of the log.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[int, Path], Sequence[str]],
        *,
        path: str,
        ready: Ready = _is_ok,
        environment: Callable[[int, Path], Mapping[str, str]] = lambda _port, _home: {},
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        self._name = name
        self._command = command
        self._environment = environment
        self._path = path
        self._is_ready = ready
        self._ready_seconds = ready_seconds
        self._guard: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> str:
        """Start it and wait until it answers. Gives its URL."""
        self.stop()
        trouble = self._launch_and_wait()
        for _ in range(TRIES - 1):
            if not trouble.startswith(ENDED):
                break
            self.stop()
            trouble = self._launch_and_wait()
        if trouble:
            log = self._keep_log()
            self.stop()
            raise TargetError(f"{self._name} {trouble}; its log is {log}{_last_lines(log)}")
        return self.url

    def stop(self) -> None:
        """End it and everything that it has started, and remove its files. Safe to call twice."""
        guard, self._guard = self._guard, None
        if guard is not None:
            assert guard.stdin is not None  # noqa: S101 - it was made with a pipe
            guard.stdin.close()
            try:
                guard.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:  # the guard hangs: its death ends nothing, but nobody waits for it
                guard.kill()
                guard.wait()
        if self._home is not None:
            self._home.cleanup()
            self._home = None

    def _launch_and_wait(self) -> str:
        self._launch()
        return self._wait()

    def _launch(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix=f"s3-sse-{self._name}-", ignore_cleanup_errors=True)
        home = Path(self._home.name)
        self.port = free_port()
        with self._log.open("wb") as log:
            try:
                self._guard = subprocess.Popen(  # noqa: S603 - a command of an adapter
                    [sys.executable, "-m", "sse_adapters.guard", str(home), *self._command(self.port, home)],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=home,
                    env={**_plain_environment(), **self._environment(self.port, home)},
                    start_new_session=True,  # Ctrl-C is for the suite, which then stops its servers
                )
            except OSError as error:
                raise TargetError(f"{self._name} cannot be started: {error}") from None

    @property
    def _log(self) -> Path:
        assert self._home is not None  # noqa: S101 - asked for while the server runs
        return Path(self._home.name) / "server.log"

    def _wait(self) -> str:
        """Ask until it is ready; else what is wrong, as the rest of a sentence."""
        assert self._guard is not None  # noqa: S101 - it was launched
        deadline = time.monotonic() + self._ready_seconds
        while time.monotonic() < deadline:
            status = self._guard.poll()
            if status is not None:
                return f"{ENDED} with status {status} before it was ready"
            if self._answers():
                return "" if self._guard.poll() is None else f"{ENDED} as soon as it was ready"
            time.sleep(PAUSE_SECONDS)
        return f"did not answer within {self._ready_seconds:g} s"

    def _answers(self) -> bool:
        connection = HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self._path)
            answer = connection.getresponse()
            return self._is_ready(answer.status, answer.read())
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _keep_log(self) -> Path:
        """A copy of the log that outlives the server, for who looks for what went wrong: without secrets."""
        handle, name = tempfile.mkstemp(prefix=f"s3-sse-{self._name}-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as kept:
            kept.write(redacted(self._log.read_text(encoding="utf-8", errors="replace")))
        return Path(name)


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()[-SHOWN_LINES:]
    return "".join(f"\n  {line}" for line in lines) or " and is empty"


def _plain_environment() -> dict[str, str]:
    """The environment without what the user has set for AWS and moto: a server is to be as the adapter describes it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
