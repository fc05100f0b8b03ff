from __future__ import annotations

import pytest
from pydantic import ValidationError

from policies.ordinance.hits import Hits
from policies.ordinance.phrases import (
    Concept,
    Lexicon,
    UnknownConceptError,
    circular,
    references,
    undefined,
)
from policies.reading import Reading


def places(text: str, phrase: str, *concepts: Concept) -> list[str]:
    lexicon = Lexicon(concepts)
    node = lexicon.phrase(phrase)
    reading = Reading(text)
    return [reading.view.text[start:end] for start, end in Hits(reading, lexicon).spans(node)]


@pytest.mark.parametrize(
    "text",
    [
        "検査を省く。", "検査を省いた。", "検査を省いて", "検査を省きます", "検査を省いています", "検査を省いていただく", "検査を省けば",
        "検査を省こう", "完成検査を省き、",
    ],
)  # fmt: skip
def test_a_dictionary_form_stands_for_all_its_forms(text: str) -> None:
    assert places(text, "検査を省く")


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("終わっておらず、", "終わらない", True),
        ("終わるので、", "終わらない", False),
        ("終わりません", "終わらない", True),
        ("終わらなければならない", "終わらない", False),
        ("見積りを取る", "見積を取る", True),
        ("検査は省く", "検査を省く", False),
        ("検査は全部省く", "検査…省く", True),
        ("検査は。省く", "検査…省く", False),
        ("検査を、" + "あ" * 25 + "省く", "検査…省く", False),
        ("検査を、" + "あ" * 25 + "省く", "検査……省く", True),
        ("省くのは検査である", "検査&省く", True),
        ("省く。検査である", "検査&省く", False),
        ("決定しました", "決定しました", True),
        ("決定した", "決定しました", False),
    ],
)
def test_the_ways_to_write_a_phrase(text: str, phrase: str, found: bool) -> None:  # noqa: FBT001
    assert bool(places(text, phrase)) is found


def test_concepts_are_kept_once_and_may_name_others() -> None:
    shop = Concept(id="店", phrases=("工務店", "商会"))
    ask = Concept(id="頼み", phrases=("<店>に頼む", "<店>…任せる"))
    assert places("いつもの工務店に頼みます。", "<頼み>", shop, ask) == ["工務店に頼み"]
    assert places("商会さんに全部任せた。", "いつも…<頼み>", shop, ask) == []
    assert places("商会だけ", "<店>だけ", shop) == ["商会だけ"]


def test_concepts_that_do_not_exist_or_go_in_a_circle() -> None:
    one, two = Concept(id="甲", phrases=("<乙>",)), Concept(id="乙", phrases=("<甲>",))
    with pytest.raises(UnknownConceptError, match="leads back"):
        Lexicon([one, two]).phrase("<甲>")
    with pytest.raises(UnknownConceptError, match="no file defines"):
        Lexicon([]).phrase("<丙>")
    assert circular("甲", {"甲": one, "乙": two})
    assert not circular("丙", {"丙": Concept(id="丙", phrases=("x",))})
    assert references("<甲>…<乙>だけ") == ["甲", "乙"]
    assert list(undefined(["<甲>", "<丙>"], {"甲": one})) == ["丙"]


@pytest.mark.parametrize("phrase", ["", "…", "甲…", "…乙", "甲&", "甲………乙", "<甲", "甲>", "<>", "\u200b"])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        Concept(id="x", phrases=(phrase,))
