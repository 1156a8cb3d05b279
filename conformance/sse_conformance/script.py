"""A witness as a program of its own: plain boto3, for a person to paste into a bug report and to run.

The program needs nothing of ours. It exits 1 while the bug is there, 0 when it is gone, and 2 if that could not be
looked at. It goes to moto in its own process, or to the endpoint that it is given: never to AWS by default.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sse_adapters.calls import Call, call
from sse_spec.actions import DEFAULT_ACCOUNT, PostObject, S3Action, UploadPart

from sse_conformance.script_clients import client_of, made, options_of, settings_of
from sse_conformance.script_hooks import hook, unhook
from sse_conformance.script_names import ScriptNames
from sse_conformance.script_replication import awaiting
from sse_conformance.script_verdict import KEY_ARN, Check, Verdict, Want, verdict
from sse_conformance.script_waits import functions, looks, waited
from sse_conformance.source_text import WIDTH, Expression, indented, literal
from sse_conformance.source_text import call as call_lines
from sse_conformance.words import request

__all__ = ["Check", "Want", "script"]

STEP = 4
"""Indentation of the steps, which are all in one `try`."""


class _Step(NamedTuple):
    """An action as a script has it: the function, its arguments, and what comes before and after."""

    action: S3Action
    call: Call
    function: str
    arguments: dict[str, Any]
    before: list[str]
    after: list[str]


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
    well; every other one must be accepted. `accounts` maps account symbols to 12-digit ids, for the ARNs of keys that
    do not exist. Raises ValueError if the check needs a content or an ETag that the program does not write.
    """
    names = ScriptNames(accounts or {})
    taken: list[_Step] = []
    for at, action in enumerate(program):
        taken.append(_step(action, names))
        if at not in refused and at < len(program) - 1:
            names.learn(at, action)
    judged = verdict(check, program[-1], names, client_of(taken[-1].call).variable)
    in_process = target == "moto"
    steps: list[str] = []
    for at, step in enumerate(taken):
        steps += call_lines("", "print", {"": f"{at + 1}. {request(step.action)}"}, indent=STEP)
        if at == len(program) - 1:
            steps += indented([*judged.before, *step.before]) + _decisive(step, judged)
        else:
            lines = _refused(step) if at in refused else _accepted(step, _kept(at, step.action, names))
            steps += indented(step.before) + lines + indented(step.after)
    shown = '"absent" if observed is None else observed' if judged.looks else "observed"
    clients = list(dict.fromkeys(client_of(step.call) for step in taken))
    forms = any(isinstance(action, PostObject) for action in program)
    making = [line for client in clients for line in made(client, names, in_process, forms)]
    ours = functions(step.function for step in taken)
    lines = [
        *_heading(clause_id, title, expected, observed, f"{target} {version}", in_process=in_process),
        *_imports([*ours, *making, *steps], named=bool(names.definitions)),
        *ours,
        *([""] if ours else []),
        "",
        *options_of(clients, in_process=in_process, role=names.role),
        *looks([*ours, *steps], in_process=in_process),
        "",
        "try:",
        *indented(settings_of(program, names.account(DEFAULT_ACCOUNT), in_process=in_process)),
        *indented(making),
        *indented(_definitions(names)),
        "",
        *steps,
        "except Exception as error:",
        '    print("This failed, so that nothing can be said about the bug:", repr(error))',
        "    sys.exit(2)",
        "",
        *call_lines("", "print", {"": f"expected: {expected}"}),
        f'print("observed:", {shown})',
        "sys.exit(0 if fits else 1)",
    ]
    return "\n".join(lines) + "\n"


def _step(action: S3Action, names: ScriptNames) -> _Step:
    one = call(action, names)
    client = client_of(one).variable
    function, arguments = waited(action, one, client, names) or (f"{client}.{one.method}", one.arguments)
    if isinstance(action, UploadPart) and action.repeat > 1:
        arguments = {**arguments, "Body": Expression(f"{literal(action.body.encode())} * {action.repeat}")}
    return _Step(action, one, function, arguments, [*awaiting(action, names, client), *hook(one)], unhook(one))


# --- what comes before the steps --------------------------------------------------------------------------------------


def _heading(clause: str, title: str, expected: str, observed: str, target: str, *, in_process: bool) -> list[str]:
    """The docstring. What a target said is shown in it, and cannot end it."""
    needs = "boto3 and moto, or boto3 and a server" if in_process else "boto3 and a server"
    return [
        *textwrap.wrap(f'"""{_inert(f"{clause}: {title}")}.', WIDTH),
        "",
        *textwrap.wrap(f"Expected: {_inert(expected)}.", WIDTH),
        *textwrap.wrap(f"Observed: {_inert(observed)}, on {_inert(target)}.", WIDTH),
        "",
        f"Needs {needs} (--endpoint-url).",
        "Exit status: 1 the bug is there, 0 it is gone, 2 that could not be looked at.",
        '"""',
        "",
    ]


def _inert(text: str) -> str:
    return ascii(text)[1:-1].replace("\\", "/").replace('"', "'")


def _imports(steps: Iterable[str], *, named: bool) -> list[str]:
    text = "\n".join(steps)
    uses = {
        "hashlib": "hashlib.md5(" in text,
        "json": "json.dumps(" in text,
        "re": "re.fullmatch(" in text,
        "secrets": named or "secrets.token_hex(" in text,
        "time": "time.sleep(" in text,
    }
    modules = sorted(["argparse", "sys", *(module for module, used in uses.items() if used)])
    lines = [*(f"import {module}" for module in modules), "", "import boto3", "from botocore.config import Config"]
    if "ClientError" in text:
        lines.append("from botocore.exceptions import ClientError")
    if "encode_multipart_formdata(" in text:
        lines.append("from urllib3 import encode_multipart_formdata")
    if "KEY_ARN" in text:
        lines += ["", f'KEY_ARN = r"{KEY_ARN}"']
    return lines


def _definitions(names: ScriptNames) -> list[str]:
    if not names.definitions:
        return []
    return ["suffix = secrets.token_hex(4)", *(f"{name} = {value}" for name, value in names.definitions.items())]


# --- the steps --------------------------------------------------------------------------------------------------------


def _kept(step: int, action: S3Action, names: ScriptNames) -> tuple[str, str]:
    """What stands around the call to keep of its answer what something later refers to."""
    key = getattr(action, "key", "")
    if type(action).__name__ == "CreateKey":
        return f"{names.variable('key', key)} = ", '["KeyMetadata"]'
    return (f"answer{step + 1} = ", "") if step in names.answers else ("", "")


def _accepted(step: _Step, keep: tuple[str, str]) -> list[str]:
    """A call that must be accepted, with what stands around it."""
    return call_lines(keep[0], step.function, step.arguments, keep[1], indent=STEP)


def _refused(step: _Step) -> list[str]:
    """A call that must be refused."""
    return [
        "    try:",
        *call_lines("", step.function, step.arguments, indent=2 * STEP),
        '        raise RuntimeError("it was accepted, but has to be refused")',
        "    except ClientError as error:",
        '        print("   refused, as it was:", error)',
    ]


def _decisive(step: _Step, judged: Verdict) -> list[str]:
    """The last call, and what is concluded from it."""
    keep = "answer = " if judged.looks else ""
    if not judged.refused:
        return [*call_lines(keep, step.function, step.arguments, indent=STEP), *indented(judged.accepted)]
    lines = [
        "    try:",
        *call_lines(keep, step.function, step.arguments, indent=2 * STEP),
        *indented(indented(judged.accepted)),
        "    except ClientError as error:",
        *indented(indented(judged.refused)),
    ]
    return [*lines, "    except Exception as error:", *indented(indented(judged.crashed))] if judged.crashed else lines
