"""Names that a label, a quotation, a list, brackets or a chat's margin announces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.reading import Reading
from redaction.names import announced
from redaction.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read(reader: Callable[[Page], Iterator[tuple[int, int]]], text: str) -> list[str]:
    page = Page(Reading(text))
    return list(dict.fromkeys(page.words[start:end] for start, end in reader(page)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("氏名：嘉納 寅之助", ["嘉納 寅之助"]),
        ("世帯主　江川信太郎", ["江川信太郎"]),
        ("氏名：EMILY CARTER", ["EMILY CARTER"]),
        ("旧姓は「江波」です", ["江波"]),
        ('{"name": "青葉太郎"}', ["青葉太郎"]),
        ("青葉と申します。", ["青葉"]),
    ],
)
def test_labelled(text: str, wanted: list[str]) -> None:
    assert read(announced.labelled, text) == wanted


@pytest.mark.parametrize(
    "text", ["氏名：不明", "氏名\t生年月日\t住所", "担当：福祉課", "主治医：小林クリニック", "氏名の記載がない"]
)
def test_labels_without_names(text: str) -> None:
    assert read(announced.labelled, text) == []


def test_lists_and_brackets() -> None:
    assert read(announced.listed, "出席：佐藤・鈴木・梶・乾") == ["佐藤", "鈴木", "梶", "乾"]
    assert read(announced.listed, "産業課長（森）　お答えします。") == ["森"]
    assert read(announced.listed, "春・夏・秋・冬の企画") == []


def test_speakers_of_a_chat() -> None:
    chat = "木下: お疲れ\nあきら: どうも\n木下: 明日は?\nあきら: 了解\n注: 以上\n"
    assert read(announced.speakers, chat) == ["木下", "あきら"]
    assert read(announced.speakers, "件名: 会議\n場所: 本庁舎\n") == []


def test_readings_behind_a_name() -> None:
    page = Page(Reading("杜本直美（もりもと なおみ）が来た"))
    assert [page.words[a:b] for a, b in announced.readings(page, [(0, 4)])] == ["もりもと なおみ"]
