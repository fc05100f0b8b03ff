from policies.reading import Reading


def test_a_reading_is_lazy_and_remembers() -> None:
    reading = Reading("山田太郎")
    assert "tokens" not in vars(reading)
    assert reading.tokens is reading.tokens


def test_words_between_two_places() -> None:
    reading = Reading("私は山田太郎です")
    assert [t.surface for t in reading.words(2, 6)] == ["山田", "太郎"]
    assert reading.words(3, 4) == ()


def test_boundaries_hold_those_of_long_and_short_words() -> None:
    boundaries = Reading("山田太郎").boundaries
    assert 0 in boundaries
    assert 2 in boundaries
    assert 4 in boundaries
