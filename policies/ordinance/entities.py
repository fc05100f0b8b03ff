"""Whose draft a text is, where it says so: 町長, 村議会 and 町道 are a town's or a village's, 県財務規則 a prefecture's.

A gateway that several municipalities share (共同利用) reads drafts of all of them, and limits of law differ by kind.
Other bodies are named in every draft (県知事に申請する), so a prefecture's draft is told only by its own rules or by its
sender, and a text that speaks of a city and of a town is nobody's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.ordinance.limits import Entity

_OWN = r"(?:長(?!選|会|寿|期|年|い|さ|く)|役場|役所|議会|道(?![路具])|有地|有林|費|債|立|営|財務規則|契約規則)"
_TOWN = re.compile(rf"(?<![市町村区下各])[町村]{_OWN}|^[^\n]{{1,8}}[町村] ?[^\n、。]{{1,8}}[課係室]$", re.MULTILINE)
_CITY = re.compile(
    rf"(?<![都朝夕花])市{_OWN}|^[^\n]{{1,8}}市 ?(?:役所|教育委員会|[^\n、。]{{1,8}}[課係室])", re.MULTILINE
)
_PREFECTURE = re.compile(
    r"[府県](?:財務規則|契約規則|会計規則|事務決裁規程|の(?:買入れの|随意契約の)?限度額)"
    r"|^(?:東京都|北海道|[一-龠々]{1,3}[府県])(?!の) ?[^\n市町村区、。]{1,14}(?:課|部|局|センター|事務所)",
    re.MULTILINE,
)


def entity_of(text: str) -> Entity | None:
    """The kind of municipality that a normalised text is a draft of; None where it does not say, or says two."""
    town, city = _TOWN.search(text) is not None, _CITY.search(text) is not None
    if town or city:
        return None if town and city else "town_village" if town else "city"
    return "prefecture" if _PREFECTURE.search(text) else None
