from policies.situation import Situation


def test_an_unknown_place_is_judged_as_outside() -> None:
    assert Situation().zone == "external"
    assert Situation().direction == "request"
