"""The one door to Babel: the languages of the pages, with their words and their way to write dates and periods.

The pages are written in Japanese; ``locales/LANGUAGE/LC_MESSAGES/sekimori.po`` has each sentence in another language, read
once at start. A sentence that is missing there stands in Japanese, which a test forbids.
"""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.messages.pofile import read_po

from metrics.periods import JAPAN, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from metrics.periods import Period

LOCALES = Path(__file__).parent / "locales"
JAPANESE, ENGLISH = "ja", "en"
CODES = (JAPANESE, ENGLISH)
_MOST_PREFERENCES = 20


def mark(message: str) -> str:
    """Marks a sentence for the catalogues that is translated where it is shown."""
    return message


class Told(Exception):
    """Why something cannot be done, told to a person: a Japanese sentence and the values that stand in it."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.message, self.values = message, values


class Language:
    """A language: ``code`` as in HTML. ``words`` are the sentences in it, by the Japanese ones."""

    def __init__(self, code: str, words: Mapping[str, str]) -> None:
        self.code = code
        self._words = words

    def text(self, message: str, /, **values: object) -> str:
        """A sentence in this language; ``{name}`` in it takes the value of that name."""
        found = self._words.get(message, message)
        return found.format(**values) if values else found

    def tell(self, error: Exception) -> str:
        """What an error tells a person, in this language."""
        if isinstance(error, Told):
            return self.text(error.message, **error.values)
        return self.text(str(error))

    def period(self, period: Period) -> str:
        """A period as headings call it."""
        if self.code == JAPANESE:
            return period.name
        first, last = period.first, period.last
        match period.kind:
            case Kind.DAY:
                return self._date(period.first, "EEE d MMMM y")
            case Kind.WEEK:
                return f"week of {self._date(first, 'd MMMM y')}"
            case Kind.MONTH:
                return self._date(first, "MMMM y")
            case Kind.QUARTER:
                quarter = (first.month - 4) % 12 // 3 + 1  # April is the first
                return f"Q{quarter} FY{_fiscal_year(first)} ({self._date(first, 'MMM')}–{self._date(last, 'MMM y')})"
        return f"fiscal year {_fiscal_year(first)}"

    def days(self, period: Period) -> str:
        """First and last day of a period, written out."""
        if self.code == JAPANESE:
            return period.days
        first, last = (self._date(day, "d MMMM y") for day in (period.first, period.last))
        return first if first == last else f"{first} – {last}"

    def column(self, period: Period) -> str:
        """A period in the little room of a chart's axis or of a table's heading."""
        first = period.first
        match period.kind:
            case Kind.DAY | Kind.WEEK:
                return f"{first.month}/{first.day}" if self.code == JAPANESE else self._date(first, "d MMM")
            case Kind.MONTH:
                return f"{first.month}月" if self.code == JAPANESE else self._date(first, "MMM")
            case Kind.QUARTER:
                if self.code == JAPANESE:
                    return f"{first.month}–{period.last.month}月"
                return f"{self._date(first, 'MMM')}–{self._date(period.last, 'MMM')}"
        return f"{_fiscal_year(first)}年度" if self.code == JAPANESE else f"FY{_fiscal_year(first)}"

    def moment(self, moment: datetime) -> str:
        """A moment in Japan, to the minute."""
        there = moment.astimezone(JAPAN)
        if self.code == JAPANESE:
            return f"{there.year}年{there.month}月{there.day}日 {there.hour}時{there.minute:02}分"
        return f"{self._date(there.date(), 'd MMMM y')}, {there:%H:%M}"

    def _date(self, day: date, form: str) -> str:
        return format_date(day, form, locale=self.code)


def load_languages() -> Mapping[str, Language]:
    """All languages by their codes, read from the catalogues."""
    return MappingProxyType({code: Language(code, {} if code == JAPANESE else read_words(code)) for code in CODES})


def read_words(code: str) -> dict[str, str]:
    """The sentences of a catalogue by the Japanese ones; those marked as doubtful (fuzzy) are left out."""
    with (LOCALES / code / "LC_MESSAGES" / "sekimori.po").open("rb") as file:
        catalogue = read_po(file, locale=code, abort_invalid=True)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def choose(asked: str | None, accepted: str) -> str:
    """The code for a page: what the address asks for (``lang``), else the best of ``Accept-Language``, else Japanese."""
    if asked in CODES:
        return asked
    best, weight = JAPANESE, 0.0
    for part in accepted.split(",")[:_MOST_PREFERENCES]:
        tag, _, parameter = part.strip().partition(";")
        code = tag.strip().split("-")[0].lower()
        if code in CODES and (quality := _quality(parameter)) > weight:
            best, weight = code, quality
    return best


def _fiscal_year(day: date) -> int:
    april = 4
    return day.year if day.month >= april else day.year - 1


def _quality(parameter: str) -> float:
    """The ``q`` of RFC 9110 section 12.4.2; what is malformed counts for nothing."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip() == "q" and 0 <= quality <= 1 else 0.0
