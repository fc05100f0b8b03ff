"""Bank accounts, cards, passwords and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.accounts import Accounts

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
        ("カード（番号4980 0031 7752 6648）で払う", "credit_card", "4980 0031 7752 6648"),
        ("4111\u200b1111\u200b1111\u200b1111", "credit_card", "4111\u200b1111\u200b1111\u200b1111"),
        ("41111111\n11111111", "credit_card", "41111111\n11111111"),
        ("カード 四一一一―一一一一―一一一一―一一一一", "credit_card", "四一一一―一一一一―一一一一―一一一一"),
        ("口座は旧姓のまま 1174-0062218", "bank_account", "1174-0062218"),
        ("還付先は農協の 0117-4-228391", "bank_account", "0117-4-228391"),
        ("預金口座（１０７２－３３９００１４）", "bank_account", "１０７２－３３９００１４"),
        ("普通 511 8820 名義 キリタニ", "bank_account", "511 8820"),
        ("普通預金 〇〇一二三四五", "bank_account", "〇〇一二三四五"),
        ("口座番号は123\u200b4567", "bank_account", "123\u200b4567"),
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
