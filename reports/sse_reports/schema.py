"""The JSON Schema of a result, for readers that are not written in Python.

`python -m sse_reports.schema` prints it: that is how the file beside this module, which ships, is made.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any

import msgspec

from sse_reports.result import Result

__all__ = ["FILE", "ID", "of", "schema", "text"]

FILE = "result-1.schema.json"
"""Name of the shipped file, beside this module."""

ID = "urn:s3-sse-conformance:result:1"
"""Identity of the schema. It counts up together with the format of the document."""

_ROLE = re.compile(r":(?:class|data|func):`")


def _described(node: Any) -> Any:
    """The node with its descriptions as plain text. Docstrings keep their indentation before Python 3.13."""
    if isinstance(node, dict):
        return {
            key: _ROLE.sub("`", inspect.cleandoc(value))
            if key == "description" and isinstance(value, str)
            else _described(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_described(item) for item in node]
    return node


def of(kind: type[msgspec.Struct], identity: str, title: str) -> dict[str, Any]:
    """The schema of a document of this type, JSON Schema draft 2020-12. Fields that it does not name are allowed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identity,
        "title": title,
        **_described(msgspec.json.schema(kind)),
    }


def schema() -> dict[str, Any]:
    """The schema of :class:`Result`."""
    return of(Result, ID, "Result of a run of s3-sse-conformance")


def text() -> str:
    """The schema as the shipped file spells it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
