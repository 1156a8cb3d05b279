"""A CI server that reads the JUnit face is red exactly when the run is, and shows why."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import msgspec
import pytest
from sse_reports import junit
from sse_reports.result import ClauseResult, LedgerStatus, Result
from sse_reports.samples import hostile, sample
from sse_reports.text import inert

HOSTILE = "</failure><x y=\"'&]]>\x1b[31m\u202e\x00\x0b\ufffe\ud800\r\nforged"


def _parsed(result: Result) -> ET.Element:
    return ET.fromstring(junit.render(result).encode("utf-8"))


def _case(root: ET.Element, start: str) -> ET.Element:
    (found,) = (case for case in root.iter("testcase") if case.attrib["name"].startswith(start))
    return found


def _message(case: ET.Element, tag: str) -> str:
    element = case.find(tag)
    assert element is not None, (case.attrib["name"], tag)
    return element.attrib["message"]


def _red(root: ET.Element) -> bool:
    return any(case.find("failure") is not None or case.find("error") is not None for case in root.iter("testcase"))


def _clean(**changes: object) -> Result:
    """The sample without anything that fails the run."""
    passing = tuple(one for one in sample().clauses if one.verdict in ("pass", "not-exercised"))
    quiet = {"clauses": passing, "divergences": (), "ledger": LedgerStatus("none", 0), "exit_status": 0}
    return msgspec.structs.replace(sample(), **(quiet | changes))


def _changed(name: str, **changes: object) -> tuple[ClauseResult, ...]:
    return tuple(msgspec.structs.replace(one, **changes) if one.id == name else one for one in sample().clauses)


def test_there_is_a_suite_for_each_class_and_a_case_for_each_clause() -> None:
    root = _parsed(sample())
    assert root.tag == "testsuites"
    suites = [suite.attrib["name"] for suite in root.findall("testsuite")]
    assert suites == ["sse.core", "sse.kms", "sse.bucket-key", "sse.copy", "sse.beyond-the-cover", "sse.run"]
    for clause in sample().clauses:
        cases = [
            case
            for case in root.iter("testcase")
            if case.attrib["classname"] == f"sse.{clause.clause_class}"
            and case.attrib["name"] == f"{clause.id} {clause.title}"
        ]
        assert len(cases) == 1, clause.id


def test_a_new_failure_says_what_was_expected_and_how_to_see_it() -> None:
    failure = _case(_parsed(sample()), "CFG-10").find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "MUST"
    assert failure.attrib["message"] == "PutBucketEncryption, acceptance: expected 400 MalformedXML, observed 200"
    body = failure.text or ""
    assert "acceptance refused (CFG-10); code 400 MalformedXML (CFG-10)" in body
    assert "200, and GetBucketEncryption then shows the first of the two rules" in body
    assert "derived from CFG-10" in body
    assert "> 2 PutBucketEncryption b1: AES256, then aws:kms -> 200" in body


def test_a_known_failure_is_skipped_with_its_reason_and_keeps_the_finding() -> None:
    case = _case(_parsed(sample()), "KMS-08")
    assert case.find("failure") is None
    assert _message(case, "skipped") == "known: Answers repeat the key as the configuration spells it."
    assert "PutObject, kms_key: expected key ARN, observed key id" in (case.findtext("system-out") or "")


def test_a_clause_with_a_known_and_a_new_divergence_fails_by_the_new_one() -> None:
    old = next(one for one in sample().divergences if one.known)
    signature = msgspec.structs.replace(old.signature, action="HeadObject")
    new = msgspec.structs.replace(old, id="00000000", known=None, signature=signature)
    both = msgspec.structs.replace(sample(), divergences=(*sample().divergences, new))
    case = _case(_parsed(both), "KMS-08")
    assert _message(case, "failure").startswith("HeadObject, ")
    assert "PutObject, kms_key" in (case.findtext("failure") or "")


def test_a_should_is_a_failure_only_where_the_run_fails_on_should() -> None:
    assert _message(_case(_parsed(sample()), "CFG-23"), "skipped").startswith("tolerated: a SHOULD")
    strict = msgspec.structs.replace(sample(), fail_on="SHOULD")
    failure = _case(_parsed(strict), "CFG-23").find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "SHOULD"


def test_a_failing_clause_whose_only_divergence_did_not_come_again_is_skipped() -> None:
    once = msgspec.structs.replace(sample(), divergences=sample().divergences[-1:])
    assert _message(_case(_parsed(once), "KMS-08"), "skipped").startswith("unconfirmed: HeadObject, kms_key")


def test_a_failing_clause_without_a_listed_divergence_still_fails() -> None:
    bare = msgspec.structs.replace(sample(), divergences=())
    assert _message(_case(_parsed(bare), "CFG-10"), "failure") == "2 of 4 answers breach the clause"


def test_what_was_not_judged_is_skipped_with_its_reason() -> None:
    root = _parsed(sample())
    assert _message(_case(root, "CFG-04"), "skipped") == "not exercised: Not in force on the as-of date."
    assert _message(_case(root, "BKT-01"), "skipped").startswith("unsupported: The target answers 501")


def test_an_inconclusive_clause_is_an_error_where_it_may_be_why_the_run_failed() -> None:
    lost = msgspec.structs.replace(sample(), exit_status=3)
    assert "lost to CFG-18" in _message(_case(_parsed(lost), "KMS-03"), "error")
    # Lost to a divergence that the ledger knows, it fails nothing.
    assert "lost to CFG-18" in _message(_case(_parsed(sample()), "KMS-03"), "skipped")
    elsewhere = msgspec.structs.replace(lost, clauses=_changed("KMS-03", clause_class="replication"))
    assert _message(_case(_parsed(elsewhere), "KMS-03"), "skipped").startswith("inconclusive: ")


def test_a_passing_case_has_nothing_in_it() -> None:
    assert list(_case(_parsed(sample()), "CFG-01")) == []


def test_what_was_found_beyond_the_cover_fails_in_a_suite_of_its_own() -> None:
    (suite,) = _parsed(sample()).findall("testsuite[@name='sse.beyond-the-cover']")
    (case,) = suite.findall("testcase")
    assert case.attrib["name"].startswith("CPY-04 CopyObject")
    assert _message(case, "failure") == "CopyObject, acceptance: expected 400 InvalidRequest, observed 200"


def test_stale_and_expired_entries_fail() -> None:
    root = _parsed(sample())
    assert _message(_case(root, "stale"), "failure") == "stale entry in emulator.toml: KMS-14 PutObject code"
    assert _message(_case(root, "expired"), "failure") == "expired entry in emulator.toml: CPY-01 CopyObject kms_key"


def test_a_run_that_ended_early_is_an_error() -> None:
    ended = _clean(incomplete="the target went away", exit_status=3)
    assert _message(_case(_parsed(ended), "the run ends as planned"), "error").endswith("the target went away")


def test_the_server_is_green_when_the_run_is() -> None:
    assert not _red(_parsed(_clean()))
    known = tuple(one for one in sample().divergences if one.known)
    failing = tuple(one for one in sample().clauses if one.id == "KMS-08")
    assert not _red(_parsed(_clean(clauses=failing, divergences=known)))
    tolerated = tuple(one for one in sample().clauses if one.id == "CFG-23")
    assert not _red(_parsed(_clean(clauses=tolerated, divergences=sample().divergences[1:2])))


@pytest.mark.parametrize(("status", "tag"), [(1, "failure"), (3, "error")])
def test_an_exit_status_that_no_clause_explains_still_turns_the_server_red(status: int, tag: str) -> None:
    case = _case(_parsed(_clean(exit_status=status)), "the run ends as planned")
    assert f"exit status {status}" in _message(case, tag)


def test_an_exit_status_that_a_clause_explains_is_not_counted_twice() -> None:
    assert _case(_parsed(sample()), "the run ends as planned").find("failure") is None


def test_counts_are_those_of_the_cases() -> None:
    root = _parsed(sample())
    lost = _parsed(msgspec.structs.replace(sample(), exit_status=3))
    assert (lost.attrib["failures"], lost.attrib["errors"]) == ("4", "1")
    for element in (root, lost, *root.findall("testsuite"), *lost.findall("testsuite")):
        cases = list(element.iter("testcase"))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if attribute == "skipped" and element.tag == "testsuites":
                continue
            assert int(element.attrib[attribute]) == sum(case.find(tag) is not None for case in cases), attribute
        assert int(element.attrib["tests"]) == len(cases)
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("18", "4", "0")


def test_times_are_plain_seconds_and_add_up_to_those_of_the_run() -> None:
    root = _parsed(sample())
    for element in (root, *root.findall("testsuite"), *root.iter("testcase")):
        assert re.fullmatch(r"\d+\.\d{3}", element.attrib["time"])
    assert root.attrib["time"] == "12.250"
    assert sum(float(suite.attrib["time"]) for suite in root.findall("testsuite")) == 12.25


def test_every_suite_says_what_was_tested_by_what() -> None:
    for suite in _parsed(sample()).findall("testsuite"):
        properties = {one.attrib["name"]: one.attrib["value"] for one in suite.findall("properties/property")}
        assert properties == {
            "target": "emulator",
            "target-version": "4.2.0",
            "as-of": "2026-11-01",
            "suite-version": "0.1.0",
            "run": "0193a1b2",
        }
        assert suite.attrib["timestamp"] == "2026-11-23T13:38:00Z"


def test_elements_and_attributes_are_those_that_servers_know() -> None:
    # The vocabulary of Jenkins' xunit plugin (junit-10.xsd), which refuses what it does not know.
    allowed = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp"},
        "properties": set(),
        "property": {"name", "value"},
        "testcase": {"name", "classname", "time"},
        "failure": {"message", "type"},
        "error": {"message", "type"},
        "skipped": {"message", "type"},
        "system-out": set(),
    }
    for element in _parsed(sample()).iter():
        assert set(element.attrib) <= allowed[element.tag]


def test_no_two_cases_of_a_suite_share_a_name() -> None:
    for suite in _parsed(sample()).findall("testsuite"):
        names = [case.attrib["name"] for case in suite.findall("testcase")]
        assert len(names) == len(set(names))


def test_hostile_texts_neither_break_nor_forge_the_document() -> None:
    text = junit.render(hostile(HOSTILE))
    root = ET.fromstring(text.encode("utf-8"))
    assert {one.tag for one in root.iter()} <= {"error", *(one.tag for one in _parsed(sample()).iter())}
    assert not re.search("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f\u202e]", text)
    assert not re.search(r"^\s*forged", text, re.MULTILINE)
    clause = sample().clauses[0]
    assert _case(root, clause.id).attrib["name"] == inert(f"{clause.id}{HOSTILE} {clause.title}{HOSTILE}")


def test_the_same_result_gives_the_same_document() -> None:
    assert junit.render(sample()) == junit.render(sample())
