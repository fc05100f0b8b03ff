"""Sound through the house: it stays inside, its prompt and transcript are read, in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest

from gateway.upstreams.base import Deployment
from tests.e2e.test_canary import NAME, PHONE, RESIDENT, traces
from tests.fixtures.house import deployments, open_house
from tests.fixtures.provider import Whole
from tests.gateway.fakes import Words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

PATH = "/v1/audio/transcriptions"
SOUND = b"RIFF\x04\0\0\0WAVE\r\n--\r\n\0\xff"


def served(provider: FakeProvider) -> tuple[Deployment, ...]:
    return tuple(
        Deployment.model_validate({**each.model_dump(), "endpoints": ("audio/transcriptions",)})
        for each in deployments(provider)
    )


@pytest.fixture
async def running(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    async with open_house(tmp_path, provider, engine, deployments=served(provider)) as house:
        yield house


async def ask(running: Running, model: str, path: str = PATH, **data: Any) -> httpx.Response:
    named = {} if "deployments/" in path else {"model": model}
    return await running.client.post(path, data=named | data, files={"file": (f"{NAME}.wav", SOUND, "audio/wav")})


async def test_sound_goes_only_where_it_stays_in_the_house(running: Running, provider: FakeProvider) -> None:
    refused = await ask(running, "outside")
    assert refused.status_code == 403
    assert refused.json()["sekimori"]["notices"][0]["kind"] == "content.audio"
    assert provider.requests == []
    provider.default = Whole(
        {"text": "会議の記録です。", "usage": {"type": "tokens", "input_tokens": 7, "output_tokens": 3}}
    )
    answer = await ask(running, "both", prompt=RESIDENT, language="ja", x_future=RESIDENT)
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] == "会議の記録です。"
    assert answer.json()["sekimori"]["zone"] == "on_premises"
    azure = await ask(running, "", "/openai/deployments/inside/audio/transcriptions?api-version=2024-10-21")
    assert azure.status_code == 200, azure.text
    first, second = provider.requests
    assert (first.method, first.path, second.path) == ("POST", PATH, PATH)
    assert first.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert SOUND in first.body
    assert b'name="model"\r\n\r\nboth-local\r\n' in first.body
    assert b'filename="sound.wav"' in first.body
    assert traces(provider.received) == []
    records = await running.records()
    assert [(r["outcome"], r["input_tokens"]) for r in records] == [("blocked", None), ("answered", 7), ("answered", 7)]
    assert {record["endpoint"] for record in records} == {"audio/transcriptions"}
    assert traces(running.everything_written()) == []


@pytest.mark.parametrize("form", ["json", "text", "verbose_json", "srt", "vtt"])
async def test_the_transcript_is_screened_in_every_form(tmp_path: Path, provider: FakeProvider, form: str) -> None:
    words = Words(**{NAME: "person", PHONE: "phone"})
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text(
        "version: 1\nrules:\n"
        "  - {id: r/pii, kinds: [pii.*], action: redact, message: 隠す, "
        f"examples: {{match: [{NAME}], no_match: [x]}}}}\n"
        "  - {id: r/content, kinds: [content.*], action: confine, message: 中だけ, "
        "examples: {match: [{content: file}], no_match: [x]}}\n",
        "utf-8",
    )
    said = [f"{NAME}さんから{PHONE[:8]}", f"{PHONE[8:]}でお電話です。"]
    segments = [{"id": n, "start": n, "end": n + 1, "text": text, "tokens": [1]} for n, text in enumerate(said)]
    whole = {"text": "".join(said), "segments": segments, "words": [{"word": NAME}]}
    async with open_house(
        tmp_path, provider, [words], deployments=served(provider), policies={"directory": rules}
    ) as running:
        provider.reply(Whole(whole))
        answer = await ask(running, "inside", response_format=form)
    assert answer.status_code == 200, answer.text
    assert "でお電話です。" in answer.text
    assert "●" in answer.text
    assert NAME not in answer.text
    assert PHONE[8:] not in answer.text
    kind = "application/json" if "json" in form else "text/plain; charset=utf-8"
    assert answer.headers["content-type"] == kind
    assert ("segments" in answer.text) == (form in {"json", "verbose_json"})
    assert ("-->" in answer.text) == (form in {"srt", "vtt"})
    asked = "verbose_json" if form in {"verbose_json", "srt", "vtt"} else "json"
    assert f'name="response_format"\r\n\r\n{asked}\r\n'.encode() in provider.requests[0].body


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"", "multipart/form-data; boundary=b", 400),
        (b"--b\r\nContent-Disposition: form-data", "multipart/form-data; boundary=b", 400),
        (b"{}", "application/json", 415),
        (b"x" * (5 << 20), "multipart/form-data; boundary=b", 413),
    ],
)
async def test_what_is_no_form_is_refused(
    running: Running, provider: FakeProvider, content: bytes, media_type: str, status: int
) -> None:
    answer = await running.client.post(PATH, content=content, headers={"Content-Type": media_type})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert provider.requests == []


async def test_openais_own_client_reads_every_form(running: Running, provider: FakeProvider) -> None:
    segments = [{"id": 0, "start": 0.0, "end": 1.5, "text": "会議の記録です。"}]
    provider.default = Whole(
        {"text": "会議の記録です。", "language": "japanese", "duration": 1.5, "segments": segments}
    )
    async with openai.AsyncOpenAI(
        base_url=f"{running.client.base_url}/v1", api_key=running.key, max_retries=0
    ) as client:
        create = client.audio.transcriptions.create
        told = [
            await create(model="inside", file=("a.wav", SOUND), response_format=form)
            for form in ("json", "verbose_json", "text", "srt")
        ]
        assert [told[0].text, told[1].text, told[1].segments[0].end] == ["会議の記録です。"] * 2 + [1.5]
        assert told[2:] == ["会議の記録です。\n", "1\n00:00:00,000 --> 00:00:01,500\n会議の記録です。\n"]
        with pytest.raises(openai.PermissionDeniedError):
            await create(model="outside", file=("a.wav", SOUND))
