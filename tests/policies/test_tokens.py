from concurrent.futures import ThreadPoolExecutor

import pytest
from sudachipy import Dictionary, SplitMode

from policies.tokens import segment


def test_words_with_their_places() -> None:
    tokens = segment("山田太郎です。").tokens
    assert [(t.surface, t.start, t.end) for t in tokens] == [
        ("山田", 0, 2),
        ("太郎", 2, 4),
        ("です", 4, 6),
        ("。", 6, 7),
    ]
    assert tokens[0].pos[:4] == ("名詞", "固有名詞", "人名", "姓")


def test_boundaries_are_those_of_the_shortest_words() -> None:
    boundaries = segment("市役所").boundaries
    assert [offset in boundaries for offset in range(-1, 5)] == [False, True, True, False, True, False]


def test_boundaries_are_those_of_all_units_wherever_a_word_stands() -> None:
    text = "青葉野市役所の総合窓口で、介護保険被保険者証を受け取った。"
    for shifted in (text, "\n" + text, text * 80):
        mode_a = Dictionary(dict="core").tokenizer(mode=SplitMode.A)
        boundaries = segment(shifted).boundaries
        cut = {0, len(shifted)} | {m.begin() for m in mode_a.tokenize(shifted[:1000])}
        assert {n for n in range(990) if n in boundaries} >= {n for n in cut if n < 990}


def test_dictionary_and_normalised_forms_stand_beside_the_tokens() -> None:
    words = segment("書類が欠けている。見積りを取る。")
    surfaces = [t.surface for t in words.tokens]
    assert words.lemmas()[surfaces.index("欠け")] == "欠ける"
    assert words.norms()[surfaces.index("見積り")] == "見積もり"
    assert len(words.lemmas()) == len(words.norms()) == len(surfaces)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "😀", "a" * 100])
def test_odd_texts(text: str) -> None:
    assert "".join(t.surface for t in segment(text).tokens) == text


def test_a_text_longer_than_sudachi_takes() -> None:
    text = "これは長い文です。" * 5000
    tokens = segment(text).tokens
    assert all(text[t.start : t.end] == t.surface for t in tokens)
    assert tokens[-1].end == len(text)


def test_many_threads_read_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: len(segment("山田太郎です。" * (n % 7 + 1)).tokens), range(100)))
    assert results == [4 * (n % 7 + 1) for n in range(100)]
