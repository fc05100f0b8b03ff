from __future__ import annotations

import pytest
from pydantic import ValidationError

from policies.ordinance.phrases import (
    Concept,
    Hits,
    Lexicon,
    Stream,
    UnknownConceptError,
    circular,
    references,
    undefined,
    within,
)
from policies.reading import Reading


def places(text: str, phrase: str, *concepts: Concept) -> list[str]:
    lexicon = Lexicon(concepts)
    node = lexicon.phrase(phrase)
    reading = Reading(text)
    return [reading.view.text[start:end] for start, end in Hits(reading, lexicon).spans(node)]


def denied(text: str, phrase: str) -> tuple[bool, bool]:
    lexicon = Lexicon([])
    node = lexicon.phrase(phrase)
    hits = Hits(Reading(text), lexicon)
    (span,) = hits.spans(node)
    return hits.forbidden(span), hits.lacking(span)


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


@pytest.mark.parametrize(
    ("text", "phrase", "forbidden", "lacking"),
    [
        ("再委託してはならない。", "再委託", True, False),
        ("再委託は、一切行わない。", "再委託", True, True),
        ("再委託を禁止する。", "再委託", True, True),
        ("再委託できる。", "再委託", False, False),
        ("再委託しなければならない。", "再委託", False, False),
        ("議会の議決は経ない。", "議決", False, True),
        ("議会の議決の手続は踏んでいません。", "議決", False, True),
        ("議決を経て、公表しない。", "議決", False, False),
        ("保存期間　（空欄）", "保存期間", False, True),
        ("保存期間は未記入です。", "保存期間", False, True),
        ("軽微な変更のため、公募を省略する。", "軽微", False, False),
        ("規定にかかわらず禁止する。", "規定にかかわらず", False, False),
        ("同意を得なければならない。", "同意", False, False),
    ],
)
def test_what_a_text_says_is_not_done_or_missing(text: str, phrase: str, forbidden: bool, lacking: bool) -> None:  # noqa: FBT001
    assert denied(text, phrase) == (forbidden, lacking)


def test_the_stream_leads_back_to_the_text() -> None:
    reading = Reading("渡していません")
    stream = Stream(reading)
    assert stream.text == "渡す\x1fない\x1f"
    assert stream.token_at(0) == 0
    assert within([(2, 4), (8, 9)], 3)
    assert not within([(2, 4), (8, 9)], 5)


@pytest.mark.parametrize("piece", ["検査を省く。", "検査", "なければならない", "ない", "、は", "省"])
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    lexicon = Lexicon([])
    node = lexicon.phrase("検査……検査&検査……省く")
    reading = Reading(piece * 4_000)
    hits = Hits(reading, lexicon)
    for span in hits.spans(node)[:2000]:
        hits.forbidden(span)
        hits.lacking(span)
