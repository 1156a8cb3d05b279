"""Reading evidence: from a file to a recording, or to the file, the line and the reason why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from sse_spec.actions import account_of
from sse_spec.evidence.format import (
    PRESENT,
    Answer,
    DeclaredAlias,
    DeclaredBucket,
    DeclaredKey,
    DeclaredObject,
    IdOf,
    Recording,
    is_symbol,
)
from sse_spec.evidence.lines import line_of

__all__ = ["EvidenceError", "decode", "encode", "spell"]

WIDTH = 120
"""Longest line of a file, in characters, that holds more than one value."""

_PATH = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")
_ACCOUNT = re.compile(r"\d{12}")

_SYMBOLIC = (
    "algorithm",
    "kms_key",
    "etag",
    "version_id",
    "source_version_id",
    "key_arn",
    "customer_key_md5",
    "upload_id",
)
"""The fields of an answer that hold what S3 or KMS invented, or that may at least be there without being known."""

Problem = tuple[str, str]
"""Where something is wrong, as a path into the document, and what."""


class EvidenceError(Exception):
    """The file holds no recording. The message has file, line and reason."""


def decode(document: bytes, name: str) -> Recording:
    """Read a recording from a document that is called `name`. Raises :class:`EvidenceError`."""
    try:
        recording = msgspec.json.decode(document, type=Recording)
    except msgspec.ValidationError as error:
        reason = str(error)
        place = _PATH.search(reason)
        line = 1 if place is None else line_of(document.decode(), place[1])
        raise EvidenceError(f"{name}: line {line}: {reason}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{name}: line {_broken_line(document)}: {error}") from None
    for path, reason in (*_unknown_fields(json.loads(document), recording, "$"), *_problems(recording)):
        raise EvidenceError(f"{name}: line {line_of(document.decode(), path)}: {reason}")
    return recording


def encode(recording: Recording) -> str:
    """A recording as a file spells it: what fits into a line stands in one line."""
    document = json.loads(msgspec.json.encode(recording))
    for event in document["events"]:
        _leave_out_empty(event, "answer")
        for action in (event.get("action", {}), *event.get("one_of", ())):
            _leave_out_empty(action, "headers")
    return spell(document) + "\n"


def _leave_out_empty(members: dict[str, object], name: str) -> None:
    if members.get(name) == {}:
        del members[name]


def spell(value: object, indent: str = "", before: int = 0) -> str:
    """A JSON value, on one line if it fits after `before` characters, else each of its members on a line of its own."""
    line = json.dumps(value, ensure_ascii=False)
    deeper = f"{indent}  "
    if len(indent) + before + len(line) < WIDTH or not isinstance(value, dict | list):
        return line
    if isinstance(value, list):
        members = [spell(item, deeper) for item in value]
    else:
        names = [f"{json.dumps(name)}: " for name in value]
        members = [name + spell(item, deeper, len(name)) for name, item in zip(names, value.values(), strict=True)]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}\n" + ",\n".join(f"{deeper}{member}" for member in members) + f"\n{indent}{closing}"


def _broken_line(document: bytes) -> int:
    """The line up to which the document may be the beginning of JSON."""
    try:
        json.loads(document)
    except json.JSONDecodeError as error:
        return error.lineno
    except UnicodeDecodeError as error:
        return document.count(b"\n", 0, error.start) + 1
    return 1


def _unknown_fields(written: object, read: object, path: str) -> Iterator[Problem]:
    """Fields of the document that the types do not have: a field with its name misspelt would say nothing."""
    if isinstance(read, tuple) and isinstance(written, list):
        for at, (raw, item) in enumerate(zip(written, read, strict=True)):
            yield from _unknown_fields(raw, item, f"{path}[{at}]")
    elif isinstance(read, msgspec.Struct) and isinstance(written, dict):
        config = read.__struct_config__
        known = {config.tag_field, *read.__struct_encode_fields__}
        yield from ((f"{path}.{name}", f"there is no field {name!r} here") for name in written if name not in known)
        for name in read.__struct_encode_fields__:
            yield from _unknown_fields(written.get(name), getattr(read, name), f"{path}.{name}")


# --- what the types do not say ---------------------------------------------------------------------------------------


def _problems(recording: Recording) -> Iterator[Problem]:
    first, last = recording.days
    if last < first:
        yield "$.date", f"{last} lies before {first}"
    for account, number in recording.accounts.items():
        if _ACCOUNT.fullmatch(number) is None:
            yield f"$.accounts.{account}", f"the id of an account has twelve digits, not {number!r}"
    yield from _problems_of_declarations(recording)
    yield from _problems_of_order(recording)
    for at, event in enumerate(recording.events):
        place = f"$.events[{at}]"
        if (not event.one_of) == isinstance(event.action, msgspec.UnsetType):
            yield place, "an event has either an `action` or `one_of` several"
        yield from ((f"{place}.answer.{name}", why) for name, why in _problems_of_answer(event.answer))
        for action in event.actions:
            account = account_of(action.principal)
            if recording.accounts and account not in recording.accounts:
                yield place, f"`accounts` does not name {account!r}"


def _problems_of_declarations(recording: Recording) -> Iterator[Problem]:
    keys: set[str] = set()
    buckets: set[str] = set()
    for at, one in enumerate(recording.declared):
        place = f"$.declared[{at}]"
        match one:
            case DeclaredKey(key=key):
                keys.add(key)
                if one.arn is not None and one.arn == PRESENT:
                    yield f"{place}.arn", "leave out an `arn` that is not known"
            case DeclaredBucket(bucket=bucket):
                buckets.add(bucket)
            case DeclaredAlias(key=key) if key not in keys:
                yield f"{place}.key", f"no key {key!r} is declared before it"
            case DeclaredObject(bucket=bucket) if bucket not in buckets:
                yield f"{place}.bucket", f"no bucket {bucket!r} is declared before it"
            case _:
                pass


def _problems_of_order(recording: Recording) -> Iterator[Problem]:
    """Ids must be unique, and an event may come only after events that stand before it in the file."""
    known: set[str] = set()
    for at, event in enumerate(recording.events):
        place = f"$.events[{at}]"
        if not isinstance(event.after, msgspec.UnsetType):
            for number, name in enumerate(event.after):
                if name not in known:
                    yield f"{place}.after[{number}]", f"no event {name!r} stands before this one"
        if event.id in known:
            yield f"{place}.id", f"there are two events {event.id!r}"
        if event.id:
            known.add(event.id)


def _problems_of_answer(answer: Answer) -> Iterator[Problem]:
    for name in _SYMBOLIC:
        value = getattr(answer, name)
        text = value.id_of if isinstance(value, IdOf) else value
        if isinstance(text, str) and text.startswith(PRESENT) and text != PRESENT and not is_symbol(text):
            yield name, f"{text!r} is no symbol: write `$` and letters, digits, `_`, `.` or `-`"
    body = answer.body if isinstance(answer.body, str) else ""
    if body.startswith(PRESENT) and body != PRESENT and not body.startswith(PRESENT * 2):
        yield "body", "a body has no symbols: write `$$` for a `$` at its beginning"
    if isinstance(answer.status, int) and not 100 <= answer.status <= 599:
        yield "status", f"{answer.status} is no HTTP status"
