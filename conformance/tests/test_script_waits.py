"""What a script waits for: functions that are written into it, and what becomes of them when nothing comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sse_conformance.script import Check, script
from sse_conformance.script_waits import functions
from sse_spec.actions import BatchCopy, CreateBucket, HeadReplica, ReadLog, S3Action

LOOKS = 3
JOB = {"AccountId": "1", "Priority": 1}


class Client:
    """Answers each method with the next of its answers, the last one again and again; an exception is raised."""

    def __init__(self, **answers: Iterable[Any]) -> None:
        self.answers = {name: list(some) for name, some in answers.items()}
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def method(**arguments: Any) -> Any:
            self.asked.append((name, arguments))
            some = self.answers[name]
            answer = some.pop(0) if len(some) > 1 else some[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return method


def function(name: str, pauses: list[float]) -> Callable[..., Any]:
    """A function as it stands in a script."""
    there: dict[str, Any] = {"LOOKS": LOOKS, "ClientError": ClientError, "time": SimpleNamespace(sleep=pauses.append)}
    exec(compile("\n".join(functions([name])), "witness.py", "exec"), there)
    found: Callable[..., Any] = there[name]
    return found


def described(status: str, **counts: int) -> dict[str, Any]:
    return {"Job": {"Status": status, "ProgressSummary": counts}}


def job(*descriptions: dict[str, Any]) -> tuple[Client, list[float]]:
    pauses: list[float] = []
    client = Client(create_job=[{"JobId": "j"}], describe_job=descriptions)
    function("run_job", pauses)(client=client, **JOB)
    return client, pauses


def test_a_job_is_run_to_its_end() -> None:
    done = described("Complete", TotalNumberOfTasks=1, NumberOfTasksSucceeded=1, NumberOfTasksFailed=0)
    client, pauses = job(described("Active"), done)
    assert client.asked[0] == ("create_job", JOB)
    assert client.asked[1] == ("describe_job", {"AccountId": "1", "JobId": "j"})
    assert len([pause for pause in pauses if pause]) == 1


@pytest.mark.parametrize(
    "end",
    [
        described("Failed"),
        described("Cancelled"),
        described("Complete", TotalNumberOfTasks=1, NumberOfTasksFailed=1),
        described("Complete", TotalNumberOfTasks=0),
    ],
)
def test_a_job_that_ends_without_a_copy_counts_as_refused(end: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as error:
        job(end)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.value.response["Error"]["Code"] == "JobFailed"


def test_a_job_that_does_not_end_leaves_the_question_open() -> None:
    with pytest.raises(TimeoutError):
        job(described("Active"))


def listed(*keys: str) -> dict[str, Any]:
    return {"Contents": [{"Key": key} for key in keys]} if keys else {}


def log(*listings: dict[str, Any]) -> tuple[Any, Client]:
    client = Client(list_objects_v2=listings, head_object=[{"ETag": "e"}])
    read = function("read_log", [])
    return read(client=client, source="b", Bucket="logs", Prefix="b/"), client


def test_a_log_is_one_that_was_not_there_before() -> None:
    requested = listed("anything")
    answer, client = log(listed("b/1"), requested, listed("b/1"), listed("b/1", "b/2"))
    assert answer == {"ETag": "e", "Delivered": True}
    assert client.asked[1] == ("list_objects_v2", {"Bucket": "b"})
    assert client.asked[-1] == ("head_object", {"Bucket": "logs", "Key": "b/2"})


def test_a_log_that_does_not_come_is_said_not_to_have_come() -> None:
    answer, client = log(listed("b/1"))
    assert answer == {"Delivered": False}
    assert len(client.asked) == 2 + LOOKS


PLAIN = (CreateBucket(bucket="bucket1"),)
WAITING: tuple[S3Action, ...] = (
    ReadLog(bucket="bucket1", source="bucket2"),
    BatchCopy(bucket="bucket1", key="o", source_bucket="bucket2", source_key="o"),
    HeadReplica(bucket="bucket1", key="o", source="bucket2"),
)


def source(program: Iterable[S3Action], target: str) -> str:
    return script(tuple(program), "accepted", "404", "KMS-08", "A title", Check("acceptance"), target, "1")


@pytest.mark.parametrize("action", WAITING, ids=lambda action: type(action).__name__)
def test_a_script_waits_for_a_server_and_not_for_moto_in_its_own_process(action: S3Action) -> None:
    for target, line in (
        ("moto", "LOOKS = 60 if options.endpoint_url else 1  # moto does everything at once"),
        ("endpoint", "LOOKS = 60  # every five seconds"),
    ):
        text = source((*PLAIN, action), target)
        assert text.count(line) == 1
        assert "import time\n" in text


@pytest.mark.parametrize("target", ["moto", "endpoint"])
def test_a_script_that_waits_for_nothing_does_not_speak_of_it(target: str) -> None:
    text = source(PLAIN, target)
    assert not [word for word in ("LOOKS", "import time", "run_job", "read_log") if word in text]


def test_a_job_goes_to_the_server_under_its_own_name() -> None:
    for target, indent in (("moto", "        "), ("endpoint", "    ")):
        text = source((*PLAIN, WAITING[1]), target)
        assert f'\n{indent}s3control.meta.events.register_first("request-created.s3-control", address)\n' in text
