"""Texts made harmless before they are shown.

Much of a result was said by a target, and whoever reads a report did not choose to trust it. What could move a cursor,
reorder a line, hide in it or break a file format is shown as the escape that Python would write for it. Markup is not
dealt with here: each face escapes what its own format gives a meaning to.
"""

from __future__ import annotations

import re

__all__ = ["encodable", "inert", "inert_block", "inert_json"]

_HAZARDS = (
    r"\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: terminal escapes, NUL, forged lines
    r"\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"  # bidi and invisible
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates and noncharacters: no file format takes them
    r"\U000e0000-\U000e0fff"  # tags and variation selectors, in which whole sentences have been hidden
)
_HAZARD = re.compile(f"[{_HAZARDS}]")
_HAZARD_IN_BLOCK = re.compile(f"(?![\t\n])[{_HAZARDS}]")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def inert(text: str) -> str:
    """`text` on one line, with nothing in it that acts: line ends, controls, bidi marks and the like become escapes."""
    return _HAZARD.sub(_escape, text)


def inert_block(text: str) -> str:
    """`text` of several lines, likewise, but with its line ends (as line feeds) and tabs left as they are."""
    return _HAZARD_IN_BLOCK.sub(_escape, text.replace("\r\n", "\n"))


def inert_json(document: bytes) -> bytes:
    """The same JSON document, harmless to look at.

    Outside its strings JSON knows no control character but white space, so that whatever else there is stands inside a
    string, where an escape means the same.
    """
    return _HAZARD_IN_BLOCK.sub(_json_escape, document.decode("utf-8")).encode("utf-8")


def encodable(text: str, encoding: str) -> str:
    """`text` with escapes for the characters that `encoding` lacks, so that writing it cannot fail."""
    return text.encode(encoding, "backslashreplace").decode(encoding)
