"""The first calls of a run, and what to do where they fail: said in one line, before anything is judged.

What is told here is the operator's to mend: an address, credentials, a certificate, a clock, a permission. Whether a
target is right about S3 is not looked at.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from botocore import exceptions as boto
from sse_spec.actions import CreateBucket, DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption, Rule
from sse_spec.observations import Observation
from urllib3.exceptions import NameResolutionError

from sse_adapters.calls import Call
from sse_adapters.carrier import Carrier
from sse_adapters.documents import Answer, NotS3Error, child, document, name, text
from sse_adapters.protocol import TargetError
from sse_adapters.space import BotoSpace

__all__ = ["account_of_key", "ask", "explained", "greet", "plain", "try_out"]

SHOWN = 160
"""So much of a text of the target is quoted, in characters."""

LISTINGS = frozenset({"ListAllMyBucketsResult", "ListBucketsResult", "ListBucketsOutput"})
"""What the answer to ListBuckets is called, S3's own name first."""

CONTENTS = frozenset({"ListBucketResult", "ListObjectsV2Result", "ListObjectsV2Output"})
"""What the answer to ListObjectsV2 is called, S3's own name first."""

_ACCOUNT = re.compile(r"arn:[\w-]+:kms:[\w-]+:(\d{12}):key/")

_TELLING: Mapping[str, str] = {
    "AccessDenied": "",  # what may not be done depends on what was asked
    "AuthorizationHeaderMalformed": "say the right --region",
    "AuthFailure": "check the access key and the secret key",
    "ExpiredToken": "the session token has expired: log in again",
    "ExpiredTokenException": "the session token has expired: log in again",
    "IllegalLocationConstraintException": "say the right --region",
    "IncompleteSignature": "check the access key and the secret key",
    "InvalidAccessKeyId": "check the access key: nobody has it there",
    "InvalidClientTokenId": "check the access key: nobody has it there",
    "InvalidLocationConstraint": "say the right --region",
    "InvalidRegion": "say the right --region",
    "InvalidSecurity": "check the access key and the secret key",
    "InvalidToken": "check the session token",
    "RequestExpired": "the clock of this machine is wrong: set it",
    "RequestInTheFuture": "the clock of this machine is wrong: set it",
    "RequestTimeTooSkewed": "the clock of this machine differs from the target's: set it",
    "SignatureDoesNotMatch": "check the secret key",
    "UnrecognizedClientException": "check the access key: nobody has it there",
}
"""What to do about the refusals that are about the operator, whatever was asked."""

_GATEWAY = frozenset({407, 502, 504})
"""Statuses of a proxy or a gateway that speaks for itself."""


def plain(said: str) -> str:
    """A text of the target as part of a line on a terminal."""
    line = " ".join("".join(char if char.isprintable() else " " for char in said).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def account_of_key(arn: str) -> str | None:
    """The account whose key has this ARN; None where it is no such ARN."""
    found = _ACCOUNT.match(arn)
    return None if found is None else found[1]


# --- no answer --------------------------------------------------------------------------------------------------------


def explained(error: Exception, where: str) -> TargetError:
    """What to do about an exception of boto3's on the way to the endpoint `where`."""
    if isinstance(error, TargetError):
        return error
    host = urlsplit(where).netloc
    for kinds, line in _CAUSES:
        if isinstance(error, kinds):
            return TargetError(line(error, host))
    return TargetError(f"{where} cannot be used: {plain(f'{type(error).__name__}: {error}')}")


def _cause(error: Any) -> str:
    return str(error.kwargs.get("error", ""))


def _about_profile(error: Any, _host: str) -> str:
    return f"there is no AWS profile {plain(str(error.kwargs.get('profile')))!r}: name another --profile"


def _about_connection(error: Any, host: str) -> str:
    if _unknown_name(error):
        return f"the name of {host} cannot be resolved: check --endpoint-url, or say --addressing path"
    return f"nothing listens at {host}: start the target, or check --endpoint-url"


def _about_tls(error: Any, host: str) -> str:
    cause = _cause(error)
    if any(word in cause for word in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "wrong version number")):
        return f"{host} does not speak TLS: say http:// in --endpoint-url"
    if "CERTIFICATE_VERIFY_FAILED" in cause or "certificate verify failed" in cause:
        return f"the certificate of {host} is not trusted: give its CA by --ca-bundle FILE, or say --no-verify"
    return f"no TLS connection to {host}: {plain(cause)}"


def _unknown_name(error: Any) -> bool:
    cause = error.kwargs.get("error")
    return isinstance(getattr(cause, "reason", cause), NameResolutionError) or isinstance(cause, NameResolutionError)


_CAUSES: tuple[tuple[tuple[type[Exception], ...], Callable[[Any, str], str]], ...] = (
    (
        (boto.NoCredentialsError, boto.PartialCredentialsError),
        lambda _e, _h: (
            "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile"
        ),
    ),
    ((boto.ProfileNotFound,), _about_profile),
    (
        (boto.CredentialRetrievalError, boto.TokenRetrievalError, boto.SSOError, boto.LoginError),
        lambda e, _h: f"the AWS credentials cannot be had: log in again ({plain(str(e))})",
    ),
    (
        (boto.ConfigParseError, boto.ConfigNotFound, boto.InvalidConfigError, boto.UnknownCredentialError),
        lambda e, _h: f"the AWS configuration of this machine cannot be used: {plain(str(e))}",
    ),
    ((boto.SSLError,), _about_tls),
    (
        (boto.ProxyConnectionError,),
        lambda _e, h: f"the proxy on the way to {h} cannot be reached: check HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
    ),
    ((boto.EndpointConnectionError, boto.ConnectTimeoutError), _about_connection),
    (
        (boto.ConnectionClosedError,),
        lambda _e, h: f"{h} does not speak HTTP: check port and scheme of --endpoint-url",
    ),
    (
        (boto.ReadTimeoutError, boto.HTTPClientError),
        lambda e, h: f"{h} did not answer: check --endpoint-url ({plain(_cause(e) or str(e))})",
    ),
)
"""What exceptions of boto3's mean; the first that fits."""


# --- an answer that is no S3's ----------------------------------------------------------------------------------------


def greet(carrier: Carrier, principal: str, where: str) -> Answer:
    """Ask for the list of buckets: the request that every S3 has, and that changes nothing.

    Gives the answer, also one that refuses or does not offer this; raises :class:`TargetError` for one that shows that
    the endpoint `where` is no S3, or that it will not have us at all.
    """
    answer = ask(carrier, Call("s3", "list_buckets", {}, principal), where)
    root = _root(answer, where)
    if answer.status < 300:
        if root is None or name(root) not in LISTINGS:
            raise TargetError(_no_s3(answer, where))
        return answer
    if answer.status < 400:
        to = plain(answer.headers.get("Location") or "another place")
        raise TargetError(f"{where} redirects to {to}: give the right --endpoint-url and --region")
    code = "" if root is None else text(_error(root), "Code") or ""
    message = "" if root is None else text(_error(root), "Message") or ""
    if _TELLING.get(code):
        raise TargetError(f"{where} answers {answer.status} {plain(code)}: {_TELLING[code]}")
    if code in {"NoSuchBucket", "NoSuchKey"}:
        raise TargetError(f"{where} takes its path for a bucket: leave the path out of --endpoint-url")
    if answer.status >= 500 and answer.status != 501:
        said = plain(f"{code} {message}")
        raise TargetError(f"{where} answers {answer.status} {said}: see whether the target is ready")
    return answer


def ask(carrier: Carrier, call: Call, where: str) -> Answer:
    """Send a call. Raises :class:`TargetError` where no answer comes."""
    try:
        return carrier.send(call)
    except Exception as error:
        raise explained(error, where) from None


def _root(answer: Answer, where: str) -> ET.Element | None:
    """The root of the document; None where a refusal has none."""
    try:
        root = document(answer)
    except NotS3Error:
        if answer.status in {405, 501}:
            return None
        raise TargetError(_no_s3(answer, where)) from None
    if root is not None and name(root).lower() == "html":
        raise TargetError(_no_s3(answer, where))
    return root


def _error(root: ET.Element) -> ET.Element:
    found = child(root, "Error")
    return root if found is None else found


def _no_s3(answer: Answer, where: str) -> str:
    proxied = _proxy(where)
    if proxied or answer.status in _GATEWAY:
        via = f"the proxy {plain(proxied)}" if proxied else "a proxy or gateway"
        return f"{via} answers {answer.status} in place of {where}: check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
    kind = "a web page" if b"<html" in (answer.body or b"")[:2048].lower() else "something that is no S3's"
    return f"{where} answers {answer.status} with {kind}: check host, port and path of --endpoint-url"


def _proxy(where: str) -> str | None:
    """The proxy that the settings of this machine put in front of an endpoint."""
    parts = urlsplit(where)
    host = parts.hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"} or proxy_bypass(host):
        return None
    found = getproxies().get(parts.scheme)
    return None if found is None else urlsplit(found).hostname or found


# --- a bucket that is made to be lost ---------------------------------------------------------------------------------


def try_out(carrier: Carrier, where: str, *, known: bool = True) -> tuple[str, ...]:
    """Make a bucket, try on it what some targets take for its deletion, and remove it.

    Some stores do not know the query of a request: for them, to delete the encryption of a bucket is to delete the
    bucket. `known` says whether the endpoint has listed its buckets, so that its URL is not that of a bucket. Gives
    what a reader of the report has to know, in sentences. Raises :class:`TargetError` where no bucket can be made, or
    none be removed, or where a bucket is not what goes by its name.
    """
    space = carrier.space()
    look = space.listing("trial")
    try:
        made = space.perform(CreateBucket(bucket="trial"))
        if made.fault is not None or made.refused:
            raise TargetError(_not_made(made, where))
        strange = _strange(ask(carrier, look, where), where, known=known)
        if strange:  # what goes by the name of our bucket may be something of others: nothing in it may be removed
            space.forget("trial")
            raise TargetError(f"{strange} (look for {look.arguments['Bucket']}, which may be left)")
        found = _ignoring(space)
    finally:
        space.close()
    if space.leftovers:
        left = ", ".join(space.leftovers)
        raise TargetError(f"{where} lets buckets be made but not removed: grant s3:DeleteBucket, and remove {left}")
    return found


def _strange(answer: Answer, where: str, *, known: bool) -> str:
    """Why a bucket just made, as it is listed, cannot be that bucket; empty where it can.

    A target that does not look at the host takes the key of an object for a bucket, and one whose URL is that of a
    bucket takes a bucket for an object: there our names are not where we think them, and others' may be.
    """
    try:
        root = document(answer) if answer.status < 300 else None
    except NotS3Error:
        root = None
    if root is not None and name(root) in LISTINGS:
        return f"{where} does not look for the bucket in the name of the host: say --addressing path"
    listed = root is not None and name(root) in CONTENTS
    if listed and child(root, "Contents") is not None:
        return f"{where} shows objects in a bucket that was made just now: it does not tell buckets apart"
    if not listed and not known:
        return f"{where} is the place of a bucket, and not that of S3: leave the bucket out of --endpoint-url"
    return ""


def _ignoring(space: BotoSpace) -> tuple[str, ...]:
    """What requests about the encryption of a bucket do beside that."""
    found = []
    space.perform(PutBucketEncryption(bucket="never-made", rules=(Rule("AES256"),)))
    if space.has_bucket("never-made"):
        found.append("PutBucketEncryption creates the bucket that it names: the target ignores the query of a request")
    there = space.has_bucket("trial")
    space.perform(DeleteBucketEncryption(bucket="trial"))
    if there and not space.has_bucket("trial"):
        found.append("DeleteBucketEncryption deletes the bucket itself: the target ignores the query of a request")
    elif _lists(space):
        found.append("GetBucketEncryption lists the bucket: the target ignores the query of a request")
    return tuple(found)


def _lists(space: BotoSpace) -> bool:
    seen = space.perform(GetBucketEncryption(bucket="trial"))
    return seen.fault == "garbage" and "ListBucketResult" in (seen.message or "")


def _not_made(seen: Observation, where: str) -> str:
    said = plain(f"{seen.status} {seen.code or ''} {seen.message or ''}")
    if seen.fault == "unreachable":
        return f"{where} cannot be reached for a bucket: say --addressing path ({plain(seen.message or '')})"
    telling = _TELLING.get(seen.code or "")
    if telling:
        return f"CreateBucket was answered {seen.status} {plain(seen.code or '')}: {telling}"
    if seen.status in {401, 403}:
        return f"no bucket may be created ({said}): grant s3:CreateBucket, or name a --bucket to use"
    if seen.status in {405, 501}:
        return f"no bucket can be created ({said}): name a --bucket to use"
    return f"a bucket could not be created: {where} answers {said}"
