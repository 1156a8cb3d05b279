"""Runs every script of a report against a fresh server of the target, and says which do not show their divergence.

    python benchmarks/witness_scripts.py ministack report/ministack

The scripts run as they stand, with the server's URL as their argument and none of the user's AWS settings. Exit status:
0 if each ends with 1 (the divergence is there), 1 if some do not, 2 for a target that is no server or a report without
any script.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sse_adapters.registry import load
from sse_adapters.served import ServedTarget

SECONDS = 120.0
"""How long a script may take."""

AT_ONCE = 2


def main(name: str, report: Path) -> int:
    """Run them all. Gives the exit status."""
    target, scripts = load(name), sorted(report.glob("witnesses/*.py"))
    if not isinstance(target, ServedTarget) or not scripts:
        print(f"{name} is no server that the suite starts, or {report} has no scripts")
        return 2
    try:
        target.open()
        words = [*target.script_arguments()]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(lambda script: run(script, words), scripts))
    finally:
        target.close()
    odd = [(script, status, said) for script, (status, said) in zip(scripts, done, strict=True) if status != 1]
    for script, status, said in odd:
        print(f"{script.name} ended with {status}:\n{said}\n")
    print(f"{len(scripts) - len(odd)} of {len(scripts)} scripts show their divergence")
    return 1 if odd else 0


def run(script: Path, words: list[str]) -> tuple[int, str]:
    """The status of one, and what it said."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    try:
        done = subprocess.run(
            [sys.executable, str(script), *words],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**own, **nothing, "AWS_EC2_METADATA_DISABLED": "true"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"it did not end within {SECONDS:g} s"
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
