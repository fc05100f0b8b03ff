"""Confidentiality classes (機密性) of municipal information: their order, their names, their marks in a document.

The classes 3A, 3B, 3C, 2 and 1 are those of the 総務省「地方公共団体における情報セキュリティポリシーに関するガイドライン」
(revisions of 2024 and 2025): 3A corresponds to the State's secret documents, 3B would harm rights or interests greatly,
3C follows it, 2 is not meant for the public at once, 1 is all the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASSES = ("3A", "3B", "3C", "2", "1")
"""Strictest first."""

UNSTATED = "unstated"
"""Stands in a matrix for material of which nobody said a class."""

_FOLD = str.maketrans("１２３ＡＢＣａｂｃ", "123ABCABC")
_NAME = re.compile(r"(?:機密性)?\s*(3\s*[ABC]|[123])", re.IGNORECASE)

_GAP = r"[ \t\u3000]{0,4}"  # bounded: two open runs of blanks beside each other would be tried in every division

# A mark stands in brackets or alone on its line: a question about the classes is no mark.
_MARK = re.compile(
    rf"(?:^{_GAP}|[【［\[（(〔〈《「]){_GAP}(?:自治体|情報の?)?機密性(?:の?(?:分類|区分|等級))?{_GAP}[:：]?{_GAP}"
    rf"([3３][ \t\u3000]?[ABCabcＡＢＣ]|[123１２３])(?:相当)?(?:の?情報)?{_GAP}(?:[】］\]）)〕〉》」]|$)",
    re.MULTILINE,
)


def _word(value: Any) -> Any:
    """YAML reads the class 2 as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Classification = Annotated[
    Literal["3A", "3B", "3C", "2", "1"], BeforeValidator(_word, json_schema_input_type=Literal["3A", "3B", "3C", 2, 1])
]
RowClass = Annotated[
    Literal["3A", "3B", "3C", "2", "1", "unstated"],
    BeforeValidator(_word, json_schema_input_type=Literal["3A", "3B", "3C", 2, 1, "unstated"]),
]


def named(text: str) -> str | None:
    """The class that a header or an argument names (``3b``, ``機密性２``); "" for nothing, None for what is no class.

    Plain 3 is read as 3B: the older three-step scheme does not say which of the three it means.
    """
    text = text.translate(_FOLD).strip()
    if not text:
        return ""
    match = _NAME.fullmatch(text)
    return _class(match[1]) if match else None


def marked(text: str) -> str:
    """The strictest class with which a document is marked, such as 【機密性３Ｂ】; "" without a mark."""
    if "機密性" not in text:
        return ""
    return strictest(_class(match[1].translate(_FOLD)) for match in _MARK.finditer(text))


def strictest(classes: Iterable[str]) -> str:
    """The strictest of some classes; "" of none."""
    given = set(classes)
    return next((name for name in CLASSES if name in given), "")


def _class(name: str) -> str:
    name = "".join(name.upper().split())
    return "3B" if name == "3" else name
