"""Passwords, account names, codes of doors: what is said to be one, and what looks like one near a word for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # strong: named, or of a well-known form
        ("パスワードはAoba#2026です", "Aoba#2026"),
        ("PW=Haru!2026aoba", "Haru!2026aoba"),
        ("Server=db03;Pwd=hAru!nonohana;", "hAru!nonohana"),
        ("暗証番号：1234", "1234"),
        ("暗証番号は４桁で８８１２です", "８８１２"),
        ("鍵はsk-abcdefghijklmnop1234です", "sk-abcdefghijklmnop1234"),
        ("token: ghp_abcdefghijklmnopqrst", "ghp_abcdefghijklmnopqrst"),
        ("裏の三桁 417 を書いた", "417"),
        ("セキュリティコードは123", "123"),
        ("ダイヤルは 右7左3右11 です", "右7左3右11"),
        ("キーボックスの番号は「2580」", "2580"),
        ("ポストの暗証 4-0-9-2", "4-0-9-2"),
        # weak: it looks like one, and a password is spoken of
        ("パスワードは、恥ずかしながら娘の名（Hina0611）です", "Hina0611"),
        ("仮パスは紙に書いた Zx9$momiji", "Zx9$momiji"),
        ("■ パスワード\n共有の棚：Toki-to-88", "Toki-to-88"),
        ("「senkyo#2025」← 名簿端末のパスワード", "senkyo#2025"),
        ("ＰＷ：Ｎａｇａｒａ＿１１３０", "Ｎａｇａｒａ＿１１３０"),
        ("パスワードはAo\u200bba#2026", "Ao\u200bba#2026"),
        # who it belongs to
        ("旧ID morizane_s は止めた", "morizane_s"),
        ("user=park0417 ip=192.0.2.1", "park0417"),
        ("23:41に nawashiro.k でログインがあった", "nawashiro.k"),
    ],
)
def test_credentials(find: Callable[..., Any], text: str, wanted: str) -> None:
    assert ("credential", wanted) in find(Credentials(), text)


def test_a_second_one_in_quotes(find: Callable[..., Any]) -> None:
    found = find(Credentials(), "暗証番号を書いた紙に「sakura2580」と「4471」とある。")
    assert found == [("credential", "sakura2580"), ("credential", "4471")]


@pytest.mark.parametrize(
    "text",
    [
        "パスワードを変更してください。",
        "パスワードは毎月変えます。",
        "パスワードは8文字以上とし、英数字を混ぜる。",
        "暗証番号は4桁の数字です。",
        "暗証番号を3回間違えた。",
        "task-oriented",
        "パスワードの問合せ 118件",
        "login success",
        "user: Excelで曜日を求めたい",
        "ジョブID=4459711",
        "PRIMARY KEY, shimei VARCHAR(40)",
        "パスワードの案内は https://example.jp/pw2026 にある",
        "password = (環境変数 MAIL_PW から読む)",
        "職員が鍵を返した。",
    ],
)
def test_no_credential(find: Callable[..., Any], text: str) -> None:
    assert find(Credentials(), text) == []
