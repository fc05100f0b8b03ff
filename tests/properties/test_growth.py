"""No text takes more than linear time: what repeats is what makes patterns go back and forth.

A detector that needs more than linear time does not end here within the suite's time-out. Figures: benchmarks.
"""

from __future__ import annotations

import pytest

from policies.reading import Reading
from redaction.analyzer import PersonalInformation, build

PIECES = [
    "1", "1-", "1 ", "(", "((1", "[", " ", "　", "ー", "-", "一", "〇一", "あ", "ア", "a", "ID", "a1", "a.", "@", "A@", "http://", "/", '"', '","', '":"', "\n", "\n\n", "\t1", ",1",
    "パスワード", "パスワード「", "番号", "番号:1", "氏名\t", "昭和1", "昭和55年", "2026-01-01", "第1", "手帳(", "うつ", "山病", "さん", "生", "に生", "1歳", "x1", "O1", "l ", "住所:", "市", "丁目", "右7左", "」と「", "佐藤花子,1234,", "\u200b", "\u3099", "\ud800",
]  # fmt: skip
LENGTH = 12_000


@pytest.fixture(scope="module")
def detector() -> PersonalInformation:
    return build()


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.timeout(60)
def test_a_text_of_one_piece_over_and_over_is_read(detector: PersonalInformation, piece: str) -> None:
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    assert all(0 <= f.span.start < f.span.end <= LENGTH for f in detector.detect(Reading(text)))
