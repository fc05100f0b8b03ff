"""Responses in chat's words, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.endpoints.responses import Responses
from gateway.errors import BadRequest

DOOR = Responses()
TOOL = {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": True}


def chat(**body: Any) -> dict[str, Any]:
    full = {"model": "m", "input": "x", **body}
    DOOR.check(full)
    return DOOR.prepare(full)


def test_instructions_and_a_string() -> None:
    assert chat(instructions="簡潔に", temperature=0, max_output_tokens=5, user="u") == {
        "model": "m",
        "messages": [{"role": "system", "content": "簡潔に"}, {"role": "user", "content": "x"}],
        "temperature": 0,
        "max_completion_tokens": 5,
        "user": "u",
    }


def test_a_conversation_with_tools() -> None:
    items = [
        {"role": "developer", "content": "d"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]},
        {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "sealed"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "c", "annotations": []}]},
        {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
        {"type": "function_call", "call_id": "2", "name": "g", "arguments": ""},
        {"type": "function_call_output", "call_id": "1", "output": "r"},
        {"type": "function_call_output", "call_id": "2", "output": [{"type": "input_text", "text": "s"}]},
    ]  # fmt: skip
    sent = chat(input=items, tools=[TOOL], tool_choice={"type": "function", "name": "f"}, parallel_tool_calls=True)
    assert sent["messages"][0] == {"role": "developer", "content": "d"}
    assert sent["messages"][1] == {"role": "user", "content": "a\nb"}
    assistant = sent["messages"][2]
    assert (assistant["content"], [call["id"] for call in assistant["tool_calls"]]) == ("c", ["1", "2"])
    assert assistant["tool_calls"][1]["function"] == {"name": "g", "arguments": "{}"}
    assert sent["messages"][3:] == [
        {"role": "tool", "tool_call_id": "1", "content": "r"},
        {"role": "tool", "tool_call_id": "2", "content": "s"},
    ]
    assert sent["tools"] == [{"type": "function", "function": {k: v for k, v in TOOL.items() if k != "type"}}]
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "f"}}


def test_custom_tools() -> None:
    items = [
        {"role": "user", "content": "x"},
        {"type": "custom_tool_call", "call_id": "1", "name": "shell", "input": "ls"},
        {"type": "custom_tool_call_output", "call_id": "1", "output": "a"},
    ]
    sent = chat(input=items, tools=[{"type": "custom", "name": "shell", "description": "d"}])
    assert sent["tools"] == [{"type": "custom", "custom": {"name": "shell", "description": "d"}}]
    assert sent["messages"][1]["tool_calls"][0]["custom"] == {"name": "shell", "input": "ls"}


def test_pictures_and_files_stay_with_their_message() -> None:
    parts = [
        {"type": "input_image", "image_url": "data:image/png;base64,QQ==", "detail": "low"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,QQ=="},
        {"type": "refusal", "refusal": "no"},
    ]
    content = chat(input=[{"role": "user", "content": parts}])["messages"][0]["content"]
    assert [part["type"] for part in content] == ["image_url", "file", "text"]
    assert content[0]["image_url"] == {"url": "data:image/png;base64,QQ==", "detail": "low"}


def test_structured_answers() -> None:
    schema = {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}
    sent = chat(text={"format": schema, "verbosity": "low"}, reasoning={"effort": "low", "summary": "auto"})
    inside = {"name": "n", "schema": {"type": "object"}, "strict": True}
    assert sent["response_format"] == {"type": "json_schema", "json_schema": inside}
    assert (sent["verbosity"], sent["reasoning_effort"]) == ("low", "low")
    assert DOOR.answers_in_json({"text": {"format": schema}})
    assert not DOOR.answers_in_json({"text": {"format": {"type": "text"}}})
    assert chat(text={"format": {"type": "json_object"}})["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    "change",
    [
        {"previous_response_id": "resp_1"},
        {"conversation": {"id": "conv_1"}},
        {"prompt": {"id": "pmpt_1"}},
        {"background": True},
        {"store": True},
        {"top_logprobs": 2},
        {"include": ["message.output_text.logprobs"]},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"input": [{"type": "web_search_call", "id": "ws"}]},
        {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}]},
        {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "file-1"}]}]},
        {"tools": [{"type": "web_search"}]},
        {"tools": [{"type": "mcp", "server_url": "https://example.com"}]},
        {"tool_choice": {"type": "file_search"}},
    ],
)
def test_what_cannot_be_inspected_is_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as raised:
        chat(**change)
    assert raised.value.code == "unsupported_parameter"
    assert raised.value.param


@pytest.mark.parametrize(
    "change",
    [
        {"input": ""},
        {"input": None},
        {"input": 3},
        {"input": []},
        {"input": ["x"]},
        {"input": [{"role": "wizard", "content": "x"}]},
        {"input": [{"role": "user", "content": [3]}]},
        {"input": [{"type": "reasoning"}]},
        {"instructions": 3},
        {"text": 3},
        {"reasoning": []},
        {"tools": {}},
        {"tool_choice": 3},
        {"stream": "yes"},
        {"model": ""},
        {"include": 3},
    ],
)
def test_odd_bodies_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**change)


def test_what_is_no_state_is_let_in() -> None:
    chat(store=False, background=None, previous_response_id=None, include=["reasoning.encrypted_content"])
