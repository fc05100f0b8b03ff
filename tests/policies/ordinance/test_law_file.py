from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policies.ordinance import law_file
from policies.ordinance.law_file import decode, read_law
from policies.ordinance.law_text import LawError

if TYPE_CHECKING:
    from _pytest.monkeypatch import MonkeyPatch

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "ordinance"
TEXT = "見本条例\n第１条　髙い〜の字を含む。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp"]
)
def test_every_encoding_of_office_life(tmp_path: Path, encoding: str) -> None:
    text = TEXT if encoding.startswith("utf") else TEXT.replace("髙", "高").replace("〜", "")
    path = tmp_path / "law.txt"
    path.write_bytes(text.encode(encoding))
    assert read_law(path).articles[0].text == text.split("　")[1].strip()


def test_a_page_says_its_own_encoding(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="Shift_JIS"><title>見本規則</title></head><body><p>第1条　定める。</p></body></html>'
    )
    (tmp_path / "law.html").write_bytes(page.encode("cp932"))
    assert read_law(tmp_path / "law.html").title == "見本規則"


@pytest.mark.parametrize(
    "raw", [b"\x81\xff\xff\xff", b'<meta charset="no-such">\n', b'<meta charset="utf-8">\n\xff\xfe\xff']
)
def test_what_no_encoding_fits_is_refused(raw: bytes) -> None:
    with pytest.raises(LawError):
        decode(raw)


def test_a_broken_byte_is_named_by_its_line() -> None:
    with pytest.raises(LawError, match="not utf-8") as refused:
        decode(b'<meta charset="utf-8">\n\xe3\x81\n')
    assert refused.value.line == 2


def test_the_form_is_told_by_the_ending_or_by_the_markup(tmp_path: Path) -> None:
    assert read_law(FIXTURES / "procedure.xml").title == "見本手続法"
    (tmp_path / "x.txt").write_bytes((FIXTURES / "procedure.xml").read_bytes())
    assert read_law(tmp_path / "x.txt").title == "見本手続法"
    (tmp_path / "405AC0000000088_20240401_504AC0100000052.xml").write_bytes((FIXTURES / "procedure.xml").read_bytes())
    assert read_law(tmp_path / "405AC0000000088_20240401_504AC0100000052.xml").in_force == "2024-04-01"


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(law_file, "LARGEST", 10)
    (tmp_path / "law.txt").write_text(TEXT, "utf-8")
    with pytest.raises(LawError, match="larger than"):
        read_law(tmp_path / "law.txt")


def test_a_hundred_megabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    with (tmp_path / "law.xml").open("wb") as sparse:
        sparse.truncate(100 << 20)
    with pytest.raises(LawError, match="larger than 48 MiB"):
        read_law(tmp_path / "law.xml")


@pytest.mark.parametrize(("encoding", "declared"), [("cp932", "Shift_JIS"), ("utf-16", "UTF-16"), ("euc_jp", "EUC-JP")])
def test_xml_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str, declared: str) -> None:
    text = (FIXTURES / "procedure.xml").read_text("utf-8").replace("UTF-8", declared)
    (tmp_path / "law.xml").write_bytes(text.encode(encoding))
    assert read_law(tmp_path / "law.xml").articles[0].text.startswith("この法律は、見本を示す")


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    raw = (FIXTURES / "procedure.xml").read_bytes()
    for cut in (10, 100, 500, len(raw) - 8):
        (tmp_path / "law.xml").write_bytes(raw[:cut])
        with pytest.raises(LawError):
            read_law(tmp_path / "law.xml")
