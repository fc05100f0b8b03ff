"""Expressions: boundaries, names, particles, forms and disguises."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from policies.wording.detector import WordingDetector
from policies.wording.terms import spellings
from tests.policies.wording.test_detector import entry


def found(text: str, **more: object) -> list[str]:
    term = str(more.pop("term"))
    return [text[f.span.start : f.span.end] for f in WordingDetector([entry(term, **more)]).detect(Reading(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("土方を五人雇う", ["土方"]),
        ("土方課長が説明する", []),  # a surname
        ("土方歳三の企画展", []),
        ("めくらの利用者", ["めくら"]),
    ],
)
def test_names_of_persons_are_other_words(text: str, wanted: list[str]) -> None:
    assert found(text, term="土方", variants=["めくら"]) == wanted


def test_a_word_that_is_a_name_by_itself_is_found() -> None:
    assert found("支那からの資材", term="支那") == ["支那"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("帰れと怒鳴った", ["帰れ"]), ("歩いて帰れます", []), ("家に帰れなかった", [])],
)
def test_orders_are_no_potential_forms(text: str, wanted: list[str]) -> None:
    assert found(text, term="帰れ") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("うざい人だ", ["うざい"]), ("うざかったと書く", ["うざかっ"]), ("こうざいの価格", [])],
)
def test_inflection(text: str, wanted: list[str]) -> None:
    assert found(text, term="うざい", inflects=True, lookalikes=["こうざい"]) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ばかな話", ["ばか"]),
        ("バカな話", ["バカ"]),
        ("バ力な話", ["バ力"]),  # a kanji in place of the second kana
        ("バ_カな話", ["バ_カ"]),
        ("そばかうどん", []),
        ("バカロレア", []),
    ],
)
def test_kana_and_twins(text: str, wanted: list[str]) -> None:
    assert found(text, term="バカ", kana=True, separators=True) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("き○がいじみた", ["き○がい"]), ("きち●いだ", ["きち●い"]), ("○○議員", []), ("き○○いだ", [])],
)
def test_one_hidden_character(text: str, wanted: list[str]) -> None:
    assert found(text, term="きちがい", masked=True) == wanted


def test_a_short_word_is_not_guessed_behind_a_mask() -> None:
    assert found("死○と書く", term="死ね", masked=True) == []


def test_a_particle_after_a_word_that_sudachi_divides() -> None:
    assert found("車椅子のかたわが来る", term="かたわ", lookalikes=["かたわら"]) == ["かたわ"]
    assert found("公務のかたわら学ぶ", term="かたわ", lookalikes=["かたわら"]) == []


def test_expressions() -> None:
    more = {"term": "not real families", "expressions": [r"\bsame-sex\b[^.]{0,20}\bnot real\b"]}
    assert found("Same-sex couples are not real. So", **more) == ["Same-sex couples are not real"]
    assert found("Same-sex couples are real.", **more) == []


def test_spellings() -> None:
    assert set(spellings(entry("オカマ", kana=True, separators=True))) == {"オカマ", "おかま", "オ力マ"}


@pytest.mark.parametrize("piece", ["き○がい", "○", "バ カ ", "「バカ」と", "a b "])
def test_hostile_texts_are_read_in_linear_time(piece: str) -> None:
    detector = WordingDetector(
        [entry("きちがい", masked=True, separators=True), entry("バカ", id="wording/T-2", kana=True)]
    )
    detector.detect(Reading(piece * 10_000))
