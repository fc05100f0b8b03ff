"""Names beside honorifics, titles, kin and posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.reading import Reading
from redaction.names import beside
from redaction.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read(reader: Callable[[Page], Iterator[tuple[int, int]]], text: str) -> list[str]:
    page = Page(Reading(text))
    return [page.words[start:end] for start, end in reader(page)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("轡田さんが来た", ["轡田"]),
        ("昨日はミンくんと話した", ["ミン"]),
        ("ゆりさんは元気", ["ゆり"]),
        ("西議員の質問", ["西"]),
        ("森さん再来", ["森"]),
    ],
)
def test_honoured(text: str, wanted: list[str]) -> None:
    assert read(beside.honoured, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "お客様へ",
        "皆さん",
        "副課長の席",
        "八百屋さん",
        "保健師さんに聞く",
        "菊池農園さん",
        "堀川建設さん",
        "関係課長会議",
        "荒井小学校長の話",
    ],
)
def test_nobody_is_honoured(text: str) -> None:
    assert read(beside.honoured, text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("長女の麻衣さん", ["麻衣"]),
        ("広報係 佐伯、内線なし", ["佐伯"]),
        ("（調査員 春日井）", ["春日井"]),
    ],
)
def test_kin_and_posts(text: str, wanted: list[str]) -> None:
    assert read(beside.kin, text) == wanted


@pytest.mark.parametrize("text", ["妻の実家に電話した", "長男の転校の件", "福祉課の窓口", "父と母"])
def test_kin_without_a_name(text: str) -> None:
    assert read(beside.kin, text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("りおちゃん、たいがくんと家を出た", ["りお", "たいが"]),
        ("（リョウガくん）", ["リョウガ"]),
        ("昨日、あいさんは", ["あい"]),
        ("赤ちゃん、あかちゃん", []),
        ("おかあさん、みなさん、やおやさんへ", []),
        ("、たくさん", []),
        ("けいさんする", []),
        ("", []),
    ],
)
def test_called(text: str, wanted: list[str]) -> None:
    assert read(beside.called, text) == wanted
