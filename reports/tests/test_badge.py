"""A badge says what was judged, hides nothing, can be read, and is one inert picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sse_reports import badge
from sse_reports.result import ClauseResult, Result, Verdict
from sse_reports.samples import hostile, sample

SVG = "{http://www.w3.org/2000/svg}"
LARGE_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, level AA, for small text."""


def _texts(picture: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(picture).iter(f"{SVG}text")]


def _of(*verdicts: Verdict, known: bool = False, incomplete: str = "") -> Result:
    """A result of clauses with these verdicts, and with one divergence for each that fails."""
    one = sample().clauses[0]
    clauses: list[ClauseResult] = [
        replace(one, id=f"XXX-{at:02}", verdict=verdict) for at, verdict in enumerate(verdicts)
    ]
    found = sample().divergences[0]
    divergences = [
        replace(found, id=one.id, signature=replace(found.signature, clause=one.id), known="known" if known else None)
        for one in clauses
        if one.verdict == "fail"
    ]
    return replace(
        sample(), clauses=tuple(clauses), divergences=tuple(divergences), incomplete=incomplete, classes=("core",)
    )


@pytest.mark.parametrize(
    ("result", "message", "colour"),
    [
        (_of("pass", "pass"), "2/2 pass", badge.GOOD),
        (_of("pass", "fail"), "1/2 pass", badge.BAD),
        (_of("pass", "fail", known=True), "1/2 pass", badge.KNOWN),
        (_of("pass", "inconclusive"), "1/1 pass, 1 inconclusive", badge.OPEN),
        (_of("pass", "unsupported", "not-exercised"), "1/1 pass", badge.GOOD),
        (_of("unsupported", "not-exercised"), "unsupported", badge.NONE),
        (_of("not-exercised"), "not exercised", badge.NONE),
        (_of("inconclusive", "inconclusive"), "2 inconclusive", badge.OPEN),
        (_of("pass", incomplete="lost"), "1/1 pass, run incomplete", badge.OPEN),
        (_of(), "not exercised", badge.NONE),
        (sample(), "8/11 pass, 1 inconclusive, 1 beyond the cover", badge.BAD),
    ],
)
def test_the_score_is_over_what_was_judged_and_what_was_not_stands_beside_it(
    result: Result, message: str, colour: str
) -> None:
    picture = badge.render(result)
    assert _texts(picture) == ["S3 default encryption", message]
    assert [one.attrib["fill"] for one in ET.fromstring(picture).iter(f"{SVG}rect")] == [badge.LABEL, colour]


def test_each_class_has_a_badge_of_its_own() -> None:
    assert badge.classes(sample()) == ("core", "kms", "bucket-key", "copy")
    assert _texts(badge.render(sample(), "kms")) == ["S3 default encryption: kms", "2/3 pass, 1 inconclusive"]
    assert _texts(badge.render(sample(), "bucket-key"))[1] == "unsupported"
    assert _texts(badge.render(sample(), "copy"))[1] == "2/2 pass, 1 beyond the cover"


def test_a_class_without_clauses_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(badge.UnknownClassError, match="'batch'; classes: core, kms, bucket-key, copy"):
        badge.render(sample(), "batch")


def _luminance(colour: str) -> float:
    def channel(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [badge.GOOD, badge.KNOWN, badge.BAD, badge.OPEN, badge.NONE, badge.LABEL])
def test_the_text_has_the_contrast_that_level_aa_asks_for(colour: str) -> None:
    dark, light = sorted((_luminance(colour), _luminance(badge.INK)))
    assert (light + 0.05) / (dark + 0.05) >= LARGE_CONTRAST


def test_whoever_does_not_see_it_is_told_the_same() -> None:
    root = ET.fromstring(badge.render(sample(), "kms"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "S3 default encryption: kms: 2/3 pass, 1 inconclusive"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert "1 unsupported, 1 inconclusive, 1 not exercised" in title.text


@given(st.text(max_size=40))
def test_a_badge_is_one_inert_picture_whatever_the_target_says(text: str) -> None:
    result = hostile(text + "<script>&\"'\x00\u202e")
    for name in (None, *badge.classes(result)):
        picture = badge.render(result, name)
        root = ET.fromstring(picture)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} == {"svg", "title", "rect", "g", "text"}
        assert not re.search(r"(?:href|url\(|@import|\son\w+)\s*=?", re.sub(r">[^<]*<|\"[^\"]*\"", "", picture))
        assert not set(picture) & set("\x00\u202e")


def test_texts_lie_within_their_boxes() -> None:
    root = ET.fromstring(badge.render(sample(), "bucket-key"))
    boxes, texts = list(root.iter(f"{SVG}rect")), list(root.iter(f"{SVG}text"))
    for box, text in zip(boxes, texts, strict=True):
        start = int(text.attrib["x"])
        assert int(box.attrib["x"]) < start
        assert start + int(text.attrib["textLength"]) < int(box.attrib["x"]) + int(box.attrib["width"])
    assert int(root.attrib["width"]) == sum(int(box.attrib["width"]) for box in boxes)
