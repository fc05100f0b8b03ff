"""Access: passwords, account names, codes of doors and safes, keys by their well-known beginnings.

A password has no form of its own, but it looks like no word: Latin letters with digits or marks among them, in the
middle of Japanese text that speaks of a password. So what is said is looked for first, then what looks like one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.hit import Hit
from redaction.recognizers.base import Pattern, PatternRecognizer
from redaction.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redaction.page import Page

_SECRET = re.compile(
    r"パスワード|ﾊﾟｽﾜｰﾄﾞ|ぱすわーど|(?:仮|初期|共通|[Ff]iの?|の)パス(?![ポタテワコ])|パスって|合言葉|合い言葉|パスコード|暗証|(?<![A-Za-z])(?:PW|PASS|Pwd|pwd)(?![A-Za-z])"
    r"|[Pp]assw(?:or)?d|[Pp]asscode|[Pp]assphrase|API ?[Kk]ey|APIキー|(?<![A-Za-z])(?:[Tt]oken|[Ss]ecret|PIN|snmp_community)(?![A-Za-z])|[共定表]の鍵は"
)
_CODE = re.compile(
    r"暗証(?:番号)?|(?<![A-Za-z])PIN(?![A-Za-z])|パスコード|画面ロック|オートロック|キーボックス|ダイヤル(?:錠|ロック)?の?(?:番号)?(?=は|[ :=「])|ロック番号|解錠番号|パスワード"
    r"|(?:金庫|鍵|ポスト|ドア|ロッカー)の?(?:番号|暗証)"
)
_ACCOUNT = re.compile(
    r"(?:利用者|ログイン|ユーザー?|個人|職員|申請者|(?<![A-Za-z一-龥ァ-ヴ]))(?:ID|アカウント)|(?<![A-Za-z一-龥ァ-ヴー])[旧新]?ID(?=[ :=])|ユーザー名|アカウント名?|(?<![A-Za-z])(?:user(?:name)?|USER|login|[Uu]id|User Id)(?=[\"']?[=:]|\")"
)
_SIEVE = Sieve([_SECRET, _CODE, _ACCOUNT])
_TOKEN = re.compile(r"[A-Za-z0-9_!#$%&*+@^~?./\\-]{4,64}")
_TOKEN_CHARACTER = re.compile(r"[A-Za-z0-9_!#$%&*+@^~?./\\-]")
_EDGE = ".&-/\\"
_LETTER, _OTHER, _MARK = re.compile(r"[A-Za-z]"), re.compile(r"\d"), re.compile(r"[!#$%&*+@^~?]")
_NOT_SECRET = re.compile(
    r"https?:|www\.|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.|[A-Za-z]:\\|\\\\|.*\.(?:jpe?g|png|pdf|xlsx?|docx?|csv|txt|log|exe|html?|jp|com|net|org)\b"
    r"|(?:Windows|Office|Excel|M365|Microsoft|Android|iPhone|iPad|iOS|USB|IPv|SHA|AES|TLS|WPA|JIS|UTF|MD|ISO|Wi-?Fi|CVE)[\d.-]|[A-Z]{1,3}-?\d{1,3}$|(?-i:[RHS])\d{1,2}[-./]|.*\(\)|/|--|<|ver\.?\d|v\d|\d{1,2}/\d|\d+(?:GB|MB|TB|kg|mm|cm)$|.*=$|.*\(\d|(?:19|20)?\d\d-\d\d|[a-z]+=\"",
    re.IGNORECASE,
)
_PIN = re.compile(
    r"[^\n。0-9]{0,12}(?:\d桁[^\n。0-9]{0,6})?(?P<v>(?<![A-Za-z.,:/-])(?:\d{4,8}|\d(?:-\d){3,5})(?![\d桁回文字人件年月日時分%.,:/-]))(?![A-Za-z0-9])"
)
_SIBLING = re.compile(r"[」』\"']?(?:と|、|・|や|,)?[ ]?[「『\"'](?P<v>[!-~]{4,32}?)(?=[」』\"'])")
_VALUE_OF_ACCOUNT = re.compile(
    r"(?:コード|番号)?(?: ?(?:[:=は(「]|が|→) ?|[ ]|(?=[A-Za-z]{1,3}\d))[「『\"'(]{0,2}(?P<v>(?!https?:)[A-Za-z0-9][A-Za-z0-9._@+-]{2,40})(?![A-Za-z0-9])"
)
_PARTICLES = frozenset("がでにをはのと")
"""Right behind a value they say that it is a word of the sentence, as in user: Excelで. (At the end '' is none.)"""
_BEHIND, _BEFORE = 60, 40


class Credentials(PatternRecognizer):
    """Passwords and account names near their name; keys by their well-known beginnings."""

    kinds = ("credential",)
    patterns = (
        Pattern(
            "credential",
            re.compile(
                r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|sk_(?:live|test)_[A-Za-z0-9]{8,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abp]-[A-Za-z0-9-]{10,}"
                r"|AIza[A-Za-z0-9_-]{30,}|glpat-[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{4,})"
            ),
            score=0.97,
        ),
        # Right behind its name, whatever it looks like.
        Pattern(
            "credential",
            re.compile(
                r"(?=[パﾊ暗合AaPpKkTtSs])(?:パスワード|ﾊﾟｽﾜｰﾄﾞ|暗証番号|暗証|合言葉|パスコード|(?<![A-Za-z])PW|(?<![A-Za-z])PASS|[Pp]assw(?:or)?d|[Pp]wd|[Pp]asscode|API ?[Kk]ey|APIキー"
                r"|(?<![A-Za-z])(?:KEY|[Tt]oken|[Ss]ecret|PIN))"
                r"(?:コード|番号)?(?: ?(?:[:=は]|が|→) ?|[ ])[「『\"'(]{0,2}"
                r"(?P<v>(?=[!-~]{0,40}[0-9_.!@#$%&*-])[!-~]{4,64})(?<![」』\"',);.])"
            ),
            score=0.82,
            valid=lambda text: not re.match(r"https?:|[\d,]+$|[(]", text) or bool(re.fullmatch(r"\d{4,8}", text)),
        ),
        # Of a payment card.
        Pattern(
            "credential",
            re.compile(
                r"(?:セキュリティ(?:コード|番号)|CVV2?|CVC2?|裏の?[三3]桁)[^\d\n。]{0,6}(?P<v>\d{3,4})(?![\d桁])"
            ),
            score=0.85,
            digits=3,
        ),
        # How a safe is opened.
        Pattern("credential", re.compile(r"[右左] ?\d{1,2}(?:[ 、→,]{0,2}[右左] ?\d{1,2}){1,7}"), score=0.8, digits=2),
        # Who logged in, as logs say it.
        Pattern(
            "credential",
            re.compile(
                r"(?<![!-~])(?P<v>[A-Za-z][A-Za-z0-9._-]{1,39}(?<![._-]))(?=[」』)]? ?で(?:ログイン|サインイン))"
            ),
            score=0.75,
        ),
        Pattern(
            "credential", re.compile(r"(?<![A-Za-z])by (?P<v>[a-z]{2,16}[._][a-z0-9]{1,16})(?![A-Za-z0-9.])"), score=0.7
        ),
    )

    def on(self, page: Page) -> Iterable[Hit]:
        """Also what looks like a secret near a word for one."""
        yield from super().on(page)
        text = page.text
        passing = _SIEVE.passing(text)
        for word in _SECRET.finditer(text) if 0 in passing else ():
            yield from _near(text, word.start(), word.end())
        for word in _CODE.finditer(text) if 1 in passing else ():
            if pin := _PIN.match(text, word.end()):
                yield Hit(*pin.span("v"), "credential", 0.8)
                if sibling := _SIBLING.match(text, pin.end("v")):
                    yield Hit(*sibling.span("v"), "credential", 0.75)
        for word in _ACCOUNT.finditer(text) if 2 in passing else ():  # noqa: PLR2004, the third of the sieve
            found = _VALUE_OF_ACCOUNT.match(text, word.end())
            if (
                found
                and not _NOT_SECRET.match(found["v"])
                and text[found.end("v") : found.end("v") + 1] not in _PARTICLES
            ):
                yield Hit(*found.span("v"), "credential", 0.75)


def _near(text: str, start: int, end: int) -> Iterable[Hit]:
    """What looks like a password behind the word, over one line's end, or close before it."""
    stop = min(len(text), end + _BEHIND)
    line = text.find("\n", end, stop)
    second = text.find("\n", line + 1, stop) if line >= 0 else -1
    stop = second if second >= 0 else stop
    while stop < len(text) and "!" <= text[stop] <= "~":  # not through the middle of a word
        stop += 1
        if stop - end > 2 * _BEHIND:
            return
    for token in (*_TOKEN.finditer(text, end, stop), *_TOKEN.finditer(text, max(0, start - _BEFORE), start)):
        if token.end() <= start and not re.match(
            r"[」』\"')\]]?[ ]?(?:←|\(|が|は|という)?[^、。\n]{0,10}$", text[token.end() : start]
        ):
            continue
        first, last = token.span()
        if _TOKEN_CHARACTER.match(text, first - 1) and first:  # the rest of a longer word
            continue
        while first < last and text[first] in _EDGE:
            first += 1
        while first < last and text[last - 1] in _EDGE:
            last -= 1
        if _looks_secret(text[first:last]):
            yield Hit(first, last, "credential", 0.78)
            at = last
            while sibling := _SIBLING.match(text, at):
                yield Hit(*sibling.span("v"), "credential", 0.75)
                at = sibling.end("v")


def _looks_secret(token: str) -> bool:
    """Letters with digits or marks among them, and neither an address nor a name of a product, a file or a date."""
    if len(token) < 4 or _NOT_SECRET.match(token) or not _LETTER.search(token):  # noqa: PLR2004, the shortest
        return False
    return bool(_OTHER.search(token) or _MARK.search(token))
