"""Gemini's contents in chat's words, in both spellings of Google's JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.endpoints.gemini import Gemini
from gateway.errors import BadRequest

DOOR = Gemini()
PATH = {"model": "m", "path": "/v1beta/models/m:generateContent"}
HELLO = [{"role": "user", "parts": [{"text": "x"}]}]


def chat(path: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    full = DOOR.receive({"contents": HELLO, **body}, path or PATH)
    DOOR.check(full)
    return DOOR.prepare(full)


def test_the_plain_case() -> None:
    config = {
        "temperature": 0,
        "topP": 0.5,
        "maxOutputTokens": 5,
        "candidateCount": 2,
        "stopSequences": ["終"],
        "seed": 1,
    }
    assert chat(systemInstruction={"parts": [{"text": "s"}, {"text": "t"}]}, generationConfig=config) == {
        "model": "m",
        "stream": False,
        "messages": [{"role": "system", "content": "s\nt"}, {"role": "user", "content": "x"}],
        "temperature": 0,
        "top_p": 0.5,
        "max_completion_tokens": 5,
        "n": 2,
        "stop": ["終"],
        "seed": 1,
    }


def test_snake_case_is_the_same() -> None:
    config = {"max_output_tokens": 5, "response_mime_type": "application/json"}
    sent = chat(system_instruction={"parts": [{"text": "s"}]}, generation_config=config)
    assert sent["messages"][0] == {"role": "system", "content": "s"}
    assert (sent["max_completion_tokens"], sent["response_format"]) == (5, {"type": "json_object"})


@pytest.mark.parametrize(("alt", "array"), [("sse", False), ("", True), ("json", True)])
def test_the_path_says_model_and_streaming(alt: str, *, array: bool) -> None:
    path = {"model": "m", "path": "/v1beta/models/m:streamGenerateContent", "?alt": alt}
    body = DOOR.receive({"contents": HELLO, "stream": False, "array": "x", "model": "other"}, path)
    assert (body["model"], body["stream"], body.get("array", False)) == ("m", True, array)


def test_a_conversation_with_functions() -> None:
    contents = [
        {"role": "user", "parts": [{"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "QQ=="}}]},
        {"role": "model", "parts": [
            {"text": "考え", "thought": True},
            {"text": "b"},
            {"functionCall": {"name": "f", "args": {"山": 1}}, "thoughtSignature": "s"},
            {"functionCall": {"name": "f", "args": {"山": 2}}},
        ]},
        {"role": "user", "parts": [
            {"functionResponse": {"name": "f", "response": {"r": 1}}},
            {"function_response": {"name": "f", "response": {"r": 2}}},
        ]},
    ]  # fmt: skip
    declaration = {
        "name": "f",
        "description": "d",
        "parameters": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
    }
    config = {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}}
    sent = chat(contents=contents, tools=[{"functionDeclarations": [declaration]}], toolConfig=config)
    user, model, first, second = sent["messages"]
    assert [part["type"] for part in user["content"]] == ["text", "image_url"]
    assert model["content"] == "b"
    ids = [call["id"] for call in model["tool_calls"]]
    assert len(set(ids)) == 2
    assert [message["tool_call_id"] for message in (first, second)] == ids
    assert [json.loads(message["content"]) for message in (first, second)] == [{"r": 1}, {"r": 2}]
    schema = sent["tools"][0]["function"]["parameters"]
    assert schema == {"type": "object", "properties": {"a": {"type": "string"}}}
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "f"}}


def test_a_schema_for_the_answer() -> None:
    config = {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}}
    assert chat(generationConfig=config)["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert DOOR.answers_in_json({"generationConfig": config})
    assert DOOR.groups({"generationConfig": {"candidateCount": 3}}) == 3


def test_one_content_needs_no_list() -> None:
    assert chat(contents={"parts": [{"text": "x"}]})["messages"] == [{"role": "user", "content": "x"}]


@pytest.mark.parametrize(
    "change",
    [
        {"contents": []},
        {"contents": "x"},
        {"contents": [{"role": "wizard", "parts": []}]},
        {"contents": [{"parts": "x"}]},
        {"contents": [{"parts": [{"text": 3}]}]},
        {"contents": [{"parts": [{"fileData": {"fileUri": "https://example.com/a"}}]}]},
        {"contents": [{"parts": [{"executableCode": {"code": "x"}}]}]},
        {"cachedContent": "c"},
        {"cached_content": "c"},
        {"tools": [{"googleSearch": {}}]},
        {"tools": [{"codeExecution": {}}]},
        {"generationConfig": {"responseModalities": ["TEXT", "IMAGE"]}},
        {"generationConfig": {"response_modalities": ["AUDIO"]}},
        {"generationConfig": {"speechConfig": {"x": 1}}},
        {"generationConfig": {"responseLogprobs": True}},
        {"generationConfig": {"candidateCount": 0}},
        {"generationConfig": 3},
        {"systemInstruction": 3},
        {"toolConfig": []},
    ],
)
def test_what_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat(**change)
