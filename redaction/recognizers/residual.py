"""What is left: a run of seven digits or more that nothing explains.

It may be anybody's number whose label stands elsewhere. Amounts, counts, dates, corporate numbers and the numbers of
documents and things are explained; everything else is for the policy to decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from redaction import checkdigits
from redaction.hit import Hit
from redaction.labels import NO_PERSON
from redaction.recognizers.base import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redaction.page import Page

KIND = "unexplained_number"
FEWEST = 7
"""Digits of the shortest run: with fewer, house numbers and counts would be found everywhere."""
_RUN = re.compile(
    r"(?<![0-9A-Za-z.,/_\\#%&=?-])(?<!\d:)(?<![¥$][ ])[A-Z]{0,2}(?:\d{4} \d{4} \d{4}(?: \d{2,4})?|\d{4} \d{6}|\d{1,16}(?:-\d{1,12}){0,4}|\d{1,64})[A-Z]?(?![0-9A-Za-z_/\\]|-[0-9A-Za-z]|[.,:]\d)"
)
# Digits behind the sign of a key, as logs write it, are looked at too: atena=00871153.
_KEYED = re.compile(r"(?<==)\d{7,16}(?![0-9A-Za-z_/\\.-])")
_COUNTED = re.compile(
    r"[ ]?(?:[千百十]?万?億?円|[人件個枚冊票点%回年月日時分秒号台本株着名戸棟筆歩]|世帯|か所|ページ|バイト|文字|kWh|byte|[KMG]B|[kcm]?m[2²3³]?(?![a-z])|kg|ha|[tLl](?![a-z])|㎡|平方|立方|千円|ドル|ポイント|トン)"
)
_MONEY_BEFORE = re.compile(
    r"(?:[¥$第約計]|金|合計|総額|予算額?|決算額?|金額|税額|残高|単価|価格|人口|面積)[ :は]{0,2}$"
)
_THING = re.compile(
    r"(?:JAN|ISBN|ISSN|SKU|CVE|RFC|品番|型番|品名|形式|シリアル|S/N|[Ss]erial|[Vv]er(?:sion)?|[Hh]ash|コミット|レコード|帳票|監査|改修|工番|伝票|契約|文書|議案|起案|決裁|請求書|管理|資産|備品|部品|製品|商品"
    r"|注文|発注|見積|収納機関|金融機関|科目|予算科目|コード|法人|登録|URL|port|PID|pid|行|[Tt]icket|build|rows?|count|total|size|bytes|length|elapsed|duration|offset|(?:ms|秒|時間)|代表|庁|役所|役場|課|係|局|署|所|館|センター|事務室|窓口|問い?合わ?せ先?|問合先|担当)"
    r"(?:番号|No\.?|コード|ID|id)?[\"']?$|(?:[Rr]eference|[Rr]ef|[Oo]rder|[Ii]nvoice|[Tt]racking)(?: ?(?:[Nn]o\.?|[Nn]umber|ID))?$"
)
_TIMESTAMP = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}")
_YEARED = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,4})?|[RHS]\d{1,2}-")
_LABEL_REACH = 18


def unexplained(page: Page, hits: Sequence[Hit]) -> Iterator[Hit]:
    """Runs that touch none of ``hits`` (in order, none overlapping) and that nothing explains."""
    taken = sorted([(hit.start, hit.end) for hit in hits] + list(page.dates))
    starts = [start for start, _ in taken]
    ends: list[int] = []
    for _, end in taken:
        ends.append(max(end, ends[-1] if ends else 0))
    for begin, stop in page.windows(FEWEST):
        for pattern in (_RUN, _KEYED):
            for match in pattern.finditer(page.text, begin, stop):
                start, end = match.span()
                before = bisect_right(starts, end - 1) - 1
                if before >= 0 and ends[before] > start:
                    continue
                if not _explained(page.text, start, end):
                    yield Hit(start, end, KIND, 0.4)


def _explained(text: str, start: int, end: int) -> bool:
    number = digits(text[start:end])
    return (
        len(number) < FEWEST
        or _uniform(number)
        or _TIMESTAMP.fullmatch(number) is not None
        or _YEARED.match(text[start:end]) is not None
        or checkdigits.corporate_number(number)
        or _COUNTED.match(text, end) is not None
        or _MONEY_BEFORE.search(text, max(0, start - _LABEL_REACH), start) is not None
        or _of_a_thing(text[max(0, start - _LABEL_REACH) : start].rstrip(" :=はが(「\"'第"))
    )


def _of_a_thing(before: str) -> bool:
    return (_THING.search(before) or NO_PERSON.search(before)) is not None


def _uniform(number: str) -> bool:
    """An example or a filler: one digit throughout, or the digits in order."""
    return len(set(number.strip("0"))) < 2 or number in "01234567890123456789" or number in "98765432109876543210"  # noqa: PLR2004
