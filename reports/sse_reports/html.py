"""The HTML face: one page that needs nothing but itself, to publish or to send to a vendor.

Three things keep what a target said from acting in it: Jinja2 escapes every value, every value is made inert on its way
into the page, and the page's own policy lets nothing run but the one script that came with it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from sse_spec.clauses import Bound, Clause
from sse_spec.clauses import clauses as edition

from sse_reports import prose, standing, witness
from sse_reports.result import VERDICTS, Result
from sse_reports.text import inert, inert_block
from sse_reports.verdicts import tally

__all__ = ["render"]


def _harmless(value: object) -> object:
    """What Jinja2 does to every value before it escapes it."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _block(text: str) -> Markup:
    """A text of several lines, such as a script, inside an element, where a quote needs no escape."""
    escaped = inert_block(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(escaped)  # noqa: S704 -- escaped just now


def _sources(clause: Clause) -> tuple[tuple[tuple[str, str], str], ...]:
    """What a clause rests on: a document and its address, and the section; two sentences of one section are one."""
    return tuple(dict.fromkeys(((one.document, one.url), one.section) for one in clause.sources))


def _anchor(name: str) -> str:
    """The part of a link after `#`, for an element whose `id` is `name` as the page shows it."""
    return quote(inert(name), safe="")


def _day(bound: Bound) -> str:
    """A day on which a clause begins or ends to hold; a pair is a change known only to lie between two days."""
    if isinstance(bound, tuple):
        return f"some day between {bound[0].isoformat()} and {bound[1].isoformat()}"
    return bound.isoformat()


def _address(text: str | None) -> str:
    """The text where it is an address that a page may link to, else nothing: no `javascript:` from a ledger."""
    return text if text is not None and text.startswith(("https://", "http://")) else ""


def _headline(result: Result) -> str:
    """The first sentence of the page."""
    counts = tally(result)
    judged = counts["pass"] + counts["fail"]
    if not judged:
        return "No clause could be judged."
    if not counts["fail"]:
        return f"All {judged} judged clauses pass." if judged > 1 else "The one judged clause passes."
    failed, known = counts["fail"], len(standing.known(result))
    tail = "all of them known" if known == failed else f"{known} of them known" if known else "none of them known"
    return f"{counts['pass']} of {judged} judged clauses pass; {failed} fail, {tail}."


def _policy(*, style: str, script: str) -> str:
    def fingerprint(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{fingerprint(style)}'; script-src 'sha256-{fingerprint(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sse_reports"),
        autoescape=True,
        finalize=_harmless,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "anchor": _anchor,
        "block": _block,
        "sources": _sources,
        "day": _day,
        "address": _address,
        "times": prose.times,
    }
    return environment


def _shipped(name: str) -> str:
    return resources.files("sse_reports").joinpath("templates", name).read_text(encoding="utf-8")


def _texts(result: Result, clauses: Mapping[str, Clause] | None) -> Mapping[str, Clause]:
    """The clauses of the result, and those that its divergences cite, as far as their texts are known."""
    texts = edition() if clauses is None else clauses
    wanted = [one.id for one in result.clauses]
    for divergence in result.divergences:
        wanted += [divergence.signature.clause, *divergence.derivation]
        wanted += [name for outcome in divergence.permitted for field in outcome for name in field.clauses]
    return MappingProxyType({name: texts[name] for name in dict.fromkeys(wanted) if name in texts})


def _documents(clauses: Iterable[Clause]) -> dict[tuple[str, str], int]:
    """The documents on which the clauses rest, each by name and address, numbered from 1 in the order of the page."""
    found = dict.fromkeys((source.document, source.url) for clause in clauses for source in clause.sources)
    return {document: at for at, document in enumerate(found, start=1)}


def render(result: Result, clauses: Mapping[str, Clause] | None = None) -> str:
    """The page, to be written as UTF-8.

    `clauses` holds the texts of the clauses by id, None for those of this edition. A clause that it lacks is shown
    without its text.
    """
    style, script = _shipped("report.css"), _shipped("report.js")
    texts = _texts(result, clauses)
    listed = frozenset(one.id for one in result.clauses)
    values: dict[str, Any] = {
        "result": result,
        "headline": _headline(result),
        "summary": standing.summary(result),
        "counts": tally(result),
        "total": len(result.clauses),
        "verdicts": tuple(reversed(VERDICTS)),
        "words": standing.VERDICT_WORDS,
        "explanation": standing.explanation(result),
        "groups": standing.by_class(result),
        "texts": texts,
        "documents": _documents(texts.values()),
        "alternatives": prose.alternatives,
        "cited": [one for name, one in texts.items() if name not in listed],
        "anchors": listed | frozenset(texts),
        "titles": {name: one.title for name, one in texts.items()} | {one.id: one.title for one in result.clauses},
        "divergences": standing.in_order(result),
        "beyond": frozenset(one.id for one in standing.beyond_cover(result)),
        "tried_beyond": standing.tried_beyond,
        "blamed": functools.partial(standing.blamed, result),
        "standing": functools.partial(standing.standing, result),
        "clause_standing": functools.partial(standing.clause_standing, result),
        "stem": witness.stem,
        "program": lambda divergence: witness.program(divergence).decode(),
        "style": Markup(style),  # noqa: S704 -- our own file
        "script": Markup(script),  # noqa: S704 -- our own file
        "policy": _policy(style=style, script=script),
    }
    return _environment().get_template("report.html.j2").render(values)
