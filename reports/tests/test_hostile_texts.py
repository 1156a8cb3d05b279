"""Whatever a target says, each face shows it as text: nothing is added to its structure, and no character acts."""

from __future__ import annotations

import functools
import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from sse_reports import html, junit, terminal
from sse_reports.result import Result
from sse_reports.samples import hostile
from sse_reports.standing import summary
from sse_reports.text import inert

PIECES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</code></pre></details></section></main>",
    '" onfocus="alert(1)" autofocus="',
    "' style='x",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "<?xml version='1.0'?>",
    "&lt;&#60;&amp;",
    "javascript:alert(1)",
    "{{7*7}}{% raw %}",
    "[bold red]x[/]",
    ":smile:",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\x00",
    "\x08\x08\x08",
    "\r\nforged: pass",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u2028",
    "\ufeff",
    "\U000e0041",
    "$(touch x)`touch x`",
    "#",
    "%41",
    "word ",
)
"""What a page, a document, a shell or a terminal might take for more than text."""

TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(codec="utf-8"), max_size=4)), max_size=5).map(
    lambda parts: "".join(("x", *parts))
)
"""What a result can hold: JSON takes no half of a character (Cs)."""

NOISE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
SHAPING = (
    {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    | set(range(0x1BCA0, 0x1BCA4))
    | set(range(0x1D173, 0x1D17B))
)
"""Format characters that belong to the letters of a script or to notes, and reorder nothing."""


class _Skeleton(HTMLParser):
    """The elements of a page, with the names of their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def _hostile(text: str) -> Result:
    """The sample with the text everywhere, in a remark about the target too."""
    result = hostile(text)
    target = msgspec.structs.replace(result.target, remarks=(f"Not certain who answered{text}", text))
    return msgspec.structs.replace(result, target=target)


def _acting(text: str) -> set[str]:
    return {one for one in text if one != "\n" and unicodedata.category(one) in NOISE and ord(one) not in SHAPING}


def _terminal(result: Result) -> str:
    buffer = io.StringIO()
    terminal.render(result, Console(file=buffer, width=10_000, color_system=None, force_terminal=False), verbose=True)
    return buffer.getvalue()


@functools.cache
def _harmless() -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """What a text that means nothing leaves behind: the elements of both documents."""
    quiet = _hostile("x")
    junit_elements = [(one.tag, *one.attrib) for one in ET.fromstring(junit.render(quiet).encode("utf-8")).iter()]
    return _Skeleton(html.render(quiet, {})).elements, junit_elements


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_the_page_has_the_same_elements_whatever_a_target_says(text: str) -> None:
    page = html.render(_hostile(text), {})
    found = _Skeleton(page)
    assert found.elements == _harmless()[0]
    assert not _acting(page)
    for shown in (f"4.2.0{text}", f"Not certain who answered{text}"):
        assert inert(shown) in "".join(found.texts)


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_the_junit_document_has_the_same_elements_whatever_a_target_says(text: str) -> None:
    document = junit.render(_hostile(text))
    root = ET.fromstring(document.encode("utf-8"))
    assert [(one.tag, *one.attrib) for one in root.iter()] == _harmless()[1]
    assert not _acting(document)
    assert inert(f"Not certain who answered{text}") in "".join(root.itertext())
    assert f"4.2.0{inert(text)}" in {one.attrib["value"] for one in root.iter("property")}


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_no_line_of_the_summary_begins_with_what_a_target_says(text: str) -> None:
    shown = _terminal(_hostile(text))
    assert not _acting(shown)
    assert inert(f"Not certain who answered{text}") in shown
    assert not re.search(r"^\s*forged", shown, re.MULTILINE)
    assert shown.rstrip("\n").rpartition("\n")[2] == inert(summary(_hostile(text)))
