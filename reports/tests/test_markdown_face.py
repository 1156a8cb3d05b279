"""Markdown in which nothing acts that a target said, and from which nothing is missing."""

from __future__ import annotations

import html
import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sse_reports import bug, comparison_faces, markdown, markdown_text
from sse_reports.compare import compare
from sse_reports.result import Result, Target
from sse_reports.samples import hostile, sample
from sse_reports.text import inert
from sse_spec.clauses import clauses

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](http://evil.example)",
    "![](http://evil.example/x.png)",
    "http://evil.example www.evil.example a@evil.example",
    "@someone #123 GH-12 owner/repo#7 0123456789abcdef",
    "```\n# out\n```",
    "~~~\nout",
    "`` ` ``",
    "\\",
    "a | b \\| c",
    "\n\n# heading\n\n- item\n",
    "***bold*** __x__ ~~y~~",
    "&lt;b&gt; &#64;someone",
    "[x]: http://evil.example",
    "<!-- ",
    "$x^2$ :heart:",
    "\x00\x1b[31m\u202e\u200b\ud800",
    "1. x",
    "- x",
    "===",
    " ",
    "",
)


def rendered(text: str) -> str:
    """The Markdown as GitHub's own parser reads it, before anything is made harmless there."""
    made: str = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return made


def outside_code(page: str) -> str:
    """The text of a page without its code: what mentions, references and hashes are looked for in."""
    plain = re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", plain))


def shown(page: str) -> str:
    """All that a reader sees of a page."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def assert_inert(text: str, links: frozenset[str] = frozenset()) -> None:
    page = rendered(text)
    assert set(re.findall(r"<(\w+)", page)) <= {
        *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "code", "pre", "strong", "blockquote", "a"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert set(map(html.unescape, re.findall(r'href="([^"]*)"', page))) <= links
    assert not re.search(r"\bon\w+=|javascript:", re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.DOTALL))
    plain = outside_code(page)
    assert not re.search(r"@\w|#\d|\bGH-\d|\b[0-9a-f]{7,40}\b|://|www\.|:[a-z_]+:", plain), plain
    assert not set(text) & set("\x00\x1b\u202e\u200b")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_could_act_is_code_and_is_all_there(text: str) -> None:
    for made in (markdown_text.code(text), markdown_text.words(text), f"| a |\n|---|\n| {markdown_text.cell(text)} |"):
        assert_inert(f"before {made} after" if not made.startswith("|") else made)
    page = rendered(f"x{markdown_text.code(text)}x")
    inert_text = inert(text)
    if inert_text.strip():
        assert shown(page).strip() == f"x{inert_text}x"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_a_block_of_code(text: str) -> None:
    page = rendered(markdown_text.fence(f"one\n{text}\ntwo", "python") + "after\n")
    assert page.count("<pre") == 1
    assert page.endswith("<p>after</p>\n")
    assert_inert(markdown_text.fence(text))


def test_a_plain_text_stays_plain() -> None:
    for text in ("A copy does not inherit", "400 InvalidArgument", "aws:kms:dsse", "DEF-03", "what isn't (yet) so?"):
        assert markdown_text.words(text) == text
    assert shown(rendered(markdown_text.words("kms_key *of* [a]"))).strip() == "kms_key *of* [a]"


def test_the_titles_of_the_clauses_are_words() -> None:
    assert not [one.title for one in clauses().values() if markdown_text.words(one.title).startswith("`")]


def test_only_an_address_of_the_web_that_is_written_plainly_is_linked() -> None:
    assert markdown_text.link("x", "https://example.org/a?b=c#d") == "[x](<https://example.org/a?b=c#d>)"
    for address in ("javascript:alert(1)", "https://a.example/>[x](y", "https://a b", "//a", "", "http://a.example/\n"):
        assert markdown_text.link("x", address) == "x"


# --- whole faces ------------------------------------------------------------------------------------------------------


def _links(result: Result) -> frozenset[str]:
    """The addresses that may be linked: those of the ledger, and of the documents."""
    documents = {source.url for one in clauses().values() for source in one.sources}
    return frozenset({one.link or "" for one in result.divergences} | documents)


def _faces(result: Result) -> list[str]:
    passing = replace(result, clauses=tuple(replace(one, verdict="pass") for one in result.clauses), divergences=())
    return [
        markdown.render(result),
        comparison_faces.markdown(compare(passing, result)),
        comparison_faces.markdown(compare(result, replace(passing, suite_version="9", target=Target("x", "y")))),
        *(bug.report(result, one) for one in result.divergences),
    ]


@given(st.one_of(st.text(max_size=30), st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join)))
@settings(max_examples=60, deadline=None)
@example("<b>@x #1\n# y | `")
def test_no_face_in_markdown_does_what_a_target_says(text: str) -> None:
    result = hostile(text)
    for face in _faces(result):
        assert_inert(face, _links(result))


def test_the_sample_is_told_in_full() -> None:
    result = sample()
    page = shown(rendered(markdown.render(result)))
    for one in result.clauses:
        if one.verdict != "pass":
            assert one.id in page
        if one.verdict not in ("pass", "fail"):
            assert one.reason in page
    for found in result.divergences:
        assert found.signature.observed in page
        assert (found.known or "") in page
    assert "5d0c41a7" in page
    assert "> 2 PutBucketEncryption b1: AES256, then aws:kms -> 200" in page
    assert "KMS-05 PutObject: the key of the default (6 times)" in page
    assert "stale: KMS-14 PutObject code" in page
    assert "297 of 312 goals of the cover were reached, beyond it 200 random programs" in page


def test_the_table_counts_each_class() -> None:
    page = markdown.render(sample())
    assert "| class | pass | not exercised | unsupported | inconclusive | fail |" in page
    assert "| `kms` | 2 | 0 | 0 | 1 | 1 |" in page


def test_a_clean_result_has_no_empty_sections() -> None:
    passing = tuple(one for one in sample().clauses if one.verdict == "pass")
    clean = replace(sample(), clauses=passing, divergences=(), choices=(), exit_status=0, beyond=None, only=("DEF-01",))
    page = markdown.render(clean)
    assert [line for line in page.splitlines() if line.startswith("## ")] == ["## Ledger"]
    for heading in ("Failing", "Choices", "Not judged", "Divergences"):
        assert heading not in page
    assert "Only DEF-01 were asked for." in page


# --- drafts of bug reports --------------------------------------------------------------------------------------------


def test_a_draft_has_versions_steps_expectation_with_its_documents_observation_and_script() -> None:
    result = sample()
    draft = bug.report(result, result.divergences[0])
    page = shown(rendered(draft))
    assert page.startswith("PutBucketEncryption: acceptance is 200, S3 gives 400 MalformedXML")
    assert "emulator 4.2.0" in page
    assert "s3-sse-conformance 0.1.0" in page
    assert "PutBucketEncryption b1: AES256, then aws:kms, answered 200 ← here" in page
    clause = clauses()["CFG-10"]
    assert clause.text in page
    for source in clause.sources:
        assert source.document in page
        assert source.section in page
        assert not source.url or f"(<{source.url}>)" in draft
    assert result.divergences[0].observed in page
    assert result.divergences[0].script.strip() in page
    assert "```python" in draft


def test_what_a_person_has_to_know_before_sending_stands_first() -> None:
    result = sample()
    known, unconfirmed = result.divergences[2], result.divergences[4]
    assert "> It is in the ledger" in bug.report(result, known)
    assert "https://example.org/issues/4711" in bug.report(result, known)
    assert "> Not to be sent as it is" in bug.report(result, unconfirmed)
    assert "either" in bug.report(result, known), "two outcomes are permitted"
    assert ">" not in bug.report(result, result.divergences[0]).split("## Versions")[0]


def test_a_clause_that_this_edition_does_not_have_is_left_out() -> None:
    assert "**CFG-10**" not in bug.report(sample(), sample().divergences[0], {})


def test_a_divergence_is_found_by_its_id_or_how_that_begins() -> None:
    result = sample()
    assert bug.find(result, "5d0c41a7") is result.divergences[0]
    assert bug.find(result, "5d") is result.divergences[0]
    twins = replace(result, divergences=(result.divergences[0], replace(result.divergences[1], id="5d0c41a7b")))
    assert bug.find(twins, "5d0c41a7") is twins.divergences[0]
    with pytest.raises(bug.DivergenceError, match="several divergences begin with '5d': 5d0c41a7, 5d0c41a7b"):
        bug.find(twins, "5d")
    for name in ("", "nosuch\x1b"):
        with pytest.raises(bug.DivergenceError, match="no divergence"):
            bug.find(result, name)


def test_the_list_of_divergences_is_inert() -> None:
    lines = list(bug.listing(hostile("\n\x1b")))
    assert len(lines) == 5
    assert not set("".join(lines)) & set("\n\x1b")
