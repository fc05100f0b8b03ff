"""Anthropic's Messages in chat's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.endpoints.messages import Messages
from gateway.errors import BadRequest

DOOR = Messages()
HELLO = [{"role": "user", "content": "x"}]


def chat(**body: Any) -> dict[str, Any]:
    full = DOOR.receive({"model": "m", "max_tokens": 9, "messages": HELLO, **body}, {})
    DOOR.check(full)
    return DOOR.prepare(full)


def test_the_plain_case() -> None:
    assert chat(system="s", temperature=0.5, top_k=3, stop_sequences=["終"]) == {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "x"}],
        "max_completion_tokens": 9,
        "temperature": 0.5,
        "top_k": 3,
        "stop": ["終"],
    }


def test_a_conversation_with_tools_and_thinking() -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "text", "text": "c"},
            {"type": "tool_use", "id": "1", "name": "f", "input": {"山": 1}},
            {"type": "tool_use", "id": "2", "name": "g", "input": {}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "1", "content": "r"},
            {"type": "tool_result", "tool_use_id": "2", "content": [
                {"type": "text", "text": "s"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "QQ=="}},
            ]},
            {"type": "text", "text": "d"},
        ]},
    ]  # fmt: skip
    tool = {"name": "f", "description": "d", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral"}}
    sent = chat(messages=messages, tools=[tool], tool_choice={"type": "any", "disable_parallel_tool_use": True})
    user, assistant, first, second, last = sent["messages"]
    assert user == {"role": "user", "content": "a\nb"}
    assert assistant["content"] == "c"
    assert assistant["thinking_blocks"] == [{"type": "thinking", "thinking": "t", "signature": "s"}]
    assert [(c["id"], json.loads(c["function"]["arguments"])) for c in assistant["tool_calls"]] == [("1", {"山": 1}), ("2", {})]  # fmt: skip
    assert (first, second) == (
        {"role": "tool", "tool_call_id": "1", "content": "r"},
        {"role": "tool", "tool_call_id": "2", "content": "s"},
    )
    assert [part["type"] for part in last["content"]] == ["image_url", "text"]
    assert sent["tools"] == [
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    ]
    assert (sent["tool_choice"], sent["parallel_tool_calls"]) == ("required", False)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "f"}, {"type": "function", "function": {"name": "f"}}),
    ],
)
def test_choices_of_tools(choice: dict[str, Any], expected: Any) -> None:
    assert chat(tools=[{"name": "f", "input_schema": {}}], tool_choice=choice)["tool_choice"] == expected


def test_a_person_in_the_metadata_goes_the_way_of_the_user_field() -> None:
    body = DOOR.receive({"metadata": {"user_id": "tanaka", "x": 1}}, {})
    assert body == {"metadata": {"x": 1}, "user": "tanaka"}


def test_documents_and_search_results() -> None:
    blocks = [
        {"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": "QQ=="}},
        {"type": "search_result", "title": "題", "source": "庁内", "content": [{"type": "text", "text": "文"}]},
        {"type": "image", "source": {"type": "url", "url": "https://example.jp/a.png"}},
    ]  # fmt: skip
    content = chat(messages=[{"role": "user", "content": blocks}])["messages"][0]["content"]
    assert content[0]["file"] == {"filename": "a.pdf", "file_data": "data:application/pdf;base64,QQ=="}
    assert content[1]["text"] == "題\n庁内\n文"
    assert content[2]["image_url"]["url"] == "https://example.jp/a.png"


def test_structured_answers() -> None:
    wanted = {"type": "json_schema", "schema": {"type": "object"}}
    for body in ({"output_format": wanted}, {"output_config": {"format": wanted}}):
        assert chat(**body)["response_format"]["json_schema"]["schema"] == {"type": "object"}
        assert DOOR.answers_in_json(body)


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"messages": "x"},
        {"messages": [{"role": "tool", "content": "x"}]},
        {"messages": [{"role": "user", "content": 3}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": 3}]}]},
        {"messages": [{"role": "user", "content": [{"type": "server_tool_use"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file", "file_id": "f"}}]}]},
        {"max_tokens": 0},
        {"max_tokens": "9"},
        {"max_tokens": True},
        {"system": [3]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tool_choice": "auto"},
        {"mcp_servers": [{"url": "https://example.com"}]},
        {"container": "c"},
        {"stream": 1},
        {"model": None},
    ],
)
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**change)
