"""The JUnit XML face, for what a CI server shows between its other tests.

A server must go red exactly when the run does: a failure stands for what makes the exit status 1, an error for what
makes it 3, and what the ledger knows or the run tolerates is skipped, with the finding in its output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from sse_reports.prose import describe, headline
from sse_reports.result import ClauseResult, Divergence, Result
from sse_reports.standing import (
    EXIT_MEANING,
    VERDICT_WORDS,
    beyond_cover,
    blamed,
    by_class,
    clause_standing,
    standing,
    stops,
    summary,
)
from sse_reports.text import inert

__all__ = ["render"]

_NO_TIME = "0.000"
"""The time of a clause: answers of one run serve many clauses, so that none has a time of its own."""


def _body(divergences: Iterable[Divergence]) -> str:
    """Each divergence as a paragraph of labelled lines, made inert."""
    paragraphs = []
    for one in divergences:
        lines = [f"{one.signature.clause} {one.level} {headline(one.signature)}"]
        lines += [f"  {label:<13}{text}" for label, text in describe(one)]
        paragraphs.append("\n".join(inert(line) for line in lines))
    return "\n\n".join(paragraphs)


def _case(suite: ET.Element, name: str) -> ET.Element:
    attributes = {"classname": suite.attrib["name"], "name": inert(name), "time": _NO_TIME}
    return ET.SubElement(suite, "testcase", attributes)


def _say(case: ET.Element, tag: str, message: str, *, kind: str = "", body: str = "") -> None:
    """Put a `failure`, `error` or `skipped` into a test case."""
    attributes = {"message": inert(message)} | ({"type": kind} if kind else {})
    ET.SubElement(case, tag, attributes).text = body or None


def _skip(case: ET.Element, message: str, body: str = "") -> None:
    _say(case, "skipped", message)
    if body:
        ET.SubElement(case, "system-out").text = body


def _failed(case: ET.Element, result: Result, clause: ClauseResult) -> None:
    found = blamed(result, clause.id)
    body = _body(found)
    message = (
        headline(found[0].signature) if found else f"{clause.breaches} of {clause.exercised} answers breach the clause"
    )
    state = clause_standing(result, clause)
    if state == "new":
        _say(case, "failure", message, kind=clause.level, body=body)
    elif state == "known":
        _skip(case, f"known: {'; '.join(dict.fromkeys(one.known for one in found if one.known))}", body)
    elif state == "unconfirmed":
        _skip(case, f"unconfirmed: {message}", body)
    else:
        _skip(case, f"tolerated: a {clause.level}, and the run fails on {result.fail_on}: {message}", body)


def _clause(suite: ET.Element, result: Result, clause: ClauseResult) -> None:
    case = _case(suite, f"{clause.id} {clause.title}")
    reason = clause.reason or VERDICT_WORDS[clause.verdict]
    if clause.verdict == "fail":
        _failed(case, result, clause)
    elif stops(result, clause):
        _say(case, "error", reason, kind="inconclusive")
    elif clause.verdict != "pass":
        _skip(case, f"{VERDICT_WORDS[clause.verdict]}: {reason}" if clause.reason else reason)


def _beyond(suite: ET.Element, result: Result, divergence: Divergence) -> None:
    title = headline(divergence.signature)
    case = _case(suite, f"{divergence.signature.clause} {title}")
    state = standing(result, divergence)
    if state == "new":
        _say(case, "failure", title, kind=divergence.level, body=_body([divergence]))
    else:
        _skip(case, f"{state}: {divergence.known or title}", _body([divergence]))


def _ledger(suite: ET.Element, result: Result) -> None:
    for state, entries in (("stale", result.ledger.stale), ("expired", result.ledger.expired)):
        for entry in entries:
            message = f"{state} entry in {result.ledger.source}: {entry}"
            _say(_case(suite, f"{state} {entry}"), "failure", message, kind=f"{state} ledger entry")


def _run(suite: ET.Element, result: Result, *, explained: bool) -> None:
    """The run as a test case of its own: it takes the time, and fails where nothing else says why the run failed."""
    case = _case(suite, "the run ends as planned")
    case.set("time", f"{result.run.seconds:.3f}")
    if result.incomplete:
        _say(case, "error", f"the run ended before its plan did: {result.incomplete}", kind="incomplete")
    elif result.exit_status != 0 and not explained:
        message = f"exit status {result.exit_status}: {EXIT_MEANING[result.exit_status]}"
        _say(case, "error" if result.exit_status == 3 else "failure", message, kind="exit status")
    ET.SubElement(case, "system-out").text = "\n".join(map(inert, (summary(result), *result.target.remarks)))


def _suite(root: ET.Element, name: str, result: Result) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", {"name": f"sse.{inert(name)}", "timestamp": inert(result.run.started)})
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("target", result.target.name),
        ("target-version", result.target.version),
        ("as-of", result.as_of),
        ("suite-version", result.suite_version),
        ("run", result.run.id),
    ):
        ET.SubElement(properties, "property", {"name": key, "value": inert(value)})
    return suite


def _count(element: ET.Element) -> None:
    """Write the number of cases, and their sum of seconds, on a suite or on the root."""
    cases = list(element.iter("testcase"))
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
    }
    if element.tag == "testsuite":
        counts["skipped"] = sum(case.find("skipped") is not None for case in cases)
    for key, count in counts.items():
        element.set(key, str(count))
    element.set("time", f"{sum(float(case.attrib['time']) for case in cases):.3f}")


def render(result: Result) -> str:
    """The result as a JUnit XML document, with a declaration: write it as UTF-8."""
    root = ET.Element("testsuites", {"name": "s3-sse-conformance"})
    for name, group in by_class(result).items():
        suite = _suite(root, name, result)
        for clause in group:
            _clause(suite, result, clause)
    if extra := beyond_cover(result):
        suite = _suite(root, "beyond-the-cover", result)
        for divergence in extra:
            _beyond(suite, result, divergence)
    explained = any(True for tag in ("failure", "error") for _ in root.iter(tag))
    suite = _suite(root, "run", result)
    _ledger(suite, result)
    _run(suite, result, explained=explained or bool(result.ledger.stale or result.ledger.expired))
    for element in (*root.iter("testsuite"), root):
        _count(element)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
