"""A chapter that is malformed is refused with its file, the line, the clause and the reason, in one line."""

from __future__ import annotations

from importlib import resources

import pytest
from sse_spec.clauses import CHAPTERS, ClauseFileError, clauses, read_chapter

GOOD = '''\
title = "A chapter"

[[clause]]
id = "XXX-01"
title = "A title"
text = """
A text.
"""
level = "MUST"
class = "core"
basis = "documented"
observe = "Look."
sources = [
  { document = "A page" },
  { document = "Another page", url = "https://example.org" },
]

[[clause]]
id = "XXX-02"
title = "Another title"
text = "Another text is permitted."
level = "MAY"
class = "kms"
basis = "silent"
since = 2022-07-01
until = [2022-12-31, 2023-01-05]
observe = "Look again."
sources = [{ document = "A page" }]
'''


def complaint(text: str) -> str:
    with pytest.raises(ClauseFileError) as refused:
        read_chapter(text, "drafts/chapter.toml")
    message = str(refused.value)
    assert "\n" not in message
    return message.removeprefix("drafts/chapter.toml: ")


def altered(before: str, after: str) -> str:
    assert GOOD.count(before) == 1, "alter one place, or the test says nothing"
    return GOOD.replace(before, after)


def test_what_is_well_formed_is_read_in_order_with_the_name_of_its_chapter() -> None:
    chapter = read_chapter(GOOD, "drafts")
    assert chapter.title == "A chapter"
    assert [one.id for one in chapter.clauses] == ["XXX-01", "XXX-02"]
    assert {one.chapter for one in chapter.clauses} == {"drafts"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_that_ships_is_well_formed(name: str) -> None:
    text = resources.files("sse_spec.clauses").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    assert {one.id: one for one in read_chapter(text, name).clauses}.items() <= clauses().items()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"XXX-02"', '"XXX-01"', "line 19: XXX-01: id: there is another clause of this id"),
        ('"XXX-02"', '"YYY-02"', "line 19: YYY-02: id: the clauses of this chapter begin with XXX"),
        ('"XXX-02"', '"XXX-2"', "line 19: XXX-2: id: 'XXX-2' is not three capital letters, a hyphen and two digits"),
        ('"XXX-02"', '"X\\nX"', "line 19: X X: id: 'X\\nX' is not three capital letters, a hyphen and two digits"),
        ('"XXX-02"', "2", "line 19: id: Expected `str`, got `int`"),
        ('id = "XXX-02"\n', "", "line 18: Object missing required field `id`"),
        ('"MAY"', '"MIGHT"', "line 22: XXX-02: level: Invalid enum value 'MIGHT'; known: MUST, SHOULD, MAY"),
        ('"silent"', '"rumoured"', "line 24: XXX-02: basis: Invalid enum value 'rumoured'; known: documented, obs"),
        ('"silent"', '"documented"', "line 24: XXX-02: basis: a MAY rests on silent or conflict, not on documented"),
        ('"documented"', '"silent"', "line 11: XXX-01: basis: a MUST rests on documented or observed, not on silent"),
        ('"kms"', '"kmz"', "line 23: XXX-02: class: there is no class 'kmz'; known: core, kms"),
        ('observe = "Look again."', 'observ = "Look."', "line 27: XXX-02: Object contains unknown field `observ`"),
        ('observe = "Look again."', 'observe = " "', "line 27: XXX-02: observe: it is empty"),
        ('"Another title"', '""', "line 20: XXX-02: title: it is empty"),
        ('"Another text is permitted."', '""', "line 21: XXX-02: text: it is empty"),
        (
            "\nsince =",
            '\nchapter = "kms"\nsince =',
            "line 25: XXX-02: unknown field `chapter`: the chapter is the file",
        ),
        ("2022-07-01", '"2022-07-01"', "line 25: XXX-02: since: Expected `date | array | null`, got `str`"),
        ("2022-07-01", "2022-07-01T00:00:00", "line 25: XXX-02: since: Expected `date | array | null`, got `datetime`"),
        ("2022-07-01", "2022-02-30", "line 25: Invalid date or datetime (at line 25, column 9)"),
        ("2022-07-01", "2021-09-08", "line 25: XXX-02: since: 2021-09-08 does not lie between 2021-09-09 and 20"),
        ("2022-07-01", "2031-01-01", "line 25: XXX-02: since: 2031-01-01 does not lie between 2021-09-09 and 20"),
        ("2022-07-01", "2023-01-06", "line 26: XXX-02: until: the clause ends on 2022-12-31, and has not begun before"),
        (
            "[2022-12-31, 2023-01-05]",
            "2022-06-30",
            "line 26: XXX-02: until: the clause ends on 2022-06-30, and has not",
        ),
        (
            "[2022-12-31, 2023-01-05]",
            "2022-07-01",
            "line 26: XXX-02: until: the clause ends on 2022-07-01, and has not",
        ),
        ("[2022-12-31, 2023-01-05]", "[2022-12-31]", "line 26: XXX-02: until: Expected `array` of length 2, got 1"),
        ("[2022-12-31, 2023-01-05]", "[2023-01-05, 2022-12-31]", "line 26: XXX-02: until: of the two days between whi"),
        ('[{ document = "A page" }]', "[]", "line 28: XXX-02: sources: a clause has at least one source"),
        ('sources = [{ document = "A page" }]\n', "", "line 18: XXX-02: Object missing required field `sources`"),
        ('[{ document = "A page" }]', '"A page"', "line 28: XXX-02: sources: Expected `array`, got `str`"),
        ('[{ document = "A page" }]', '[{ document = " " }]', "line 28: XXX-02: sources: it names no document"),
        ('"Another page"', "7", "line 15: XXX-01: sources: Expected `str`, got `int`"),
        (
            '"Another page", url',
            '"Another page", page',
            "line 15: XXX-01: sources: Object contains unknown field `page`",
        ),
        (
            '"https://example.org"',
            '"example.org"',
            "line 15: XXX-01: sources: the url 'example.org' does not begin wit",
        ),
        ('"Another page",', '"B", sha256 = "AB",', "line 15: XXX-01: sources: the sha256 'AB' is not 64 hexadecimal"),
        ('title = "A chapter"\n', "", "line 1: title: write the title of the chapter"),
        ('"A chapter"', "7", "line 1: title: write the title of the chapter"),
        ('"A chapter"', '"A chapter"\nauthor = "me"', "line 2: unknown field 'author'"),
        ('"A chapter"', '"A chapter', "line 1: Illegal character '\\n' (at line 1, column 19)"),
        ("sources = [{", "sources = [[{", "line 28: Unclosed array (at"),
    ],
)
def test_a_malformed_chapter_is_refused_with_line_clause_and_reason(before: str, after: str, expected: str) -> None:
    assert complaint(altered(before, after)).startswith(expected)


def test_the_line_of_what_is_missing_at_the_end_is_the_last_one() -> None:
    assert complaint(GOOD + "note = ").startswith("line 29: Invalid value (at")


def test_a_chapter_without_clauses_is_refused() -> None:
    assert complaint('title = "A chapter"\n') == "there is no [[clause]] in it"
    assert complaint('title = "A chapter"\nclause = []\n') == "line 2: there is no [[clause]] in it"
    assert complaint('title = "A chapter"\n[clause]\nid = "XXX-01"\n') == "line 2: there is no [[clause]] in it"


def test_a_clause_without_a_header_of_its_own_is_refused_without_a_line() -> None:
    assert complaint('title = "A chapter"\nclause = [7]\n') == "Expected `object`, got `int`"
    assert (
        complaint('title = "A chapter"\nclause = [{ id = "XXX-01" }]')
        == "XXX-01: Object missing required field `title`"
    )


def test_the_error_tells_its_parts() -> None:
    with pytest.raises(ClauseFileError) as refused:
        read_chapter(altered('"MAY"', '"MIGHT"'), "chapter.toml")
    error = refused.value
    assert (error.file, error.line, error.clause) == ("chapter.toml", 22, "XXX-02")
    assert error.reason.startswith("level: ")
