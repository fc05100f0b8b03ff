"""Tokens: one for one value, never one for two, and never one that the text already has."""

from __future__ import annotations

import threading

import pytest

from redaction.vault import LONGEST, Vault, canonical, same_value


def test_one_value_has_one_token() -> None:
    vault = Vault()
    assert [vault.token("pii.person", name) for name in ("霧谷", "雨宮", "霧谷")] == [
        "[PERSON_1]",
        "[PERSON_2]",
        "[PERSON_1]",
    ]
    assert vault.token("pii.phone", "090-1234-5678") == "[PHONE_1]"
    assert vault.counts() == {"PERSON": 2, "PHONE": 1}
    assert vault.tokens() == ("[PERSON_1]", "[PERSON_2]", "[PHONE_1]")


def test_another_spelling_shares_the_number_and_keeps_its_own_value() -> None:
    vault = Vault()
    assert vault.token("pii.phone", "090-1234-5678") == "[PHONE_1]"
    assert vault.token("pii.phone", "０９０１２３４５６７８") == "[PHONE_1B]"
    assert vault.token("pii.phone", "(090)1234-5678") == "[PHONE_1C]"
    assert [vault.value(f"PHONE_1{letter}") for letter in ("", "B", "C")] == [
        "090-1234-5678",
        "０９０１２３４５６７８",
        "(090)1234-5678",
    ]


def test_more_spellings_than_letters() -> None:
    vault = Vault()
    tokens = [vault.token("pii.person", "霧" + " " * n + "谷") for n in range(60)]
    assert len(set(tokens)) == 60
    assert tokens[26:29] == ["[PERSON_1AA]", "[PERSON_1AB]", "[PERSON_1AC]"] or tokens[25] == "[PERSON_1Z]"
    assert [vault.value(token[1:-1]) for token in tokens] == ["霧" + " " * n + "谷" for n in range(60)]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("pii.address", "本町1-11", "本町11-1"),
        ("pii.address", "本町1丁目", "本町2丁目"),
        ("pii.credential", "Abc123", "abc123"),
        ("pii.person", "霧谷", "霧屋"),
        ("pii.resident_id", "12-345", "123-45"),
    ],
)
def test_two_values_never_share_a_number(kind: str, one: str, other: str) -> None:
    vault = Vault()
    assert vault.token(kind, one).rstrip("BCDEFG]") != vault.token(kind, other).rstrip("BCDEFG]")


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("PHONE", "090-1234-5678", "090 1234 5678"),
        ("PERSON", "霧谷 すみれ", "霧谷　すみれ"),
        ("EMAIL", "A@example.jp", "a@example.jp"),
        ("ADDRESS", "本町１－２", "本町1-2"),
    ],
)
def test_spellings_of_one_value(name: str, one: str, other: str) -> None:
    assert same_value(name, one) == same_value(name, other)


@pytest.mark.parametrize(
    "text", ["[PERSON_1]", "［ＰＥＲＳＯＮ＿１］", "[person 1]", "【PERSON-1】", "文中の [Person_1] です"]
)
def test_a_token_of_the_text_is_never_given_out(text: str) -> None:
    vault = Vault([text])
    assert vault.token("pii.person", "霧谷") == "[PERSON_2]"
    assert vault.value("PERSON_1") is None


def test_a_number_whose_letter_is_taken_is_passed_over_for_that_spelling() -> None:
    vault = Vault(["[PHONE_1B]"])
    assert vault.token("pii.phone", "090-1234-5678") == "[PHONE_1]"
    assert vault.token("pii.phone", "09012345678") == "[PHONE_1C]"


@pytest.mark.parametrize(
    "written",
    ["PERSON_1", "person_1", "ＰＥＲＳＯＮ＿１", "PERSON 1", "PERSON\\_1", "PERSON-1", " PERSON_1 ", "PERSON_１"],
)
def test_a_token_is_known_in_any_spelling(written: str) -> None:
    vault = Vault()
    vault.token("pii.person", "霧谷")
    assert vault.value(written) == "霧谷"
    assert canonical(written) == "PERSON1"
    assert list(vault.spans(f"x[{written}]")) == [(1, 3 + len(written))]


def test_every_token_fits_its_longest_form() -> None:
    vault = Vault()
    longest = max((vault.token(f"pii.{'x' * 24}", f"{n}") for n in range(100)), key=len)
    assert len(longest) < LONGEST


def test_many_threads_ask_at_once() -> None:
    vault = Vault()
    got: list[tuple[str, str]] = []

    def ask() -> None:
        got.extend((f"name{n}", vault.token("pii.person", f"name{n}")) for n in range(200))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 200
    assert len({token for _, token in got}) == 200


def test_a_vault_shows_no_value() -> None:
    vault = Vault()
    vault.token("pii.person", "霧谷すみれ")
    assert "霧谷" not in repr(vault)


def test_spellings_of_one_person_share_a_number_and_come_back_each_as_itself() -> None:
    vault = Vault(people={"山田": "山田太郎"})
    tokens = [vault.token("pii.person", name) for name in ("山田太郎", "山田", "佐藤", "山田 太郎")]
    assert tokens == ["[PERSON_1]", "[PERSON_1B]", "[PERSON_2]", "[PERSON_1C]"]
    assert [vault.value(token.strip("[]")) for token in tokens] == ["山田太郎", "山田", "佐藤", "山田 太郎"]
    assert vault.token("pii.address", "山田") == "[ADDRESS_1]"
