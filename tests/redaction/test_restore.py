"""Tokens become values again, however they are spelled and wherever the stream is cut."""

from __future__ import annotations

import json

import pytest

from redaction.restore import Restore
from redaction.vault import LONGEST, Vault


@pytest.fixture
def vault() -> Vault:
    vault = Vault()
    vault.token("pii.person", "霧谷すみれ")
    vault.token("pii.person", "雨宮")
    vault.token("pii.address", '"本町"\\1')
    return vault


def whole(vault: Vault, text: str) -> str:
    restore = Restore(vault)
    return restore.feed(text) + restore.close()


@pytest.mark.parametrize(
    "token",
    ["[PERSON_1]", "[person_1]", "［ＰＥＲＳＯＮ＿１］", "[PERSON 1]", "[ PERSON_1 ]", "[PERSON\\_1]", "【PERSON_1】", "[PERSON-1]", "[PERSON_１]"],
)  # fmt: skip
def test_tokens_as_models_write_them(vault: Vault, token: str) -> None:
    assert whole(vault, f"拝啓 {token}様") == "拝啓 霧谷すみれ様"


@pytest.mark.parametrize(
    "text", ["[PERSON_3]", "PERSON_1", "[PERSON_1", "[x]", "[", "]", "[]", "配列[0]", "[PERSON_]", "「PERSON_1」"]
)
def test_anything_else_stays(vault: Vault, text: str) -> None:
    assert whole(vault, text) == text


def test_one_token_side_by_side_with_another(vault: Vault) -> None:
    assert whole(vault, "[PERSON_1][PERSON_2]") == "霧谷すみれ雨宮"


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_token_cut_anywhere(vault: Vault, cut: int) -> None:
    text = "x[PERSON_1]様です"
    restore = Restore(vault)
    out = restore.feed(text[:cut]) + restore.feed(text[cut:])
    assert out + restore.close() == "x霧谷すみれ様です"


def test_only_what_may_become_a_token_is_held_back(vault: Vault) -> None:
    restore = Restore(vault)
    assert restore.feed("ご案内[PER") == "ご案内"
    assert restore.feed("FECT") == "[PERFECT"
    assert restore.feed("配列[") == "配列"
    assert restore.feed("0]") == "[0]"
    assert restore.feed("[" + " " * LONGEST) == "[" + " " * LONGEST


def test_what_was_held_at_the_end_is_released(vault: Vault) -> None:
    restore = Restore(vault)
    assert restore.feed("続きは[PERSON_") == "続きは"
    assert restore.close() == "[PERSON_"


def test_a_value_is_fitted_into_json(vault: Vault) -> None:
    restore = Restore(vault, lambda value: json.dumps(value, ensure_ascii=False)[1:-1])
    out = restore.feed('{"to": "[ADDRESS_1]"}') + restore.close()
    assert json.loads(out) == {"to": '"本町"\\1'}


def test_a_restored_value_is_not_read_again() -> None:
    vault = Vault()
    vault.token("pii.person", "[PERSON_2]")
    vault.token("pii.person", "雨宮")
    assert whole(vault, "[PERSON_1]") == "[PERSON_2]"


def test_an_empty_vault_holds_nothing_back() -> None:
    assert Restore(Vault()).feed("[PERSON_") == "[PERSON_"
