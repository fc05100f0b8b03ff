"""What the policy says of a text, without sending it anywhere."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures import documents

if TYPE_CHECKING:
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

TEXT = "佐藤花子さんへ電話する。番号は 090-1234-5678 です。"


async def test_a_text(running: Running, provider: FakeProvider) -> None:
    answer = (await running.client.post("/v1/check", json={"text": TEXT})).json()
    assert answer["verdict"] == "redact"
    assert answer["redacted"] == "[PERSON_1]さんへ電話する。番号は [PHONE_1] です。"
    assert [TEXT[f["start"] : f["end"]] for f in answer["findings"]] == ["佐藤花子", "090-1234-5678"]
    assert answer["policy"] == running.house.policy.revision
    assert provider.requests == []
    assert await running.records() == []


async def test_a_document(running: Running) -> None:
    data = base64.b64encode(documents.word("佐藤花子さん")).decode()
    answer = (await running.client.post("/v1/check", json={"document": {"name": "a.docx", "data": data}})).json()
    assert answer["redacted"].count("[PERSON_1]さん") == 3
    assert "佐藤花子さん" in answer["text"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"text": 3}, "invalid_request"),
        ({"text": "x", "direction": "up"}, "invalid_request"),
        ({"text": "x", "zone": ["external"]}, "invalid_request"),
        ({"document": 3}, "invalid_request"),
        ({"document": {"name": "a.docx", "data": "*"}}, "unreadable_document"),
        ({"document": {"name": "a.docx", "data": base64.b64encode(b"PK\x03\x04").decode()}}, "unreadable_document"),
        ({"document": {"name": "a.png", "data": base64.b64encode(b"\x89PNG").decode()}}, "unreadable_document"),
        ({"document": {}}, "unreadable_document"),
    ],
)
async def test_what_is_refused(running: Running, body: dict[str, Any], code: str) -> None:
    answer = await running.client.post("/v1/check", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_a_batch_answers_every_line_and_names_the_bad_ones(running: Running) -> None:
    rows = [json.dumps({"id": "a", "text": TEXT}), "", "{", json.dumps({"id": 2, "text": "x"}), json.dumps({"id": 3})]
    content = "\r\n".join(rows).encode()
    answer = await running.client.post(
        "/v1/check/batch", content=content, headers={"Content-Type": "application/jsonl"}
    )
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    first, second, third, fourth = (json.loads(line) for line in answer.text.splitlines())
    assert (first["id"], first["verdict"]) == ("a", "redact")
    assert (second["line"], second["error"]["code"]) == (3, "invalid_json")
    assert (third["id"], third["verdict"]) == (2, "allow")
    assert (fourth["line"], fourth["error"]["code"]) == (5, "invalid_request")


async def test_a_batch_has_its_own_bound(running: Running) -> None:
    line = json.dumps({"text": "会議の案内です。" * 40}).encode()
    content = b"\n".join([line] * 4000)
    assert len(content) > running.house.config.server.max_body_bytes
    async with running.client.stream(
        "POST", "/v1/check/batch", content=content, headers={"Content-Type": "application/jsonl"}
    ) as answer:
        assert answer.status_code == 200
        async for first in answer.aiter_lines():
            assert json.loads(first)["verdict"] == "allow"
            break


async def test_moderations_in_openais_shape(running: Running, provider: FakeProvider) -> None:
    body = {"input": [TEXT, {"type": "text", "text": "こんにちは"}]}
    answer = (await running.client.post("/v1/moderations", json=body)).json()
    first, second = answer["results"]
    assert (first["flagged"], first["categories"]["pii/person"], first["categories"]["violence"]) == (True, True, False)
    assert (second["flagged"], set(second["categories"].values())) == (False, {False})
    assert "violence" in answer["sekimori"]["not_judged"]
    assert provider.requests == []


@pytest.mark.parametrize("given", [None, [], 3, [3], [{"type": "image_url", "image_url": {"url": "x"}}]])
async def test_what_cannot_be_moderated(running: Running, given: Any) -> None:
    assert (await running.client.post("/v1/moderations", json={"input": given})).status_code == 400


@pytest.mark.parametrize("path", ["/v1/check", "/v1/check/batch", "/v1/moderations"])
async def test_a_key_is_needed(running: Running, path: str) -> None:
    answer = await running.client.post(path, json={"text": "x"}, headers={"Authorization": ""})
    assert answer.status_code == 401
