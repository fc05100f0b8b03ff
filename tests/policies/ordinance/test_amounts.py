import time

import pytest

from policies.ordinance.amounts import amounts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("280万円", [2_800_000]),
        ("二百八十万円", [2_800_000]),
        ("2,800千円", [2_800_000]),
        ("2,800,000円", [2_800_000]),
        ("1億5千万円", [150_000_000]),
        ("1億5,000万円", [150_000_000]),
        ("3.5億円", [350_000_000]),
        ("金弐百万円也", [2_000_000]),
        ("15百万円", [15_000_000]),
        ("十万円と5,000円", [100_000, 5_000]),
        ("一億二千三百四十五万六千七百八十九円", [123_456_789]),
        ("100名、第5条、令和7年", []),
        ("円", []),
    ],
)
def test_every_notation(text: str, wanted: list[int]) -> None:
    assert [amount.yen for amount in amounts(text)] == wanted


def test_the_place_of_an_amount() -> None:
    (amount,) = amounts("予算は280万円です")
    assert "予算は280万円です"[amount.start : amount.end] == "280万円"


def test_long_runs_of_digits_take_linear_time() -> None:
    begun = time.perf_counter()
    amounts("9" * 50_000 + "一" * 50_000 + "1,234" * 10_000)
    small = time.perf_counter() - begun
    begun = time.perf_counter()
    amounts("9" * 200_000 + "一" * 200_000 + "1,234" * 40_000)
    assert time.perf_counter() - begun < max(0.5, 12 * small)
