from __future__ import annotations

import pytest

from policies.ordinance.stream import Stream, stream_of, within
from policies.reading import Reading


def test_the_stream_leads_back_to_the_text() -> None:
    reading = Reading("渡していません")
    stream = Stream(reading)
    assert stream.text == "渡す\x1fない\x1f"
    assert stream.token_at(0) == 0
    assert within([(2, 4), (8, 9)], 3)
    assert not within([(2, 4), (8, 9)], 5)


@pytest.mark.parametrize(
    ("piece", "stream"),
    [
        ("検査を省く", ("検査\x1fを\x1f省く\x1f", True)),
        ("終わらない", ("終わる\x1fない\x1f", True)),
        ("決定しました", ("決定しました", False)),
        ("検査", ("検査", False)),
    ],
)
def test_what_can_be_inflected_is_looked_for_among_the_words(piece: str, stream: tuple[str, bool]) -> None:
    assert stream_of(piece) == stream
