"""A witness as a program of its own: plain boto3, for a person to paste into a bug report and to run.

The program needs nothing of ours. It exits 1 while the bug is there, 0 when it is gone, and 2 if that could not be
looked at. It goes to moto in its own process, or to the endpoint that it is given: never to AWS by default.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence

from sse_adapters.calls import Call, call
from sse_spec.actions import DEFAULT_ACCOUNT, Action, S3Action

from sse_conformance.script_names import REGIONS, ScriptNames
from sse_conformance.script_verdict import KEY_ARN, Check, Verdict, verdict
from sse_conformance.source_text import WIDTH, Expression, assign, literal
from sse_conformance.source_text import call as call_lines
from sse_conformance.words import request

__all__ = ["Check", "script"]

STEP = 4
"""Indentation of the steps: all of them are in one `try`."""

_IN_PROCESS = "moto"
"""The target that a script can start by itself."""


def script(
    program: Sequence[S3Action],
    expected: str,
    observed: str,
    clause_id: str,
    title: str,
    check: Check,
    target: str,
    version: str,
    *,
    refused: Collection[int] = (),
    accounts: Mapping[str, str] | None = None,
) -> str:
    """The source of the program.

    Its last action is the divergent one. `refused` are the indices of the actions before it that the target refuses as
    well; every other one must be accepted. `accounts` maps account symbols to 12-digit ids, for the ARNs of keys that do
    not exist. Raises ValueError if the check needs a content or an ETag that the program does not write.
    """
    names = ScriptNames(accounts or {})
    *before, last = program
    calls: list[Call] = []
    for step, action in enumerate(before):
        calls.append(call(action, names))
        if step not in refused:
            names.learn(step, action)
    calls.append(call(last, names))
    judged = verdict(check, last, names)
    in_process = target == _IN_PROCESS
    body = [line for step in range(len(before)) for line in _step(step, program, calls, names, refused)]
    body += [*_announce(len(before), last), *judged.before, *_hook(calls[-1], last)]
    body += _decisive(calls[-1], judged)
    head = _heading(clause_id, title, expected, observed, f"{target} {version}", in_process=in_process)
    lines = [
        *head,
        *_imports(calls, body, judged),
        "",
        *_options(calls, in_process=in_process),
        "",
        "try:",
        *_pad(_clients(calls, in_process=in_process)),
        *_pad(_accounts(calls, names)),
        *_pad(_definitions(names)),
        "",
        *body,
        "except Exception as error:",
        '    print("This step failed, so nothing can be said about the bug:", repr(error))',
        "    sys.exit(2)",
        "",
        *assign("print", (Expression('"expected:"'), expected)),
        'print("observed:", "absent" if observed is None else observed)',
        "sys.exit(0 if fits else 1)",
    ]
    return "\n".join(lines) + "\n"


def _heading(clause: str, title: str, expected: str, observed: str, target: str, *, in_process: bool) -> list[str]:
    """The docstring. Texts of a target are shown in it, but cannot end it."""
    if in_process:
        use = "Needs boto3 and moto, or boto3 and a server: --endpoint-url URL."
    else:
        use = "Needs boto3 and a server: --endpoint-url URL. Buckets and keys that it makes there stay."
    return [
        *textwrap.wrap(f'"""{_inert(f"{clause}: {title}")}.', WIDTH),
        "",
        *textwrap.wrap(f"Expected: {_inert(expected)}", WIDTH, subsequent_indent="    "),
        *textwrap.wrap(f"Observed: {_inert(observed)} ({_inert(target)})", WIDTH, subsequent_indent="    "),
        "",
        use,
        "Exit status: 1 the bug is there, 0 it is gone, 2 that could not be looked at.",
        '"""',
        "",
    ]


def _inert(text: str) -> str:
    return ascii(text)[1:-1].replace("\\", "/").replace('"', "'")


def _imports(calls: Iterable[Call], body: Iterable[str], judged: Verdict) -> list[str]:
    text = "\n".join(body)
    modules = ["argparse", *(m for m in ("hashlib", "re") if f"{m}." in text), "secrets", "sys"]
    errors = ["from botocore.exceptions import ClientError"] if "except ClientError" in text else []
    lines = [*(f"import {module}" for module in modules), "", "import boto3", "from botocore.config import Config", *errors]
    if "KEY_ARN" in text:
        lines += ["", f'KEY_ARN = r"{KEY_ARN}"']
    del calls, judged
    return lines
