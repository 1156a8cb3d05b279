"""A witness as a program of its own: plain boto3, for a person to paste into a bug report and to run.

The program needs nothing of ours. It exits 1 while the bug is there, 0 when it is gone, and 2 if that could not be
looked at. It goes to moto in its own process, or to the endpoint that it is given: never to AWS by default.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sse_adapters.calls import Call, call
from sse_spec.actions import DEFAULT_ACCOUNT, PutBucketEncryption, Region, S3Action

from sse_conformance.script_names import REGIONS, ScriptNames
from sse_conformance.script_verdict import KEY_ARN, Check, Verdict, Want, verdict
from sse_conformance.source_text import WIDTH, Expression, assign
from sse_conformance.source_text import call as call_lines
from sse_conformance.words import request

__all__ = ["Check", "Want", "script"]

STEP = 4
"""Indentation of the steps, which are all in one `try`."""


class _Client(NamedTuple):
    """A client of the script. Its variable says what is not usual about it."""

    service: str
    principal: str
    region: Region

    @property
    def variable(self) -> str:
        own = "" if self.principal == DEFAULT_ACCOUNT else f"_{self.principal}"
        return f"{self.service}{own}{'_away' if self.region == 'away' else ''}"


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
    calls: list[Call] = []
    for step, action in enumerate(program):
        calls.append(call(action, names))
        if step not in refused and step < len(program) - 1:
            names.learn(step, action)
    judged = verdict(check, program[-1], names)
    in_process = target == "moto"
    steps: list[str] = []
    for step, (action, one) in enumerate(zip(program, calls, strict=True)):
        steps += call_lines("", "print", {"": f"{step + 1}. {request(action)}"}, indent=STEP)
        if step == len(program) - 1:
            steps += _pad([*judged.before, *_hook(one)]) + _decisive(one, judged)
        else:
            keep = _kept(step, action, names)
            steps += _pad(_hook(one)) + _step(one, keep, refused=step in refused) + _pad(_unhook(one))
    shown = '"absent" if observed is None else observed' if judged.looks else "observed"
    clients = list(dict.fromkeys(_client(one) for one in calls))
    lines = [
        *_heading(clause_id, title, expected, observed, f"{target} {version}", in_process=in_process),
        *_imports(steps, named=bool(names.definitions)),
        "",
        *_options(clients, in_process=in_process),
        "",
        "try:",
        *_pad(_settings(program, in_process=in_process)),
        *_pad(line for client in clients for line in _made(client, names, in_process=in_process)),
        *_pad(_definitions(names)),
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


def _pad(lines: Iterable[str]) -> list[str]:
    return [" " * STEP + line if line else line for line in lines]


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
    uses = {"hashlib": "hashlib.md5(" in text, "re": "re.fullmatch(" in text, "secrets": named}
    modules = ["argparse", *(module for module, used in uses.items() if used), "sys"]
    lines = [*(f"import {module}" for module in modules), "", "import boto3", "from botocore.config import Config"]
    if "except ClientError" in text:
        lines.append("from botocore.exceptions import ClientError")
    if "KEY_ARN" in text:
        lines += ["", f'KEY_ARN = r"{KEY_ARN}"']
    return lines


def _options(clients: Iterable[_Client], *, in_process: bool) -> list[str]:
    add = "parser.add_argument"
    lines = ["parser = argparse.ArgumentParser()"]
    if in_process:
        about = "the server; without it, moto in this process"
        return [*lines, *call_lines("", add, {"": "--endpoint-url", "help": about}), "options = parser.parse_args()"]
    lines += call_lines("", add, {"": "--endpoint-url", "help": "the server"})
    if any(client.service == "kms" for client in clients):
        lines += call_lines("", add, {"": "--kms-endpoint-url", "help": "its KMS, if that is elsewhere"})
    missing = ["if not options.endpoint_url:", '    parser.error("--endpoint-url is needed")']
    return [*lines, "options = parser.parse_args()", *missing]


def _settings(program: Sequence[S3Action], *, in_process: bool) -> list[str]:
    config: dict[str, object] = {
        "retries": {"total_max_attempts": 1},
        "request_checksum_calculation": "when_required",
        "s3": {"addressing_style": "path"},
    }
    dummy = ["boto3.Session().get_credentials() is None"]
    lines: list[str] = []
    if in_process:
        config["ignore_configured_endpoint_urls"] = True  # or those of the environment would win over moto
        dummy.insert(0, "not options.endpoint_url")
        lines += ["if not options.endpoint_url:", "    from moto import mock_aws", "", "    mock_aws().start()"]
    if any(_invalid(action) for action in program):
        config["parameter_validation"] = False
    settings = {"endpoint_url": Expression("options.endpoint_url"), "region_name": REGIONS["home"]}
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return [
        *lines,
        *call_lines("config = ", "Config", config, indent=0),
        *assign("settings = ", {**settings, "config": Expression("config")}),
        f"if {' or '.join(dummy)}:",
        *_pad(assign("settings |= ", keys)),
    ]


def _invalid(action: S3Action) -> bool:
    """Whether boto3 refuses to send it: the one element that it misses is the algorithm of a rule."""
    rules = action.rules if isinstance(action, PutBucketEncryption) else ()
    return any(rule.apply and rule.algorithm is None for rule in rules)


def _made(client: _Client, names: ScriptNames, *, in_process: bool) -> list[str]:
    more: dict[str, object] = {}
    if client.service == "kms" and not in_process:
        more["endpoint_url"] = Expression("options.kms_endpoint_url or options.endpoint_url")
    if client.region != "home":
        more["region_name"] = REGIONS[client.region]
    lines: list[str] = []
    if client.principal != DEFAULT_ACCOUNT:
        account = names.account(client.principal)
        more |= {"aws_access_key_id": account, "aws_secret_access_key": "test"}
        lines = [  # emulators tell accounts by the access key; moto by a header
            f"{client.variable}.meta.events.register(",
            '    "before-call",',
            f'    lambda params, **_: params["headers"].update({{"x-moto-account-id": "{account}"}}),',
            ")",
        ]
    if not more:
        return [f'{client.variable} = boto3.client("{client.service}", **settings)', *lines]
    return [
        *assign(f"{client.variable}_settings = settings | ", more),
        f'{client.variable} = boto3.client("{client.service}", **{client.variable}_settings)',
        *lines,
    ]


def _definitions(names: ScriptNames) -> list[str]:
    if not names.definitions:
        return []
    return ["suffix = secrets.token_hex(4)", *(f"{name} = {value}" for name, value in names.definitions.items())]


# --- the steps --------------------------------------------------------------------------------------------------------


def _client(one: Call) -> _Client:
    return _Client(one.service, one.principal, one.region)


def _kept(step: int, action: S3Action, names: ScriptNames) -> tuple[str, str]:
    """What stands around the call to keep of its answer what something later refers to."""
    key = getattr(action, "key", "")
    if type(action).__name__ == "CreateKey":
        return f"{names.variable('key', key)} = ", '["KeyMetadata"]'
    return (f"answer{step + 1} = ", "") if step in names.answers else ("", "")


def _step(one: Call, keep: tuple[str, str], *, refused: bool) -> list[str]:
    function = f"{_client(one).variable}.{one.method}"
    if not refused:
        return call_lines(keep[0], function, one.arguments, keep[1], indent=STEP)
    return [
        "    try:",
        *call_lines("", function, one.arguments, indent=2 * STEP),
        '        raise RuntimeError("it was accepted, but has to be refused")',
        "    except ClientError as error:",
        '        print("   refused, as it was:", error)',
    ]


def _decisive(one: Call, judged: Verdict) -> list[str]:
    """The last call, and what is concluded from it."""
    function, keep = f"{_client(one).variable}.{one.method}", "answer = " if judged.looks else ""
    if not judged.refused:
        return [*call_lines(keep, function, one.arguments, indent=STEP), *_pad(judged.accepted)]
    lines = [
        "    try:",
        *call_lines(keep, function, one.arguments, indent=2 * STEP),
        *_pad(_pad(judged.accepted)),
        "    except ClientError as error:",
        *_pad(_pad(judged.refused)),
    ]
    return [*lines, "    except Exception as error:", *_pad(_pad(judged.crashed))] if judged.crashed else lines


def _hook(one: Call) -> list[str]:
    """Put into the request what boto3 has no argument for."""
    if one.body is not None:
        change, name = f'params["body"] = b"{one.body}"', "replace_body"
    elif one.headers:
        ((header, value),) = one.headers.items()
        change, name = assign(f'params["headers"]["{header}"] = ', value)[0], "add_header"
    else:
        return []
    register = f"{_client(one).variable}.meta.events.register"
    return ["", f"def {name}(params, **_):", f"    {change}", "", f'{register}("{_event(one)}", {name})']


def _unhook(one: Call) -> list[str]:
    name = "replace_body" if one.body is not None else "add_header"
    if one.body is None and not one.headers:
        return []
    return [f'{_client(one).variable}.meta.events.unregister("{_event(one)}", {name})']


def _event(one: Call) -> str:
    return f"before-call.{one.service}.{''.join(word.title() for word in one.method.split('_'))}"
