"""Tokens that stay the same from one request to the next."""

from __future__ import annotations

import hashlib

from redaction.pseudonyms import Pseudonyms


def pseudonyms(salt: str = "a") -> Pseudonyms:
    return Pseudonyms(lambda text: hashlib.sha256(f"{salt}{text}".encode()).hexdigest())


def test_one_value_has_one_token_in_all_requests_and_spellings() -> None:
    tokens = {pseudonyms().token("pii.person", name) for name in ("佐藤花子", "佐藤　花子", "佐藤 花子")}
    assert len(tokens) == 1
    (token,) = tokens
    assert token.startswith("[PERSON_")
    assert len(token) == len("[PERSON_]") + 12


def test_values_kinds_and_secrets_are_told_apart() -> None:
    one = pseudonyms()
    assert (
        len({one.token("pii.person", "佐藤"), one.token("pii.person", "鈴木"), one.token("pii.address", "佐藤")}) == 3
    )
    assert pseudonyms("b").token("pii.person", "佐藤") != one.token("pii.person", "佐藤")


def test_there_is_no_way_back() -> None:
    one = pseudonyms()
    token = one.token("pii.person", "佐藤")
    assert one.value(token.strip("[]")) is None
    assert list(one.spans(token)) == []
