"""Actions of which the first answer is not the last: what is asked for afterwards, until there is something to see."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple, TypeGuard, TypeVar

import msgspec
from sse_spec.actions import Action, BatchCopy, HeadObject, HeadReplica, ReadLog, account_of
from sse_spec.observations import Observation

from sse_adapters.answers import observe_s3
from sse_adapters.calls import Call, Names, call
from sse_adapters.documents import Answer, NotS3Error, Shown, cut, document, expect, name, text
from sse_adapters.faults import fault

__all__ = ["CLOCK", "LATE", "Clock", "Later", "Waiting", "waits"]

LATE = "what was waited for has not come"

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
"""Seconds between two looks: twice as long each time."""

QUIET_SECONDS = 15.0
"""How long a source may show no replication status at all: S3 shows one at once where there will be a replica."""

JOB_ENDED = ("Complete", "Failed", "Cancelled")

Later = HeadReplica | ReadLog | BatchCopy
"""The actions that are waited for."""

Send = Callable[[Call], Answer]
T = TypeVar("T")


class Clock(NamedTuple):
    """The time in seconds, from any beginning, and how to let some pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


CLOCK = Clock()


def waits(action: Action) -> TypeGuard[Later]:
    """Whether the action is one of those."""
    return isinstance(action, HeadReplica | ReadLog | BatchCopy)


class Waiting:
    """Asks again until the answer is there, `seconds` long at most; 0 asks once and takes the answer as final.

    A target that does everything at once has 0: what it has not done by then, it never does.
    """

    def __init__(self, send: Send, names: Names, seconds: float, clock: Clock = CLOCK) -> None:
        self._send = send
        self._names = names
        self._seconds = seconds
        self._clock = clock

    def perform(self, action: Later, request: Call, shown: Shown) -> Observation:
        """Send the request of the action, and what it takes to see what came of it."""
        try:
            if isinstance(action, BatchCopy):
                return self._job(action, request, shown)
            if isinstance(action, ReadLog):
                return self._log(action, request, shown)
            return self._replica(action, request, shown)
        except NotS3Error as error:
            return fault(200, str(error), shown)

    def _until(self, ask: Callable[[], T], ended: Callable[[T], bool]) -> tuple[T, bool]:
        """What was answered last, and whether that is the end of it."""
        end, pause = self._clock.now() + self._seconds, FIRST_PAUSE
        while True:
            seen = ask()
            if not self._seconds or ended(seen):
                return seen, True
            left = end - self._clock.now()
            if left <= 0:
                return seen, False
            self._clock.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)

    # --- replicas -----------------------------------------------------------------------------------------------------

    def _replica(self, action: HeadReplica, request: Call, shown: Shown) -> Observation:
        """The replica, or the refusal where it stays away; nothing while its source says that it is on its way."""
        source = HeadObject(bucket=action.source, key=action.key, customer=action.customer, principal=action.principal)
        look, began = call(source, self._names), self._clock.now()

        def ask() -> tuple[Observation, Observation]:
            # The source first: a replica that is asked for after the end of its replication is not an older one.
            before = observe_s3(source, self._send(look), shown)
            return before, observe_s3(action, self._send(request), shown)

        def ended(seen: tuple[Observation, Observation]) -> bool:
            before, replica = seen
            if before.replication_status == "FAILED" or replica.fault is not None:
                return True
            if replica.status == 404:
                return before.replication_status is None and self._clock.now() - began >= QUIET_SECONDS
            under_way = before.replication_status == "PENDING"
            return replica.refused or not under_way or replica.version_id == before.version_id

        (before, replica), over = self._until(ask, ended)
        if not over and before.replication_status == "PENDING":
            return Observation(replica.status, message=LATE, fault="late")
        return replica

    # --- jobs ---------------------------------------------------------------------------------------------------------

    def _job(self, action: BatchCopy, request: Call, shown: Shown) -> Observation:
        """Whether the job copied the object, and the version that it wrote."""
        answer = self._send(request)
        if answer.status == 404:  # whoever has the API finds the account: what answers so does not have it
            said = (answer.body or b"").decode("utf-8", "replace")
            return Observation(404, code="NotImplemented", message=cut(said, shown))
        begun = observe_s3(action, answer, shown)
        if begun.refused or begun.fault is not None:
            return begun
        job = {"AccountId": self._names.account(account_of(action.principal)), "JobId": _in(answer, "JobId")}
        look = Call("s3control", "describe_job", job, action.principal, request.region)

        def ended(found: Answer) -> bool:
            if found.status != 200:
                return found.status < 500 or found.status == 501
            return _job_status(found) in JOB_ENDED

        found, over = self._until(lambda: self._send(look), ended)
        if not over or (found.status == 200 and _job_status(found) not in JOB_ENDED):
            return Observation(found.status, message=LATE, fault="late")
        seen = _job_result(found, shown) if found.status == 200 else observe_s3(action, found, shown)
        if seen.refused or seen.fault is not None:
            return seen
        copy = HeadObject(bucket=action.bucket, key=action.key, principal=action.principal)
        version = observe_s3(copy, self._send(call(copy, self._names)), shown).version_id
        return msgspec.structs.replace(seen, version_id=version)

    # --- logs ---------------------------------------------------------------------------------------------------------

    def _log(self, action: ReadLog, request: Call, shown: Shown) -> Observation:
        """Whether a log arrives of a request that is made for that, and how it is encrypted."""
        answer = self._send(request)
        before = _listing(answer)
        if before is None:
            return observe_s3(action, answer, shown)
        arguments = {"Bucket": self._names.bucket(action.source), "MaxKeys": 1}
        region = self._names.bucket_region(action.source)
        self._send(Call("s3", "list_objects_v2", arguments, action.principal, region))

        def arrived() -> list[str]:
            return [key for key in _listing(self._send(request)) or () if key not in before]

        new, _ = self._until(arrived, bool)
        if not new:  # delivery is by best effort: that no log has come is an answer too
            return Observation(200, delivered=False)
        look = HeadObject(bucket=action.bucket, key=new[-1], principal=action.principal)
        head = observe_s3(look, self._send(call(look, self._names)), shown)
        if head.refused or head.fault is not None:
            return head
        return Observation(
            200, delivered=True, algorithm=head.algorithm, kms_key=head.kms_key, bucket_key=head.bucket_key
        )


def _job_result(found: Answer, shown: Shown) -> Observation:
    """What came of a job that has ended. One that ended well may have failed at its only object, or found none."""
    status, failed, tasks = _job_status(found), _in(found, "NumberOfTasksFailed"), _in(found, "TotalNumberOfTasks")
    if status == "Complete" and failed in ("0", "") and tasks != "0":
        return Observation(200)
    reason = _in(found, "FailureReason") or f"{status}, {failed or '?'} of {tasks or '?'} objects failed"
    code = _in(found, "FailureCode")
    return Observation(400, code=cut(code, shown) if code else None, message=cut(reason, shown))


def _job_status(found: Answer) -> str:
    expect(document(found), "DescribeJobResult")
    return _in(found, "Status")


def _in(answer: Answer, wanted: str) -> str:
    """The text of the first element of that name, however deep."""
    root = document(answer)
    found = None if root is None else next((one for one in root.iter() if name(one) == wanted), None)
    return "" if found is None else found.text or ""


def _listing(answer: Answer) -> tuple[str, ...] | None:
    """The keys of a listing; None where the answer is none."""
    if answer.status != 200:
        return None
    root = document(answer)
    if root is None or name(root) != "ListBucketResult":
        raise NotS3Error("no listing where one belongs")
    return tuple(text(one, "Key") or "" for one in root if name(one) == "Contents")
