"""Texts as Markdown in which nothing acts, on GitHub and on GitLab: no markup, no HTML, no link, mention or reference.

Much of what Markdown does to a text is done after it was parsed (`@name`, `#123`, a bare address, a commit's hash, an
emoji by name), where no backslash helps, but never within code. So a text that could have such a thing in it is shown
as code, and only a plain one as words.
"""

from __future__ import annotations

import re

from sse_reports.text import inert, inert_block

__all__ = ["cell", "code", "fence", "link", "words"]

_TRIGGERS = re.compile(
    r"[@#!$~^<>`|\\]|://|www\.|mailto:|xmpp:"
    r"|:(?!(?:kms|s3):)[\w+-]+:"  # an emoji by name
    r"|\b(GH|GL)-\d"
    r"|(?<![0-9A-Za-z])[0-9a-f]{7,}"  # the hash of a commit
    r"|&\S*;",  # an entity
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?!\d+[.)])[A-Za-z0-9'\"(][A-Za-z0-9 .,:;'\"()/&%=?*_+\[\]{}-]*")
"""A text that begins no list, heading or rule, wherever it stands."""
_MARKUP = re.compile(r"([*_\[\]])")
_BACKTICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9/?&=%._~#+:,;-]*)?")


def code(text: str) -> str:
    """The text on one line, as code: whatever is in it is shown as it is."""
    shown = inert(text)
    if not shown.strip(" "):
        return "(empty)" if not shown else "(blank)"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str) -> str:
    """The same, for a cell of a table, in which a bar ends the cell even within code."""
    return code(text.replace("|", "\\x7c"))


def words(text: str) -> str:
    """The text as words of a sentence, if it is plain enough for that, else as code."""
    shown = inert(text)
    # Two spaces at the end of a line would break it.
    if shown.endswith(" ") or _PLAIN.fullmatch(shown) is None or _TRIGGERS.search(shown):
        return code(text)
    return _MARKUP.sub(r"\\\1", shown)


def fence(text: str, language: str = "text") -> str:
    """A text of several lines as a block of code, with a line feed at its end."""
    shown = inert_block(text)
    bar = "`" * max(3, _longest_run(shown) + 1)
    return f"{bar}{language}\n{shown.rstrip()}\n{bar}\n"


def link(text: str, address: str) -> str:
    """The text, linked to an address of the web; without the link if the address is none that is written plainly."""
    return f"[{words(text)}](<{address}>)" if _ADDRESS.fullmatch(address) else words(text)


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
