"""From the sentences of a document back to the clauses: none of the founding document is left unaccounted for.

The document itself is not ours to ship, so its sentences are here as fingerprints; whoever has it can hold it against
them with `s3-sse trace-sources`.
"""

from __future__ import annotations

import re
from collections import Counter

from sse_spec.clauses import Clause, Source, clauses
from sse_spec.sources import fingerprint
from sse_spec.tracing import (
    Traced,
    documented_at,
    founding_document,
    moved,
    resting_on,
    trace,
    untestable,
)

RESTED_ON = "Keys are kept."
POINTER = "See the page on keys."
NEW = "Keys are round."

MODEL = {
    "operations": {"PutObject": {"documentation": "<p>It puts. It says so.</p>"}, "Bare": {}},
    "shapes": {"Rule": {"members": {"Key": {"documentation": "It names."}}}, "PutObject": {"documentation": "Not me."}},
}


def resting(name: str, *sentences: str) -> Clause:
    sources = tuple(Source("A page", sha256=fingerprint(sentence)) for sentence in sentences)
    return Clause(name, "A title", "A text.", "MUST", "core", "documented", "Look.", sources)


def test_every_testable_sentence_of_the_founding_document_is_the_source_of_a_clause() -> None:
    cited = resting_on(clauses().values())
    testable = {number: one.sha256 for number, one in enumerate(founding_document().sentence, 1) if not one.reason}
    assert {number: sha256 for number, sha256 in testable.items() if sha256 not in cited} == {}


def test_no_clause_rests_on_a_sentence_that_is_said_to_state_nothing_testable() -> None:
    cited = resting_on(clauses().values())
    assert {sha256: cited[sha256] for sha256 in untestable() if sha256 in cited} == {}


def test_every_source_in_the_founding_document_is_a_sentence_of_it() -> None:
    document = founding_document()
    known = {one.sha256 for one in document.sentence}
    cited = [(name, s) for name, one in clauses().items() for s in one.sources if s.document == document.document]
    assert len(cited) > 10
    assert [name for name, source in cited if source.sha256 not in known or source.url != document.url] == []


def test_a_sentence_of_the_founding_document_is_listed_once_and_as_a_fingerprint() -> None:
    listed = [one.sha256 for one in founding_document().sentence]
    assert [sha256 for sha256, times in Counter(listed).items() if times > 1] == []
    assert [sha256 for sha256 in listed if not re.fullmatch(r"[0-9a-f]{64}", sha256)] == []


def test_every_reason_is_one_line_that_ends_in_a_full_stop() -> None:
    wrong = [reason for reason in untestable().values() if not reason.endswith(".") or "\n" in reason]
    assert wrong == []


def test_no_reason_copies_a_sentence_of_the_document() -> None:
    known = {one.sha256 for one in founding_document().sentence}
    assert [reason for reason in untestable().values() if fingerprint(reason) in known] == []


def test_a_sentence_is_traced_to_the_clauses_that_rest_on_it_or_to_a_reason_or_to_nothing() -> None:
    described = [resting("XXX-02", NEW + " Not this.", RESTED_ON), resting("XXX-01", RESTED_ON)]
    found = trace(f"• {RESTED_ON} {POINTER}\n\n{NEW}", described, {fingerprint(POINTER): "A pointer."})
    assert found == (
        Traced(RESTED_ON, fingerprint(RESTED_ON), ("XXX-02", "XXX-01"), ""),
        Traced(POINTER, fingerprint(POINTER), (), "A pointer."),
        Traced(NEW, fingerprint(NEW), (), ""),
    )
    assert [one.accounted_for for one in found] == [True, True, False]


def test_a_clause_that_names_a_sentence_twice_is_listed_once() -> None:
    assert resting_on([resting("XXX-01", RESTED_ON, RESTED_ON)]) == {fingerprint(RESTED_ON): ("XXX-01",)}


def test_a_source_that_is_no_sentence_accounts_for_nothing() -> None:
    one = Clause("XXX-01", "A title", "A text.", "MUST", "core", "observed", "Look.", (Source("A recording"),))
    assert resting_on([one]) == {}


def test_a_text_without_words_has_no_sentences() -> None:
    assert trace("\n ---- \n\n•\n", [], {}) == ()


def test_a_place_in_a_service_model_is_an_operation_or_a_shape_or_a_member_of_one() -> None:
    assert documented_at(MODEL, "PutObject") == frozenset({fingerprint("It puts."), fingerprint("It says so.")})
    assert documented_at(MODEL, "Rule.Key") == frozenset({fingerprint("It names.")})
    assert documented_at(MODEL, "Rule") == frozenset()


def test_there_is_no_place_where_the_service_model_has_none() -> None:
    assert documented_at(MODEL, "Gone") is None
    assert documented_at(MODEL, "Gone.Key") is None
    assert documented_at(MODEL, "Rule.Gone") is None
    assert documented_at(MODEL, "PutObject.Gone") is None


def test_only_sources_in_botocore_can_move_and_each_is_listed_with_its_clause() -> None:
    standing = Source("botocore:s3/PutObject", sha256=fingerprint("It puts."))
    place_alone = Source("botocore:s3/Rule", section="members")
    changed = Source("botocore:s3/PutObject", sha256=fingerprint("It put."))
    gone = Source("botocore:s3/Gone")
    elsewhere = Source("A page", sha256=fingerprint("Gone."))
    one = Clause(
        "XXX-01", "A title", "A text.", "MUST", "core", "documented", "Look.", (standing, place_alone, changed, gone)
    )
    other = Clause("XXX-02", "A title", "A text.", "MUST", "core", "documented", "Look.", (elsewhere,))
    assert moved([one, other], lambda reference: documented_at(MODEL, reference.partition("/")[2])) == [
        f"XXX-01: botocore:s3/PutObject has lost the sentence {changed.sha256[:12]}; read it again",
        "XXX-01: botocore:s3/Gone is gone; look for its successor",
    ]
