"""Who signs: the accounts by the profiles of the user, the principals with fewer rights by roles that they assume."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import botocore.loaders
import botocore.session
from boto3.session import Session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.loaders import Loader

from sse_adapters.aws.pool import code_of
from sse_adapters.names import STEM
from sse_adapters.preflight import explained, plain
from sse_adapters.protocol import TargetError

__all__ = [
    "AWS",
    "SERVICE_ROLE",
    "account_id",
    "as_role",
    "has_role",
    "role_name",
    "see_that_it_is_aws",
    "session_of",
    "told",
]

AWS = "AWS"
"""What the target is called in a message where no address was given."""

SERVICE_ROLE = f"{STEM}-service"
"""The role by which S3 replicates and runs batch jobs: the one of :meth:`sse_adapters.names.NameMap.role_arn`."""

Watch = Callable[[Any], None]
"""Told of each client that is made, before it sends anything."""

_ADVICE = {
    "AccessDenied": "s3-sse setup aws prints the policy that the run needs",
    "AccessDeniedException": "s3-sse setup aws prints the policy that the run needs",
    "ExpiredToken": "the session token has expired: log in again",
    "ExpiredTokenException": "the session token has expired: log in again",
    "InvalidClientTokenId": "nobody has this access key: check the profile",
    "RequestTimeTooSkewed": "the clock of this machine is wrong: set it",
    "SignatureDoesNotMatch": "check the secret key",
    "UnrecognizedClientException": "nobody has this access key: check the profile",
}
"""What to do about the answers that are about who asks."""


def session_of(profile: str | None, where: str) -> Session:
    """The session of a profile of the user's; without one, as the environment says. Raises :class:`TargetError`."""
    try:
        core = botocore.session.Session(profile=profile)
        core.register_component("data_loader", _descriptions())
        session = Session(botocore_session=core)
        if session.get_credentials() is None:
            raise NoCredentialsError
    except BotoCoreError as error:
        raise explained(error, where) from None
    return session


def told(error: Exception, where: str, asked: str) -> TargetError:
    """What to do about an error that `asked` ended with, in one line."""
    if isinstance(error, ClientError):
        code = plain(code_of(error))
        return TargetError(f"{asked} was answered {code}: {_ADVICE.get(code, plain(str(error)))}")
    return explained(error, where)


def account_id(sts: Any, where: str) -> str:
    """The account of who signs. Raises :class:`TargetError`."""
    try:
        return str(sts.get_caller_identity()["Account"])
    except (ClientError, BotoCoreError) as error:
        raise told(error, where, "GetCallerIdentity") from None


def role_name(principal: str) -> str:
    """The role that a principal with fewer rights is: `s3sse-no-kms` for `main/no-kms`."""
    return f"{STEM}-{principal.partition('/')[2]}"


class _RoleProvider(CredentialProvider):
    """Credentials of a role, which are renewed while the run lasts."""

    METHOD = CANONICAL_NAME = f"{STEM}-role"

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        """The credentials."""
        return self._credentials


def as_role(session: Session, sts: Any, arn: str, region: str, endpoint: str | None, watch: Watch) -> Session | None:
    """A session of a role that this one may assume; None if it may not, or if there is no such role.

    `sts` is a client of the session. Raises :class:`TargetError` where there is no answer at all.
    """
    name = f"{STEM}-conformance"
    try:
        sts.assume_role(RoleArn=arn, RoleSessionName=name)
    except ClientError:
        return None
    except BotoCoreError as error:
        raise explained(error, endpoint or AWS) from None

    def client(service: str, **settings: Any) -> Any:
        made = session._session.create_client(  # noqa: SLF001 - what boto3 is made of has no other name
            service, **{**settings, "region_name": region, "endpoint_url": endpoint}
        )
        watch(made)
        return made

    fetcher = AssumeRoleCredentialFetcher(client, session.get_credentials(), arn, extra_args={"RoleSessionName": name})
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, _RoleProvider.METHOD)
    own = botocore.session.Session()
    own.register_component("data_loader", _descriptions())
    own.register_component("credential_provider", CredentialResolver([_RoleProvider(credentials)]))
    return Session(botocore_session=own, region_name=region)


@functools.cache
def _descriptions() -> Loader:
    """The descriptions of the services, read once for all sessions."""
    return botocore.loaders.create_loader()


def has_role(session: Session, name: str, region: str, endpoint: str | None, watch: Watch) -> bool:
    """Whether there is a role of this name, as far as one may see it."""
    iam = session.client("iam", region_name=region, endpoint_url=endpoint)
    watch(iam)
    try:
        iam.get_role(RoleName=name)
    except (ClientError, BotoCoreError):
        return False
    return True


def see_that_it_is_aws(clients: Iterable[Any]) -> None:
    """See that clients go to AWS itself, for the user's settings may name another endpoint. Else raises
    :class:`TargetError`.
    """
    for client in clients:
        host = urlsplit(client.meta.endpoint_url).hostname or ""
        if not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
            raise TargetError("the AWS settings of this machine name another endpoint: take the target endpoint for it")
