"""The JSON Schema of a recording, for tools that are not written in Python.

`python -m sse_spec.evidence.schema` prints it: that is how the file beside this module, which ships, is made.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any

import msgspec

from sse_spec.evidence.format import Recording

__all__ = ["ID", "schema", "text"]

ID = "urn:s3-sse-conformance:trace:1"
"""Identity of the schema. It counts up together with the format of the document."""

_ROLE = re.compile(r":(?:class|data|func):`")


def _closed(node: Any) -> Any:
    """The node with its descriptions as plain text, and no fields but those that it names.

    Docstrings keep their indentation before Python 3.13.
    """
    if isinstance(node, dict):
        closed = {"additionalProperties": False} if "properties" in node else {}
        return closed | {
            key: _ROLE.sub("`", inspect.cleandoc(value))
            if key == "description" and isinstance(value, str)
            else _closed(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_closed(item) for item in node]
    return node


def schema() -> dict[str, Any]:
    """The schema of :class:`Recording`, JSON Schema draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Trace of s3-sse-conformance: recorded requests and answers",
        **_closed(msgspec.json.schema(Recording)),
    }


def text() -> str:
    """The schema as the shipped file spells it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
