"""The HTML face is one page that needs nothing else, shows everything, and in which nothing acts."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import itertools
import json
import re
import zlib
from html.parser import HTMLParser
from importlib import resources

import msgspec
import pytest
from sse_reports import badge, html
from sse_reports.aws_cli import PARTS, commands
from sse_reports.prose import conclusions
from sse_reports.result import Divergence, Expectation, LedgerStatus, Result
from sse_reports.samples import hostile, sample
from sse_reports.samples_at_scale import at_scale, texts_at_scale
from sse_reports.standing import standing
from sse_reports.text import inert
from sse_spec.clauses import Clause, Source, clauses

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='alert(1)' {{7*7}} {% raw %}"
    "\x1b[31m\u202e\x00\x9b\r\nforged"
)
VOID = {"meta", "link", "br", "input"}
CELLS, TERMS = {"td", "th", "tr"}, {"dt", "dd"}
ENDED_BY = {"td": CELLS, "th": CELLS, "tr": {"tr"}, "li": {"li"}, "p": {"p"}, "dt": TERMS, "dd": TERMS}
"""The elements whose end tag may be left out, and what begins where they end, besides the end of their parent."""


class _Page(HTMLParser):
    """What a browser would see: elements with their attributes, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.open and tag in ENDED_BY.get(self.open[-1], ()):
            self.open.pop()
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] != tag and self.open[-1] in ENDED_BY:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str, css: str = "") -> list[dict[str, str]]:
        found = (attributes for name, attributes in self.elements if name == tag)
        return [one for one in found if not css or css in one.get("class", "").split()]


def _text(name: str, **changes: object) -> Clause:
    made = Clause(
        id=name,
        title=f"Title of {name}",
        text=f"Text of {name}.",
        level="MUST",
        clause_class="core",
        basis="documented",
        observe=f"Way to see {name}.",
        sources=(Source("User Guide, 2026-10-01", "Section one", "", "https://example.org/guide"),),
    )
    return msgspec.structs.replace(made, **changes)


TEXTS = {name: _text(name) for name in ("CFG-10", "DEF-01", "KMS-08", "KMS-02")}


def _page(result: Result | None = None, texts: dict[str, Clause] | None = None) -> _Page:
    return _Page(html.render(result or sample(), TEXTS if texts is None else texts))


def test_the_page_is_well_formed_and_no_id_occurs_twice() -> None:
    page = _page()
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_the_page_loads_nothing_from_anywhere() -> None:
    text = html.render(sample(), TEXTS)
    page = _Page(text)
    for tag, attributes in page.elements:
        assert "src" not in attributes
        assert "action" not in attributes
        assert tag not in {"iframe", "object", "embed", "img", "base"}
    assert page.all("link") == [{"rel": "icon", "href": "data:,"}]
    assert "@import" not in text
    assert not re.search(r"\burl\(", text)
    assert "fetch(" not in text


def test_the_policy_of_the_page_admits_its_own_script_and_style_only() -> None:
    text = html.render(sample(), TEXTS)
    policies = [one["content"] for one in _Page(text).all("meta") if "http-equiv" in one]
    assert len(policies) == 1
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policies[0]
    assert policies[0].startswith("default-src 'none';")
    assert "unsafe" not in policies[0]


def test_no_element_carries_a_style_or_a_handler_that_the_policy_would_block() -> None:
    for _, attributes in _page().elements:
        assert not {name for name in attributes if name == "style" or name.startswith("on")}


def test_the_heading_names_target_version_date_and_counts() -> None:
    words = _page().words
    assert "emulator 4.2.0" in words
    assert "8 of 11 judged clauses pass; 3 fail, 1 of them known." in words
    assert "As of 2026-11-01" in words
    assert "8 pass 1 not exercised 1 unsupported 1 inconclusive 3 fail" in words
    assert "Exit status 1: 2 new divergences;" in words


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ((), "No clause could be judged."),
        (("CFG-04",), "No clause could be judged."),
        (("CFG-01",), "The one judged clause passes."),
        (("CFG-01", "DEF-01", "CFG-04"), "All 2 judged clauses pass."),
        (("CFG-01", "KMS-08"), "1 of 2 judged clauses pass; 1 fail, all of them known."),
        (("CFG-01", "CFG-10"), "1 of 2 judged clauses pass; 1 fail, none of them known."),
    ],
)
def test_the_first_sentence_tells_how_it_went(ids: tuple[str, ...], sentence: str) -> None:
    chosen = tuple(one for one in sample().clauses if one.id in ids)
    assert sentence in _page(msgspec.structs.replace(sample(), clauses=chosen)).words


def test_the_bar_has_a_part_for_each_verdict_as_wide_as_its_count() -> None:
    parts = [(one["class"], one["x"], one["width"]) for one in _page().all("rect") if "class" in one]
    assert parts[:5] == [
        ("pass", "0", "8"),
        ("not-exercised", "8", "1"),
        ("unsupported", "9", "1"),
        ("inconclusive", "10", "1"),
        ("fail", "11", "3"),
    ]


def test_each_class_has_a_line_with_its_counts_that_leads_to_its_clauses() -> None:
    text = html.render(sample(), TEXTS)
    rows = re.search('<table class="classes">.*?</table>', text, re.DOTALL)
    assert rows is not None
    lines = [re.sub("<.*?>", " ", one).split() for one in rows[0].split("<tr>")[2:]]
    told: dict[str, tuple[int, int, int]] = {}
    for one in sample().clauses:
        passed, failed, others = told.get(one.clause_class, (0, 0, 0))
        verdict = one.verdict
        others += verdict not in ("pass", "fail")
        told[one.clause_class] = passed + (verdict == "pass"), failed + (verdict == "fail"), others
    assert lines == [[name, *map(str, counts)] for name, counts in told.items()]
    for name in told:
        assert f'<a href="#class-{name}">' in rows[0]
        assert f'<caption id="class-{name}">' in text


def test_what_is_new_is_named_at_the_top_with_a_link_and_nothing_else_is() -> None:
    first = re.search('<div class="first">.*?</div>', html.render(sample(), TEXTS), re.DOTALL)
    assert first is not None
    assert re.findall('href="#(.*?)"', first[0]) == ["5d0c41a7", "e81f5b22"]
    new = sample().divergences[0]
    several = [msgspec.structs.replace(new, id=f"{at:08x}") for at in range(10)]
    text = html.render(msgspec.structs.replace(sample(), divergences=tuple(several)), TEXTS)
    assert "and 2 more" in text
    known = tuple(one for one in sample().divergences if one.known is not None)
    assert known
    assert 'class="first"' not in html.render(msgspec.structs.replace(sample(), divergences=known), TEXTS)


def test_the_badge_is_in_the_page_as_it_is_beside_it() -> None:
    assert badge.render(sample()).strip() in html.render(sample(), TEXTS)


def test_what_is_expected_and_what_is_observed_have_one_label() -> None:
    broken = msgspec.structs.replace(
        sample().divergences[0],
        signature=msgspec.structs.replace(sample().divergences[0].signature, field="answer"),
        permitted=((Expectation("acceptance", "400 MalformedXML", ()),),),
    )
    card = _card(html.render(msgspec.structs.replace(sample(), divergences=(broken,)), TEXTS), broken)
    assert card.count('<div class="here"><dt>answer<dd>') == 2


def test_every_clause_is_in_the_tables_once_and_can_be_linked_to() -> None:
    page = _page()
    for clause in sample().clauses:
        assert page.ids.count(clause.id) == 1
        assert clause.title in page.words
    rows = [one["class"] for one in page.all("tr") if one.get("class") in {"pass", "fail", "unsupported"}]
    assert sorted(rows) == ["fail"] * 3 + ["pass"] * 8 + ["unsupported"]


def test_every_link_into_the_page_leads_somewhere() -> None:
    for result in (sample(), hostile(" <&%41"), hostile(HOSTILE)):
        page = _page(result)
        targets = [one["href"][1:] for one in page.all("a") if one["href"].startswith("#")]
        assert targets
        shown = {re.sub(r"%([0-9A-F]{2})", lambda hit: chr(int(hit[1], 16)), one) for one in targets}
        assert shown <= set(page.ids)


def test_a_clause_shows_its_text_sources_and_dates() -> None:
    dated = _text("CFG-10", since=(dt.date(2023, 1, 5), dt.date(2023, 2, 1)), until=dt.date(2025, 6, 1), note="A note.")
    page = _page(texts=TEXTS | {"CFG-10": dated})
    assert "Text of CFG-10." in page.words
    assert "Way to see CFG-10." in page.words
    assert "Rests on (documented): [1] Section one" in page.words
    assert {"href": "https://example.org/guide"} in page.all("a")
    assert "User Guide, 2026-10-01" in page.words
    assert "from some day between 2023-01-05 and 2023-02-01, until 2025-06-01" in page.words
    assert "A note." in page.words


def test_the_text_of_a_clause_that_is_only_cited_is_there_too() -> None:
    bare = msgspec.structs.replace(sample().divergences[0], derivation=("DEF-99",), permitted=())
    derived = msgspec.structs.replace(sample(), divergences=(bare,))
    assert "DEF-99" in _page(derived, {"DEF-99": _text("DEF-99")}).ids
    page = _page()
    assert "KMS-02" in page.ids
    assert "Text of KMS-02." in page.words
    assert "Other clauses cited" in page.words


def test_a_clause_of_no_known_text_is_named_without_one() -> None:
    page = _page(texts={})
    assert "CFG-10" in page.ids
    assert "KMS-02" not in page.ids
    assert "KMS-02" in page.words
    assert "Other clauses cited" not in page.words


def test_the_texts_of_this_edition_are_used_where_none_are_given() -> None:
    assert inert(clauses()["KMS-08"].text) in _Page(html.render(sample())).words


def _card(page: str, divergence: Divergence) -> str:
    """The part of the page about one divergence."""
    start = page.index(f'<details class="divergence {standing(sample(), divergence)}" id="d-{divergence.id}"')
    ends = [page.find(end, start + 1) for end in ('<details class="divergence', "</section>")]
    return page[start : min(one for one in ends if one > start)]


def _programs(page: str) -> list[str]:
    (packed,) = re.findall('<script type="text/plain" id="programs">(.*?)</script>', page)
    found: list[str] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found


def test_each_divergence_shows_what_was_asked_expected_and_observed() -> None:
    text = html.render(sample(), TEXTS)
    for one in sample().divergences:
        words = _Page(_card(text, one)).words
        for step in one.witness:
            assert step.request in words
            assert step.answer in words
        for outcome in one.permitted:
            for field in outcome:
                assert f"{html._label(field.field)} {field.expected}" in words
        assert f"{html._label(one.signature.field)} {one.observed}" in words
        assert one.situation in words
        assert (one.known or "") in words


def test_every_permitted_outcome_is_shown() -> None:
    key_form = sample().divergences[2]
    words = _Page(_card(html.render(sample(), TEXTS), key_form)).words
    assert "KMS key named the ARN of key k1 either bucket key flag absent or bucket key flag false" in words


def test_the_derivation_says_in_words_what_each_clause_decides_and_where_that_stands() -> None:
    key_form = sample().divergences[2]
    card = _Page(_card(html.render(sample(), TEXTS), key_form))
    assert (
        "DEF-01 A new object takes the algorithm of the configured default: so the algorithm is aws:kms . [1]"
        in card.words
    )
    assert "the KMS key named is the ARN of key k1 . [1]" in card.words
    assert "BKT-04 : so the bucket key flag is absent or false ." in card.words
    linked = [one["href"] for one in card.all("a")]
    assert {"#DEF-01", "#KMS-02", "#KMS-08", "#s1"} <= set(linked)


def test_clauses_decide_what_the_outcomes_say_even_where_the_derivation_leaves_them_out() -> None:
    fields = (Expectation("etag", "MD5", ("ETG-01",)), Expectation("new_field", "x", ("DEF-01", "ETG-01")))
    one = msgspec.structs.replace(sample().divergences[0], derivation=("DEF-01", "CFG-01"), permitted=(fields,))
    assert conclusions(one) == {
        "DEF-01": (("new field", "x"),),
        "CFG-01": (),
        "ETG-01": (("the ETag", "MD5"), ("new field", "x")),
    }


def test_the_wrong_answer_is_marked_by_more_than_colour() -> None:
    text = html.render(sample(), TEXTS)
    for one in sample().divergences:
        rows = re.findall(r"<tr( class=\"wrong\")?><td>(.*?)(?=<tr|</tbody>)", _card(text, one), re.DOTALL)
        assert [bool(wrong) for wrong, _ in rows] == [step.divergent for step in one.witness]
        assert ["wrong answer" in row for _, row in rows] == [step.divergent for step in one.witness]


def test_script_and_witness_can_be_read_back_from_the_page() -> None:
    tricky = tuple(
        msgspec.structs.replace(one, script=f"{one.script}if 1 < 2 & 3: print('&lt;</script>', \"\\t\")\n\tpass\n")
        for one in sample().divergences
        if one.script
    )
    text = html.render(msgspec.structs.replace(sample(), divergences=tricky), TEXTS)
    programs = _programs(text)
    for one in tricky:
        card = _Page(_card(text, one)).elements[0][1]
        assert programs[int(card["data-script"])] == one.script
        actions = json.loads(programs[int(card["data-program"])])["actions"]
        assert [action["action"] for action in actions] == [type(step.action).__name__ for step in one.witness]


def test_the_commands_of_a_witness_stand_in_the_page_as_they_are_to_be_run() -> None:
    text = html.render(sample(), TEXTS)
    one = sample().divergences[1]
    (code,) = re.findall("<code>(.*?)</code>", _card(text, one), re.DOTALL)
    assert (
        "".join(_Page(f"<p>{code}</p>").texts)
        == commands([step.action for step in one.witness], ["", "The wrong answer:"]).text
    )
    assert "data-needs" not in _card(text, sample().divergences[0])
    assert 'data-needs="credentials signed_curl"' in _card(text, one)
    parts = re.findall('<pre data-part="(.*?)"><code>(.*?)</code>', text, re.DOTALL)
    assert {name: "".join(_Page(f"<p>{part}</p>").texts) for name, part in parts} == PARTS


def test_what_a_reader_without_scripts_misses_is_said_to_them_alone() -> None:
    page = html.render(sample(), TEXTS)
    assert [one["class"] for one in _Page(page).all("p", "notice")] == ["notice"]
    assert "This page works without scripts" in _Page(page).words
    assert ".scripted .notice { display: none; }" in page
    hidden = [(tag, one) for tag, one in _Page(page).elements if "hidden" in one]
    assert [(tag, one.get("id", one.get("class"))) for tag, one in hidden] == [
        ("button", "theme"),
        ("form", "filter"),
        ("p", "all"),
    ]


def test_a_divergence_without_a_script_offers_none() -> None:
    one = next(one for one in sample().divergences if not one.script)
    card = _Page(_card(html.render(sample(), TEXTS), one)).elements[0][1]
    assert "data-program" in card
    assert "data-script" not in card


def test_the_filter_offers_what_there_is() -> None:
    page = _page()
    assert [one["value"] for one in page.all("input") if one["name"] == "verdict"] == [
        "fail",
        "inconclusive",
        "unsupported",
        "not-exercised",
        "pass",
    ]
    text = html.render(sample(), TEXTS)
    offered = {
        name: re.findall("<option>(.*?)</option>", options)
        for name, options in re.findall('<select name="(.*?)">(.*?)</select>', text, re.DOTALL)
    }
    assert offered == {
        "class": ["core", "kms", "bucket-key", "copy"],
        "level": ["MUST", "SHOULD", "MAY"],
        "standing": ["new", "tolerated", "known", "unconfirmed"],
    }
    passing = tuple(one for one in sample().clauses if one.verdict == "pass")
    clean = msgspec.structs.replace(sample(), clauses=passing, divergences=())
    assert "standing" not in {one["name"] for one in _page(clean).all("select")}


def test_divergences_come_gravest_first_and_say_how_they_count() -> None:
    page = _page()
    assert [(one["id"], one["class"]) for one in page.all("details", "divergence")] == [
        ("d-5d0c41a7", "divergence new"),
        ("d-e81f5b22", "divergence new"),
        ("d-c3377e90", "divergence tolerated"),
        ("d-9be2f016", "divergence known"),
        ("d-a90d3c15", "divergence unconfirmed"),
    ]
    assert page.words.count("found beyond the cover") == 1
    assert page.words.count("a replay did not show it again") == 1


def test_a_clause_that_counts_no_context_speaks_of_none() -> None:
    bare = tuple(msgspec.structs.replace(one, contexts=0) for one in sample().clauses)
    words = _page(msgspec.structs.replace(sample(), clauses=bare)).words
    assert "2 of 4 answers breach it" in words
    assert "in 0 contexts" not in words
    assert "2 of 4 answers breach it in 3 contexts" in _page().words


def test_choices_what_was_not_judged_and_the_ledger_are_shown() -> None:
    words = _page().words
    assert "KMS-05 PutObject the key of the default 6 times" in words
    assert "Not in force on the as-of date." in words
    assert "11 goals of KMS-03 KMS-04 : lost to CFG-18 PutBucketEncryption acceptance" in words
    assert "emulator.toml: 1 entry matched" in words
    assert "stale KMS-14 PutObject code: no longer diverges" in words
    assert "expired CPY-01 CopyObject kms_key: past its date" in words


def test_a_result_with_nothing_in_it_is_still_a_page() -> None:
    bare = msgspec.structs.replace(
        sample(), classes=(), clauses=(), divergences=(), choices=(), losses=(), ledger=LedgerStatus("none", 0)
    )
    words = _page(bare).words
    assert "No clause belongs to the classes of this run." in words
    assert "None: every answer was one that the documents permit." in words
    assert "Every clause was judged." in words


def test_a_run_that_ended_early_says_so_at_the_top() -> None:
    words = _page(msgspec.structs.replace(sample(), incomplete="the target went away")).words
    assert words.index("This run is incomplete. the target went away") < words.index("What it demands")


def test_hostile_texts_act_nowhere() -> None:
    text = html.render(hostile(HOSTILE), TEXTS)
    page = _Page(text)
    assert page.open == []
    assert page.all("script") == [{}, {"type": "text/plain", "id": "programs"}]
    assert not page.all("img")
    for _, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on")}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "{{7*7}}" in page.words
    assert inert(f"emulator{HOSTILE}") in page.words


def test_hostile_texts_of_clauses_act_nowhere_either() -> None:
    one = _text(
        "CFG-10", title=HOSTILE, text=HOSTILE, observe=HOSTILE, note=HOSTILE, sources=(Source(HOSTILE, HOSTILE),)
    )
    page = _page(texts={"CFG-10": one})
    assert page.all("script") == [{}, {"type": "text/plain", "id": "programs"}]
    assert not page.all("img")


@pytest.mark.parametrize("link", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//evil", "#x"])
def test_only_web_addresses_become_links(link: str) -> None:
    linked = tuple(msgspec.structs.replace(one, link=link) for one in sample().divergences)
    source = _text("CFG-10", sources=(Source("Guide", "", "", link),))
    page = _page(msgspec.structs.replace(sample(), divergences=linked), {"CFG-10": source})
    assert link not in {one["href"] for one in page.all("a")}
    assert link.strip() in page.words


def test_a_link_of_the_ledger_can_be_followed_and_tells_nothing_to_its_target() -> None:
    (link,) = (one for one in _page().all("a") if one["href"] == "https://example.org/issues/4711")
    assert link.keys() == {"href"}
    assert {"name": "referrer", "content": "no-referrer"} in _page().all("meta")


def test_the_page_can_be_used_by_keyboard_and_read_aloud() -> None:
    page = _page()
    assert page.all("html")[0]["lang"] == "en"
    assert page.elements[[tag for tag, _ in page.elements].index("body") + 1][1]["href"] == "#verdicts"
    assert page.all("svg")[0]["aria-label"]
    for cell in page.all("th"):
        assert cell["scope"] in {"row", "col"}
    assert "tabIndex = 0" in page.words
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(headings))


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_colour_stands_out_from_what_it_is_written_on(scheme: int) -> None:
    style = resources.files("sse_reports").joinpath("templates", "report.css").read_text(encoding="utf-8")
    pairs_of = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", style)
    colours: dict[str, str] = {name: (light, dark, light)[scheme] for name, light, dark in pairs_of}
    assert len(colours) == 17
    if scheme == 2:
        printed = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style[style.index("@media print") :])
        assert printed
        colours |= dict(printed)
    verdicts = ("pass", "fail", "inconclusive", "unsupported", "not-exercised")
    pairs = [(text, on) for text in ("ink", "soft", "link") for on in ("page", "card")]
    pairs += [(verdict, f"{verdict}-on") for verdict in verdicts]
    pairs += [(text, f"{verdict}-on") for text in ("ink", "link") for verdict in ("pass", "fail")]
    pairs += [("card", "fail")]
    if scheme < 2:  # code is not printed
        pairs += [("ink", "code")]
    for text, on in pairs:
        assert _contrast(colours[text], colours[on]) >= 4.5, (text, on)
    for verdict in verdicts:
        assert _contrast(colours[verdict], colours["page"]) >= 3, verdict


def test_three_hundred_clauses_with_sixty_divergences_stay_below_half_a_megabyte() -> None:
    page = html.render(at_scale(300, 60), texts_at_scale(300))
    assert page.count('<details class="divergence') == 60
    assert all(one.observe in _Page(page).words for one in list(texts_at_scale(300).values())[:3])
    assert sum(map(len, _programs(page))) > 60 * 3_000, "scripts as long as real ones"
    assert len(page.encode()) <= 500_000


def test_the_same_result_gives_the_same_page() -> None:
    assert html.render(sample(), TEXTS) == html.render(sample(), TEXTS)
