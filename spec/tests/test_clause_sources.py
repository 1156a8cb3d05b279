"""The sources of the clauses: of known kinds, not quoted, and still saying what they said.

botocore ships the API reference of AWS inside its service model, so those sentences are looked up. Those of documents
that are not at hand can be checked by whoever has them, with `python -m sse_spec.sources`.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from sse_spec.clauses import Clause, Source, clauses
from sse_spec.sources import fingerprint, main, normalise, sentences
from sse_spec.tracing import IN_BOTOCORE, documented_at, moved

KINDS = (
    r"AWS User Guide, [\w-]+ \(\d{4}(-\d\d(-\d\d)?)?\)",
    r"awsdocs/[\w-]+ doc_source/[\w-]+\.md \(\w+(, \d{4}-\d\d-\d\d)?\)",
    r"botocore:(s3|s3control|kms)/\w+(\.\w+)?",
    r"botocore [\d.]+ (s3|s3control|kms)/\w+(\.\w+)? \(\d{4}-\d\d\)",
    r"AWS (Knowledge Center|News Blog|Storage Blog), .+ \(\d{4}(-\d\d(-\d\d)?)?\)",
    r"localstack/localstack@\w+ Test\w+::test_\w+ \(recorded [\d-]+\)",
    r"cloud-custodian@\w+ placebo test_\w+ \([\d-]+\)",
    r"Report of real AWS: .+ \(.+\)",
    r"Third party: .+",
)
"""What the document of a source may look like, in falling weight."""

AWS_DOCUMENTS = ("AWS ", "awsdocs/", "botocore")
REPORT = "Report of real AWS: "
SEEN_ON_AWS = ("localstack/localstack@", "cloud-custodian@", REPORT)
THIRD_PARTY = "Third party: "


@functools.cache
def service_model(service: str) -> Any:
    return Loader().load_service_model(service, "service-2")


@functools.cache
def installed(reference: str) -> frozenset[str] | None:
    """The lookup in the installed botocore. An operation or shape, or a member of one, is named after the service."""
    service, _, place = reference.removeprefix(IN_BOTOCORE).partition("/")
    try:
        return documented_at(service_model(service), place)
    except UnknownServiceError:
        return None


def test_every_sentence_of_the_api_reference_still_stands() -> None:
    assert moved(clauses().values(), installed) == []


def clause_resting_on(*sources: Source) -> Clause:
    return Clause("XXX-01", "A title", "A text.", "MUST", "core", "documented", "Look.", sources)


def test_a_sentence_that_aws_has_changed_is_reported_with_clause_and_reference() -> None:
    one = clause_resting_on(Source("botocore:s3/PutObject", sha256=fingerprint("Nobody wrote this.")))
    (line,) = moved([one], installed)
    assert line.startswith("XXX-01: botocore:s3/PutObject has lost the sentence")


def test_a_place_that_aws_has_removed_is_reported_with_clause_and_reference() -> None:
    one = clause_resting_on(Source("botocore:s3/PutObjectRequest.Nothing"), Source("botocore:nothing/PutObject"))
    gone = "is gone; look for its successor"
    assert moved([one], installed) == [
        f"XXX-01: botocore:s3/PutObjectRequest.Nothing {gone}",
        f"XXX-01: botocore:nothing/PutObject {gone}",
    ]


def cited() -> list[tuple[str, Source]]:
    return [(name, source) for name, one in clauses().items() for source in one.sources]


def test_every_source_is_of_a_known_kind() -> None:
    assert [(n, s.document) for n, s in cited() if not any(re.fullmatch(kind, s.document) for kind in KINDS)] == []


def test_no_clause_names_a_source_twice() -> None:
    assert len(set(cited())) == len(cited())


def test_a_page_a_report_and_a_third_party_come_with_an_address() -> None:
    told = [(name, s) for name, s in cited() if s.document.startswith(("AWS ", "awsdocs/", REPORT, THIRD_PARTY))]
    assert [name for name, s in told if not s.url.startswith("https://")] == []


def test_a_fingerprint_is_64_hexadecimal_digits() -> None:
    assert [name for name, s in cited() if s.sha256 and not re.fullmatch(r"[0-9a-f]{64}", s.sha256)] == []


def unsupported(basis: str, support: tuple[str, ...]) -> list[str]:
    return [
        name
        for name, one in clauses().items()
        if one.basis == basis and not any(s.document.startswith(support) for s in one.sources)
    ]


def test_a_documented_clause_rests_on_a_document_of_aws() -> None:
    assert unsupported("documented", AWS_DOCUMENTS) == []


def test_an_observed_clause_rests_on_a_recording_or_a_report() -> None:
    assert unsupported("observed", SEEN_ON_AWS) == []


def test_no_clause_copies_a_sentence_of_a_source() -> None:
    theirs = {source.sha256 for _, source in cited()}
    own = [(one.id, s) for one in clauses().values() for s in sentences(f"{one.text} {one.observe} {one.note}")]
    assert [(name, s) for name, s in own if fingerprint(s) in theirs] == []


@pytest.mark.parametrize(
    "same",
    [
        "<p>A bucket key (<code>aws/s3</code>) &amp; more.</p>",
        "A  bucket\n  key (<code>aws/s3</code>) &amp;\tmore. ",
        r"A [bucket key](bucket-key.md) \(`aws/s3`\) & *more*\.",
    ],
)
def test_a_fingerprint_does_not_see_markup_and_white_space(same: str) -> None:
    assert normalise(same) == "A bucket key (aws/s3) & more."
    assert fingerprint(same) == fingerprint("A bucket key (aws/s3) & more.")


@pytest.mark.parametrize("other", ["A bucket key is not used.", "A bucket key is used", "A Bucket key is used."])
def test_a_fingerprint_sees_words_case_and_full_stops(other: str) -> None:
    assert fingerprint(other) != fingerprint("A bucket key is used.")


def test_normalising_twice_changes_nothing() -> None:
    once = normalise("<p>Send it to &lt;Region&gt; or <b>A &lt; B</b>.</p>")
    assert normalise(once) == once


def test_sentences_end_at_a_full_stop_and_where_a_paragraph_or_an_item_ends() -> None:
    text = "<p>One. Two</p> <ul> <li> <p>Three, e.g. four?</p> </li> <li>Five</li> </ul>Six\n\nSeven"
    assert sentences(text) == ("One.", "Two", "Three, e.g. four?", "Five", "Six", "Seven")


@pytest.mark.parametrize(
    "item",
    [
        "• A bucket key.",
        "  •\tA bucket key.",
        "+ A bucket key\\.",
        "* A `bucket` key.",
        "12. A bucket key.",
        "## A bucket key.",
    ],
)
def test_the_mark_before_a_list_item_or_a_heading_is_no_part_of_its_sentence(item: str) -> None:
    assert sentences(item) == ("A bucket key.",)
    assert fingerprint(item) == fingerprint("A bucket key.")


@pytest.mark.parametrize("sentence", ["There are 2. buckets", "2.5 MB are left", "-1 is no size", "#1 of them"])
def test_a_number_or_a_sign_that_is_no_mark_stays(sentence: str) -> None:
    assert sentences(sentence) == (sentence,)


def test_the_items_of_a_list_are_sentences_of_their_own_also_without_a_line_between_them() -> None:
    text = "It holds:\n+ One\\. Two\\.\n  + Three goes\non here\n1. Four\n\n------\n\n• Five"
    assert sentences(text) == ("It holds:", "One.", "Two.", "Three goes on here", "Four", "Five")


def test_a_line_that_ends_in_two_blanks_ends_a_paragraph() -> None:
    assert sentences("**Note**  \nA bucket key. \nIs it?\n") == ("Note", "A bucket key.", "Is it?")


def test_a_page_has_the_same_fingerprints_from_the_source_and_from_a_browser() -> None:
    source = '## Keys<a name="k"></a>\n\n**Note**  \nMind:\n+ Use `aws/s3` \\(one key\\)\\. See [keys](keys.md)\\.\n'
    browser = "Keys\r\n\r\nNote\r\n\r\nMind:\r\n\r\n  • Use aws/s3 (one key). See keys.\r\n"
    assert sentences(source) == sentences(browser)
    assert len(sentences(source)) == 5


def test_the_command_prints_the_fingerprint_of_each_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["A first sentence. A second."]) == 0
    printed = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert printed == [fingerprint("A first sentence."), fingerprint("A second.")]


def test_the_command_without_a_sentence_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: python -m sse_spec.sources")
