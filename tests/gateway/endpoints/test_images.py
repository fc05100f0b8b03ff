"""A prompt in, pictures and a revised prompt out."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.images import Images
from gateway.errors import BadRequest
from gateway.reply import Rewriter
from tests.gateway.test_reply import Gate

DOOR = Images()


def test_the_revised_prompt_is_read_and_the_picture_is_not() -> None:
    reply = {"data": [{"b64_json": "QQ==", "revised_prompt": "絵"}, {"url": "https://example.jp/a", "note": "注"}, 3]}
    assert [part.text for part in DOOR.reply_parts(reply)] == ["絵", "注"]
    assert list(DOOR.reply_parts({"data": 3})) == []
    beside = {
        "warnings": ["告"],
        "quality": "high",
        "data": [{"url": "x", "notes": [{"a": "注"}]}, {"notes": [{"a": "記"}]}],
    }
    parts = list(DOOR.reply_parts(beside))
    assert [part.text for part in parts] == ["告", "注", "記"]
    assert len({part.key for part in parts}) == 3
    assert DOOR.usage({"usage": {"input_tokens": 4, "output_tokens": 5}}) == (4, 5)


def test_a_blocked_prompt_takes_the_pictures_back() -> None:
    (reply,) = Rewriter(DOOR, lambda _: Gate(), lambda _: "").feed(
        {"data": [{"b64_json": "QQ==", "revised_prompt": "止"}]}
    )
    assert reply == {"data": [], "blocked": "（理由）"}


@pytest.mark.parametrize("change", [{"prompt": ""}, {"prompt": 3}, {"n": 0}, {"stream": True}, {"model": ""}])
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        DOOR.check({"model": "m", "prompt": "絵", **change})
