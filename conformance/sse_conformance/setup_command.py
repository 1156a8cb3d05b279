"""The command `s3-sse setup`: the policies that an account has to have for a run, to be printed and put there."""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any

from sse_spec.clauses import CLASSES

from sse_conformance.usage import UsageError, add_as_of

__all__ = ["add_setup"]

PARTS = ("run", "other", "service", "service-trust", "no-kms", "no-decrypt", "no-generate", "no-config", "role-trust")
"""What can be printed: policies of who runs the suite in the first and in the second account, and of roles."""

NEXT = """\
run                       the policy of who runs the suite, in the first account
other                     the same in the second account
service, service-trust    policy and trust of the role s3sse-service: replication and batch jobs
no-kms, no-decrypt, no-generate, no-config, role-trust
                          policies and trust of the roles s3sse-no-kms, ...: the class permissions
Each is a document by itself: s3-sse setup aws run > run.json"""


def add_setup(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to those of `s3-sse`."""
    setup = commands.add_parser(
        "setup",
        help="print the policies that a run needs",
        epilog=NEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    setup.add_argument("target", choices=("aws",), help="the target")
    setup.add_argument("part", nargs="?", choices=PARTS, default="run", metavar="PART", help="which one (default: run)")
    setup.add_argument("--account", type=_account, metavar="ID", help="the first account (default: any)")
    setup.add_argument("--other-account", type=_account, metavar="ID", help="the second account")
    setup.add_argument("--class", dest="classes", action="append", choices=CLASSES, help="for this class only")
    add_as_of(setup)
    setup.set_defaults(command=_setup)


def _account(word: str) -> str:
    if not re.fullmatch(r"\d{12}", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no account id of 12 digits")
    return word


def _setup(parsed: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(_document(parsed), indent=2) + "\n")
    return 0


def _document(parsed: argparse.Namespace) -> dict[str, Any]:
    from sse_adapters.aws import permissions

    part, account, other = parsed.part, parsed.account, parsed.other_account
    if part.endswith("-trust"):
        if account is None:
            raise UsageError(f"s3-sse setup aws {part} needs --account ID")
        return permissions.service_trust(account) if part == "service-trust" else permissions.role_trust(account)
    if part == "service":
        return permissions.service()
    if part in permissions.RESTRICTED_PARTS:
        return permissions.restricted(part)
    return _runner(parsed, account or "*", other)


def _runner(parsed: argparse.Namespace, account: str, other: str | None) -> dict[str, Any]:
    """The policy of who runs the suite, by what the plan asks in its name."""
    from sse_adapters.aws import permissions
    from sse_spec.actions import DEFAULT_ACCOUNT, RESTRICTED
    from sse_spec.law import parse_date
    from sse_spec.model import standard

    from sse_conformance.options import Options

    classes = tuple(c for c in CLASSES if not parsed.classes or c in parsed.classes)
    options = Options(as_of=parse_date(parsed.as_of), classes=classes)
    plan = options.plan(standard(options.as_of))
    asked = [action for goal in plan.goals for action in (*goal.setup, goal.action, goal.read_back) if action]
    if parsed.part == "other":
        kinds = {type(action) for action in asked if action.principal == "other"}
        return permissions.runner(kinds, other or "*", account, assumes=False)
    kinds = {type(action) for action in asked if action.principal == DEFAULT_ACCOUNT}
    assumes = any(action.principal in RESTRICTED for action in asked)
    return permissions.runner(kinds, account, other, assumes=assumes)
