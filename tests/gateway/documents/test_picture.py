"""Letters in pictures: read where Tesseract is, within bounds, and never past the inspection."""

from __future__ import annotations

import base64
import io
import json
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.documents import picture
from gateway.documents.limits import Limits, UnreadableError
from gateway.documents.process import Reader
from tests.fixtures.house import open_house
from tests.fixtures.provider import Whole, chat_reply

if TYPE_CHECKING:
    from policies.finding import Detector
    from tests.fixtures.provider import FakeProvider

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LETTER = "説明会のお知らせ\n氏名：高橋みどり\n電話：090-1234-5678\n日時は来週です。"
READS = Limits(pictures="text")


@pytest.fixture(scope="module")
def tesseract() -> None:
    if not picture.installed() or not FONT.exists():
        reason = "not installed: tesseract-ocr, tesseract-ocr-jpn, fonts-noto-cjk"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def drawn(text: str, form: str = "PNG") -> bytes:
    """An invented resident's letter as a scanner would give it."""
    image = Image.new("L", (900, 80 + 70 * (text.count("\n") + 1)), 255)
    ImageDraw.Draw(image).multiline_text((40, 40), text, fill=0, font=ImageFont.truetype(str(FONT), 40), spacing=24)
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
async def test_a_letter_is_read(form: str) -> None:
    text = await Reader(READS).read("x", drawn(LETTER, form)) or ""
    assert "高橋みどり" in text
    assert "090-1234-5678" in text


@pytest.mark.usefixtures("tesseract")
async def test_a_picture_without_letters_stays_a_picture() -> None:
    assert await Reader(READS).read("x", drawn("")) is None


@pytest.mark.usefixtures("tesseract")
async def test_garbage_behind_a_good_head_is_refused() -> None:
    with pytest.raises(UnreadableError, match="unseen"):
        await Reader(READS).read("x", drawn(LETTER)[:200])


def png(width: int, height: int) -> bytes:
    return picture.PNG + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(100_000, 100_000), "pixels"),
        (png(0, 5), "broken"),
        (picture.PNG, "broken"),
        (picture.JPEG, "broken"),
        (b"\xff\xd8\xff\xe0\x00\x02\x00", "broken"),
        (b"\xff\xd8\xff\xe0\x00\x02\xff\xff\xc0\x00\x11\x08\xff\xff\xff\xff", "pixels"),
    ],
)
def test_what_would_burst_is_refused_before_it_is_unpacked(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        picture.read(data, READS)


def test_the_size_stands_in_the_head() -> None:
    assert picture.size(png(3, 4)) == (3, 4)
    if FONT.exists():
        assert picture.size(drawn("x", "JPEG")) == picture.size(drawn("x"))


@pytest.mark.parametrize(
    ("program", "reason"), [(None, "unseen"), ("exit 3", "unseen"), ("while :; do :; done", "slow")]
)
def test_without_a_program_that_answers_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str | None, reason: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if program:
        (tmp_path / "tesseract").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "tesseract").chmod(0o755)
    with pytest.raises(UnreadableError, match=reason):
        picture.read(png(3, 4), READS.model_copy(update={"timeout_seconds": 0.5}))


def test_the_start_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    Reader(Limits())
    with pytest.raises(picture.TesseractMissingError, match="tesseract"):
        Reader(READS)


@pytest.mark.slow
@pytest.mark.usefixtures("tesseract")
async def test_a_pictures_letters_leave_redacted_and_the_picture_does_not(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    data = base64.b64encode(drawn(LETTER)).decode()
    link = f"data:image/png;base64,{data}"
    inline = {"inlineData": {"mimeType": "image/png", "data": data}}
    source = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    asked: dict[str, dict[str, Any]] = {
        "/v1/chat/completions": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": link}}]}]},
        "/v1/responses": {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": link}]}]},
        "/v1/messages": {"max_tokens": 9, "messages": [{"role": "user", "content": [source]}]},
        "/v1beta/models/outside:generateContent": {"contents": [{"role": "user", "parts": [inline]}]},
    }  # fmt: skip
    async with open_house(tmp_path, provider, engine, documents=READS.model_dump()) as running:
        for path, body in asked.items():
            provider.requests.clear()
            provider.reply(Whole(chat_reply("[PERSON_1]様")))
            answer = await running.client.post(path, json={"model": "outside", **body})
            assert answer.status_code == 200, answer.text
            assert "高橋みどり様" in json.dumps(answer.json(), ensure_ascii=False)
            sent = json.dumps(provider.requests[0].json(), ensure_ascii=False)
            assert "[PERSON_1]" in sent
            assert "[PHONE_1]" in sent
            assert data[:60] not in sent
            for trace in ("高橋", "みどり", "1234-5678"):
                assert trace not in sent
        # What cannot be looked at here stays a decision of the policy.
        far = {"type": "image_url", "image_url": {"url": "https://example.jp/a.png"}}
        body = {"model": "outside", "messages": [{"role": "user", "content": [far]}]}
        assert (await running.client.post("/v1/chat/completions", json=body)).status_code == 403
