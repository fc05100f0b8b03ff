"""A frame is said of whomever a pattern is about."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policies.wording.entries import Frame, PatternEntry
from policies.wording.frames import sequences, spread

FRAMES = {
    "任せない": Frame(name="任せない", sequences=("<だれ> に …4 任せない", "仕事 は <だれ>|人 に …4 向かない")),
    "ほめる": Frame(name="ほめる", sequences=("<だれ> なのに 上手",)),
}


def pattern(**more: Any) -> PatternEntry:
    base = {
        "id": "wording/T-301",
        "category": "gender",
        "action": "flag",
        "message": "理由",
        "examples": {"match": ["a"], "no_match": ["b"]},
    }
    return PatternEntry.model_validate({**base, **more})


def test_every_sequence_of_every_frame_with_the_people_in_its_place() -> None:
    entry = pattern(about="<女性>|<男性>", frames=["任せない", "ほめる"])
    assert list(sequences(entry, FRAMES)) == [
        (0, "<女性>|<男性> に …4 任せない"),
        (0, "仕事 は <女性>|<男性>|人 に …4 向かない"),
        (1, "<女性>|<男性> なのに 上手"),
    ]


def test_its_own_sequences_come_first_and_nothing_is_left_to_spread() -> None:
    entry = spread(pattern(sequences=["女性 らしい"], about="女性", frames=["ほめる"]), FRAMES)
    assert entry.sequences == ("女性 らしい", "女性 なのに 上手")
    assert spread(entry, FRAMES) is entry


def test_a_frame_that_does_not_exist_adds_none() -> None:
    assert spread(pattern(about="女性", frames=["ない"]), FRAMES).sequences == ()


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, "needs sequences or frames"),
        ({"about": "女性", "sequences": ["女性 らしい"]}, "stand together"),
        ({"frames": ["ほめる"]}, "stand together"),
    ],
)
def test_refused(more: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        pattern(**more)


@pytest.mark.parametrize("sequence", ["任せない", "<だれ>さん に", "彼<だれ> に"])
def test_each_sequence_of_a_frame_says_of_whom(sequence: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        Frame(name="任せない", sequences=(sequence,))
