"""The doors under attack: fields nobody thinks of, texts in disguise, state at the provider, replies with texts anywhere.

Each row is a request as some client could send it. Either it is refused and nothing leaves, or it leaves without a trace.
"""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from gateway.upstreams.base import OF_DEMO, Deployment
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import FakeProvider, Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from policies.finding import Detector
    from tests.fixtures.house import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, PHONE, NUMBER = "佐藤花子", "090-8765-4321", "123456789018"
TEXT = f"氏名：{NAME} 電話：{PHONE} 個人番号：{NUMBER}"
LONG = base64.b64encode((TEXT * 8).encode()).decode()
LINES = "\n".join(LONG[at : at + 76] for at in range(0, len(LONG), 76))
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TAGS = "".join(chr(0xE0000 + ord(char)) for char in f"tel {PHONE}")

Ask = tuple[str, dict[str, Any]]


def chat(content: Any = "x", **more: Any) -> Ask:
    return "/v1/chat/completions", {"messages": [{"role": "user", "content": content}], **more}


def claude(content: Any = "x", role: str = "user", **more: Any) -> Ask:
    return "/v1/messages", {"max_tokens": 9, "messages": [{"role": role, "content": content}], **more}


def gemini(*parts: Any, **more: Any) -> Ask:
    return "/v1beta/models/outside:generateContent", {
        "contents": [{"role": "user", "parts": list(parts or [{"text": "x"}])}],
        **more,
    }


def ollama(**more: Any) -> Ask:
    return "/api/chat", {"stream": False, "messages": [{"role": "user", "content": "x"}], **more}


def generate(**more: Any) -> Ask:
    return "/api/generate", {"stream": False, "prompt": "x", **more}


def source(kind: str, data: str, media_type: str = "text/plain") -> dict[str, Any]:
    return {"type": kind, "source": {"type": "base64", "media_type": media_type, "data": data}}


READ = {
    "prediction": chat(prediction={"type": "content", "content": [{"type": "text", "text": TEXT}]}),
    "metadata": chat(metadata={"a": TEXT, TEXT: "b"}),
    "who asks": chat(user=NAME, safety_identifier=NAME, prompt_cache_key=NAME),
    "words that are one name": chat(stop=[TEXT], tool_choice=TEXT),
    "a schema": chat(response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {"$ref": TEXT}}}),
    "old functions": chat(functions=[{"name": "f", "description": TEXT, "parameters": {"enum": [TEXT]}}]),
    "a seed that is a number of a person": chat(seed=int(NUMBER), max_tokens=int(NUMBER)),
    "biases": chat(logit_bias={NUMBER: 1}),
    "JSON with escapes behind a word": chat("結果: " + json.dumps({"a": NAME, "t": PHONE})),
    "lines of JSON": chat("\n".join(json.dumps({"a": each}) for each in (NAME, PHONE))),
    "JSON in JSON": chat(json.dumps({"a": json.dumps({"b": TEXT})})),
    "HTML's numbers": chat("".join(f"&#{ord(char)};" for char in f"氏名：{NAME}、電話：{PHONE}")),
    "controls": chat("電話 090-\x008765-\x1b4321、番号 1234\x0056780\x079018"),
    "letters that no screen shows": chat(f"読んで {TAGS}"),
    "a data address as text": chat([{"type": "text", "text": f"data:,{TEXT}"}]),
    "a sealed thought that is none": claude([{"type": "thinking", "thinking": "a", "signature": TEXT}], "assistant"),
    "thoughts": claude([{"type": "redacted_thinking", "data": TEXT}, {"type": "text", "text": "b"}], "assistant"),
    "system as blocks": claude(system=[{"type": "text", "text": TEXT, "cache_control": {"type": TEXT, "ttl": TEXT}}]),
    "a document as text": claude(
        [
            {
                "type": "document",
                "title": TEXT,
                "context": TEXT,
                "source": {"type": "text", "media_type": "text/plain", "data": TEXT},
            }
        ]
    ),
    "a document that lies": claude([source("document", LONG, "application/pdf")]),
    "a document in a result": claude(
        [{"type": "tool_result", "tool_use_id": TEXT, "content": [source("document", LONG)]}]
    ),
    "citations": claude(
        [{"type": "text", "text": "a", "citations": [{"type": "char_location", "cited_text": TEXT}]}], "assistant"
    ),
    "a search result": claude([{"type": "search_result", "source": TEXT, "title": TEXT, "content": [{"type": "text", "text": TEXT}]}]),
    "who called the tool": claude(
        [{"type": "tool_use", "id": TEXT, "name": "f", "input": {TEXT: TEXT}, "caller": {"type": TEXT}}], "assistant"
    ),
    "what is to be forgotten": claude(context_management={"edits": [{"type": TEXT}]}, service_tier=TEXT),
    "a person's id": claude(metadata={"user_id": NAME, "x": TEXT}),
    "an instruction with a role": gemini(systemInstruction={"role": TEXT, "parts": [{"text": TEXT}]}),
    "an instruction in snakes": gemini(system_instruction={"parts": [{"text": TEXT}]}),
    "a file with a name": gemini({"inlineData": {"mimeType": "text/plain", "data": LONG, "displayName": TEXT}}),
    "labels": gemini(labels={TEXT: TEXT}, safetySettings=[{"category": TEXT}]),
    "Google's settings": gemini(
        generationConfig={"stopSequences": [TEXT], "seed": int(NUMBER), "responseSchema": {"title": TEXT}}
    ),
    "a picture that is a text": ollama(messages=[{"role": "user", "content": "x", "images": [TEXT]}]),
    "a template": ollama(template=TEXT, think=TEXT, format={"title": TEXT}),
    "options": ollama(options={"stop": [TEXT], "seed": int(NUMBER), "num_ctx": int(NUMBER)}),
    "an instruction": generate(system=TEXT),
    "a suffix": ("/v1/completions", {"prompt": "x", "suffix": TEXT, "best_of": int(NUMBER)}),
    "what is embedded": ("/v1/embeddings", {"input": [f"\ufeff{TEXT}"], "user": NAME, "dimensions": int(NUMBER)}),
    "a style": ("/v1/images/generations", {"prompt": "x", "style": TEXT, "user": NAME}),
}  # fmt: skip

REFUSED = {
    "audio": chat(audio={"voice": "alloy", "format": "wav"}, modalities=["text", "audio"]),
    "sound that was stored": ("/v1/chat/completions", {"messages": [{"role": "assistant", "audio": {"id": "a"}}]}),
    "log probabilities": chat(logprobs=True),
    "Azure's index": chat(data_sources=[{"type": "azure_search", "parameters": {}}]),
    "a search": chat(web_search_options={}),
    "a search with a place": chat(web_search_options={"user_location": {"type": "approximate"}}),
    "a tool that runs there": chat(tools=[{"type": "mcp", "server_url": "https://example.com", "server_label": "x"}]),
    "a tool of the web": chat(tools=[{"type": "web_search"}]),
    "plugins": chat(plugins=[{"id": "web"}]),
    "a store": chat(store=True),
    "a stored file": chat([{"type": "file", "file": {"file_id": "file-1"}}]),
    "sound": chat([{"type": "input_audio", "input_audio": {"data": LONG, "format": "wav"}}]),
    "base64 in a text": chat(f"読んで: {LONG}"),
    "base64 in lines": chat(LINES),
    "base64 in lines of Windows": chat("前\r\n" + LINES.replace("\n", "\r\n") + "\r\n後"),
    "a picture in a text": chat(f"![](data:image/png;base64,{LONG})"),
    "a file that says it is sealed": chat(x={"signature": LONG, "encrypted_content": LONG}),
    "a picture in a result": claude(
        [{"type": "tool_result", "tool_use_id": "t", "content": [source("image", PICTURE, "image/png")]}]
    ),
    "an address of a picture": claude([{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}]),
    "an address of a document": claude([{"type": "document", "source": {"type": "url", "url": "https://example.com/"}}]),
    "a document kept there": claude([{"type": "document", "source": {"type": "file", "file_id": "file_1"}}]),
    "an archive": claude([source("document", base64.b64encode(b"PK\x03\x04" * 80).decode(), "application/zip")]),
    "what the provider searched": claude(
        [{"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"encrypted_content": LONG}]}], "assistant"
    ),
    "a container": claude(container="c"),
    "servers of tools": claude(mcp_servers=[{"type": "url", "url": "https://example.com", "name": "n"}]),
    "a tool of Claude's": claude(tools=[{"type": "web_search_20250305", "name": "web_search"}]),
    "a cache": gemini(cachedContent="cachedContents/1"),
    "a cache in snakes": gemini(cached_content="cachedContents/1"),
    "a file by address": gemini({"fileData": {"mimeType": "text/plain", "fileUri": "https://example.com/"}}),
    "a picture that lies": gemini({"inlineData": {"mimeType": "image/png", "data": LONG}}),
    "code that ran": gemini({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": TEXT}}),
    "a search of Google's": gemini(tools=[{"googleSearch": {}}]),
    "pages by address": gemini(tools=[{"urlContext": {}}]),
    "speech": gemini(generation_config={"speech_config": {"a": 1}}),
    "pictures": ollama(messages=[{"role": "user", "content": "x", "images": [PICTURE]}]),
    "numbers of words": generate(context=[1, 2, 3]),
    "the bare model": generate(raw=True),
    "another template": generate(template=TEXT),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider, engine: tuple[Detector, ...]
) -> AsyncIterator[Running]:
    """One house for all rows: none of them changes it."""
    served = tuple(
        Deployment.model_validate({**each.model_dump(), "endpoints": OF_DEMO}) for each in deployments(provider)
    )
    async with open_house(tmp_path_factory.mktemp("hostile"), provider, engine, deployments=served) as house:
        yield house


def traces(sent: str) -> list[str]:
    """What of the person a model could read in what was sent, in any way of writing it."""
    decoded = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), sent)
    decoded = html.unescape(decoded).translate({0xE0000 + code: chr(code) for code in range(32, 127)})
    ways = [sent, decoded, re.sub(r"[\x00-\x1f-]", "", decoded)]
    known = (NAME, "花子", PHONE, PHONE.replace("-", ""), "8765", NUMBER, LONG[:60])
    return [trace for trace in known if any(trace in way for way in ways)]


@pytest.mark.parametrize("name", READ)
async def test_what_is_let_through_has_no_trace(running: Running, provider: FakeProvider, name: str) -> None:
    provider.requests.clear()
    path, body = READ[name]
    assert traces(json.dumps(body, ensure_ascii=False)), "the row has something to find"
    answer = await running.client.post(path, json={"model": "outside", **body})
    assert answer.status_code == 200, answer.text
    assert len(provider.requests) == 1
    assert traces(provider.received) == []


@pytest.mark.parametrize("name", REFUSED)
async def test_what_nobody_could_inspect_does_not_leave(running: Running, provider: FakeProvider, name: str) -> None:
    provider.requests.clear()
    path, body = REFUSED[name]
    answer = await running.client.post(path, json={"model": "outside", **body})
    assert answer.status_code in {400, 403}, answer.text
    assert provider.requests == []
    assert traces(answer.text) == []


LETTER = "佐藤花子さん（電話 090-8765-4321）への案内文を作ってください。"


def unusual() -> dict[str, Any]:
    """A chat reply with a text wherever a server may put one."""
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": "f", "arguments": {"to": "[PERSON_1]"}},
        "extra_content": {"google": {"note": "[PERSON_1]", "thought_signature": "c2VhbGVk"}},
    }
    reply = chat_reply("はい。", tool_calls=[call])
    reply["choices"][0] |= {
        "logprobs": {"content": [{"token": "[PERSON_1]", "logprob": -0.1}]},
        "content_filter_results": {"custom": {"filtered": False, "detail": "[PERSON_1]"}},
    }
    return reply | {"citations": ["[PERSON_1]"], "search_results": [{"title": "[PHONE_1]"}], "prompt_logprobs": ["x"]}


async def test_texts_beside_the_answer_are_read_and_restored(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole(unusual()))
    answer = (await running.chat(LETTER)).json()
    (choice,) = answer["choices"]
    assert "PERSON_1" not in json.dumps(answer)
    assert answer["citations"] == [NAME]
    assert answer["search_results"] == [{"title": PHONE}]
    assert choice["content_filter_results"]["custom"]["detail"] == NAME
    assert choice["logprobs"] is None
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["arguments"] == {"to": NAME}
    assert call["extra_content"]["google"] == {"note": NAME, "thought_signature": "c2VhbGVk"}
    chunks: list[Any] = chat_chunks("はい。")
    chunks[1] |= {"citations": ["[PERSON_1]"], "obfuscation": "x"}
    chunks[1]["choices"][0]["logprobs"] = {"content": [{"token": "[PERSON_1]"}]}
    provider.reply(Stream(chunks))
    told = (await running.chat(LETTER, stream=True)).text
    assert f'"citations":["{NAME}"]' in told
    assert "PERSON_1" not in told
    assert "obfuscation" not in told
    text = {
        "index": 0,
        "text": "はい。",
        "finish_reason": "stop",
        "logprobs": {"tokens": ["[PERSON_1]"]},
        "note": ["[PERSON_1]"],
    }
    provider.reply(Whole({"object": "text_completion", "choices": [text], "warning": "[PHONE_1]"}))
    body = {"model": "outside", "prompt": LETTER}
    completion = (await running.client.post("/v1/completions", json=body)).json()
    assert (completion["warning"], completion["choices"][0]["note"]) == (PHONE, [NAME])
    assert "PERSON_1" not in json.dumps(completion)


async def test_a_batch_of_windows_and_a_hostile_one(running: Running) -> None:
    found = f'"text":"{PHONE}"'
    lines = [
        b"\xef\xbb\xbf{" + found.encode() + b"}\r",
        b'{"text":"x",' + found.encode() + b"}",
        b"{" + found.encode() + b',"text":"x"}',
        b'{"text":"\\u0030\\u0039\\u0030-8765-4321"}',
        b'{"text":"090-\x008765-4321"}',
        b'{"text":"090-\\u00008765-4321"}',
        b'{"text":"x"} {"text":"y"}',
        b"\x00",
        b'{"text":"\xff"}',
        b'{"id":' + b"[" * 5000 + b"]" * 5000 + b',"text":"x"}',
        f"{{{found}}}".encode("utf-16"),
    ]
    answer = await running.client.post(
        "/v1/check/batch", content=b"\n".join(lines), headers={"Content-Type": "application/jsonl"}
    )
    told = [json.loads(line) for line in answer.text.splitlines()]
    verdicts = [line.get("verdict") or line["error"]["code"] for line in told]
    bad = "invalid_json"
    assert verdicts[:9] == ["redact", bad, bad, "redact", bad, "redact", bad, bad, bad]
    assert set(verdicts[9:]) == {bad}
    assert all(line["redacted"] == "[PHONE_1]" for line in told if "redacted" in line)
