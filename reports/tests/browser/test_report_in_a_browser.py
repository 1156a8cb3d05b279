"""The page of a run in a real browser: found, filtered, linked to, copied from, read in any light and by anyone."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect
from sse_reports import html
from sse_reports.aws_cli import commands
from sse_reports.samples import hostile, sample
from sse_reports.samples_at_scale import at_scale, texts_at_scale

Visitor = Callable[..., Any]

PHONE = {"width": 360, "height": 740}
"""A small phone, in CSS pixels."""

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(1)</script>\x1b[31m\u202e\x00\u2028'\"`${alert(1)}"


@functools.cache
def _page() -> str:
    return html.render(sample())


@functools.cache
def _large() -> str:
    return html.render(at_scale(), texts_at_scale())


def _shown(page: Page, selector: str) -> list[str]:
    """The ids, or else the texts of the links, of what of it is in sight."""
    found = page.locator(selector).evaluate_all(
        """nodes => nodes.filter((node) => node.checkVisibility())
                         .map((node) => node.id || node.querySelector('th a').textContent)"""
    )
    return [str(one) for one in found]


def _clauses(page: Page) -> list[str]:
    return _shown(page, ".verdicts tbody tr")


def _divergences(page: Page) -> list[str]:
    return [one.removeprefix("d-") for one in _shown(page, ".divergence")]


def _verdict(page: Page, name: str) -> None:
    page.get_by_role("checkbox", name=name).check()


def test_everything_is_shown_at_first(visit: Visitor) -> None:
    page = visit(_page()).page
    assert len(_clauses(page)) == len(sample().clauses)
    assert len(_divergences(page)) == len(sample().divergences)
    expect(page.locator("#shown")).to_have_text("14 of 14 clauses, 5 of 5 divergences")


def test_a_verdict_picks_its_clauses_and_two_of_them_pick_both(visit: Visitor) -> None:
    page = visit(_page()).page
    _verdict(page, "inconclusive")
    assert _clauses(page) == ["KMS-03"]
    assert _divergences(page) == []
    _verdict(page, "fail")
    assert sorted(_clauses(page)) == ["CFG-10", "CFG-23", "KMS-03", "KMS-08"]
    assert len(_divergences(page)) == 5
    assert page.locator("table.verdicts:visible").count() == 2, "a class with nothing in it goes"


def test_class_level_and_standing_narrow_it_down_together(visit: Visitor) -> None:
    page = visit(_page()).page
    page.get_by_label("Class").select_option("core")
    assert {one[:3] for one in _clauses(page)} == {"CFG", "DEF", "ETG"}
    page.get_by_label("Level").select_option("SHOULD")
    assert _clauses(page) == ["CFG-23"]
    assert _divergences(page) == ["c3377e90"]
    page.get_by_label("Level").select_option("")
    page.get_by_label("Fails that are").select_option("new")
    assert _clauses(page) == ["CFG-10"]
    assert _divergences(page) == ["5d0c41a7"]
    expect(page.locator("#shown")).to_have_text("1 of 14 clauses, 1 of 5 divergences")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#shown")).to_have_text("14 of 14 clauses, 5 of 5 divergences")


def test_a_search_finds_all_its_words_in_clauses_and_divergences(visit: Visitor) -> None:
    page = visit(_page()).page
    page.get_by_label("Search").fill("cfg-23")
    assert _clauses(page) == ["CFG-23"]
    assert _divergences(page) == ["c3377e90"]
    page.get_by_label("Search").fill("COPYOBJECT onto itself")
    assert _divergences(page) == ["e81f5b22"]
    page.get_by_label("Search").fill("nothing says this")
    assert _clauses(page) == _divergences(page) == []
    page.get_by_label("Search").press("Enter")
    assert page.url.startswith("file:"), "a search is no form that is sent"


@pytest.mark.parametrize("name", ["5d0c41a7", "d-5d0c41a7"])
def test_a_link_to_a_divergence_opens_it(visit: Visitor, name: str) -> None:
    page = visit(_page(), name).page
    expect(page.locator("#d-5d0c41a7")).to_have_attribute("open", "")
    assert page.locator(".divergence[open]").count() == 1
    expect(page.locator("#d-5d0c41a7 summary").first).to_be_in_viewport()


def test_a_link_to_a_clause_opens_its_text_below_the_bar(visit: Visitor) -> None:
    page = visit(_large(), "DEF-03").page
    text = page.locator("#DEF-03")
    expect(text).to_be_visible()
    expect(text).to_be_in_viewport()
    bar = page.locator("form.filter").bounding_box()
    row = page.locator("tr:has(#DEF-03)").bounding_box()
    assert bar is not None
    assert row is not None
    assert bar["y"] + bar["height"] <= row["y"] < 400


def test_a_link_shows_what_the_filter_had_hidden(visit: Visitor) -> None:
    page = visit(_page()).page
    _verdict(page, "pass")
    assert "KMS-08" not in _clauses(page)
    page.evaluate("location.hash = 'KMS-08'")
    expect(page.locator("#KMS-08")).to_be_visible()
    _verdict(page, "pass")
    page.evaluate("location.hash = '9be2f016'")
    expect(page.locator("#d-9be2f016 .steps")).to_be_visible()


def test_a_link_that_was_followed_before_opens_its_target_again(visit: Visitor) -> None:
    page = visit(_page(), "KMS-08").page
    page.locator("details:has(> #KMS-08) > summary").click()
    expect(page.locator("#KMS-08")).to_be_hidden()
    page.locator("th a[href='#KMS-08']").click()
    expect(page.locator("#KMS-08")).to_be_visible()


def test_all_divergences_open_and_close_at_once(visit: Visitor) -> None:
    page = visit(_page()).page
    page.get_by_label("Level").select_option("SHOULD")
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator(".divergence[open]").count() == 1
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#shown")).to_have_text("14 of 14 clauses, 5 of 5 divergences")
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator(".divergence[open]").count() == 5
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".divergence[open]").count() == 0


def _copied(page: Page, what: str, divergence: str) -> str:
    button = page.get_by_role("button", name=f"Copy: {what} of {divergence}")
    button.click()
    expect(button).to_have_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_script_is_copied_as_the_result_has_it(visit: Visitor) -> None:
    wanted = {one.id: one for one in at_scale().divergences}
    page = visit(_large(), "5eed0013").page
    copied = _copied(page, "Script for boto3", "5eed0013")
    assert copied == wanted["5eed0013"].script
    ast.parse(copied)
    expect(page.locator("#said")).to_have_text("Copied")


def test_a_witness_is_copied_as_a_program_to_replay(visit: Visitor) -> None:
    page = visit(_page(), "9be2f016").page
    actions = json.loads(_copied(page, "Witness as JSON", "9be2f016"))["actions"]
    wanted = next(one for one in sample().divergences if one.id == "9be2f016")
    assert actions == json.loads(msgspec.json.encode([step.action for step in wanted.witness]))


def test_commands_are_copied_with_all_that_has_to_be_said_before_them(visit: Visitor) -> None:
    page = visit(_page(), "c3377e90").page
    copied = _copied(page, "Commands for aws", "c3377e90")
    wanted = next(one for one in sample().divergences if one.id == "c3377e90")
    shown = commands([step.action for step in wanted.witness], ["", "The wrong answer:"])
    assert copied.endswith(shown.text)
    assert copied.startswith("# For bash")
    assert "signed_curl() (" in copied
    assert "post_form() (" not in copied


def test_what_is_shown_is_what_is_copied(visit: Visitor) -> None:
    page = visit(_page(), "9be2f016").page
    box = page.locator("#d-9be2f016 .code", has_text="Script for boto3")
    box.locator("summary").click()
    expect(box.locator("code")).to_have_text(re.compile("import boto3"))
    assert box.locator("code").text_content() == _copied(page, "Script for boto3", "9be2f016")


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_page_is_dark_where_the_system_is_and_the_reader_can_choose(visit: Visitor) -> None:
    light, dark = "rgb(250, 249, 246)", "rgb(20, 23, 26)"
    page = visit(_page()).page
    assert _background(page) == light
    assert _background(visit(_page(), color_scheme="dark").page) == dark
    button = page.get_by_role("button", name="Theme: as the system")
    button.click()
    button = page.get_by_role("button", name="Theme: light")
    button.click()
    assert _background(page) == dark
    page.reload()
    assert _background(page) == dark, "remembered"
    page.get_by_role("button", name="Theme: dark").click()
    assert _background(page) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_engine_finds_no_violation(visit: Visitor, scheme: str) -> None:
    seen = visit(_page(), "9be2f016", color_scheme=scheme)
    seen.page.get_by_role("button", name="Open all shown").click()
    for summary in seen.page.locator(".verdicts summary, #d-9be2f016 .code summary").all():
        summary.click()
    assert seen.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_engine_finds_no_violation_on_a_phone(visit: Visitor, scheme: str) -> None:
    seen = visit(_page(), "9be2f016", color_scheme=scheme, viewport=PHONE)
    assert seen.violations() == []


def test_the_engine_would_find_a_violation(visit: Visitor) -> None:
    seen = visit(_page().replace("<main>", '<main><input type="text">'))
    assert [one.partition(":")[0] for one in seen.violations()] == ["label"]


def test_nothing_is_wider_than_a_phone(visit: Visitor) -> None:
    for text in (_page(), html.render(hostile("x" * 200))):
        page = visit(text, viewport=PHONE).page
        page.get_by_role("button", name="Open all shown").click()
        for summary in page.locator(".verdicts summary, .code summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_page_can_be_used_by_keyboard_alone(visit: Visitor) -> None:
    page = visit(_page()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdicts"
    page.locator("#d-5d0c41a7 > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#d-5d0c41a7 .steps")).to_be_visible()
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert "Copy: Script for boto3 of 5d0c41a7" in reached


def test_a_print_has_the_divergences_in_full_and_no_buttons(visit: Visitor) -> None:
    page = visit(_page()).page
    page.emulate_media(media="print")
    assert page.locator(".steps").first.evaluate("node => node.checkVisibility({contentVisibilityAuto: true})")
    assert page.locator(".steps").first.bounding_box() is not None
    assert page.locator("button:visible, form:visible, .code:visible").count() == 0
    assert _background(page) == "rgb(255, 255, 255)"


def test_without_scripts_steps_and_commands_are_there(visit: Visitor) -> None:
    page = visit(_page(), java_script_enabled=False).page
    expect(page.get_by_text("This page works without scripts")).to_be_visible()
    expect(page.locator("form.filter")).to_be_hidden()
    page.locator("#d-5d0c41a7 > summary").click()
    expect(page.locator("#d-5d0c41a7 .steps")).to_be_visible()
    page.locator("#d-5d0c41a7 .code summary").click()
    expect(page.locator("#d-5d0c41a7 pre")).to_contain_text("aws s3api create-bucket")
    expect(page.locator("#commands")).to_be_visible()


def test_nothing_that_a_target_said_acts(visit: Visitor) -> None:
    page = visit(html.render(hostile(HOSTILE))).page
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.get_by_role("button", name="Open all shown").click()
    for summary in page.locator(".code summary").all():
        summary.click()
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    expect(page.locator("h1")).to_contain_text("<img src=x onerror=alert(1)>")
    text = page.evaluate("document.body.textContent")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", text)


def test_the_policy_stops_a_script_that_is_not_the_page_s_own(visit: Visitor) -> None:
    seen = visit(_page().replace("<main>", "<main><script>document.title = 'taken over'</script>"))
    assert seen.page.title() != "taken over"
    assert len(seen.complaints) == 1
    assert "Content Security Policy" in seen.complaints.pop()


def test_a_large_page_is_soon_in_use(visit: Visitor) -> None:
    page = visit(_large()).page
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert loaded < 3_000, "milliseconds, on a busy machine"
    seconds = page.evaluate(
        """() => {
          const box = document.querySelector("[name=find]");
          const start = performance.now();
          box.value = "bucket key";
          box.dispatchEvent(new Event("input", { bubbles: true }));
          return (performance.now() - start) / 1000;
        }"""
    )
    assert seconds < 0.5
    assert 0 < len(_clauses(page)) < 300
