"""Facts about a person: birth date, age, sex, car, and the numbers of municipal files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction import dates
from redaction.hit import Hit
from redaction.labels import DATE
from redaction.recognizers.base import Pattern, PatternRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redaction.page import Page

_DATE = DATE.pattern
_KANJI_NUMBER = r"[一二三四五六七八九]?十[一二三四五六七八九]?|[二三四五六七八九]"
_OLD = r"(?:明治|大正|昭和|[MTS明大昭]) ?\d{1,2}[年./・-] ?\d{1,2}[月./・-] ?\d{1,2}日?"
_BEHIND_NO_BIRTH = r"[付け]|[ ]?(?:[一-龥]{0,8}(?:条例|規則|法律|要綱|告示|訓令)|施行|制定|改正|公布|発行|開設|設立|創立|竣工|建築|築|取得|登記|から|より|まで|以前|以降|以後|に(?:死亡|就任|完成|取得|転入|転出|婚姻|設立|開設|制定))"
_NO_BIRTH = rf"(?!{_BEHIND_NO_BIRTH})"
_SEX = r"(?:男性|女性|男児|女児|男|女)"


class BirthDate(PatternRecognizer):
    """Dates with a word of birth before or behind them, in a person's brackets, or beside the sex."""

    kinds = ("date_of_birth",)
    patterns = (
        Pattern("date_of_birth", re.compile(rf"(?<![一-龥\d]){_OLD}{_NO_BIRTH}(?!\d)"), score=0.55, digits=2),
        Pattern(
            "date_of_birth",
            re.compile(r"(?<!\d)\d{1,2}/\d{1,2}/(?:19|20)\d\d(?!\d)"),
            context=re.compile(r"born|birth|DOB|生|nasc|nacid|naci[oó]", re.IGNORECASE),
            score=0.9,
            digits=6,
        ),
        # The day alone, where it says so.
        Pattern(
            "date_of_birth",
            re.compile(
                r"(?<![\d/])(?:\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日)(?=に?(?:生まれ|誕生(?!日?会)|うまれ)|生(?![活徒産涯命物鮮態え一-龥]))"
            ),
            score=0.75,
            digits=2,
        ),
        Pattern(
            "date_of_birth",
            re.compile(
                r"(?<![一-龥])(?:[明大昭平]|大正|昭和|平成) ?(?:\d{1,2}|[一二三四五六七八九十]{1,3})年?(?=生(?:まれ)?[^一-龥])"
            ),
            score=0.8,
        ),
    )

    def on(self, page: Page) -> Iterable[Hit]:
        """Also a date in the brackets or the cell right behind a name."""
        yield from super().on(page)
        for start, end in page.dates:
            for evidence, behind, score in _OF_BIRTH:
                first, last = (end, len(page.text)) if behind else (max(0, start - _NEAR), start)
                if evidence.match(page.text, first) if behind else evidence.search(page.text, first, last):
                    yield Hit(start, end, "date_of_birth", score)
                    break
        if page.people:
            yield from _old(page)
        for person in page.people:
            match = _DATE_BEHIND.match(page.text, person.end)
            if match:
                yield Hit(*match.span("v"), "date_of_birth", 0.75)


def _old(page: Page) -> Iterable[Hit]:
    """Days of a year in which those who have to do with an office now were born, where persons are named."""
    for start, end in page.dates:
        year = dates.year(page.text[start:end])
        if (
            year
            and year < _RECENT
            and dates.to_the_day(page.text[start:end])
            and not _NO_BIRTH_BEHIND.match(page.text, end)
        ):
            yield Hit(start, end, "date_of_birth", 0.5)


_RECENT = 2013
"""Older days in a municipal text are mostly those of birth, unless the words behind say otherwise."""
_NO_BIRTH_BEHIND = re.compile(_BEHIND_NO_BIRTH)
_NEAR = 40
"""Characters before a date in which a word of birth counts."""
_BESIDE = r"[ ・、,/|\t\"(]{1,4}"
# What makes a date one of birth: the words, whether they stand right behind it (else before it), the score.
_OF_BIRTH = (
    (
        re.compile(
            r"(?:[ 」』)]{0,2}|の?お?|[^。\n\d]{0,26}?[にで] ?)(?:生まれ|うまれ|生(?![活徒産涯命物鮮態え])|ご?誕生(?!会))"
        ),
        True,
        0.93,
    ),
    (re.compile(r"(?:生年月日|誕生日|お?生まれ|うまれ|たんじょうび)[^\d]*$"), False, 0.9),
    (re.compile(r"(?<![一-龥])生(?=[^一-龥]|$)|DOB|dob|[Bb]orn|[Bb]irth|nasc|nacid|naci[oó]|出生"), False, 0.85),
    (re.compile(rf"{_BESIDE}{_SEX}(?![一-龥])"), True, 0.85),
    (re.compile(r"[ ]?[(（]\d{1,3}[歳才]"), True, 0.85),
    (re.compile(rf"(?<![一-龥]){_SEX}{_BESIDE}$"), False, 0.8),
)
_DATE_BEHIND = re.compile(
    rf"(?:さん|様|氏|くん|ちゃん|君)?(?:[ ]?[(（]|[,\t|]\"?)(?P<v>{_DATE})(?=生|[)）,\t|\"・、 ])(?!付)"
)
_AGE_BEHIND = re.compile(
    rf"(?:さん|様|氏|くん|ちゃん|君)?[ ]?(?:[(（][ ]?|[ ,、\t|]\"?)(?P<v>(?:満|当時)?(?:\d{{1,3}}|{_KANJI_NUMBER})(?:歳|才|代)?)(?=[)）・,、\t|\" →]|$)(?!,\d|[ ]\d)"
)


class AgeAndSex(PatternRecognizer):
    """A person's age and sex; age limits of programmes are left alone."""

    kinds = ("age", "sex")
    patterns = (
        Pattern(
            "age",
            re.compile(
                rf"(?=[満当\d一二三四五六七八九十])(?<![\d~〜.一二三四五六七八九十-])(?:満|当時)?(?:\d{{1,3}} ?(?:歳|才|さい|代(?=[・、)） のく半前後女男]))|(?:{_KANJI_NUMBER})(?:歳|才))"
                r"(?! ?(?:以上|以下|未満|超|まで|から|児|未|\d? ?[かヶカケ]月|到達|に達|[~〜-]|時|健診|相当))"
            ),
            score=0.7,
        ),
        # Infants.
        Pattern(
            "age",
            re.compile(
                r"(?:生後\d{1,3}(?:[かヶカケ]月|日|週)|日齢\d{1,3}|(?:\d|[一二三四五六])[歳才](?:\d{1,2}[かヶカケ]月|半))(?!児|健診|検診|から|以|まで|未満|頃)"
            ),
            score=0.65,
        ),
        # Said in a sentence, without the word for years: 母は九十四で, 今年で八十一になり.
        Pattern(
            "age",
            re.compile(
                r"(?:は|も|が|、|今年で?|享年|もう|まだ)(?P<v>[二三四五六七八九]十[一二三四五六七八九]?|百[一二三]?|\d\d)(?=になり|になら|になる|になった|でございま|だよ|だから|で[^はもす\d])"
            ),
            score=0.6,
        ),
        # In English.
        Pattern(
            "age",
            re.compile(
                r"(?<![\d.A-Za-z-])\d{1,3}[ -](?:years?|yrs?|months?|weeks?)[ -]old(?![A-Za-z])(?! (?:or|and) (?:over|older|under|younger|above))"
            ),
            score=0.6,
            digits=1,
        ),
        # A caller of whom nothing else is known.
        Pattern(
            "sex",
            re.compile(
                r"(?:匿名の|匿名[、。・]|名乗る|という|高齢の|年配の|若い|に住む|引き継いだ|[歳代才い]の|なる|非通知。|来所者は|来庁者は|相手は[^。\n]{0,8})(?P<v>(?:男性|女性|男の子|女の子)(?![一-龥])|男(?![一-龥の])|女(?![一-龥の]))"
            ),
            score=0.6,
        ),
        Pattern(
            "sex", re.compile(rf"(?:性別|[Ss]ex|[Gg]ender)[\" :=]{{1,4}}(?P<v>{_SEX}|[Mm]ale|[Ff]emale)"), score=0.7
        ),
        Pattern("sex", re.compile(rf"(?<=[\t|,、・(（/\" ]){_SEX}(?=[\t|,、・)）/\" ]|\n|$)"), score=0.6),
        Pattern(
            "sex", re.compile(rf"(?:歳|才|さい|\d代)(?:くらい)?[の・、 ]{{0,2}}(?P<v>{_SEX})(?![一-龥])"), score=0.6
        ),
        # Before the age, and behind a school year.
        Pattern(
            "sex",
            re.compile(
                rf"(?<![一-龥]){_SEX}(?=[ 、・(]{{0,2}}\d{{1,3}}(?:歳|才))|(?<=[小中高][1-6])(?:の)?(?:男子|女子|男|女)(?![一-龥])"
            ),
            score=0.6,
            digits=1,
        ),
        Pattern("sex", re.compile(r"(?:生|歳)[ )）、]{0,2}(?P<v>男児|女児|男|女)(?![一-龥])"), score=0.6),
    )

    def on(self, page: Page) -> Iterable[Hit]:
        """Also a bare number in the brackets behind a name."""
        yield from super().on(page)
        for person in page.people:
            match = _AGE_BEHIND.match(page.text, person.end)
            if match and person.end - person.start > 1:
                yield Hit(*match.span("v"), "age", 0.6)


class Vehicle(PatternRecognizer):
    """車両番号: place, class, kana, number (自動車登録規則); small motorcycles carry the municipality."""

    patterns = (
        Pattern(
            "vehicle_number",
            re.compile(
                r"(?:[一-龥]{2,4}|なにわ|いわき|つくば|とちぎ)[ ]?(?:\d{2,3}[ ]?)[あ-をA-Z][ ]{0,2}(?:[・. ]{0,4}\d{0,2}[・.]?-?\d{1,2}-\d{2}|[・. ]{0,4}\d{0,2}-\d{2}|[・. -]{0,4}\d{1,4})(?![\d-])"
            ),
            digits=3,
            score=0.85,
        ),
        Pattern(
            "vehicle_number",
            re.compile(
                r"[一-龥]{2,5}[ ](?:\d{2,3}[ ]?)?[あ-を][ ](?:\d{1,2}-\d{2}|[・. ]{0,4}\d?-\d{2}|[・.-]{0,3}\d{1,4})(?![\d-])"
            ),
            digits=1,
            score=0.8,
        ),
    )


_NUMBER_BEHIND = re.compile(
    r"(?:さん|様|氏|くん|ちゃん|君)?[ ]?[(（](?:番号|No\.?|ID)?[: ]?(?P<v>(?:[一-龥]|[A-Za-z]{1,4})-?\d[\d-]{2,12}(?<=\d)|\d[\d-]{3,12}\d)[)）]"
)


class MunicipalNumbers(PatternRecognizer):
    """Numbers of municipal files about a person, behind their names and below their headers."""

    kinds = ("resident_id", "student_id")

    def on(self, page: Page) -> Iterable[Hit]:
        """Also a number in the brackets right behind a name: 壱岐（国-55012）."""
        yield from super().on(page)
        for person in page.people:
            if match := _NUMBER_BEHIND.match(page.text, person.end):
                yield Hit(*match.span("v"), "resident_id", 0.65)

    patterns = (
        Pattern(
            "resident_id",
            re.compile(
                r"(?:障害者?|療育|福祉|身体)?手帳[^\d\n。、]{0,12}?(?P<v>第?[A-Za-z]?\d[\d-]{2,10}号|第[A-Za-z]?\d[\d-]{2,10})"
            ),
            digits=1,
            score=0.8,
        ),
        Pattern(
            "resident_id",
            re.compile(
                r"(?:user|member|account|client|resident)_?(?:id|no)[\"=: ]{1,3}(?P<v>[A-Za-z]{0,3}\d{4,})",
                re.IGNORECASE,
            ),
            digits=4,
            score=0.8,
        ),
    )
