"""How a script decides whether the bug is there: what it looks at in the last answer, and what it compares it with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateMultipartUpload,
    GetBucketEncryption,
    GetBucketReplication,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    UpdateObjectEncryption,
    UploadPartCopy,
    account_of,
)
from sse_spec.outcomes import Refusal

from sse_conformance.script_names import ScriptNames
from sse_conformance.script_replication import REPLICATION, shown_replication
from sse_conformance.source_text import Expression, assign, literal

__all__ = ["ACCEPTANCE_FIELDS", "KEY_ARN", "Check", "Verdict", "Want", "verdict"]

ACCEPTANCE_FIELDS = frozenset({"acceptance", "code", "answer", "choice"})
"""The fields of a signature that are decided by whether and how the request is refused."""

KEY_ARN = r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+"
"""What the full ARN of a KMS key looks like."""

ROOTS: dict[type[Action], str] = {
    GetBucketEncryption: "ServerSideEncryptionConfiguration",
    GetBucketReplication: "ReplicationConfiguration",
    CopyObject: "CopyObjectResult",
    CreateMultipartUpload: "InitiateMultipartUploadResult",
    UploadPartCopy: "CopyPartResult",
    CompleteMultipartUpload: "CompleteMultipartUploadResult",
}
"""The documents that answers have; other answers have none."""

DEPTH = 8
"""The deepest indentation of a line of a verdict."""

Kind = Literal[
    "text", "absent", "true", "false", "md5", "not-md5", "fresh", "kept", "kept-if-shown", "other", "of-parts",
    "written", "range", "length", "another", "bucket", "bucket-arn", "key-arn", "managed-key-arn", "shown-by", "as-put",
]  # fmt: skip


class Want(msgspec.Struct, frozen=True):
    """One value that a field may have.

    - `text`: exactly that text; `absent`: nothing.
    - `true`, `false`: that flag. An absent `bucket_key` is false, an absent `default_bucket_key` is neither.
    - `md5`, `not-md5`, `fresh` (not the MD5, nor the ETag of the object that is copied), `kept` (the ETag with which
      the object was written), `kept-if-shown` (that or none), `other` (another one), `of-parts` (made of those of the
      parts of an upload): an ETag. For
      `version_id`, `kept` is the id that the write gave, and `another` another one.
    - `bucket`, `bucket-arn`: the name and the ARN of the bucket whose symbol is `text`.
    - `written`: the content that was written; `range`: the range of it that the request asks for; `length`: the number
      of its bytes.
    - `key-arn`: the ARN of the key whose symbol is `text`; `managed-key-arn`: the ARN of a key that the program does
      not name, of the account `text` if that is given; `shown-by`: the key that the answer to step `step`, counted from
      0, named; `as-put`: what `key` is in a request, letter for letter.
    """

    kind: Kind
    text: str = ""
    key: KeyRef | None = None
    step: int = 0


class Check(msgspec.Struct, frozen=True):
    """What is looked at in the answer to the last step, and what must be seen there for the bug to be gone.

    `field` is that of a signature. For `acceptance`, `code`, `answer` and `choice` the bug is gone if the answer is one
    of the `refusals`, or if the request is accepted and `accepted` says that it may be. For every other field it is
    gone if the field has one of the values in `wants`, or if the answer is one of the `refusals`; any other refusal
    leaves the question open. For a choice that shows in a field, name that field.
    """

    field: str
    wants: tuple[Want, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    accepted: bool = True


class Verdict(NamedTuple):
    """Lines of a script, without indentation: before the last call, after it if it is accepted, and if it is refused.

    `looks` says whether the answer is looked at. No lines in `refused`: a refusal leaves the question open. Lines in
    `crashed`: so much for an answer that boto3 cannot read, or a target that crashes in the same process.
    """

    before: list[str]
    looks: bool
    accepted: list[str]
    refused: list[str]
    crashed: list[str]


def verdict(check: Check, action: Action, names: ScriptNames, client: str) -> Verdict:
    """How `check` is done after `action`, which `client` sends.

    Raises ValueError if it needs what the program has not written.
    """
    if check.field not in ACCEPTANCE_FIELDS:
        looked, fits = _shown(check.field, action), _fits(check, action, names)
        return Verdict([], True, [*looked, *fits], _refused(check, action, open_=True) if check.refusals else [], [])
    accepted = [f'observed, fits = "accepted", {check.accepted}']
    refused = _refused(check, action, open_=False)
    if check.field != "answer":
        return Verdict([], False, accepted, refused, [])
    crashed = ['observed, fits = f"no answer of S3: {error!r}", False']
    if not check.accepted or isinstance(action, GetObject | HeadObject | HeadReplica):
        return Verdict([], False, accepted, refused, crashed)
    name = "PutObject" if isinstance(action, PostObject) else type(action).__name__  # as a form is sent, see `_hook`
    before = [
        "bodies = []",
        f"{client}.meta.events.register(",
        f'    "before-parse.s3.{name}",',
        '    lambda response_dict, **_: bodies.append(response_dict["body"]),',
        ")",
    ]
    root = ROOTS.get(type(action))
    fits_if = "not bodies[-1].strip()" if root is None else f'b"<{root}" in bodies[-1]'
    return Verdict(before, False, ["observed = bodies[-1]", f"fits = {fits_if}"], refused, crashed)


def _refused(check: Check, action: Action, *, open_: bool) -> list[str]:
    status = 'status = error.response["ResponseMetadata"]["HTTPStatusCode"]'
    if isinstance(action, HeadObject | HeadReplica):  # has no body, and so no code
        wanted = tuple(dict.fromkeys(refusal.status for refusal in check.refusals))
        lines = [status, "observed = str(status)", *_equals("status", wanted)]
    else:
        any_code = tuple(dict.fromkeys(one.status for one in check.refusals if not one.codes))
        errors = (f"{one.status} {code}" for one in check.refusals for code in one.codes if one.status not in any_code)
        coded = tuple(dict.fromkeys(errors))
        fits = _equals("observed", coded) if coded or not any_code else []
        fits += _equals("status", any_code, "fits or " if fits else "") if any_code else []
        lines = [status, 'code = error.response["Error"]["Code"]', 'observed = f"{status} {code}"', *fits]
    return [*lines, "if not fits:", "    raise"] if open_ else lines


def _equals(name: str, wanted: Sequence[str | int], or_else: str = "") -> list[str]:
    if not wanted:
        return ["fits = False"]
    if len(wanted) == 1:
        return _assign(f"fits = {or_else}{name} == ", wanted[0])
    return _assign(f"fits = {or_else}{name} in ", tuple(wanted))


def _assign(before: str, value: object) -> list[str]:
    """A statement that may stand as deep as any line of a verdict does."""
    return [line[DEPTH:] for line in assign(before, value, indent=DEPTH)]


_HEADERS = {
    "algorithm": "x-amz-server-side-encryption",
    "kms_key": "x-amz-server-side-encryption-aws-kms-key-id",
    "bucket_key": "x-amz-server-side-encryption-bucket-key-enabled",
    "customer_algorithm": "x-amz-server-side-encryption-customer-algorithm",
    "customer_key_md5": "x-amz-server-side-encryption-customer-key-md5",
    "replication_status": "x-amz-replication-status",
}

_DEFAULTS = {
    "default_algorithm": '.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm")',
    "default_key": '.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")',
    "default_bucket_key": '.get("BucketKeyEnabled")',
    "default_blocked": '.get("BlockedEncryptionTypes", {}).get("EncryptionType")',
}


_MEMBERS = {
    "length": '.get("ContentLength")',
    "version_id": '.get("VersionId")',
    "logged_in": '.get("LoggingEnabled", {}).get("TargetBucket")',
    "delivered": '["Delivered"]',
}


def _shown(field: str, action: Action) -> list[str]:
    """The lines that take a field out of the answer."""
    if field in _HEADERS:
        return ['headers = answer["ResponseMetadata"]["HTTPHeaders"]', f'observed = headers.get("{_HEADERS[field]}")']
    if field in _DEFAULTS:
        return [
            'rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])',
            'observed = f"{len(rules)} rules"',
            "if len(rules) == 1:",
            f"    observed = rules[0]{_DEFAULTS[field]}",
            *(['    observed = " and ".join(observed or []) or None'] if field == "default_blocked" else ()),
        ]
    if field in REPLICATION:
        return shown_replication(field)
    if field in _MEMBERS:
        return [f"observed = answer{_MEMBERS[field]}"]
    if field == "etag" and isinstance(action, UpdateObjectEncryption):  # boto3 knows of none
        return ['observed = answer["ResponseMetadata"]["HTTPHeaders"].get("etag", "").strip(\'"\')']
    if field == "etag":
        result = {CopyObject: '["CopyObjectResult"]', UploadPartCopy: '["CopyPartResult"]'}.get(type(action), "")
        place = f"answer{result}"
        return [f'observed = {place}.get("ETag", "").strip(\'"\')']
    if field == "body":
        return ['observed = answer["Body"].read().decode(errors="replace")']
    if field == "status":
        return ['observed = str(answer["ResponseMetadata"]["HTTPStatusCode"])']
    raise ValueError(f"no script can look at {field!r}")


def _fits(check: Check, action: Action, names: ScriptNames) -> list[str]:
    """The lines that decide whether the field is as it should be, one for each value that it may have."""
    tests = [_test(want, check.field, action, names) for want in check.wants]
    tests.sort(key=lambda test: "and" not in test[0])
    lines: list[str] = []
    for at, (test, value) in enumerate(tests):
        if isinstance(value, list):
            lines += _assign("named = ", value)
            value = Expression("named")
        lines += _assign(f"fits = {'fits or ' if at else ''}{test}", value)
    return lines or ["fits = False"]


def _test(want: Want, field: str, action: Action, names: ScriptNames) -> tuple[str, object]:
    """A comparison: all of it that stands to the left of its last value, and that value. A list gets a variable."""
    match want.kind:
        case "text":
            return "observed == ", want.text
        case "absent":
            return "observed is ", None
        case "true" | "false" if field == "bucket_key":
            return f"str(observed).lower() {'==' if want.kind == 'true' else '!='} ", "true"
        case "true" | "false":
            return "observed is ", want.kind == "true"
        case "written" | "range":
            return "observed == ", _content(action, names, want.kind == "range")
        case "length":
            return "observed == ", _length(action, names)
        case "kept" | "another" if field == "version_id":
            return f"observed {'==' if want.kind == 'kept' else '!='} ", _version(action, names)
        case "bucket" | "bucket-arn":
            return "observed == ", (names.bucket if want.kind == "bucket" else names.bucket_arn)(want.text)
        case "md5" | "not-md5" | "fresh" | "kept" | "kept-if-shown" | "other" | "of-parts":
            return _etag_test(want, action, names)
        case _:
            return _key_test(want, action, names)


def _etag_test(want: Want, action: Action, names: ScriptNames) -> tuple[str, object]:
    match want.kind:
        case "kept":
            return "observed == ", _etag(action, names)
        case "kept-if-shown":
            return "observed in ", ("", _etag(action, names))
        case "other":
            return "observed not in ", ("", _etag(action, names))
        case "of-parts":
            return "observed == ", _etag_of_parts(action, names)
        case "md5":
            return "observed == ", _md5(action, names)
        case "not-md5":
            return "observed not in ", ("", _md5(action, names))
        case _:
            return "observed not in ", ("", _md5(action, names), _etag(action, names))


def _key_test(want: Want, action: Action, names: ScriptNames) -> tuple[str, object]:
    if want.kind == "as-put":
        if want.key is None:
            raise ValueError("as-put needs the key that was put")
        return "observed == ", names.key(want.key, action.principal)
    if want.kind == "shown-by":
        return "observed == ", names.named_by(want.step)
    if want.kind == "key-arn":
        return "observed == ", names.key(KeyRef("arn", want.text), action.principal)
    named = [names.key(KeyRef("arn", symbol), action.principal) for symbol in (*names.keys, *names.absent)]
    is_arn = 're.fullmatch(KEY_ARN, observed or "") '
    if want.text and not any(account_of(made.principal) == want.text for made in names.keys.values()):
        return f'{is_arn}and observed.split(":")[4] == ', names.account(want.text)
    return (f"{is_arn}and observed not in ", named) if named else (f"{is_arn}is not ", None)


def _content(action: Action, names: ScriptNames, ranged: bool = False) -> str:
    content = names.content(action)
    if content is None:
        raise ValueError("the program does not write the content that its last step is about")
    if not ranged or not isinstance(action, GetObject) or action.span is None:
        return content
    first, last = action.span
    if isinstance(content, Expression):
        return Expression(f"({content})[{first}:{last + 1}]")
    return content.encode()[first : last + 1].decode("utf-8", "replace")


def _length(action: Action, names: ScriptNames) -> object:
    content = _content(action, names)
    return Expression(f"len({content})") if isinstance(content, Expression) else len(content.encode())


def _md5(action: Action, names: ScriptNames) -> Expression:
    content = _content(action, names)
    text = f"({content}).encode()" if isinstance(content, Expression) else literal(content.encode())
    return Expression(f"hashlib.md5({text}).hexdigest()")


def _etag_of_parts(action: Action, names: ScriptNames) -> Expression:
    parts = names.chosen(action) if isinstance(action, CompleteMultipartUpload) else []
    if not isinstance(action, CompleteMultipartUpload) or len(parts) < len(action.parts):
        raise ValueError("the program does not send the parts that its last step is about")
    digests = " + ".join(f"bytes.fromhex({names.use(part.etag)})" for part in parts)
    return Expression(f'hashlib.md5({digests}).hexdigest() + "-{len(parts)}"')


def _version(action: Action, names: ScriptNames) -> str:
    written = names.written(action)
    if written is None:
        raise ValueError("the program does not write the version that its last step is about")
    return names.use(written.version) if isinstance(written.version, Expression) else written.version


def _etag(action: Action, names: ScriptNames) -> Expression:
    written = names.written(action)
    if written is None or written.etag is None:
        raise ValueError("the program does not write the ETag that its last step is about")
    return names.use(written.etag)
