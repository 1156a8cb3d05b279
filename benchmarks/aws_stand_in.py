"""The target `aws` against a stand-in for AWS on this machine: `python benchmarks/aws_stand_in.py`.

Two questions, each with an exit status of 1 for the wrong answer:

- Does eventual consistency of up to five seconds make any divergence that is not there without it? The cover is carried
  out twice, on moto as it is and behind a wire that is slow to agree, and the verdicts are held against each other.
  Waiting is counted and skipped, so that this takes minutes and not a night.
- Does a run that is killed, at moments that a seed draws, leave anything behind for `s3-sse clean aws` to miss? Each is
  a process of its own that gets SIGKILL. What is not ours has to be there afterwards as it was.

Nothing leaves this machine: a connection to anywhere but loopback is an error.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sse_adapters.aws import removal
from sse_adapters.aws.target import AwsTarget
from sse_adapters.waiting import Clock
from sse_conformance import engine
from sse_conformance.engine import Options
from sse_conformance.faulty.aws import ACCESS_KEYS, NO_FAULTS, Faults, SkippingClock, StandIn
from sse_reports.result import Result
from sse_spec.clauses import CLASSES

SECONDS = 5.0
"""Most that a change takes to be shown, and to take effect."""

KILLS = 20

MOST_REQUESTS = 1500
"""A run is killed before it has made more requests; early moments are drawn more often than late ones."""

DEADLINE = 300.0
"""So many seconds a run may take to that moment."""

FOREIGN = ("photos", "s3sse-backup", "s3sse-0badc0de-0-bucket1", "s3sse-12345678-3-x")


def environment(folder: Path) -> dict[str, str]:
    """Settings by which the two accounts sign, and journals go into a folder."""
    config = folder / "config"
    config.write_text(
        "\n".join(
            f"[profile {name}]\naws_access_key_id={key}\naws_secret_access_key=secret"
            for name, key in ACCESS_KEYS.items()
        )
    )
    return {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "S3_SSE_STATE": str(folder / "state"),
    }


def stay_here() -> None:
    """Make every connection to another machine an error."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"a connection to {address[0]}: nothing may leave this machine")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]


def target(endpoint: str, clock: Clock = Clock()) -> AwsTarget:  # noqa: B008
    """The target, sent to the stand-in."""
    return AwsTarget(profile="main", other_profile="other", yes=True, endpoint_url=endpoint, clock=clock)


# --- consistency ------------------------------------------------------------------------------------------------------


def judged(faults: Faults, options: Options) -> tuple[Result, float]:
    """The result of a run behind that wire, and the seconds of waiting that were skipped."""
    time_ = SkippingClock(time.monotonic)
    with StandIn(faults, time_.clock) as stand_in:
        result = engine.run(functools.partial(target, stand_in.endpoint, time_.clock), options)
        left = [name for name in stand_in.truth() if not name.startswith("key ")]
        if left:
            raise SystemExit(f"left behind: {left}")
    return result, time_.skipped


def consistency(classes: tuple[str, ...], size: str) -> int:
    """Hold the verdicts behind a slow wire against those behind a quick one. Gives how many are wrong."""
    options = Options(classes=classes, size=size)  # type: ignore[arg-type]
    wrong = 0
    began = time.monotonic()
    quick, skipped = judged(NO_FAULTS, options)
    print(f"at once:        {_figures(quick)}, {skipped:.0f} s of waiting skipped, {time.monotonic() - began:.0f} s")
    failing = {one.id for one in quick.clauses if one.verdict == "fail"}
    known = {one.signature for one in quick.divergences if one.confirmed}
    for name, faults in (
        ("up to 5 s", Faults(shown=SECONDS, effective=SECONDS, seed=1)),
        ("later than shown", Faults(shown=0.5, effective=SECONDS, seed=2)),
        ("throttled too", Faults(shown=SECONDS, effective=SECONDS, throttled=0.02, seed=3)),
    ):
        began = time.monotonic()
        slow, skipped = judged(faults, options)
        print(f"{name + ':':<16}{_figures(slow)}, {skipped:.0f} s of waiting skipped, {time.monotonic() - began:.0f} s")
        for one in slow.clauses:
            if one.verdict == "fail" and one.id not in failing:
                wrong += 1
                print(f"  {one.id} fails only there")
        for divergence in slow.divergences:
            if divergence.confirmed and divergence.signature not in known:
                wrong += 1
                print(f"  confirmed only there: {divergence.signature}")
    return wrong


def _figures(result: Result) -> str:
    verdicts = [one.verdict for one in result.clauses]
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in ("pass", "fail", "inconclusive") if v in verdicts)
    unconfirmed = sum(not one.confirmed for one in result.divergences)
    return f"{counts}; {len(result.divergences)} divergences, {unconfirmed} of them not confirmed"


# --- kills ------------------------------------------------------------------------------------------------------------


def others(endpoint: str) -> None:
    """Make what is not ours, as close to it as it may come."""
    there = removal.reach("main", "other", None, None, endpoint)
    account, region = there.accounts[0], there.regions[0]
    s3, kms = there.client(account, "s3", region), there.client(account, "kms", region)
    for name in FOREIGN:
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="precious", Body=b"keep me")
    s3.put_bucket_tagging(Bucket="s3sse-12345678-3-x", Tagging={"TagSet": [{"Key": "s3sse-run", "Value": "other"}]})
    key = kms.create_key(Tags=[{"TagKey": "owner", "TagValue": "somebody"}])["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/s3sse-0badc0de-0-alias1", TargetKeyId=key)
    kms.create_alias(AliasName="alias/theirs", TargetKeyId=key)


def kills(count: int, seed: int) -> int:
    """Kill runs, clean up after each, and look what is left. Gives how many times that was wrong."""
    moments = random.Random(seed)
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="s3-sse-stand-in-") as name:
        os.environ.update(environment(Path(name)))
        state = Path(name) / "state" / "aws"
        with StandIn(Faults(shown=1.0, effective=1.0, seed=seed)) as stand_in:
            others(stand_in.endpoint)
            before = stand_in.truth()
            for number in range(count):
                life = round(MOST_REQUESTS ** moments.random())
                ended = _killed(stand_in, life)
                left = len(stand_in.truth()) - len(before)
                time_ = SkippingClock(time.monotonic)
                keys = number == count - 1
                there = removal.reach("main", "other", None, None, stand_in.endpoint)
                swept = removal.sweep(there, state, keys=keys, clock=time_.clock)
                after = stand_in.truth()
                found = [*_what_is_wrong(before, after, keys=keys), *swept.left, *_journals(state)]
                wrong += bool(found)
                print(
                    f"{number + 1:>3}. killed at request {life:>4}{ended}: {left} things left, "
                    f"{len(swept.removed)} removed or put back; {found or 'clean'}"
                )
    return wrong


def _killed(stand_in: StandIn, life: int) -> str:
    """Begin a run and kill it once it has made so many requests. Gives what came of it if it ended before."""
    moment, deadline = stand_in.asked.total() + life, time.monotonic() + DEADLINE
    child = subprocess.Popen([sys.executable, __file__, "--child", stand_in.endpoint], stderr=subprocess.PIPE)
    try:
        while stand_in.asked.total() < moment and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            return ""
        said = child.communicate()[1].decode()[-300:]
        return f" (it had ended, status {child.returncode} {said})"
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()


def _what_is_wrong(before: Mapping[str, Any], after: Mapping[str, Any], *, keys: bool) -> list[str]:
    found = [f"touched: {name}" for name in before if after.get(name) != before[name]]
    state = "PendingDeletion" if keys else "Enabled"
    for name in after.keys() - before.keys():
        ready = after[name].get("key_state") == state and set(after[name]["tags"]) == {"s3sse-pool"}
        if not (name.startswith("key ") and ready):
            found.append(f"left: {name} {after[name].get('key_state', '')} {after[name].get('tags', '')}")
    return found


def _journals(state: Path) -> list[str]:
    return [f"journal left: {path.name}" for path in state.glob("*.jsonl")]


def child(endpoint: str) -> None:
    """What is killed: a run that skips its waiting, so that more happens before its end."""
    engine.run(functools.partial(target, endpoint, SkippingClock(time.monotonic).clock), Options())


def main() -> int:
    """Both questions."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--class", dest="classes", action="append", choices=CLASSES)
    parser.add_argument("--cover", choices=("clauses", "goals"), default="goals")
    parser.add_argument("--child", metavar="URL", help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    stay_here()
    if parsed.child:
        child(parsed.child)
        return 0
    wrong = kills(parsed.kills, parsed.seed) if parsed.kills else 0
    with tempfile.TemporaryDirectory(prefix="s3-sse-stand-in-") as name:
        os.environ.update(environment(Path(name)))
        wrong += consistency(tuple(parsed.classes or ("core", "kms")), parsed.cover)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
