"""One request's whole way: what leaves, what comes back, what the caller is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.provider import Stream, Whole, chat_chunks, chat_reply

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

LETTER = "佐藤花子さん（電話 090-1234-5678）への案内文を作ってください。"


async def events(running: Running, text: str, **more: Any) -> list[dict[str, Any]]:
    """The JSON messages of a streamed reply; it must end with [DONE]."""
    response = await running.chat(text, stream=True, **more)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def text_of(messages: list[dict[str, Any]]) -> str:
    return "".join(c["delta"].get("content") or "" for m in messages for c in m.get("choices", ()))


async def test_only_tokens_leave_and_the_values_come_back(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole(chat_reply("[PERSON_1] 様、お電話は [PHONE_1] ですね。")))
    response = await running.chat(LETTER)
    sent = provider.requests[0].json()
    assert sent["messages"][0]["content"] == "[PERSON_1]さん（電話 [PHONE_1]）への案内文を作ってください。"
    assert sent["model"] == "cloud"
    body = response.json()
    assert body["choices"][0]["message"]["content"] == "佐藤花子 様、お電話は 090-1234-5678 ですね。"
    assert body["sekimori"]["redacted"] == {"pii.person": 1, "pii.phone": 1}
    assert body["sekimori"]["verdict"] == "redact"
    assert body["sekimori"]["zone"] == "external"
    assert response.headers["x-sekimori-verdict"] == "redact"


@pytest.mark.parametrize(
    "pieces",
    [
        ["[PERSON_1] 様、", "お電話は [PHONE_1] ですね。"],
        ["[PER", "SON", "_1", "] 様、お電話は [PH", "ONE_1] ですね。"],
        [*"[PERSON_1] 様、お電話は [PHONE_1] ですね。"],
        ["［ＰＥＲＳＯＮ＿１］ 様、お電話は [ phone_1 ] ですね。"],
    ],
)
async def test_a_streamed_reply_reads_the_same(running: Running, provider: FakeProvider, pieces: list[str]) -> None:
    provider.reply(Stream(chat_chunks(*pieces)))
    messages = await events(running, LETTER)
    assert text_of(messages) == "佐藤花子 様、お電話は 090-1234-5678 ですね。"
    assert messages[-1]["sekimori"]["redacted"] == {"pii.person": 1, "pii.phone": 1}
    assert sum("sekimori" in message for message in messages) == 1
    assert messages[-1]["choices"][0]["finish_reason"] == "stop"


async def test_the_same_person_has_one_token_in_all_messages_and_two_never_share(
    running: Running, provider: FakeProvider
) -> None:
    await running.post(
        {
            "model": "outside",
            "messages": [
                {"role": "user", "content": "佐藤花子さんの件です。"},
                {"role": "assistant", "content": "佐藤花子さんですね。"},
                {"role": "user", "content": "いえ、鈴木一郎さんと佐藤花子さんの件です。"},
            ],
        }
    )
    sent = [message["content"] for message in provider.requests[0].json()["messages"]]
    assert sent == [
        "[PERSON_1]さんの件です。",
        "[PERSON_1]さんですね。",
        "いえ、[PERSON_2]さんと[PERSON_1]さんの件です。",
    ]


async def test_a_text_that_looks_like_a_token_survives(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole(chat_reply("[PERSON_1] と [PERSON_2]")))
    response = await running.chat("様式の [PERSON_1] 欄に佐藤花子さんと書く。")
    sent = provider.requests[0].json()["messages"][0]["content"]
    assert sent == "様式の [PERSON_1] 欄に[PERSON_2]さんと書く。"
    assert response.json()["choices"][0]["message"]["content"] == "[PERSON_1] と 佐藤花子"


async def test_tool_arguments_are_redacted_and_restored(running: Running, provider: FakeProvider) -> None:
    arguments = json.dumps({"who": "佐藤花子さん", "tel": "090-1234-5678"})
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"to": "[PHONE_1]"}'}}
    provider.reply(Whole(chat_reply(None, tool_calls=[call])))
    response = await running.post(
        {
            "model": "outside",
            "messages": [
                {"role": "user", "content": "お願いします"},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": "c0", "type": "function", "function": {"name": "f", "arguments": arguments}}],
                },
                {"role": "tool", "tool_call_id": "c0", "content": json.dumps({"氏名": "佐藤花子さん"})},
            ],
        }
    )
    sent = provider.requests[0].json()["messages"]
    assert json.loads(sent[1]["tool_calls"][0]["function"]["arguments"]) == {
        "who": "[PERSON_1]さん",
        "tel": "[PHONE_1]",
    }
    assert json.loads(sent[2]["content"]) == {"氏名": "[PERSON_1]さん"}
    restored = response.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(restored) == {"to": "090-1234-5678"}


async def test_unknown_fields_are_passed_on_after_inspection(running: Running, provider: FakeProvider) -> None:
    await running.chat("こんにちは", x_future={"note": "佐藤花子さん宛て", "n": 3}, temperature=0.5)
    sent = provider.requests[0].json()
    assert sent["x_future"] == {"note": "[PERSON_1]さん宛て", "n": 3}
    assert sent["temperature"] == 0.5


async def test_the_user_field_never_leaves(running: Running, provider: FakeProvider) -> None:
    await running.chat("こんにちは", user="shokuin-0123")
    assert "shokuin-0123" not in provider.received
    assert len(provider.requests[0].json()["user"]) == 32


async def test_an_image_goes_to_no_model_outside(running: Running, provider: FakeProvider) -> None:
    content = [
        {"type": "text", "text": "これは何ですか"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    message = {"role": "user", "content": content}
    refused = await running.post({"model": "outside", "messages": [message]})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "no_on_premises_deployment"
    assert "画像" in refused.json()["error"]["message"]
    assert provider.requests == []
    served = await running.post({"model": "both", "messages": [message]})
    assert served.status_code == 200
    assert served.json()["sekimori"]["deployment"] == "both-local"
    assert served.json()["sekimori"]["verdict"] == "confine"
    assert [r.json()["model"] for r in provider.requests] == ["both-local"]


async def test_usage_of_a_stream_is_recorded_though_nobody_asked(running: Running, provider: FakeProvider) -> None:
    usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
    last = {"id": "x", "object": "chat.completion.chunk", "choices": [], "usage": usage}
    provider.reply(Stream([*chat_chunks("はい。"), last]))
    messages = await events(running, "こんにちは")
    assert provider.requests[0].json()["stream_options"] == {"include_usage": True}
    assert not any("usage" in message for message in messages)
    (record,) = await running.records()
    assert (record["input_tokens"], record["output_tokens"]) == (11, 5)


async def test_usage_comes_last_when_the_caller_asked(running: Running, provider: FakeProvider) -> None:
    usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
    last = {"id": "x", "object": "chat.completion.chunk", "choices": [], "usage": usage}
    provider.reply(Stream([*chat_chunks("はい。"), last]))
    messages = await events(running, "こんにちは", stream_options={"include_usage": True})
    assert messages[-1]["usage"] == usage
    assert "sekimori" in messages[-1]


async def test_the_record_says_who_where_and_how_but_no_text(running: Running, provider: FakeProvider) -> None:
    provider.reply(Whole(chat_reply("[PERSON_1] 様")))
    await running.chat(LETTER)
    (record,) = await running.records()
    assert record["outcome"] == "answered"
    assert record["status"] == 200
    assert record["department"] == "0101"
    assert record["deployment"] == "cloud"
    assert record["counts"]["pii.person"] == {"redact": 1}
    assert record["verdict"] == "redact"
    assert record["latency_ms"] >= record["first_token_ms"] > 0
    assert "佐藤" not in json.dumps(record, default=str, ensure_ascii=False)
