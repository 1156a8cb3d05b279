"""The principals with fewer rights, made as users of the IAM of a server, with keys and policies of their own.

Whether the server holds them to their policies is for the suite to see: here they are made, and no more.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from sse_spec.actions import DEFAULT_ACCOUNT, RESTRICTED

from sse_adapters.carrier import Login, own_environment
from sse_adapters.names import STEM
from sse_adapters.policies import POLICIES
from sse_adapters.protocol import TargetError
from sse_adapters.servers import is_here

__all__ = ["RestrictedUsers"]

_POLICY = "s3-sse"


class RestrictedUsers:
    """Users of the main account of one server. `login` is that of the account; they are called after this run."""

    def __init__(self, target: str, endpoint: str, login: Login, region: str) -> None:
        from boto3.session import Session

        self._target = target
        self._account = login
        self._stem = f"{STEM}-{secrets.token_hex(4)}"
        self._made: dict[str, str | None] = {}
        with own_environment():
            self._iam: Any = Session().client(
                "iam",
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=login.access_key,
                aws_secret_access_key=login.secret_key,
                config=Config(retries={"total_max_attempts": 1}, proxies={} if is_here(endpoint) else None),
            )
        self._iam.meta.events.register("before-call.iam", self._add_headers)

    def make(self) -> dict[str, Login]:
        """Make them all. Gives the login of each. Raises :class:`TargetError` where the server refuses."""
        try:
            return {principal: self._user(principal) for principal in RESTRICTED}
        except (ClientError, BotoCoreError) as error:
            self.remove()
            raise TargetError(f"{self._target} does not let a user be made in its IAM: {error}") from None

    def remove(self) -> None:
        """Remove those that were made, as far as the server lets them be."""
        for user, key in self._made.items():
            for method, more in (
                ("delete_access_key", {"AccessKeyId": key}),
                ("delete_user_policy", {"PolicyName": _POLICY}),
                ("delete_user", {}),
            ):
                with suppress(ClientError, BotoCoreError):
                    getattr(self._iam, method)(UserName=user, **more)
        self._made.clear()

    def _add_headers(self, params: dict[str, Any], **_: Any) -> None:
        params["headers"].update(self._account.headers)

    def _user(self, principal: str) -> Login:
        user = f"{self._stem}-{principal.removeprefix(f'{DEFAULT_ACCOUNT}/')}"
        self._made[user] = None
        self._iam.create_user(UserName=user)
        document = {"Version": "2012-10-17", "Statement": POLICIES[principal]}
        self._iam.put_user_policy(UserName=user, PolicyName=_POLICY, PolicyDocument=json.dumps(document))
        made = self._iam.create_access_key(UserName=user)["AccessKey"]
        self._made[user] = made["AccessKeyId"]
        return Login(made["AccessKeyId"], made["SecretAccessKey"], headers=dict(self._account.headers))
