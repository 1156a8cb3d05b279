"""What the suite costs beside the calls that it makes: the cover on moto, over the same calls made bare.

    python benchmarks/harness_ratio.py [RUNS]

Both sides send the same requests in the same order, each from clients built beforehand. The time of the harness is all
of the campaign: preparing, sending, observing, judging, following. The bare time is that of the boto3 methods alone,
with boto3's own parsing; their arguments are prepared off the clock. CreateKey, which takes thirty times as long as
any other call, is left out on both sides. Nothing here waits, so processor time is what counts: what else runs on the
machine disturbs it little.
"""

from __future__ import annotations

import statistics
import sys
from time import process_time
from typing import Any

from boto3.session import Session
from sse_adapters.calls import Call, call
from sse_adapters.moto import MotoTarget
from sse_adapters.names import NameMap
from sse_adapters.protocol import Identity, Space
from sse_conformance.campaign import Campaign
from sse_conformance.cover import Plan, plan
from sse_spec.actions import Action, CopyObject, CreateKey, DeleteObject, PutBucketVersioning, PutObject
from sse_spec.clauses import CLASSES
from sse_spec.model import Model
from sse_spec.observations import Observation

RUNS = 5
LIMIT = 0.15
"""The most that the harness may add, as a share of the bare time."""


class Watched:
    """A space that notes what it is asked, whether that failed, and how long CreateKey takes."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.actions: list[Action] = []
        self.failed: list[bool] = []
        self.key_seconds = 0.0

    def perform(self, action: Action) -> Observation:
        """Pass the action on."""
        self.actions.append(action)
        begun = process_time()
        seen = self._space.perform(action)
        if isinstance(action, CreateKey):
            self.key_seconds += process_time() - begun
        self.failed.append(seen.refused or seen.fault is not None)
        return seen

    def close(self) -> None:
        """Close the space."""
        self._space.close()


class Bare:
    """The same calls as a program makes that uses boto3 and nothing else."""

    def __init__(self, identity: Identity, target: MotoTarget) -> None:
        self._identity = identity
        carrier = target._carrier  # noqa: SLF001 - so that both sides have one configuration
        assert carrier is not None
        self._config = carrier._config  # noqa: SLF001
        self._session = Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._outgoing: Call | None = None

    def client(self, request: Call) -> Any:
        """The client that a call goes out from."""
        known = self._clients.get((request.principal, request.service, request.region))
        if known is None:
            region = self._identity.regions[request.region]
            known = self._session.client(request.service, region_name=region, config=self._config)
            account = {"x-moto-account-id": self._identity.accounts[request.principal]}

            def add(params: dict[str, Any], **_: Any) -> None:
                outgoing = self._outgoing
                params["headers"].update(account)
                if outgoing is not None:
                    params["headers"].update(outgoing.headers)
                    if outgoing.body is not None:
                        params["body"] = outgoing.body.encode()

            known.meta.events.register_last(f"before-call.{request.service}", add)
            self._clients[request.principal, request.service, request.region] = known
        return known

    def run(self, actions: list[Action], number: int) -> tuple[float, list[bool]]:
        """The seconds that the calls took together, and which of them failed."""
        names = NameMap(f"bare-{number}-", self._identity.accounts, self._identity.regions)
        seconds = 0.0
        failed = []
        for action in actions:
            request = self._outgoing = call(action, names)
            method = getattr(self.client(request), request.method)
            answer: dict[str, Any] | None
            begun = process_time()
            try:
                answer = method(**request.arguments)
            except Exception:  # moto fails in this process with whatever error it has
                answer = None
            taken = process_time() - begun
            if not isinstance(action, CreateKey):
                seconds += taken
            failed.append(answer is None)
            if answer is not None:
                learn(names, action, answer)
        return seconds, failed


def learn(names: NameMap, action: Action, answer: dict[str, Any]) -> None:
    """Note what later calls name: the keys and versions that moto invented."""
    match action:
        case PutObject() | CopyObject():
            names.learn_write(action.bucket, action.key, answer.get("VersionId"))
        case DeleteObject(version=None):
            names.learn_delete(action.bucket, action.key, answer.get("VersionId"))
        case PutBucketVersioning():
            names.learn_versioning(action.bucket, action.status)
        case CreateKey():
            names.learn_key(action.key, action.region, answer["KeyMetadata"]["Arn"])
        case _:
            pass


def harness(model: Model, identity: Identity, target: MotoTarget, planned: Plan) -> tuple[float, Watched]:
    """The seconds that a campaign took without its CreateKey, and what it sent."""
    watched = Watched(target.space())
    campaign = Campaign(model, identity, watched)
    begun = process_time()
    campaign.run(planned)
    seconds = process_time() - begun - watched.key_seconds
    assert not campaign.incomplete, campaign.incomplete
    return seconds, watched


def main(runs: int) -> int:
    """Measure, print, and say by the exit status whether the limit is kept."""
    begun = process_time()
    model = Model()
    planned = plan(model, CLASSES)
    print(f"planned {len(planned.goals)} goals in {process_time() - begun:.2f} s (not counted below)")
    target = MotoTarget()
    ratios = []
    try:
        identity = target.open()
        bare = Bare(identity, target)
        for number in range(runs + 1):
            with_suite, watched = harness(model, identity, target, planned)
            target.space()  # empties moto
            alone, failed = bare.run(watched.actions, number)
            assert failed == watched.failed, "the two sides did not send the same calls"
            if number == 0:  # the clients were built, and boto3 has read its descriptions
                continue
            ratios.append(with_suite / alone - 1)
            took = f"{with_suite:.3f} s by the suite, {alone:.3f} s bare, {ratios[-1]:+.1%}"
            print(f"run {number}: {len(failed):,} calls, {took}", flush=True)
    finally:
        target.close()
    median = statistics.median(ratios)
    print(f"harness over bare calls: {median:+.1%} (median of {runs}; at most {LIMIT:+.0%})")
    return 0 if median <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
