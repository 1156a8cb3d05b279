"""The ledger excuses what is known, fails the run where it is out of date, and tells its editor what is wrong where."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest
from sse_conformance import ledger
from sse_conformance.ledger import EMPTY, Entry, Ledger, LedgerError, apply, entry_id, load, propose, shipped
from sse_reports.result import Result, Signature, Target
from sse_reports.samples import sample
from sse_spec.clauses import CLASSES

TODAY = dt.date(2026, 11, 23)
KEPT = Signature("KMS-08", "PutObject", "kms_key", "key ARN", "alias")
OTHER = Signature("HDR-01", "CopyObject", "acceptance", "400 InvalidArgument", "accepted")


def _entry(signature: Signature = KEPT, versions: str = "*", expires: dt.date = TODAY) -> Entry:
    fields = msgspec.structs.asdict(signature)
    reason = "It echoes the alias."
    return Entry(**fields, versions=versions, reason=reason, expires=expires, link="https://example.org/1")


def _ledger(*entries: Entry) -> Ledger:
    return Ledger("test.toml", entries)


def _apply(*entries: Entry, version: str = "5.2.5", found: frozenset[Signature] = frozenset({KEPT})) -> ledger.Applied:
    return apply(_ledger(*entries), version, found, {"KMS-08"}, TODAY)


TABLE = """\
[[divergence]]
clause = "KMS-08"
action = "PutObject"
field = "kms_key"
expected = "key ARN"
observed = "alias"
versions = ">=5.0,<6"
reason = "It echoes the alias."
link = ""
expires = 2026-12-31
"""


def _load(tmp_path: Path, text: str) -> Ledger:
    path = tmp_path / "known.toml"
    path.write_bytes(text.encode())
    return load(path)


def _refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(LedgerError) as raised:
        _load(tmp_path, text)
    message = str(raised.value)
    assert "\n" not in message
    assert message.startswith(str(tmp_path / "known.toml"))
    return message.removeprefix(f"{tmp_path / 'known.toml'}:")


# --- reading


def test_an_entry_is_read_as_it_is_written(tmp_path: Path) -> None:
    (entry,) = _load(tmp_path, TABLE).entries
    assert entry.signature == KEPT
    assert (entry.versions, entry.reason, entry.link) == (">=5.0,<6", "It echoes the alias.", "")
    assert entry.expires == dt.date(2026, 12, 31)


def test_an_empty_file_is_an_empty_ledger_that_knows_where_it_comes_from(tmp_path: Path) -> None:
    assert _load(tmp_path, "") == Ledger(str(tmp_path / "known.toml"), ())


def test_the_link_may_be_left_out(tmp_path: Path) -> None:
    assert _load(tmp_path, TABLE.replace('link = ""\n', "")).entries[0].link == ""


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('reason = "It echoes the alias."', 'reason = ""', "reason"),
        ('reason = "It echoes the alias."', 'reason = " "', "reason"),
        ('reason = "It echoes the alias."', "reason = 1", "reason"),
        ('reason = "It echoes the alias."\n', "", "reason"),
        ("KMS-08", "KMS-99", "KMS-99"),
        ("PutObject", "Putobject", "Putobject"),
        ("2026-12-31", '"2026-12-31"', "expires"),
        ("2026-12-31", "2026-12-31T00:00:00Z", "expires"),
        ("expires = 2026-12-31\n", "", "expires"),
        (">=5.0,<6", "5 to 6", "versions"),
        (">=5.0,<6", "5.*", "versions"),
        ("link =", "links =", "links"),
    ],
)
def test_a_wrong_field_is_named_with_the_line_of_its_table(tmp_path: Path, old: str, new: str, named: str) -> None:
    changed = TABLE.replace(old, new)
    assert changed != TABLE
    message = _refusal(tmp_path, f"# Two entries.\n\n{TABLE.replace('alias', 'id')}\n{changed}")
    assert message.startswith("14: ")
    assert named in message


def test_what_looks_like_a_table_within_a_text_is_not_counted(tmp_path: Path) -> None:
    first = TABLE.replace('"It echoes the alias."', "'''\n[[divergence]]\n'''").replace("PutObject", "CopyObject")
    message = _refusal(tmp_path, first + TABLE.replace("KMS-08", "KMS-99"))
    assert message.startswith("13: ")


def test_tables_without_headers_are_refused_at_the_first_line(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "divergence = [{}]").startswith("1: ")
    assert _refusal(tmp_path, "divergence = [1]").startswith("1: ")


def test_one_table_in_single_brackets_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "\n" + TABLE.replace("[[divergence]]", "[divergence]")).startswith("2: divergence")


def test_a_field_outside_of_the_tables_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "# None.\ntarget = 'moto'\n" + TABLE).startswith("2: unknown field 'target'")
    assert _refusal(tmp_path, TABLE + "\n[[divergences]]\n").startswith("12: unknown field 'divergences'")


@pytest.mark.parametrize(("text", "line"), [("\nclause = \n", 2), ("a = 1\n[[divergence]\n", 2), ('a = """', 1)])
def test_what_is_no_toml_is_refused_at_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert _refusal(tmp_path, text).startswith(f"{line}: ")


def test_what_is_no_utf_8_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_bytes(b"# one\n# \xff\n")
    with pytest.raises(LedgerError, match=r"known\.toml:2: not UTF-8"):
        load(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(LedgerError, match=path.name):
            load(path)


def test_the_same_divergence_may_be_listed_for_other_versions_only(tmp_path: Path) -> None:
    assert len(_load(tmp_path, TABLE + TABLE.replace(">=5.0,<6", ">=6")).entries) == 2
    assert _refusal(tmp_path, TABLE + TABLE.replace("It echoes", "It repeats")).startswith("11: the same divergence")


def test_every_ledger_that_ships_can_be_read() -> None:
    folder = Path(ledger.__file__).parent / "ledgers"
    for path in folder.glob("*.toml"):
        assert shipped(path.stem).entries == load(path).entries
        assert shipped(path.stem).source == path.name


@pytest.mark.parametrize("name", ["nobody-made-this", "", "..", "../pyproject", "a/b", "/etc/passwd", "x\0"])
def test_a_target_without_a_ledger_has_an_empty_one(name: str) -> None:
    assert shipped(name) is EMPTY


# --- applying


def test_a_known_divergence_is_excused() -> None:
    assert _apply(_entry()) == ({KEPT: _entry()}, (), ())


def test_a_divergence_that_is_not_in_the_ledger_is_not_excused() -> None:
    assert _apply(_entry(), found=frozenset({KEPT, OTHER})).known.keys() == {KEPT}


def test_an_entry_is_stale_when_its_clause_was_judged_and_it_did_not_diverge() -> None:
    applied = _apply(_entry(), _entry(OTHER), found=frozenset())
    assert applied == ({}, (entry_id(KEPT),), ())


def test_an_entry_for_what_only_random_programs_find_is_never_stale_but_expires() -> None:
    beyond = msgspec.structs.replace(_entry(), beyond=True)
    assert _apply(beyond, found=frozenset()) == ({}, (), ())
    assert _apply(beyond) == ({KEPT: beyond}, (), ())
    old = msgspec.structs.replace(beyond, expires=TODAY - dt.timedelta(days=1))
    assert _apply(old) == ({}, (), (entry_id(KEPT),))


def test_an_entry_expires_after_its_last_day_and_then_excuses_nothing() -> None:
    yesterday = _entry(expires=TODAY - dt.timedelta(days=1))
    assert _apply(yesterday) == ({}, (), (entry_id(KEPT),))


def test_an_entry_about_other_versions_does_nothing() -> None:
    long_ago = dt.date(2020, 1, 1)
    for found in (frozenset({KEPT}), frozenset[Signature]()):
        assert _apply(_entry(versions="<5", expires=long_ago), found=found) == ({}, (), ())


@pytest.mark.parametrize(
    ("versions", "version", "covered"),
    [
        ("*", "5.2.5", True),
        ("", "5.2.5", True),
        (">=5.0,<6", "5.2.5", True),
        (">=5.0,<6", "6", False),
        (">=5.0,<6", "5.3.0.dev1", True),
        ("==5.2.*", "5.2.5+local", True),
        (">=4", "4.48-beta+git", True),
        (">=4", "4.48-dirty", False),
        ("", "4.48-dirty", True),
        (" * ", "not a version", True),
        ("!=1", "not a version", False),
        ("===nightly", "nightly", False),
    ],
)
def test_a_version_is_covered_by_the_ranges_that_it_fits(versions: str, version: str, covered: bool) -> None:
    assert (KEPT in _apply(_entry(versions=versions), version=version).known) is covered


def test_the_first_entry_that_fits_is_the_one_that_excuses() -> None:
    older, first, second = _entry(versions="<5"), _entry(versions=">=5"), _entry(versions="*")
    assert _apply(older, first, second).known == {KEPT: first}


def test_an_id_stands_for_a_signature_whole() -> None:
    assert entry_id(KEPT) == entry_id(Signature(*msgspec.structs.astuple(KEPT))) == "6a3ad9c3"
    ids = {entry_id(msgspec.structs.replace(KEPT, **{name: "x"})) for name in KEPT.__struct_fields__}
    assert len(ids | {entry_id(KEPT)}) == 6


# --- proposing


def _result(*signatures: Signature, version: str = "5.2.5", incomplete: str = "") -> Result:
    template = sample()
    divergences = tuple(
        msgspec.structs.replace(template.divergences[0], id=entry_id(one), signature=one) for one in signatures
    )
    return msgspec.structs.replace(
        template, target=Target("moto", version), classes=CLASSES, divergences=divergences, incomplete=incomplete
    )


def _complete(text: str, tmp_path: Path) -> Ledger:
    return _load(tmp_path, text.replace('reason = ""', 'reason = "It echoes the alias."'))


def test_a_proposed_entry_waits_for_a_person_to_give_its_reason(tmp_path: Path) -> None:
    text = propose(_result(KEPT), EMPTY)
    message = _refusal(tmp_path, text)
    assert message.startswith("4: reason: ")
    assert text.splitlines()[3].startswith("[[divergence]]")
    assert text.splitlines()[2].startswith("# New.")


def test_a_proposed_ledger_excuses_its_own_run_once_it_is_complete(tmp_path: Path) -> None:
    result = _result(OTHER, KEPT)
    book = _complete(propose(result, EMPTY), tmp_path)
    judged = {one.id for one in result.clauses}
    today = dt.date.fromisoformat(result.run.started[:10])
    applied = apply(book, "5.2.5", {KEPT, OTHER}, judged, today)
    assert (set(applied.known), applied.stale, applied.expired) == ({KEPT, OTHER}, (), ())


def test_a_proposed_entry_remembers_that_it_was_found_beyond_the_cover(tmp_path: Path) -> None:
    result = _result(OTHER, KEPT)
    (first, second) = result.divergences
    moved = msgspec.structs.replace(result, divergences=(first, msgspec.structs.replace(second, beyond=True)))
    book = _complete(propose(moved, EMPTY), tmp_path)
    assert {entry.signature: entry.beyond for entry in book.entries} == {OTHER: False, KEPT: True}
    assert propose(moved, book).count("beyond = true") == 1


def test_a_proposed_entry_begins_with_the_version_that_was_tested(tmp_path: Path) -> None:
    versions = {"5.2.5": ">=5.2.5", "5.2.5+git": ">=5.2.5", "6.0.dev1": ">=6.0.dev1", "4.48-dirty": "*"}
    for version, proposed in versions.items():
        (entry,) = _complete(propose(_result(KEPT, version=version), EMPTY), tmp_path).entries
        assert entry.versions == proposed
        assert entry.covers(version)


def test_entries_that_still_apply_stay_as_they_are(tmp_path: Path) -> None:
    expired = _entry(expires=dt.date(2020, 1, 1))
    elsewhere = _entry(versions="<5")
    not_judged = _entry(msgspec.structs.replace(KEPT, clause="KMS-03"))
    book = _ledger(expired, elsewhere, not_judged)
    text = propose(_result(KEPT), book)
    assert "# New." not in text
    assert set(_load(tmp_path, text).entries) == set(book.entries)


def test_stale_entries_are_dropped(tmp_path: Path) -> None:
    assert _load(tmp_path, propose(_result(), _ledger(_entry()))).entries == ()


def test_a_run_that_ended_early_makes_nothing_stale(tmp_path: Path) -> None:
    text = propose(_result(incomplete="the run was interrupted"), _ledger(_entry()))
    assert _load(tmp_path, text).entries == (_entry(),)


def test_a_run_of_less_than_everything_makes_nothing_stale(tmp_path: Path) -> None:
    whole = _result()
    quick = msgspec.structs.replace(whole, cover=msgspec.structs.replace(whole.cover, size="clauses"))
    one_class = msgspec.structs.replace(whole, classes=("kms",))
    earlier = msgspec.structs.replace(whole, as_of="2022-06-30")
    for part in (quick, one_class, earlier):
        assert _load(tmp_path, propose(part, _ledger(_entry()))).entries == (_entry(),)


def test_an_entry_about_other_versions_does_not_stand_for_a_new_divergence() -> None:
    text = propose(_result(KEPT), _ledger(_entry(versions="<5")))
    assert text.count("[[divergence]]") == 2
    assert text.count("# New.") == 1


def test_a_proposal_does_not_depend_on_the_order_of_what_it_is_made_from() -> None:
    book = [_entry(OTHER, versions="<5"), _entry(versions="<5"), _entry(versions="<4")]
    there = propose(_result(KEPT, OTHER), _ledger(*book))
    back = propose(_result(OTHER, KEPT), _ledger(*reversed(book)))
    assert there == back
    assert there.index("HDR-01") < there.index("KMS-08")


@pytest.mark.parametrize("text", ['"', "\\", "\n", "\x00", "\x7f", "é\u2028‮", "'''", "[[divergence]]", "#"])
def test_what_a_target_says_is_kept_whole_and_breaks_nothing(text: str, tmp_path: Path) -> None:
    hostile = msgspec.structs.replace(KEPT, observed=f"a{text}b")
    result = msgspec.structs.replace(_result(hostile), target=Target(f"moto{text}", f"5{text}"))
    (entry,) = _complete(propose(result, EMPTY), tmp_path).entries
    assert entry.signature == hostile


def test_every_table_of_a_proposal_shows_its_id() -> None:
    lines = propose(_result(KEPT, OTHER), EMPTY).splitlines()
    assert [line.partition("# ")[2] for line in lines if line.startswith("[[")] == [entry_id(OTHER), entry_id(KEPT)]
