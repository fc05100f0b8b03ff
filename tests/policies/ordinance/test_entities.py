from __future__ import annotations

import pytest

from policies.normalize import normalize
from policies.ordinance.entities import entity_of


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("来週、町長印を押します。", "town_village"),
        ("村議会に諮らずに進める。", "town_village"),
        ("町道の補修工事", "town_village"),
        ("霧沢町 建設課\n橋の架替えについて", "town_village"),
        ("霧沢市総務課\nロッカーの買入れ", "city"),
        ("市長の決裁を受ける。", "city"),
        ("霧沢県総務事務センター 物品購入伺", "prefecture"),
        ("県財務規則により契約保証金を免除する。", "prefecture"),
        ("東京都産業労働局\n見積り", "prefecture"),
        # Others are named in every draft, and some words only look like a municipality's.
        ("県知事に認可を申請する。", None),
        ("法規担当と県の担当課に確認する。", None),
        ("市町村長は、届出を受理する。", None),
        ("町内会長と町会に知らせる。", None),
        ("道路課の担当が行く。", None),
        ("都市長期計画の概要", None),
        ("市長と隣の町長が話した。", None),
        ("", None),
    ],
)
def test_whose_draft_it_is(text: str, entity: str | None) -> None:
    assert entity_of(normalize(text).text) == entity


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["町", "霧沢町 ", "県", "東京都", "市\n", "霧"])
def test_long_rows_are_read_in_linear_time(piece: str) -> None:
    entity_of(piece * 100_000)
