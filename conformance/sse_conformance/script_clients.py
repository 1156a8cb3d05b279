"""The clients of a script, and what it has to be told to make them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sse_adapters.calls import Call, Document
from sse_adapters.policies import POLICIES
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    RESTRICTED,
    PutBucketEncryption,
    Region,
    S3Action,
    UpdateObjectEncryption,
    account_of,
)

from sse_conformance.script_names import REGIONS, ScriptNames
from sse_conformance.source_text import Expression, assign, indented
from sse_conformance.source_text import call as call_lines

__all__ = ["Client", "client_of", "made", "options_of", "settings_of"]


LACKING = {
    "no-kms": "without any right on KMS keys",
    "no-decrypt": "without kms:Decrypt",
    "no-generate": "without kms:GenerateDataKey",
    "no-config": "without rights on encryption configurations",
}
"""What the principals lack: a user provides one, or the script makes one in the IAM of the server."""


class Client(NamedTuple):
    """A client of the script. Its variable says what is not usual about it."""

    service: str
    principal: str
    region: Region

    @property
    def variable(self) -> str:
        """The variable that holds it."""
        own = "" if self.principal == DEFAULT_ACCOUNT else f"_{_plain(self.principal)}"
        return f"{self.service}{own}{'_away' if self.region == 'away' else ''}"


def _plain(principal: str) -> str:
    """A principal as a part of a name: an account, or what one of its principals lacks."""
    return principal.rpartition("/")[2].replace("-", "_")


def client_of(one: Call) -> Client:
    """The client that sends a call."""
    return Client(one.service, one.principal, one.region)


def options_of(clients: Iterable[Client], *, in_process: bool, role: str | None) -> list[str]:
    """The lines that read the command line; `role` is the account of the role that S3 takes on, if it does."""
    add = "parser.add_argument"
    lines = ["parser = argparse.ArgumentParser()"]
    if role is not None:
        given = {"default": f"arn:aws:iam::{role}:role/replication", "help": "the role that S3 takes on"}
        lines += call_lines("", add, {"": "--role-arn", **given})
    for principal in sorted({client.principal for client in clients} & set(RESTRICTED)):
        lacking = principal.rpartition("/")[2]
        about = f"an AWS profile of a principal {LACKING[lacking]}; without it, a user is made in the server's IAM"
        lines += call_lines("", add, {"": f"--{lacking}-profile", "help": about})
    if in_process:
        about = "the server; without it, moto in this process"
        return [*lines, *call_lines("", add, {"": "--endpoint-url", "help": about}), "options = parser.parse_args()"]
    lines += call_lines("", add, {"": "--endpoint-url", "help": "the server"})
    uses = any(client.service == "kms" for client in clients)
    about = "its KMS, if that is elsewhere" if uses else "not used: this program makes no KMS key"
    lines += call_lines("", add, {"": "--kms-endpoint-url", "help": about})
    trust: list[dict[str, object]] = [
        {"": "--ca-bundle", "dest": "verify", "help": "the file of the certificates to trust"},
        {
            "": "--no-verify",
            "dest": "verify",
            "action": "store_false",
            "default": None,
            "help": "trust any certificate",
        },
    ]
    for option in trust:
        lines += call_lines("", add, option)
    missing = ["if not options.endpoint_url:", '    parser.error("--endpoint-url is needed")']
    return [*lines, "options = parser.parse_args()", *missing]


def settings_of(program: Sequence[S3Action], account: str, *, in_process: bool) -> list[str]:
    """The lines that define what all clients have in common. Emulators take the access key for the main account."""
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
    if not in_process:
        settings["verify"] = Expression("options.verify")  # None leaves it to boto3, which looks at the environment
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "test"}
    return [
        *lines,
        *call_lines("config = ", "Config", config, indent=0),
        *assign("settings = ", {**settings, "config": Expression("config")}),
        f"if {' or '.join(dummy)}:",
        *indented(assign("settings |= ", keys)),
    ]


def _invalid(action: S3Action) -> bool:
    """Whether boto3 may refuse to send it: it misses the algorithm of a rule, and takes no short text for a key ARN."""
    if isinstance(action, UpdateObjectEncryption):
        return action.kms_key.form != "arn"
    rules = action.rules if isinstance(action, PutBucketEncryption) else ()
    return any(rule.apply and rule.algorithm is None for rule in rules)


def made(client: Client, names: ScriptNames, in_process: bool, forms: bool) -> list[str]:
    """The lines that make a client; `forms` says whether some client sends a form."""
    more: dict[str, object] = {}
    if client.service == "s3" and forms:  # or S3 would take no KMS key from one
        more["config"] = Expression('config.merge(Config(signature_version="s3v4"))')
    if client.service == "kms" and not in_process:
        more["endpoint_url"] = Expression("options.kms_endpoint_url or options.endpoint_url")
    if client.region != "home":
        more["region_name"] = REGIONS[client.region]
    account = names.account(account_of(client.principal))
    maker, base, before, after = "boto3.client", "settings", [], _plain_address(client, account, in_process)
    if client.principal in RESTRICTED:
        maker, base, before = "session.client", "own_settings", _own_session(client)
    elif client.principal != DEFAULT_ACCOUNT:
        more |= {"aws_access_key_id": account, "aws_secret_access_key": "test"}
        after += [  # emulators tell accounts by the access key; moto by a header
            f"{client.variable}.meta.events.register(",
            '    "before-call",',
            f'    lambda params, **_: params["headers"].update({{"x-moto-account-id": "{account}"}}),',
            ")",
        ]
    if more:
        before += assign(f"{client.variable}_settings = {base} | ", more)
        base = f"{client.variable}_settings"
    return [*before, f'{client.variable} = {maker}("{client.service}", **{base})', *after]


def _own_session(client: Client) -> list[str]:
    """The session of a principal with fewer rights, and the settings without the keys of another."""
    option = f"options.{_plain(client.principal)}_profile"
    own = '{name: value for name, value in settings.items() if not name.startswith("aws_")}'
    rights = {"Version": "2012-10-17", "Statement": POLICIES[client.principal]}
    policy = {"UserName": Expression("user"), "PolicyName": "rights", "PolicyDocument": Document(rights)}
    keys = {"aws_access_key_id": 'login["AccessKeyId"]', "aws_secret_access_key": 'login["SecretAccessKey"]'}
    making = [
        'iam = boto3.client("iam", **settings)',
        f'user = f"{client.principal.rpartition("/")[2]}-{{secrets.token_hex(4)}}"',
        "iam.create_user(UserName=user)",
        *call_lines("", "iam.put_user_policy", policy),
        'login = iam.create_access_key(UserName=user)["AccessKey"]',
        *call_lines("session = ", "boto3.Session", {name: Expression(one) for name, one in keys.items()}),
    ]
    return [
        f"own_settings = {own}",
        f"if {option}:",
        *indented(call_lines("session = ", "boto3.Session", {"profile_name": Expression(option)})),
        "else:",
        *indented(making),
    ]


def _plain_address(client: Client, account: str, in_process: bool) -> list[str]:
    """Have batch jobs go to the server itself: boto3 puts the account in front of its name."""
    if client.service != "s3control":
        return []
    register = f'{client.variable}.meta.events.register_first("request-created.s3-control", address)'
    return [
        "",
        "def address(request, **_):",
        '    """boto3 puts the account in front of the name of the server."""',
        f'    request.url = request.url.replace("//{account}.", "//")',
        "",
        *(["if options.endpoint_url:", f"    {register}"] if in_process else [register]),
    ]
