from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.upstreams.demo_text import Arrived, arguments, letter, show


def arrived(*texts: str, **more: Any) -> Arrived:
    return Arrived.of({"messages": [{"role": "user", "content": text} for text in texts], **more})


def test_the_letter_says_what_it_is_shows_what_came_and_uses_the_tokens() -> None:
    answer = letter(arrived("[PERSON_1]様（電話 [PHONE_1]）と[PERSON_2]様より"))
    assert answer.startswith("これは Sekimori に付属するデモ用の応答です。言語モデルではない")
    shown, used = answer.split("【お返事の例】")
    assert "【ゲートウェイから届いた文面はこれだけです】\n　‹PERSON_1›様（電話 ‹PHONE_1›）と‹PERSON_2›様より" in shown
    assert "・氏名: 2件（‹PERSON_1›、‹PERSON_2› に置き換え）" in shown
    assert "・電話番号: 1件（‹PHONE_1› に置き換え）" in shown
    assert not re.search(r"[\[［〔【][A-Z_]+\d", shown), "a shown token would be restored"
    assert "[PERSON_1] 様" in used
    assert "[PERSON_2] 様のことも" in used
    assert "[PHONE_1] にお電話" in used


def test_spellings_of_one_person_count_once_and_none_is_shown_restorable() -> None:
    answer = letter(arrived("[PERSON_1]様、[PERSON_1B]さん、[PERSON_2AA]氏"))
    shown, used = answer.split("【お返事の例】")
    assert "　‹PERSON_1›様、‹PERSON_1B›さん、‹PERSON_2AA›氏" in shown
    assert "・氏名: 2件（‹PERSON_1›、‹PERSON_1B›、‹PERSON_2AA› に置き換え）" in shown
    assert "[" not in shown
    assert "[PERSON_1] 様" in used
    assert "[PERSON_1B]" not in used
    assert "[PERSON_2AA] 様のことも" in used


def test_without_tokens_nothing_is_pretended() -> None:
    answer = letter(arrived("会議の案内文を作ってください。"))
    assert "　会議の案内文を作ってください。" in answer
    assert "置き換えられた箇所はありませんでした" in answer
    assert "【お返事の例】" not in answer


def test_the_last_words_of_the_user_count_and_the_rest_is_numbered() -> None:
    body = {
        "messages": [
            {"role": "system", "content": "[PERSON_9]"},
            {"role": "user", "content": "最初"},
            {"role": "assistant", "content": None},
            {"role": "user", "content": [{"type": "text", "text": "次の[PERSON_1]"}, {"type": "image_url"}]},
        ],
        "tools": [{}, {}],
    }
    answer = letter(Arrived.of(body))
    assert "　次の‹PERSON_1›" in answer
    assert "（このほかに届いたもの: ほかの発言 3件、道具の定義 2件）" in answer
    assert "PERSON_9" not in answer


def test_tokens_of_earlier_messages_serve_when_the_last_has_none() -> None:
    assert "[PERSON_1] 様" in letter(arrived("[PERSON_1]様の件", "もっと短く"))


def test_long_texts_are_shown_in_part_and_say_so() -> None:
    answer = letter(arrived("あ" * 3214))
    assert "あ" * 1000 + "…（全3,214字のうち先頭の1,000字）" in answer
    assert "あ" * 1001 not in answer


def test_a_cut_within_a_token_shows_no_restorable_half() -> None:
    answer = letter(arrived("あ" * 995 + "[PERSON_1]様"))
    assert "ああ[PERS…" not in answer


def test_kinds_without_a_sentence_of_their_own() -> None:
    answer = letter(arrived("[MY_NUMBER_1] と [VEHICLE_NUMBER_12]"))
    assert "・マイナンバー: 1件" in answer
    assert "・その他の情報: 1件（‹VEHICLE_NUMBER_12› に置き換え）" in answer
    assert "[VEHICLE_NUMBER_12] の件も承りました。" in answer
    assert "ご担当 様" in answer


@pytest.mark.parametrize("text", ["[person_1]", "[PERSON]", "PERSON_1", "[1_2]", "[PERSON_1"])
def test_what_is_no_token_stays(text: str) -> None:
    assert show(text) == text


def test_arguments_fit_their_names_and_types() -> None:
    schema = {
        "properties": {
            "memo": {"type": "string"},
            "tel": {"type": "string"},
            "宛名": {"description": "送り先の氏名"},
            "other_name": {"type": "string"},
            "kind": {"enum": ["letter", "mail"]},
            "copies": {"type": "integer"},
            "urgent": {"type": "boolean"},
            "pages": {"type": "array"},
            "odd": 1,
        }
    }
    filled = arguments(schema, arrived("[ADDRESS_1] [PERSON_1] [PERSON_2] [PHONE_1]"))
    assert filled == {
        "memo": "[ADDRESS_1]",
        "tel": "[PHONE_1]",
        "宛名": "[PERSON_1]",
        "other_name": "[PERSON_2]",
        "kind": "letter",
        "copies": 0,
        "urgent": False,
        "pages": [],
        "odd": "デモの値",
    }


@pytest.mark.parametrize("schema", [None, {}, {"properties": []}, {"properties": {}}])
def test_arguments_without_a_schema(schema: Any) -> None:
    assert arguments(schema, arrived("[PERSON_1]")) == {"received": ["[PERSON_1]"]}
