"""From the bytes of an answer of KMS to an observation."""

from __future__ import annotations

import msgspec
from sse_spec.actions import Action, CreateKey
from sse_spec.observations import Observation

from sse_adapters.documents import Answer, NotS3Error, Shown, content, cut, start
from sse_adapters.faults import PLAIN_REFUSALS, VALUE_LIMIT, fault, server_fault

__all__ = ["observe_kms"]


def observe_kms(action: Action, answer: Answer, shown: Shown) -> Observation:
    """What KMS said to `action`."""
    try:
        if 200 <= answer.status < 300:
            return _kms_success(action, answer)
        return _kms_refusal(answer, shown)
    except NotS3Error as error:
        return fault(answer.status, str(error), shown)


def _kms_success(action: Action, answer: Answer) -> Observation:
    shape = _json(answer)
    if not isinstance(action, CreateKey):
        return Observation(answer.status)
    metadata = shape.get("KeyMetadata")
    arn = metadata.get("Arn") if isinstance(metadata, dict) else None
    if not isinstance(arn, str) or not arn:
        raise NotS3Error("a new key without an ARN")
    return Observation(answer.status, key_arn=arn[:VALUE_LIMIT])


def _kms_refusal(answer: Answer, shown: Shown) -> Observation:
    status = answer.status
    try:
        shape = _json(answer)
    except NotS3Error as error:
        if status not in PLAIN_REFUSALS:
            raise
        return Observation(status, message=cut(str(error), shown))
    if status < 400:
        raise NotS3Error("a redirection")
    code = shape.get("__type") or answer.headers.get("x-amzn-errortype")
    message = shape.get("message") or shape.get("Message")
    return Observation(
        status,
        code=cut(code.rpartition("#")[2].partition(":")[0], shown) if isinstance(code, str) else None,
        message=cut(message, shown) if isinstance(message, str) else None,
        fault=server_fault(status),
    )


def _json(answer: Answer) -> dict[str, object]:
    body = content(answer)
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body, type=dict[str, object] | None) or {}
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotS3Error(f"not a JSON object: {start(body)}") from error
