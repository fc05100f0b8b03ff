"""Which spellings share a number: where the text makes it sure, and never where it does not."""

from __future__ import annotations

import pytest

from redaction.same_person import Mention, same_people


def links(text: str, *names: str) -> dict[str, str]:
    mentions, at = [], 0
    for name in names:
        at = text.index(name, at)
        mentions.append(Mention(text, at, at + len(name)))
        at += len(name)
    return same_people(mentions)


def test_a_surname_and_a_reading_of_the_one_full_name() -> None:
    text = "山田太郎（ヤマダ タロウ）様が来庁。山田様は後日再来。"
    assert links(text, "山田太郎", "ヤマダ タロウ", "山田") == {"山田": "山田太郎", "ヤマダ タロウ": "山田太郎"}


def test_blanks_do_not_matter() -> None:
    assert links("山田　太郎様。山田さんより電話", "山田　太郎", "山田") == {"山田": "山田太郎"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("山田太郎様と山田花子様。山田様より電話", ("山田太郎", "山田花子", "山田")),
        ("山田太郎様来庁。担当：山田", ("山田太郎", "山田")),
        ("山田太郎様来庁。山田課長が対応", ("山田太郎", "山田")),
        ("山田太郎様来庁。（福祉課 山田）", ("山田太郎", "山田")),
        ("山田太郎様来庁。山田様より。記録　山田", ("山田太郎", "山田", "山田")),
        ("山田様より電話", ("山田",)),
        ("山田太郎様と太郎さん", ("山田太郎", "太郎")),
        ("山田太郎様。佐藤様より電話", ("山田太郎", "佐藤")),
        (
            "山田太郎（ヤマダ タロウ）、山田多朗（ヤマダ タロウ）",
            ("山田太郎", "ヤマダ タロウ", "山田多朗", "ヤマダ タロウ"),
        ),
        ("山田太郎様、ヤマダ タロウ様", ("山田太郎", "ヤマダ タロウ")),
    ],
)
def test_in_doubt_they_are_two(text: str, names: tuple[str, ...]) -> None:
    assert links(text, *names) == {}


def test_nobody_is_linked_to_nobody() -> None:
    assert same_people([]) == {}
