"""What a draft says in figures: sums, terms, dates, persons, the kind of a contract; and conditions worked out of them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from policies.ordinance.amounts import Quantity, amounts, figures, months, persons, prices, terms
from policies.ordinance.dates import (
    Day,
    Range,
    Year,
    days_of,
    fiscal_year,
    fiscal_years,
    months_of,
    ranges,
    wrong_era,
    wrong_weekday,
)
from policies.ordinance.entities import entity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policies.ordinance.citations import Citation, Statutes
    from policies.ordinance.limits import ContractKind, Entity, Limits
    from policies.reading import Reading

Place = tuple[int, int] | None
Computed = Literal[
    "wrong_weekday", "wrong_era", "long_sentence", "late_promulgation", "late_budget", "amended_after_year",
    "decided_after_start", "short_opinion_period", "several_years", "small_yen_limits", "high_fine", "high_penalty",
    "old_council_article", "western_punctuation", "kanji_numbers", "unknown_article", "repealed_article", "repealed_law",
]  # fmt: skip

LONGEST_SENTENCE = 120
"""Characters; 公用文作成の考え方（令和4年1月11日内閣文第1号）Ⅲ-3 asks for short sentences and names no number: this is ours."""
OPINION_DAYS = 30
"""行政手続法39条3項: at least thirty days, counted from the day of the notice."""
_SOME_YEAR = 2025  # where a text names none, distances count all the same
_SEND_DAYS, _PROMULGATE_DAYS = 3, 20  # 地方自治法16条1項・2項

_KINDS: tuple[tuple[ContractKind, str], ...] = (
    ("works", r"工事|修繕|修理|改修|改築|補修|舗装|建設|建築|解体|塗装|製造|請負代金|土木"),
    ("lease_in", r"借入|借り入れ|借上|借り上げ|リース|賃借|レンタル"),
    ("purchase", r"購入|買入|買い入れ|買い替え|調達|備品|物品|図書|車両|机|端末|パソコン"),
    ("sale", r"売払|売り払|売却|払下げ"),
    ("lease_out", r"貸付|貸し付け|貸し出"),
    ("other", r"委託|業務|役務|清掃|保守|警備|点検|調査|設計(?!額|金額|書|図)|測量|運営|派遣|草刈|作業|謝礼"),
)  # fmt: skip
# The characters that they begin with stand first: most places are left at once.
_KIND = re.compile(
    f"(?=[{''.join(word[0] for _, words in _KINDS for word in words.split('|'))}])"
    f"(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _KINDS)})"
)
_SENTENCE = re.compile(r"[^。!?\n]+")
_STEP = re.compile(r"可決|議決|送付|公布")
_PERFORMED = re.compile(r"履行期間|納品|着手|完了|施工|実施日|発注日|工期|納入")
_DECIDED = re.compile(r"決裁日|起案日|決裁年月日|起案年月日|支出負担行為日")
_SUBMIT = re.compile(r"提出|上程|付議|送付")
_SESSION = re.compile(r"(?:の|に)?(?:定例会|臨時会|議会|補正)")
_FISCAL_BUDGET = re.compile(r"補正予算")
_OPINIONS = re.compile(
    r"意見(?:の)?(?:募集|公募|提出)|パブリック・?コメント|パブコメ|御?意見を(?:募集|お寄せ)|意見を募"
)
_OLD_ARTICLE = re.compile(r"(?:施行令|令)第?(?:121条の2|百二十一条の二)(?!の[2二])")
_COUNCIL = re.compile(r"議決|契約|財産の取得")
_COUNCILLOR = re.compile(r"議員|関係私企業|300万円")
# The view folds ，and ． to , and .: what tells them is Japanese on both sides.
_WESTERN = re.compile(r"[,.](?<=[ぁ-んァ-ヶ一-龠々」)][,.])(?=[ぁ-んァ-ヶ一-龠々「(\n ]|$)")
_KANJI_NUMBER = re.compile(
    r"[一二三四五六七八九千百十](?:[一二三四五六七八九千百十]+(?:日以内|日まで|日間|円|名|人)"
    r"|[一二三四五六七八九十]?月[一二三四五六七八九十]{1,3}日|(?:日以内|名以上|円以下|年度末))"
)
_NO_NUMBER = re.compile(r"[一-龠第\d,]")
_LEGAL = re.compile(r"処する|過料|拘禁刑|懲役|禁錮|第[一二三四五六七八九十百]+条")
_NEAR, _BESIDE = 30, 60
# 地方自治法施行令別表第五 before 令和7年政令94号 (until 2025-03-31), cities, towns and villages: 130, 80, 40, 50 万円.
_OLD_LIMITS = {1_300_000, 800_000, 400_000, 500_000, 300_000, 2_500_000, 1_600_000}


class Facts:
    """All figures of one text, each kind worked out when first asked for."""

    def __init__(self, reading: Reading) -> None:
        self.text, self.original = reading.view.text, reading.text
        self._wrong: dict[str, list[tuple[Citation, bool]]] = {}
        self._contract_kinds: dict[int, ContractKind] = {}

    def wrong(self, statutes: Statutes) -> list[tuple[Citation, bool]]:
        """The citations of articles that these statutes do not have, or that were taken out (True)."""
        if statutes.revision not in self._wrong:
            self._wrong[statutes.revision] = list(statutes.wrong(self.text))
        return self._wrong[statutes.revision]

    @cached_property
    def _figures(self) -> list[tuple[int, int]]:
        return figures(self.text)

    @cached_property
    def sums(self) -> tuple[Quantity, ...]:
        """All sums of yen, limits and penalties included."""
        return tuple(amounts(self.text))

    @cached_property
    def prices(self) -> tuple[Quantity, ...]:
        """Sums that are prices, with tax."""
        return tuple(prices(self.text, self.sums))

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Dates."""
        return tuple(days_of(self.text))

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        """Stretches between two dates."""
        return tuple(ranges(self.text, list(self.days or days_of(self.text, _SOME_YEAR))))

    @cached_property
    def years(self) -> tuple[Year, ...]:
        """Fiscal years."""
        return tuple(fiscal_years(self.text))

    @cached_property
    def terms(self) -> tuple[Quantity, ...]:
        """Lengths of time in days."""
        return tuple(terms(self.text, self._figures))

    @cached_property
    def months(self) -> tuple[Quantity, ...]:
        """Lengths of time in months, those between two dates included."""
        spans = [Quantity(r.start, r.end, round(r.days / 30.4)) for r in self.ranges]
        return tuple(sorted((*months(self.text, self._figures), *spans)))

    @cached_property
    def persons(self) -> tuple[Quantity, ...]:
        """Numbers of persons."""
        return tuple(persons(self.text, self._figures))

    @cached_property
    def entity(self) -> Entity | None:
        """The kind of municipality whose draft it is, where it says so."""
        return entity_of(self.text)

    @cached_property
    def _kinds(self) -> tuple[tuple[int, ContractKind], ...]:
        return tuple((m.start(), m.lastgroup) for m in _KIND.finditer(self.text))  # type: ignore[misc]

    def contract_kind(self, offset: int) -> ContractKind:
        """The kind of contract that is spoken of around an offset: the nearest word that tells, those before it first."""
        known = self._contract_kinds.get(offset)
        if known is None:
            n = bisect_right(self._kinds, offset, key=itemgetter(0))
            around = self._kinds[max(0, n - 1) : n + 1]
            ways = ((offset - at if at <= offset else 2 * (at - offset), kind) for at, kind in around)
            known = self._contract_kinds[offset] = min(ways, default=(0, "other"))[1]
        return known


def compute(
    name: Computed, facts: Facts, limits: Limits, statutes: Statutes, told: Sequence[tuple[int, int]] = ()
) -> Place:
    """Where a condition that has to be worked out holds; None where it does not.

    ``told`` are citations of which the table of moved provisions has said already what became of them.
    """
    if name in _CITED:
        places = _CITED[name](facts, statutes)
        return next((place for place in places if not any(a < place[1] and place[0] < b for a, b in told)), None)
    return _COMPUTED[name](facts, limits)


def _weekday(facts: Facts, _: Limits) -> Place:
    if "(" not in facts.text and "曜" not in facts.text:  # no weekday stands beside a date
        return None
    day = wrong_weekday(list(facts.days))
    return (day.start, day.end) if day else None


def _era(facts: Facts, _: Limits) -> Place:
    return wrong_era(facts.text)


def _long(facts: Facts, _: Limits) -> Place:
    for match in _SENTENCE.finditer(facts.text):
        if match.end() - match.start() > LONGEST_SENTENCE and "|" not in match[0]:
            return match.span()
    return None


def _late_promulgation(facts: Facts, _: Limits) -> Place:
    """More than 3 days from the vote to the sending, or more than 20 from there to the promulgation."""
    if "公布" not in facts.text and "送付" not in facts.text:
        return None
    dates: dict[str, Day] = {}
    for day in facts.days or days_of(facts.text, _SOME_YEAR):
        line = facts.text[day.end : min(day.end + _NEAR, _line_end(facts.text, day.end))]
        if step := _STEP.search(line):
            dates.setdefault("可決" if step[0] == "議決" else step[0], day)
    passed, sent, made = (dates.get(step) for step in ("可決", "送付", "公布"))
    if passed and sent and (sent.value - passed.value).days > _SEND_DAYS:
        return sent.start, sent.end
    last = sent or passed
    if last and made and (made.value - last.value).days > _PROMULGATE_DAYS + (0 if sent else _SEND_DAYS):
        return made.start, made.end
    return None


def _late_budget(facts: Facts, limits: Limits) -> Place:
    """A first budget that is put before the council later than the law says, counted back from 1 April."""
    for day in facts.days or days_of(facts.text, facts.years[0].value if facts.years else None):
        beside = facts.text[max(0, day.start - _NEAR) : _line_end(facts.text, day.end)]
        if not _SUBMIT.search(beside):
            continue
        for year in {year.value for year in facts.years}:
            begins = date(year, 4, 1)
            latest = begins - timedelta(days=limits.figure("budget_days").value)
            if begins - timedelta(days=180) <= day.value and latest < day.value < begins + timedelta(days=60):
                return day.start, day.end
    return None


def _amended_after_year(facts: Facts, _: Limits) -> Place:
    """A supplementary budget of a fiscal year, on a day when that year has passed."""
    if not _FISCAL_BUDGET.search(facts.text):
        return None
    for day in facts.days:
        before = [y for y in facts.years[:1] if y.start < day.start]
        beside = facts.text[max(0, day.start - _NEAR) : _line_end(facts.text, day.end)]
        if before and _SUBMIT.search(beside) and fiscal_year(day.value) > before[0].value:
            return day.start, day.end
    for month in months_of(facts.text):
        if facts.years and fiscal_year(month.value) > facts.years[0].value and _SESSION.match(facts.text, month.end):
            return month.start, month.end
    return None


def _decided_after_start(facts: Facts, _: Limits) -> Place:
    """A draft or a decision that is dated after the work has begun."""
    if not _DECIDED.search(facts.text):
        return None
    decided = [d for d in facts.days if _DECIDED.search(facts.text, max(0, d.start - 10), d.start)]
    performed = [d for d in facts.days if _PERFORMED.search(facts.text, max(0, d.start - 10), d.start)]
    begun = min((p.value for p in performed), default=date.max)
    late = [d for d in decided if d.value > begun]
    return (late[0].start, late[0].end) if late else None


def _short_opinion_period(facts: Facts, _: Limits) -> Place:
    """Fewer than thirty days for opinions of the public."""
    topics = list(_OPINIONS.finditer(facts.text))
    if not topics:
        return None
    found = [Quantity(r.start, r.end, r.days) for r in facts.ranges]
    found += [
        term
        for term in facts.terms
        if facts.text.startswith(("間", "の"), term.end) or facts.text[term.end - 1] == "間"
    ]
    found.sort()
    for topic in topics:
        first = bisect_left(found, topic.start() - 60, key=itemgetter(0))
        last = bisect_right(found, topic.end() + 150, key=itemgetter(0))
        for term in found[first:last]:
            if 1 < term.value < OPINION_DAYS:
                return term.start, term.end
    return None


def _several_years(facts: Facts, _: Limits) -> Place:
    """A stretch of more than one fiscal year: between two dates, or between two named years."""
    for r in facts.ranges:
        if fiscal_year(r.last) > fiscal_year(r.first):
            return r.start, r.end
    for first, last in zip(facts.years, facts.years[1:], strict=False):
        if last.value > first.value and re.search("から|[~〜～-]", facts.text[first.end : last.start]):
            return first.start, last.end
    return None


def _small_yen_limits(facts: Facts, limits: Limits) -> Place:
    """A sum that was a limit for small contracts before 1 April 2025, named as a limit."""
    del limits
    for match in re.finditer(
        r"(\d{2,3})万円(?:\([^)]*\))?(?:以下|まで|未満|を上限|を超え|が上限|の範囲|が限度)", facts.text
    ):
        if int(match[1]) * 10_000 in _OLD_LIMITS:
            return match.span()
    return None


def _high(word: str, highest: int) -> Callable[[Facts, Limits], Place]:
    """A sum of yen above the highest that a penalty of this name may have (地方自治法14条3項・15条2項)."""

    def find(facts: Facts, _: Limits) -> Place:
        for sum_ in facts.sums:
            if sum_.value > highest and re.match(rf"(?:以下)?の?{word}", facts.text[sum_.end : sum_.end + 8]):
                return sum_.start, sum_.end
        return None

    return find


def _old_council_article(facts: Facts, _: Limits) -> Place:
    """地方自治法施行令121条の2, cited for what now stands in 121条の2の2."""
    if "121条の2" not in facts.text and "百二十一条の二" not in facts.text:
        return None
    match = _OLD_ARTICLE.search(facts.text)
    return match.span() if match and _COUNCIL.search(facts.text) and not _COUNCILLOR.search(facts.text) else None


def _western_punctuation(facts: Facts, _: Limits) -> Place:
    if "，" not in facts.original and "．" not in facts.original:  # commas of half width are those of lists of data
        return None
    match = _WESTERN.search(facts.text)
    return match.span() if match else None


def _kanji_numbers(facts: Facts, _: Limits) -> Place:
    """Numbers in kanji in a horizontal text, legal texts aside."""
    for match in _KANJI_NUMBER.finditer(facts.text):
        if not _NO_NUMBER.match(facts.text[match.start() - 1 : match.start()]):
            return None if _LEGAL.search(facts.text) else match.span()
    return None


def _line_end(text: str, start: int) -> int:
    """Where the line ends, or what is still beside its beginning."""
    end = text.find("\n", start, start + _BESIDE)
    return min(start + _BESIDE, len(text)) if end < 0 else end


_CITED: Mapping[str, Callable[[Facts, Statutes], Iterator[tuple[int, int]]]] = {
    "unknown_article": lambda facts, statutes: (c[:2] for c, repealed in facts.wrong(statutes) if not repealed),
    "repealed_article": lambda facts, statutes: (c[:2] for c, repealed in facts.wrong(statutes) if repealed),
    "repealed_law": lambda facts, statutes: statutes.repealed_laws(facts.text),
}
_COMPUTED: Mapping[Computed, Callable[[Facts, Limits], Place]] = {
    "wrong_weekday": _weekday,
    "wrong_era": _era,
    "long_sentence": _long,
    "late_promulgation": _late_promulgation,
    "late_budget": _late_budget,
    "amended_after_year": _amended_after_year,
    "decided_after_start": _decided_after_start,
    "short_opinion_period": _short_opinion_period,
    "several_years": _several_years,
    "small_yen_limits": _small_yen_limits,
    "high_fine": _high("罰金", 1_000_000),
    "high_penalty": _high("過料", 50_000),
    "old_council_article": _old_council_article,
    "western_punctuation": _western_punctuation,
    "kanji_numbers": _kanji_numbers,
}
