"""Runs a server for as long as somebody wants it: `python -m sse_adapters.guard HOME COMMAND...`.

The guard stands between the suite and the server. It ends the server, and every process of its group, when its own
standard input is closed: the suite closes it to stop the server, and the system closes it when the suite dies, however
it dies. Then it removes HOME, the directory of the server, too. It ends by itself when the server does, with its exit
status, and leaves the directory, with the log, to the suite.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

__all__ = ["main"]

GRACE_SECONDS = 5.0
"""How long a server may take to stop when it is asked to, before it is killed."""


def main(home: str, command: list[str]) -> int:
    """Run a command until it ends, or until standard input is closed. Gives its exit status."""
    unwanted = threading.Event()
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - the suite's own
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # not before: the server would ignore them too; the input ends it
    threading.Thread(target=_end_on_eof, args=(server, unwanted), daemon=True).start()
    status = server.wait()
    _signal(server, signal.SIGKILL)  # what the server has left behind in its group
    if unwanted.is_set():
        shutil.rmtree(home, ignore_errors=True)
    return abs(status)


def _end_on_eof(server: subprocess.Popen[bytes], unwanted: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    unwanted.set()
    _signal(server, signal.SIGTERM)
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal(server, signal.SIGKILL)


def _signal(server: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
