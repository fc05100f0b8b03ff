"""The list of municipalities and their towns, and how names are looked up in it.

The towns stay the bytes they are in the file, in order, and are found by halving: no object for each of 80,000 names.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "sekimori places 1"
_SHIPPED = Path(__file__).with_name("municipalities-and-towns.gz")
_CODE = 5
_LONGEST = 16
_FOLDED = str.maketrans("ヶがガヵ之の澤嶋濱邊藪", "ケケケケノノ沢島浜辺薮")
_ROW = re.compile(r"(?P<code>\d{5})\t(?P<prefecture>[^\t]{3,4})\t(?P<city>[^\t]{2,14})")
_DISTRICT = re.compile(r"^.{1,5}?郡(?=.{2,})")


class PlacesError(Exception):
    """The list is missing, cut short or changed: the message names the file."""


def key(name: str) -> str:
    """A name as the list holds it: compatibility forms and the spellings that vary made one. No blanks."""
    return unicodedata.normalize("NFKC", name).translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Register:
    """Looks up names. Immutable; what it is asked it does not keep."""

    municipalities: Mapping[str, tuple[str, ...]]
    """Codes of five digits (JIS X 0402) by name: with its district and without, with its city and by it."""
    prefectures: Mapping[str, str]
    """Names by the first two digits of the code."""
    towns: bytes
    """Lines ``name TAB codes``, in order."""
    revision: str
    """Hexadecimal digest of the list."""

    def town(self, name: str, codes: tuple[str, ...]) -> bool:
        """Whether one of these municipalities has a town of this name, given as ``key`` makes it."""
        found = self._codes(name.encode())
        return any(found[n : n + _CODE].decode() in codes for n in range(0, len(found), _CODE))

    def longest(self, text: str, codes: tuple[str, ...]) -> int:
        """How many characters of the text's beginning are a town of one of these municipalities; 0 for none."""
        folded = key(text[:_LONGEST])
        if len(folded) != len(text[:_LONGEST]):
            return 0
        return next((n for n in range(len(folded), 1, -1) if self.town(folded[:n], codes)), 0)

    def prefecture(self, text: str, codes: tuple[str, ...]) -> str:
        """The prefecture of one of these municipalities that the text ends with; empty for none."""
        names = (self.prefectures[code[:2]] for code in codes)
        return next((name for name in names if text.endswith(name)), "")

    def _codes(self, name: bytes) -> bytes:
        low, high = 0, len(self.towns)
        while low < high:
            middle = self.towns.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self.towns.index(b"\n", middle)
            found, _, codes = self.towns[middle:end].partition(b"\t")
            if found == name:
                return codes
            if found < name:
                low = end + 1
            else:
                high = middle
        return b""


@cache
def shipped() -> Register:
    """The list that comes with the program. Raises PlacesError."""
    return load(_SHIPPED)


def load(path: Path) -> Register:
    """A list from its file. Raises PlacesError."""
    try:
        content = gzip.decompress(path.read_bytes())
        head, _, towns = content.partition(b"\n\n")
        header, *rows = head.decode().split("\n")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        msg = f"{path}: {type(error).__name__}: the list of places cannot be read"
        raise PlacesError(msg) from error
    if header != HEADER or not rows or not towns.endswith(b"\n"):
        msg = f"{path}: no list of places of this version"
        raise PlacesError(msg)
    return Register(*_names(path, rows), towns, hashlib.sha256(content).hexdigest()[:12])


def _names(path: Path, rows: list[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    names: dict[str, tuple[str, ...]] = {}
    prefectures: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        match = _ROW.fullmatch(row)
        if match is None:
            msg = f"{path}:{number}: code, prefecture and municipality were expected"
            raise PlacesError(msg)
        prefectures[match["code"][:2]] = match["prefecture"]
        city = key(match["city"])
        for name in {city, _DISTRICT.sub("", city), *_cities(city)}:
            names[name] = (*names.get(name, ()), match["code"])
    return names, prefectures


def _cities(city: str) -> tuple[str, ...]:
    """A city with wards by itself too: its towns are those of its wards."""
    return (city[: city.index("市") + 1],) if re.fullmatch(r".+市.+区", city) else ()
