"""How a script decides whether the bug is there: what it looks at in the last answer, and what it compares it with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
from sse_spec.actions import Action, CopyObject, GetBucketEncryption, GetObject, HeadObject, KeyRef, PutObject
from sse_spec.outcomes import Refusal

from sse_conformance.script_names import ScriptNames
from sse_conformance.source_text import Expression, assign, literal

__all__ = ["ACCEPTANCE_FIELDS", "KEY_ARN", "Check", "Verdict", "Want", "verdict"]

ACCEPTANCE_FIELDS = frozenset({"acceptance", "code", "answer", "choice"})
"""The fields of a signature that are decided by whether and how the request is refused."""

KEY_ARN = r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+"
"""What the full ARN of a KMS key looks like."""

DEPTH = 8
"""The deepest indentation of a line of a verdict."""

Kind = Literal[
    "text", "absent", "true", "false", "md5", "not-md5", "fresh", "kept", "written",
    "key-arn", "managed-key-arn", "shown-by", "as-put",
]  # fmt: skip


class Want(msgspec.Struct, frozen=True):
    """One value that a field may have.

    - `text`: exactly that text; `absent`: nothing.
    - `true`, `false`: that flag. An absent `bucket_key` is false, an absent `default_bucket_key` is neither.
    - `md5`, `not-md5`, `fresh` (not the MD5, nor the ETag of the object that is copied), `kept` (the ETag with which
      the object was written): an ETag.
    - `written`: the content that was written.
    - `key-arn`: the ARN of the key whose symbol is `text`; `managed-key-arn`: the ARN of a key that the program does
      not name; `shown-by`: the key that the answer to step `step`, counted from 0, named; `as-put`: what `key` is in a
      request, letter for letter.
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


def verdict(check: Check, action: Action, names: ScriptNames) -> Verdict:
    """How `check` is done after `action`. Raises ValueError if it needs what the program has not written."""
    if check.field not in ACCEPTANCE_FIELDS:
        looked, fits = _shown(check.field, action), _fits(check, action, names)
        return Verdict([], True, [*looked, *fits], _refused(check, action, open_=True) if check.refusals else [], [])
    accepted = [f'observed, fits = "accepted", {check.accepted}']
    refused = _refused(check, action, open_=False)
    if check.field != "answer":
        return Verdict([], False, accepted, refused, [])
    crashed = ['observed, fits = f"no answer of S3: {error!r}", False']
    if not check.accepted or isinstance(action, GetObject | HeadObject):
        return Verdict([], False, accepted, refused, crashed)
    name = type(action).__name__
    before = [
        "bodies = []",
        "s3.meta.events.register(",
        f'    "before-parse.s3.{name}",',
        '    lambda response_dict, **_: bodies.append(response_dict["body"]),',
        ")",
    ]
    root = {GetBucketEncryption: "ServerSideEncryptionConfiguration", CopyObject: "CopyObjectResult"}.get(type(action))
    fits_if = "not bodies[-1].strip()" if root is None else f'b"<{root}" in bodies[-1]'
    return Verdict(before, False, ["observed = bodies[-1]", f"fits = {fits_if}"], refused, crashed)


def _refused(check: Check, action: Action, *, open_: bool) -> list[str]:
    status = 'status = error.response["ResponseMetadata"]["HTTPStatusCode"]'
    if isinstance(action, HeadObject):  # has no body, and so no code
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
}

_DEFAULTS = {
    "default_algorithm": '.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm")',
    "default_key": '.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")',
    "default_bucket_key": '.get("BucketKeyEnabled")',
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
        ]
    if field == "etag":
        place = 'answer["CopyObjectResult"]' if isinstance(action, CopyObject) else "answer"
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
        case "written":
            return "observed == ", _content(action, names)
        case "md5":
            return "observed == ", _md5(action, names)
        case "not-md5":
            return "observed not in ", ("", _md5(action, names))
        case "fresh":
            return "observed not in ", ("", _md5(action, names), _etag(action, names))
        case "kept":
            return "observed == ", _etag(action, names)
        case _:
            return _key_test(want, action, names)


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
    return (f"{is_arn}and observed not in ", named) if named else (f"{is_arn}is not ", None)


def _content(action: Action, names: ScriptNames) -> str:
    if isinstance(action, PutObject):
        return action.body
    written = names.written(action)
    if written is None or written.body is None:
        raise ValueError("the program does not write the content that its last step is about")
    return written.body


def _md5(action: Action, names: ScriptNames) -> Expression:
    return Expression(f"hashlib.md5({literal(_content(action, names).encode())}).hexdigest()")


def _etag(action: Action, names: ScriptNames) -> Expression:
    written = names.written(action)
    if written is None or written.etag is None:
        raise ValueError("the program does not write the ETag that its last step is about")
    return names.use(written.etag)
