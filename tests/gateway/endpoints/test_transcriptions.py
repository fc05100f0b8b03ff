"""A form with a sound in, a screened transcript out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.endpoints.base import texts
from gateway.endpoints.transcriptions import Transcriptions
from gateway.errors import BadRequest
from gateway.reply import Rewriter
from tests.gateway.test_reply import Gate

DOOR = Transcriptions()
WAV = b"RIFF\x04\0\0\0WAVE"


def form(*given: tuple[str, bytes]) -> bytes:
    parts = []
    for name, data in given:
        file = '; filename="山田太郎.wav"' if name == "file" else ""
        parts.append(f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n")
    return b"".join(parts) + b"--b--\r\n"


def parsed(*given: tuple[str, bytes]) -> dict[str, Any]:
    return DOOR.receive(DOOR.parse(form(("model", b"m"), ("file", WAV), *given)), {})


def test_the_fields_are_texts_and_the_sound_is_opaque() -> None:
    body = parsed(("prompt", "山田太郎".encode()), ("stream", b"false"), ("timestamp_granularities[]", b"segment"))
    DOOR.check(body)
    assert body["file"] == {"type": "audio", "format": "wav", "data": WAV}
    assert body["stream"] is False
    assert [part.content for part in texts(body).opaque] == ["audio"]
    assert "山田太郎" in [part.text for part in texts(body).parts]
    assert DOOR.prepare(body)["response_format"] == "json"
    assert DOOR.prepare(parsed(("response_format", b"srt")))["response_format"] == "verbose_json"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"fLaC", "flac"), (b"OggS", "ogg"), (b"\x1aE\xdf\xa3", "webm"), (b"\0\0\0 ftypM4A", "m4a"), (b"ID3", "mp3"), (b"\xff\xfb\x90", "mp3")],
)  # fmt: skip
def test_a_sound_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert DOOR.parse(form(("file", data)))["file"]["format"] == kind


@pytest.mark.parametrize(
    "given",
    [
        (("model", b"m"),),
        (("model", b"m"), ("file", b"")),
        (("model", b"m"), ("file", b"plain text")),
        (("file", WAV),),
        (("model", b"m"), ("model", b"n"), ("file", WAV)),
        (("model", b"m"), ("file", WAV), ("file", WAV)),
        (("model", b"m"), ("prompt", b"\xff"), ("file", WAV)),
        *((("model", b"m"), ("file", WAV), (name, value)) for name, value in (
            ("stream", b"true"), ("stream", b"x"), ("response_format", b"diarized_json"), ("include[]", b"logprobs"),
            ("timestamp_granularities[]", b"word"), ("timestamp_granularities", b"segment"),
        )),
    ],
)  # fmt: skip
def test_what_is_refused(given: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(BadRequest):
        DOOR.check(DOOR.receive(DOOR.parse(form(*given)), {}))


def segment(n: int, text: Any, **more: Any) -> dict[str, Any]:
    return {"id": n, "start": n * 1.5, "end": n * 1.5 + 1.25, "text": text, **more}


REPLY = {
    "text": "一。 二。",
    "duration": 3,
    "segments": [segment(0, "一。"), segment(1, "二。")],
    "language": "japanese",
}


def told(form: str, **more: Any) -> str:
    message = DOOR.for_caller({**REPLY, **more}, {})
    assert message is not None
    content, media_type = DOOR.voice({"response_format": form}).whole(message)
    assert media_type == ("application/json" if "json" in form else "text/plain")
    return content.decode()


def test_every_form_is_told_from_the_same_transcript() -> None:
    assert json.loads(told("verbose_json")) == REPLY
    assert told("text") == "一。 二。\n"
    assert told("srt") == "1\n00:00:00,000 --> 00:00:01,250\n一。\n\n2\n00:00:01,500 --> 00:00:02,750\n二。\n"
    assert told("vtt") == "WEBVTT\n\n00:00:00.000 --> 00:00:01.250\n一。\n\n00:00:01.500 --> 00:00:02.750\n二。\n"
    one = told("srt", segments=[], text="a --> b", duration=3661.5)
    assert one == "1\n00:00:00,000 --> 01:01:01,500\na → b\n"


def test_what_tells_more_than_the_screened_text_is_left_out() -> None:
    secret = {
        "words": [{"word": "秘"}],
        "logprobs": [1],
        "x": "秘",
        "task": ["秘"],
        "usage": {"type": "duration", "seconds": 3},
    }
    kept = json.loads(
        told("json", **secret, segments=[segment(0, "一。", tokens=[7], speaker="秘"), segment(1, "二。")])
    )
    assert kept == {**REPLY, "usage": secret["usage"]}


def test_what_should_be_numbers_carries_no_text() -> None:
    kept = json.loads(told("json", usage={"type": "秘", "input_tokens": 3, "x": {"y": "秘"}}, duration="秘"))
    assert (kept["usage"], "duration" in kept) == ({"input_tokens": 3}, False)
    assert json.loads(told("json", usage="秘"))["usage"] == {}


def test_what_stood_across_two_segments_does_not_come_back_through_them() -> None:
    kept = json.loads(told("json", text="電話は●●●●です", segments=[segment(0, "電話は09"), segment(1, "01です")]))
    assert kept["segments"] == [{"id": 0, "start": 0.0, "end": 2.75, "text": "電話は●●●●です"}]
    odd = json.loads(told("json", segments=[{"text": 3}, "x"]))
    assert odd["segments"] == [{"id": 0, "start": 0.0, "end": 0.0, "text": "一。 二。"}]


def test_a_blocked_transcript_says_only_why() -> None:
    reply = {"text": "止", "segments": [segment(0, "前"), segment(1, "止")]}
    (message,) = Rewriter(DOOR, lambda _: Gate(), lambda _: "").feed(reply)
    assert (message["text"], message["segments"], message["blocked"]) == ("（理由）", [], "（理由）")
