from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from gateway.upstreams.base import Call, Deployment
from gateway.upstreams.demo import Demo
from gateway.upstreams.demo_others import png, vector

DEPLOYMENT = Deployment(name="demo", model="demo", lane="demo", zone="on_premises", region="庁内")


async def collect(path: str, **body: Any) -> list[dict[str, Any]]:
    return [message async for message in Demo(DEPLOYMENT, pause=0).send(Call(path, body))]


async def test_completions_whole_and_streamed_say_the_same() -> None:
    prompts = ["[PERSON_1]さんへ", "x"]
    (whole,) = await collect("completions", prompt=prompts, n=2)
    assert [choice["index"] for choice in whole["choices"]] == [0, 1, 2, 3]
    chunks = await collect("completions", prompt=prompts, n=2, stream=True, stream_options={"include_usage": True})
    for choice in whole["choices"]:
        pieces = [c["text"] for chunk in chunks for c in chunk["choices"] if c["index"] == choice["index"]]
        assert "".join(pieces) == choice["text"]
    assert "[PERSON_1] 様" in whole["choices"][0]["text"]
    assert chunks[-1]["usage"] == whole["usage"]


async def test_embeddings_are_near_where_texts_are_alike() -> None:
    texts = ["市民課の窓口は何時からですか", "市民課の窓口は何時までですか", "道路の占用許可"]
    (reply,) = await collect("embeddings", input=texts)
    first, second, third = (each["embedding"] for each in reply["data"])

    def nearness(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert nearness(first, second) > 0.7 > nearness(first, third)
    assert abs(nearness(first, first) - 1) < 1e-9


async def test_embeddings_in_base64_and_other_sizes() -> None:
    (reply,) = await collect("embeddings", input="x", encoding_format="base64", dimensions=8)
    raw = base64.b64decode(reply["data"][0]["embedding"])
    assert struct.unpack("<8f", raw) == pytest.approx(vector("x", 8))
    assert len(vector("", 4)) == 4


async def test_a_picture() -> None:
    (reply,) = await collect("images/generations", prompt="青葉", n=2)
    assert len(reply["data"]) == 2
    assert base64.b64decode(reply["data"][0]["b64_json"]).startswith(b"\x89PNG\r\n\x1a\n")
    assert "青葉" in reply["data"][0]["revised_prompt"]
    assert png(b"\0\0\0") != png(b"\1\0\0")


async def test_a_transcription() -> None:
    file = {"type": "audio", "format": "wav", "data": b"RIFF"}
    (short,) = await collect("audio/transcriptions", file=file, prompt="[PERSON_1]さん")
    assert "4バイト" in short["text"]
    assert short["text"].endswith("[PERSON_1]さん")
    (long,) = await collect("audio/transcriptions", file=file, response_format="verbose_json")
    assert "".join(segment["text"] for segment in long["segments"]) == long["text"]
