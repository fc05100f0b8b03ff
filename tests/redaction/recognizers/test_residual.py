"""Runs of digits that nothing explains, and the many that something does."""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.hit import Hit
from redaction.page import Page
from redaction.recognizers.residual import unexplained


def found(text: str, hits: list[Hit] | None = None) -> list[str]:
    reading = Reading(text)
    spans = [reading.view.span(hit.start, hit.end) for hit in unexplained(Page(reading), hits or [])]
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("控えには48201937とだけある。", "48201937"),
        ("控え 1000284461、確認済み", "1000284461"),
        ("メモ：0099-217-345", "0099-217-345"),
        ("４８２０１９３７を見よ", "４８２０１９３７"),
        ("4820\u200b1937です", "4820\u200b1937"),
        ("四八二〇一九三七とある", "四八二〇一九三七"),
        ("4980 0031 7752 6648", "4980 0031 7752 6648"),
        ("写しのみ：C4471093", "C4471093"),
        ('view atena2="00710342"', "00710342"),
    ],
)
def test_unexplained(text: str, wanted: str) -> None:
    assert found(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "482019とある",
        "rows=1048576 ok",
        '"処理時間ms": 1873502',
        "納品書番号 88142209",
        "予算額は48201937円です",
        "約48201937人",
        "12,345,678",
        "伝票番号は48201937です",
        "契約番号 2026-0012345",
        "資料番号 2100052",
        "Reference No. 6395401.",
        "20260401と20260401123000",
        "2026-04-01",
        "法人番号8123456789018",
        "7123456789012",
        "0000000と1234567と1111111",
        "35.6812345",
        "https://example.jp/a/48201937",
        "file_48201937.csv",
        "abc48201937def",
        "48201937.5",
        "令和6年4月1日",
    ],
)
def test_explained(text: str) -> None:
    assert found(text) == []


def test_what_is_found_already_is_left_alone() -> None:
    assert found("控え48201937と48201938", [Hit(2, 10, "resident_id", 0.9)]) == ["48201938"]
