from __future__ import annotations

from datetime import date

import pytest

from policies.ordinance.past import belongs_to, own_days, sentence, spoken_of_as_past


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("旧見本法により", True), ("旧「見本法により", True), ("改正前の見本法により", True), ("廃止前の見本法により", True),
        ("当時の見本法により", True), ("見本法は廃止された。", True), ("見本法は新法に改められた。", True), ("見本法の改称", True),
        ("前身である見本法", True), ("なお従前の例により、見本法を使う。", True),
        ("見本法により", False), ("新見本法により", False), ("見本法により当時者に通知する", True), ("見本法により廃止届を出す。", False),
        ("当時の事情は別に述べる。見本法により", False), ("見本法により\n旧制度の一覧", False),
    ],
)  # fmt: skip
def test_words_of_the_past(text: str, past: bool) -> None:  # noqa: FBT001
    start = text.index("見本法")
    assert spoken_of_as_past(text, start, start + 3) is past


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("平成20年に見本法により許可した。", True), ("2019年度に見本法により許可した。", True), ("令和2年3月に見本法により許可した。", True),
        ("令和2年4月に見本法により許可した。", False), ("令和2年に見本法により許可した。", False), ("令和8年に見本法により許可する。", False),
        ("見本法(平成10年法律第3号)により許可する。", False), ("平成20年の件です。見本法により許可する。", False),
    ],
)  # fmt: skip
def test_times_of_the_past(text: str, then: bool) -> None:  # noqa: FBT001
    start = text.index("見本法")
    assert belongs_to(text, start, start + 3, date(2020, 3, 31)) is then


def test_the_sentence_around_a_place_and_a_document_s_own_days() -> None:
    assert sentence("一。二見本法三。四", 3, 6) == (2, 7)
    assert sentence("あ" * 300, 150, 153) == (30, 273)
    assert own_days("令和8年5月1日\n5月2日に令和8年5月3日の\n平成30年2月30日") == [date(2026, 5, 1)]
    assert own_days("起案日: 平成31年2月3日\n起案者") == [date(2019, 2, 3)]
