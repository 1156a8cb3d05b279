"""Fingerprints of source sentences: how a clause points at a sentence that is not ours to ship.

A fingerprint is the SHA-256 of a sentence as a reader sees it, without markup. Whoever has the document can compute it
again, and see whether the sentence still stands:

    python -m sse_spec.sources "The sentence, or a paragraph, as it was copied."
"""

from __future__ import annotations

import hashlib
import html
import re
import sys
from collections.abc import Sequence

__all__ = ["fingerprint", "main", "normalise", "sentences"]

_MARK = r"(?:[•◦▪‣]|(?:[*+-]|#{1,6}|\d{1,3}[.)])(?=\s|$))"
"""What stands before the first word of a list item or a heading, in plain text or in Markdown, and is no part of it."""

_BLOCK = re.compile(
    r"</?(?:br|dd|div|dl|dt|h[1-6]|important|li|note|ol|p|table|td|th|tr|ul)\b[^>]*>"
    rf"|\n[ \t\r]*\n|[ ]{{2,}}\r?\n|\n(?=[ \t]*{_MARK})",
    re.IGNORECASE,
)
"""What ends a paragraph: an HTML tag that starts or ends a block, an empty line, two blanks at the end of a line (which
Markdown takes for a line break), or a line that begins with a mark."""

_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"[*`]+")
_LEADING_MARKS = re.compile(rf"^(?:{_MARK} ?)+")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def normalise(text: str) -> str:
    """The text as a reader sees it: no HTML, no Markdown, entities resolved, each run of white space one blank.

    A sentence comes out the same from botocore (HTML), from awsdocs on GitHub (Markdown) and from a browser. The bullet
    or number before a list item is not part of its first sentence.
    """
    plain = _TAG.sub("", _BLOCK.sub(" ", html.unescape(text)))
    plain = _EMPHASIS.sub("", _ESCAPE.sub(r"\1", _LINK.sub(r"\1", plain)))
    return _LEADING_MARKS.sub("", " ".join(plain.split()))


def sentences(text: str) -> tuple[str, ...]:
    """The normalised sentences of a text. A paragraph, a list item, a heading and a table cell end a sentence too.

    So does an abbreviation before a capital (`N. Virginia`), which is wrong, but each time in the same way. What has
    neither letter nor digit, such as a ruled line, is no sentence.
    """
    blocks = (normalise(block) for block in _BLOCK.split(text))
    found = (sentence for block in blocks for sentence in _SENTENCE_END.split(block))
    return tuple(sentence for sentence in found if any(map(str.isalnum, sentence)))


def fingerprint(sentence: str) -> str:
    """The SHA-256 of the normalised sentence, as 64 hexadecimal digits."""
    return hashlib.sha256(normalise(sentence).encode()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the fingerprint of each sentence of the arguments, and how the sentence begins."""
    texts = sys.argv[1:] if arguments is None else arguments
    if not texts:
        sys.stderr.write('usage: python -m sse_spec.sources "A sentence."\n')
        return 2
    for sentence in (one for text in texts for one in sentences(text)):
        sys.stdout.write(f"{fingerprint(sentence)}  {sentence[:40]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
