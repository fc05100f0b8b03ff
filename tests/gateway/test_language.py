from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract

from gateway.language import CODES, LOCALES, choose, load_languages, read_words
from gateway.pages import TEMPLATES
from metrics.board import Hidden
from metrics.periods import Kind, containing
from metrics.purposes import PURPOSES

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = load_languages()
ROOT = LOCALES.parent
FIELD = re.compile(r"\{(\w*)[^}]*\}")


def sentences() -> set[str]:
    """Every sentence that pages, pictures and the words of figures hold: what a catalogue has to have."""
    found = {*map(str, Hidden), *PURPOSES.values()}
    for kind in Kind:
        found |= {kind.word, kind.before, kind.following}
    sources = [(path, "jinja2.ext.babel_extract") for path in TEMPLATES.rglob("*.html")]
    sources += [(path, "python") for path in sorted(ROOT.rglob("*.py"))]
    for path, method in sources:
        keywords = {"_": None, "mark": None}
        for _, message, *_ in extract(method, BytesIO(path.read_bytes()), keywords, options={"silent": "false"}):
            found.add(str(message))
    return found


@pytest.mark.parametrize("code", [code for code in CODES if code != "ja"])
def test_the_catalogue_has_every_sentence_and_no_other(code: str) -> None:
    words = read_words(code)
    assert sorted(sentences() - set(words)) == []
    assert sorted(set(words) - sentences()) == []


@pytest.mark.parametrize("code", [code for code in CODES if code != "ja"])
def test_a_translation_has_the_places_of_its_sentence(code: str) -> None:
    wrong = {m: t for m, t in read_words(code).items() if sorted(FIELD.findall(m)) != sorted(FIELD.findall(t))}
    assert wrong == {}


def test_the_english_sentences_are_english() -> None:
    kana = re.compile(r"[ぁ-んァ-ヶ]")
    assert [text for text in read_words("en").values() if kana.search(text)] == []


def test_a_value_goes_to_its_place_and_an_unknown_sentence_stays() -> None:
    assert LANGUAGES["ja"].text("{count}人", count=3) == "3人"
    assert LANGUAGES["en"].text("辞書にない文{x}", x="{y}") == "辞書にない文{y}"


@pytest.mark.parametrize(
    ("asked", "accepted", "code"),
    [
        ("en", "ja", "en"), ("ja", "en", "ja"), (None, "", "ja"), (None, "en-GB,en;q=0.9,ja;q=0.8", "en"),
        (None, "fr,ja;q=0.5,en;q=0.4", "ja"), (None, "fr", "ja"), ("xx", "en", "en"), (None, "en;q=0", "ja"),
        (None, "en;q=bad, ja;q=0.1", "ja"), (None, "en;q=9", "ja"), (None, ";;;,,=", "ja"), (None, "JA,EN;q=0.1", "ja"),
        (None, "en;q=nan", "ja"), (None, "x," * 100_000 + "en", "ja"), ("../en", "", "ja"),
    ],
)  # fmt: skip
def test_the_language_is_chosen(asked: str | None, accepted: str, code: str) -> None:
    assert choose(asked, accepted) == code


@pytest.mark.parametrize(
    ("kind", "day", "name", "column", "days"),
    [
        ("day", date(2026, 11, 24), "Tue 24 November 2026", "24 Nov", "24 November 2026"),
        ("week", date(2026, 11, 24), "week of 23 November 2026", "23 Nov", "23 November 2026 – 29 November 2026"),
        ("month", date(2026, 11, 24), "November 2026", "Nov", "1 November 2026 – 30 November 2026"),
        ("quarter", date(2027, 2, 1), "Q4 FY2026 (Jan–Mar 2027)", "Jan–Mar", "1 January 2027 – 31 March 2027"),
        ("year", date(2027, 3, 31), "fiscal year 2026", "FY2026", "1 April 2026 – 31 March 2027"),
    ],
)
def test_periods_in_english(kind: str, day: date, name: str, column: str, days: str) -> None:
    period, english = containing(Kind(kind), day), LANGUAGES["en"]
    assert (english.period(period), english.column(period), english.days(period)) == (name, column, days)


@pytest.mark.parametrize(
    ("kind", "column"), [("day", "2/1"), ("week", "2/1"), ("month", "2月"), ("quarter", "1–3月"), ("year", "2026年度")]
)
def test_periods_in_japanese(kind: str, column: str) -> None:
    period, japanese = containing(Kind(kind), date(2027, 2, 1)), LANGUAGES["ja"]
    assert japanese.column(period) == column
    assert (japanese.period(period), japanese.days(period)) == (period.name, period.days)


def test_a_moment_is_told_in_japan() -> None:
    moment = datetime(2026, 11, 23, 15, 5, tzinfo=UTC)
    assert LANGUAGES["ja"].moment(moment) == "2026年11月24日 0時05分"
    assert LANGUAGES["en"].moment(moment) == "24 November 2026, 00:05"


JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
NAMES = {"関守", "庁内", "庁外"}
"""What stands in Japanese in every language: our name, and what a region may be called."""


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_sentence_of_a_page_is_left_in_japanese(path: Path) -> None:
    text = re.sub(r"""_\((?:"[^"]*"|'[^']*')""", "", path.read_text("utf-8"))
    found = {word for word in re.findall(r"[ぁ-んァ-ヶ一-龠ー、。]+", text) if JAPANESE.search(word)}
    assert found - NAMES == set()


UNTOLD = {
    "# この自治体の規則。書き方は docs/policies.ja.md にあります。\nversion: 1\n",  # what a new file holds
    "規程に定めのない種類の情報です。",  # stands where a rule's message stands, in the rules' language
}


@pytest.mark.parametrize("path", sorted((ROOT / "routes" / "admin").glob("*.py")), ids=lambda path: path.name)
def test_what_the_pages_of_those_who_govern_say_is_marked(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    marked = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mark"
        for argument in ast.walk(node)
    }
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    untold = [
        node.value
        for node in strings
        if JAPANESE.search(node.value) and id(node) not in marked and id(node) not in docs
    ]
    assert set(untold) - UNTOLD == set()
