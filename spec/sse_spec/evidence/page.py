"""The examples of README.md: one event for each action, from `examples/every-action.json`.

`python -m sse_spec.evidence.page` prints them; the page has them between its markers.
"""

from __future__ import annotations

import json
import sys
from importlib import resources

from sse_spec.evidence.format import Recording
from sse_spec.evidence.reading import decode, encode, spell

__all__ = ["EXAMPLES", "examples", "page"]

EXAMPLES = "every-action.json"
"""Name of the recording in which each action occurs, in the folder `examples`."""


def examples() -> Recording:
    """A recording in which every action occurs, in an order in which they can be asked."""
    return decode(resources.files("sse_spec.evidence").joinpath("examples", EXAMPLES).read_bytes(), EXAMPLES)


def page() -> str:
    """The first example of each action, by name, in Markdown."""
    events = json.loads(encode(examples()))["events"]
    found = {event["action"]["action"]: event for event in reversed(events)}
    return "".join(f"### {name}\n\n```json\n{spell(found[name])}\n```\n\n" for name in sorted(found))


if __name__ == "__main__":
    sys.stdout.write(page())
