"""Ollama's own API in chat's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.endpoints.ollama import OllamaChat, OllamaGenerate
from gateway.errors import BadRequest

HELLO = [{"role": "user", "content": "x"}]


def chat(**body: Any) -> dict[str, Any]:
    door = OllamaChat()
    full = door.receive({"model": "m", "messages": HELLO, **body}, {})
    door.check(full)
    return door.prepare(full)


def generate(**body: Any) -> dict[str, Any]:
    door = OllamaGenerate()
    full = door.receive({"model": "m", "prompt": "x", **body}, {})
    door.check(full)
    return door.prepare(full)


def test_it_streams_unless_told_not_to() -> None:
    assert chat()["stream"] is True
    assert chat(stream=False) == {"model": "m", "messages": HELLO, "stream": False}


def test_a_tag_that_nobody_configured_is_dropped() -> None:
    assert chat(model="m:latest")["model"] == "m"


def test_options_by_their_other_names() -> None:
    sent = chat(options={"temperature": 0, "num_predict": 7, "stop": ["終"], "seed": 1, "num_ctx": 8192})
    assert (sent["temperature"], sent["max_completion_tokens"], sent["stop"], sent["seed"]) == (0, 7, ["終"], 1)
    assert "max_completion_tokens" not in chat(options={"num_predict": -1})


def test_a_conversation_with_tools_and_pictures() -> None:
    messages = [
        {"role": "user", "content": "見て", "images": ["QQ=="]},
        {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"山": 1}}}]},
        {"role": "tool", "tool_name": "f", "content": "r"},
    ]
    tools = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    sent = chat(messages=messages, tools=tools)
    user, assistant, tool = sent["messages"]
    assert [part["type"] for part in user["content"]] == ["text", "image_url"]
    call = assistant["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"山": 1}
    assert tool == {"role": "tool", "tool_call_id": call["id"], "content": "r"}
    assert sent["tools"] == tools


@pytest.mark.parametrize(("wanted", "kind"), [("json", "json_object"), ({"type": "object"}, "json_schema")])
def test_formats(wanted: Any, kind: str) -> None:
    assert chat(format=wanted)["response_format"]["type"] == kind
    assert OllamaChat().answers_in_json({"format": wanted})


def test_a_prompt_with_a_system_text() -> None:
    assert generate(system="s", stream=False) == {
        "model": "m",
        "stream": False,
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "x"}],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"messages": "x"},
        {"messages": [{"role": "wizard", "content": "x"}]},
        {"messages": [{"role": "user", "content": 3}]},
        {"messages": [{"role": "user", "content": "x", "images": "QQ=="}]},
        {"messages": [{"role": "assistant", "content": "", "tool_calls": [3]}]},
        {"options": 3},
        {"model": 3},
        {"stream": "no"},
    ],
)
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**change)


@pytest.mark.parametrize(
    "change", [{"context": [1, 2]}, {"raw": True}, {"template": "t"}, {"suffix": "s"}, {"prompt": 3}, {"images": [3]}]
)
def test_what_a_prompt_may_not_have(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        generate(**change)
