"""The badge: a result, or one conformance class of it, as a small SVG picture that needs no font and no server.

It says how many of the judged clauses pass, and never hides what could not be judged: a clause that is inconclusive is
named beside the score, not counted in it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from sse_reports.result import ClauseResult, Divergence, Result, Verdict
from sse_reports.standing import beyond_cover, clause_standing, standing, summary
from sse_reports.text import inert

__all__ = ["UnknownClassError", "classes", "render"]

GOOD = "#1b7837"
KNOWN = "#8a5a00"
BAD = "#b3261e"
OPEN = "#5b4b8a"
"""Nothing failed, and something could not be judged."""
NONE = "#555555"
LABEL = "#333333"
INK = "#ffffff"
"""White on each of the others has a contrast of 4.5 or more: WCAG AA for small text."""

HEIGHT = 20
PADDING = 6
BASELINE = 14
FONT_SIZE = 11

_NARROW = frozenset("ijlIftr.,:;|!'()[]/ ")
_WIDE = frozenset("mwMW%@")
_WIDTHS = {"narrow": 4.5, "wide": 10.5, "usual": 7.0, "unknown": 11.0}
"""Widths of characters in px. The text is set to the sum of them, whatever the font that is at hand."""


class UnknownClassError(Exception):
    """The result says nothing about this conformance class. The message names those that there are."""


def classes(result: Result) -> tuple[str, ...]:
    """The classes that a badge can be made for: those with a clause in the result."""
    found = {clause.clause_class for clause in result.clauses}
    return tuple(name for name in result.classes if name in found)


def render(result: Result, clause_class: str | None = None) -> str:
    """The badge as an SVG document, of the whole result or of one class. Raises :class:`UnknownClassError`."""
    if clause_class is not None and clause_class not in classes(result):
        known = ", ".join(classes(result)) or "none"
        raise UnknownClassError(inert(f"the result has no clause of class {clause_class!r}; classes: {known}"))
    chosen = [one for one in result.clauses if clause_class in (None, one.clause_class)]
    label = "S3 default encryption" + ("" if clause_class is None else f": {clause_class}")
    return _drawn(inert(label), _message(result, chosen), _colour(result, chosen), inert(summary(result)))


def _count(chosen: Sequence[ClauseResult], verdict: Verdict) -> int:
    return sum(one.verdict == verdict for one in chosen)


def _message(result: Result, chosen: Sequence[ClauseResult]) -> str:
    """The score over the judged clauses, and what kept others from being judged."""
    passed = _count(chosen, "pass")
    judged = passed + _count(chosen, "fail")
    told = [f"{passed}/{judged} pass"] if judged else []
    if inconclusive := _count(chosen, "inconclusive"):
        told.append(f"{inconclusive} inconclusive")
    if extra := len(_beyond(result, chosen)):
        told.append(f"{extra} beyond the cover")
    if result.incomplete:
        told.append("run incomplete")
    # What a target does not offer lowers no score; where there is no score, it is what there is to tell.
    return ", ".join(told) or ("unsupported" if _count(chosen, "unsupported") else "not exercised")


def _beyond(result: Result, chosen: Sequence[ClauseResult]) -> list[Divergence]:
    """What random programs found: it decides no verdict, and a score without it would hide it."""
    ids = {one.id for one in chosen}
    return [one for one in beyond_cover(result) if one.signature.clause in ids]


def _colour(result: Result, chosen: Sequence[ClauseResult]) -> str:
    failing = [clause_standing(result, one) for one in chosen if one.verdict == "fail"]
    failing += [standing(result, one) for one in _beyond(result, chosen)]
    if failing:
        return BAD if "new" in failing or "unconfirmed" in failing else KNOWN
    if result.incomplete or _count(chosen, "inconclusive"):
        return OPEN
    return GOOD if _count(chosen, "pass") else NONE


def _width(text: str) -> int:
    def one(character: str) -> float:
        if not character.isascii():
            return _WIDTHS["unknown"]
        kind = "narrow" if character in _NARROW else "wide" if character in _WIDE else "usual"
        return _WIDTHS[kind]

    return round(sum(map(one, text)))


def _drawn(label: str, message: str, colour: str, title: str) -> str:
    left, right = _width(label) + 2 * PADDING, _width(message) + 2 * PADDING
    whole = str(left + right)
    said = f"{label}: {message}"
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": whole,
            "height": str(HEIGHT),
            "viewBox": f"0 0 {whole} {HEIGHT}",
            "role": "img",
            "aria-label": said,
        },
    )
    ET.SubElement(root, "title").text = title
    _box(root, 0, left, LABEL)
    _box(root, left, right, colour)
    group = ET.SubElement(
        root, "g", {"fill": INK, "font-family": "Verdana,DejaVu Sans,sans-serif", "font-size": str(FONT_SIZE)}
    )
    _text(group, PADDING, label)
    _text(group, left + PADDING, message)
    return ET.tostring(root, encoding="unicode") + "\n"


def _box(parent: ET.Element, x: int, width: int, fill: str) -> None:
    ET.SubElement(parent, "rect", {"x": str(x), "width": str(width), "height": str(HEIGHT), "fill": fill})


def _text(parent: ET.Element, x: int, text: str) -> None:
    place = {"x": str(x), "y": str(BASELINE), "textLength": str(_width(text)), "lengthAdjust": "spacingAndGlyphs"}
    ET.SubElement(parent, "text", place).text = text
