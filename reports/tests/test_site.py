"""Many results become a static site in which every link leads somewhere, every cell is right, and nothing acts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from sse_reports import site
from sse_reports.result import Result, Target, encode
from sse_reports.samples import hostile, sample
from sse_reports.site import record, shelf
from sse_reports.site.samples import crowd
from sse_reports.text import inert
from sse_spec.clauses import CHAPTERS, CLASSES, Clause, clauses

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='alert(1)' {{7*7}} {% raw %} ../../../up"
    "\x1b[31m\u202e\x00\x9b\r\nforged"
)
VOID = {"meta", "link", "br", "input", "col"}
SOME = dict(list(clauses().items())[:40])


class _Page(HTMLParser):
    """What a browser would see: elements with their attributes, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.texts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _put(home: Path, result: Result, made: record.Record | None = None) -> Path:
    place = home / shelf.folder(result)
    place.mkdir(parents=True)
    (place / shelf.RESULT).write_bytes(encode(result))
    if made is not None:
        (place / record.FILE).write_text(record.write(made), encoding="utf-8")
    return place


def _result(target: str = "emulator", version: str = "4.2.0", as_of: str = "2026-11-01") -> Result:
    return msgspec.structs.replace(sample(), target=Target(target, version), as_of=as_of)


def _page(out: Path, address: str) -> _Page:
    return _Page((out / address).read_text(encoding="utf-8"))


def _files(home: Path) -> list[Path]:
    return [path for path in sorted(home.rglob("*")) if path.is_file()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a small crowd, with the sample among it, and with one target that was not run."""
    home, out = tmp_path_factory.mktemp("results"), tmp_path_factory.mktemp("site")
    crowd(home, targets=3, rules=40, versions=4)
    _put(home, _result())
    _put(home, _result(as_of="2022-06-30"))
    (home / record.NOT_RUN).write_text(record.write_not_run((record.NotRun("cloud", "it costs money"),)))
    site.build(home, out, clauses=SOME)
    return out


@pytest.fixture(scope="module")
def texts(built: Path) -> Mapping[str, str]:
    """Every page of it by its address."""
    return {
        path.relative_to(built).as_posix(): path.read_text(encoding="utf-8") for path in sorted(built.rglob("*.html"))
    }


def test_every_link_of_the_site_leads_to_a_page_and_to_a_place_in_it(built: Path, texts: Mapping[str, str]) -> None:
    ids = {address: {unescape(one) for one in re.findall(r'\sid="([^"]*)"', text)} for address, text in texts.items()}
    followed = 0
    for address, text in texts.items():
        for href in {unescape(one) for one in re.findall(r'<a [^>]*href="([^"]*)"', text)}:
            if href.startswith(("https://", "http://")):
                continue
            place, _, anchor = href.partition("#")
            file = ((built / address).parent / place).resolve() if place else built.resolve() / address
            assert file.is_file(), (address, href)
            if anchor and not anchor.startswith("?"):
                assert unquote(anchor) in ids[file.relative_to(built.resolve()).as_posix()], (address, href)
            followed += 1
    assert followed > 1000


def test_every_page_can_be_read_aloud_and_used_by_keyboard(texts: Mapping[str, str]) -> None:
    titles = []
    for address, text in texts.items():
        if address.startswith("runs/"):
            continue
        page = _Page(text)
        assert page.open == [], address
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("main")) == len(page.all("h1")) == 1, address
        assert page.all("a")[0]["href"] == "#main", address
        assert all(one["scope"] in {"row", "col", "rowgroup"} for one in page.all("th")), address
        found = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(found) == len(set(found)), address
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), address
        titles.append(re.findall(r"<title>(.*?)</title>", text)[0])
    assert len(titles) == len(set(titles))


def test_no_page_loads_anything_or_carries_what_its_policy_would_block(texts: Mapping[str, str]) -> None:
    for address, text in texts.items():
        if address.startswith("runs/"):
            continue
        assert "src=" not in text, address
        assert "@import" not in text, address
        page = _Page(text)
        assert page.all("link") == [{"rel": "icon", "href": "data:,"}]
        policies = [one["content"] for one in page.all("meta") if "http-equiv" in one]
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none';")
        assert "unsafe" not in policies[0]
        for _, attributes in page.elements:
            assert not {name for name in attributes if name == "style" or name.startswith("on")}, address


def test_the_matrix_shows_the_newest_version_of_each_target_as_of_the_newest_day(built: Path, tmp_path: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'"turn"><a href="targets/([\w-]+)\.html">', text) == [
        "emulator",
        "target-00",
        "target-01",
        "target-02",
    ]
    assert "<small>1.3</small>" in text
    assert "<small>1.2</small>" not in text
    crowd(tmp_path, targets=3, rules=40, versions=4)
    newest = {run.target: run for run in shelf.read(tmp_path).newest()}
    for name in SOME:
        row = re.search(rf'<tr id="{name}">(.*?)</tr>', text, re.DOTALL)
        assert row is not None
        cells = re.findall(r"<td class=(\w)>(?:<a href=\"([^\"]*)\">([^<]*)</a>|[^<]*)</td>", row[1])
        assert len(cells) == 4
        for (letter, href, words), target in zip(cells[1:], newest, strict=True):
            verdict = newest[target].clauses[name].verdict
            assert (letter, words) == (verdict[0], verdict.replace("-", " "))
            assert href == f"clauses/{name}.html#t-{target}"


def test_a_clause_that_a_run_does_not_speak_of_has_an_empty_cell(built: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    row = re.search(r'<tr id="CFG-02">(.*?)</tr>', text, re.DOTALL)
    assert row is not None
    assert "CFG-02" not in {one.id for one in sample().clauses}
    assert row[1].count("<td class=o>\N{EN DASH}</td>") == 1


def test_each_day_has_a_matrix_of_its_own(built: Path) -> None:
    assert "2022-06-30" in _page(built, "index.html").words
    assert "by the rules in force on 2022-06-30" in _page(built, "as-of/2022-06-30.html").words
    assert not (built / "as-of" / "2026-11-01.html").exists()


def test_targets_that_were_not_run_are_named_with_the_reason(built: Path) -> None:
    assert "cloud: it costs money" in _page(built, "index.html").words
    assert "cloud: it costs money" in _page(built, "targets/index.html").words


def test_a_clause_page_says_how_each_target_fares_and_how_to_see_it_again(built: Path) -> None:
    page = _page(built, "clauses/KMS-08.html")
    assert "This edition has no clause of this id" in page.words, "the site was given others"
    assert "4 of 4 answers breach it, in 3 contexts." in page.words
    assert "Answers repeat the key as the configuration spells it." in page.words
    assert {"href": "https://example.org/issues/4711"} in page.all("a")
    assert "s3-sse run emulator --as-of 2026-11-01 --out report --only KMS-08" in page.words
    crowded = _page(built, "clauses/CFG-01.html")
    assert clauses()["CFG-01"].text in crowded.words
    assert (
        "python3 -m venv .venv .venv/bin/pip install . 'target-00==1.3' "
        ".venv/bin/s3-sse run target-00 --as-of 2026-11-01 --out report --only CFG-01"
    ) in crowded.words
    assert "by Python 3.11.7, Linux x86_64, suite 0.1.0, boto3 1.44.5, target-00 1.3" in crowded.words


def test_a_target_page_tells_its_history(built: Path) -> None:
    page = _page(built, "targets/target-00.html")
    columns = re.findall(r"(\d\.\d) as of 2026-11-01", page.words)
    assert list(dict.fromkeys(columns)) == ["1.3", "1.2", "1.1", "1.0"]
    assert re.search(r"1\.0 to 1\.1 fixed 1 CFG-01", page.words)
    rows = re.findall(r'<tr id="([^"]*)">', (built / "targets/target-00.html").read_text(encoding="utf-8"))
    by_class = sorted(SOME.values(), key=lambda one: CLASSES.index(one.clause_class))
    assert rows == [one.id for one in by_class]


def test_only_the_newest_runs_have_a_page_unless_every_run_is_to_have_one(built: Path, tmp_path: Path) -> None:
    assert sorted(path.parent.relative_to(built / "runs").as_posix() for path in built.glob("runs/**/index.html")) == [
        "emulator/4.2.0/2022-06-30",
        "emulator/4.2.0/2026-11-01",
        *(f"target-{at:02}/1.3/2026-11-01" for at in range(3)),
    ]
    crowd(tmp_path / "in", targets=1, rules=5, versions=3)
    assert site.build(tmp_path / "in", tmp_path / "out", every_run=True, clauses=SOME).with_page == 3
    assert len(list((tmp_path / "out").glob("runs/**/result.json"))) == 3


def test_the_specification_has_every_clause_with_its_text_and_sources(tmp_path: Path) -> None:
    _put(tmp_path / "in", _result())
    site.build(tmp_path / "in", tmp_path / "out")
    chapters = {name: _page(tmp_path / "out", f"spec/{name}.html") for name in CHAPTERS}
    places = {name: [one.get("id") for one in page.all("section")] for name, page in chapters.items()}
    for one in clauses().values():
        words = chapters[one.chapter].words
        assert one.id in places[one.chapter]
        assert inert(one.text) in words
        assert inert(one.observe) in words
        assert all(inert(source.document) in words for source in one.sources)
        assert (tmp_path / "out" / "clauses" / f"{one.id}.html").is_file()
    documents = _page(tmp_path / "out", "spec/documents.html")
    assert "botocore:s3/PutObjectRequest.ServerSideEncryption" in documents.words


def test_hostile_results_act_nowhere_and_leave_no_folder(tmp_path: Path) -> None:
    result = hostile(HOSTILE)
    home = tmp_path / "in" / "one"
    home.mkdir(parents=True)
    (home / shelf.RESULT).write_bytes(encode(result))
    made = record.Record((HOSTILE,), HOSTILE, HOSTILE, HOSTILE, HOSTILE, {HOSTILE: HOSTILE})
    (home / record.FILE).write_text(record.write(made), encoding="utf-8")
    (tmp_path / "in" / record.NOT_RUN).write_text(
        record.write_not_run((record.NotRun(HOSTILE, HOSTILE),)), encoding="utf-8"
    )
    text = Clause("CFG-01", HOSTILE, HOSTILE, "MUST", "core", "documented", HOSTILE, clauses()["CFG-01"].sources)
    out = tmp_path / "a" / "b" / "c" / "out"
    site.build(tmp_path / "in", out, clauses={"CFG-01": msgspec.structs.replace(text, chapter="configuration")})
    files = set(_files(tmp_path))
    assert all(out in path.parents or home in path.parents for path in files - {tmp_path / "in" / record.NOT_RUN})
    for path in out.rglob("*.html"):
        if out / "runs" in path.parents:
            continue
        written = path.read_text(encoding="utf-8")
        page = _Page(written)
        assert page.open == [], path
        assert len(page.all("script")) == 1, path
        assert not page.all("img"), path
        for _, attributes in page.elements:
            assert not {name for name in attributes if name.startswith("on")}, path
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", written), path
    assert "{{7*7}}" in _page(out, "index.html").words


def test_the_same_results_give_the_same_site(tmp_path: Path) -> None:
    crowd(tmp_path / "in", targets=2, rules=5, versions=2)
    pages = []
    for name in ("one", "two"):
        site.build(tmp_path / "in", tmp_path / name, clauses=SOME)
        pages.append({path.relative_to(tmp_path / name): path.read_bytes() for path in _files(tmp_path / name)})
    assert pages[0] == pages[1]


def test_what_else_is_in_the_folder_stays(tmp_path: Path) -> None:
    _put(tmp_path / "in", _result())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "CNAME").write_text("example.org")
    site.build(tmp_path / "in", tmp_path / "out", clauses=SOME)
    assert (tmp_path / "out" / "CNAME").read_text() == "example.org"


@pytest.mark.parametrize("inside", [".", "site", "emulator/../site"])
def test_a_site_never_comes_to_lie_among_its_results(tmp_path: Path, inside: str) -> None:
    _put(tmp_path / "in", _result())
    before = _files(tmp_path)
    with pytest.raises(site.SiteError, match="cannot go into the folder of the results"):
        site.build(tmp_path / "in", tmp_path / "in" / inside, clauses=SOME)
    assert _files(tmp_path) == before


def test_each_class_says_how_many_of_its_judged_clauses_pass_on_each_target(tmp_path: Path) -> None:
    _put(tmp_path / "in", sample())
    site.build(tmp_path / "in", tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    told = dict(re.findall(r'<tr class="class"><th scope="rowgroup">([a-z-]+) .*?</th><td class=\w>(.*?)</td>', text))
    expected = {}
    for name in {one.clause_class for one in sample().clauses}:
        verdicts = [one.verdict for one in sample().clauses if one.clause_class == name]
        passed, failed = verdicts.count("pass"), verdicts.count("fail")
        expected[name] = f"{passed}/{passed + failed}" if passed or failed else "\N{EN DASH}"
    assert told == expected
    assert "\N{EN DASH}" in told.values()
