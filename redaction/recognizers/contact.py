"""Telephone, mail, web and network addresses, postal codes."""

from __future__ import annotations

import ipaddress
import re

from redaction.recognizers.base import Pattern, PatternRecognizer, digits

_SEPARATOR = r"(?: ?[-.・( ] ?|\)-?|-?\n(?:> )?-?)?"
_EXTENSION = r"(?: ?\(?内線:? ?\d{1,5}\)?)?"
# No digit or letter directly before, but TEL may be (℡ folds to it).
_ALONE = r"(?<![\d+])(?<!\d[-.])(?:(?<![A-Za-z-])|(?<=TEL)|(?<=FAX)|(?<=tel)|(?<=fax)|(?<=Tel)|(?<=Fax))"
_TEL = re.compile(r"電 ?話|でんわ|TEL|℡|FAX|携帯|連絡|ファクス|ファックス|phone|mobile|call", re.IGNORECASE)
_MOBILE = ("050", "060", "070", "080", "090")
_FREE = ("0120", "0800", "0570", "0990")


def _phone(text: str) -> bool:
    """Whether the digits are a number of 電気通信番号計画: 0AB-J ten digits, mobile and IP eleven, 0120 ten, 0800 eleven."""
    number = digits(text)
    if text.startswith("+"):
        number = "0" + number[2:].lstrip("0")
    if number.startswith(_FREE):
        return len(number) in {10, 11}
    if number.startswith(_MOBILE):
        return len(number) == 11  # noqa: PLR2004, the plan's
    return len(number) == 10 and number[1] != "0"  # noqa: PLR2004, the plan's


class Phone(PatternRecognizer):
    """Telephone and facsimile numbers: with area code in any notation, or local behind a label."""

    kinds = ("phone",)
    patterns = (
        Pattern(
            "phone",
            re.compile(
                rf"{_ALONE}(?:\+81[- ]?(?:\(0\))?[- ]?\d{{1,4}}|(?:\((?=0\d{{1,4}}\)))?0\d{{1,4}}\)?)"
                rf"{_SEPARATOR}\d{{1,4}}\)?{_SEPARATOR}(?:\d(?: \d){{3}}|\d{{2,4}}(?:[-. ・]\d\d)?)(?![-.]?\d)(?![A-Za-z]){_EXTENSION}"
            ),
            digits=5,
            score=0.85,
            valid=lambda text: _phone(text.partition("内線")[0]),
        ),
        # A digit was not heard, or one too many was written: as it stands behind its name.
        Pattern(
            "phone",
            re.compile(
                r"(?<![\dA-Za-z])0\d{1,4}-(?=[\dxX*]{1,4}-?[\dxX*]{0,4}[xX*])[\dxX*]{1,4}-[\dxX*]{4}(?![\dA-Za-z])"
            ),
            digits=5,
            score=0.7,
        ),
        Pattern(
            "phone",
            re.compile(r"(?<![\dA-Za-z-])0\d{1,3}[- .]\d{2,4}[- .]\d{2,4}(?:[- .]\d{2,4})?(?![-.]?\d)"),
            digits=9,
            score=0.65,
            context=_TEL,
            window=14,
        ),
        # Broken anywhere: by a blank or a line's end inside a group.
        Pattern(
            "phone",
            re.compile(rf"{_ALONE}(?<!\()0\d(?:[-() .]{{0,3}}\n?(?:> )?\d){{8,9}}(?![-.]?\d)(?![A-Za-z])"),
            digits=10,
            score=0.84,
            valid=_phone,
            context=_TEL,
            window=20,
        ),
        # Local, without the area code, behind a label.
        Pattern(
            "phone", re.compile(r"(?<![\d.)-])\d{2,4}-\d{4}(?![\d-])"), digits=6, score=0.7, context=_TEL, window=12
        ),
        # As written abroad.
        Pattern(
            "phone",
            re.compile(r"(?<![\dA-Za-z+])\+\d{1,3}[- ]?(?:\(?\d{1,4}\)?[- ]?(?:\n(?:> )?)?){2,4}\d{2,4}(?!\d)"),
            digits=5,
            score=0.8,
        ),
    )


# Romanised words for sections and desks: a mail box made of these alone is an office's, not a person's.
_OFFICE = frozenset(
    "info noreply no reply helpdesk support contact admin office webmaster postmaster jimu jimukyoku daihyo madoguchi soudan sodan toiawase center ka kakari"
    " soumu somu kikaku seisaku zaisei zeimu zei shuno shunou nozei shimin jumin koseki fukushi kourei korei kaigo hoken kenko kenkou kokuho nenkin iryo hoiku kodomo jido kosodate boshi"
    " kyoiku kyouiku gakko gakkou doro douro kasen kensetsu toshi keikaku kenchiku jutaku suido suidou gesui gesuido kankyo kankyou gomi haiki nogyo nougyou norin nourin suisan shoko shokou kanko kankou"
    " koho kouhou kocho kouchou hisho jinji shokuin keiyaku kanzai kaikei kansa gikai senkyo senkan bousai bosai shobo shoubou kyukyu joho jouhou johosys system denki kokusai koryu kouryuu bunka sports"
    " toshokan shogai shougai shogaisha seikatsu hogo shien sho touroku toroku kanri intl chiiki zukuri machi danjo jinken shougaku".split()
)
_GOVERNMENT = re.compile(r"(?:^|\.)(?:lg\.jp|go\.jp)$|^(?:[a-z0-9-]+\.)*(?:city|town|vill|pref|metro)\.")
_ANYWHERE = frozenset({"info", "noreply", "helpdesk", "support", "webmaster", "postmaster", "contact"})


def _persons(address: str) -> bool:
    """Whether a mail box may be a person's: not when its name is a section of an office, or a desk."""
    name, _, domain = address.lower().partition("@")
    pieces = re.split(r"[._-]", name)
    if name.replace("-", "").replace("_", "") in _ANYWHERE:
        return False
    return not (_GOVERNMENT.search(domain) and all(piece in _OFFICE for piece in pieces))


class Mail(PatternRecognizer):
    """Mail addresses of any domain, but for the boxes of offices and desks."""

    kinds = ("email",)
    patterns = (
        Pattern(
            "email",
            re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
            score=0.97,
            valid=_persons,
        ),
    )


def _network(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


class Web(PatternRecognizer):
    """Web addresses, account names of social networks, network addresses."""

    patterns = (
        Pattern(
            "url", re.compile(r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+(?<![).,;:!?'])"), score=0.96
        ),
        Pattern(
            "url",
            re.compile(r"(?<![A-Za-z0-9._%+@/-])@[A-Za-z_][A-Za-z0-9_.]{2,30}(?<!\.)(?![A-Za-z0-9_@])"),
            score=0.6,
        ),
        Pattern(
            "ip_address",
            re.compile(r"(?<![\d.A-Za-z])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)"),
            digits=4,
            valid=_network,
            score=0.85,
        ),
        Pattern(
            "ip_address",
            re.compile(
                r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{1,4}:){2,7}:?(?:[0-9A-Fa-f]{1,4}:?){0,6}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])"
            ),
            valid=_network,
            score=0.85,
        ),
    )


class PostalCode(PatternRecognizer):
    """Postal codes: 3-4, or seven digits behind their mark or name or before an address."""

    kinds = ("postal_code",)
    patterns = (
        Pattern(
            "postal_code",
            re.compile(r"(?<![\dA-Za-z)])(?<![\dA-Za-z][-.])\d{3}-\d{4}(?![-.]?\d)(?![A-Za-z])"),
            digits=7,
            score=0.75,
        ),
        Pattern(
            "postal_code",
            re.compile(
                r"(?:〒|郵便番号|[Zz]ip(?: ?[Cc]ode)?|[Pp]ostal(?: ?[Cc]ode)?)[\" :=はが\n]{0,6}(?P<v>\d{3}[- ]{0,2}\d{4})(?!\d)"
            ),
            digits=7,
            score=0.93,
        ),
        # A prefecture or city right behind seven bare digits.
        Pattern(
            "postal_code",
            re.compile(
                r"(?<![\d-])\d{7}(?=[\" ,\t]{1,3}(?:[一-龥]{2,4}[都道府県]|[一-龥ぁ-んァ-ヴー]{1,6}[市区町村郡]))"
            ),
            digits=7,
            score=0.85,
        ),
    )
