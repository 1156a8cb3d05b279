"""The SARIF 2.1.0 face, for code scanning: a rule is a clause, and a divergence is a result that points at its clause.

Nothing is said of clauses that pass. Those that could not be judged are notifications of the run, not results, so that
no reader takes them for a finding.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Literal
from urllib.parse import quote

from sse_spec.clauses import CHAPTERS, Clause
from sse_spec.clauses import clauses as edition

from sse_reports.prose import describe, headline
from sse_reports.result import ClauseResult, Divergence, Level, Result
from sse_reports.standing import VERDICT_WORDS, explanation, in_order, standing
from sse_reports.text import inert
from sse_reports.verdicts import tally

__all__ = ["SCHEMA", "render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The published schema that the document keeps."""

FINGERPRINT = "s3SseSignature/v1"
"""The name under which a result carries the id of its signature. `primaryLocationLineHash`, the only one that GitHub
looks at, has the same."""

_FOLDER = "spec/sse_spec/clauses"
_LEVELS: dict[Level, Literal["error", "warning", "note"]] = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_WEB = re.compile(r"https?://[A-Za-z0-9/:?&=%._~#+@,;-]+")
_SHAPE = re.compile(
    r"botocore(?::| [\d.]+ )(?P<service>s3|s3control|kms)/(?P<name>\w+?)(?:Request|Output|Response|Result)?(?!\w)"
)
_API = {
    "s3": "https://docs.aws.amazon.com/AmazonS3/latest/API/API_{}.html",
    "s3control": "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_{}.html",
    "kms": "https://docs.aws.amazon.com/kms/latest/APIReference/API_{}.html",
}
_REPOSITORY = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{7,40})\b")


def render(result: Result, clauses: Mapping[str, Clause] | None = None) -> str:
    """The document as indented JSON. `clauses` holds the texts of the clauses by id, None for those of this edition."""
    texts = edition() if clauses is None else clauses
    listed = {one.id: one for one in result.clauses}
    names = list(dict.fromkeys([*listed, *(one.signature.clause for one in result.divergences)]))
    places = {name: at for at, name in enumerate(names)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "s3-sse-conformance",
                        "version": inert(result.suite_version),
                        "rules": [_rule(name, listed.get(name), texts.get(name)) for name in names],
                    }
                },
                "automationDetails": {"id": _category(result)},
                "invocations": [_invocation(result, places)],
                "columnKind": "unicodeCodePoints",
                "results": [_result(result, one, places[one.signature.clause], texts) for one in in_order(result)],
                "properties": {
                    "target": inert(result.target.name),
                    "targetVersion": inert(result.target.version),
                    "asOf": inert(result.as_of),
                    "verdicts": tally(result),
                },
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=True) + "\n"


def _message(text: str) -> dict[str, str]:
    """A message in plain text, in which SARIF would make links of brackets and placeholders of braces."""
    shown = "\n".join(inert(line) for line in text.split("\n"))
    for character, escaped in (("{", "{{"), ("}", "}}"), ("[", "\\["), ("]", "\\]")):
        shown = shown.replace(character, escaped)
    return {"text": shown}


def _category(result: Result) -> str:
    """What tells the runs of one target from those of others, for a reader that keeps them."""
    parts = ("s3-sse", result.target.name, result.as_of)
    return "/".join(_UNSAFE.sub("-", part) for part in parts)


def _rule(name: str, listed: ClauseResult | None, clause: Clause | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": inert(name)}
    told = clause or listed
    if told is None:
        return rule
    rule["shortDescription"] = _message(told.title)
    rule["defaultConfiguration"] = {"level": _LEVELS[told.level]}
    rule["properties"] = {"tags": [inert(told.clause_class)], "level": told.level, "chapter": inert(told.chapter)}
    if clause is not None:
        rule["fullDescription"] = _message(clause.text)
        rule["help"] = _message(f"{clause.text}\nObserve: {clause.observe}\n{_sources(clause)}")
        if address := _address(clause):
            rule["helpUri"] = address
    return rule


def _address(clause: Clause) -> str:
    """Where the clause can be read about: the address of a source, or the page of the API that a source is part of, or
    the repository that it was recorded in; empty where there is none.
    """
    for one in clause.sources:
        if _WEB.fullmatch(one.url):
            return one.url
    for one in clause.sources:
        if shape := _SHAPE.match(one.document):
            return _API[shape["service"]].format(shape["name"])
    for one in clause.sources:
        if place := _REPOSITORY.match(one.document):
            return f"https://github.com/{place['name']}/tree/{place['commit']}"
    return ""


def _sources(clause: Clause) -> str:
    found = dict.fromkeys((one.document, one.section) for one in clause.sources)
    return "\n".join(f"Source: {document}" + (f", {section}" if section else "") for document, section in found)


def _result(result: Result, one: Divergence, rule: int, texts: Mapping[str, Clause]) -> dict[str, Any]:
    state = standing(result, one)
    lines = [f"{one.signature.clause}: {headline(one.signature)}"]
    lines += [f"{label}: {text}" if label else f"  {text}" for label, text in describe(one)]
    found: dict[str, Any] = {
        "ruleId": inert(one.signature.clause),
        "ruleIndex": rule,
        # What did not come again when it was replayed is for a person to look at, and no failure.
        "kind": "review" if state == "unconfirmed" else "fail",
        "level": "none" if state == "unconfirmed" else _LEVELS[one.level],
        "message": _message("\n".join(lines)),
        "locations": [_location(one.signature.clause, texts)],
        "partialFingerprints": {FINGERPRINT: inert(one.id), "primaryLocationLineHash": inert(one.id)},
        "occurrenceCount": max(one.count, 1),
        "suppressions": [],
        "properties": {"standing": state, "confirmed": one.confirmed, "beyondTheCover": one.beyond},
    }
    if one.known is not None:
        reason = inert(one.known + (f" ({one.link})" if one.link else ""))
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return found


def _location(name: str, texts: Mapping[str, Clause]) -> dict[str, Any]:
    """Where a clause stands: its line in the file of its chapter, as far as this edition has it."""
    clause = texts.get(name)
    place: dict[str, Any] = {"artifactLocation": {"uri": _FOLDER}}
    if clause is not None and clause.chapter in CHAPTERS:
        place["artifactLocation"]["uri"] = f"{_FOLDER}/{quote(clause.chapter)}.toml"
        line = _lines(clause.chapter).get(name)
        if line is not None:
            place["region"] = {"startLine": line}
    return {"physicalLocation": place, "logicalLocations": [{"name": inert(name), "kind": "clause"}]}


@functools.cache
def _lines(chapter: str) -> dict[str, int]:
    """The line on which each clause of a chapter begins, by the line of its id."""
    text = resources.files("sse_spec.clauses").joinpath(f"{chapter}.toml").read_text(encoding="utf-8")
    found = (re.match(r'id = "([A-Z]{3}-\d\d)"$', line) for line in text.splitlines())
    return {match[1]: number for number, match in enumerate(found, start=1) if match}


def _invocation(result: Result, places: Mapping[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "executionSuccessful": not result.incomplete,
        "exitCode": result.exit_status,
        "exitCodeDescription": inert(explanation(result)),
        "toolExecutionNotifications": [_notification(one, places[one.id]) for one in _unjudged(result)],
    }
    if result.incomplete:
        found["toolExecutionNotifications"].insert(
            0, {"level": "error", "message": _message(f"the run ended before its plan did: {result.incomplete}")}
        )
    if started := _moment(result.run.started):
        found["startTimeUtc"] = started
    return found


def _moment(text: str) -> str:
    """A moment as SARIF writes it, empty for a text that is none, which readers would refuse."""
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""


def _unjudged(result: Result) -> Iterable[ClauseResult]:
    return (one for one in result.clauses if one.verdict not in ("pass", "fail"))


def _notification(one: ClauseResult, rule: int) -> dict[str, Any]:
    told = f"{one.id} {VERDICT_WORDS[one.verdict]}" + (f": {one.reason}" if one.reason else "")
    return {
        "level": "warning" if one.verdict == "inconclusive" else "note",
        "message": _message(told),
        "associatedRule": {"id": inert(one.id), "index": rule},
    }
