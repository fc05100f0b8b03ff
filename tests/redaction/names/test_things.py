"""What reads like a name in prose and is none."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.names.things import is_thing
from redaction.page import Page


def found(marked: str) -> bool:
    """Whether what stands in the brackets is a thing."""
    before, _, rest = marked.partition("【")
    inner, _, after = rest.partition("】")
    page = Page(Reading(before + inner + after))
    assert page.words == before + inner + after
    return is_thing(page, len(before), len(before) + len(inner))


@pytest.mark.parametrize(
    "marked",
    [
        "首都を【ベラルーシ】に移した。",
        "毎年【宋代】の皿を見る。",
        "限定版「【プレミアム・コレクション】」を出した。",
        "投手は【カタール・ドーハ】で練習した。",
        "代理店の【ダンカン・シェアマン】・アンド・カンパニーに入った。",
        "地元の【ジェイエス】・エンタープライズに入る。",
        "北部の オハイオ・【リーグ】・カップに出た。",
        "昔の【安宅】物産に勤めた。",
        "大きな【五重奏】を聞いた。",
    ],
)
def test_things(marked: str) -> None:
    assert found(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "のちに【ジョン・ショー】が継いだ。",
        "指揮者の【ヘルマン・ラムプレヒト】は若い。",
        "翌年【中津】は亡くなった。",
        "作家【安宅太郎】物産の話。",
        "「【繭】さんに会った」と言う。",
        "友人の【ベラルーシ】くんと遊ぶ。",
        "歌手【ミシャ】の曲。",
        "撮影は【山本高行】ラインで進んだ。",
        "昨日【四元奈生美】が勝った。",
        "【】何もない。",
    ],
)
def test_persons(marked: str) -> None:
    assert not found(marked)


def test_a_long_compound_is_read_near_by_only() -> None:
    page = Page(Reading("ア・" * 20_000))
    assert not is_thing(page, 20_001, 20_001)
    is_thing(page, 20_000, 20_001)
