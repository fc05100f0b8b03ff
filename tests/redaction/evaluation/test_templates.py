"""Every slot of every template is one that people have."""

from __future__ import annotations

import re

from redaction.evaluation.people import FACTS
from redaction.evaluation.templates import WITH_PEOPLE, WITHOUT_PEOPLE


def test_slots_are_known() -> None:
    for text in (text for texts in (*WITH_PEOPLE.values(), *WITHOUT_PEOPLE.values()) for text in texts):
        for slot in re.findall(r"(?<!\{)\{([^{}]*)\}", text):
            assert slot[:2] in {"s:", "t:", "i:"} or re.fullmatch(r"\d\.\w+", slot), slot
            if slot[1] == ".":
                assert slot[2:] in FACTS, slot


def test_documents_without_people_have_none() -> None:
    assert not any(re.search(r"\{\d", text) for texts in WITHOUT_PEOPLE.values() for text in texts)
    assert all(any(re.search(r"\{\d", text) for text in texts) for texts in WITH_PEOPLE.values())
