"""Python source of values and calls, laid out as a formatter would lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sse_adapters.calls import Document

__all__ = ["WIDTH", "Expression", "assign", "call", "indented", "literal"]

WIDTH = 88
"""Longest line, in characters: that of the formatters in their default settings."""

INDENT = 4


class Expression(str):
    """A text that stands for itself in source: a variable or an expression, where another text would be quoted."""

    __slots__ = ()


def literal(value: object) -> str:
    """A value as source, on one line. Plain ASCII, whatever a target may have put into a text."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, Document):
        return f"json.dumps({literal(value.content)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal, value)) + ("," if len(value) == 1 else "") + ")"
    text = ascii(value)
    if isinstance(value, str | bytes) and text.endswith("'") and '"' not in text:
        start = text.index("'")
        return f'{text[:start]}"{text[start + 1 : -1]}"'
    return text


def call(before: str, function: str, arguments: Mapping[str, Any], after: str = "", *, indent: int = 0) -> list[str]:
    """The lines of a call; `before` and `after` are what stands around it in the statement.

    Arguments are keyword arguments, but for one without a name.
    """
    flat = ", ".join(f"{_named(name)}{literal(value)}" for name, value in arguments.items())
    line = f"{' ' * indent}{before}{function}({flat}){after}"
    if len(line) <= WIDTH or not arguments:
        return [line]
    pad = " " * (indent + INDENT)
    body = [pad + flat]
    if len(body[0]) > WIDTH and (len(arguments) > 1 or not isinstance(next(iter(arguments.values())), str)):
        body = [line for name, value in arguments.items() for line in _item(pad + _named(name), value)]
    return [f"{' ' * indent}{before}{function}(", *body, f"{' ' * indent}){after}"]


def _named(name: str) -> str:
    return f"{name}=" if name else ""


def assign(before: str, value: object, *, indent: int = 0) -> list[str]:
    """The lines of a statement that ends in a value: `before` is all that stands to the left of it."""
    line = f"{' ' * indent}{before}{literal(value)}"
    return [line] if len(line) <= WIDTH else _broken(f"{' ' * indent}{before}", value, "")


def _item(start: str, value: object) -> list[str]:
    line = f"{start}{literal(value)},"
    return [line] if len(line) <= WIDTH else _broken(start, value, ",")


def _broken(start: str, value: object, end: str) -> list[str]:
    """A collection with one item a line; what is none cannot be broken."""
    outer = " " * (len(start) - len(start.lstrip()))
    pad = outer + " " * INDENT
    if isinstance(value, Document):
        return [f"{start}json.dumps(", *_item(pad, value.content), f"{outer}){end}"]
    if isinstance(value, dict) and value:
        inner = [line for key, one in value.items() for line in _item(f"{pad}{literal(key)}: ", one)]
        return [f"{start}{{", *inner, f"{outer}}}{end}"]
    if isinstance(value, list | tuple) and value:
        opening, closing = "[]" if isinstance(value, list) else "()"
        return [f"{start}{opening}", *(line for one in value for line in _item(pad, one)), f"{outer}{closing}{end}"]
    return [f"{start}{literal(value)}{end}"]


def indented(lines: Iterable[str]) -> list[str]:
    """The lines, one level deeper."""
    return [" " * INDENT + line if line else line for line in lines]
