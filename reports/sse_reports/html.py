"""The HTML face: one page that needs nothing but itself, to publish or to send to a vendor.

Three things keep what a target said from acting in it: Jinja2 escapes every value, every value is made inert on its way
into the page, and the page's own policy lets nothing run but the one script that came with it.

The programs of all witnesses are alike but for a few lines, so that they stand in the page compressed, and its script
takes out the one that is asked for. Steps and commands are there without it. How well they are compressed is up to the
zlib of the Python that makes the page: with the same one, the same result gives the same bytes.
"""

from __future__ import annotations

import base64
import functools
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup
from sse_spec.clauses import CLASSES, Clause
from sse_spec.clauses import clauses as edition

from sse_reports import aws_cli, badge, markup, prose, standing, witness
from sse_reports.result import VERDICTS, Divergence, Result
from sse_reports.text import inert_block
from sse_reports.traffic import traffic
from sse_reports.verdicts import tally

__all__ = ["render"]


_FIRST = 8
"""So many new divergences are named at the top of the page."""

_UNNEEDED = re.compile(r"</(?:t[dhr]|d[dt]|li)>|</p>(?=\n?(?:<p>|</div>|</td>))|(?<=>)\n(?=<)")


class _Code(msgspec.Struct, frozen=True):
    """What a divergence offers to copy.

    `needs` names the parts that have to be said before the commands, besides `base`. `script` and `program` are
    places among the programs of the page; `script` is None where the divergence has none.
    """

    needs: str
    commands: str
    script: int | None
    program: int


def _block(text: str) -> Markup:
    """A text of several lines, such as a script, inside an element, where a quote needs no escape."""
    escaped = inert_block(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(escaped)  # noqa: S704 -- escaped just now


def _compressed(texts: list[str]) -> str:
    """The texts as JSON, compressed (zlib) and in base64: letters that mean nothing to HTML."""
    document = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.b64encode(zlib.compress(document, 9)).decode()


def _sources(clause: Clause) -> tuple[tuple[tuple[str, str], str], ...]:
    """What a clause rests on: a document and its address, and the section; two sentences of one section are one."""
    return tuple(dict.fromkeys(((one.document, one.url), one.section) for one in clause.sources))


def _label(field: str) -> str:
    """A field of an answer as a label of its value: whatever is told of the answer as a whole has the same."""
    return prose.field_words("answer" if field == "code" else field).removeprefix("the ")


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


@functools.cache
def _environment() -> jinja2.Environment:
    return markup.environment(
        "sse_reports",
        block=_block,
        sources=_sources,
        number_in=lambda document, documents: documents[document],
        times=prose.times,
        label=_label,
    )


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


def _codes(divergences: Iterable[Divergence]) -> tuple[list[_Code], list[str]]:
    """What each divergence offers to copy, and the programs to which that refers."""
    codes: list[_Code] = []
    programs: list[str] = []
    for one in divergences:
        marks = ["The wrong answer:" if step.divergent else "" for step in one.witness]
        said = aws_cli.commands([step.action for step in one.witness], marks)
        script = len(programs) if one.script else None
        programs += [inert_block(text) for text in (one.script, witness.program(one).decode()) if text]
        codes.append(_Code(" ".join(one for one in said.needs if one != "base"), said.text, script, len(programs) - 1))
    return codes, programs


def _classes(result: Result, texts: Mapping[str, Clause]) -> dict[str, str]:
    """The conformance class of each clause that a divergence can blame."""
    known = {name: one.clause_class for name, one in texts.items()}
    return known | {one.id: one.clause_class for one in result.clauses}


def _lean(page: str) -> str:
    """The page without what a browser does not need: end tags that HTML lets out, and line ends between tags."""
    return _UNNEEDED.sub("", page)


def render(result: Result, clauses: Mapping[str, Clause] | None = None) -> str:
    """The page, to be written as UTF-8.

    `clauses` holds the texts of the clauses by id, None for those of this edition. A clause that it lacks is shown
    without its text.
    """
    style, script = _shipped("report.css"), _shipped("report.js")
    texts = _texts(result, clauses)
    listed = frozenset(one.id for one in result.clauses)
    divergences = standing.in_order(result)
    codes, programs = _codes(divergences)
    groups = standing.by_class(result)
    classes = _classes(result, texts)
    names = dict.fromkeys((*groups, *(classes.get(one.signature.clause, "") for one in divergences)))
    values: dict[str, Any] = {
        "result": result,
        "headline": _headline(result),
        "summary": standing.summary(result),
        "counts": tally(result),
        "total": len(result.clauses),
        "verdicts": tuple(reversed(VERDICTS)),
        "words": standing.VERDICT_WORDS,
        "explanation": standing.explanation(result),
        "groups": groups,
        "classes": classes,
        "class_names": sorted(filter(None, names), key=lambda name: (*CLASSES, name).index(name)),
        "levels": [one for one in ("MUST", "SHOULD", "MAY") if one in {each.level for each in result.clauses}],
        "texts": texts,
        "documents": _documents(texts.values()),
        "alternatives": prose.alternatives,
        "conclusions": prose.conclusions,
        "cited": [one for name, one in texts.items() if name not in listed],
        "anchors": listed | frozenset(texts),
        "titles": {name: one.title for name, one in texts.items()} | {one.id: one.title for one in result.clauses},
        "divergences": tuple(zip(divergences, codes, strict=True)),
        "standings": [
            one for one in standing.STANDINGS if one in {standing.standing(result, each) for each in divergences}
        ],
        "first": [one for one in divergences if standing.standing(result, one) == "new"],
        "few": _FIRST,
        "badge": Markup(badge.render(result)),  # noqa: S704 -- escaped as XML
        "beyond": frozenset(one.id for one in standing.beyond_cover(result)),
        "tried_beyond": standing.tried_beyond,
        "blamed": functools.partial(standing.blamed, result),
        "standing": functools.partial(standing.standing, result),
        "clause_standing": functools.partial(standing.clause_standing, result),
        "traffic": traffic(result),
        "parts": aws_cli.PARTS,
        "programs": _compressed(programs),
        "style": Markup(style),  # noqa: S704 -- our own file
        "script": Markup(script),  # noqa: S704 -- our own file
        "policy": markup.policy(style=style, script=script),
    }
    return _lean(_environment().get_template("report.html.j2").render(values))
