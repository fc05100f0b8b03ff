"""The list: what it holds, how it is looked up, and which files are refused."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from redaction.places.register import HEADER, PlacesError, key, load, shipped

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("municipality", "text", "length"),
    [
        ("多治見市", "笠原町2841-7", 3),
        ("高松市", "番町の庁舎", 2),
        ("茅ヶ崎市", "浜竹四丁目", 2),
        ("横浜市", "日本大通に住む", 4),
        ("横浜市中区", "日本大通", 4),
        ("小豆郡土庄町", "渕崎", 2),
        ("土庄町", "渕崎", 2),
        ("鳥栖市", "弥生ケ丘六丁目", 4),
        ("鳥栖市", "弥生が丘六丁目", 4),
        ("鳥栖市", "弥生ヶ丘六丁目", 4),
        ("横浜市", "笠原町", 0),
        ("多治見市", "", 0),
    ],
)
def test_the_longest_town(municipality: str, text: str, length: int) -> None:
    places = shipped()
    assert places.longest(text, places.municipalities[key(municipality)]) == length


def test_every_town_is_found() -> None:
    places = shipped()
    lines = places.towns.decode().splitlines()
    for line in (*lines[:3], *lines[:: len(lines) // 500], *lines[-3:]):
        name, codes = line.split("\t")
        assert places.town(name, (codes[-5:],))
        assert not places.town(name + "無", (codes[-5:],))
        assert not places.town(name, ("99999",))


def test_the_country_is_whole() -> None:
    places = shipped()
    assert len(places.prefectures) == 47
    assert len({code for codes in places.municipalities.values() for code in codes}) > 1_850
    assert places.towns.count(b"\n") > 70_000


def test_one_name_of_several_municipalities() -> None:
    places = shipped()
    codes = places.municipalities["府中市"]
    assert sorted(places.prefectures[code[:2]] for code in codes) == ["広島県", "東京都"]
    assert places.prefecture("住所は東京都", codes) == "東京都"
    assert places.prefecture("住所は大阪府", codes) == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no list of places"),
        (b"no gzip", "cannot be read"),
        (gzip.compress(b"something else\n\nx\t1\n"), "no list of places"),
        (gzip.compress(f"{HEADER}\n01101\t北海道\t札幌市中央区\n\n旭ケ丘\t01101".encode()), "no list of places"),
        (gzip.compress(f"{HEADER}\n1101\t北海道\t札幌市中央区\n\n旭ケ丘\t01101\n".encode()), ":2: code"),
        (gzip.compress(f"{HEADER}\n01101\t北海道\t札幌市\n\n旭\t01101\n".encode())[:-12], "cannot be read"),
        (gzip.compress(b"\xff\xfe\n\nx\n"), "cannot be read"),
    ],
    # Bytes made with the time in them are no names: two workers must name the tests alike.
    ids=["empty", "no gzip", "no header", "no towns", "code", "cut short", "no text"],
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "places.gz"
    path.write_bytes(content)
    with pytest.raises(PlacesError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacesError, match=r"gone\.gz"):
        load(tmp_path / "gone.gz")
