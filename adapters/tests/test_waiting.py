"""What S3 does some time after a request is waited for, for as long as it may still come and no longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from sse_adapters.calls import Call, call
from sse_adapters.documents import Answer
from sse_adapters.names import NameMap
from sse_adapters.waiting import LATE, QUIET_SECONDS, Clock, Later, Waiting, waits
from sse_spec.actions import BatchCopy, CustomerKey, HeadReplica, ReadLog, S3Action
from sse_spec.observations import Observation

STEM = "s3sse-t-0-"
SECONDS = 60.0
REPLICA = HeadReplica(bucket="d", key="o", source="s")
LOG = ReadLog(bucket="logs", source="b")
JOB = BatchCopy(bucket="d", key="o", source_bucket="s", source_key="o")


class Watch:
    """A clock that nobody waits for."""

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def now(self) -> float:
        return self.time


Reply = Callable[[Call, float], Answer]


class Target:
    """Answers what it is told to, by the call and the time, and remembers what it was asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.watch = Watch()
        self.asked: list[Call] = []
        self.names = NameMap(
            STEM, {"main": "111111111111", "other": "222222222222"}, {"home": "us-east-1", "away": "us-west-2"}
        )

    def send(self, request: Call) -> Answer:
        self.asked.append(request)
        return self.reply(request, self.watch.time)

    def perform(self, action: Later, seconds: float = SECONDS) -> Observation:
        waiting = Waiting(self.send, self.names, seconds, Clock(self.watch.now, self.watch.sleep))
        return waiting.perform(action, call(action, self.names), lambda text: text.replace(STEM, ""))


def answer(status: int, body: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body.encode())


def test_only_three_actions_are_waited_for() -> None:
    kinds = {kind for kind in get_args(S3Action) if kind in get_args(Later)}
    assert kinds == {HeadReplica, ReadLog, BatchCopy}
    assert all(waits(action) for action in (REPLICA, LOG, JOB))


# Replicas

ABSENT = answer(404)


def source(status: str | None, version: str = "v2") -> Answer:
    return answer(200, x_amz_version_id=version, **({} if status is None else {"x_amz_replication_status": status}))


def replica(version: str = "v2") -> Answer:
    return answer(200, x_amz_version_id=version, x_amz_replication_status="REPLICA")


def both(at_source: Callable[[float], Answer], at_replica: Callable[[float], Answer]) -> Target:
    def reply(request: Call, time: float) -> Answer:
        assert request.method == "head_object"
        return at_source(time) if request.arguments["Bucket"] == f"{STEM}s" else at_replica(time)

    return Target(reply)


def test_a_replica_is_asked_for_until_it_has_arrived() -> None:
    target = both(
        lambda time: source("PENDING" if time < 2 else "COMPLETED"), lambda time: ABSENT if time < 2 else replica()
    )
    seen = target.perform(REPLICA)
    assert (seen.status, seen.replication_status, seen.fault) == (200, "REPLICA", None)
    assert 2 <= target.watch.time < 5


def test_the_pauses_grow_and_end_with_the_time_that_is_given() -> None:
    target = both(lambda _: source("PENDING"), lambda _: ABSENT)
    target.perform(REPLICA)
    assert target.watch.pauses[:3] == [0.05, 0.1, 0.2]
    assert max(target.watch.pauses) <= 5
    assert target.watch.time == pytest.approx(SECONDS)


def test_a_replication_that_failed_has_the_refusal_for_its_answer_at_once() -> None:
    target = both(lambda _: source("FAILED"), lambda _: ABSENT)
    assert target.perform(REPLICA) == Observation(404)
    assert target.watch.pauses == []


def test_a_replica_that_stays_under_way_is_late() -> None:
    target = both(lambda _: source("PENDING"), lambda _: ABSENT)
    assert target.perform(REPLICA) == Observation(404, message=LATE, fault="late")


def test_an_object_without_a_replication_status_is_given_little_time() -> None:
    target = both(lambda _: source(None), lambda _: ABSENT)
    assert target.perform(REPLICA) == Observation(404)
    assert QUIET_SECONDS <= target.watch.time < SECONDS / 2


def test_a_replica_of_a_source_that_shows_no_status_counts_once_it_is_there() -> None:
    target = both(lambda _: source(None), lambda time: ABSENT if time < 1 else replica())
    assert target.perform(REPLICA).status == 200


def test_a_completed_replication_whose_replica_never_shows_is_the_refusal() -> None:
    target = both(lambda _: source("COMPLETED"), lambda _: ABSENT)
    assert target.perform(REPLICA) == Observation(404)
    assert target.watch.time == pytest.approx(SECONDS)


def test_an_older_replica_is_not_taken_for_the_one_under_way() -> None:
    target = both(
        lambda time: source("PENDING" if time < 3 else "COMPLETED"), lambda time: replica("v1" if time < 3 else "v2")
    )
    assert target.perform(REPLICA).version_id == "v2"


def test_a_replica_counts_before_the_status_of_its_source_says_so() -> None:
    target = both(lambda _: source("PENDING"), lambda _: replica())
    assert target.perform(REPLICA).status == 200
    assert target.watch.pauses == []


@pytest.mark.parametrize(("status", "fault"), [(403, None), (500, "server-error")])
def test_a_replica_that_cannot_be_looked_at_is_not_waited_for(status: int, fault: str | None) -> None:
    target = both(lambda _: source("PENDING"), lambda _: answer(status))
    assert target.perform(REPLICA) == Observation(status, fault=fault)  # type: ignore[arg-type]
    assert target.watch.pauses == []


def test_without_time_the_first_answer_is_final() -> None:
    target = both(lambda _: source("PENDING"), lambda _: ABSENT)
    assert target.perform(REPLICA, seconds=0) == Observation(404)
    assert (len(target.asked), target.watch.pauses) == (2, [])


def test_the_source_and_the_replica_are_asked_for_where_they_are_and_with_the_key_of_the_customer() -> None:
    target = both(lambda _: source("COMPLETED"), lambda _: replica())
    target.names.learn_bucket("s", "away")
    target.perform(HeadReplica(bucket="d", key="o", source="s", customer=CustomerKey(), principal="other"))
    at_source, at_replica = target.asked
    assert (at_source.region, at_replica.region) == ("away", "home")
    assert {one.principal for one in target.asked} == {"other"}
    assert all("SSECustomerKey" in one.arguments for one in target.asked)


# Logs


def listing(*keys: str) -> Answer:
    return answer(
        200, f"<ListBucketResult>{''.join(f'<Contents><Key>{key}</Key></Contents>' for key in keys)}</ListBucketResult>"
    )


def logs(listed: Callable[[float, bool], Answer], head: Answer | None = None) -> Target:
    """A target whose listing depends on the time and on whether a request was there to be logged."""
    requested: list[Call] = []

    def reply(request: Call, time: float) -> Answer:
        if request.method == "head_object":
            assert head is not None
            return head
        if request.arguments["Bucket"] == f"{STEM}b":
            requested.append(request)
            return listing()
        return listed(time, bool(requested))

    return Target(reply)


ENCRYPTED = answer(200, x_amz_server_side_encryption="AES256", ETag='"e"')


def test_a_log_that_arrives_shows_how_it_is_encrypted() -> None:
    target = logs(
        lambda time, requested: listing("old", "new") if requested and time > 3 else listing("old"), ENCRYPTED
    )
    assert target.perform(LOG) == Observation(200, delivered=True, algorithm="AES256")
    assert target.asked[-1].arguments == {"Bucket": f"{STEM}logs", "Key": "new"}


def test_a_log_that_was_there_before_does_not_count() -> None:
    target = logs(lambda _time, _requested: listing("old"))
    assert target.perform(LOG) == Observation(200, delivered=False)
    assert target.watch.time == pytest.approx(SECONDS)


def test_without_time_a_log_has_arrived_or_has_not() -> None:
    late = logs(lambda time, _requested: listing() if time < 1 else listing("new"))
    assert late.perform(LOG, seconds=0) == Observation(200, delivered=False)
    at_once = logs(lambda _time, requested: listing("new") if requested else listing(), ENCRYPTED)
    assert at_once.perform(LOG, seconds=0).delivered is True


def test_the_request_that_is_to_be_logged_goes_to_the_source_where_that_is() -> None:
    target = logs(lambda _time, _requested: listing())
    target.names.learn_bucket("b", "away")
    target.perform(LOG, seconds=0)
    _, request, _ = target.asked
    assert (request.arguments["Bucket"], request.region) == (f"{STEM}b", "away")


def test_a_destination_that_cannot_be_listed_is_a_refusal() -> None:
    body = "<Error><Code>NoSuchBucket</Code></Error>"
    target = logs(lambda _time, _requested: answer(404, body))
    assert target.perform(LOG) == Observation(404, code="NoSuchBucket")


@pytest.mark.parametrize("body", ["", "<html/>", "{}"])
def test_a_destination_whose_listing_is_none_is_garbage(body: str) -> None:
    target = logs(lambda _time, _requested: answer(200, body))
    seen = target.perform(LOG)
    assert (seen.status, seen.fault, seen.delivered) == (200, "garbage", None)


@pytest.mark.parametrize("head", [answer(403), answer(500)])
def test_a_log_that_cannot_be_looked_at_says_nothing_of_its_encryption(head: Answer) -> None:
    target = logs(lambda _time, requested: listing("new") if requested else listing(), head)
    seen = target.perform(LOG)
    assert (seen.status, seen.delivered) == (head.status, None)


# Jobs


def described(status: str, failed: str | None = "0", tasks: str | None = "1", more: str = "") -> Answer:
    counts = "" if tasks is None else f"<TotalNumberOfTasks>{tasks}</TotalNumberOfTasks>"
    counts += "" if failed is None else f"<NumberOfTasksFailed>{failed}</NumberOfTasksFailed>"
    job = f"<Job><Status>{status}</Status><ProgressSummary>{counts}</ProgressSummary>{more}</Job>"
    return answer(200, f"<DescribeJobResult>{job}</DescribeJobResult>")


CREATED = answer(200, "<CreateJobResult><JobId>j1</JobId></CreateJobResult>")


def jobs(describe: Callable[[float], Answer], created: Answer = CREATED) -> Target:
    def reply(request: Call, time: float) -> Answer:
        if request.method == "create_job":
            return created
        return describe(time) if request.method == "describe_job" else answer(200, x_amz_version_id="v7")

    return Target(reply)


def test_a_job_that_completes_has_copied_the_object_and_shows_its_version() -> None:
    target = jobs(lambda time: described("Active" if time < 4 else "Complete"))
    assert target.perform(JOB) == Observation(200, version_id="v7")
    looks = [one for one in target.asked if one.method == "describe_job"]
    assert {one.service for one in looks} == {"s3control"}
    assert looks[0].arguments == {"AccountId": "111111111111", "JobId": "j1"}
    assert target.asked[-1].arguments == {"Bucket": f"{STEM}d", "Key": "o"}


def test_a_job_without_counts_is_taken_at_its_word() -> None:
    assert jobs(lambda _: described("Complete", None, None)).perform(JOB).status == 200


def test_a_job_that_fails_is_refused_with_the_code_of_its_reason() -> None:
    why = "<member><FailureCode>KmsError</FailureCode><FailureReason>r</FailureReason></member>"
    target = jobs(lambda _: described("Failed", more=f"<FailureReasons>{why}</FailureReasons>"))
    assert target.perform(JOB) == Observation(400, code="KmsError", message="r")


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (described("Complete", failed="1"), "Complete, 1 of 1 objects failed"),
        (described("Complete", tasks="0"), "Complete, 0 of 0 objects failed"),
        (described("Cancelled", None, None), "Cancelled, ? of ? objects failed"),
    ],
)
def test_a_job_that_ends_without_a_copy_is_refused_without_a_code(found: Answer, says: str) -> None:
    assert jobs(lambda _: found).perform(JOB) == Observation(400, message=says)


def test_a_job_that_does_not_end_is_late() -> None:
    target = jobs(lambda _: described("Active"))
    seen = target.perform(JOB)
    assert (seen.fault, seen.message) == ("late", LATE)
    assert target.watch.time == pytest.approx(SECONDS)
    assert jobs(lambda _: described("Active")).perform(JOB, seconds=0).fault == "late"


def test_a_look_that_goes_wrong_is_repeated_as_long_as_there_is_time() -> None:
    target = jobs(lambda time: answer(503) if time < 2 else described("Complete"))
    assert target.perform(JOB).status == 200
    assert jobs(lambda _: answer(503)).perform(JOB).fault == "late"
    assert jobs(lambda _: answer(503)).perform(JOB, seconds=0).fault == "server-error"


@pytest.mark.parametrize("status", [403, 501])
def test_a_job_that_cannot_be_looked_at_is_answered_as_the_look_is(status: int) -> None:
    body = "<Error><Code>C</Code></Error>"
    target = jobs(lambda _: answer(status, body))
    assert target.perform(JOB) == Observation(status, code="C")
    assert target.watch.pauses == []


def test_a_target_that_finds_nothing_under_the_address_of_jobs_does_not_have_them() -> None:
    target = jobs(lambda _: described("Complete"), answer(404, f"no bucket {STEM}b"))
    assert target.perform(JOB) == Observation(404, code="NotImplemented", message="no bucket b")
    assert len(target.asked) == 1


@pytest.mark.parametrize("status", [400, 403])
def test_a_job_that_is_refused_has_the_code_of_the_refusal(status: int) -> None:
    target = jobs(lambda _: described("Complete"), answer(status, "<Error><Code>InvalidRequest</Code></Error>"))
    assert target.perform(JOB) == Observation(status, code="InvalidRequest")


@pytest.mark.parametrize("created", [answer(200, "<html/>"), answer(200), answer(500)])
def test_a_job_that_was_not_made_is_not_asked_for(created: Answer) -> None:
    target = jobs(lambda _: described("Complete"), created)
    assert target.perform(JOB).fault in {"garbage", "server-error"}
    assert len(target.asked) == 1


@pytest.mark.parametrize("body", ["", "<html/>", "not XML"])
def test_a_description_that_is_none_is_garbage_at_once(body: str) -> None:
    target = jobs(lambda _: answer(200, body))
    assert target.perform(JOB).fault == "garbage"
    assert target.watch.pauses == []
