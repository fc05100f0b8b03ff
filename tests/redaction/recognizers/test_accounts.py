"""Bank accounts, cards, passwords and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.accounts import Accounts
from redaction.recognizers.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("普通口座1234567に振り込む", "bank_account", "1234567"),
        ("みどり銀行本店　普通　１２３４５６７", "bank_account", "１２３４５６７"),
        ("口座番号：1234567", "bank_account", "1234567"),
        ("ゆうちょ 10140-12345671", "bank_account", "10140-12345671"),
        ("カードは4111 1111 1111 1111です", "credit_card", "4111 1111 1111 1111"),
        ("カード番号は4111111111111111です", "credit_card", "4111111111111111"),
        ("４１１１－１１１１－１１１１－１１１１", "credit_card", "４１１１－１１１１－１１１１－１１１１"),
        ("378282246310005", "credit_card", "378282246310005"),
    ],
)
def test_accounts(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert (kind, wanted) in find(Accounts(), text)


@pytest.mark.parametrize(
    "text",
    ["予算額は1234567円です。", "受付番号は1234567です。", "4111111111111112", "普通交付税は1,234,567千円です。"],
)
def test_no_account(find: Callable[..., Any], text: str) -> None:
    assert find(Accounts(), text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("パスワードはAoba#2026です", "Aoba#2026"),
        ("PW=Haru!2026aoba", "Haru!2026aoba"),
        ("暗証番号：1234", "1234"),
        ("鍵はsk-abcdefghijklmnop1234です", "sk-abcdefghijklmnop1234"),
        ("token: ghp_abcdefghijklmnopqrst", "ghp_abcdefghijklmnopqrst"),
    ],
)
def test_credentials(find: Callable[..., Any], text: str, wanted: str) -> None:
    assert ("credential", wanted) in find(Credentials(), text)


@pytest.mark.parametrize("text", ["パスワードを変更してください。", "パスワードは毎月変えます。", "task-oriented"])
def test_no_credential(find: Callable[..., Any], text: str) -> None:
    assert find(Credentials(), text) == []
