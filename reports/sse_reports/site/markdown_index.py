"""The page that indexes what is published, as Markdown: for who looks at the folder and not at the site."""

from __future__ import annotations

from sse_reports.markdown_text import cell, words
from sse_reports.result import VERDICTS
from sse_reports.site import names
from sse_reports.site.record import NotRun
from sse_reports.site.shelf import RESULT, Run, Shelf
from sse_reports.standing import VERDICT_WORDS

__all__ = ["index"]

_HEAD = """\
# Published results

What this suite says of each target that could be run, and how each result was made. `tox -e publish` makes all of them
again; `tox -e publish -- moto` those of one target. `s3-sse site reports/published --out site` makes pages of them: a
matrix of clauses and targets first, then the history of each target and of each clause.

Each folder `TARGET/VERSION/AS-OF/` holds `result.json`, the document that `s3-sse run` writes, and `run.toml`: the
exact commands, the versions of everything that took part, and the day. Of all but the newest version of a target the
boto3 scripts of the witnesses are left out of the result, which they would treble.

"""


def index(shelf: Shelf, not_run: tuple[NotRun, ...]) -> str:
    """The page, with a newline at its end."""
    verdicts = tuple(reversed(VERDICTS))
    head = ["target", "version", "as of", *(VERDICT_WORDS[one] for one in verdicts), "run on", "result"]
    lines = [_row(head), _row(["---", "---", "---", *("---:" for _ in verdicts), "---", "---"])]
    for run in reversed(shelf.runs):
        counts = [str(run.counts[one]) for one in verdicts]
        lines.append(_row([*map(cell, (run.target, run.version, run.as_of)), *counts, cell(_day(run)), _links(run)]))
    text = _HEAD + "\n".join(lines) + "\n"
    if not_run:
        text += "\nNot run:\n\n"
        text += "".join(f"- {words(one.target)}: {words(one.reason)}\n" for one in not_run)
    return text


def _day(run: Run) -> str:
    return run.info.started[:10]


def _links(run: Run) -> str:
    home = names.folder(run.target, run.version, run.as_of)
    made = "" if run.record is None else f", [how]({home}/run.toml)"
    return f"[{RESULT}]({home}/{RESULT}){made}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
