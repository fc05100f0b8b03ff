"""Text files in every encoding of a Japanese office."""

from __future__ import annotations

import pytest

from gateway.documents import plain

LETTER = "市民課　御中\r\n佐藤花子さんの転入届について、髙橋が①窓口で受け付けました。〜以上〜\r\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encodings(encoding: str) -> None:
    text = LETTER.replace("〜", "～")
    assert plain.read(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp", "shift_jis"])
def test_older_encodings(encoding: str) -> None:
    text = LETTER.replace("髙", "高").replace("①", "一").replace("〜", "")
    assert plain.read(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["氏名", "佐藤花子,090-1234-5678\r\n"])
def test_a_short_text_is_read_as_windows_writes_it(text: str) -> None:
    assert plain.read(text.encode("cp932")) == text


def test_what_no_encoding_fits_is_no_text() -> None:
    assert plain.read(b"\xff\xfe\x00") is None
    assert plain.read(bytes(range(128, 256)) * 3) is None
