"""Pasted tables: a header row tells what the cells below it are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redaction.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a column's header says about the cells below it; the first that fits wins.
_HEADERS: tuple[tuple[str, str], ...] = (
    ("my_number", r"個人番号|マイナンバー|my ?number"),
    ("juminhyo_code", r"住民票コード"),
    ("driver_license", r"免許"),
    ("passport", r"旅券|パスポート|passport"),
    ("residence_card", r"在留カード"),
    ("pension_number", r"年金"),
    ("employment_insurance", r"雇用保険"),
    ("care_insurance", r"介護.*番号"),
    ("health_insurance", r"被保険者|保険証|保険.*番号|被保.*番|記号"),
    ("bank_account", r"口座番号|口座"),
    ("credit_card", r"カード番号"),
    ("date_of_birth", r"生年月日|誕生日|生まれ|birth|dob"),
    ("postal_code", r"郵便|〒|zip|postal"),
    ("phone", r"電話|連絡先|携帯|tel|fax|phone"),
    ("email", r"メール|mail"),
    ("student_id", r"学籍|学生番号|生徒番号"),
    ("person", r"氏名|名前|姓名|フリガナ|ふりがな|カナ|世帯主$|保護者$|申請者$|対象者$|届出人$|名義|担当者$|本人$|代表者$|^name$|full ?name|^(?:参加|受講|加入|利用|納税義務|所有)者$|^児童$|^生徒$"),
    ("address", r"住所|居所|所在|方書|本籍|address"),
    ("age", r"年齢|^齢$|^age$"),
    ("sex", r"性別|^sex$|gender"),
    ("credential", r"パスワード|暗証|password|^pw$|^pass$|ログイン|アカウント|^user(?:_?name|_?id)?$|^login(?:_?id)?$|^uid$"),
    ("resident_id", r"(?:宛名|世帯|整理|受給|手帳|納税|利用|住民|被保護|会員|職員|患者|通知書|申請者|ケース|農家|お客様|水栓|利用券|申請書|対象者|本人).*(?:番号|番|no\.?|id|コード)|^(?:宛名番?|宛番)$"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _HEADERS)
_MARKS = ("\t", ",", "|", ";", "/", "  ")
"""What parts the cells of a line; two blanks or more are columns of fixed width."""
_QUOTED = re.compile(r" ?\"([^\"]*)\"")
_GAP = re.compile(r" {2,}")
_FEWEST_OF_ID = 3
_NOTHING = re.compile(r"(?:なし|無|同上|不明|未定|[-ー―〃\"々]+|\d{0,3}|記載なし|本人|空欄|〃|有|別紙.*)?$")
_SHAPES: dict[str, re.Pattern[str]] = {
    "my_number": re.compile(r"[\d -]{12,16}$"),
    "phone": re.compile(r"[\d() +.-]{9,}"),
    "postal_code": re.compile(r"〒?\d{3}[- ]?\d{4}$"),
    "date_of_birth": re.compile(r".{0,4}\d"),
    "bank_account": re.compile(r".*\d{6,}"),
    "age": re.compile(r"満?\d{1,3}\D{0,2}$"),
    "email": re.compile(r".+@"),
    "person": re.compile(r"[^\d]{1,40}$"),
    "address": re.compile(r".{2,}"),
    "credential": re.compile(r"[!-~]{3,64}$"),
    "sex": re.compile(r"[男女MF]|male|female", re.IGNORECASE),
}
_FEWEST_CELLS, _LONGEST_HEADER = 3, 16


def read(text: str) -> Iterator[Hit]:
    """Cells below recognised headers. Linear in the length of the text."""
    kinds: Sequence[str | None] = ()
    mark, start = "", 0
    for line in text.split("\n"):
        if new := _header(line):
            mark, kinds = new
        elif kinds:
            cells = _cells(line, mark)
            if abs(len(cells) - len(kinds)) > 1 or len(cells) < 2:  # noqa: PLR2004, one cell is no table
                kinds = ()
            for kind, (first, last) in zip(kinds, cells, strict=False):
                if kind and _fits(kind, line[first:last]):
                    yield Hit(start + first, start + last, kind, 0.94)
        start += len(line) + 1


def _fits(kind: str, cell: str) -> bool:
    if _NOTHING.match(cell) and kind != "age":
        return False
    shape = _SHAPES.get(kind)
    if shape:
        return shape.match(cell) is not None
    return sum("0" <= char <= "9" for char in cell) >= (_FEWEST_OF_ID if kind == "resident_id" else 1)


def _header(line: str) -> tuple[str, list[str | None]] | None:
    """The delimiter and the columns' kinds, if most cells are short words and two are known."""
    for mark in _MARKS:
        if line.count(mark) + 1 < _FEWEST_CELLS:
            continue
        cells = [line[a:b] for a, b in _cells(line, mark)]
        if len(cells) < _FEWEST_CELLS:
            continue
        # A title may stand before the header, which is then in its brackets: 対象者一覧(宛名番号,氏名,住所).
        cells[0], cells[-1] = cells[0].rpartition("(")[2], cells[-1].removesuffix(")")
        if any(len(cell) > _LONGEST_HEADER or re.search(r"\d{3}", cell) for cell in cells):
            continue
        kinds = [_kind(cell) for cell in cells]
        if sum(kind is not None for kind in kinds) >= 2:  # noqa: PLR2004, one could be chance
            return mark, kinds
    return None


def _kind(cell: str) -> str | None:
    return next((kind for kind, pattern in _COMPILED if pattern.search(cell)), None)


def _cells(line: str, mark: str) -> list[tuple[int, int]]:
    """Bounds of the cells without quotes and white space; a quoted cell may hold the delimiter."""
    if mark == "  ":
        return _columns(line)
    cells, at = [], 0
    while at <= len(line):
        quoted = _QUOTED.match(line, at)
        end = quoted.end() if quoted else at
        end = line.find(mark, end)
        end = len(line) if end < 0 else end
        first, last = quoted.span(1) if quoted else (at, end)
        while first < last and line[first] in ' 　"{[':
            first += 1
        while first < last and line[last - 1] in ' 　"\r}]':
            last -= 1
        cells.append((first, last))
        at = end + 1
    return cells


def _columns(line: str) -> list[tuple[int, int]]:
    """Bounds of what two blanks or more keep apart."""
    cells, at = [], len(line) - len(line.lstrip())
    stop = len(line.rstrip())
    for gap in _GAP.finditer(line, at, stop):
        cells.append((at, gap.start()))
        at = gap.end()
    return [*cells, (at, stop)] if at < stop else cells
