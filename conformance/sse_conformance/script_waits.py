"""Functions that are written into a script: for what S3 does some time after a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sse_adapters.calls import Call
from sse_spec.actions import Action, BatchCopy, ReadLog

from sse_conformance.script_names import ScriptNames
from sse_conformance.source_text import Expression

__all__ = ["Waited", "functions", "looks", "waited"]

_RUN_JOB = '''\
def run_job(client, **arguments):
    """Run a batch job, and wait for its end."""
    look = {"AccountId": arguments["AccountId"]}
    look["JobId"] = client.create_job(**arguments)["JobId"]
    for count in range(LOOKS):
        time.sleep(5 if count else 0)
        job = client.describe_job(**look)["Job"]
        if job["Status"] in ("Complete", "Failed", "Cancelled"):
            break
    else:
        raise TimeoutError("the job has not ended")
    tasks = job.get("ProgressSummary", {})
    copied = tasks.get("TotalNumberOfTasks") != 0 and not tasks.get("NumberOfTasksFailed")
    if job["Status"] != "Complete" or not copied:
        error = {"Code": "JobFailed", "Message": str(job.get("FailureReasons", tasks))}
        answer = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "CreateJob")
'''

_READ_LOG = '''\
def read_log(client, source, **listing):
    """Ask for something of the source, and wait for the log of that."""

    def keys():
        page = client.list_objects_v2(**listing)
        return {found["Key"] for found in page.get("Contents", [])}

    before = keys()
    client.list_objects_v2(Bucket=source)
    for count in range(LOOKS):
        time.sleep(5 if count else 0)
        new = sorted(keys() - before)
        if new:
            log = client.head_object(Bucket=listing["Bucket"], Key=new[-1])
            return {**log, "Delivered": True}
    return {"Delivered": False}
'''

_SOURCES = {"run_job": _RUN_JOB, "read_log": _READ_LOG}


class Waited(NamedTuple):
    """The function that carries an action out in a script, and its arguments."""

    function: str
    arguments: dict[str, Any]


def waited(action: Action, one: Call, client: str, names: ScriptNames) -> Waited | None:
    """What stands in a script for a call that is waited for; None for other calls."""
    if isinstance(action, BatchCopy):
        return Waited("run_job", {"client": Expression(client), **one.arguments})
    if isinstance(action, ReadLog):
        source = names.bucket(action.source)
        return Waited("read_log", {"client": Expression(client), "source": source, **one.arguments})
    return None


def looks(lines: Iterable[str], *, in_process: bool) -> list[str]:
    """How often the lines look, if they wait for anything."""
    if not any("range(LOOKS)" in line for line in lines):
        return []
    if in_process:
        return ["LOOKS = 60 if options.endpoint_url else 1  # moto does everything at once"]
    return ["LOOKS = 60  # every five seconds"]


def functions(used: Iterable[str]) -> list[str]:
    """The lines that define those of these functions that are ours, in order."""
    named = sorted(set(used) & set(_SOURCES))
    return [line for name in named for line in ("", "", *_SOURCES[name].splitlines())]
