"""Texts in, vectors out."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.embeddings import Embeddings
from gateway.errors import BadRequest

DOOR = Embeddings()


@pytest.mark.parametrize("given", ["x", ["x", "y"]])
def test_texts_are_let_in(given: Any) -> None:
    DOOR.check({"model": "m", "input": given, "encoding_format": "base64", "dimensions": 8})


@pytest.mark.parametrize(
    "change", [{"input": None}, {"input": ""}, {"input": []}, {"input": [1, 2]}, {"input": [[1]]}, {"input": {}}, {"model": 1}, {"stream": True}]
)  # fmt: skip
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        DOOR.check({"model": "m", "input": "x", **change})


def test_a_reply_has_no_text_and_ends_at_once() -> None:
    reply = {"data": [{"embedding": [0.1]}], "usage": {"prompt_tokens": 3, "total_tokens": 3}}
    assert list(DOOR.reply_parts(reply)) == []
    odd = {"data": [{"embedding": "QQ==", "index": 0, "text": "文"}, {"text": "章"}], "warning": "告"}
    assert [part.text for part in DOOR.reply_parts(odd)] == ["告", "文", "章"]
    assert DOOR.ends(reply)
    assert DOOR.usage(reply) == (3, 0)
    assert DOOR.usage({}) is None
    assert DOOR.for_caller(reply, {}) is reply
    assert DOOR.prepare(reply) is reply
    assert (DOOR.groups({}), DOOR.answers_in_json({})) == (1, False)
