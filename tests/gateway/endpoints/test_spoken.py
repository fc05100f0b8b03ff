"""What the translated doors share."""

from __future__ import annotations

import pytest

from gateway.endpoints.responses import Responses
from gateway.endpoints.spoken import Spoken, content, function_tool, image_part, json_schema, system, text_part
from gateway.errors import BadRequest


def test_a_dialect_has_to_say_how_it_is_translated() -> None:
    with pytest.raises(NotImplementedError):
        Spoken().to_chat({})


def test_what_goes_out_has_no_empty_fields_and_asks_for_the_usage() -> None:
    sent = Responses().prepare({"model": "m", "input": "x", "stream": True})
    assert sent == {
        "model": "m",
        "stream": True,
        "messages": [{"role": "user", "content": "x"}],
        "stream_options": {"include_usage": True},
    }


def test_a_model_is_needed() -> None:
    with pytest.raises(BadRequest, match="model"):
        Responses().check({"input": "x"})


def test_pieces() -> None:
    assert system("") == []
    assert content([text_part("a"), text_part("b")]) == "a\nb"
    assert content([text_part("a"), image_part(None, "QQ==")])[1]["image_url"]["url"] == "data:image/png;base64,QQ=="  # type: ignore[index]
    assert function_tool("f", None, {}) == {"type": "function", "function": {"name": "f", "parameters": {}}}
    assert json_schema({}, strict=True)["json_schema"] == {"name": "answer", "schema": {}, "strict": True}
