"""What an entry may say, and what is refused before any list is put together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policies.wording.entries import CONTEXTS, PatternEntry, WordEntry, WordGroup

BASE: dict[str, Any] = {
    "id": "wording/T-1",
    "category": "insult",
    "action": "flag",
    "message": "理由",
    "examples": {"match": ["a"], "no_match": ["b"]},
}


def test_an_entry_holds_in_all_contexts_unless_it_says_otherwise() -> None:
    entry = WordEntry.model_validate({**BASE, "term": "禁句"})
    assert entry.contexts == CONTEXTS
    assert entry.kind == "wording.insult"


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"message": " 　"}, "reason"),
        ({"rewrite": True}, "one phrase"),
        ({"rewrite": True, "better": "保護者、家族"}, "one phrase"),
        ({"rewrite": True, "better": "（使わない）"}, "one phrase"),
        ({"level": "error"}, "info"),
        ({"contexts": ["joke"]}, "law_title"),
        ({"action": "warn"}, "allow, flag"),
        ({"examples": {"match": ["a"], "no_match": []}}, "at least 1"),
        ({"pattern": "x"}, "Extra"),
    ],
)
def test_refused(more: dict[str, Any], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        WordEntry.model_validate({**BASE, "term": "禁句", **more})


def test_a_pattern_needs_a_sequence_and_a_group_a_word() -> None:
    with pytest.raises(ValidationError):
        PatternEntry.model_validate({**BASE, "sequences": []})
    with pytest.raises(ValidationError):
        WordGroup.model_validate({"name": "女性", "words": []})
    with pytest.raises(ValidationError):
        WordGroup.model_validate({"name": "女 性", "words": ["女"]})
