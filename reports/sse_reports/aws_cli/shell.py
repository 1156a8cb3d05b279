"""Words and JSON documents of a shell command, in which some parts are variables of the shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

__all__ = ["Text", "Variable", "comment", "document", "joined", "path", "word"]


class Variable(msgspec.Struct, frozen=True):
    """A variable, or an expansion of one: `BUCKET1`, `KEY1##*/`. Its value is put in as it is."""

    expression: str

    def __str__(self) -> str:
        plain = self.expression.isidentifier()
        return f'"${self.expression}"' if plain else f'"${{{self.expression}}}"'


Text = str | Variable | tuple[str | Variable, ...]
"""A text that the shell puts together: a literal, a variable, or several of both."""

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def _parts(text: Text) -> tuple[str | Variable, ...]:
    return text if isinstance(text, tuple) else (text,)


def joined(*texts: Text) -> Text:
    """One text after the other."""
    return tuple(part for text in texts for part in _parts(text))


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else shlex.quote(text)


def word(text: Text) -> str:
    """One word of a command, quoted so that the shell takes nothing in it for syntax."""
    found: list[str] = []
    literal = ""
    for part in _parts(text):
        if isinstance(part, Variable):
            found += [_quoted(literal)] if literal else []
            found.append(str(part))
            literal = ""
        else:
            literal += part
    return "".join([*found, *([_quoted(literal)] if literal or not found else [])])


def _pieces(value: Any) -> list[str | Variable]:
    """The JSON of a value, compact but for spaces that let a line break."""
    if isinstance(value, Mapping):
        inner: list[str | Variable] = ["{"]
        for at, (name, item) in enumerate(value.items()):
            inner += [(", " if at else "") + json.dumps(name) + ": ", *_pieces(item)]
        return [*inner, "}"]
    if isinstance(value, Variable):
        return ['"', value, '"']
    if isinstance(value, tuple):
        texts = (part if isinstance(part, Variable) else json.dumps(part, ensure_ascii=False)[1:-1] for part in value)
        return ['"', *texts, '"']
    if isinstance(value, Sequence) and not isinstance(value, str):
        items: list[str | Variable] = ["["]
        for at, item in enumerate(value):
            items += [", "] * bool(at) + _pieces(item)
        return [*items, "]"]
    return [json.dumps(value, ensure_ascii=False)]


def document(value: Any) -> Text:
    """The JSON of a value: objects, lists, numbers, booleans, and in the place of any string a :data:`Text`.

    A tuple is a text, never a list. Variables stand for text that JSON takes as it is: names, ids and ARNs.
    """
    return tuple(_pieces(value))


def path(text: str) -> str:
    """A key of an object as the path of an address spells it."""
    return quote(text, safe="/-_.~", errors="backslashreplace")


def comment(text: str) -> str:
    """A line that the shell passes over. The text must be inert: on one line."""
    return f"# {text}".rstrip()
