"""The terminal face says all that matters, worst first, and nothing in it acts on the terminal."""

from __future__ import annotations

import io
import re
import unicodedata

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console
from sse_reports import terminal
from sse_reports.prose import alternatives, describe
from sse_reports.result import Expectation, LedgerStatus, Result
from sse_reports.samples import hostile, sample
from sse_reports.standing import beyond_cover, explanation, known, standing, summary
from sse_reports.text import encodable, inert, inert_block, inert_json

HOSTILE = (
    "<b>[bold red]x[/] :smile: \x1b[31m\x1b]0;t\x07\x9b31m\u202e\u2066\u200b\u00ad\x00\x7f\r\nforged: pass\u2028{{7*7}}"
)
NOISE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _shown(result: Result, *, width: int = 100, verbose: bool = False) -> str:
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None, force_terminal=False)
    terminal.render(result, console, verbose=verbose)
    return buffer.getvalue()


def _section(text: str, heading: str) -> str:
    """The lines from the heading to the next blank one."""
    return text[text.index(heading) :].split("\n\n")[0]


def _words(text: str) -> str:
    return " ".join(text.split())


def test_the_last_line_sums_the_run_up() -> None:
    last = _shown(sample()).rstrip("\n").rpartition("\n")[2]
    assert last == (
        "emulator 4.2.0 as of 2026-11-01: 8 pass, 3 fail (1 known), 1 unsupported, 1 inconclusive, 1 not exercised, "
        "1 beyond the cover, 1 stale in the ledger, 1 expired in the ledger -> exit 1"
    )


def test_the_summary_of_a_clean_run_is_short() -> None:
    passing = tuple(one for one in sample().clauses if one.verdict == "pass")
    clean = msgspec.structs.replace(
        sample(), clauses=passing, divergences=(), ledger=LedgerStatus("none", 0), exit_status=0
    )
    assert summary(clean) == (
        "emulator 4.2.0 as of 2026-11-01: 8 pass, 0 fail, 0 inconclusive, 0 not exercised -> exit 0"
    )


def test_the_summary_of_a_run_that_ended_early_says_so() -> None:
    ended = msgspec.structs.replace(sample(), incomplete="the target went away", exit_status=3)
    assert summary(ended).endswith("incomplete: the target went away -> exit 3")
    assert "The run ended before its plan did: the target went away" in _shown(ended)


def test_classes_come_in_the_order_of_the_run_and_clauses_worst_first() -> None:
    text = _shown(sample())
    headings = [line.partition(":")[0] for line in text.splitlines() if re.match(r"(core|kms|bucket-key|copy): ", line)]
    assert headings == ["core", "kms", "bucket-key", "copy"]
    core = _section(text, "core: 4 pass, 1 not exercised, 2 fail")
    ids = re.findall(r"[A-Z]{3}-\d\d", core)
    assert ids == ["CFG-10", "CFG-23", "CFG-04", "CFG-01", "DEF-01", "DEF-03", "ETG-01"]


def test_clauses_that_share_a_reason_share_a_line() -> None:
    twin = msgspec.structs.replace(next(one for one in sample().clauses if one.id == "CFG-04"), id="CFG-07")
    both = msgspec.structs.replace(sample(), clauses=(*sample().clauses, twin))
    assert "CFG-04 CFG-07: Not in force on the as-of date." in _shown(both)


def test_each_failing_clause_says_whether_it_is_new_known_or_tolerated() -> None:
    text = _shown(sample())
    assert re.search(r"fail +CFG-10 MUST .*\[new\]", text)
    assert re.search(r"fail +CFG-23 SHOULD .*\[tolerated\]", text)
    assert re.search(r"fail +KMS-08 MUST .*\[known\]", text)


def test_a_should_is_new_where_the_run_fails_on_should() -> None:
    strict = msgspec.structs.replace(sample(), fail_on="SHOULD")
    assert [standing(strict, one) for one in strict.divergences] == ["new", "new", "known", "new", "unconfirmed"]
    assert [standing(sample(), one) for one in sample().divergences] == [
        "new",
        "tolerated",
        "known",
        "new",
        "unconfirmed",
    ]


def test_a_may_counts_like_a_should() -> None:
    may = msgspec.structs.replace(sample().divergences[0], level="MAY")
    assert standing(msgspec.structs.replace(sample(), fail_on="SHOULD"), may) == "new"
    assert standing(sample(), may) == "tolerated"


def test_what_did_not_come_again_decides_nothing_unless_no_replay_could_show_it() -> None:
    ours = sample()
    once = ours.divergences[-1]
    choice = msgspec.structs.replace(once, signature=msgspec.structs.replace(once.signature, field="choice"))
    assert standing(ours, once) == "unconfirmed"
    assert standing(ours, choice) == "new"
    assert standing(ours, msgspec.structs.replace(once, known="A reason.")) == "known"
    elsewhere = msgspec.structs.replace(once, signature=msgspec.structs.replace(once.signature, clause="KMS-03"))
    moved = msgspec.structs.replace(ours, divergences=(msgspec.structs.replace(elsewhere, beyond=True),))
    assert beyond_cover(moved) == ()


def test_a_clause_is_known_only_if_all_its_divergences_are() -> None:
    ours = sample()
    assert known(ours) == {"KMS-08"}
    key_form = next(one for one in ours.divergences if one.known)
    second = msgspec.structs.replace(key_form, id="00000000", known=None)
    assert known(msgspec.structs.replace(ours, divergences=(*ours.divergences, second))) == frozenset()
    assert known(msgspec.structs.replace(ours, divergences=())) == frozenset()


def test_a_new_divergence_shows_signature_expectation_observation_witness_and_derivation() -> None:
    text = _section(_shown(sample()), "CFG-10 MUST [new]")
    words = _words(text)
    assert "PutBucketEncryption, acceptance: expected 400 MalformedXML, observed 200" in words
    assert "expected acceptance refused (CFG-10); code 400 MalformedXML (CFG-10)" in words
    assert "observed 200, and GetBucketEncryption then shows the first of the two rules" in words
    assert "derived from CFG-10" in words
    assert "witness 1 CreateBucket b1 -> 200 > 2 PutBucketEncryption b1: AES256, then aws:kms -> 200" in words
    assert "5d0c41a7" in words


def test_new_divergences_come_before_those_that_do_not_fail_the_run() -> None:
    text = _shown(sample())
    text = text[text.index("Divergences: 2 new, 1 tolerated, 1 known, 1 unconfirmed") :]
    places = [text.index(f"{name} ") for name in ("CFG-10 MUST", "CPY-04 MUST", "CFG-23 SHOULD", "KMS-08 MUST")]
    assert places == sorted(places)


def test_what_was_found_beyond_the_cover_is_marked_so() -> None:
    text = _section(_shown(sample()), "CPY-04 MUST [new, beyond the cover]")
    assert "seen once, onto itself, after the object was copied elsewhere" in _words(text)


def test_a_known_divergence_is_brief_unless_everything_is_asked_for() -> None:
    brief, full = _shown(sample()), _shown(sample(), verbose=True)
    assert "Answers repeat the key as the configuration spells it." in brief
    assert "https://example.org/issues/4711" in brief
    assert "PutObject b1/o1, no encryption headers" not in brief
    assert "PutObject b1/o1, no encryption headers" in full


def test_every_permitted_outcome_is_shown() -> None:
    words = _words(_shown(sample(), verbose=True, width=300))
    assert (
        "kms_key the ARN of key k1 (KMS-02, KMS-08) either bucket_key absent (BKT-04) or bucket_key false (BKT-04)"
        in words
    )


def test_permitted_outcomes_say_once_what_they_agree_on() -> None:
    same, one, other = (Expectation(field, "x", ()) for field in ("same", "one", "other"))
    assert alternatives(()) == ((), ())
    assert alternatives(((same, one),)) == ((same, one), ())
    assert alternatives(((same, one), (other, same))) == ((same,), ((one,), (other,)))
    assert alternatives(((one,), (other,))) == ((), ((one,), (other,)))
    assert alternatives(((same,), (same, one))) == ((same,), ((), (one,)))
    assert alternatives(((one, same), (one, same))) == ((one, same), ())
    apart = msgspec.structs.replace(sample().divergences[0], permitted=((one,), (other,)))
    lines = list(describe(apart))
    assert lines[1:3] == [("expected", "one x"), ("or", "other x")]


def test_choices_losses_and_ledger_are_shown() -> None:
    words = _words(_shown(sample()))
    assert "KMS-05 PutObject: the key of the default (6 times)" in words
    assert "11 lost KMS-03, KMS-04: lost to CFG-18 PutBucketEncryption acceptance" in words
    assert "Ledger: emulator.toml, 1 matched stale KMS-14 PutObject code expired CPY-01 CopyObject kms_key" in words


def test_the_exit_status_is_explained_by_what_caused_it() -> None:
    assert explanation(sample()) == (
        "2 new divergences; stale in the ledger: KMS-14 PutObject code; "
        "expired in the ledger: CPY-01 CopyObject kms_key"
    )
    assert explanation(msgspec.structs.replace(sample(), exit_status=3)).endswith("; inconclusive: KMS-03")
    quiet = msgspec.structs.replace(sample(), clauses=(), divergences=(), ledger=LedgerStatus("none", 0))
    assert "required class" in explanation(quiet)


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_no_line_but_the_last_is_wider_than_the_console(width: int) -> None:
    wide = hostile("\u5bc6\u94a5" * 30)
    for result in (sample(), wide):
        lines = _shown(result, width=width, verbose=True).rstrip("\n").split("\n")
        assert max(cell_len(line) for line in lines[:-1]) <= width
        assert lines[-1] == summary(result)


def test_no_text_is_cut_off_on_a_narrow_console() -> None:
    narrow = "".join(_shown(sample(), width=40, verbose=True).split())
    for step in (step for one in sample().divergences for step in one.witness):
        assert "".join(step.request.split()) in narrow


def test_hostile_texts_are_shown_as_what_they_are() -> None:
    text = _shown(hostile(HOSTILE), width=10_000, verbose=True)
    assert not {one for one in text if one != "\n" and unicodedata.category(one) in NOISE}
    assert not re.search(r"^\s*forged", text, re.MULTILINE)
    assert inert(HOSTILE) in text
    assert "[bold red]" in text
    assert ":smile:" in text


def test_hostile_texts_bring_no_colour_and_no_escape_of_their_own() -> None:
    buffer = io.StringIO()
    terminal.render(hostile(HOSTILE), Console(file=buffer, width=10_000, force_terminal=True, color_system="standard"))
    escapes = re.findall(r"\x1b.{0,8}", buffer.getvalue())
    assert escapes
    assert all(re.match(r"\x1b\[[0-9;]*m", one) for one in escapes)
    assert "\\x1b[31m\\x1b]0;t\\x07" in buffer.getvalue()


def test_colour_is_used_on_a_terminal_only_and_not_against_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def coloured(*, terminal_there: bool | None) -> bool:
        buffer = io.StringIO()
        terminal.render(sample(), Console(file=buffer, width=100, force_terminal=terminal_there))
        return re.search(r"\x1b\[[0-9;]*3[0-7]m", buffer.getvalue()) is not None

    assert coloured(terminal_there=True)
    assert not coloured(terminal_there=None)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(terminal_there=True)


def test_an_encoding_that_lacks_a_character_does_not_stop_the_report() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    terminal.render(hostile(" \u5bc6\u94a5 \u00e9"), Console(file=file, width=120))
    file.flush()
    assert rb"\u5bc6\u94a5 \xe9" in raw.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, \u00e9\u5bc6", "plain text, \u00e9\u5bc6"),
        ("a\x00b", "a\\x00b"),
        ("\x1b[0m", "\\x1b[0m"),
        ("\x9b", "\\x9b"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("\u202e\u2066\u061c", "\\u202e\\u2066\\u061c"),
        ("\u2028\u2029\ufeff\u200d", "\\u2028\\u2029\\ufeff\\u200d"),
        ("\U000e0041\U000e0100", "\\U000e0041\\U000e0100"),
        ("\ud800\ufffe\uffff", "\\ud800\\ufffe\\uffff"),
        ("C:\\x1b", "C:\\x1b"),
    ],
)
def test_what_could_act_becomes_an_escape_and_nothing_else_changes(text: str, expected: str) -> None:
    assert inert(text) == expected
    assert inert(inert(text)) == expected


def test_no_control_format_or_separator_character_stays() -> None:
    # Left alone: marks that shape the letters of a script and reorder nothing.
    shaping = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2}
    for code in (one for one in range(0x10000) if one not in shaping):
        if unicodedata.category(chr(code)) in NOISE:
            assert inert(chr(code)) != chr(code), hex(code)


def test_a_block_keeps_its_lines_and_indentation() -> None:
    assert inert_block("if x:\r\n\ty\n\x1b\rz") == "if x:\n\ty\n\\x1b\\rz"


def test_a_json_document_made_inert_says_the_same() -> None:
    document = msgspec.json.format(msgspec.json.encode({"a\u202e": HOSTILE + "\U000e0041"}), indent=2)
    quiet = inert_json(document)
    assert msgspec.json.decode(quiet) == msgspec.json.decode(document)
    assert not {one for one in quiet.decode() if one != "\n" and unicodedata.category(one) in NOISE}


def test_what_an_encoding_lacks_becomes_an_escape() -> None:
    assert encodable("a\u00e9\u5bc6", "latin-1") == "a\u00e9\\u5bc6"
