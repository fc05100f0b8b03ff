"""Facts about a person: birth date, age, sex, car, and the numbers of municipal files."""

from __future__ import annotations

import re

from redaction.recognizers.base import Pattern, PatternRecognizer

_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR明大昭平令])"
_YEAR = rf"(?:(?:19|20)\d{{2}}年?|{_ERA} ?(?:\d{{1,2}}|元)年?)"
_DATE = (
    rf"(?:{_YEAR}[-/. 年]? ?\d{{1,2}}(?:月|[-/.]) ?\d{{1,2}}日?"
    r"|(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d))"
)


class BirthDate(PatternRecognizer):
    """Dates that a word of birth stands beside: 生年月日, …生まれ."""

    patterns = (
        Pattern(
            "date_of_birth",
            re.compile(rf"(?<!\d){_DATE}"),
            context=re.compile(r"生年月日|誕生日|出生|(?<!学)生まれ|DOB|[Bb]orn|[Bb]irth"),
            window=16,
            score=0.9,
        ),
        Pattern("date_of_birth", re.compile(rf"(?<!\d)(?P<v>{_DATE}) ?(?:生(?!活|徒|産|涯|命|物)|うまれ)"), score=0.9),
    )


class AgeAndSex(PatternRecognizer):
    """A person's age and sex; age limits of programmes are left alone."""

    patterns = (
        Pattern(
            "age",
            re.compile(r"(?<![\d~〜-])(?:満)?\d{1,3} ?(?:歳|才)(?! ?(?:以上|以下|未満|超|まで|から|児|未|か月|ヶ月|到達|[~〜-]))"),
            score=0.7,
        ),
        Pattern("sex", re.compile(r"(?:性別|[Ss]ex|[Gg]ender)[ :：]{1,3}(?P<v>男性?|女性?|[Mm]ale|[Ff]emale)"), score=0.7),
    )


class Vehicle(PatternRecognizer):
    """車両番号: place, class, kana, number (自動車登録規則)."""

    patterns = (
        Pattern(
            "vehicle_number",
            re.compile(r"[一-龥]{2,4}[ 　]?\d{2,3}[ 　]?[あ-れわを][ 　]?(?:\d{2}-\d{2}|[・.]{0,3}\d{1,4})(?![\d-])"),
            score=0.85,
        ),
    )


class MunicipalNumbers(PatternRecognizer):
    """Numbers of municipal files about a person, behind their names."""

    patterns = (
        Pattern(
            "resident_id",
            re.compile(
                r"(?:宛名|世帯|整理|受給者|受給者証|手帳|納税者|納税義務者|納付|利用者|患者|診察券|カルテ|ケース|被保護者|住民|個人|申請者|相談者|台帳)"
                r"(?:証)?(?:番号|No\.?|ナンバー|コード|ID)[ 　:：はが]{0,4}(?P<v>第?[A-Za-z]{0,4}[- ]?\d[\d-]{2,15}号?)"
            ),
            score=0.8,
        ),
        Pattern(
            "resident_id",
            re.compile(r"(?:障害者|療育|保健福祉|身体)手帳[^\d\n。]{0,12}(?P<v>第?[A-Za-z]?\d{3,10}号?)"),
            score=0.8,
        ),
        Pattern(
            "student_id",
            re.compile(r"(?:学籍|学生|生徒|児童|出席)(?:番号|No\.?|コード)[ 　:：はが]{0,4}(?P<v>[A-Za-z]{0,4}-?\d[\d-]{2,12})"),
            score=0.85,
        ),
    )
