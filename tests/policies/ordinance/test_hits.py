from __future__ import annotations

import pytest

from policies.ordinance.hits import Hits
from policies.ordinance.phrases import Concept, Lexicon
from policies.reading import Reading


def denied(text: str, phrase: str) -> tuple[bool, bool]:
    lexicon = Lexicon([])
    node = lexicon.phrase(phrase)
    hits = Hits(Reading(text), lexicon)
    (span,) = hits.spans(node)
    return hits.forbidden(span), hits.lacking(span)


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


@pytest.mark.parametrize("piece", ["検査を省く。", "検査", "なければならない", "ない", "、は", "省"])
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    lexicon = Lexicon([])
    node = lexicon.phrase("検査……検査&検査……省く")
    reading = Reading(piece * 4_000)
    hits = Hits(reading, lexicon)
    for span in hits.spans(node)[:2000]:
        hits.forbidden(span)
        hits.lacking(span)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("検査を省き、検収も省く。", [(0, 2), (0, 5), (3, 4), (6, 8), (9, 10)]),
        ("立会いの後、検査。", [(0, 3), (6, 8)]),
        ("検", []),
        ("何もない。", []),
    ],
)
def test_a_group_is_where_any_of_its_phrases_stands(text: str, places: list[tuple[int, int]]) -> None:
    lexicon = Lexicon([Concept(id="見る", phrases=("検査", "検収"))])
    group = lexicon.group(["<見る>", "検査を省く", "立会い", "省"])
    assert lexicon.group(["<見る>", "検査を省く", "立会い", "省"]) is group
    hits = Hits(Reading(text), lexicon)
    assert hits.stands(group) is bool(places)
    assert hits.spans(group) == places
    assert set(hits.any(group)) == set(places)
    assert hits.starts(group) == [start for start, _ in places]
