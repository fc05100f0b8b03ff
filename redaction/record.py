"""Whether a text as a whole is a record about persons: case notes, a list of people, a file of arrears.

A very good redactor may still leave a trace in such a text. So policy can keep it on premises, or have a person look.
The estimate counts what was found by kind, weighs it, and adds what such records say of themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from redaction.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

KIND = "personal_record"
# What one find of a kind says about the text; kinds that public texts are full of say little.
_WEIGHTS = {
    "person": 1.0, "address": 0.8, "date_of_birth": 1.4, "age": 0.5, "sex": 0.3, "phone": 0.5, "postal_code": 0.2,
    "email": 0.4, "url": 0.0, "ip_address": 0.1, "unexplained_number": 0.3, "credential": 0.6,
}  # fmt: skip
_NUMBER, _SENSITIVE = 1.3, 0.7
"""Of a number that an office gave to a person, and of something sensitive that is somebody's."""
_FULL, _MOST_OF_A_KIND = 2, 10
_CUES = re.compile(
    r"相談(?:記録|票|者|内容)|経過(?:記録|$)|聞き?取り|聴取|面談|訪問|来[庁所]|電話(?:あり|連絡|で)|世帯(?:主|員|構成)|続柄|同居|本人|生年月日|氏名|住所|名簿|一覧|台帳|調書|滞納|分納|督促|主訴|既往|診断|受給|申請者|届出人|対応(?:者|記録)?|所見|支援(?:経過|方針)|緊急連絡先|様"
)
# What a text for the public, a rule or a table of figures says.
_PUBLIC = re.compile(
    r"第[0-9一二三四五六七八九十]+[条章](?!の規定により)|附則|開[館場演]|休館|閉館|定員|参加費|入場(?:料|無料)|無料|申込(?:み|先)|公告|告示|世帯数|人口|合計|平均|統計|件数|前年(?:度|比)|増減|[0-9]%|placeholder|</|def |SELECT|仕様|要件|[皆]さん|市民の皆|読者|連載"
)
_CUE, _MOST_CUES = 0.25, 6
_AGAINST, _MOST_AGAINST = 0.5, 5
THRESHOLD = 3.7


def estimate(text: str, hits: Sequence[Hit]) -> float:
    """The weight of evidence; from ``THRESHOLD`` on the text is a record. Linear in text and hits."""
    kinds = Counter(hit.kind.partition(".")[0] for hit in {(h.kind, text[h.start : h.end]): h for h in hits}.values())
    if not kinds:
        return 0.0
    weight = sum(
        _WEIGHTS.get(kind, _SENSITIVE if kind == "sensitive" else _NUMBER) * _counting(count)
        for kind, count in kinds.items()
    )
    cues = {match[0] for match in _CUES.finditer(text)}
    public = {match[0] for match in _PUBLIC.finditer(text)}
    return weight + _CUE * min(len(cues), _MOST_CUES) - _AGAINST * min(len(public), _MOST_AGAINST)


def _counting(count: int) -> float:
    """The first two of a kind count in full, the others half: a table of places may look like one of names."""
    return min(count, _FULL) + max(0, min(count, _MOST_OF_A_KIND) - _FULL) / 2


def record(text: str, hits: Sequence[Hit]) -> Hit | None:
    """A finding about the whole text, placed at the first thing found in it; None for any other text.

    It is placed where something was found anyway, so that no rule about it can replace more than that.
    """
    weight = estimate(text, hits)
    if weight < THRESHOLD:
        return None
    first = min(hits)
    return Hit(first.start, first.end, KIND, round(min(0.99, weight / (weight + THRESHOLD)), 2))
