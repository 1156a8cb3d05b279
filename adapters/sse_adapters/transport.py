"""From what boto3 has of an answer, or of the lack of one, to what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    SSLError,
)
from sse_spec.observations import Fault

from sse_adapters.documents import CONTENT_LIMIT, DOCUMENT_LIMIT, Answer

__all__ = ["fault_of", "whole_answer"]

_UNREACHABLE = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError, SSLError)


class _CutError(BotoCoreError):
    fmt = "The answer was cut: {got} of {length} bytes came"


def whole_answer(response: Mapping[str, Any], *, head: bool) -> Answer:
    """The answer, of which not more is read than is looked at. Raises for one that was cut."""
    headers, body, limit = response["headers"], response["body"], DOCUMENT_LIMIT
    if not isinstance(body, bytes):  # a stream, of the content of an object
        limit = CONTENT_LIMIT
        with body:
            body = body.read(limit + 1)
    length = headers.get("Content-Length")
    if not head and length is not None and length.isdecimal() and len(body) < min(int(length), limit):
        raise _CutError(got=len(body), length=length)
    return Answer(response["status_code"], headers, body if len(body) <= limit else None)


def fault_of(error: Exception) -> Fault:
    """Why there is no answer."""
    if isinstance(error, _UNREACHABLE):
        return "unreachable"
    if isinstance(error, ConnectionClosedError):
        return "garbage" if _not_http(error) else "no-answer"
    if isinstance(error, (HTTPClientError, _CutError)):
        return "no-answer"
    return "exception"


def _not_http(error: ConnectionClosedError) -> bool:
    """Whether something answered that does not speak HTTP, as against a connection that was cut."""
    causes = getattr(error.kwargs.get("error"), "args", ())
    return any(isinstance(c, HTTPException) and not isinstance(c, (RemoteDisconnected, IncompleteRead)) for c in causes)
