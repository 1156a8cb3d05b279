"""A divergence as a draft of a bug report to the project whose target it is, in Markdown. A person reads it before it
is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sse_spec.clauses import Clause
from sse_spec.clauses import clauses as edition

from sse_reports import markdown_text as md
from sse_reports.prose import alternatives, headline, outcome, times
from sse_reports.result import Divergence, Expectation, Result
from sse_reports.text import inert

__all__ = ["DivergenceError", "find", "listing", "report"]


class DivergenceError(Exception):
    """There is no such divergence in the result, or there are several. The message is one line that says what is."""


def find(result: Result, name: str) -> Divergence:
    """The divergence of this id, or the one whose id begins so. Raises :class:`DivergenceError`."""
    found = [one for one in result.divergences if one.id == name]
    found = found or [one for one in result.divergences if name and one.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise DivergenceError(inert(f"the result has no divergence {name!r}; without an id all of them are listed"))
    known = ", ".join(one.id for one in found)
    raise DivergenceError(inert(f"several divergences begin with {name!r}: {known}"))


def listing(result: Result) -> Iterator[str]:
    """A line for each divergence, to choose from."""
    for one in result.divergences:
        yield inert(f"{one.id}  {one.signature.clause} {one.level} {headline(one.signature)}")


def report(result: Result, divergence: Divergence, clauses: Mapping[str, Clause] | None = None) -> str:
    """The draft; `clauses` holds the texts of the clauses by id, None for those of this edition."""
    texts = edition() if clauses is None else clauses
    return "\n".join(_lines(result, divergence, texts)) + "\n"


def _lines(result: Result, one: Divergence, texts: Mapping[str, Clause]) -> Iterator[str]:
    signature = one.signature
    title = f"{signature.action}: {signature.field} is {signature.observed}, S3 gives {signature.expected}"
    yield f"# {md.words(title)}"
    yield ""
    yield from _before_it_is_sent(one)
    yield "## Versions"
    yield ""
    yield f"- {md.words(result.target.name)} {md.words(result.target.version)}"
    yield f"- found by s3-sse-conformance {md.words(result.suite_version)}, which holds S3 implementations to the"
    yield f"  documents of Amazon S3 as of {md.words(result.as_of)}"
    yield ""
    yield "## Steps"
    yield ""
    for number, step in enumerate(one.witness, start=1):
        here = " ← here" if step.divergent else ""
        yield f"{number}. {md.code(step.request)}, answered {md.code(step.answer)}{here}"
    yield ""
    yield "## Expected"
    yield ""
    yield from _expected(one.permitted)
    yield ""
    yield from _documents(one, texts)
    yield "## Observed"
    yield ""
    yield md.code(one.observed)
    yield ""
    yield f"It was seen {times(one.count)} in the run" + (
        f", first with {md.code(one.situation)}." if one.situation else "."
    )
    if one.script:
        yield ""
        yield "## Script"
        yield ""
        yield md.fence(one.script, "python").rstrip("\n")


def _before_it_is_sent(one: Divergence) -> Iterator[str]:
    """What whoever sends the report should know first, as a quotation to be removed."""
    if not one.confirmed:
        yield "> Not to be sent as it is: the divergence did not come again when it was replayed."
    if one.known is not None:
        yield f"> It is in the ledger: {md.words(one.known)}"
    if one.link is not None:
        yield f"> It may have been reported: {md.link(one.link, one.link)}"
    if not one.confirmed or one.known is not None or one.link is not None:
        yield ""


def _expected(permitted: tuple[tuple[Expectation, ...], ...]) -> Iterator[str]:
    common, rests = alternatives(permitted)
    if common or not rests:
        yield f"- {md.code(outcome(common))}"
    for at, rest in enumerate(rests):
        yield f"- {'or' if at else 'either'} {md.code(outcome(rest))}"


def _documents(one: Divergence, texts: Mapping[str, Clause]) -> Iterator[str]:
    """The clause in words, then the others that led there, each with the documents that it rests on."""
    for name in dict.fromkeys((one.signature.clause, *one.derivation)):
        clause = texts.get(name)
        if clause is None:
            continue
        yield f"**{name}** ({clause.level}): {md.words(clause.text)}"
        yield ""
        for document, section, url in dict.fromkeys((s.document, s.section, s.url) for s in clause.sources):
            place = f", section {md.words(section)}" if section else ""
            yield f"- {md.link(document, url)}{place}"
        yield ""
